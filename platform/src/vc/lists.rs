//! Status lists: made, filled, and published as signed credentials.
//!
//! The bits are ledger state; what is kept here is how a list is filled and who signs its credential.
//! Indexes are handed out in an order that tells nothing. The counter of used ones is made durable in
//! steps of [`RESERVE`], ahead of use: a crash wastes indexes and never hands one out twice.
//!
//! `GET /status-lists/{id}` rebuilds the credential from the ledger's entries when the list has changed
//! or the copy gets old, and serves it from memory otherwise.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Extension, Json,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use hufu_credentials::{
    ProofOptions, Suite, issue as sign,
    status::{
        Allocator, EntryRecord, ListDescription, ListRecord, MIN_ENTRIES, StatusEntry, StatusOperation,
        StatusPurpose, entry_prefix, list_key,
    },
};
use hufu_did::Did;
use hufu_policy::ApiAction;
use hufu_store::Range;
use jiff::{SignedDuration, Timestamp};
use rand::Rng as _;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::Mutex as Turn;

use super::{
    instance::{Instance, Wanted},
    issue::{OneOrMany, StatusWish, refused},
    stored::Id,
};
use crate::{
    app::{App, blocking},
    audit::{Outcome, Record},
    authorise::{Endpoint, authorise},
    body::{Body, Listing, Page, Path, Query, cursor},
    caller::Caller,
    error::Problem,
    sender::{Module, send},
    store::{LISTS, Writes, from_json},
    time,
    vault::Signer,
};

/// How many indexes are reserved by one durable write.
const RESERVE: u64 = 1024;

/// How long verifiers may keep a copy of a list.
const TTL: SignedDuration = SignedDuration::from_mins(5);

/// How long a published copy is valid.
const VALID: SignedDuration = SignedDuration::from_hours(24);

/// When a copy in memory is made anew, although nothing changed.
const REFRESH: SignedDuration = SignedDuration::from_hours(12);

/// Most published copies kept in memory; beyond that they are made anew.
const MAX_PUBLISHED: usize = 1_000;

/// Most URLs about a list's statuses: every entry repeats them.
const MAX_REFERENCES: usize = 8;

/// Entries of a list read from the ledger at once.
const SCAN: usize = 1000;

/// What is kept of a list.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct List {
    id: String,
    url: String,
    tenant: String,
    /// The issuer of the credentials in it and of the list's own credential.
    issuer: Did,
    /// The DID that owns it on the ledger.
    owner: Did,
    purposes: Vec<StatusPurpose>,
    entries: u64,
    messages: Vec<String>,
    /// URLs of material about what the statuses mean.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    references: Vec<String>,
    /// Whether it was made because an issuer had none.
    automatic: bool,
    /// Who signs its credential, in conformance mode.
    #[serde(skip_serializing_if = "Option::is_none")]
    instance: Option<String>,
    /// The allocator's key, sealed.
    sealed_key: String,
    /// Indexes that may have been handed out.
    reserved: u64,
}

/// The open lists of this process.
#[derive(Debug, Default)]
pub(crate) struct Lists {
    open: Mutex<HashMap<String, Arc<Turn<Open>>>>,
    /// So that an issuer's first two credentials at once make one list.
    making: Turn<()>,
}

#[derive(Debug)]
struct Open {
    list: List,
    allocator: Allocator,
}

/// Published credentials, by list id.
#[derive(Debug, Default)]
pub(crate) struct ListCache(Mutex<HashMap<String, Arc<Published>>>);

#[derive(Debug)]
struct Published {
    changes: u64,
    made: Timestamp,
    body: String,
}

/// The status entries that the `status` instance adds.
pub(super) fn default_wish() -> StatusWish {
    StatusWish { list: None, purposes: None }
}

/// Status entries for one new credential of `signer`'s DID.
pub(super) async fn allocate(
    app: &App,
    caller: &Caller,
    instance: Instance,
    signer: &Signer,
    wish: &StatusWish,
) -> Result<Vec<Value>, Problem> {
    let purposes = match &wish.purposes {
        None => vec![StatusPurpose::Revocation],
        Some(names) => names.iter().map(|name| name.parse().map_err(refused)).collect::<Result<_, _>>()?,
    };
    let mut entries = Vec::new();
    for purpose in purposes {
        let id = match &wish.list {
            Some(url) => find(app, caller, url)?.id,
            None => automatic(app, caller, instance, signer, purpose).await?,
        };
        entries.push(next(app, &id, signer.method.did(), purpose).await?.to_value());
    }
    Ok(entries)
}

