//! SM3 of one message, with the message expansion in vectors.
//!
//! A round has some 25 operations that wait for one another, and the expansion adds 13 that do not: in general registers, of
//! which all operations come by the same four doors, the sum of both is what counts. In vectors the expansion is beside the
//! rounds. `W_j` needs `W_(j-3)`, so three words are made at a time.
//!
//! # Why unsafe, and what was checked
//! - Loads and stores through pointers: `load` takes a reference to 16 bytes, `store` a slice that it asks for four words. A word is
//!   read through a reference. The accesses need no alignment.
//! - The call of a function with `#[target_feature]` is behind a parameter of type [`Avx2`], which exists only where the CPU has
//!   been found to have these features.
#![allow(unsafe_code)]

use super::compress::{T, choose, majority, parity, round};
use crate::cpu::Avx2;
use std::arch::x86_64::*;

/// Words that are written: 68 that are needed, three at a time from W₁₆ on, and one that a vector has too many.
const WORDS: usize = 16 + STEPS * 3 + 1;
/// Times that three words are made.
const STEPS: usize = 18;

/// Takes blocks into the chaining value, one after the other.
pub(super) fn compress_stream(_: Avx2, state: &mut [u32; 8], blocks: &[[u8; 64]]) {
    // SAFETY: the proof says that the CPU has the features of the function.
    unsafe { stream(state, blocks) }
}

#[target_feature(enable = "avx2,bmi1,bmi2")]
fn stream(state: &mut [u32; 8], blocks: &[[u8; 64]]) {
    for block in blocks {
        compress_block(state, block);
    }
}

#[inline]
#[target_feature(enable = "avx2,bmi1,bmi2")]
fn compress_block(state: &mut [u32; 8], block: &[u8; 64]) {
    let mut w = [0; WORDS];
    let mut expansion = Expansion::new(block, &mut w);
    let mut v = *state;
    macro_rules! steps {
        ($($s:literal)+) => {$( expansion.step::<$s>(&mut w); )+};
    }
    macro_rules! rounds {
        ($ff:ident, $gg:ident, $($j:literal)+) => {$(
            let w_j = word(&w[$j]);
            v = round(v, word(&T[$j]), w_j, w_j ^ word(&w[$j + 4]), $ff, $gg);
        )+};
    }
    // The expansion runs ahead of the rounds: step s makes the words up to 18 + 3·s, and round j needs W_(j+4).
    steps!(0 1 2);
    rounds!(parity, parity, 0 1 2);
    steps!(3);
    rounds!(parity, parity, 3 4 5);
    steps!(4);
    rounds!(parity, parity, 6 7 8);
    steps!(5);
    rounds!(parity, parity, 9 10 11);
    steps!(6);
    rounds!(parity, parity, 12 13 14 15);
    steps!(7);
    rounds!(majority, choose, 16 17 18);
    steps!(8);
    rounds!(majority, choose, 19 20 21);
    steps!(9);
    rounds!(majority, choose, 22 23 24);
    steps!(10);
    rounds!(majority, choose, 25 26 27);
    steps!(11);
    rounds!(majority, choose, 28 29 30);
    steps!(12);
    rounds!(majority, choose, 31 32 33);
    steps!(13);
    rounds!(majority, choose, 34 35 36);
    steps!(14);
    rounds!(majority, choose, 37 38 39);
    steps!(15);
    rounds!(majority, choose, 40 41 42);
    steps!(16);
    rounds!(majority, choose, 43 44 45);
    steps!(17);
    rounds!(majority, choose, 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63);
    for (out, word) in state.iter_mut().zip(v) {
        *out ^= word;
    }
}

/// A word of W, which was stored as part of a vector, or of T.
#[inline]
fn word(from: &u32) -> u32 {
    // SAFETY: a reference is valid. Volatile, or the compiler takes the word out of the vector that it was stored with, which
    // costs two operations instead of a load, and adds T, as a constant, after E, where it makes the chain of a round longer.
    unsafe { std::ptr::read_volatile(from) }
}

/// The last words: `triples[k % 5]` begins with the words 3·k + 1, 3·k + 2 and 3·k + 3, and in the fourth place there is anything.
struct Expansion {
    triples: [__m128i; 5],
    /// The words j − 16, j − 15, j − 14 of the next step, which makes W_j and the two after it.
    first: __m128i,
}

impl Expansion {
    /// The sixteen words of the block (§5.3.2, a).
    #[inline]
    #[target_feature(enable = "avx2,bmi1,bmi2")]
    fn new(block: &[u8; 64], w: &mut [u32; WORDS]) -> Self {
        let big_endian = _mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3);
        let (quarters, _) = block.as_chunks::<16>();
        let quarter = |i: usize| _mm_shuffle_epi8(load(&quarters[i]), big_endian);
        let v = [quarter(0), quarter(1), quarter(2), quarter(3)];
        for (i, v) in v.into_iter().enumerate() {
            store(w, 4 * i, v);
        }
        let triples = [
            _mm_srli_si128::<4>(v[0]),
            v[1],
            _mm_alignr_epi8::<12>(v[2], v[1]),
            _mm_alignr_epi8::<8>(v[3], v[2]),
            _mm_srli_si128::<4>(v[3]),
        ];
        Self { triples, first: v[0] }
    }

    /// W_j, W_(j+1) and W_(j+2) for j = 16 + 3·S (§5.3.2, b).
    #[inline]
    #[target_feature(enable = "avx2,bmi1,bmi2")]
    fn step<const S: usize>(&mut self, w: &mut [u32; WORDS]) {
        let triple = |k: usize| self.triples[(S + k) % 5];
        // j − 13, j − 12, j − 11: the last of one triple and two of the next.
        let third = _mm_alignr_epi8::<12>(triple(1), _mm_slli_si128::<4>(triple(0)));
        let t = xor3(self.first, triple(2), rotl::<15, 17>(triple(4)));
        let p1 = xor3(t, rotl::<15, 17>(t), rotl::<23, 9>(t));
        let next = xor3(p1, rotl::<7, 25>(third), triple(3));
        store(w, 16 + 3 * S, next);
        self.triples[S % 5] = next;
        self.first = third;
    }
}

/// `x <<< L`, where L + R = 32.
#[inline]
#[target_feature(enable = "avx2")]
fn rotl<const L: i32, const R: i32>(x: __m128i) -> __m128i {
    const { assert!(L + R == 32) };
    _mm_or_si128(_mm_slli_epi32::<L>(x), _mm_srli_epi32::<R>(x))
}

#[inline]
#[target_feature(enable = "avx2")]
fn xor3(x: __m128i, y: __m128i, z: __m128i) -> __m128i {
    _mm_xor_si128(_mm_xor_si128(x, y), z)
}

#[inline]
#[target_feature(enable = "avx2")]
fn load(from: &[u8; 16]) -> __m128i {
    // SAFETY: the array has 16 bytes; the load needs no alignment.
    unsafe { _mm_loadu_si128(std::ptr::from_ref(from).cast()) }
}

/// Stores four words from index `at` on.
#[inline]
#[target_feature(enable = "avx2")]
fn store(w: &mut [u32; WORDS], at: usize, x: __m128i) {
    let four = &mut w[at..at + 4];
    // SAFETY: the slice has 16 bytes; the store needs no alignment.
    unsafe { _mm_storeu_si128(four.as_mut_ptr().cast(), x) }
}
