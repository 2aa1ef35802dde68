//! What the AES-NI and the VAES implementation share: vectors of 256 bits, and SM4 around the S-box of AES.
//!
//! # Why unsafe, and what was checked
//! `load`, `load16` and `store` go through references to arrays of exactly the bytes that the instruction takes (32, 16 and
//! 32), and the instructions need no alignment. Everything else is safe code on values.
#![allow(unsafe_code)]

use super::vectors::affine;
use std::arch::x86_64::*;

/// Blocks in a vector.
pub(super) const PER_VECTOR: usize = 2;

/// What stays in registers from round to round.
pub(super) struct Tables {
    pre: [__m256i; 2],
    post: [__m256i; 2],
    unshift: [__m256i; 4],
    swap: __m256i,
    half: __m256i,
}

impl Tables {
    #[inline]
    #[target_feature(enable = "avx2")]
    pub(super) fn new() -> Self {
        Self {
            pre: [load16(&affine::PRE_LOW), load16(&affine::PRE_HIGH)],
            post: [load16(&affine::POST_LOW), load16(&affine::POST_HIGH)],
            unshift: [
                load16(&affine::UNSHIFT),
                load16(&affine::UNSHIFT_8),
                load16(&affine::UNSHIFT_16),
                load16(&affine::UNSHIFT_24),
            ],
            swap: load16(&affine::SWAP),
            half: _mm256_set1_epi8(0x0f),
        }
    }
}

/// The argument of τ in the field of AES: PRE(x1 ⊕ x2 ⊕ x3 ⊕ rk).
#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn before(tables: &Tables, x1: __m256i, x2: __m256i, x3: __m256i, rk: u32) -> __m256i {
    let rk = _mm256_set1_epi32(rk.cast_signed());
    let t = _mm256_xor_si256(_mm256_xor_si256(x1, x2), _mm256_xor_si256(x3, rk));
    map(tables, tables.pre, t)
}

/// x0 ⊕ L(POST(y)), where y is what SubBytes and ShiftRows of AES made.
#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn after(tables: &Tables, x0: __m256i, y: __m256i) -> __m256i {
    let z = map(tables, tables.post, y);
    let [s, s8, s16, s24] = [0, 1, 2, 3].map(|i: usize| _mm256_shuffle_epi8(z, tables.unshift[i]));
    // L(s) = s ⊕ (s <<< 24) ⊕ (u <<< 2) with u = s ⊕ (s <<< 8) ⊕ (s <<< 16)
    let u = _mm256_xor_si256(_mm256_xor_si256(s, s8), s16);
    let u2 = _mm256_or_si256(_mm256_slli_epi32::<2>(u), _mm256_srli_epi32::<30>(u));
    _mm256_xor_si256(_mm256_xor_si256(x0, s), _mm256_xor_si256(s24, u2))
}

/// POST(y) in the order of the bytes before ShiftRows: the S-box, where y is as in [`after`].
#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn substituted(tables: &Tables, y: __m256i) -> __m256i {
    _mm256_shuffle_epi8(map(tables, tables.post, y), tables.unshift[0])
}

/// An affine map over GF(2) on each byte: one table for its lower half, one for its upper.
#[inline]
#[target_feature(enable = "avx2")]
fn map(tables: &Tables, [low, high]: [__m256i; 2], x: __m256i) -> __m256i {
    let x_low = _mm256_and_si256(x, tables.half);
    let x_high = _mm256_and_si256(_mm256_srli_epi32::<4>(x), tables.half);
    _mm256_xor_si256(_mm256_shuffle_epi8(low, x_low), _mm256_shuffle_epi8(high, x_high))
}

#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn swap(tables: &Tables, x: __m256i) -> __m256i {
    _mm256_shuffle_epi8(x, tables.swap)
}

#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn transpose([a, b, c, d]: [__m256i; 4]) -> [__m256i; 4] {
    let (ab0, ab1) = (_mm256_unpacklo_epi32(a, b), _mm256_unpackhi_epi32(a, b));
    let (cd0, cd1) = (_mm256_unpacklo_epi32(c, d), _mm256_unpackhi_epi32(c, d));
    [
        _mm256_unpacklo_epi64(ab0, cd0),
        _mm256_unpackhi_epi64(ab0, cd0),
        _mm256_unpacklo_epi64(ab1, cd1),
        _mm256_unpackhi_epi64(ab1, cd1),
    ]
}

#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn zero() -> __m256i {
    _mm256_setzero_si256()
}

#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn load(from: &[[u8; 16]; PER_VECTOR]) -> __m256i {
    // SAFETY: the array has 32 bytes; the load needs no alignment.
    unsafe { _mm256_loadu_si256(from.as_ptr().cast()) }
}

/// The same sixteen bytes in either half.
#[inline]
#[target_feature(enable = "avx2")]
fn load16(from: &[u8; 16]) -> __m256i {
    // SAFETY: the array has 16 bytes; the load needs no alignment.
    _mm256_broadcastsi128_si256(unsafe { _mm_loadu_si128(from.as_ptr().cast()) })
}

#[inline]
#[target_feature(enable = "avx2")]
pub(super) fn store(to: &mut [[u8; 16]; PER_VECTOR], x: __m256i) {
    // SAFETY: the array has 32 bytes; the store needs no alignment.
    unsafe { _mm256_storeu_si256(to.as_mut_ptr().cast(), x) }
}
