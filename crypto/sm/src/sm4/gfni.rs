//! SM4 with GFNI and AVX-512: sixteen words in a vector, the S-box in two instructions.
//!
//! `GF2P8AFFINEQB` is the affine map into the field of AES, `GF2P8AFFINEINVQB` the inversion there and the affine map back
//! (see `sbox.rs`); the rotations and three-input logic of AVX-512 do the rest.
//!
//! # Why unsafe, and what was checked
//! - `load` and `store` go through references to arrays of exactly 64 bytes; the instructions need no alignment.
//! - [`crypt`] calls a function with `#[target_feature]`: the parameter of type [`Gfni`] exists only where the CPU has been
//!   found to have these features.
//!
//! Everything else is safe code: indexing is checked, arithmetic is on values. No address and no branch depends on data.
#![allow(unsafe_code)]

use super::vectors::{affine, crypt_in_vectors};
use crate::cpu::Gfni;
use std::arch::x86_64::*;

const PER_VECTOR: usize = 4;

/// Encrypts with round keys in their order, decrypts with them reversed.
pub(super) fn crypt(_: Gfni, rk: &[u32; 32], blocks: &mut [[u8; 16]]) {
    // SAFETY: the proof says that the CPU has the features of the function.
    unsafe { crypt_all(rk, blocks) }
}

crypt_in_vectors!("gfni,avx512f,avx512bw", 4);

/// The affine map x ↦ φ(A·x ⊕ C): rows of the matrix from the highest bit's in byte 0, as the instruction wants them.
const PRE: i64 = 0x4c28_7db9_1a22_505d;
const PRE_CONSTANT: i32 = 0x3e;
/// The map y ↦ A·φ⁻¹(y) ⊕ C.
const POST: i64 = 0xf3ab_34a9_74a6_b589_u64.cast_signed();
const POST_CONSTANT: i32 = 0xd3;
/// The truth table of x ^ y ^ z.
const XOR3: i32 = 0x96;

struct Tables {
    pre: __m512i,
    post: __m512i,
    swap: __m512i,
}

impl Tables {
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    fn new() -> Self {
        Self {
            pre: _mm512_set1_epi64(PRE),
            post: _mm512_set1_epi64(POST),
            swap: load(&[affine::SWAP; PER_VECTOR]),
        }
    }
}

#[inline]
#[target_feature(enable = "gfni,avx512f,avx512bw")]
fn round(tables: &Tables, x0: __m512i, x1: __m512i, x2: __m512i, x3: __m512i, rk: u32) -> __m512i {
    let t =
        _mm512_xor_si512(_mm512_ternarylogic_epi32::<XOR3>(x1, x2, x3), _mm512_set1_epi32(rk.cast_signed()));
    let s = _mm512_gf2p8affine_epi64_epi8::<PRE_CONSTANT>(t, tables.pre);
    let s = _mm512_gf2p8affineinv_epi64_epi8::<POST_CONSTANT>(s, tables.post);
    // L(s) = s ⊕ (s <<< 2) ⊕ (s <<< 10) ⊕ (s <<< 18) ⊕ (s <<< 24)
    let a = _mm512_ternarylogic_epi32::<XOR3>(x0, s, _mm512_rol_epi32::<24>(s));
    let b = _mm512_ternarylogic_epi32::<XOR3>(
        _mm512_rol_epi32::<2>(s),
        _mm512_rol_epi32::<10>(s),
        _mm512_rol_epi32::<18>(s),
    );
    _mm512_xor_si512(a, b)
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn swap(tables: &Tables, x: __m512i) -> __m512i {
    _mm512_shuffle_epi8(x, tables.swap)
}

#[inline]
#[target_feature(enable = "avx512f")]
fn transpose([a, b, c, d]: [__m512i; 4]) -> [__m512i; 4] {
    let (ab0, ab1) = (_mm512_unpacklo_epi32(a, b), _mm512_unpackhi_epi32(a, b));
    let (cd0, cd1) = (_mm512_unpacklo_epi32(c, d), _mm512_unpackhi_epi32(c, d));
    [
        _mm512_unpacklo_epi64(ab0, cd0),
        _mm512_unpackhi_epi64(ab0, cd0),
        _mm512_unpacklo_epi64(ab1, cd1),
        _mm512_unpackhi_epi64(ab1, cd1),
    ]
}

#[inline]
#[target_feature(enable = "avx512f")]
fn zero() -> __m512i {
    _mm512_setzero_si512()
}

#[inline]
#[target_feature(enable = "avx512f")]
fn load(from: &[[u8; 16]; PER_VECTOR]) -> __m512i {
    // SAFETY: the array has 64 bytes; the load needs no alignment.
    unsafe { _mm512_loadu_si512(from.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn store(to: &mut [[u8; 16]; PER_VECTOR], x: __m512i) {
    // SAFETY: the array has 64 bytes; the store needs no alignment.
    unsafe { _mm512_storeu_si512(to.as_mut_ptr().cast(), x) }
}
