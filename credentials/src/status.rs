//! Status of credentials: Bitstring Status List v1.0, and the rules by which a ledger keeps it.
//!
//! | file | what |
//! |---|---|
//! | `purpose` | revocation, suspension, refresh, message |
//! | `entry` | `BitstringStatusListEntry`: what a credential says about its status |
//! | `bitstring` | the bits, packed, compressed and encoded; bounded when read |
//! | `list` | `BitstringStatusListCredential`: built and read |
//! | `allocator` | indexes in an order that tells an observer nothing |
//! | `record` | what the ledger stores per list and per entry |
//! | `operation` | what a transaction asks for |
//! | `rules` | [`apply`]: the one place that decides |
//! | `source` | [`StatusSource`]: where a verifier gets a list from |

mod allocator;
mod bitstring;
mod entry;
mod list;
mod operation;
mod purpose;
mod record;
mod rules;
mod source;

pub use allocator::Allocator;
pub use bitstring::{BitstringList, MAX_ENCODED_BYTES, MAX_LIST_BYTES, MIN_ENTRIES};
pub use entry::{StatusEntry, StatusMessage, is_bitstring_entry};
pub use list::{ListCredential, ListDescription};
pub use operation::{
    Change, MAX_CHANGES, MAX_ID_BYTES, MAX_LIST_ENTRIES, MAX_MESSAGE_BYTES, MAX_OPERATION_BYTES,
    MAX_REASON_BYTES, StatusOperation,
};
pub use purpose::StatusPurpose;
pub use record::{EntryRecord, ListRecord, entry_key, entry_prefix, list_key, list_prefix};
pub use rules::{Changes, Context, MemoryRecords, Records, Refusal, apply};
pub use source::{LedgerStatus, MemoryStatus, NoStatus, StatusEvidence, StatusSource, VerifiedList};
