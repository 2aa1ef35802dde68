//! What the state knows about a DID: the identity facts of [`crate::governance`].

use std::collections::BTreeSet;

use hufu_did::Did;
use hufu_policy::{Facts, PolicySet};

use crate::{
    Error,
    state::{Stamp, State},
};

/// Written whenever another policy set comes into force.
pub(crate) const POLICY_KEY: &str = "gov/policy";

/// Facts about a DID, for policies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// The lists it is on, each with its role there, if it has one.
    pub lists: BTreeSet<(String, Option<String>)>,
    /// The credential types it is accredited for at the time of asking.
    pub accreditations: BTreeSet<String>,
}

impl Identity {
    pub(crate) fn add_to(&self, facts: Facts) -> Facts {
        let facts = self.lists.iter().fold(facts, |facts, (list, role)| match role {
            Some(role) => facts.with_role(list, role),
            None => facts.on_list(list),
        });
        self.accreditations.iter().fold(facts, |facts, accredited| facts.accredited_for(accredited))
    }

    /// Whether time alone has not changed it.
    pub(crate) fn holds_at(&self, _time_ms: u64) -> bool {
        true
    }
}

/// Stamps of all records that [`read`] reads.
pub(crate) fn stamps(state: &dyn State, did: &Did) -> Result<Vec<Stamp>, Error> {
    Ok(vec![state.stamp(&key(did))?])
}

pub(crate) fn read(state: &dyn State, did: &Did, _time_ms: u64) -> Result<Identity, Error> {
    let Some(bytes) = state.get(&key(did))? else { return Ok(Identity::default()) };
    let lists: BTreeSet<String> =
        serde_json::from_slice(&bytes).map_err(|e| Error::damaged("identity", e))?;
    Ok(Identity { lists: lists.into_iter().map(|list| (list, None)).collect(), ..Identity::default() })
}

/// The policy set in force.
pub(crate) fn policies(_state: &dyn State) -> Result<PolicySet, Error> {
    Ok(PolicySet::default_consortium())
}

pub(crate) fn key(did: &Did) -> Vec<u8> {
    format!("gov/did/{did}").into_bytes()
}
