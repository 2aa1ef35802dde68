//! Where a verifier gets a status from: the [`StatusSource`] port.
//!
//! The verifier never fetches. The caller decides whether a list comes from the network, a cache, the holder
//! (stapling) or the ledger, and how old it may be.

use super::{BitstringList, EntryRecord, ListRecord, StatusEntry};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

/// What is offered as evidence of a status.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum StatusEvidence<'a> {
    /// A signed status list credential; the verifier checks its proof, issuer, period and contents.
    Credential(Cow<'a, Value>),
    /// A list that this verifier has checked before ([`Verifier::status_list`](crate::Verifier::status_list)).
    Verified(Arc<VerifiedList>),
    /// Records whose inclusion or absence in the ledger's state the caller has verified.
    Ledger(Box<LedgerStatus>),
}

/// A list and an entry from a proved answer of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerStatus {
    /// The list's record.
    pub list: ListRecord,
    /// The entry's record, or `None` if its absence was proved: it was never set.
    pub entry: Option<EntryRecord>,
    /// Block height of the state that was proved.
    pub height: u64,
    /// Time of that block, milliseconds since 1970.
    pub time_ms: u64,
}

/// A status list credential whose proof has been verified, expanded for many look-ups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedList {
    pub(crate) id: Option<String>,
    pub(crate) issuer: String,
    pub(crate) purposes: Vec<String>,
    pub(crate) bits: BitstringList,
    /// Bits of an entry, where the list says so.
    pub(crate) status_size: Option<u8>,
    pub(crate) valid_until: Option<jiff::Timestamp>,
    pub(crate) ttl_ms: Option<u64>,
}

impl VerifiedList {
    /// URL of the credential, if it names itself.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The issuer's DID.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The bits, read as one per entry.
    #[must_use]
    pub const fn bits(&self) -> &BitstringList {
        &self.bits
    }

    /// How long the issuer allows a copy to live, in milliseconds.
    #[must_use]
    pub const fn ttl_ms(&self) -> Option<u64> {
        self.ttl_ms
    }
}

/// Answers "what is known about this status entry?".
pub trait StatusSource {
    /// Evidence for an entry of a credential.
    ///
    /// # Errors
    /// A sentence that says why there is none; it becomes a `STATUS_RETRIEVAL_ERROR`.
    fn status(&self, entry: &StatusEntry) -> Result<StatusEvidence<'_>, String>;
}

/// Has no evidence: every status check fails with a retrieval error.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoStatus;

impl StatusSource for NoStatus {
    fn status(&self, entry: &StatusEntry) -> Result<StatusEvidence<'_>, String> {
        Err(format!("no source of status lists is configured; {} was not looked up", entry.list))
    }
}

/// Status list credentials in memory, by URL.
#[derive(Debug, Clone, Default)]
pub struct MemoryStatus {
    lists: HashMap<String, Value>,
}

impl MemoryStatus {
    /// Adds or replaces the credential of a list.
    pub fn insert(&mut self, url: impl Into<String>, credential: Value) {
        self.lists.insert(url.into(), credential);
    }
}

impl StatusSource for MemoryStatus {
    fn status(&self, entry: &StatusEntry) -> Result<StatusEvidence<'_>, String> {
        self.lists
            .get(&entry.list)
            .map(|value| StatusEvidence::Credential(Cow::Borrowed(value)))
            .ok_or_else(|| format!("no status list is known for {}", entry.list))
    }
}
