//! Certified answers as the ground on which a wallet verifies offline.
//!
//! 1. Every file is an answer; its header names the network, the network's pinned anchor proves it.
//! 2. What is proven becomes records: of DIDs for [`HufuMethod`](hufu_did::hufu::HufuMethod), of statuses
//!    for the verifier. Both say as of which block.
//! 3. What is not there is told apart from what is proven not to exist.
//! 4. An answer is replaced by one of the same or a later height only: a service cannot take a wallet
//!    back to the time before a revocation.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context as _;
use hufu_credentials::status::{
    EntryRecord, LedgerStatus, ListRecord, StatusEntry, StatusEvidence, StatusSource, entry_key, list_key,
};
use hufu_did::{
    Did, Error as DidError,
    hufu::{Head, Records, Version, head_key, version_key},
};
use hufu_light::{Answer, MAX_ANSWER_BYTES, TrustAnchor};
use sha2::{Digest as _, Sha256};

use super::{anchors::Anchors, make_private};
use crate::{
    exit::{Code, Failure},
    private_file,
};

/// Most answers of one network that are read.
const MAX_ANSWERS: usize = 100_000;

/// How the files of answers end.
const EXTENSION: &str = "answer";

/// What the wallet's certified answers prove.
#[derive(Clone, Default)]
pub(crate) struct Evidence(Arc<Inner>);

#[derive(Default)]
struct Inner {
    /// By network and key.
    proven: BTreeMap<(String, Vec<u8>), Proven>,
    /// Files that prove nothing, with the reason.
    refused: Vec<(PathBuf, String)>,
}

/// The value of a key, or its absence, after a block.
struct Proven {
    value: Option<Vec<u8>>,
    height: u64,
    time_ms: u64,
}

impl Evidence {
    /// Reads and checks every answer.
    pub(super) fn read(folder: &Path, anchors: &Anchors) -> anyhow::Result<Self> {
        let mut inner = Inner::default();
        for path in files(folder)? {
            match check(&path, anchors) {
                Ok((network, key, proven)) => {
                    inner.proven.insert((network, key), proven);
                }
                Err(error) => inner.refused.push((path, format!("{error:#}"))),
            }
        }
        Ok(Self(Arc::new(inner)))
    }

    /// Files that were passed over because they prove nothing, with the reason.
    pub(crate) fn refused(&self) -> &[(PathBuf, String)] {
        &self.0.refused
    }

    /// Whether the present document of a `did:hufu` is known.
    pub(crate) fn knows(&self, did: &Did) -> bool {
        self.head(did).is_ok_and(|head| head.is_none_or(|head| self.version(did, head.version).is_ok()))
    }

    /// As of which block time a status is known, milliseconds since 1970.
    pub(crate) fn status_time(&self, list: &str, index: u64) -> Option<u64> {
        let key = entry_key(list, index);
        let times = self.0.proven.iter().filter(|((_, known), _)| *known == key);
        times.map(|(_, proven)| proven.time_ms).min()
    }

    fn get(&self, network: &str, key: Vec<u8>) -> Option<&Proven> {
        self.0.proven.get(&(network.to_owned(), key))
    }

    fn of_did(&self, did: &Did, key: Vec<u8>) -> Result<Option<&[u8]>, DidError> {
        let network = did.method_specific_id().split(':').next().unwrap_or_default();
        match self.get(network, key) {
            Some(proven) => Ok(proven.value.as_deref()),
            // 3.
            None => Err(DidError::Records(format!(
                "the wallet has no proven record of {did}: `hufu wallet refresh` fetches it"
            ))),
        }
    }
}

impl Records for Evidence {
    fn head(&self, did: &Did) -> Result<Option<Head>, DidError> {
        self.of_did(did, head_key(did))?.map(Head::from_bytes).transpose()
    }

    fn version(&self, did: &Did, version: u64) -> Result<Option<Version>, DidError> {
        self.of_did(did, version_key(did, version))?.map(Version::from_bytes).transpose()
    }
}

