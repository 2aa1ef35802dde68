//! Names: the network, and the hash that is a DID's identifier and an operation's link.

use std::{fmt, str::FromStr};

use sha2::{Digest, Sha256};

use super::Refusal;
use crate::{Did, Error, multibase};

/// The longest network name, in characters.
pub const MAX_NETWORK_LENGTH: usize = 32;

/// A network's short name, bound to a genesis hash by the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
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
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if text.is_empty() || text.len() > MAX_NETWORK_LENGTH || !text.bytes().all(allowed) {
            return Err(Error::Did { reason: "a network name is 1 to 32 of a-z, 0-9 and \"-\"" });
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The sha-256 of an operation's exact bytes; in text, the base58btc multibase of its multihash.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OperationHash([u8; 32]);

impl OperationHash {
    /// Hashes the bytes of an operation.
    #[must_use]
    pub fn of(operation: &[u8]) -> Self {
        Self(Sha256::digest(operation).into())
    }

    pub(crate) const fn from_digest(digest: [u8; 32]) -> Self {
        Self(digest)
    }

    /// The 32 bytes of the digest.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for OperationHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&multibase::encode(&[&SHA2_256[..], &self.0].concat()))
    }
}

impl fmt::Debug for OperationHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for OperationHash {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let refuse = || Error::from(Refusal::malformed("a hash is not a base58btc sha2-256 multihash"));
        // Without this, "u…" would be a second spelling.
        if !text.starts_with('z') {
            return Err(refuse());
        }
        let bytes = multibase::decode(text).map_err(|_| refuse())?;
        let digest = bytes.strip_prefix(&SHA2_256).ok_or_else(refuse)?;
        digest.try_into().map(Self).map_err(|_| refuse())
    }
}

/// The DID whose first operation has this hash.
///
/// # Panics
/// Never: both parts consist of characters that a DID may have.
#[must_use]
pub fn did_of(network: &Network, first: &OperationHash) -> Did {
    Did::from_parts(METHOD, &format!("{network}:{first}"))
        .expect("because network names and base58btc need no escaping in a DID")
}

/// Takes a `did:hufu` apart.
///
/// # Errors
/// [`Error::Did`] if it is of another method, or network or hash are malformed.
pub(crate) fn parts_of(did: &Did) -> Result<(Network, OperationHash), Error> {
    let refuse = || Error::Did { reason: "a did:hufu is did:hufu:<network>:<base58btc sha2-256 multihash>" };
    if did.method() != METHOD {
        return Err(refuse());
    }
    let (network, id) = did.method_specific_id().split_once(':').ok_or_else(refuse)?;
    Ok((network.parse()?, id.parse().map_err(|_| refuse())?))
}

pub(crate) const METHOD: &str = "hufu";
/// Multihash prefix: sha2-256, 32 bytes.
pub(crate) const SHA2_256: [u8; 2] = [0x12, 0x20];
