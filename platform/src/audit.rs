//! The audit log: who asked this service for what, when, and what came of it.
//!
//! Entries form a chain. The hash of an entry is SHA-256 over the labelled frame
//! ([`Domain::AuditEntry`]) of its canonical JSON (RFC 8785) without the hash itself; the canonical
//! JSON contains the hash of the entry before. So the last hash commits to every entry and their
//! order, and nothing can be inserted, removed, moved or edited without changing it.
//!
//! An [`export`] is that chain as JSON lines between a header and a trailer signed by the service;
//! [`verify_export`] is pure and needs nothing but the bytes.

mod export;
mod verify;

pub use export::{EXPORT_FORMAT, Exporter, Header, Trailer, export};
pub use verify::{AuditError, MAX_EXPORT_BYTES, Summary, verify_export};

use hufu_keys::Domain;
use hufu_light::Hash;
use serde::{Deserialize, Serialize};

use crate::words::clipped;

/// Longest resource of an entry, in bytes: longer ones come from callers only, and every entry is kept for ever.
const MAX_RESOURCE: usize = 1_024;

/// Longest note of an entry, in bytes: the longest reason of a status change is as long.
const MAX_NOTE: usize = 1_024;

/// What came of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// It was done.
    Done,
    /// The caller was not allowed to.
    Denied,
    /// It was allowed and refused by a rule, or was wrong.
    Refused,
    /// It failed through no fault of the caller.
    Failed,
}

/// What is recorded of a request; sequence number and hashes are added when it joins the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Record {
    /// When, RFC 3339 in UTC with milliseconds.
    pub time: String,
    /// The DID on whose behalf; absent when nobody was authenticated.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub actor: Option<String>,
    /// The id of the API key in use.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub api_key: Option<String>,
    /// What was asked for, as policies name it: `api.credentials.issue`.
    pub action: String,
    /// What it was asked of: a DID, a credential id, a list.
    pub resource: String,
    /// What came of it.
    pub outcome: Outcome,
    /// The id of the request.
    pub request: String,
    /// The ledger transaction it led to, in hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub transaction: Option<String>,
    /// What else was said: the reason of a refusal or of a status change.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub note: Option<String>,
}

impl Record {
    /// The same with what callers chose cut to its bound.
    pub(crate) fn bounded(self) -> Self {
        Self {
            resource: clipped(self.resource, MAX_RESOURCE),
            note: self.note.map(|note| clipped(note, MAX_NOTE)),
            ..self
        }
    }
}

/// One entry of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// Its place, counted from 1 without gaps.
    pub seq: u64,
    /// What happened.
    #[serde(flatten)]
    pub record: Record,
    /// The hash of the entry before; zeros for the first.
    pub previous: Hash,
    /// The hash of this entry.
    pub hash: Hash,
}

/// The last position of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The sequence number of the last entry; 0 for an empty log.
    pub seq: u64,
    /// Its hash.
    pub hash: Hash,
}

impl Head {
    /// The head of an empty log.
    pub const EMPTY: Self = Self { seq: 0, hash: Hash::ZERO };

    /// The entry that `record` becomes after this head.
    #[must_use]
    pub fn append(&self, record: Record) -> Entry {
        let seq = self.seq + 1;
        let hash = entry_hash(seq, &record, &self.hash);
        Entry { seq, record, previous: self.hash, hash }
    }
}

impl Entry {
    /// The head after this entry.
    #[must_use]
    pub const fn head(&self) -> Head {
        Head { seq: self.seq, hash: self.hash }
    }

    /// The hash that this entry's content has; equal to `hash` unless it was edited.
    #[must_use]
    pub fn computed_hash(&self) -> Hash {
        entry_hash(self.seq, &self.record, &self.previous)
    }
}

fn entry_hash(seq: u64, record: &Record, previous: &Hash) -> Hash {
    #[derive(Serialize)]
    struct Hashed<'a> {
        seq: u64,
        #[serde(flatten)]
        record: &'a Record,
        previous: &'a Hash,
    }
    let value = serde_json::to_value(Hashed { seq, record, previous })
        .expect("an entry has only string keys because its types are structs");
    let canonical = hufu_jcs::canonicalize(&value)
        .expect("an entry is canonicalisable because it holds strings and one integer below 2^53");
    Hash::framed(Domain::AuditEntry, &[&canonical])
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A log of `count` entries.
    pub(crate) fn sample(count: u64) -> Vec<Entry> {
        let mut head = Head::EMPTY;
        (1..=count)
            .map(|n| {
                let entry = head.append(Record {
                    time: format!("2026-11-23T00:00:{:02}.000Z", n % 60),
                    actor: Some("did:example:authority".into()),
                    api_key: Some("k1".into()),
                    action: "api.credentials.issue".into(),
                    resource: format!("urn:uuid:{n}"),
                    outcome: Outcome::Done,
                    request: format!("r{n}"),
                    transaction: None,
                    note: None,
                });
                head = entry.head();
                entry
            })
            .collect()
    }

    #[test]
    fn the_hash_covers_every_member() {
        let entry = &sample(2)[1];
        assert_eq!(entry.hash, entry.computed_hash());
        let edits: [fn(&mut Entry); 9] = [
            |e| e.seq += 1,
            |e| e.record.time.push('x'),
            |e| e.record.actor = None,
            |e| e.record.api_key = Some("k2".into()),
            |e| e.record.action.push('x'),
            |e| e.record.resource.push('x'),
            |e| e.record.outcome = Outcome::Denied,
            |e| e.record.note = Some("x".into()),
            |e| e.previous = Hash::ZERO,
        ];
        for (n, edit) in edits.iter().enumerate() {
            let mut edited = entry.clone();
            edit(&mut edited);
            assert_ne!(edited.computed_hash(), entry.hash, "edit {n} is not covered");
        }
    }

    #[test]
    fn an_entry_is_as_long_as_its_bounds_at_most() {
        let record = sample(1).remove(0).record;
        assert_eq!(record.clone().bounded(), record);
        let long = Record { resource: "r".repeat(900_000), note: Some("n".repeat(900_000)), ..record };
        let json = serde_json::to_vec(&Head::EMPTY.append(long.bounded())).expect("serialises");
        assert!(json.len() < MAX_RESOURCE + MAX_NOTE + 1_000, "{} bytes", json.len());
    }

    #[test]
    fn entries_survive_json() {
        for entry in sample(3) {
            let json = serde_json::to_string(&entry).expect("serialises");
            assert_eq!(serde_json::from_str::<Entry>(&json).expect("parses"), entry);
        }
    }
}
