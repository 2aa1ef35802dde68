//! Proofs, sets and chains: Data Integrity 1.0 §4.4 "Verify Proof" and §4.5 "Verify Proof Sets and Chains".
//!
//! Every proof must hold. A proof that names others with `previousProof` signed the document together with them,
//! so it can hold only if they do. One proof at least must be by the issuer (or holder); further ones are
//! endorsements, reported with their controller.

use super::report::ProofReport;
use super::{CheckName, Checks, Report, Verifier};
use crate::model::{excerpt, one_or_many};
use crate::problem::ProblemType;
use crate::proof::{MAX_PROOFS, ParsedProof, ProofFault, Transform, decode_value, matching, proofs_of};
use crate::sd::{self, Shown};
use crate::suite::{Form, Hash, Suite};
use hufu_did::Relationship;
use serde_json::{Map, Value};

/// Who must have made one of the proofs.
#[derive(Debug, Clone, Copy)]
pub(super) enum Author<'a> {
    /// The issuer of a credential.
    Issuer(&'a str),
    /// The holder of a presentation; where it names none, whoever signed it is the holder.
    Holder(Option<&'a str>),
}

impl Author<'_> {
    pub(super) fn is(self, controller: &str) -> bool {
        match self {
            Self::Issuer(id) | Self::Holder(Some(id)) => id == controller,
            Self::Holder(None) => true,
        }
    }
}

/// A document on its way through its proofs: its hashes are computed once for all of them.
pub(super) struct Subject<'v, 't> {
    object: &'v Map<String, Value>,
    /// The document without its proofs; made when first needed.
    unsecured: Option<Value>,
    hashes: Vec<(Form, Hash, Vec<u8>)>,
    /// Its statements, for proofs of selective disclosure.
    shown: Option<Shown>,
    transform: Transform<'t>,
}

