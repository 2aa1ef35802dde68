//! A credential: the statement of an issuer about subjects (§4).

use super::fields::{self, Needs};
use super::{CONTEXT_DATA_INTEGRITY, CONTEXT_V2, Version, check_bounds, one_or_many};
use crate::error::Error;
use crate::time::DateTime;
use serde_json::{Map, Value};

/// A document that follows the rules of a verifiable credential; it may or may not carry proofs.
///
/// ```
/// use hufu_credentials::Credential;
/// use serde_json::json;
///
/// let credential = Credential::parse(json!({
///     "@context": ["https://www.w3.org/ns/credentials/v2"],
///     "type": ["VerifiableCredential"],
///     "issuer": "did:example:school",
///     "credentialSubject": { "id": "did:example:alice" },
/// }))?;
/// assert_eq!(credential.issuer(), "did:example:school");
/// # Ok::<(), hufu_credentials::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Credential {
    object: Map<String, Value>,
    version: Version,
}

impl Credential {
    /// Takes a JSON value that follows the data model.
    ///
    /// # Errors
    /// [`Error::Malformed`] with the path and the rule; [`Error::Parsing`] beyond the bounds of [`crate::model`].
    pub fn parse(value: Value) -> Result<Self, Error> {
        let version = validate(&value)?;
        match value {
            Value::Object(object) => Ok(Self { object, version }),
            _ => Err(not_an_object()),
        }
    }

    /// Like [`Credential::parse`], and puts the version 2.0 base context in front where `@context` is missing or
    /// begins otherwise (Data Integrity 1.0 §2.5 "Context Injection"). For issuers that take drafts.
    ///
    /// # Errors
    /// As [`Credential::parse`].
    pub fn parse_with_context(mut value: Value) -> Result<Self, Error> {
        if let Value::Object(object) = &mut value {
            inject(object);
        }
        Self::parse(value)
    }

    /// The data model's version.
    #[must_use]
    pub const fn version(&self) -> Version {
        self.version
    }

    /// The `id`, a URL.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.object.get("id").and_then(Value::as_str)
    }

    /// The issuer's URL, given directly or as the `id` of an issuer object.
    #[must_use]
    pub fn issuer(&self) -> &str {
        self.object.get("issuer").and_then(fields::entity_id).unwrap_or_default()
    }

    /// The values of `type`.
    pub fn types(&self) -> impl Iterator<Item = &str> {
        self.object.get("type").map(one_or_many).unwrap_or_default().iter().filter_map(Value::as_str)
    }

    /// The subjects, each an object with at least one property.
    #[must_use]
    pub fn subjects(&self) -> &[Value] {
        self.object.get("credentialSubject").map(one_or_many).unwrap_or_default()
    }

    /// The entries of `credentialStatus`.
    #[must_use]
    pub fn statuses(&self) -> &[Value] {
        self.object.get("credentialStatus").map(one_or_many).unwrap_or_default()
    }

    /// The entries of `credentialSchema`.
    #[must_use]
    pub fn schemas(&self) -> &[Value] {
        self.object.get("credentialSchema").map(one_or_many).unwrap_or_default()
    }

    /// The start of the validity period: `validFrom`, or `issuanceDate` in version 1.1.
    #[must_use]
    pub fn valid_from(&self) -> Option<DateTime> {
        valid_from(&self.object, self.version)
    }

    /// The end of the validity period: `validUntil`, or `expirationDate` in version 1.1.
    #[must_use]
    pub fn valid_until(&self) -> Option<DateTime> {
        valid_until(&self.object, self.version)
    }

    /// The document as a JSON object.
    #[must_use]
    pub const fn object(&self) -> &Map<String, Value> {
        &self.object
    }

    /// The document as a JSON value.
    #[must_use]
    pub fn into_value(self) -> Value {
        Value::Object(self.object)
    }

    pub(crate) fn from_checked(object: Map<String, Value>, version: Version) -> Self {
        Self { object, version }
    }

    pub(crate) fn into_object(self) -> Map<String, Value> {
        self.object
    }

    /// A version 1.1 document has no Data Integrity terms of its own.
    pub(crate) fn inject_data_integrity_context(&mut self) {
        if self.version == Version::V1 {
            append_context(&mut self.object, CONTEXT_DATA_INTEGRITY);
        }
    }
}

pub(crate) fn not_an_object() -> Error {
    Error::Parsing("the document is not a JSON object".to_owned())
}

