//! ECDSA on secp256k1 with SHA-256 (RFC 8812) on libsecp256k1.
//!
//! The library verifies only the smaller of `s` and `n − s`. ES256K has no such rule, so a signature is brought to
//! that form before it is verified; it writes the smaller one itself.

use crate::{Algorithm, Error};
use aws_lc_rs::digest::{SHA256, digest};
use secp256k1::ecdsa::Signature;
use secp256k1::{Message, PublicKey, Scalar, SecretKey, ecdh, ecdsa};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

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

/// scalar + tweak modulo n; nothing if the tweak is not below n or the sum is zero.
pub(crate) fn add_to_private(scalar: &[u8; 32], tweak: &[u8; 32]) -> Option<Zeroizing<[u8; 32]>> {
    let mut key = SecretKey::from_secret_bytes(*scalar).ok()?;
    let mut tweak = read(tweak)?;
    let sum = key.add_tweak(&tweak);
    key.non_secure_erase();
    tweak.non_secure_erase();
    let mut sum = sum.ok()?;
    let out = Zeroizing::new(*sum.as_secret_bytes());
    sum.non_secure_erase();
    Some(out)
}

/// point + tweak·G, compressed; nothing if the tweak is not below n or the sum is infinity.
pub(crate) fn add_to_public(point: &[u8], tweak: &[u8; 32]) -> Option<Zeroizing<[u8; 33]>> {
    let public = PublicKey::from_slice(point).ok()?;
    let mut tweak = read(tweak)?;
    let sum = public.add_exp_tweak(&tweak);
    tweak.non_secure_erase();
    sum.ok().map(|sum| Zeroizing::new(sum.serialize()))
}

/// scalar·point, compressed. By the library's key agreement, because its own product of a point is not constant time.
pub(crate) fn shared_point(scalar: &[u8; 32], point: &[u8]) -> Option<Zeroizing<[u8; 33]>> {
    let public = PublicKey::from_slice(point).ok()?;
    let mut key = SecretKey::from_secret_bytes(*scalar).ok()?;
    let mut coordinates = ecdh::shared_secret_point(&public, &key);
    key.non_secure_erase();
    let [.., y_low] = coordinates;
    let mut out = Zeroizing::new([2 | (y_low & 1); 33]);
    for (to, from) in out.iter_mut().skip(1).zip(&coordinates) {
        *to = *from; // x is as long as what is left
    }
    coordinates.zeroize();
    Some(out)
}

/// A scalar in 0..n. By the library's check of private keys, because the one of [`Scalar`] is not constant time.
fn read(bytes: &[u8; 32]) -> Option<Scalar> {
    if bytes.ct_eq(&[0; 32]).into() {
        return Some(Scalar::ZERO);
    }
    let mut key = SecretKey::from_secret_bytes(*bytes).ok()?;
    let scalar = Scalar::from(key);
    key.non_secure_erase();
    Some(scalar)
}
