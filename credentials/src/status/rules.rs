//! The rules of status lists on a ledger: [`apply`] decides, the ledger stores what it returns.
//!
//! 1. Only the list's owner writes it.
//! 2. A batch is applied whole or refused whole.
//! 3. Revocation and refresh are final: a set entry keeps its value. Suspension and messages can change.
//! 4. Every change says who, when and why.

use super::operation::{MAX_CHANGES, MAX_ID_BYTES, MAX_LIST_ENTRIES, MAX_MESSAGE_BYTES, MAX_REASON_BYTES};
use super::{
    Change, EntryRecord, ListRecord, MIN_ENTRIES, StatusOperation, StatusPurpose, entry_key, list_key,
};
use crate::error::Error;
use crate::model::is_url;
use hufu_did::Did;
use std::collections::{BTreeMap, BTreeSet};

/// The ledger's state as the rules see it.
pub trait Records {
    /// The record of a list.
    ///
    /// # Errors
    /// Whatever keeps the state from being read.
    fn list(&self, id: &str) -> Result<Option<ListRecord>, Error>;

    /// The record of an entry, if it was ever set.
    ///
    /// # Errors
    /// Whatever keeps the state from being read.
    fn entry(&self, id: &str, index: u64) -> Result<Option<EntryRecord>, Error>;
}

/// Who asks, and the block that the operation is part of.
#[derive(Debug, Clone)]
pub struct Context {
    /// The DID that signed the transaction.
    pub actor: Did,
    /// The block's height.
    pub height: u64,
    /// The block's time, milliseconds since 1970.
    pub time_ms: u64,
}

/// What an accepted operation writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    /// The list's record after the operation.
    pub list: ListRecord,
    /// The changed entries, in the order of the operation.
    pub entries: Vec<EntryRecord>,
}

impl Changes {
    /// Keys and values to store, in one atomic step.
    #[must_use]
    pub fn writes(&self) -> Vec<(Vec<u8>, Vec<u8>)> {
        let list = (list_key(&self.list.id), self.list.to_bytes());
        let entries =
            self.entries.iter().map(|entry| (entry_key(&self.list.id, entry.index), entry.to_bytes()));
        std::iter::once(list).chain(entries).collect()
    }
}

/// Why an operation was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The list's id is no URL, or too long.
    #[error("the list's id must be a URL of at most {MAX_ID_BYTES} bytes")]
    BadId,
    /// A list of this id exists.
    #[error("the list exists already")]
    ListExists,
    /// No list of this id exists.
    #[error("there is no such list")]
    UnknownList,
    /// The actor does not own the list.
    #[error("{actor} does not own the list")]
    NotOwner {
        /// Who asked.
        actor: String,
    },
    /// No purpose was given.
    #[error("a list needs a purpose")]
    NoPurpose,
    /// A purpose was given twice.
    #[error("purpose {0} is given twice")]
    DuplicatePurpose(StatusPurpose),
    /// Final and reversible purposes do not go together: one bit cannot be both.
    #[error("a list cannot have both final and reversible purposes")]
    MixedPurposes,
    /// The number of entries is out of bounds.
    #[error("{entries} entries are not between {MIN_ENTRIES} and {MAX_LIST_ENTRIES}")]
    BadLength {
        /// What was asked for.
        entries: u64,
    },
    /// The number of bits per entry is out of bounds.
    #[error("an entry has 1 to 8 bits, not {0}")]
    BadStatusSize(u8),
    /// The number of messages is not the number of values, or a message is too long.
    #[error("there must be a message for each value, of at most {MAX_MESSAGE_BYTES} bytes")]
    BadMessages,
    /// The batch is empty.
    #[error("there is nothing to change")]
    EmptyBatch,
    /// The batch is too large.
    #[error("{0} changes are more than {MAX_CHANGES}")]
    BatchTooLarge(usize),
    /// An index occurs twice in the batch.
    #[error("entry {0} occurs twice")]
    DuplicateIndex(u64),
    /// The index is beyond the list.
    #[error("entry {0} is beyond the list")]
    IndexOutOfRange(u64),
    /// The value does not fit the entry's bits.
    #[error("entry {index} cannot hold {value}")]
    ValueOutOfRange {
        /// The entry.
        index: u64,
        /// The value.
        value: u8,
    },
    /// The entry has the value already.
    #[error("entry {0} has this value already")]
    Unchanged(u64),
    /// The entry was set for good.
    #[error("entry {0} is final and cannot change")]
    Final(u64),
    /// The reason is too long.
    #[error("the reason is longer than {MAX_REASON_BYTES} bytes")]
    ReasonTooLong,
}

