//! Status lists seen by a verifier: the list credential's own proof and issuer, every mismatch, every source.

mod common;

use common::*;
use hufu_credentials::status::{
    BitstringList, EntryRecord, LedgerStatus, ListDescription, ListRecord, MIN_ENTRIES, MemoryStatus,
    StatusEntry, StatusEvidence, StatusPurpose, StatusSource, VerifiedList,
};
use hufu_credentials::{
    CheckName, Checks, Credential, Extension, Outcome, ProblemType, Report, Suite, issue,
};
use hufu_keys::{Algorithm, SigningKey};
use serde_json::{Value, json};
use std::sync::Arc;

const LIST: &str = "https://issuer.example/status/3";

fn issuer_key() -> SigningKey {
    key(Algorithm::Ed25519, 1)
}

fn describe(purposes: &[StatusPurpose]) -> ListDescription {
    ListDescription {
        id: LIST.to_owned(),
        issuer: did(&issuer_key()),
        purposes: purposes.to_vec(),
        valid_from: Some("2026-01-01T00:00:00Z".parse().expect("a time")),
        valid_until: Some("2027-01-01T00:00:00Z".parse().expect("a time")),
        ttl_ms: Some(300_000),
    }
}

/// A signed list credential with some entries set.
fn list(purposes: &[StatusPurpose], set: &[(u64, u8)], size: u8) -> Value {
    let mut bits = BitstringList::new(MIN_ENTRIES, size).expect("list");
    for (index, value) in set {
        bits.set(*index, *value).expect("set");
    }
    let credential = describe(purposes).credential(&bits).expect("conforming");
    sign(credential.into_value(), Suite::EddsaRdfc2022, &issuer_key())
}

fn holding(entries: &[StatusEntry]) -> Value {
    let mut document = credential(&did(&issuer_key()));
    document["credentialStatus"] = match entries {
        [one] => one.to_value(),
        many => many.iter().map(StatusEntry::to_value).collect(),
    };
    sign(document, Suite::EddsaRdfc2022, &issuer_key())
}

fn entry(purpose: StatusPurpose, index: u64) -> StatusEntry {
    StatusEntry::new(LIST, purpose, index)
}

fn verify(credential: &Value, list: Value) -> Report {
    verify_with(credential, list, &Checks::default())
}

fn verify_with(credential: &Value, list: Value, checks: &Checks) -> Report {
    let mut source = MemoryStatus::default();
    source.insert(LIST, list);
    verifier().with_status(&source).credential(credential, checks)
}

#[track_caller]
fn assert_refused(report: &Report, kind: ProblemType, words: &str) {
    assert!(!report.verified);
    assert_eq!(report.outcome(CheckName::CredentialStatus), Some(Outcome::Failed));
    assert!(report.problems.iter().any(|p| p.is(kind) && p.detail.contains(words)), "{:#?}", report.problems);
}

#[test]
fn an_unset_entry_passes_and_is_reported() {
    let report = verify(
        &holding(&[entry(StatusPurpose::Revocation, 94_567)]),
        list(&[StatusPurpose::Revocation], &[(1, 1)], 1),
    );
    assert!(report.verified, "{report:#?}");
    let status = &report.status[0];
    assert_eq!((status.value, status.valid, status.index, status.from_ledger), (0, true, 94_567, false));
    assert_eq!(status.message.as_deref(), Some("unset"));
}

#[test]
fn revoked_and_suspended_credentials_do_not_verify() {
    for (purpose, word) in [(StatusPurpose::Revocation, "revoked"), (StatusPurpose::Suspension, "suspended")]
    {
        let report = verify(&holding(&[entry(purpose, 94_567)]), list(&[purpose], &[(94_567, 1)], 1));
        assert_refused(&report, ProblemType::Status, word);
        assert_eq!(report.outcome(CheckName::Proof), Some(Outcome::Passed));
        assert_eq!((report.status[0].value, report.status[0].valid), (1, false));
    }
}

