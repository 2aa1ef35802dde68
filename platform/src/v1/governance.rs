//! Governance over HTTP: lists, proposals, votes, accreditations, the policy set in force.
//!
//! Reading returns the ledger's records as they are. Proposals and votes are transactions in the name of
//! the caller's DID, signed with its key where that is held here; whoever keeps their own key signs the
//! transaction themselves and sends it to `POST /v1/transactions`. Who may propose and vote, and when a
//! proposal has passed, is decided on the ledger.

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use hufu_did::Did;
use hufu_node::governance::{
    Choice, Expiry, GovernanceAction, ListName, Operation, ProposalId, Propose, Vote, key,
};
use hufu_policy::ApiAction;
use serde::Deserialize;
use serde_json::{Value, json};

use super::scan::scan;
use crate::{
    app::App,
    audit::{Outcome, Record},
    authorise::{Endpoint, Permit, authorise},
    body::{Body, Listing, Page, Path, Query},
    caller::Caller,
    error::{Kind, Problem},
    ledger::Receipt,
    sender::{Module, send},
    store::Writes,
    time,
};

/// How long a proposal is open unless its maker says otherwise, in milliseconds: a week.
const DEFAULT_OPEN_MS: u64 = 7 * 24 * 60 * 60 * 1000;

/// What the keys of proposals begin with.
const PROPOSALS: &str = "gov/proposal/";

/// The paths of this resource.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/v1/lists", get(lists))
        .route("/v1/lists/{name}", get(list))
        .route("/v1/proposals", get(proposals).post(propose))
        .route("/v1/proposals/{id}", get(proposal))
        .route("/v1/proposals/{id}/votes", post(vote))
        .route("/v1/accreditations/{did}", get(accreditation))
        .route("/v1/members", get(members))
        .route("/v1/rules", get(rules))
        .route("/v1/nodes", get(nodes))
        .route("/v1/policies", get(policies))
}

/// A record of governance, without its format.
pub(super) fn record(app: &App, key: &str) -> Result<Option<Value>, Problem> {
    let Some(bytes) = app.ledger().read(key.as_bytes())? else { return Ok(None) };
    content(&bytes).map(Some)
}

pub(super) fn content(bytes: &[u8]) -> Result<Value, Problem> {
    let mut stored: Value = serde_json::from_slice(bytes).map_err(Problem::internal)?;
    Ok(stored.get_mut("record").map(Value::take).unwrap_or_default())
}

pub(super) fn may_read(app: &App, caller: &Caller) -> Result<(), Problem> {
    authorise(app, caller, ApiAction::GovernanceRead, &Endpoint::of("governance")).map(|_| ())
}

/// One record, or what to say when there is none yet.
fn single(app: &App, caller: &Caller, key: &str) -> Result<Json<Value>, Problem> {
    may_read(app, caller)?;
    Ok(Json(record(app, key)?.unwrap_or_else(|| json!({}))))
}

/// `GET /v1/lists`: the names of all lists.
#[utoipa::path(get, path = "/v1/lists", tag = "Governance", responses((status = 200, description = "The names")), security(("api_key" = []), ("unnamed" = [])))]
pub(super) async fn lists(State(app): State<App>, caller: Caller) -> Result<Json<Value>, Problem> {
    single(&app, &caller, key::LISTS)
}

/// `GET /v1/members`: the members with their weights.
#[utoipa::path(get, path = "/v1/members", tag = "Governance", responses((status = 200, description = "DIDs and weights")), security(("api_key" = []), ("unnamed" = [])))]
pub(super) async fn members(State(app): State<App>, caller: Caller) -> Result<Json<Value>, Problem> {
    single(&app, &caller, key::ROLL)
}

/// `GET /v1/rules`: quorum and threshold.
#[utoipa::path(get, path = "/v1/rules", tag = "Governance", responses((status = 200, description = "The rules in force")), security(("api_key" = []), ("unnamed" = [])))]
pub(super) async fn rules(State(app): State<App>, caller: Caller) -> Result<Json<Value>, Problem> {
    single(&app, &caller, key::RULES)
}

/// `GET /v1/nodes`: the validators.
#[utoipa::path(get, path = "/v1/nodes", tag = "Governance", responses((status = 200, description = "DIDs, keys and powers")), security(("api_key" = []), ("unnamed" = [])))]
pub(super) async fn nodes(State(app): State<App>, caller: Caller) -> Result<Json<Value>, Problem> {
    single(&app, &caller, key::VALIDATORS)
}