/// Decides an operation against the state; changes nothing itself.
///
/// # Errors
/// [`Error::Status`] with the [`Refusal`]; [`Error::Record`] if the state cannot be read.
pub fn apply(
    records: &impl Records,
    operation: &StatusOperation,
    context: &Context,
) -> Result<Changes, Error> {
    match operation {
        StatusOperation::CreateList { id, purposes, entries, status_size, messages } => {
            check_new(id, purposes, *entries, *status_size, messages)?;
            if records.list(id)?.is_some() {
                return Err(Refusal::ListExists.into());
            }
            let list = ListRecord {
                id: id.clone(),
                owner: context.actor.as_str().to_owned(),
                purposes: purposes.clone(),
                entries: *entries,
                status_size: *status_size,
                messages: messages.clone(),
                changes: 0,
                created_height: context.height,
                created_ms: context.time_ms,
                updated_height: context.height,
                updated_ms: context.time_ms,
            };
            Ok(Changes { list, entries: Vec::new() })
        }
        StatusOperation::SetStatus { list, changes, reason } => {
            let record = records.list(list)?.ok_or(Refusal::UnknownList)?;
            if record.owner != context.actor.as_str() {
                return Err(Refusal::NotOwner { actor: context.actor.as_str().to_owned() }.into());
            }
            set(records, record, changes, reason, context)
        }
    }
}

fn check_new(
    id: &str,
    purposes: &[StatusPurpose],
    entries: u64,
    status_size: u8,
    messages: &[String],
) -> Result<(), Refusal> {
    if id.len() > MAX_ID_BYTES || !is_url(id) {
        return Err(Refusal::BadId);
    }
    let mut seen = BTreeSet::new();
    if let Some(twice) = purposes.iter().find(|p| !seen.insert(**p)) {
        return Err(Refusal::DuplicatePurpose(*twice));
    }
    let first = purposes.first().ok_or(Refusal::NoPurpose)?;
    if purposes.iter().any(|p| p.is_reversible() != first.is_reversible()) {
        return Err(Refusal::MixedPurposes);
    }
    if !(1..=8).contains(&status_size) {
        return Err(Refusal::BadStatusSize(status_size));
    }
    if !(MIN_ENTRIES..=MAX_LIST_ENTRIES).contains(&entries)
        || BitstringFits::new(entries, status_size).is_none()
    {
        return Err(Refusal::BadLength { entries });
    }
    let optional = status_size == 1 && messages.is_empty();
    let complete =
        messages.len() == 1 << status_size && messages.iter().all(|m| m.len() <= MAX_MESSAGE_BYTES);
    if optional || complete { Ok(()) } else { Err(Refusal::BadMessages) }
}

/// Witness that a list of this shape can be rebuilt as a bitstring.
struct BitstringFits;

impl BitstringFits {
    fn new(entries: u64, status_size: u8) -> Option<Self> {
        let bits = entries.checked_mul(u64::from(status_size))?;
        (bits.div_ceil(8) <= super::MAX_LIST_BYTES as u64).then_some(Self)
    }
}

fn set(
    records: &impl Records,
    mut list: ListRecord,
    changes: &[Change],
    reason: &str,
    context: &Context,
) -> Result<Changes, Error> {
    if changes.is_empty() {
        return Err(Refusal::EmptyBatch.into());
    }
    if changes.len() > MAX_CHANGES {
        return Err(Refusal::BatchTooLarge(changes.len()).into());
    }
    if reason.len() > MAX_REASON_BYTES {
        return Err(Refusal::ReasonTooLong.into());
    }
    let mut seen = BTreeSet::new();
    let mut entries = Vec::with_capacity(changes.len());
    for &Change { index, value } in changes {
        if index >= list.entries {
            return Err(Refusal::IndexOutOfRange(index).into());
        }
        if u16::from(value) >= 1 << list.status_size {
            return Err(Refusal::ValueOutOfRange { index, value }.into());
        }
        if !seen.insert(index) {
            return Err(Refusal::DuplicateIndex(index).into());
        }
        let previous = records.entry(&list.id, index)?.map_or(0, |entry| entry.value);
        if previous == value {
            return Err(Refusal::Unchanged(index).into());
        }
        if previous != 0 && !list.is_reversible() {
            return Err(Refusal::Final(index).into());
        }
        entries.push(EntryRecord {
            index,
            value,
            previous,
            by: context.actor.as_str().to_owned(),
            reason: reason.to_owned(),
            height: context.height,
            time_ms: context.time_ms,
        });
    }
    list.changes = list.changes.saturating_add(entries.len() as u64);
    list.updated_height = context.height;
    list.updated_ms = context.time_ms;
    Ok(Changes { list, entries })
}

/// The state in memory, for tests and tools.
#[derive(Debug, Clone, Default)]
pub struct MemoryRecords {
    values: BTreeMap<Vec<u8>, Vec<u8>>,
}

impl MemoryRecords {
    /// Stores what [`apply`] returned.
    pub fn write(&mut self, changes: &Changes) {
        self.values.extend(changes.writes());
    }

    /// The entries of a list, by index.
    ///
    /// # Errors
    /// [`Error::Record`] for a damaged record.
    pub fn entries(&self, id: &str) -> Result<Vec<EntryRecord>, Error> {
        let prefix = entry_key(id, 0);
        let end = entry_key(id, u64::MAX);
        self.values.range(prefix..=end).map(|(_, bytes)| EntryRecord::from_bytes(bytes)).collect()
    }
}

impl Records for MemoryRecords {
    fn list(&self, id: &str) -> Result<Option<ListRecord>, Error> {
        self.values.get(&list_key(id)).map(|bytes| ListRecord::from_bytes(bytes)).transpose()
    }

    fn entry(&self, id: &str, index: u64) -> Result<Option<EntryRecord>, Error> {
        self.values.get(&entry_key(id, index)).map(|bytes| EntryRecord::from_bytes(bytes)).transpose()
    }
}
