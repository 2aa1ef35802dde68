//! Rings on a ledger: a list of DIDs at one of its versions, by the ring keys in their documents.
//!
//! The ledger forms a ring once, as a [`RingRecord`] under [`RingName::key`], and never changes it. A member reads it with proof and
//! signs as one of it; a verifier reads it with proof and learns that one of these DIDs signed, not which.

use std::{fmt, str::FromStr};

use hufu_ring::{Ring, RingContext, VerifyingKey};
use serde::{Deserialize, Serialize};

use crate::{Error, TrustAnchor, forms::hex_array, record::stored};

/// Most members of a ring on a ledger: a signature of so many takes some 7 ms to verify.
pub const MAX_RING_MEMBERS: usize = 1_024;

/// What names of rings begin with.
const PREFIX: &str = "ring:";

/// Longest name of a list, in bytes.
const MAX_LIST_BYTES: usize = 32;

/// The ring of a list of DIDs at one of its versions: `ring:<list>/<version>`.
///
/// ```
/// use hufu_light::RingName;
///
/// let name: RingName = "ring:members/3".parse()?;
/// assert_eq!((name.list(), name.version()), ("members", 3));
/// assert!("ring:members/03".parse::<RingName>().is_err(), "there is one form");
/// # Ok::<(), hufu_light::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RingName {
    list: String,
    version: u64,
}

impl RingName {
    /// The ring of a list's version.
    ///
    /// # Errors
    /// [`Error::Malformed`] if the list's name is not 1 to 32 of `a`–`z`, `0`–`9` and `-`.
    pub fn new(list: &str, version: u64) -> Result<Self, Error> {
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if list.is_empty() || list.len() > MAX_LIST_BYTES || !list.bytes().all(allowed) {
            return Err(malformed_name("a list name is 1 to 32 of the characters a-z, 0-9 and '-'"));
        }
        Ok(Self { list: list.to_owned(), version })
    }

    /// Whether a sender is meant to be a ring.
    #[must_use]
    pub fn is_meant_by(sender: &str) -> bool {
        sender.starts_with(PREFIX)
    }

    /// The list.
    #[must_use]
    pub fn list(&self) -> &str {
        &self.list
    }

    /// The version of the list.
    #[must_use]
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// The key of the ring's record in the state.
    #[must_use]
    pub fn key(&self) -> String {
        format!("gov/ring/{}/{}", self.list, self.version)
    }

    /// What is bound into every signature of the ring: network, genesis, list and version.
    fn context(&self, anchor: &TrustAnchor) -> Result<RingContext, hufu_ring::Error> {
        let list = format!("{}/{}/{}", anchor.network, anchor.genesis_hash, self.list);
        RingContext::new(list.as_bytes(), self.version)
    }
}

impl fmt::Display for RingName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}/{}", self.list, self.version)
    }
}

impl FromStr for RingName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let parts = text.strip_prefix(PREFIX).and_then(|rest| rest.split_once('/'));
        let (list, version) = parts.ok_or_else(|| malformed_name("it is ring:<list>/<version>"))?;
        let number = version.parse().map_err(|_| malformed_name("the version must be a number"))?;
        let name = Self::new(list, number)?;
        if name.to_string() == text {
            Ok(name)
        } else {
            Err(malformed_name("the version must be a number without leading zeros"))
        }
    }
}

fn malformed_name(reason: &str) -> Error {
    Error::Malformed { what: "ring name", reason: reason.to_owned() }
}

/// A ring as the ledger keeps it. Its members are in the order of their DIDs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct RingRecord {
    /// The list.
    pub list: String,
    /// The version of the list whose entries are the members.
    pub version: u64,
    /// The members.
    pub members: Vec<RingMember>,
    /// Who had the ring formed.
    pub formed_by: String,
    /// At which height.
    pub height: u64,
    /// At what time, in milliseconds since 1970.
    pub time_ms: u64,
}

/// A DID and the ring key that it had when the ring was formed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct RingMember {
    /// The DID.
    pub did: String,
    /// Its ring key: 64 hexadecimal digits.
    #[serde(with = "hex_array")]
    pub key: [u8; VerifyingKey::SIZE],
}

stored!(RingRecord = "ring record");

