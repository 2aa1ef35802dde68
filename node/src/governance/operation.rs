//! What members send: proposals and votes, as JSON with strict bounds.
//!
//! ```json
//! { "type": "propose", "title": "Admit the school", "reason": "It issues student cards.",
//!   "expires": { "timeMs": 1760000000000 },
//!   "actions": [ { "type": "addToList", "list": "members", "did": "did:hufu:demo:…", "weight": 1 } ] }
//! { "type": "propose", "title": "…", "reason": "…", "secret": true, "expires": { "height": 900 }, "actions": [ … ] }
//! { "type": "vote", "proposal": "<64 hexadecimal digits>", "choice": "yes" }
//! ```
//! Unknown and repeated fields are refused, so that nobody votes on something other than what is carried out.

use std::collections::BTreeSet;
use std::fmt;

use hufu_did::Did;
use serde::{Deserialize, Serialize};

use super::name::short_did;
use super::{
    CredentialType, ListName, Multikey, ProposalId, Reason, Refusal, RoleName, Rules, Title, Weight,
};
use crate::words::excerpt;

/// Longest operation, in bytes: a policy set of full size with its JSON escapes, and some words.
pub const MAX_OPERATION_BYTES: usize = 160 * 1024;
/// Most actions in one proposal.
pub const MAX_ACTIONS: usize = 32;
/// Most credential types in one accreditation.
pub const MAX_CREDENTIAL_TYPES: usize = 64;

/// A governance operation, the payload of a ledger transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum Operation {
    /// Puts a list of actions to the vote.
    Propose(Propose),
    /// Votes on a proposal.
    Vote(Vote),
}

/// Puts a list of actions to the vote. They are carried out together or not at all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Propose {
    /// What it is about, on one line.
    pub title: Title,
    /// Why.
    pub reason: Reason,
    /// What is done if it passes, in this order; 1 to [`MAX_ACTIONS`].
    pub actions: Vec<GovernanceAction>,
    /// When it is over if it has not been decided.
    pub expires: Expiry,
    /// Whether it is voted on in secret: as one of the members' ring, each once, and nobody learns who voted how.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub secret: bool,
}

/// Votes on a proposal. A vote is final.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Vote {
    /// Which.
    pub proposal: ProposalId,
    /// How.
    pub choice: Choice,
}

/// How a member votes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Choice {
    /// For it.
    Yes,
    /// Against it.
    No,
    /// Counts for the quorum and takes no side.
    Abstain,
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Abstain => "abstain",
        })
    }
}

/// When an undecided proposal is over: at a height, at a time, or whichever comes first. Votes count before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Expiry {
    /// The first height at which it is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u64>,
    /// The first time at which it is over, in milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_ms: Option<u64>,
}

impl Expiry {
    /// Over at a time.
    pub const fn at_time(time_ms: u64) -> Self {
        Self { height: None, time_ms: Some(time_ms) }
    }

    /// Over at a height.
    pub const fn at_height(height: u64) -> Self {
        Self { height: Some(height), time_ms: None }
    }

    /// Whether it is over at this height and time.
    pub fn is_over(self, height: u64, time_ms: u64) -> bool {
        self.height.is_some_and(|end| height >= end) || self.time_ms.is_some_and(|end| time_ms >= end)
    }
}

