//! The intermediate values of a proof, for whoever must find out why two implementations disagree.

use super::canon::{Transform, digest};
use super::sign::{matching, proofs_of};
use crate::error::Error;
use crate::model::one_or_many;
use crate::suite::{Form, Suite};
use hufu_jsonld::Contexts;
use hufu_keys::Algorithm;
use serde_json::{Map, Value};

/// What a proof is made over, step by step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Steps {
    /// Canonical bytes of the document.
    pub document: Vec<u8>,
    /// Canonical bytes of the proof configuration.
    pub configuration: Vec<u8>,
    /// Hash of [`Steps::document`].
    pub document_hash: Vec<u8>,
    /// Hash of [`Steps::configuration`].
    pub configuration_hash: Vec<u8>,
    /// What is signed: the configuration's hash, then the document's.
    pub hash_data: Vec<u8>,
}

/// Recomputes the steps of one proof of a document. `proof` may have its `proofValue` or not; the document may
/// carry any proofs, of which those count that `previousProof` names.
///
/// # Errors
/// [`Error::ProofOptions`] for a suite that is not known, [`Error::Transformation`] if there is no canonical form.
pub fn steps(
    document: &Value,
    proof: &Value,
    algorithm: Algorithm,
    contexts: &Contexts,
) -> Result<Steps, Error> {
    let object =
        document.as_object().ok_or_else(|| Error::Parsing("the document is not an object".to_owned()))?;
    let proof = proof.as_object().ok_or_else(|| Error::Parsing("the proof is not an object".to_owned()))?;
    let suite: Suite = proof.get("cryptosuite").and_then(Value::as_str).unwrap_or_default().parse()?;
    if suite.is_selective() {
        return Err(Error::ProofOptions(format!("{suite} signs statements, not a document's hash")));
    }
    suite.check_key(algorithm)?;
    let (form, hash) = (suite.form(), suite.hash(algorithm));

    let mut configuration: Map<String, Value> = proof.clone();
    configuration.remove("proofValue");
    if let (Form::Rdfc, Some(context)) = (form, object.get("@context")) {
        configuration.insert("@context".to_owned(), context.clone());
    }
    let ids: Vec<&str> = proof
        .get("previousProof")
        .map(one_or_many)
        .unwrap_or_default()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let previous: Vec<Value> = matching(proofs_of(object), &ids)
        .map_err(|id| Error::ProofOptions(format!("there is no previous proof {id}")))?
        .into_iter()
        .cloned()
        .collect();
    let mut unsecured: Map<String, Value> = object.clone();
    unsecured.remove("proof");
    if !previous.is_empty() {
        unsecured.insert("proof".to_owned(), Value::Array(previous));
    }

    let transform = Transform::new(contexts);
    let document = transform.canonical(&Value::Object(unsecured), form, hash)?;
    let configuration = transform.canonical(&Value::Object(configuration), form, hash)?;
    let (document_hash, configuration_hash) = (digest(&document, hash), digest(&configuration, hash));
    let hash_data = [configuration_hash.as_slice(), document_hash.as_slice()].concat();
    Ok(Steps { document, configuration, document_hash, configuration_hash, hash_data })
}