pub(crate) fn valid_from(object: &Map<String, Value>, version: Version) -> Option<DateTime> {
    let name = if version == Version::V2 { "validFrom" } else { "issuanceDate" };
    object.get(name).and_then(Value::as_str).and_then(DateTime::parse)
}

pub(crate) fn valid_until(object: &Map<String, Value>, version: Version) -> Option<DateTime> {
    let name = if version == Version::V2 { "validUntil" } else { "expirationDate" };
    object.get(name).and_then(Value::as_str).and_then(DateTime::parse)
}

/// Checks a document without taking it.
pub(crate) fn validate(value: &Value) -> Result<Version, Error> {
    check_bounds(value)?;
    let object = value.as_object().ok_or_else(not_an_object)?;
    let version = fields::context(object)?;
    fields::document_type(object, "VerifiableCredential")?;
    fields::optional_id(object, "")?;
    fields::language_value(object, "name", "")?;
    fields::language_value(object, "description", "")?;
    let issuer = object.get("issuer").ok_or_else(|| Error::malformed("issuer", "is missing"))?;
    fields::entity(issuer, "issuer")?;
    subject(object)?;
    validity(object, version)?;
    status(object, version)?;
    fields::typed_objects(object, "credentialSchema", Needs::IdAndType)?;
    fields::typed_objects(object, "termsOfUse", Needs::Type)?;
    fields::typed_objects(object, "evidence", Needs::Type)?;
    fields::typed_objects(object, "refreshService", Needs::Type)?;
    if object.contains_key("relatedResource") {
        crate::resource::related(object)?;
    }
    fields::proof(object)?;
    Ok(version)
}

/// §4.8: one or more subjects, each with at least one claim.
fn subject(object: &Map<String, Value>) -> Result<(), Error> {
    let value =
        object.get("credentialSubject").ok_or_else(|| Error::malformed("credentialSubject", "is missing"))?;
    for (path, subject) in fields::entries(value, "credentialSubject")? {
        if subject.is_empty() {
            return Err(Error::malformed(path, "must make at least one claim"));
        }
        fields::optional_id(subject, &path)?;
    }
    Ok(())
}

/// §4.9: the period must not end before it begins.
fn validity(object: &Map<String, Value>, version: Version) -> Result<(), Error> {
    let (from_name, until_name) = match version {
        Version::V2 => ("validFrom", "validUntil"),
        Version::V1 => ("issuanceDate", "expirationDate"),
    };
    let from = fields::date_time(object, from_name)?;
    let until = fields::date_time(object, until_name)?;
    if version == Version::V1 && from.is_none() {
        return Err(Error::malformed(from_name, "is missing"));
    }
    match (from, until) {
        (Some(from), Some(until)) if until.timestamp < from.timestamp => {
            Err(Error::Range { path: until_name.to_owned(), reason: format!("is before {from_name}") })
        }
        _ => Ok(()),
    }
}

/// §4.10, and the entry types that we know in detail.
fn status(object: &Map<String, Value>, version: Version) -> Result<(), Error> {
    let needs = if version == Version::V2 { Needs::Type } else { Needs::IdAndType };
    fields::typed_objects(object, "credentialStatus", needs)?;
    for entry in object.get("credentialStatus").map(one_or_many).unwrap_or_default() {
        if crate::status::is_bitstring_entry(entry) {
            crate::status::StatusEntry::parse(entry)?;
        }
    }
    Ok(())
}

/// Puts the base context in front if the document has none of ours there.
fn inject(object: &mut Map<String, Value>) {
    let base = || Value::String(CONTEXT_V2.to_owned());
    let items = match object.remove("@context") {
        None => vec![base()],
        Some(Value::Array(items)) => items,
        Some(single) => vec![single],
    };
    let has_base = items.iter().any(|c| matches!(c.as_str(), Some(CONTEXT_V2 | super::CONTEXT_V1)));
    // A base context in the wrong place is an error for `parse` to name, not ours to hide.
    let items = if has_base { items } else { std::iter::once(base()).chain(items).collect() };
    object.insert("@context".to_owned(), Value::Array(items));
}

/// Appends a context if it is not listed.
fn append_context(object: &mut Map<String, Value>, url: &str) {
    let mut items = match object.remove("@context") {
        Some(Value::Array(items)) => items,
        Some(single) => vec![single],
        None => Vec::new(),
    };
    if !items.iter().any(|c| c.as_str() == Some(url)) {
        items.push(Value::String(url.to_owned()));
    }
    object.insert("@context".to_owned(), Value::Array(items));
}
