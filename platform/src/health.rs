//! Is it alive, is it ready, how busy is it; and what its problems mean.

use axum::{
    Json, Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use hufu_policy::ApiAction;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    app::App,
    authorise::{Endpoint, authorise},
    body::Path,
    caller::Caller,
    error::{Kind, Problem},
    telemetry,
};

/// The paths of this resource.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/livez", get(live))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .route("/problems/{name}", get(problem))
}

/// `GET /livez`: the process answers.
#[utoipa::path(get, path = "/livez", tag = "Operation", responses((status = 200, description = "It answers")))]
pub(crate) async fn live() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the ledger and the store answer.
#[utoipa::path(
    get,
    path = "/readyz",
    tag = "Operation",
    responses((status = 200, description = "Ready: {status, height}"), (status = 503, description = "Not ready; the words say why")),
)]
pub(crate) async fn ready(State(app): State<App>) -> Result<Json<Value>, Problem> {
    let status = app.ledger().status()?;
    if let Some(cause) = status.stopped {
        // the cause names files: it goes to the log
        return Err(Problem::unavailable("The ledger", cause));
    }
    let audit = app.store().audit_head()?;
    Ok(Json(json!({ "status": "ready", "height": status.header.header.height, "auditEntries": audit.seq })))
}

/// `GET /metrics`: counters and histograms in the Prometheus text format.
#[utoipa::path(
    get,
    path = "/metrics",
    tag = "Operation",
    responses((status = 200, description = "Prometheus text", content_type = "text/plain")),
    security((), ("api_key" = [])),
)]
pub(crate) async fn metrics(State(app): State<App>, caller: Caller) -> Result<Response, Problem> {
    if !app.config().open_metrics() {
        let _permit = authorise(&app, &caller, ApiAction::LedgerRead, &Endpoint::of("metrics"))?;
    }
    let status = app.ledger().status()?;
    // heights stay far below 2^53
    #[allow(clippy::cast_precision_loss)]
    metrics::gauge!("hufu_ledger_height").set(status.header.header.height as f64);
    let text = telemetry::metrics_handle().render();
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response())
}

#[derive(Debug, Deserialize)]
pub(crate) struct Name {
    name: String,
}

/// `GET /problems/{name}`: what a problem's `type` means.
#[utoipa::path(
    get,
    path = "/problems/{name}",
    tag = "Operation",
    params(("name" = String, Path, description = "The last segment of a problem's type")),
    responses((status = 200, description = "{type, title, status}")),
)]
pub(crate) async fn problem(Path(Name { name }): Path<Name>) -> Result<Response, Problem> {
    let kind = Kind::ALL
        .into_iter()
        .find(|kind| kind.name() == name)
        .ok_or_else(|| Problem::not_found("there is no such type of problem"))?;
    let body = json!({
        "type": format!("/problems/{name}"),
        "title": kind.title(),
        "status": kind.status().as_u16(),
    });
    Ok((StatusCode::OK, Json(body)).into_response())
}
