//! Verification methods: DID Core §5.2, and the types `Multikey` and `JsonWebKey` of Controlled
//! Identifiers 1.0 §2.2.

use hufu_keys::{Algorithm, VerifyingKey};
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::read::Fields;
use crate::{Did, DidUrl, Error};

/// The longest `publicKeyMultibase`, in characters; an RSA key of 8,192 bits has about 1,400.
pub(crate) const MAX_MULTIBASE_LENGTH: usize = 4_096;
/// The most members of a `publicKeyJwk`.
pub(crate) const MAX_JWK_MEMBERS: usize = 32;

/// A key, named by a DID URL, with the DID that controls it.
#[derive(Clone, Debug, PartialEq)]
pub struct VerificationMethod {
    id: DidUrl,
    controller: Did,
    type_: String,
    material: Material,
    expires: Option<Timestamp>,
    revoked: Option<Timestamp>,
    pub(super) extra: Map<String, Value>,
    known: Known,
}

/// The decoded key of a method that was made from one, so that nobody decodes it again. It is no part of what the
/// method says: two methods that say the same are equal.
#[derive(Clone, Debug, Default)]
struct Known(Option<VerifyingKey>);

impl PartialEq for Known {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// In which form a verification method holds its key.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Material {
    /// `publicKeyMultibase`.
    Multibase(String),
    /// `publicKeyJwk`, without private members.
    Jwk(Value),
    /// A form this crate does not read, e.g. `blockchainAccountId`; it is kept among the extra properties.
    Other,
}

impl VerificationMethod {
    /// A `Multikey` method for a signature key.
    #[must_use]
    pub fn multikey(id: DidUrl, controller: Did, key: &VerifyingKey) -> Self {
        let known = Known(Some(key.clone()));
        Self { known, ..Self::from_multibase(id, controller, key.to_multikey()) }
    }

    /// A `Multikey` method for a key that is known to be well formed.
    pub(crate) fn from_multibase(id: DidUrl, controller: Did, multibase: String) -> Self {
        Self::with(id, controller, MULTIKEY, Material::Multibase(multibase))
    }

    /// A `JsonWebKey` method.
    pub(crate) fn from_jwk(id: DidUrl, controller: Did, jwk: Value) -> Self {
        Self::with(id, controller, JSON_WEB_KEY, Material::Jwk(jwk))
    }

    pub(super) fn with(id: DidUrl, controller: Did, type_: &str, material: Material) -> Self {
        let type_ = type_.to_owned();
        let known = Known::default();
        Self { id, controller, type_, material, expires: None, revoked: None, extra: Map::new(), known }
    }

    /// The absolute DID URL of the key.
    #[must_use]
    pub const fn id(&self) -> &DidUrl {
        &self.id
    }

    /// The DID that controls the key.
    #[must_use]
    pub const fn controller(&self) -> &Did {
        &self.controller
    }

    /// The type, e.g. `Multikey`.
    #[must_use]
    pub fn type_(&self) -> &str {
        &self.type_
    }

    /// The key as it was written.
    #[must_use]
    pub const fn material(&self) -> &Material {
        &self.material
    }

    /// Properties this crate gives no meaning to.
    #[must_use]
    pub const fn extra(&self) -> &Map<String, Value> {
        &self.extra
    }

    /// When the method stops being usable, if that is stated.
    #[must_use]
    pub const fn expires(&self) -> Option<Timestamp> {
        self.expires
    }

    /// When the method was revoked, if it was.
    #[must_use]
    pub const fn revoked(&self) -> Option<Timestamp> {
        self.revoked
    }

    /// True if neither `expires` nor `revoked` has been reached at `now`.
    #[must_use]
    pub fn usable_at(&self, now: Timestamp) -> bool {
        [self.expires, self.revoked].into_iter().flatten().all(|end| now < end)
    }

    /// The key that verifies signatures by this method.
    ///
    /// # Errors
    /// [`Error::NoVerifyingKey`] if the type is not `Multikey`, `JsonWebKey`, `JsonWebKey2020` or
    /// `Ed25519VerificationKey2020`, if type and property do not belong together, or if the key is not valid.
    pub fn verifying_key(&self) -> Result<VerifyingKey, Error> {
        if let Known(Some(key)) = &self.known {
            return Ok(key.clone());
        }
        let fail = |reason: String| Error::NoVerifyingKey { id: self.id.to_string(), reason };
        let key = match (self.type_.as_str(), &self.material) {
            (MULTIKEY | ED25519_2020, Material::Multibase(text)) => {
                VerifyingKey::from_multikey(text).map_err(|e| fail(e.to_string()))?
            }
            (JSON_WEB_KEY | JSON_WEB_KEY_2020, Material::Jwk(jwk)) => {
                VerifyingKey::from_jwk(jwk).map_err(|e| fail(e.to_string()))?
            }
            (type_, _) => {
                return Err(fail(format!("type {type_:?} with this key property is not supported")));
            }
        };
        if self.type_ == ED25519_2020 && key.algorithm() != Algorithm::Ed25519 {
            return Err(fail(format!("the type says Ed25519 and the key is {}", key.algorithm())));
        }
        Ok(key)
    }

