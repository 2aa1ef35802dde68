//! Cipher block chaining (GB/T 17964-2021, NIST SP 800-38A §6.2) with the padding of PKCS #7 (RFC 5652 §6.3).

use super::block::Sm4;
use super::ctr::xored;
use super::error::Error;
use super::verdict::declassify_length;
use cipher::common::{InnerInit, InnerUser};
use std::fmt;
use std::hint::black_box;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// SM4 in CBC mode with PKCS #7 padding: what `openssl enc -sm4-cbc` writes.
///
/// One value serves many messages, each with its IV. For the traits of `cipher` that chain over one message (`KeyIvInit`,
/// `BlockModeEncrypt`, `BlockModeDecrypt`), RustCrypto's `cbc` takes [`Sm4`].
///
/// ```
/// use hufu_sm::sm4::Sm4Cbc;
/// use hufu_sm::sm4::cipher::KeyInit;
///
/// let cbc = Sm4Cbc::new(&[7; 16].into());
/// let iv = [1; 16]; // unpredictable and fresh for each message, in earnest
/// let ciphertext = cbc.encrypt(&iv, b"a message of any length");
/// assert_eq!(ciphertext.len(), 32);
/// assert_eq!(cbc.decrypt(&iv, &ciphertext)?, b"a message of any length");
/// # Ok::<(), hufu_sm::sm4::Error>(())
/// ```
///
/// # Security
/// **CBC is not authenticated.** Whoever can alter ciphertexts and learn whether they were decrypted without an error can
/// read them (the padding oracle of S. Vaudenay). The error does not tell what was wrong and the padding is looked at in
/// constant time, but that there was an error is told. Verify a MAC over IV and ciphertext first, or use
/// [`Sm4Gcm`](super::Sm4Gcm).
#[derive(Clone)]
pub struct Sm4Cbc {
    cipher: Sm4,
}

impl Sm4Cbc {
    /// The padded ciphertext: 1 to 16 bytes longer than the plaintext, a multiple of 16.
    pub fn encrypt(&self, iv: &[u8; 16], plaintext: &[u8]) -> Vec<u8> {
        let padding = 16 - plaintext.len() % 16;
        let mut out = Vec::with_capacity(plaintext.len() + padding);
        out.extend_from_slice(plaintext);
        #[allow(clippy::cast_possible_truncation)] // 1..=16
        out.resize(plaintext.len() + padding, padding as u8);
        encrypt_blocks(&self.cipher, iv, out.as_chunks_mut().0);
        out
    }

    /// The plaintext without its padding.
    ///
    /// # Errors
    /// [`Error::NotWholeBlocks`] if the ciphertext is empty or not a multiple of 16 bytes; [`Error::Rejected`] if the
    /// padding is not one of PKCS #7.
    pub fn decrypt(&self, iv: &[u8; 16], ciphertext: &[u8]) -> Result<Vec<u8>, Error> {
        if ciphertext.is_empty() || !ciphertext.len().is_multiple_of(16) {
            return Err(Error::NotWholeBlocks);
        }
        let mut out = ciphertext.to_vec();
        let (blocks, _) = out.as_chunks_mut();
        decrypt_blocks(&self.cipher, iv, blocks);
        let padding = declassify_length(blocks.last().map_or(0, padding));
        if padding == 0 {
            out.zeroize();
            return Err(Error::Rejected);
        }
        out.truncate(out.len() - padding);
        Ok(out)
    }
}

/// The length of a PKCS #7 padding, 0 if it is none; in constant time.
fn padding(block: &[u8; 16]) -> u8 {
    let n = u32::from(block[15]);
    // Not 0 if n = 0 or n > 16: the difference wraps.
    let mut bad = (n.wrapping_sub(1) | 16_u32.wrapping_sub(n)) >> 8;
    for (from_end, byte) in (0_u32..16).zip(block.iter().rev()) {
        let belongs = from_end.wrapping_sub(n) >> 8;
        bad |= belongs & (u32::from(*byte) ^ n);
    }
    // All ones if nothing is bad. Without the black box the compiler makes a branch of it.
    let good = black_box(((bad | bad.wrapping_neg()) >> 31).wrapping_sub(1));
    block[15] & good.to_le_bytes()[0]
}

/// C_i = E(P_i ⊕ C_(i−1)): each waits for the one before.
pub(super) fn encrypt_blocks(cipher: &Sm4, iv: &[u8; 16], blocks: &mut [[u8; 16]]) {
    let mut chain = *iv;
    for block in blocks {
        chain = cipher.encrypted(xored(*block, chain));
        *block = chain;
    }
}

/// P_i = D(C_i) ⊕ C_(i−1): many at once.
pub(super) fn decrypt_blocks(cipher: &Sm4, iv: &[u8; 16], blocks: &mut [[u8; 16]]) {
    /// Enough for the widest implementation.
    const BATCH: usize = 64;
    let mut chain = *iv;
    for batch in blocks.chunks_mut(BATCH) {
        let mut ciphertext = [[0; 16]; BATCH];
        ciphertext[..batch.len()].copy_from_slice(batch);
        cipher.decrypt_all(batch);
        for (block, c) in batch.iter_mut().zip(ciphertext) {
            *block = xored(*block, chain);
            chain = c;
        }
    }
}

impl InnerUser for Sm4Cbc {
    type Inner = Sm4;
}

/// With it comes `KeyInit`.
impl InnerInit for Sm4Cbc {
    fn inner_init(cipher: Sm4) -> Self {
        Self { cipher }
    }
}

impl From<Sm4> for Sm4Cbc {
    fn from(cipher: Sm4) -> Self {
        Self::inner_init(cipher)
    }
}

impl fmt::Debug for Sm4Cbc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sm4Cbc { ... }")
    }
}

impl ZeroizeOnDrop for Sm4Cbc {}

#[cfg(test)]
mod tests {
    use super::padding;

    #[test]
    fn paddings() {
        for n in 1..=16_u8 {
            let mut block = [0xaa; 16];
            block[16 - usize::from(n)..].fill(n);
            assert_eq!(padding(&block), n);
            if n > 1 {
                block[16 - usize::from(n)] ^= 1;
                assert_eq!(padding(&block), 0);
            }
        }
        assert_eq!(padding(&[0; 16]), 0);
        assert_eq!(padding(&[17; 16]), 0);
        assert_eq!(padding(&[255; 16]), 0);
    }
}
