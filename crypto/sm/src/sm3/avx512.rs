//! SM3 with AVX-512: sixteen messages at once, one in each 32-bit lane.
//!
//! # Why unsafe, and what was checked
//! - Loads and stores through pointers: `load` and `store` take references to arrays of exactly 64 bytes, so the pointer is
//!   valid for the whole access; the instructions have no alignment requirement.
//! - Calls of functions with `#[target_feature]` from functions without: each is behind a parameter of type [`Avx512`], which
//!   exists only where the CPU has been found to have these features.
//!
//! Everything else here is safe code: array indexing is checked, arithmetic is on values.
#![allow(unsafe_code)]

use super::compress::T;
use crate::cpu::Avx512;
use std::arch::x86_64::*;

/// Messages that are hashed at once.
pub(super) const LANES: usize = 16;

/// Takes the blocks of sixteen messages into their chaining values; `state[i][k]` is word i of message k.
///
/// Every message gives as many blocks as the shortest of the slices has.
pub(super) fn compress_lanes(_: Avx512, state: &mut [[u32; LANES]; 8], blocks: [&[[u8; 64]]; LANES]) {
    // SAFETY: the proof says that the CPU has the features of the function.
    unsafe { compress16(state, blocks) }
}

/// `W_j` from the sixteen words before it, which stand in a ring: `x[i]` is `W_(j-16)`.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn next_word(x: &[__m512i; 16], i: usize) -> __m512i {
    let t = xor3(x[i], x[(i + 7) % 16], _mm512_rol_epi32::<15>(x[(i + 13) % 16]));
    xor3(
        xor3(t, _mm512_rol_epi32::<15>(t), _mm512_rol_epi32::<23>(t)),
        _mm512_rol_epi32::<7>(x[(i + 3) % 16]),
        x[(i + 10) % 16],
    )
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl")]
fn compress16(state: &mut [[u32; LANES]; 8], blocks: [&[[u8; 64]]; LANES]) {
    let mut s: [__m512i; 8] = [_mm512_setzero_si512(); 8];
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
            s[i] = _mm512_xor_si512(s[i], v[i]);
        }
    }
    for (words, vector) in state.iter_mut().zip(s) {
        store(words, vector);
    }
}

/// Round `j` of §5.3.3 in every lane; `w4` is `W_(j+4)`.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn round<const FIRST: bool>(
    [a, b, c, d, e, f, g, h]: [__m512i; 8],
    j: usize,
    w: __m512i,
    w4: __m512i,
) -> [__m512i; 8] {
    let a12 = _mm512_rol_epi32::<12>(a);
    #[allow(clippy::cast_possible_wrap)] // the bits of the constant
    let t = _mm512_set1_epi32(T[j] as i32);
    let ss1 = _mm512_rol_epi32::<7>(add3(a12, e, t));
    let ss2 = _mm512_xor_si512(ss1, a12);
    let (ff, gg) = if FIRST {
        (xor3(a, b, c), xor3(e, f, g))
    } else {
        (_mm512_ternarylogic_epi32::<MAJORITY>(a, b, c), _mm512_ternarylogic_epi32::<CHOOSE>(e, f, g))
    };
    let tt1 = _mm512_add_epi32(add3(ff, d, _mm512_xor_si512(w, w4)), ss2);
    let tt2 = _mm512_add_epi32(add3(gg, h, w), ss1);
    let e_next = xor3(tt2, _mm512_rol_epi32::<9>(tt2), _mm512_rol_epi32::<17>(tt2));
    [tt1, a, _mm512_rol_epi32::<9>(b), c, e_next, e, _mm512_rol_epi32::<19>(f), g]
}

/// The sixteen words of sixteen blocks: vector j has word j of every block.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn load_words(blocks: [&[u8; 64]; LANES]) -> [__m512i; 16] {
    let big_endian =
        _mm512_broadcast_i32x4(_mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3));
    let mut rows = [_mm512_setzero_si512(); 16];
    for (row, block) in rows.iter_mut().zip(blocks) {
        *row = _mm512_shuffle_epi8(load(block), big_endian);
    }
    transpose(rows)
}

/// Rows to columns of a 16 × 16 matrix of words.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn transpose(r: [__m512i; 16]) -> [__m512i; 16] {
    // q[k][c]: of the rows 4k … 4k + 3 the words c, 4 + c, 8 + c, 12 + c, one column in each 128 bits.
    let quad = |k: usize| {
        let (lo0, hi0) = (_mm512_unpacklo_epi32(r[k], r[k + 1]), _mm512_unpackhi_epi32(r[k], r[k + 1]));
        let (lo1, hi1) =
            (_mm512_unpacklo_epi32(r[k + 2], r[k + 3]), _mm512_unpackhi_epi32(r[k + 2], r[k + 3]));
        [
            _mm512_unpacklo_epi64(lo0, lo1),
            _mm512_unpackhi_epi64(lo0, lo1),
            _mm512_unpacklo_epi64(hi0, hi1),
            _mm512_unpackhi_epi64(hi0, hi1),
        ]
    };
    let q = [quad(0), quad(4), quad(8), quad(12)];
    let mut columns = [_mm512_setzero_si512(); 16];
    for c in 0..4 {
        let even01 = _mm512_shuffle_i32x4::<EVEN>(q[0][c], q[1][c]);
        let odd01 = _mm512_shuffle_i32x4::<ODD>(q[0][c], q[1][c]);
        let even23 = _mm512_shuffle_i32x4::<EVEN>(q[2][c], q[3][c]);
        let odd23 = _mm512_shuffle_i32x4::<ODD>(q[2][c], q[3][c]);
        columns[c] = _mm512_shuffle_i32x4::<EVEN>(even01, even23);
        columns[4 + c] = _mm512_shuffle_i32x4::<EVEN>(odd01, odd23);
        columns[8 + c] = _mm512_shuffle_i32x4::<ODD>(even01, even23);
        columns[12 + c] = _mm512_shuffle_i32x4::<ODD>(odd01, odd23);
    }
    columns
}

/// Selects the 128-bit parts 0 and 2 of either operand.
const EVEN: i32 = 0x88;
/// Selects the 128-bit parts 1 and 3 of either operand.
const ODD: i32 = 0xdd;
/// The truth table of x ^ y ^ z.
const PARITY: i32 = 0x96;
/// The truth table of FF for j ≥ 16.
const MAJORITY: i32 = 0xe8;
/// The truth table of GG for j ≥ 16: the first operand chooses.
const CHOOSE: i32 = 0xca;

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn xor3(x: __m512i, y: __m512i, z: __m512i) -> __m512i {
    _mm512_ternarylogic_epi32::<PARITY>(x, y, z)
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn add3(x: __m512i, y: __m512i, z: __m512i) -> __m512i {
    _mm512_add_epi32(_mm512_add_epi32(x, y), z)
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn load<T: Vector>(from: &T) -> __m512i {
    // SAFETY: `Vector` is implemented for arrays of 64 bytes only; the load needs no alignment.
    unsafe { _mm512_loadu_si512(std::ptr::from_ref(from).cast()) }
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn store(to: &mut [u32; LANES], x: __m512i) {
    // SAFETY: the array has 64 bytes; the store needs no alignment.
    unsafe { _mm512_storeu_si512(to.as_mut_ptr().cast(), x) }
}

/// What fills a vector exactly.
trait Vector {}
impl Vector for [u8; 64] {}
impl Vector for [u32; LANES] {}
