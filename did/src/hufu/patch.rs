//! Changes of a document: what is removed, what is added, what is replaced.
//!
//! ```json
//! {"addServices":[{"id":"#files","serviceEndpoint":"https://…","type":"Files"}],
//!  "addVerificationMethods":[{"id":"#key-1","publicKeyMultibase":"z6Mk…","purposes":["assertionMethod"],"type":"Multikey"}],
//!  "alsoKnownAs":["https://…"],"controllers":["did:hufu:…"],"removeServices":["#old"],"removeVerificationMethods":["#old"]}
//! ```
//!
//! A ring key has the type `HufuRingKey2026`, a `proofOfPossession` over the DID, and no purposes. As the proof is over the DID, it
//! is added by an update, not by the `create`.
//!
//! Ids are fragments: a `create` cannot know its own DID. Removals come first, so that an id can be reused for
//! another key in one step. `alsoKnownAs` and `controllers` replace the whole set.

use hufu_keys::VerifyingKey;
use serde_json::{Value, json};

use super::{MAX_CONTROLLERS, Refusal, operation::Members};
use crate::{
    Did, DidUrl, Document, Material, MethodReference, RING_KEY_TYPE, Relationship, RingKey, Service,
    VerificationMethod,
    document::{DID_CONTEXT, JWK_CONTEXT, MULTIKEY_CONTEXT, RING_KEY_PROOF},
    multibase, uri,
};

/// The most entries of each list in a patch, and the most methods, services and other names in a document.
pub const MAX_PATCH_ENTRIES: usize = 32;
/// The most bytes of one service. With [`MAX_JWK_BYTES`] and the bound on URIs it keeps the largest document
/// that patches can add up to below [`crate::MAX_DOCUMENT_BYTES`], so that every record can be read again.
pub(crate) const MAX_SERVICE_BYTES: usize = 2_048;
/// The most bytes of one `publicKeyJwk`.
pub(crate) const MAX_JWK_BYTES: usize = 1_024;
/// The longest fragment id, in characters, `#` included.
pub(crate) const MAX_ID_LENGTH: usize = 128;

/// A change of a document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Patch {
    /// Methods to remove, by their `#id`.
    pub remove_methods: Vec<String>,
    /// Methods to add.
    pub add_methods: Vec<MethodSpec>,
    /// Services to remove, by their `#id`.
    pub remove_services: Vec<String>,
    /// Services to add, as they stand in the document, with `#id`s.
    pub add_services: Vec<Value>,
    /// The new `alsoKnownAs`; `None` leaves it.
    pub also_known_as: Option<Vec<String>>,
    /// The new controllers; `None` leaves them.
    pub controllers: Option<Vec<Did>>,
}

/// A verification method to be added. Its controller is the DID itself.
#[derive(Clone, Debug, PartialEq)]
pub struct MethodSpec {
    id: String,
    key: SpecKey,
    purposes: Vec<Relationship>,
}

#[derive(Clone, Debug, PartialEq)]
enum SpecKey {
    Multikey(String),
    Jwk(Value),
    Ring(RingKey),
}

impl MethodSpec {
    /// A `Multikey` method.
    ///
    /// # Errors
    /// [`Refusal::BadEntry`] if the id is not a fragment or there is no purpose.
    pub fn multikey(id: &str, key: &VerifyingKey, purposes: &[Relationship]) -> Result<Self, Refusal> {
        Self::checked(id.to_owned(), SpecKey::Multikey(key.to_multikey()), purposes.to_vec())
    }

    /// A ring key. Whether its proof holds for the DID is checked when the patch is applied.
    ///
    /// # Errors
    /// [`Refusal::BadEntry`] if the id is not a fragment.
    pub fn ring_key(id: &str, key: RingKey) -> Result<Self, Refusal> {
        Self::checked(id.to_owned(), SpecKey::Ring(key), Vec::new())
    }

    /// A `Multikey` method for BBS signatures, which can only issue.
    ///
    /// # Errors
    /// [`Refusal::BadEntry`] if the id is not a fragment.
    pub fn bbs_multikey(id: &str, key: &hufu_bbs::PublicKey) -> Result<Self, Refusal> {
        let multikey = SpecKey::Multikey(crate::key::bbs_multikey(key));
        Self::checked(id.to_owned(), multikey, vec![Relationship::AssertionMethod])
    }

