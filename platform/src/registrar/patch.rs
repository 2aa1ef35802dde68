//! What callers ask of a document, as a patch of `did:hufu`.

use hufu_credentials::Suite;
use hufu_did::{
    RING_KEY_TYPE, Relationship, RingKey,
    hufu::{MethodSpec, Patch},
};
use hufu_keys::Algorithm;
use serde::Deserialize;
use serde_json::Value;

use super::{DEFAULT_PURPOSES, public_key};
use crate::error::Problem;

/// A verification method whose key is to be made here.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct KeyWish {
    algorithm: String,
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    purposes: Option<Vec<String>>,
}

impl KeyWish {
    /// A key of an algorithm with the default id and purposes.
    pub(super) fn of(algorithm: Algorithm) -> Self {
        Self { algorithm: algorithm.to_string(), id: None, purposes: None }
    }

    /// Whether it is for BBS signatures; such a key issues and does nothing else.
    pub(super) fn is_bbs(&self) -> Result<bool, Problem> {
        let bbs = self.algorithm == Suite::BBS_KEY;
        if bbs && self.purposes.as_ref().is_some_and(|purposes| *purposes != ["assertionMethod"]) {
            return Err(Problem::invalid(format!(
                "options.keys: a {} key has the purpose assertionMethod and no other",
                Suite::BBS_KEY
            )));
        }
        Ok(bbs)
    }

    pub(super) fn algorithm(&self) -> Result<Algorithm, Problem> {
        self.algorithm.parse().map_err(|_| {
            Problem::invalid(format!(
                "options.keys: there is no algorithm {:?}; there are Ed25519, P-256, P-384, secp256k1, SM2 and {}",
                self.algorithm,
                Suite::BBS_KEY
            ))
        })
    }

    pub(super) fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    pub(super) fn purposes(&self) -> Result<Vec<Relationship>, Problem> {
        purposes(self.purposes.as_deref())
    }
}

fn purposes(given: Option<&[String]>) -> Result<Vec<Relationship>, Problem> {
    let Some(given) = given else { return Ok(DEFAULT_PURPOSES.to_vec()) };
    let parse = |text: &String| text.parse().map_err(|error| Problem::invalid(format!("purposes: {error}")));
    given.iter().map(parse).collect()
}

/// A verification method whose key the caller holds.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct MethodWish {
    id: String,
    #[serde(rename = "type", default)]
    kind: Option<String>,
    #[serde(default)]
    public_key_multibase: Option<String>,
    #[serde(default)]
    proof_of_possession: Option<String>,
    #[serde(default)]
    purposes: Option<Vec<String>>,
}

impl MethodWish {
    fn into_spec(self) -> Result<MethodSpec, Problem> {
        let wrong = |what: &str| Problem::invalid(format!("didDocument.verificationMethod: {what}"));
        let key = self.public_key_multibase.ok_or_else(|| wrong("publicKeyMultibase is missing"))?;
        let spec = match self.kind.as_deref() {
            None | Some("Multikey") => {
                MethodSpec::multikey(&self.id, &public_key(&key)?, &purposes(self.purposes.as_deref())?)
            }
            Some(RING_KEY_TYPE) => {
                let proof = self.proof_of_possession.ok_or_else(|| wrong("proofOfPossession is missing"))?;
                MethodSpec::ring_key(&self.id, RingKey::from_texts(key, proof))
            }
            Some(_) => return Err(wrong("type must be Multikey or HufuRingKey2026")),
        };
        spec.map_err(|refusal| Problem::invalid(refusal.to_string()))
    }
}

/// The parts of a document that a caller can ask for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub(super) struct DocumentWish {
    verification_method: Vec<MethodWish>,
    service: Vec<Value>,
    also_known_as: Option<Vec<String>>,
}

impl DocumentWish {
    /// The patch that adds all of it.
    pub(super) fn into_patch(self) -> Result<Patch, Problem> {
        let mut patch =
            Patch { add_services: self.service, also_known_as: self.also_known_as, ..Patch::default() };
        for wish in self.verification_method {
            patch.add_methods.push(wish.into_spec()?);
        }
        Ok(patch)
    }

    /// The patch that removes the methods and services with these ids.
    fn into_removal(self) -> Result<Patch, Problem> {
        if self.also_known_as.is_some() {
            return Err(Problem::invalid("alsoKnownAs is replaced by addToDidDocument, not removed"));
        }
        let id = |value: &Value| value.get("id").and_then(Value::as_str).map(str::to_owned);
        let services = self.service.iter().map(id).collect::<Option<Vec<_>>>();
        Ok(Patch {
            remove_methods: self.verification_method.into_iter().map(|method| method.id).collect(),
            remove_services: services
                .ok_or_else(|| Problem::invalid("a service to remove is named by its id"))?,
            ..Patch::default()
        })
    }
}

/// One patch of all operations of an update.
pub(super) fn combine(operations: &[String], documents: Vec<DocumentWish>) -> Result<Patch, Problem> {
    if operations.len() != documents.len() {
        return Err(Problem::invalid("didDocumentOperation needs one operation for each didDocument"));
    }
    let mut whole = Patch::default();
    for (operation, document) in operations.iter().zip(documents) {
        let part = match operation.as_str() {
            "addToDidDocument" => document.into_patch()?,
            "removeFromDidDocument" => document.into_removal()?,
            other => {
                return Err(Problem::invalid(format!(
                    "didDocumentOperation {other:?} is unknown; there are addToDidDocument and removeFromDidDocument"
                )));
            }
        };
        whole.remove_methods.extend(part.remove_methods);
        whole.add_methods.extend(part.add_methods);
        whole.remove_services.extend(part.remove_services);
        whole.add_services.extend(part.add_services);
        whole.also_known_as = part.also_known_as.or(whole.also_known_as);
    }
    Ok(whole)
}
