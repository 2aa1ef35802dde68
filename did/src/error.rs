//! What can be wrong with what this crate is given.

use crate::hufu::Refusal;

/// Why a DID, a document or an operation was not accepted.
///
/// Resolution reports in the W3C's vocabulary instead: see [`crate::ResolutionError`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The input is not a DID.
    #[error("not a DID: {reason}")]
    Did {
        /// The rule that it breaks.
        reason: &'static str,
    },
    /// The input is not a DID URL, or its parameters are ambiguous.
    #[error("not a DID URL: {reason}")]
    DidUrl {
        /// The rule that it breaks.
        reason: &'static str,
    },
    /// A DID document breaks a rule of the data model or a bound of this crate.
    #[error("invalid DID document: {at}: {reason}")]
    Document {
        /// The property at fault.
        at: String,
        /// The rule that it breaks.
        reason: String,
    },
    /// A verification method holds no key that signatures can be verified with.
    #[error("verification method {id} has no usable verifying key: {reason}")]
    NoVerifyingKey {
        /// The method.
        id: String,
        /// Why: its type, its encoding or its algorithm.
        reason: String,
    },
    /// The key inside a `did:key` or `did:jwk` cannot be used.
    #[error("the DID does not hold a usable public key: {reason}")]
    Key {
        /// What is wrong with the key.
        reason: String,
        /// True if the key type is well known and merely not supported here.
        unsupported: bool,
    },
    /// A `did:hufu` operation was refused: the sender is at fault.
    #[error("operation refused: {0}")]
    Refused(#[from] Refusal),
    /// Stored bytes cannot be read: the caller's storage is at fault.
    #[error("unreadable {what}: {reason}")]
    Record {
        /// Which kind of record.
        what: &'static str,
        /// What is wrong with the bytes.
        reason: String,
    },
    /// The port to the records failed, or contradicts itself.
    #[error("the DID records cannot be read: {0}")]
    Records(String),
}

impl Error {
    pub(crate) fn document(at: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Document { at: at.into(), reason: reason.into() }
    }
}
