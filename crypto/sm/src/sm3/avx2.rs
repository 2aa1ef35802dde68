//! SM3 with AVX2: eight messages at once, one in each 32-bit lane.
//!
//! # Why unsafe, and what was checked
//! - Loads and stores through pointers: `load` and `store` take references to arrays of exactly 32 bytes, so the pointer is
//!   valid for the whole access; the instructions have no alignment requirement.
//! - Calls of functions with `#[target_feature]` from functions without: each is behind a parameter of type [`Avx2`], which
//!   exists only where the CPU has been found to have these features.
//!
//! Everything else here is safe code: array indexing is checked, arithmetic is on values.
#![allow(unsafe_code)]

use super::compress::T;
use crate::cpu::Avx2;
use std::arch::x86_64::*;

/// Messages that are hashed at once.
pub(super) const LANES: usize = 8;

/// Takes the blocks of eight messages into their chaining values; `state[i][k]` is word i of message k.
///
/// Every message gives as many blocks as the shortest of the slices has.
pub(super) fn compress_lanes(_: Avx2, state: &mut [[u32; LANES]; 8], blocks: [&[[u8; 64]]; LANES]) {
    // SAFETY: the proof says that the CPU has the features of the function.
    unsafe { compress8(state, blocks) }
}

/// `W_j` from the sixteen words before it, which stand in a ring: `x[i]` is `W_(j-16)`.
#[inline]
#[target_feature(enable = "avx2")]
fn next_word(x: &[__m256i; 16], i: usize) -> __m256i {
    let t = xor3(x[i], x[(i + 7) % 16], rotl::<15, 17>(x[(i + 13) % 16]));
    xor3(xor3(t, rotl::<15, 17>(t), rotl::<23, 9>(t)), rotl::<7, 25>(x[(i + 3) % 16]), x[(i + 10) % 16])
}

#[target_feature(enable = "avx2")]
fn compress8(state: &mut [[u32; LANES]; 8], blocks: [&[[u8; 64]]; LANES]) {
    let mut s: [__m256i; 8] = [_mm256_setzero_si256(); 8];
    for (vector, words) in s.iter_mut().zip(state.iter()) {
        *vector = load(words);
    }
    let count = blocks.iter().map(|b| b.len()).min().unwrap_or(0);
    #[allow(clippy::needless_range_loop)] // of every message the block n
    for n in 0..count {
        let mut x = load_words(blocks.map(|message| &message[n]));
        let mut v = s;
        for j in 0..12 {
            v = round::<true>(v, j, x[j], x[j + 4]);
        }
        for j in 12..16 {
            let i = j - 12;
            let w = x[j];
            x[i] = next_word(&x, i);
            v = round::<true>(v, j, w, x[i]);
        }
        for j in (16..64).step_by(16) {
            for i in 0..16 {
                let w = x[i];
                x[(i + 4) % 16] = next_word(&x, (i + 4) % 16);
                v = round::<false>(v, j + i, w, x[(i + 4) % 16]);
            }
        }
        for i in 0..8 {
            s[i] = _mm256_xor_si256(s[i], v[i]);
        }
    }
    for (words, vector) in state.iter_mut().zip(s) {
        store(words, vector);
    }
}

/// Round `j` of §5.3.3 in every lane; `w4` is `W_(j+4)`.
#[inline]
#[target_feature(enable = "avx2")]
fn round<const FIRST: bool>(
    [a, b, c, d, e, f, g, h]: [__m256i; 8],
    j: usize,
    w: __m256i,
    w4: __m256i,
) -> [__m256i; 8] {
    let a12 = rotl::<12, 20>(a);
    #[allow(clippy::cast_possible_wrap)] // the bits of the constant
    let t = _mm256_set1_epi32(T[j] as i32);
    let ss1 = rotl::<7, 25>(add3(a12, e, t));
    let ss2 = _mm256_xor_si256(ss1, a12);
    let (ff, gg) = if FIRST {
        (xor3(a, b, c), xor3(e, f, g))
    } else {
        let ab = _mm256_xor_si256(a, b);
        // a ^ b says where a and b differ: there c decides, elsewhere a = b does.
        let majority = _mm256_xor_si256(a, _mm256_and_si256(ab, _mm256_xor_si256(a, c)));
        (majority, _mm256_xor_si256(g, _mm256_and_si256(e, _mm256_xor_si256(f, g))))
    };
    let tt1 = _mm256_add_epi32(add3(ff, d, _mm256_xor_si256(w, w4)), ss2);
    let tt2 = _mm256_add_epi32(add3(gg, h, w), ss1);
    let e_next = xor3(tt2, rotl::<9, 23>(tt2), rotl::<17, 15>(tt2));
    [tt1, a, rotl::<9, 23>(b), c, e_next, e, rotl::<19, 13>(f), g]
}

