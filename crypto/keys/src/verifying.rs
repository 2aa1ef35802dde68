//! The public half of a key.

use crate::backend::{self, UNCOMPRESSED, ecdsa, ed25519, secp256k1, sm2};
use crate::{Algorithm, Error};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A public key, parsed and checked once; cloning it shares what was precomputed.
///
/// Two keys are equal if algorithm and point are. [`Display`](fmt::Display), [`FromStr`](std::str::FromStr) and
/// serde use the Multikey.
#[derive(Clone)]
pub struct VerifyingKey(Arc<Inner>);

struct Inner {
    algorithm: Algorithm,
    /// The 32 bytes of Ed25519, or the compressed SEC1 point.
    bytes: Box<[u8]>,
    public: Public,
}

enum Public {
    Ed25519(Box<ed25519_dalek::VerifyingKey>),
    Ecdsa(ecdsa::Public),
    Secp256k1(Box<::secp256k1::PublicKey>),
    Sm2(Box<hufu_sm::sm2::VerifyingKey>),
}

impl VerifyingKey {
    /// The algorithm this key verifies with.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.0.algorithm
    }

    /// Checks a signature (`r‖s`, or Ed25519's 64 bytes) over `message`.
    ///
    /// What is permitted beyond the obvious:
    ///
    /// - **Ed25519**: the cofactorless equation, with canonical `S < L` and `R` compared as bytes, so one key and
    ///   message have no second form of a signature without the private key. Keys and `R` of small order are
    ///   refused. Keys and `R` with a component of small order beside the prime-order one are permitted; a
    ///   signature built with them may verify here and not under the cofactored equation, or the reverse: where
    ///   many must agree on one answer, all use this function.
    /// - **ECDSA**: `s` and `n − s` both verify (no low-`s` rule exists for ES256, ES384 or ES256K).
    /// - **SM2**: `r, s ∈ [1, n−1]`, `r + s ≠ 0`; a signature has one form only.
    ///
    /// # Errors
    /// [`Error::Verification`], whatever the reason: wrong length, out of range, not matching.
    ///
    /// # Security
    /// Verification handles public data and is not constant time.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), Error> {
        match &self.0.public {
            Public::Ed25519(key) => ed25519::verify(key, message, signature),
            Public::Ecdsa(key) => key.verify(message, signature),
            Public::Secp256k1(key) => secp256k1::verify(key, message, signature),
            Public::Sm2(key) => sm2::verify(key, message, signature),
        }
    }

    /// The 32 bytes of an Ed25519 key, or the compressed SEC1 point.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.bytes.to_vec()
    }

    /// Borrows what [`to_bytes`](Self::to_bytes) copies.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0.bytes
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote, and nothing else.
    ///
    /// # Errors
    /// [`Error::PublicKeyLength`], or [`Error::PublicKey`] for a point that is not on the curve, not reduced, the
    /// identity, or (Ed25519) of small order.
    pub fn from_bytes(algorithm: Algorithm, bytes: &[u8]) -> Result<Self, Error> {
        if bytes.len() != algorithm.public_key_len() {
            let (expected, found) = (algorithm.public_key_len(), bytes.len());
            return Err(Error::PublicKeyLength { algorithm, expected, found });
        }
        match algorithm {
            Algorithm::Ed25519 => {
                let bytes: &[u8; 32] = bytes.try_into().map_err(|_| Error::PublicKeyLength {
                    algorithm,
                    expected: 32,
                    found: bytes.len(),
                })?;
                let public = Public::Ed25519(Box::new(ed25519::public(bytes)?));
                Ok(Self::new(algorithm, bytes.as_slice().into(), public))
            }
            _ => Self::from_sec1_bytes(algorithm, bytes),
        }
    }

    /// Reads a SEC1 point, compressed (`02`/`03`) or uncompressed (`04`).
    ///
    /// # Errors
    /// Those of [`from_bytes`](Self::from_bytes); [`Error::PublicKey`] for Ed25519, which has no SEC1 form, and for
    /// the identity (`00`) and hybrid (`06`/`07`) forms.
    pub fn from_sec1_bytes(algorithm: Algorithm, point: &[u8]) -> Result<Self, Error> {
        let refused = |reason| Error::PublicKey { algorithm, reason };
        let expected = match point.first() {
            Some(0) => return Err(refused("the point is the identity")),
            Some(2 | 3) => algorithm.public_key_len(),
            Some(&UNCOMPRESSED) => 1 + 2 * algorithm.private_key_len(),
            _ => return Err(refused("the bytes do not start with 02, 03 or 04")),
        };
        if point.len() != expected {
            return Err(Error::PublicKeyLength { algorithm, expected, found: point.len() });
        }
        let (public, compressed) = match algorithm {
            Algorithm::Ed25519 => return Err(refused("Ed25519 keys have no SEC1 form")),
            Algorithm::P256 | Algorithm::P384 => {
                let key = ecdsa::Public::from_sec1(algorithm, point)?;
                let compressed = backend::compress(key.point());
                (Public::Ecdsa(key), compressed)
            }
            Algorithm::Secp256k1 => {
                let key = secp256k1::public(point)?;
                let compressed = Some(key.serialize().to_vec());
                (Public::Secp256k1(Box::new(key)), compressed)
            }
            Algorithm::Sm2 => {
                let key = sm2::public(point)?;
                let compressed = backend::compress(&sm2::point(&key));
                (Public::Sm2(Box::new(key)), compressed)
            }
        };
        let compressed = compressed.ok_or_else(|| refused("the point cannot be compressed"))?;
        Ok(Self::new(algorithm, compressed.into(), public))
    }

    /// The uncompressed SEC1 point `04 ‖ x ‖ y`; nothing for Ed25519, which has no such form.
    #[must_use]
    pub fn to_uncompressed(&self) -> Option<Vec<u8>> {
        match &self.0.public {
            Public::Ed25519(_) => None,
            Public::Ecdsa(key) => Some(key.point().to_vec()),
            Public::Secp256k1(key) => Some(key.serialize_uncompressed().to_vec()),
            Public::Sm2(key) => Some(sm2::point(key)),
        }
    }

    /// The u-coordinate of the X25519 key of the same secret (RFC 7748 §4.1); nothing for keys that are not Ed25519.
    #[must_use]
    pub fn to_x25519(&self) -> Option<[u8; 32]> {
        match &self.0.public {
            Public::Ed25519(key) => Some(key.to_montgomery().to_bytes()),
            Public::Ecdsa(_) | Public::Secp256k1(_) | Public::Sm2(_) => None,
        }
    }

    fn new(algorithm: Algorithm, bytes: Box<[u8]>, public: Public) -> Self {
        Self(Arc::new(Inner { algorithm, bytes, public }))
    }
}

impl PartialEq for VerifyingKey {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
            || (self.0.algorithm == other.0.algorithm && self.0.bytes == other.0.bytes)
    }
}

impl Eq for VerifyingKey {}

impl Hash for VerifyingKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.algorithm.hash(state);
        self.0.bytes.hash(state);
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({} {})", self.0.algorithm, self.to_multikey())
    }
}
