//! GHASH with PCLMULQDQ: eight blocks are multiplied by eight powers of H, and reduced once.
//!
//! A block is read with its bytes reversed, so that the coefficient of x⁰ is bit 127. The product of two such numbers is
//! the wanted one shifted by one bit; H is multiplied by x once beforehand, and nothing is left to shift. The reduction
//! folds the lower half of the 256-bit product up in two steps of 64 bits, each one multiplication by the constant below
//! (S. Gueron, M. Kounavis, "Intel Carry-Less Multiplication Instruction and its Usage for Computing the GCM Mode").
//!
//! # Why unsafe, and what was checked
//! - `load` and `store` go through references to arrays of exactly 16 bytes; the instructions need no alignment.
//! - The methods of [`Powers`] call functions with `#[target_feature]`: the parameter of type [`Clmul`] exists only where
//!   the CPU has been found to have these features.
#![allow(unsafe_code)]

use crate::cpu::Clmul;
use std::arch::x86_64::*;
use zeroize::Zeroize;

/// Powers of H that are kept: as many as the widest implementation takes blocks at once.
pub(super) const POWERS: usize = 16;

/// Blocks that are reduced together here.
const TOGETHER: usize = 8;

/// H¹⁶, H¹⁵, …, H, each times x, in memory order of their vectors.
#[derive(Clone, Zeroize)]
pub(super) struct Powers(pub(super) [[u8; 16]; POWERS]);

impl Powers {
    pub(super) fn new(_: Clmul, h: &[u8; 16]) -> Self {
        // SAFETY: the proof says that the CPU has the features of the function.
        Self(unsafe { powers(h) })
    }

    /// Takes whole blocks into the hash value.
    pub(super) fn update(&self, _: Clmul, y: &mut [u8; 16], blocks: &[[u8; 16]]) {
        // SAFETY: the proof says that the CPU has the features of the function.
        unsafe { update(&self.0, y, blocks) }
    }
}

#[target_feature(enable = "pclmulqdq,ssse3")]
fn powers(h: &[u8; 16]) -> [[u8; 16]; POWERS] {
    // H·x: one to the left as the bits lie here, and x¹²⁸ = 1 + x + x² + x⁷ for the bit that leaves.
    let h = u128::from_be_bytes(*h);
    let carry = 0_u128.wrapping_sub(h >> 127);
    let h = (h << 1 ^ carry & 0xc200_0000_0000_0000_0000_0000_0000_0001).to_le_bytes();
    let mut powers = [[0; 16]; POWERS];
    let h = load(&h);
    let mut power = h;
    for out in powers.iter_mut().rev() {
        store(out, power);
        let mut sum = Sum::new();
        sum.add(power, h);
        power = sum.reduce();
    }
    powers
}

#[target_feature(enable = "pclmulqdq,ssse3")]
fn update(powers: &[[u8; 16]; POWERS], y: &mut [u8; 16], blocks: &[[u8; 16]]) {
    let mut value = reversed(load(y));
    for batch in blocks.chunks(TOGETHER) {
        let mut sum = Sum::new();
        for (block, power) in batch.iter().zip(&powers[POWERS - batch.len()..]) {
            // The hash value so far goes into the first block, which has the highest power.
            sum.add(_mm_xor_si128(value, reversed(load(block))), load(power));
            value = _mm_setzero_si128();
        }
        value = sum.reduce();
    }
    store(y, reversed(value));
}

/// A sum of products that are not reduced yet.
struct Sum {
    low: __m128i,
    middle: __m128i,
    high: __m128i,
}

impl Sum {
    #[inline]
    #[target_feature(enable = "pclmulqdq,ssse3")]
    fn new() -> Self {
        Self { low: _mm_setzero_si128(), middle: _mm_setzero_si128(), high: _mm_setzero_si128() }
    }

    #[inline]
    #[target_feature(enable = "pclmulqdq,ssse3")]
    fn add(&mut self, a: __m128i, b: __m128i) {
        let cross = _mm_xor_si128(_mm_clmulepi64_si128::<0x01>(a, b), _mm_clmulepi64_si128::<0x10>(a, b));
        self.low = _mm_xor_si128(self.low, _mm_clmulepi64_si128::<0x00>(a, b));
        self.high = _mm_xor_si128(self.high, _mm_clmulepi64_si128::<0x11>(a, b));
        self.middle = _mm_xor_si128(self.middle, cross);
    }

    #[inline]
    #[target_feature(enable = "pclmulqdq,ssse3")]
    fn reduce(self) -> __m128i {
        reduce(self.low, self.middle, self.high)
    }
}

/// The remainder of `high·2¹²⁸ ⊕ middle·2⁶⁴ ⊕ low`.
#[inline]
#[target_feature(enable = "pclmulqdq,ssse3")]
pub(super) fn reduce(low: __m128i, middle: __m128i, high: __m128i) -> __m128i {
    let polynomial = _mm_set_epi64x(0, 0xc200_0000_0000_0000_u64.cast_signed());
    let swap = |x| _mm_shuffle_epi32::<0x4e>(x);
    let fold = _mm_clmulepi64_si128::<0x00>(low, polynomial);
    let middle = _mm_xor_si128(_mm_xor_si128(middle, swap(low)), fold);
    let fold = _mm_clmulepi64_si128::<0x00>(middle, polynomial);
    _mm_xor_si128(_mm_xor_si128(high, swap(middle)), fold)
}

/// The bytes of a vector in reversed order.
#[inline]
#[target_feature(enable = "ssse3")]
pub(super) fn reversed(x: __m128i) -> __m128i {
    _mm_shuffle_epi8(x, _mm_set_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15))
}

#[inline]
#[target_feature(enable = "ssse3")]
pub(super) fn load(from: &[u8; 16]) -> __m128i {
    // SAFETY: the array has 16 bytes; the load needs no alignment.
    unsafe { _mm_loadu_si128(from.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "ssse3")]
pub(super) fn store(to: &mut [u8; 16], x: __m128i) {
    // SAFETY: the array has 16 bytes; the store needs no alignment.
    unsafe { _mm_storeu_si128(to.as_mut_ptr().cast(), x) }
}
