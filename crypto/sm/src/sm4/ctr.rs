//! Counter mode (GB/T 17964-2021, NIST SP 800-38A §6.5): the keystream is E_K of a counter that goes up by one.

use super::block::Sm4;
use cipher::common::InnerUser;
use cipher::consts::U16;
use cipher::{
    AlgorithmName, InOutBuf, InnerIvInit, Iv, IvSizeUser, OverflowError, SeekNum, StreamCipher,
    StreamCipherError, StreamCipherSeek,
};
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// SM4 in counter mode: a stream cipher, of which the message may come in pieces.
///
/// The initialization vector is the first counter block, and all 128 bits of it count (modulo 2¹²⁸), as OpenSSL's
/// `sm4-ctr` has it.
///
/// ```
/// use hufu_sm::sm4::Sm4Ctr;
/// use hufu_sm::sm4::cipher::{KeyIvInit, StreamCipher};
///
/// let (key, iv) = ([7; 16], [1; 16]);
/// let mut text = *b"a message of any length";
/// Sm4Ctr::new(&key.into(), &iv.into()).apply_keystream(&mut text);
/// Sm4Ctr::new(&key.into(), &iv.into()).apply_keystream(&mut text);
/// assert_eq!(&text, b"a message of any length");
/// ```
///
/// # Security
/// Counter blocks must not meet a second time under one key: two messages with the same keystream reveal their difference.
/// There is no authentication, and every bit of the ciphertext can be flipped at will: prefer [`Sm4Gcm`](super::Sm4Gcm).
#[derive(Clone)]
pub struct Sm4Ctr {
    cipher: Sm4,
    /// The initialization vector, from which positions are counted.
    start: u128,
    counter: u128,
    /// The keystream block that was begun last, in a box so that moving the cipher leaves no copy behind.
    block: Option<Box<Zeroizing<[u8; 16]>>>,
    /// How many bytes of it are used; 16 if there is none, or nothing left of it.
    used: usize,
}

impl Sm4Ctr {
    /// The next bytes of keystream into `data`.
    fn apply(&mut self, data: &mut [u8]) {
        let (begun, data) = data.split_at_mut(data.len().min(16 - self.used));
        if let Some(block) = &self.block {
            xor(begun, &block[self.used..]);
            self.used += begun.len();
        }
        let (whole, rest) = data.split_at_mut(data.len() / 16 * 16);
        let counter = &mut self.counter;
        let mut next = || {
            let block = counter.to_be_bytes();
            *counter = counter.wrapping_add(1);
            block
        };
        xor_keystream(&self.cipher, whole, &mut next);
        if !rest.is_empty() {
            let block = self.block.get_or_insert_default();
            ***block = self.cipher.encrypted(next());
            self.used = rest.len();
            xor(rest, &***block);
        }
    }
}

impl InnerUser for Sm4Ctr {
    type Inner = Sm4;
}

impl IvSizeUser for Sm4Ctr {
    type IvSize = U16;
}

impl InnerIvInit for Sm4Ctr {
    fn inner_iv_init(cipher: Sm4, iv: &Iv<Self>) -> Self {
        let start = u128::from_be_bytes(iv.0);
        Self { cipher, start, counter: start, block: None, used: 16 }
    }
}

impl StreamCipher for Sm4Ctr {
    /// No slice is as long as 2¹²⁸ blocks: there is always enough.
    fn check_remaining(&self, _: usize) -> Result<(), StreamCipherError> {
        Ok(())
    }

    fn unchecked_apply_keystream_inout(&mut self, data: InOutBuf<'_, '_, u8>) {
        self.apply(data.into_out_with_copied_in());
    }

    fn unchecked_write_keystream(&mut self, data: &mut [u8]) {
        data.fill(0);
        self.apply(data);
    }
}

impl StreamCipherSeek for Sm4Ctr {
    fn try_current_pos<T: SeekNum>(&self) -> Result<T, OverflowError> {
        #[allow(clippy::cast_possible_truncation)] // 1..=16
        T::from_block_byte(self.counter.wrapping_sub(self.start), self.used as u8, BLOCK)
    }

    fn try_seek<T: SeekNum>(&mut self, position: T) -> Result<(), StreamCipherError> {
        let (blocks, byte) = position.into_block_byte::<u128>(BLOCK).map_err(|_| StreamCipherError)?;
        self.counter = self.start.wrapping_add(blocks);
        self.used = 16;
        // The bytes of the block that come before the position.
        self.apply(&mut [0; BLOCK as usize][..usize::from(byte)]);
        Ok(())
    }
}

impl AlgorithmName for Sm4Ctr {
    fn write_alg_name(f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SM4-CTR")
    }
}

impl fmt::Debug for Sm4Ctr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sm4Ctr { ... }")
    }
}

impl Drop for Sm4Ctr {
    fn drop(&mut self) {
        self.start.zeroize();
        self.counter.zeroize();
    }
}

impl ZeroizeOnDrop for Sm4Ctr {}

/// Bytes of a block, as positions are counted.
const BLOCK: u8 = 16;

/// Keystream blocks that are made at once: enough for the widest implementation.
const BATCH: usize = 64;

/// Adds the keystream of the counter blocks that `next` gives to `data`, in place.
#[inline]
pub(super) fn xor_keystream(cipher: &Sm4, data: &mut [u8], mut next: impl FnMut() -> [u8; 16]) {
    let mut keystream = [[0; 16]; BATCH];
    for part in data.chunks_mut(16 * BATCH) {
        let keystream = &mut keystream[..part.len().div_ceil(16)];
        keystream.fill_with(&mut next);
        cipher.encrypt_all(keystream);
        xor(part, keystream.as_flattened());
    }
}

/// `data ⊕ mask` in place; the mask has at least as many bytes.
#[inline]
pub(super) fn xor(data: &mut [u8], mask: &[u8]) {
    for (byte, mask) in data.iter_mut().zip(mask) {
        *byte ^= mask;
    }
}

/// `a ⊕ b`.
#[inline]
pub(super) fn xored(a: [u8; 16], b: [u8; 16]) -> [u8; 16] {
    (u128::from_ne_bytes(a) ^ u128::from_ne_bytes(b)).to_ne_bytes()
}
