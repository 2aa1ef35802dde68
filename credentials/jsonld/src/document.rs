//! From a document to the bytes that are signed, in one call.

use serde_json::Value;

use crate::contexts::Contexts;
use crate::rdfc::{self, Canonical, Hash};
use crate::{Error, Options, to_rdf};

/// Turns a JSON-LD document into canonical N-Quads: [`to_rdf`], then [`rdfc::canonicalize`].
///
/// # Errors
/// As both of them.
pub fn canonicalize_document(
    contexts: &Contexts,
    document: &Value,
    hash: Hash,
    options: &Options,
) -> Result<Canonical, Error> {
    let dataset = to_rdf(contexts, document, options)?;
    rdfc::canonicalize(&dataset, hash, &options.limits)
}
