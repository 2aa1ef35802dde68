//! The document a network starts from.
//!
//! Its hash covers the exact bytes of the file, so that nobody needs to agree on a canonical JSON,
//! and is built so that a light client can check the first validator set without the rest:
//!
//! `hash = SHA-256(frame(Genesis, network, hash(validators), SHA-256(file bytes)))`

use std::collections::BTreeMap;

use borsh::{BorshDeserialize, BorshSerialize};
use hufu_keys::Domain;
use serde_json::Value;

use crate::{Error, Hash, Network, TrustAnchor, ValidatorSet};

/// Version of the genesis format.
pub const GENESIS_VERSION: u8 = 1;

/// Longest genesis file, in bytes.
pub const MAX_GENESIS_BYTES: usize = 4 * 1024 * 1024;

/// A parsed genesis together with the exact bytes it was parsed from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Genesis {
    bytes: Vec<u8>,
    document: Document,
}

/// The JSON document.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Document {
    hufu_genesis: u8,
    network: Network,
    time_ms: u64,
    validators: ValidatorSet,
    /// Initial configuration of each module, in the module's own words.
    #[serde(default)]
    modules: BTreeMap<String, Value>,
}

impl Genesis {
    /// Writes a new genesis.
    ///
    /// # Errors
    /// [`Error::TooLarge`] above [`MAX_GENESIS_BYTES`].
    pub fn new(
        network: Network,
        time_ms: u64,
        validators: ValidatorSet,
        modules: BTreeMap<String, Value>,
    ) -> Result<Self, Error> {
        let document = Document { hufu_genesis: GENESIS_VERSION, network, time_ms, validators, modules };
        let bytes = serde_json::to_vec_pretty(&document).map_err(|e| Error::Genesis(e.to_string()))?;
        Self::parse(&bytes)
    }

    /// Reads a genesis file.
    ///
    /// # Errors
    /// [`Error::Genesis`] names what is wrong; [`Error::UnknownVersion`], [`Error::TooLarge`].
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        crate::encoding::bounded("genesis", bytes.len(), MAX_GENESIS_BYTES)?;
        let document: Document = serde_json::from_slice(bytes).map_err(|e| Error::Genesis(e.to_string()))?;
        if document.hufu_genesis != GENESIS_VERSION {
            let found = document.hufu_genesis;
            return Err(Error::UnknownVersion { what: "genesis", found, known: GENESIS_VERSION });
        }
        Ok(Self { bytes: bytes.to_vec(), document })
    }

    /// The exact bytes of the file.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Name of the network.
    #[must_use]
    pub fn network(&self) -> &Network {
        &self.document.network
    }

    /// Time of the first block, milliseconds since 1970.
    #[must_use]
    pub fn time_ms(&self) -> u64 {
        self.document.time_ms
    }

    /// The first validator set.
    #[must_use]
    pub fn validators(&self) -> &ValidatorSet {
        &self.document.validators
    }

    /// The initial configuration of each module.
    #[must_use]
    pub fn modules(&self) -> &BTreeMap<String, Value> {
        &self.document.modules
    }

    /// The part of the genesis a light client needs.
    #[must_use]
    pub fn root(&self) -> GenesisRoot {
        GenesisRoot { validators: self.document.validators.clone(), document_hash: Hash::of(&self.bytes) }
    }

    /// Hash of the genesis; with the name it identifies the network.
    #[must_use]
    pub fn hash(&self) -> Hash {
        self.root().hash(self.network())
    }

    /// What a wallet needs to know of this network.
    #[must_use]
    pub fn anchor(&self) -> TrustAnchor {
        TrustAnchor { network: self.network().clone(), genesis_hash: self.hash() }
    }
}

/// The first validator set and the hash of the whole document: enough to recompute the genesis hash.
#[derive(
    Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, serde::Serialize, serde::Deserialize,
)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct GenesisRoot {
    /// The first validator set.
    pub validators: ValidatorSet,
    /// SHA-256 of the file's bytes.
    pub document_hash: Hash,
}

impl GenesisRoot {
    /// The genesis hash of a network of this name.
    #[must_use]
    pub fn hash(&self, network: &Network) -> Hash {
        let validators = self.validators.hash();
        let parts: [&[u8]; 3] =
            [network.as_str().as_bytes(), validators.as_bytes(), self.document_hash.as_bytes()];
        Hash::framed(Domain::Genesis, &parts)
    }
}
