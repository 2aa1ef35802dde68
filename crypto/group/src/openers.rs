//! The openers' public keys: k of n of them together can open a signature.
//!
//! Z = z·P is their joint key, z = f(0) for a polynomial f of degree k − 1 that nobody knows. Public are its
//! coefficients times P (Feldman, FOCS 1987), from which everybody computes each opener's key Z_j = f(j)·P.

use std::fmt;

use hufu_pairing::{Backend, Blst, G1, G1_BYTES, G1Affine};
use zeroize::Zeroize;

use crate::Error;
use crate::transcript::{declassify, same};
use crate::wire::{Reader, length_u16};

/// Most openers of a group.
pub const MAX_OPENERS: u16 = 64;

/// Threshold and joint key of a group's openers, who are numbered from 1.
#[derive(Clone, PartialEq, Eq)]
pub struct Openers<B: Backend = Blst> {
    threshold: u16,
    /// F_0 … F_(k−1); F_0 = Z.
    commitments: Vec<G1Affine<B>>,
    /// Z_1 … Z_n.
    keys: Vec<G1Affine<B>>,
}

impl<B: Backend> Openers<B> {
    /// Of the coefficients' commitments, one for each of the threshold's openers.
    pub(crate) fn new(count: u16, commitments: Vec<G1Affine<B>>) -> Result<Self, Error> {
        let threshold = u16::try_from(commitments.len()).unwrap_or(u16::MAX);
        check_threshold(threshold, count)?;
        let keys: Vec<_> = (1..=count).map(|opener| evaluate(&commitments, opener)).collect();
        let keys = G1::normalise(&keys);
        let joint = commitments.first().ok_or(Error::Degenerate("the openers' key"))?;
        // Public keys. No commitment may be the identity either: it could not be read back.
        let identities = commitments.iter().chain(&keys).any(|point| declassify(point.is_identity()));
        if declassify(joint.is_identity()) || identities {
            return Err(Error::Degenerate("an opener's key"));
        }
        Ok(Self { threshold, commitments, keys })
    }

    /// k: how many are needed.
    #[must_use]
    pub const fn threshold(&self) -> u16 {
        self.threshold
    }

    /// n: how many there are.
    #[must_use]
    pub fn count(&self) -> u16 {
        length_u16(self.keys.len())
    }

    /// Z.
    pub(crate) fn joint_key(&self) -> G1Affine<B> {
        self.commitments.first().copied().expect("a threshold of at least 1 was checked when this was made")
    }

    /// Z_j.
    pub(crate) fn key(&self, opener: u16) -> Result<&G1Affine<B>, Error> {
        usize::from(opener)
            .checked_sub(1)
            .and_then(|index| self.keys.get(index))
            .ok_or(Error::UnknownOpener { opener, openers: self.count() })
    }

    pub(crate) fn commitment_bytes(&self) -> Vec<u8> {
        self.commitments.iter().flat_map(G1Affine::to_bytes).collect()
    }

    /// n ‖ k ‖ F_0 ‖ … ‖ F_(k−1).
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.count().to_le_bytes());
        out.extend_from_slice(&self.threshold.to_le_bytes());
        out.extend_from_slice(&self.commitment_bytes());
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let (count, threshold) = (reader.u16()?, reader.u16()?);
        check_threshold(threshold, count)?;
        Self::new(count, read_commitments(reader, threshold)?)
    }

    /// Reads the openers' keys.
    ///
    /// # Errors
    /// [`Error::Length`], [`Error::Threshold`], [`Error::Point`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(bytes, "the openers' keys");
        let openers = Self::read(&mut reader)?;
        reader.end()?;
        Ok(openers)
    }

    /// n ‖ k ‖ F_0 ‖ … ‖ F_(k−1): 4 + 48·k bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(4 + G1_BYTES * self.commitments.len());
        self.write(&mut out);
        out
    }
}

