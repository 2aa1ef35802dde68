//! The pairing G1 × G2 → GT.

use crate::backend::{Backend, Blst};
use crate::g1::G1Affine;
use crate::g2::{G2Affine, G2Prepared};
use crate::scalar::Scalar;
use core::fmt;
use core::ops::{Div, Mul};

/// An element of the target group, written multiplicatively.
///
/// There is no encoding: the two libraries have none in common, and no protocol here sends one.
#[derive(Clone, Copy)]
pub struct Gt<B: Backend = Blst>(B::Gt);

/// e(p, q).
#[must_use]
pub fn pairing<B: Backend>(p: &G1Affine<B>, q: &G2Affine<B>) -> Gt<B> {
    pairing_product(&[(p, &q.prepare())])
}

/// The product of e(pᵢ, qᵢ), with one final exponentiation. The empty product is 1.
#[must_use]
pub fn pairing_product<B: Backend>(terms: &[(&G1Affine<B>, &G2Prepared<B>)]) -> Gt<B> {
    let raw: Vec<_> = terms.iter().map(|(p, q)| (&p.0, &q.0)).collect();
    Gt(B::pairing_product(&raw))
}

/// Whether the product of e(pᵢ, qᵢ) is 1: what a verifier asks.
#[must_use]
pub fn product_is_one<B: Backend>(terms: &[(&G1Affine<B>, &G2Prepared<B>)]) -> bool {
    pairing_product(terms).is_one()
}

impl<B: Backend> Gt<B> {
    /// 1.
    #[must_use]
    pub fn one() -> Self {
        Self(B::gt_identity())
    }

    /// Whether it is 1.
    #[must_use]
    pub fn is_one(&self) -> bool {
        self.0 == B::gt_identity()
    }

    /// A power with a public exponent.
    ///
    /// # Security
    /// Not constant time on blst.
    #[must_use]
    pub fn vartime_pow(&self, exponent: &Scalar<B>) -> Self {
        Self(B::gt_vartime_mul(&self.0, &exponent.0))
    }

    /// 1 / self.
    #[must_use]
    pub fn invert(&self) -> Self {
        Self(-self.0)
    }
}

impl<B: Backend> Gt<B> {
    /// The libraries write the group additively.
    fn times(self, other: B::Gt) -> Self {
        Self(self.0 + other)
    }
}

impl<B: Backend> Mul for Gt<B> {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        self.times(other.0)
    }
}

impl<B: Backend> Div for Gt<B> {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        self.times(-other.0)
    }
}

impl<B: Backend> PartialEq for Gt<B> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<B: Backend> Eq for Gt<B> {}

impl<B: Backend> fmt::Debug for Gt<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Gt(…)")
    }
}
