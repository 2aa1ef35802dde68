//! W3C DID Resolution: §4 "DID Resolution", its options, metadata and result.
//!
//! The algorithm of §4.4, and who does which step:
//! 1. the DID follows the syntax — [`crate::Did`] exists only if so;
//! 2. the method is supported — [`crate::MethodRouter`];
//! 3. and 4. the options are supported and valid — [`ResolutionOptions::from_pairs`], and each method for itself;
//! 5. the method's own Resolve operation — the [`Resolver`]s;
//! 6. relative DID URLs are always expanded while a document is parsed, so `expandRelativeUrls` changes nothing.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{Did, Document};

pub(crate) mod accept;
mod error;

pub use accept::{ACCEPT_MAX_LENGTH, MediaType, negotiate};
pub use error::{ErrorKind, ResolutionError};

/// The media type of [`Resolution::to_value`].
pub const RESOLUTION_MEDIA_TYPE: &str = "application/did-resolution";
/// The media type of [`crate::Dereferenced::to_value`].
pub const DEREFERENCING_MEDIA_TYPE: &str = "application/did-url-dereferencing";
/// The longest `versionId` that is looked at, in bytes.
pub const MAX_VERSION_ID_LENGTH: usize = 64;

/// Finds the document of a DID.
pub trait Resolver {
    /// Resolves `did`.
    ///
    /// A deactivated DID is a success with no document and `deactivated: true` in its metadata.
    ///
    /// # Errors
    /// [`ResolutionError`] with the kind that the W3C specification gives to the situation.
    fn resolve(&self, did: &Did, options: &ResolutionOptions) -> Result<Resolution, ResolutionError>;
}

impl<R: Resolver + ?Sized> Resolver for &R {
    fn resolve(&self, did: &Did, options: &ResolutionOptions) -> Result<Resolution, ResolutionError> {
        (**self).resolve(did, options)
    }
}

impl<R: Resolver + ?Sized> Resolver for Box<R> {
    fn resolve(&self, did: &Did, options: &ResolutionOptions) -> Result<Resolution, ResolutionError> {
        (**self).resolve(did, options)
    }
}

/// Input options of resolution (§4.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResolutionOptions {
    /// Media ranges the caller prefers, in the form of an HTTP `Accept` header.
    pub accept: Option<String>,
    /// A version by its id. For `did:hufu` the ids are `1`, `2`, ….
    pub version_id: Option<String>,
    /// The version that was current at this time.
    pub version_time: Option<Timestamp>,
    /// Do not answer from a cache.
    pub no_cache: bool,
    /// Relative DID URLs are to be made absolute; here they always are.
    pub expand_relative_urls: bool,
}

impl ResolutionOptions {
    /// Reads the options of an HTTP binding: query parameters or the members of a POST body.
    ///
    /// # Errors
    /// `invalidOptions` for a malformed value or a name given twice, `featureNotSupported` for an unknown name.
    pub fn from_pairs<'a>(
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, ResolutionError> {
        let mut options = Self::default();
        let mut seen = Vec::new();
        for (name, value) in pairs {
            if seen.contains(&name) {
                return Err(invalid(format!("the option {name} is given twice")));
            }
            match name {
                "accept" => options.accept = Some(value.to_owned()),
                "versionId" => options.version_id = Some(version_id(value)?),
                "versionTime" => options.version_time = Some(version_time(value)?),
                "noCache" => options.no_cache = flag(name, value)?,
                "expandRelativeUrls" => options.expand_relative_urls = flag(name, value)?,
                _ => {
                    let name: String = name.chars().take(64).collect();
                    let detail = format!("the resolution option {name:?} is not supported");
                    return Err(ResolutionError::new(ErrorKind::FeatureNotSupported, detail));
                }
            }
            seen.push(name);
        }
        Ok(options)
    }

    /// Fails if a version is asked for: for methods whose documents have no versions.
    pub(crate) fn refuse_versions(&self, method: &str) -> Result<(), ResolutionError> {
        if self.version_id.is_none() && self.version_time.is_none() {
            return Ok(());
        }
        let detail =
            format!("did:{method} documents have no versions: versionId and versionTime are not supported");
        Err(ResolutionError::new(ErrorKind::FeatureNotSupported, detail))
    }

    /// The representation to answer with.
    pub(crate) fn content_type(&self) -> Result<&'static str, ResolutionError> {
        negotiate(self.accept.as_deref()).map(MediaType::as_str)
    }
}

