//! Ring keys: a scalar x and P = x·G on Ristretto255.

use std::fmt;

use curve25519_dalek::{RistrettoPoint, Scalar};
use rand_core::CryptoRng;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

use crate::group::{Element, SIZE, declassify};
use crate::{Error, Scope, Tag};

/// A member's public key: a Ristretto255 element other than the identity.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VerifyingKey(Element);

impl VerifyingKey {
    /// Bytes of a public key.
    pub const SIZE: usize = SIZE;

    /// Reads a public key.
    ///
    /// A key that reads well may still be nobody's: ask for a [`crate::ProofOfPossession`] before you list it.
    ///
    /// # Errors
    ///
    /// [`Error::Encoding`] unless the bytes are the canonical encoding of an element other than the identity.
    pub fn from_bytes(bytes: [u8; Self::SIZE]) -> Result<Self, Error> {
        Element::from_bytes(bytes, "ring key").map(Self)
    }

    /// The one encoding.
    #[must_use]
    pub const fn to_bytes(&self) -> [u8; Self::SIZE] {
        self.0.bytes
    }

    pub(crate) const fn element(&self) -> &Element {
        &self.0
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({:?})", self.0)
    }
}

/// A member's secret key: a scalar other than zero. Wiped when dropped, never printed.
///
/// # Security
///
/// Use it for ring signatures and proofs of possession only. A tag is x·H(scope): a protocol that answers with x
/// times a point of a stranger's choice would compute tags for that stranger.
pub struct SigningKey {
    scalar: Scalar,
    public: VerifyingKey,
}

impl SigningKey {
    /// Bytes of a secret key.
    pub const SIZE: usize = SIZE;

    /// A fresh key.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        loop {
            let mut wide = Zeroizing::new([0; 64]);
            rng.fill_bytes(wide.as_mut_slice());
            // Zero has probability 2^-252; the loop is there for a generator that is stuck at its start.
            if let Ok(key) = Self::from_scalar(Scalar::from_bytes_mod_order_wide(&wide)) {
                return key;
            }
        }
    }

    /// Reads a secret key: a reduced scalar, little-endian, not zero.
    ///
    /// # Errors
    ///
    /// [`Error::Encoding`].
    pub fn from_bytes(bytes: &[u8; Self::SIZE]) -> Result<Self, Error> {
        let scalar = Scalar::from_canonical_bytes(*bytes);
        // Whether the bytes are a key at all is no secret.
        if !declassify(scalar.is_some()) {
            return Err(Error::Encoding { what: "ring signing key", reason: "the scalar is not reduced" });
        }
        Self::from_scalar(scalar.unwrap_or(Scalar::ZERO))
    }

    /// The scalar's bytes, to be kept in a keystore. Wiped when dropped.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<[u8; Self::SIZE]> {
        Zeroizing::new(self.scalar.to_bytes())
    }

    /// The public half.
    #[must_use]
    pub const fn verifying_key(&self) -> VerifyingKey {
        self.public
    }

    /// The tag of this key in a scope: what each of its signatures there will carry.
    ///
    /// # Security
    ///
    /// Constant time in the key. The tag names the key's signatures in that scope: treat it as the secret that the
    /// signature is meant to keep until you sign.
    #[must_use]
    #[allow(clippy::missing_panics_doc, reason = "a product of what is not zero is not the identity")]
    pub fn tag(&self, scope: &Scope) -> Tag {
        let point = scope.base().point * self.scalar;
        Tag::new(Element::new(point, "tag").expect("not the identity because neither factor is zero"))
    }

    pub(crate) const fn scalar(&self) -> &Scalar {
        &self.scalar
    }

    fn from_scalar(scalar: Scalar) -> Result<Self, Error> {
        // Nor whether it is zero.
        if declassify(scalar.ct_eq(&Scalar::ZERO)) {
            return Err(Error::Encoding { what: "ring signing key", reason: "zero" });
        }
        let public = Element::new(RistrettoPoint::mul_base(&scalar), "ring key")?;
        Ok(Self { scalar, public: VerifyingKey(public) })
    }
}

impl Drop for SigningKey {
    fn drop(&mut self) {
        self.scalar.zeroize();
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("public", &self.public).finish_non_exhaustive()
    }
}
