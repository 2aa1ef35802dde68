//! What governance knows about a DID, for the policy decision: two records are read.

use std::collections::{BTreeMap, BTreeSet};

use hufu_did::Did;
use hufu_policy::Facts;

use super::draft::Draft;
use super::{Accreditation, CredentialType, Error, ListName, Memberships, Records, RoleName, key};

/// What governance knows about a DID at a time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// The lists it is on, with its role on each.
    pub lists: BTreeMap<ListName, Option<RoleName>>,
    /// The credential types that it is accredited for at that time.
    pub accreditations: BTreeSet<CredentialType>,
    /// The next time at which time alone changes this, in milliseconds since 1970; if none, only governance does.
    pub changes_at_ms: Option<u64>,
}

impl Standing {
    /// Adds it to the facts of a decision.
    #[must_use]
    pub fn add_to(&self, facts: Facts) -> Facts {
        let facts = self.lists.iter().fold(facts, |facts, (list, role)| match role {
            Some(role) => facts.with_role(list.as_str(), role.as_str()),
            None => facts.on_list(list.as_str()),
        });
        self.accreditations.iter().fold(facts, |facts, name| facts.accredited_for(name.as_str()))
    }
}

/// What governance knows about `did` at `time_ms`, milliseconds since 1970. The lists are those of `records`, whatever
/// the time.
///
/// # Errors
/// Only if `records` cannot be read.
pub fn facts_of<R: Records + ?Sized>(records: &R, did: &Did, time_ms: u64) -> Result<Standing, Error> {
    standing(&Draft::new(records), did, time_ms)
}

/// The keys of the records that [`facts_of`] reads, for those who remember its answer while they are unchanged.
pub fn facts_keys(did: &Did) -> [Vec<u8>; 2] {
    [key::memberships(did).into_bytes(), key::accreditation(did).into_bytes()]
}

pub(super) fn standing<R: Records + ?Sized>(
    draft: &Draft<'_, R>,
    did: &Did,
    time_ms: u64,
) -> Result<Standing, Error> {
    let memberships: Memberships = draft.read(&key::memberships(did))?.unwrap_or_default();
    let accreditation: Option<Accreditation> = draft.read(&key::accreditation(did))?;
    let accreditations = accreditation.as_ref().map(|record| record.types_at(time_ms)).unwrap_or_default();
    let changes_at_ms = accreditation.as_ref().and_then(|record| record.changes_after_ms(time_ms));
    Ok(Standing { lists: memberships.0, accreditations, changes_at_ms })
}
