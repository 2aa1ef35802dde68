//! Verification: every decision of the verifier, and a [`Report`] that names each.
//!
//! What a credential must pass, in order (any JSON is accepted as input; nothing panics or errors):
//!
//! 1. **Data model** — the rules of [`crate::model`].
//! 2. **Proof** — for each proof: its fields; its purpose; that the verification method resolves, is listed under
//!    that purpose in its controller's document and usable now; the canonical form, without loss; the signature;
//!    `created` and `expires`; `challenge` and `domain`; for chains, the proofs that it builds on.
//! 3. **Issuer** — at least one proof is by a key of the issuer itself.
//! 4. **Validity** — the period includes now.
//! 5. **Status**, 6. **Schema**, 7. **Related resources** — through ports that the caller supplies.
//!
//! For a presentation: data model, proof (purpose `authentication`), holder, and each credential as above.

mod checks;
mod jose;
mod key;
mod proofs;
mod report;
mod selective;
mod status;

pub use checks::{Checks, Extension, HolderBinding};
pub use jose::stated_challenge;
pub use key::KeyCache;
pub use report::{Check, CheckName, Outcome, ProofReport, Report, StatusReport};

use self::proofs::Author;
use crate::model::{
    self, Credential, Envelope, EnvelopeKind, PresentedCredential, Version, credential as credential_rules,
    excerpt, presentation as presentation_rules,
};
use crate::problem::{Problem, ProblemType};
use crate::proof::Transform;
use crate::resource::{self, NoResources, ResourceSource};
use crate::schema::{NoSchemas, SchemaOutcome, SchemaSource};
use crate::status::{NoStatus, StatusSource, VerifiedList};
use hufu_did::{Relationship, Resolver};
use hufu_jsonld::Contexts;
use jiff::Timestamp;
use serde_json::{Map, Value};

/// Credentials of one presentation whose canonical form cannot be found, before the rest is not looked at: that may take
/// long for each, and no honest presentation has many.
const MAX_UNTRANSFORMABLE: usize = 8;

/// Verifies credentials and presentations as of one moment.
///
/// It borrows everything it needs and is cheap to make per request; a [`KeyCache`] outlives it.
#[derive(Clone)]
pub struct Verifier<'a> {
    resolver: &'a dyn Resolver,
    contexts: &'a Contexts,
    status: &'a dyn StatusSource,
    schemas: &'a dyn SchemaSource,
    resources: &'a dyn ResourceSource,
    keys: Option<&'a KeyCache>,
    now: Timestamp,
}

impl std::fmt::Debug for Verifier<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Verifier").field("now", &self.now).finish_non_exhaustive()
    }
}

impl<'a> Verifier<'a> {
    /// A verifier that knows no status lists, schemas or resources.
    #[must_use]
    pub fn new(resolver: &'a dyn Resolver, contexts: &'a Contexts, now: Timestamp) -> Self {
        Self {
            resolver,
            contexts,
            status: &NoStatus,
            schemas: &NoSchemas,
            resources: &NoResources,
            keys: None,
            now,
        }
    }

    /// The same with a source of status lists.
    #[must_use]
    pub fn with_status(self, status: &'a dyn StatusSource) -> Self {
        Self { status, ..self }
    }

    /// The same with a source of schemas.
    #[must_use]
    pub fn with_schemas(self, schemas: &'a dyn SchemaSource) -> Self {
        Self { schemas, ..self }
    }

    /// The same with a source of related resources.
    #[must_use]
    pub fn with_resources(self, resources: &'a dyn ResourceSource) -> Self {
        Self { resources, ..self }
    }

    /// The same with a cache of decoded `did:key` keys.
    #[must_use]
    pub fn with_key_cache(self, keys: &'a KeyCache) -> Self {
        Self { keys: Some(keys), ..self }
    }

    /// Verifies a credential, embedded or enveloped.
    #[must_use]
    pub fn credential(&self, value: &Value, checks: &Checks) -> Report {
        if Envelope::is(value, EnvelopeKind::Credential) {
            return self.enveloped_credential(value, checks);
        }
        let mut report = Report::default();
        let Some((object, version)) = conforming(value, credential_rules::validate, &mut report) else {
            return report;
        };
        if checks.proof {
            self.check_proofs(object, checks.purpose, Author::Issuer(issuer(object)), checks, &mut report);
        } else {
            report.skip(CheckName::Proof);
        }
        self.after_proof(value, object, version, checks, &mut report);
        report.conclude()
    }

