//! `POST /credentials/verify` and `POST /presentations/verify`.
//!
//! 1. Proof and validity are always checked; `options.checks` names what is checked besides
//!    (`credentialStatus`, `credentialSchema`, `relatedResource`). Without it everything is.
//! 2. A status is looked up on the ledger; nothing is fetched from elsewhere.
//! 3. A challenge that was given out here is used up by the attempt: that of a presentation, or of a credential that was derived
//!    for it (`bbs-2023`, whose presentation header is then the challenge).
//! 4. What verifies is answered with 200 and the report. What does not is a 400 problem with the same
//!    report in it: `verified: false`, every check, and a problem detail for each cause.

use std::borrow::Cow;

use axum::{
    Json,
    extract::State,
    response::{IntoResponse as _, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hufu_credentials::{
    Checks, ProblemType, Report, ResourceSource, StatusSource, Verifier,
    membership::MEMBERSHIP_TYPE,
    model::CONTEXT_V2,
    problem::Problem as VcProblem,
    resource::Resource,
    stated_challenge,
    status::{EntryRecord, LedgerStatus, ListRecord, StatusEntry, StatusEvidence, entry_key, list_key},
};
use hufu_jsonld::Contexts;
use hufu_policy::ApiAction;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256, Sha384};

use super::issue::{OneOrMany, refused};
use crate::{
    app::{App, blocking},
    authorise::{Endpoint, authorise},
    body::Body,
    caller::Caller,
    challenges::Use,
    error::{Kind, Problem},
    ledger::LedgerPort,
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct CredentialRequest {
    verifiable_credential: Value,
    #[serde(default)]
    options: VerifyOptions,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct PresentationRequest {
    /// A signed presentation.
    #[serde(default, deserialize_with = "given")]
    verifiable_presentation: Option<Value>,
    /// An unsigned one: its credentials are verified, who presents them is not.
    #[serde(default, deserialize_with = "given")]
    presentation: Option<Value>,
    #[serde(default)]
    options: VerifyOptions,
}

/// A member that is there is something to verify, `null` too.
fn given<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
struct VerifyOptions {
    checks: Option<Vec<String>>,
    challenge: Option<String>,
    domain: Option<OneOrMany>,
    return_credential: bool,
    return_presentation: bool,
    /// Accepted and without effect: problem details are always returned.
    #[allow(dead_code)]
    return_problem_details: bool,
    /// Accepted and without effect: results are always returned.
    #[allow(dead_code)]
    return_results: bool,
}

impl VerifyOptions {
    /// Step 1.
    fn checks(&self, app: &App) -> Result<Checks, Problem> {
        let mut checks = match &self.checks {
            None => Checks::default(),
            Some(names) => Checks { proof: true, validity: true, ..Checks::only(names).map_err(refused)? },
        };
        checks.challenge.clone_from(&self.challenge);
        checks.domain = self.domain.clone().map(OneOrMany::into_vec).unwrap_or_default();
        // the suites' fixed documents have issuers with URLs, which nothing connects to the keys that signed them
        checks.url_issuers = app.config().conformance();
        // lists of issuers that are no DIDs of the ledger are written by the service
        checks.status_issuers.push(app.service().method.did().to_string());
        Ok(checks)
    }
}

/// `POST /credentials/verify`: verifies a credential.
#[utoipa::path(
    post,
    path = "/credentials/verify",
    tag = "VC-API",
    request_body(content_type = "application/json", description = "verifiableCredential, and options: checks, challenge, domain", example = json!({"verifiableCredential": {"@context": ["https://www.w3.org/ns/credentials/v2"]}, "options": {"checks": ["proof", "credentialStatus"]}})),
    responses((status = 200, description = "It verifies: {verified: true, checks, status, warnings, …}"), (status = 400, description = "It does not: {verified: false, checks, problemDetails, …}")),
    security(("api_key" = [])),
)]
pub(crate) async fn credential(
    State(app): State<App>,
    caller: Caller,
    Body(request): Body<CredentialRequest>,
) -> Result<Response, Problem> {
    let _permit = authorise(&app, &caller, ApiAction::CredentialsVerify, &Endpoint::of("credential"))?;
    let checks = request.options.checks(&app)?;
    let value = request.verifiable_credential;
    let verifying = app.clone();
    let (mut report, value) = blocking(move || {
        let report = verify(&verifying, |verifier| verifier.credential(&value, &checks));
        (report, value)
    })
    .await?;
    let expected = request.options.challenge.is_some();
    if let Some(challenge) = request.options.challenge.or_else(|| answered(&report)) {
        let used = app.challenges().consume(&challenge, caller.tenant()).await?;
        judge_challenge(&mut report, used, Some(&challenge), expected);
    }
    answer(report, request.options.return_credential.then_some(("verifiableCredential", value)))
}

/// `POST /presentations/verify`: verifies a presentation and every credential in it.
#[utoipa::path(
    post,
    path = "/presentations/verify",
    tag = "VC-API",
    request_body(content_type = "application/json", description = "verifiablePresentation (or presentation, unsigned), and options: challenge, domain, checks", example = json!({"verifiablePresentation": {"@context": ["https://www.w3.org/ns/credentials/v2"]}, "options": {"challenge": "u…", "domain": "verifier.example"}})),
    responses((status = 200, description = "It verifies: {verified: true, checks, credentials, …}"), (status = 400, description = "It does not: {verified: false, checks, problemDetails, …}")),
    security(("api_key" = [])),
)]
pub(crate) async fn presentation(
    State(app): State<App>,
    caller: Caller,
    Body(request): Body<PresentationRequest>,
) -> Result<Response, Problem> {
    let _permit = authorise(&app, &caller, ApiAction::PresentationsVerify, &Endpoint::of("presentation"))?;
    let mut checks = request.options.checks(&app)?;
    let (value, signed) = match (request.verifiable_presentation, request.presentation) {
        (Some(value), None) => (value, true),
        (None, Some(value)) => (value, false),
        _ => return Err(Problem::invalid("the body needs either verifiablePresentation or presentation")),
    };
    if value.get("type").and_then(Value::as_str) == Some(MEMBERSHIP_TYPE) {
        return Err(Problem::invalid(format!(
            "this is a {MEMBERSHIP_TYPE}: POST /v1/memberships/verify verifies those"
        )));
    }
    checks.allow_unsigned_presentation = !signed;
    let challenge = checks.challenge.clone().or_else(|| stated_challenge(&value));
    let used = match &challenge {
        Some(challenge) => app.challenges().consume(challenge, caller.tenant()).await?,
        None => Use::Foreign,
    };
    let verifying = app.clone();
    let (mut report, value) = blocking(move || {
        let report = verify(&verifying, |verifier| verifier.presentation(&value, &checks));
        (report, value)
    })
    .await?;
    judge_challenge(&mut report, used, challenge.as_deref(), request.options.challenge.is_some() || !signed);
    answer(report, request.options.return_presentation.then_some(("verifiablePresentation", value)))
}

