//! A presentation: what a holder shows (§4.13).

use super::credential::{self, not_an_object};
use super::fields::{self, Needs};
use super::{Envelope, EnvelopeKind, MAX_CREDENTIALS, Version, check_bounds, one_or_many};
use crate::error::Error;
use serde_json::{Map, Value};

/// A document that follows the rules of a verifiable presentation; every credential in it follows those of a
/// credential, or is an envelope.
#[derive(Debug, Clone, PartialEq)]
pub struct Presentation {
    object: Map<String, Value>,
    version: Version,
}

/// One credential of a presentation.
#[derive(Debug, Clone, Copy)]
pub enum PresentedCredential<'a> {
    /// A credential with its proof inside.
    Embedded(&'a Value),
    /// A credential inside of a `data:` URL.
    Enveloped(&'a Value),
}

impl Presentation {
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

    /// A presentation of these credentials by this holder.
    ///
    /// # Errors
    /// As [`Presentation::parse`].
    pub fn of(holder: Option<&str>, credentials: Vec<Value>) -> Result<Self, Error> {
        let mut object = Map::new();
        object.insert("@context".to_owned(), Value::Array(vec![Value::String(super::CONTEXT_V2.to_owned())]));
        object.insert(
            "type".to_owned(),
            Value::Array(vec![Value::String("VerifiablePresentation".to_owned())]),
        );
        if let Some(holder) = holder {
            object.insert("holder".to_owned(), Value::String(holder.to_owned()));
        }
        if !credentials.is_empty() {
            object.insert("verifiableCredential".to_owned(), Value::Array(credentials));
        }
        Self::parse(Value::Object(object))
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

    /// The holder's URL, given directly or as the `id` of a holder object.
    #[must_use]
    pub fn holder(&self) -> Option<&str> {
        self.object.get("holder").and_then(fields::entity_id)
    }

    /// The credentials in order.
    pub fn credentials(&self) -> impl Iterator<Item = PresentedCredential<'_>> {
        presented(&self.object)
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
}

pub(crate) fn holder(object: &Map<String, Value>) -> Option<&str> {
    object.get("holder").and_then(fields::entity_id)
}

pub(crate) fn presented(object: &Map<String, Value>) -> impl Iterator<Item = PresentedCredential<'_>> {
    object.get("verifiableCredential").map(one_or_many).unwrap_or_default().iter().map(|value| {
        if Envelope::is(value, EnvelopeKind::Credential) {
            PresentedCredential::Enveloped(value)
        } else {
            PresentedCredential::Embedded(value)
        }
    })
}

/// Checks a presentation without taking it, its credentials included.
pub(crate) fn validate(value: &Value) -> Result<Version, Error> {
    check_bounds(value)?;
    let object = value.as_object().ok_or_else(not_an_object)?;
    let version = fields::context(object)?;
    fields::document_type(object, "VerifiablePresentation")?;
    fields::optional_id(object, "")?;
    if let Some(holder) = object.get("holder") {
        fields::entity(holder, "holder")?;
    }
    fields::typed_objects(object, "termsOfUse", Needs::Type)?;
    credentials(object)?;
    fields::proof(object)?;
    Ok(version)
}

/// One or more credentials or envelopes, never strings or links.
fn credentials(object: &Map<String, Value>) -> Result<(), Error> {
    const NAME: &str = "verifiableCredential";
    let Some(value) = object.get(NAME) else { return Ok(()) };
    let items = one_or_many(value);
    if items.len() > MAX_CREDENTIALS {
        return Err(Error::malformed(NAME, format!("has more than {MAX_CREDENTIALS} credentials")));
    }
    for (index, item) in items.iter().enumerate() {
        let path = if value.is_array() { format!("{NAME}[{index}]") } else { NAME.to_owned() };
        if !item.is_object() {
            return Err(Error::malformed(path, "must be a credential object"));
        }
        let checked = if Envelope::is(item, EnvelopeKind::Credential) {
            Envelope::parse(item, EnvelopeKind::Credential).map(drop)
        } else {
            credential::validate(item).map(drop)
        };
        checked.map_err(|error| within(&path, error))?;
    }
    Ok(())
}

/// Puts the outer path in front of the inner one.
fn within(outer: &str, error: Error) -> Error {
    match error {
        Error::Malformed { path, reason } => Error::Malformed { path: fields::join(outer, &path), reason },
        Error::Range { path, reason } => Error::Range { path: fields::join(outer, &path), reason },
        other => other,
    }
}
