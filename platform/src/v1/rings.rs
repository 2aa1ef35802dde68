//! Rings of lists over HTTP: formed once for a version of a list, then what members sign with.
//!
//! A ring's record is read with proof at `GET /v1/state/gov/ring/{list}/{version}`; a member signs a transaction with it and sends it
//! to `POST /v1/transactions` without an API key.

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
    routing::get,
};
use hufu_light::RingName;
use hufu_node::{governance::ListName, rings::Operation};
use hufu_policy::ApiAction;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    governance::{may_read, record, write},
    scan::scan,
};
use crate::{
    app::App,
    authorise::{Endpoint, authorise},
    body::{Body, Listing, Page, Path, Query},
    caller::Caller,
    error::Problem,
    sender::Module,
    time,
};

/// What the keys of rings begin with.
const RINGS: &str = "gov/ring/";

/// The paths of this resource.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/v1/rings", get(rings).post(form)).route("/v1/rings/{list}/{version}", get(ring))
}

/// `GET /v1/rings`: all rings, by list and version.
#[utoipa::path(
    get,
    path = "/v1/rings",
    tag = "Governance",
    params(Page),
    responses((status = 200, description = "{items, next}; each with its list, version, number of members, and who had it formed")),
    security(("api_key" = []), ("unnamed" = [])),
)]
pub(super) async fn rings(
    State(app): State<App>,
    caller: Caller,
    Query(page): Query<Page>,
) -> Result<Json<Listing<Value>>, Problem> {
    may_read(&app, &caller)?;
    let Json(Listing { items, next }) = scan(&app, RINGS, &page, "name")?;
    Ok(Json(Listing { items: items.into_iter().map(summary).collect(), next }))
}

/// A ring with the number of its members in place of them.
fn summary(mut ring: Value) -> Value {
    if let Some(members) = ring.get_mut("members") {
        *members = members.as_array().map_or(0, Vec::len).into();
    }
    ring
}

#[derive(Debug, Deserialize)]
pub(super) struct Which {
    list: String,
    version: u64,
}

/// `GET /v1/rings/{list}/{version}`: a ring with the DID and the ring key of each member.
#[utoipa::path(
    get,
    path = "/v1/rings/{list}/{version}",
    tag = "Governance",
    params(("list" = String, Path, description = "The list"), ("version" = u64, Path, description = "Its version")),
    responses((status = 200, description = "The ring"), (status = 404, description = "Not formed")),
    security(("api_key" = []), ("unnamed" = [])),
)]
pub(super) async fn ring(
    State(app): State<App>,
    caller: Caller,
    Path(Which { list, version }): Path<Which>,
) -> Result<Json<Value>, Problem> {
    may_read(&app, &caller)?;
    let name = RingName::new(&list, version).map_err(|e| Problem::parameter(e.to_string()))?;
    let found = record(&app, &name.key())?;
    found.map(Json).ok_or_else(|| Problem::not_found(format!("{name} has not been formed")))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FormRequest {
    list: String,
}

/// `POST /v1/rings`: forms the ring of a list's present version, in the name of the caller's DID.
#[utoipa::path(
    post,
    path = "/v1/rings",
    tag = "Governance",
    request_body(content_type = "application/json", example = json!({"list": "members"})),
    responses((status = 201, description = "{name, list, version, members, transaction, height, time}"), (status = 422, description = "Somebody on the list has no ring key, or the ring exists")),
    security(("api_key" = [])),
)]
pub(super) async fn form(
    State(app): State<App>,
    caller: Caller,
    Body(request): Body<FormRequest>,
) -> Result<Response, Problem> {
    let list: ListName = request.list.parse().map_err(|rule| Problem::invalid(format!("list: {rule}")))?;
    let permit = authorise(&app, &caller, ApiAction::GovernanceWrite, &Endpoint::of("rings"))?;
    let operation = Operation::Form { list: list.clone() };
    let receipt = write(&app, &caller, &permit, Module::Ring, operation.to_bytes()).await?;
    let block = app.ledger().block(receipt.height)?;
    let transaction = receipt.transaction.to_string();
    let formed = block.events.iter().find(|event| event.transaction.as_deref() == Some(&transaction));
    let formed = formed.ok_or_else(|| Problem::internal("the block does not tell of the ring"))?;
    let body = json!({
        "name": formed.subject,
        "list": list,
        "version": formed.data.get("version"),
        "members": formed.data.get("members"),
        "transaction": transaction,
        "height": receipt.height,
        "time": time::rfc3339(receipt.time_ms),
    });
    Ok((StatusCode::CREATED, Json(body)).into_response())
}
