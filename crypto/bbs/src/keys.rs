//! Sections 3.4 and 4.2.4.6 of the core draft: secret and public keys.

use crate::declassify::declassify;
use crate::error::Error;
use crate::scalars::hash_to_scalar;
use crate::suite::Suite;
use core::fmt;
use hufu_pairing::{Backend, Blst, G2Affine, G2Prepared, Identity, Scalar};
use rand_core::CryptoRng;
use std::sync::OnceLock;
use zeroize::{Zeroize, Zeroizing};

/// Fewest bytes of key material.
pub const MIN_KEY_MATERIAL: usize = 32;

/// A signer's secret key, a scalar in 1..r; erased when dropped, and shown by nothing.
///
/// One key serves both ciphersuites and every interface: what is signed is bound to them.
pub struct SecretKey<B: Backend = Blst> {
    scalar: Scalar<B>,
    public: PublicKey<B>,
}

impl<B: Backend> SecretKey<B> {
    /// `KeyGen` with the suite's own domain separation tag.
    ///
    /// # Errors
    /// [`Error::KeyMaterial`] for fewer than 32 bytes, [`Error::KeyInfo`] for more than 65,535.
    pub fn generate<S: Suite>(key_material: &[u8], key_info: &[u8]) -> Result<Self, Error> {
        Self::generate_with_tag::<S>(key_material, key_info, format!("{}KEYGEN_DST_", S::ID).as_bytes())
    }

    /// `KeyGen`.
    ///
    /// # Errors
    /// As [`SecretKey::generate`]; and [`Error::Length`] for a tag of no or more than 255 bytes.
    pub fn generate_with_tag<S: Suite>(
        key_material: &[u8],
        key_info: &[u8],
        key_dst: &[u8],
    ) -> Result<Self, Error> {
        if key_dst.is_empty() || key_dst.len() > 255 {
            return Err(Error::Length { what: "the key's domain separation tag", found: key_dst.len() });
        }
        // 1–2
        if key_material.len() < MIN_KEY_MATERIAL {
            return Err(Error::KeyMaterial { min: MIN_KEY_MATERIAL, found: key_material.len() });
        }
        let length = u16::try_from(key_info.len()).map_err(|_| Error::KeyInfo { found: key_info.len() })?;
        // 3–6
        let scalar = hash_to_scalar::<S, B>(&[key_material, &length.to_be_bytes(), key_info], key_dst);
        Self::of(scalar)
    }

    /// A new key, from 48 bytes of `rng` as key material.
    ///
    /// # Errors
    /// [`Error::Zero`] with probability 2⁻²⁵⁵.
    pub fn random<S: Suite>(rng: &mut (impl CryptoRng + ?Sized)) -> Result<Self, Error> {
        let mut material = Zeroizing::new([0; 48]);
        rng.fill_bytes(material.as_mut());
        Self::generate::<S>(material.as_ref(), b"")
    }

    /// Reads 32 big-endian bytes.
    ///
    /// # Errors
    /// [`Error::Scalar`] for a wrong length or r and above, [`Error::Zero`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let scalar =
            Scalar::from_bytes(bytes).map_err(|reason| Error::Scalar { what: "secret key", reason })?;
        Self::of(scalar)
    }

    /// 32 big-endian bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.scalar.to_bytes())
    }

    /// `SkToPk`: the public key, computed when the secret key was made.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey<B> {
        &self.public
    }

    pub(crate) fn scalar(&self) -> &Scalar<B> {
        &self.scalar
    }

    fn of(scalar: Scalar<B>) -> Result<Self, Error> {
        // Whether a drawn or stored key is zero is no secret.
        if declassify(scalar.is_zero()) {
            return Err(Error::Zero { what: "secret key" });
        }
        let public = PublicKey::of((G2Affine::generator() * scalar).to_affine());
        Ok(Self { scalar, public })
    }
}

impl<B: Backend> Drop for SecretKey<B> {
    fn drop(&mut self) {
        self.scalar.zeroize();
    }
}

impl<B: Backend> fmt::Debug for SecretKey<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretKey").field("public", &self.public).finish_non_exhaustive()
    }
}

/// A signer's public key: a point of G2's subgroup other than the identity, with its pairing lines once they are
/// needed.
#[derive(Clone)]
pub struct PublicKey<B: Backend = Blst> {
    bytes: [u8; 96],
    point: G2Affine<B>,
    prepared: OnceLock<G2Prepared<B>>,
}

impl<B: Backend> PublicKey<B> {
    /// `octets_to_pubkey`.
    ///
    /// # Errors
    /// [`Error::Point`] for a wrong length, an encoding that is not canonical, a point outside the subgroup, or the
    /// identity.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        G2Affine::from_bytes(bytes, Identity::Refuse)
            .map(Self::of)
            .map_err(|reason| Error::Point { what: "public key", reason })
    }

    /// 96 bytes.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 96] {
        self.bytes
    }

    pub(crate) fn as_bytes(&self) -> &[u8; 96] {
        &self.bytes
    }

    pub(crate) fn prepared(&self) -> &G2Prepared<B> {
        self.prepared.get_or_init(|| self.point.prepare())
    }

    fn of(point: G2Affine<B>) -> Self {
        Self { bytes: point.to_bytes(), point, prepared: OnceLock::new() }
    }
}

impl<B: Backend> PartialEq for PublicKey<B> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl<B: Backend> Eq for PublicKey<B> {}

impl<B: Backend> fmt::Debug for PublicKey<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({:?})", self.point)
    }
}
