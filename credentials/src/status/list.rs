//! `BitstringStatusListCredential`: the credential that carries a list (§2.2), unsigned when built here.

use super::{BitstringList, StatusPurpose};
use crate::error::Error;
use crate::model::{CONTEXT_V2, Credential, one_or_many};
use crate::time;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// The type a status list credential must include.
const TYPE: &str = "BitstringStatusListCredential";
/// The type of its subject.
const SUBJECT_TYPE: &str = "BitstringStatusList";

/// What a list credential says beside the bits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListDescription {
    /// URL at which the credential is published.
    pub id: String,
    /// The issuer's DID or URL.
    pub issuer: String,
    /// Purposes of the list, at least one.
    pub purposes: Vec<StatusPurpose>,
    /// Start of validity.
    pub valid_from: Option<Timestamp>,
    /// End of validity: after it, verifiers must fetch a newer list.
    pub valid_until: Option<Timestamp>,
    /// Milliseconds after which a copy should be refreshed.
    pub ttl_ms: Option<u64>,
}

impl ListDescription {
    /// The unsigned credential for these bits; sign it with [`issue`](crate::issue).
    ///
    /// # Errors
    /// [`Error::Malformed`] if the description breaks the data model.
    pub fn credential(&self, list: &BitstringList) -> Result<Credential, Error> {
        let mut subject = Map::new();
        subject.insert("id".to_owned(), json!(format!("{}#list", self.id)));
        subject.insert("type".to_owned(), json!(SUBJECT_TYPE));
        let purposes = match self.purposes.as_slice() {
            [] => return Err(Error::malformed("statusPurpose", "is missing")),
            [one] => json!(one),
            many => json!(many),
        };
        subject.insert("statusPurpose".to_owned(), purposes);
        subject.insert("encodedList".to_owned(), json!(list.encode()));
        // No `statusSize` here: the base context does not define it inside of a list; the entry states it.
        if let Some(ttl) = self.ttl_ms {
            subject.insert("ttl".to_owned(), json!(ttl));
        }
        let mut object = Map::new();
        object.insert("@context".to_owned(), json!([CONTEXT_V2]));
        object.insert("id".to_owned(), json!(self.id));
        object.insert("type".to_owned(), json!(["VerifiableCredential", TYPE]));
        object.insert("issuer".to_owned(), json!(self.issuer));
        if let Some(from) = self.valid_from {
            object.insert("validFrom".to_owned(), json!(time::format(from)));
        }
        if let Some(until) = self.valid_until {
            object.insert("validUntil".to_owned(), json!(time::format(until)));
        }
        object.insert("credentialSubject".to_owned(), Value::Object(subject));
        Credential::parse(Value::Object(object))
    }
}

/// A status list credential whose shape is right; its proof is the verifier's business.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListCredential<'a> {
    /// URL of the credential, if it names itself.
    pub id: Option<&'a str>,
    /// The issuer's DID or URL.
    pub issuer: &'a str,
    /// Purposes, as written; unknown ones are kept.
    pub purposes: Vec<&'a str>,
    /// Bits per entry, if the list states them.
    pub status_size: Option<u8>,
    /// The `encodedList` text.
    pub encoded: &'a str,
    /// Milliseconds after which a copy should be refreshed.
    pub ttl_ms: Option<u64>,
}

impl<'a> ListCredential<'a> {
    /// Reads the parts that matter out of a credential.
    ///
    /// # Errors
    /// [`Error::StatusList`] naming what is wrong: the type, the subject's type, the purposes, or the list.
    pub fn parse(credential: &'a Credential) -> Result<Self, Error> {
        let bad = |text: &str| Error::StatusList(text.to_owned());
        if !credential.types().any(|t| t == TYPE) {
            return Err(bad("the credential's type does not include BitstringStatusListCredential"));
        }
        let [subject] = credential.subjects() else {
            return Err(bad("the credential must have one subject"));
        };
        if subject.get("type").and_then(Value::as_str) != Some(SUBJECT_TYPE) {
            return Err(bad("the subject's type is not BitstringStatusList"));
        }
        let purposes = subject.get("statusPurpose").map(one_or_many).unwrap_or_default();
        let purposes: Option<Vec<&str>> = purposes.iter().map(Value::as_str).collect();
        let purposes = purposes
            .filter(|p| !p.is_empty())
            .ok_or_else(|| bad("statusPurpose must be one or more strings"))?;
        let encoded = subject
            .get("encodedList")
            .and_then(Value::as_str)
            .ok_or_else(|| bad("encodedList must be a string"))?;
        let status_size = match subject.get("statusSize") {
            None => None,
            Some(size) => Some(
                size.as_u64()
                    .and_then(|s| u8::try_from(s).ok())
                    .filter(|s| (1..=8).contains(s))
                    .ok_or_else(|| bad("statusSize must be an integer from 1 to 8"))?,
            ),
        };
        let ttl_ms = match subject.get("ttl") {
            None => None,
            Some(ttl) => Some(ttl.as_u64().ok_or_else(|| bad("ttl must be a number of milliseconds"))?),
        };
        Ok(Self { id: credential.id(), issuer: credential.issuer(), purposes, status_size, encoded, ttl_ms })
    }
}
