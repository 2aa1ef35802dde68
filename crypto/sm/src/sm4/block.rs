//! The block cipher with the RustCrypto `cipher` traits.

use super::backend::Backend;
use super::key::RoundKeys;
use cipher::consts::{U16, U64};
use cipher::{
    AlgorithmName, Block, BlockCipherDecBackend, BlockCipherDecClosure, BlockCipherDecrypt,
    BlockCipherEncBackend, BlockCipherEncClosure, BlockCipherEncrypt, BlockSizeUser, InOut, InOutBuf, Key,
    KeyInit, KeySizeUser, ParBlocks, ParBlocksSizeUser,
};
use std::fmt;
use zeroize::ZeroizeOnDrop;

/// SM4 under a key of 16 bytes: a permutation of blocks of 16 bytes.
///
/// A block cipher alone protects nothing that is longer than a block or sent twice; see the modes in [`sm4`](super), of
/// which [`Sm4Gcm`](super::Sm4Gcm) is the one to start with. With the `cipher` traits it also serves RustCrypto's modes.
///
/// ```
/// use hufu_sm::sm4::Sm4;
/// use hufu_sm::sm4::cipher::{BlockCipherEncrypt, KeyInit};
///
/// let key = [0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x32, 0x10];
/// let mut block = key.into();
/// Sm4::new(&key.into()).encrypt_block(&mut block);
/// assert_eq!(block[..4], [0x68, 0x1e, 0xdf, 0x34]); // GB/T 32907 annex A.1
/// ```
///
/// # Security
/// Neither branches nor addresses depend on key or data, in every implementation. The round keys are overwritten when the
/// value is dropped, and moving the value moves a pointer to them.
#[derive(Clone)]
pub struct Sm4 {
    keys: Box<RoundKeys>,
    backend: Backend,
}

impl Sm4 {
    /// The cipher on the instructions named.
    #[doc(hidden)]
    pub fn with_backend(key: &[u8; 16], backend: Backend) -> Self {
        Self { keys: RoundKeys::new(key, backend), backend }
    }

    /// The instructions that it runs on.
    pub(super) fn backend(&self) -> Backend {
        self.backend
    }

    /// Encrypts each block for itself, in place.
    #[inline]
    pub(super) fn encrypt_all(&self, blocks: &mut [[u8; 16]]) {
        self.backend.crypt(&self.keys.encrypt, blocks);
    }

    /// Decrypts each block for itself, in place.
    #[inline]
    pub(super) fn decrypt_all(&self, blocks: &mut [[u8; 16]]) {
        self.backend.crypt(&self.keys.decrypt, blocks);
    }

    /// One block encrypted.
    #[inline]
    pub(super) fn encrypted(&self, block: [u8; 16]) -> [u8; 16] {
        let mut blocks = [block];
        self.encrypt_all(&mut blocks);
        blocks[0]
    }
}

impl KeySizeUser for Sm4 {
    type KeySize = U16;
}

impl KeyInit for Sm4 {
    fn new(key: &Key<Self>) -> Self {
        Self::with_backend(&key.0, Backend::best())
    }
}

impl BlockSizeUser for Sm4 {
    type BlockSize = U16;
}

impl BlockCipherEncrypt for Sm4 {
    #[inline]
    fn encrypt_with_backend(&self, f: impl BlockCipherEncClosure<BlockSize = U16>) {
        f.call(&Direction { rk: &self.keys.encrypt, backend: self.backend });
    }
}

impl BlockCipherDecrypt for Sm4 {
    #[inline]
    fn decrypt_with_backend(&self, f: impl BlockCipherDecClosure<BlockSize = U16>) {
        f.call(&Direction { rk: &self.keys.decrypt, backend: self.backend });
    }
}

/// Round keys in the order of one direction; what they do is the same in both.
struct Direction<'k> {
    rk: &'k [u32; 32],
    backend: Backend,
}

impl Direction<'_> {
    #[inline]
    fn crypt_slice(&self, blocks: InOutBuf<'_, '_, Block<Self>>) {
        let blocks = blocks.into_out_with_copied_in();
        self.backend.crypt(self.rk, Block::<Self>::cast_slice_to_core_mut(blocks));
    }
}

impl BlockSizeUser for Direction<'_> {
    type BlockSize = U16;
}

impl ParBlocksSizeUser for Direction<'_> {
    type ParBlocksSize = U64;
}

impl BlockCipherEncBackend for Direction<'_> {
    #[inline]
    fn encrypt_block(&self, mut block: InOut<'_, '_, Block<Self>>) {
        let mut one = [block.get_in().0];
        self.backend.crypt(self.rk, &mut one);
        *block.get_out() = one[0].into();
    }

    #[inline]
    fn encrypt_par_blocks(&self, blocks: InOut<'_, '_, ParBlocks<Self>>) {
        self.crypt_slice(blocks.into_buf());
    }

    #[inline]
    fn encrypt_tail_blocks(&self, blocks: InOutBuf<'_, '_, Block<Self>>) {
        self.crypt_slice(blocks);
    }
}

impl BlockCipherDecBackend for Direction<'_> {
    #[inline]
    fn decrypt_block(&self, block: InOut<'_, '_, Block<Self>>) {
        self.encrypt_block(block);
    }

    #[inline]
    fn decrypt_par_blocks(&self, blocks: InOut<'_, '_, ParBlocks<Self>>) {
        self.crypt_slice(blocks.into_buf());
    }

    #[inline]
    fn decrypt_tail_blocks(&self, blocks: InOutBuf<'_, '_, Block<Self>>) {
        self.crypt_slice(blocks);
    }
}

impl AlgorithmName for Sm4 {
    fn write_alg_name(f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SM4")
    }
}

impl fmt::Debug for Sm4 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sm4 { ... }")
    }
}

// The round keys overwrite themselves.
impl ZeroizeOnDrop for Sm4 {}
