//! Offline verification: from the wallet's pinned anchors and certified answers alone.
//!
//! A credential is *verified*, *failed*, or *pending*: pending means that nothing is known against it and
//! an issuer's record or a status must be fetched first.

use std::path::Path;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hufu_credentials::{CheckName, Checks, Extension, Outcome, Report, Verifier, status::StatusEntry};
use hufu_did::{Did, DidUrl, MethodRouter, hufu::HufuMethod};
use hufu_jsonld::Contexts;
use hufu_light::Answer;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::all_good;
use crate::{
    commands::{read_bytes, status::rfc3339, vc::is_presentation},
    exit::{Code, Failure},
    output::Output,
    report,
    wallet::{Evidence, Wallet},
};

/// How a credential stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Verified,
    Pending,
    Failed,
}

impl State {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Pending => "pending",
            Self::Failed => "failed",
        }
    }

    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Verified => "it verifies",
            Self::Pending => "not verified yet, `hufu wallet refresh` fetches what is missing",
            Self::Failed => "it does not verify",
        }
    }
}

/// What verification of one credential found.
pub(super) struct Findings {
    pub(super) report: Report,
    pub(super) state: State,
    /// What has to be fetched.
    pub(super) missing: Vec<String>,
}

/// What a holder checks of what it holds: base proofs, too, which a verifier refuses.
fn holders() -> Checks {
    Checks { base_proofs: true, ..Checks::default() }
}

/// Verifies one credential of the holder's from the wallet's evidence.
pub(super) fn credential(wallet: &Wallet, value: &Value) -> anyhow::Result<Findings> {
    let evidence = wallet.evidence()?;
    let verify = |checks: &Checks| with_verifier(&evidence, |verifier| verifier.credential(value, checks));
    let report = verify(&holders());
    if report.verified {
        return Ok(Findings { report, state: State::Verified, missing: Vec::new() });
    }
    let needs = Needs::of(value);
    let missing_dids: Vec<String> = needs
        .dids
        .iter()
        .filter(|did| !evidence.knows(did))
        .map(|did| format!("the record of {did}"))
        .collect();
    let missing_statuses: Vec<String> = needs
        .statuses
        .iter()
        .filter(|entry| hufu_credentials::StatusSource::status(&evidence, entry).is_err())
        .map(|entry| format!("the status of entry {} of {}", entry.index, entry.list))
        .collect();
    // Is there anything against it besides what is missing?
    let held_against = if missing_dids.is_empty() {
        !verify(&Checks { status: Extension::IfKnown, ..holders() }).verified
    } else {
        // without the issuer's record the proof cannot be judged; everything else can
        let other = verify(&Checks { proof: false, status: Extension::IfKnown, ..holders() });
        !other.verified || report.outcome(CheckName::DataModel) == Some(Outcome::Failed)
    };
    let missing: Vec<String> = missing_dids.into_iter().chain(missing_statuses).collect();
    let state = if held_against || missing.is_empty() { State::Failed } else { State::Pending };
    Ok(Findings { report, state, missing })
}

/// What the verification of a document needs from ledgers.
#[derive(Default)]
pub(super) struct Needs {
    /// Every `did:hufu` that issues, holds or signs.
    pub(super) dids: Vec<Did>,
    /// Every status entry.
    pub(super) statuses: Vec<StatusEntry>,
}

impl Needs {
    /// Of a credential or a presentation with its credentials.
    pub(super) fn of(value: &Value) -> Self {
        let mut needs = Self::default();
        needs.collect(value);
        needs
    }

    fn collect(&mut self, value: &Value) {
        for pointer in ["/issuer", "/issuer/id", "/holder", "/holder/id"] {
            self.did(value.pointer(pointer));
        }
        for proof in one_or_many(value.get("proof")) {
            self.did(proof.get("verificationMethod"));
        }
        for entry in one_or_many(value.get("credentialStatus")) {
            self.statuses.extend(StatusEntry::parse(entry).ok());
        }
        for credential in one_or_many(value.get("verifiableCredential")) {
            self.collect(credential);
        }
    }

    fn did(&mut self, value: Option<&Value>) {
        let did = value.and_then(Value::as_str).and_then(|text| text.parse::<DidUrl>().ok());
        if let Some(did) = did.map(|url| url.did().clone()).filter(|did| did.method() == "hufu")
            && !self.dids.contains(&did)
        {
            self.dids.push(did);
        }
    }
}

fn one_or_many(value: Option<&Value>) -> &[Value] {
    match value {
        None => &[],
        Some(Value::Array(items)) => items,
        Some(one) => std::slice::from_ref(one),
    }
}