impl<B: Backend> fmt::Debug for Openers<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Openers({} of {}, {:?})", self.threshold, self.count(), self.joint_key())
    }
}

/// k points that are not the identity.
pub(crate) fn read_commitments<B: Backend>(
    reader: &mut Reader<'_>,
    threshold: u16,
) -> Result<Vec<G1Affine<B>>, Error> {
    (0..threshold).map(|_| reader.point("F")).collect()
}

/// 1 ≤ k ≤ n ≤ [`MAX_OPENERS`].
pub(crate) fn check_threshold(threshold: u16, openers: u16) -> Result<(), Error> {
    if 1 <= threshold && threshold <= openers && openers <= MAX_OPENERS {
        Ok(())
    } else {
        Err(Error::Threshold { threshold, openers, limit: MAX_OPENERS })
    }
}

/// Σ jᵐ·Fₘ, by Horner's rule. Everything here is public.
pub(crate) fn evaluate<B: Backend>(commitments: &[G1Affine<B>], at: u16) -> G1<B> {
    commitments.iter().rev().fold(G1::identity(), |sum, point| times(&sum, at) + *point)
}

/// A small public multiple.
fn times<B: Backend>(point: &G1<B>, factor: u16) -> G1<B> {
    let bits = u16::BITS - factor.leading_zeros();
    (0..bits).rev().fold(G1::identity(), |sum, bit| {
        let doubled = sum.double();
        if factor >> bit & 1 == 1 { doubled + *point } else { doubled }
    })
}

/// An opener's share z_j of the joint secret. Erased when dropped, never printed.
pub struct OpenerKey<B: Backend = Blst> {
    pub(crate) opener: u16,
    pub(crate) share: hufu_pairing::Scalar<B>,
}

impl<B: Backend> OpenerKey<B> {
    /// Bytes of an opener's key.
    pub const SIZE: usize = 2 + hufu_pairing::SCALAR_BYTES;

    /// Whose it is.
    #[must_use]
    pub const fn opener(&self) -> u16 {
        self.opener
    }

    /// Number and share, to be kept in a keystore. Erased when dropped.
    #[must_use]
    pub fn to_bytes(&self) -> zeroize::Zeroizing<[u8; 2 + hufu_pairing::SCALAR_BYTES]> {
        let mut bytes = zeroize::Zeroizing::new([0; 2 + hufu_pairing::SCALAR_BYTES]);
        let (opener, share) = bytes.split_at_mut(2);
        opener.copy_from_slice(&self.opener.to_le_bytes());
        let scalar = zeroize::Zeroizing::new(self.share.to_bytes());
        share.copy_from_slice(scalar.as_slice());
        bytes
    }

    /// Reads an opener's key, which must be that of one of these openers.
    ///
    /// # Errors
    /// [`Error::Length`], [`Error::Scalar`], [`Error::UnknownOpener`]; [`Error::OtherGroup`] if the share is not the
    /// secret of that opener's key.
    pub fn from_bytes(openers: &Openers<B>, bytes: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(bytes, "an opener's key");
        let (opener, share) = (reader.u16()?, reader.nonzero("z")?);
        reader.end()?;
        Self::of(openers, opener, share)
    }

    pub(crate) fn of(
        openers: &Openers<B>,
        opener: u16,
        share: hufu_pairing::Scalar<B>,
    ) -> Result<Self, Error> {
        let key = Self { opener, share };
        let public = (G1Affine::generator() * key.share).to_affine();
        if same(&public, openers.key(opener)?) {
            Ok(key)
        } else {
            Err(Error::OtherGroup { what: "the opener's key" })
        }
    }
}

impl<B: Backend> Drop for OpenerKey<B> {
    fn drop(&mut self) {
        self.share.zeroize();
    }
}

impl<B: Backend> fmt::Debug for OpenerKey<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenerKey").field("opener", &self.opener).finish_non_exhaustive()
    }
}
