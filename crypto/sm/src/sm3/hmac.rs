//! HMAC-SM3: RFC 2104 (GB/T 15852.2-2012, MAC algorithm 2) over SM3.

use super::BLOCK_BYTES;
use super::core::{Sm3, Sm3Core};
use digest::block_api::{
    AlgorithmName, Block, BlockSizeUser, Buffer, BufferKindUser, Eager, FixedOutputCore, OutputSizeUser,
    Reset, UpdateCore,
};
use digest::common::{Key, KeySizeUser};
use digest::typenum::{U32, U64};
use digest::{Digest, InvalidLength, KeyInit, MacMarker, Output};
use std::fmt;
use zeroize::{ZeroizeOnDrop, Zeroizing};

digest::buffer_fixed!(
    /// HMAC with SM3: a 32-byte authentication code under a key of any length.
    ///
    /// Keys of 32 to 64 bytes are the useful ones: shorter ones are weaker, longer ones are hashed first. Compare a code
    /// with `verify_slice`, which takes constant time, and not with `==`.
    ///
    /// ```
    /// use hufu_sm::sm3::HmacSm3;
    /// use hufu_sm::sm3::digest::{KeyInit, Mac};
    ///
    /// let mut mac = HmacSm3::new_from_slice(b"a key that both sides know, 32 B")?;
    /// mac.update(b"message");
    /// let code = mac.finalize_reset().into_bytes();
    ///
    /// mac.update(b"message");
    /// assert!(mac.verify_slice(&code).is_ok());
    /// # Ok::<(), hufu_sm::sm3::digest::InvalidLength>(())
    /// ```
    #[derive(Clone)]
    pub struct HmacSm3(HmacSm3Core);
    impl: ResetMacTraits AlgorithmName KeyInit;
);

impl ZeroizeOnDrop for HmacSm3 {}

/// The block-level state of [`HmacSm3`]. It lives in a box: whoever has one of the values in it can make codes, and moving it
/// leaves no copy behind.
#[derive(Clone)]
pub struct HmacSm3Core(Box<States>);

#[derive(Clone)]
struct States {
    /// SM3 after the block `K ⊕ ipad` and what came since.
    inner: Sm3Core,
    /// SM3 after the block `K ⊕ ipad`, for the next message.
    inner_start: Sm3Core,
    /// SM3 after the block `K ⊕ opad`.
    outer_start: Sm3Core,
}

impl States {
    /// Makes ready for the next message.
    fn restart(&mut self) {
        self.inner.copy_from(&self.inner_start);
    }
}

const IPAD: u8 = 0x36;
const OPAD: u8 = 0x5c;

impl KeyInit for HmacSm3Core {
    fn new(key: &Key<Self>) -> Self {
        Self::from_key(key)
    }

    fn new_from_slice(key: &[u8]) -> Result<Self, InvalidLength> {
        Ok(Self::from_key(key))
    }
}

impl HmacSm3Core {
    fn from_key(key: &[u8]) -> Self {
        let mut block = Zeroizing::new([0; BLOCK_BYTES]);
        if key.len() <= BLOCK_BYTES {
            block[..key.len()].copy_from_slice(key);
        } else {
            let mut hasher = Sm3::new();
            hasher.update(key);
            let hashed: Zeroizing<[u8; 32]> = Zeroizing::new(hasher.finalize().into());
            block[..hashed.len()].copy_from_slice(&*hashed);
        }
        // Everything is computed where it stays, so that no copy is left on the way.
        let mut states = Box::new(States {
            inner: Sm3Core::default(),
            inner_start: Sm3Core::default(),
            outer_start: Sm3Core::default(),
        });
        let absorb = |block: &mut [u8; BLOCK_BYTES], pad: u8, core: &mut Sm3Core| {
            block.iter_mut().for_each(|byte| *byte ^= pad);
            core.update_blocks(Block::<Sm3Core>::cast_slice_from_core(std::slice::from_ref(block)));
        };
        absorb(&mut block, IPAD, &mut states.inner_start);
        absorb(&mut block, IPAD ^ OPAD, &mut states.outer_start);
        states.restart();
        Self(states)
    }
}

impl MacMarker for HmacSm3Core {}

impl KeySizeUser for HmacSm3Core {
    type KeySize = U64;
}

impl BlockSizeUser for HmacSm3Core {
    type BlockSize = U64;
}

impl BufferKindUser for HmacSm3Core {
    type BufferKind = Eager;
}

impl OutputSizeUser for HmacSm3Core {
    type OutputSize = U32;
}

impl UpdateCore for HmacSm3Core {
    #[inline]
    fn update_blocks(&mut self, blocks: &[Block<Self>]) {
        self.0.inner.update_blocks(blocks);
    }
}

impl FixedOutputCore for HmacSm3Core {
    fn finalize_fixed_core(&mut self, buffer: &mut Buffer<Self>, out: &mut Output<Self>) {
        let mut hash = Zeroizing::new([0; 32]);
        self.0.inner.finalize_fixed_core(buffer, (&mut *hash).into());
        buffer.reset();
        let mut outer = self.0.outer_start.clone();
        buffer.digest_blocks(&*hash, |blocks| outer.update_blocks(blocks));
        outer.finalize_fixed_core(buffer, out);
    }
}

impl Reset for HmacSm3Core {
    fn reset(&mut self) {
        self.0.restart();
    }
}

impl AlgorithmName for HmacSm3Core {
    fn write_alg_name(f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HMAC-SM3")
    }
}

impl fmt::Debug for HmacSm3Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HmacSm3Core { ... }")
    }
}

// Each field overwrites itself when dropped.
impl ZeroizeOnDrop for HmacSm3Core {}
