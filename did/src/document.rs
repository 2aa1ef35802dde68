//! DID documents: the data model of DID Core 1.0 / 1.1, §4 and §5, in its JSON representation.
//!
//! A [`Document`] is parsed, not merely deserialized: ids are unique and absolute, set sizes are bounded,
//! no private key material is inside, and properties this crate does not know are kept.
//!
//! [`Document::authorised`] is the one place that decides whether a key may be used for a purpose.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

mod method;
mod read;
mod relationship;
mod ring_key;
mod service;

pub(crate) use method::check_public_jwk;
pub use method::{Material, VerificationMethod};
pub(crate) use read::strict_json;
pub use relationship::{MethodReference, Relationship, Relationships};
pub(crate) use ring_key::PROOF as RING_KEY_PROOF;
pub use ring_key::{RING_KEY_TYPE, RingKey};
pub use service::Service;

use crate::{Did, DidUrl, Error, uri};
use read::{Fields, strings};

/// The largest document that is read, in bytes of JSON.
pub const MAX_DOCUMENT_BYTES: usize = 256 * 1024;
/// The most verification methods in a document, embedded ones included.
pub const MAX_VERIFICATION_METHODS: usize = 256;
/// The most entries of one verification relationship.
pub const MAX_RELATIONSHIP_ENTRIES: usize = 256;
/// The most services in a document.
pub const MAX_SERVICES: usize = 256;
/// The most controllers, and the most `alsoKnownAs` entries.
pub const MAX_SET_ENTRIES: usize = 64;

/// The first `@context` of every DID document made here.
pub const DID_CONTEXT: &str = "https://www.w3.org/ns/did/v1";
/// The context that defines `Multikey`.
pub const MULTIKEY_CONTEXT: &str = "https://w3id.org/security/multikey/v1";
/// The context that defines `JsonWebKey`.
pub const JWK_CONTEXT: &str = "https://w3id.org/security/jwk/v1";

/// A DID document.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    pub(crate) context: Option<Value>,
    pub(crate) id: Did,
    pub(crate) controller: Vec<Did>,
    pub(crate) also_known_as: Vec<String>,
    pub(crate) verification_method: Vec<VerificationMethod>,
    pub(crate) relationships: Relationships,
    pub(crate) service: Vec<Service>,
    pub(crate) extra: Map<String, Value>,
}

impl Document {
    /// A document with nothing but an id and the DID context.
    #[must_use]
    pub fn new(id: Did) -> Self {
        Self {
            context: Some(Value::from(vec![DID_CONTEXT])),
            id,
            controller: Vec::new(),
            also_known_as: Vec::new(),
            verification_method: Vec::new(),
            relationships: Relationships::default(),
            service: Vec::new(),
            extra: Map::new(),
        }
    }

    /// The DID that the document is about.
    #[must_use]
    pub const fn id(&self) -> &Did {
        &self.id
    }

    /// DIDs that may change the document.
    #[must_use]
    pub fn controller(&self) -> &[Did] {
        &self.controller
    }

    /// Other URIs of the same subject, as claimed by the controller.
    #[must_use]
    pub fn also_known_as(&self) -> &[String] {
        &self.also_known_as
    }

    /// The methods listed under `verificationMethod`. Those embedded in a relationship are not among them.
    #[must_use]
    pub fn verification_method(&self) -> &[VerificationMethod] {
        &self.verification_method
    }

    /// The entries of one verification relationship, in order.
    #[must_use]
    pub fn relationship(&self, relationship: Relationship) -> &[MethodReference] {
        self.relationships.of(relationship)
    }

    /// The services, in order.
    #[must_use]
    pub fn service(&self) -> &[Service] {
        &self.service
    }

    /// The `@context` as it was written.
    #[must_use]
    pub const fn context(&self) -> Option<&Value> {
        self.context.as_ref()
    }

    /// Properties this crate gives no meaning to.
    #[must_use]
    pub const fn extra(&self) -> &Map<String, Value> {
        &self.extra
    }

    /// Every verification method of the document, embedded ones included, whatever it may be used for.
    pub fn all_methods(&self) -> impl Iterator<Item = &VerificationMethod> {
        self.verification_method.iter().chain(self.relationships.embedded())
    }

    /// The method that `url` names. This says nothing about what the key may be used for.
    #[must_use]
    pub fn method(&self, url: &DidUrl) -> Option<&VerificationMethod> {
        self.all_methods().find(|method| method.id() == url)
    }

