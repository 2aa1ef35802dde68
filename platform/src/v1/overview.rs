//! `GET /v1/overview`: what the console shows at first.

use axum::{Json, extract::State};
use hufu_policy::ApiAction;
use serde_json::{Value, json};

use super::ledger::newest_blocks;
use crate::{
    app::App,
    authorise::{Endpoint, authorise},
    caller::Caller,
    error::Problem,
    time, vc,
};

/// How many blocks and credentials are shown.
const SHOWN: usize = 10;

/// `GET /v1/overview`: what is running, and what happened last.
#[utoipa::path(
    get,
    path = "/v1/overview",
    tag = "Operation",
    responses((status = 200, description = "Network, height, counts, last blocks, DIDs, credentials and status changes")),
    security(("api_key" = [])),
)]
pub(crate) async fn overview(State(app): State<App>, caller: Caller) -> Result<Json<Value>, Problem> {
    let _permit = authorise(&app, &caller, ApiAction::LedgerRead, &Endpoint::of("overview"))?;
    let status = app.ledger().status()?;
    let header = &status.header.header;
    let picture = app.live().picture();
    let credentials = app.store().counted(&vc::counter(caller.tenant()))?;
    Ok(Json(json!({
        "network": header.network,
        "genesis": header.genesis_hash.to_string(),
        "height": header.height,
        "time": time::rfc3339(header.time_ms),
        "stateRoot": header.state_root.to_string(),
        "validator": header.proposer,
        "consensus": status.consensus,
        "node": status.software,
        "oldestProvable": status.oldest_provable,
        "waiting": status.waiting,
        "lastEvent": picture.last_event,
        "ledger": app.config().ledger_url().unwrap_or("in this process"),
        "version": env!("CARGO_PKG_VERSION"),
        "uptimeSeconds": app.uptime().as_secs(),
        "service": app.service().method.did().as_str(),
        "conformance": app.config().conformance(),
        "counts": {
            "transactions": picture.transactions,
            "dids": picture.dids,
            "credentials": credentials,
            "statusChanges": picture.status_changes,
            "statusLists": picture.status_lists,
            "auditEntries": app.store().audit_head()?.seq,
        },
        "blocks": newest_blocks(&app, header.height, SHOWN)?,
        "dids": picture.recent_dids,
        "credentials": vc::recent(&app, caller.tenant(), SHOWN)?,
        "statusChanges": picture.recent_changes,
    })))
}
