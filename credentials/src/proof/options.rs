//! What the maker of a proof chooses.

use crate::error::Error;
use crate::model::is_url;
use crate::suite::Suite;
use crate::time;
use hufu_did::Relationship;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// Options of a new proof.
///
/// ```
/// use hufu_credentials::{ProofOptions, Suite};
///
/// let options = ProofOptions::new(Suite::EddsaRdfc2022, "did:example:school#key-1");
/// assert_eq!(options.purpose.as_str(), "assertionMethod");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofOptions {
    /// The suite.
    pub suite: Suite,
    /// URL of the verification method, usually a DID URL with a fragment.
    pub verification_method: String,
    /// Why the proof is made.
    pub purpose: Relationship,
    /// When the proof was made.
    pub created: Option<Timestamp>,
    /// When it ceases to hold.
    pub expires: Option<Timestamp>,
    /// What the verifier asked to be signed.
    pub challenge: Option<String>,
    /// Where the proof may be used.
    pub domain: Vec<String>,
    /// A value against correlation or replay, free for the maker.
    pub nonce: Option<String>,
    /// URL of the proof itself, so that later proofs can name it.
    pub id: Option<String>,
    /// Ids of proofs that this one also signs.
    pub previous_proof: Vec<String>,
    /// For JCS suites: also process the document as JSON-LD and refuse undefined terms. A JCS signature covers
    /// every byte without that, but the document would not conform to the data model. On by default; an
    /// issuer of one fixed template may switch it off.
    pub check_terms: bool,
}

impl ProofOptions {
    /// Options with purpose `assertionMethod` and nothing optional.
    pub fn new(suite: Suite, verification_method: impl Into<String>) -> Self {
        Self {
            suite,
            verification_method: verification_method.into(),
            purpose: Relationship::AssertionMethod,
            created: None,
            expires: None,
            challenge: None,
            domain: Vec::new(),
            nonce: None,
            id: None,
            previous_proof: Vec::new(),
            check_terms: true,
        }
    }

    /// Options for a presentation: purpose `authentication`, the verifier's challenge and domain.
    pub fn authentication(
        suite: Suite,
        verification_method: impl Into<String>,
        challenge: impl Into<String>,
        domain: impl Into<String>,
    ) -> Self {
        Self {
            purpose: Relationship::Authentication,
            challenge: Some(challenge.into()),
            domain: vec![domain.into()],
            ..Self::new(suite, verification_method)
        }
    }

    /// The same, made at this time.
    #[must_use]
    pub fn created_at(self, now: Timestamp) -> Self {
        Self { created: Some(now), ..self }
    }

    /// The proof without `@context` and `proofValue`.
    pub(crate) fn configuration(&self) -> Result<Map<String, Value>, Error> {
        let wrong = |text: &str| Err(Error::ProofOptions(text.to_owned()));
        if !self.suite.can_issue() {
            return wrong("this suite is for verification only");
        }
        if !is_url(&self.verification_method) {
            return wrong("the verification method must be a URL");
        }
        if self.id.as_deref().is_some_and(|id| !is_url(id)) {
            return wrong("the proof's id must be a URL");
        }
        if matches!((self.created, self.expires), (Some(created), Some(expires)) if expires <= created) {
            return wrong("the proof would expire before it is made");
        }
        let mut map = Map::new();
        let mut put = |name: &str, value: Value| drop(map.insert(name.to_owned(), value));
        put("type", json!("DataIntegrityProof"));
        if let Some(id) = &self.id {
            put("id", json!(id));
        }
        put("cryptosuite", json!(self.suite.name()));
        if let Some(created) = self.created {
            put("created", json!(time::format(created)));
        }
        if let Some(expires) = self.expires {
            put("expires", json!(time::format(expires)));
        }
        put("verificationMethod", json!(self.verification_method));
        put("proofPurpose", json!(self.purpose.as_str()));
        if let Some(challenge) = &self.challenge {
            put("challenge", json!(challenge));
        }
        match self.domain.as_slice() {
            [] => {}
            [one] => put("domain", json!(one)),
            many => put("domain", json!(many)),
        }
        if let Some(nonce) = &self.nonce {
            put("nonce", json!(nonce));
        }
        match self.previous_proof.as_slice() {
            [] => {}
            [one] => put("previousProof", json!(one)),
            many => put("previousProof", json!(many)),
        }
        Ok(map)
    }
}
