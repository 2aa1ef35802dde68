//! GHASH with VPCLMULQDQ and AVX-512: sixteen blocks at once, four in a vector, and one reduction for all.
//!
//! The arithmetic is that of `clmul.rs`; here each 128-bit part of a vector has a product of its own, and the parts are
//! summed before the reduction.
//!
//! # Why unsafe, and what was checked
//! - `load` goes through a reference to an array of exactly 64 bytes; the instruction needs no alignment.
//! - [`update`] calls a function with `#[target_feature]`: the parameter of type [`Vclmul`] exists only where the CPU has
//!   been found to have these features.
#![allow(unsafe_code)]

use super::clmul::{self, POWERS, Powers};
use crate::cpu::{Clmul, Vclmul};
use std::arch::x86_64::*;

/// Takes whole blocks into the hash value.
pub(super) fn update(_: Vclmul, narrow: Clmul, powers: &Powers, y: &mut [u8; 16], blocks: &[[u8; 16]]) {
    let (batches, rest) = blocks.as_chunks();
    if !batches.is_empty() {
        // SAFETY: the proof says that the CPU has the features of the function.
        unsafe { update_batches(&powers.0, y, batches) }
    }
    if !rest.is_empty() {
        powers.update(narrow, y, rest);
    }
}

#[target_feature(enable = "vpclmulqdq,avx512f,avx512bw,pclmulqdq,ssse3")]
fn update_batches(powers: &[[u8; 16]; POWERS], y: &mut [u8; 16], batches: &[[[u8; 16]; POWERS]]) {
    let powers = load4(powers);
    let reverse = _mm512_broadcast_i32x4(_mm_set_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
    let mut value = clmul::reversed(clmul::load(y));
    for batch in batches {
        let mut x = load4(batch).map(|v| _mm512_shuffle_epi8(v, reverse));
        // The hash value so far goes into the first block, which has the highest power.
        x[0] = _mm512_xor_si512(x[0], _mm512_zextsi128_si512(value));
        let mut low = _mm512_setzero_si512();
        let mut middle = _mm512_setzero_si512();
        let mut high = _mm512_setzero_si512();
        for (x, h) in x.into_iter().zip(powers) {
            low = _mm512_xor_si512(low, _mm512_clmulepi64_epi128::<0x00>(x, h));
            high = _mm512_xor_si512(high, _mm512_clmulepi64_epi128::<0x11>(x, h));
            let (cross0, cross1) =
                (_mm512_clmulepi64_epi128::<0x01>(x, h), _mm512_clmulepi64_epi128::<0x10>(x, h));
            middle = _mm512_ternarylogic_epi32::<XOR3>(middle, cross0, cross1);
        }
        value = clmul::reduce(sum_of_parts(low), sum_of_parts(middle), sum_of_parts(high));
    }
    clmul::store(y, clmul::reversed(value));
}

/// The truth table of x ^ y ^ z.
const XOR3: i32 = 0x96;

#[inline]
#[target_feature(enable = "avx512f")]
fn sum_of_parts(x: __m512i) -> __m128i {
    let halves = _mm256_xor_si256(_mm512_castsi512_si256(x), _mm512_extracti64x4_epi64::<1>(x));
    _mm_xor_si128(_mm256_castsi256_si128(halves), _mm256_extracti128_si256::<1>(halves))
}

#[inline]
#[target_feature(enable = "avx512f")]
fn load4(blocks: &[[u8; 16]; POWERS]) -> [__m512i; 4] {
    let (four, _) = blocks.as_chunks();
    [load(&four[0]), load(&four[1]), load(&four[2]), load(&four[3])]
}

#[inline]
#[target_feature(enable = "avx512f")]
fn load(from: &[[u8; 16]; 4]) -> __m512i {
    // SAFETY: the array has 64 bytes; the load needs no alignment.
    unsafe { _mm512_loadu_si512(from.as_ptr().cast()) }
}
