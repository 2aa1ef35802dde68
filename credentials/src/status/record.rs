//! What the ledger stores: one record per list, one per entry that was ever set.
//!
//! Keys are ordered so that a prefix scan yields a list's entries by index:
//!
//! ```text
//! status/list/<sha-256 of the list URL in hex>
//! status/entry/<the same>/<index in 20 digits>
//! ```
//!
//! The hash keeps keys of one length and makes it impossible for one list's URL to reach into another's range.
//! Values are a version byte and a Borsh encoding.

use super::operation::decode;
use super::{BitstringList, StatusEntry, StatusPurpose};
use crate::error::Error;
use borsh::{BorshDeserialize, BorshSerialize};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

/// Version byte of both record kinds.
const VERSION: u8 = 1;

/// A status list.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize)]
pub struct ListRecord {
    /// URL of the list's credential.
    pub id: String,
    /// DID that may write it.
    pub owner: String,
    /// What the list tells.
    pub purposes: Vec<StatusPurpose>,
    /// Number of entries.
    pub entries: u64,
    /// Bits per entry.
    pub status_size: u8,
    /// What each value means, or empty.
    pub messages: Vec<String>,
    /// How many single changes the list has seen.
    pub changes: u64,
    /// Block height of its creation.
    pub created_height: u64,
    /// Block time of its creation, milliseconds since 1970.
    pub created_ms: u64,
    /// Block height of its last change.
    pub updated_height: u64,
    /// Block time of its last change, milliseconds since 1970.
    pub updated_ms: u64,
}

/// The latest change of one entry; earlier ones are this record at earlier heights.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize, Serialize)]
pub struct EntryRecord {
    /// Position in the list.
    pub index: u64,
    /// The value now.
    pub value: u8,
    /// The value before.
    pub previous: u8,
    /// DID that changed it.
    pub by: String,
    /// Why.
    pub reason: String,
    /// Block height of the change.
    pub height: u64,
    /// Block time of the change, milliseconds since 1970.
    pub time_ms: u64,
}

/// Key of a list's record.
#[must_use]
pub fn list_key(id: &str) -> Vec<u8> {
    [list_prefix(), hash(id).as_bytes()].concat()
}

/// What every list key begins with.
#[must_use]
pub const fn list_prefix() -> &'static [u8] {
    b"status/list/"
}

/// Key of an entry's record.
#[must_use]
pub fn entry_key(id: &str, index: u64) -> Vec<u8> {
    let mut key = entry_prefix(id);
    key.extend_from_slice(format!("{index:020}").as_bytes());
    key
}

/// What the keys of a list's entries begin with.
#[must_use]
pub fn entry_prefix(id: &str) -> Vec<u8> {
    format!("status/entry/{}/", hash(id)).into_bytes()
}

fn hash(id: &str) -> String {
    use std::fmt::Write as _;
    Sha256::digest(id.as_bytes()).iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

impl ListRecord {
    /// The stored bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        encode(self)
    }

    /// Reads stored bytes.
    ///
    /// # Errors
    /// [`Error::Record`] for another format version or damage.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        decode(bytes, VERSION, "list record")
    }

    /// The bits of the list, rebuilt from its entries in any order; entries never set are zero.
    ///
    /// # Errors
    /// [`Error::Range`] for an entry beyond the list or a value beyond its bits: the state is damaged.
    pub fn bitstring(&self, entries: impl IntoIterator<Item = EntryRecord>) -> Result<BitstringList, Error> {
        let mut list = BitstringList::new(self.entries, self.status_size)?;
        for entry in entries {
            list.set(entry.index, entry.value)?;
        }
        Ok(list)
    }

    /// What a credential says that has this index, with the list's messages.
    ///
    /// # Errors
    /// [`Error::Range`] for an index beyond the list; [`Error::Malformed`] for a purpose that the list is not for.
    pub fn entry(&self, purpose: StatusPurpose, index: u64) -> Result<StatusEntry, Error> {
        if index >= self.entries {
            return Err(Error::Range {
                path: "statusListIndex".to_owned(),
                reason: format!("{index} is beyond the list"),
            });
        }
        if !self.purposes.contains(&purpose) {
            return Err(Error::malformed("statusPurpose", format!("the list is not for {purpose}")));
        }
        let entry = StatusEntry::new(&self.id, purpose, index);
        if self.messages.is_empty() { Ok(entry) } else { entry.with_messages(&self.messages) }
    }

    /// Whether a set value may be taken back.
    #[must_use]
    pub fn is_reversible(&self) -> bool {
        self.purposes.iter().all(|p| p.is_reversible())
    }
}

impl EntryRecord {
    /// The stored bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        encode(self)
    }

    /// Reads stored bytes.
    ///
    /// # Errors
    /// [`Error::Record`] for another format version or damage.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        decode(bytes, VERSION, "entry record")
    }
}

fn encode(record: &impl BorshSerialize) -> Vec<u8> {
    let mut bytes = vec![VERSION];
    borsh::to_writer(&mut bytes, record)
        .expect("writing to memory succeeds because a Vec never refuses bytes");
    bytes
}
