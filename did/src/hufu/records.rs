//! The two kinds of record that a ledger keeps for a DID, and the port through which they are read.
//!
//! | key | record |
//! |---|---|
//! | `did/<did>/head` | [`Head`]: the current keys, commitment and version |
//! | `did/<did>/v/<version, 20 digits>` | [`Version`]: an operation, its signatures, and the document it made |
//!
//! A DID contains no `/`, so no DID's keys are another's. Both records are one format byte and Borsh.

use std::collections::BTreeMap;

use borsh::{BorshDeserialize, BorshSerialize};

use super::{Changes, KeySet, NextKeys, OperationHash, SignedOperation};
use crate::{Did, Document, Error, document::MAX_DOCUMENT_BYTES};

/// The first byte of both records.
pub const RECORD_FORMAT: u8 = 1;
/// The most bytes of a record: a signed operation and a document.
pub const MAX_RECORD_BYTES: usize = super::signed::MAX_SIGNED_BYTES + MAX_DOCUMENT_BYTES + 8_192;

/// Reads records: the ledger's state, as its user sees it.
pub trait Records {
    /// The head of `did`, if it exists.
    ///
    /// # Errors
    /// [`Error::Records`] or [`Error::Record`] if the storage fails.
    fn head(&self, did: &Did) -> Result<Option<Head>, Error>;

    /// A version of `did`, if it exists. Versions count from 1 without gaps.
    ///
    /// # Errors
    /// [`Error::Records`] or [`Error::Record`] if the storage fails.
    fn version(&self, did: &Did, version: u64) -> Result<Option<Version>, Error>;
}

impl<R: Records + ?Sized> Records for &R {
    fn head(&self, did: &Did) -> Result<Option<Head>, Error> {
        (**self).head(did)
    }

    fn version(&self, did: &Did, version: u64) -> Result<Option<Version>, Error> {
        (**self).version(did, version)
    }
}

/// What is true of a DID now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The DID.
    pub did: Did,
    /// The number of the latest version.
    pub version: u64,
    /// The hash of the operation that made it.
    pub hash: OperationHash,
    /// The update keys.
    pub keys: Option<KeySet>,
    /// The standing commitment to the next update keys.
    pub next: Option<NextKeys>,
    /// The recovery keys.
    pub recovery: Option<KeySet>,
    /// DIDs whose authority is this DID's authority, too.
    pub controllers: Vec<Did>,
    /// True if the DID has ended.
    pub deactivated: bool,
    /// When version 1 was made, in milliseconds since 1970.
    pub created_ms: u64,
    /// When the latest version was made, in milliseconds since 1970.
    pub updated_ms: u64,
    /// The height of the block that made the latest version.
    pub height: u64,
}

/// By whose authority a version was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum Authority {
    /// The DID's own keys.
    Keys = 0,
    /// A controller, named as the actor.
    Controller = 1,
    /// The DID's recovery keys.
    Recovery = 2,
}

impl Authority {
    /// In a word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Keys => "keys",
            Self::Controller => "controller",
            Self::Recovery => "recovery",
        }
    }
}

/// One version of a DID, kept for good.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    /// Its number, from 1.
    pub version: u64,
    /// The hash of its operation.
    pub hash: OperationHash,
    /// The hash of the version before; `None` for the first.
    pub previous: Option<OperationHash>,
    /// The operation's bytes and signatures, as they were sent.
    pub operation: SignedOperation,
    /// The document that it made.
    pub document: Document,
    /// True for the version that ended the DID.
    pub deactivated: bool,
    /// The height of its block.
    pub height: u64,
    /// The time of its block, in milliseconds since 1970.
    pub time_ms: u64,
    /// When version 1 was made, in milliseconds since 1970.
    pub created_ms: u64,
    /// The DID whose keys decided: this one, or a controller.
    pub actor: Did,
    /// By which of its keys.
    pub authority: Authority,
}

/// `did/<did>/head`.
#[must_use]
pub fn head_key(did: &Did) -> Vec<u8> {
    format!("did/{did}/head").into_bytes()
}

/// `did/<did>/v/<version>`, the number in 20 digits, so that keys sort as versions do.
#[must_use]
pub fn version_key(did: &Did, version: u64) -> Vec<u8> {
    format!("did/{did}/v/{version:020}").into_bytes()
}

impl Head {
    /// What the next operation must name.
    #[must_use]
    pub fn next_link(&self) -> super::Link {
        super::Link { did: self.did.clone(), version: self.version.saturating_add(1), previous: self.hash }
    }

    /// The record's bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        write(&RawHead {
            did: self.did.as_str().to_owned(),
            version: self.version,
            hash: *self.hash.as_bytes(),
            keys: self.keys.as_ref().map(raw_set),
            next: self.next.as_ref().map(|next| (next.threshold(), next.hashes().to_vec())),
            recovery: self.recovery.as_ref().map(raw_set),
            controllers: self.controllers.iter().map(|did| did.as_str().to_owned()).collect(),
            deactivated: self.deactivated,
            created_ms: self.created_ms,
            updated_ms: self.updated_ms,
            height: self.height,
        })
    }

    /// Reads the record's bytes.
    ///
    /// # Errors
    /// [`Error::Record`] if the format is unknown or the bytes are not such a record.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let raw: RawHead = read(HEAD, bytes)?;
        Ok(Self {
            did: inner(HEAD, raw.did.parse())?,
            version: raw.version,
            hash: OperationHash::from_digest(raw.hash),
            keys: raw.keys.map(|(k, keys)| inner(HEAD, KeySet::stored(k, keys))).transpose()?,
            next: raw
                .next
                .map(|(k, hashes)| inner(HEAD, NextKeys::from_hashes(k.into(), hashes)))
                .transpose()?,
            recovery: raw.recovery.map(|(k, keys)| inner(HEAD, KeySet::stored(k, keys))).transpose()?,
            controllers: raw
                .controllers
                .iter()
                .map(|text| inner(HEAD, text.parse()))
                .collect::<Result<_, _>>()?,
            deactivated: raw.deactivated,
            created_ms: raw.created_ms,
            updated_ms: raw.updated_ms,
            height: raw.height,
        })
    }
}