    /// The key that verifies BBS signatures by this method.
    ///
    /// # Errors
    /// [`Error::NoVerifyingKey`] if it is not a `Multikey` of a valid BLS12-381 G2 key.
    pub fn bbs_key(&self) -> Result<hufu_bbs::PublicKey, Error> {
        let fail = |reason: String| Error::NoVerifyingKey { id: self.id.to_string(), reason };
        match (self.type_.as_str(), &self.material) {
            (MULTIKEY, Material::Multibase(text)) => {
                crate::key::bbs_key(text).map_err(|e| fail(e.to_string()))
            }
            (type_, _) => Err(fail(format!("type {type_:?} with this key property holds no BBS key"))),
        }
    }

    /// The method as a JSON value.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let mut map = Map::new();
        map.insert("id".into(), self.id.as_str().into());
        map.insert("type".into(), self.type_.as_str().into());
        map.insert("controller".into(), self.controller.as_str().into());
        match &self.material {
            Material::Multibase(text) => map.insert("publicKeyMultibase".into(), text.as_str().into()),
            Material::Jwk(jwk) => map.insert("publicKeyJwk".into(), jwk.clone()),
            Material::Other => None,
        };
        for (name, time) in [("expires", self.expires), ("revoked", self.revoked)] {
            if let Some(time) = time {
                map.insert(name.into(), time.to_string().into());
            }
        }
        map.extend(self.extra.clone());
        Value::Object(map)
    }

    /// Parses one verification method of the document of `base`.
    ///
    /// # Errors
    /// [`Error::Document`] if a required property is missing or malformed, if there are two key properties, or if
    /// private key material is inside.
    pub fn from_value(base: &Did, value: Value) -> Result<Self, Error> {
        let mut fields = Fields::of("verificationMethod", value)?;
        let id = DidUrl::parse_relative(base, &fields.required_string("id")?)?;
        let controller = fields.required_string("controller")?.parse()?;
        let type_ = fields.required_string("type")?;
        let expires = date(&mut fields, "expires")?;
        let revoked = date(&mut fields, "revoked")?;
        let multibase = fields.string("publicKeyMultibase")?;
        let jwk = fields.take("publicKeyJwk");
        let material = match (multibase, jwk) {
            (Some(_), Some(_)) => {
                return Err(Error::document(id.as_str(), "it has both publicKeyMultibase and publicKeyJwk"));
            }
            (Some(text), None) if text.len() <= MAX_MULTIBASE_LENGTH => Material::Multibase(text),
            (Some(_), None) => return Err(Error::document(id.as_str(), "publicKeyMultibase is too long")),
            (None, Some(jwk)) => {
                check_public_jwk(&jwk).map_err(|reason| Error::document(id.as_str(), reason))?;
                Material::Jwk(jwk)
            }
            (None, None) => Material::Other,
        };
        let extra = fields.rest();
        if let Some(name) = PRIVATE_PROPERTIES.iter().find(|name| extra.contains_key(**name)) {
            return Err(Error::document(id.as_str(), format!("{name} is private key material")));
        }
        Ok(Self { id, controller, type_, material, expires, revoked, extra, known: Known::default() })
    }
}

/// Refuses a JWK that is not an object, is too big, or has members of the private class
/// (RFC 7518 §6.2.2, §6.3.2, §6.4.1; RFC 8037 §2).
pub(crate) fn check_public_jwk(jwk: &Value) -> Result<(), &'static str> {
    let Some(members) = jwk.as_object() else { return Err("publicKeyJwk is not an object") };
    if members.len() > MAX_JWK_MEMBERS {
        return Err("publicKeyJwk has more than 32 members");
    }
    if !members.get("kty").is_some_and(Value::is_string) {
        return Err("publicKeyJwk has no kty");
    }
    if PRIVATE_JWK_MEMBERS.iter().any(|name| members.contains_key(*name)) {
        return Err("publicKeyJwk holds private key material");
    }
    Ok(())
}

fn date(fields: &mut Fields, name: &str) -> Result<Option<Timestamp>, Error> {
    let at = fields.at(name);
    let Some(text) = fields.string(name)? else { return Ok(None) };
    text.parse().map(Some).map_err(|_| Error::document(at, "it is not a date and time with a time zone"))
}

const MULTIKEY: &str = "Multikey";
const JSON_WEB_KEY: &str = "JsonWebKey";
const JSON_WEB_KEY_2020: &str = "JsonWebKey2020";
const ED25519_2020: &str = "Ed25519VerificationKey2020";

const PRIVATE_JWK_MEMBERS: [&str; 9] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"];
const PRIVATE_PROPERTIES: [&str; 6] = [
    "secretKeyMultibase",
    "secretKeyJwk",
    "privateKeyMultibase",
    "privateKeyJwk",
    "privateKeyBase58",
    "privateKeyHex",
];
