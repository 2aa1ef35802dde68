//! What governance tells the world.

use std::collections::BTreeSet;

use hufu_did::Did;
use serde::{Deserialize, Serialize};

use super::{Choice, CredentialType, ListName, ProposalId};

/// Something that an operation did. The order is the order in which it happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum Event {
    /// A proposal was put to the vote.
    Proposed {
        /// Which.
        proposal: ProposalId,
        /// By whom.
        proposer: Did,
    },
    /// A member voted.
    Voted {
        /// On what.
        proposal: ProposalId,
        /// Who.
        voter: Did,
        /// How.
        choice: Choice,
        /// With what weight.
        weight: u64,
    },
    /// One of the members voted in secret.
    BallotCast {
        /// On what.
        proposal: ProposalId,
        /// The linking tag of the ballot, in hexadecimal digits.
        tag: String,
        /// How.
        choice: Choice,
    },
    /// A proposal passed and was carried out; what it did follows.
    Executed {
        /// Which.
        proposal: ProposalId,
    },
    /// A proposal passed and could not be carried out.
    Failed {
        /// Which.
        proposal: ProposalId,
        /// Why.
        cause: String,
    },
    /// A proposal cannot pass any more.
    Rejected {
        /// Which.
        proposal: ProposalId,
    },
    /// A proposal was not decided in time.
    Expired {
        /// Which.
        proposal: ProposalId,
    },
    /// A list has a new version.
    ListChanged {
        /// Which.
        list: ListName,
        /// Its version now.
        version: u64,
        /// Whose entry changed.
        did: Did,
    },
    /// Another policy set is in force.
    PolicyChanged {
        /// Its version.
        version: u64,
    },
    /// Other voting rules are in force.
    RulesChanged,
    /// An issuer was accredited.
    Accredited {
        /// Who.
        did: Did,
        /// For what.
        credential_types: BTreeSet<CredentialType>,
    },
    /// Accreditations were ended.
    AccreditationRevoked {
        /// Whose.
        did: Did,
        /// For what.
        credential_types: BTreeSet<CredentialType>,
    },
    /// There is another validator set.
    ValidatorsChanged {
        /// Its version.
        version: u64,
    },
}

impl Event {
    /// Its name in the ledger's event stream.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Proposed { .. } => "governance.proposed",
            Self::Voted { .. } => "governance.voted",
            Self::BallotCast { .. } => "governance.ballotCast",
            Self::Executed { .. } => "governance.executed",
            Self::Failed { .. } => "governance.failed",
            Self::Rejected { .. } => "governance.rejected",
            Self::Expired { .. } => "governance.expired",
            Self::ListChanged { .. } => "list.changed",
            Self::PolicyChanged { .. } => "policy.changed",
            Self::RulesChanged => "rules.changed",
            Self::Accredited { .. } => "accreditation.granted",
            Self::AccreditationRevoked { .. } => "accreditation.revoked",
            Self::ValidatorsChanged { .. } => "validators.changed",
        }
    }

    /// What it is about: a proposal, a list, a DID or a record.
    pub fn subject(&self) -> String {
        match self {
            Self::Proposed { proposal, .. }
            | Self::Voted { proposal, .. }
            | Self::BallotCast { proposal, .. }
            | Self::Executed { proposal }
            | Self::Failed { proposal, .. }
            | Self::Rejected { proposal }
            | Self::Expired { proposal } => proposal.to_string(),
            Self::ListChanged { list, .. } => list.to_string(),
            Self::PolicyChanged { .. } => super::key::POLICY.to_owned(),
            Self::RulesChanged => super::key::RULES.to_owned(),
            Self::Accredited { did, .. } | Self::AccreditationRevoked { did, .. } => did.to_string(),
            Self::ValidatorsChanged { .. } => super::key::VALIDATORS.to_owned(),
        }
    }
}
