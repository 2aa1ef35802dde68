//! Where a ring signature or share was made, as its file says, and what is said of one that does not hold.

use hufu_ring::{Ring, Scope, Tag};
use serde_json::Value;

use super::keys;
use crate::{
    args::Within,
    commands::record::{self, Record},
    exit::{Code, Failure},
};

/// The scope and the ring.
pub(super) struct Made {
    scope: String,
    ring: String,
}

impl Made {
    pub(super) fn within(within: &Within, ring: &Ring) -> Self {
        Self { scope: within.scope.clone(), ring: keys::id(ring) }
    }

    pub(super) fn take(record: &mut Record) -> anyhow::Result<Self> {
        Ok(Self { scope: record.text("scope")?, ring: record.text("ring")? })
    }

    /// Adds it to a file's members, or to a result.
    pub(super) fn describe(&self, members: &mut Value) {
        members["scope"] = self.scope.as_str().into();
        members["ring"] = self.ring.as_str().into();
    }

    /// # Errors
    /// [`Code::No`] if it was made in another scope or for another ring than is asked.
    pub(super) fn check(&self, ring: &Ring, within: &Within) -> anyhow::Result<()> {
        if self.scope != within.scope {
            return Err(no(format_args!("it was made in the scope {:?}", self.scope)));
        }
        if self.ring != keys::id(ring) {
            return Err(no("it was made for another ring"));
        }
        Ok(())
    }
}

/// # Errors
/// [`Code::Input`] for a name that is none.
pub(super) fn scope(name: &str) -> anyhow::Result<Scope> {
    Scope::new(name.as_bytes()).map_err(input)
}

/// A tag as files and people have it.
pub(super) fn told(tag: &Tag) -> String {
    record::base64url(&tag.to_bytes())
}

/// What is said of a signature that does not hold.
pub(super) fn no(why: impl std::fmt::Display) -> anyhow::Error {
    Failure::with(Code::No, format!("not verified: {why}"))
}

/// What the input does not allow.
pub(super) fn input(why: impl std::fmt::Display) -> anyhow::Error {
    Failure::with(Code::Input, why.to_string())
}
