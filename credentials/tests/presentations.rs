//! Presentations: who presents, to whom, what, and whether it is theirs.

mod common;

use common::*;
use hufu_credentials::{
    CheckName, Checks, HolderBinding, Outcome, Presentation, ProblemType, ProofOptions, Report, Suite,
    present,
};
use hufu_did::Relationship;
use hufu_keys::{Algorithm, SigningKey};
use serde_json::{Value, json};

fn holder() -> SigningKey {
    key(Algorithm::P256, 20)
}

/// A credential about the holder.
fn about(subject: &str, suite: Suite, key: &SigningKey) -> Value {
    let mut document = credential(&did(key));
    document["credentialSubject"]["id"] = json!(subject);
    sign(document, suite, key)
}

fn licence_and_card() -> Vec<Value> {
    let holder = did(&holder());
    vec![
        about(&holder, Suite::Sm2Rdfc2026, &key(Algorithm::Sm2, 7)),
        about(&holder, Suite::EddsaRdfc2022, &key(Algorithm::Ed25519, 1)),
    ]
}

fn presented(credentials: Vec<Value>, named: Option<&str>, suite: Suite, key: &SigningKey) -> Value {
    let presentation = Presentation::of(named, credentials).expect("conforming");
    let options = ProofOptions::authentication(suite, method(key), "nonce-1", "shop.example")
        .created_at("2026-05-31T23:59:00Z".parse().expect("a time"));
    present(presentation, key, &options, &CONTEXTS).expect("signed").into_value()
}

fn checks() -> Checks {
    Checks {
        challenge: Some("nonce-1".to_owned()),
        domain: vec!["shop.example".to_owned()],
        ..Checks::default()
    }
}

fn verify(value: &Value) -> Report {
    verifier().presentation(value, &checks())
}

#[track_caller]
fn assert_refused(report: &Report, kind: ProblemType, words: &str) {
    assert!(!report.verified, "{report:#?}");
    assert!(report.problems.iter().any(|p| p.is(kind) && p.detail.contains(words)), "{:#?}", report.problems);
}

#[test]
fn credentials_of_several_issuers_in_every_suite() {
    for (suite, key) in suites() {
        let who = did(&key);
        let credentials = vec![
            about(&who, Suite::Sm2Jcs2026, &common::key(Algorithm::Sm2, 7)),
            about(&who, Suite::EddsaRdfc2022, &common::key(Algorithm::Ed25519, 1)),
            about(&who, Suite::EcdsaRdfc2019, &common::key(Algorithm::P384, 4)),
        ];
        for named in [None, Some(who.as_str())] {
            let report = verify(&presented(credentials.clone(), named, suite, &key));
            assert!(report.verified, "{suite}: {report:#?}");
            assert_eq!(report.holder.as_deref(), Some(who.as_str()));
            assert_eq!(report.credentials.len(), 3);
            assert!(report.credentials.iter().all(|c| c.verified && c.holder_bound == Some(true)));
        }
    }
}

#[test]
fn a_presentation_of_nothing_proves_control_of_a_key() {
    let report = verify(&presented(Vec::new(), None, Suite::EcdsaRdfc2019, &holder()));
    assert!(report.verified);
    assert_eq!(report.outcome(CheckName::Credentials), Some(Outcome::Skipped));
}

#[test]
fn another_challenge_or_domain_is_refused() {
    let signed = presented(licence_and_card(), None, Suite::EcdsaJcs2019, &holder());
    let verify = |challenge: &str, domain: &str| {
        let checks = Checks {
            challenge: Some(challenge.to_owned()),
            domain: vec![domain.to_owned()],
            ..Checks::default()
        };
        verifier().presentation(&signed, &checks)
    };
    assert!(verify("nonce-1", "shop.example").verified);
    assert_refused(&verify("nonce-2", "shop.example"), ProblemType::InvalidChallenge, "challenge");
    assert_refused(&verify("nonce-1", "evil.example"), ProblemType::InvalidDomain, "domain");
    assert!(verifier().presentation(&signed, &Checks::default()).verified, "not asked for, not checked");
}

#[test]
fn the_named_holder_must_have_signed() {
    let thief = key(Algorithm::Ed25519, 66);
    let signed = presented(licence_and_card(), Some(&did(&holder())), Suite::EddsaRdfc2022, &thief);
    assert_refused(&verify(&signed), ProblemType::CryptographicSecurity, "not by");
}

