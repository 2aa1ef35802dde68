//! What the test binaries share.

#![allow(
    dead_code,
    clippy::mod_module_files,
    reason = "each binary uses a part; `common.rs` would be a test of its own"
)]

use hufu_ring::{Ring, Scope, SigningKey};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

/// A generator for tests.
pub(crate) fn rng(seed: u8) -> ChaCha20Rng {
    ChaCha20Rng::from_seed([seed; 32])
}

/// Fresh keys.
pub(crate) fn keys(count: usize, rng: &mut ChaCha20Rng) -> Vec<SigningKey> {
    (0..count).map(|_| SigningKey::generate(rng)).collect()
}

/// The ring of these keys.
pub(crate) fn ring(keys: &[SigningKey]) -> Ring {
    Ring::new(keys.iter().map(SigningKey::verifying_key).collect()).expect("distinct keys")
}

/// A scope.
pub(crate) fn scope(name: &str) -> Scope {
    Scope::new(name.as_bytes()).expect("a short name")
}

/// One size of each kind: both forms, full and not full.
pub(crate) const SIZES: [usize; 10] = [2, 3, 7, 8, 9, 15, 16, 17, 33, 64];

/// The group's order, little-endian.
pub(crate) const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];
