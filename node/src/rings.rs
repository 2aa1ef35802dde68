//! Rings: the ring of a list's version, formed from the ring keys in the documents of the DIDs on it.
//!
//! A ring key is a verification method of its DID, with a proof of possession ([`hufu_did::RingKey`]). To form a ring:
//!
//! 1. the list exists, and the ring of its version does not;
//! 2. every DID on it has a ring key of its own, with a proof that holds;
//! 3. there are 2 to [`MAX_RING_MEMBERS`] of them, all different;
//! 4. the members are written down in the order of their DIDs. The record is never changed: who leaves the list later still
//!    was one of this version.

mod known;

use std::fmt;

use hufu_did::{Did, Document};
use hufu_light::{MAX_RING_MEMBERS, RingMember, RingName, RingRecord};
use serde::{Deserialize, Serialize};

use crate::{
    governance::{Entry, List, ListName, key},
    words::excerpt,
};

pub use known::{Found, Known};

/// Longest operation, in bytes.
const MAX_OPERATION_BYTES: usize = 1_024;

/// DIDs without a ring key that a refusal names: with so many to be asked, no further document is read.
const NAMED: usize = 3;

/// An operation of the module `ring`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", deny_unknown_fields)]
pub enum Operation {
    /// Forms the ring of the list's present version.
    Form {
        /// The list.
        list: ListName,
    },
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
        serde_json::to_vec(self).expect("an operation serialises because it has only strings")
    }
}

/// A rule that an operation breaks, by name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The operation's bytes are no operation.
    #[error("malformed ring operation: {0}")]
    Malformed(String),
    /// There is no such list.
    #[error("there is no list \"{0}\"")]
    NoSuchList(ListName),
    /// The ring exists.
    #[error("{0} is formed already: a list has one ring in a version")]
    Exists(RingName),
    /// Some DIDs on the list have no ring key.
    #[error("{}", without_key(list, dids, *more))]
    WithoutKey {
        /// The list.
        list: ListName,
        /// The first of them.
        dids: Vec<Did>,
        /// Whether there may be more: the documents of others were not read.
        more: bool,
    },
    /// A DID's ring key does not hold.
    #[error("the ring key of {did} is refused: {reason}")]
    BadKey {
        /// Whose.
        did: Did,
        /// Why.
        reason: String,
    },
    /// Two DIDs have one ring key.
    #[error("{0} and {1} have the same ring key: each member of a ring has one of its own")]
    SharedKey(Did, Did),
    /// Too few or too many.
    #[error("a ring has 2 to {MAX_RING_MEMBERS} members; there are {count} on the list \"{list}\"")]
    Size {
        /// The list.
        list: ListName,
        /// How many there are.
        count: u64,
    },
}

fn without_key(list: &ListName, dids: &[Did], more: bool) -> String {
    let names: Vec<_> = dids.iter().map(Did::as_str).collect();
    let more = if more { ", perhaps others" } else { "" };
    format!("no ring key has: {}{more}, on the list \"{list}\"", names.join(", "))
}

/// What went wrong, told apart by who is at fault.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The operation is at fault.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The records are.
    #[error("{0}")]
    Records(String),
}

/// What forming a ring reads.
pub trait Source {
    /// The record under a key.
    ///
    /// # Errors
    /// In words, if the store cannot be read.
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, String>;

    /// Records under keys with a prefix, ascending, behind `after`, at most `limit`.
    ///
    /// # Errors
    /// As [`Self::get`].
    fn scan(&self, prefix: &[u8], after: Option<&[u8]>, limit: usize) -> Result<Vec<crate::Entry>, String>;

    /// The current document of a DID; none if it cannot be known from the records, or is deactivated.
    ///
    /// # Errors
    /// As [`Self::get`].
    fn document(&self, did: &Did) -> Result<Option<Document>, String>;
}

/// Who asks for a ring, and where in the ledger.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// Who.
    pub actor: &'a Did,
    /// The height of the block.
    pub height: u64,
    /// Its time, in milliseconds since 1970.
    pub time_ms: u64,
}

/// The ring of the list's present version.
///
/// # Errors
/// [`Error::Refused`] with the broken rule.
pub fn form<S: Source + ?Sized>(
    source: &S,
    list: &ListName,
    context: &Context<'_>,
) -> Result<(RingName, RingRecord), Error> {
    // 1.
    let damaged = |e: &dyn fmt::Display| Error::Records(e.to_string());
    let head_key = key::list(list);
    let head = source.get(head_key.as_bytes()).map_err(Error::Records)?;
    let head = head.ok_or_else(|| Refusal::NoSuchList(list.clone()))?;
    let head = List::from_bytes(&head_key, &head).map_err(|e| damaged(&e))?;
    let name = RingName::new(list.as_str(), head.version).map_err(|e| damaged(&e))?;
    if source.get(name.key().as_bytes()).map_err(Error::Records)?.is_some() {
        return Err(Refusal::Exists(name).into());
    }
    // 3., before so many documents are read
    let fits = u64::try_from(MAX_RING_MEMBERS).is_ok_and(|most| (2..=most).contains(&head.entries));
    if !fits {
        return Err(Refusal::Size { list: list.clone(), count: head.entries }.into());
    }
    // 2., 4.
    let mut members: Vec<RingMember> = Vec::new();
    let mut missing = Vec::new();
    let mut dids = dids_on(source, list)?.into_iter();
    for did in dids.by_ref() {
        let document = source.document(&did).map_err(Error::Records)?;
        match document.as_ref().map(Document::ring_key) {
            None | Some(Ok(None)) => {
                missing.push(did);
                if missing.len() == NAMED {
                    break;
                }
            }
            Some(Err(error)) => return Err(Refusal::BadKey { did, reason: error.to_string() }.into()),
            Some(Ok(Some(key))) => {
                members.push(RingMember { did: did.to_string(), key: key.to_bytes() });
            }
        }
    }
    if !missing.is_empty() {
        let more = dids.len() > 0;
        return Err(Refusal::WithoutKey { list: list.clone(), dids: missing, more }.into());
    }
    members.sort_by(|a, b| a.did.cmp(&b.did));
    refuse_shared_keys(&members)?;
    let record = RingRecord {
        list: list.to_string(),
        version: head.version,
        members,
        formed_by: context.actor.to_string(),
        height: context.height,
        time_ms: context.time_ms,
    };
    Ok((name, record))
}

