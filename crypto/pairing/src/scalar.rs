//! The field of order r: exponents of G1, G2 and the target group.

use crate::backend::{Backend, Blst};
use crate::error::Error;
use core::fmt;
use core::iter::Sum;
use core::ops::{Add, AddAssign, Mul, MulAssign, Neg, Sub, SubAssign};
use rand_core::CryptoRng;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq, CtOption};
use zeroize::DefaultIsZeroes;

/// An integer modulo the group order r.
///
/// `Debug` shows nothing of it, and it can be zeroized. Equality is constant time.
///
/// # Security
/// Arithmetic, inversion and encoding are constant time on both backends.
#[derive(Clone, Copy)]
pub struct Scalar<B: Backend = Blst>(pub(crate) B::Scalar);

/// Bytes of an encoded scalar.
pub const SCALAR_BYTES: usize = 32;

/// Uniform bytes from which a scalar is reduced: 48 keep the bias below 2⁻¹²⁸ (RFC 9380, section 5).
pub const WIDE_BYTES: usize = 48;

impl<B: Backend> Scalar<B> {
    /// 0.
    #[must_use]
    pub fn zero() -> Self {
        Self(B::Scalar::default())
    }

    /// 1.
    #[must_use]
    pub fn one() -> Self {
        1u64.into()
    }

    /// A uniform scalar: 48 bytes of `rng`, big endian, reduced.
    pub fn random<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        let mut wide = zeroize::Zeroizing::new([0; WIDE_BYTES]);
        rng.fill_bytes(wide.as_mut());
        Self::from_wide(&wide)
    }

    /// 48 big-endian bytes modulo r: `OS2IP(bytes) mod r`.
    #[must_use]
    pub fn from_wide(bytes: &[u8; WIDE_BYTES]) -> Self {
        let mut halves = [[0; SCALAR_BYTES]; 2];
        for (half, given) in halves.iter_mut().zip(bytes.chunks(WIDE_BYTES / 2)) {
            half.iter_mut().zip(given.iter().rev()).for_each(|(to, from)| *to = *from);
        }
        // Always there, since 192 bits are below r, which has 255; asking would be a branch on what may be secret.
        let [high, low] = halves.map(|half| B::scalar_from_le(&half).unwrap_or(B::Scalar::default()));
        let shift = B::scalar_from_u64(1 << 48);
        let shift = shift * shift; // 2⁹⁶
        Self(high * (shift * shift) + low)
    }

    /// Reads 32 big-endian bytes.
    ///
    /// # Errors
    /// [`Error::Length`], or [`Error::ScalarRange`] for an integer that is not below r.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let found = bytes.len();
        let mut le: [u8; SCALAR_BYTES] = bytes.try_into().map_err(|_| Error::Length {
            what: "a scalar",
            expected: SCALAR_BYTES,
            found,
        })?;
        le.reverse();
        Option::from(B::scalar_from_le(&le)).map(Self).ok_or(Error::ScalarRange)
    }

    /// 32 big-endian bytes.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; SCALAR_BYTES] {
        let mut bytes = B::scalar_to_le(&self.0);
        bytes.reverse();
        bytes
    }

    /// The inverse, if there is one.
    #[must_use]
    pub fn invert(&self) -> CtOption<Self> {
        B::scalar_invert(&self.0).map(Self)
    }

    /// Whether it is zero.
    #[must_use]
    pub fn is_zero(&self) -> Choice {
        self.0.ct_eq(&B::Scalar::default())
    }
}

impl<B: Backend> From<u64> for Scalar<B> {
    fn from(value: u64) -> Self {
        Self(B::scalar_from_u64(value))
    }
}

impl<B: Backend> From<u128> for Scalar<B> {
    fn from(value: u128) -> Self {
        let mut le = [0; SCALAR_BYTES];
        le.iter_mut().zip(value.to_le_bytes()).for_each(|(to, from)| *to = from);
        // Always there, since 128 bits are below r.
        Self(B::scalar_from_le(&le).unwrap_or(B::Scalar::default()))
    }
}

impl<B: Backend> fmt::Debug for Scalar<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Scalar(…)")
    }
}

impl<B: Backend> Default for Scalar<B> {
    fn default() -> Self {
        Self::zero()
    }
}

impl<B: Backend> DefaultIsZeroes for Scalar<B> {}

impl<B: Backend> ConstantTimeEq for Scalar<B> {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.0.ct_eq(&other.0)
    }
}

impl<B: Backend> PartialEq for Scalar<B> {
    fn eq(&self, other: &Self) -> bool {
        self.ct_eq(other).into()
    }
}

impl<B: Backend> Eq for Scalar<B> {}

impl<B: Backend> ConditionallySelectable for Scalar<B> {
    fn conditional_select(a: &Self, b: &Self, choice: Choice) -> Self {
        Self(B::Scalar::conditional_select(&a.0, &b.0, choice))
    }
}

impl<B: Backend> Add for Scalar<B> {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl<B: Backend> Sub for Scalar<B> {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl<B: Backend> Mul for Scalar<B> {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        Self(self.0 * other.0)
    }
}

impl<B: Backend> Neg for Scalar<B> {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl<B: Backend> AddAssign for Scalar<B> {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl<B: Backend> SubAssign for Scalar<B> {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl<B: Backend> MulAssign for Scalar<B> {
    fn mul_assign(&mut self, other: Self) {
        *self = *self * other;
    }
}

impl<B: Backend> Sum for Scalar<B> {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::zero(), Add::add)
    }
}
