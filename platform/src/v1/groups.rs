//! Groups over HTTP: made by a manager, kept by it, and what their members say unnamed.
//!
//! The service sees no secret of a group: keys, credentials, updates and partial openings are made by those who have the secrets
//! (`hufu group …`) and only recorded here, in the name of the caller's DID. A member sends its report to
//! `POST /v1/transactions` without an API key. Every record can be read with proof at `GET /v1/state/…`.

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use hufu_did::Did;
use hufu_light::{
    EpochHead, GroupName, Hash, MEMBER_KEY_BYTES, ReportRecord,
    forms::{base64url, hex_array, hex_arrays},
};
use hufu_node::{
    governance::Reason,
    groups::{Admit, Create, Open, Operation, RequestOpening, Revoke},
};
use hufu_policy::ApiAction;
use hufu_wire::Payload;
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
    ledger::Receipt,
    sender::Module,
    time,
};

/// The paths of this resource.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/v1/groups", get(groups).post(create))
        .route("/v1/groups/{name}", get(group))
        .route("/v1/groups/{name}/members", get(members).post(admit))
        .route("/v1/groups/{name}/epochs", get(epochs))
        .route("/v1/groups/{name}/revocations", post(revoke))
        .route("/v1/groups/{name}/reports", get(reports))
        .route("/v1/groups/{name}/reports/{id}", get(report))
        .route("/v1/groups/{name}/openings", get(openings).post(request_opening))
        .route("/v1/groups/{name}/openings/{id}", get(opening))
        .route("/v1/groups/{name}/openings/{id}/parts", post(open))
}

#[derive(Debug, Deserialize)]
pub(super) struct Which {
    name: String,
}

