//! The field of integers modulo p = 2²⁵⁶ − 2²²⁴ − 2⁹⁶ + 2⁶⁴ − 1 (GB/T 32918.5 §2), in Montgomery form.
//!
//! An element a is held as a·2²⁵⁶ mod p, always below p, so equal elements have equal limbs. p ≡ −1 modulo 2⁶⁴: the factor
//! −p⁻¹ mod 2⁶⁴ of Montgomery's reduction is 1, and a multiple of p is two shifts and four additions or subtractions, so that
//! the reduction has no multiplication at all.

use super::ct::{self, Mask, Pair};
use super::fast::{Work, fast};
use super::invert::{self, Modulus};
use super::limbs::{self, Limbs};
use core::fmt::Debug;

/// p.
const P: Limbs = [0xffff_ffff_ffff_ffff, 0xffff_ffff_0000_0000, 0xffff_ffff_ffff_ffff, 0xffff_fffe_ffff_ffff];
/// 2²⁵⁶ mod p: one, in Montgomery form.
const R: Limbs = [0x0000_0000_0000_0001, 0x0000_0000_ffff_ffff, 0, 0x0000_0001_0000_0000];
/// 2⁵¹² mod p.
const R2: Limbs =
    [0x0000_0002_0000_0003, 0x0000_0002_ffff_ffff, 0x0000_0001_0000_0001, 0x0000_0004_0000_0002];
/// 2⁷⁶⁸ mod p.
const R3: Limbs =
    [0x0000_0012_0000_0016, 0x0000_000e_ffff_fff8, 0x0000_000a_0000_000c, 0x0000_001b_0000_0009];

/// How limbs are computed with: the operations that long computations consist of. Operands and results are below p.
///
/// A value of an implementing type is at the same time the proof that this CPU can do it, and an element carries it. It has no
/// size.
pub(crate) trait Arithmetic: Copy + Eq + Debug {
    /// a·b / 2²⁵⁶ mod p.
    fn mul(self, a: &Limbs, b: &Limbs) -> Limbs;

    /// a² / 2²⁵⁶ mod p.
    fn square(self, a: &Limbs) -> Limbs;

    /// a + b mod p.
    fn add(self, a: &Limbs, b: &Limbs) -> Limbs;

    /// a − b mod p.
    fn sub(self, a: &Limbs, b: &Limbs) -> Limbs;

    /// Entry `index` of a table, by reading all of it.
    fn look_up(self, entries: &[Pair], index: u64) -> [u64; 8];
}

/// What every CPU can do.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Portable;

impl Arithmetic for Portable {
    #[inline(always)]
    fn mul(self, a: &Limbs, b: &Limbs) -> Limbs {
        reduce(&limbs::mul_wide(a, b))
    }

    #[inline(always)]
    fn square(self, a: &Limbs) -> Limbs {
        reduce(&limbs::square_wide(a))
    }

    #[inline(always)]
    fn add(self, a: &Limbs, b: &Limbs) -> Limbs {
        limbs::add_mod(a, b, &P)
    }

    #[inline(always)]
    fn sub(self, a: &Limbs, b: &Limbs) -> Limbs {
        limbs::sub_mod(a, b, &P)
    }

    #[inline(always)]
    fn look_up(self, entries: &[Pair], index: u64) -> [u64; 8] {
        ct::look_up(entries, index)
    }
}

/// An element of the field, and how it is computed with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct FieldElement<A = Portable>(Limbs, A);

impl Default for FieldElement {
    fn default() -> Self {
        Self::ZERO
    }
}

impl<A> zeroize::Zeroize for FieldElement<A> {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

/// Montgomery's reduction of one limb: (t + t₀·p) / 2⁶⁴ for t < 2²⁵⁶, which is
/// t/2⁶⁴ + t₀·(2¹⁹² − 2¹⁶⁰ − 2³² + 1) without t₀ itself; below 2²⁵⁶.
#[inline(always)]
fn reduce_limb(t: &Limbs) -> Limbs {
    let m = t[0];
    let (low, high) = (m << 32, m >> 32);
    let (v0, b) = m.borrowing_sub(low, false);
    let (v1, b) = 0u64.borrowing_sub(high, b);
    let (v2, b) = 0u64.borrowing_sub(low, b);
    let (v3, _) = m.borrowing_sub(high, b);
    limbs::add(&[t[1], t[2], t[3], 0], &[v0, v1, v2, v3]).0
}

/// t / 2²⁵⁶ mod p, for t < 2²⁵⁶·p.
#[inline(always)]
fn reduce(t: &[u64; 8]) -> Limbs {
    let low = reduce_limb(&[t[0], t[1], t[2], t[3]]);
    let low = reduce_limb(&low);
    let low = reduce_limb(&low);
    let low = reduce_limb(&low);
    let (sum, carry) = limbs::add(&low, &[t[4], t[5], t[6], t[7]]);
    limbs::reduce_once(&sum, carry, &P)
}

impl FieldElement {
    pub(crate) const ZERO: Self = Self([0; 4], Portable);
    pub(crate) const ONE: Self = Self(R, Portable);

    /// From limbs that are already in Montgomery form and below p.
    pub(crate) const fn from_montgomery(limbs: Limbs) -> Self {
        Self(limbs, Portable)
    }

    /// From 32 big-endian bytes; nothing if the integer is not below p. The refusal is visible in the run time, the value
    /// is not.
    pub(crate) fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
        let value = limbs::from_bytes(bytes);
        // That an encoding is refused is told to whoever gave it.
        limbs::less(&value, &P).declassify().then(|| Self::from_integer(&value))
    }

    /// An integer below 2²⁵⁶, reduced modulo p.
    pub(crate) fn from_integer(value: &Limbs) -> Self {
        Self(Portable.mul(value, &R2), Portable)
    }

