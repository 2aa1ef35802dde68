//! Indexes for new credentials, in an order that tells nothing (herd privacy).
//!
//! A list whose indexes are handed out in order tells everybody who sees two credentials which is older, and the
//! highest index how many there are. The [`Allocator`] hands out a keyed pseudo-random permutation of
//! `0..size` instead: the n-th credential gets `index(n)`, no index occurs twice, and without the key the indexes
//! look random. Its whole state is the key and a counter, so an issuer needs no bitmap, and two processes
//! that share a durable counter never collide.
//!
//! The permutation is a balanced Feistel network of [`ROUNDS`] rounds over the smallest even number of bits that holds
//! `size`, with SHA-256 as the round function, walked until the value falls below `size` (at most four steps on
//! average, since the network's domain is less than four times `size`).
//!
//! What it does not hide: a verifier that learns the key, or a list so empty that any set bit stands out.

use crate::error::Error;
use hufu_keys::Secret;
use rand_core::CryptoRng;
use sha2::{Digest as _, Sha256};

/// Label of the round function, so that the key serves nothing else.
const LABEL: &[u8] = b"hufu/status/allocator/v1";
/// Rounds: four suffice in theory for a large domain; small ones want more.
const ROUNDS: u8 = 12;

/// Hands out the indexes of one list.
///
/// ```
/// use hufu_credentials::status::Allocator;
///
/// let mut allocator = Allocator::new([7; 32], 131_072, 0);
/// let (a, b) = (allocator.allocate(), allocator.allocate());
/// assert_ne!(a, b);
/// assert_eq!(allocator.used(), 2);
/// ```
#[derive(Debug)]
pub struct Allocator {
    key: Secret<[u8; 32]>,
    size: u64,
    used: u64,
}

impl Allocator {
    /// An allocator for a list of `size` entries of which `used` have been handed out.
    #[must_use]
    pub fn new(key: [u8; 32], size: u64, used: u64) -> Self {
        Self { key: Secret::new(key), size, used }
    }

    /// A fresh allocator with a random key.
    pub fn generate(size: u64, rng: &mut impl CryptoRng) -> Self {
        let mut key = [0; 32];
        rng.fill_bytes(&mut key);
        Self::new(key, size, 0)
    }

    /// The next index, or `None` when the list is full.
    pub fn allocate(&mut self) -> Option<u64> {
        let index = self.index(self.used)?;
        self.used += 1;
        Some(index)
    }

    /// The index of the n-th credential (from 0), or `None` beyond the list.
    #[must_use]
    pub fn index(&self, n: u64) -> Option<u64> {
        if n >= self.size {
            return None;
        }
        let half_bits = half_bits(self.size);
        let mut value = n;
        // A permutation's cycle through n returns to n < size, so the walk ends.
        loop {
            value = self.permute(value, half_bits);
            if value < self.size {
                return Some(value);
            }
        }
    }

    /// How many indexes have been handed out. Store it durably with or before the credential.
    #[must_use]
    pub const fn used(&self) -> u64 {
        self.used
    }

    /// Number of entries of the list.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Key, size and counter for a sealed store.
    #[must_use]
    pub fn to_bytes(&self) -> Secret<Vec<u8>> {
        let mut bytes = vec![1];
        self.key.expose(|key| bytes.extend_from_slice(key));
        bytes.extend_from_slice(&self.size.to_be_bytes());
        bytes.extend_from_slice(&self.used.to_be_bytes());
        Secret::new(bytes)
    }

    /// Reads what [`Allocator::to_bytes`] wrote.
    ///
    /// # Errors
    /// [`Error::Record`] for other lengths or versions.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let bad = || Error::Record("not an allocator of version 1".to_owned());
        let rest = bytes.strip_prefix(&[1]).ok_or_else(bad)?;
        let (key, rest) = rest.split_first_chunk::<32>().ok_or_else(bad)?;
        let (size, rest) = rest.split_first_chunk::<8>().ok_or_else(bad)?;
        let used: [u8; 8] = rest.try_into().map_err(|_| bad())?;
        Ok(Self::new(*key, u64::from_be_bytes(*size), u64::from_be_bytes(used)))
    }

    fn permute(&self, value: u64, half_bits: u32) -> u64 {
        let mask = (1u64 << half_bits) - 1;
        let (mut left, mut right) = (value >> half_bits, value & mask);
        for round in 0..ROUNDS {
            (left, right) = (right, left ^ self.round(round, right) & mask);
        }
        left << half_bits | right
    }

    fn round(&self, round: u8, half: u64) -> u64 {
        let hash = self.key.expose(|key| {
            Sha256::new()
                .chain_update(LABEL)
                .chain_update(key)
                .chain_update(self.size.to_be_bytes())
                .chain_update([round])
                .chain_update(half.to_be_bytes())
                .finalize()
        });
        hash.iter().take(8).fold(0, |n, b| n << 8 | u64::from(*b))
    }
}

/// Half of the smallest even number of bits that holds every value below `size`.
fn half_bits(size: u64) -> u32 {
    let bits = u64::BITS - size.saturating_sub(1).leading_zeros();
    bits.div_ceil(2).clamp(1, 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_index_occurs_once() {
        for size in [1, 2, 3, 100, 1000, 4097] {
            let mut allocator = Allocator::new([3; 32], size, 0);
            let mut seen: Vec<u64> = std::iter::from_fn(|| allocator.allocate()).collect();
            assert_eq!(allocator.used(), size);
            assert_eq!(allocator.allocate(), None, "full");
            seen.sort_unstable();
            assert!(seen.iter().copied().eq(0..size), "{size}");
        }
    }

    #[test]
    fn order_tells_nothing() {
        let allocator = Allocator::new([9; 32], 131_072, 0);
        let indexes: Vec<u64> = (0..4096).filter_map(|n| allocator.index(n)).collect();
        let ascents = indexes.windows(2).filter(|w| w[0] < w[1]).count();
        assert!((1900..2200).contains(&ascents), "{ascents} of 4095 steps ascend");
        let upper = indexes.iter().filter(|i| **i >= 65_536).count();
        assert!((1900..2200).contains(&upper), "{upper} of 4096 in the upper half");
    }

    #[test]
    fn frozen_and_stored() {
        let allocator = Allocator::new([1; 32], 131_072, 5);
        let indexes: Vec<u64> = (0..4).filter_map(|n| allocator.index(n)).collect();
        assert_eq!(indexes, FROZEN);
        let again = allocator.to_bytes().expose(|bytes| Allocator::from_bytes(bytes)).expect("reads");
        assert_eq!((again.used(), again.size(), again.index(3)), (5, 131_072, allocator.index(3)));
        assert!(Allocator::from_bytes(&[]).is_err() && Allocator::from_bytes(&[2; 49]).is_err());
    }

    /// Changing these hands out indexes twice in running systems.
    const FROZEN: [u64; 4] = [65_639, 126_109, 34_661, 48_170];
}
