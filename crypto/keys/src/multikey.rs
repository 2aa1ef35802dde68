//! Multikey (W3C Controlled Identifiers §2.2.2): `z` and the base58btc of a multicodec and the key's bytes.
//!
//! 1. `z` — no other multibase is allowed for Multikey;
//! 2. base58btc, bounded before it is decoded (its cost grows with the square of the length);
//! 3. the multicodec as an unsigned varint in its one shortest form;
//! 4. the key: 32 bytes of Ed25519, the compressed point, the seed or scalar.

use crate::{Algorithm, Error, Secret, SigningKey, VerifyingKey};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;
use zeroize::Zeroizing;

/// Longer than every Multikey read here (P-384's have about 70 characters), and long enough for the 96 bytes of a
/// BLS12-381 key to be refused by the name of its codec.
const MAX_CHARS: usize = 160;

/// A varint's continuation bit.
const MORE: u8 = 0x80;

impl VerifyingKey {
    /// The key as a Multikey, for example `z6Mk…`.
    #[must_use]
    pub fn to_multikey(&self) -> String {
        encode(self.algorithm().public_code(), self.as_bytes())
    }

    /// Reads a public Multikey.
    ///
    /// # Errors
    /// [`Error::Multikey`], [`Error::UnknownCodec`], [`Error::PrivateKeyGiven`], and those of
    /// [`from_bytes`](Self::from_bytes).
    pub fn from_multikey(multikey: &str) -> Result<Self, Error> {
        let bytes = decode(multikey)?;
        let (codec, key) = split_codec(&bytes)?;
        match find(codec)? {
            (algorithm, Half::Public) => Self::from_bytes(algorithm, key),
            (_, Half::Private) => Err(Error::PrivateKeyGiven),
        }
    }
}

impl SigningKey {
    /// The private key as a Multikey, for example `z3u2…`.
    #[must_use]
    pub fn to_multikey(&self) -> Secret<String> {
        let codec = self.algorithm().private_code();
        Secret::new(self.to_bytes().expose(|bytes| encode(codec, bytes)))
    }

    /// Reads a private Multikey.
    ///
    /// # Errors
    /// [`Error::Multikey`], [`Error::UnknownCodec`], [`Error::PublicKeyGiven`], and those of
    /// [`from_bytes`](Self::from_bytes).
    pub fn from_multikey(multikey: &str) -> Result<Self, Error> {
        let bytes = decode(multikey)?;
        let (codec, key) = split_codec(&bytes)?;
        match find(codec)? {
            (algorithm, Half::Private) => Self::from_bytes(algorithm, key),
            (_, Half::Public) => Err(Error::PublicKeyGiven),
        }
    }
}

enum Half {
    Public,
    Private,
}

fn find(codec: u64) -> Result<(Algorithm, Half), Error> {
    Algorithm::ALL
        .into_iter()
        .find_map(|a| {
            if u64::from(a.public_code()) == codec {
                Some((a, Half::Public))
            } else if u64::from(a.private_code()) == codec {
                Some((a, Half::Private))
            } else {
                None
            }
        })
        .ok_or(Error::UnknownCodec(codec))
}

fn encode(codec: u16, key: &[u8]) -> String {
    // Wiped, because the key may be a private one.
    let mut bytes = Zeroizing::new(Vec::with_capacity(3 + key.len()));
    let [_, low] = (codec & 0x7f).to_be_bytes();
    let [_, high] = (codec >> 7).to_be_bytes();
    if high == 0 {
        bytes.push(low);
    } else {
        bytes.extend_from_slice(&[low | MORE, high]);
    }
    bytes.extend_from_slice(key);
    let mut text = String::with_capacity(MAX_CHARS);
    text.push('z');
    let text58 = Zeroizing::new(bs58::encode(bytes.as_slice()).into_string());
    text.push_str(&text58);
    text
}

fn decode(multikey: &str) -> Result<Zeroizing<Vec<u8>>, Error> {
    if multikey.len() > MAX_CHARS {
        return Err(Error::Multikey("it is longer than any key"));
    }
    let base58 =
        multikey.strip_prefix('z').ok_or(Error::Multikey("it does not start with 'z' (base58btc)"))?;
    let mut bytes = Zeroizing::new(vec![0; MAX_CHARS]);
    let length = bs58::decode(base58)
        .onto(bytes.as_mut_slice())
        .map_err(|_| Error::Multikey("it has a character outside base58btc"))?;
    bytes.truncate(length);
    Ok(bytes)
}

/// Takes the multicodec off the front; codecs of this crate have at most two bytes, others may have three.
fn split_codec(bytes: &[u8]) -> Result<(u64, &[u8]), Error> {
    let mut codec = 0;
    let mut rest = bytes;
    for shift in [0, 7, 14] {
        let (&byte, tail) = rest.split_first().ok_or(Error::Multikey("its multicodec is cut short"))?;
        rest = tail;
        codec |= u64::from(byte & !MORE) << shift;
        if byte & MORE == 0 {
            return if byte == 0 && shift > 0 {
                Err(Error::Multikey("its multicodec is not in the shortest form"))
            } else {
                Ok((codec, rest))
            };
        }
    }
    Err(Error::Multikey("its multicodec is too long"))
}

impl fmt::Display for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.to_multikey())
    }
}

impl FromStr for VerifyingKey {
    type Err = Error;

    fn from_str(s: &str) -> Result<Self, Error> {
        Self::from_multikey(s)
    }
}

impl Serialize for VerifyingKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_multikey())
    }
}

impl<'de> Deserialize<'de> for VerifyingKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Self::from_multikey(&text).map_err(serde::de::Error::custom)
    }
}
