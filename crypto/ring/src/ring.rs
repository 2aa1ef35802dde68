//! Rings: an ordered list of distinct keys, and what list of the world it is.

use std::fmt;

use sha2::{Digest, Sha512};
use subtle::{ConditionallySelectable, ConstantTimeEq};

use crate::group::{Element, declassify, hex};
use crate::labels::RING;
use crate::transcript::Transcript;
use crate::{Error, VerifyingKey};

/// Most members of a ring: 4^8, for which a signature has 1,185 bytes, signing takes about two seconds and a ring about
/// 13 MB of memory.
pub const MAX_MEMBERS: usize = 65_536;

/// Longest name of a list in bytes.
pub const MAX_LIST_NAME: usize = 1024;

/// Which list of the world a ring is, and at which version: bound into every signature.
///
/// The crate does not look into the name; a DID list's identifier and version are what it is made for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RingContext {
    list: Vec<u8>,
    version: u64,
}

impl RingContext {
    /// The list of this name at this version.
    ///
    /// # Errors
    ///
    /// [`Error::EmptyList`]; [`Error::TooLong`] beyond [`MAX_LIST_NAME`].
    pub fn new(list: &[u8], version: u64) -> Result<Self, Error> {
        if list.is_empty() {
            return Err(Error::EmptyList);
        }
        if list.len() > MAX_LIST_NAME {
            return Err(Error::TooLong { what: "a list's name", found: list.len(), limit: MAX_LIST_NAME });
        }
        Ok(Self { list: list.to_vec(), version })
    }

    /// The list's name.
    #[must_use]
    pub fn list(&self) -> &[u8] {
        &self.list
    }

    /// The list's version.
    #[must_use]
    pub const fn version(&self) -> u64 {
        self.version
    }
}

/// The digest that names a ring: its members in their order, their number, and its context if it has one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RingId([u8; 64]);

impl RingId {
    /// The 64 bytes of the digest.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 64] {
        &self.0
    }
}

impl fmt::Debug for RingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RingId(")?;
        hex(&self.0, f)?;
        f.write_str(")")
    }
}

/// Two to [`MAX_MEMBERS`] distinct keys, among which a signer hides.
///
/// Signer and verifier must have the same members in the same order and the same context. Making one hashes all
/// members once; keep it and use it for every signature.
#[derive(Clone)]
pub struct Ring {
    members: Vec<VerifyingKey>,
    context: Option<RingContext>,
    id: RingId,
}

impl Ring {
    /// A ring of these members.
    ///
    /// # Errors
    ///
    /// [`Error::RingTooSmall`], [`Error::RingTooLarge`], [`Error::DuplicateMember`].
    pub fn new(members: Vec<VerifyingKey>) -> Result<Self, Error> {
        Self::build(members, None)
    }

    /// A ring that is a list at a version: a signature proves membership in exactly that.
    ///
    /// # Errors
    ///
    /// As for [`Ring::new`].
    pub fn of_list(context: RingContext, members: Vec<VerifyingKey>) -> Result<Self, Error> {
        Self::build(members, Some(context))
    }

    /// The members in their order.
    #[must_use]
    pub fn members(&self) -> &[VerifyingKey] {
        &self.members
    }

    /// The list it is, if it was made as one.
    #[must_use]
    pub const fn context(&self) -> Option<&RingContext> {
        self.context.as_ref()
    }

    /// The digest that names it, which every signature binds.
    #[must_use]
    pub const fn id(&self) -> RingId {
        self.id
    }

    /// Number of members.
    pub(crate) fn size(&self) -> usize {
        self.members.len()
    }

    /// Where a key is, looking at every member whatever the answer.
    ///
    /// # Security
    ///
    /// Constant time in the position. Whether there is one is not secret.
    pub(crate) fn position(&self, key: &VerifyingKey) -> Result<u32, Error> {
        let (mut position, mut found) = (0, subtle::Choice::from(0));
        for (at, member) in (0u32..).zip(&self.members) {
            let here = member.element().bytes.ct_eq(&key.element().bytes);
            position.conditional_assign(&at, here);
            found |= here;
        }
        if declassify(found) { Ok(position) } else { Err(Error::NotAMember) }
    }

    pub(crate) fn elements(&self) -> impl ExactSizeIterator<Item = &Element> {
        self.members.iter().map(VerifyingKey::element)
    }

    fn build(members: Vec<VerifyingKey>, context: Option<RingContext>) -> Result<Self, Error> {
        if members.len() < 2 {
            return Err(Error::RingTooSmall { found: members.len() });
        }
        if members.len() > MAX_MEMBERS {
            return Err(Error::RingTooLarge { found: members.len(), limit: MAX_MEMBERS });
        }
        let mut order: Vec<usize> = (0..members.len()).collect();
        order.sort_unstable_by_key(|at| (members[*at], *at));
        let repeated = order.windows(2).filter(|pair| members[pair[0]] == members[pair[1]]);
        if let Some(pair) = repeated.min_by_key(|pair| pair[1]) {
            return Err(Error::DuplicateMember { first: pair[0], second: pair[1] });
        }
        let id = identify(&members, context.as_ref());
        Ok(Self { members, context, id })
    }
}

impl PartialEq for Ring {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Ring {}

impl fmt::Debug for Ring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ring")
            .field("members", &self.members.len())
            .field("context", &self.context)
            .field("id", &self.id)
            .finish()
    }
}

/// The digest. A ring without a context has an empty list name, which no context can have.
fn identify(members: &[VerifyingKey], context: Option<&RingContext>) -> RingId {
    let (list, version) = context.map_or((&[][..], 0), |context| (context.list(), context.version()));
    let mut keys = Sha512::new();
    for member in members {
        keys.update(member.element().bytes);
    }
    let mut transcript = Transcript::new(RING);
    transcript.append("list", list);
    transcript.append_u64("version", version);
    transcript.append_u64("members", members.len() as u64);
    transcript.append("keys", &keys.finalize());
    RingId(transcript.challenge_bytes("ring"))
}
