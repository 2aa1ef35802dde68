//! Policy sets and voting rules as records: every version of the policies is kept.

use serde::{Deserialize, Serialize};

use super::record::stored;
use super::{Provenance, Rules};

/// Which policy set is in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct PolicyHead {
    /// The version in force; 1 at genesis.
    pub version: u64,
    /// SHA-256 of its text, in hexadecimal.
    pub sha256: String,
}

/// A version of the policy set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct PolicyVersion {
    /// Its number.
    pub version: u64,
    /// Its text, in Cedar.
    pub text: String,
    /// Who set it, when and why.
    pub set: Provenance,
}

/// The voting rules in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct RulesRecord {
    /// The rules.
    pub rules: Rules,
    /// Who set them, when and why.
    pub set: Provenance,
}

stored!(PolicyHead, PolicyVersion, RulesRecord);