/// The sixteen words of eight blocks: vector j has word j of every block.
#[inline]
#[target_feature(enable = "avx2")]
fn load_words(blocks: [&[u8; 64]; LANES]) -> [__m256i; 16] {
    let big_endian = _mm256_set_epi8(
        12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1,
        2, 3,
    );
    let mut words = [_mm256_setzero_si256(); 16];
    for half in 0..2 {
        let mut rows = [_mm256_setzero_si256(); 8];
        for (row, block) in rows.iter_mut().zip(blocks) {
            let (halves, _) = block.as_chunks::<32>();
            *row = _mm256_shuffle_epi8(load(&halves[half]), big_endian);
        }
        let columns = transpose(rows);
        words[8 * half..8 * half + 8].copy_from_slice(&columns);
    }
    words
}

/// Rows to columns of an 8 × 8 matrix of words.
#[inline]
#[target_feature(enable = "avx2")]
fn transpose(r: [__m256i; 8]) -> [__m256i; 8] {
    let pair = |i: usize| (_mm256_unpacklo_epi32(r[i], r[i + 1]), _mm256_unpackhi_epi32(r[i], r[i + 1]));
    let ((a0, a1), (a2, a3), (a4, a5), (a6, a7)) = (pair(0), pair(2), pair(4), pair(6));
    let lo = [
        _mm256_unpacklo_epi64(a0, a2),
        _mm256_unpackhi_epi64(a0, a2),
        _mm256_unpacklo_epi64(a1, a3),
        _mm256_unpackhi_epi64(a1, a3),
    ];
    let hi = [
        _mm256_unpacklo_epi64(a4, a6),
        _mm256_unpackhi_epi64(a4, a6),
        _mm256_unpacklo_epi64(a5, a7),
        _mm256_unpackhi_epi64(a5, a7),
    ];
    [
        _mm256_permute2x128_si256::<0x20>(lo[0], hi[0]),
        _mm256_permute2x128_si256::<0x20>(lo[1], hi[1]),
        _mm256_permute2x128_si256::<0x20>(lo[2], hi[2]),
        _mm256_permute2x128_si256::<0x20>(lo[3], hi[3]),
        _mm256_permute2x128_si256::<0x31>(lo[0], hi[0]),
        _mm256_permute2x128_si256::<0x31>(lo[1], hi[1]),
        _mm256_permute2x128_si256::<0x31>(lo[2], hi[2]),
        _mm256_permute2x128_si256::<0x31>(lo[3], hi[3]),
    ]
}

/// `x <<< L`, where L + R = 32.
#[inline]
#[target_feature(enable = "avx2")]
fn rotl<const L: i32, const R: i32>(x: __m256i) -> __m256i {
    const { assert!(L + R == 32) };
    _mm256_or_si256(_mm256_slli_epi32::<L>(x), _mm256_srli_epi32::<R>(x))
}

#[inline]
#[target_feature(enable = "avx2")]
fn xor3(x: __m256i, y: __m256i, z: __m256i) -> __m256i {
    _mm256_xor_si256(_mm256_xor_si256(x, y), z)
}

#[inline]
#[target_feature(enable = "avx2")]
fn add3(x: __m256i, y: __m256i, z: __m256i) -> __m256i {
    _mm256_add_epi32(_mm256_add_epi32(x, y), z)
}

#[inline]
#[target_feature(enable = "avx2")]
fn load<T: Vector>(from: &T) -> __m256i {
    // SAFETY: `Vector` is implemented for arrays of 32 bytes only; the load needs no alignment.
    unsafe { _mm256_loadu_si256(std::ptr::from_ref(from).cast()) }
}

#[inline]
#[target_feature(enable = "avx2")]
fn store(to: &mut [u32; LANES], x: __m256i) {
    // SAFETY: the array has 32 bytes; the store needs no alignment.
    unsafe { _mm256_storeu_si256(to.as_mut_ptr().cast(), x) }
}

/// What fills a vector exactly.
trait Vector {}
impl Vector for [u8; 32] {}
impl Vector for [u32; LANES] {}