impl Verifier<'_> {
    /// Checks the proofs of a document.
    pub(super) fn check_proofs(
        &self,
        object: &Map<String, Value>,
        purpose: Relationship,
        author: Author<'_>,
        checks: &Checks,
        report: &mut Report,
    ) {
        let proofs = proofs_of(object);
        if proofs.is_empty() {
            return report.fail(
                CheckName::Proof,
                ProblemType::ProofVerification,
                "the document has no proof",
            );
        }
        if proofs.len() > MAX_PROOFS {
            return report.fail(
                CheckName::Proof,
                ProblemType::Parsing,
                format!("the document has more than {MAX_PROOFS} proofs"),
            );
        }
        let (hashes, transform) = (Vec::new(), self.transform());
        let mut subject = Subject { object, unsecured: None, hashes, shown: None, transform };
        let mut held = 0usize;
        // Whether the document cannot be transformed: then it cannot for the next proof either, and that it cannot may have
        // taken long to find out.
        let mut untransformable = false;
        for (index, proof) in proofs.iter().enumerate() {
            let mut one =
                ProofReport { cryptosuite: ParsedProof::suite_name(proof), ..ProofReport::default() };
            let unknown =
                ParsedProof::suite_name(proof).is_some_and(|name| name.parse::<crate::Suite>().is_err());
            if untransformable {
                report.proofs.push(one);
                continue;
            }
            if unknown && checks.skip_unknown_suites {
                report.warn(
                    ProblemType::ProofVerification,
                    format!("proof {index} is of a suite that is not known here"),
                );
                report.proofs.push(one);
                continue;
            }
            match self.check_proof(&mut subject, proofs, proof, purpose, author, checks, &mut one) {
                Ok(warnings) => {
                    one.verified = true;
                    held += 1;
                    report.warnings.extend(warnings.into_iter().map(|w| w.0));
                }
                Err(ProofFault(mut problem)) => {
                    if proofs.len() > 1 {
                        problem.detail = format!("proof {index}: {}", problem.detail);
                    }
                    untransformable = problem.is(ProblemType::ProofTransformation);
                    report.failed_with(CheckName::Proof, problem);
                }
            }
            report.proofs.push(one);
        }
        unfounded(proofs, report);
        let by_meaning = |proof: &Value| {
            let suite = ParsedProof::suite_name(proof).and_then(|name| name.parse::<crate::Suite>().ok());
            suite.is_some_and(|suite| suite.form() == Form::Rdfc)
        };
        if proofs.iter().any(by_meaning) && defines_terms(object) {
            report.warn(
                ProblemType::ProofVerification,
                "the document defines terms of its own (an inline @context): the proof covers what they mean, not their names",
            );
        }
        if held == 0 && report.problems.is_empty() {
            return report.fail(
                CheckName::Proof,
                ProblemType::ProofVerification,
                "no proof is of a suite that is known here",
            );
        }
        report.pass(CheckName::Proof);
        authorship(author, checks, report);
    }

    /// Checks one proof; the warnings are those of a proof that holds.
    #[allow(clippy::too_many_arguments, reason = "the arguments are the algorithm's inputs")]
    fn check_proof(
        &self,
        subject: &mut Subject<'_, '_>,
        all: &[Value],
        value: &Value,
        purpose: Relationship,
        author: Author<'_>,
        checks: &Checks,
        report: &mut ProofReport,
    ) -> Result<Vec<ProofFault>, ProofFault> {
        let proof = ParsedProof::parse(value)?;
        report.id = proof.id.map(str::to_owned);
        report.verification_method = Some(proof.verification_method.to_owned());
        if proof.purpose != purpose {
            let text = format!("proofPurpose is {}, expected {}", proof.purpose.as_str(), purpose.as_str());
            return Err(ProofFault::verification(text));
        }
        let mut warnings = self.check_times(&proof, checks)?;
        check_domain(&proof, checks)?;
        if proof.suite != Suite::Bbs2023 {
            check_challenge(proof.challenge.map(str::as_bytes), checks)?;
        }

        let found = self.find_key(proof.verification_method, purpose)?;
        report.controller = Some(found.controller.as_str().to_owned());
        report.by_author = author.is(found.controller.as_str());
        if proof.suite.is_selective() {
            self.check_selective(subject, &proof, &found.key, checks, report)?;
            return Ok(warnings);
        }
        let key = found.key.signature(proof.suite.name())?;
        let algorithm = key.algorithm();
        proof.suite.check_key(algorithm).map_err(|e| ProofFault::verification(e.to_string()))?;
        let signature = decode_value(proof.value, algorithm)?;

        let (form, hash) = (proof.suite.form(), proof.suite.hash(algorithm));
        if form == Form::Jcs {
            warnings.extend(subject.check_contexts(&proof, checks)?);
        }
        let mut hash_data = subject.configuration_hash(&proof, form, hash)?;
        let previous = matching(all, &proof.previous)
            .map_err(|id| ProofFault::verification(format!("there is no previous proof {}", excerpt(id))))?;
        hash_data.extend_from_slice(&subject.document_hash(&proof, &previous, form, hash)?);
        key.verify(&hash_data, &signature).map_err(|_| {
            let text =
                "the signature does not fit the document, the proof and the key: one of them was changed";
            ProofFault::new(ProblemType::CryptographicSecurity, text)
        })?;
        Ok(warnings)
    }

    /// `created` not in the future, `expires` not in the past.
    fn check_times(&self, proof: &ParsedProof<'_>, checks: &Checks) -> Result<Vec<ProofFault>, ProofFault> {
        let mut warnings = Vec::new();
        if let Some(created) = proof.created.filter(|t| t.timestamp > checks.latest(self.now)) {
            return Err(ProofFault::verification(format!(
                "the proof claims to be made in the future, at {}",
                created.timestamp
            )));
        }
        if let Some(expires) = proof.expires.filter(|t| t.timestamp < checks.earliest(self.now)) {
            return Err(ProofFault::verification(format!("the proof expired at {}", expires.timestamp)));
        }
        if [proof.created, proof.expires].into_iter().flatten().any(|t| !t.has_offset) {
            warnings.push(ProofFault::verification("a time of the proof has no offset; it was read as UTC"));
        }
        Ok(warnings)
    }
}

