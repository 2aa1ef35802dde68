//! Epochs: the accumulator's value over the members that are not revoked, and how it moves.
//!
//! V is the accumulator. A member with the identifier e has the witness W = V/(γ+e). Removing e* makes
//! V* = V/(γ+e*), published with e*. Everybody else follows by W* = (W − V*)/(e* − e), because
//! (γ+e*) − (γ+e) = e* − e; for e = e* there is nothing to divide by. Admitting a member leaves V as it is.

use std::collections::HashSet;
use std::fmt;

use hufu_pairing::{Backend, Blst, G1_BYTES, G1Affine, Scalar, product_is_one, vartime_msm};

use crate::group::GroupId;
use crate::labels::{ACCUMULATOR, UPDATE};
use crate::parameters::hash_to_g1;
use crate::transcript::Transcript;
use crate::wire::{Reader, length_u16};
use crate::{Error, Group};

/// Most removals of one update, and most that a member follows at once. One update has up to 800 kB.
pub const MAX_REMOVALS: usize = 10_000;

/// Bytes of an epoch.
const EPOCH_BYTES: usize = 8 + G1_BYTES;

/// The state of a group between two revocations.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Epoch<B: Backend = Blst> {
    group: GroupId,
    number: u64,
    value: G1Affine<B>,
    /// G + V, the constant of every credential in this epoch.
    constant: G1Affine<B>,
}

impl<B: Backend> Epoch<B> {
    /// Bytes of an epoch.
    pub const SIZE: usize = EPOCH_BYTES;

    /// An epoch with a fresh accumulator value, hashed of group and number: nobody has a witness in it until the
    /// issuer gives one ([`Issuer::witness`](crate::Issuer::witness)).
    #[must_use]
    pub fn renewed(group: &Group<B>, number: u64) -> Self {
        let mut message = group.id().as_bytes().to_vec();
        message.extend_from_slice(&number.to_le_bytes());
        Self::of(group, number, hash_to_g1(&message, ACCUMULATOR))
    }

    /// Reads an epoch as the group's issuer published it. Whether it is the right one only the chain of updates, or
    /// who published it, can say.
    ///
    /// # Errors
    /// [`Error::Length`]; [`Error::Point`].
    pub fn from_bytes(group: &Group<B>, bytes: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(bytes, "an epoch");
        let (number, value) = (reader.u64()?, reader.point("V")?);
        reader.end()?;
        Ok(Self::of(group, number, value))
    }

    /// Number, then V.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; EPOCH_BYTES] {
        let mut bytes = [0; EPOCH_BYTES];
        let (number, value) = bytes.split_at_mut(8);
        number.copy_from_slice(&self.number.to_le_bytes());
        value.copy_from_slice(&self.value.to_bytes());
        bytes
    }

    /// Its number; the first is 0.
    #[must_use]
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// Whose epoch it is.
    #[must_use]
    pub const fn group(&self) -> GroupId {
        self.group
    }

    pub(crate) fn value(&self) -> &G1Affine<B> {
        &self.value
    }

    pub(crate) fn constant(&self) -> &G1Affine<B> {
        &self.constant
    }

    pub(crate) fn of(group: &Group<B>, number: u64, value: G1Affine<B>) -> Self {
        let constant = (group.parameters().bases().g.lift() + value).to_affine();
        Self { group: group.id(), number, value, constant }
    }

    /// Refuses a signature, witness or credential of another epoch.
    pub(crate) fn is(&self, found: u64) -> Result<(), Error> {
        match found.cmp(&self.number) {
            std::cmp::Ordering::Less => Err(Error::EpochTooOld { found, current: self.number }),
            std::cmp::Ordering::Equal => Ok(()),
            std::cmp::Ordering::Greater => Err(Error::EpochAhead { found, current: self.number }),
        }
    }
}

impl<B: Backend> fmt::Debug for Epoch<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Epoch").field("number", &self.number).field("V", &self.value).finish_non_exhaustive()
    }
}

/// One removal: the identifier e* and the accumulator without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Removal<B: Backend> {
    pub(crate) identifier: Scalar<B>,
    pub(crate) value: G1Affine<B>,
}

/// What the issuer publishes when members are revoked: 80 bytes for each, the same for everybody.
#[derive(Clone, PartialEq, Eq)]
pub struct Update<B: Backend = Blst> {
    from: u64,
    removals: Vec<Removal<B>>,
}

impl<B: Backend> Update<B> {
    pub(crate) const fn new(from: u64, removals: Vec<Removal<B>>) -> Self {
        Self { from, removals }
    }

    /// The epoch it starts from. It leads to the next one.
    #[must_use]
    pub const fn from(&self) -> u64 {
        self.from
    }

    /// How many members it revokes.
    #[must_use]
    pub fn count(&self) -> usize {
        self.removals.len()
    }

