//! Credentials that were issued here: kept for their tenant, found by id or newest first.
//!
//! Keys begin with a hash of the tenant, so that no query can reach into another's range:
//! `<tenant, 16 bytes> i <id, 16 bytes>` holds the record, `<tenant> t <time, descending> <id>` the order.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use hufu_credentials::Credential;
use hufu_policy::ApiAction;
use hufu_store::Range;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::instance::Securing;
use crate::{
    app::App,
    audit::Outcome,
    authorise::{Endpoint, authorise},
    body::{Listing, Page, Path, Query, cursor},
    caller::Caller,
    error::{Kind, Problem},
    store::{CREDENTIALS, Writes, from_json},
    time,
};

/// What is kept of a credential.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Stored {
    id: String,
    types: Vec<String>,
    issuer: String,
    /// The name of the suite, or `jwt`.
    suite: String,
    issued_ms: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    deleted_ms: Option<u64>,
    /// The signed credential; absent once it is deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    credential: Option<Value>,
    /// Its status entries; they outlive its deletion.
    #[serde(default)]
    status: Vec<Value>,
}

impl Stored {
    pub(super) fn new(id: &str, credential: &Credential, securing: Securing, issued_ms: u64) -> Self {
        Self {
            id: id.to_owned(),
            types: credential.types().map(str::to_owned).collect(),
            issuer: credential.issuer().to_owned(),
            suite: securing.to_string(),
            issued_ms,
            deleted_ms: None,
            credential: None,
            status: credential.statuses().to_vec(),
        }
    }

    /// What lists and the console show.
    pub(crate) fn summary(&self) -> Value {
        let kind = self.types.iter().find(|kind| *kind != "VerifiableCredential");
        json!({
            "id": self.id,
            "type": kind.map_or("VerifiableCredential", String::as_str),
            "types": self.types,
            "issuer": self.issuer,
            "suite": self.suite,
            "issued": time::rfc3339(self.issued_ms),
            "deleted": self.deleted_ms.map(time::rfc3339),
            "status": self.status,
        })
    }

    pub(super) fn statuses(&self) -> &[Value] {
        &self.status
    }

    pub(super) fn issuer(&self) -> &str {
        &self.issuer
    }
}

fn short_hash(text: &str) -> Vec<u8> {
    let mut hash = Sha256::digest(text).to_vec();
    hash.truncate(16);
    hash
}

fn record_key(tenant: &str, id: &str) -> Vec<u8> {
    [short_hash(tenant), b"i".to_vec(), short_hash(id)].concat()
}

fn order_prefix(tenant: &str) -> Vec<u8> {
    [short_hash(tenant), b"t".to_vec()].concat()
}

fn order_key(tenant: &str, issued_ms: u64, id: &str) -> Vec<u8> {
    // descending: the newest has the smallest key
    [order_prefix(tenant), (u64::MAX - issued_ms).to_be_bytes().to_vec(), short_hash(id)].concat()
}

/// The counter of a tenant's credentials.
pub(crate) fn counter(tenant: &str) -> Vec<u8> {
    [b"count/credentials/".to_vec(), short_hash(tenant)].concat()
}

/// The writes that keep a credential.
pub(super) fn writes(caller: &Caller, record: &Stored, signed: Value) -> Writes {
    let tenant = caller.tenant();
    let kept = Stored { credential: Some(signed), ..record.clone() };
    Writes::new()
        .put_json(CREDENTIALS, record_key(tenant, &record.id), &kept)
        .put(CREDENTIALS, order_key(tenant, record.issued_ms, &record.id), record_key(tenant, &record.id))
        .count(counter(tenant))
}

/// Fails if the tenant has a credential of this id; test suites issue the same ones again and again.
pub(super) fn free(app: &App, caller: &Caller, id: &str) -> Result<(), Problem> {
    if matches!(caller, Caller::Conformance)
        || app.store().get(CREDENTIALS, &record_key(caller.tenant(), id))?.is_none()
    {
        return Ok(());
    }
    Err(Problem::new(
        Kind::Conflict,
        format!(
            "a credential with the id {id} was issued already; a repeated request needs an idempotency-key"
        ),
    ))
}

/// The caller's record of this id; another tenant's is not there.
pub(super) fn find(app: &App, caller: &Caller, id: &str) -> Result<Stored, Problem> {
    app.store()
        .get_json(CREDENTIALS, &record_key(caller.tenant(), id))?
        .ok_or_else(|| Problem::not_found(format!("no credential {id} was issued here for you")))
}

