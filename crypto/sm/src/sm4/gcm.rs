//! Galois/counter mode (NIST SP 800-38D; RFC 8998 for SM4).

use super::backend::Backend;
use super::block::Sm4;
use super::ctr::{xor_keystream, xored};
use super::error::Error;
use super::ghash::{GhashKey, GhashState};
use super::verdict::declassify;
use aead::{AeadCore, AeadInOut, Nonce, Tag, TagPosition};
use cipher::InOutBuf;
use cipher::common::{InnerInit, InnerUser};
use cipher::consts::{U12, U16};
use std::fmt;
use subtle::ConstantTimeEq;
use zeroize::ZeroizeOnDrop;

/// Bytes of the longest plaintext: 2³⁹ − 256 bits (SP 800-38D §5.2.1.1), or the 32-bit counter would come round.
const MAX_MESSAGE: u64 = (1 << 36) - 32;

/// Bytes of the longest additional data and IV: 2⁶⁴ − 1 bits.
const MAX_AAD: u64 = (1 << 61) - 1;

/// The shortest tag that is accepted, in bytes. SP 800-38D §5.2.1.2 has 12 to 16 in general; the 4 and 8 that it allows to
/// some applications under the limits of its appendix C are refused here.
const MIN_TAG: usize = 12;

/// Bytes that are encrypted and then hashed while they are in the nearest cache.
const PART: usize = 8 * 1024;

/// SM4 in Galois/counter mode: encryption and authentication with associated data, as TLS has it (RFC 8998).
///
/// With the `aead` traits it takes nonces of 12 bytes and has tags of 16 bytes after the ciphertext; the methods here take
/// nonces of every length but 0 (§5.2.1.1: those of other lengths than 12 are hashed) and tags of 12 to 16 bytes.
///
/// ```
/// use hufu_sm::sm4::Sm4Gcm;
/// use hufu_sm::sm4::aead::KeyInit;
///
/// let gcm = Sm4Gcm::new(&[7; 16].into());
/// let nonce = [1; 12]; // a counter, or fresh random bytes: never twice under one key
/// let mut message = *b"a message of any length";
/// let tag = gcm.encrypt_detached(&nonce, b"header", &mut message)?;
///
/// gcm.decrypt_detached(&nonce, b"header", &mut message, &tag)?;
/// assert_eq!(&message, b"a message of any length");
/// # Ok::<(), hufu_sm::sm4::Error>(())
/// ```
///
/// # Security
/// A nonce that is used twice under one key reveals the difference of the two messages **and** the hash key, with which
/// tags can be forged. Up to 2³² messages may have random nonces of 12 bytes (§8.3). Each message has at most 2³⁶ − 32
/// bytes.
///
/// [`decrypt_detached`](Self::decrypt_detached) takes what the caller gives it as the tag, from 12 bytes on: who fixes 16 must check
/// that there are 16, or whoever can cut a tag short forges with probability 2^(−96) instead of 2^(−128) an attempt (appendix C says
/// why short tags of GCM are weaker than even that). With the `aead` traits a tag always has 16 bytes.
///
/// Neither branches nor addresses depend on key, nonce or data, on any of the instruction sets; keys are
/// overwritten when the value is dropped.
#[derive(Clone)]
pub struct Sm4Gcm {
    cipher: Sm4,
    hash_key: GhashKey,
}

impl Sm4Gcm {
    /// GCM on the instructions named.
    #[doc(hidden)]
    pub fn with_backend(key: &[u8; 16], backend: Backend) -> Self {
        Self::from(Sm4::with_backend(key, backend))
    }

    /// Encrypts `message` in place; the tag is the result, of which no less than 12 bytes may be kept.
    ///
    /// [`AeadInOut::encrypt_in_place`] is another operation: it appends the tag to the buffer.
    ///
    /// # Errors
    /// [`Error::NonceLength`] if the nonce is empty, [`Error::MessageTooLong`], [`Error::AadTooLong`]; the message is then
    /// left as it was.
    pub fn encrypt_detached(&self, nonce: &[u8], aad: &[u8], message: &mut [u8]) -> Result<[u8; 16], Error> {
        check(nonce.len() as u64, aad.len() as u64, message.len() as u64)?;
        let j0 = self.first_counter(nonce);
        // §7.1 steps 3 to 6, part by part.
        let mut counter = Counter::after(j0);
        let mut hash = GhashState::new(&self.hash_key);
        hash.update_padded(aad);
        for part in message.chunks_mut(PART) {
            xor_keystream(&self.cipher, part, || counter.next());
            hash.update_padded(part);
        }
        Ok(self.tag(j0, hash, aad, message))
    }

    /// Verifies `tag`, and only then decrypts `message` in place.
    ///
    /// # Errors
    /// [`Error::Rejected`] if anything is not as it was encrypted; the message is then left as it was, so that nothing of
    /// a plaintext is ever released unverified. [`Error::TagLength`] if the tag has not 12 to 16 bytes;
    /// [`Error::NonceLength`], [`Error::MessageTooLong`] and [`Error::AadTooLong`] as in encryption.
    pub fn decrypt_detached(
        &self,
        nonce: &[u8],
        aad: &[u8],
        message: &mut [u8],
        tag: &[u8],
    ) -> Result<(), Error> {
        let mut counter = self.verify(nonce, aad, message, tag)?;
        xor_keystream(&self.cipher, message, || counter.next());
        Ok(())
    }

