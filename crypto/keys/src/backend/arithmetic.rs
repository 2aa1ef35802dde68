//! Sums and products that make keys from keys, for the curves that have them: hierarchical derivation and stealth
//! addresses.
//!
//! Every function answers nothing where no key comes out: a tweak that is not below the group order, a sum that is zero
//! or infinity (for SM2, also n − 1 and its point). The private and the public way agree about it.

use super::{p256, secp256k1, sm2};
use crate::Algorithm;
use zeroize::Zeroizing;

/// Bytes of a compressed point.
pub(crate) const POINT: usize = 33;

/// scalar + tweak modulo n.
///
/// # Security
/// Constant time in both as far as libsecp256k1, `p256` and `hufu-sm` promise it; that no key came out shows.
pub(crate) fn add_to_private(
    algorithm: Algorithm,
    scalar: &[u8],
    tweak: &[u8; 32],
) -> Option<Zeroizing<[u8; 32]>> {
    let scalar = fixed(scalar)?;
    match algorithm {
        Algorithm::Secp256k1 => secp256k1::add_to_private(&scalar, tweak),
        Algorithm::P256 => p256::add_to_private(&scalar, tweak),
        Algorithm::Sm2 => sm2::add_to_private(&scalar, tweak),
        Algorithm::Ed25519 | Algorithm::P384 => None,
    }
}

/// point + tweak·G, for a compressed point.
///
/// # Security
/// Constant time in the tweak on P-256 and SM2. libsecp256k1 takes a time that depends on it.
pub(crate) fn add_to_public(
    algorithm: Algorithm,
    point: &[u8],
    tweak: &[u8; 32],
) -> Option<Zeroizing<[u8; POINT]>> {
    match algorithm {
        Algorithm::Secp256k1 => secp256k1::add_to_public(point, tweak),
        Algorithm::P256 => p256::add_to_public(point, tweak),
        Algorithm::Sm2 => sm2::add_to_public(point, tweak),
        Algorithm::Ed25519 | Algorithm::P384 => None,
    }
}

/// scalar·point, compressed, for a compressed point.
///
/// # Security
/// Constant time in the scalar.
pub(crate) fn shared_point(
    algorithm: Algorithm,
    scalar: &[u8],
    point: &[u8],
) -> Option<Zeroizing<[u8; POINT]>> {
    let scalar = fixed(scalar)?;
    match algorithm {
        Algorithm::Secp256k1 => secp256k1::shared_point(&scalar, point),
        Algorithm::P256 => p256::shared_point(&scalar, point),
        Algorithm::Sm2 => sm2::shared_point(&scalar, point),
        Algorithm::Ed25519 | Algorithm::P384 => None,
    }
}

fn fixed(scalar: &[u8]) -> Option<Zeroizing<[u8; 32]>> {
    scalar.try_into().ok().map(Zeroizing::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The order of each curve's group (SEC 2, SP 800-186, GB/T 32918.5).
    const ORDERS: [(Algorithm, &str); 3] = [
        (Algorithm::Secp256k1, "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"),
        (Algorithm::P256, "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"),
        (Algorithm::Sm2, "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123"),
    ];

    fn below(order: &str, less: u8) -> [u8; 32] {
        let mut bytes: [u8; 32] = hex::decode(order).unwrap().try_into().unwrap();
        bytes[31] -= less;
        bytes
    }

    fn small(value: u8) -> [u8; 32] {
        let mut bytes = [0; 32];
        bytes[31] = value;
        bytes
    }

    fn public(algorithm: Algorithm, scalar: &[u8]) -> Vec<u8> {
        crate::SigningKey::from_bytes(algorithm, scalar).unwrap().verifying_key().to_bytes()
    }

    /// 3 + t and 3G + tG for every t that is special.
    #[test]
    fn both_ways_agree_about_every_special_tweak() {
        for (algorithm, order) in ORDERS {
            let three = small(3);
            let point = public(algorithm, &three);
            let both = |tweak: [u8; 32]| {
                (add_to_private(algorithm, &three, &tweak), add_to_public(algorithm, &point, &tweak))
            };
            for (tweak, sum) in [
                (small(0), small(3)),
                (small(1), small(4)),
                (small(3), small(6)), // a doubling
                (below(order, 1), small(2)),
                (below(order, 2), small(1)),
                (below(order, 5), below(order, 2)),
            ] {
                let (private, added) = both(tweak);
                assert_eq!(*private.unwrap(), sum, "{algorithm}");
                assert_eq!(added.unwrap().to_vec(), public(algorithm, &sum), "{algorithm}");
            }
            for none in [below(order, 3), below(order, 0), [0xff; 32]] {
                assert!(matches!(both(none), (None, None)), "{algorithm}");
            }
            // n − 1 is a key of the other curves and none of SM2
            let (private, added) = both(below(order, 4));
            assert_eq!(
                (private.is_some(), added.is_some()),
                match algorithm {
                    Algorithm::Sm2 => (false, false),
                    _ => (true, true),
                }
            );
        }
    }

    #[test]
    fn shared_points_are_the_same_from_both_sides() {
        for (algorithm, order) in ORDERS {
            let (a, b) = (small(200), below(order, 29));
            let (at_a, at_b) = (public(algorithm, &a), public(algorithm, &b));
            let shared = shared_point(algorithm, &a, &at_b).unwrap();
            assert_eq!(shared, shared_point(algorithm, &b, &at_a).unwrap(), "{algorithm}");
            assert_eq!(shared_point(algorithm, &small(1), &at_a).unwrap().to_vec(), at_a, "{algorithm}");
        }
    }

    #[test]
    fn what_is_no_scalar_or_point_gives_nothing() {
        for (algorithm, order) in ORDERS {
            let point = public(algorithm, &small(3));
            assert!(shared_point(algorithm, &below(order, 0), &point).is_none(), "{algorithm}: n");
            assert!(shared_point(algorithm, &[1; 31], &point).is_none(), "{algorithm}: short");
            let mut off = point.clone();
            off[0] = 5;
            for bad in [&off[..], &[0], &[]] {
                assert!(shared_point(algorithm, &small(3), bad).is_none(), "{algorithm}: {bad:?}");
                assert!(add_to_public(algorithm, bad, &small(3)).is_none(), "{algorithm}: {bad:?}");
            }
        }
        for algorithm in [Algorithm::Ed25519, Algorithm::P384] {
            assert!(add_to_private(algorithm, &small(3), &small(3)).is_none(), "{algorithm}");
        }
    }
}
