//! Arithmetic on P-256 that ECDSA does not need, on RustCrypto's `p256`: AWS-LC's Rust interface adds neither scalars
//! nor points, and its key agreement gives the x-coordinate only.
//!
//! Scalars and points are constant time there, and overwritten here.

use p256::elliptic_curve::ff::{Field, PrimeField};
use p256::elliptic_curve::group::Group;
use p256::elliptic_curve::sec1::ToSec1Point;
use p256::{FieldBytes, ProjectivePoint, PublicKey, Scalar};
use zeroize::{Zeroize, Zeroizing};

/// scalar + tweak modulo n; nothing if one of them is not below n or the sum is zero.
pub(crate) fn add_to_private(scalar: &[u8; 32], tweak: &[u8; 32]) -> Option<Zeroizing<[u8; 32]>> {
    let sum = Zeroizing::new(*read(scalar)? + *read(tweak)?);
    let mut bytes = sum.to_bytes();
    let out = Zeroizing::new(bytes.into());
    bytes.zeroize();
    // A refusal shows.
    (!bool::from(sum.is_zero())).then_some(out)
}

/// point + tweak·G, compressed; nothing if the tweak is not below n or the sum is infinity.
pub(crate) fn add_to_public(point: &[u8], tweak: &[u8; 32]) -> Option<Zeroizing<[u8; 33]>> {
    let public = read_point(point)?;
    let tweak = read(tweak)?;
    let mut multiple = ProjectivePoint::mul_by_generator(&tweak);
    let sum = Zeroizing::new(public.to_projective() + multiple);
    multiple.zeroize();
    compressed(&sum)
}

/// scalar·point, compressed.
pub(crate) fn shared_point(scalar: &[u8; 32], point: &[u8]) -> Option<Zeroizing<[u8; 33]>> {
    let public = read_point(point)?;
    let scalar = read(scalar)?;
    compressed(&Zeroizing::new(public.to_projective() * *scalar))
}

/// A scalar in 0..n.
fn read(bytes: &[u8; 32]) -> Option<Zeroizing<Scalar>> {
    let mut repr = FieldBytes::from(*bytes);
    let scalar = Option::<Scalar>::from(Scalar::from_repr(repr)).map(Zeroizing::new);
    repr.zeroize();
    scalar
}

/// A compressed point. The library also reads the compact form (05), which no key here has.
fn read_point(bytes: &[u8]) -> Option<PublicKey> {
    let [2 | 3, ..] = bytes else { return None };
    PublicKey::from_sec1_bytes(bytes).ok()
}

fn compressed(point: &ProjectivePoint) -> Option<Zeroizing<[u8; 33]>> {
    if bool::from(point.is_identity()) {
        return None;
    }
    let mut affine = point.to_affine();
    let mut bytes = affine.to_compressed_point();
    affine.zeroize();
    let out = Zeroizing::new(bytes.into());
    bytes.zeroize();
    Some(out)
}
