//! Verifiable credentials: data model, securing suites, status, schemas, presentations, and the rules of status lists.
//!
//! | module | standard |
//! |---|---|
//! | [`model`] | Verifiable Credentials Data Model 2.0 (1.1 accepted for verification) |
//! | [`proof`] | VC Data Integrity 1.0: proofs, sets, chains |
//! | [`sd`] | selective disclosure: `ecdsa-sd-2023`, `bbs-2023` |
//! | [`Suite`] | Data Integrity EdDSA and ECDSA Cryptosuites v1.0, and the SM2 suites of `docs/sm2-suites.md` |
//! | [`Verifier`] | verification with a [`Report`] that names every decision |
//! | [`mod@envelope`] | Securing Verifiable Credentials using JOSE and COSE (JWS) |
//! | [`membership`] | "a DID on this list or a member of this group answers this challenge", by ring or group signature; a form of our own |
//! | [`status`] | Bitstring Status List v1.0, and the ledger's rules |
//! | [`schema`] | Verifiable Credentials JSON Schema |
//! | [`resource`] | integrity of related resources |
//! | [`problem`] | problem details (RFC 9457) |
//!
//! Everything is pure: contexts, DID documents, lists, schemas and the time come from the caller.
//!
//! ```
//! use hufu_credentials::{Checks, Credential, ProofOptions, Suite, Verifier, issue};
//! use hufu_did::key::{KeyMethod, did, verification_method};
//! use hufu_jsonld::Contexts;
//! use hufu_keys::{Algorithm, SigningKey};
//! use serde_json::json;
//!
//! let key = SigningKey::generate(Algorithm::Ed25519, &mut rand::rng());
//! let credential = Credential::parse(json!({
//!     "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
//!     "type": ["VerifiableCredential", "AlumniCredential"],
//!     "issuer": did(&key.verifying_key()).as_str(),
//!     "credentialSubject": { "id": "did:example:alice", "alumniOf": "The School of Examples" },
//! }))?;
//!
//! let contexts = Contexts::bundled();
//! let options = ProofOptions::new(Suite::EddsaRdfc2022, verification_method(&key.verifying_key()).as_str());
//! let signed = issue(credential, &key, &options, &contexts)?.into_value();
//!
//! let now = "2026-01-31T12:00:00Z".parse()?;
//! let verifier = Verifier::new(&KeyMethod, &contexts, now);
//! assert!(verifier.credential(&signed, &Checks::default()).verified);
//!
//! let mut forged = signed;
//! forged["credentialSubject"]["alumniOf"] = json!("Another School");
//! let report = verifier.credential(&forged, &Checks::default());
//! assert!(!report.verified);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![warn(clippy::indexing_slicing)]

pub mod envelope;
mod error;
pub mod membership;
pub mod model;
pub mod problem;
pub mod proof;
pub mod resource;
pub mod schema;
pub mod sd;
pub mod status;
mod suite;
pub mod time;
mod verify;

pub use error::Error;
pub use model::{Credential, Presentation};
pub use problem::{Problem, ProblemType};
pub use proof::{ProofOptions, Signed, add_proof, issue, present};
pub use resource::ResourceSource;
pub use schema::SchemaSource;
pub use status::StatusSource;
pub use suite::Suite;
pub use verify::{
    Check, CheckName, Checks, Extension, HolderBinding, KeyCache, Outcome, ProofReport, Report, StatusReport,
    Verifier, stated_challenge,
};