#[test]
fn refresh_and_messages_inform_and_do_not_invalidate() {
    let report =
        verify(&holding(&[entry(StatusPurpose::Refresh, 5)]), list(&[StatusPurpose::Refresh], &[(5, 1)], 1));
    assert!(report.verified && report.warnings.iter().any(|w| w.detail.contains("updated credential")));
    let with_messages = entry(StatusPurpose::Message, 5)
        .with_messages(&["pending_review", "accepted", "rejected", "undefined"])
        .expect("four");
    let report = verify(&holding(&[with_messages]), list(&[StatusPurpose::Message], &[(5, 2)], 2));
    assert!(report.verified, "{report:#?}");
    assert_eq!((report.status[0].value, report.status[0].message.as_deref()), (2, Some("rejected")));
}

#[test]
fn several_entries_are_all_looked_up() {
    let both = holding(&[entry(StatusPurpose::Revocation, 5), entry(StatusPurpose::Suspension, 6)]);
    let lists = |set: &[(u64, u8)]| list(&[StatusPurpose::Revocation, StatusPurpose::Suspension], set, 1);
    assert!(verify(&both, lists(&[])).verified);
    let report = verify(&both, lists(&[(6, 1)]));
    assert_refused(&report, ProblemType::Status, "suspended");
    assert_eq!(report.status.len(), 2);
}

#[test]
fn every_mismatch_is_refused() {
    let revocable = holding(&[entry(StatusPurpose::Revocation, 94_567)]);
    let good = || list(&[StatusPurpose::Revocation], &[], 1);

    assert_refused(
        &verify(&revocable, list(&[StatusPurpose::Suspension], &[], 1)),
        ProblemType::StatusVerification,
        "not for revocation",
    );
    let beyond = holding(&[entry(StatusPurpose::Revocation, MIN_ENTRIES)]);
    assert_refused(&verify(&beyond, good()), ProblemType::Range, "beyond");
    let far = holding(&[entry(StatusPurpose::Revocation, u64::MAX)]);
    assert_refused(&verify(&far, good()), ProblemType::Range, "beyond");

    let mut forged = good();
    forged["credentialSubject"]["encodedList"] =
        json!(BitstringList::new(MIN_ENTRIES * 2, 1).expect("list").encode());
    assert_refused(&verify(&revocable, forged), ProblemType::StatusVerification, "does not verify");
    let mut unsigned = good();
    unsigned.as_object_mut().expect("object").remove("proof");
    assert_refused(&verify(&revocable, unsigned), ProblemType::StatusVerification, "no proof");
    assert_refused(&verify(&revocable, json!(null)), ProblemType::StatusVerification, "does not verify");
    assert_refused(
        &verify(&revocable, revocable.clone()),
        ProblemType::StatusVerification,
        "BitstringStatusListCredential",
    );

    // Signed as they stand, but not what a list must be.
    for (change, kind, words) in [
        (json!({ "type": "Other" }), ProblemType::StatusVerification, "type"),
        (json!({ "statusPurpose": [] }), ProblemType::StatusVerification, "statusPurpose"),
        (json!({ "encodedList": "uAAAA" }), ProblemType::StatusVerification, "GZIP"),
        (json!({ "encodedList": "H4sI" }), ProblemType::StatusVerification, "prefix"),
        (json!({ "encodedList": "uH4sIAAAAAAAA_2NgAAMAVcpHhQQAAAA" }), ProblemType::StatusVerification, ""),
    ] {
        let mut document = good();
        document.as_object_mut().expect("object").remove("proof");
        for (name, value) in change.as_object().expect("object") {
            document["credentialSubject"][name] = value.clone();
        }
        // JCS, without term checks: some of these would not survive JSON-LD.
        let key = issuer_key();
        let mut options = options(Suite::EddsaJcs2022, &key);
        options.check_terms = false;
        let signed = issue(Credential::parse(document).expect("conforming"), &key, &options, &CONTEXTS)
            .expect("issued");
        assert_refused(&verify(&revocable, signed.into_value()), kind, words);
    }

    let mut other = describe(&[StatusPurpose::Revocation]);
    other.id = "https://issuer.example/status/4".to_owned();
    let other = other.credential(&BitstringList::new(MIN_ENTRIES, 1).expect("list")).expect("conforming");
    let other = sign(other.into_value(), Suite::EddsaRdfc2022, &issuer_key());
    assert_refused(&verify(&revocable, other), ProblemType::StatusVerification, "another one");

    let mut late = describe(&[StatusPurpose::Revocation]);
    late.valid_until = Some("2026-05-01T00:00:00Z".parse().expect("a time"));
    let late = late.credential(&BitstringList::new(MIN_ENTRIES, 1).expect("list")).expect("conforming");
    assert_refused(
        &verify(&revocable, sign(late.into_value(), Suite::EddsaRdfc2022, &issuer_key())),
        ProblemType::StatusVerification,
        "was valid until",
    );
}

