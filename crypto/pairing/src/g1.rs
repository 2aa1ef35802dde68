//! Points of G1.

use crate::backend::{Backend, Blst};
use crate::decode::{self, Identity};
use crate::error::Error;
use crate::hash::{Expand, XmdSha256};
use crate::scalar::Scalar;
use crate::wiped::Wiped;
use core::any::TypeId;
use core::fmt;
use core::iter::Sum;
use core::ops::{Add, AddAssign, Mul, Neg, Sub, SubAssign};
use subtle::{Choice, ConditionallySelectable};
use zeroize::DefaultIsZeroes;

/// Bytes of an encoded point of G1.
pub const G1_BYTES: usize = 48;

/// A point of G1, the subgroup of prime order, ready for arithmetic.
///
/// # Security
/// Addition, subtraction, negation and multiplication are constant time on both backends; comparison is not.
#[derive(Clone, Copy)]
pub struct G1<B: Backend = Blst>(pub(crate) B::G1);

/// A point of G1 with its coordinates normalised: what is encoded, paired and put into tables.
#[derive(Clone, Copy)]
pub struct G1Affine<B: Backend = Blst>(pub(crate) B::G1Affine);

impl<B: Backend> G1<B> {
    /// The identity.
    #[must_use]
    pub fn identity() -> Self {
        Self(B::g1_identity())
    }

    /// RFC 9380's `hash_to_curve` with the expansion `E`: suite `BLS12381G1_XMD:SHA-256_SSWU_RO_` with
    /// [`XmdSha256`], and the same with SHAKE-256 with [`XofShake256`](crate::XofShake256).
    ///
    /// # Errors
    /// [`Error::Tag`] for an empty tag or one above 255 bytes.
    pub fn hash<E: Expand>(message: &[u8], tag: &[u8]) -> Result<Self, Error> {
        crate::hash::check_tag(tag)?;
        if TypeId::of::<E>() == TypeId::of::<XmdSha256>()
            && let Some(point) = B::g1_hash_xmd_sha256(message, tag)
        {
            return Ok(Self(point));
        }
        let mut uniform = [0; 128];
        E::expand(&[message], tag, &mut uniform)?;
        Ok(Self(B::g1_map(&uniform)))
    }

    /// Normalises the coordinates. One inversion; many points are cheaper by [`G1::normalise`].
    #[must_use]
    pub fn to_affine(&self) -> G1Affine<B> {
        B::g1_normalise(&[self.0]).first().copied().map_or_else(G1Affine::identity, G1Affine)
    }

    /// Normalises many points with one inversion.
    #[must_use]
    pub fn normalise(points: &[Self]) -> Vec<G1Affine<B>> {
        let raw = Wiped::new(points.iter().map(|point| point.0).collect(), B::g1_identity());
        B::g1_normalise(&raw).into_iter().map(G1Affine).collect()
    }

    /// Twice the point.
    #[must_use]
    pub fn double(&self) -> Self {
        Self(B::g1_double(&self.0))
    }
}

impl<B: Backend> G1Affine<B> {
    /// The identity.
    #[must_use]
    pub fn identity() -> Self {
        Self(B::G1Affine::default())
    }

    /// The standard's generator.
    #[must_use]
    pub fn generator() -> Self {
        Self(B::g1_generator())
    }

    /// Whether it is the identity.
    #[must_use]
    pub fn is_identity(&self) -> Choice {
        B::g1_is_identity(&self.0)
    }

    /// For arithmetic.
    #[must_use]
    pub fn lift(&self) -> G1<B> {
        G1(B::g1_lift(&self.0))
    }

    /// The compressed encoding of 48 bytes.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; G1_BYTES] {
        B::g1_compress(&self.0)
    }

    /// Reads a compressed encoding, which must be canonical and of a point in the subgroup.
    ///
    /// # Errors
    /// [`Error::Length`], [`Error::Encoding`], [`Error::Subgroup`], and [`Error::Identity`] where that is refused.
    pub fn from_bytes(bytes: &[u8], identity: Identity) -> Result<Self, Error> {
        let bytes = decode::checked::<G1_BYTES>(bytes, "G1", "a G1 point", identity)?;
        let Some(bytes) = bytes else { return Ok(Self::identity()) };
        // (0, ±2) are points of the curve, of order 3; one backend already refuses to decompress them.
        if decode::x_is_zero(bytes) {
            return Err(Error::Subgroup { group: "G1" });
        }
        let point =
            B::g1_decompress(bytes).ok_or(Error::Encoding { group: "G1", reason: decode::NO_POINT })?;
        if !B::g1_in_subgroup(&point) {
            return Err(Error::Subgroup { group: "G1" });
        }
        Ok(Self(point))
    }
}

impl<B: Backend> fmt::Debug for G1<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("G1(…)")
    }
}

impl<B: Backend> fmt::Debug for G1Affine<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        decode::hex(f, "G1", &self.to_bytes())
    }
}

impl<B: Backend> Default for G1<B> {
    fn default() -> Self {
        Self::identity()
    }
}

impl<B: Backend> DefaultIsZeroes for G1<B> {}

impl<B: Backend> Default for G1Affine<B> {
    fn default() -> Self {
        Self::identity()
    }
}

impl<B: Backend> DefaultIsZeroes for G1Affine<B> {}

impl<B: Backend> PartialEq for G1<B> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<B: Backend> Eq for G1<B> {}

impl<B: Backend> PartialEq for G1Affine<B> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<B: Backend> Eq for G1Affine<B> {}

impl<B: Backend> ConditionallySelectable for G1<B> {
    fn conditional_select(a: &Self, b: &Self, choice: Choice) -> Self {
        Self(B::G1::conditional_select(&a.0, &b.0, choice))
    }
}

impl<B: Backend> From<G1Affine<B>> for G1<B> {
    fn from(point: G1Affine<B>) -> Self {
        point.lift()
    }
}

impl<B: Backend> Add for G1<B> {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl<B: Backend> Add<G1Affine<B>> for G1<B> {
    type Output = Self;
    fn add(self, other: G1Affine<B>) -> Self {
        Self(B::g1_add_affine(&self.0, &other.0))
    }
}

impl<B: Backend> Sub for G1<B> {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl<B: Backend> Neg for G1<B> {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl<B: Backend> Mul<Scalar<B>> for G1Affine<B> {
    type Output = G1<B>;
    fn mul(self, scalar: Scalar<B>) -> G1<B> {
        G1(B::g1_mul(&self.0, &scalar.0))
    }
}

impl<B: Backend> Mul<Scalar<B>> for G1<B> {
    type Output = Self;
    fn mul(self, scalar: Scalar<B>) -> Self {
        self.to_affine() * scalar
    }
}

impl<B: Backend> AddAssign for G1<B> {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl<B: Backend> AddAssign<G1Affine<B>> for G1<B> {
    fn add_assign(&mut self, other: G1Affine<B>) {
        *self = *self + other;
    }
}

impl<B: Backend> SubAssign for G1<B> {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl<B: Backend> Sum for G1<B> {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::identity(), Add::add)
    }
}