    fn checked(id: String, spec_key: SpecKey, purposes: Vec<Relationship>) -> Result<Self, Refusal> {
        check_id(&id)?;
        let bad = |reason: &str| Refusal::BadEntry { id: id.clone(), reason: reason.to_owned() };
        if let SpecKey::Ring(_) = spec_key {
            return if purposes.is_empty() {
                Ok(Self { id, key: spec_key, purposes })
            } else {
                Err(bad("a ring key signs for a list, and has no purposes of the document"))
            };
        }
        if purposes.is_empty() {
            return Err(bad("it has no purposes"));
        }
        if purposes.iter().enumerate().any(|(at, p)| purposes.iter().take(at).any(|q| q == p)) {
            return Err(bad("a purpose occurs twice"));
        }
        let agreement = purposes.contains(&Relationship::KeyAgreement);
        let others = purposes.iter().any(|p| *p != Relationship::KeyAgreement);
        if is_x25519(&spec_key) {
            if others {
                return Err(bad("an X25519 key is for keyAgreement only"));
            }
        } else if is_bbs(&spec_key) {
            if purposes != [Relationship::AssertionMethod] {
                return Err(bad("a BLS12-381 G2 key is for assertionMethod only"));
            }
        } else {
            let key = match &spec_key {
                SpecKey::Multikey(text) => VerifyingKey::from_multikey(text),
                SpecKey::Jwk(jwk) => VerifyingKey::from_jwk(jwk),
                SpecKey::Ring(_) => return Err(bad("a ring key is not a signature key")),
            };
            let key = key.map_err(|error| bad(&error.to_string()))?;
            if agreement && key.algorithm() == hufu_keys::Algorithm::Ed25519 {
                return Err(bad("an Ed25519 key cannot do keyAgreement"));
            }
        }
        Ok(Self { id, key: spec_key, purposes })
    }

    fn from_value(value: Value) -> Result<Self, Refusal> {
        let mut members = Members::of("verification method", value)?;
        let id = members.string("id")?;
        let bad = |reason: &str| Refusal::BadEntry {
            id: id.chars().take(MAX_ID_LENGTH).collect(),
            reason: reason.into(),
        };
        let key = match members.string("type")?.as_str() {
            "Multikey" => SpecKey::Multikey(members.string("publicKeyMultibase")?),
            "JsonWebKey" => {
                let jwk = members.required("publicKeyJwk")?;
                crate::document::check_public_jwk(&jwk).map_err(bad)?;
                check_value(&jwk, MAX_JWK_BYTES).map_err(bad)?;
                SpecKey::Jwk(jwk)
            }
            RING_KEY_TYPE => {
                let key = members.string("publicKeyMultibase")?;
                SpecKey::Ring(RingKey::from_texts(key, members.string(RING_KEY_PROOF)?))
            }
            _ => return Err(bad("its type is neither Multikey nor JsonWebKey nor HufuRingKey2026")),
        };
        let purposes = match key {
            SpecKey::Ring(_) => Vec::new(),
            _ => members.strings("purposes")?,
        };
        if purposes.len() > Relationship::ALL.len() {
            return Err(bad("it has more than five purposes"));
        }
        let purposes = purposes
            .iter()
            .map(|text| text.parse().map_err(|_| bad("a purpose is not a verification relationship")))
            .collect::<Result<_, _>>()?;
        members.finish()?;
        Self::checked(id, key, purposes)
    }

    fn to_value(&self) -> Value {
        let purposes: Vec<_> = self.purposes.iter().map(|p| p.as_str()).collect();
        match &self.key {
            SpecKey::Jwk(jwk) => {
                json!({ "id": self.id, "type": "JsonWebKey", "publicKeyJwk": jwk, "purposes": purposes })
            }
            SpecKey::Multikey(text) => {
                json!({ "id": self.id, "type": "Multikey", "publicKeyMultibase": text, "purposes": purposes })
            }
            SpecKey::Ring(RingKey { key, proof }) => json!({
                "id": self.id, "type": RING_KEY_TYPE, "publicKeyMultibase": key, RING_KEY_PROOF: proof,
            }),
        }
    }

    fn to_method(&self, id: DidUrl, did: &Did) -> VerificationMethod {
        match &self.key {
            SpecKey::Jwk(jwk) => VerificationMethod::from_jwk(id, did.clone(), jwk.clone()),
            SpecKey::Multikey(text) => VerificationMethod::from_multibase(id, did.clone(), text.clone()),
            SpecKey::Ring(key) => VerificationMethod::ring_key(id, did.clone(), key),
        }
    }
}

