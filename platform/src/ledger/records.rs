//! The records of `did:hufu`, read from the ledger.

use std::sync::Arc;

use hufu_did::{
    Did, Error,
    hufu::{Head, Records, Version, head_key, version_key},
};

use super::LedgerPort;

/// Reads DID records through the port.
#[derive(Clone)]
pub(crate) struct LedgerRecords(Arc<dyn LedgerPort>);

impl LedgerRecords {
    pub(crate) fn new(ledger: Arc<dyn LedgerPort>) -> Self {
        Self(ledger)
    }

    fn read(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        self.0.read(key).map_err(|error| Error::Records(error.to_string()))
    }
}

impl Records for LedgerRecords {
    fn head(&self, did: &Did) -> Result<Option<Head>, Error> {
        self.read(&head_key(did))?.map(|bytes| Head::from_bytes(&bytes)).transpose()
    }

    fn version(&self, did: &Did, version: u64) -> Result<Option<Version>, Error> {
        self.read(&version_key(did, version))?.map(|bytes| Version::from_bytes(&bytes)).transpose()
    }
}
