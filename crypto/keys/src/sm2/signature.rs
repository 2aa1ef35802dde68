//! Signatures under an identifier of the caller's choice.

use super::sm2_only;
use crate::{Algorithm, Error, Signature, SigningKey, VerifyingKey};
use hufu_sm::sm2::traits::{Signer, Verifier};
use hufu_sm::sm2::{self, DistId, PublicKey, SecretKey};

/// The longest identifier: `Z_A` has its length in bits as a 16-bit number (GB/T 32918.2 §5.5).
pub const MAX_ID_BYTES: usize = DistId::MAX_BYTES;

const WHAT: &str = "a distinguishing identifier";

/// Signs `message` under the identifier `id`.
///
/// ```
/// use hufu_keys::{Algorithm, SigningKey, sm2};
/// use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
///
/// let key = SigningKey::generate(Algorithm::Sm2, &mut ChaCha20Rng::from_seed([7; 32]));
/// let signature = sm2::sign_with_id(&key, "alice@example.com", b"message")?;
/// let public = key.verifying_key();
/// sm2::verify_with_id(&public, "alice@example.com", b"message", signature.as_bytes())?;
/// assert!(public.verify(b"message", signature.as_bytes()).is_err(), "not under the default identifier");
/// # Ok::<(), hufu_keys::Error>(())
/// ```
///
/// # Errors
/// [`Error::Sm2Only`] for another algorithm's key, [`Error::Sm2Id`] for more than [`MAX_ID_BYTES`].
pub fn sign_with_id(key: &SigningKey, id: &str, message: &[u8]) -> Result<Signature, Error> {
    let distid = distid(key.algorithm(), id)?;
    let secret = key.to_bytes().expose(|scalar| SecretKey::from_bytes(scalar));
    let secret = secret.map_err(|_| Error::PrivateKey {
        algorithm: Algorithm::Sm2,
        reason: "the scalar is not in 1..=n-2",
    })?;
    let signature = sm2::SigningKey::new(secret, distid).sign(message);
    Ok(Signature::new(Algorithm::Sm2, &signature.to_bytes()))
}

/// Verifies a signature (`r‖s`) over `message` under the identifier `id`.
///
/// # Errors
/// [`Error::Verification`]; those of [`sign_with_id`].
pub fn verify_with_id(key: &VerifyingKey, id: &str, message: &[u8], signature: &[u8]) -> Result<(), Error> {
    let distid = distid(key.algorithm(), id)?;
    let signature = sm2::Signature::from_slice(signature).map_err(|_| Error::Verification)?;
    let public = PublicKey::from_sec1_bytes(key.as_bytes()).map_err(|_| Error::Verification)?;
    sm2::VerifyingKey::new(public, distid).verify(message, &signature).map_err(|_| Error::Verification)
}

fn distid(algorithm: Algorithm, id: &str) -> Result<DistId, Error> {
    sm2_only(algorithm, WHAT)?;
    DistId::new(id).map_err(|_| Error::Sm2Id { max: MAX_ID_BYTES, found: id.len() })
}
