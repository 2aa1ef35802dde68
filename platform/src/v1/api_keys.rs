//! API keys over HTTP: made, listed, withdrawn. A key's text is shown once.

use std::collections::BTreeSet;

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use hufu_did::Did;
use hufu_policy::ApiAction;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    app::App,
    audit::Outcome,
    authorise::{Target, authorise},
    body::{Body, Path, Query},
    caller::{ApiKey, Caller, NewKey},
    error::{Kind, Problem},
    store::Writes,
    time,
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeyRequest {
    /// The DID that the key acts for; the caller's own without it.
    #[serde(default)]
    did: Option<Did>,
    #[serde(default)]
    label: String,
    scopes: BTreeSet<String>,
    /// When it ends, RFC 3339.
    #[serde(default)]
    expires: Option<String>,
}

/// `POST /v1/keys`: makes a key.
#[utoipa::path(
    post,
    path = "/v1/keys",
    tag = "Operation",
    request_body(content_type = "application/json", example = json!({"label": "issuing desk", "scopes": ["credentials:issue"], "expires": "2027-01-31T00:00:00Z"})),
    responses((status = 201, description = "The key with its text, shown this once"), (status = 403, description = "Keys for other DIDs are made by the service's operator")),
    security(("api_key" = [])),
)]
pub(crate) async fn create(
    State(app): State<App>,
    caller: Caller,
    Body(request): Body<KeyRequest>,
) -> Result<Response, Problem> {
    let did = match request.did {
        Some(did) => did,
        None => own(&caller)?,
    };
    let target = Target::ApiKey { id: "new".to_owned(), owner: did.to_string() };
    let permit = authorise(&app, &caller, ApiAction::KeysManage, target)?;
    let expires_ms = request.expires.as_deref().map(|text| {
        time::parse(text)
            .ok_or_else(|| Problem::invalid(format!("expires is {text:?}, which is not an RFC 3339 time")))
    });
    let new =
        NewKey { did, label: request.label, scopes: request.scopes, expires_ms: expires_ms.transpose()? };
    let (key, text) = ApiKey::generate(new)?;
    let mut body = key.to_public();
    if let Some(members) = body.as_object_mut() {
        members.insert("key".into(), json!(text));
    }
    app.api_keys()
        .put(key.clone(), Writes::new().record(permit.about(&key.id).record(Outcome::Done)))
        .await?;
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Whose {
    /// The DID whose keys are wanted; the caller's own without it.
    did: Option<Did>,
}

/// `GET /v1/keys`: the keys of a DID, without their texts.
#[utoipa::path(
    get,
    path = "/v1/keys",
    tag = "Operation",
    params(("did" = Option<String>, Query, description = "The DID whose keys are wanted; the caller's own without it")),
    responses((status = 200, description = "{items}")),
    security(("api_key" = [])),
)]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(whose): Query<Whose>,
) -> Result<Json<Value>, Problem> {
    let did = match whose.did {
        Some(did) => did,
        None => own(&caller)?,
    };
    let target = Target::ApiKey { id: "all".to_owned(), owner: did.to_string() };
    let _permit = authorise(&app, &caller, ApiAction::KeysManage, target)?;
    let items: Vec<Value> = app.api_keys().of(&did).iter().map(|key| key.to_public()).collect();
    Ok(Json(json!({ "items": items })))
}

#[derive(Debug, Deserialize)]
pub(crate) struct Id {
    id: String,
}

/// `DELETE /v1/keys/{id}`: withdraws a key, at once and for good.
#[utoipa::path(
    delete,
    path = "/v1/keys/{id}",
    tag = "Operation",
    params(("id" = String, Path, description = "The key's id")),
    responses((status = 204, description = "Withdrawn"), (status = 404, description = "No such key")),
    security(("api_key" = [])),
)]
pub(crate) async fn withdraw(
    State(app): State<App>,
    caller: Caller,
    Path(Id { id }): Path<Id>,
) -> Result<StatusCode, Problem> {
    let unknown = || Problem::not_found(format!("there is no key {id} of yours"));
    let found = app.api_keys().get(&id);
    let owner = found.as_ref().map_or_else(|| caller.tenant().to_owned(), |key| key.did.to_string());
    let target = Target::ApiKey { id: id.clone(), owner: owner.clone() };
    // another tenant's key is not there
    let permit = authorise(&app, &caller, ApiAction::KeysManage, target).map_err(|problem| {
        match problem.kind() == Kind::Unauthenticated || caller.tenant() == owner {
            true => problem,
            false => unknown(),
        }
    })?;
    let key = found.ok_or_else(unknown)?;
    if key.withdrawn_ms.is_some() {
        return Err(Problem::new(Kind::Gone, format!("the key {id} was withdrawn before")));
    }
    let key = (*key).clone().withdraw();
    app.api_keys().put(key, Writes::new().record(permit.record(Outcome::Done))).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn own(caller: &Caller) -> Result<Did, Problem> {
    caller
        .did()
        .cloned()
        .ok_or_else(|| Problem::new(Kind::Unauthenticated, "keys belong to a DID; this caller has none"))
}