#[test]
fn stolen_credentials_are_unbound_and_refused_on_request() {
    let thief = key(Algorithm::Ed25519, 66);
    let signed = presented(licence_and_card(), None, Suite::EddsaRdfc2022, &thief);
    let report = verify(&signed);
    assert!(report.verified && report.credentials.iter().all(|c| c.holder_bound == Some(false)));
    let strict = Checks { holder_binding: HolderBinding::Required, ..checks() };
    assert_refused(
        &verifier().presentation(&signed, &strict),
        ProblemType::HolderBinding,
        "credential 0 is not about did:key",
    );
    let own = presented(licence_and_card(), None, Suite::EcdsaRdfc2019, &holder());
    assert!(verifier().presentation(&own, &strict).verified);
}

#[test]
fn the_purpose_must_be_authentication() {
    let presentation = Presentation::of(None, Vec::new()).expect("conforming");
    let options = ProofOptions {
        purpose: Relationship::AssertionMethod,
        ..ProofOptions::authentication(Suite::EcdsaRdfc2019, method(&holder()), "nonce-1", "shop.example")
    };
    let signed = present(presentation, &holder(), &options, &CONTEXTS).expect("signed").into_value();
    assert_refused(&verify(&signed), ProblemType::ProofVerification, "expected authentication");
}

#[test]
fn an_assertion_key_does_not_authenticate() {
    let who = "did:example:holder";
    let options =
        ProofOptions::authentication(Suite::EcdsaRdfc2019, "did:example:holder#1", "nonce-1", "shop.example");
    let presentation = Presentation::of(Some(who), Vec::new()).expect("conforming");
    let signed = present(presentation, &holder(), &options, &CONTEXTS).expect("signed").into_value();
    for (relationship, verified) in
        [(Relationship::Authentication, true), (Relationship::AssertionMethod, false)]
    {
        let documents = Documents::default().with_key(who, "1", &holder(), &[relationship]);
        let report =
            hufu_credentials::Verifier::new(&documents, &CONTEXTS, now()).presentation(&signed, &checks());
        assert_eq!(report.verified, verified, "{report:#?}");
    }
}

#[test]
fn one_bad_credential_fails_the_presentation() {
    let mut credentials = licence_and_card();
    credentials[1]["credentialSubject"]["alumniOf"] = json!("Another School");
    let report = verify(&presented(credentials, None, Suite::EcdsaRdfc2019, &holder()));
    assert_refused(&report, ProblemType::CryptographicSecurity, "1 of 2 credentials");
    assert_eq!(report.credentials.iter().map(|c| c.verified).collect::<Vec<_>>(), [true, false]);

    let mut unsigned = licence_and_card();
    unsigned[0].as_object_mut().expect("object").remove("proof");
    assert!(!verify(&presented(unsigned, None, Suite::EcdsaRdfc2019, &holder())).verified);
}

#[test]
fn exchanged_and_added_credentials_are_noticed() {
    for suite in [Suite::EcdsaRdfc2019, Suite::EcdsaJcs2019] {
        let signed = presented(licence_and_card(), None, suite, &holder());
        let mut added = signed.clone();
        let copy = about(&did(&holder()), Suite::EddsaJcs2022, &key(Algorithm::Ed25519, 2));
        added["verifiableCredential"].as_array_mut().expect("array").push(copy);
        assert_refused(&verify(&added), ProblemType::CryptographicSecurity, "does not fit");
        let mut fewer = signed.clone();
        fewer["verifiableCredential"].as_array_mut().expect("array").pop();
        assert_refused(&verify(&fewer), ProblemType::CryptographicSecurity, "does not fit");
        let mut renamed = signed;
        renamed["holder"] = json!("did:example:other");
        assert!(!verify(&renamed).verified);
    }
}

#[test]
fn an_unsigned_presentation_needs_permission() {
    let unsigned = Presentation::of(None, licence_and_card()).expect("conforming").into_value();
    assert_refused(&verify(&unsigned), ProblemType::ProofVerification, "no proof");
    let report = verifier()
        .presentation(&unsigned, &Checks { allow_unsigned_presentation: true, ..Checks::default() });
    assert!(report.verified && report.warnings.len() == 1 && report.holder.is_none());
    let strict = Checks {
        allow_unsigned_presentation: true,
        holder_binding: HolderBinding::Required,
        ..Checks::default()
    };
    assert_refused(
        &verifier().presentation(&unsigned, &strict),
        ProblemType::HolderBinding,
        "unknown presenter",
    );
}

#[test]
fn credentials_and_presentations_are_not_mistaken_for_each_other() {
    let signed = presented(licence_and_card(), None, Suite::EcdsaRdfc2019, &holder());
    assert!(!verifier().credential(&signed, &Checks::default()).verified);
    assert!(!verifier().presentation(&licence_and_card()[0], &Checks::default()).verified);
}
