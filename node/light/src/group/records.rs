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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{OpenedSigner, OpeningPart, OpeningRecord};

    const KEY: [u8; MEMBER_KEY_BYTES] = [0xab; MEMBER_KEY_BYTES];

    fn name() -> GroupName {
        GroupName::new("press").unwrap()
    }

    /// What is stored today is read tomorrow.
    #[test]
    fn records_are_frozen() {
        let key = "ab".repeat(MEMBER_KEY_BYTES);
        let group = GroupRecord {
            name: name(),
            manager: "did:example:m".into(),
            openers: vec!["did:example:o".into()],
            threshold: 1,
            group: vec![1, 2],
            height: 3,
            time_ms: 4,
        };
        let epoch = EpochRecord {
            number: 1,
            epoch: vec![1],
            update: Some(vec![2]),
            reason: Some("left".into()),
            height: 3,
            time_ms: 4,
        };
        let member = MemberRecord {
            key: KEY,
            account: "did:example:a".into(),
            method: "did:example:a#1".into(),
            consent: vec![5],
            height: 3,
            time_ms: 4,
            revoked: Some(Revocation { epoch: 1, height: 6, time_ms: 7 }),
        };
        let report = ReportRecord {
            subject: "a".into(),
            epoch: 1,
            tag: KEY,
            transaction: vec![8],
            height: 3,
            time_ms: 4,
        };
        let opening = OpeningRecord {
            id: Hash::from_bytes([1; 32]),
            report: Hash::from_bytes([2; 32]),
            requester: "did:example:r".into(),
            reason: "order".into(),
            warrant: [3; 32],
            height: 3,
            time_ms: 4,
            parts: vec![OpeningPart { opener: "did:example:o".into(), part: vec![9], height: 5, time_ms: 6 }],
            opened: Some(OpenedSigner { key: KEY, account: None, height: 5, time_ms: 6 }),
        };
        let (one, two, three) = ("01".repeat(32), "02".repeat(32), "03".repeat(32));
        for (bytes, expected) in [
            (group.to_bytes(), r#"{"name":"press","manager":"did:example:m","openers":["did:example:o"],"threshold":1,"group":"AQI","height":3,"timeMs":4}"#.to_owned()),
            (EpochHead { number: 7 }.to_bytes(), r#"{"number":7}"#.to_owned()),
            (epoch.to_bytes(), r#"{"number":1,"epoch":"AQ","update":"Ag","reason":"left","height":3,"timeMs":4}"#.to_owned()),
            (member.to_bytes(), format!(r#"{{"key":"{key}","account":"did:example:a","method":"did:example:a#1","consent":"BQ","height":3,"timeMs":4,"revoked":{{"epoch":1,"height":6,"timeMs":7}}}}"#)),
            (AccountRecord { key: KEY }.to_bytes(), format!(r#"{{"key":"{key}"}}"#)),
            (report.to_bytes(), format!(r#"{{"subject":"a","epoch":1,"tag":"{key}","transaction":"CA","height":3,"timeMs":4}}"#)),
            (opening.to_bytes(), format!(r#"{{"id":"{one}","report":"{two}","requester":"did:example:r","reason":"order","warrant":"{three}","height":3,"timeMs":4,"parts":[{{"opener":"did:example:o","part":"CQ","height":5,"timeMs":6}}],"opened":{{"key":"{key}","account":null,"height":5,"timeMs":6}}}}"#)),
        ] {
            let expected = format!(r#"{{"format":1,"record":{expected}}}"#);
            assert_eq!(String::from_utf8(bytes).unwrap(), expected);
        }
        assert_eq!(GroupRecord::from_bytes(&group.to_bytes()).unwrap(), group);
        assert_eq!(EpochRecord::from_bytes(&epoch.to_bytes()).unwrap(), epoch);
        assert_eq!(MemberRecord::from_bytes(&member.to_bytes()).unwrap(), member);
        assert_eq!(ReportRecord::from_bytes(&report.to_bytes()).unwrap(), report);
        assert_eq!(OpeningRecord::from_bytes(&opening.to_bytes()).unwrap(), opening);
    }

    #[test]
    fn damaged_records_are_refused_by_name() {
        for bytes in [
            "",
            "{}",
            r#"{"format":2,"record":{"number":1}}"#,
            r#"{"format":1,"record":{"number":1,"more":2}}"#,
        ] {
            let error = EpochHead::from_bytes(bytes.as_bytes()).unwrap_err().to_string();
            assert!(error.contains("head of epochs"), "{error}");
        }
        let anchor = TrustAnchor { network: "dev".parse().unwrap(), genesis_hash: Hash::ZERO };
        let record = GroupRecord {
            name: name(),
            manager: "did:example:m".into(),
            openers: Vec::new(),
            threshold: 1,
            group: vec![1, 2, 3],
            height: 1,
            time_ms: 1,
        };
        assert!(record.group(&anchor).unwrap_err().to_string().contains("malformed group"));
        let upper = format!(r#"{{"format":1,"record":{{"key":"{}"}}}}"#, "AB".repeat(MEMBER_KEY_BYTES));
        assert!(AccountRecord::from_bytes(upper.as_bytes()).unwrap_err().to_string().contains("lower-case"));
    }
}
