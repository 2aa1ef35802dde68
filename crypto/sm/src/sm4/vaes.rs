//! SM4 with VAES and AVX2: as with AES-NI, and the S-box of a whole vector in one instruction.
//!
//! # Why unsafe, and what was checked
//! Only that [`crypt`] calls a function with `#[target_feature]`: the parameter of type [`Vaes`] exists only where the CPU
//! has been found to have these features. Loads and stores are in `avx2.rs`. No address and no branch depends on data.
#![allow(unsafe_code)]

use super::avx2::{PER_VECTOR, Tables, after, before, load, store, swap, transpose, zero};
use super::vectors::crypt_in_vectors;
use crate::cpu::Vaes;
use std::arch::x86_64::*;

/// Encrypts with round keys in their order, decrypts with them reversed.
pub(super) fn crypt(_: Vaes, rk: &[u32; 32], blocks: &mut [[u8; 16]]) {
    // SAFETY: the proof says that the CPU has the features of the function.
    unsafe { crypt_all(rk, blocks) }
}

crypt_in_vectors!("vaes,avx2", 2);

/// SubBytes and ShiftRows of AES on either half.
#[inline]
#[target_feature(enable = "vaes,avx2")]
fn sub_bytes(x: __m256i) -> __m256i {
    _mm256_aesenclast_epi128(x, _mm256_setzero_si256())
}

#[inline]
#[target_feature(enable = "vaes,avx2")]
fn round(tables: &Tables, x0: __m256i, x1: __m256i, x2: __m256i, x3: __m256i, rk: u32) -> __m256i {
    after(tables, x0, sub_bytes(before(tables, x1, x2, x3, rk)))
}
