//! What the ledger asks of a set of rules.
//!
//! Rules are pure: they read the state, say what permission an operation needs, and return what it
//! writes. They have no clock, no randomness and no memory, so every node comes to the same result.

use hufu_did::Did;
use hufu_did::hufu::Network;
use hufu_light::{TransactionId, ValidatorSet};
use hufu_policy::{Action, Resource};
use serde_json::Value;

use crate::{Error, Rejection, Sender, state::State};

/// A named set of rules.
pub trait Module: Send + Sync {
    /// The name that payloads call it by.
    fn name(&self) -> &'static str;

    /// What is to be done with each block, before its transactions; it makes no block by itself.
    ///
    /// # Errors
    /// [`Error::Storage`], [`Error::Damaged`].
    fn begin(&self, _state: &dyn State, _block: Moment) -> Result<Effects, Error> {
        Ok(Effects::default())
    }

    /// Reads an operation, once for its permission and its rules.
    ///
    /// # Errors
    /// [`crate::Rejection::Refused`] when it cannot be read.
    fn read(&self, call: &Call<'_>) -> Result<Box<dyn Operation + '_>, Error>;
}

/// An operation that its module has read.
pub trait Operation {
    /// What the policies must allow for it.
    ///
    /// # Errors
    /// [`Error::Storage`], [`Error::Damaged`].
    fn request(&self, state: &dyn State, call: &Call<'_>) -> Result<Request, Error>;

    /// Applies it; the policies allow it.
    ///
    /// # Errors
    /// [`crate::Rejection::Refused`] with the broken rule; [`Error::Storage`].
    fn apply(self: Box<Self>, state: &dyn State, call: &Call<'_>) -> Result<Effects, Error>;
}

/// The place of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Its height.
    pub height: u64,
    /// Its time, milliseconds since 1970.
    pub time_ms: u64,
}

/// An operation, who sends it, and the block it is to be part of.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// The sender; its signatures are verified.
    pub sender: &'a Sender,
    /// How many of the sender's methods signed.
    pub signatures: usize,
    /// The transaction.
    pub transaction: TransactionId,
    /// Its canonical bytes, with the signatures.
    pub bytes: &'a [u8],
    /// The operation, in the module's bytes.
    pub operation: &'a [u8],
    /// The network.
    pub network: &'a Network,
    /// Height of the block.
    pub height: u64,
    /// Time of the block, milliseconds since 1970.
    pub time_ms: u64,
}

impl Call<'_> {
    /// The sender's DID.
    ///
    /// # Errors
    /// [`Rejection::Unnamed`] if it is a member who stays unnamed.
    pub fn did(&self) -> Result<&Did, Rejection> {
        match self.sender {
            Sender::Did(did) => Ok(did),
            Sender::Ring(member) => Err(Rejection::Unnamed { of: member.ring.to_string() }),
            Sender::Group(member) => Err(Rejection::Unnamed { of: member.group.to_string() }),
        }
    }
}

/// A permission: may the sender do this with that?
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What is to be done.
    pub action: Action,
    /// With what.
    pub resource: Resource,
}

/// What an operation does.
#[derive(Clone, Debug, Default)]
pub struct Effects {
    /// Records to set.
    pub writes: Vec<(Vec<u8>, Vec<u8>)>,
    /// What to tell the world.
    pub events: Vec<Emitted>,
    /// A new validator set, from the next height on.
    pub validators: Option<ValidatorSet>,
}

/// An event before it has its place in a block.
#[derive(Clone, Debug, PartialEq)]
pub struct Emitted {
    /// What happened, for example `did.created`.
    pub kind: &'static str,
    /// What it is about.
    pub subject: String,
    /// The particulars.
    pub data: Value,
}