fn with_verifier(evidence: &Evidence, run: impl FnOnce(&Verifier<'_>) -> Report) -> Report {
    let resolver = MethodRouter::offline().with("hufu", HufuMethod(evidence.clone()));
    let contexts = Contexts::bundled();
    run(&Verifier::new(&resolver, &contexts, Timestamp::now()).with_status(evidence))
}

/// `hufu wallet verify`: a file, or everything in the wallet.
pub(super) fn run(
    file: Option<&Path>,
    challenge: Option<String>,
    domain: Option<String>,
    wallet: &Wallet,
    output: Output,
) -> anyhow::Result<()> {
    let Some(file) = file else { return everything(wallet, output) };
    let bytes = read_bytes(file)?;
    // a certified answer's bytes begin with its version, JSON never does
    if bytes.first() == Some(&hufu_light::ANSWER_VERSION) {
        return answer(&Answer::from_bytes(&bytes)?, wallet, output);
    }
    let value = hufu_jcs::parse(&bytes, hufu_jcs::Limits::default()).map_err(|error| {
        Failure::with(Code::Input, format!("{} is not acceptable JSON: {error}", file.display()))
    })?;
    if let Some(found) = answer_in(&value, &bytes)? {
        return answer(&found, wallet, output);
    }
    let evidence = wallet.evidence()?;
    remark_on(&evidence, output);
    let checks = Checks { challenge, domain: domain.into_iter().collect(), ..Checks::default() };
    let report = with_verifier(&evidence, |verifier| {
        if is_presentation(&value) {
            verifier.presentation(&value, &checks)
        } else {
            verifier.credential(&value, &checks)
        }
    });
    remark_on_age(&report, &evidence, output);
    report::conclude(&report, output)
}

fn everything(wallet: &Wallet, output: Output) -> anyhow::Result<()> {
    let evidence = wallet.evidence()?;
    remark_on(&evidence, output);
    let held = wallet.credentials().all()?;
    let reports: Vec<Report> = held
        .iter()
        .map(|held| with_verifier(&evidence, |verifier| verifier.credential(&held.value, &holders())))
        .collect();
    let items: Vec<Value> = held
        .iter()
        .zip(&reports)
        .map(|(held, report)| json!({ "number": held.number, "report": report }))
        .collect();
    let verified = reports.iter().all(|report| report.verified);
    let result = json!({ "verified": verified, "items": items });
    output.result(&result, || {
        if items.is_empty() {
            return "The wallet holds no credentials.".to_owned();
        }
        let texts: Vec<String> = items
            .iter()
            .map(|item| {
                let report = item.get("report").unwrap_or(&Value::Null);
                format!("{} {}", item.get("number").unwrap_or(&Value::Null), report::words(report))
            })
            .collect();
        texts.join("\n")
    })?;
    for report in &reports {
        remark_on_age(report, &evidence, output);
    }
    all_good(&reports)
}

/// Files that prove nothing are worth a word: somebody may have changed them.
fn remark_on(evidence: &Evidence, output: Output) {
    for (path, why) in evidence.refused() {
        output.note(format!("{} proves nothing and is passed over: {why}", path.display()));
    }
}

/// Offline, a status is as old as its proof.
fn remark_on_age(report: &Report, evidence: &Evidence, output: Output) {
    for status in
        report.status.iter().chain(report.credentials.iter().flat_map(|credential| &credential.status))
    {
        if let Some(time) = evidence.status_time(&status.list, status.index) {
            output.note(format!(
                "The status of entry {} is known as of {}; `hufu wallet refresh` renews it.",
                status.index,
                rfc3339(time)
            ));
        }
    }
}

/// A certified answer in JSON: its own form, or the member `answer` of a service's response.
fn answer_in(value: &Value, bytes: &[u8]) -> anyhow::Result<Option<Answer>> {
    if let Some(text) = value.get("answer").and_then(Value::as_str) {
        let bytes = URL_SAFE_NO_PAD
            .decode(text)
            .map_err(|error| Failure::with(Code::Input, format!("the answer is not base64url: {error}")))?;
        return Ok(Some(Answer::from_bytes(&bytes)?));
    }
    if ["key", "proof", "header", "trust"].iter().all(|member| value.get(member).is_some()) {
        return Ok(Some(Answer::from_json(bytes)?));
    }
    Ok(None)
}

/// Verifies a certified answer and says what it proves.
fn answer(answer: &Answer, wallet: &Wallet, output: Output) -> anyhow::Result<()> {
    let network = &answer.header.header.network;
    let anchor = wallet.anchors()?.of(network).ok_or_else(|| {
        Failure::with(Code::No, format!("the network {network} is not pinned in this wallet"))
    })?;
    let verified = answer
        .verify(&anchor, &answer.key)
        .map_err(|error| Failure::with(Code::No, format!("not verified: {error}")))?;
    let key = String::from_utf8_lossy(verified.key()).into_owned();
    let result = json!({
        "verified": true,
        "network": network,
        "key": key,
        "present": verified.value().is_some(),
        "value": verified.value().map(|value| URL_SAFE_NO_PAD.encode(value)),
        "height": verified.height(),
        "time": rfc3339(verified.time_ms()),
        "until": verified.until_ms().map(rfc3339),
        "headerHash": verified.header_hash().to_string(),
    });
    output.result(&result, || {
        let what = match verified.value() {
            Some(value) => format!("{key} had a value of {} bytes", value.len()),
            None => format!("{key} had no value"),
        };
        format!(
            "VERIFIED {what}\n  network  {network} (genesis {})\n  height   {}\n  from     {}\n  until    {}",
            anchor.genesis_hash,
            verified.height(),
            rfc3339(verified.time_ms()),
            verified.until_ms().map_or_else(|| "not proven: it was the newest block".to_owned(), rfc3339),
        )
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Needs;

    #[test]
    fn what_must_be_fetched_is_found_in_credentials_and_presentations() {
        let did = |letter: &str| format!("did:hufu:dev:{letter}");
        let credential = json!({
            "issuer": { "id": did("a") },
            "proof": [{ "verificationMethod": format!("{}#key-1", did("b")) }],
            "credentialStatus": {
                "type": "BitstringStatusListEntry", "statusPurpose": "revocation",
                "statusListIndex": "7", "statusListCredential": "https://a.example/1",
            },
        });
        let presentation =
            json!({ "holder": did("c"), "verifiableCredential": [credential, { "issuer": "did:key:z6" }] });
        let needs = Needs::of(&presentation);
        let dids: Vec<&str> = needs.dids.iter().map(hufu_did::Did::as_str).collect();
        assert_eq!(dids, [did("c"), did("a"), did("b")]);
        assert_eq!(needs.statuses.len(), 1);
        assert_eq!(needs.statuses[0].index, 7);
    }
}
