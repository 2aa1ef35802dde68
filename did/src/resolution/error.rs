//! W3C DID Resolution §9 "Errors": problem details (RFC 9457) with a type URL each, and the HTTP
//! status that the binding of §10.1 gives to it.

use serde_json::{Map, Value, json};

use super::result;
use crate::Error;

/// Which error of the specification it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The DID is malformed, or its method cannot make sense of it.
    InvalidDid,
    /// The DID URL is malformed or ambiguous.
    InvalidDidUrl,
    /// The options are malformed or contradict each other.
    InvalidOptions,
    /// There is no such DID, version or part of a document.
    NotFound,
    /// The wanted media type cannot be delivered.
    RepresentationNotSupported,
    /// The document that was found is malformed.
    InvalidDidDocument,
    /// No resolver for this DID method is configured.
    MethodNotSupported,
    /// A known feature that is not implemented here.
    FeatureNotSupported,
    /// The fragment does not name a verification method although a relationship was asked for.
    InvalidVerificationMethod,
    /// The verification method may not be used for the relationship.
    InvalidRelationship,
    /// Something broke on our side.
    InternalError,
}

impl ErrorKind {
    /// All kinds.
    pub const ALL: [Self; 11] = [
        Self::InvalidDid,
        Self::InvalidDidUrl,
        Self::InvalidOptions,
        Self::NotFound,
        Self::RepresentationNotSupported,
        Self::InvalidDidDocument,
        Self::MethodNotSupported,
        Self::FeatureNotSupported,
        Self::InvalidVerificationMethod,
        Self::InvalidRelationship,
        Self::InternalError,
    ];

    /// The name in the specification, e.g. `INVALID_DID`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::InvalidDid => "INVALID_DID",
            Self::InvalidDidUrl => "INVALID_DID_URL",
            Self::InvalidOptions => "INVALID_OPTIONS",
            Self::NotFound => "NOT_FOUND",
            Self::RepresentationNotSupported => "REPRESENTATION_NOT_SUPPORTED",
            Self::InvalidDidDocument => "INVALID_DID_DOCUMENT",
            Self::MethodNotSupported => "METHOD_NOT_SUPPORTED",
            Self::FeatureNotSupported => "FEATURE_NOT_SUPPORTED",
            Self::InvalidVerificationMethod => "INVALID_VERIFICATION_METHOD",
            Self::InvalidRelationship => "INVALID_RELATIONSHIP_FOR_VERIFICATION_METHOD",
            Self::InternalError => "INTERNAL_ERROR",
        }
    }

    /// The type URL of the problem. The two about verification methods are defined by Controlled Identifiers 1.0.
    #[must_use]
    pub fn type_url(self) -> String {
        let base = match self {
            Self::InvalidVerificationMethod | Self::InvalidRelationship => "https://w3id.org/security#",
            _ => "https://www.w3.org/ns/did#",
        };
        format!("{base}{}", self.code())
    }

    /// A short sentence for people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::InvalidDid => "The DID is invalid",
            Self::InvalidDidUrl => "The DID URL is invalid",
            Self::InvalidOptions => "The options are invalid",
            Self::NotFound => "Not found",
            Self::RepresentationNotSupported => "The representation is not supported",
            Self::InvalidDidDocument => "The DID document is malformed",
            Self::MethodNotSupported => "The DID method is not supported",
            Self::FeatureNotSupported => "The feature is not supported",
            Self::InvalidVerificationMethod => "Not a verification method",
            Self::InvalidRelationship => "The verification method may not be used for this purpose",
            Self::InternalError => "Internal error",
        }
    }

    /// The status code of the HTTP binding. Errors that its table does not name are 500 there.
    #[must_use]
    pub const fn http_status(self) -> u16 {
        match self {
            Self::InvalidDid | Self::InvalidDidUrl | Self::InvalidOptions => 400,
            Self::NotFound => 404,
            Self::RepresentationNotSupported => 406,
            Self::MethodNotSupported | Self::FeatureNotSupported => 501,
            Self::InvalidDidDocument
            | Self::InvalidVerificationMethod
            | Self::InvalidRelationship
            | Self::InternalError => 500,
        }
    }
}

/// Why a DID was not resolved or a DID URL not dereferenced.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {detail}", kind.title())]
pub struct ResolutionError {
    kind: ErrorKind,
    detail: String,
}

impl ResolutionError {
    /// An error with a sentence that names the cause.
    #[must_use]
    pub fn new(kind: ErrorKind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into() }
    }

    /// Which error it is.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The cause, for people.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// The problem details: `type`, `title`, `detail`.
    #[must_use]
    pub fn to_problem(&self) -> Value {
        json!({ "type": self.kind.type_url(), "title": self.kind.title(), "detail": self.detail })
    }

    /// The body of a failed resolution: no document, empty document metadata, the error.
    #[must_use]
    pub fn to_resolution_value(&self) -> Value {
        result(Value::Null, json!({ "error": self.to_problem() }), Value::Object(Map::new()))
    }

    /// The body of a failed dereferencing.
    #[must_use]
    pub fn to_dereferencing_value(&self) -> Value {
        json!({
            "dereferencingMetadata": { "error": self.to_problem() },
            "contentStream": null,
            "contentMetadata": {},
        })
    }
}

impl From<Error> for ResolutionError {
    fn from(error: Error) -> Self {
        let kind = match &error {
            Error::Did { .. } => ErrorKind::InvalidDid,
            Error::DidUrl { .. } => ErrorKind::InvalidDidUrl,
            Error::Document { .. } => ErrorKind::InvalidDidDocument,
            Error::Key { unsupported: false, .. } => ErrorKind::InvalidDid,
            Error::Key { unsupported: true, .. } => ErrorKind::FeatureNotSupported,
            Error::NoVerifyingKey { .. } => ErrorKind::InvalidVerificationMethod,
            Error::Refused(_) | Error::Record { .. } | Error::Records(_) => ErrorKind::InternalError,
        };
        Self { kind, detail: error.to_string() }
    }
}