/// The next entry of a list.
async fn next(app: &App, id: &str, issuer: &Did, purpose: StatusPurpose) -> Result<StatusEntry, Problem> {
    let open = open(app, id)?;
    let mut open = open.lock().await;
    if !open.list.purposes.contains(&purpose) {
        return Err(Problem::invalid(format!(
            "options.status: the list {} is not for {purpose}",
            open.list.url
        )));
    }
    if open.list.issuer != *issuer {
        return Err(Problem::invalid(format!(
            "options.status: the list {} belongs to another issuer",
            open.list.url
        )));
    }
    if open.allocator.used() >= open.list.reserved {
        let reserved = open.list.entries.min(open.allocator.used() + RESERVE);
        let list = List { reserved, ..open.list.clone() };
        app.store().commit(Writes::new().put_json(LISTS, list_name(&list.id), &list)).await?;
        open.list = list;
    }
    let index = open.allocator.allocate().ok_or_else(|| {
        Problem::new(crate::error::Kind::Conflict, format!("the status list {} is full", open.list.url))
    })?;
    let reference = open.list.references.clone();
    let entry = StatusEntry { reference, ..StatusEntry::new(&open.list.url, purpose, index) };
    match open.list.messages.is_empty() {
        true => Ok(entry),
        false => entry.with_messages(&open.list.messages).map_err(refused),
    }
}