#[test]
fn a_short_list_breaks_herd_privacy() {
    use std::io::Write as _;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(&[0; 1024]).expect("write");
    let encoded =
        base64::Engine::encode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, encoder.finish().expect("finish"));
    let mut document = list(&[StatusPurpose::Revocation], &[], 1);
    document.as_object_mut().expect("object").remove("proof");
    document["credentialSubject"]["encodedList"] = json!(format!("u{encoded}"));
    let short = sign(document, Suite::EddsaRdfc2022, &issuer_key());
    assert_refused(
        &verify(&holding(&[entry(StatusPurpose::Revocation, 5)]), short),
        ProblemType::StatusListLength,
        "fewer than",
    );
    // The same bits are too few entries of two bits.
    let two_bits = entry(StatusPurpose::Message, 5).with_messages(&["a", "b", "c", "d"]).expect("four");
    assert_refused(
        &verify(&holding(&[two_bits]), list(&[StatusPurpose::Message], &[], 1)),
        ProblemType::StatusListLength,
        "fewer than",
    );
}

#[test]
fn the_list_must_be_the_issuers_or_an_accepted_one() {
    let other = key(Algorithm::Ed25519, 9);
    let mut description = describe(&[StatusPurpose::Revocation]);
    description.issuer = did(&other);
    let foreign =
        description.credential(&BitstringList::new(MIN_ENTRIES, 1).expect("list")).expect("conforming");
    let foreign = sign(foreign.into_value(), Suite::EddsaRdfc2022, &other);
    let credential = holding(&[entry(StatusPurpose::Revocation, 5)]);
    assert_refused(
        &verify(&credential, foreign.clone()),
        ProblemType::StatusVerification,
        "not by the issuer",
    );
    let checks = Checks { status_issuers: vec![did(&other)], ..Checks::default() };
    assert!(verify_with(&credential, foreign, &checks).verified);
}

#[test]
fn without_evidence_status_fails_closed_unless_told_otherwise() {
    let credential = holding(&[entry(StatusPurpose::Revocation, 5)]);
    let source = MemoryStatus::default();
    let verifier = verifier().with_status(&source);
    assert_refused(
        &verifier.credential(&credential, &Checks::default()),
        ProblemType::StatusRetrieval,
        "no status list is known",
    );
    let report =
        verifier.credential(&credential, &Checks { status: Extension::IfKnown, ..Checks::default() });
    assert!(report.verified && report.warnings.len() == 1);
    let report = verifier.credential(&credential, &Checks { status: Extension::Skip, ..Checks::default() });
    assert!(report.verified && report.warnings.is_empty());

    let mut document = common::credential(&did(&issuer_key()));
    document["@context"] =
        json!(["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"]);
    document["credentialStatus"] = json!({ "type": "StatusList2021Entry", "id": "urn:status:1" });
    let unknown = sign(document, Suite::EddsaRdfc2022, &issuer_key());
    assert_refused(
        &verifier.credential(&unknown, &Checks::default()),
        ProblemType::StatusRetrieval,
        "StatusList2021Entry is not supported",
    );
}

