//! DIDs whose keys are held here for the caller.

use axum::{Json, extract::State};
use hufu_policy::ApiAction;
use serde_json::{Value, json};

use crate::{
    app::App,
    authorise::{Endpoint, authorise},
    body::{Listing, Page, Query, cursor},
    caller::Caller,
    error::Problem,
    vault::Role,
};

/// `GET /v1/dids`: the caller's DIDs.
#[utoipa::path(
    get,
    path = "/v1/dids",
    tag = "Operation",
    params(Page),
    responses((status = 200, description = "{items: [{did, methods}], next}")),
    security(("api_key" = [])),
)]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(page): Query<Page>,
) -> Result<Json<Listing<Value>>, Problem> {
    let _permit = authorise(&app, &caller, ApiAction::CredentialsRead, &Endpoint::of("dids"))?;
    let limit = page.limit()?;
    let found = app.vault().of_tenant(caller.tenant(), page.after()?.as_deref(), limit)?;
    let next = match found.last() {
        Some(last) if found.len() == limit => Some(cursor(last.did.as_str().as_bytes())),
        _ => None,
    };
    let items = found.into_iter().map(|held| {
        let methods = held.keys.iter().filter(|key| key.role == Role::Method);
        let methods: Vec<_> =
            methods.map(|key| json!({ "id": key.method, "publicKeyMultibase": key.public })).collect();
        json!({ "did": held.did.as_str(), "methods": methods })
    });
    Ok(Json(Listing { items: items.collect(), next }))
}
