//! Verifiable Credentials Data Model 2.0, with 1.1 accepted for verification.
//!
//! Holding a [`Credential`] or a [`Presentation`] is the proof that the document follows the data model's rules
//! (§4 and §5 of the specification), apart from what only JSON-LD processing can tell (undefined terms, redefined
//! terms): that is checked where the document is signed or verified.

pub(crate) mod credential;
mod envelope;
mod fields;
pub(crate) mod presentation;

pub use credential::Credential;
pub use envelope::{Envelope, EnvelopeKind};
pub use presentation::{Presentation, PresentedCredential};

pub(crate) use fields::{entity_id, excerpt, has_type, is_url, one_or_many};

use crate::error::Error;
use serde_json::Value;

/// The base context of version 2.0.
pub const CONTEXT_V2: &str = "https://www.w3.org/ns/credentials/v2";
/// The base context of version 1.1.
pub const CONTEXT_V1: &str = "https://www.w3.org/2018/credentials/v1";
/// What a version 1.1 document needs for a Data Integrity proof.
pub const CONTEXT_DATA_INTEGRITY: &str = "https://w3id.org/security/data-integrity/v2";

/// Deepest nesting of a document. Real credentials stay below 12.
pub const MAX_DEPTH: usize = 64;
/// Most values (objects, array items, scalars) of a document: far beyond any real one, small enough to walk.
pub const MAX_VALUES: usize = 200_000;
/// Most entries of `@context`, `type`, `credentialSubject`, `credentialStatus`, … each.
pub const MAX_ENTRIES: usize = 1_000;
/// Most credentials in one presentation.
pub const MAX_CREDENTIALS: usize = 256;

/// Which version of the data model a document follows, told by its first context.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Version {
    /// VC Data Model 1.1 (`https://www.w3.org/2018/credentials/v1`).
    V1,
    /// VC Data Model 2.0 (`https://www.w3.org/ns/credentials/v2`).
    V2,
}

/// Refuses a document beyond [`MAX_DEPTH`] or [`MAX_VALUES`].
pub(crate) fn check_bounds(value: &Value) -> Result<(), Error> {
    fn walk(value: &Value, depth: usize, budget: &mut usize) -> Result<(), Error> {
        if depth > MAX_DEPTH {
            return Err(Error::Parsing(format!("nested deeper than {MAX_DEPTH} levels")));
        }
        *budget =
            budget.checked_sub(1).ok_or_else(|| Error::Parsing(format!("more than {MAX_VALUES} values")))?;
        match value {
            Value::Array(items) => items.iter().try_for_each(|v| walk(v, depth + 1, budget)),
            Value::Object(map) => map.values().try_for_each(|v| walk(v, depth + 1, budget)),
            _ => Ok(()),
        }
    }
    walk(value, 0, &mut { MAX_VALUES })
}
