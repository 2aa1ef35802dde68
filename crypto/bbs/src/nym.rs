//! The secrets of pseudonyms through their life — the prover's part, the signer's part, both together — and the
//! pseudonym itself.

use crate::declassify::declassify;
use crate::error::Error;
use crate::wire::Reader;
use core::fmt;
use hufu_pairing::{Backend, Blst, G1_BYTES, G1Affine, SCALAR_BYTES, Scalar};
use rand_core::CryptoRng;
use subtle::Choice;
use zeroize::{Zeroize, Zeroizing};

/// Most secrets of a pseudonym. N secrets keep N pseudonyms unlinkable even for who can take discrete logarithms.
pub const MAX_NYM_SECRETS: usize = 256;

/// `prover_nyms`: what the holder chooses and the signer never sees. Erased when dropped.
pub struct ProverNyms<B: Backend = Blst>(pub(crate) Zeroizing<Vec<Scalar<B>>>);

/// `signer_nym_entropy`: what the signer adds, so that no two signatures have the same secrets. The holder needs it.
pub struct NymEntropy<B: Backend = Blst>(pub(crate) Scalar<B>);

/// `nym_secrets`: what pseudonyms are made of. Erased when dropped.
pub struct NymSecrets<B: Backend = Blst>(pub(crate) Zeroizing<Vec<Scalar<B>>>);

/// A holder's name in one context: a point of G1 other than the identity and the base point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pseudonym<B: Backend = Blst>(pub(crate) G1Affine<B>);

pub(crate) fn check_count(found: usize) -> Result<(), Error> {
    if (1..=MAX_NYM_SECRETS).contains(&found) {
        return Ok(());
    }
    Err(Error::NymSecrets { max: MAX_NYM_SECRETS, found })
}

fn octets<B: Backend>(scalars: &[Scalar<B>]) -> Zeroizing<Vec<u8>> {
    let mut octets = Zeroizing::new(Vec::with_capacity(SCALAR_BYTES * scalars.len()));
    for scalar in scalars {
        octets.extend_from_slice(Zeroizing::new(scalar.to_bytes()).as_ref());
    }
    octets
}

impl<B: Backend> ProverNyms<B> {
    /// New ones.
    ///
    /// # Errors
    /// [`Error::NymSecrets`] for none or more than [`MAX_NYM_SECRETS`].
    pub fn random(count: usize, rng: &mut (impl CryptoRng + ?Sized)) -> Result<Self, Error> {
        check_count(count)?;
        Ok(Self(Zeroizing::new((0..count).map(|_| Scalar::random(rng)).collect())))
    }

    /// Reads 32 big-endian bytes for each.
    ///
    /// # Errors
    /// [`Error::NymSecrets`], [`Error::Length`], [`Error::Scalar`], [`Error::Zero`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(bytes, "prover nyms");
        let scalars = reader.scalars("prover nym", 0)?;
        check_count(scalars.len())?;
        Ok(Self(scalars))
    }

    /// 32 big-endian bytes for each.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        octets(&self.0)
    }

    /// N.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The signer's entropy added to the last.
    pub(crate) fn with(&self, entropy: &NymEntropy<B>) -> NymSecrets<B> {
        let mut secrets = self.0.clone();
        if let Some(last) = secrets.last_mut() {
            *last += entropy.0;
        }
        NymSecrets(secrets)
    }
}

impl<B: Backend> NymEntropy<B> {
    /// New.
    #[must_use]
    pub fn random(rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        Self(Scalar::random(rng))
    }

    /// Reads 32 big-endian bytes.
    ///
    /// # Errors
    /// [`Error::Length`], [`Error::Scalar`], [`Error::Zero`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(bytes, "signer nym entropy");
        let scalar = reader.scalar("signer nym entropy")?;
        reader.end()?;
        Ok(Self(scalar))
    }

    /// 32 big-endian bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }
}

impl<B: Backend> NymSecrets<B> {
    /// Reads 32 big-endian bytes for each.
    ///
    /// # Errors
    /// As [`ProverNyms::from_bytes`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        ProverNyms::from_bytes(bytes).map(|nyms| Self(nyms.0.clone()))
    }

    /// 32 big-endian bytes for each.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        octets(&self.0)
    }

    /// N.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }
}

impl<B: Backend> Pseudonym<B> {
    /// Reads 48 bytes.
    ///
    /// # Errors
    /// [`Error::Point`] for a wrong length, an encoding that is not canonical, a point outside the subgroup or the
    /// identity; [`Error::Degenerate`] for the base point.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(bytes, "a pseudonym");
        let point = reader.point("pseudonym")?;
        reader.end()?;
        Self::of(point)
    }

    /// 48 bytes.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; G1_BYTES] {
        self.0.to_bytes()
    }

    pub(crate) fn of(point: G1Affine<B>) -> Result<Self, Error> {
        // A pseudonym is there to be shown.
        let generator = Choice::from(u8::from(point == G1Affine::generator()));
        if declassify(point.is_identity() | generator) {
            return Err(Error::Degenerate("pseudonym"));
        }
        Ok(Self(point))
    }
}

impl<B: Backend> Drop for NymEntropy<B> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<B: Backend> fmt::Debug for ProverNyms<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProverNyms({} secrets)", self.0.len())
    }
}

impl<B: Backend> fmt::Debug for NymEntropy<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NymEntropy(…)")
    }
}

impl<B: Backend> fmt::Debug for NymSecrets<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NymSecrets({} secrets)", self.0.len())
    }
}
