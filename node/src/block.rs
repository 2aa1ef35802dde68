//! Blocks, receipts and events.

use borsh::{BorshDeserialize, BorshSerialize};
use hufu_light::{CertifiedHeader, Transaction, TransactionId};
use serde_json::Value;

/// A transaction's place in the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    /// Id of the transaction.
    pub transaction: TransactionId,
    /// Height of its block.
    pub height: u64,
    /// Its place in the block.
    pub index: u32,
    /// Time of the block, milliseconds since 1970.
    pub time_ms: u64,
}

/// A block as it was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The header and its certificate.
    pub header: CertifiedHeader,
    /// The transactions, in order; each was accepted.
    pub transactions: Vec<Transaction>,
    /// What they caused, in order.
    pub events: Vec<Event>,
}

/// The part of a block below its header, as stored: transactions as canonical bytes.
#[derive(Clone, Debug, Default, BorshSerialize, BorshDeserialize)]
pub(crate) struct Body {
    pub(crate) transactions: Vec<Vec<u8>>,
}

/// Something that a transaction (or the genesis) did.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Event {
    /// Height of the block.
    pub height: u64,
    /// Place among the events of the block.
    pub index: u32,
    /// Time of the block, milliseconds since 1970.
    pub time_ms: u64,
    /// The transaction; `None`: the genesis.
    pub transaction: Option<TransactionId>,
    /// What happened, for example `did.created`.
    pub kind: String,
    /// What it is about: a DID, a list, a proposal.
    pub subject: String,
    /// DID of the sender; empty for the genesis.
    pub actor: String,
    /// JSON with the particulars, see [`Event::data`].
    pub(crate) json: String,
}

impl Event {
    /// The particulars.
    #[must_use]
    pub fn data(&self) -> Value {
        serde_json::from_str(&self.json).unwrap_or(Value::Null)
    }

    /// The particulars as JSON text.
    #[must_use]
    pub fn data_json(&self) -> &str {
        &self.json
    }

    /// The leaf under a header's events root.
    ///
    /// # Panics
    /// Never: no event is longer than the 4 GiB that a length can express.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        borsh::to_vec(self).expect("writing to a Vec cannot fail because lengths fit u32")
    }
}
