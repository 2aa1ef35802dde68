//! `xprv…` and `xpub…`: the text of secp256k1's extended keys (BIP32, "Serialization format").
//!
//! 1. four bytes of version: private or public, of which network;
//! 2. the 74 bytes of [`ExtendedPrivateKey::to_bytes`] or [`ExtendedPublicKey::to_bytes`];
//! 3. the first four bytes of SHA-256 of SHA-256 of both, against typing errors;
//! 4. all in base58. SLIP-0010 has no text for other curves.

use super::{ExtendedPrivateKey, ExtendedPublicKey};
use crate::{Algorithm, Error, Secret};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// Which version bytes stand before a key, and so what its text begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Network {
    /// `xprv`, `xpub`.
    Main,
    /// `tprv`, `tpub`.
    Test,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Half {
    Private,
    Public,
}

/// BIP32's four version numbers.
const VERSIONS: [([u8; 4], Network, Half); 4] = [
    ([0x04, 0x88, 0xad, 0xe4], Network::Main, Half::Private),
    ([0x04, 0x88, 0xb2, 0x1e], Network::Main, Half::Public),
    ([0x04, 0x35, 0x83, 0x94], Network::Test, Half::Private),
    ([0x04, 0x35, 0x87, 0xcf], Network::Test, Half::Public),
];

/// Version, key and checksum.
const BYTES: usize = 4 + ExtendedPrivateKey::BYTES + 4;

/// The longest text of that many bytes: 82 · log 256 / log 58, rounded up.
const MAX_CHARS: usize = 112;

impl ExtendedPrivateKey {
    /// The key as `xprv…` or `tprv…`.
    ///
    /// # Errors
    /// [`Error::NotDefined`] for a key that is not secp256k1's.
    pub fn to_xprv(&self, network: Network) -> Result<Secret<String>, Error> {
        secp256k1_only(self.algorithm())?;
        Ok(Secret::new(self.to_bytes().expose(|bytes| encode(network, Half::Private, bytes))))
    }

    /// Reads an `xprv…` or `tprv…`.
    ///
    /// # Errors
    /// [`Error::PublicKeyGiven`] for an `xpub`; else those of [`from_bytes`](Self::from_bytes), and
    /// [`Error::ExtendedKey`] for another version, a wrong checksum, or what is not base58.
    pub fn from_xprv(text: &str) -> Result<(Self, Network), Error> {
        let (network, half, bytes) = decode(text)?;
        if half == Half::Public {
            return Err(Error::PublicKeyGiven);
        }
        match Self::from_bytes(Algorithm::Secp256k1, &bytes) {
            Err(Error::PublicKeyGiven) => {
                Err(Error::ExtendedKey("its version says private, and the key in it is a public one"))
            }
            other => other.map(|key| (key, network)),
        }
    }
}

impl ExtendedPublicKey {
    /// The key as `xpub…` or `tpub…`.
    ///
    /// # Errors
    /// [`Error::NotDefined`] for a key that is not secp256k1's.
    pub fn to_xpub(&self, network: Network) -> Result<String, Error> {
        secp256k1_only(self.algorithm())?;
        Ok(encode(network, Half::Public, &self.to_bytes()))
    }

    /// Reads an `xpub…` or `tpub…`.
    ///
    /// # Errors
    /// [`Error::PrivateKeyGiven`] for an `xprv`; else as [`ExtendedPrivateKey::from_xprv`].
    pub fn from_xpub(text: &str) -> Result<(Self, Network), Error> {
        let (network, half, bytes) = decode(text)?;
        if half == Half::Private {
            return Err(Error::PrivateKeyGiven);
        }
        match Self::from_bytes(Algorithm::Secp256k1, &bytes) {
            Err(Error::PrivateKeyGiven) => {
                Err(Error::ExtendedKey("its version says public, and the key in it is a private one"))
            }
            other => other.map(|key| (key, network)),
        }
    }
}

fn secp256k1_only(algorithm: Algorithm) -> Result<(), Error> {
    if algorithm == Algorithm::Secp256k1 {
        return Ok(());
    }
    let what = "the text form of extended keys (xprv, xpub)";
    Err(Error::NotDefined { algorithm, what, instead: "it is secp256k1's; write the bytes" })
}

fn encode(network: Network, half: Half, key: &[u8]) -> String {
    let version = VERSIONS.iter().find(|(_, n, h)| (*n, *h) == (network, half));
    let (version, ..) = version.expect("a version, because the list has every combination");
    // Wiped, because the key may be a private one.
    let mut bytes = Zeroizing::new(Vec::with_capacity(BYTES));
    bytes.extend_from_slice(version);
    bytes.extend_from_slice(key);
    let checksum = checksum(&bytes);
    bytes.extend_from_slice(&checksum);
    bs58::encode(bytes.as_slice()).into_string()
}

fn decode(text: &str) -> Result<(Network, Half, Zeroizing<Vec<u8>>), Error> {
    // Bounded before decoding, whose cost grows with the square of the length.
    if text.len() > MAX_CHARS {
        return Err(Error::ExtendedKey("it is longer than any"));
    }
    let mut bytes = Zeroizing::new(vec![0; MAX_CHARS]);
    let length = bs58::decode(text)
        .onto(bytes.as_mut_slice())
        .map_err(|_| Error::ExtendedKey("it has a character outside base58"))?;
    bytes.truncate(length);
    let wrong_length = Error::ExtendedKey("it has a wrong number of bytes");
    if length != BYTES {
        return Err(wrong_length);
    }
    let (content, found) = bytes.split_last_chunk::<4>().ok_or_else(|| wrong_length.clone())?;
    if checksum(content) != *found {
        return Err(Error::ExtendedKey("its checksum is wrong: a character was changed"));
    }
    let (version, key) = content.split_first_chunk::<4>().ok_or(wrong_length)?;
    let (_, network, half) = VERSIONS
        .iter()
        .find(|(known, ..)| known == version)
        .ok_or(Error::ExtendedKey("its version is neither xprv, xpub, tprv nor tpub"))?;
    Ok((*network, *half, Zeroizing::new(key.to_vec())))
}

fn checksum(content: &[u8]) -> [u8; 4] {
    let [a, b, c, d, ..] = <[u8; 32]>::from(Sha256::digest(Sha256::digest(content)));
    [a, b, c, d]
}