    /// The identifiers that it removes, 32 bytes each. Whoever keeps a group's updates refuses one that was removed before: an
    /// update that removes it again publishes a witness with which its member signs in the epoch between.
    pub fn identifiers(&self) -> impl Iterator<Item = [u8; 32]> + '_ {
        self.removals.iter().map(|removal| removal.identifier.to_bytes())
    }

    pub(crate) fn removals(&self) -> &[Removal<B>] {
        &self.removals
    }

    /// Checks that every value follows from the one before, and gives the next epoch.
    ///
    /// For every i: e(Vᵢ, X + eᵢ·P₂) = e(Vᵢ₋₁, P₂), all in one product of two pairings by weights of 128 bits.
    ///
    /// # Errors
    /// [`Error::OtherGroup`], [`Error::UpdateOrder`]; [`Error::RepeatedRemoval`] for an identifier that is there twice;
    /// [`Error::FalseUpdate`].
    pub fn apply(&self, group: &Group<B>, epoch: &Epoch<B>) -> Result<Epoch<B>, Error> {
        group.owns(epoch.group, "the epoch")?;
        let next = self.next(epoch.number)?;
        check_distinct(self.removals.iter().map(|removal| &removal.identifier))?;
        let mut transcript = Transcript::new(UPDATE);
        transcript.append("group", group.id().as_bytes());
        transcript.append("epoch", &epoch.to_bytes());
        transcript.append("update", &self.to_bytes());
        let mut weights = transcript.weights();
        // Σ wᵢ·Vᵢ, and Σ wᵢ·(eᵢ·Vᵢ − Vᵢ₋₁).
        let mut left = Vec::with_capacity(self.removals.len());
        let mut right = Vec::with_capacity(2 * self.removals.len());
        let mut before = epoch.value;
        for removal in &self.removals {
            let weight = weights.weight::<B>();
            left.push((removal.value, weight));
            right.push((removal.value, weight * removal.identifier));
            right.push((before, -weight));
            before = removal.value;
        }
        let points = hufu_pairing::G1::normalise(&[vartime_msm(&left), vartime_msm(&right)]);
        let [left, right] = points.as_slice() else { return Err(Error::Degenerate("sums of an update")) };
        // e(left, X)·e(right, P₂) = 1; with −P₂ at hand, the left is negated instead.
        let left = (-left.lift()).to_affine();
        let holds =
            product_is_one(&[(&left, group.prepared()), (right, &group.parameters().bases().minus_p2)]);
        if holds { Ok(Epoch::of(group, next, before)) } else { Err(Error::FalseUpdate) }
    }

    /// Reads an update.
    ///
    /// # Errors
    /// [`Error::Length`], [`Error::TooMany`], [`Error::Empty`], [`Error::Point`], [`Error::Scalar`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(bytes, "an update");
        let from = reader.u64()?;
        let count = usize::try_from(reader.u32()?).map_err(|_| reader.length())?;
        check_count(count)?;
        let removals = (0..count)
            .map(|_| Ok(Removal { identifier: reader.scalar("e")?, value: reader.point("V")? }))
            .collect::<Result<_, Error>>()?;
        reader.end()?;
        Ok(Self { from, removals })
    }

    /// Starting epoch, number of removals, then e and V of each.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = self.from.to_le_bytes().to_vec();
        out.extend_from_slice(&u32::from(length_u16(self.removals.len())).to_le_bytes());
        for removal in &self.removals {
            out.extend_from_slice(&removal.identifier.to_bytes());
            out.extend_from_slice(&removal.value.to_bytes());
        }
        out
    }

    /// The number that follows, if the update starts here.
    pub(crate) fn next(&self, expected: u64) -> Result<u64, Error> {
        if self.from != expected {
            return Err(Error::UpdateOrder { expected, found: self.from });
        }
        self.from.checked_add(1).ok_or(Error::Degenerate("the last epoch number"))
    }
}

impl<B: Backend> fmt::Debug for Update<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Update(from {}, {} removals)", self.from, self.removals.len())
    }
}

/// One to [`MAX_REMOVALS`].
pub(crate) fn check_count(found: usize) -> Result<(), Error> {
    match found {
        0 => Err(Error::Empty { what: "an update" }),
        1..=MAX_REMOVALS => Ok(()),
        _ => Err(Error::TooMany { what: "removals", found, limit: MAX_REMOVALS }),
    }
}

/// Nobody is removed twice by one update: what is published for the second removal is a witness for the value after the first.
pub(crate) fn check_distinct<'e, B: Backend>(
    mut identifiers: impl Iterator<Item = &'e Scalar<B>>,
) -> Result<(), Error> {
    let mut seen = HashSet::new();
    if identifiers.all(|identifier| seen.insert(identifier.to_bytes())) {
        Ok(())
    } else {
        Err(Error::RepeatedRemoval)
    }
}
