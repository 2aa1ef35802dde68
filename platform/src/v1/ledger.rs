//! Blocks, transactions and state, for whoever wants to see or verify them.
//!
//! `GET /v1/state/{key}` is a certified answer: with the trust anchor alone a client verifies offline
//! that the key had this value, or none, at this height or time (crate `hufu-light`).

use axum::{
    Json,
    extract::{OriginalUri, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hufu_light::{Answer, GroupName, Hash, RingName, Transaction};
use hufu_policy::ApiAction;
use hufu_wire::Payload;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    app::{App, blocking},
    audit::{Outcome, Record},
    authorise::{Endpoint, authorise},
    body::{Body, Listing, Page, Path, Query, cursor},
    caller::Caller,
    error::Problem,
    idempotency::same_each_time,
    ledger::{At, Event, Receipt},
    live, standing,
    store::Writes,
    time,
};

/// The media type of a certified answer's bytes.
const ANSWER: &str = "application/vnd.hufu.answer";

/// `GET /v1/trust-anchor`: what a wallet pins.
#[utoipa::path(
    get,
    path = "/v1/trust-anchor",
    tag = "Ledger",
    responses((status = 200, description = "{network, genesisHash}")),
    security((), ("api_key" = [])),
)]
pub(crate) async fn anchor(State(app): State<App>, caller: Caller) -> Result<Json<Value>, Problem> {
    let _permit = authorise(&app, &caller, ApiAction::AnchorRead, &Endpoint::of("trust-anchor"))?;
    Ok(Json(json!(app.ledger().anchor())))
}

/// `GET /v1/blocks`: blocks, newest first.
#[utoipa::path(
    get,
    path = "/v1/blocks",
    tag = "Ledger",
    params(Page),
    responses((status = 200, description = "{items, next}")),
    security(("api_key" = []), ("unnamed" = [])),
)]
pub(crate) async fn blocks(
    State(app): State<App>,
    caller: Caller,
    Query(page): Query<Page>,
) -> Result<Json<Listing<Value>>, Problem> {
    let _permit = authorise(&app, &caller, ApiAction::LedgerRead, &Endpoint::of("blocks"))?;
    let limit = page.limit()?;
    let newest = app.ledger().status()?.header.header.height;
    let from = match page.after()? {
        None => newest,
        Some(position) => {
            let height: [u8; 8] =
                position.try_into().map_err(|_| Problem::parameter("cursor is of another list"))?;
            u64::from_be_bytes(height).saturating_sub(1).min(newest)
        }
    };
    let items = newest_blocks(&app, from, limit)?;
    let last = from.saturating_sub(items.len() as u64 - u64::from(!items.is_empty()));
    let next = (last > 0 && items.len() == limit).then(|| cursor(&last.to_be_bytes()));
    Ok(Json(Listing { items, next }))
}

/// Blocks in the console's words, from a height down.
pub(super) fn newest_blocks(app: &App, from: u64, limit: usize) -> Result<Vec<Value>, Problem> {
    let lowest = from.saturating_sub(limit as u64 - 1);
    (lowest..=from).rev().take(limit).map(|height| Ok(live::block(&app.ledger().block(height)?))).collect()
}

#[derive(Debug, Deserialize)]
pub(crate) struct Height {
    height: u64,
}

/// `GET /v1/blocks/{height}`: one block with its transactions and events.
#[utoipa::path(
    get,
    path = "/v1/blocks/{height}",
    tag = "Ledger",
    params(("height" = u64, Path, description = "0 is the genesis block")),
    responses((status = 200, description = "Header, certificate, transactions, events"), (status = 404, description = "No such block")),
    security(("api_key" = []), ("unnamed" = [])),
)]
pub(crate) async fn block(
    State(app): State<App>,
    caller: Caller,
    Path(Height { height }): Path<Height>,
) -> Result<Json<Value>, Problem> {
    let _permit = authorise(&app, &caller, ApiAction::LedgerRead, &Endpoint::of("blocks"))?;
    let block = app.ledger().block(height)?;
    let mut body = live::block(&block);
    if let Some(members) = body.as_object_mut() {
        members.insert("certifiedHeader".into(), json!(URL_SAFE_NO_PAD.encode(block.header.to_bytes())));
        members.insert("items".into(), block.transactions.iter().map(described).collect());
        members.insert("events".into(), block.events.iter().map(event).collect());
    }
    Ok(Json(body))
}

/// A transaction as far as its payload can be read.
fn described(transaction: &Transaction) -> Value {
    let payload = Payload::parse(&transaction.payload).ok();
    let signers: Vec<&str> =
        transaction.signatures.iter().map(|signature| signature.method.as_str()).collect();
    json!({
        "id": transaction.id().to_string(),
        "sender": payload.as_ref().map(|payload| payload.sender.as_str()),
        "module": payload.as_ref().map(|payload| payload.module.as_str()),
        "sequence": payload.as_ref().map(|payload| payload.sequence),
        "scope": payload.as_ref().map(|payload| payload.scope.as_str()).filter(|scope| !scope.is_empty()),
        "signers": signers,
    })
}