/// `GET /v1/policies`: the policy set in force, policy by policy.
#[utoipa::path(get, path = "/v1/policies", tag = "Governance", responses((status = 200, description = "{policies, text}")), security(("api_key" = []), ("unnamed" = [])))]
pub(super) async fn policies(State(app): State<App>, caller: Caller) -> Result<Json<Value>, Problem> {
    may_read(&app, &caller)?;
    let set = app.ledger().policies()?;
    Ok(Json(json!({ "head": record(&app, key::POLICY)?, "policies": set.policies(), "text": set.text() })))
}

#[derive(Debug, Deserialize)]
pub(super) struct Name {
    name: String,
}

/// `GET /v1/lists/{name}`: who is, and was, on a list.
#[utoipa::path(get, path = "/v1/lists/{name}", tag = "Governance", params(("name" = String, Path, description = "members, registrars, auditors, nodes, …"), Page), responses((status = 200, description = "{items, next}"), (status = 404, description = "No such list")), security(("api_key" = []), ("unnamed" = [])))]
pub(super) async fn list(
    State(app): State<App>,
    caller: Caller,
    Path(Name { name }): Path<Name>,
    Query(page): Query<Page>,
) -> Result<Json<Listing<Value>>, Problem> {
    may_read(&app, &caller)?;
    let name: ListName = name.parse().map_err(Problem::parameter)?;
    if record(&app, &key::list(&name))?.is_none() {
        return Err(Problem::not_found(format!("there is no list {name}")));
    }
    scan(&app, &key::entries(&name), &page, "did")
}

/// `GET /v1/proposals`: all proposals.
#[utoipa::path(get, path = "/v1/proposals", tag = "Governance", params(Page), responses((status = 200, description = "{items, next}")), security(("api_key" = []), ("unnamed" = [])))]
pub(super) async fn proposals(
    State(app): State<App>,
    caller: Caller,
    Query(page): Query<Page>,
) -> Result<Json<Listing<Value>>, Problem> {
    may_read(&app, &caller)?;
    scan(&app, PROPOSALS, &page, "id")
}

#[derive(Debug, Deserialize)]
pub(super) struct Id {
    id: String,
}

impl Id {
    fn parse(&self) -> Result<ProposalId, Problem> {
        self.id.parse().map_err(Problem::parameter)
    }
}

/// `GET /v1/proposals/{id}`: a proposal with its tally and state.
#[utoipa::path(get, path = "/v1/proposals/{id}", tag = "Governance", params(("id" = String, Path, description = "The id of the transaction that made it")), responses((status = 200, description = "The proposal"), (status = 404, description = "No such proposal")), security(("api_key" = []), ("unnamed" = [])))]
pub(super) async fn proposal(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Id>,
) -> Result<Json<Value>, Problem> {
    may_read(&app, &caller)?;
    let id = id.parse()?;
    let mut found = record(&app, &key::proposal(&id))?
        .ok_or_else(|| Problem::not_found(format!("there is no proposal {id}")))?;
    if let Some(members) = found.as_object_mut() {
        members.entry("id").or_insert_with(|| json!(id.as_str()));
    }
    Ok(Json(found))
}

#[derive(Debug, Deserialize)]
pub(super) struct Whose {
    did: Did,
}