/// The DIDs that are on a list now.
fn dids_on<S: Source + ?Sized>(source: &S, list: &ListName) -> Result<Vec<Did>, Error> {
    /// Entries read at once. Past entries stay on record, so that there may be more of them than members.
    const PAGE: usize = 256;
    let prefix = key::entries(list);
    let mut dids = Vec::new();
    let mut after: Option<Vec<u8>> = None;
    loop {
        let page = source.scan(prefix.as_bytes(), after.as_deref(), PAGE).map_err(Error::Records)?;
        for (key, bytes) in &page {
            let key = String::from_utf8_lossy(key);
            let entry = Entry::from_bytes(&key, bytes).map_err(|e| Error::Records(e.to_string()))?;
            if entry.current().is_some() {
                dids.push(entry.did);
            }
        }
        match page.last() {
            Some((key, _)) if page.len() == PAGE => after = Some(key.clone()),
            _ => return Ok(dids),
        }
    }
}

fn refuse_shared_keys(members: &[RingMember]) -> Result<(), Error> {
    let mut by_key = std::collections::BTreeMap::new();
    for member in members {
        if let Some(other) = by_key.insert(member.key, &member.did) {
            let did = |text: &str| text.parse::<Did>().map_err(|e| Error::Records(e.to_string()));
            return Err(Refusal::SharedKey(did(other)?, did(&member.did)?).into());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, collections::BTreeMap};

    use super::*;
    use crate::governance::{Period, Provenance, Weight};

    /// A list whose DIDs have no documents, and how many of them were asked for.
    struct Bare {
        records: BTreeMap<Vec<u8>, Vec<u8>>,
        asked: Cell<usize>,
    }

    impl Bare {
        fn new(list: &ListName, count: u64) -> Self {
            let began = Provenance {
                proposal: None,
                proposer: None,
                height: 0,
                time_ms: 0,
                reason: "It is time.".parse().unwrap(),
            };
            let weight = Weight::try_from(1).unwrap();
            let mut records = BTreeMap::new();
            for n in 0..count {
                let did: Did = format!("did:example:{n:04}").parse().unwrap();
                let (began, key) = (began.clone(), key::entry(list, &did));
                let period =
                    Period { from_version: 1, until_version: None, role: None, weight, began, ended: None };
                let entry = Entry { list: list.clone(), did, periods: vec![period] };
                records.insert(key.into_bytes(), entry.to_bytes());
            }
            let head = List { name: list.clone(), version: 3, entries: count, weight: count, changed: began };
            records.insert(key::list(list).into_bytes(), head.to_bytes());
            Self { records, asked: Cell::new(0) }
        }
    }

    impl Source for Bare {
        fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, String> {
            Ok(self.records.get(key).cloned())
        }

        fn scan(
            &self,
            prefix: &[u8],
            after: Option<&[u8]>,
            limit: usize,
        ) -> Result<Vec<crate::Entry>, String> {
            let of = |key: &[u8]| key.starts_with(prefix) && after.is_none_or(|after| key > after);
            let found = self.records.iter().filter(|(key, _)| of(key)).take(limit);
            Ok(found.map(|(key, value)| (key.clone(), value.clone())).collect())
        }

        fn document(&self, _: &Did) -> Result<Option<Document>, String> {
            self.asked.set(self.asked.get() + 1);
            Ok(None)
        }
    }

    #[test]
    fn so_many_documents_are_read_as_are_named() {
        let list: ListName = "inspectors".parse().unwrap();
        let actor = "did:example:a".parse().unwrap();
        let context = Context { actor: &actor, height: 1, time_ms: 1 };
        for (count, asked, words) in [
            (1_000, NAMED, "did:example:0001, did:example:0002, perhaps others, on the list"),
            (3, 3, "did:example:0001, did:example:0002, on the list"),
            (2, 2, "did:example:0000, did:example:0001, on the list"),
        ] {
            let source = Bare::new(&list, count);
            let refused = form(&source, &list, &context).unwrap_err().to_string();
            assert!(refused.contains(words), "{refused}");
            assert_eq!(source.asked.get(), asked, "{count}");
        }
    }
}