    /// The verification method `url`, if its key may be used for `relationship` in this DID's name.
    ///
    /// That is so only if all of these hold:
    /// 1. `url` is this document's DID and a fragment: no path, no query, no other DID;
    /// 2. the relationship lists it, by reference or embedded;
    /// 3. the method is in this document;
    /// 4. the method's `controller` is this document's DID.
    ///
    /// # Security
    /// `expires` and `revoked` of a method are dates and this function has no clock: a verifier also asks
    /// [`VerificationMethod::usable_at`].
    #[must_use]
    pub fn authorised(&self, url: &DidUrl, relationship: Relationship) -> Option<&VerificationMethod> {
        if !url.is_fragment_of_did() || url.did() != &self.id {
            return None;
        }
        let entry = self.relationships.of(relationship).iter().find(|entry| entry.id() == url)?;
        let method = match entry {
            MethodReference::Embedded(method) => method,
            MethodReference::Reference(id) => self.method(id)?,
        };
        (method.controller() == &self.id).then_some(method)
    }

    /// Parses a document from JSON bytes.
    ///
    /// # Errors
    /// [`Error::Document`] if the bytes are not strict JSON within [`MAX_DOCUMENT_BYTES`], or not a document.
    pub fn from_json(bytes: &[u8]) -> Result<Self, Error> {
        Self::from_value(strict_json(bytes, MAX_DOCUMENT_BYTES)?)
    }

    /// Parses a document.
    ///
    /// # Errors
    /// [`Error::Document`], naming the property, if a rule of the data model or a bound is broken.
    pub fn from_value(value: Value) -> Result<Self, Error> {
        let mut fields = Fields::of("document", value)?;
        let id: Did = fields.required_string("id")?.parse()?;
        let controller = strings("controller", fields.take("controller"), MAX_SET_ENTRIES)?
            .iter()
            .map(|text| text.parse())
            .collect::<Result<Vec<Did>, _>>()?;
        let also_known_as = strings("alsoKnownAs", fields.take("alsoKnownAs"), MAX_SET_ENTRIES)?;
        if let Some(bad) = also_known_as.iter().find(|text| !uri::is_uri(text)) {
            return Err(Error::document("alsoKnownAs", format!("{bad:?} is not a URI")));
        }
        let verification_method = fields
            .array("verificationMethod", MAX_VERIFICATION_METHODS)?
            .into_iter()
            .map(|value| VerificationMethod::from_value(&id, value))
            .collect::<Result<Vec<_>, _>>()?;
        let relationships = Relationships::take_from(&mut fields, &id)?;
        let service = fields
            .array("service", MAX_SERVICES)?
            .into_iter()
            .map(|value| Service::from_value(&id, value))
            .collect::<Result<Vec<_>, _>>()?;
        let context = fields.take("@context");
        let document = Self {
            context,
            id,
            controller,
            also_known_as,
            verification_method,
            relationships,
            service,
            extra: fields.rest(),
        };
        document.check_unique()?;
        Ok(document)
    }

    /// The document as a JSON value. A controller that is alone is written as a string.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let mut map = Map::new();
        let mut put = |name: &str, value: Value| {
            map.insert(name.to_owned(), value);
        };
        if let Some(context) = &self.context {
            put("@context", context.clone());
        }
        put("id", Value::from(self.id.as_str()));
        match self.controller.as_slice() {
            [] => {}
            [one] => put("controller", Value::from(one.as_str())),
            many => put("controller", many.iter().map(Did::as_str).collect()),
        }
        if !self.also_known_as.is_empty() {
            put("alsoKnownAs", self.also_known_as.clone().into());
        }
        if !self.verification_method.is_empty() {
            put(
                "verificationMethod",
                self.verification_method.iter().map(VerificationMethod::to_value).collect(),
            );
        }
        for (relationship, entries) in self.relationships.all() {
            if !entries.is_empty() {
                put(relationship.as_str(), entries.iter().map(MethodReference::to_value).collect());
            }
        }
        if !self.service.is_empty() {
            put("service", self.service.iter().map(Service::to_value).collect());
        }
        for (name, value) in &self.extra {
            put(name, value.clone());
        }
        Value::Object(map)
    }

    /// Two methods, or two services, with one id would make "the key named X" a matter of luck.
    fn check_unique(&self) -> Result<(), Error> {
        let mut methods = std::collections::HashSet::new();
        if let Some(twice) = self.all_methods().find(|m| !methods.insert(m.id())) {
            return Err(Error::document("verificationMethod", format!("the id {} occurs twice", twice.id())));
        }
        let mut services = std::collections::HashSet::new();
        if let Some(twice) = self.service.iter().find(|s| !services.insert(s.id())) {
            return Err(Error::document("service", format!("the id {} occurs twice", twice.id())));
        }
        if methods.len() > MAX_VERIFICATION_METHODS {
            return Err(Error::document(
                "verificationMethod",
                "there are more than 256 verification methods",
            ));
        }
        Ok(())
    }
}

impl Serialize for Document {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_value().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_value(Value::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}