impl StatusSource for Evidence {
    fn status(&self, entry: &StatusEntry) -> Result<StatusEvidence<'_>, String> {
        let missing = || {
            format!(
                "the wallet has no proven status for entry {} of {}: `hufu wallet refresh` fetches it",
                entry.index, entry.list
            )
        };
        // a list's URL names no network: the one that has the list is meant
        let key = list_key(&entry.list);
        let mut lists =
            self.0.proven.iter().filter(|((_, known), proven)| *known == key && proven.value.is_some());
        let ((network, _), list) = lists.next().ok_or_else(missing)?;
        if let Some(((other, _), _)) = lists.next() {
            return Err(format!("both {network} and {other} have a list {}", entry.list));
        }
        let list = list.value.as_deref().ok_or_else(missing)?;
        let proven = self.get(network, entry_key(&entry.list, entry.index)).ok_or_else(missing)?;
        let record = proven.value.as_deref().map(EntryRecord::from_bytes).transpose();
        Ok(StatusEvidence::Ledger(Box::new(LedgerStatus {
            list: ListRecord::from_bytes(list).map_err(|error| error.to_string())?,
            entry: record.map_err(|error| error.to_string())?,
            height: proven.height,
            time_ms: proven.time_ms,
        })))
    }
}

/// Step 1 for one file.
fn check(path: &Path, anchors: &Anchors) -> anyhow::Result<(String, Vec<u8>, Proven)> {
    let answer = read_answer(path)?;
    let network = answer.header.header.network.clone();
    let anchor = anchors.of(&network).with_context(|| format!("the network {network} is not pinned"))?;
    // the key is whatever the answer is about: a file's name promises nothing
    let verified = answer.verify(&anchor, &answer.key)?;
    let proven = Proven {
        value: verified.value().map(<[u8]>::to_vec),
        height: verified.height(),
        time_ms: verified.time_ms(),
    };
    Ok((network.to_string(), answer.key.clone(), proven))
}

fn read_answer(path: &Path) -> anyhow::Result<Answer> {
    let named = || format!("{} cannot be read", path.display());
    let size = std::fs::metadata(path).with_context(named)?.len();
    if usize::try_from(size).map_or(true, |size| size > MAX_ANSWER_BYTES) {
        return Err(Failure::with(Code::Input, format!("{} is too large for an answer", path.display())));
    }
    Ok(Answer::from_bytes(&std::fs::read(path).with_context(named)?)?)
}

fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let list = |folder: &Path| -> anyhow::Result<Vec<PathBuf>> {
        let named = || format!("{} cannot be read", folder.display());
        let entries = std::fs::read_dir(folder).with_context(named)?;
        entries.map(|entry| Ok(entry.with_context(named)?.path())).take(MAX_ANSWERS).collect()
    };
    let mut found = Vec::new();
    if folder.exists() {
        for network in list(folder)?.into_iter().filter(|path| path.is_dir()) {
            found.extend(
                list(&network)?.into_iter().filter(|path| path.extension().is_some_and(|e| e == EXTENSION)),
            );
        }
    }
    found.sort();
    Ok(found)
}

/// Keeps an answer that verifies; returns whether it told something new.
///
/// # Errors
/// [`Code::No`] if it does not verify, or (step 4) is older than the one that is there, or contradicts it.
pub(crate) fn keep(folder: &Path, answer: &Answer, anchor: &TrustAnchor, key: &[u8]) -> anyhow::Result<bool> {
    let no = |words: String| Failure::with(Code::No, words);
    let new = answer
        .verify(anchor, key)
        .map_err(|error| no(format!("the certified answer does not verify: {error}")))?;
    let folder = folder.join(anchor.network.as_str());
    make_private(&folder)?;
    let name = hex::encode(Sha256::digest(key));
    let path = folder.join(format!("{name}.{EXTENSION}"));
    let known = if path.exists() { read_answer(&path).ok() } else { None };
    // a file that proves nothing is worth nothing, and is replaced
    if let Some(known) = known.as_ref().and_then(|known| known.verify(anchor, key).ok()) {
        if new.height() < known.height() {
            return Err(no(format!(
                "the service answers as of height {}, this wallet has seen height {}: it is behind, or hides something",
                new.height(),
                known.height()
            )));
        }
        if new.height() == known.height() && new.header_hash() != known.header_hash() {
            return Err(no(format!(
                "the network {} has two histories at height {}",
                anchor.network,
                new.height()
            )));
        }
        if new.height() == known.height() {
            return Ok(false);
        }
    }
    private_file::replace_itself(&path, &answer.to_bytes())?;
    Ok(true)
}
