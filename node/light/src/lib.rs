//! What a ledger's answer is, and how it is verified offline.
//!
//! A wallet or an auditor links this crate: no database, no network, no async, no protobuf. From a
//! [`TrustAnchor`] (a network's name and genesis hash) it verifies that a key had a value, or had
//! none, at a height or a time:
//!
//! ```no_run
//! use hufu_light::{Answer, TrustAnchor};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let anchor: TrustAnchor = serde_json::from_slice(&std::fs::read("anchor.json")?)?;
//! let answer = Answer::from_bytes(&std::fs::read("answer.bin")?)?;
//! match answer.verify(&anchor, b"the key I asked for")?.at_time(1_795_000_000_000)?.value() {
//!     Some(value) => println!("recorded: {} bytes", value.len()),
//!     None => println!("provably not recorded"),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Canonical bytes are borsh, see [`Answer::to_bytes`]; everything signed or hashed carries a label
//! of [`hufu_keys::Domain`].

mod answer;
mod encoding;
mod error;
pub mod forms;
mod genesis;
mod group;
mod hash;
mod header;
pub mod merkle;
mod network;
mod record;
mod ring;
pub mod state;
mod transaction;
mod validators;
mod verify;

pub use answer::{
    ANSWER_VERSION, Answer, MAX_ANSWER_BYTES, MAX_CHANGES, Successor, TrustPath, ValidatorChange,
};
pub use error::Error;
pub use genesis::{GENESIS_VERSION, Genesis, GenesisRoot, MAX_GENESIS_BYTES};
pub use group::{
    AccountRecord, EpochHead, EpochRecord, GroupName, GroupRecord, MEMBER_KEY_BYTES, MemberRecord,
    OpenedSigner, OpeningPart, OpeningRecord, ReportRecord, Revocation,
};
pub use hash::Hash;
pub use header::{Certificate, CertifiedHeader, CommitSignature, HEADER_VERSION, Header};
pub use network::{MAX_NETWORK_BYTES, Network, TrustAnchor};
pub use ring::{MAX_RING_MEMBERS, RingMember, RingName, RingRecord};
pub use state::StateProof;
pub use transaction::{
    MAX_METHOD_BYTES, MAX_PAYLOAD_BYTES, MAX_SIGNATURES, MAX_TRANSACTION_BYTES, Transaction, TransactionId,
    TransactionSignature,
};
pub use validators::{MAX_VALIDATORS, Validator, ValidatorSet};
pub use verify::Verified;
