//! By which keys a sender speaks.
//!
//! `did:key` and `did:jwk` carry their keys; a `did:hufu` has them in its document, in the state. A
//! transaction may be signed by the methods for capability invocation and for authentication.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use hufu_did::{
    Did, Document, Relationship,
    hufu::{Head, Version, head_key, version_key},
};
use hufu_keys::VerifyingKey;

use crate::{
    Error, Rejection,
    state::{Stamp, State},
};

/// Senders remembered; when there are more, all are forgotten and looked up again.
const MAX_REMEMBERED: usize = 4_096;

/// The relationships whose methods may sign transactions.
const RELATIONSHIPS: [Relationship; 2] = [Relationship::CapabilityInvocation, Relationship::Authentication];

/// The keys of one sender, as of a stamp of its record.
#[derive(Debug)]
pub(crate) struct SenderKeys {
    /// Of the head record; [`Stamp::Absent`] for DIDs that carry their keys.
    pub(crate) stamp: Stamp,
    /// By DID URL of the method, with the first time (in ms) at which it is not usable any more.
    keys: HashMap<String, (VerifyingKey, Option<u64>)>,
}

impl SenderKeys {
    /// The key of a method, if it may be used at that time.
    pub(crate) fn at(&self, method: &str, time_ms: u64) -> Option<&VerifyingKey> {
        let (key, end) = self.keys.get(method)?;
        end.is_none_or(|end| time_ms < end).then_some(key)
    }
}

/// Looks senders up, and remembers them until their records change.
#[derive(Debug, Default)]
pub(crate) struct Senders {
    known: Mutex<HashMap<Did, Arc<SenderKeys>>>,
}

impl Senders {
    /// The keys of `did` in this state.
    pub(crate) fn keys(&self, state: &dyn State, network: &str, did: &Did) -> Result<Arc<SenderKeys>, Error> {
        let stamp = stamp(state, did)?;
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(did).cloned();
        if let Some(known) = known.filter(|known| known.stamp == stamp && stamp != Stamp::Pending) {
            return Ok(known);
        }
        let document = document(state, network, did)?;
        let keys = Arc::new(SenderKeys { stamp, keys: keys_of(&document) });
        if stamp != Stamp::Pending {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            if known.len() >= MAX_REMEMBERED {
                known.clear();
            }
            known.insert(did.clone(), Arc::clone(&keys));
        }
        Ok(keys)
    }
}

/// Whether a DID's method, one of those that may sign its transactions, signed a message.
///
/// # Errors
/// In words what is wrong with the DID, the method or the signature; [`Error::Storage`], [`Error::Damaged`].
pub(crate) fn signed_by(
    state: &dyn State,
    network: &str,
    (did, method): (&Did, &str),
    (message, signature): (&[u8], &[u8]),
    time_ms: u64,
) -> Result<Result<(), String>, Error> {
    let document = match document(state, network, did) {
        Ok(document) => document,
        Err(Error::Rejected(rejection)) => return Ok(Err(rejection.to_string())),
        Err(error) => return Err(error),
    };
    let keys = SenderKeys { stamp: Stamp::Absent, keys: keys_of(&document) };
    let Some(key) = keys.at(method, time_ms) else {
        return Ok(Err(format!("{method} is not one of its methods for authentication")));
    };
    Ok(key.verify(message, signature).map_err(|_| format!("the signature of {method} does not verify")))
}

/// When the record that decides about the keys was last written.
pub(crate) fn stamp(state: &dyn State, did: &Did) -> Result<Stamp, Error> {
    if did.method() == "hufu" { state.stamp(&head_key(did)) } else { Ok(Stamp::Absent) }
}

fn document(state: &dyn State, network: &str, did: &Did) -> Result<Document, Error> {
    let unusable = |reason: String| Error::from(Rejection::Sender { sender: did.to_string(), reason });
    match did.method() {
        "key" => hufu_did::key::document(did).map_err(|e| unusable(e.to_string())),
        "jwk" => hufu_did::jwk::document(did).map_err(|e| unusable(e.to_string())),
        "hufu" => {
            let of_network =
                did.method_specific_id().split_once(':').is_some_and(|(name, _)| name == network);
            if !of_network {
                return Err(unusable(format!("it does not belong to the network {network:?}")));
            }
            let damaged = |e: hufu_did::Error| Error::damaged("DID record", e);
            let head = state.get(&head_key(did))?.ok_or_else(|| unusable("it does not exist".into()))?;
            let head = Head::from_bytes(&head).map_err(damaged)?;
            if head.deactivated {
                return Err(unusable("it is deactivated".into()));
            }
            let version = state.get(&version_key(did, head.version))?;
            let version =
                version.ok_or_else(|| Error::damaged("DID record", format!("{did} has no version")))?;
            Ok(Version::from_bytes(&version).map_err(damaged)?.document)
        }
        other => Err(unusable(format!("did:{other} cannot be resolved without the outside world"))),
    }
}

fn keys_of(document: &Document) -> HashMap<String, (VerifyingKey, Option<u64>)> {
    let authorised = document
        .all_methods()
        .filter_map(|method| RELATIONSHIPS.iter().find_map(|of| document.authorised(method.id(), *of)));
    authorised
        // a method with a key that cannot verify signatures (key agreement) is simply no key here
        .filter_map(|method| {
            let ends = [method.expires(), method.revoked()].into_iter().flatten();
            let end = ends.map(|end| u64::try_from(end.as_millisecond()).unwrap_or(0)).min();
            Some((method.id().to_string(), (method.verifying_key().ok()?, end)))
        })
        .collect()
}
