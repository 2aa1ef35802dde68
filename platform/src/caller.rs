//! Who is calling: API keys, and the caller that a request is attributed to.
//!
//! A key is `hufu_<id>_<secret>`: the id finds the record, the secret is 256 random bits of which only
//! the SHA-256 is kept (a key derivation would protect guessable secrets; these are not). A key is
//! bound to one DID and acts for it: the DID is the tenant, its lists and accreditations on the ledger
//! are the facts that permissions are decided on, and the key's scopes narrow them.
//!
//! [`identify`] only establishes who calls. What a caller may do is decided by `authorise`.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, PoisonError, RwLock},
};

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{header, request::Parts},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hufu_did::Did;
use hufu_light::{GroupName, RingName};
use hufu_store::Range;
use rand::Rng as _;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::{
    app::App,
    error::{Kind, Problem},
    store::{API_KEYS, Store, Writes, from_json},
    time, unnamed,
};

/// What every key begins with, so that leaked ones are found by scanners.
pub(crate) const KEY_PREFIX: &str = "hufu_";

/// The scopes that policies know, in the words of the default policy set.
pub const SCOPES: [&str; 12] = [
    "credentials:issue",
    "credentials:verify",
    "credentials:revoke",
    "credentials:hold",
    "status:create",
    "dids:write",
    "governance:write",
    "ledger:read",
    "ledger:write",
    "audit:read",
    "jobs:manage",
    "keys:manage",
];

/// The tenant of conformance mode.
const CONFORMANCE: &str = "conformance";

/// The longest label of a key, in bytes.
const MAX_LABEL: usize = 200;

/// A key's record; it does not contain the secret.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiKey {
    /// The public id.
    pub id: String,
    /// The DID that the key acts for.
    pub did: Did,
    /// What it is for, in its owner's words.
    pub label: String,
    /// What it may do.
    pub scopes: BTreeSet<String>,
    /// When it was made, milliseconds since 1970.
    pub created_ms: u64,
    /// When it ends, milliseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_ms: Option<u64>,
    /// When it was withdrawn, milliseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withdrawn_ms: Option<u64>,
    /// SHA-256 of the secret, in hexadecimal.
    secret_hash: String,
}

/// What a new key is to be.
#[derive(Clone, Debug)]
pub struct NewKey {
    /// The DID that it acts for.
    pub did: Did,
    /// What it is for.
    pub label: String,
    /// What it may do; of [`SCOPES`].
    pub scopes: BTreeSet<String>,
    /// When it ends, milliseconds since 1970.
    pub expires_ms: Option<u64>,
}

impl ApiKey {
    /// A new key, and its text, which is shown once and never stored.
    ///
    /// # Errors
    /// [`Kind::InvalidInput`] for an unknown scope, an overlong label or an expiry in the past.
    pub fn generate(new: NewKey) -> Result<(Self, String), Problem> {
        if let Some(unknown) = new.scopes.iter().find(|scope| !SCOPES.contains(&scope.as_str())) {
            return Err(Problem::invalid(format!(
                "there is no scope {unknown:?}; scopes are {}",
                SCOPES.join(", ")
            )));
        }
        if new.label.len() > MAX_LABEL {
            return Err(Problem::invalid(format!("a label has at most {MAX_LABEL} bytes")));
        }
        let created_ms = time::now_ms();
        if new.expires_ms.is_some_and(|expires| expires <= created_ms) {
            return Err(Problem::invalid("the key would have expired already"));
        }
        let (mut id, mut secret) = ([0_u8; 8], [0_u8; 32]);
        rand::rng().fill_bytes(&mut id);
        rand::rng().fill_bytes(&mut secret);
        let (id, secret) = (hex::encode(id), URL_SAFE_NO_PAD.encode(secret));
        let text = format!("{KEY_PREFIX}{id}_{secret}");
        let NewKey { did, label, scopes, expires_ms } = new;
        let secret_hash = hash(&secret);
        Ok((Self { id, did, label, scopes, created_ms, expires_ms, withdrawn_ms: None, secret_hash }, text))
    }

    /// The same key, withdrawn now.
    #[must_use]
    pub fn withdraw(self) -> Self {
        Self { withdrawn_ms: Some(time::now_ms()), ..self }
    }

    /// What is told about a key: everything but the hash of its secret.
    #[must_use]
    pub fn to_public(&self) -> serde_json::Value {
        serde_json::json!({
            "id": self.id,
            "did": self.did.as_str(),
            "label": self.label,
            "scopes": self.scopes,
            "created": time::rfc3339(self.created_ms),
            "expires": self.expires_ms.map(time::rfc3339),
            "withdrawn": self.withdrawn_ms.map(time::rfc3339),
        })
    }
}

