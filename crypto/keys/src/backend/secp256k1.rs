//! ECDSA on secp256k1 with SHA-256 (RFC 8812) on libsecp256k1.
//!
//! The library verifies only the smaller of `s` and `n − s`. ES256K has no such rule, so a signature is brought to
//! that form before it is verified; it writes the smaller one itself.

use crate::{Algorithm, Error};
use aws_lc_rs::digest::{SHA256, digest};
use secp256k1::ecdsa::Signature;
use secp256k1::{Message, PublicKey, SecretKey, ecdsa};

/// A scalar in `1..n` that is overwritten when dropped.
pub(crate) struct Private(Box<SecretKey>);

impl Private {
    pub(crate) fn from_scalar(scalar: &[u8]) -> Result<Self, Error> {
        let refused = |reason| Error::PrivateKey { algorithm: Algorithm::Secp256k1, reason };
        let bytes = scalar.try_into().map_err(|_| refused("wrong number of bytes"))?;
        SecretKey::from_secret_bytes(bytes)
            .map(|key| Self(Box::new(key)))
            .map_err(|_| refused("the scalar is not in 1..n"))
    }

    pub(crate) fn scalar(&self) -> &[u8] {
        self.0.as_secret_bytes()
    }

    /// The uncompressed point of the public key.
    pub(crate) fn point(&self) -> [u8; 65] {
        self.0.public_key().serialize_uncompressed()
    }

    /// Signs with the nonce of RFC 6979; the library blinds its scalar multiplication anew after each signature.
    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        ecdsa::sign(hashed(message), &self.0).serialize_compact()
    }
}

impl Drop for Private {
    fn drop(&mut self) {
        self.0.non_secure_erase();
    }
}

/// Reads a compressed or uncompressed SEC1 point, whose form the caller has checked.
pub(crate) fn public(point: &[u8]) -> Result<PublicKey, Error> {
    PublicKey::from_slice(point).map_err(|_| Error::PublicKey {
        algorithm: Algorithm::Secp256k1,
        reason: "the bytes are not a point of the curve",
    })
}

/// Verifies `r ‖ s` with `r, s ∈ [1, n−1]`.
pub(crate) fn verify(key: &PublicKey, message: &[u8], signature: &[u8]) -> Result<(), Error> {
    // Refuses components that are not below n; zero is refused by verification.
    let mut signature = Signature::from_compact(signature).map_err(|_| Error::Verification)?;
    signature.normalize_s();
    ecdsa::verify(&signature, hashed(message), key).map_err(|_| Error::Verification)
}

fn hashed(message: &[u8]) -> Message {
    let hash = digest(&SHA256, message);
    Message::from_digest(hash.as_ref().try_into().expect("32 bytes, because SHA-256 gives 32"))
}