/// Whether a document has a context that is not named by URL. Credentials of a presentation are documents of their own.
fn defines_terms(object: &Map<String, Value>) -> bool {
    fn within(value: &Value) -> bool {
        match value {
            Value::Array(items) => items.iter().any(within),
            Value::Object(map) => map.contains_key("@context") || map.values().any(within),
            _ => false,
        }
    }
    let contexts = object.get("@context").map(one_or_many).unwrap_or_default();
    let rest = object
        .iter()
        .filter(|(key, _)| !matches!(key.as_str(), "@context" | "proof" | "verifiableCredential"));
    contexts.iter().any(Value::is_object) || rest.into_iter().any(|(_, value)| within(value))
}

/// The domains as the verifier expects them.
fn check_domain(proof: &ParsedProof<'_>, checks: &Checks) -> Result<(), ProofFault> {
    if checks.domain.is_empty() {
        return Ok(());
    }
    let mut expected: Vec<&str> = checks.domain.iter().map(String::as_str).collect();
    let mut stated = proof.domain.clone();
    expected.sort_unstable();
    expected.dedup();
    stated.sort_unstable();
    stated.dedup();
    if expected == stated {
        return Ok(());
    }
    Err(ProofFault::new(ProblemType::InvalidDomain, "proof.domain is not the expected domain"))
}

/// The challenge as the verifier expects it, wherever the suite puts it.
pub(super) fn check_challenge(stated: Option<&[u8]>, checks: &Checks) -> Result<(), ProofFault> {
    match &checks.challenge {
        Some(expected) if stated != Some(expected.as_bytes()) => Err(ProofFault::new(
            ProblemType::InvalidChallenge,
            "the proof's challenge is not the expected challenge",
        )),
        _ => Ok(()),
    }
}

/// A proof that builds on one that does not hold, does not hold either; ids must be unambiguous.
fn unfounded(proofs: &[Value], report: &mut Report) {
    let id_of = |proof: &Value| proof.get("id").and_then(Value::as_str).map(str::to_owned);
    let ids: Vec<Option<String>> = proofs.iter().map(id_of).collect();
    let known = |id: &str| ids.iter().filter(|other| other.as_deref() == Some(id)).count();
    if ids.iter().flatten().any(|id| known(id) > 1) {
        report.fail(CheckName::Proof, ProblemType::ProofVerification, "two proofs have the same id");
    }
    // As many rounds as proofs suffice for a fault to reach the end of the longest chain.
    for _ in 0..proofs.len() {
        for (index, proof) in proofs.iter().enumerate() {
            let previous = proof.get("previousProof").map(one_or_many).unwrap_or_default();
            let broken = previous.iter().filter_map(Value::as_str).any(|id| {
                let at = ids.iter().position(|other| other.as_deref() == Some(id));
                at.and_then(|at| report.proofs.get(at)).is_none_or(|p| !p.verified)
            });
            let itself = previous
                .iter()
                .filter_map(Value::as_str)
                .any(|id| ids.get(index).is_some_and(|own| own.as_deref() == Some(id)));
            if let Some(one) = report.proofs.get_mut(index).filter(|one| one.verified && (broken || itself)) {
                one.verified = false;
                let text = format!("proof {index} builds on a proof that does not hold");
                report.fail(CheckName::Proof, ProblemType::ProofVerification, text);
            }
        }
    }
}

/// One proof that holds must be by the author.
pub(super) fn authorship(author: Author<'_>, checks: &Checks, report: &mut Report) {
    let by_author =
        report.proofs.iter().find(|p| p.verified && p.by_author).and_then(|p| p.controller.clone());
    let (check, expected) = match author {
        Author::Issuer(id) => (CheckName::Issuer, id),
        Author::Holder(id) => (CheckName::Holder, id.unwrap_or("anybody")),
    };
    match by_author {
        Some(controller) => {
            if check == CheckName::Holder {
                report.holder = Some(controller);
            }
            report.pass(check);
        }
        None => {
            let who = report.proofs.iter().find_map(|p| p.controller.as_deref()).unwrap_or("nobody");
            let text = if report.proofs.iter().any(|p| p.by_author) {
                // its own problem says why
                format!("no proof by {} holds", excerpt(expected))
            } else {
                format!("signed by {}, not by {}", excerpt(who), excerpt(expected))
            };
            if checks.url_issuers && check == CheckName::Issuer && !expected.starts_with("did:") {
                report.skip(check);
                return report.warn(ProblemType::CryptographicSecurity, text);
            }
            report.fail(check, ProblemType::CryptographicSecurity, text);
        }
    }
}