fn hash(secret: &str) -> String {
    hex::encode(Sha256::digest(secret))
}

/// All keys, in memory and in the store.
#[derive(Debug)]
pub(crate) struct ApiKeys {
    store: Store,
    by_id: RwLock<HashMap<String, Arc<ApiKey>>>,
}

impl ApiKeys {
    /// Loads the keys of a store.
    pub(crate) fn load(store: Store) -> Result<Self, Problem> {
        let mut by_id = HashMap::new();
        let mut after: Option<Vec<u8>> = None;
        loop {
            let page = store.page(API_KEYS, Range::prefix(b"", 1000).after(after.as_deref()))?;
            let Some((last, _)) = page.last() else { break };
            after = Some(last.clone());
            for (_, bytes) in &page {
                let key: ApiKey = from_json(bytes)?;
                by_id.insert(key.id.clone(), Arc::new(key));
            }
        }
        Ok(Self { store, by_id: RwLock::new(by_id) })
    }

    /// Stores a new or changed key together with `writes`.
    pub(crate) async fn put(&self, key: ApiKey, writes: Writes) -> Result<(), Problem> {
        self.store.commit(writes.put_json(API_KEYS, key.id.as_bytes(), &key)).await?;
        self.by_id.write().unwrap_or_else(PoisonError::into_inner).insert(key.id.clone(), Arc::new(key));
        Ok(())
    }

    /// The key with this id.
    pub(crate) fn get(&self, id: &str) -> Option<Arc<ApiKey>> {
        self.by_id.read().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    /// The keys of a DID, oldest first.
    pub(crate) fn of(&self, did: &Did) -> Vec<Arc<ApiKey>> {
        let keys = self.by_id.read().unwrap_or_else(PoisonError::into_inner);
        let mut keys: Vec<_> = keys.values().filter(|key| key.did == *did).cloned().collect();
        keys.sort_by(|a, b| (a.created_ms, &a.id).cmp(&(b.created_ms, &b.id)));
        keys
    }

    /// The key that a text stands for.
    fn check(&self, text: &str) -> Result<Arc<ApiKey>, Problem> {
        let refused = |why: &str| Problem::new(Kind::Unauthenticated, why);
        let (id, secret) = text
            .strip_prefix(KEY_PREFIX)
            .and_then(|rest| rest.split_once('_'))
            .ok_or_else(|| refused("the authorization header does not carry an API key of this service"))?;
        let key = self.get(id);
        // the same work for unknown ids, so that timing does not tell them apart
        let expected = key.as_ref().map_or_else(|| hash("unknown"), |key| key.secret_hash.clone());
        let equal = bool::from(hash(secret).as_bytes().ct_eq(expected.as_bytes()));
        let key = key.filter(|_| equal).ok_or_else(|| refused("the API key is not known"))?;
        usable(key)
    }

    /// The key with this id, for what was begun with it and goes on.
    pub(crate) fn good(&self, id: &str) -> Result<Arc<ApiKey>, Problem> {
        let unknown = || Problem::new(Kind::Unauthenticated, "the API key is not known");
        usable(self.get(id).ok_or_else(unknown)?)
    }
}

/// A key that was neither withdrawn nor has expired.
fn usable(key: Arc<ApiKey>) -> Result<Arc<ApiKey>, Problem> {
    let refused = |why: &str| Problem::new(Kind::Unauthenticated, why);
    if key.withdrawn_ms.is_some() {
        return Err(refused("the API key was withdrawn"));
    }
    if let Some(expires) = key.expires_ms.filter(|expires| *expires <= time::now_ms()) {
        return Err(refused(&format!("the API key expired at {}", time::rfc3339(expires))));
    }
    Ok(key)
}

/// Whoever a request is attributed to.
#[derive(Clone, Debug)]
pub(crate) enum Caller {
    /// Nobody in particular.
    Guest,
    /// Anybody, in conformance mode.
    Conformance,
    /// The holder of a key.
    Key(Arc<ApiKey>),
    /// A member of this ring, who proved it by a signature on what is asked for and stays unnamed.
    Ring(RingName),
    /// A member of this group, who proved it likewise.
    Group(GroupName),
}

impl Caller {
    /// The id of the key, or what stands for it.
    pub(crate) fn key_id(&self) -> &str {
        match self {
            Self::Guest => "guest",
            Self::Conformance => CONFORMANCE,
            Self::Key(key) => &key.id,
            Self::Ring(_) => "ring",
            Self::Group(_) => "group",
        }
    }

