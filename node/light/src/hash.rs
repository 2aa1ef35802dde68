//! 32-byte SHA-256 hashes: of labelled frames, shown as lower-case hex.

use core::fmt;

use borsh::{BorshDeserialize, BorshSerialize};
use hufu_keys::Domain;
use sha2::{Digest, Sha256};

use crate::Error;

/// A SHA-256 hash of domain-framed bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, BorshSerialize, BorshDeserialize)]
pub struct Hash([u8; 32]);

impl Hash {
    /// All zero: the parent of the first block.
    pub const ZERO: Self = Self([0; 32]);

    /// Takes 32 bytes that are already a hash.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// SHA-256 of the injective frame of `parts` under `domain`.
    #[must_use]
    pub fn framed(domain: Domain, parts: &[&[u8]]) -> Self {
        Self::of(&domain.frame(parts))
    }

    /// SHA-256 of bytes that carry their own framing.
    #[must_use]
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// Parses exactly 64 lower-case hex digits.
    ///
    /// # Errors
    /// [`Error::Malformed`] for any other string, upper case included.
    pub fn from_hex(text: &str) -> Result<Self, Error> {
        let malformed = |reason: &str| Error::Malformed { what: "hash", reason: reason.to_owned() };
        if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Err(malformed("hex digits must be lower case"));
        }
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| malformed("expected 64 hex digits"))?;
        Ok(Self(bytes))
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

impl serde::Serialize for Hash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Hash {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text: String = serde::Deserialize::deserialize(deserializer)?;
        Self::from_hex(&text).map_err(serde::de::Error::custom)
    }
}
