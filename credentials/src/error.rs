//! What can go wrong when a credential is read, secured or given a status.
//!
//! Verification does not use this type: it answers with a [`Report`](crate::Report) and never fails.

use crate::problem::{Problem, ProblemType};

/// Why a document was refused, could not be secured, or a status could not be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The input is not JSON, or not a JSON object, or beyond a size limit.
    #[error("not a readable document: {0}")]
    Parsing(String),
    /// A property's value breaks a rule of the data model.
    #[error("{path}: {reason}")]
    Malformed {
        /// Where, as a dotted path such as `credentialSubject[1].id`.
        path: String,
        /// Which rule.
        reason: String,
    },
    /// A value lies outside of the range that another value allows.
    #[error("{path}: {reason}")]
    Range {
        /// Where, as a dotted path.
        path: String,
        /// Which bound.
        reason: String,
    },
    /// The document cannot be turned into RDF without loss: an undefined term, an unknown context, …
    #[error("the document cannot be transformed for signing: {0}")]
    Transformation(String),
    /// The key does not fit the suite.
    #[error("suite {suite} cannot be used with a key of algorithm {algorithm}")]
    KeyMismatch {
        /// The suite's name.
        suite: &'static str,
        /// The key's algorithm.
        algorithm: String,
    },
    /// The proof options contradict each other or the document.
    #[error("proof options: {0}")]
    ProofOptions(String),
    /// A base proof, or what is to be shown of a credential, does not fit.
    #[error("selective disclosure: {0}")]
    Disclosure(String),
    /// The signing key failed to sign.
    #[error("the signing key failed: {0}")]
    Signing(String),
    /// A bitstring or a status list credential is not what the standard asks for.
    #[error("status list: {0}")]
    StatusList(String),
    /// A status operation was refused; the text names the rule.
    #[error("status operation refused: {0}")]
    Status(#[from] crate::status::Refusal),
    /// A stored record cannot be read back: our own format is damaged or newer than this code.
    #[error("stored status record: {0}")]
    Record(String),
    /// A JSON Schema is itself unusable.
    #[error("schema: {0}")]
    Schema(String),
}

impl Error {
    pub(crate) fn malformed(path: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Malformed { path: path.into(), reason: reason.into() }
    }

    /// The same as a problem-detail object, for a response body.
    #[must_use]
    pub fn problem(&self) -> Problem {
        let kind = match self {
            Self::Parsing(_) => ProblemType::Parsing,
            Self::Malformed { .. } => ProblemType::MalformedValue,
            Self::Range { .. } => ProblemType::Range,
            Self::Transformation(_) => ProblemType::ProofTransformation,
            Self::KeyMismatch { .. } | Self::ProofOptions(_) | Self::Disclosure(_) | Self::Signing(_) => {
                ProblemType::ProofGeneration
            }
            Self::StatusList(_) | Self::Status(_) | Self::Record(_) => ProblemType::StatusVerification,
            Self::Schema(_) => ProblemType::Schema,
        };
        Problem::new(kind, self.to_string())
    }
}