/// The challenge that a derived proof was made for.
fn answered(report: &Report) -> Option<String> {
    let header = report.proofs.iter().find_map(|proof| proof.presentation_header.as_deref())?;
    String::from_utf8(URL_SAFE_NO_PAD.decode(header).ok()?).ok()
}

/// Step 3: what became of the challenge, as part of the report.
fn judge_challenge(report: &mut Report, used: Use, challenge: Option<&str>, callers_own: bool) {
    let fail = |report: &mut Report, detail: String| {
        report.verified = false;
        report.problems.push(VcProblem::new(ProblemType::InvalidChallenge, detail));
    };
    match (used, challenge) {
        (Use::Fresh, _) => {}
        (Use::Used, Some(challenge)) => fail(report, format!("the challenge {challenge} was used before")),
        (Use::Expired, Some(challenge)) => fail(report, format!("the challenge {challenge} is too old")),
        (Use::Unknown, Some(challenge)) => {
            fail(report, format!("the challenge {challenge} is not on record any more: ask for another"));
        }
        _ if callers_own => {}
        _ => report.warnings.push(VcProblem::new(
            ProblemType::InvalidChallenge,
            "no challenge was expected: this may have been made for somebody else, or shown before",
        )),
    }
}

/// Runs a verification with the service's resolver, contexts, status source and key cache.
fn verify(app: &App, run: impl FnOnce(&Verifier<'_>) -> Report) -> Report {
    let status = LedgerSource(app.ledger());
    let resources = Bundled(app.contexts());
    let verifier = Verifier::new(app.resolver(), app.contexts(), Timestamp::now())
        .with_status(&status)
        .with_resources(&resources)
        .with_key_cache(app.key_cache());
    run(&verifier)
}

/// Step 4.
fn answer(report: Report, returned: Option<(&str, Value)>) -> Result<Response, Problem> {
    let errors: Vec<String> = causes(&report).map(|problem| problem.detail.clone()).collect();
    let details: Vec<&VcProblem> = causes(&report).collect();
    let mut body = serde_json::to_value(&report).map_err(Problem::internal)?;
    let Some(members) = body.as_object_mut() else { return Err(Problem::internal("a report is no object")) };
    members.insert("errors".into(), json!(errors));
    members.insert("problemDetails".into(), json!(details));
    members.entry("warnings").or_insert_with(|| json!([]));
    if let Some((name, value)) = returned {
        members.insert(name.into(), value);
    }
    if report.verified {
        return Ok(Json(body).into_response());
    }
    let mut problem = Problem::new(
        Kind::NotVerified,
        errors.into_iter().next().unwrap_or_else(|| "it does not verify".into()),
    );
    for (name, value) in std::mem::take(members) {
        problem = problem.with(&name, value);
    }
    Err(problem)
}

/// The problems of a report and of the credentials in it.
fn causes(report: &Report) -> impl Iterator<Item = &VcProblem> {
    report.problems.iter().chain(report.credentials.iter().flat_map(|credential| &credential.problems))
}

/// Step 2: statuses from the ledger.
struct LedgerSource<'a>(&'a dyn LedgerPort);

