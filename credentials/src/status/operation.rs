//! What a status transaction asks for, and its bytes.
//!
//! The bytes are one version byte and the Borsh encoding of [`StatusOperation`]; Borsh is canonical, so equal
//! operations have equal bytes.

use super::StatusPurpose;
use crate::error::Error;
use borsh::{BorshDeserialize, BorshSerialize};

/// Version byte of encoded operations.
const VERSION: u8 = 1;
/// Most changes of one operation: one block must be able to hold it, a bulk job sends several.
pub const MAX_CHANGES: usize = 10_000;
/// Longest list URL in bytes.
pub const MAX_ID_BYTES: usize = 512;
/// Longest reason in bytes.
pub const MAX_REASON_BYTES: usize = 1_024;
/// Longest message of a list in bytes.
pub const MAX_MESSAGE_BYTES: usize = 256;
/// Most entries of a list on the ledger: larger ones take too long to rebuild.
pub const MAX_LIST_ENTRIES: u64 = 1 << 24;
/// Longest encoded operation: a full batch with its longest texts, or 256 longest messages.
pub const MAX_OPERATION_BYTES: usize = 256 << 10;

/// A change to the registry of status lists.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[borsh(use_discriminant = true)]
#[non_exhaustive]
#[repr(u8)]
pub enum StatusOperation {
    /// A new list, owned by the actor.
    CreateList {
        /// URL at which the list's credential will be published.
        id: String,
        /// What the list tells; all reversible, or all not.
        purposes: Vec<StatusPurpose>,
        /// Number of entries, at least [`MIN_ENTRIES`](super::MIN_ENTRIES).
        entries: u64,
        /// Bits per entry, 1 to 8.
        status_size: u8,
        /// What each value means: `2^status_size` texts, or none if `status_size` is 1.
        messages: Vec<String>,
    } = 0,
    /// New values for some entries of a list, all or none.
    SetStatus {
        /// The list's URL.
        list: String,
        /// At least one and at most [`MAX_CHANGES`], each index once.
        changes: Vec<Change>,
        /// Why, for auditors.
        reason: String,
    } = 1,
}

/// One entry's new value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Change {
    /// Position in the list.
    pub index: u64,
    /// The new value.
    pub value: u8,
}

impl StatusOperation {
    /// The list that the operation is about.
    #[must_use]
    pub fn list(&self) -> &str {
        match self {
            Self::CreateList { id, .. } => id,
            Self::SetStatus { list, .. } => list,
        }
    }

    /// The bytes that a transaction carries.
    ///
    /// # Panics
    /// Never: writing into memory cannot fail.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![VERSION];
        borsh::to_writer(&mut bytes, self)
            .expect("writing to memory succeeds because a Vec never refuses bytes");
        bytes
    }

    /// Reads what [`StatusOperation::to_bytes`] wrote; anything left over is an error.
    ///
    /// # Errors
    /// [`Error::Record`] naming the version or the damage.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        if bytes.len() > MAX_OPERATION_BYTES {
            return Err(Error::Record(format!("a status operation is at most {MAX_OPERATION_BYTES} bytes")));
        }
        decode(bytes, VERSION, "status operation")
    }
}

/// Reads a version byte and a Borsh value that fills the rest.
pub(super) fn decode<T: BorshDeserialize>(bytes: &[u8], version: u8, what: &str) -> Result<T, Error> {
    match bytes.split_first() {
        Some((found, rest)) if *found == version => {
            borsh::from_slice(rest).map_err(|e| Error::Record(format!("damaged {what}: {e}")))
        }
        Some((found, _)) => {
            Err(Error::Record(format!("{what} of format {found}, this code reads {version}")))
        }
        None => Err(Error::Record(format!("empty {what}"))),
    }
}
