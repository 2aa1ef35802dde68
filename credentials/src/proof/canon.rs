//! Steps 1 to 3: canonical bytes and their hash.

use crate::error::Error;
use crate::problem::{Problem, ProblemType};
use crate::suite::{Form, Hash};
use hufu_jsonld::rdfc::Canonical;
use hufu_jsonld::{Contexts, Dataset, Options, RdfDirection, Traced, rdfc};
use hufu_sm::sm3::Sm3;
use serde_json::Value;
use sha2::{Digest as _, Sha256, Sha384};

/// What the data model's rules, the verifier and the status check read from the JSON. An RDF signature does not change
/// when a key is respelt: with `validUntil` as an IRI, or behind an alias of an added context, an expired credential
/// would have no end, and with `credentialStatus` so, a revoked one no status. The data model (§6.1) asks that terms be
/// used where they are defined; here it is required.
const READ_AS_JSON: [(&str, &str); 38] = [
    ("https://www.w3.org/2018/credentials#VerifiableCredential", "VerifiableCredential"),
    ("https://www.w3.org/2018/credentials#VerifiablePresentation", "VerifiablePresentation"),
    ("https://www.w3.org/2018/credentials#credentialSchema", "credentialSchema"),
    ("https://www.w3.org/2018/credentials#credentialStatus", "credentialStatus"),
    ("https://www.w3.org/2018/credentials#credentialSubject", "credentialSubject"),
    ("https://www.w3.org/2018/credentials#digestSRI", "digestSRI"),
    ("https://www.w3.org/2018/credentials#evidence", "evidence"),
    ("https://www.w3.org/2018/credentials#expirationDate", "expirationDate"),
    ("https://www.w3.org/2018/credentials#holder", "holder"),
    ("https://www.w3.org/2018/credentials#issuanceDate", "issuanceDate"),
    ("https://www.w3.org/2018/credentials#issuer", "issuer"),
    ("https://www.w3.org/2018/credentials#refreshService", "refreshService"),
    ("https://www.w3.org/2018/credentials#relatedResource", "relatedResource"),
    ("https://www.w3.org/2018/credentials#termsOfUse", "termsOfUse"),
    ("https://www.w3.org/2018/credentials#validFrom", "validFrom"),
    ("https://www.w3.org/2018/credentials#validUntil", "validUntil"),
    ("https://www.w3.org/2018/credentials#verifiableCredential", "verifiableCredential"),
    ("https://www.w3.org/ns/credentials/status#BitstringStatusList", "BitstringStatusList"),
    (
        "https://www.w3.org/ns/credentials/status#BitstringStatusListCredential",
        "BitstringStatusListCredential",
    ),
    ("https://www.w3.org/ns/credentials/status#BitstringStatusListEntry", "BitstringStatusListEntry"),
    ("https://www.w3.org/ns/credentials/status#encodedList", "encodedList"),
    ("https://www.w3.org/ns/credentials/status#statusListCredential", "statusListCredential"),
    ("https://www.w3.org/ns/credentials/status#statusListIndex", "statusListIndex"),
    ("https://www.w3.org/ns/credentials/status#statusMessage", "statusMessage"),
    ("https://www.w3.org/ns/credentials/status#statusPurpose", "statusPurpose"),
    ("https://www.w3.org/ns/credentials/status#statusReference", "statusReference"),
    ("https://www.w3.org/ns/credentials/status#statusSize", "statusSize"),
    ("https://www.w3.org/ns/credentials/status#ttl", "ttl"),
    ("https://w3id.org/security#challenge", "challenge"),
    ("https://w3id.org/security#cryptosuite", "cryptosuite"),
    ("https://w3id.org/security#digestMultibase", "digestMultibase"),
    ("https://w3id.org/security#domain", "domain"),
    ("https://w3id.org/security#expiration", "expires"),
    ("https://w3id.org/security#previousProof", "previousProof"),
    ("https://w3id.org/security#proof", "proof"),
    ("https://w3id.org/security#proofPurpose", "proofPurpose"),
    ("https://w3id.org/security#proofValue", "proofValue"),
    ("https://w3id.org/security#verificationMethod", "verificationMethod"),
];

/// Why a document has no canonical bytes.
#[derive(Debug, Clone)]
pub(crate) struct TransformError(pub(crate) Problem);

