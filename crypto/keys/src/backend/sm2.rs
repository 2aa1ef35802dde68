//! SM2 signatures (GB/T 32918.2) with SM3 on `hufu-sm`, with the default distinguishing identifier.
//!
//! Nonces are derived from key and message (RFC 6979 with SM3), so signing is deterministic. `Z_A` and `(1 + d)⁻¹` are computed
//! once per key. Keys verify without a table of their own: most are met once.

use crate::{Algorithm, Error};
use hufu_sm::sm2::traits::{Signer, Verifier};
use hufu_sm::sm2::{DistId, PublicKey, SecretKey, Signature, SigningKey, VerifyingKey, derive};
use zeroize::Zeroizing;

/// A signing key that is overwritten when dropped.
pub(crate) struct Private(SigningKey);

impl Private {
    pub(crate) fn from_scalar(scalar: &[u8]) -> Result<Self, Error> {
        let secret = SecretKey::from_bytes(scalar).map_err(|_| Error::PrivateKey {
            algorithm: Algorithm::Sm2,
            reason: "the scalar is not in 1..=n-2",
        })?;
        Ok(Self(SigningKey::new(secret, DistId::DEFAULT)))
    }

    pub(crate) fn scalar(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.0.secret_key().to_bytes().to_vec())
    }

    pub(crate) fn point(&self) -> Vec<u8> {
        point(self.0.verifying_key())
    }

    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

/// Reads a compressed or uncompressed SEC1 point.
pub(crate) fn public(bytes: &[u8]) -> Result<VerifyingKey, Error> {
    VerifyingKey::from_sec1_bytes(bytes).map_err(|_| Error::PublicKey {
        algorithm: Algorithm::Sm2,
        reason: "the bytes are not a point of the curve",
    })
}

/// The uncompressed point.
pub(crate) fn point(key: &VerifyingKey) -> Vec<u8> {
    key.public_key().to_sec1_bytes().to_vec()
}

pub(crate) fn verify(key: &VerifyingKey, message: &[u8], signature: &[u8]) -> Result<(), Error> {
    let signature = Signature::from_slice(signature).map_err(|_| Error::Verification)?;
    key.verify(message, &signature).map_err(|_| Error::Verification)
}

/// scalar + tweak modulo n; nothing if the tweak is not below n or the sum is no private key.
pub(crate) fn add_to_private(scalar: &[u8; 32], tweak: &[u8; 32]) -> Option<Zeroizing<[u8; 32]>> {
    let secret = SecretKey::from_bytes(scalar).ok()?;
    derive::add_scalar(&secret, tweak).ok().map(|sum| sum.to_bytes())
}

/// point + tweak·G, compressed; nothing where [`add_to_private`] gives nothing.
pub(crate) fn add_to_public(point: &[u8], tweak: &[u8; 32]) -> Option<Zeroizing<[u8; 33]>> {
    let public = PublicKey::from_sec1_bytes(point).ok()?;
    derive::add_multiple(&public, tweak).ok().map(|sum| Zeroizing::new(sum.to_sec1_compressed()))
}

/// scalar·point, compressed.
pub(crate) fn shared_point(scalar: &[u8; 32], point: &[u8]) -> Option<Zeroizing<[u8; 33]>> {
    let secret = SecretKey::from_bytes(scalar).ok()?;
    let public = PublicKey::from_sec1_bytes(point).ok()?;
    Some(derive::shared_point(&secret, &public))
}
