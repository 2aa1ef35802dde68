//! What the state knows about a DID, and the policies in force: read from the records of
//! [`crate::governance`].

use hufu_did::Did;
use hufu_policy::PolicySet;

use crate::{
    Error, Records,
    governance::{PolicyHead, PolicyVersion, Standing, facts_keys, facts_of, key},
    state::{Stamp, State},
};

/// Written whenever another policy set comes into force.
pub(crate) const POLICY_KEY: &str = key::POLICY;

/// Stamps of all records that [`read`] reads.
pub(crate) fn stamps(state: &dyn State, did: &Did) -> Result<Vec<Stamp>, Error> {
    facts_keys(did).iter().map(|key| state.stamp(key)).collect()
}

/// What governance knows of a DID at a time.
pub(crate) fn read(state: &dyn State, did: &Did, time_ms: u64) -> Result<Standing, Error> {
    facts_of(&Records::new(state), did, time_ms).map_err(|e| Error::damaged("governance record", e))
}

/// The policy set in force.
pub(crate) fn policies(state: &dyn State) -> Result<PolicySet, Error> {
    let damaged = |e: &dyn std::fmt::Display| Error::damaged("policies", e);
    let read = |key: &str| state.get(key.as_bytes())?.ok_or_else(|| damaged(&format!("{key} is missing")));
    let head = PolicyHead::from_bytes(POLICY_KEY, &read(POLICY_KEY)?).map_err(|e| damaged(&e))?;
    let key = key::policy_version(head.version);
    let version = PolicyVersion::from_bytes(&key, &read(&key)?).map_err(|e| damaged(&e))?;
    PolicySet::parse(&version.text).map_err(|e| damaged(&e))
}