    /// Whether the integer is below p.
    pub(crate) fn is_canonical(value: &Limbs) -> bool {
        // Asked of public values only.
        limbs::less(value, &P).declassify()
    }

    pub(crate) fn to_bytes(self) -> [u8; 32] {
        limbs::to_bytes(&self.to_integer())
    }

    /// A square root, if there is one.
    pub(crate) fn sqrt(&self) -> Option<Self> {
        let root = fast(Root(self));
        (root.square() == *self).then_some(root)
    }

    /// Whether the integer is odd.
    pub(crate) fn is_odd(&self) -> bool {
        self.to_integer()[0] & 1 == 1
    }
}

/// a^((p+1)/4), which is a square root of every square a, because p ≡ 3 mod 4.
struct Root<'a>(&'a FieldElement);

impl Work for Root<'_> {
    type Output = FieldElement;

    #[inline(always)]
    fn run<A: Arithmetic>(self, arithmetic: A) -> FieldElement {
        // (p+1)/4 in binary, from the top: 31 ones, a zero, 128 ones, 31 zeros, a one, 62 zeros.
        let x1 = self.0.with(arithmetic);
        let x2 = x1.square().mul(&x1);
        let x4 = x2.square_times(2).mul(&x2);
        let x8 = x4.square_times(4).mul(&x4);
        let x16 = x8.square_times(8).mul(&x8);
        let x24 = x16.square_times(8).mul(&x8);
        let x28 = x24.square_times(4).mul(&x4);
        let x30 = x28.square_times(2).mul(&x2);
        let x31 = x30.square().mul(&x1);
        let x32 = x31.square().mul(&x1);
        let x64 = x32.square_times(32).mul(&x32);
        let x128 = x64.square_times(64).mul(&x64);
        x31.square_times(1 + 128).mul(&x128).square_times(32).mul(&x1).square_times(62).with(Portable)
    }
}

impl<A: Arithmetic> FieldElement<A> {
    /// 0.
    #[inline(always)]
    pub(crate) const fn zero(arithmetic: A) -> Self {
        Self([0; 4], arithmetic)
    }

    /// 1.
    #[inline(always)]
    pub(crate) const fn one(arithmetic: A) -> Self {
        Self(R, arithmetic)
    }

    /// The same element for another arithmetic.
    #[inline(always)]
    pub(crate) const fn with<B>(&self, arithmetic: B) -> FieldElement<B> {
        FieldElement(self.0, arithmetic)
    }

    /// How it is computed with.
    #[inline(always)]
    pub(crate) const fn arithmetic(&self) -> A {
        self.1
    }

    /// The integer below p.
    #[inline]
    pub(crate) fn to_integer(self) -> Limbs {
        let a = self.0;
        reduce(&[a[0], a[1], a[2], a[3], 0, 0, 0, 0])
    }

    #[inline(always)]
    pub(crate) fn add(&self, other: &Self) -> Self {
        Self(self.1.add(&self.0, &other.0), self.1)
    }

    #[inline(always)]
    pub(crate) fn double(&self) -> Self {
        self.add(self)
    }

    #[inline(always)]
    pub(crate) fn sub(&self, other: &Self) -> Self {
        Self(self.1.sub(&self.0, &other.0), self.1)
    }

    #[inline(always)]
    pub(crate) fn negate(&self) -> Self {
        Self::zero(self.1).sub(self)
    }

    /// a/2: a or a + p, whichever is even, shifted.
    #[inline(always)]
    pub(crate) fn halve(&self) -> Self {
        let mask = Mask::from_bit(self.0[0] & 1).word();
        let (a, carry) = limbs::add(&self.0, &[P[0] & mask, P[1] & mask, P[2] & mask, P[3] & mask]);
        let halves = [
            a[0] >> 1 | a[1] << 63,
            a[1] >> 1 | a[2] << 63,
            a[2] >> 1 | a[3] << 63,
            a[3] >> 1 | u64::from(carry) << 63,
        ];
        Self(halves, self.1)
    }

    #[inline(always)]
    pub(crate) fn mul(&self, other: &Self) -> Self {
        Self(self.1.mul(&self.0, &other.0), self.1)
    }

    #[inline(always)]
    pub(crate) fn square(&self) -> Self {
        Self(self.1.square(&self.0), self.1)
    }

    /// a^(2^n).
    #[inline(always)]
    pub(crate) fn square_times(&self, n: usize) -> Self {
        let mut a = *self;
        for _ in 0..n {
            a = a.square();
        }
        a
    }

    /// 1/a, and 0 for 0, in constant time.
    pub(crate) fn invert(&self) -> Self {
        /// p for the inversion by division steps.
        const MODULUS: Modulus = Modulus::new(&P, 0x3fff_ffff_ffff_ffff);
        // The inverse of a·R is a⁻¹·R⁻¹; times R³ and one reduction make a⁻¹·R of it.
        Self(invert::invert(&self.0, &MODULUS), self.1).mul(&Self(R3, self.1))
    }

    #[inline(always)]
    pub(crate) fn is_zero(&self) -> Mask {
        limbs::is_zero(&self.0)
    }

    /// `a` if the mask is set, else `b`.
    #[inline(always)]
    pub(crate) fn select(mask: Mask, a: &Self, b: &Self) -> Self {
        Self(limbs::select(mask, &a.0, &b.0), a.1)
    }

    /// −a if the mask is set, else a.
    #[inline(always)]
    pub(crate) fn negate_if(&self, mask: Mask) -> Self {
        Self::select(mask, &self.negate(), self)
    }

    /// The limbs in Montgomery form.
    #[inline(always)]
    pub(crate) const fn montgomery(&self) -> &Limbs {
        &self.0
    }
}
