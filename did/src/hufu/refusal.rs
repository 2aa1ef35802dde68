//! Why an operation was refused. Each reason has a name of its own.

use crate::Did;

/// The sender's mistake in a `did:hufu` operation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The operation is too large.
    #[error("it has {size} bytes, the most is {most}")]
    TooLarge {
        /// Bytes sent.
        size: usize,
        /// Bytes allowed.
        most: usize,
    },
    /// It is not an object of strict JSON, or members are missing, unknown or of a wrong type.
    #[error("it is malformed: {reason}")]
    Malformed {
        /// Where and why.
        reason: String,
    },
    /// The bytes are not the RFC 8785 form of the JSON.
    #[error("the bytes are not in canonical form (RFC 8785)")]
    NotCanonical,
    /// It was written for another version of this format.
    #[error("operation format {0} is not known here")]
    UnknownFormat(u64),
    /// It belongs to another network.
    #[error("it is for the network {found}, this is {expected}")]
    WrongNetwork {
        /// This network.
        expected: String,
        /// The network of the operation.
        found: String,
    },
    /// More entries than allowed.
    #[error("more than {most} {what}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many are allowed.
        most: usize,
    },
    /// A threshold of zero, or above the number of keys.
    #[error("a threshold of {threshold} cannot be met by {keys} keys or is zero")]
    Threshold {
        /// The threshold.
        threshold: u64,
        /// The number of keys.
        keys: usize,
    },
    /// A key occurs twice in a set.
    #[error("the key {0} occurs twice")]
    DuplicateKey(String),
    /// A key is not a valid Multikey of a supported signature algorithm.
    #[error("the key {key:?} is not usable: {reason}")]
    BadKey {
        /// The key, shortened.
        key: String,
        /// What is wrong.
        reason: String,
    },
    /// Neither keys nor controllers: nobody could ever change the DID.
    #[error("it has neither keys nor controllers")]
    NoControl,

    /// This very DID exists already: the create operation was replayed.
    #[error("{0} exists already")]
    AlreadyExists(Did),
    /// The DID does not exist.
    #[error("{0} does not exist")]
    NotFound(Did),
    /// The DID is deactivated, for good.
    #[error("{0} is deactivated")]
    Deactivated(Did),
    /// This very operation was accepted before.
    #[error("this operation is version {version} already: it was replayed")]
    Replayed {
        /// The version that it made.
        version: u64,
    },
    /// The version number is not the next one.
    #[error("it is for version {found}, the next is {expected}")]
    StaleVersion {
        /// The next version.
        expected: u64,
        /// The version of the operation.
        found: u64,
    },
    /// `previous` is not the hash of the latest operation.
    #[error("its previous hash is not that of the latest version")]
    StalePrevious,

    /// No signature at all.
    #[error("it is not signed")]
    NotSigned,
    /// A signature is not valid. Which check failed is not said.
    #[error("the signature by {0} is not valid")]
    BadSignature(String),
    /// Too few of the keys that decide have signed.
    #[error("{have} of the needed {need} {whose} keys have signed")]
    NotAuthorised {
        /// `update`, `recovery`, `new` or `controller`.
        whose: &'static str,
        /// The threshold.
        need: u16,
        /// Distinct keys of the set that signed.
        have: u16,
    },
    /// The DID has no recovery keys.
    #[error("{0} has no recovery keys")]
    NoRecovery(Did),

    /// A key was not announced by the standing pre-rotation commitment.
    #[error("the key {0} was not committed to")]
    NotCommitted(String),
    /// The threshold is not the one that was committed to.
    #[error("the committed threshold is {committed}, not {found}")]
    CommittedThreshold {
        /// The committed threshold.
        committed: u16,
        /// The threshold of the operation.
        found: u16,
    },
    /// Controllers can change only together with the keys while a commitment stands.
    #[error("controllers cannot be changed by an update while next keys are committed to")]
    ControllersCommitted,
    /// The recovery keys exist and only a recovery can change them.
    #[error("the recovery keys can be changed by a recovery only")]
    RecoveryFixed,

    /// An update that changes nothing.
    #[error("the patch is empty")]
    EmptyPatch,
    /// An id that is in use already.
    #[error("the id {0} is in use already")]
    DuplicateId(String),
    /// An id that is not in the document.
    #[error("the document has no {0}")]
    UnknownId(String),
    /// A verification method or service breaks a rule.
    #[error("{id}: {reason}")]
    BadEntry {
        /// Its id.
        id: String,
        /// The rule.
        reason: String,
    },

    /// A controller must be a `did:hufu` DID of the same network.
    #[error("{0} cannot be a controller: it is not a did:hufu of this network")]
    ControllerUnsupported(Did),
    /// A controller does not exist or is deactivated.
    #[error("the controller {0} does not exist or is deactivated")]
    ControllerUnusable(Did),
    /// The DID would control itself.
    #[error("{0} would control itself")]
    ControllerCycle(Did),
    /// Too many controllers above each other.
    #[error("too many controllers stand above each other")]
    ControllersTooDeep,
}

impl Refusal {
    pub(crate) fn malformed(reason: impl Into<String>) -> Self {
        Self::Malformed { reason: reason.into() }
    }
}
