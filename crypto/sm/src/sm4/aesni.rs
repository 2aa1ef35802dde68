//! SM4 with AES-NI and AVX2: eight words in a vector, the S-box through the inversion of AES.
//!
//! # Why unsafe, and what was checked
//! Only that [`crypt`] and [`tau`] call functions with `#[target_feature]`: the parameter of type [`Aes`] exists only where the CPU
//! has been found to have these features. Loads and stores are in `avx2.rs`. No address and no branch depends on data.
#![allow(unsafe_code)]

use super::avx2::{PER_VECTOR, Tables, after, before, load, store, substituted, swap, transpose, zero};
use super::vectors::crypt_in_vectors;
use crate::cpu::Aes;
use std::arch::x86_64::*;

/// Encrypts with round keys in their order, decrypts with them reversed.
pub(super) fn crypt(_: Aes, rk: &[u32; 32], blocks: &mut [[u8; 16]]) {
    // SAFETY: the proof says that the CPU has the features of the function.
    unsafe { crypt_all(rk, blocks) }
}

/// τ on one word, for the key expansion.
pub(super) fn tau(_: Aes, word: u32) -> u32 {
    // SAFETY: the proof says that the CPU has the features of the function.
    unsafe { tau_in_vector(word) }
}

#[target_feature(enable = "aes,avx2")]
fn tau_in_vector(word: u32) -> u32 {
    let tables = Tables::new();
    let y = sub_bytes(before(&tables, _mm256_set1_epi32(word.cast_signed()), zero(), zero(), 0));
    _mm256_extract_epi32::<0>(substituted(&tables, y)).cast_unsigned()
}

crypt_in_vectors!("aes,avx2", 2);

/// SubBytes and ShiftRows of AES on either half.
#[inline]
#[target_feature(enable = "aes,avx2")]
fn sub_bytes(x: __m256i) -> __m256i {
    let zero = _mm_setzero_si128();
    let low = _mm_aesenclast_si128(_mm256_castsi256_si128(x), zero);
    let high = _mm_aesenclast_si128(_mm256_extracti128_si256::<1>(x), zero);
    _mm256_inserti128_si256::<1>(_mm256_castsi128_si256(low), high)
}

#[inline]
#[target_feature(enable = "aes,avx2")]
fn round(tables: &Tables, x0: __m256i, x1: __m256i, x2: __m256i, x3: __m256i, rk: u32) -> __m256i {
    after(tables, x0, sub_bytes(before(tables, x1, x2, x3, rk)))
}
