//! Private keys.

use super::comb::mul_base;
use super::limbs;
use super::point::{Jacobian, batch_to_affine};
use super::scalar::{ORDER, Scalar};
use super::{Error, PublicKey};
use rand_core::TryCryptoRng;
use zeroize::{Zeroize, Zeroizing};

/// A private key: an integer d in 1..=n−2 (GB/T 32918.1 §6.1; d = n − 1 cannot sign, as 1 + d would be zero).
///
/// It decrypts ([`decrypt`](Self::decrypt)) and agrees on keys ([`exchange`](super::exchange));
/// [`SigningKey`](super::SigningKey) signs with it.
///
/// # Security
/// The scalar lives in one allocation, which is overwritten on drop; moving the key moves a pointer. Not promised: copies that
/// the compiler spilled to the stack, swap, and core dumps.
#[derive(Clone)]
pub struct SecretKey {
    scalar: Box<Zeroizing<Scalar>>,
    public: PublicKey,
}

/// Random values that are tried before the generator is called broken; a good one needs a second with probability 2⁻³².
const ATTEMPTS: usize = 64;

/// A uniformly random scalar in 1..=`largest` by rejection (GB/T 32918.1 §6.1).
pub(crate) fn random_scalar<R: TryCryptoRng + ?Sized>(
    rng: &mut R,
    below: &limbs::Limbs,
) -> Result<Scalar, Error> {
    let mut bytes = Zeroizing::new([0; 32]);
    for _ in 0..ATTEMPTS {
        rng.try_fill_bytes(&mut *bytes).map_err(|_| Error::Rng)?;
        let value = limbs::from_bytes(&bytes);
        // That a candidate is thrown away says nothing of the one that is kept.
        if limbs::is_zero(&value).not().and(limbs::less(&value, below)).declassify() {
            return Ok(Scalar::from_integer(&value));
        }
    }
    Err(Error::RngStuck)
}

/// n − 1: private keys are below it.
const ORDER_MINUS_ONE: limbs::Limbs = [ORDER[0] - 1, ORDER[1], ORDER[2], ORDER[3]];

impl SecretKey {
    /// Bytes of a private key.
    pub const BYTES: usize = 32;

    fn from_scalar(scalar: &Scalar) -> Self {
        let mut point = mul_base(scalar);
        let public = PublicKey::from_point(point.to_affine());
        // The Z of a multiple tells more of the scalar than the point does.
        point.zeroize();
        Self::with_point(scalar, public)
    }

    fn with_point(scalar: &Scalar, public: PublicKey) -> Self {
        Self { scalar: Box::new(Zeroizing::new(*scalar)), public }
    }

    /// Makes a key.
    ///
    /// # Errors
    /// [`Error::Rng`] and [`Error::RngStuck`] if the generator fails.
    pub fn generate<R: TryCryptoRng + ?Sized>(rng: &mut R) -> Result<Self, Error> {
        let mut scalar = random_scalar(rng, &ORDER_MINUS_ONE)?;
        let key = Self::from_scalar(&scalar);
        scalar.zeroize();
        Ok(key)
    }

    /// Makes `count` keys; they share one field inversion, which makes each about an eighth cheaper.
    ///
    /// # Errors
    /// [`Error::Rng`] and [`Error::RngStuck`] if the generator fails.
    pub fn generate_batch<R: TryCryptoRng + ?Sized>(rng: &mut R, count: usize) -> Result<Vec<Self>, Error> {
        let scalars: Zeroizing<Vec<Scalar>> =
            (0..count).map(|_| random_scalar(rng, &ORDER_MINUS_ONE)).collect::<Result<Vec<_>, _>>()?.into();
        let points: Zeroizing<Vec<Jacobian>> = scalars.iter().map(mul_base).collect::<Vec<_>>().into();
        Ok(batch_to_affine(&points)
            .into_iter()
            .zip(scalars.iter())
            .map(|(point, scalar)| Self::with_point(scalar, PublicKey::from_point(point)))
            .collect())
    }

    /// Reads the 32 big-endian bytes of d.
    ///
    /// # Errors
    /// [`Error::SecretKey`] for another length and for an integer outside 1..=n−2.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let mut scalar = Self::scalar_from_bytes(bytes)?;
        let key = Self::from_scalar(&scalar);
        scalar.zeroize();
        Ok(key)
    }

    fn scalar_from_bytes(bytes: &[u8]) -> Result<Scalar, Error> {
        let bytes: &[u8; 32] = bytes.try_into().map_err(|_| Error::SecretKey("it has not 32 bytes"))?;
        let value = Zeroizing::new(limbs::from_bytes(bytes));
        // Whoever gave a number that is no key may know it.
        let good = limbs::is_zero(&value).not().and(limbs::less(&value, &ORDER_MINUS_ONE));
        if !good.declassify() {
            return Err(Error::SecretKey("the integer is not in 1..=n-2"));
        }
        Ok(Scalar::from_integer(&value))
    }

    /// The 32 big-endian bytes of d.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.scalar.to_bytes())
    }

    /// d·G.
    #[must_use]
    pub const fn public_key(&self) -> &PublicKey {
        &self.public
    }

    pub(crate) fn scalar(&self) -> &Scalar {
        &self.scalar
    }
}

impl core::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("SecretKey").field("public_key", &self.public).finish_non_exhaustive()
    }
}

impl subtle::ConstantTimeEq for SecretKey {
    fn ct_eq(&self, other: &Self) -> subtle::Choice {
        (self.scalar.equals(&other.scalar).word().to_le_bytes()[0] & 1).into()
    }
}

impl PartialEq for SecretKey {
    /// In constant time.
    fn eq(&self, other: &Self) -> bool {
        // That two keys are the same key is the question asked.
        self.scalar.equals(&other.scalar).declassify()
    }
}

impl Eq for SecretKey {}

impl zeroize::ZeroizeOnDrop for SecretKey {}