/// Reads a `versionTime`: an XML Schema `dateTime` in UTC without sub-seconds, e.g. `2021-05-10T17:00:00Z`.
///
/// # Errors
/// `invalidOptions` for every other form.
pub fn version_time(text: &str) -> Result<Timestamp, ResolutionError> {
    let shape = text.len() == "2021-05-10T17:00:00Z".len()
        && text.bytes().zip(*b"0000-00-00T00:00:00Z").all(|(is, like)| match like {
            b'0' => is.is_ascii_digit(),
            mark => is == mark,
        });
    let parsed = if shape { text.parse::<Timestamp>().ok() } else { None };
    parsed.ok_or_else(|| invalid("versionTime must look like 2021-05-10T17:00:00Z".to_owned()))
}

pub(crate) fn version_id(text: &str) -> Result<String, ResolutionError> {
    if text.is_empty() || text.len() > MAX_VERSION_ID_LENGTH || !text.is_ascii() {
        return Err(invalid("versionId must be 1 to 64 ASCII characters".to_owned()));
    }
    Ok(text.to_owned())
}

fn flag(name: &str, value: &str) -> Result<bool, ResolutionError> {
    value.parse().map_err(|_| invalid(format!("{name} must be true or false")))
}

fn invalid(detail: String) -> ResolutionError {
    ResolutionError::new(ErrorKind::InvalidOptions, detail)
}

/// A successful resolution.
#[derive(Clone, Debug, PartialEq)]
pub struct Resolution {
    /// The document; `None` only if the DID is deactivated.
    pub document: Option<Document>,
    /// About the document.
    pub document_metadata: DocumentMetadata,
    /// About this act of resolution.
    pub resolution_metadata: ResolutionMetadata,
}

impl Resolution {
    /// A document about which nothing else is known, as of the generative methods.
    #[must_use]
    pub fn of(document: Document, content_type: &str) -> Self {
        Self {
            document: Some(document),
            document_metadata: DocumentMetadata::default(),
            resolution_metadata: ResolutionMetadata {
                content_type: Some(content_type.to_owned()),
                ..Default::default()
            },
        }
    }

    /// True if the DID is deactivated; the HTTP binding answers 410.
    #[must_use]
    pub fn is_deactivated(&self) -> bool {
        self.document_metadata.deactivated == Some(true)
    }

    /// The status of the HTTP binding: 200, or 410 with a body.
    #[must_use]
    pub fn http_status(&self) -> u16 {
        if self.is_deactivated() { 410 } else { 200 }
    }

    /// The resolution result (§6): `didDocument`, `didResolutionMetadata`, `didDocumentMetadata`.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let document = self.document.as_ref().map_or(Value::Null, Document::to_value);
        result(document, json(&self.resolution_metadata), json(&self.document_metadata))
    }
}

/// About the document (§4.3). Times are in UTC without sub-seconds.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DocumentMetadata {
    /// When the DID was created.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<String>,
    /// When this version was made; absent for the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated: Option<String>,
    /// True if the DID was deactivated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deactivated: Option<bool>,
    /// The id of this version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version_id: Option<String>,
    /// When the next version was made, if this is not the latest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_update: Option<String>,
    /// The id of the next version, if this is not the latest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_version_id: Option<String>,
    /// Other forms of the same DID in the same method.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub equivalent_id: Vec<Did>,
    /// The form that the method calls canonical.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub canonical_id: Option<Did>,
    /// Proofs by the method.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub proof: Vec<Value>,
    /// Metadata of the method's own, under the name `method`.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub method: Map<String, Value>,
}

/// About the act of resolution or dereferencing (§4.2, §5.2).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResolutionMetadata {
    /// The media type of the document or of the content.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// Proofs by the resolver.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub proof: Vec<Value>,
    /// Whatever a binding adds, e.g. `duration`.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A point in time as metadata have it: UTC, whole seconds.
pub(crate) fn metadata_time(time_ms: u64) -> Option<String> {
    let seconds = i64::try_from(time_ms / 1_000).ok()?;
    Timestamp::from_second(seconds).ok().map(|time| time.to_string())
}

pub(crate) fn json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).expect("because these structs have string keys and no fallible serializer")
}

pub(crate) fn result(document: Value, resolution: Value, metadata: Value) -> Value {
    let mut map = Map::new();
    map.insert("didDocument".into(), document);
    map.insert("didResolutionMetadata".into(), resolution);
    map.insert("didDocumentMetadata".into(), metadata);
    Value::Object(map)
}

#[cfg(test)]
mod tests;
