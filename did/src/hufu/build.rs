//! Making operations, offline.
//!
//! A [`Builder`] collects what an operation says; [`Builder::build`] fixes its bytes as a [`Draft`], which the
//! holders of the keys sign, one after the other or apart.

use hufu_keys::{SigningKey, VerifyingKey};
use rand_core::CryptoRng;
use serde_json::Value;

use super::{
    Create, Deactivate, Head, KeySet, Link, MethodSpec, Network, NextKeys, Operation, Patch, Recover,
    Refusal, Rotate, SignedOperation, Update, operation::NONCE_LENGTH,
};
use crate::{Did, Error, Relationship, RingKey};

/// Collects what an operation says. What does not belong to the kind of operation is refused by [`Builder::build`].
#[derive(Clone, Debug)]
pub struct Builder {
    kind: Kind,
    keys: Option<KeySet>,
    next: Option<NextKeys>,
    recovery: Option<KeySet>,
    patch: Patch,
    /// The first mistake; reported by `build`, so that the calls can be chained.
    mistake: Option<Refusal>,
}

#[derive(Clone, Debug)]
enum Kind {
    Create { network: Network, nonce: String },
    Update(Link),
    Rotate(Link),
    Recover(Link),
    Deactivate(Link),
}

impl Builder {
    /// Makes a new DID on `network`.
    #[must_use]
    pub fn create(network: &Network, rng: &mut impl CryptoRng) -> Self {
        let mut bytes = [0u8; NONCE_LENGTH / 2];
        rng.fill_bytes(&mut bytes);
        let nonce = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Self::of(Kind::Create { network: network.clone(), nonce })
    }

    /// Changes the document of the DID that `head` describes.
    #[must_use]
    pub fn update(head: &Head) -> Self {
        Self::of(Kind::Update(head.next_link()))
    }

    /// Changes its update keys.
    #[must_use]
    pub fn rotate(head: &Head) -> Self {
        Self::of(Kind::Rotate(head.next_link()))
    }

    /// Changes its update keys by its recovery keys.
    #[must_use]
    pub fn recover(head: &Head) -> Self {
        Self::of(Kind::Recover(head.next_link()))
    }

    /// Ends it.
    #[must_use]
    pub fn deactivate(head: &Head) -> Self {
        Self::of(Kind::Deactivate(head.next_link()))
    }

    fn of(kind: Kind) -> Self {
        Self { kind, keys: None, next: None, recovery: None, patch: Patch::default(), mistake: None }
    }

