//! Integers modulo the group order n (GB/T 32918.5 §2).
//!
//! They are held as they are, not in Montgomery form: they come from bytes, are added, cut into digits and written as bytes, and in
//! all of a signature there is one product, whose one factor belongs to the key ([`Factor`]).

use super::ct::Mask;
use super::invert::{self, Modulus};
use super::limbs::{self, Limbs};

/// n.
pub(crate) const ORDER: Limbs =
    [0x53bb_f409_39d5_4123, 0x7203_df6b_21c6_052b, 0xffff_ffff_ffff_ffff, 0xffff_fffe_ffff_ffff];
/// 2⁵¹² mod n.
const R2: Limbs =
    [0x9011_92af_7c11_4f20, 0x3464_504a_de6f_a2fa, 0x620f_c84c_3aff_e0d4, 0x1eb5_e412_a22b_3d3b];
/// −n⁻¹ mod 2⁶⁴.
const N0: u64 = 0x327f_9e88_7235_0975;

/// An integer modulo n: the one in 0..n.
#[derive(Clone, Copy, Default)]
pub(crate) struct Scalar(Limbs);

impl zeroize::DefaultIsZeroes for Scalar {}

/// A scalar a as a·2²⁵⁶ mod n, for multiplying by it more than once.
#[derive(Clone, Copy, Default)]
pub(crate) struct Factor(Limbs);

impl zeroize::DefaultIsZeroes for Factor {}

impl Factor {
    /// a·b.
    #[inline]
    pub(crate) fn mul(&self, b: &Scalar) -> Scalar {
        Scalar(reduce(&limbs::mul_wide(&self.0, &b.0)))
    }
}

/// t / 2²⁵⁶ mod n, for t < 2²⁵⁶·n: Montgomery's reduction, a limb at a time.
#[inline(always)]
fn reduce(t: &[u64; 8]) -> Limbs {
    let mut low = [t[0], t[1], t[2], t[3]];
    for _ in 0..4 {
        let m = low[0].wrapping_mul(N0);
        let (_, c) = m.carrying_mul(ORDER[0], low[0]);
        let (r0, c) = m.carrying_mul_add(ORDER[1], low[1], c);
        let (r1, c) = m.carrying_mul_add(ORDER[2], low[2], c);
        let (r2, r3) = m.carrying_mul_add(ORDER[3], low[3], c);
        low = [r0, r1, r2, r3];
    }
    let (sum, carry) = limbs::add(&low, &[t[4], t[5], t[6], t[7]]);
    limbs::reduce_once(&sum, carry, &ORDER)
}

impl Scalar {
    pub(crate) const ZERO: Self = Self([0; 4]);
    pub(crate) const ONE: Self = Self([1, 0, 0, 0]);

    /// An integer below 2²⁵⁶, reduced modulo n.
    #[inline]
    pub(crate) fn from_integer(value: &Limbs) -> Self {
        // 2²⁵⁶ is below 2n.
        Self(limbs::reduce_once(value, false, &ORDER))
    }

    /// From 32 big-endian bytes, reduced modulo n.
    #[inline]
    pub(crate) fn from_bytes_reduced(bytes: &[u8; 32]) -> Self {
        Self::from_integer(&limbs::from_bytes(bytes))
    }

    /// From 32 big-endian bytes, and whether the integer is in 1..n.
    #[inline]
    pub(crate) fn from_bytes(bytes: &[u8; 32]) -> (Self, Mask) {
        let value = limbs::from_bytes(bytes);
        (Self::from_integer(&value), limbs::is_zero(&value).not().and(limbs::less(&value, &ORDER)))
    }

    /// The integer below n.
    #[inline]
    pub(crate) const fn to_integer(self) -> Limbs {
        self.0
    }

    /// This scalar as a factor.
    #[inline]
    pub(crate) fn to_factor(self) -> Factor {
        Factor(reduce(&limbs::mul_wide(&self.0, &R2)))
    }

    pub(crate) fn to_bytes(self) -> [u8; 32] {
        limbs::to_bytes(&self.to_integer())
    }

    #[inline]
    pub(crate) fn add(&self, other: &Self) -> Self {
        Self(limbs::add_mod(&self.0, &other.0, &ORDER))
    }

    #[inline]
    pub(crate) fn sub(&self, other: &Self) -> Self {
        Self(limbs::sub_mod(&self.0, &other.0, &ORDER))
    }

    /// −a; of the tests, which need it for the opposite of a scalar.
    #[cfg(test)]
    pub(crate) fn negate(&self) -> Self {
        Self::ZERO.sub(self)
    }

    #[inline]
    pub(crate) fn mul(&self, other: &Self) -> Self {
        self.to_factor().mul(other)
    }

    /// 1/a, and 0 for 0, in constant time.
    pub(crate) fn invert(&self) -> Self {
        /// n for the inversion by division steps.
        const MODULUS: Modulus = Modulus::new(&ORDER, 0x0d80_6177_8dca_f68b);
        Self(invert::invert(&self.0, &MODULUS))
    }

    #[inline]
    pub(crate) fn is_zero(&self) -> Mask {
        limbs::is_zero(&self.0)
    }

    #[inline]
    pub(crate) fn equals(&self, other: &Self) -> Mask {
        limbs::equal(&self.0, &other.0)
    }
}