    /// The counters that decrypt, if the tag is right.
    fn verify(&self, nonce: &[u8], aad: &[u8], ciphertext: &[u8], tag: &[u8]) -> Result<Counter, Error> {
        check(nonce.len() as u64, aad.len() as u64, ciphertext.len() as u64)?;
        if !(MIN_TAG..=16).contains(&tag.len()) {
            return Err(Error::TagLength);
        }
        let j0 = self.first_counter(nonce);
        let mut hash = GhashState::new(&self.hash_key);
        hash.update_padded(aad);
        hash.update_padded(ciphertext);
        let expected = self.tag(j0, hash, aad, ciphertext);
        if !declassify(expected[..tag.len()].ct_eq(tag)) {
            return Err(Error::Rejected);
        }
        Ok(Counter::after(j0))
    }

    /// J0 of §7.1 step 2.
    fn first_counter(&self, nonce: &[u8]) -> [u8; 16] {
        if let Ok(nonce) = <[u8; 12]>::try_from(nonce) {
            let mut j0 = [0; 16];
            j0[..12].copy_from_slice(&nonce);
            j0[15] = 1;
            return j0;
        }
        let mut hash = GhashState::new(&self.hash_key);
        hash.update_padded(nonce);
        hash.finish(0, nonce.len() as u64)
    }

    /// §7.1 steps 5 and 6: GCTR of the hash with J0.
    fn tag(&self, j0: [u8; 16], hash: GhashState<'_>, aad: &[u8], ciphertext: &[u8]) -> [u8; 16] {
        xored(hash.finish(aad.len() as u64, ciphertext.len() as u64), self.cipher.encrypted(j0))
    }
}

/// The lengths that §5.2.1.1 allows, in bytes.
fn check(nonce: u64, aad: u64, message: u64) -> Result<(), Error> {
    if nonce == 0 || nonce > MAX_AAD {
        return Err(Error::NonceLength);
    }
    if aad > MAX_AAD {
        return Err(Error::AadTooLong);
    }
    if message > MAX_MESSAGE {
        return Err(Error::MessageTooLong);
    }
    Ok(())
}

/// Counter blocks of which the last 32 bits count (inc₃₂ of §6.2).
struct Counter {
    block: [u8; 16],
    number: u32,
}

impl Counter {
    /// The counters that follow J0.
    fn after(j0: [u8; 16]) -> Self {
        let number = u32::from_be_bytes([j0[12], j0[13], j0[14], j0[15]]);
        Self { block: j0, number }
    }

    #[inline]
    fn next(&mut self) -> [u8; 16] {
        self.number = self.number.wrapping_add(1);
        let mut block = self.block;
        block[12..].copy_from_slice(&self.number.to_be_bytes());
        block
    }
}

impl InnerUser for Sm4Gcm {
    type Inner = Sm4;
}

/// With it comes `KeyInit`.
impl InnerInit for Sm4Gcm {
    fn inner_init(cipher: Sm4) -> Self {
        // §7.1 step 1: H = CIPH_K(0¹²⁸)
        let h = zeroize::Zeroizing::new(cipher.encrypted([0; 16]));
        let hash_key = GhashKey::new(cipher.backend().ghash, &h);
        Self { cipher, hash_key }
    }
}

impl From<Sm4> for Sm4Gcm {
    fn from(cipher: Sm4) -> Self {
        Self::inner_init(cipher)
    }
}

impl AeadCore for Sm4Gcm {
    type NonceSize = U12;
    type TagSize = U16;
    const TAG_POSITION: TagPosition = TagPosition::Postfix;
}

impl AeadInOut for Sm4Gcm {
    fn encrypt_inout_detached(
        &self,
        nonce: &Nonce<Self>,
        aad: &[u8],
        buffer: InOutBuf<'_, '_, u8>,
    ) -> aead::Result<Tag<Self>> {
        // Before the input is copied to the output, which a refusal must leave as it was.
        check(nonce.len() as u64, aad.len() as u64, buffer.len() as u64).map_err(|_| aead::Error)?;
        let tag = self.encrypt_detached(nonce, aad, buffer.into_out_with_copied_in());
        tag.map(Into::into).map_err(|_| aead::Error)
    }

    fn decrypt_inout_detached(
        &self,
        nonce: &Nonce<Self>,
        aad: &[u8],
        buffer: InOutBuf<'_, '_, u8>,
        tag: &Tag<Self>,
    ) -> aead::Result<()> {
        let mut counter = self.verify(nonce, aad, buffer.get_in(), tag).map_err(|_| aead::Error)?;
        xor_keystream(&self.cipher, buffer.into_out_with_copied_in(), || counter.next());
        Ok(())
    }
}

impl fmt::Debug for Sm4Gcm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sm4Gcm { ... }")
    }
}

// Cipher and hash key overwrite themselves.
impl ZeroizeOnDrop for Sm4Gcm {}

#[cfg(test)]
mod tests {
    use super::*;

    /// Messages of these lengths are too much for a test's memory; the check is all that knows them.
    #[test]
    fn bounds_of_the_standard() {
        assert_eq!(check(12, 0, (1 << 36) - 32), Ok(()));
        assert_eq!(check(12, 0, (1 << 36) - 31), Err(Error::MessageTooLong));
        assert_eq!(check(12, (1 << 61) - 1, 0), Ok(()));
        assert_eq!(check(12, 1 << 61, 0), Err(Error::AadTooLong));
        assert_eq!(check(0, 0, 0), Err(Error::NonceLength));
        assert_eq!(check(1 << 61, 0, 0), Err(Error::NonceLength));
    }

    #[test]
    fn counter_comes_round_in_its_last_32_bits() {
        let mut j0 = [0xff; 16];
        j0[0] = 7;
        let mut counter = Counter::after(j0);
        let mut expected = j0;
        expected[12..].fill(0);
        assert_eq!(counter.next(), expected);
    }
}