/// `GET /v1/accreditations/{did}`: what an issuer is, and was, accredited for.
#[utoipa::path(get, path = "/v1/accreditations/{did}", tag = "Governance", params(("did" = String, Path, description = "The issuer")), responses((status = 200, description = "Credential types with their periods"), (status = 404, description = "Never accredited")), security(("api_key" = []), ("unnamed" = [])))]
pub(super) async fn accreditation(
    State(app): State<App>,
    caller: Caller,
    Path(Whose { did }): Path<Whose>,
) -> Result<Json<Value>, Problem> {
    may_read(&app, &caller)?;
    let found = record(&app, &key::accreditation(&did))?;
    found.map(Json).ok_or_else(|| Problem::not_found(format!("{did} was never accredited")))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProposeRequest {
    title: String,
    reason: String,
    actions: Vec<GovernanceAction>,
    #[serde(default)]
    expires: Option<Expiry>,
    #[serde(default)]
    secret: bool,
}

/// `POST /v1/proposals`: puts actions to the vote, in the name of the caller's DID.
///
/// With `secret: true` members vote as one of their ring, with transactions that they sign themselves (`POST /v1/transactions`):
/// nobody learns who voted how, and nobody votes twice. The ring of the present members must have been formed.
#[utoipa::path(
    post,
    path = "/v1/proposals",
    tag = "Governance",
    request_body(content_type = "application/json", example = json!({"title": "Accredit the school", "reason": "It issues student cards.", "actions": [{"type": "accredit", "did": "did:hufu:dev:z…", "credentialTypes": ["StudentCard"]}]})),
    responses((status = 201, description = "{proposal, transaction, height, time}"), (status = 403, description = "The caller's DID is no member"), (status = 422, description = "A rule refuses it")),
    security(("api_key" = [])),
)]
pub(super) async fn propose(
    State(app): State<App>,
    caller: Caller,
    Body(request): Body<ProposeRequest>,
) -> Result<Response, Problem> {
    let permit = authorise(&app, &caller, ApiAction::GovernanceWrite, &Endpoint::of("proposals"))?;
    let wrong = |name: &'static str| move |rule: &str| Problem::invalid(format!("{name}: {rule}"));
    let operation = Operation::Propose(Propose {
        title: request.title.parse().map_err(wrong("title"))?,
        reason: request.reason.parse().map_err(wrong("reason"))?,
        actions: request.actions,
        expires: request.expires.unwrap_or_else(|| Expiry::at_time(time::now_ms() + DEFAULT_OPEN_MS)),
        secret: request.secret,
    });
    let receipt = write(&app, &caller, &permit, Module::Governance, operation.to_bytes()).await?;
    let id = receipt.transaction.to_string();
    let body = json!({
        "id": id,
        "proposal": record(&app, &format!("{PROPOSALS}{id}"))?,
        "transaction": id,
        "height": receipt.height,
        "time": time::rfc3339(receipt.time_ms),
    });
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct VoteRequest {
    choice: Choice,
}

/// `POST /v1/proposals/{id}/votes`: votes, in the name of the caller's DID. The deciding vote carries out the proposal.
#[utoipa::path(
    post,
    path = "/v1/proposals/{id}/votes",
    tag = "Governance",
    params(("id" = String, Path, description = "The proposal")),
    request_body(content_type = "application/json", example = json!({"choice": "yes"})),
    responses((status = 201, description = "{proposal, transaction, height, time}"), (status = 422, description = "A rule refuses it: voted before, closed, joined later")),
    security(("api_key" = [])),
)]
pub(super) async fn vote(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<Id>,
    Body(request): Body<VoteRequest>,
) -> Result<Response, Problem> {
    let id = id.parse()?;
    let permit = authorise(&app, &caller, ApiAction::GovernanceWrite, &Endpoint::of(id.as_str()))?;
    let operation = Operation::Vote(Vote { proposal: id.clone(), choice: request.choice });
    let receipt = write(&app, &caller, &permit, Module::Governance, operation.to_bytes()).await?;
    let body = json!({
        "proposal": record(&app, &key::proposal(&id))?,
        "transaction": receipt.transaction.to_string(),
        "height": receipt.height,
        "time": time::rfc3339(receipt.time_ms),
    });
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

/// Signs and submits an operation in the name of the caller's DID, and records it.
pub(super) async fn write(
    app: &App,
    caller: &Caller,
    permit: &Permit,
    module: Module,
    operation: Vec<u8>,
) -> Result<Receipt, Problem> {
    let did = caller.did().ok_or_else(|| {
        Problem::new(Kind::Unauthenticated, "governance is done in the name of a DID; this caller has none")
    })?;
    let signer = app.vault().signer(did, |_| true)?.ok_or_else(|| {
        Problem::new(
            Kind::Conflict,
            format!(
                "no key of {did} is held here: sign the transaction yourself and send it to /v1/transactions"
            ),
        )
    })?;
    match send(app, &signer, module, operation).await {
        Ok(receipt) => {
            let transaction = Some(receipt.transaction.to_string());
            let record = Record { transaction, ..permit.record(Outcome::Done) };
            app.store().commit(Writes::new().record(record)).await?;
            Ok(receipt)
        }
        Err(problem) => Err(permit.not_done(app, problem).await),
    }
}
