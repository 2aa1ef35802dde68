//! Enveloped credentials and presentations (§4.12.1 and §4.12.2): a `data:` URL around a secured document.

use super::fields::{self, Object};
use super::{CONTEXT_V2, one_or_many};
use crate::error::Error;
use serde_json::Value;

/// What an envelope holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EnvelopeKind {
    /// `EnvelopedVerifiableCredential`
    Credential,
    /// `EnvelopedVerifiablePresentation`
    Presentation,
}

impl EnvelopeKind {
    /// The value of `type`.
    #[must_use]
    pub const fn type_name(self) -> &'static str {
        match self {
            Self::Credential => "EnvelopedVerifiableCredential",
            Self::Presentation => "EnvelopedVerifiablePresentation",
        }
    }
}

/// The `data:` URL of an envelope, split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Envelope<'a> {
    /// For example `application/vc+jwt`; it has no parameters.
    pub media_type: &'a str,
    /// What follows the comma.
    pub content: &'a str,
}

impl<'a> Envelope<'a> {
    /// Whether the value calls itself an envelope of this kind.
    #[must_use]
    pub fn is(value: &Value, kind: EnvelopeKind) -> bool {
        value.as_object().is_some_and(|object| fields::has_type(object, kind.type_name()))
    }

    /// Reads an envelope: its context includes the base context, its type is the kind's name, its id is a `data:` URL of
    /// a media type without parameters (`;base64` would say that the content is something else than the token), and
    /// there is nothing else: what an envelope says beside its token, nobody has signed.
    ///
    /// # Errors
    /// [`Error::Malformed`] naming the property.
    pub fn parse(value: &'a Value, kind: EnvelopeKind) -> Result<Self, Error> {
        let object: &Object = value.as_object().ok_or_else(super::credential::not_an_object)?;
        let contexts = object.get("@context").map(one_or_many).unwrap_or_default();
        if !contexts.iter().any(|c| c.as_str() == Some(CONTEXT_V2)) {
            return Err(Error::malformed("@context", format!("must include {CONTEXT_V2}")));
        }
        let types = object.get("type").map(one_or_many).unwrap_or_default();
        if !matches!(types, [only] if only.as_str() == Some(kind.type_name())) {
            return Err(Error::malformed("type", format!("must be {} alone", kind.type_name())));
        }
        if let Some(other) = object.keys().find(|key| !matches!(key.as_str(), "@context" | "id" | "type")) {
            let reason = format!("\"{}\" stands outside of the signed token", fields::excerpt(other));
            return Err(Error::malformed("", reason));
        }
        let id = object.get("id").and_then(Value::as_str).unwrap_or_default();
        let (media_type, content) = id
            .strip_prefix("data:")
            .and_then(|rest| rest.split_once(','))
            .ok_or_else(|| Error::malformed("id", "must be a data: URL"))?;
        if media_type.contains(';') {
            return Err(Error::malformed("id", "must be a data: URL of a media type without parameters"));
        }
        Ok(Self { media_type, content })
    }
}
