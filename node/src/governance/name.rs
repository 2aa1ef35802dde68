//! The small words of governance: names, texts, weights and ids, each with its bounds.

use std::fmt;
use std::str::FromStr;

use hufu_did::Did;
use hufu_keys::VerifyingKey;
use serde::{Deserialize, Serialize};

/// Longest list or role name, in bytes.
pub const MAX_NAME_BYTES: usize = 32;
/// Longest credential type, in bytes: a term or an IRI.
pub const MAX_CREDENTIAL_TYPE_BYTES: usize = 256;
/// Longest title of a proposal, in bytes.
pub const MAX_TITLE_BYTES: usize = 200;
/// Longest reason of a proposal, in bytes.
pub const MAX_REASON_BYTES: usize = 2_000;
/// Longest DID that governance keeps, in bytes: it becomes part of record keys.
pub const MAX_DID_BYTES: usize = 256;
/// Largest weight of a vote and largest power of a validator, so that no sum ever overflows.
pub const MAX_WEIGHT: u64 = 1_000_000;

/// Declares a newtype over a checked `String`.
macro_rules! checked_string {
    ($(#[$meta:meta])* $name:ident, $rule:literal, $check:expr) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = &'static str;

            fn try_from(text: String) -> Result<Self, &'static str> {
                let check: fn(&str) -> bool = $check;
                if check(&text) { Ok(Self(text)) } else { Err($rule) }
            }
        }

        impl FromStr for $name {
            type Err = &'static str;

            fn from_str(text: &str) -> Result<Self, &'static str> {
                Self::try_from(text.to_owned())
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

checked_string! {
    /// The name of a list of DIDs: 1 to 32 of `a`–`z`, `0`–`9` and `-`.
    ListName, "a list name is 1 to 32 of the characters a-z, 0-9 and '-'", is_name
}
checked_string! {
    /// A role on a list: 1 to 32 of `a`–`z`, `0`–`9` and `-`.
    RoleName, "a role is 1 to 32 of the characters a-z, 0-9 and '-'", is_name
}
checked_string! {
    /// A credential type, as in a credential's `type`: 1 to 256 printable ASCII characters without spaces.
    CredentialType, "a credential type is 1 to 256 printable ASCII characters without spaces",
    |text| (1..=MAX_CREDENTIAL_TYPE_BYTES).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic())
}
checked_string! {
    /// The title of a proposal: 1 to 200 bytes on one line.
    Title, "a title is 1 to 200 bytes on one line",
    |text| !text.trim().is_empty() && text.len() <= MAX_TITLE_BYTES && !text.chars().any(char::is_control)
}
checked_string! {
    /// Why something is proposed: 1 to 2,000 bytes; lines may be broken.
    Reason, "a reason is 1 to 2,000 bytes without control characters other than line breaks",
    |text| {
        let forbidden = |c: char| c.is_control() && c != '\n';
        !text.trim().is_empty() && text.len() <= MAX_REASON_BYTES && !text.chars().any(forbidden)
    }
}
checked_string! {
    /// The id of a proposal: the id of the transaction that made it, 64 lower-case hexadecimal digits.
    ProposalId, "a proposal id is 64 lower-case hexadecimal digits",
    |text| text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}
checked_string! {
    /// A validator's public key as a canonical Multikey.
    Multikey, "a validator key is a Multikey of a supported algorithm",
    |text| VerifyingKey::from_multikey(text).is_ok_and(|key| key.to_multikey() == text)
}

fn is_name(text: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=MAX_NAME_BYTES).contains(&text.len()) && text.bytes().all(allowed)
}

impl ListName {
    /// The list whose entries govern.
    pub const MEMBERS: &'static str = "members";

    /// The list whose entries govern: "members".
    pub fn members() -> Self {
        Self(Self::MEMBERS.to_owned())
    }

    /// Whether this is the list whose entries govern.
    pub fn is_members(&self) -> bool {
        self.0 == Self::MEMBERS
    }
}

impl ProposalId {
    /// The id of the proposal that a transaction makes.
    pub fn of_transaction(id: &[u8; 32]) -> Self {
        Self(hex::encode(id))
    }
}

impl Reason {
    /// Why the first records exist.
    pub(super) fn genesis() -> Self {
        Self("genesis".to_owned())
    }
}

/// How much a member's vote, or a validator's signature, counts: 1 to [`MAX_WEIGHT`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u64", into = "u64")]
pub struct Weight(u64);

impl Weight {
    /// The weight of a vote among equals.
    pub const ONE: Self = Self(1);

    /// The number.
    pub const fn value(self) -> u64 {
        self.0
    }
}

impl Default for Weight {
    fn default() -> Self {
        Self::ONE
    }
}

impl TryFrom<u64> for Weight {
    type Error = &'static str;

    fn try_from(value: u64) -> Result<Self, &'static str> {
        let valid = (1..=MAX_WEIGHT).contains(&value);
        if valid { Ok(Self(value)) } else { Err("a weight or power is a number from 1 to 1,000,000") }
    }
}

impl From<Weight> for u64 {
    fn from(weight: Weight) -> u64 {
        weight.0
    }
}

/// A DID that is short enough to be part of a record's key; for serde's `deserialize_with`.
pub(super) fn short_did<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Did, D::Error> {
    let did = Did::deserialize(deserializer)?;
    if did.as_str().len() > MAX_DID_BYTES {
        return Err(serde::de::Error::custom("a DID in governance has at most 256 bytes"));
    }
    Ok(did)
}
