//! The first records, from the document that a network starts from.

use std::collections::BTreeMap;

use hufu_did::Did;
use hufu_policy::DEFAULT_POLICIES;
use serde::{Deserialize, Serialize};

use super::draft::{Changes, Draft};
use super::name::short_did;
use super::{
    Error, GovernanceAction, ListName, Moment, Multikey, OpenProposals, Provenance, Reason, Records, Refusal,
    RoleName, Rules, Weight, execute, key, liveness,
};

/// Who governs from the first block on, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct GenesisGovernance {
    /// The members; at least one.
    pub members: Vec<GenesisEntry>,
    /// Other lists, by name.
    #[serde(default)]
    pub lists: BTreeMap<ListName, Vec<GenesisEntry>>,
    /// The validators; at least one.
    pub validators: Vec<GenesisValidator>,
    /// Quorum and threshold.
    #[serde(default)]
    pub rules: Rules,
    /// The policy set; [`DEFAULT_POLICIES`] if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policies: Option<String>,
}

/// A DID on a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct GenesisEntry {
    /// Who.
    #[serde(deserialize_with = "short_did")]
    pub did: Did,
    /// As what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<RoleName>,
    /// With what weight.
    #[serde(default)]
    pub weight: Weight,
}

/// A validator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct GenesisValidator {
    /// The node's DID.
    #[serde(deserialize_with = "short_did")]
    pub did: Did,
    /// The key it signs blocks with.
    pub key: Multikey,
    /// Its voting power.
    pub power: Weight,
}

/// The first records. The same rules hold for them as for every later change, the way forward included.
///
/// # Errors
/// [`Error::Refused`] with the rule that the document breaks.
pub fn genesis_records(genesis: &GenesisGovernance, network: &str, at: Moment) -> Result<Changes, Error> {
    let by = Provenance {
        proposal: None,
        proposer: None,
        height: at.height,
        time_ms: at.time_ms,
        reason: Reason::genesis(),
    };
    if genesis.members.is_empty() {
        return Err(Refusal::LastMember.into());
    }
    if genesis.validators.is_empty() {
        return Err(Refusal::LastValidator.into());
    }
    if genesis.lists.contains_key(&ListName::members()) {
        return Err(
            Refusal::Malformed("members are named by \"members\", not among the lists".to_owned()).into()
        );
    }
    let nothing = Nothing;
    let mut draft = Draft::new(&nothing);
    let members = genesis.members.iter().map(|entry| entry.on(ListName::members()));
    let others =
        genesis.lists.iter().flat_map(|(list, entries)| entries.iter().map(|entry| entry.on(list.clone())));
    let validators = genesis.validators.iter().map(GenesisValidator::appointed);
    for action in members.chain(others).chain(validators) {
        execute::perform(&mut draft, &action, &by, &mut None)?;
    }
    execute::set_rules(&mut draft, genesis.rules, &by)?;
    let text = genesis.policies.as_deref().unwrap_or(DEFAULT_POLICIES);
    let policies = execute::set_policies(&mut draft, text, &by)?;
    liveness::check(&draft, &policies, network, &by)?;
    draft.write(key::OPEN.to_owned(), &OpenProposals::default());
    Ok(draft.finish())
}

impl GenesisEntry {
    fn on(&self, list: ListName) -> GovernanceAction {
        let Self { did, role, weight } = self.clone();
        GovernanceAction::AddToList { list, did, role, weight }
    }
}

impl GenesisValidator {
    fn appointed(&self) -> GovernanceAction {
        let Self { did, key, power } = self.clone();
        GovernanceAction::AddValidator { did, key, power }
    }
}

/// What there is before the first records.
struct Nothing;

impl Records for Nothing {
    fn get(&self, _key: &[u8]) -> Result<Option<Vec<u8>>, String> {
        Ok(None)
    }
}
