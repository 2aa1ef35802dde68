//! Making proofs: Data Integrity 1.0 §4.2 "Add Proof" and §4.3 "Add Proof Set/Chain".

use super::canon::Transform;
use super::{MAX_PROOFS, ProofOptions};
use crate::error::Error;
use crate::model::{Credential, Presentation, Version, one_or_many};
use crate::suite::Form;
use hufu_jsonld::Contexts;
use hufu_keys::SigningKey;
use serde_json::{Map, Value};

/// A document that carries at least one proof made or accepted here.
#[derive(Debug, Clone, PartialEq)]
pub struct Signed<T> {
    document: T,
}

impl<T> Signed<T> {
    pub(crate) const fn of(document: T) -> Self {
        Self { document }
    }

    /// The document with its proofs.
    pub const fn document(&self) -> &T {
        &self.document
    }

    /// The document with its proofs.
    pub fn into_document(self) -> T {
        self.document
    }
}

impl Signed<Credential> {
    /// The credential as JSON, proofs included.
    #[must_use]
    pub fn into_value(self) -> Value {
        self.document.into_value()
    }
}

impl Signed<Presentation> {
    /// The presentation as JSON, proofs included.
    #[must_use]
    pub fn into_value(self) -> Value {
        self.document.into_value()
    }
}

/// Signs a credential. A proof that it already carries stays, and the two form a proof set, or a chain if
/// [`ProofOptions::previous_proof`] names it. A version 1.1 credential gets the Data Integrity context.
///
/// # Errors
/// [`Error::KeyMismatch`] and [`Error::ProofOptions`] for options that do not fit; [`Error::Transformation`] for
/// an undefined term or unknown context.
pub fn issue(
    mut credential: Credential,
    key: &SigningKey,
    options: &ProofOptions,
    contexts: &Contexts,
) -> Result<Signed<Credential>, Error> {
    credential.inject_data_integrity_context();
    let version = credential.version();
    let object = sign(credential.into_object(), key, options, contexts)?;
    Ok(Signed { document: Credential::from_checked(object, version) })
}

/// Signs a presentation, usually with [`ProofOptions::authentication`].
///
/// # Errors
/// As [`issue`].
pub fn present(
    presentation: Presentation,
    key: &SigningKey,
    options: &ProofOptions,
    contexts: &Contexts,
) -> Result<Signed<Presentation>, Error> {
    if presentation.version() == Version::V1 {
        return Err(Error::ProofOptions("presentations of version 1.1 are verified, not made".to_owned()));
    }
    let version = presentation.version();
    let object = sign(presentation.into_object(), key, options, contexts)?;
    Ok(Signed { document: Presentation::from_checked(object, version) })
}

/// Adds a proof to a signed credential.
///
/// # Errors
/// As [`issue`].
pub fn add_proof(
    signed: Signed<Credential>,
    key: &SigningKey,
    options: &ProofOptions,
    contexts: &Contexts,
) -> Result<Signed<Credential>, Error> {
    issue(signed.document, key, options, contexts)
}

fn sign(
    mut object: Map<String, Value>,
    key: &SigningKey,
    options: &ProofOptions,
    contexts: &Contexts,
) -> Result<Map<String, Value>, Error> {
    let suite = options.suite;
    if suite.is_selective() {
        return Err(Error::ProofOptions(format!(
            "{suite} proofs are made for selective disclosure only (sd::issue)"
        )));
    }
    suite.check_key(key.algorithm())?;
    let mut proof = options.configuration()?;
    let existing = take_proofs(&mut object)?;
    check_id(&existing, options.id.as_deref())?;
    let previous = matching(&existing, &options.previous_proof)
        .map_err(|id| Error::ProofOptions(format!("there is no previous proof {id}")))?;
    if !previous.is_empty() {
        object.insert("proof".to_owned(), Value::Array(previous.into_iter().cloned().collect()));
    }

    // Steps 1 to 3. A JCS proof carries the contexts it was made under; an RDF one is read under the document's.
    let transform = Transform::new(contexts);
    let (form, hash) = (suite.form(), suite.hash(key.algorithm()));
    let context = object.get("@context").cloned();
    if let Some(context) = &context {
        proof.insert("@context".to_owned(), context.clone());
    }
    let document = Value::Object(object);
    if form == Form::Jcs {
        transform.check_known(context.as_ref())?;
        if options.check_terms {
            transform.check_terms(&document)?;
        }
    }
    let document_hash = transform.hash(&document, form, hash)?;
    let configuration = Value::Object(proof);
    let mut hash_data = transform.hash(&configuration, form, hash)?;
    hash_data.extend_from_slice(&document_hash);

    // Step 4.
    let signature = key.sign(&hash_data);
    let value = format!("z{}", bs58::encode(signature.as_bytes()).into_string());
    let (Value::Object(mut object), Value::Object(mut proof)) = (document, configuration) else {
        return Err(Error::Parsing("the document is not an object".to_owned()));
    };
    if form == Form::Rdfc {
        proof.remove("@context");
    }
    attach(&mut object, existing, proof, value, options.id.as_deref())?;
    Ok(object)
}

fn check_id(existing: &[Value], id: Option<&str>) -> Result<(), Error> {
    if id.is_some() && existing.iter().any(|p| p.get("id").and_then(Value::as_str) == id) {
        return Err(Error::ProofOptions("a proof of this id exists".to_owned()));
    }
    Ok(())
}

/// Puts a new proof behind those that a document had.
pub(crate) fn attach(
    object: &mut Map<String, Value>,
    existing: Vec<Value>,
    mut proof: Map<String, Value>,
    value: String,
    id: Option<&str>,
) -> Result<(), Error> {
    check_id(&existing, id)?;
    proof.insert("proofValue".to_owned(), Value::String(value));
    let proofs = if existing.is_empty() {
        Value::Object(proof)
    } else {
        Value::Array(existing.into_iter().chain([Value::Object(proof)]).collect())
    };
    object.insert("proof".to_owned(), proofs);
    Ok(())
}

/// Takes the proofs out of a document.
pub(crate) fn take_proofs(object: &mut Map<String, Value>) -> Result<Vec<Value>, Error> {
    let proofs = match object.remove("proof") {
        None => Vec::new(),
        Some(Value::Array(items)) => items,
        Some(single) => vec![single],
    };
    if let Some(index) = proofs.iter().position(|p| !p.get("type").is_some_and(Value::is_string)) {
        return Err(Error::malformed(format!("proof[{index}].type"), "is missing"));
    }
    if proofs.len() >= MAX_PROOFS {
        return Err(Error::ProofOptions(format!("a document has at most {MAX_PROOFS} proofs")));
    }
    Ok(proofs)
}

/// The proofs that these ids name, in document order; the first id that none has is the error.
pub(crate) fn matching<'a, 'b, S: AsRef<str>>(
    proofs: &'a [Value],
    ids: &'b [S],
) -> Result<Vec<&'a Value>, &'b str> {
    let id_of = |proof: &'a Value| proof.get("id").and_then(Value::as_str);
    for id in ids {
        if !proofs.iter().any(|proof| id_of(proof) == Some(id.as_ref())) {
            return Err(id.as_ref());
        }
    }
    Ok(proofs.iter().filter(|proof| ids.iter().any(|id| id_of(proof) == Some(id.as_ref()))).collect())
}

/// The proofs of a document, one or many.
pub(crate) fn proofs_of(object: &Map<String, Value>) -> &[Value] {
    object.get("proof").map(one_or_many).unwrap_or_default()
}
