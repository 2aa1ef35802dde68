//! A proof as it arrives: every field checked before anything is computed.

use crate::model::{excerpt, is_url, one_or_many};
use crate::problem::{Problem, ProblemType};
use crate::suite::Suite;
use crate::time::DateTime;
use hufu_did::Relationship;
use hufu_keys::Algorithm;
use serde_json::{Map, Value};

/// Longest `proofValue`: 96 bytes are 132 base58 characters, plus the prefix.
const MAX_VALUE_CHARS: usize = 160;
/// Most values of `previousProof` and `domain`.
const MAX_NAMES: usize = 32;

/// What is wrong with a proof.
#[derive(Debug, Clone)]
pub(crate) struct ProofFault(pub(crate) Problem);

impl ProofFault {
    pub(crate) fn new(kind: ProblemType, detail: impl Into<String>) -> Self {
        Self(Problem::new(kind, detail))
    }

    pub(crate) fn verification(detail: impl Into<String>) -> Self {
        Self::new(ProblemType::ProofVerification, detail)
    }
}

/// A proof whose fields have the right shape; borrows the document.
#[derive(Debug, Clone)]
pub(crate) struct ParsedProof<'a> {
    pub(crate) object: &'a Map<String, Value>,
    pub(crate) suite: Suite,
    pub(crate) verification_method: &'a str,
    pub(crate) purpose: Relationship,
    pub(crate) value: &'a str,
    pub(crate) id: Option<&'a str>,
    pub(crate) created: Option<DateTime>,
    pub(crate) expires: Option<DateTime>,
    pub(crate) challenge: Option<&'a str>,
    pub(crate) domain: Vec<&'a str>,
    pub(crate) previous: Vec<&'a str>,
}

impl<'a> ParsedProof<'a> {
    /// Reads a proof (Data Integrity 1.0 §2.1 and the first steps of §4.4).
    pub(crate) fn parse(value: &'a Value) -> Result<Self, ProofFault> {
        let object = value
            .as_object()
            .ok_or_else(|| ProofFault::new(ProblemType::Parsing, "a proof is not an object"))?;
        match required(object, "type")? {
            "DataIntegrityProof" => {}
            other => {
                return Err(ProofFault::verification(format!(
                    "proof type {} is not supported",
                    excerpt(other)
                )));
            }
        }
        let suite = required(object, "cryptosuite")?;
        let suite = suite.parse().map_err(|_| {
            ProofFault::verification(format!("cryptosuite {} is not supported", excerpt(suite)))
        })?;
        let verification_method = required(object, "verificationMethod")?;
        let purpose = required(object, "proofPurpose")?;
        let purpose = Relationship::ALL.into_iter().find(|r| r.as_str() == purpose).ok_or_else(|| {
            ProofFault::verification(format!("proofPurpose {} is not known", excerpt(purpose)))
        })?;
        let id = optional(object, "id")?;
        if id.is_some_and(|id| !is_url(id)) {
            return Err(ProofFault::verification("proof.id is not a URL"));
        }
        Ok(Self {
            object,
            suite,
            verification_method,
            purpose,
            value: required(object, "proofValue")?,
            id,
            created: date_time(object, "created")?,
            expires: date_time(object, "expires")?,
            challenge: optional(object, "challenge")?,
            domain: strings(object, "domain")?,
            previous: strings(object, "previousProof")?,
        })
    }

    /// The cryptosuite's name, for a report about a proof that may not parse.
    pub(crate) fn suite_name(value: &Value) -> Option<String> {
        value.get("cryptosuite").and_then(Value::as_str).map(excerpt)
    }

    /// The proof configuration: the proof without its value, and with the document's context where RDF is made of it.
    pub(crate) fn configuration(&self, context: Option<&Value>) -> Value {
        let mut map: Map<String, Value> = Map::new();
        for (key, value) in self.object {
            if key != "proofValue" && !(key == "@context" && context.is_some()) {
                map.insert(key.clone(), value.clone());
            }
        }
        if let Some(context) = context {
            map.insert("@context".to_owned(), context.clone());
        }
        Value::Object(map)
    }
}

/// The bytes of a `proofValue`: base58btc behind `z`, of exactly the length of the algorithm's signatures.
pub(crate) fn decode_value(text: &str, algorithm: Algorithm) -> Result<Vec<u8>, ProofFault> {
    if text.len() > MAX_VALUE_CHARS {
        return Err(ProofFault::verification("proofValue is too long"));
    }
    let base58 = text.strip_prefix('z').ok_or_else(|| {
        ProofFault::verification("proofValue does not begin with the multibase prefix z (base58btc)")
    })?;
    let bytes = bs58::decode(base58)
        .into_vec()
        .map_err(|e| ProofFault::verification(format!("proofValue is not base58btc: {e}")))?;
    let expected = if algorithm == Algorithm::P384 { 96 } else { 64 };
    if bytes.len() == expected {
        Ok(bytes)
    } else {
        Err(ProofFault::verification(format!(
            "proofValue has {} bytes, a {algorithm} signature has {expected}",
            bytes.len()
        )))
    }
}

fn required<'a>(object: &'a Map<String, Value>, name: &str) -> Result<&'a str, ProofFault> {
    optional(object, name)?.ok_or_else(|| ProofFault::verification(format!("proof.{name} is missing")))
}

fn optional<'a>(object: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>, ProofFault> {
    match object.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(ProofFault::verification(format!("proof.{name} is not a string"))),
    }
}

fn strings<'a>(object: &'a Map<String, Value>, name: &str) -> Result<Vec<&'a str>, ProofFault> {
    let Some(value) = object.get(name) else { return Ok(Vec::new()) };
    let items = one_or_many(value);
    if items.is_empty() || items.len() > MAX_NAMES {
        return Err(ProofFault::verification(format!("proof.{name} must have 1 to {MAX_NAMES} values")));
    }
    items.iter().map(Value::as_str).collect::<Option<_>>().ok_or_else(|| {
        ProofFault::verification(format!("proof.{name} is neither a string nor a list of strings"))
    })
}

/// A time without an offset is read as UTC, as Data Integrity 1.0 §2.1 allows.
fn date_time(object: &Map<String, Value>, name: &str) -> Result<Option<DateTime>, ProofFault> {
    let Some(text) = optional(object, name)? else { return Ok(None) };
    DateTime::parse_lenient(text)
        .map(Some)
        .ok_or_else(|| ProofFault::verification(format!("proof.{name} is not a dateTimeStamp")))
}