impl Patch {
    /// True if it changes nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    pub(crate) fn from_value(value: Value) -> Result<Self, Refusal> {
        let mut members = Members::of("patch", value)?;
        let also_known_as = members.has("alsoKnownAs");
        let controllers = members.has("controllers");
        let patch = Self {
            remove_methods: bounded("methods to remove", members.strings("removeVerificationMethods")?)?,
            add_methods: bounded("verification methods", members.array("addVerificationMethods")?)?
                .into_iter()
                .map(MethodSpec::from_value)
                .collect::<Result<_, _>>()?,
            remove_services: bounded("services to remove", members.strings("removeServices")?)?,
            add_services: bounded("services", members.array("addServices")?)?,
            also_known_as: if also_known_as {
                Some(bounded("alsoKnownAs", members.strings("alsoKnownAs")?)?)
            } else {
                None
            },
            controllers: if controllers {
                Some(parse_controllers(&members.strings("controllers")?)?)
            } else {
                None
            },
        };
        members.finish()?;
        Ok(patch)
    }

    pub(crate) fn to_value(&self) -> Value {
        let mut value = json!({});
        let mut put = |name: &str, entries: Value| {
            if let Some(map) = value.as_object_mut() {
                map.insert(name.to_owned(), entries);
            }
        };
        for (name, ids) in
            [("removeVerificationMethods", &self.remove_methods), ("removeServices", &self.remove_services)]
        {
            if !ids.is_empty() {
                put(name, ids.clone().into());
            }
        }
        if !self.add_methods.is_empty() {
            put("addVerificationMethods", self.add_methods.iter().map(MethodSpec::to_value).collect());
        }
        if !self.add_services.is_empty() {
            put("addServices", self.add_services.clone().into());
        }
        if let Some(names) = &self.also_known_as {
            put("alsoKnownAs", names.clone().into());
        }
        if let Some(controllers) = &self.controllers {
            put("controllers", controllers.iter().map(Did::as_str).collect());
        }
        value
    }

    /// Applies the patch to `document`.
    ///
    /// # Errors
    /// The first rule that is broken; `document` is then half changed and must be thrown away.
    pub(crate) fn apply(&self, document: &mut Document) -> Result<(), Refusal> {
        let did = document.id.clone();
        for id in &self.remove_methods {
            let url = DidUrl::parse_relative(&did, id).map_err(|_| Refusal::UnknownId(id.clone()))?;
            let before = document.verification_method.len();
            document.verification_method.retain(|method| *method.id() != url);
            if document.verification_method.len() == before {
                return Err(Refusal::UnknownId(id.clone()));
            }
            document.relationships.forget(&url);
        }
        for spec in &self.add_methods {
            let url =
                DidUrl::parse_relative(&did, &spec.id).map_err(|e| bad_entry(&spec.id, &e.to_string()))?;
            if document.verification_method.iter().any(|method| *method.id() == url) {
                return Err(Refusal::DuplicateId(spec.id.clone()));
            }
            if let SpecKey::Ring(key) = &spec.key {
                key.verify(&did).map_err(|reason| bad_entry(&spec.id, &reason))?;
            }
            for purpose in &spec.purposes {
                document.relationships.of_mut(*purpose).push(MethodReference::Reference(url.clone()));
            }
            document.verification_method.push(spec.to_method(url, &did));
        }
        for id in &self.remove_services {
            let url = format!("{did}{id}");
            let before = document.service.len();
            document.service.retain(|service| service.id() != url);
            if document.service.len() == before {
                return Err(Refusal::UnknownId(id.clone()));
            }
        }
        for value in &self.add_services {
            let service = service(&did, value)?;
            // A method and a service with one id would make the fragment ambiguous.
            let taken = document.service.iter().any(|other| other.id() == service.id());
            if taken || document.verification_method.iter().any(|m| m.id().as_str() == service.id()) {
                return Err(Refusal::DuplicateId(service.id().to_owned()));
            }
            document.service.push(service);
        }
        if let Some(method) = self.add_methods.iter().find(|spec| {
            document
                .service
                .iter()
                .any(|service| service.id().strip_prefix(did.as_str()) == Some(spec.id.as_str()))
        }) {
            return Err(Refusal::DuplicateId(method.id.clone()));
        }
        if let Some(names) = &self.also_known_as {
            if let Some(bad) = names.iter().find(|name| !uri::is_uri(name)) {
                return Err(bad_entry(bad, "it is not a URI"));
            }
            document.also_known_as.clone_from(names);
        }
        if let Some(controllers) = &self.controllers {
            document.controller.clone_from(controllers);
        }
        let ring_keys = document.verification_method.iter().filter(|m| m.type_() == RING_KEY_TYPE);
        if let Some(second) = ring_keys.skip(1).map(VerificationMethod::id).next() {
            return Err(bad_entry(
                second.as_str(),
                "the document has a ring key already: one is enough, remove it first",
            ));
        }
        bounded("verification methods", document.verification_method.iter().collect())?;
        bounded("services", document.service.iter().collect())?;
        document.context = Some(contexts(document));
        Ok(())
    }
}

