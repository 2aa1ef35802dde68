//! The name of a group, and the keys of its records.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::MEMBER_KEY_BYTES;
use crate::{Error, Hash, TrustAnchor};

/// What a group as a sender begins with.
const PREFIX: &str = "group:";

/// Longest name, in bytes.
const MAX_NAME_BYTES: usize = 32;

/// A group on a ledger, by its name: as a sender `group:<name>`.
///
/// ```
/// use hufu_light::GroupName;
///
/// let name: GroupName = "group:press-pool".parse()?;
/// assert_eq!(name.name(), "press-pool");
/// assert!("group:Press".parse::<GroupName>().is_err());
/// # Ok::<(), hufu_light::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct GroupName(String);

impl GroupName {
    /// What the keys of all [`GroupRecord`](super::GroupRecord)s begin with.
    pub const RECORDS: &'static str = "groups/";

    /// The group of this name, without the prefix.
    ///
    /// # Errors
    /// [`Error::Malformed`] if the name is not 1 to 32 of `a`–`z`, `0`–`9` and `-`.
    pub fn new(name: &str) -> Result<Self, Error> {
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if name.is_empty() || name.len() > MAX_NAME_BYTES || !name.bytes().all(allowed) {
            return Err(malformed("it is 1 to 32 of the characters a-z, 0-9 and '-'"));
        }
        Ok(Self(name.to_owned()))
    }

    /// Whether a sender is meant to be a group.
    #[must_use]
    pub fn is_meant_by(sender: &str) -> bool {
        sender.starts_with(PREFIX)
    }

    /// The name, without the prefix.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0
    }

    /// What `hufu-group` knows the group by: bound to network and genesis, so that no other network has a group of the same keys
    /// and name whose signatures hold here.
    #[must_use]
    pub fn full(&self, anchor: &TrustAnchor) -> String {
        format!("{}/{}/{}", anchor.network, anchor.genesis_hash, self.0)
    }

    /// The key of the group's record.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}{}", Self::RECORDS, self.0)
    }

    /// The key of the number of the epoch in force.
    #[must_use]
    pub fn epoch_head_key(&self) -> String {
        format!("group/{}/epoch", self.0)
    }

    /// What the keys of its epochs begin with.
    #[must_use]
    pub fn epochs_key(&self) -> String {
        format!("group/{}/epoch/", self.0)
    }

    /// The key of an epoch. Keys ascend with the numbers.
    #[must_use]
    pub fn epoch_key(&self, number: u64) -> String {
        format!("{}{number:020}", self.epochs_key())
    }

    /// The key of an identifier that an epoch has removed, 32 bytes; there is the number of that epoch.
    #[must_use]
    pub fn removed_key(&self, identifier: &[u8; 32]) -> String {
        format!("group/{}/removed/{}", self.0, hex::encode(identifier))
    }

    /// What the keys of its members begin with.
    #[must_use]
    pub fn members_key(&self) -> String {
        format!("group/{}/member/", self.0)
    }

    /// The key of a member, by its member key.
    #[must_use]
    pub fn member_key(&self, key: &[u8; MEMBER_KEY_BYTES]) -> String {
        format!("{}{}", self.members_key(), hex::encode(key))
    }

    /// The key of a DID's account with the group.
    #[must_use]
    pub fn account_key(&self, did: &str) -> String {
        format!("group/{}/account/{did}", self.0)
    }

    /// What the keys of its reports begin with.
    #[must_use]
    pub fn reports_key(&self) -> String {
        format!("group/{}/report/", self.0)
    }

    /// The key of a report, by the transaction that made it.
    #[must_use]
    pub fn report_key(&self, transaction: &Hash) -> String {
        format!("{}{transaction}", self.reports_key())
    }

    /// What the keys of its openings begin with.
    #[must_use]
    pub fn openings_key(&self) -> String {
        format!("group/{}/opening/", self.0)
    }

    /// The key of an opening, by the transaction that asked for it.
    #[must_use]
    pub fn opening_key(&self, transaction: &Hash) -> String {
        format!("{}{transaction}", self.openings_key())
    }
}

/// `group:<name>`.
impl fmt::Display for GroupName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}", self.0)
    }
}

impl FromStr for GroupName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::new(text.strip_prefix(PREFIX).ok_or_else(|| malformed("it is group:<name>"))?)
    }
}

/// The name alone, as records and requests have it.
impl TryFrom<String> for GroupName {
    type Error = Error;

    fn try_from(name: String) -> Result<Self, Error> {
        Self::new(&name)
    }
}

impl From<GroupName> for String {
    fn from(name: GroupName) -> Self {
        name.0
    }
}

fn malformed(reason: &str) -> Error {
    Error::Malformed { what: "group name", reason: reason.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_one_form() {
        let name: GroupName = "group:a-1".parse().unwrap();
        assert_eq!((name.to_string().as_str(), name.key().as_str()), ("group:a-1", "groups/a-1"));
        for bad in ["", "group:", "a-1", "group:A", "group:a/b", "group:a_b", "ring:a/1"] {
            assert!(bad.parse::<GroupName>().is_err(), "{bad}");
        }
        assert!(GroupName::new(&"a".repeat(33)).is_err());
    }

    #[test]
    fn keys_of_epochs_ascend() {
        let name = GroupName::new("a").unwrap();
        let keys: Vec<_> = [0, 9, 10, u64::MAX].map(|n| name.epoch_key(n)).into();
        assert!(keys.is_sorted() && keys[0].starts_with(&name.epochs_key()));
    }
}