impl RingRecord {
    /// Its name.
    ///
    /// # Errors
    /// [`Error::Malformed`] if the record's list has no proper name.
    pub fn name(&self) -> Result<RingName, Error> {
        RingName::new(&self.list, self.version)
    }

    /// The ring, for signing and verifying on the network of an anchor.
    ///
    /// # Errors
    /// [`Error::Malformed`] if the members do not make a ring.
    pub fn ring(&self, anchor: &TrustAnchor) -> Result<Ring, Error> {
        let make = || {
            let keys = self.members.iter().map(|member| VerifyingKey::from_bytes(member.key));
            Ring::of_list(self.name_context(anchor)?, keys.collect::<Result<_, _>>()?)
        };
        make().map_err(|e: hufu_ring::Error| Error::Malformed { what: "ring", reason: e.to_string() })
    }

    fn name_context(&self, anchor: &TrustAnchor) -> Result<RingContext, hufu_ring::Error> {
        RingName { list: self.list.clone(), version: self.version }.context(anchor)
    }
}

#[cfg(test)]
mod tests {
    use hufu_ring::SigningKey;
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

    use super::*;

    fn ring_of(keys: &[SigningKey]) -> RingRecord {
        let members = keys.iter().enumerate().map(|(i, key)| RingMember {
            did: format!("did:example:{i}"),
            key: key.verifying_key().to_bytes(),
        });
        let members = members.collect();
        RingRecord {
            list: "members".into(),
            version: 3,
            members,
            formed_by: "did:example:0".into(),
            height: 7,
            time_ms: 9,
        }
    }

    #[test]
    fn names_have_one_form() {
        for good in ["ring:members/0", "ring:a-1/18446744073709551615"] {
            assert_eq!(good.parse::<RingName>().unwrap().to_string(), good);
        }
        for bad in [
            "",
            "ring:",
            "ring:members",
            "ring:members/",
            "ring:members/01",
            "ring:members/+1",
            "ring:Members/1",
            "ring:/1",
            "members/1",
            "ring:members/18446744073709551616",
            "ring:a/b/1",
        ] {
            assert!(bad.parse::<RingName>().is_err(), "{bad}");
        }
        assert!(RingName::new(&"a".repeat(33), 1).is_err());
    }

    #[test]
    fn a_record_whose_members_make_no_ring_is_refused() {
        let mut rng = ChaCha20Rng::from_seed([3; 32]);
        let key = SigningKey::generate(&mut rng);
        let anchor = TrustAnchor { network: "dev".parse().unwrap(), genesis_hash: crate::Hash::ZERO };
        let copy = SigningKey::from_bytes(&key.to_bytes()).unwrap();
        let twice = ring_of(&[key, copy]);
        assert!(twice.ring(&anchor).unwrap_err().to_string().contains("ring"));
        let mut identity = ring_of(&[SigningKey::generate(&mut rng), SigningKey::generate(&mut rng)]);
        identity.members[0].key = [0; 32];
        assert!(identity.ring(&anchor).is_err());
    }

    #[test]
    fn records_are_frozen() {
        let mut rng = ChaCha20Rng::from_seed([3; 32]);
        let keys: Vec<_> = (0..2).map(|_| SigningKey::generate(&mut rng)).collect();
        let record = ring_of(&keys);
        assert_eq!(RingRecord::from_bytes(&record.to_bytes()).unwrap(), record);
        let key = |i: usize| hex::encode(keys[i].verifying_key().to_bytes());
        let expected = format!(
            r#"{{"format":1,"record":{{"list":"members","version":3,"members":[{{"did":"did:example:0","key":"{}"}},{{"did":"did:example:1","key":"{}"}}],"formedBy":"did:example:0","height":7,"timeMs":9}}}}"#,
            key(0),
            key(1)
        );
        assert_eq!(String::from_utf8(record.to_bytes()).unwrap(), expected);
        let newer = expected.replace("\"format\":1", "\"format\":2");
        assert!(RingRecord::from_bytes(newer.as_bytes()).unwrap_err().to_string().contains("format 2"));
        assert!(
            RingRecord::from_bytes(expected.replace(&key(0), &key(0).to_uppercase()).as_bytes()).is_err()
        );
    }
}
