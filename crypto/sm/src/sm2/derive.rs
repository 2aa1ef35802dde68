//! Keys made from keys: the arithmetic under hierarchical derivation (BIP32, SLIP-0010) and stealth addresses.
//!
//! | function | gives |
//! |---|---|
//! | [`add_scalar`] | d + t modulo n |
//! | [`add_multiple`] | P + t·G, the public key of d + t |
//! | [`shared_point`] | d·P |
//!
//! They are parts of protocols and no protocol. Nothing is hashed: a sum whose t somebody else chose freely tells d to
//! whoever learns the sum, and a shared point is no key. For agreeing on a key there is [`exchange`](super::exchange).
//!
//! ```
//! use hufu_sm::sm2::{SecretKey, derive};
//! # use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
//! # let mut rng = ChaCha20Rng::from_seed([7; 32]);
//!
//! let parent = SecretKey::generate(&mut rng)?;
//! let tweak = [5; 32];
//! let child = derive::add_scalar(&parent, &tweak)?;
//! assert_eq!(*child.public_key(), derive::add_multiple(parent.public_key(), &tweak)?);
//! # Ok::<(), hufu_sm::sm2::Error>(())
//! ```

use super::comb::mul_base;
use super::limbs;
use super::multiply::mul;
use super::point::{Affine, Jacobian};
use super::scalar::{ORDER, Scalar};
use super::{Error, PublicKey, SecretKey};
use zeroize::{Zeroize, Zeroizing};

/// The private key d + t modulo n, for a t of 32 big-endian bytes.
///
/// # Errors
/// [`Error::SecretKey`] if t is not below n, or the sum is 0 or n − 1: no private key.
///
/// # Security
/// Constant time in both, except that it shows which of them gave no key.
pub fn add_scalar(secret: &SecretKey, scalar: &[u8; 32]) -> Result<SecretKey, Error> {
    let tweak = read(scalar).ok_or(Error::SecretKey("the scalar to add is not below n"))?;
    let sum = Zeroizing::new(secret.scalar().add(&tweak));
    let bytes = Zeroizing::new(sum.to_bytes());
    SecretKey::from_bytes(bytes.as_slice())
}

/// The public key P + t·G, for a t of 32 big-endian bytes.
///
/// # Errors
/// [`Error::PublicKey`] if t is not below n, or the sum is infinity or −G: then [`add_scalar`] gives no key either.
///
/// # Security
/// Constant time in t, except that it shows whether t is zero, and that a t gave no key. P is public.
pub fn add_multiple(public: &PublicKey, scalar: &[u8; 32]) -> Result<PublicKey, Error> {
    let tweak = read(scalar).ok_or(Error::PublicKey("the scalar to add is not below n"))?;
    // Zero has no multiple that the table knows; t is a hash wherever this is used.
    if tweak.is_zero().declassify() {
        return usable(Jacobian::from(*public.point()));
    }
    let mut multiple = mul_base(&tweak);
    let sum = multiple.add_mixed_complete(public.point());
    multiple.zeroize();
    usable(sum)
}

/// The point d·P, compressed: what both sides of a Diffie–Hellman exchange compute.
///
/// # Security
/// Constant time in d. P is public and has the order n, as every [`PublicKey`].
#[must_use]
pub fn shared_point(secret: &SecretKey, peer: &PublicKey) -> Zeroizing<[u8; PublicKey::COMPRESSED_BYTES]> {
    let mut product = mul(peer.point(), secret.scalar());
    let mut shared = PublicKey::from_point(product.to_affine());
    product.zeroize();
    let bytes = Zeroizing::new(shared.to_sec1_compressed());
    shared.zeroize();
    bytes
}

/// A scalar in 0..n.
fn read(bytes: &[u8; 32]) -> Option<Zeroizing<Scalar>> {
    let value = Zeroizing::new(limbs::from_bytes(bytes));
    // Whether it is used at all shows.
    limbs::less(&value, &ORDER).declassify().then(|| Zeroizing::new(Scalar::from_integer(&value)))
}

/// The point, if a private key belongs to it.
fn usable(point: Jacobian) -> Result<PublicKey, Error> {
    // A public key comes out, or a refusal that shows.
    if point.is_infinity().declassify() {
        return Err(Error::PublicKey("the sum is the point at infinity"));
    }
    let point = point.to_affine();
    let negated = Affine::GENERATOR.negate();
    let same = point.x.sub(&negated.x).is_zero().and(point.y.sub(&negated.y).is_zero());
    if same.declassify() {
        return Err(Error::PublicKey("the sum is the point of n - 1, which is no private key"));
    }
    Ok(PublicKey::from_point(point))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

    /// n − `less`, for a `less` of at most 0x23.
    fn below_order(less: u8) -> [u8; 32] {
        let mut bytes = limbs::to_bytes(&ORDER);
        bytes[31] -= less;
        bytes
    }

    fn small(value: u8) -> [u8; 32] {
        let mut bytes = [0; 32];
        bytes[31] = value;
        bytes
    }

    #[test]
    fn the_private_and_the_public_way_meet() {
        let mut rng = ChaCha20Rng::from_seed([1; 32]);
        for tweak in [small(0), small(1), small(2), below_order(1), below_order(2), [0x5a; 32]] {
            let key = SecretKey::generate(&mut rng).unwrap();
            let sum = add_scalar(&key, &tweak).unwrap();
            assert_eq!(*sum.public_key(), add_multiple(key.public_key(), &tweak).unwrap());
        }
        let key = SecretKey::generate(&mut rng).unwrap();
        assert_eq!(add_scalar(&key, &small(0)).unwrap(), key);
    }

    #[test]
    fn doubling_is_an_addition_too() {
        let key = SecretKey::from_bytes(&small(7)).unwrap();
        let twice = add_multiple(key.public_key(), &small(7)).unwrap();
        assert_eq!(twice, *SecretKey::from_bytes(&small(14)).unwrap().public_key());
    }

    #[test]
    fn sums_that_are_no_keys_are_refused_on_both_sides() {
        let three = SecretKey::from_bytes(&small(3)).unwrap();
        for (tweak, words) in [
            (below_order(3), "infinity"),    // 3 + (n − 3) = 0
            (below_order(4), "n - 1"),       // 3 + (n − 4) = n − 1
            (below_order(0), "not below n"), // n
            ([0xff; 32], "not below n"),
        ] {
            assert!(matches!(add_scalar(&three, &tweak), Err(Error::SecretKey(_))), "{words}");
            let error = add_multiple(three.public_key(), &tweak).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
        // and their neighbour is a key
        let largest = add_scalar(&three, &below_order(5)).unwrap();
        assert_eq!(*largest.to_bytes(), below_order(2));
    }

    #[test]
    fn both_sides_compute_one_shared_point() {
        let mut rng = ChaCha20Rng::from_seed([2; 32]);
        let (a, b) = (SecretKey::generate(&mut rng).unwrap(), SecretKey::generate(&mut rng).unwrap());
        let shared = shared_point(&a, b.public_key());
        assert_eq!(shared, shared_point(&b, a.public_key()));
        let one = SecretKey::from_bytes(&small(1)).unwrap();
        assert_eq!(*shared_point(&one, b.public_key()), b.public_key().to_sec1_compressed());
    }
}
