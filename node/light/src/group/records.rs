//! A group, its epochs, members and reports, as the ledger keeps them.

use std::sync::LazyLock;

use hufu_group::{Epoch, Group, MemberKey, Parameters, Update};
use serde::{Deserialize, Serialize};

use super::GroupName;
use crate::{
    Error, Hash, Transaction, TrustAnchor,
    forms::{base64url, base64url_option, hex_array},
    record::stored,
};

/// Bytes of a member key, and of a tag: a compressed point of G1.
pub const MEMBER_KEY_BYTES: usize = hufu_group::Tag::SIZE;

/// The bases of all groups, with the tables that are made of them on first use.
static PARAMETERS: LazyLock<Parameters> = LazyLock::new(Parameters::new);

/// A group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct GroupRecord {
    /// Its name.
    pub name: GroupName,
    /// The DID that made it, admits members and revokes them.
    pub manager: String,
    /// The DIDs of the openers, in the order of their numbers, which begin at 1.
    pub openers: Vec<String>,
    /// How many of them open together.
    pub threshold: u16,
    /// The group's keys: [`Group::to_bytes`].
    #[serde(with = "base64url")]
    pub group: Vec<u8>,
    /// Made at which height.
    pub height: u64,
    /// At what time, in milliseconds since 1970.
    pub time_ms: u64,
}

impl GroupRecord {
    /// Reads a group's keys, whatever network they are for.
    ///
    /// # Errors
    /// [`Error::Malformed`].
    pub fn keys(bytes: &[u8]) -> Result<Group, Error> {
        Group::from_bytes(&PARAMETERS, bytes)
            .map_err(|e| Error::Malformed { what: "group", reason: e.to_string() })
    }

    /// The bases of all groups, for making one: [`Group::new`].
    #[must_use]
    pub fn parameters() -> &'static Parameters {
        &PARAMETERS
    }

    /// The group, for signing and verifying on the network of an anchor.
    ///
    /// # Errors
    /// [`Error::Malformed`] if the keys are no group's, or of another name or network.
    pub fn group(&self, anchor: &TrustAnchor) -> Result<Group, Error> {
        let malformed = |reason: String| Error::Malformed { what: "group", reason };
        let group = Self::keys(&self.group)?;
        if group.name() != self.name.full(anchor).as_bytes() {
            let expected = self.name.full(anchor);
            return Err(malformed(format!(
                "its keys are of {}, not {expected}",
                group.name().escape_ascii()
            )));
        }
        let (count, threshold) = (usize::from(group.openers().count()), group.openers().threshold());
        if count != self.openers.len() || threshold != self.threshold {
            let (names, asked) = (self.openers.len(), self.threshold);
            return Err(malformed(format!(
                "its keys are for {threshold} of {count} openers, the record names {asked} of {names}"
            )));
        }
        Ok(group)
    }
}

/// Which epoch is in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct EpochHead {
    /// Its number.
    pub number: u64,
}

/// An epoch, and how it came from the one before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct EpochRecord {
    /// Its number.
    pub number: u64,
    /// The epoch: [`Epoch::to_bytes`].
    #[serde(with = "base64url")]
    pub epoch: Vec<u8>,
    /// The update that leads to it: [`Update::to_bytes`]. None for the first.
    #[serde(with = "base64url_option")]
    pub update: Option<Vec<u8>>,
    /// Why members were revoked. None for the first.
    pub reason: Option<String>,
    /// Since which height it is in force.
    pub height: u64,
    /// Since what time, in milliseconds since 1970.
    pub time_ms: u64,
}

impl EpochRecord {
    /// The epoch.
    ///
    /// # Errors
    /// [`Error::Malformed`].
    pub fn epoch(&self, group: &Group) -> Result<Epoch, Error> {
        let malformed = |reason: String| Error::Malformed { what: "epoch", reason };
        let epoch = Epoch::from_bytes(group, &self.epoch).map_err(|e| malformed(e.to_string()))?;
        if epoch.number() == self.number {
            Ok(epoch)
        } else {
            Err(malformed(format!("it is number {}, recorded as {}", epoch.number(), self.number)))
        }
    }

    /// The update that leads to it, by which members follow.
    ///
    /// # Errors
    /// [`Error::Malformed`].
    pub fn update(&self) -> Result<Option<Update>, Error> {
        let read = |bytes: &Vec<u8>| {
            Update::from_bytes(bytes)
                .map_err(|e| Error::Malformed { what: "update of a group", reason: e.to_string() })
        };
        self.update.as_ref().map(read).transpose()
    }
}

/// Whose a member key is: what makes an opening evidence against an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct MemberRecord {
    /// The member key.
    #[serde(with = "hex_array")]
    pub key: [u8; MEMBER_KEY_BYTES],
    /// The DID whose key it is.
    pub account: String,
    /// The verification method of the account that signed the consent.
    pub method: String,
    /// The signature of that method over [`Group::consent`].
    #[serde(with = "base64url")]
    pub consent: Vec<u8>,
    /// Admitted at which height. The account's document at that height has the method's key.
    pub height: u64,
    /// At what time, in milliseconds since 1970.
    pub time_ms: u64,
    /// When it was revoked, if it was.
    pub revoked: Option<Revocation>,
}

impl MemberRecord {
    /// What the account's method has signed.
    ///
    /// # Errors
    /// [`Error::Malformed`] if the key is none.
    pub fn consent(&self, group: &Group) -> Result<Vec<u8>, Error> {
        let key: MemberKey = MemberKey::from_bytes(&self.key)
            .map_err(|e| Error::Malformed { what: "member key", reason: e.to_string() })?;
        Ok(group.consent(self.account.as_bytes(), &key))
    }
}

/// The end of a membership.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Revocation {
    /// The first epoch without the member. Its record says why.
    pub epoch: u64,
    /// At which height.
    pub height: u64,
    /// At what time, in milliseconds since 1970.
    pub time_ms: u64,
}

/// The member key that a DID has in a group, revoked or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct AccountRecord {
    /// The newest of its member keys.
    #[serde(with = "hex_array")]
    pub key: [u8; MEMBER_KEY_BYTES],
}

/// What a member said unnamed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ReportRecord {
    /// About what: a member reports once on a subject.
    pub subject: String,
    /// The epoch in which its author was a member.
    pub epoch: u64,
    /// The author's tag for this subject.
    #[serde(with = "hex_array")]
    pub tag: [u8; MEMBER_KEY_BYTES],
    /// The transaction as it was sent, with the text and the group signature: [`Transaction::to_bytes`].
    #[serde(with = "base64url")]
    pub transaction: Vec<u8>,
    /// At which height.
    pub height: u64,
    /// At what time, in milliseconds since 1970.
    pub time_ms: u64,
}

impl ReportRecord {
    /// The transaction, and its id, which is that of the report.
    ///
    /// # Errors
    /// [`Error::Malformed`].
    pub fn transaction(&self) -> Result<(Hash, Transaction), Error> {
        let transaction = Transaction::from_bytes(&self.transaction)?;
        Ok((transaction.id(), transaction))
    }
}

stored! {
    GroupRecord = "group record",
    EpochHead = "head of epochs",
    EpochRecord = "epoch record",
    MemberRecord = "member record",
    AccountRecord = "account record",
    ReportRecord = "report record",
}
