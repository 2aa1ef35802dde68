//! Introduces the pure rules of the lower crates to the ledger: a module name, and adapters that let
//! the rules read the state through their own ports.
//!
//! | module | rules | operation bytes |
//! |---|---|---|
//! | `did` | [`hufu_did::hufu::apply`] | [`hufu_did::hufu::SignedOperation`] |
//! | `status` | [`hufu_credentials::status::apply`] | [`hufu_credentials::status::StatusOperation`] |
//! | `governance` | [`crate::governance::apply`] | [`crate::governance::Operation`] |
//! | `ring` | [`crate::rings::form`] | [`crate::rings::Operation`] |
//! | `group` | [`crate::groups::apply`] | [`crate::groups::Operation`] |

mod did;
mod governance;
mod group;
mod ring;
mod status;

use std::sync::Arc;

use hufu_credentials::status as status_rules;
use hufu_did::{
    Did,
    hufu::{self, Head, Version, head_key, version_key},
};

use hufu_light::TrustAnchor;

use crate::{Module, authorise::Cache, groups::Known, state::State};

pub(crate) use governance::genesis;

/// All modules. The cache of the policies in force is shared with the decisions about them, the groups with those who verify
/// their members' signatures.
pub(crate) fn modules(policies: Arc<Cache>, anchor: TrustAnchor, groups: Arc<Known>) -> Vec<Box<dyn Module>> {
    vec![
        Box::new(did::DidModule),
        Box::new(status::StatusModule),
        Box::new(governance::GovernanceModule::new(policies)),
        Box::new(ring::RingModule),
        Box::new(group::GroupModule::new(anchor, groups)),
    ]
}

/// Lets the rules of lower crates read a state through their own ports.
#[derive(Clone, Copy)]
pub struct Records<'a>(&'a dyn State);

impl<'a> Records<'a> {
    /// Over any state.
    #[must_use]
    pub fn new(state: &'a dyn State) -> Self {
        Self(state)
    }
}

impl std::fmt::Debug for Records<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Records")
    }
}

impl hufu::Records for Records<'_> {
    fn head(&self, did: &Did) -> Result<Option<Head>, hufu_did::Error> {
        let bytes = self.0.get(&head_key(did)).map_err(|e| hufu_did::Error::Records(e.to_string()))?;
        bytes.map(|bytes| Head::from_bytes(&bytes)).transpose()
    }

    fn version(&self, did: &Did, version: u64) -> Result<Option<Version>, hufu_did::Error> {
        let bytes = self.0.get(&version_key(did, version));
        let bytes = bytes.map_err(|e| hufu_did::Error::Records(e.to_string()))?;
        bytes.map(|bytes| Version::from_bytes(&bytes)).transpose()
    }
}

impl status_rules::Records for Records<'_> {
    fn list(&self, id: &str) -> Result<Option<status_rules::ListRecord>, hufu_credentials::Error> {
        let bytes = self
            .0
            .get(&status_rules::list_key(id))
            .map_err(|e| hufu_credentials::Error::Record(e.to_string()))?;
        bytes.map(|bytes| status_rules::ListRecord::from_bytes(&bytes)).transpose()
    }

    fn entry(
        &self,
        id: &str,
        index: u64,
    ) -> Result<Option<status_rules::EntryRecord>, hufu_credentials::Error> {
        let bytes = self.0.get(&status_rules::entry_key(id, index));
        let bytes = bytes.map_err(|e| hufu_credentials::Error::Record(e.to_string()))?;
        bytes.map(|bytes| status_rules::EntryRecord::from_bytes(&bytes)).transpose()
    }
}

impl crate::governance::Records for Records<'_> {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, String> {
        self.0.get(key).map_err(|e| e.to_string())
    }
}
