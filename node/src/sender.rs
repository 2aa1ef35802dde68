//! Who sends a transaction: a DID; or a member of a ring or of a group, who stays unnamed.

use std::fmt;

use hufu_did::Did;
use hufu_light::{GroupName, MEMBER_KEY_BYTES, RingName};
use hufu_ring::Tag;

/// Who sends a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sender {
    /// Whoever controls this DID.
    Did(Did),
    /// A member of a ring.
    Ring(RingSender),
    /// A member of a group.
    Group(GroupSender),
}

/// What is known of a member of a ring who signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RingSender {
    /// The ring.
    pub ring: RingName,
    /// Within what the tag links.
    pub scope: String,
    /// The linking tag: the same for everything that this member signs in this scope.
    pub tag: [u8; Tag::SIZE],
}

/// What is known of a member of a group who signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupSender {
    /// The group.
    pub group: GroupName,
    /// Within what the tag links.
    pub scope: String,
    /// The epoch in which it is a member.
    pub epoch: u64,
    /// The linking tag: the same for everything that this member signs in this scope.
    pub tag: [u8; MEMBER_KEY_BYTES],
}

impl Sender {
    /// The DID, if it is one.
    #[must_use]
    pub const fn did(&self) -> Option<&Did> {
        match self {
            Self::Did(did) => Some(did),
            Self::Ring(_) | Self::Group(_) => None,
        }
    }
}

impl RingSender {
    /// The tag as hexadecimal digits.
    #[must_use]
    pub fn tag_hex(&self) -> String {
        hex::encode(self.tag)
    }
}

/// A DID, `ring:<list>/<version>#<tag>` or `group:<name>#<tag>`.
impl fmt::Display for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Did(did) => did.fmt(f),
            Self::Ring(member) => write!(f, "{}#{}", member.ring, member.tag_hex()),
            Self::Group(member) => write!(f, "{}#{}", member.group, hex::encode(member.tag)),
        }
    }
}
