//! Ed25519 (RFC 8032) on `ed25519-dalek`.

use crate::{Algorithm, Error};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};

/// Reads a public key: 32 bytes, canonical, not of small order.
pub(crate) fn public(bytes: &[u8; 32]) -> Result<VerifyingKey, Error> {
    let refused = |reason| Error::PublicKey { algorithm: Algorithm::Ed25519, reason };
    let key =
        VerifyingKey::from_bytes(bytes).map_err(|_| refused("the bytes are not a point of the curve"))?;
    // Decompression reduces y modulo p; only the reduced form is an encoding (RFC 8032 §5.1.3 step 1).
    if key.to_edwards().compress().as_bytes() != bytes {
        return Err(refused("the encoding is not canonical (y >= p, or a sign bit on x = 0)"));
    }
    if key.is_weak() {
        return Err(refused("the point has small order: such a key accepts signatures nobody made"));
    }
    Ok(key)
}

pub(crate) fn private(seed: &[u8; 32]) -> SigningKey {
    SigningKey::from_bytes(seed)
}

pub(crate) fn sign(key: &SigningKey, message: &[u8]) -> [u8; 64] {
    key.sign(message).to_bytes()
}

pub(crate) fn verify(key: &VerifyingKey, message: &[u8], signature: &[u8]) -> Result<(), Error> {
    let signature = Signature::from_slice(signature).map_err(|_| Error::Verification)?;
    key.verify_strict(message, &signature).map_err(|_| Error::Verification)
}
