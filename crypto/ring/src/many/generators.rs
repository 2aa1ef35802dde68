//! The commitment key: generators whose relations nobody knows, derived by hashing.
//!
//! | index | generator |
//! |---|---|
//! | 0 | G, the group's own |
//! | 1 | the blinding generator |
//! | 2 + 7j … 4 + 7j | for digit j, values 1 to 3: where the digit is committed |
//! | 5 + 7j … 8 + 7j | for digit j, values 0 to 3: where the product that makes it a bit is committed |
//!
//! All but G are the hash to the group of their index as four bytes, little-endian, so a prefix of the list serves
//! every ring size.

use std::sync::LazyLock;

use curve25519_dalek::constants::RISTRETTO_BASEPOINT_POINT;
use curve25519_dalek::ristretto::{RistrettoPoint, VartimeRistrettoPrecomputation};
use curve25519_dalek::traits::VartimePrecomputedMultiscalarMul;

use super::{BASE, MAX_DIGITS, SENT};
use crate::group::hash_to_group;
use crate::labels::GENERATOR;

/// Position of G.
pub(super) const G: usize = 0;

/// Position of the blinding generator.
pub(super) const BLIND: usize = 1;

/// Generators of a digit.
pub(super) const PER_DIGIT: usize = SENT + BASE;

/// Position of the generator for digit `j` being `value`, 1 to 3.
pub(super) const fn digit(j: usize, value: usize) -> usize {
    BLIND + PER_DIGIT * j + value
}

/// Position of the generator for the product of digit `j` and `value`, 0 to 3.
pub(super) const fn product(j: usize, value: usize) -> usize {
    BLIND + 1 + PER_DIGIT * j + SENT + value
}

/// Generators that `digits` digits use, G among them.
pub(super) const fn count(digits: usize) -> usize {
    BLIND + 1 + PER_DIGIT * digits
}

/// The list.
pub(super) static LIST: LazyLock<Vec<RistrettoPoint>> = LazyLock::new(|| {
    let hashed = (1u32..).take(count(MAX_DIGITS) - 1);
    std::iter::once(RISTRETTO_BASEPOINT_POINT)
        .chain(hashed.map(|index| hash_to_group(&index.to_le_bytes(), GENERATOR)))
        .collect()
});

/// Multiples of the list, for verification only: variable time. About 0.6 MB, made at first use.
pub(super) static TABLES: LazyLock<VartimeRistrettoPrecomputation> =
    LazyLock::new(|| VartimeRistrettoPrecomputation::new(LIST.iter()));

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn generators_are_distinct_and_every_place_is_used_once() {
        assert_eq!(LIST.len(), count(MAX_DIGITS));
        let distinct: HashSet<_> = LIST.iter().map(|point| point.compress().to_bytes()).collect();
        assert_eq!(distinct.len(), LIST.len());
        assert!(!distinct.contains(&[0; 32]));

        let mut places = vec![G, BLIND];
        for j in 0..MAX_DIGITS {
            places.extend((1..BASE).map(|value| digit(j, value)));
            places.extend((0..BASE).map(|value| product(j, value)));
        }
        assert_eq!(places, (0..count(MAX_DIGITS)).collect::<Vec<_>>());
    }
}
