//! Network names, and the anchor a wallet trusts.

use core::fmt;
use std::{io, str::FromStr};

use borsh::{BorshDeserialize, BorshSerialize};

use crate::{Error, Hash};

/// Longest network name, in bytes; it is a segment of every `did:hufu`.
pub const MAX_NETWORK_BYTES: usize = 32;

/// The short name of a network: lower-case letters, digits and inner hyphens.
///
/// A name alone proves nothing; a [`TrustAnchor`] binds it to a genesis hash.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Network(String);

impl Network {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Network {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::try_from(text.to_owned())
    }
}

impl TryFrom<String> for Network {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        let refuse = |reason: &str| Err(Error::Malformed { what: "network name", reason: reason.to_owned() });
        if text.is_empty() || text.len() > MAX_NETWORK_BYTES {
            return refuse("it must have 1 to 32 characters");
        }
        if !text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-') {
            return refuse("only a-z, 0-9 and hyphens are allowed");
        }
        if text.starts_with('-') || text.ends_with('-') {
            return refuse("it must not start or end with a hyphen");
        }
        Ok(Self(text))
    }
}

impl From<Network> for String {
    fn from(network: Network) -> Self {
        network.0
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl BorshSerialize for Network {
    fn serialize<W: io::Write>(&self, writer: &mut W) -> io::Result<()> {
        self.0.serialize(writer)
    }
}

impl BorshDeserialize for Network {
    fn deserialize_reader<R: io::Read>(reader: &mut R) -> io::Result<Self> {
        let text = String::deserialize_reader(reader)?;
        Self::try_from(text).map_err(|e| io::Error::new(io::ErrorKind::InvalidData, e))
    }
}

/// All that a wallet must know beforehand: which network, and from which genesis it started.
///
/// # Security
/// Validators of the past could certify a second history after they left ("long-range" forks). A
/// verifier that starts from genesis alone cannot notice; one that remembers the newest header it
/// has seen should refuse answers that contradict it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct TrustAnchor {
    /// Name of the network.
    pub network: Network,
    /// Hash of its genesis, see [`crate::Genesis::hash`].
    pub genesis_hash: Hash,
}