    /// The update keys, `threshold` of which decide.
    #[must_use]
    pub fn keys<'a>(mut self, threshold: u16, keys: impl IntoIterator<Item = &'a VerifyingKey>) -> Self {
        self.keys = self.noted(KeySet::new(threshold, keys));
        self
    }

    /// Commits to the keys of the next rotation.
    #[must_use]
    pub fn next_keys<'a>(mut self, threshold: u16, keys: impl IntoIterator<Item = &'a VerifyingKey>) -> Self {
        self.next = self.noted(NextKeys::new(threshold, keys));
        self
    }

    /// Commits to the keys of the next rotation, by hashes that their owners made.
    #[must_use]
    pub fn next_commitment(mut self, next: NextKeys) -> Self {
        self.next = Some(next);
        self
    }

    /// The recovery keys, `threshold` of which decide.
    #[must_use]
    pub fn recovery<'a>(mut self, threshold: u16, keys: impl IntoIterator<Item = &'a VerifyingKey>) -> Self {
        self.recovery = self.noted(KeySet::new(threshold, keys));
        self
    }

    /// The controllers, replacing all earlier ones.
    #[must_use]
    pub fn controllers(mut self, controllers: impl IntoIterator<Item = Did>) -> Self {
        self.patch.controllers = Some(controllers.into_iter().collect());
        self
    }

    /// Adds a `Multikey` verification method, e.g. with the id `#key-1`.
    #[must_use]
    pub fn method(mut self, id: &str, key: &VerifyingKey, purposes: &[Relationship]) -> Self {
        if let Some(spec) = self.noted(MethodSpec::multikey(id, key, purposes)) {
            self.patch.add_methods.push(spec);
        }
        self
    }

    /// Adds a ring key, e.g. with the id `#ring`.
    #[must_use]
    pub fn ring_key(mut self, id: &str, key: RingKey) -> Self {
        if let Some(spec) = self.noted(MethodSpec::ring_key(id, key)) {
            self.patch.add_methods.push(spec);
        }
        self
    }

    /// Removes a verification method.
    #[must_use]
    pub fn remove_method(mut self, id: &str) -> Self {
        self.patch.remove_methods.push(id.to_owned());
        self
    }

    /// Adds a service with one type and one endpoint.
    #[must_use]
    pub fn service(self, id: &str, type_: &str, endpoint: &str) -> Self {
        self.service_value(serde_json::json!({ "id": id, "type": type_, "serviceEndpoint": endpoint }))
    }

    /// Adds a service as it will stand in the document; its `id` is a fragment.
    #[must_use]
    pub fn service_value(mut self, service: Value) -> Self {
        self.patch.add_services.push(service);
        self
    }

    /// Removes a service.
    #[must_use]
    pub fn remove_service(mut self, id: &str) -> Self {
        self.patch.remove_services.push(id.to_owned());
        self
    }

    /// Other URIs of the subject, replacing all earlier ones.
    #[must_use]
    pub fn also_known_as(mut self, uris: impl IntoIterator<Item = String>) -> Self {
        self.patch.also_known_as = Some(uris.into_iter().collect());
        self
    }

    /// Fixes the operation's bytes.
    ///
    /// # Errors
    /// [`Error::Refused`] if something is missing, does not belong to this kind of operation, or would be
    /// refused by every reader.
    pub fn build(self) -> Result<Draft, Error> {
        if let Some(mistake) = self.mistake {
            return Err(mistake.into());
        }
        let Self { kind, keys, next, recovery, patch, .. } = self;
        let no_keys = |what: &str| -> Result<(), Refusal> {
            if keys.is_none() && next.is_none() && recovery.is_none() {
                return Ok(());
            }
            Err(Refusal::malformed(format!("{what} cannot change keys")))
        };
        let needed = |keys: Option<KeySet>| keys.ok_or_else(|| Refusal::malformed("new keys are missing"));
        let operation = match kind {
            Kind::Create { network, nonce } => {
                Operation::Create(Create { network, nonce, keys, next, recovery, document: patch })
            }
            Kind::Update(link) => {
                no_keys("an update")?;
                Operation::Update(Update { link, patch })
            }
            Kind::Rotate(link) => {
                Operation::Rotate(Rotate { link, keys: needed(keys)?, next, recovery, patch })
            }
            Kind::Recover(link) => {
                Operation::Recover(Recover { link, keys: needed(keys)?, next, recovery, patch })
            }
            Kind::Deactivate(link) => {
                no_keys("a deactivation")?;
                if !patch.is_empty() {
                    return Err(Refusal::malformed("a deactivation cannot change the document").into());
                }
                Operation::Deactivate(Deactivate { link })
            }
        };
        Draft::from_bytes(operation.to_bytes()?)
    }

    fn noted<T>(&mut self, result: Result<T, Refusal>) -> Option<T> {
        result.map_err(|mistake| self.mistake.get_or_insert(mistake).clone()).ok()
    }
}

/// An operation whose bytes are fixed, on its way to be signed.
#[derive(Clone, Debug)]
pub struct Draft {
    did: Did,
    signed: SignedOperation,
}

impl Draft {
    /// Takes up an operation that somebody else drafted.
    ///
    /// # Errors
    /// [`Error::Refused`] if the bytes are not an operation.
    pub fn from_bytes(operation: Vec<u8>) -> Result<Self, Error> {
        let signed = SignedOperation::unsigned(operation);
        Ok(Self { did: signed.did()?, signed })
    }

    /// The DID that it makes or changes.
    #[must_use]
    pub const fn did(&self) -> &Did {
        &self.did
    }

    /// The operation's bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.signed.operation()
    }

    /// Signs it.
    #[must_use]
    pub fn sign(mut self, key: &SigningKey) -> Self {
        self.signed = self.signed.signed_by(key);
        self
    }

    /// The operation with the signatures so far.
    #[must_use]
    pub fn finish(self) -> SignedOperation {
        self.signed
    }
}