impl Version {
    /// The record's bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        write(&RawVersion {
            version: self.version,
            hash: *self.hash.as_bytes(),
            previous: self.previous.map(|hash| *hash.as_bytes()),
            operation: self.operation.clone(),
            document: canonical(&self.document.to_value()),
            deactivated: self.deactivated,
            height: self.height,
            time_ms: self.time_ms,
            created_ms: self.created_ms,
            actor: self.actor.as_str().to_owned(),
            authority: self.authority,
        })
    }

    /// Reads the record's bytes.
    ///
    /// # Errors
    /// [`Error::Record`] if the format is unknown or the bytes are not such a record.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let raw: RawVersion = read(VERSION, bytes)?;
        Ok(Self {
            version: raw.version,
            hash: OperationHash::from_digest(raw.hash),
            previous: raw.previous.map(OperationHash::from_digest),
            operation: raw.operation,
            document: inner(VERSION, Document::from_json(raw.document.as_bytes()))?,
            deactivated: raw.deactivated,
            height: raw.height,
            time_ms: raw.time_ms,
            created_ms: raw.created_ms,
            actor: inner(VERSION, raw.actor.parse())?,
            authority: raw.authority,
        })
    }
}

/// Records in memory: for tests, wallets and replays.
#[derive(Clone, Debug, Default)]
pub struct MemoryRecords(BTreeMap<Vec<u8>, Vec<u8>>);

impl MemoryRecords {
    /// No records.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Stores what [`super::apply()`] returned.
    pub fn commit(&mut self, changes: &Changes) {
        self.0.extend(changes.entries());
    }

    /// Stores one record under its key, e.g. one that was proven by a ledger.
    pub fn insert(&mut self, key: Vec<u8>, value: Vec<u8>) {
        self.0.insert(key, value);
    }
}

impl Records for MemoryRecords {
    fn head(&self, did: &Did) -> Result<Option<Head>, Error> {
        self.0.get(&head_key(did)).map(|bytes| Head::from_bytes(bytes)).transpose()
    }

    fn version(&self, did: &Did, version: u64) -> Result<Option<Version>, Error> {
        self.0.get(&version_key(did, version)).map(|bytes| Version::from_bytes(bytes)).transpose()
    }
}

type RawSet = (u16, Vec<String>);

#[derive(BorshSerialize, BorshDeserialize)]
struct RawHead {
    did: String,
    version: u64,
    hash: [u8; 32],
    keys: Option<RawSet>,
    next: Option<RawSet>,
    recovery: Option<RawSet>,
    controllers: Vec<String>,
    deactivated: bool,
    created_ms: u64,
    updated_ms: u64,
    height: u64,
}

#[derive(BorshSerialize, BorshDeserialize)]
struct RawVersion {
    version: u64,
    hash: [u8; 32],
    previous: Option<[u8; 32]>,
    operation: SignedOperation,
    document: String,
    deactivated: bool,
    height: u64,
    time_ms: u64,
    created_ms: u64,
    actor: String,
    authority: Authority,
}

fn raw_set(set: &KeySet) -> RawSet {
    (set.threshold(), set.multikeys().to_vec())
}

fn write(raw: &impl BorshSerialize) -> Vec<u8> {
    let mut out = vec![RECORD_FORMAT];
    out.extend(borsh::to_vec(raw).expect("because writing to memory does not fail"));
    out
}

fn read<T: BorshDeserialize>(what: &'static str, bytes: &[u8]) -> Result<T, Error> {
    let unreadable = |reason: String| Error::Record { what, reason };
    if bytes.len() > MAX_RECORD_BYTES {
        return Err(unreadable(format!("{} bytes are too many", bytes.len())));
    }
    match bytes.split_first() {
        Some((&RECORD_FORMAT, rest)) => {
            borsh::from_slice(rest).map_err(|error| unreadable(error.to_string()))
        }
        Some((format, _)) => Err(unreadable(format!("record format {format} is not known here"))),
        None => Err(unreadable("there are no bytes".into())),
    }
}

fn inner<T, E: std::fmt::Display>(what: &'static str, result: Result<T, E>) -> Result<T, Error> {
    result.map_err(|error| Error::Record { what, reason: error.to_string() })
}

const HEAD: &str = "DID head record";
const VERSION: &str = "DID version record";

/// The document's canonical JSON: the order of `serde_json`'s own members depends on a feature that any crate of a
/// build can switch on, and stored bytes must not.
fn canonical(document: &serde_json::Value) -> String {
    hufu_jcs::canonicalize(document)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .unwrap_or_else(|| document.to_string())
}
