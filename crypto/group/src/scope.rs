//! Scopes and tags: within a scope of a group a member's signatures link, across two scopes or groups they do not.

use std::collections::HashSet;
use std::fmt;
use std::sync::OnceLock;

use hufu_pairing::{Backend, Blst, G1Affine};

use crate::group::GroupId;
use crate::labels::{EPOCH_SCOPE, SCOPE};
use crate::parameters::hash_to_g1;
use crate::transcript::framed;
use crate::wire::{check_name, point};
use crate::{Epoch, Error, Verified};

/// Longest scope in bytes.
pub const MAX_SCOPE: usize = 1024;

/// What a member may do only once unnoticed: a ballot, a day of reports, an epoch.
///
/// Its tag base is a hash of group and scope to G1: nobody knows a relation between the bases of two scopes, nor between those of
/// one scope in two groups. A scope keeps the base of the group in which it is first used: keep one for each group, and clone it.
#[derive(Clone)]
pub struct Scope<B: Backend = Blst> {
    name: Vec<u8>,
    base: OnceLock<(GroupId, G1Affine<B>)>,
}

impl<B: Backend> Scope<B> {
    /// A scope of this name.
    ///
    /// # Errors
    /// [`Error::Empty`]; [`Error::TooLong`] beyond [`MAX_SCOPE`].
    pub fn new(name: &[u8]) -> Result<Self, Error> {
        check_name(name, "a scope", MAX_SCOPE)?;
        Ok(Self::of(name.to_vec()))
    }

    /// The scope of an epoch, for groups that block a member by its tag until the next epoch ([`BlockedTags`]).
    #[must_use]
    pub fn of_epoch(epoch: &Epoch<B>) -> Self {
        let number = epoch.number().to_le_bytes();
        Self::of(framed(EPOCH_SCOPE, &[("group", epoch.group().as_bytes()), ("epoch", &number)]))
    }

    /// Its name.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.name
    }

    /// H = H(group, scope).
    pub(crate) fn base(&self, group: GroupId) -> G1Affine<B> {
        let hash = || {
            let length = (self.name.len() as u64).to_le_bytes();
            hash_to_g1(&[group.as_bytes().as_slice(), &length, &self.name].concat(), SCOPE)
        };
        let (of, base) = self.base.get_or_init(|| (group, hash()));
        if *of == group { *base } else { hash() }
    }

    const fn of(name: Vec<u8>) -> Self {
        Self { name, base: OnceLock::new() }
    }
}

impl<B: Backend> PartialEq for Scope<B> {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl<B: Backend> Eq for Scope<B> {}

impl<B: Backend> fmt::Debug for Scope<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scope({})", self.name.escape_ascii())
    }
}

/// What links two signatures of one member in one scope of one group: J = u·H(group, scope).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag([u8; Tag::SIZE]);

impl Tag {
    /// Bytes of a tag.
    pub const SIZE: usize = hufu_pairing::G1_BYTES;

    /// Reads a tag.
    ///
    /// # Errors
    /// [`Error::Point`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        point::<Blst>(bytes, "J").map(|point| Self(point.to_bytes()))
    }

    /// The compressed point. Fit as a key of a set or a database.
    #[must_use]
    pub const fn to_bytes(&self) -> [u8; Self::SIZE] {
        self.0
    }

    pub(crate) fn of<B: Backend>(point: &G1Affine<B>) -> Self {
        Self(point.to_bytes())
    }
}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tag(")?;
        crate::wire::hex(f, &self.0)?;
        f.write_str(")")
    }
}

/// The per-epoch alternative to the accumulator: every signature carries the tag of its epoch, and a member is blocked
/// for the rest of the epoch by that tag, which any of its signatures shows. No member has to update anything.
///
/// What it costs: the signatures of one member link within an epoch. At the next epoch
/// ([`Epoch::renewed`](crate::Epoch::renewed)) the issuer gives every member but the revoked ones a new witness.
#[derive(Debug, Clone)]
pub struct BlockedTags<B: Backend = Blst> {
    scope: Scope<B>,
    tags: HashSet<Tag>,
}

impl<B: Backend> BlockedTags<B> {
    /// Nobody is blocked yet.
    #[must_use]
    pub fn new(epoch: &Epoch<B>) -> Self {
        Self { scope: Scope::of_epoch(epoch), tags: HashSet::new() }
    }

    /// The scope in which members must sign.
    #[must_use]
    pub const fn scope(&self) -> &Scope<B> {
        &self.scope
    }

    /// Blocks whoever signed this, until the epoch ends.
    ///
    /// # Errors
    /// [`Error::TagMissing`] unless it was verified for this epoch's scope.
    pub fn block(&mut self, signed: &Verified<B>) -> Result<(), Error> {
        let tag = signed.tag_in(&self.scope)?;
        self.tags.insert(tag);
        Ok(())
    }

    /// Refuses signatures of blocked members.
    ///
    /// # Errors
    /// [`Error::BlockedTag`]; [`Error::TagMissing`] unless it was verified for this epoch's scope.
    pub fn check(&self, signed: &Verified<B>) -> Result<(), Error> {
        if self.tags.contains(&signed.tag_in(&self.scope)?) { Err(Error::BlockedTag) } else { Ok(()) }
    }
}