impl From<TransformError> for Error {
    fn from(error: TransformError) -> Self {
        Self::Transformation(error.0.detail)
    }
}

/// Turns JSON values into hashes, for one set of contexts.
#[derive(Debug, Clone)]
pub(crate) struct Transform<'a> {
    contexts: &'a Contexts,
    options: Options,
}

impl<'a> Transform<'a> {
    pub(crate) fn new(contexts: &'a Contexts) -> Self {
        // Directions would be dropped otherwise, and safe mode would refuse the language objects of §11.1.
        let options = Options {
            safe: true,
            rdf_direction: Some(RdfDirection::I18nDatatype),
            terms: &READ_AS_JSON,
            ..Options::default()
        };
        Self { contexts, options }
    }

    /// The hash of a value's canonical bytes.
    pub(crate) fn hash(&self, value: &Value, form: Form, hash: Hash) -> Result<Vec<u8>, TransformError> {
        let bytes = self.canonical(value, form, hash)?;
        Ok(digest(&bytes, hash))
    }

    /// The canonical bytes of a value.
    pub(crate) fn canonical(&self, value: &Value, form: Form, hash: Hash) -> Result<Vec<u8>, TransformError> {
        match form {
            Form::Jcs => hufu_jcs::canonicalize(value)
                .map_err(|e| TransformError(Problem::new(ProblemType::ProofTransformation, e.to_string()))),
            Form::Rdfc => {
                let dataset =
                    hufu_jsonld::to_rdf(self.contexts, value, &self.options).map_err(|e| jsonld(&e))?;
                let hash = match hash {
                    Hash::Sha256 => rdfc::Hash::Sha256,
                    Hash::Sha384 => rdfc::Hash::Sha384,
                    Hash::Sm3 => rdfc::Hash::Sm3,
                };
                let canonical =
                    rdfc::canonicalize(&dataset, hash, &self.options.limits).map_err(|e| jsonld(&e))?;
                Ok(canonical.into_nquads().into_bytes())
            }
        }
    }

    /// The value as RDF.
    pub(crate) fn dataset(&self, value: &Value) -> Result<Dataset, TransformError> {
        hufu_jsonld::to_rdf(self.contexts, value, &self.options).map_err(|e| jsonld(&e))
    }

    /// The value as RDF, with the places that statements come from.
    pub(crate) fn traced(&self, value: &Value) -> Result<Traced, TransformError> {
        hufu_jsonld::to_rdf_traced(self.contexts, value, &self.options).map_err(|e| jsonld(&e))
    }

    /// The canonical form of a dataset, with SHA-256.
    pub(crate) fn canonical_dataset(&self, dataset: &Dataset) -> Result<Canonical, TransformError> {
        rdfc::canonicalize(dataset, rdfc::Hash::Sha256, &self.options.limits).map_err(|e| jsonld(&e))
    }

    /// Processes the value as JSON-LD only to see whether anything would be lost.
    pub(crate) fn check_terms(&self, value: &Value) -> Result<(), TransformError> {
        hufu_jsonld::to_rdf(self.contexts, value, &self.options).map(drop).map_err(|e| jsonld(&e))
    }

    /// Refuses a context URL that is not in the offline set; nothing else is processed.
    pub(crate) fn check_known(&self, context: Option<&Value>) -> Result<(), TransformError> {
        for item in context.map(crate::model::one_or_many).unwrap_or_default() {
            if let Some(url) = item.as_str().filter(|url| !self.contexts.contains(url)) {
                return Err(jsonld(&hufu_jsonld::Error::UnknownContext(crate::model::excerpt(url))));
            }
        }
        Ok(())
    }
}

pub(crate) fn digest(bytes: &[u8], hash: Hash) -> Vec<u8> {
    match hash {
        Hash::Sha256 => Sha256::digest(bytes).to_vec(),
        Hash::Sha384 => Sha384::digest(bytes).to_vec(),
        Hash::Sm3 => Sm3::digest(bytes).to_vec(),
    }
}

fn jsonld(error: &hufu_jsonld::Error) -> TransformError {
    let kind = match error {
        hufu_jsonld::Error::Dropped { .. } => ProblemType::DataLoss,
        _ => ProblemType::ProofTransformation,
    };
    TransformError(Problem::new(kind, error.to_string()))
}