/// The list that an issuer's credentials go to by themselves; made when there is none, or the last is full.
async fn automatic(
    app: &App,
    caller: &Caller,
    instance: Instance,
    signer: &Signer,
    purpose: StatusPurpose,
) -> Result<String, Problem> {
    let name = automatic_name(caller.tenant(), signer.method.did(), purpose);
    let current = || -> Result<Option<List>, Problem> {
        let Some(id) = app.store().get(LISTS, &name)? else { return Ok(None) };
        let id = String::from_utf8(id).map_err(Problem::internal)?;
        Ok(load(app, &id)?.filter(|list| list.reserved < list.entries))
    };
    if let Some(list) = current()? {
        return Ok(list.id);
    }
    let _making = app.lists().making.lock().await;
    if let Some(list) = current()? {
        return Ok(list.id);
    }
    let wish = NewList {
        issuer: signer.method.did().to_string(),
        purposes: vec![purpose.as_str().to_owned()],
        entries: None,
        status_size: None,
        messages: Vec::new(),
        reference: None,
    };
    let (list, _) = make(app, caller, instance, signer, &wish, true).await?;
    app.store().commit(Writes::new().put(LISTS, name, list.id.as_bytes())).await?;
    Ok(list.id)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct NewList {
    /// The issuer whose credentials go into the list.
    issuer: String,
    purposes: Vec<String>,
    #[serde(default)]
    entries: Option<u64>,
    #[serde(default)]
    status_size: Option<u8>,
    #[serde(default)]
    messages: Vec<String>,
    /// URLs of material about what the statuses mean; every entry repeats them.
    #[serde(default)]
    reference: Option<OneOrMany>,
}

/// Makes a list: on the ledger first, then here.
async fn make(
    app: &App,
    caller: &Caller,
    instance: Instance,
    signer: &Signer,
    wish: &NewList,
    automatic: bool,
) -> Result<(List, crate::ledger::Receipt), Problem> {
    let mut bytes = [0_u8; 10];
    rand::rng().fill_bytes(&mut bytes);
    let id = hex::encode(bytes);
    let mut key = [0_u8; 32];
    rand::rng().fill_bytes(&mut key);
    let issuer = signer.method.did().clone();
    let on_ledger = issuer.method() == "hufu";
    let list = List {
        url: format!("{}/status-lists/{id}", app.config().public_url()),
        tenant: caller.tenant().to_owned(),
        owner: if on_ledger { issuer.clone() } else { app.service().method.did().clone() },
        issuer,
        purposes: wish.purposes.iter().map(|name| name.parse().map_err(refused)).collect::<Result<_, _>>()?,
        entries: wish.entries.unwrap_or(MIN_ENTRIES),
        messages: wish.messages.clone(),
        references: wish.reference.clone().map(OneOrMany::into_vec).unwrap_or_default(),
        automatic,
        instance: match instance {
            Instance::Bound(binding) if !on_ledger => Some(binding.name.to_owned()),
            Instance::Unbound if !on_ledger => Some("any".to_owned()),
            _ => None,
        },
        sealed_key: app.vault().seal_bytes(id.as_bytes(), &key)?,
        reserved: 0,
        id,
    };
    if list.references.len() > MAX_REFERENCES {
        return Err(Problem::invalid(format!("reference has more than {MAX_REFERENCES} URLs")));
    }
    for purpose in &list.purposes {
        let sample = StatusEntry::new(&list.url, *purpose, 0);
        let sample = StatusEntry { reference: list.references.clone(), ..sample };
        StatusEntry::parse(&sample.to_value()).map_err(refused)?;
    }
    let operation = StatusOperation::CreateList {
        id: list.url.clone(),
        purposes: list.purposes.clone(),
        entries: list.entries,
        status_size: wish.status_size.unwrap_or(1),
        messages: list.messages.clone(),
    };
    let receipt = send(app, &owner(app, &list)?, Module::Status, operation.to_bytes()).await?;
    app.store().commit(Writes::new().put_json(LISTS, list_name(&list.id), &list)).await?;
    Ok((list, receipt))
}

fn list_name(id: &str) -> Vec<u8> {
    [b"list/", id.as_bytes()].concat()
}

fn automatic_name(tenant: &str, issuer: &Did, purpose: StatusPurpose) -> Vec<u8> {
    format!("automatic/{tenant}/{issuer}/{purpose}").into_bytes()
}

fn load(app: &App, id: &str) -> Result<Option<List>, Problem> {
    app.store().get_json(LISTS, &list_name(id))
}

/// The caller's list with this URL.
pub(super) fn find(app: &App, caller: &Caller, url: &str) -> Result<List, Problem> {
    let id = url.rsplit('/').next().unwrap_or_default();
    load(app, id)?
        .filter(|list| list.url == url && list.tenant == caller.tenant())
        .ok_or_else(|| Problem::not_found(format!("no status list {url} was made here for you")))
}

/// Who writes a list on the ledger.
pub(super) fn owner(app: &App, list: &List) -> Result<Signer, Problem> {
    if list.owner == *app.service().method.did() {
        return Ok(app.service().clone());
    }
    let signer = app.vault().signer(&list.owner, |_| true)?;
    signer.ok_or_else(|| {
        Problem::internal(format!("no key of {} is held here, although its list is", list.owner))
    })
}

fn open(app: &App, id: &str) -> Result<Arc<Turn<Open>>, Problem> {
    let lists = app.lists();
    let guard = |lists: &Lists| lists.open.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned();
    if let Some(open) = guard(lists) {
        return Ok(open);
    }
    let list = load(app, id)?.ok_or_else(|| Problem::not_found(format!("there is no status list {id}")))?;
    let key = app.vault().open_bytes(id.as_bytes(), &list.sealed_key)?;
    let key: [u8; 32] =
        key.try_into().map_err(|_| Problem::internal("an allocator's key has another length"))?;
    // everything reserved counts as used: the process that reserved it may have handed it out
    let allocator = Allocator::new(key, list.entries, list.reserved);
    let mut open = lists.open.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(Arc::clone(open.entry(id.to_owned()).or_insert_with(|| Arc::new(Turn::new(Open { list, allocator })))))
}

/// `POST /status-lists`: makes a status list.
#[utoipa::path(
    post,
    path = "/status-lists",
    tag = "VC-API",
    request_body(content_type = "application/json", example = json!({"issuer": "did:hufu:dev:z…", "purposes": ["revocation"]})),
    responses((status = 201, description = "The list; Location names its credential"), (status = 422, description = "The ledger refuses it")),
    security(("api_key" = [])),
)]
pub(crate) async fn create(
    State(app): State<App>,
    caller: Caller,
    Extension(instance): Extension<Instance>,
    Body(wish): Body<NewList>,
) -> Result<Response, Problem> {
    let endpoint = Endpoint::of("status-lists").about(&wish.issuer, []);
    let permit = authorise(&app, &caller, ApiAction::StatusCreateList, &endpoint)?;
    let issuing = instance.issuing(&app, &caller, &wish.issuer, Wanted::Anything)?;
    let (list, receipt) = match make(&app, &caller, instance, &issuing.list_signer(&app)?, &wish, false).await
    {
        Ok(made) => made,
        Err(problem) => return Err(permit.not_done(&app, problem).await),
    };
    let transaction = Some(receipt.transaction.to_string());
    let record = Record { transaction, ..permit.about(&list.url).record(Outcome::Done) };
    app.store().commit(Writes::new().record(record)).await?;
    let mut body = summary(&list);
    if let Some(members) = body.as_object_mut() {
        members.insert("transaction".into(), json!(receipt.transaction.to_string()));
        members.insert("height".into(), json!(receipt.height));
        members.insert("time".into(), json!(time::rfc3339(receipt.time_ms)));
    }
    let mut response = (StatusCode::CREATED, Json(body)).into_response();
    if let Ok(location) = HeaderValue::from_str(&list.url) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

fn summary(list: &List) -> Value {
    json!({
        "id": list.url,
        "issuer": list.issuer.as_str(),
        "owner": list.owner.as_str(),
        "purposes": list.purposes,
        "entries": list.entries,
        "messages": list.messages,
        "reference": list.references,
        "automatic": list.automatic,
    })
}

/// `GET /status-lists`: the caller's lists.
#[utoipa::path(
    get,
    path = "/status-lists",
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
    let _permit = authorise(&app, &caller, ApiAction::CredentialsRead, &Endpoint::of("status-lists"))?;
    let limit = page.limit()?;
    let mut after = page.after()?;
    let mut items = Vec::new();
    loop {
        let found = app.store().page(LISTS, Range::prefix(b"list/", limit).after(after.as_deref()))?;
        let Some((last, _)) = found.last() else { return Ok(Json(Listing { items, next: None })) };
        after = Some(last.clone());
        for (key, bytes) in found {
            let list: List = from_json(&bytes)?;
            if list.tenant == caller.tenant() {
                items.push(summary(&list));
            }
            if items.len() == limit {
                return Ok(Json(Listing { items, next: Some(cursor(&key)) }));
            }
        }
    }
}

