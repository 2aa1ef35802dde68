//! `did:hufu`: identifiers whose history lies on a ledger and whose name is the hash of their first operation.
//!
//! ```text
//! did     = "did:hufu:" network ":" id
//! network = 1*32( a-z / 0-9 / "-" )                    a short name bound to a genesis hash
//! id      = "z" base58btc( 0x12 0x20 ‖ sha-256( bytes of the create operation ) )
//! ```
//!
//! So a DID can be made offline, nobody can squat on it, and its history can be verified from the name alone.
//!
//! # Operations
//! An operation is a JSON object in its RFC 8785 form, at most [`MAX_OPERATION_BYTES`]. It is signed *as the
//! bytes sent*, each signature over `Domain::DidOperation.frame([bytes])`.
//!
//! | `type` | what it does | who signs |
//! |---|---|---|
//! | `create` | makes version 1 | its own `keys`, or a controller's if it has none |
//! | `update` | applies a `patch` to methods, services, `alsoKnownAs`, controllers | the current authority |
//! | `rotate` | installs new `keys`, and perhaps a `next` commitment | the current authority and the new keys |
//! | `recover` | replaces keys, commitment and controllers | the recovery keys and the new keys |
//! | `deactivate` | ends the DID; nothing follows | the current authority, or the recovery keys |
//!
//! - Every operation but `create` names its `did`, its own `version` number and the `previous` operation's hash.
//! - *Authority*: the threshold of the DID's own keys, or the authority of one of its controllers
//!   (`did:hufu` DIDs of the same network; at most [`MAX_CONTROLLER_DEPTH`] steps away, cycles are refused).
//! - *Proof of possession*: keys are installed only if they sign too, up to their threshold. A typing mistake
//!   cannot lock a DID.
//! - *Pre-rotation*: `next` holds a threshold and hashes of keys not yet shown. While it stands, `rotate` can
//!   install only such keys, with that threshold, and controllers can change only in a `rotate`: whoever steals
//!   the current keys can neither replace them nor put a controller above them.
//! - *Recovery*: the recovery keys are set by `create` or `recover`, or by a `rotate` while there are none. The
//!   update keys alone cannot change them.
//!
//! # Records
//! [`apply()`] is pure: it reads through [`Records`] and returns [`Changes`], two records with their keys.
//! Every [`Version`] is kept, with the operation and its signatures; [`verify_history`] checks a whole history again.

mod apply;
mod authority;
mod build;
mod history;
mod identifier;
mod keys;
mod operation;
mod patch;
mod records;
mod refusal;
mod resolve;
mod signed;

pub use apply::{Changes, Context, Submission, apply};
pub use build::{Builder, Draft};
pub use history::verify_history;
pub use identifier::{MAX_NETWORK_LENGTH, Network, OperationHash, did_of};
pub use keys::{KeySet, MAX_KEYS, NextKeys, commitment};
pub use operation::{
    Create, Deactivate, Link, MAX_OPERATION_BYTES, OPERATION_FORMAT, Operation, Recover, Rotate, Update,
};
pub use patch::{MAX_PATCH_ENTRIES, MethodSpec, Patch};
pub use records::{
    Authority, Head, MAX_RECORD_BYTES, MemoryRecords, RECORD_FORMAT, Records, Version, head_key, version_key,
};
pub use refusal::Refusal;
pub use resolve::{HufuMethod, resolve};
pub use signed::{KeySignature, MAX_SIGNATURES, MAX_SIGNED_BYTES, SignedOperation};

/// The most controllers of a `did:hufu` DID.
pub const MAX_CONTROLLERS: usize = 8;
/// How many controllers may stand above each other.
pub const MAX_CONTROLLER_DEPTH: usize = 4;
/// The most heads that are read to decide on one operation's controllers.
pub const MAX_CONTROLLER_LOOKUPS: usize = 64;
