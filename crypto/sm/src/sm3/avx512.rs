//! SM3 with AVX-512: sixteen messages at once, one in each 32-bit lane; and one message, with the expansion of sixteen
//! blocks at once.
//!
//! # Why unsafe, and what was checked
//! - Loads and stores through pointers: `load` and `store` take references to arrays of exactly 64 bytes, so the pointer is
//!   valid for the whole access; the instructions have no alignment requirement.
//! - Calls of functions with `#[target_feature]` from functions without: each is behind a parameter of type [`Avx512`], which
//!   exists only where the CPU has been found to have these features.
//!
//! Everything else here is safe code: array indexing is checked, arithmetic is on values.
#![allow(unsafe_code)]

use super::compress::{T, compress};
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

/// Takes the blocks of one message into its chaining value.
pub(super) fn compress_stream(_: Avx512, state: &mut [u32; 8], blocks: &[[u8; 64]]) {
    // SAFETY: the proof says that the CPU has the features of the function.
    unsafe { stream(state, blocks) }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl")]
fn stream(state: &mut [u32; 8], blocks: &[[u8; 64]]) {
    let (batches, rest) = blocks.as_chunks::<LANES>();
    let mut w = [[0; LANES]; 68];
    let mut w1 = [[0; LANES]; 64];
    for batch in batches {
        expand(&mut w, &mut w1, batch);
        for lane in 0..LANES {
            rounds(state, &w, &w1, lane);
        }
    }
    compress(state, rest);
}

/// The 64 rounds over one of the expanded blocks.
///
/// Each word of the state is in a vector of its own, of which the lowest lane counts: three-input logic and rotation are
/// one instruction each there, which makes the chain from one round to the next shorter than in general registers.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl")]
#[allow(clippy::cast_possible_wrap, clippy::cast_sign_loss)] // intrinsics take and give the bits as i32
fn rounds(state: &mut [u32; 8], w: &[[u32; LANES]; 68], w1: &[[u32; LANES]; 64], lane: usize) {
    let mut v = state.map(|word| _mm_cvtsi32_si128(word as i32));
    macro_rules! rounds {
        ($ff:ident, $gg:ident, $($j:literal)+) => {$(
            let (word, word1) = (_mm_cvtsi32_si128(w[$j][lane] as i32), _mm_cvtsi32_si128(w1[$j][lane] as i32));
            v = round_one::<$ff, $gg>(v, T[$j], word, word1);
        )+};
    }
    rounds!(PARITY, PARITY, 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);
    rounds!(MAJORITY, CHOOSE, 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39);
    rounds!(MAJORITY, CHOOSE, 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63);
    for (word, vector) in state.iter_mut().zip(v) {
        *word ^= _mm_cvtsi128_si32(vector) as u32;
    }
}

/// One round with the constant `T_j <<< j`, W_j and W'_j.
#[inline]
#[target_feature(enable = "avx512f,avx512vl")]
#[allow(clippy::cast_possible_wrap)]
fn round_one<const FF: i32, const GG: i32>(
    [a, b, c, d, e, f, g, h]: [__m128i; 8],
    t: u32,
    w: __m128i,
    w1: __m128i,
) -> [__m128i; 8] {
    let a12 = _mm_rol_epi32::<12>(a);
    let ss1 = _mm_rol_epi32::<7>(_mm_add_epi32(_mm_add_epi32(a12, _mm_set1_epi32(t as i32)), e));
    let ss2 = _mm_xor_si128(ss1, a12);
    let dw = _mm_add_epi32(_mm_add_epi32(d, w1), _mm_ternarylogic_epi32::<FF>(a, b, c));
    let hw = _mm_add_epi32(_mm_add_epi32(h, w), _mm_ternarylogic_epi32::<GG>(e, f, g));
    let tt1 = _mm_add_epi32(dw, ss2);
    let tt2 = _mm_add_epi32(hw, ss1);
    let p0 = _mm_ternarylogic_epi32::<PARITY>(tt2, _mm_rol_epi32::<9>(tt2), _mm_rol_epi32::<17>(tt2));
    [tt1, a, _mm_rol_epi32::<9>(b), c, p0, e, _mm_rol_epi32::<19>(f), g]
}

/// The message expansion (§5.3.2) of sixteen blocks: W and W', word by word, block by block.
#[target_feature(enable = "avx512f,avx512bw,avx512vl")]
fn expand(w: &mut [[u32; LANES]; 68], w1: &mut [[u32; LANES]; 64], blocks: &[[u8; 64]; LANES]) {
    let mut x = load_words(blocks.each_ref());
    for j in 0..16 {
        store(&mut w[j], x[j]);
    }
    for j in 0..12 {
        store(&mut w1[j], _mm512_xor_si512(x[j], x[j + 4]));
    }
    for j in (16..64).step_by(16) {
        for i in 0..16 {
            x[i] = next_word(&x, i);
            store(&mut w[j + i], x[i]);
            store(&mut w1[j + i - 4], _mm512_xor_si512(x[(i + 12) % 16], x[i]));
        }
    }
    for i in 0..4 {
        x[i] = next_word(&x, i);
        store(&mut w[64 + i], x[i]);
        store(&mut w1[60 + i], _mm512_xor_si512(x[(i + 12) % 16], x[i]));
    }
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
