//! Lists of DIDs: versioned, with a role and a weight per entry and the whole history of each entry.
//!
//! Each change makes the next version of its list. An entry keeps every period it was on the list, from one version
//! to another, so that the list as of any version can be told without a copy per version.

use std::collections::{BTreeMap, BTreeSet};

use hufu_did::Did;
use serde::{Deserialize, Serialize};

use super::record::stored;
use super::{ListName, ProposalId, Reason, RoleName, Weight};

/// Most members: each decides, so each is looked at when governance is checked for a way forward.
pub const MAX_MEMBERS: usize = 256;
/// Most lists.
pub const MAX_LISTS: usize = 256;
/// Most changes of one DID's entry on one list; history is never dropped.
pub const MAX_PERIODS: usize = 1_024;

/// Who changed something, when and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Provenance {
    /// The proposal that did it; none at genesis.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposal: Option<ProposalId>,
    /// Who proposed it; nobody at genesis.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposer: Option<Did>,
    /// At which height.
    pub height: u64,
    /// At what time, in milliseconds since 1970.
    pub time_ms: u64,
    /// Why.
    pub reason: Reason,
}

/// The head of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct List {
    /// Its name.
    pub name: ListName,
    /// Its version: 1 after the first change.
    pub version: u64,
    /// How many DIDs are on it.
    pub entries: u64,
    /// The sum of their weights.
    pub weight: u64,
    /// Its last change.
    pub changed: Provenance,
}

/// A DID's entry on a list, past periods included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Entry {
    /// The list.
    pub list: ListName,
    /// The DID.
    pub did: Did,
    /// Every period, oldest first. Only the last may be without an end.
    pub periods: Vec<Period>,
}

/// One period of an entry, with one role and weight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Period {
    /// The first version of the list that has it.
    pub from_version: u64,
    /// The first version that no longer has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until_version: Option<u64>,
    /// The role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<RoleName>,
    /// The weight.
    pub weight: Weight,
    /// Who began it, when and why.
    pub began: Provenance,
    /// Who ended it, when and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Provenance>,
}

impl Entry {
    /// The period that is not over.
    pub fn current(&self) -> Option<&Period> {
        self.periods.last().filter(|period| period.until_version.is_none())
    }

    /// The period in a version of the list.
    pub fn at_version(&self, version: u64) -> Option<&Period> {
        let covers = |period: &&Period| {
            period.from_version <= version && period.until_version.is_none_or(|until| version < until)
        };
        self.periods.iter().rev().find(covers)
    }
}

/// The names of all lists that ever had an entry.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ListNames(pub BTreeSet<ListName>);

/// The lists that a DID is on now, with its role on each.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Memberships(pub BTreeMap<ListName, Option<RoleName>>);

/// The members with the weights of their votes, all in one record: who governs is read at once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Roll(pub BTreeMap<String, Weight>);

stored!(List, Entry, ListNames, Memberships, Roll);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_knows_each_version() {
        let began =
            Provenance { proposal: None, proposer: None, height: 0, time_ms: 0, reason: Reason::genesis() };
        let period = |from_version, until_version, weight: u64| Period {
            from_version,
            until_version,
            role: None,
            weight: Weight::try_from(weight).expect("a small weight"),
            began: began.clone(),
            ended: None,
        };
        let periods = vec![period(2, Some(4), 1), period(4, Some(5), 2), period(7, None, 3)];
        let did = "did:web:a.example".parse().expect("a DID");
        let entry = Entry { list: ListName::members(), did, periods };
        let weights =
            [1, 2, 3, 4, 5, 6, 7, 9].map(|v| entry.at_version(v).map(|period| period.weight.value()));
        assert_eq!(weights, [None, Some(1), Some(1), Some(2), None, None, Some(3), Some(3)]);
        assert_eq!(entry.current().map(|period| period.weight.value()), Some(3));
    }
}
