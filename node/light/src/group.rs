//! Groups on a ledger: what their records are, and under which keys they stand.
//!
//! | key | record |
//! |---|---|
//! | `groups/<name>` | [`GroupRecord`]: who manages it, who opens, its keys. Never changed |
//! | `group/<name>/epoch` | [`EpochHead`]: the number of the epoch in force |
//! | `group/<name>/epoch/<n>` | [`EpochRecord`]: the epoch, and the update that led to it. Never changed |
//! | `group/<name>/member/<key>` | [`MemberRecord`]: whose member key it is |
//! | `group/<name>/account/<did>` | [`AccountRecord`]: the member key that a DID has now |
//! | `group/<name>/report/<transaction>` | [`ReportRecord`]: what a member said unnamed. Never changed |
//! | `group/<name>/opening/<transaction>` | [`OpeningRecord`]: who asked whose report it is, why, and what came of it |
//!
//! A name has no `/`, nor has a DID, so no two records share a key. Every record is read with proof; `hufu-wire` checks what an
//! opening says.

mod name;
mod opening;
mod records;

pub use name::GroupName;
pub use opening::{OpenedSigner, OpeningPart, OpeningRecord};
pub use records::{
    AccountRecord, EpochHead, EpochRecord, GroupRecord, MEMBER_KEY_BYTES, MemberRecord, ReportRecord,
    Revocation,
};
