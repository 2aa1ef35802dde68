//! The engine of a network with one validator: what it signs is decided.
//!
//! Group commit comes from the loop itself: while one block is written to disk, transactions gather,
//! and all of them share the next write.

use hufu_keys::SigningKey;
use hufu_light::{CertifiedHeader, Header, ValidatorSet};

use super::{Application, Consensus};
use crate::Error;

/// One validator, this one.
pub(crate) struct Solo {
    key: SigningKey,
}

impl Solo {
    pub(crate) fn new(key: SigningKey) -> Self {
        Self { key }
    }

    fn certify(&self, header: Header, validators: &ValidatorSet) -> Result<CertifiedHeader, Error> {
        CertifiedHeader::sign(header, validators, &self.key).map_err(|e| Error::Consensus(e.to_string()))
    }
}

impl Consensus for Solo {
    fn name(&self) -> &'static str {
        "solo"
    }

    fn accepts(&self, validators: &ValidatorSet) -> Result<(), String> {
        let mine = validators.position(&self.key.verifying_key()).map_or(0, |(_, member)| member.power);
        if 3 * mine > 2 * validators.total_power() {
            return Ok(());
        }
        Err("the consensus engine \"solo\" needs a validator set in which this node alone has more than two \
             thirds of the power"
            .into())
    }

    fn certify_genesis(&self, header: Header, validators: &ValidatorSet) -> Result<CertifiedHeader, Error> {
        self.certify(header, validators)
    }

    fn run(&self, application: &dyn Application) {
        while let Some(proposal) = application.propose() {
            let certified = self.certify(proposal.header.clone(), &proposal.validators);
            let committed = certified.and_then(|certified| application.commit(proposal, certified));
            if let Err(error) = committed {
                tracing::error!(%error, "no more blocks are made");
                return;
            }
        }
    }
}
