//! What the issuer gives a member: A = (G + Q)/(γ+e) once, W = V/(γ+e) for an epoch, and e.

use std::fmt;

use hufu_pairing::{Backend, Blst, G1, G1_BYTES, G1Affine, SCALAR_BYTES, Scalar, msm, product_is_one};
use zeroize::Zeroize;

use crate::labels::CREDENTIAL;
use crate::transcript::Transcript;
use crate::wire::Reader;
use crate::{Epoch, Error, Group, MemberKey};

/// A membership credential with the witness for one epoch. Without the member's secret it signs nothing; who has it
/// learns which member it is of, but not which signatures that member made. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential<B: Backend = Blst> {
    pub(crate) epoch: u64,
    pub(crate) a: G1Affine<B>,
    pub(crate) witness: G1Affine<B>,
    pub(crate) identifier: Scalar<B>,
}

impl<B: Backend> Credential<B> {
    /// Bytes of a credential.
    pub const SIZE: usize = 8 + 2 * G1_BYTES + SCALAR_BYTES;

    /// The epoch of its witness.
    #[must_use]
    pub const fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Checks e(A, X + e·P₂) = e(G + Q, P₂) and e(W, X + e·P₂) = e(V, P₂), in one product.
    pub(crate) fn check(&self, group: &Group<B>, epoch: &Epoch<B>, key: &MemberKey<B>) -> Result<(), Error> {
        let mut transcript = Transcript::new(CREDENTIAL);
        transcript.append("group", group.id().as_bytes());
        transcript.append("epoch", &epoch.to_bytes());
        transcript.append_point("Q", &key.0);
        transcript.append("credential", &self.to_bytes());
        let weight = transcript.weights().weight::<B>();
        // With L = A + w·W and M = G + Q + w·V: e(L, X)·e(M − e·L, −P₂) = 1.
        let left = self.a.lift() + self.witness * weight;
        let right = group.parameters().bases().g.lift() + key.0 + *epoch.value() * weight;
        let left = left.to_affine();
        let points = G1::normalise(&[right - left * self.identifier]);
        let [right] = points.as_slice() else { return Err(Error::Credential) };
        let holds =
            product_is_one(&[(&left, group.prepared()), (right, &group.parameters().bases().minus_p2)]);
        if holds { Ok(()) } else { Err(Error::Credential) }
    }

    /// Reads a credential.
    ///
    /// # Errors
    /// [`Error::Length`], [`Error::Point`], [`Error::Scalar`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(bytes, "a credential");
        let (epoch, a, witness) = (reader.u64()?, reader.point("A")?, reader.point("W")?);
        let identifier = reader.scalar("e")?;
        reader.end()?;
        Ok(Self { epoch, a, witness, identifier })
    }

    /// Epoch ‖ A ‖ W ‖ e.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let (epoch, identifier) = (self.epoch.to_le_bytes(), self.identifier.to_bytes());
        [epoch.as_slice(), &self.a.to_bytes(), &self.witness.to_bytes(), &identifier].concat()
    }

    /// C = A + W and γ·C = G + V + Q − e·C.
    pub(crate) fn sum(&self, epoch: &Epoch<B>, key: &MemberKey<B>) -> Result<[G1Affine<B>; 2], Error> {
        let sum = (self.a.lift() + self.witness).to_affine();
        let shifted = epoch.constant().lift() + key.0 - msm(&[(sum, self.identifier)]);
        Ok([sum, shifted.to_affine()])
    }
}

impl<B: Backend> Drop for Credential<B> {
    fn drop(&mut self) {
        self.identifier.zeroize();
        self.a.zeroize();
        self.witness.zeroize();
    }
}

impl<B: Backend> fmt::Debug for Credential<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credential").field("epoch", &self.epoch).finish_non_exhaustive()
    }
}

/// A witness alone: what the issuer gives a member for a renewed epoch, or one that was away for too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Witness<B: Backend = Blst> {
    pub(crate) epoch: u64,
    pub(crate) point: G1Affine<B>,
}

impl<B: Backend> Witness<B> {
    /// Bytes of a witness.
    pub const SIZE: usize = 8 + G1_BYTES;

    /// Its epoch.
    #[must_use]
    pub const fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Reads a witness.
    ///
    /// # Errors
    /// [`Error::Length`], [`Error::Point`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(bytes, "a witness");
        let (epoch, point) = (reader.u64()?, reader.point("W")?);
        reader.end()?;
        Ok(Self { epoch, point })
    }

    /// Epoch ‖ W.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        [self.epoch.to_le_bytes().as_slice(), &self.point.to_bytes()].concat()
    }
}
