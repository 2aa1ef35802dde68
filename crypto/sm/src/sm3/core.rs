//! The hash state with the RustCrypto `digest` traits: padding (§5.2) and iteration (§5.3.1, §5.4).

use super::backend::Backend;
use super::compress::IV;
use digest::block_api::{
    AlgorithmName, Block, BlockSizeUser, Buffer, BufferKindUser, Eager, FixedOutputCore, OutputSizeUser,
    Reset, UpdateCore,
};
use digest::common::hazmat::{DeserializeStateError, SerializableState, SerializedState};
use digest::const_oid::{AssociatedOid, ObjectIdentifier};
use digest::typenum::{U32, U40, U64};
use digest::{HashMarker, Output};
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop};

digest::buffer_fixed!(
    /// A streaming SM3 hasher.
    ///
    /// The message may have up to 2⁶⁴ − 1 bits, as the standard bounds it (§5.2).
    ///
    /// # Security
    /// Chaining value and buffer are overwritten when a hasher is dropped. They lie in the hasher itself, for hashing is not worth an
    /// allocation: **moving a hasher leaves a copy where it was**. Who hashes secrets keeps it in one place, or in a box.
    pub struct Sm3(Sm3Core);
    impl: BaseFixedTraits AlgorithmName Default Clone HashMarker Reset FixedOutputReset SerializableState;
);

impl ZeroizeOnDrop for Sm3 {}

impl AssociatedOid for Sm3 {
    /// GM/T 0006: the SM3 digest algorithm.
    const OID: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.156.10197.1.401");
}

/// The block-level state of [`Sm3`]: chaining value and number of blocks taken.
#[derive(Clone)]
pub struct Sm3Core {
    state: [u32; 8],
    blocks: u64,
}

impl Sm3Core {
    /// The chaining value V(i) of §5.3.1.
    pub(super) fn state(&self) -> &[u32; 8] {
        &self.state
    }

    /// Becomes the same as another, without a copy on the way.
    pub(super) fn copy_from(&mut self, other: &Self) {
        self.state.copy_from_slice(&other.state);
        self.blocks = other.blocks;
    }

    /// Bytes of the blocks taken.
    pub(super) fn bytes(&self) -> u64 {
        self.blocks.wrapping_mul(super::BLOCK_BYTES as u64)
    }
}

impl HashMarker for Sm3Core {}

impl BlockSizeUser for Sm3Core {
    type BlockSize = U64;
}

impl BufferKindUser for Sm3Core {
    type BufferKind = Eager;
}

impl OutputSizeUser for Sm3Core {
    type OutputSize = U32;
}

impl UpdateCore for Sm3Core {
    #[inline]
    fn update_blocks(&mut self, blocks: &[Block<Self>]) {
        // The count wraps at 2⁷³ bits; the standard's own bound of 2⁶⁴ − 1 bits is met long before in any machine's life.
        self.blocks = self.blocks.wrapping_add(blocks.len() as u64);
        Backend::best().compress(&mut self.state, Block::<Self>::cast_slice_to_core(blocks));
    }
}

impl FixedOutputCore for Sm3Core {
    #[inline]
    fn finalize_fixed_core(&mut self, buffer: &mut Buffer<Self>, out: &mut Output<Self>) {
        let bits = self
            .blocks
            .wrapping_mul(super::BLOCK_BYTES as u64)
            .wrapping_add(buffer.get_pos() as u64)
            .wrapping_mul(8);
        let state = &mut self.state;
        buffer
            .len64_padding_be(bits, |block| Backend::best().compress(state, std::slice::from_ref(&block.0)));
        out.copy_from_slice(&state_bytes(&self.state));
    }
}

impl Default for Sm3Core {
    #[inline]
    fn default() -> Self {
        Self { state: IV, blocks: 0 }
    }
}

impl Reset for Sm3Core {
    #[inline]
    fn reset(&mut self) {
        *self = Self::default();
    }
}

impl AlgorithmName for Sm3Core {
    fn write_alg_name(f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SM3")
    }
}

impl fmt::Debug for Sm3Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sm3Core { ... }")
    }
}

impl Drop for Sm3Core {
    fn drop(&mut self) {
        self.state.zeroize();
        self.blocks.zeroize();
    }
}

impl ZeroizeOnDrop for Sm3Core {}

impl SerializableState for Sm3Core {
    type SerializedStateSize = U40;

    fn serialize(&self) -> SerializedState<Self> {
        let mut out = SerializedState::<Self>::default();
        out[..32].copy_from_slice(&state_bytes(&self.state));
        out[32..].copy_from_slice(&self.blocks.to_be_bytes());
        out
    }

    fn deserialize(bytes: &SerializedState<Self>) -> Result<Self, DeserializeStateError> {
        let mut words = bytes.chunks_exact(4).map(|w| u32::from_be_bytes([w[0], w[1], w[2], w[3]]));
        let mut word = || words.next().ok_or(DeserializeStateError);
        let mut state = [0; 8];
        for out in &mut state {
            *out = word()?;
        }
        let blocks = u64::from(word()?) << 32 | u64::from(word()?);
        Ok(Self { state, blocks })
    }
}

/// A chaining value as the bytes of a hash value (§5.4: big-endian words).
pub(super) fn state_bytes(state: &[u32; 8]) -> [u8; 32] {
    let mut out = [0; 32];
    for (bytes, word) in out.chunks_exact_mut(4).zip(state) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    out
}

/// The hash of a whole message on the instructions named.
pub(super) fn hash_with(backend: Backend, message: &[u8]) -> [u8; 32] {
    let (blocks, rest) = message.as_chunks();
    let mut core = Sm3Core { state: IV, blocks: blocks.len() as u64 };
    backend.compress(&mut core.state, blocks);
    let mut out = Output::<Sm3Core>::default();
    core.finalize_fixed_core(&mut Buffer::<Sm3Core>::new(rest), &mut out);
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::mem::ManuallyDrop;

    #[test]
    #[allow(unsafe_code)]
    fn dropped_state_is_zeros() {
        let mut core = ManuallyDrop::new(Sm3Core { state: [7; 8], blocks: 7 });
        // SAFETY: dropped once; what is read afterwards is the memory of eight words and a count, without padding, still there.
        let left: [u8; 40] = unsafe {
            ManuallyDrop::drop(&mut core);
            std::ptr::read((&raw const core).cast())
        };
        assert_eq!(left, [0; 40]);
    }
}
