//! Public-key encryption.

use super::sm2_only;
use crate::{Algorithm, Error, Secret, SigningKey, VerifyingKey};
use hufu_sm::sm2::encryption::Ciphertext;
use hufu_sm::sm2::{Error as Sm2Error, PublicKey, SecretKey};
use rand_core::CryptoRng;

pub use hufu_sm::sm2::encryption::MAX_PLAINTEXT_BYTES;

/// How the three parts of a ciphertext stand: the ephemeral point C1, the masked message C2, the hash C3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// The SEQUENCE of GM/T 0009 §7.2, as OpenSSL has it.
    Der,
    /// `C1 ‖ C3 ‖ C2` (GB/T 32918.4-2016), C1 uncompressed.
    C1C3C2,
    /// `C1 ‖ C2 ‖ C3`, the order before that. It is read and written by older software; new ciphertexts have no
    /// reason for it.
    C1C2C3,
}

const WHAT: &str = "encryption";

/// Encrypts `message` to `key` (GB/T 32918.4 §6).
///
/// ```
/// use hufu_keys::{Algorithm, SigningKey, sm2};
/// use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
///
/// let mut rng = ChaCha20Rng::from_seed([7; 32]);
/// let key = SigningKey::generate(Algorithm::Sm2, &mut rng);
/// let sealed = sm2::encrypt(&key.verifying_key(), b"for your eyes", sm2::Layout::Der, &mut rng)?;
/// let opened = sm2::decrypt(&key, &sealed, sm2::Layout::Der)?;
/// assert!(opened.expose(|message| message == b"for your eyes"));
/// # Ok::<(), hufu_keys::Error>(())
/// ```
///
/// # Errors
/// [`Error::Sm2Only`] for another algorithm's key; [`Error::Sm2Message`] for an empty message, for one longer than
/// [`MAX_PLAINTEXT_BYTES`], and for [`Layout::C1C2C3`], which is for reading only.
pub fn encrypt(
    key: &VerifyingKey,
    message: &[u8],
    layout: Layout,
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, Error> {
    sm2_only(key.algorithm(), WHAT)?;
    let public = PublicKey::from_sec1_bytes(key.as_bytes()).map_err(|_| Error::PublicKey {
        algorithm: Algorithm::Sm2,
        reason: "the bytes are not a point of the curve",
    })?;
    if layout == Layout::C1C2C3 {
        return Err(Error::Sm2Message("the layout C1C2C3 is for reading only"));
    }
    if message.is_empty() {
        return Err(Error::Sm2Message(
            "there is nothing to encrypt: SM2 has no ciphertext of an empty message",
        ));
    }
    if message.len() > MAX_PLAINTEXT_BYTES {
        return Err(Error::Sm2Message("it is longer than 16 MiB: encrypt a key for a cipher instead"));
    }
    let ciphertext =
        public.encrypt(rng, message).map_err(|_| Error::Sm2Message("the generator is broken"))?;
    Ok(match layout {
        Layout::Der => ciphertext.to_der(),
        _ => ciphertext.to_c1c3c2(),
    })
}

/// Decrypts what [`encrypt`] gave, or what other software wrote (GB/T 32918.4 §7).
///
/// # Errors
/// [`Error::Sm2Only`] for another algorithm's key; [`Error::Sm2Ciphertext`], before the key is used, for what is no ciphertext of
/// this layout; [`Error::Decryption`] for what was altered or is for another key, whatever the reason.
pub fn decrypt(key: &SigningKey, ciphertext: &[u8], layout: Layout) -> Result<Secret<Vec<u8>>, Error> {
    sm2_only(key.algorithm(), WHAT)?;
    let parsed = match layout {
        Layout::Der => Ciphertext::from_der(ciphertext),
        Layout::C1C3C2 => Ciphertext::from_c1c3c2(ciphertext),
        Layout::C1C2C3 => Ciphertext::from_c1c2c3(ciphertext),
    }
    .map_err(|error| Error::Sm2Ciphertext(error.to_string()))?;
    let open = |scalar: &Vec<u8>| SecretKey::from_bytes(scalar)?.decrypt(&parsed);
    let mut message = key.to_bytes().expose(open).map_err(|_: Sm2Error| Error::Decryption)?;
    Ok(Secret::new(std::mem::take(&mut *message)))
}
