//! JSON-LD 1.1 to RDF, with contexts compiled once, and bounded RDFC-1.0 canonicalisation.
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
