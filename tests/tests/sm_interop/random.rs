//! Keys and messages, new in every run.

use hufu_sm::sm2::{DistId, SecretKey, SigningKey};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::time::{SystemTime, UNIX_EPOCH};

/// Messages for each peer and operation.
pub(crate) const MESSAGES: usize = 200;
/// Messages for each key.
pub(crate) const PER_KEY: usize = 10;

/// A generator with a fresh seed, which is printed: `HUFU_SEED=<seed>` repeats a run.
pub(crate) fn rng(test: &str) -> ChaCha20Rng {
    let seed = std::env::var("HUFU_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(|| {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970");
        now.as_secs() ^ u64::from(now.subsec_nanos()) << 32
    });
    eprintln!("{test}: HUFU_SEED={seed}");
    ChaCha20Rng::seed_from_u64(seed)
}

pub(crate) fn key(rng: &mut ChaCha20Rng) -> SigningKey {
    SigningKey::new(SecretKey::generate(rng).unwrap(), DistId::default())
}

/// A message of 8 to 255 bytes: for very short ones a key stream of zeros, which each side must refuse, is not rare.
pub(crate) fn message(rng: &mut ChaCha20Rng) -> Vec<u8> {
    let mut message = vec![0; 8 + rng.next_u32() as usize % 248];
    rng.fill_bytes(&mut message);
    message
}
