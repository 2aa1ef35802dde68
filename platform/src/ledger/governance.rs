//! Identity facts and policies from the records of governance, read through the port.

use std::sync::Arc;

use hufu_did::Did;
use hufu_node::governance::{PolicyHead, PolicyVersion, Records, facts_of, key};
use hufu_policy::PolicySet;

use super::{Identity, LedgerError, LedgerPort};

struct Port<'a>(&'a dyn LedgerPort);

impl Records for Port<'_> {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, String> {
        self.0.read(key).map_err(|error| error.to_string())
    }
}

fn unreadable(error: impl std::fmt::Display) -> LedgerError {
    LedgerError::Unavailable(error.to_string())
}

/// What governance knows of a DID as of the newest block.
pub(super) fn identity(ledger: &dyn LedgerPort, did: &Did) -> Result<Identity, LedgerError> {
    let now = ledger.status()?.header.header.time_ms;
    Ok(facts_of(&Port(ledger), did, now).map_err(unreadable)?.into())
}

/// The policy set in force; parsed anew only when another version came into force.
pub(super) fn policies(
    ledger: &dyn LedgerPort,
    cached: &mut Option<(u64, Arc<PolicySet>)>,
) -> Result<Arc<PolicySet>, LedgerError> {
    let read =
        |key: &str| ledger.read(key.as_bytes())?.ok_or_else(|| unreadable(format!("{key} is missing")));
    let head = PolicyHead::from_bytes(key::POLICY, &read(key::POLICY)?).map_err(unreadable)?;
    if let Some((version, set)) = cached
        && *version == head.version
    {
        return Ok(Arc::clone(set));
    }
    let key = key::policy_version(head.version);
    let version = PolicyVersion::from_bytes(&key, &read(&key)?).map_err(unreadable)?;
    let set = Arc::new(PolicySet::parse(&version.text).map_err(unreadable)?);
    *cached = Some((head.version, Arc::clone(&set)));
    Ok(set)
}