/// A source that gives one kind of evidence.
struct One(StatusEvidence<'static>);

impl StatusSource for One {
    fn status(&self, _: &StatusEntry) -> Result<StatusEvidence<'_>, String> {
        Ok(self.0.clone())
    }
}

#[test]
fn a_list_verified_once_serves_many() {
    let signed = list(&[StatusPurpose::Revocation], &[(5, 1)], 1);
    let verified: Arc<VerifiedList> = Arc::new(verifier().status_list(&signed).expect("verifies"));
    assert_eq!(
        (verified.id(), verified.issuer(), verified.ttl_ms()),
        (Some(LIST), did(&issuer_key()).as_str(), Some(300_000))
    );
    let source = One(StatusEvidence::Verified(Arc::clone(&verified)));
    let verifier = verifier().with_status(&source);
    assert!(
        verifier.credential(&holding(&[entry(StatusPurpose::Revocation, 6)]), &Checks::default()).verified
    );
    assert_refused(
        &verifier.credential(&holding(&[entry(StatusPurpose::Revocation, 5)]), &Checks::default()),
        ProblemType::Status,
        "revoked",
    );
    let later = hufu_credentials::Verifier::new(
        &hufu_did::key::KeyMethod,
        &CONTEXTS,
        "2028-01-01T00:00:00Z".parse().expect("a time"),
    )
    .with_status(&source);
    assert_refused(
        &later.credential(&holding(&[entry(StatusPurpose::Revocation, 6)]), &Checks::default()),
        ProblemType::StatusVerification,
        "no longer valid",
    );
    let mut forged = signed;
    forged["credentialSubject"]["ttl"] = json!(1);
    assert!(common::verifier().status_list(&forged).is_err());
}

#[test]
fn what_the_ledger_proved_counts() {
    let record = ListRecord {
        id: LIST.to_owned(),
        owner: did(&issuer_key()),
        purposes: vec![StatusPurpose::Revocation],
        entries: MIN_ENTRIES,
        status_size: 1,
        messages: Vec::new(),
        changes: 1,
        created_height: 1,
        created_ms: 1,
        updated_height: 2,
        updated_ms: 2,
    };
    let set = EntryRecord {
        index: 5,
        value: 1,
        previous: 0,
        by: did(&issuer_key()),
        reason: String::new(),
        height: 2,
        time_ms: 2,
    };
    let verify = |status: LedgerStatus, index: u64| {
        let source = One(StatusEvidence::Ledger(Box::new(status)));
        verifier()
            .with_status(&source)
            .credential(&holding(&[entry(StatusPurpose::Revocation, index)]), &Checks::default())
    };
    let status = |list: &ListRecord, entry: Option<&EntryRecord>| LedgerStatus {
        list: list.clone(),
        entry: entry.cloned(),
        height: 77,
        time_ms: 3,
    };
    let report = verify(status(&record, None), 5);
    assert!(
        report.verified && report.status[0].from_ledger && report.status[0].height == Some(77),
        "{report:#?}"
    );
    assert_refused(&verify(status(&record, Some(&set)), 5), ProblemType::Status, "revoked");
    assert_refused(&verify(status(&record, Some(&set)), 6), ProblemType::StatusVerification, "another entry");
    assert_refused(&verify(status(&record, None), MIN_ENTRIES), ProblemType::Range, "beyond");
    let change = |f: &dyn Fn(&mut ListRecord)| {
        let mut changed = record.clone();
        f(&mut changed);
        verify(status(&changed, None), 5)
    };
    assert_refused(
        &change(&|l| l.id = "https://issuer.example/status/4".to_owned()),
        ProblemType::StatusVerification,
        "another list",
    );
    assert_refused(
        &change(&|l| l.owner = "did:example:x".to_owned()),
        ProblemType::StatusVerification,
        "not by the issuer",
    );
    assert_refused(
        &change(&|l| l.purposes = vec![StatusPurpose::Suspension]),
        ProblemType::StatusVerification,
        "not for revocation",
    );
    assert_refused(&change(&|l| l.status_size = 2), ProblemType::StatusVerification, "bits");
}
