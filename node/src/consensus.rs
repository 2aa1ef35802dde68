//! Consensus: who decides which block is next.
//!
//! An engine drives an [`Application`]: it asks for a proposal, has it certified by validators with
//! more than two thirds of the power, and hands it back to be committed. The application never makes
//! up its mind by itself, and an engine never looks into a block.

mod solo;

use hufu_light::{CertifiedHeader, Header, ValidatorSet};

use crate::{Error, builder::Proposal};

pub(crate) use solo::Solo;

/// A way to agree on the next block.
pub(crate) trait Consensus: Send + Sync {
    /// Its name, for status and logs.
    fn name(&self) -> &'static str;

    /// Whether the engine can work with a validator set; a transaction that would make another one is
    /// refused with these words.
    fn accepts(&self, validators: &ValidatorSet) -> Result<(), String>;

    /// Certifies the genesis block, which is the same for all.
    fn certify_genesis(&self, header: Header, validators: &ValidatorSet) -> Result<CertifiedHeader, Error>;

    /// Makes blocks until the application has no more to order, or fails.
    fn run(&self, application: &dyn Application);
}

/// What an engine drives.
pub(crate) trait Application {
    /// Waits for transactions and makes the next block of them; `None` once there will be none.
    ///
    /// Nothing acceptable means no block: the call goes on waiting.
    fn propose(&self) -> Option<Proposal>;

    /// Stores a decided block durably, then tells everyone who waits for it.
    ///
    /// # Errors
    /// The ledger has stopped; the engine must, too.
    fn commit(&self, proposal: Proposal, certified: CertifiedHeader) -> Result<(), Error>;
}
