//! Sets of keys with a threshold, shown or only committed to.

use std::collections::BTreeSet;

use hufu_keys::{Domain, VerifyingKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{OperationHash, Refusal, operation::Members};

/// The most keys in a set.
pub const MAX_KEYS: usize = 16;

/// Keys of which `threshold` decide together. The keys are distinct and valid; `1 ≤ threshold ≤ keys`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySet {
    threshold: u16,
    keys: Vec<String>,
}

impl KeySet {
    /// A set of keys.
    ///
    /// # Errors
    /// [`Refusal::Threshold`], [`Refusal::TooMany`] or [`Refusal::DuplicateKey`].
    pub fn new<'a>(
        threshold: u16,
        keys: impl IntoIterator<Item = &'a VerifyingKey>,
    ) -> Result<Self, Refusal> {
        Self::from_multikeys(u64::from(threshold), keys.into_iter().map(VerifyingKey::to_multikey).collect())
    }

    /// How many must sign.
    #[must_use]
    pub const fn threshold(&self) -> u16 {
        self.threshold
    }

    /// The keys as Multikeys, in the order given.
    #[must_use]
    pub fn multikeys(&self) -> &[String] {
        &self.keys
    }

    /// How many keys of the set are among the signers. A key counts once, however often it signed.
    pub(crate) fn count(&self, signers: &BTreeSet<String>) -> u16 {
        let count = self.keys.iter().filter(|key| signers.contains(*key)).count();
        u16::try_from(count).unwrap_or(u16::MAX)
    }

    pub(crate) fn is_met(&self, signers: &BTreeSet<String>) -> bool {
        self.count(signers) >= self.threshold
    }

    /// Fails unless the threshold is met.
    pub(crate) fn require(&self, whose: &'static str, signers: &BTreeSet<String>) -> Result<(), Refusal> {
        if self.is_met(signers) {
            return Ok(());
        }
        Err(Refusal::NotAuthorised { whose, need: self.threshold, have: self.count(signers) })
    }

    /// The set as it stands in an operation.
    #[must_use]
    pub fn to_value(&self) -> Value {
        json!({ "threshold": self.threshold, "keys": self.keys })
    }

    pub(crate) fn from_value(value: Value) -> Result<Self, Refusal> {
        let mut members = Members::of("keys", value)?;
        let set = Self::from_multikeys(members.number("threshold")?, members.strings("keys")?)?;
        members.finish().map(|()| set)
    }

    /// A set read back from a record. That the keys are points of their curves was checked when the set was
    /// made; doing it again would cost a square root per key at every reading.
    pub(crate) fn stored(threshold: u16, keys: Vec<String>) -> Result<Self, Refusal> {
        check_set("keys of a set", u64::from(threshold), &keys).map(|threshold| Self { threshold, keys })
    }

    /// A set of keys in text form.
    pub(crate) fn from_multikeys(threshold: u64, keys: Vec<String>) -> Result<Self, Refusal> {
        let threshold = check_set("keys of a set", threshold, &keys)?;
        for key in &keys {
            let bad = |reason: String| Refusal::BadKey { key: key.chars().take(80).collect(), reason };
            let parsed = VerifyingKey::from_multikey(key).map_err(|error| bad(error.to_string()))?;
            if parsed.to_multikey() != *key {
                return Err(bad("it is not written in its one form".to_owned()));
            }
        }
        Ok(Self { threshold, keys })
    }
}

/// A commitment to a future [`KeySet`]: hashes of keys that nobody has seen yet, and their threshold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextKeys {
    threshold: u16,
    hashes: Vec<String>,
}

impl NextKeys {
    /// Commits to keys; see [`commitment`] for keys whose owners keep them secret until they are used.
    ///
    /// # Errors
    /// As [`KeySet::new`].
    pub fn new<'a>(
        threshold: u16,
        keys: impl IntoIterator<Item = &'a VerifyingKey>,
    ) -> Result<Self, Refusal> {
        let hashes = keys.into_iter().map(|key| commitment(&key.to_multikey())).collect();
        Self::from_hashes(u64::from(threshold), hashes)
    }

    /// Commits to keys by their [`commitment`]s.
    ///
    /// # Errors
    /// As [`KeySet::new`]; [`Refusal::Malformed`] if an entry is not a hash.
    pub fn from_hashes(threshold: u64, hashes: Vec<String>) -> Result<Self, Refusal> {
        let threshold = check_set("committed keys", threshold, &hashes)?;
        if hashes.iter().any(|hash| hash.parse::<OperationHash>().is_err()) {
            return Err(Refusal::malformed("a committed key is not a base58btc sha2-256 multihash"));
        }
        Ok(Self { threshold, hashes })
    }

    /// The threshold that the next keys will have.
    #[must_use]
    pub const fn threshold(&self) -> u16 {
        self.threshold
    }

    /// The hashes, in the order given.
    #[must_use]
    pub fn hashes(&self) -> &[String] {
        &self.hashes
    }

    /// The commitment as it stands in an operation.
    #[must_use]
    pub fn to_value(&self) -> Value {
        json!({ "threshold": self.threshold, "hashes": self.hashes })
    }

    pub(crate) fn from_value(value: Value) -> Result<Self, Refusal> {
        let mut members = Members::of("next", value)?;
        let next = Self::from_hashes(members.number("threshold")?, members.strings("hashes")?)?;
        members.finish().map(|()| next)
    }

    /// Fails unless every key of `revealed` was committed to and the threshold is the committed one.
    pub(crate) fn admit(&self, revealed: &KeySet) -> Result<(), Refusal> {
        if revealed.threshold != self.threshold {
            return Err(Refusal::CommittedThreshold { committed: self.threshold, found: revealed.threshold });
        }
        match revealed.keys.iter().find(|key| !self.hashes.contains(&commitment(key))) {
            Some(key) => Err(Refusal::NotCommitted(key.clone())),
            None => Ok(()),
        }
    }
}

/// The commitment to a key: the sha2-256 multihash of its labelled Multikey, in base58btc.
///
/// The two parts in the frame tell it from everything that is signed under the same label, which has one.
#[must_use]
pub fn commitment(multikey: &str) -> String {
    let framed = Domain::DidOperation.frame(&[b"next key", multikey.as_bytes()]);
    OperationHash::from_digest(Sha256::digest(framed).into()).to_string()
}

/// `1 ≤ threshold ≤ entries ≤ MAX_KEYS`, all entries distinct.
fn check_set(what: &'static str, threshold: u64, entries: &[String]) -> Result<u16, Refusal> {
    if entries.len() > MAX_KEYS {
        return Err(Refusal::TooMany { what, most: MAX_KEYS });
    }
    let mut seen = BTreeSet::new();
    if let Some(twice) = entries.iter().find(|entry| !seen.insert(entry.as_str())) {
        return Err(Refusal::DuplicateKey(twice.chars().take(80).collect()));
    }
    match u16::try_from(threshold) {
        Ok(threshold) if threshold >= 1 && usize::from(threshold) <= entries.len() => Ok(threshold),
        _ => Err(Refusal::Threshold { threshold, keys: entries.len() }),
    }
}