/// `GET /status-lists/{id}`: the list as a signed credential, for anybody.
#[utoipa::path(
    get,
    path = "/status-lists/{id}",
    tag = "VC-API",
    params(("id" = String, Path, description = "The last segment of the list's URL")),
    responses((status = 200, description = "A BitstringStatusListCredential"), (status = 404, description = "There is no such list")),
    security((), ("api_key" = [])),
)]
pub(crate) async fn get(
    State(app): State<App>,
    caller: Caller,
    Path(Id { id }): Path<Id>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let _permit = authorise(&app, &caller, ApiAction::StatusRead, &Endpoint::of(&id))?;
    let list =
        load(&app, &id)?.ok_or_else(|| Problem::not_found(format!("there is no status list {id} here")))?;
    let bytes = app.ledger().read(&list_key(&list.url))?;
    let bytes =
        bytes.ok_or_else(|| Problem::not_found(format!("the list {} is not on the ledger", list.url)))?;
    let record = ListRecord::from_bytes(&bytes).map_err(Problem::internal)?;
    let published = match app.list_cache().fresh(&id, record.changes) {
        Some(published) => published,
        None => {
            let made = app.clone();
            let published = Arc::new(blocking(move || publish(&made, &list, &record)).await??);
            app.list_cache().keep(&id, Arc::clone(&published));
            published
        }
    };
    let wants_vc = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    let media_type = match wants_vc {
        Some(accept) if accept.split(',').any(|range| range.trim() == "application/vc") => "application/vc",
        _ => "application/json",
    };
    let cache = format!("max-age={}", TTL.as_secs());
    let headers = [(header::CONTENT_TYPE, media_type), (header::CACHE_CONTROL, &cache)];
    Ok((headers, published.body.clone()).into_response())
}

/// The signed credential of a list, from its entries on the ledger.
fn publish(app: &App, list: &List, record: &ListRecord) -> Result<Published, Problem> {
    let prefix = entry_prefix(&list.url);
    let (mut entries, mut after) = (Vec::new(), None::<Vec<u8>>);
    loop {
        let page = app.ledger().scan(&prefix, after.as_deref(), SCAN)?;
        for (_, bytes) in &page {
            entries.push(EntryRecord::from_bytes(bytes).map_err(Problem::internal)?);
        }
        match page.last() {
            Some((key, _)) if page.len() == SCAN => after = Some(key.clone()),
            _ => break,
        }
    }
    let bits = record.bitstring(entries).map_err(Problem::internal)?;
    let now = Timestamp::now();
    let description = ListDescription {
        id: list.url.clone(),
        issuer: list.issuer.to_string(),
        purposes: list.purposes.clone(),
        valid_from: Some(now),
        valid_until: now.checked_add(VALID).ok(),
        ttl_ms: u64::try_from(TTL.as_millis()).ok(),
    };
    let credential = description.credential(&bits).map_err(Problem::internal)?;
    let signer = match &list.instance {
        Some(instance) => app.conformance_key(instance).and_then(|key| key.signer()).cloned(),
        None => app.vault().signer(&list.issuer, |_| true)?,
    };
    let signer =
        signer.ok_or_else(|| Problem::internal(format!("no key of {} is held here", list.issuer)))?;
    let suite = Suite::for_algorithm(signer.key.algorithm()).next();
    let suite = suite.ok_or_else(|| Problem::internal("the list's issuer has a key without a suite"))?;
    let options = ProofOptions::new(suite, signer.method.as_str()).created_at(now);
    let signed = sign(credential, &signer.key, &options, app.contexts()).map_err(Problem::internal)?;
    Ok(Published { changes: record.changes, made: now, body: signed.into_value().to_string() })
}

impl ListCache {
    fn fresh(&self, id: &str, changes: u64) -> Option<Arc<Published>> {
        let cache = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let published = cache.get(id)?;
        let young = Timestamp::now().duration_since(published.made) < REFRESH;
        (published.changes == changes && young).then(|| Arc::clone(published))
    }

    fn keep(&self, id: &str, published: Arc<Published>) {
        let mut cache = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if cache.len() >= MAX_PUBLISHED {
            cache.clear();
        }
        cache.insert(id.to_owned(), published);
    }
}