/// One thing that a proposal does when it passes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub enum GovernanceAction {
    /// Puts a DID on a list, which begins to exist with its first entry.
    AddToList {
        /// The list.
        list: ListName,
        /// Who.
        #[serde(deserialize_with = "short_did")]
        did: Did,
        /// As what.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        role: Option<RoleName>,
        /// With what weight; for members, that of their vote.
        #[serde(default)]
        weight: Weight,
    },
    /// Takes a DID off a list.
    RemoveFromList {
        /// The list.
        list: ListName,
        /// Who.
        #[serde(deserialize_with = "short_did")]
        did: Did,
    },
    /// Changes the role, and perhaps the weight, of an entry.
    SetRole {
        /// The list.
        list: ListName,
        /// Who.
        #[serde(deserialize_with = "short_did")]
        did: Did,
        /// The new role; none if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        role: Option<RoleName>,
        /// The new weight; unchanged if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        weight: Option<Weight>,
    },
    /// Replaces the policy set.
    SetPolicySet {
        /// The whole new set, in Cedar.
        text: String,
    },
    /// Replaces quorum and threshold. Proposals already open keep the ones they were made under.
    SetRules {
        /// The new rules.
        rules: Rules,
    },
    /// Accredits an issuer for credential types.
    Accredit {
        /// Who.
        #[serde(deserialize_with = "short_did")]
        did: Did,
        /// For what; 1 to [`MAX_CREDENTIAL_TYPES`].
        credential_types: BTreeSet<CredentialType>,
        /// From when, in milliseconds since 1970; from its execution if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        valid_from_ms: Option<u64>,
        /// The first time at which it is over; until revoked if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        valid_until_ms: Option<u64>,
    },
    /// Ends accreditations from now on. What was valid before stays on record.
    RevokeAccreditation {
        /// Whose.
        #[serde(deserialize_with = "short_did")]
        did: Did,
        /// For what; 1 to [`MAX_CREDENTIAL_TYPES`].
        credential_types: BTreeSet<CredentialType>,
    },
    /// Adds a validator.
    AddValidator {
        /// The node's DID.
        #[serde(deserialize_with = "short_did")]
        did: Did,
        /// The key it signs blocks with.
        key: Multikey,
        /// Its voting power.
        power: Weight,
    },
    /// Removes a validator.
    RemoveValidator {
        /// The node's DID.
        #[serde(deserialize_with = "short_did")]
        did: Did,
    },
}

impl Operation {
    /// Reads an operation from the bytes of a transaction.
    ///
    /// # Errors
    /// [`Refusal::Malformed`] names the field or the bound.
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        let malformed = |cause: String| Refusal::Malformed(cause);
        if bytes.len() > MAX_OPERATION_BYTES {
            return Err(malformed(format!(
                "it has {} bytes; at most {MAX_OPERATION_BYTES} are read",
                bytes.len()
            )));
        }
        let operation: Self = serde_json::from_slice(bytes).map_err(|e| malformed(excerpt(&e)))?;
        operation.check()?;
        Ok(operation)
    }

    /// The bytes to put into a transaction.
    ///
    /// # Panics
    /// Never: every part of an operation has a JSON form.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self)
            .expect("an operation serialises because it has only strings, numbers and lists")
    }

    /// The bounds that the types alone do not hold.
    pub(super) fn check(&self) -> Result<(), Refusal> {
        let Self::Propose(propose) = self else { return Ok(()) };
        if !(1..=MAX_ACTIONS).contains(&propose.actions.len()) {
            return Err(Refusal::Malformed(format!("a proposal has 1 to {MAX_ACTIONS} actions")));
        }
        if propose.expires.height.is_none() && propose.expires.time_ms.is_none() {
            return Err(Refusal::Expiry("it has neither a height nor a time"));
        }
        propose.actions.iter().try_for_each(GovernanceAction::check)
    }
}

impl GovernanceAction {
    fn check(&self) -> Result<(), Refusal> {
        match self {
            Self::Accredit { credential_types, .. } | Self::RevokeAccreditation { credential_types, .. }
                if !(1..=MAX_CREDENTIAL_TYPES).contains(&credential_types.len()) =>
            {
                Err(Refusal::Malformed(format!(
                    "an accreditation names 1 to {MAX_CREDENTIAL_TYPES} credential types"
                )))
            }
            Self::SetPolicySet { text } if text.len() > hufu_policy::MAX_SET_BYTES => {
                let limit = hufu_policy::MAX_SET_BYTES;
                Err(hufu_policy::Error::TooLarge { bytes: text.len(), limit }.into())
            }
            _ => Ok(()),
        }
    }

    /// What the policies call this.
    pub fn policy_action(&self) -> hufu_policy::Action {
        use hufu_policy::Action;
        match self {
            Self::AddToList { .. } | Self::RemoveFromList { .. } | Self::SetRole { .. } => Action::ListChange,
            Self::SetPolicySet { .. } => Action::PolicyChange,
            Self::SetRules { .. } => Action::RulesChange,
            Self::Accredit { .. } | Self::RevokeAccreditation { .. } => Action::Accredit,
            Self::AddValidator { .. } | Self::RemoveValidator { .. } => Action::ValidatorChange,
        }
    }
}