fn contexts(document: &Document) -> Value {
    let mut contexts = vec![DID_CONTEXT];
    let any = |test: fn(&Material) -> bool| document.verification_method.iter().any(|m| test(m.material()));
    if any(|material| matches!(material, Material::Multibase(_))) {
        contexts.push(MULTIKEY_CONTEXT);
    }
    if any(|material| matches!(material, Material::Jwk(_))) {
        contexts.push(JWK_CONTEXT);
    }
    Value::from(contexts)
}

fn service(did: &Did, value: &Value) -> Result<Service, Refusal> {
    let id = value.get("id").and_then(Value::as_str).unwrap_or_default();
    check_id(id)?;
    check_value(value, MAX_SERVICE_BYTES).map_err(|reason| bad_entry(id, reason))?;
    Service::from_value(did, value.clone()).map_err(|error| bad_entry(id, &error.to_string()))
}

/// Bounds what an entry may hold. Fractions are refused because readers of JSON round them differently, and a
/// document must be the same for everyone.
fn check_value(value: &Value, most: usize) -> Result<(), &'static str> {
    if value.to_string().len() > most {
        return Err("it has too many bytes");
    }
    if has_fraction(value) { Err("it has a number that is not a whole number") } else { Ok(()) }
}

/// The depth of `value` was bounded when it was read.
fn has_fraction(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.is_f64(),
        Value::Array(items) => items.iter().any(has_fraction),
        Value::Object(members) => members.values().any(has_fraction),
        _ => false,
    }
}

fn check_id(id: &str) -> Result<(), Refusal> {
    let shape = id.strip_prefix('#').is_some_and(|name| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b))
    });
    if shape && id.len() <= MAX_ID_LENGTH {
        return Ok(());
    }
    Err(bad_entry(id, "an id is # and 1 to 127 of A-Z, a-z, 0-9, \"-\", \".\", \"_\", \"~\""))
}

fn parse_controllers(texts: &[String]) -> Result<Vec<Did>, Refusal> {
    if texts.len() > MAX_CONTROLLERS {
        return Err(Refusal::TooMany { what: "controllers", most: MAX_CONTROLLERS });
    }
    let mut controllers: Vec<Did> = Vec::new();
    for text in texts {
        let did: Did =
            text.parse().map_err(|e: crate::Error| Refusal::malformed(format!("controllers: {e}")))?;
        if controllers.contains(&did) {
            return Err(Refusal::malformed(format!("controllers: {did} occurs twice")));
        }
        controllers.push(did);
    }
    Ok(controllers)
}

fn is_x25519(key: &SpecKey) -> bool {
    match key {
        SpecKey::Multikey(text) => {
            text.starts_with('z')
                && multibase::decode(text)
                    .is_ok_and(|bytes| bytes.len() == 34 && bytes.starts_with(&[0xec, 0x01]))
        }
        SpecKey::Jwk(jwk) => crate::jwk::is_x25519(jwk),
        SpecKey::Ring(_) => false,
    }
}

/// Whether it is a valid key for BBS signatures.
fn is_bbs(key: &SpecKey) -> bool {
    matches!(key, SpecKey::Multikey(text) if crate::key::bbs_key(text).is_ok())
}

fn bounded<T>(what: &'static str, entries: Vec<T>) -> Result<Vec<T>, Refusal> {
    if entries.len() > MAX_PATCH_ENTRIES {
        return Err(Refusal::TooMany { what, most: MAX_PATCH_ENTRIES });
    }
    Ok(entries)
}

fn bad_entry(id: &str, reason: &str) -> Refusal {
    Refusal::BadEntry { id: id.chars().take(MAX_ID_LENGTH).collect(), reason: reason.to_owned() }
}