impl Subject<'_, '_> {
    pub(super) const fn object(&self) -> &Map<String, Value> {
        self.object
    }

    /// The document without its proofs.
    pub(super) fn unsecured(&mut self) -> &Value {
        let object = self.object;
        self.unsecured.get_or_insert_with(|| sd::unsecured(object))
    }

    /// The statements of the document without its proofs.
    pub(super) fn shown(&mut self) -> Result<&Shown, ProofFault> {
        let made = match self.shown.take() {
            Some(made) => made,
            None => {
                let object = self.object;
                let unsecured = self.unsecured.get_or_insert_with(|| sd::unsecured(object));
                Shown::of(&self.transform, unsecured)?
            }
        };
        Ok(self.shown.insert(made))
    }

    /// A JCS proof lists the contexts it was made under. Others, appended later, would give the signed terms
    /// another meaning to whoever then reads the document as JSON-LD ("context injection").
    fn check_contexts(
        &self,
        proof: &ParsedProof<'_>,
        checks: &Checks,
    ) -> Result<Vec<ProofFault>, ProofFault> {
        let stated = self.object.get("@context");
        self.transform.check_known(stated).map_err(|e| ProofFault(e.0))?;
        let Some(signed) = proof.object.get("@context") else { return Ok(Vec::new()) };
        let (stated, signed) = (stated.map(one_or_many).unwrap_or_default(), one_or_many(signed));
        if !stated.starts_with(signed) {
            return Err(ProofFault::verification(
                "the document's @context does not begin with the contexts of its proof",
            ));
        }
        if stated.len() == signed.len() {
            return Ok(Vec::new());
        }
        let text = "the document has contexts that its proof does not cover";
        if checks.allow_unsigned_contexts {
            Ok(vec![ProofFault::verification(text)])
        } else {
            Err(ProofFault::new(ProblemType::CryptographicSecurity, text))
        }
    }

    fn configuration_hash(
        &self,
        proof: &ParsedProof<'_>,
        form: Form,
        hash: Hash,
    ) -> Result<Vec<u8>, ProofFault> {
        let context = if form == Form::Rdfc { self.object.get("@context") } else { None };
        self.transform.hash(&proof.configuration(context), form, hash).map_err(|e| ProofFault(e.0))
    }

    fn document_hash(
        &mut self,
        proof: &ParsedProof<'_>,
        previous: &[&Value],
        form: Form,
        hash: Hash,
    ) -> Result<Vec<u8>, ProofFault> {
        // The document as it was signed: under the proof's contexts, with the proofs that it builds on.
        let contexts = proof
            .object
            .get("@context")
            .filter(|c| form == Form::Jcs && Some(*c) != self.object.get("@context"));
        let plain = previous.is_empty() && contexts.is_none();
        let known = self.hashes.iter().find(|(f, h, _)| plain && (*f, *h) == (form, hash));
        if let Some((_, _, known)) = known {
            return Ok(known.clone());
        }
        let object = self.object;
        let unsecured = self.unsecured.get_or_insert_with(|| sd::unsecured(object));
        let computed = if plain {
            self.transform.hash(unsecured, form, hash)
        } else {
            let mut document = unsecured.clone();
            if let Value::Object(map) = &mut document {
                if let Some(contexts) = contexts {
                    map.insert("@context".to_owned(), contexts.clone());
                }
                if !previous.is_empty() {
                    let previous = previous.iter().map(|p| (*p).clone()).collect();
                    map.insert("proof".to_owned(), Value::Array(previous));
                }
            }
            self.transform.hash(&document, form, hash)
        };
        let computed = computed.map_err(|e| ProofFault(e.0))?;
        if plain {
            self.hashes.push((form, hash, computed.clone()));
        }
        Ok(computed)
    }
}