impl StatusSource for LedgerSource<'_> {
    fn status(&self, entry: &StatusEntry) -> Result<StatusEvidence<'_>, String> {
        let read = |key: Vec<u8>| self.0.read(&key).map_err(|error| error.to_string());
        let list = read(list_key(&entry.list))?.ok_or_else(|| {
            format!("the list {} is not on this ledger, and nothing is fetched from elsewhere", entry.list)
        })?;
        let record = read(entry_key(&entry.list, entry.index))?;
        let status = self.0.status().map_err(|error| error.to_string())?;
        Ok(StatusEvidence::Ledger(Box::new(LedgerStatus {
            list: ListRecord::from_bytes(&list).map_err(|error| error.to_string())?,
            entry: record
                .map(|bytes| EntryRecord::from_bytes(&bytes))
                .transpose()
                .map_err(|error| error.to_string())?,
            height: status.header.header.height,
            time_ms: status.header.header.time_ms,
        })))
    }
}

/// Related resources that are known here: the bundled contexts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bundled<'a>(pub(super) &'a Contexts);

/// The base context as it was published in 2024, before its last editorial change: credentials of that
/// time, and test suites, state these digests. SHA-256 and SHA-384.
const BASE_CONTEXT_2024: [&str; 2] = [
    "24a18c90e9856d526111f29376e302d970b2bd10182e33959995b0207d7043b9",
    "35239c36999d2155312091af194a1edb61634d6ad789a5e5b19f2aebdd762dd9d1dcaada40eda7ef921c6b8c0ae107a0",
];

impl ResourceSource for Bundled<'_> {
    fn resource(&self, url: &str) -> Option<Resource<'_>> {
        let text = self.0.published_text(url)?;
        if url != CONTEXT_V2 {
            return Some(Resource::Bytes(Cow::Borrowed(text.as_bytes())));
        }
        let mut digests = vec![Sha256::digest(text).to_vec(), Sha384::digest(text).to_vec()];
        digests.extend(BASE_CONTEXT_2024.iter().filter_map(|digest| hex::decode(digest).ok()));
        Some(Resource::Digests(digests))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn used_challenges_fail_what_else_verifies() {
        let verified = || Report { verified: true, ..Report::default() };
        for (used, expected) in [
            (Use::Fresh, true),
            (Use::Foreign, true),
            (Use::Used, false),
            (Use::Expired, false),
            (Use::Unknown, false),
        ] {
            let mut report = verified();
            judge_challenge(&mut report, used, Some("c"), true);
            assert_eq!(report.verified, expected, "{used:?}");
        }
        let mut report = verified();
        judge_challenge(&mut report, Use::Foreign, None, false);
        assert!(report.verified && report.warnings.len() == 1);
    }

    #[test]
    fn what_fails_is_a_problem_with_the_report_in_it() {
        let report = Report {
            problems: vec![VcProblem::new(ProblemType::ProofVerification, "the signature does not verify")],
            ..Report::default()
        };
        let problem = answer(report, None).expect_err("not verified").to_value("r");
        assert_eq!(problem["status"], 400);
        assert_eq!(problem["verified"], false);
        assert_eq!(problem["errors"][0], "the signature does not verify");
        assert_eq!(
            problem["problemDetails"][0]["type"],
            "https://w3id.org/security#PROOF_VERIFICATION_ERROR"
        );
    }
}
