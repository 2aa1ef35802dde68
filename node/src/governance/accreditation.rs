//! Who may issue which credential types, since when, until when, and by whose decision.
//!
//! A grant is never deleted and never shortened in hindsight: a revocation is a later fact beside it.

use std::collections::{BTreeMap, BTreeSet};

use hufu_did::Did;
use serde::{Deserialize, Serialize};

use super::record::stored;
use super::{CredentialType, Provenance};

/// Most credential types that one DID was ever accredited for.
pub const MAX_TYPES_PER_DID: usize = 256;
/// Most grants of one credential type to one DID; history is never dropped.
pub const MAX_GRANTS: usize = 256;

/// Everything that a DID was ever accredited for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Accreditation {
    /// The issuer.
    pub did: Did,
    /// Its grants per credential type, oldest first.
    pub types: BTreeMap<CredentialType, Vec<Grant>>,
}

/// One accreditation for one credential type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Grant {
    /// Valid from this time, in milliseconds since 1970; never before it was granted.
    pub valid_from_ms: u64,
    /// Over at this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until_ms: Option<u64>,
    /// By which proposal, when and why.
    pub granted: Provenance,
    /// By which proposal, when and why it was ended early.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked: Option<Provenance>,
}

impl Grant {
    /// The first time at which it is over, if there is one.
    pub fn over_at_ms(&self) -> Option<u64> {
        let revoked = self.revoked.as_ref().map(|revoked| revoked.time_ms);
        [self.valid_until_ms, revoked].into_iter().flatten().min()
    }

    /// Whether it holds at a time, in milliseconds since 1970.
    pub fn holds_at(&self, time_ms: u64) -> bool {
        self.valid_from_ms <= time_ms && self.over_at_ms().is_none_or(|over| time_ms < over)
    }
}

impl Accreditation {
    /// The credential types that it holds for at a time.
    pub fn types_at(&self, time_ms: u64) -> BTreeSet<CredentialType> {
        let holds = |grants: &Vec<Grant>| grants.iter().any(|grant| grant.holds_at(time_ms));
        self.types.iter().filter(|(_, grants)| holds(grants)).map(|(name, _)| name.clone()).collect()
    }

    /// The next time after `time_ms` at which a grant begins or is over, if there is one.
    pub fn changes_after_ms(&self, time_ms: u64) -> Option<u64> {
        let grants = self.types.values().flatten();
        let times = grants.flat_map(|grant| [Some(grant.valid_from_ms), grant.over_at_ms()]).flatten();
        times.filter(|time| *time > time_ms).min()
    }
}

stored!(Accreditation);
