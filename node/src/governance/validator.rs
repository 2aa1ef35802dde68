//! The validators that governance has appointed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::record::stored;
use super::{Multikey, Provenance, Weight};

/// Most validators, as many as a certificate can carry.
pub const MAX_VALIDATORS: usize = 256;

/// The validator set, by DID.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Validators {
    /// 1 at genesis, and one more with each change.
    pub version: u64,
    /// Who, in ascending order of their DIDs.
    pub validators: BTreeMap<String, Appointment>,
    /// The last change.
    pub changed: Provenance,
}

/// One validator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Appointment {
    /// The key it signs blocks with. No two validators share one.
    pub key: Multikey,
    /// Its voting power.
    pub power: Weight,
    /// Who appointed it, when and why.
    pub appointed: Provenance,
}

stored!(Validators);