pub(super) fn event(event: &Event) -> Value {
    json!({
        "height": event.height,
        "index": event.index,
        "time": time::rfc3339(event.time_ms),
        "transaction": event.transaction,
        "kind": event.kind,
        "subject": event.subject,
        "actor": event.actor,
        "data": event.data,
    })
}

/// The ring or group whose member signed a transaction, if one did; of a group in whatever epoch. One that is over is refused by the
/// ledger, in words that say how to go on, unless the transaction is in a block since.
fn unnamed(app: &App, transaction: &Transaction) -> Option<Caller> {
    let payload = Payload::parse(&transaction.payload).ok()?;
    if let Ok(name) = payload.sender.parse::<GroupName>() {
        let number = payload.group_signature(transaction).ok()?.epoch();
        let found = standing::group(app, &name).ok()??;
        let (_, group) = &*found;
        let epoch = standing::epoch(app, &name, number).ok()??.epoch(group).ok()?;
        return payload.verify_by_group(transaction, group, &epoch).ok().map(|_| Caller::Group(name));
    }
    let name: RingName = payload.sender.parse().ok()?;
    let ring = standing::ring(app, &name).ok()??;
    payload.verify_by_ring(transaction, &ring).ok().map(|_| Caller::Ring(name))
}

/// Whether a transaction is by somebody who stays unnamed.
fn is_by_unnamed(transaction: &Transaction) -> bool {
    Payload::parse(&transaction.payload).is_ok_and(|payload| {
        RingName::is_meant_by(&payload.sender) || GroupName::is_meant_by(&payload.sender)
    })
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SubmitRequest {
    /// Base64url of a signed transaction's canonical bytes.
    transaction: String,
}

/// `POST /v1/transactions`: carries a transaction that the caller signed.
///
/// What a member of a ring or group has signed is sent without an API key, which would name its holder: the signature is checked here,
/// and the policies decide about a member of that ring or group. With a key it is refused, and nothing is written down.
#[utoipa::path(
    post,
    path = "/v1/transactions",
    tag = "Ledger",
    request_body(content_type = "application/json", example = json!({"transaction": "base64url of the signed bytes"})),
    responses((status = 201, description = "The receipt"), (status = 400, description = "Signed by a member of a ring or group and sent with an API key"), (status = 401, description = "No API key, and not signed by a member of a ring or group"), (status = 422, description = "The ledger refuses it")),
    security((), ("api_key" = [])),
)]
pub(crate) async fn submit(
    State(app): State<App>,
    caller: Caller,
    Body(request): Body<SubmitRequest>,
) -> Result<Response, Problem> {
    let read = || {
        let bytes = URL_SAFE_NO_PAD
            .decode(&request.transaction)
            .map_err(|_| Problem::invalid("transaction is not base64url"))?;
        Transaction::from_bytes(&bytes).map_err(|error| Problem::invalid(error.to_string()))
    };
    let caller = match (caller, read()) {
        (Caller::Key(_), Ok(transaction)) if is_by_unnamed(&transaction) => {
            let refused = Problem::invalid(
                "the transaction is by one of a ring or group, who stays unnamed: send it without an API key",
            );
            return Ok(same_each_time(refused.into_response()));
        }
        (Caller::Guest, Ok(transaction)) => {
            let turn = app.unnamed_turn().await?;
            let checking = app.clone();
            let found = blocking(move || unnamed(&checking, &transaction)).await?;
            drop(turn);
            found.unwrap_or(Caller::Guest)
        }
        (other, _) => other,
    };
    // the ledger decides on the signatures; this service only asks who may use it to write
    let permit = authorise(&app, &caller, ApiAction::LedgerWrite, &Endpoint::of("transactions"))?;
    let transaction = read()?;
    // Who has its bytes can send what somebody signed again and again: nothing happens then, and nothing is written.
    if let Ok(found) = app.ledger().transaction(&transaction.id())
        && found.transaction == transaction
    {
        return Ok(same_each_time(created(&found.receipt)));
    }
    let permit = permit.about(&transaction.id().to_string());
    let receipt = match app.ledger().submit(transaction).await {
        Ok(receipt) => receipt,
        Err(error) => return Err(permit.not_done(&app, error.into()).await),
    };
    let record =
        Record { transaction: Some(receipt.transaction.to_string()), ..permit.record(Outcome::Done) };
    app.store().commit(Writes::new().record(record)).await?;
    Ok(created(&receipt))
}

fn created(receipt: &Receipt) -> Response {
    let body = json!({
        "transaction": receipt.transaction.to_string(),
        "height": receipt.height,
        "index": receipt.index,
        "time": time::rfc3339(receipt.time_ms),
    });
    (StatusCode::CREATED, Json(body)).into_response()
}

#[derive(Debug, Deserialize)]
pub(crate) struct TransactionId {
    id: String,
}

