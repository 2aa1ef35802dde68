//! The linking tag.

use std::fmt;

use crate::Error;
use crate::group::{Element, SIZE};

/// What links two signatures of one key in one scope: J = x·H(scope).
///
/// Equal tags in one scope mean one key. A tag says nothing without its scope, and comparing tags of two scopes is
/// meaningless: they never agree.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag(Element);

impl Tag {
    /// Bytes of a tag.
    pub const SIZE: usize = SIZE;

    /// Reads a tag.
    ///
    /// # Errors
    ///
    /// [`Error::Encoding`] unless the bytes are the canonical encoding of an element other than the identity.
    pub fn from_bytes(bytes: [u8; Self::SIZE]) -> Result<Self, Error> {
        Element::from_bytes(bytes, "tag").map(Self)
    }

    /// The one encoding: a Ristretto255 element. Fit as a key of a set or a database.
    #[must_use]
    pub const fn to_bytes(&self) -> [u8; Self::SIZE] {
        self.0.bytes
    }

    pub(crate) const fn new(element: Element) -> Self {
        Self(element)
    }

    pub(crate) const fn element(&self) -> &Element {
        &self.0
    }
}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tag({:?})", self.0)
    }
}
