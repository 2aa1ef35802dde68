//! Counter with CBC-MAC (NIST SP 800-38C; RFC 8998 for SM4).

use super::backend::Backend;
use super::block::Sm4;
use super::ctr::{xor, xor_keystream, xored};
use super::error::Error;
use super::verdict::declassify;
use aead::{AeadCore, AeadInOut, Nonce, Tag, TagPosition};
use cipher::InOutBuf;
use cipher::common::{InnerInit, InnerUser};
use cipher::consts::{U12, U16};
use std::fmt;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// SM4 in CCM mode: encryption and authentication with associated data, as TLS has it (RFC 8998).
///
/// With the `aead` traits it takes nonces of 12 bytes and has tags of 16 bytes after the ciphertext; the methods here take
/// nonces of 7 to 13 bytes and tags of 4, 6, … 16 bytes, which is what SP 800-38C defines. A message has less than
/// 2^(8·(15 − n)) bytes with a nonce of n bytes: at most 65,535 with one of 13, at most 16,777,215 with one of 12.
///
/// ```
/// use hufu_sm::sm4::Sm4Ccm;
/// use hufu_sm::sm4::aead::KeyInit;
///
/// let ccm = Sm4Ccm::new(&[7; 16].into());
/// let nonce = [1; 12]; // never twice under one key
/// let mut message = *b"a message of any length";
/// let mut tag = [0; 16];
/// ccm.encrypt_detached(&nonce, b"header", &mut message, &mut tag)?;
///
/// ccm.decrypt_detached(&nonce, b"header", &mut message, &tag)?;
/// assert_eq!(&message, b"a message of any length");
/// # Ok::<(), hufu_sm::sm4::Error>(())
/// ```
///
/// # Security
/// A nonce must not be used twice under one key. A tag of t bytes is guessed with probability 2^(−8t) by each attempt: take
/// 16 unless a format fixes less, and 8 at the least (SP 800-38C appendix B.2). The length of the tag is the caller's on both sides:
/// who verifies must fix it, and not take it from the sender. It is authenticated, so that a tag cut short is refused. CCM is several times slower than [`Sm4Gcm`](super::Sm4Gcm), because
/// each block of its MAC waits for the one before.
#[derive(Clone)]
pub struct Sm4Ccm {
    cipher: Sm4,
}

impl Sm4Ccm {
    /// CCM on the instructions named.
    #[doc(hidden)]
    pub fn with_backend(key: &[u8; 16], backend: Backend) -> Self {
        Self::from(Sm4::with_backend(key, backend))
    }

    /// Encrypts `message` in place and writes the tag, whose length the caller chooses.
    ///
    /// [`AeadInOut::encrypt_in_place`] is another operation: it appends a tag of 16 bytes to the buffer.
    ///
    /// # Errors
    /// [`Error::NonceLength`], [`Error::TagLength`], [`Error::MessageTooLong`]; the message is then left as it was.
    pub fn encrypt_detached(
        &self,
        nonce: &[u8],
        aad: &[u8],
        message: &mut [u8],
        tag: &mut [u8],
    ) -> Result<(), Error> {
        let format = Format::new(nonce, tag.len(), message.len() as u64)?;
        // §6.1: the MAC of the plaintext first, then everything in counter mode, the MAC with counter 0.
        let mac = format.mac(&self.cipher, aad, message);
        tag.copy_from_slice(&mac[..tag.len()]);
        xor(tag, &self.cipher.encrypted(format.counter(0)));
        format.apply_keystream(&self.cipher, message);
        Ok(())
    }

    /// Decrypts `message` in place and verifies `tag`.
    ///
    /// # Errors
    /// [`Error::Rejected`] if anything is not as it was encrypted; `message` is then all zeros, because the plaintext has to
    /// be computed before it can be verified and must not be released. [`Error::NonceLength`], [`Error::TagLength`] and
    /// [`Error::MessageTooLong`] as in encryption; the message is then left as it was.
    pub fn decrypt_detached(
        &self,
        nonce: &[u8],
        aad: &[u8],
        message: &mut [u8],
        tag: &[u8],
    ) -> Result<(), Error> {
        let format = Format::new(nonce, tag.len(), message.len() as u64)?;
        format.apply_keystream(&self.cipher, message);
        let mac = format.mac(&self.cipher, aad, message);
        let expected = xored(mac, self.cipher.encrypted(format.counter(0)));
        if !declassify(expected[..tag.len()].ct_eq(tag)) {
            message.zeroize();
            return Err(Error::Rejected);
        }
        Ok(())
    }
}

/// The formatting of appendix A of SP 800-38C for one message.
struct Format {
    /// The nonce in its place in the first block and in the counter blocks.
    nonce: [u8; 16],
    /// Bytes of the length of the message: 15 − n.
    q: usize,
    tag: usize,
    message: u64,
}

impl Format {
    fn new(nonce: &[u8], tag: usize, message: u64) -> Result<Self, Error> {
        if !(7..=13).contains(&nonce.len()) {
            return Err(Error::NonceLength);
        }
        if !(4..=16).contains(&tag) || !tag.is_multiple_of(2) {
            return Err(Error::TagLength);
        }
        let q = 15 - nonce.len();
        if q < 8 && message >> (8 * q) != 0 {
            return Err(Error::MessageTooLong);
        }
        let mut block = [0; 16];
        block[1..=nonce.len()].copy_from_slice(nonce);
        Ok(Self { nonce: block, q, tag, message })
    }