    /// Verifies a presentation and every credential in it.
    #[must_use]
    pub fn presentation(&self, value: &Value, checks: &Checks) -> Report {
        if Envelope::is(value, EnvelopeKind::Presentation) {
            return self.enveloped_presentation(value, checks);
        }
        let mut report = Report::default();
        let Some((object, _)) = conforming(value, presentation_rules::validate, &mut report) else {
            return report;
        };
        let unsigned = object.get("proof").is_none();
        if !checks.proof {
            report.skip(CheckName::Proof);
        } else if unsigned && checks.allow_unsigned_presentation {
            report.skip(CheckName::Proof);
            report.warn(
                ProblemType::ProofVerification,
                "the presentation has no proof: nobody vouches for having presented it",
            );
        } else {
            let author = Author::Holder(presentation_rules::holder(object));
            self.check_proofs(object, Relationship::Authentication, author, checks, &mut report);
        }
        self.presented(object, checks, &mut report);
        report.conclude()
    }

    /// Checks a status list credential once, for many look-ups through [`StatusEvidence::Verified`].
    ///
    /// [`StatusEvidence::Verified`]: crate::status::StatusEvidence::Verified
    ///
    /// # Errors
    /// The report of the list credential, with the problem in it.
    pub fn status_list(&self, value: &Value) -> Result<VerifiedList, Box<Report>> {
        self.verify_list(value)
    }

    /// What follows once the proof is out of the way, the same for embedded and enveloped credentials.
    fn after_proof(
        &self,
        value: &Value,
        object: &Map<String, Value>,
        version: Version,
        checks: &Checks,
        report: &mut Report,
    ) {
        report.id = object.get("id").and_then(Value::as_str).map(str::to_owned);
        report.issuer = Some(issuer(object).to_owned());
        if checks.validity {
            self.check_validity(object, version, checks, report);
        } else {
            report.skip(CheckName::Validity);
        }
        self.check_status(object, checks, report);
        self.check_schema(value, object, checks, report);
        self.check_resources(object, checks, report);
    }

    /// The period of §4.9, with the tolerance for clocks that differ.
    fn check_validity(
        &self,
        object: &Map<String, Value>,
        version: Version,
        checks: &Checks,
        report: &mut Report,
    ) {
        let early = credential_rules::valid_from(object, version)
            .filter(|from| from.timestamp > checks.latest(self.now));
        let late = credential_rules::valid_until(object, version)
            .filter(|until| until.timestamp < checks.earliest(self.now));
        match (early, late) {
            (Some(from), _) => {
                report.fail(
                    CheckName::Validity,
                    ProblemType::Range,
                    format!("the credential becomes valid at {}", from.timestamp),
                );
            }
            (None, Some(until)) => {
                report.fail(
                    CheckName::Validity,
                    ProblemType::Range,
                    format!("the credential was valid until {}", until.timestamp),
                );
            }
            (None, None) => report.pass(CheckName::Validity),
        }
    }

    fn check_schema(&self, value: &Value, object: &Map<String, Value>, checks: &Checks, report: &mut Report) {
        let entries = object.get("credentialSchema").map(model::one_or_many).unwrap_or_default();
        if entries.is_empty() || checks.schema == Extension::Skip {
            return report.skip(CheckName::CredentialSchema);
        }
        let mut passed = true;
        for entry in entries {
            let verify = |credential: &Value| self.credential(credential, &Checks::proof_and_validity());
            let (kind, detail) = match crate::schema::check(value, entry, self.schemas, &verify) {
                SchemaOutcome::Conforms => continue,
                SchemaOutcome::Violates(detail) | SchemaOutcome::Unusable(detail) => {
                    (ProblemType::Schema, detail)
                }
                SchemaOutcome::Unknown(detail) if checks.schema == Extension::IfKnown => {
                    report.warn(ProblemType::Schema, detail);
                    continue;
                }
                SchemaOutcome::Unknown(detail) => (ProblemType::Schema, detail),
            };
            passed = false;
            report.fail(CheckName::CredentialSchema, kind, detail);
        }
        if passed {
            report.pass(CheckName::CredentialSchema);
        }
    }

