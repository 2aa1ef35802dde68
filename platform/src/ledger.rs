//! The ledger as this service needs it: a port, with an adapter for the ledger in this process and one
//! for a node over gRPC.
//!
//! Reads are synchronous: in this process they take microseconds, and the resolver and the status
//! source that stand on them are synchronous by the design of their crates. The gRPC adapter blocks a
//! worker thread meanwhile and tells the runtime so.

mod embedded;
mod governance;
mod records;
mod remote;

pub(crate) use embedded::Embedded;
pub(crate) use records::LedgerRecords;
pub(crate) use remote::Remote;

use std::{collections::BTreeSet, sync::Arc};

use futures::{future::BoxFuture, stream::BoxStream};
use hufu_did::Did;
use hufu_light::{Answer, CertifiedHeader, Transaction, TransactionId, TrustAnchor};
use hufu_node::governance::Standing;
use hufu_policy::PolicySet;
pub(crate) use hufu_wire::At;
use serde_json::Value;

use crate::error::{Kind, Problem};

/// Why the ledger did not do what was asked.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum LedgerError {
    /// A rule refused it; the words are the ledger's own.
    #[error("{0}")]
    Refused(String),
    /// The caller's policy facts do not suffice; the words name the policy and the missing fact.
    #[error("{0}")]
    Denied(String),
    /// There is no such height, time or transaction.
    #[error("{0}")]
    NotFound(String),
    /// The answer is larger than is read of a node.
    #[error("{0}")]
    TooLarge(String),
    /// There is too much of it: to be tried again later.
    #[error("{0}")]
    TooMany(String),
    /// It cannot be reached, or cannot write.
    #[error("{0}")]
    Unavailable(String),
}

impl From<LedgerError> for Problem {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::Refused(words) | LedgerError::TooLarge(words) => {
                Self::new(Kind::Unprocessable, words)
            }
            LedgerError::Denied(words) => Self::new(Kind::Forbidden, words),
            LedgerError::NotFound(words) => Self::new(Kind::NotFound, words),
            LedgerError::TooMany(words) => Self::new(Kind::TooMany, words),
            LedgerError::Unavailable(words) => Self::unavailable("The ledger", words),
        }
    }
}

/// A transaction's place in the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Receipt {
    /// Its id.
    pub transaction: TransactionId,
    /// The height of its block.
    pub height: u64,
    /// Its place in the block.
    pub index: u32,
    /// The time of the block, milliseconds since 1970.
    pub time_ms: u64,
}

/// Something that a block did.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Event {
    /// The height of the block.
    pub height: u64,
    /// The place among the block's events.
    pub index: u32,
    /// The time of the block, milliseconds since 1970.
    pub time_ms: u64,
    /// The transaction that caused it; none for events of the genesis.
    pub transaction: Option<String>,
    /// What happened, for example `did.created`.
    pub kind: String,
    /// What it is about.
    pub subject: String,
    /// The DID of the sender.
    pub actor: String,
    /// More about it.
    pub data: Value,
}

/// One block.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    /// Its header with the certificate.
    pub header: CertifiedHeader,
    /// Its transactions.
    pub transactions: Vec<Transaction>,
    /// What it did.
    pub events: Vec<Event>,
}

/// How far the ledger has come.
#[derive(Clone, Debug)]
pub(crate) struct Status {
    /// The newest header.
    pub header: CertifiedHeader,
    /// The oldest height that can still be proven.
    pub oldest_provable: u64,
    /// Transactions waiting for a block.
    pub waiting: u64,
    /// Why it accepts no transactions any more, when this process knows it; what is there can still be read.
    pub stopped: Option<String>,
    /// The consensus engine.
    pub consensus: String,
    /// The version of the node's software.
    pub software: String,
}

/// What the ledger knows of a DID, as facts for policies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Identity {
    /// Its lists, each with the role it has there, if it has one.
    pub lists: BTreeSet<(String, Option<String>)>,
    /// The credential types that it is accredited for now.
    pub accreditations: BTreeSet<String>,
}

impl From<Standing> for Identity {
    fn from(standing: Standing) -> Self {
        let lists = standing
            .lists
            .iter()
            .map(|(list, role)| (list.to_string(), role.as_ref().map(ToString::to_string)));
        let accreditations = standing.accreditations.iter().map(ToString::to_string);
        Self { lists: lists.collect(), accreditations: accreditations.collect() }
    }
}

/// A key and its newest value.
pub(crate) type Record = (Vec<u8>, Vec<u8>);

/// The ledger, in the words of this service.
pub(crate) trait LedgerPort: Send + Sync + 'static {
    /// What a wallet needs to know of the network.
    fn anchor(&self) -> &TrustAnchor;

    /// How far it has come.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    fn status(&self) -> Result<Status, LedgerError>;

    /// The newest value of a key, without proof.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    fn read(&self, key: &[u8]) -> Result<Option<Vec<u8>>, LedgerError>;

    /// Keys that start with `prefix`, strictly behind `after`, and their newest values.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    fn scan(&self, prefix: &[u8], after: Option<&[u8]>, limit: usize) -> Result<Vec<Record>, LedgerError>;

    /// The value of a key, or its absence, with all that is needed to believe it.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`] for a height or time that is not there (any more).
    fn answer(&self, key: &[u8], at: At) -> Result<Answer, LedgerError>;

    /// A block.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`].
    fn block(&self, height: u64) -> Result<Block, LedgerError>;

    /// A transaction with its receipt, and the bytes that prove its inclusion under the header.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`].
    fn transaction(&self, id: &TransactionId) -> Result<Included, LedgerError>;

    /// Submits a transaction; done when its block is durable.
    fn submit(&self, transaction: Transaction) -> BoxFuture<'_, Result<Receipt, LedgerError>>;

    /// Events from a position on: first the recorded ones, then as they happen.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    fn events(
        &self,
        height: u64,
        index: u32,
    ) -> Result<BoxStream<'static, Result<Event, LedgerError>>, LedgerError>;

    /// What is known of a DID.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    fn identity(&self, did: &Did) -> Result<Identity, LedgerError>;

    /// The policy set in force.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    fn policies(&self) -> Result<Arc<PolicySet>, LedgerError>;

    /// Finishes what is waiting and accepts nothing more.
    fn end(&self) -> BoxFuture<'_, ()>;
}

/// A transaction that is in a block.
#[derive(Clone, Debug)]
pub(crate) struct Included {
    /// Where it is.
    pub receipt: Receipt,
    /// The header of its block.
    pub header: CertifiedHeader,
    /// The transaction.
    pub transaction: Transaction,
    /// Canonical bytes of the inclusion proof under the header's transactions root.
    pub proof: Vec<u8>,
}
