//! Scopes: within one a member's signatures link, across two they do not.

use std::fmt;

use crate::Error;
use crate::group::{Element, hash_to_group};
use crate::labels::SCOPE;

/// Longest scope in bytes: room for a DID URL and a purpose, and a bound on what a stranger makes us hash.
pub const MAX_SCOPE: usize = 1024;

/// What a member may do only once unnoticed: an election, an epoch of reports, a channel.
///
/// Its tag base is a hash to the group, so nobody knows a relation between the bases of two scopes, and a key's tags
/// in two scopes look unrelated (decisional Diffie–Hellman).
///
/// A scope says nothing about the ring: one key's signatures in one scope link whatever the rings they were made
/// for, so that a new version of a list is no second vote. Put the list into the scope's name if you want otherwise.
#[derive(Clone, PartialEq, Eq)]
pub struct Scope {
    name: Vec<u8>,
    base: Element,
}

impl Scope {
    /// A scope of this name.
    ///
    /// # Errors
    ///
    /// [`Error::EmptyScope`]; [`Error::TooLong`] beyond [`MAX_SCOPE`].
    pub fn new(name: &[u8]) -> Result<Self, Error> {
        if name.is_empty() {
            return Err(Error::EmptyScope);
        }
        if name.len() > MAX_SCOPE {
            return Err(Error::TooLong { what: "a scope", found: name.len(), limit: MAX_SCOPE });
        }
        let base = Element::new(hash_to_group(name, SCOPE), "scope base")?;
        Ok(Self { name: name.to_vec(), base })
    }

    /// Its name.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.name
    }

    /// H(scope).
    pub(crate) const fn base(&self) -> &Element {
        &self.base
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scope({})", self.name.escape_ascii())
    }
}