    /// The DID that the key acts for.
    pub(crate) fn did(&self) -> Option<&Did> {
        match self {
            Self::Key(key) => Some(&key.did),
            Self::Guest | Self::Conformance | Self::Ring(_) | Self::Group(_) => None,
        }
    }

    /// Whether nobody answers for what this caller does: anybody, or one of many. What is kept of it is bounded.
    pub(crate) const fn is_keyless(&self) -> bool {
        match self {
            Self::Guest | Self::Ring(_) | Self::Group(_) => true,
            Self::Key(_) | Self::Conformance => false,
        }
    }

    /// The tenant: the DID of the key.
    pub(crate) fn tenant(&self) -> &str {
        match self {
            Self::Guest | Self::Ring(_) | Self::Group(_) => "",
            Self::Conformance => CONFORMANCE,
            Self::Key(key) => key.did.as_str(),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or(Self::Guest))
    }
}

/// The middleware that establishes the caller; a key that is not good is refused on every path.
pub(crate) async fn identify(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let caller = match request.headers().get(header::AUTHORIZATION).cloned() {
        None if app.config().conformance() => Ok(Caller::Conformance),
        None => Ok(Caller::Guest),
        Some(value) => match unnamed::authorization(&value) {
            Some(text) => {
                let path = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
                unnamed::caller(&app, request.method().clone(), path, text.to_owned()).await
            }
            None => bearer(&value)
                .ok_or_else(|| {
                    Problem::new(Kind::Unauthenticated, "the authorization header must be \"Bearer hufu_…\"")
                })
                .and_then(|text| app.api_keys().check(text))
                .map(Caller::Key),
        },
    };
    match caller {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(problem) => problem.into_response(),
    }
}

fn bearer(value: &axum::http::HeaderValue) -> Option<&str> {
    let (scheme, text) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(text.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new_key(expires_ms: Option<u64>) -> NewKey {
        NewKey {
            did: "did:example:school".parse().expect("a DID"),
            label: "tests".into(),
            scopes: ["credentials:issue".to_owned()].into(),
            expires_ms,
        }
    }

    #[tokio::test]
    async fn a_key_is_known_by_its_whole_text_only() {
        let store = Store::in_memory().expect("opens");
        let keys = ApiKeys::load(store.clone()).expect("loads");
        let (key, text) = ApiKey::generate(new_key(None)).expect("good");
        keys.put(key.clone(), Writes::new()).await.expect("stores");
        assert_eq!(keys.check(&text).expect("known").id, key.id);
        let reloaded = ApiKeys::load(store).expect("loads");
        assert_eq!(reloaded.check(&text).expect("known").id, key.id);

        let mut wrong = text.clone();
        wrong.pop();
        wrong.push(if text.ends_with('A') { 'B' } else { 'A' });
        for (bad, why) in
            [(wrong.as_str(), "not known"), ("hufu_00_x", "not known"), ("secret", "does not carry")]
        {
            let detail = keys.check(bad).expect_err(bad).to_string();
            assert!(detail.contains(why), "{bad}: {detail}");
        }
        let stored = serde_json::to_string(&key).expect("serialises");
        let secret = text.rsplit('_').next().expect("a secret");
        assert!(!stored.contains(secret), "the secret is not stored");
    }

    #[tokio::test]
    async fn expired_and_withdrawn_keys_are_told_apart() {
        let keys = ApiKeys::load(Store::in_memory().expect("opens")).expect("loads");
        let (mut key, text) = ApiKey::generate(new_key(Some(time::now_ms() + 60_000))).expect("good");
        key.expires_ms = Some(1);
        keys.put(key.clone(), Writes::new()).await.expect("stores");
        assert!(keys.check(&text).expect_err("expired").to_string().contains("expired at 1970"));
        key.withdrawn_ms = Some(1);
        keys.put(key, Writes::new()).await.expect("stores");
        assert!(keys.check(&text).expect_err("withdrawn").to_string().contains("withdrawn"));
    }

    #[test]
    fn keys_with_unknown_scopes_or_past_ends_are_not_made() {
        let mut unknown = new_key(None);
        unknown.scopes.insert("everything".into());
        assert!(ApiKey::generate(unknown).expect_err("unknown scope").to_string().contains("everything"));
        assert!(ApiKey::generate(new_key(Some(1))).is_err());
    }
}
