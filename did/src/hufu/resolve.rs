//! Resolving `did:hufu` from its records.
//!
//! A version's id is its number. Metadata give times in whole seconds, as W3C DID Resolution demands, so a
//! `versionTime` is compared in whole seconds, too: a version is current from the second it was made in, and of
//! several in one second the last counts. Asking with the `updated` of a version therefore finds that version.
//!
//! A deactivated DID has no document. Its earlier versions can still be asked for, by id or by time; they carry
//! `nextVersionId`, which says that they are history.

use serde_json::{Map, Value, json};

use super::{Head, Records, Version, identifier::parts_of};
use crate::{
    Did, DocumentMetadata, Error, ErrorKind, Resolution, ResolutionError, ResolutionMetadata,
    ResolutionOptions, Resolver, resolution::metadata_time,
};

/// The resolver of `did:hufu` over somebody's [`Records`].
#[derive(Clone, Copy, Debug)]
pub struct HufuMethod<R>(
    /// Where the records are.
    pub R,
);

impl<R: Records> Resolver for HufuMethod<R> {
    fn resolve(&self, did: &Did, options: &ResolutionOptions) -> Result<Resolution, ResolutionError> {
        resolve(&self.0, did, options)
    }
}

/// Resolves a `did:hufu`: the latest version, or the one that the options name.
///
/// # Errors
/// `invalidDid` if the identifier is malformed, `notFound` if there is no such DID or version, `invalidOptions`
/// if `versionId` is not a number or contradicts `versionTime`, `internalError` if the records are at fault.
pub fn resolve(
    records: &impl Records,
    did: &Did,
    options: &ResolutionOptions,
) -> Result<Resolution, ResolutionError> {
    let content_type = options.content_type()?;
    parts_of(did)?;
    let not_found = |detail: String| ResolutionError::new(ErrorKind::NotFound, detail);
    let head = records.head(did)?.ok_or_else(|| not_found(format!("{did} does not exist")))?;

    let number = match (&options.version_id, options.version_time) {
        (None, None) => head.version,
        (Some(id), None) => by_id(&head, id)?,
        (None, Some(time)) => by_time(records, &head, time.as_second())?,
        (Some(id), Some(time)) => {
            let number = by_id(&head, id)?;
            if by_time(records, &head, time.as_second())? != number {
                let detail = "versionId and versionTime name different versions";
                return Err(ResolutionError::new(ErrorKind::InvalidOptions, detail));
            }
            number
        }
    };
    let version = stored(records, did, number)?;
    let next =
        if number < head.version { Some(stored(records, did, number.saturating_add(1))?) } else { None };
    let document_metadata = metadata(did, &version, next.as_ref())?;
    if version.deactivated {
        let resolution_metadata = ResolutionMetadata::default();
        return Ok(Resolution { document: None, document_metadata, resolution_metadata });
    }
    let mut resolution = Resolution::of(version.document, content_type);
    resolution.document_metadata = document_metadata;
    Ok(resolution)
}

fn by_id(head: &Head, id: &str) -> Result<u64, ResolutionError> {
    let number: u64 = id.parse().ok().filter(|n: &u64| n.to_string() == id).ok_or_else(|| {
        let detail = "the versions of a did:hufu are numbered 1, 2, …";
        ResolutionError::new(ErrorKind::InvalidOptions, detail)
    })?;
    if (1..=head.version).contains(&number) {
        return Ok(number);
    }
    let detail = format!("{} has versions 1 to {}, not {number}", head.did, head.version);
    Err(ResolutionError::new(ErrorKind::NotFound, detail))
}

/// The last version that was made in or before the second `wanted`, by binary search.
fn by_time(records: &impl Records, head: &Head, wanted: i64) -> Result<u64, ResolutionError> {
    let made_by = |time_ms: u64| i64::try_from(time_ms / 1_000).is_ok_and(|second| second <= wanted);
    if !made_by(head.created_ms) {
        let detail = format!("{} did not exist yet at that time", head.did);
        return Err(ResolutionError::new(ErrorKind::NotFound, detail));
    }
    // Invariant: version `low` was made by then, version `high` was not (or does not exist).
    let (mut low, mut high) = (1, head.version.saturating_add(1));
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if made_by(stored(records, &head.did, middle)?.time_ms) {
            low = middle;
        } else {
            high = middle;
        }
    }
    Ok(low)
}

fn stored(records: &impl Records, did: &Did, number: u64) -> Result<Version, ResolutionError> {
    let missing = || Error::Records(format!("version {number} of {did} is missing"));
    Ok(records.version(did, number)?.ok_or_else(missing)?)
}

fn metadata(
    did: &Did,
    version: &Version,
    next: Option<&Version>,
) -> Result<DocumentMetadata, ResolutionError> {
    let time = |ms: u64| {
        metadata_time(ms)
            .ok_or_else(|| Error::Records(format!("a version of {did} has the impossible time {ms}")))
    };
    let mut method = Map::new();
    for (name, value) in [
        ("height", json!(version.height)),
        ("versionHash", json!(version.hash.to_string())),
        ("previousHash", version.previous.map_or(Value::Null, |hash| json!(hash.to_string()))),
        ("actor", json!(version.actor)),
        ("authority", json!(version.authority.as_str())),
    ] {
        method.insert(name.to_owned(), value);
    }
    Ok(DocumentMetadata {
        created: Some(time(version.created_ms)?),
        updated: if version.version > 1 { Some(time(version.time_ms)?) } else { None },
        deactivated: Some(version.deactivated),
        version_id: Some(version.version.to_string()),
        next_update: next.map(|next| time(next.time_ms)).transpose()?,
        next_version_id: next.map(|next| next.version.to_string()),
        method,
        ..DocumentMetadata::default()
    })
}
