//! `Idempotency-Key`: a request that is sent twice is done once.
//!
//! A record is found by caller, method, path and key, and holds the SHA-256 of the body with the answer.
//!
//! 1. The same key and body again: the recorded answer, with `idempotent-replayed: true`.
//! 2. The same key and another body: 422. Callers without an API key cannot be told apart: of theirs the body is part of
//!    the name, and a key that another of them has used is no obstacle.
//! 3. While the first is still at work, the second waits for it and gets its answer.
//! 4. Answers of 500 and above are not recorded, nor 401 and 429: the caller is to try again. Of callers without an API key only
//!    what was done is recorded, not what was refused, so that nobody unknown fills the disk; nor is what is the same each time
//!    ([`same_each_time`]).
//!
//! Records are durable before the first answer leaves, and are kept for [`KEPT`].
//!
//! What changes something is done to its end, key or no key, also when its caller goes away or waits no longer: then
//! its audit record is written, and a second attempt finds the answer of the first.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    body::{Body, Bytes},
    extract::{FromRequest as _, Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use http_body_util::BodyExt as _;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tokio::sync::Mutex as Turn;

use crate::{
    app::App,
    body,
    caller::Caller,
    error::{Kind, Problem},
    store::{IDEMPOTENCY, Store, Writes, from_json},
    telemetry, time,
};

/// The header a caller sends.
pub(crate) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The header that marks a recorded answer.
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// The longest idempotency key, in bytes.
const MAX_KEY: usize = 255;

/// How long an answer is kept.
pub(crate) const KEPT: Duration = Duration::from_secs(24 * 60 * 60);

/// The headers of an answer that are kept with it.
const KEPT_HEADERS: [HeaderName; 2] = [header::CONTENT_TYPE, header::LOCATION];

/// Requests at work, so that a second one waits for the first.
#[derive(Debug, Default)]
pub(crate) struct InFlight(Mutex<HashMap<Vec<u8>, Arc<Turn<()>>>>);

/// Marks an answer that needs no record.
#[derive(Clone, Copy, Debug)]
struct SameEachTime;

/// An answer that the same request gets each time, and that changes nothing: there is no need to keep it, and with another key for
/// each time anybody who has such a request could have it kept without end.
pub(crate) fn same_each_time(mut answer: Response) -> Response {
    answer.extensions_mut().insert(SameEachTime);
    answer
}

#[derive(Debug, Serialize, Deserialize)]
struct Recorded {
    body_hash: String,
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
    expires_ms: u64,
}

/// The middleware; it stands inside authentication, so that keys of different callers never meet.
pub(crate) async fn once(State(app): State<App>, request: Request, next: Next) -> Response {
    if !matches!(*request.method(), Method::POST | Method::DELETE) {
        return next.run(request).await;
    }
    telemetry::to_the_end(async move {
        match request.headers().get(&IDEMPOTENCY_KEY).cloned() {
            Some(key) => {
                serve(&app, &key, request, next).await.unwrap_or_else(|problem| problem.into_response())
            }
            None => next.run(request).await,
        }
    })
    .await
}

async fn serve(app: &App, key: &HeaderValue, request: Request, next: Next) -> Result<Response, Problem> {
    let key = readable(key)?;
    let (parts, body) = request.into_parts();
    let bytes =
        Bytes::from_request(Request::from_parts(parts.clone(), body), &()).await.map_err(body::unreadable)?;
    let body_hash = hex::encode(Sha256::digest(&bytes));
    let name = record_name(&parts, key, &body_hash);
    let keyless = parts.extensions.get::<Caller>().is_none_or(Caller::is_keyless);

    // Step 3: one at a time for this name
    let turn = app.in_flight().turn(&name);
    let _waiting = turn.lock().await;
    match recorded(app.store(), &name)? {
        // Step 2
        Some(found) if found.body_hash != body_hash => Err(Problem::new(
            Kind::IdempotencyMismatch,
            "this idempotency key was used with a different body; a new request needs a new key",
        )),
        // Step 1
        Some(found) => found.replay(),
        None => {
            let response = next.run(Request::from_parts(parts, Body::from(bytes))).await;
            if is_kept(&response, keyless) {
                keep(app.store(), &name, body_hash, response).await
            } else {
                Ok(response)
            }
        }
    }
}

fn readable(key: &HeaderValue) -> Result<&str, Problem> {
    key.to_str().ok().filter(|key| !key.is_empty() && key.len() <= MAX_KEY).ok_or_else(|| {
        Problem::invalid(format!("idempotency-key must be 1 to {MAX_KEY} visible ASCII characters"))
    })
}

/// The key of the record: injective in caller, method, path and idempotency key, and for a guest the body.
fn record_name(request: &Parts, key: &str, body_hash: &str) -> Vec<u8> {
    let caller = request.extensions.get::<Caller>().filter(|caller| !matches!(caller, Caller::Guest));
    let whose = caller.map_or(["guest", body_hash], |caller| [caller.key_id(), ""]);
    let mut hash = Sha256::new();
    for part in whose.into_iter().chain([request.method.as_str(), request.uri.path(), key]) {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().to_vec()
}

fn recorded(store: &Store, name: &[u8]) -> Result<Option<Recorded>, Problem> {
    let found: Option<Recorded> = store.get_json(IDEMPOTENCY, name)?;
    Ok(found.filter(|found| found.expires_ms > time::now_ms()))
}

/// Step 4.
fn is_kept(response: &Response, keyless: bool) -> bool {
    let status = response.status();
    let again = [StatusCode::UNAUTHORIZED, StatusCode::TOO_MANY_REQUESTS];
    let final_answer = !status.is_server_error() && !again.contains(&status);
    let done = status.is_success() || !keyless;
    final_answer && done && response.extensions().get::<SameEachTime>().is_none()
}

async fn keep(
    store: &Store,
    name: &[u8],
    body_hash: String,
    response: Response,
) -> Result<Response, Problem> {
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.map_err(Problem::internal)?.to_bytes();
    let headers = KEPT_HEADERS.iter().filter_map(|name| {
        let value = parts.headers.get(name)?.to_str().ok()?;
        Some((name.to_string(), value.to_owned()))
    });
    let record = Recorded {
        body_hash,
        status: parts.status.as_u16(),
        headers: headers.collect(),
        body: STANDARD.encode(&bytes),
        expires_ms: time::now_ms() + u64::try_from(KEPT.as_millis()).unwrap_or(u64::MAX),
    };
    store.commit(Writes::new().put_json(IDEMPOTENCY, name, &record)).await?;
    Ok(Response::from_parts(parts, Body::from(bytes)))
}

impl Recorded {
    fn replay(self) -> Result<Response, Problem> {
        let body = STANDARD.decode(&self.body).map_err(Problem::internal)?;
        let status = StatusCode::from_u16(self.status).map_err(Problem::internal)?;
        let mut response = (status, body).into_response();
        response.headers_mut().remove(header::CONTENT_TYPE);
        for (name, value) in self.headers {
            let name: HeaderName = name.parse().map_err(Problem::internal)?;
            response.headers_mut().insert(name, value.parse().map_err(Problem::internal)?);
        }
        response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
        Ok(response)
    }
}

/// A place in the queue for one name.
struct Place<'a> {
    of: &'a InFlight,
    name: Vec<u8>,
    turn: Arc<Turn<()>>,
}

impl InFlight {
    fn turn(&self, name: &[u8]) -> Place<'_> {
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = Arc::clone(turns.entry(name.to_vec()).or_default());
        Place { of: self, name: name.to_vec(), turn }
    }
}

impl std::ops::Deref for Place<'_> {
    type Target = Turn<()>;

    fn deref(&self) -> &Turn<()> {
        &self.turn
    }
}

impl Drop for Place<'_> {
    /// Forgets the name when nobody else waits for it.
    fn drop(&mut self) {
        let mut turns = self.of.0.lock().unwrap_or_else(PoisonError::into_inner);
        // the map's and this one
        if Arc::strong_count(&self.turn) == 2 {
            turns.remove(&self.name);
        }
    }
}

/// Forgets what expired, from where the last sweep ended.
pub(crate) async fn sweep(store: &Store, from: &mut Option<Vec<u8>>) -> Result<(), Problem> {
    store.sweep(IDEMPOTENCY, from, |bytes| Ok(from_json::<Recorded>(bytes)?.expires_ms)).await
}
