//! JSON-LD 1.1 to RDF, with contexts compiled once, and bounded RDFC-1.0 canonicalisation.
//!
//! What Data Integrity signs is not a credential's JSON but its meaning as an RDF dataset, in canonical form.
//! This crate goes that way — JSON-LD 1.1 API §4, §5 and §8, then RDFC-1.0 — under three rules:
//!
//! - **offline**: contexts come from a set of [`Contexts`]; an unknown one is an error, nothing is fetched;
//! - **safe**: whatever would not be part of the RDF, and so not be signed, is an error that names it ([`Loss`]);
//! - **bounded**: every size, depth and amount of work has a limit ([`Limits`]).
//!
//! Contexts are compiled once, into immutable tables of terms: the active context of each chain of context
//! URLs, and of each type and property in it, is cached in the [`Contexts`], which threads share.
//!
//! ```
//! use hufu_jsonld::{Contexts, Options, canonicalize_document, rdfc::Hash};
//!
//! let contexts = Contexts::bundled();
//! let credential = serde_json::json!({
//!     "@context": "https://www.w3.org/ns/credentials/v2",
//!     "type": "VerifiableCredential",
//!     "issuer": "did:example:issuer",
//!     "credentialSubject": { "id": "did:example:alice", "name": "Alice" }
//! });
//! let canonical = canonicalize_document(&contexts, &credential, Hash::Sha256, &Options::default())?;
//! assert_eq!(
//!     canonical.lines().next(),
//!     Some("<did:example:alice> <https://schema.org/name> \"Alice\" .\n")
//! );
//!
//! let mut misspelt = credential;
//! misspelt["credentialSubject"]["nickname"] = "Al".into();
//! let error = canonicalize_document(&contexts, &misspelt, Hash::Sha256, &Options::default()).unwrap_err();
//! assert_eq!(error.to_string(), "undefined term: \"nickname\" would be dropped from the signed data");
//! # Ok::<(), hufu_jsonld::Error>(())
//! ```
#![warn(clippy::indexing_slicing)]

mod context;
mod contexts;
mod dataset;
mod document;
mod error;
mod expand;
mod iri;
mod keyword;
mod options;
mod rdf;
pub mod rdfc;
mod vocabulary;

pub use contexts::Contexts;
pub use dataset::{Dataset, Literal, Quad, Term, parse_nquads, parse_nquads_within};
pub use document::canonicalize_document;
pub use error::{Code, Error, Loss};
pub use options::{Limits, Options, RdfDirection};
pub use rdf::to_rdf;
