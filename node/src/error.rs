//! What can go wrong, told apart by who is at fault.

use std::sync::Arc;

use hufu_light::TransactionId;
use hufu_policy::Decision;

use crate::Receipt;

/// Errors of the ledger. Cheap to clone: one failed block answers many submitters.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The transaction is at fault; it is in no block.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// Too much is waiting: try again later.
    #[error("{waiting} transactions are waiting already, try again later")]
    Busy {
        /// How many are waiting.
        waiting: usize,
    },
    /// The ledger does not accept transactions any more.
    #[error("the ledger has stopped: {cause}")]
    Stopped {
        /// Why.
        cause: String,
    },
    /// The height asked for does not exist yet.
    #[error("height {height} does not exist yet, the newest is {newest}")]
    NotYet {
        /// Height asked for.
        height: u64,
        /// Newest height.
        newest: u64,
    },
    /// The height asked for can no longer be proven.
    #[error("height {height} can no longer be proven, the oldest is {oldest}")]
    Pruned {
        /// Height asked for.
        height: u64,
        /// Oldest height that can be proven.
        oldest: u64,
    },
    /// The time asked for lies before the genesis.
    #[error("the network did not exist at time {time_ms} ms: its genesis has time {genesis_ms} ms")]
    BeforeGenesis {
        /// Time asked for, milliseconds since 1970.
        time_ms: u64,
        /// Time of the genesis.
        genesis_ms: u64,
    },
    /// No such transaction.
    #[error("there is no transaction {0}")]
    UnknownTransaction(TransactionId),
    /// The data folder belongs to another network.
    #[error("the data folder belongs to the network {found}, the genesis given is of {expected}")]
    OtherNetwork {
        /// Network and genesis hash of the folder.
        found: String,
        /// Network and genesis hash given.
        expected: String,
    },
    /// The genesis cannot start a ledger.
    #[error("the genesis cannot start a ledger: {0}")]
    Genesis(String),
    /// The local key does not fit the consensus engine.
    #[error("consensus: {0}")]
    Consensus(String),
    /// The store failed.
    #[error(transparent)]
    Storage(#[from] hufu_store::Error),
    /// Stored data contradict each other.
    #[error("the ledger's data are damaged: {what}: {reason}")]
    Damaged {
        /// Which data.
        what: &'static str,
        /// What is wrong with them.
        reason: String,
    },
}

/// Why a transaction was not accepted.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Rejection {
    /// The transaction or its payload does not decode.
    #[error("{0}")]
    Malformed(String),
    /// A part of it is too large.
    #[error("{0}")]
    TooLarge(String),
    /// Made for another network.
    #[error("the transaction is for the network {found:?}, this is {expected:?}")]
    OtherNetwork {
        /// This network.
        expected: String,
        /// The network named by the transaction.
        found: String,
    },
    /// Made for a network of the same name with another genesis.
    #[error("the transaction is for another network of the name {network:?}: the genesis differs")]
    OtherGenesis {
        /// The name.
        network: String,
    },
    /// The height until which it could be included is past.
    #[error("the transaction expired at height {expiry}; the next block has height {next}")]
    Expired {
        /// Its expiry height.
        expiry: u64,
        /// Height of the next block.
        next: u64,
    },
    /// The expiry height is too far ahead.
    #[error("the expiry height {expiry} is too far ahead: at most {latest} is accepted now")]
    ExpiryTooFar {
        /// Its expiry height.
        expiry: u64,
        /// Highest acceptable expiry height.
        latest: u64,
    },
    /// No signature.
    #[error("the transaction has no signature")]
    NotSigned,
    /// The sender's DID cannot be used.
    #[error("the sender {sender} cannot be used: {reason}")]
    Sender {
        /// The DID.
        sender: String,
        /// Why.
        reason: String,
    },
    /// A signer is not authorised by the sender's document.
    #[error("{method} is not a method by which {sender} invokes capabilities or authenticates")]
    Method {
        /// The DID.
        sender: String,
        /// The method named by the signature.
        method: String,
    },
    /// One method signed twice.
    #[error("{method} signed twice")]
    SignedTwice {
        /// The method.
        method: String,
    },
    /// A signature does not verify.
    #[error("the signature of {method} does not verify")]
    Signature {
        /// The method.
        method: String,
    },
    /// The sender used this sequence number before.
    #[error("{sender} has used sequence number {sequence} before")]
    Replayed {
        /// The DID.
        sender: String,
        /// The number.
        sequence: u64,
    },
    /// The unnamed member acted in this scope before.
    #[error("the tag {tag} was used in the scope {scope:?} before: a member acts once in it")]
    TagUsed {
        /// The linking tag, in hexadecimal digits.
        tag: String,
        /// The scope.
        scope: String,
    },
    /// The operation is not one that a member who stays unnamed can send.
    #[error("this operation must be sent by a DID, not by a member of {of}")]
    Unnamed {
        /// The ring or group.
        of: String,
    },
    /// The group does not exist, or the signature of its member does not hold.
    #[error("{group}: {reason}")]
    Group {
        /// The group.
        group: String,
        /// Why.
        reason: String,
    },
    /// The member has not followed the group's epochs.
    #[error(
        "the signature is of epoch {found} of {group}, in force is {current}: follow the updates and sign again"
    )]
    Epoch {
        /// The group.
        group: String,
        /// The signature's.
        found: u64,
        /// In force.
        current: u64,
    },
    /// The ring does not exist, or its signature does not hold.
    #[error("{ring}: {reason}")]
    Ring {
        /// The ring.
        ring: String,
        /// Why.
        reason: String,
    },
    /// The sequence number is too old to know whether it was used.
    #[error("sequence number {sequence} of {sender} is too old: only numbers above {oldest} are accepted")]
    SequenceTooOld {
        /// The DID.
        sender: String,
        /// The number.
        sequence: u64,
        /// The window lies above this number.
        oldest: u64,
    },
    /// The very same transaction is in a block already.
    #[error("the transaction is in the block of height {} already", .0.height)]
    Included(Receipt),
    /// The very same transaction is waiting already.
    #[error("the transaction {0} is waiting for a block already")]
    Waiting(TransactionId),
    /// No such module.
    #[error("there is no module {0:?}")]
    UnknownModule(String),
    /// The policies deny it; the decision names the policy and the missing fact.
    #[error("{0}")]
    Denied(Decision),
    /// Too many costly operations of this sender were tried and refused lately.
    #[error(
        "{refused} proposals, votes and other costly operations of {sender} were refused within a minute: the next is tried in {} s",
        wait_ms.div_ceil(1000)
    )]
    TooManyRefused {
        /// The DID.
        sender: String,
        /// How many were.
        refused: usize,
        /// How long it takes until one more is tried, in milliseconds of block time.
        wait_ms: u64,
    },
    /// The module's rules refuse it.
    #[error("{cause}")]
    Refused {
        /// The module.
        module: &'static str,
        /// Its error: `hufu_did::Error`, `hufu_credentials::Error`, … can be downcast to.
        cause: Arc<dyn std::error::Error + Send + Sync>,
    },
}

impl Rejection {
    /// Wraps a module's error.
    pub(crate) fn refused(
        module: &'static str,
        cause: impl std::error::Error + Send + Sync + 'static,
    ) -> Self {
        Self::Refused { module, cause: Arc::new(cause) }
    }
}

impl Error {
    pub(crate) fn damaged(what: &'static str, reason: impl std::fmt::Display) -> Self {
        Self::Damaged { what, reason: reason.to_string() }
    }
}
