//! The authenticated state: a Jellyfish Merkle tree (crate `jmt`) with SHA-256.
//!
//! 1. a record's place in the tree is `SHA-256(frame(StateKey, key))`;
//! 2. the tree stores `SHA-256(value)` in the leaf;
//! 3. leaves and inner nodes are hashed under different labels (`JMT::LeafNode`, `JMT::IntrnalNode`).

use std::fmt;

use hufu_keys::Domain;
use jmt::{KeyHash, RootHash, SimpleHasher, proof::SparseMerkleProof};
use sha2::{Digest, Sha256};

use crate::{
    Error, Hash,
    encoding::{decode, encode},
};

/// Longest key of a state record, in bytes.
pub const MAX_KEY_BYTES: usize = 2048;

/// Longest value of a state record, in bytes.
pub const MAX_VALUE_BYTES: usize = 1024 * 1024;

/// Longest encoded proof: 256 siblings of 65 bytes and a leaf, generously.
pub(crate) const MAX_STATE_PROOF_BYTES: usize = 20 * 1024;

/// SHA-256 in the shape the tree wants it.
#[derive(Clone, Default)]
pub struct StateHasher(Sha256);

impl SimpleHasher for StateHasher {
    fn new() -> Self {
        Self::default()
    }

    fn update(&mut self, data: &[u8]) {
        Digest::update(&mut self.0, data);
    }

    fn finalize(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

impl fmt::Debug for StateHasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StateHasher")
    }
}

/// Place of a record in the tree.
#[must_use]
pub fn key_hash(key: &[u8]) -> KeyHash {
    KeyHash(*Hash::framed(Domain::StateKey, &[key]).as_bytes())
}

/// A proof that a key has a value, or none, under a state root.
#[derive(Clone, Debug, PartialEq)]
pub struct StateProof(SparseMerkleProof<StateHasher>);

impl Eq for StateProof {}

impl StateProof {
    /// Wraps a proof of the tree.
    #[must_use]
    pub fn new(proof: SparseMerkleProof<StateHasher>) -> Self {
        Self(proof)
    }

    /// Whether `root` says that `key` has exactly this value; `None`: that it has none.
    ///
    /// # Errors
    /// [`Error::StateProof`] with the height it was asked for.
    pub fn verify(&self, root: &Hash, height: u64, key: &[u8], value: Option<&[u8]>) -> Result<(), Error> {
        let claim = if value.is_some() { "the value" } else { "the absence" };
        self.0
            .verify(RootHash(*root.as_bytes()), key_hash(key), value)
            .map_err(|_| Error::StateProof { claim, height })
    }

    /// Canonical bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        encode(&self.0)
    }

    /// Reads canonical bytes.
    ///
    /// # Errors
    /// [`Error::Malformed`] or [`Error::TooLarge`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        decode("state proof", bytes, MAX_STATE_PROOF_BYTES).map(Self)
    }
}
