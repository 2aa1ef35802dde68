//! How governance is kept: JSON records under readable keys, each with a format version.
//!
//! | key | record |
//! |---|---|
//! | `gov/lists` | [`super::ListNames`] |
//! | `gov/list/<name>` | [`super::List`]: version, size, last change |
//! | `gov/list/<name>/m/<did>` | [`super::Entry`]: every period that the DID was on the list |
//! | `gov/did/<did>` | [`super::Memberships`]: the lists that the DID is on |
//! | `gov/roll` | [`super::Roll`]: the members with their weights |
//! | `gov/rules` | [`super::RulesRecord`] |
//! | `gov/proposal/<id>` | [`super::Proposal`] |
//! | `gov/vote/<id>/<did>` | [`super::VoteRecord`] |
//! | `gov/open` | [`super::OpenProposals`] |
//! | `gov/policy` | [`super::PolicyHead`] |
//! | `gov/policy/v/<n>` | [`super::PolicyVersion`] |
//! | `gov/accreditation/<did>` | [`super::Accreditation`] |
//! | `gov/validators` | [`super::Validators`] |
//!
//! Names have no `/`, nor do DIDs, so no two records share a key. No record is ever deleted. A value is
//! `{"format":1,"record":{…}}`; its fields are in a fixed order and its maps are sorted, so equal records have equal
//! bytes.

use std::collections::BTreeMap;

use hufu_did::Did;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{Error, ListName, ProposalId};

/// The format that records are written in, and the newest that is read.
pub const RECORD_FORMAT: u64 = 1;

/// What governance reads from: the ledger's state, in the words of governance.
pub trait Records {
    /// The value under a key, if there is one.
    ///
    /// # Errors
    /// In words, if the store cannot be read. A missing key is no error.
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, String>;
}

/// Records in memory, for tests and tools.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MemoryRecords(BTreeMap<Vec<u8>, Vec<u8>>);

impl MemoryRecords {
    /// Takes over new and changed records.
    pub fn extend(&mut self, entries: impl IntoIterator<Item = (Vec<u8>, Vec<u8>)>) {
        self.0.extend(entries);
    }

    /// All records, by key.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.0.iter().map(|(key, value)| (key.as_slice(), value.as_slice()))
    }
}

impl Records for MemoryRecords {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, String> {
        Ok(self.0.get(key).cloned())
    }
}

/// The keys of the records.
pub mod key {
    use super::{Did, ListName, ProposalId};

    /// The names of all lists.
    pub const LISTS: &str = "gov/lists";
    /// The members with their weights.
    pub const ROLL: &str = "gov/roll";
    /// Quorum and threshold.
    pub const RULES: &str = "gov/rules";
    /// The proposals that are open.
    pub const OPEN: &str = "gov/open";
    /// Which policy set is in force.
    pub const POLICY: &str = "gov/policy";
    /// The validators.
    pub const VALIDATORS: &str = "gov/validators";

    /// A list.
    pub fn list(name: &ListName) -> String {
        format!("gov/list/{name}")
    }

    /// A DID's entry on a list.
    pub fn entry(list: &ListName, did: &Did) -> String {
        format!("gov/list/{list}/m/{did}")
    }

    /// What all keys of [`entry`] of a list start with.
    pub fn entries(list: &ListName) -> String {
        format!("gov/list/{list}/m/")
    }

    /// The lists that a DID is on.
    pub fn memberships(did: &Did) -> String {
        format!("gov/did/{did}")
    }

    /// A proposal.
    pub fn proposal(id: &ProposalId) -> String {
        format!("gov/proposal/{id}")
    }

    /// A vote.
    pub fn vote(proposal: &ProposalId, voter: &Did) -> String {
        format!("gov/vote/{proposal}/{voter}")
    }

    /// A vote cast in secret.
    pub fn ballot(proposal: &ProposalId, tag: &str) -> String {
        format!("gov/ballot/{proposal}/{tag}")
    }

    /// A version of the policy set.
    pub fn policy_version(version: u64) -> String {
        format!("gov/policy/v/{version}")
    }

    /// A DID's accreditations.
    pub fn accreditation(did: &Did) -> String {
        format!("gov/accreditation/{did}")
    }
}

/// A record as it is stored.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored<T> {
    format: u64,
    record: T,
}

/// The bytes that a record is stored as.
pub(super) fn to_bytes<T: Serialize>(record: &T) -> Vec<u8> {
    let stored = Stored { format: RECORD_FORMAT, record };
    serde_json::to_vec(&stored).expect("a record serialises because its map keys are strings")
}

/// Reads a record that is stored under `key`.
pub(super) fn from_bytes<T: DeserializeOwned>(key: &str, bytes: &[u8]) -> Result<T, Error> {
    /// The format alone, whatever else a later version may have added.
    #[derive(Deserialize)]
    struct Probe {
        format: u64,
    }
    let key = key.to_owned();
    let cause = match serde_json::from_slice::<Stored<T>>(bytes) {
        Ok(Stored { format: RECORD_FORMAT, record }) => return Ok(record),
        Ok(Stored { format, .. }) => format!("there is no format {format}"),
        Err(e) => e.to_string(),
    };
    match serde_json::from_slice(bytes) {
        Ok(Probe { format: found }) if found > RECORD_FORMAT => {
            Err(Error::NewerFormat { key, found, known: RECORD_FORMAT })
        }
        _ => Err(Error::Damaged { key, cause }),
    }
}

/// Gives record types their byte form.
macro_rules! stored {
    ($($name:ty),* $(,)?) => { $(
        impl $name {
            /// The bytes that it is stored as.
            pub fn to_bytes(&self) -> Vec<u8> {
                $crate::governance::record::to_bytes(self)
            }

            /// Reads it from the bytes that are stored under `key`.
            ///
            /// # Errors
            /// [`Error::Damaged`](crate::governance::Error::Damaged) or
            /// [`Error::NewerFormat`](crate::governance::Error::NewerFormat), naming the key.
            pub fn from_bytes(key: &str, bytes: &[u8]) -> Result<Self, $crate::governance::Error> {
                $crate::governance::record::from_bytes(key, bytes)
            }
        }
    )* };
}
pub(super) use stored;
