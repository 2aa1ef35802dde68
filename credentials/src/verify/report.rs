//! What the verifier found: not only yes or no, but which check said what.

use crate::problem::{Problem, ProblemType};
use crate::status::StatusPurpose;
use serde::{Deserialize, Serialize};

/// The outcome of a verification. Serialised in camel case for responses.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Whether every check that was made passed, and the proof was among them or was waived by the caller.
    pub verified: bool,
    /// The checks in the order they were made.
    pub checks: Vec<Check>,
    /// Why it is not verified.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<Problem>,
    /// What the caller should know nevertheless.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Problem>,
    /// The document's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The credential's issuer; proved to be so only if `verified`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// Ids of the credential's subjects.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subjects: Vec<String>,
    /// Who signed the presentation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
    /// For a presented credential: whether the presenter is one of its subjects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder_bound: Option<bool>,
    /// The proofs in document order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub proofs: Vec<ProofReport>,
    /// The statuses that were looked up.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub status: Vec<StatusReport>,
    /// For a presentation: the reports of its credentials in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub credentials: Vec<Report>,
}

/// One check and its outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// Which check.
    pub check: CheckName,
    /// How it went.
    pub outcome: Outcome,
}

/// The checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum CheckName {
    /// The rules of the data model.
    DataModel,
    /// Every proof by itself.
    Proof,
    /// A key of the issuer made one of the proofs.
    Issuer,
    /// A key of the holder made the presentation's proof.
    Holder,
    /// The validity period includes now.
    Validity,
    /// Not revoked, not suspended.
    CredentialStatus,
    /// The schema is followed.
    CredentialSchema,
    /// Related resources have the stated digests.
    RelatedResource,
    /// The presenter is a subject of each credential.
    HolderBinding,
    /// Every credential of the presentation.
    Credentials,
}

/// How a check went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// It passed.
    Passed,
    /// It failed; `problems` says why.
    Failed,
    /// There was nothing to check, or the caller did not want it.
    Skipped,
}

/// What was found about one proof.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProofReport {
    /// Whether the proof holds: signature, key, purpose, times, and the proofs that it builds on.
    pub verified: bool,
    /// The proof's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Its cryptosuite, or the media type of the envelope.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cryptosuite: Option<String>,
    /// Its verification method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verification_method: Option<String>,
    /// The DID that controls the verification method, once the key was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub controller: Option<String>,
    /// Whether the controller is the issuer (of a credential) or the holder (of a presentation).
    pub by_author: bool,
    /// What a derived proof of bbs-2023 was made for, in base64url without padding: of the verifier's choice, if it is to be fresh.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub presentation_header: Option<String>,
}

/// The status that a list gives to the credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StatusReport {
    /// Why the status is kept.
    pub purpose: StatusPurpose,
    /// The value in the list; 0 is unset.
    pub value: u8,
    /// What the value means in words, where the entry says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Whether the credential may be accepted as far as this status goes.
    pub valid: bool,
    /// The list.
    pub list: String,
    /// The position in it.
    pub index: u64,
    /// Whether the ledger proved it, rather than a signed list.
    pub from_ledger: bool,
    /// For a status that the ledger proved: the block's height.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u64>,
}

impl Report {
    /// The outcome of a check, if it was reached.
    #[must_use]
    pub fn outcome(&self, check: CheckName) -> Option<Outcome> {
        self.checks.iter().find(|c| c.check == check).map(|c| c.outcome)
    }

    /// Whether there is a problem of this kind, here or in a contained credential.
    #[must_use]
    pub fn has_problem(&self, kind: ProblemType) -> bool {
        self.problems.iter().any(|p| p.is(kind)) || self.credentials.iter().any(|c| c.has_problem(kind))
    }

    pub(crate) fn pass(&mut self, check: CheckName) {
        self.note(check, Outcome::Passed);
    }

    pub(crate) fn skip(&mut self, check: CheckName) {
        self.note(check, Outcome::Skipped);
    }

    pub(crate) fn fail(&mut self, check: CheckName, kind: ProblemType, detail: impl Into<String>) {
        self.failed_with(check, Problem::new(kind, detail));
    }

    pub(crate) fn failed_with(&mut self, check: CheckName, problem: Problem) {
        self.note(check, Outcome::Failed);
        self.problems.push(problem);
    }

    pub(crate) fn warn(&mut self, kind: ProblemType, detail: impl Into<String>) {
        self.warnings.push(Problem::new(kind, detail));
    }

    /// Decides: verified if nothing failed.
    pub(crate) fn conclude(mut self) -> Self {
        self.verified = self.problems.is_empty() && self.checks.iter().all(|c| c.outcome != Outcome::Failed);
        self
    }

    /// One line per check; a failure outweighs everything before it.
    fn note(&mut self, check: CheckName, outcome: Outcome) {
        match self.checks.iter_mut().find(|c| c.check == check) {
            Some(known) if outcome == Outcome::Failed => known.outcome = outcome,
            Some(_) => {}
            None => self.checks.push(Check { check, outcome }),
        }
    }
}
