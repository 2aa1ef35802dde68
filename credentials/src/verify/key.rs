//! From a verification method's URL to the key that may be used (Controlled Identifiers 1.0 §3.3).
//!
//! 1. The URL is a DID URL with a fragment and nothing else.
//! 2. The DID resolves and is not deactivated.
//! 3. The method is listed in that DID's document under the relationship of the proof's purpose.
//! 4. The method's controller is that DID: a document cannot speak for another controller.
//! 5. The method has neither expired nor been revoked.
//! 6. Its key material is a valid key.

use super::Verifier;
use crate::problem::ProblemType;
use crate::proof::ProofFault;
use crate::suite::Suite;
use hufu_did::{Did, DidUrl, Relationship, ResolutionOptions};
use hufu_keys::VerifyingKey;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// A key and who controls it.
#[derive(Debug)]
pub(crate) struct FoundKey {
    pub(crate) key: MethodKey,
    pub(crate) controller: Did,
}

/// The key of a verification method.
#[derive(Debug)]
pub(crate) enum MethodKey {
    /// It verifies signatures.
    Signature(VerifyingKey),
    /// It verifies BBS signatures and proofs of them.
    Bbs(Box<hufu_bbs::PublicKey>),
}

impl MethodKey {
    /// What it is called in messages.
    pub(crate) fn algorithm(&self) -> &'static str {
        match self {
            Self::Signature(key) => key.algorithm().name(),
            Self::Bbs(_) => Suite::BBS_KEY,
        }
    }

    /// The key for a signature by `what`.
    pub(crate) fn signature(&self, what: &str) -> Result<&VerifyingKey, ProofFault> {
        match self {
            Self::Signature(key) => Ok(key),
            Self::Bbs(_) => Err(ProofFault::verification(format!(
                "{what} cannot be used with a key of algorithm {}",
                self.algorithm()
            ))),
        }
    }
}

/// Decoded keys of `did:key` verification methods, which never change. Bounded; shared between verifiers.
#[derive(Debug)]
pub struct KeyCache {
    keys: Mutex<HashMap<(String, Relationship), Arc<FoundKey>>>,
    capacity: usize,
}

impl KeyCache {
    /// A cache of at most this many keys; when full it starts anew.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self { keys: Mutex::new(HashMap::new()), capacity }
    }

    fn get(&self, id: &(String, Relationship)) -> Option<Arc<FoundKey>> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    fn put(&self, id: (String, Relationship), key: Arc<FoundKey>) {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        if keys.len() >= self.capacity {
            keys.clear();
        }
        keys.insert(id, key);
    }
}

impl Default for KeyCache {
    /// Room for 10,000 keys: a few megabytes.
    fn default() -> Self {
        Self::new(10_000)
    }
}

impl Verifier<'_> {
    pub(crate) fn find_key(&self, url: &str, purpose: Relationship) -> Result<Arc<FoundKey>, ProofFault> {
        let id = (url.to_owned(), purpose);
        if let Some(found) = self.keys.and_then(|cache| cache.get(&id)) {
            return Ok(found);
        }
        let found = Arc::new(self.resolve_key(url, purpose)?);
        if let Some(cache) = self.keys.filter(|_| found.controller.method() == "key") {
            cache.put(id, Arc::clone(&found));
        }
        Ok(found)
    }

    fn resolve_key(&self, url: &str, purpose: Relationship) -> Result<FoundKey, ProofFault> {
        let bad = |detail: String| ProofFault::new(ProblemType::InvalidVerificationMethod, detail);
        // Step 1. Parameters could ask for another version of the document than the current one.
        let method_url: DidUrl =
            url.parse().map_err(|e| bad(format!("the verification method is not a DID URL: {e}")))?;
        if !method_url.is_fragment_of_did() {
            return Err(bad(
                "the verification method must be a DID with a fragment, without path or query".to_owned()
            ));
        }
        // Step 2.
        let did = method_url.did();
        let resolution = self
            .resolver
            .resolve(did, &ResolutionOptions::default())
            .map_err(|e| bad(format!("the verification method's DID does not resolve: {e}")))?;
        if resolution.is_deactivated() {
            return Err(bad(format!("{did} is deactivated")));
        }
        let document = resolution.document.ok_or_else(|| bad(format!("{did} has no document")))?;
        if document.id() != did {
            return Err(bad(format!("the document of {did} is about {}", document.id())));
        }
        // Steps 3 and 4.
        let Some(method) = document.authorised(&method_url, purpose) else {
            return Err(match document.method(&method_url) {
                None => bad(format!("{did} has no such verification method")),
                Some(method) if method.controller() != did => bad(format!(
                    "the verification method names {} as its controller, not {did}",
                    method.controller()
                )),
                Some(_) => {
                    let text =
                        format!("the verification method is not listed under {} of {did}", purpose.as_str());
                    ProofFault::new(ProblemType::InvalidRelationship, text)
                }
            });
        };
        // Step 5.
        if !method.usable_at(self.now) {
            return Err(bad("the verification method has expired or been revoked".to_owned()));
        }
        // Step 6.
        let key = match method.verifying_key() {
            Ok(key) => MethodKey::Signature(key),
            Err(error) => match method.bbs_key() {
                Ok(key) => MethodKey::Bbs(Box::new(key)),
                Err(_) => return Err(bad(format!("the verification method has no usable key: {error}"))),
            },
        };
        Ok(FoundKey { key, controller: did.clone() })
    }
}
