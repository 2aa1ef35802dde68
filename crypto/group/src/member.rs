//! A member: its secret with a credential and the witness of one epoch, ready to sign; and how it follows the epochs.

use std::fmt;

use hufu_pairing::{Backend, Blst, G1Affine, Scalar, msm};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

use crate::epoch::{MAX_REMOVALS, Removal};
use crate::transcript::declassify;
use crate::{Credential, Epoch, Error, Group, MemberKey, MemberSecret, Update, Witness};

/// A member of a group in an epoch. Secrets are erased when dropped; `Debug` hides them.
pub struct Member<B: Backend = Blst> {
    pub(crate) group: Group<B>,
    pub(crate) epoch: Epoch<B>,
    pub(crate) secret: MemberSecret<B>,
    pub(crate) key: MemberKey<B>,
    pub(crate) credential: Credential<B>,
    /// C = A + W, and γ·C.
    pub(crate) sum: [G1Affine<B>; 2],
}

impl<B: Backend> Member<B> {
    /// Takes what the issuer gave, after checking it.
    ///
    /// # Errors
    /// [`Error::OtherGroup`]; [`Error::EpochTooOld`] or [`Error::EpochAhead`] for a credential of another epoch;
    /// [`Error::Credential`] for one that does not hold.
    pub fn new(
        group: &Group<B>,
        epoch: &Epoch<B>,
        secret: MemberSecret<B>,
        credential: Credential<B>,
    ) -> Result<Self, Error> {
        group.owns(epoch.group(), "the epoch")?;
        epoch.is(credential.epoch)?;
        let key = secret.key(group);
        credential.check(group, epoch, &key)?;
        let sum = credential.sum(epoch, &key)?;
        Ok(Self { group: group.clone(), epoch: *epoch, secret, key, credential, sum })
    }

    /// The key under which it is registered.
    #[must_use]
    pub const fn key(&self) -> MemberKey<B> {
        self.key
    }

    /// The epoch it can sign in.
    #[must_use]
    pub const fn epoch(&self) -> &Epoch<B> {
        &self.epoch
    }

    /// The credential with the witness of the present epoch, to be stored beside the secret.
    #[must_use]
    pub const fn credential(&self) -> &Credential<B> {
        &self.credential
    }

    /// Follows the group over revocations, in order. Nothing is asked of anybody, so nobody learns who follows.
    ///
    /// # Errors
    /// [`Error::UpdateOrder`], [`Error::RepeatedRemoval`], [`Error::FalseUpdate`]; [`Error::TooMany`] for more than [`MAX_REMOVALS`] at once;
    /// [`Error::Revoked`] if it is one of those removed. After an error the member is where it was.
    ///
    /// # Security
    /// Constant time in the identifier, as far as `hufu-pairing` is.
    pub fn follow(&mut self, updates: &[Update<B>]) -> Result<(), Error> {
        let found = updates.iter().map(Update::count).fold(0, usize::saturating_add);
        if found > MAX_REMOVALS {
            return Err(Error::TooMany { what: "removals", found, limit: MAX_REMOVALS });
        }
        let mut epoch = self.epoch;
        for update in updates {
            let next = update.apply(&self.group, &epoch)?;
            if update.removals().iter().any(|removal| self.is(&removal.identifier)) {
                return Err(Error::Revoked { epoch: next.number() });
            }
            epoch = next;
        }
        let removals: Vec<_> = updates.iter().flat_map(Update::removals).collect();
        if removals.is_empty() {
            return Ok(());
        }
        let point = self.followed(&removals)?;
        self.take(epoch, point)
    }

    /// Goes to an epoch with a witness from the issuer.
    ///
    /// # Errors
    /// [`Error::OtherGroup`]; [`Error::EpochTooOld`] or [`Error::EpochAhead`] for a witness of another epoch;
    /// [`Error::Credential`] for one that does not hold. After an error the member is where it was.
    pub fn renew(&mut self, epoch: &Epoch<B>, witness: &Witness<B>) -> Result<(), Error> {
        self.group.owns(epoch.group(), "the epoch")?;
        epoch.is(witness.epoch)?;
        let mut credential = self.credential.clone();
        (credential.epoch, credential.witness) = (epoch.number(), witness.point);
        credential.check(&self.group, epoch, &self.key)?;
        self.take(*epoch, witness.point)
    }

    /// W over all removals at once. With dᵢ = eᵢ − e and cᵢ = 1/(dᵢ·dᵢ₊₁·…·dₘ): Wₘ = c₁·W₀ − Σ cᵢ·Vᵢ.
    fn followed(&self, removals: &[&Removal<B>]) -> Result<G1Affine<B>, Error> {
        let distance = |removal: &Removal<B>| removal.identifier - self.credential.identifier;
        let mut product = Zeroizing::new(Scalar::one());
        removals.iter().for_each(|removal| *product *= distance(removal));
        let inverse = product.invert();
        // Zero only for a revoked member, and those were stopped before.
        if !declassify(inverse.is_some()) {
            return Err(Error::Revoked { epoch: self.epoch.number() });
        }
        let mut coefficient = Zeroizing::new(inverse.unwrap_or(Scalar::zero()));
        let mut terms = Zeroizing::new(Vec::with_capacity(removals.len() + 1));
        terms.push((self.credential.witness, *coefficient));
        for removal in removals {
            terms.push((removal.value, -*coefficient));
            *coefficient *= distance(removal);
        }
        Ok(msm(&terms).to_affine())
    }

    fn take(&mut self, epoch: Epoch<B>, witness: G1Affine<B>) -> Result<(), Error> {
        let mut credential = self.credential.clone();
        (credential.epoch, credential.witness) = (epoch.number(), witness);
        self.sum = credential.sum(&epoch, &self.key)?;
        (self.epoch, self.credential) = (epoch, credential);
        Ok(())
    }

    /// Whether an identifier is this member's: public as soon as it is published as revoked.
    fn is(&self, identifier: &Scalar<B>) -> bool {
        declassify(identifier.ct_eq(&self.credential.identifier))
    }
}

impl<B: Backend> Drop for Member<B> {
    fn drop(&mut self) {
        self.sum.zeroize();
    }
}

impl<B: Backend> fmt::Debug for Member<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Member").field("key", &self.key).field("epoch", &self.epoch).finish_non_exhaustive()
    }
}