/// The caller's credential of this id, unless it was deleted.
pub(crate) fn credential(app: &App, tenant: &str, id: &str) -> Result<Option<Value>, Problem> {
    let stored: Option<Stored> = app.store().get_json(CREDENTIALS, &record_key(tenant, id))?;
    Ok(stored.and_then(|stored| stored.credential))
}

/// The newest records of a tenant after a position, each with its position.
fn newest(
    app: &App,
    tenant: &str,
    after: Option<&[u8]>,
    limit: usize,
) -> Result<Vec<(Vec<u8>, Stored)>, Problem> {
    let prefix = order_prefix(tenant);
    let after = after.map(|after| [prefix.clone(), after.to_vec()].concat());
    let range = Range::prefix(&prefix, limit).after(after.as_deref());
    let mut found = Vec::new();
    for (key, record) in app.store().page(CREDENTIALS, range)? {
        if let Some(bytes) = app.store().get(CREDENTIALS, &record)? {
            let position = key.get(prefix.len()..).unwrap_or_default().to_vec();
            found.push((position, from_json(&bytes)?));
        }
    }
    Ok(found)
}

/// Summaries of the newest credentials of a tenant.
pub(crate) fn recent(app: &App, tenant: &str, limit: usize) -> Result<Vec<Value>, Problem> {
    Ok(newest(app, tenant, None, limit)?.iter().map(|(_, stored)| stored.summary()).collect())
}

#[derive(Debug, Deserialize)]
pub(crate) struct Id {
    pub(super) id: String,
}

/// `GET /credentials`: the credentials issued for the caller, newest first.
#[utoipa::path(
    get,
    path = "/credentials",
    tag = "VC-API",
    params(Page),
    responses((status = 200, description = "{items, next}")),
    security(("api_key" = [])),
)]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(page): Query<Page>,
) -> Result<Json<Listing<Value>>, Problem> {
    let _permit = authorise(&app, &caller, ApiAction::CredentialsRead, &Endpoint::of("credentials"))?;
    let limit = page.limit()?;
    let found = newest(&app, caller.tenant(), page.after()?.as_deref(), limit)?;
    let next = (found.len() == limit).then(|| found.last().map(|(position, _)| cursor(position))).flatten();
    Ok(Json(Listing { items: found.iter().map(|(_, stored)| stored.summary()).collect(), next }))
}

/// `GET /credentials/{id}`: a stored credential.
#[utoipa::path(
    get,
    path = "/credentials/{id}",
    tag = "VC-API",
    params(("id" = String, Path, description = "The credential's id, percent-encoded")),
    responses((status = 200, description = "{verifiableCredential}"), (status = 404, description = "None of that id was issued for the caller"), (status = 410, description = "It was deleted")),
    security(("api_key" = [])),
)]
pub(crate) async fn get(
    State(app): State<App>,
    caller: Caller,
    Path(Id { id }): Path<Id>,
) -> Result<Json<Value>, Problem> {
    let _permit = authorise(&app, &caller, ApiAction::CredentialsRead, &Endpoint::of(&id))?;
    let stored = find(&app, &caller, &id)?;
    match stored.credential {
        Some(credential) => Ok(Json(json!({ "verifiableCredential": credential }))),
        None => Err(Problem::new(
            Kind::Gone,
            format!(
                "the credential {id} was deleted at {}",
                stored.deleted_ms.map(time::rfc3339).unwrap_or_default()
            ),
        )),
    }
}

/// `DELETE /credentials/{id}`: forgets a stored credential. Its status stays what it is.
#[utoipa::path(
    delete,
    path = "/credentials/{id}",
    tag = "VC-API",
    params(("id" = String, Path, description = "The credential's id, percent-encoded")),
    responses((status = 204, description = "Forgotten"), (status = 404, description = "None of that id was issued for the caller")),
    security(("api_key" = [])),
)]
pub(crate) async fn delete(
    State(app): State<App>,
    caller: Caller,
    Path(Id { id }): Path<Id>,
) -> Result<Response, Problem> {
    let permit = authorise(&app, &caller, ApiAction::CredentialsDelete, &Endpoint::of(&id))?;
    let stored = find(&app, &caller, &id)?;
    if stored.deleted_ms.is_some() {
        return Err(Problem::new(Kind::Gone, format!("the credential {id} was deleted before")));
    }
    let stored = Stored { deleted_ms: Some(time::now_ms()), credential: None, ..stored };
    let writes = Writes::new().put_json(CREDENTIALS, record_key(caller.tenant(), &id), &stored);
    app.store().commit(writes.record(permit.record(Outcome::Done))).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// An id as a path segment.
pub(super) fn escape(id: &str) -> String {
    use std::fmt::Write as _;
    id.bytes().fold(String::with_capacity(id.len()), |mut text, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~:".contains(&byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
        text
    })
}
