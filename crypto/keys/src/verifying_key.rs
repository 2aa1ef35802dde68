//! Public keys: parsed once, cheap to clone, ready to verify.
//!
//! Ed25519 verification is `verify_strict` of `ed25519-dalek`: canonical A and R, s < L, neither A nor R of small
//! order, and the cofactorless equation. Edge cases it permits: keys and R with a torsion component (mixed order)
//! whose equation holds without the cofactor.
//! ECDSA verification accepts both s and n − s: signatures are malleable and never serve as identifiers.

use std::{
    fmt,
    hash::{Hash, Hasher},
    sync::Arc,
};

use aws_lc_rs::{
    encoding::{AsDer as _, PublicKeyX509Der},
    signature as lc,
};
use sm2::{dsa::signature::Verifier as _, elliptic_curve::sec1::ToSec1Point as _};

use crate::{Algorithm, Error};

/// The distinguishing identifier of every SM2 signature here (RFC 8998 §3.2.1, GM/T 0009 §10).
pub(crate) const SM2_ID: &str = "1234567812345678";

/// A public key.
#[derive(Clone)]
pub struct VerifyingKey {
    algorithm: Algorithm,
    /// SEC1 compressed, or Ed25519's 32: the identity of the key, compared and hashed.
    bytes: Vec<u8>,
    parsed: Arc<Parsed>,
}

enum Parsed {
    Ed25519(ed25519_dalek::VerifyingKey),
    /// The library's key, and 04‖x‖y.
    Ecdsa(lc::ParsedPublicKey, Vec<u8>),
    Sm2(Box<sm2::dsa::VerifyingKey>, Vec<u8>),
}

/// The verification algorithm of the library for fixed-length signatures.
fn ecdsa(algorithm: Algorithm) -> Option<&'static lc::EcdsaVerificationAlgorithm> {
    match algorithm {
        Algorithm::P256 => Some(&lc::ECDSA_P256_SHA256_FIXED),
        Algorithm::P384 => Some(&lc::ECDSA_P384_SHA384_FIXED),
        Algorithm::Secp256k1 => Some(&lc::ECDSA_P256K1_SHA256_FIXED),
        Algorithm::Ed25519 | Algorithm::Sm2 => None,
    }
}

impl VerifyingKey {
    /// Reads SEC1 compressed or uncompressed bytes, or Ed25519's 32.
    ///
    /// # Errors
    /// [`Error::InvalidPublicKey`]: off the curve, the identity, a coordinate not below p, a hybrid or other form,
    /// a wrong length; for Ed25519 also a non-canonical y or a point of small order.
    pub fn from_bytes(algorithm: Algorithm, bytes: &[u8]) -> Result<Self, Error> {
        let invalid = Error::InvalidPublicKey(algorithm);
        if algorithm == Algorithm::Ed25519 {
            let array: &[u8; 32] = bytes.try_into().map_err(|_| invalid.clone())?;
            let key = ed25519_dalek::VerifyingKey::from_bytes(array).map_err(|_| invalid.clone())?;
            // Decompression reduces y modulo p: only the reduced form may name the key.
            if key.is_weak() || key.to_edwards().compress().as_bytes() != array {
                return Err(invalid);
            }
            return Ok(Self { algorithm, bytes: bytes.to_vec(), parsed: Arc::new(Parsed::Ed25519(key)) });
        }
        let half = algorithm.private_key_len();
        match (bytes.first(), bytes.len()) {
            (Some(2 | 3), length) if length == half + 1 => {}
            (Some(4), length) if length == 2 * half + 1 => {}
            _ => return Err(invalid),
        }
        if let Some(verification) = ecdsa(algorithm) {
            let key = lc::ParsedPublicKey::new(verification, bytes).map_err(|_| invalid.clone())?;
            let spki: PublicKeyX509Der<'_> = key.as_der().map_err(|_| invalid.clone())?;
            // The library marshals the uncompressed point at the end of the SubjectPublicKeyInfo.
            let spki: &[u8] = spki.as_ref();
            let start = spki.len().checked_sub(2 * half + 1).ok_or(invalid.clone())?;
            let point = spki.get(start..).ok_or(invalid.clone())?.to_vec();
            let bytes = compress(&point, half).ok_or(invalid)?;
            return Ok(Self { algorithm, bytes, parsed: Arc::new(Parsed::Ecdsa(key, point)) });
        }
        let key = sm2::dsa::VerifyingKey::from_sec1_bytes(SM2_ID, bytes).map_err(|_| invalid.clone())?;
        let point = key.to_sec1_point(false).as_bytes().to_vec();
        let bytes = compress(&point, half).ok_or(invalid)?;
        Ok(Self { algorithm, bytes, parsed: Arc::new(Parsed::Sm2(Box::new(key), point)) })
    }

    /// The algorithm.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// SEC1 compressed, or Ed25519's 32 bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.bytes.clone()
    }

    /// The same without a copy.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// 04‖x‖y; `None` for Ed25519.
    #[must_use]
    pub fn to_uncompressed(&self) -> Option<&[u8]> {
        match &*self.parsed {
            Parsed::Ed25519(_) => None,
            Parsed::Ecdsa(_, point) | Parsed::Sm2(_, point) => Some(point),
        }
    }

    /// The x and y coordinates; `None` for Ed25519.
    pub(crate) fn coordinates(&self) -> Option<(&[u8], &[u8])> {
        let point = self.to_uncompressed()?.get(1..)?;
        Some(point.split_at(point.len() / 2))
    }

    /// Verifies a fixed-length signature over a message.
    ///
    /// # Errors
    /// [`Error::Verification`], whatever the reason.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), Error> {
        if signature.len() != self.algorithm.signature_len() {
            return Err(Error::Verification);
        }
        match &*self.parsed {
            Parsed::Ed25519(key) => {
                let signature =
                    ed25519_dalek::Signature::from_slice(signature).map_err(|_| Error::Verification)?;
                key.verify_strict(message, &signature).map_err(|_| Error::Verification)
            }
            Parsed::Ecdsa(key, _) => key.verify_sig(message, signature).map_err(|_| Error::Verification),
            Parsed::Sm2(key, _) => {
                let signature = sm2::dsa::Signature::from_slice(signature).map_err(|_| Error::Verification)?;
                key.verify(message, &signature).map_err(|_| Error::Verification)
            }
        }
    }
}

/// 04‖x‖y to SEC1 compressed.
fn compress(point: &[u8], half: usize) -> Option<Vec<u8>> {
    if point.len() != 2 * half + 1 || point.first() != Some(&4) {
        return None;
    }
    let parity = point.last()? & 1;
    let mut out = Vec::with_capacity(half + 1);
    out.push(2 + parity);
    out.extend_from_slice(point.get(1..=half)?);
    Some(out)
}

impl PartialEq for VerifyingKey {
    fn eq(&self, other: &Self) -> bool {
        self.algorithm == other.algorithm && self.bytes == other.bytes
    }
}

impl Eq for VerifyingKey {}

impl Hash for VerifyingKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.algorithm.hash(state);
        self.bytes.hash(state);
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "VerifyingKey({} {})", self.algorithm, self.to_multikey())
    }
}
