//! Signing and verifying hashes that the caller computed.
//!
//! The hash must be e = SM3(Z ‖ M) of GB/T 32918.2 §6.1 ([`VerifyingKey::z`] gives Z). A hash that leaves Z out, or that was not
//! made by hashing at all, gives signatures that other software refuses or that can be forged: who may choose e freely can
//! present valid signatures of hashes, without a message and without the private key.

use super::{Error, PreparedVerifyingKey, Signature, SigningKey, VerifyingKey};
use rand_core::TryCryptoRng;

pub use signature::hazmat::{PrehashSigner, PrehashVerifier, RandomizedPrehashSigner};

/// Signs e, deterministically (RFC 6979 with SM3).
#[must_use]
pub fn sign_prehash(key: &SigningKey, hash: &[u8; 32]) -> Signature {
    key.sign_hash(hash)
}

/// Signs e with a hedged nonce.
///
/// # Errors
/// [`Error::Rng`] if the generator fails.
pub fn sign_prehash_with_rng<R: TryCryptoRng + ?Sized>(
    key: &SigningKey,
    rng: &mut R,
    hash: &[u8; 32],
) -> Result<Signature, Error> {
    key.sign_hash_hedged(rng, hash)
}

/// Verifies a signature of e.
///
/// # Errors
/// [`Error::Verification`].
pub fn verify_prehash(key: &VerifyingKey, hash: &[u8; 32], signature: &Signature) -> Result<(), Error> {
    key.verify_hash(hash, signature)
}

fn exact(hash: &[u8]) -> Result<&[u8; 32], Error> {
    hash.try_into().map_err(|_| Error::PrehashLength { found: hash.len() })
}

impl PrehashSigner<Signature> for SigningKey {
    /// Fails with [`Error::PrehashLength`] only.
    fn sign_prehash(&self, hash: &[u8]) -> Result<Signature, signature::Error> {
        Ok(self.sign_hash(exact(hash)?))
    }
}

impl RandomizedPrehashSigner<Signature> for SigningKey {
    fn sign_prehash_with_rng<R: TryCryptoRng + ?Sized>(
        &self,
        rng: &mut R,
        hash: &[u8],
    ) -> Result<Signature, signature::Error> {
        Ok(self.sign_hash_hedged(rng, exact(hash)?)?)
    }
}

impl PrehashVerifier<Signature> for VerifyingKey {
    fn verify_prehash(&self, hash: &[u8], signature: &Signature) -> Result<(), signature::Error> {
        Ok(self.verify_hash(exact(hash)?, signature)?)
    }
}

impl PrehashVerifier<Signature> for PreparedVerifyingKey {
    fn verify_prehash(&self, hash: &[u8], signature: &Signature) -> Result<(), signature::Error> {
        Ok(self.verify_hash(exact(hash)?, signature)?)
    }
}