/// `GET /v1/transactions/{id}`: a transaction, where it is, and the proof that it is there.
#[utoipa::path(
    get,
    path = "/v1/transactions/{id}",
    tag = "Ledger",
    params(("id" = String, Path, description = "64 hexadecimal digits")),
    responses((status = 200, description = "The transaction with its receipt and inclusion proof"), (status = 404, description = "No such transaction")),
    security(("api_key" = []), ("unnamed" = [])),
)]
pub(crate) async fn transaction(
    State(app): State<App>,
    caller: Caller,
    Path(TransactionId { id }): Path<TransactionId>,
) -> Result<Json<Value>, Problem> {
    let _permit = authorise(&app, &caller, ApiAction::LedgerRead, &Endpoint::of("transactions"))?;
    let id = Hash::from_hex(&id)
        .map_err(|_| Problem::parameter("a transaction id is 64 lower-case hexadecimal digits"))?;
    let found = app.ledger().transaction(&id)?;
    let mut body = described(&found.transaction);
    if let Some(members) = body.as_object_mut() {
        members.insert("height".into(), json!(found.receipt.height));
        members.insert("index".into(), json!(found.receipt.index));
        members.insert("time".into(), json!(time::rfc3339(found.receipt.time_ms)));
        members.insert("bytes".into(), json!(URL_SAFE_NO_PAD.encode(found.transaction.to_bytes())));
        members.insert("certifiedHeader".into(), json!(URL_SAFE_NO_PAD.encode(found.header.to_bytes())));
        members.insert("inclusionProof".into(), json!(URL_SAFE_NO_PAD.encode(&found.proof)));
    }
    Ok(Json(body))
}

/// As of when.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AsOf {
    /// A time (RFC 3339) or a height; the newest without it.
    at: Option<String>,
    /// A time: RFC 3339, or milliseconds since 1970.
    time: Option<String>,
    /// A height.
    height: Option<u64>,
}

impl AsOf {
    /// What is asked for.
    pub(super) fn at(&self) -> Result<At, Problem> {
        let wrong =
            |text: &str| Problem::parameter(format!("{text:?} is neither a height nor an RFC 3339 time"));
        match (&self.at, &self.time, self.height) {
            (None, None, None) => Ok(At::Latest),
            (None, None, Some(height)) => Ok(At::Height(height)),
            (None, Some(text), None) => time::parse(text).map(At::Time).ok_or_else(|| wrong(text)),
            (Some(text), None, None) => match text.parse() {
                Ok(height) => Ok(At::Height(height)),
                Err(_) => time::parse(text).map(At::Time).ok_or_else(|| wrong(text)),
            },
            _ => Err(Problem::parameter("give one of at, time and height")),
        }
    }
}

/// What reading a record of the state is, as policies name it. A proof is as public as what it proves: a DID that
/// anybody may resolve, anybody may verify offline.
fn reading(key: &str) -> ApiAction {
    match key.split('/').next() {
        Some("did") => ApiAction::DidResolve,
        Some("status") => ApiAction::StatusRead,
        Some("gov" | "groups" | "group") => ApiAction::GovernanceRead,
        _ => ApiAction::LedgerRead,
    }
}

/// `GET /v1/state/{key}`: the value of a key, or its absence, with proof.
///
/// Records of DIDs and statuses are read like DIDs and statuses: by default without a key. Others need the scope
/// `ledger:read`.
#[utoipa::path(
    get,
    path = "/v1/state/{key}",
    tag = "Ledger",
    params(("key" = String, Path, description = "The key, percent-encoded, such as did/did:hufu:dev:z…/head"), AsOf),
    responses((status = 200, description = "{key, value, height, time, answer}; the bytes alone for Accept: application/vnd.hufu.answer"), (status = 401, description = "This record is not public, and there is no key"), (status = 404, description = "No such height or time")),
    security((), ("api_key" = []), ("unnamed" = [])),
)]
pub(crate) async fn state(
    State(app): State<App>,
    caller: Caller,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Query(as_of): Query<AsOf>,
) -> Result<Response, Problem> {
    let raw = uri.path().strip_prefix("/v1/state/").unwrap_or_default();
    let key = crate::identifiers::percent_decode(raw)
        .ok_or_else(|| Problem::parameter("the key is not percent-encoded text"))?;
    let _permit = authorise(&app, &caller, reading(&key), &Endpoint::of(&key))?;
    let answer = app.ledger().answer(key.as_bytes(), as_of.at()?)?;
    let raw = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains(ANSWER));
    if raw {
        return Ok(([(header::CONTENT_TYPE, ANSWER)], answer.to_bytes()).into_response());
    }
    let mut body = certified(&answer);
    if let Some(members) = body.as_object_mut() {
        members.insert("key".into(), json!(key));
        members
            .insert("value".into(), json!(answer.value.as_ref().map(|value| URL_SAFE_NO_PAD.encode(value))));
    }
    Ok(Json(body).into_response())
}

/// What is common to all certified answers.
pub(super) fn certified(answer: &Answer) -> Value {
    let header = &answer.header.header;
    json!({
        "height": header.height,
        "time": time::rfc3339(header.time_ms),
        "until": answer.successor.as_ref().map(|next| time::rfc3339(next.header.header.time_ms)),
        "headerHash": header.hash().to_string(),
        "stateRoot": header.state_root.to_string(),
        "answer": URL_SAFE_NO_PAD.encode(answer.to_bytes()),
    })
}
