//! What a backend has to give. Everything else of this crate is written once over it.

mod blst;
mod zkcrypto;

pub use blst::Blst;
pub use zkcrypto::Zkcrypto;

use core::fmt::Debug;
use core::ops::{Add, Mul, Neg, Sub};
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq, CtOption};

/// Keeps the trait to the two backends that are cross-tested: the types of this crate rest on what they promise.
pub(crate) mod sealed {
    /// Implemented here only.
    pub trait Sealed {}
}

/// A backend's scalar: an element of the field of order r.
pub trait RawScalar:
    Copy
    + Default
    + Send
    + Sync
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Neg<Output = Self>
    + ConstantTimeEq
    + ConditionallySelectable
    + 'static
{
}
impl<T> RawScalar for T where
    T: Copy
        + Default
        + Send
        + Sync
        + Add<Output = T>
        + Sub<Output = T>
        + Mul<Output = T>
        + Neg<Output = T>
        + ConstantTimeEq
        + ConditionallySelectable
        + 'static
{
}

/// A backend's point in projective or Jacobian coordinates.
pub trait RawPoint:
    Copy
    + Send
    + Sync
    + PartialEq
    + Add<Output = Self>
    + Sub<Output = Self>
    + Neg<Output = Self>
    + ConditionallySelectable
    + 'static
{
}
impl<T> RawPoint for T where
    T: Copy
        + Send
        + Sync
        + PartialEq
        + Add<Output = T>
        + Sub<Output = T>
        + Neg<Output = T>
        + ConditionallySelectable
        + 'static
{
}

/// A backend's point in affine coordinates. `Default` is the identity.
pub trait RawAffine: Copy + Default + Send + Sync + PartialEq + 'static {}
impl<T: Copy + Default + Send + Sync + PartialEq + 'static> RawAffine for T {}

/// BLS12-381 as one library gives it.
///
/// Operations are constant time in their scalar and point arguments unless their name says `vartime`; what a
/// backend's own library promises is written at [`Blst`] and [`Zkcrypto`]. Use the types of this crate
/// ([`Scalar`](crate::Scalar), [`G1`](crate::G1), …), not these functions.
pub trait Backend: sealed::Sealed + Copy + Debug + Default + PartialEq + Eq + Send + Sync + 'static {
    /// The backend's name, for reports.
    const NAME: &'static str;

    /// Scalars.
    type Scalar: RawScalar;
    /// Points of G1.
    type G1: RawPoint;
    /// Points of G1, affine.
    type G1Affine: RawAffine;
    /// Points of G2.
    type G2: RawPoint;
    /// Points of G2, affine.
    type G2Affine: RawAffine;
    /// A point of G2 with the lines of its Miller loop.
    type G2Prepared: Clone + Send + Sync + 'static;
    /// Elements of the target group, written additively by both libraries.
    type Gt: Copy + PartialEq + Send + Sync + Add<Output = Self::Gt> + Neg<Output = Self::Gt> + 'static;

    /// A small integer.
    fn scalar_from_u64(value: u64) -> Self::Scalar;
    /// The integer of 32 little-endian bytes, if it is below r.
    fn scalar_from_le(bytes: &[u8; 32]) -> CtOption<Self::Scalar>;
    /// 32 little-endian bytes.
    fn scalar_to_le(scalar: &Self::Scalar) -> [u8; 32];
    /// 1 / scalar, if it is not zero.
    fn scalar_invert(scalar: &Self::Scalar) -> CtOption<Self::Scalar>;

    /// The identity of G1.
    fn g1_identity() -> Self::G1;
    /// The standard's generator of G1.
    fn g1_generator() -> Self::G1Affine;
    /// Whether a point is the identity.
    fn g1_is_identity(point: &Self::G1Affine) -> Choice;
    /// Twice a point.
    fn g1_double(point: &Self::G1) -> Self::G1;
    /// Sum with an affine point.
    fn g1_add_affine(a: &Self::G1, b: &Self::G1Affine) -> Self::G1;
    /// Affine to projective.
    fn g1_lift(point: &Self::G1Affine) -> Self::G1;
    /// Projective to affine, with one inversion for all.
    fn g1_normalise(points: &[Self::G1]) -> Vec<Self::G1Affine>;
    /// A multiple of one point.
    fn g1_mul(point: &Self::G1Affine, scalar: &Self::Scalar) -> Self::G1;
    /// `±table[|digit| − 1]`, or the identity for digit 0, with every entry read and no branch on the digit.
    fn g1_select(table: &[Self::G1Affine], digit: i32) -> Self::G1Affine;
    /// The negative of a point. The sign is public.
    fn g1_vartime_neg(point: &Self::G1Affine) -> Self::G1Affine;
    /// [−z²]·point by one multiplication of a coordinate. Of the identity there may be none.
    fn g1_vartime_endomorphism(point: &Self::G1Affine) -> Option<Self::G1Affine>;
    /// The sum of many points.
    fn g1_vartime_sum(points: &[Self::G1Affine]) -> Self::G1;
    /// The library's own multi-exponentiation for many points, if it has one.
    fn g1_vartime_msm(points: &[Self::G1Affine], scalars: &[Self::Scalar]) -> Option<Self::G1>;
    /// Compressed encoding.
    fn g1_compress(point: &Self::G1Affine) -> [u8; 48];
    /// The point of the curve that the bytes encode canonically; not yet known to be in the subgroup.
    fn g1_decompress(bytes: &[u8; 48]) -> Option<Self::G1Affine>;
    /// Whether a point of the curve is in the subgroup of order r.
    fn g1_in_subgroup(point: &Self::G1Affine) -> bool;
    /// RFC 9380's `map_to_curve` of both halves of 128 uniform bytes, added, cofactor cleared.
    fn g1_map(uniform: &[u8; 128]) -> Self::G1;
    /// RFC 9380's suite BLS12381G1_XMD:SHA-256_SSWU_RO_, where the library has it itself.
    fn g1_hash_xmd_sha256(message: &[u8], tag: &[u8]) -> Option<Self::G1>;

    /// The identity of G2.
    fn g2_identity() -> Self::G2;
    /// The standard's generator of G2.
    fn g2_generator() -> Self::G2Affine;
    /// Whether a point is the identity.
    fn g2_is_identity(point: &Self::G2Affine) -> Choice;
    /// Affine to projective.
    fn g2_lift(point: &Self::G2Affine) -> Self::G2;
    /// Projective to affine.
    fn g2_normalise(point: &Self::G2) -> Self::G2Affine;
    /// A multiple of a point.
    fn g2_mul(point: &Self::G2, scalar: &Self::Scalar) -> Self::G2;
    /// Compressed encoding.
    fn g2_compress(point: &Self::G2Affine) -> [u8; 96];
    /// The point of the curve that the bytes encode canonically; not yet known to be in the subgroup.
    fn g2_decompress(bytes: &[u8; 96]) -> Option<Self::G2Affine>;
    /// Whether a point of the curve is in the subgroup of order r.
    fn g2_in_subgroup(point: &Self::G2Affine) -> bool;
    /// The lines of the Miller loop, computed once.
    fn g2_prepare(point: &Self::G2Affine) -> Self::G2Prepared;

    /// The product of the pairings, with one final exponentiation.
    fn pairing_product(terms: &[(&Self::G1Affine, &Self::G2Prepared)]) -> Self::Gt;
    /// The identity of the target group.
    fn gt_identity() -> Self::Gt;
    /// A power; the exponent is public.
    fn gt_vartime_mul(element: &Self::Gt, scalar: &Self::Scalar) -> Self::Gt;
}
