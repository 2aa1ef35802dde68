//! Selective disclosure: `ecdsa-sd-2023` (Data Integrity ECDSA Cryptosuites §3.4–3.6) and `bbs-2023` (Data Integrity BBS
//! Cryptosuites §3, feature option `baseline`).
//!
//! An issuer signs a credential statement by statement: the *base proof*, which is for the holder alone. The holder
//! *derives* from it a credential that shows what JSON pointers select and what the issuer made mandatory, with a proof that
//! a verifier checks like any other.
//!
//! | | `ecdsa-sd-2023` | `bbs-2023` |
//! |---|---|---|
//! | key | P-256 | BLS12-381 G2 |
//! | base proof | a signature for each statement by a key that lives for one credential | one BBS signature over all statements |
//! | two derived proofs | share signatures: can be linked | share nothing but what is disclosed |
//!
//! Step by step:
//!
//! 1. The document becomes RDF, and each statement knows the place in the document it comes from (`statements`).
//! 2. Blank nodes get names that say nothing about what is hidden: from an HMAC, whose key the base proof carries (`labels`).
//! 3. The statements in their order are grouped by JSON pointers: mandatory or not, selected or not (`selection`).
//! 4. The mandatory ones are hashed together, the others signed one by one (`ecdsa`) or as messages (`bbs`).
//! 5. Everything a holder or verifier needs goes into the proof's value, as CBOR (`value`).
//!
//! ```
//! use hufu_credentials::sd::{Disclosure, IssuerKey, derive, issue};
//! use hufu_credentials::{Checks, Credential, ProofOptions, Suite, Verifier};
//! use hufu_did::key::{KeyMethod, bbs_did, bbs_verification_method};
//! use hufu_jsonld::Contexts;
//! use serde_json::json;
//!
//! let mut rng = rand::rng();
//! let key = hufu_bbs::SecretKey::random::<hufu_bbs::Sha256>(&mut rng)?;
//! let credential = Credential::parse(json!({
//!     "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
//!     "type": ["VerifiableCredential", "AlumniCredential"],
//!     "issuer": bbs_did(key.public_key()).as_str(),
//!     "credentialSubject": { "name": "Alice", "alumniOf": "The School of Examples" },
//! }))?;
//!
//! let contexts = Contexts::bundled();
//! let options = ProofOptions::new(Suite::Bbs2023, bbs_verification_method(key.public_key()).as_str());
//! let mandatory = ["/issuer".parse()?];
//! let base = issue(credential, IssuerKey::Bbs(&key), &options, &mandatory, &contexts, &mut rng)?.into_document();
//!
//! // The holder shows where Alice studied, and not her name.
//! let disclosure = Disclosure::of(["/credentialSubject/alumniOf"])?;
//! let derived = derive(&base, &disclosure, &contexts, &mut rng)?.into_value();
//! assert!(derived["credentialSubject"].get("name").is_none());
//!
//! let verifier = Verifier::new(&KeyMethod, &contexts, "2026-01-31T12:00:00Z".parse()?);
//! assert!(verifier.credential(&derived, &Checks::default()).verified);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What an issuer must make mandatory
//!
//! A holder can leave out everything that is not mandatory: also `validUntil`, and the `credentialStatus` by which a
//! credential is revoked. Nothing tells the verifier then that they were there. [`defaults`] names the parts that a careful
//! issuer makes mandatory.
//!
//! # Limits
//!
//! - What is signed as one value is shown or hidden as a whole: language and typed value objects, lists (`@list`), JSON
//!   literals. A pointer into one of these is refused.
//! - Pointers are read against the document as it is written. Other implementations read them against a compacted form, in
//!   which an array of one item is the item itself: where such an array is on the way, their holders cannot follow.
//! - Proofs of the options `anonymous_holder_binding`, `pseudonym` and `holder_binding_pseudonym` are refused: the draft of
//!   April 2025 is not clear about them (of the first it announces six components and lists five).

mod bbs;
mod derive;
mod ecdsa;
mod issue;
mod labels;
mod pointer;
mod selection;
mod statements;
mod value;

pub use derive::{Disclosure, derive};
pub use issue::{IssuerKey, defaults, issue};
pub use pointer::Pointer;

pub(crate) use bbs::{verify_base as verify_bbs_base, verify_derived as verify_bbs_derived};
pub(crate) use ecdsa::{verify_base as verify_ecdsa_base, verify_derived as verify_ecdsa_derived};
pub(crate) use statements::Shown;
pub(crate) use value::ProofValue;

use crate::error::Error;
use crate::problem::ProblemType;
use crate::proof::{ProofFault, Transform, TransformError};
use crate::suite::{Form, Hash};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Most statements of a credential: far beyond any real one, and little enough to sign one by one.
pub const MAX_STATEMENTS: usize = 2_048;
/// Most pointers of one kind.
pub const MAX_POINTERS: usize = 512;
/// Longest proof value, in bytes: all statements signed, with long pointers.
pub const MAX_PROOF_BYTES: usize = 512 << 10;
/// Longest header that a holder binds to a proof, in bytes.
pub const MAX_PRESENTATION_HEADER: usize = 1 << 10;

/// Bytes of SHA-256.
const HASH_BYTES: usize = 32;

/// Why a part of a selective disclosure was refused: by the holder's side it is an [`Error`], by the verifier's a fault of
/// the proof.
#[derive(Debug, Clone)]
pub(crate) struct Refused(String);

impl Refused {
    fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        Self::Disclosure(refused.0)
    }
}

impl From<Refused> for ProofFault {
    fn from(refused: Refused) -> Self {
        Self::verification(refused.0)
    }
}

impl From<TransformError> for ProofFault {
    fn from(error: TransformError) -> Self {
        Self(error.0)
    }
}

/// A signature that does not hold.
fn broken(what: &str) -> ProofFault {
    let text = format!("{what} does not fit the document, the proof and the key: one of them was changed");
    ProofFault::new(ProblemType::CryptographicSecurity, text)
}

/// The key of the HMAC that names blank nodes. Who has it can tell which names belong to which credential.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub(crate) struct HmacKey([u8; HASH_BYTES]);

impl std::fmt::Debug for HmacKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HmacKey(…)")
    }
}

/// The proof configuration's hash: of the proof without its value, under the document's contexts.
pub(crate) fn proof_hash(
    transform: &Transform<'_>,
    configuration: &Map<String, Value>,
    context: Option<&Value>,
) -> Result<[u8; HASH_BYTES], TransformError> {
    let mut configuration = configuration.clone();
    configuration.remove("proofValue");
    if let Some(context) = context {
        configuration.insert("@context".to_owned(), context.clone());
    }
    let bytes = transform.canonical(&Value::Object(configuration), Form::Rdfc, Hash::Sha256)?;
    Ok(Sha256::digest(bytes).into())
}

/// The hash of the statements that are always shown.
fn mandatory_hash<'a>(statements: impl IntoIterator<Item = &'a str>) -> [u8; HASH_BYTES] {
    let mut hash = Sha256::new();
    for statement in statements {
        hash.update(statement);
    }
    hash.finalize().into()
}

/// The document without its proofs.
pub(crate) fn unsecured(object: &Map<String, Value>) -> Value {
    let rest = object.iter().filter(|(key, _)| *key != "proof");
    Value::Object(rest.map(|(key, value)| (key.clone(), value.clone())).collect())
}
