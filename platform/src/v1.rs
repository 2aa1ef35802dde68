//! Our own interface under `/v1`.
//!
//! | file | paths |
//! |---|---|
//! | `ledger` | blocks, transactions, state with proof, trust anchor |
//! | `status` | the status of an entry as of a time, with proof |
//! | `governance` | lists, proposals, votes, accreditations, policies, nodes |
//! | `rings` | rings of lists |
//! | `groups` | groups, their members and epochs, reports and their openings |
//! | `memberships` | presentations of membership in a ring or group |
//! | `scan` | pages of the ledger's records, for the four above |
//! | `dids` | the caller's DIDs |
//! | `audit` | the audit log and its export |
//! | `api_keys` | API keys |
//! | `jobs` | bulk jobs |
//! | `events` | server-sent events |
//! | `overview` | what the console shows |

mod api_keys;
mod audit;
mod dids;
mod events;
mod governance;
mod groups;
mod jobs;
mod ledger;
mod memberships;
mod overview;
mod rings;
mod scan;
mod status;

use axum::{
    Router,
    routing::{delete, get},
};

use crate::app::App;

/// The paths of this interface.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/v1/overview", get(overview::overview))
        .route("/v1/events", get(events::events))
        .route("/v1/trust-anchor", get(ledger::anchor))
        .route("/v1/blocks", get(ledger::blocks))
        .route("/v1/blocks/{height}", get(ledger::block))
        .route("/v1/transactions", axum::routing::post(ledger::submit))
        .route("/v1/transactions/{id}", get(ledger::transaction))
        .route("/v1/state/{*key}", get(ledger::state))
        .route("/v1/status/{list}/{index}", get(status::status))
        .route("/v1/dids", get(dids::list))
        .route("/v1/audit", get(audit::list))
        .route("/v1/audit/head", get(audit::head))
        .route("/v1/audit/export", get(audit::export))
        .route("/v1/keys", get(api_keys::list).post(api_keys::create))
        .route("/v1/keys/{id}", delete(api_keys::withdraw))
        .route("/v1/jobs", get(jobs::list).post(jobs::create))
        .route("/v1/jobs/{id}", get(jobs::get).delete(jobs::delete))
        .route("/v1/jobs/{id}/rows", axum::routing::post(jobs::rows))
        .route("/v1/jobs/{id}/results", get(jobs::results))
        .merge(governance::routes())
        .merge(rings::routes())
        .merge(groups::routes())
        .merge(memberships::routes())
}

/// The documentation of these paths.
#[derive(utoipa::OpenApi)]
#[openapi(paths(
    overview::overview,
    events::events,
    ledger::anchor,
    ledger::blocks,
    ledger::block,
    ledger::submit,
    ledger::transaction,
    ledger::state,
    status::status,
    dids::list,
    audit::list,
    audit::head,
    audit::export,
    api_keys::list,
    api_keys::create,
    api_keys::withdraw,
    jobs::list,
    jobs::create,
    jobs::get,
    jobs::delete,
    jobs::rows,
    jobs::results,
    governance::lists,
    governance::list,
    governance::members,
    governance::rules,
    governance::nodes,
    governance::policies,
    governance::proposals,
    governance::propose,
    governance::proposal,
    governance::vote,
    governance::accreditation,
    rings::rings,
    rings::ring,
    rings::form,
    groups::groups,
    groups::group,
    groups::create,
    groups::members,
    groups::admit,
    groups::epochs,
    groups::revoke,
    groups::reports,
    groups::report,
    groups::openings,
    groups::opening,
    groups::request_opening,
    groups::open,
    memberships::verify,
))]
pub(crate) struct Documentation;
