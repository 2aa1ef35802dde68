//! Randomness of which memcheck knows whether it is secret.

use rand_core::{Infallible, TryCryptoRng, TryRng};

use crate::memcheck;

/// A generator whose bytes are marked as secret, or not. Not random: a run is the same each time.
#[derive(Debug)]
pub struct Generator {
    state: u64,
    secret: bool,
}

impl Generator {
    /// What is drawn is secret.
    #[must_use]
    pub const fn secret(seed: u64) -> Self {
        Self { state: seed, secret: true }
    }

    /// What is drawn is no secret of the case.
    #[must_use]
    pub const fn open(seed: u64) -> Self {
        Self { state: seed, secret: false }
    }
}

impl TryRng for Generator {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        rand_core::utils::next_word_via_fill(self)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        rand_core::utils::next_word_via_fill(self)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for byte in bytes.iter_mut() {
            // SplitMix64.
            self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = self.state;
            z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
            *byte = (z >> 56) as u8;
        }
        if self.secret {
            memcheck::secret(bytes);
        }
        Ok(())
    }
}

impl TryCryptoRng for Generator {}