    fn check_resources(&self, object: &Map<String, Value>, checks: &Checks, report: &mut Report) {
        if !object.contains_key("relatedResource") || checks.resources == Extension::Skip {
            return report.skip(CheckName::RelatedResource);
        }
        let outcome = resource::check(object, self.resources);
        let mut failures: Vec<String> = outcome
            .mismatched
            .iter()
            .map(|url| format!("{} has another digest than the issuer stated", excerpt(url)))
            .collect();
        for url in &outcome.unknown {
            let text = format!("{} was not compared with its digest: it is not known here", excerpt(url));
            if checks.resources == Extension::Required {
                failures.push(text);
            } else {
                report.warn(ProblemType::RelatedResource, text);
            }
        }
        if failures.is_empty() {
            report.pass(CheckName::RelatedResource);
        }
        for detail in failures {
            report.fail(CheckName::RelatedResource, ProblemType::RelatedResource, detail);
        }
    }

    /// Each credential of a presentation, and whether it is about its presenter.
    fn presented(&self, object: &Map<String, Value>, checks: &Checks, report: &mut Report) {
        let inner = checks.for_contained_credentials();
        let presenter = report.holder.clone();
        let (mut failed, mut untransformable) = (0usize, 0usize);
        for (index, presented) in presentation_rules::presented(object).enumerate() {
            let (PresentedCredential::Embedded(value) | PresentedCredential::Enveloped(value)) = presented;
            let mut one = if untransformable < MAX_UNTRANSFORMABLE {
                self.credential(value, &inner)
            } else {
                let mut one = Report::default();
                let text = "not looked at: too many credentials of this presentation cannot be transformed";
                one.fail(CheckName::Proof, ProblemType::ProofTransformation, text);
                one
            };
            untransformable += usize::from(one.has_problem(ProblemType::ProofTransformation));
            let bound = presenter.as_deref().is_some_and(|p| one.subjects.iter().any(|s| s == p));
            one.holder_bound = Some(bound);
            if !one.verified {
                failed += 1;
            }
            if checks.holder_binding == HolderBinding::Required && !bound {
                let who = presenter.as_deref().map_or("an unknown presenter", |p| p);
                report.fail(
                    CheckName::HolderBinding,
                    ProblemType::HolderBinding,
                    format!("credential {index} is not about {}", excerpt(who)),
                );
            }
            report.credentials.push(one);
        }
        if report.credentials.is_empty() {
            report.skip(CheckName::Credentials);
        } else if failed == 0 {
            report.pass(CheckName::Credentials);
        } else {
            let text = format!("{failed} of {} credentials did not verify", report.credentials.len());
            report.fail(CheckName::Credentials, ProblemType::CryptographicSecurity, text);
        }
    }

    fn transform(&self) -> Transform<'a> {
        Transform::new(self.contexts)
    }
}

fn issuer(object: &Map<String, Value>) -> &str {
    object.get("issuer").and_then(model::entity_id).unwrap_or_default()
}

/// Checks the data model; on failure the report is final.
fn conforming<'v>(
    value: &'v Value,
    validate: fn(&Value) -> Result<Version, crate::Error>,
    report: &mut Report,
) -> Option<(&'v Map<String, Value>, Version)> {
    let checked = validate(value)
        .and_then(|version| Ok((value.as_object().ok_or_else(credential_rules::not_an_object)?, version)));
    match checked {
        Ok((object, version)) => {
            report.pass(CheckName::DataModel);
            report.subjects = subjects(object);
            Some((object, version))
        }
        Err(error) => {
            report.failed_with(CheckName::DataModel, error.problem());
            None
        }
    }
}

fn subjects(object: &Map<String, Value>) -> Vec<String> {
    let subjects = object.get("credentialSubject").map(model::one_or_many).unwrap_or_default();
    subjects.iter().filter_map(|s| s.get("id").and_then(Value::as_str)).map(str::to_owned).collect()
}

/// A credential read for its own sake, such as a status list, once its report is good.
fn parsed(value: &Value) -> Result<Credential, Problem> {
    Credential::parse(value.clone()).map_err(|e| e.problem())
}
