//! What the caller wants checked, and how strictly.

use crate::error::Error;
use hufu_did::Relationship;
use jiff::{SignedDuration, Timestamp};

/// Tolerance for clocks that differ, in seconds, unless the caller says otherwise.
const CLOCK_SKEW_SECONDS: i64 = 300;

/// How a check is made that needs something from outside of the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Extension {
    /// Not at all.
    Skip,
    /// Where the needed thing is known; otherwise there is a warning.
    IfKnown,
    /// Always; what is not known fails.
    Required,
}

/// Whether a presented credential must be about its presenter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum HolderBinding {
    /// It is reported (`holderBound`) and nothing more.
    Report,
    /// A credential with no subject of the presenter's id fails the presentation.
    Required,
}

/// The verifier's options. The default checks everything: status fails closed, schemas and related resources are
/// checked where they are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checks {
    /// Check proofs. Without it nothing is authenticated.
    pub proof: bool,
    /// Check the validity period.
    pub validity: bool,
    /// Check `credentialStatus`.
    pub status: Extension,
    /// Check `credentialSchema`.
    pub schema: Extension,
    /// Check `relatedResource`.
    pub resources: Extension,
    /// The purpose that a credential's proof must have.
    pub purpose: Relationship,
    /// The challenge that the proof must answer: its `challenge`, or for a derived proof of bbs-2023 its presentation header, which
    /// is then the challenge in UTF-8. No other proof of a credential is made for its verifier; a derived one of ecdsa-sd-2023
    /// cannot answer.
    pub challenge: Option<String>,
    /// The domains that the proof must name, exactly these; empty accepts any.
    pub domain: Vec<String>,
    /// Whether presented credentials must be about the presenter.
    pub holder_binding: HolderBinding,
    /// Accept a presentation without a proof, with a warning.
    pub allow_unsigned_presentation: bool,
    /// Accept base proofs of suites for selective disclosure: for a holder who looks at what it received. A base proof
    /// that is shown to others lets them show everything, too.
    pub base_proofs: bool,
    /// In a proof set, pass over proofs of suites that are not known here, with a warning. At least one must remain.
    pub skip_unknown_suites: bool,
    /// Accept contexts of a JCS-secured document that its proof does not cover, with a warning.
    pub allow_unsigned_contexts: bool,
    /// Accept an issuer that is a URL and no DID, with a warning: nothing that a verifier can resolve says which keys are
    /// such an issuer's. Whoever accepts it has to know by other means that the key (`proofs[].controller` of the report)
    /// is the issuer's; an issuer with a DID is held to its keys all the same.
    pub url_issuers: bool,
    /// Issuers of status lists that are accepted beside the credential's own.
    pub status_issuers: Vec<String>,
    /// Tolerance for clocks that differ.
    pub clock_skew: SignedDuration,
}

impl Default for Checks {
    fn default() -> Self {
        Self {
            proof: true,
            validity: true,
            status: Extension::Required,
            schema: Extension::IfKnown,
            resources: Extension::IfKnown,
            purpose: Relationship::AssertionMethod,
            challenge: None,
            domain: Vec::new(),
            holder_binding: HolderBinding::Report,
            allow_unsigned_presentation: false,
            base_proofs: false,
            skip_unknown_suites: false,
            allow_unsigned_contexts: false,
            url_issuers: false,
            status_issuers: Vec::new(),
            clock_skew: SignedDuration::from_secs(CLOCK_SKEW_SECONDS),
        }
    }
}

impl Checks {
    /// The checks of these names only: `proof`, `validity`, `credentialStatus` (or `status`), `credentialSchema` (or
    /// `schema`), `relatedResource`. The data model is always checked.
    ///
    /// # Errors
    /// [`Error::Malformed`] for a name that is none of these.
    pub fn only<S: AsRef<str>>(names: &[S]) -> Result<Self, Error> {
        let mut checks = Self {
            proof: false,
            validity: false,
            status: Extension::Skip,
            schema: Extension::Skip,
            resources: Extension::Skip,
            ..Self::default()
        };
        for name in names {
            match name.as_ref() {
                "proof" => checks.proof = true,
                "validity" => checks.validity = true,
                "status" | "credentialStatus" => checks.status = Extension::Required,
                "schema" | "credentialSchema" => checks.schema = Extension::Required,
                "relatedResource" => checks.resources = Extension::Required,
                other => {
                    let text = format!("\"{}\" is not a check", crate::model::excerpt(other));
                    return Err(Error::malformed("options.checks", text));
                }
            }
        }
        Ok(checks)
    }

    /// What a status list or schema credential must pass: it has no status of its own.
    pub(super) fn proof_and_validity() -> Self {
        Self { status: Extension::Skip, schema: Extension::Skip, ..Self::default() }
    }

    /// What the credentials of a presentation must pass: challenge and domain are the presentation's.
    pub(super) fn for_contained_credentials(&self) -> Self {
        Self { challenge: None, domain: Vec::new(), ..self.clone() }
    }

    /// The latest instant that still counts as now.
    pub(super) fn latest(&self, now: Timestamp) -> Timestamp {
        now.saturating_add(self.clock_skew).unwrap_or(Timestamp::MAX)
    }

    /// The earliest instant that still counts as now.
    pub(super) fn earliest(&self, now: Timestamp) -> Timestamp {
        now.saturating_sub(self.clock_skew).unwrap_or(Timestamp::MIN)
    }
}
