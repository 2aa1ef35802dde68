//! Problem details (RFC 9457) with the type URLs that the W3C specifications define.
//!
//! | URL prefix | defined by |
//! |---|---|
//! | `https://www.w3.org/TR/vc-data-model#` | VC Data Model 2.0, "Problem Details" |
//! | `https://w3id.org/security#` | Data Integrity 1.0 §4.7, Controlled Identifiers 1.0 |
//! | `https://www.w3.org/ns/credentials/status-list#` | Bitstring Status List 1.0 |
//! | `urn:hufu:problem:` | ours, where no specification has a word |

use serde::{Deserialize, Serialize};

/// The kinds of problems this crate reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProblemType {
    /// The input could not be parsed.
    Parsing,
    /// The securing mechanism did not hold: the document was modified, or the key may not speak for it.
    CryptographicSecurity,
    /// A property's value breaks a rule of the data model.
    MalformedValue,
    /// A value lies outside of its range; a validity period that has not begun or is over.
    Range,
    /// A proof could not be made.
    ProofGeneration,
    /// A proof is malformed or its signature does not verify.
    ProofVerification,
    /// The document could not be transformed into the bytes that are signed.
    ProofTransformation,
    /// JSON-LD processing would drop data that the signature then would not cover.
    DataLoss,
    /// `proof.domain` is not the expected one.
    InvalidDomain,
    /// `proof.challenge` is not the expected one.
    InvalidChallenge,
    /// The verification method is missing, malformed or cannot be resolved.
    InvalidVerificationMethod,
    /// The verification method is not listed under the proof's purpose.
    InvalidRelationship,
    /// The status list could not be had.
    StatusRetrieval,
    /// The status entry or its list does not verify.
    StatusVerification,
    /// The status list is shorter than herd privacy demands.
    StatusListLength,
    /// The credential has been revoked or is suspended.
    Status,
    /// The credential does not follow its schema.
    Schema,
    /// A related resource has another digest than the issuer stated.
    RelatedResource,
    /// A presented credential is not bound to the presenter.
    HolderBinding,
}

impl ProblemType {
    /// The type URL.
    #[must_use]
    pub const fn url(self) -> &'static str {
        match self {
            Self::Parsing => "https://www.w3.org/TR/vc-data-model#PARSING_ERROR",
            Self::CryptographicSecurity => "https://www.w3.org/TR/vc-data-model#CRYPTOGRAPHIC_SECURITY_ERROR",
            Self::MalformedValue => "https://www.w3.org/TR/vc-data-model#MALFORMED_VALUE_ERROR",
            Self::Range => "https://www.w3.org/TR/vc-data-model#RANGE_ERROR",
            Self::ProofGeneration => "https://w3id.org/security#PROOF_GENERATION_ERROR",
            Self::ProofVerification => "https://w3id.org/security#PROOF_VERIFICATION_ERROR",
            Self::ProofTransformation => "https://w3id.org/security#PROOF_TRANSFORMATION_ERROR",
            Self::DataLoss => "https://w3id.org/security#DATA_LOSS_DETECTION_ERROR",
            Self::InvalidDomain => "https://w3id.org/security#INVALID_DOMAIN_ERROR",
            Self::InvalidChallenge => "https://w3id.org/security#INVALID_CHALLENGE_ERROR",
            Self::InvalidVerificationMethod => "https://w3id.org/security#INVALID_VERIFICATION_METHOD",
            Self::InvalidRelationship => {
                "https://w3id.org/security#INVALID_RELATIONSHIP_FOR_VERIFICATION_METHOD"
            }
            Self::StatusRetrieval => "https://www.w3.org/ns/credentials/status-list#STATUS_RETRIEVAL_ERROR",
            Self::StatusVerification => {
                "https://www.w3.org/ns/credentials/status-list#STATUS_VERIFICATION_ERROR"
            }
            Self::StatusListLength => {
                "https://www.w3.org/ns/credentials/status-list#STATUS_LIST_LENGTH_ERROR"
            }
            Self::Status => "urn:hufu:problem:CREDENTIAL_STATUS",
            Self::Schema => "urn:hufu:problem:CREDENTIAL_SCHEMA",
            Self::RelatedResource => "urn:hufu:problem:RELATED_RESOURCE",
            Self::HolderBinding => "urn:hufu:problem:HOLDER_BINDING",
        }
    }

    /// A short human-readable name.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Parsing => "The input could not be parsed",
            Self::CryptographicSecurity => "The securing mechanism does not hold",
            Self::MalformedValue => "A value is malformed",
            Self::Range => "A value is out of range",
            Self::ProofGeneration => "The proof could not be made",
            Self::ProofVerification => "The proof does not verify",
            Self::ProofTransformation => "The document could not be transformed for signing",
            Self::DataLoss => "JSON-LD processing would lose data",
            Self::InvalidDomain => "The proof is for another domain",
            Self::InvalidChallenge => "The proof answers another challenge",
            Self::InvalidVerificationMethod => "The verification method cannot be used",
            Self::InvalidRelationship => "The key is not authorised for this purpose",
            Self::StatusRetrieval => "The status list could not be retrieved",
            Self::StatusVerification => "The status could not be verified",
            Self::StatusListLength => "The status list is too short",
            Self::Status => "The credential is not in force",
            Self::Schema => "The credential does not follow its schema",
            Self::RelatedResource => "A related resource differs from its digest",
            Self::HolderBinding => "The credential is not bound to its presenter",
        }
    }
}

/// One problem, in the shape of RFC 9457.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// A URL that identifies the kind of problem.
    #[serde(rename = "type")]
    pub kind: String,
    /// A short name of the kind.
    pub title: String,
    /// What happened here, naming the cause.
    pub detail: String,
}

impl Problem {
    /// A problem of a kind with its particular cause.
    #[must_use]
    pub fn new(kind: ProblemType, detail: impl Into<String>) -> Self {
        Self { kind: kind.url().to_owned(), title: kind.title().to_owned(), detail: detail.into() }
    }

    /// Whether it is of this kind.
    #[must_use]
    pub fn is(&self, kind: ProblemType) -> bool {
        self.kind == kind.url()
    }
}