impl Which {
    fn group(&self) -> Result<GroupName, Problem> {
        GroupName::new(&self.name).map_err(|e| Problem::parameter(e.to_string()))
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct One {
    name: String,
    id: String,
}

impl One {
    fn parse(&self) -> Result<(GroupName, Hash), Problem> {
        let name = GroupName::new(&self.name).map_err(|e| Problem::parameter(e.to_string()))?;
        let id = Hash::from_hex(&self.id)
            .map_err(|_| Problem::parameter("an id is 64 lower-case hexadecimal digits"))?;
        Ok((name, id))
    }
}

fn found(app: &App, key: &str, what: &str) -> Result<Value, Problem> {
    record(app, key)?.ok_or_else(|| Problem::not_found(format!("there is no {what}")))
}

/// A page of what a group has, if there is such a group.
fn page_of(app: &App, name: &GroupName, prefix: &str, page: &Page) -> Result<Json<Listing<Value>>, Problem> {
    found(app, &name.key(), &name.to_string())?;
    scan(app, prefix, page, "id")
}

/// `GET /v1/groups`: all groups.
#[utoipa::path(get, path = "/v1/groups", tag = "Groups", params(Page), responses((status = 200, description = "{items, next}; each with its name, manager, openers and keys")), security(("api_key" = []), ("unnamed" = [])))]
pub(super) async fn groups(
    State(app): State<App>,
    caller: Caller,
    Query(page): Query<Page>,
) -> Result<Json<Listing<Value>>, Problem> {
    may_read(&app, &caller)?;
    scan(&app, GroupName::RECORDS, &page, "name")
}

/// `GET /v1/groups/{name}`: a group and its epoch in force.
#[utoipa::path(get, path = "/v1/groups/{name}", tag = "Groups", params(("name" = String, Path, description = "The group")), responses((status = 200, description = "{name, manager, openers, threshold, group, epoch, …}"), (status = 404, description = "No such group")), security(("api_key" = []), ("unnamed" = [])))]
pub(super) async fn group(
    State(app): State<App>,
    caller: Caller,
    Path(which): Path<Which>,
) -> Result<Json<Value>, Problem> {
    may_read(&app, &caller)?;
    let name = which.group()?;
    let mut group = found(&app, &name.key(), &name.to_string())?;
    let head = app.ledger().read(name.epoch_head_key().as_bytes())?;
    let head = head.map(|bytes| EpochHead::from_bytes(&bytes)).transpose().map_err(Problem::internal)?;
    let epoch = head.map(|head| record(&app, &name.epoch_key(head.number))).transpose()?.flatten();
    if let Some(members) = group.as_object_mut() {
        members.insert("epoch".to_owned(), epoch.unwrap_or_default());
    }
    Ok(Json(group))
}

/// `GET /v1/groups/{name}/members`: the member keys and whose they are, with those revoked.
#[utoipa::path(get, path = "/v1/groups/{name}/members", tag = "Groups", params(("name" = String, Path, description = "The group"), Page), responses((status = 200, description = "{items, next}")), security(("api_key" = []), ("unnamed" = [])))]
pub(super) async fn members(
    State(app): State<App>,
    caller: Caller,
    Path(which): Path<Which>,
    Query(page): Query<Page>,
) -> Result<Json<Listing<Value>>, Problem> {
    may_read(&app, &caller)?;
    let name = which.group()?;
    page_of(&app, &name, &name.members_key(), &page)
}

/// `GET /v1/groups/{name}/epochs`: all epochs, each with the update by which members follow.
#[utoipa::path(get, path = "/v1/groups/{name}/epochs", tag = "Groups", params(("name" = String, Path, description = "The group"), Page), responses((status = 200, description = "{items, next}")), security(("api_key" = []), ("unnamed" = [])))]
pub(super) async fn epochs(
    State(app): State<App>,
    caller: Caller,
    Path(which): Path<Which>,
    Query(page): Query<Page>,
) -> Result<Json<Listing<Value>>, Problem> {
    may_read(&app, &caller)?;
    let name = which.group()?;
    page_of(&app, &name, &name.epochs_key(), &page)
}

/// `GET /v1/groups/{name}/reports`: what members said unnamed.
#[utoipa::path(get, path = "/v1/groups/{name}/reports", tag = "Groups", params(("name" = String, Path, description = "The group"), Page), responses((status = 200, description = "{items, next}")), security(("api_key" = []), ("unnamed" = [])))]
pub(super) async fn reports(
    State(app): State<App>,
    caller: Caller,
    Path(which): Path<Which>,
    Query(page): Query<Page>,
) -> Result<Json<Listing<Value>>, Problem> {
    may_read(&app, &caller)?;
    let name = which.group()?;
    page_of(&app, &name, &name.reports_key(), &page)
}

/// `GET /v1/groups/{name}/reports/{id}`: one report with its text.
#[utoipa::path(get, path = "/v1/groups/{name}/reports/{id}", tag = "Groups", params(("name" = String, Path, description = "The group"), ("id" = String, Path, description = "The id of the transaction that made it")), responses((status = 200, description = "{subject, text, epoch, tag, transaction, …}"), (status = 404, description = "No such report")), security(("api_key" = []), ("unnamed" = [])))]
pub(super) async fn report(
    State(app): State<App>,
    caller: Caller,
    Path(one): Path<One>,
) -> Result<Json<Value>, Problem> {
    may_read(&app, &caller)?;
    let (name, id) = one.parse()?;
    let key = name.report_key(&id);
    let mut report = found(&app, &key, &format!("report {id} of {name}"))?;
    let bytes = app.ledger().read(key.as_bytes())?.unwrap_or_default();
    let text = ReportRecord::from_bytes(&bytes)
        .and_then(|record| record.transaction())
        .map_err(|e| e.to_string())
        .and_then(|(_, transaction)| Payload::parse(&transaction.payload).map_err(|e| e.to_string()))
        .and_then(|payload| Operation::parse(&payload.operation).map_err(|e| e.to_string()))
        .map_err(Problem::internal)?;
    if let (Some(members), Operation::Report(said)) = (report.as_object_mut(), text) {
        members.insert("id".to_owned(), json!(id.to_string()));
        members.insert("text".to_owned(), json!(said.text));
    }
    Ok(Json(report))
}

/// `GET /v1/groups/{name}/openings`: who asked whose report it was, why, and what came of it.
#[utoipa::path(get, path = "/v1/groups/{name}/openings", tag = "Groups", params(("name" = String, Path, description = "The group"), Page), responses((status = 200, description = "{items, next}")), security(("api_key" = []), ("unnamed" = [])))]
pub(super) async fn openings(
    State(app): State<App>,
    caller: Caller,
    Path(which): Path<Which>,
    Query(page): Query<Page>,
) -> Result<Json<Listing<Value>>, Problem> {
    may_read(&app, &caller)?;
    let name = which.group()?;
    page_of(&app, &name, &name.openings_key(), &page)
}

/// `GET /v1/groups/{name}/openings/{id}`: one opening, with the parts and their proofs.
#[utoipa::path(get, path = "/v1/groups/{name}/openings/{id}", tag = "Groups", params(("name" = String, Path, description = "The group"), ("id" = String, Path, description = "The id of the transaction that asked for it")), responses((status = 200, description = "{report, requester, reason, warrant, parts, opened, …}"), (status = 404, description = "No such opening")), security(("api_key" = []), ("unnamed" = [])))]
pub(super) async fn opening(
    State(app): State<App>,
    caller: Caller,
    Path(one): Path<One>,
) -> Result<Json<Value>, Problem> {
    may_read(&app, &caller)?;
    let (name, id) = one.parse()?;
    found(&app, &name.opening_key(&id), &format!("opening {id} of {name}")).map(Json)
}

/// What the path of an operation names is there, or the answer is that of GET.
fn named(app: &App, name: &GroupName, operation: &Operation) -> Result<(), Problem> {
    if matches!(operation, Operation::Create(_)) {
        return Ok(());
    }
    found(app, &name.key(), &name.to_string())?;
    if let Operation::Open(Open { opening, .. }) = operation {
        found(app, &name.opening_key(opening), &format!("opening {opening} of {name}"))?;
    }
    Ok(())
}

/// Records an operation; `more` is added to what is told of it.
async fn recorded(
    app: &App,
    caller: &Caller,
    name: &GroupName,
    operation: Operation,
    more: impl FnOnce(&Receipt) -> Result<Value, Problem>,
) -> Result<Response, Problem> {
    let permit = authorise(app, caller, ApiAction::GovernanceWrite, &Endpoint::of(&name.to_string()))?;
    if let Err(problem) = named(app, name, &operation) {
        return Err(permit.not_done(app, problem).await);
    }
    let receipt = write(app, caller, &permit, Module::Group, operation.to_bytes()).await?;
    let mut body = more(&receipt)?;
    if let Some(members) = body.as_object_mut() {
        members.insert("transaction".to_owned(), json!(receipt.transaction.to_string()));
        members.insert("height".to_owned(), json!(receipt.height));
        members.insert("time".to_owned(), json!(time::rfc3339(receipt.time_ms)));
    }
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateRequest {
    name: GroupName,
    #[serde(with = "base64url")]
    group: Vec<u8>,
    openers: Vec<Did>,
}

/// `POST /v1/groups`: makes a group that the caller's DID manages.
///
/// `group` is what `hufu group create` made: the issuer's and the openers' public keys. `openers` are DIDs, in the order of the
/// openers' numbers.
#[utoipa::path(
    post,
    path = "/v1/groups",
    tag = "Groups",
    request_body(content_type = "application/json", example = json!({"name": "press-pool", "group": "base64url", "openers": ["did:hufu:dev:z…", "did:hufu:dev:z…", "did:hufu:dev:z…"]})),
    responses((status = 201, description = "{name, transaction, height, time}"), (status = 403, description = "The caller's DID is no member of the consortium"), (status = 422, description = "The name is taken, or the keys are no group's of this network")),
    security(("api_key" = [])),
)]
pub(super) async fn create(
    State(app): State<App>,
    caller: Caller,
    Body(CreateRequest { name, group, openers }): Body<CreateRequest>,
) -> Result<Response, Problem> {
    let operation = Operation::Create(Create { name: name.clone(), group, openers });
    recorded(&app, &caller, &name, operation, |_| Ok(json!({ "name": name.name() }))).await
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AdmitRequest {
    account: Did,
    #[serde(with = "hex_array")]
    key: [u8; MEMBER_KEY_BYTES],
    method: String,
    #[serde(with = "base64url")]
    consent: Vec<u8>,
}

/// `POST /v1/groups/{name}/members`: registers a member key as that of a DID, which has consented by its signature.
#[utoipa::path(
    post,
    path = "/v1/groups/{name}/members",
    tag = "Groups",
    params(("name" = String, Path, description = "The group")),
    request_body(content_type = "application/json", example = json!({"account": "did:hufu:dev:z…", "key": "96 hexadecimal digits", "method": "did:hufu:dev:z…#key-1", "consent": "base64url of the signature"})),
    responses((status = 201, description = "{account, transaction, height, time}"), (status = 403, description = "The caller's DID does not manage the group"), (status = 404, description = "No such group"), (status = 422, description = "No consent, or a member already")),
    security(("api_key" = [])),
)]
pub(super) async fn admit(
    State(app): State<App>,
    caller: Caller,
    Path(which): Path<Which>,
    Body(AdmitRequest { account, key, method, consent }): Body<AdmitRequest>,
) -> Result<Response, Problem> {
    let name = which.group()?;
    let admit = Admit { group: name.clone(), account: account.clone(), key, method, consent };
    let told = json!({ "account": account });
    recorded(&app, &caller, &name, Operation::Admit(admit), |_| Ok(told)).await
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RevokeRequest {
    #[serde(with = "base64url")]
    update: Vec<u8>,
    #[serde(with = "hex_arrays")]
    members: Vec<[u8; MEMBER_KEY_BYTES]>,
    reason: Reason,
}

/// `POST /v1/groups/{name}/revocations`: revokes members; the next epoch begins.
#[utoipa::path(
    post,
    path = "/v1/groups/{name}/revocations",
    tag = "Groups",
    params(("name" = String, Path, description = "The group")),
    request_body(content_type = "application/json", example = json!({"update": "base64url", "members": ["96 hexadecimal digits"], "reason": "They left."})),
    responses((status = 201, description = "{epoch, transaction, height, time}"), (status = 403, description = "The caller's DID does not manage the group"), (status = 404, description = "No such group"), (status = 422, description = "The update does not follow from the epoch in force, or somebody is no member")),
    security(("api_key" = [])),
)]
pub(super) async fn revoke(
    State(app): State<App>,
    caller: Caller,
    Path(which): Path<Which>,
    Body(RevokeRequest { update, members, reason }): Body<RevokeRequest>,
) -> Result<Response, Problem> {
    let name = which.group()?;
    let revoke = Revoke { group: name.clone(), update, members, reason };
    let epoch = |receipt: &Receipt| {
        let block = app.ledger().block(receipt.height)?;
        let transaction = receipt.transaction.to_string();
        let told = block.events.iter().find(|event| event.transaction.as_deref() == Some(&transaction));
        Ok(json!({ "epoch": told.and_then(|event| event.data.get("epoch")) }))
    };
    recorded(&app, &caller, &name, Operation::Revoke(revoke), epoch).await
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OpeningRequest {
    report: Hash,
    reason: Reason,
    #[serde(with = "hex_array")]
    warrant: [u8; 32],
}

/// `POST /v1/groups/{name}/openings`: asks whose report it was, in the name of the caller's DID.
///
/// `warrant` is the SHA-256 of the document that permits it. Request, reason and requester stay on the ledger, whatever the openers
/// answer.
#[utoipa::path(
    post,
    path = "/v1/groups/{name}/openings",
    tag = "Groups",
    params(("name" = String, Path, description = "The group")),
    request_body(content_type = "application/json", example = json!({"report": "64 hexadecimal digits", "reason": "Order 4711 of the court.", "warrant": "64 hexadecimal digits"})),
    responses((status = 201, description = "{opening, transaction, height, time}"), (status = 403, description = "The policies do not let the caller's DID ask"), (status = 404, description = "No such group"), (status = 422, description = "No such report")),
    security(("api_key" = [])),
)]
pub(super) async fn request_opening(
    State(app): State<App>,
    caller: Caller,
    Path(which): Path<Which>,
    Body(OpeningRequest { report, reason, warrant }): Body<OpeningRequest>,
) -> Result<Response, Problem> {
    let name = which.group()?;
    let request = RequestOpening { group: name.clone(), report, reason, warrant };
    let told = |receipt: &Receipt| Ok(json!({ "opening": receipt.transaction.to_string() }));
    recorded(&app, &caller, &name, Operation::RequestOpening(request), told).await
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PartRequest {
    #[serde(with = "base64url")]
    part: Vec<u8>,
}

/// `POST /v1/groups/{name}/openings/{id}/parts`: gives the part of the opener that is the caller's DID. The last one tells whose
/// report it was.
#[utoipa::path(
    post,
    path = "/v1/groups/{name}/openings/{id}/parts",
    tag = "Groups",
    params(("name" = String, Path, description = "The group"), ("id" = String, Path, description = "The opening")),
    request_body(content_type = "application/json", example = json!({"part": "base64url"})),
    responses((status = 201, description = "{opening, transaction, height, time}; opening as GET gives it"), (status = 403, description = "The caller's DID is no opener"), (status = 404, description = "No such group or opening"), (status = 422, description = "The part does not hold, or was given")),
    security(("api_key" = [])),
)]
pub(super) async fn open(
    State(app): State<App>,
    caller: Caller,
    Path(one): Path<One>,
    Body(PartRequest { part }): Body<PartRequest>,
) -> Result<Response, Problem> {
    let (name, opening) = one.parse()?;
    let operation = Operation::Open(Open { group: name.clone(), opening, part });
    let told = |_: &Receipt| Ok(json!({ "opening": record(&app, &name.opening_key(&opening))? }));
    recorded(&app, &caller, &name, operation, told).await
}
