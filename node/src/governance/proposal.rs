//! Proposals and votes as records.

use std::collections::BTreeMap;

use hufu_did::Did;
use serde::{Deserialize, Serialize};

use super::record::stored;
use super::{Choice, Expiry, GovernanceAction, ProposalId, Reason, Rules, Tally, Title, Weight};

/// Most proposals that are open at once.
pub const MAX_OPEN_PROPOSALS: usize = 64;
/// Longest time until a proposal expires: 400 days.
pub const MAX_VOTING_MS: u64 = 400 * 24 * 60 * 60 * 1_000;
/// Most blocks until a proposal expires: 400 days of ten blocks a second.
pub const MAX_VOTING_BLOCKS: u64 = 400 * 24 * 60 * 60 * 10;

/// A point in the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Moment {
    /// The height of the block.
    pub height: u64,
    /// Its time, in milliseconds since 1970.
    pub time_ms: u64,
}

/// A proposal with its votes counted so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Proposal {
    /// Its id.
    pub id: ProposalId,
    /// Who made it.
    pub proposer: Did,
    /// What it is about.
    pub title: Title,
    /// Why.
    pub reason: Reason,
    /// What it does if it passes.
    pub actions: Vec<GovernanceAction>,
    /// When it is over undecided.
    pub expires: Expiry,
    /// When it was made.
    pub made: Moment,
    /// The rules it is decided by: those in force when it was made.
    pub rules: Rules,
    /// The version of the list "members" whose entries vote, with their weights in that version.
    pub members_version: u64,
    /// The sum of those weights.
    pub total_weight: u64,
    /// The weight of each vote if it is voted on in secret: then all weigh the same. None if it is voted on by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<Weight>,
    /// The votes.
    pub tally: Tally,
    /// Where it stands.
    pub state: ProposalState,
}

/// Where a proposal stands. All but `open` are final.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "camelCase", deny_unknown_fields)]
pub enum ProposalState {
    /// Votes are taken.
    Open,
    /// It passed and was carried out in the same transaction.
    Executed {
        /// When.
        at: Moment,
    },
    /// It passed, but what it asks for was no longer possible. Nothing of it was carried out.
    Failed {
        /// When.
        at: Moment,
        /// Why.
        cause: String,
    },
    /// So many were against it or abstained that it could not pass any more.
    Rejected {
        /// When.
        at: Moment,
    },
    /// It was not decided in time.
    Expired {
        /// When this was noticed; the proposal was over at its expiry.
        at: Moment,
    },
}

impl Proposal {
    /// Whether it can still be voted on at this height and time.
    pub fn is_open(&self, height: u64, time_ms: u64) -> bool {
        self.state == ProposalState::Open && !self.expires.is_over(height, time_ms)
    }
}

impl ProposalState {
    /// How it ended, as a verb.
    pub(super) fn verb(&self) -> &'static str {
        match self {
            Self::Open => "is open",
            Self::Executed { .. } => "was executed",
            Self::Failed { .. } => "passed and could not be executed",
            Self::Rejected { .. } => "was rejected",
            Self::Expired { .. } => "expired",
        }
    }
}

/// A vote that was cast. It is never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct VoteRecord {
    /// On what.
    pub proposal: ProposalId,
    /// By whom.
    pub voter: Did,
    /// How.
    pub choice: Choice,
    /// With what weight: the voter's when the proposal was made.
    pub weight: u64,
    /// When.
    pub at: Moment,
}

/// A vote that was cast in secret. It is never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct BallotRecord {
    /// On what.
    pub proposal: ProposalId,
    /// The linking tag of whoever cast it, in hexadecimal digits: one for each member and proposal.
    pub tag: String,
    /// How.
    pub choice: Choice,
    /// When.
    pub at: Moment,
}

/// The proposals that are open, or expired without anyone having noticed yet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OpenProposals(pub BTreeMap<ProposalId, Expiry>);

stored!(Proposal, VoteRecord, BallotRecord, OpenProposals);
