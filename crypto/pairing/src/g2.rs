//! Points of G2.

use crate::backend::{Backend, Blst};
use crate::decode::{self, Identity};
use crate::error::Error;
use crate::scalar::Scalar;
use core::fmt;
use core::ops::{Add, Mul, Neg, Sub};
use subtle::Choice;

/// Bytes of an encoded point of G2.
pub const G2_BYTES: usize = 96;

/// A point of G2, the subgroup of prime order, ready for arithmetic.
///
/// # Security
/// Addition, subtraction, negation and multiplication are constant time on both backends; comparison is not.
#[derive(Clone, Copy)]
pub struct G2<B: Backend = Blst>(pub(crate) B::G2);

/// A point of G2 with its coordinates normalised: what is encoded and prepared.
#[derive(Clone, Copy)]
pub struct G2Affine<B: Backend = Blst>(pub(crate) B::G2Affine);

/// A point of G2 with the lines of its Miller loop, for points that are paired again and again.
#[derive(Clone)]
pub struct G2Prepared<B: Backend = Blst>(pub(crate) B::G2Prepared);

impl<B: Backend> G2<B> {
    /// The identity.
    #[must_use]
    pub fn identity() -> Self {
        Self(B::g2_identity())
    }

    /// Normalises the coordinates.
    #[must_use]
    pub fn to_affine(&self) -> G2Affine<B> {
        G2Affine(B::g2_normalise(&self.0))
    }
}

impl<B: Backend> G2Affine<B> {
    /// The identity.
    #[must_use]
    pub fn identity() -> Self {
        Self(B::G2Affine::default())
    }

    /// The standard's generator.
    #[must_use]
    pub fn generator() -> Self {
        Self(B::g2_generator())
    }

    /// Whether it is the identity.
    #[must_use]
    pub fn is_identity(&self) -> Choice {
        B::g2_is_identity(&self.0)
    }

    /// For arithmetic.
    #[must_use]
    pub fn lift(&self) -> G2<B> {
        G2(B::g2_lift(&self.0))
    }

    /// The lines of its Miller loop.
    #[must_use]
    pub fn prepare(&self) -> G2Prepared<B> {
        G2Prepared(B::g2_prepare(&self.0))
    }

    /// The compressed encoding of 96 bytes.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; G2_BYTES] {
        B::g2_compress(&self.0)
    }

    /// Reads a compressed encoding, which must be canonical and of a point in the subgroup.
    ///
    /// # Errors
    /// [`Error::Length`], [`Error::Encoding`], [`Error::Subgroup`], and [`Error::Identity`] where that is refused.
    pub fn from_bytes(bytes: &[u8], identity: Identity) -> Result<Self, Error> {
        let bytes = decode::checked::<G2_BYTES>(bytes, "G2", "a G2 point", identity)?;
        let Some(bytes) = bytes else { return Ok(Self::identity()) };
        let point =
            B::g2_decompress(bytes).ok_or(Error::Encoding { group: "G2", reason: decode::NO_POINT })?;
        if !B::g2_in_subgroup(&point) {
            return Err(Error::Subgroup { group: "G2" });
        }
        Ok(Self(point))
    }
}

impl<B: Backend> fmt::Debug for G2<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("G2(…)")
    }
}

impl<B: Backend> fmt::Debug for G2Affine<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        decode::hex(f, "G2", &self.to_bytes())
    }
}

impl<B: Backend> fmt::Debug for G2Prepared<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("G2Prepared(…)")
    }
}

impl<B: Backend> Default for G2<B> {
    fn default() -> Self {
        Self::identity()
    }
}

impl<B: Backend> PartialEq for G2<B> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<B: Backend> Eq for G2<B> {}

impl<B: Backend> PartialEq for G2Affine<B> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<B: Backend> Eq for G2Affine<B> {}

impl<B: Backend> From<G2Affine<B>> for G2<B> {
    fn from(point: G2Affine<B>) -> Self {
        point.lift()
    }
}

impl<B: Backend> Add for G2<B> {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl<B: Backend> Sub for G2<B> {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl<B: Backend> Neg for G2<B> {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl<B: Backend> Mul<Scalar<B>> for G2<B> {
    type Output = Self;
    fn mul(self, scalar: Scalar<B>) -> Self {
        Self(B::g2_mul(&self.0, &scalar.0))
    }
}

impl<B: Backend> Mul<Scalar<B>> for G2Affine<B> {
    type Output = G2<B>;
    fn mul(self, scalar: Scalar<B>) -> G2<B> {
        self.lift() * scalar
    }
}
