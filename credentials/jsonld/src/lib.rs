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
//!
//! # Deliberate departures from the standard
//!
//! Of the W3C test suite "transform JSON-LD to RDF" (`tests/json_ld_api.rs` runs it from a checkout) every test that is not
//! about JSON-LD 1.0, generalised RDF or `expandContext`, none of which exists here, goes as it should, but one:
//!
//! - A context wrapped in `{"@context": …}` once more is taken for the inner one (test `er56` wants an error): the most used
//!   processor does so, and published credentials are signed so. A wrapper with any further member is refused.
//!
//! Other choices that tests do not show:
//!
//! - Remote contexts, and those that `@import` names, come from the set or not at all.
//! - Safe mode refuses what the standard drops. That includes `@none` as a property (npm's `jsonld` drops it silently).
//! - Conflicting `@index` values of one node are no error: RDF does not show them.
//! - Language tags become lower case (Syntax §4.2.4 leaves it open), since signatures agree only if everybody does it.
//! - A context of a type that is the key of a type map ends with the node, as every type-scoped context (API §4.1.1; step
//!   13.8.3.2 of expansion does not repeat it).
//! - In maps by identifier, values are read without the type-scoped context around the map (API step 13.8.3.1). Some
//!   processors, npm's `jsonld` among them, keep it there.
//! - Negative zero as `xsd:double` is `-0.0E0` (XSD 1.1 part 2, §E.1 doubleCanonicalMap); in JavaScript it comes out as
//!   `0.0E0`.
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
mod place;
mod rdf;
pub mod rdfc;
mod vocabulary;

pub use contexts::Contexts;
pub use dataset::{Dataset, Literal, Quad, Term, parse_nquads, parse_nquads_within};
pub use document::canonicalize_document;
pub use error::{Code, Error, Loss};
pub use options::{Limits, Options, RdfDirection};
pub use place::{Place, Step, Traced};
pub use rdf::{to_rdf, to_rdf_traced};
