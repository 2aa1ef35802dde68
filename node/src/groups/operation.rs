//! The operations of the module `group`, in the bytes of a transaction.

use hufu_did::Did;
use hufu_light::{
    GroupName, Hash, MEMBER_KEY_BYTES,
    forms::{base64url, hex_array, hex_arrays},
};
use serde::{Deserialize, Serialize};

use super::Refusal;
use crate::{governance::Reason, words::excerpt};

/// Longest operation, in bytes.
const MAX_OPERATION_BYTES: usize = 128 * 1024;

/// Most members revoked at once.
pub const MAX_REVOKED: usize = 256;

/// Longest text of a report, in bytes.
pub const MAX_REPORT_BYTES: usize = 16 * 1024;

/// Longest subject of a report, in bytes.
const MAX_SUBJECT_BYTES: usize = 128;

/// An operation of the module `group`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub enum Operation {
    /// Makes a group, which the sender manages.
    Create(Create),
    /// Registers a member.
    Admit(Admit),
    /// Revokes members: the next epoch begins.
    Revoke(Revoke),
    /// Says something as a member of the group that sends it.
    Report(Report),
    /// Asks whose report it was.
    RequestOpening(RequestOpening),
    /// Gives an opener's part.
    Open(Open),
}

/// [`Operation::Create`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Create {
    /// Its name.
    pub name: GroupName,
    /// Its keys, whose own name is [`GroupName::full`].
    #[serde(with = "base64url")]
    pub group: Vec<u8>,
    /// The openers' DIDs, in the order of their numbers.
    pub openers: Vec<Did>,
}

/// [`Operation::Admit`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Admit {
    /// Into which group.
    pub group: GroupName,
    /// Who becomes a member.
    pub account: Did,
    /// With which member key.
    #[serde(with = "hex_array")]
    pub key: [u8; MEMBER_KEY_BYTES],
    /// The account's verification method that consents.
    pub method: String,
    /// Its signature over [`hufu_group::Group::consent`].
    #[serde(with = "base64url")]
    pub consent: Vec<u8>,
}

/// [`Operation::Revoke`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Revoke {
    /// Of which group.
    pub group: GroupName,
    /// The update, from the epoch in force.
    #[serde(with = "base64url")]
    pub update: Vec<u8>,
    /// The member keys that it revokes. That they are those of the update is the manager's word: only it knows their identifiers.
    #[serde(with = "hex_arrays")]
    pub members: Vec<[u8; MEMBER_KEY_BYTES]>,
    /// Why.
    pub reason: Reason,
}

/// [`Operation::Report`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Report {
    /// About what.
    pub subject: Subject,
    /// What there is to say, 1 to [`MAX_REPORT_BYTES`] bytes.
    pub text: String,
}

/// [`Operation::RequestOpening`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RequestOpening {
    /// Of which group.
    pub group: GroupName,
    /// The report, by its transaction.
    pub report: Hash,
    /// Why.
    pub reason: Reason,
    /// SHA-256 of the document that permits it.
    #[serde(with = "hex_array")]
    pub warrant: [u8; 32],
}

/// [`Operation::Open`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Open {
    /// Of which group.
    pub group: GroupName,
    /// The opening, by the transaction that asked for it.
    pub opening: Hash,
    /// The opener's part: `hufu_group::PartialOpening::to_bytes`, for [`OpeningRecord::warrant_of`](hufu_light::OpeningRecord::warrant_of).
    #[serde(with = "base64url")]
    pub part: Vec<u8>,
}

/// What a report is about: 1 to 128 printable ASCII characters without spaces.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Subject(String);

impl Subject {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Subject {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        let fits =
            (1..=MAX_SUBJECT_BYTES).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        if fits {
            Ok(Self(text))
        } else {
            Err("a subject is 1 to 128 printable ASCII characters without spaces")
        }
    }
}

impl From<Subject> for String {
    fn from(subject: Subject) -> Self {
        subject.0
    }
}

/// The scope in which a member reports on a subject: once.
#[must_use]
pub fn report_scope(subject: &Subject) -> String {
    format!("report/{}", subject.as_str())
}

impl Operation {
    /// Reads an operation from the bytes of a transaction.
    ///
    /// # Errors
    /// [`Refusal::Malformed`].
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        if bytes.len() > MAX_OPERATION_BYTES {
            return Err(Refusal::Malformed(format!("it has more than {MAX_OPERATION_BYTES} bytes")));
        }
        serde_json::from_slice(bytes).map_err(|e| Refusal::Malformed(excerpt(&e)))
    }

    /// The bytes to put into a transaction.
    ///
    /// # Panics
    /// Never: every part of an operation has a JSON form.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("an operation serialises because it has only strings and lists")
    }
}