    /// `flags ‖ N ‖ value`, the value in q bytes.
    fn block(&self, flags: usize, value: u64) -> [u8; 16] {
        let mut block = self.nonce;
        #[allow(clippy::cast_possible_truncation)] // flags fit into a byte by their definition
        let flags = flags as u8;
        block[0] = flags;
        block[16 - self.q..].copy_from_slice(&value.to_be_bytes()[8 - self.q..]);
        block
    }

    /// Ctr_i of A.3.
    fn counter(&self, i: u64) -> [u8; 16] {
        self.block(self.q - 1, i)
    }

    fn apply_keystream(&self, cipher: &Sm4, message: &mut [u8]) {
        let mut i = 0;
        xor_keystream(cipher, message, || {
            i += 1;
            self.counter(i)
        });
    }

    /// The CBC-MAC of B_0, the additional data and the message (A.2), not truncated.
    fn mac(&self, cipher: &Sm4, aad: &[u8], message: &[u8]) -> [u8; 16] {
        let flags = (usize::from(!aad.is_empty()) << 6) | (((self.tag - 2) / 2) << 3) | (self.q - 1);
        let mut mac = CbcMac { cipher, value: cipher.encrypted(self.block(flags, self.message)) };
        if !aad.is_empty() {
            let (prefix, bytes) = encoded_length(aad.len() as u64);
            // The length takes the first bytes of a block, the data the rest of it and the blocks that follow.
            let (first, rest) = aad.split_at(aad.len().min(16 - bytes));
            let mut block = prefix;
            block[bytes..bytes + first.len()].copy_from_slice(first);
            mac.update_padded(&block);
            mac.update_padded(rest);
        }
        mac.update_padded(message);
        mac.value
    }
}

/// The length of the additional data as A.2.2 encodes it, and how many bytes that are.
fn encoded_length(aad: u64) -> ([u8; 16], usize) {
    let mut out = [0; 16];
    let bytes = aad.to_be_bytes();
    let length = match aad {
        0..0xff00 => {
            out[..2].copy_from_slice(&bytes[6..]);
            2
        }
        0xff00..=0xffff_ffff => {
            out[..2].copy_from_slice(&[0xff, 0xfe]);
            out[2..6].copy_from_slice(&bytes[4..]);
            6
        }
        _ => {
            out[..2].copy_from_slice(&[0xff, 0xff]);
            out[2..10].copy_from_slice(&bytes);
            10
        }
    };
    (out, length)
}

struct CbcMac<'c> {
    cipher: &'c Sm4,
    value: [u8; 16],
}

impl CbcMac<'_> {
    /// Takes bytes, with zeros after them up to a whole block.
    fn update_padded(&mut self, data: &[u8]) {
        let (blocks, rest) = data.as_chunks();
        for block in blocks {
            self.value = self.cipher.encrypted(xored(self.value, *block));
        }
        if !rest.is_empty() {
            xor(&mut self.value, rest);
            self.value = self.cipher.encrypted(self.value);
        }
    }
}

impl InnerUser for Sm4Ccm {
    type Inner = Sm4;
}

/// With it comes `KeyInit`.
impl InnerInit for Sm4Ccm {
    fn inner_init(cipher: Sm4) -> Self {
        Self { cipher }
    }
}

impl From<Sm4> for Sm4Ccm {
    fn from(cipher: Sm4) -> Self {
        Self::inner_init(cipher)
    }
}

impl AeadCore for Sm4Ccm {
    type NonceSize = U12;
    type TagSize = U16;
    const TAG_POSITION: TagPosition = TagPosition::Postfix;
}

impl AeadInOut for Sm4Ccm {
    fn encrypt_inout_detached(
        &self,
        nonce: &Nonce<Self>,
        aad: &[u8],
        buffer: InOutBuf<'_, '_, u8>,
    ) -> aead::Result<Tag<Self>> {
        let mut tag = Tag::<Self>::default();
        // Before the input is copied to the output, which a refusal must leave as it was.
        Format::new(nonce, tag.len(), buffer.len() as u64).map_err(|_| aead::Error)?;
        self.encrypt_detached(nonce, aad, buffer.into_out_with_copied_in(), &mut tag)
            .map_err(|_| aead::Error)?;
        Ok(tag)
    }

    fn decrypt_inout_detached(
        &self,
        nonce: &Nonce<Self>,
        aad: &[u8],
        buffer: InOutBuf<'_, '_, u8>,
        tag: &Tag<Self>,
    ) -> aead::Result<()> {
        Format::new(nonce, tag.len(), buffer.len() as u64).map_err(|_| aead::Error)?;
        self.decrypt_detached(nonce, aad, buffer.into_out_with_copied_in(), tag).map_err(|_| aead::Error)
    }
}

impl fmt::Debug for Sm4Ccm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sm4Ccm { ... }")
    }
}

// The cipher overwrites itself.
impl ZeroizeOnDrop for Sm4Ccm {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_additional_data() {
        assert_eq!(encoded_length(0xfeff).0[..2], [0xfe, 0xff]);
        assert_eq!(encoded_length(0xff00), ([0xff, 0xfe, 0, 0, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 6));
        assert_eq!(encoded_length(1 << 32), ([0xff, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 10));
    }

    /// Longer messages than a test has memory for.
    #[test]
    fn bounds_of_the_standard() {
        for n in 7..=13 {
            let q = 15 - n;
            let too_long = if q == 8 { None } else { Some(1_u64 << (8 * q)) };
            assert!(
                Format::new(&[0; 13][..n], 16, too_long.map_or(u64::MAX, |m| m - 1)).is_ok(),
                "nonce of {n}"
            );
            if let Some(m) = too_long {
                assert_eq!(
                    Format::new(&[0; 13][..n], 16, m).err(),
                    Some(Error::MessageTooLong),
                    "nonce of {n}"
                );
            }
        }
    }
}
