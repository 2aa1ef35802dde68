//! The verifier's decisions, each a test of its own.

mod common;

use common::*;
use hufu_credentials::proof::add_proof;
use hufu_credentials::resource::ContextResources;
use hufu_credentials::{
    CheckName, Checks, Credential, Extension, KeyCache, Outcome, ProblemType, ProofOptions, Report, Suite,
    Verifier, issue,
};
use hufu_did::{Did, Relationship, Resolution, ResolutionError, ResolutionOptions, Resolver};
use hufu_keys::{Algorithm, SigningKey};
use serde_json::{Value, json};

fn verify(value: &Value) -> Report {
    verifier().credential(value, &Checks::default())
}

/// Refused, and for this reason.
#[track_caller]
fn assert_refused(report: &Report, kind: ProblemType, words: &str) {
    assert!(!report.verified, "{report:#?}");
    let found = report.problems.iter().any(|p| p.is(kind) && p.detail.contains(words));
    assert!(found, "expected {kind:?} with {words:?}: {:#?}", report.problems);
}

fn sign_with(options: &ProofOptions, key: &SigningKey) -> Value {
    let credential = Credential::parse(credential(&did(key))).expect("conforming");
    issue(credential, key, options, &CONTEXTS).expect("issued").into_value()
}

#[test]
fn every_suite_verifies_what_it_issued() {
    let cache = KeyCache::default();
    for (suite, key) in suites() {
        let signed = issued(suite, &key);
        assert_eq!(signed["proof"]["cryptosuite"], suite.name());
        for _ in 0..2 {
            let report = verifier().with_key_cache(&cache).credential(&signed, &Checks::default());
            assert!(report.verified, "{suite}: {report:#?}");
            assert_eq!(report.issuer, Some(did(&key)));
            assert!(report.warnings.is_empty());
        }
    }
}

#[test]
fn a_key_of_another_is_not_the_issuers() {
    let (ours, theirs) = (key(Algorithm::Ed25519, 1), key(Algorithm::Ed25519, 9));
    for suite in [Suite::EddsaRdfc2022, Suite::EddsaJcs2022] {
        let signed = sign(credential(&did(&theirs)), suite, &ours);
        let report = verify(&signed);
        assert_refused(&report, ProblemType::CryptographicSecurity, "not by did:key");
        assert_eq!(report.outcome(CheckName::Proof), Some(Outcome::Passed), "the signature itself holds");
        assert_eq!(report.outcome(CheckName::Issuer), Some(Outcome::Failed));
    }
}

#[test]
fn an_issuer_that_is_no_did_cannot_be_bound_to_a_key() {
    let key = key(Algorithm::Ed25519, 1);
    let signed = sign(credential("https://issuer.example/1"), Suite::EddsaRdfc2022, &key);
    assert_refused(&verify(&signed), ProblemType::CryptographicSecurity, "not by https://issuer.example/1");
}

#[test]
fn an_issuer_with_a_url_is_accepted_only_if_asked_for_and_a_did_is_held_to_its_keys() {
    let (ours, theirs) = (key(Algorithm::Ed25519, 1), key(Algorithm::Ed25519, 9));
    let checks = Checks { url_issuers: true, ..Checks::default() };
    for suite in [Suite::EddsaRdfc2022, Suite::EddsaJcs2022] {
        let signed = sign(credential("https://issuer.example/1"), suite, &ours);
        let report = verifier().credential(&signed, &checks);
        assert!(report.verified, "{suite}: {report:#?}");
        assert_eq!(report.outcome(CheckName::Issuer), Some(Outcome::Skipped));
        let warned = report.warnings.iter().any(|w| w.detail.contains("not by https://issuer.example/1"));
        assert!(warned && report.warnings.len() == 1, "{:#?}", report.warnings);

        let mut tampered = signed;
        tampered["credentialSubject"]["id"] = json!("did:example:another");
        let report = verifier().credential(&tampered, &checks);
        assert_refused(&report, ProblemType::CryptographicSecurity, "does not fit");

        let signed = sign(credential(&did(&theirs)), suite, &ours);
        let report = verifier().credential(&signed, &checks);
        assert_refused(&report, ProblemType::CryptographicSecurity, "not by did:key");
    }
}

#[test]
fn the_method_must_be_listed_under_the_purpose() {
    let key = key(Algorithm::P256, 3);
    let issuer = "did:example:issuer";
    let options = ProofOptions::new(Suite::EcdsaRdfc2019, "did:example:issuer#1");
    let signed = issue(Credential::parse(credential(issuer)).expect("conforming"), &key, &options, &CONTEXTS)
        .expect("issued")
        .into_value();
    let with = |relationships: &[Relationship]| {
        let documents = Documents::default().with_key(issuer, "1", &key, relationships);
        Verifier::new(&documents, &CONTEXTS, now()).credential(&signed, &Checks::default())
    };
    assert!(with(&[Relationship::AssertionMethod]).verified);
    assert!(with(&Relationship::ALL).verified);
    for relationships in [
        &[][..],
        &[Relationship::Authentication],
        &[Relationship::KeyAgreement, Relationship::CapabilityInvocation, Relationship::CapabilityDelegation],
    ] {
        assert_refused(
            &with(relationships),
            ProblemType::InvalidRelationship,
            "not listed under assertionMethod",
        );
    }
}

#[test]
fn the_purpose_must_be_the_expected_one() {
    let key = key(Algorithm::Ed25519, 1);
    for purpose in [Relationship::Authentication, Relationship::CapabilityInvocation] {
        let signed = sign_with(&ProofOptions { purpose, ..options(Suite::EddsaRdfc2022, &key) }, &key);
        assert_refused(&verify(&signed), ProblemType::ProofVerification, "expected assertionMethod");
    }
    let mut signed = issued(Suite::EddsaRdfc2022, &key);
    signed["proof"]["proofPurpose"] = json!("invalidPurpose");
    assert_refused(&verify(&signed), ProblemType::ProofVerification, "is not known");
}

#[test]
fn a_document_cannot_speak_for_another_controller() {
    let key = key(Algorithm::Ed25519, 1);
    let (attacker, victim) = ("did:example:attacker", "did:example:victim");
    let mut documents = Documents::default().with_key(attacker, "1", &key, &[Relationship::AssertionMethod]);
    documents.0.get_mut(attacker).expect("document")["verificationMethod"][0]["controller"] = json!(victim);
    let options = ProofOptions::new(Suite::EddsaRdfc2022, "did:example:attacker#1");
    for issuer in [attacker, victim] {
        let signed =
            issue(Credential::parse(credential(issuer)).expect("conforming"), &key, &options, &CONTEXTS)
                .expect("issued")
                .into_value();
        let report = Verifier::new(&documents, &CONTEXTS, now()).credential(&signed, &Checks::default());
        assert_refused(&report, ProblemType::InvalidVerificationMethod, "as its controller");
    }
}

#[test]
fn a_method_that_has_expired_or_been_revoked_signs_nothing() {
    let key = key(Algorithm::Ed25519, 1);
    let issuer = "did:example:issuer";
    let options = ProofOptions::new(Suite::EddsaJcs2022, "did:example:issuer#1");
    let signed = issue(Credential::parse(credential(issuer)).expect("conforming"), &key, &options, &CONTEXTS)
        .expect("issued")
        .into_value();
    for (name, time, verified) in [
        ("expires", "2026-05-31T00:00:00Z", false),
        ("expires", "2026-06-02T00:00:00Z", true),
        ("revoked", "2026-05-31T00:00:00Z", false),
    ] {
        let mut documents =
            Documents::default().with_key(issuer, "1", &key, &[Relationship::AssertionMethod]);
        documents.0.get_mut(issuer).expect("document")["verificationMethod"][0][name] = json!(time);
        let report = Verifier::new(&documents, &CONTEXTS, now()).credential(&signed, &Checks::default());
        assert_eq!(report.verified, verified, "{name} {time}: {report:#?}");
    }
}

#[test]
fn a_deactivated_did_signs_nothing() {
    struct Deactivated;
    impl Resolver for Deactivated {
        fn resolve(&self, did: &Did, options: &ResolutionOptions) -> Result<Resolution, ResolutionError> {
            let mut resolution = hufu_did::key::KeyMethod.resolve(did, options)?;
            resolution.document_metadata.deactivated = Some(true);
            Ok(resolution)
        }
    }
    let signed = issued(Suite::EddsaJcs2022, &key(Algorithm::Ed25519, 1));
    let report = Verifier::new(&Deactivated, &CONTEXTS, now()).credential(&signed, &Checks::default());
    assert_refused(&report, ProblemType::InvalidVerificationMethod, "is deactivated");
}

#[test]
fn related_resources_are_compared_with_their_digests() {
    const V2: &str = "https://www.w3.org/ns/credentials/v2";
    let key = key(Algorithm::Ed25519, 1);
    let with = |id: &str, digest: &str| {
        let mut document = credential(&did(&key));
        document["relatedResource"] = json!({ "id": id, "digestMultibase": digest });
        sign(document, Suite::EddsaJcs2022, &key)
    };
    let source = ContextResources::new(&CONTEXTS);
    let verify = |value: &Value, resources: Extension| {
        verifier().with_resources(&source).credential(value, &Checks { resources, ..Checks::default() })
    };
    let right = with(V2, "uWZVc7WaX1h4D8rJVb-vlMIqxaEKEb1tYbX8fet7JJzQ");
    assert!(verify(&right, Extension::Required).verified, "{:#?}", verify(&right, Extension::Required));
    let wrong = with(V2, "uM4RgWQc3RUDtjJCSgTJtTfvpZ7SPEg_LNO0ESlovQC0");
    assert_refused(&verify(&wrong, Extension::IfKnown), ProblemType::RelatedResource, "another digest");
    assert!(verify(&wrong, Extension::Skip).verified);
    let unknown = with("https://unknown.example/", "uM4RgWQc3RUDtjJCSgTJtTfvpZ7SPEg_LNO0ESlovQC0");
    assert_refused(&verify(&unknown, Extension::Required), ProblemType::RelatedResource, "not known here");
    let report = verify(&unknown, Extension::IfKnown);
    assert!(report.verified && report.warnings.len() == 1);
}

#[test]
fn malformed_verification_methods_are_refused() {
    let key = key(Algorithm::Ed25519, 1);
    let (did, multikey) = (did(&key), key.verifying_key().to_multikey());
    for method in [
        String::new(),
        "x".to_owned(),
        did.clone(),
        format!("{did}?accept=bogus#{multikey}"),
        format!("{did}/path#{multikey}"),
        format!("{did}#another"),
        format!("{did}#"),
        "did:key:invalidVm".to_owned(),
        "did:key:@invalidVm@".to_owned(),
        "did:key:z6Mk#z6Mk".to_owned(),
        "did:unknown:1#1".to_owned(),
        "https://issuer.example/#1".to_owned(),
        format!("did:key:{}#x", "z".repeat(5000)),
    ] {
        let mut signed = issued(Suite::EddsaJcs2022, &key);
        signed["proof"]["verificationMethod"] = json!(method);
        assert_refused(&verify(&signed), ProblemType::InvalidVerificationMethod, "");
    }
    for method in [json!(null), json!(1), json!({ "id": did }), json!([did])] {
        let mut signed = issued(Suite::EddsaJcs2022, &key);
        signed["proof"]["verificationMethod"] = method;
        assert_refused(
            &verify(&signed),
            ProblemType::ProofVerification,
            "verificationMethod is not a string",
        );
    }
}

#[test]
fn a_key_of_another_algorithm_does_not_fit_the_suite() {
    let key = key(Algorithm::Ed25519, 1);
    let mut signed = issued(Suite::EddsaRdfc2022, &key);
    signed["proof"]["cryptosuite"] = json!("ecdsa-rdfc-2019");
    assert_refused(
        &verify(&signed),
        ProblemType::ProofVerification,
        "cannot be used with a key of algorithm Ed25519",
    );
    let error = issue(
        Credential::parse(credential(&did(&key))).expect("conforming"),
        &key,
        &options(Suite::Sm2Jcs2026, &key),
        &CONTEXTS,
    );
    assert!(error.is_err());
}

#[test]
fn incomplete_and_malformed_proofs_are_refused() {
    let key = key(Algorithm::Ed25519, 1);
    for suite in [Suite::EddsaRdfc2022, Suite::EddsaJcs2022] {
        for name in ["type", "cryptosuite", "verificationMethod", "proofPurpose", "proofValue"] {
            let mut signed = issued(suite, &key);
            signed["proof"].as_object_mut().expect("object").remove(name);
            assert_refused(&verify(&signed), ProblemType::ProofVerification, &format!("{name} is missing"));
        }
        for (name, value) in [
            ("type", json!("UnknownProofType")),
            ("type", json!(["DataIntegrityProof"])),
            ("cryptosuite", json!("UnknownCryptosuite")),
            ("created", json!("invalidDate")),
            ("expires", json!("invalidDate")),
            ("expires", json!(5)),
            ("id", json!("456321")),
            ("previousProof", json!(456_321)),
            ("previousProof", json!([])),
            ("domain", json!({})),
            ("challenge", json!(["x"])),
            ("proofValue", json!(null)),
            ("proofValue", json!("")),
            ("proofValue", json!("z")),
        ] {
            let mut signed = issued(suite, &key);
            signed["proof"][name] = value.clone();
            assert_refused(&verify(&signed), ProblemType::ProofVerification, "");
        }
    }
    let mut unsigned = issued(Suite::EddsaRdfc2022, &key);
    unsigned.as_object_mut().expect("object").remove("proof");
    assert_refused(&verify(&unsigned), ProblemType::ProofVerification, "no proof");
    for proof in [json!(null), json!([]), json!("x"), json!([[]])] {
        let mut signed = unsigned.clone();
        signed["proof"] = proof;
        assert_refused(&verify(&signed), ProblemType::MalformedValue, "proof");
    }
    let many: Vec<Value> = vec![issued(Suite::EddsaRdfc2022, &key)["proof"].clone(); 33];
    unsigned["proof"] = json!(many);
    assert_refused(&verify(&unsigned), ProblemType::Parsing, "more than 32 proofs");
}

#[test]
fn proof_values_are_strict() {
    for (suite, key) in suites() {
        let signed = issued(suite, &key);
        let value = signed["proof"]["proofValue"].as_str().expect("text").to_owned();
        let bytes = bs58::decode(&value[1..]).into_vec().expect("base58");
        let encode = |bytes: &[u8]| format!("z{}", bs58::encode(bytes).into_string());
        let mut flipped = bytes.clone();
        flipped[0] ^= 1;
        for (name, other) in [
            ("no multibase prefix", value[1..].to_owned()),
            ("base64url", format!("u{}", &value[1..])),
            ("one byte short", encode(&bytes[1..])),
            ("one byte long", encode(&[&bytes[..], &[0]].concat())),
            ("leading zero byte", encode(&[&[0], &bytes[..]].concat())),
            ("a character less", value[..value.len() - 1].to_owned()),
            ("a flipped bit", encode(&flipped)),
            ("zeros", encode(&vec![0; bytes.len()])),
            ("no base58", format!("{}0", &value[..value.len() - 1])),
            ("huge", "z".repeat(100_000)),
        ] {
            let mut forged = signed.clone();
            forged["proof"]["proofValue"] = json!(other);
            assert!(!verify(&forged).verified, "{suite}: {name}");
        }
    }
}

#[test]
fn unknown_contexts_are_errors() {
    for (suite, key) in suites() {
        let mut document = credential(&did(&key));
        document["@context"][1] = json!("https://unknown.example/context");
        let parsed = Credential::parse(document.clone()).expect("conforming");
        let error = issue(parsed, &key, &options(suite, &key), &CONTEXTS).expect_err("not issued");
        assert!(error.to_string().contains("unknown.example"), "{suite}: {error}");
        let mut signed = issued(suite, &key);
        signed["@context"][1] = json!("https://unknown.example/context");
        assert_refused(&verify(&signed), ProblemType::ProofTransformation, "unknown.example");
    }
}

#[test]
fn undefined_terms_are_not_signed_and_not_accepted() {
    for (suite, key) in suites() {
        let mut document = credential(&did(&key));
        document["@context"] = json!(["https://www.w3.org/ns/credentials/v2"]);
        document["type"] = json!(["VerifiableCredential"]);
        document["credentialSubject"] = json!({ "id": "did:example:alice", "undefinedTerm": "x" });
        let parsed = Credential::parse(document).expect("conforming");
        let error = issue(parsed, &key, &options(suite, &key), &CONTEXTS).expect_err("not issued");
        assert!(error.to_string().contains("undefinedTerm"), "{suite}: {error}");
    }
    let key = key(Algorithm::Ed25519, 1);
    let mut document = credential(&did(&key));
    document["@context"] = json!(["https://www.w3.org/ns/credentials/v2"]);
    document["type"] = json!(["VerifiableCredential"]);
    document["credentialSubject"] = json!({ "id": "did:example:alice" });
    let mut signed = sign(document, Suite::EddsaRdfc2022, &key);
    assert!(verify(&signed).verified);
    signed["credentialSubject"]["undefinedTerm"] = json!("IfDroppedWillVerify");
    assert_refused(&verify(&signed), ProblemType::DataLoss, "undefinedTerm");
    signed["credentialSubject"].as_object_mut().expect("object").remove("undefinedTerm");
    signed["type"] = json!(["VerifiableCredential", "UndefinedType"]);
    assert_refused(&verify(&signed), ProblemType::DataLoss, "UndefinedType");
}

#[test]
fn protected_terms_cannot_be_redefined() {
    let key = key(Algorithm::Ed25519, 1);
    let mut document = credential(&did(&key));
    document["@context"] = json!(["https://www.w3.org/ns/credentials/v2", { "VerifiableCredential": "https://example.org/#Bad" }]);
    for suite in [Suite::EddsaRdfc2022, Suite::EddsaJcs2022] {
        let parsed = Credential::parse(document.clone()).expect("conforming");
        assert!(issue(parsed, &key, &options(suite, &key), &CONTEXTS).is_err(), "{suite}");
    }
}

#[test]
fn contexts_cannot_be_injected_into_jcs_documents() {
    for (suite, key) in suites().into_iter().filter(|(s, _)| s.name().contains("jcs")) {
        let signed = issued(suite, &key);
        let mut appended = signed.clone();
        appended["@context"]
            .as_array_mut()
            .expect("array")
            .push(json!("https://w3id.org/security/data-integrity/v2"));
        assert_refused(&verify(&appended), ProblemType::CryptographicSecurity, "does not cover");
        let checks = Checks { allow_unsigned_contexts: true, ..Checks::default() };
        let report = verifier().credential(&appended, &checks);
        assert!(
            report.verified && report.warnings.len() == 1,
            "{suite}: accepted only if asked for: {report:#?}"
        );

        let mut inline = signed.clone();
        inline["@context"]
            .as_array_mut()
            .expect("array")
            .push(json!({ "alumniOf": "https://evil.example/" }));
        assert_refused(&verify(&inline), ProblemType::CryptographicSecurity, "does not cover");

        let mut fewer = signed.clone();
        fewer["@context"].as_array_mut().expect("array").pop();
        assert_refused(&verify(&fewer), ProblemType::ProofVerification, "does not begin with");

        let mut both = appended.clone();
        both["proof"]["@context"] = both["@context"].clone();
        assert_refused(&verify(&both), ProblemType::CryptographicSecurity, "does not fit");

        let mut stripped = signed;
        stripped["proof"].as_object_mut().expect("object").remove("@context");
        assert_refused(&verify(&stripped), ProblemType::CryptographicSecurity, "does not fit");
    }
}

#[test]
fn times_of_the_proof() {
    let key = key(Algorithm::Ed25519, 1);
    let time = |text: &str| Some(text.parse().expect("a time"));
    let base = ProofOptions::new(Suite::EddsaRdfc2022, method(&key));
    let signed = |options: ProofOptions| sign_with(&options, &key);

    let future = signed(ProofOptions { created: time("2026-06-01T00:06:00Z"), ..base.clone() });
    assert_refused(&verify(&future), ProblemType::ProofVerification, "in the future");
    let skewed = signed(ProofOptions { created: time("2026-06-01T00:04:00Z"), ..base.clone() });
    assert!(verify(&skewed).verified, "clocks may differ by five minutes");
    let expired = signed(ProofOptions { expires: time("2026-05-31T23:00:00Z"), ..base.clone() });
    assert_refused(&verify(&expired), ProblemType::ProofVerification, "expired");
    assert!(verify(&signed(ProofOptions { expires: time("2026-06-02T00:00:00Z"), ..base.clone() })).verified);
    assert!(verify(&signed(base.clone())).verified, "created is optional");
    let backwards =
        ProofOptions { created: time("2026-01-02T00:00:00Z"), expires: time("2026-01-01T00:00:00Z"), ..base };
    let parsed = Credential::parse(credential(&did(&key))).expect("conforming");
    assert!(issue(parsed, &key, &backwards, &CONTEXTS).is_err());
}

#[test]
fn a_time_without_offset_is_utc_with_a_warning() {
    let key = key(Algorithm::Ed25519, 2);
    let mut proof = issued(Suite::EddsaJcs2022, &key);
    proof["proof"]["created"] = json!("2025-06-01T00:00:00");
    // Sign the changed configuration by hand: our own issuer never writes such a time.
    let steps = hufu_credentials::proof::steps(&proof, &proof["proof"], Algorithm::Ed25519, &CONTEXTS)
        .expect("steps");
    let value = format!("z{}", bs58::encode(key.sign(&steps.hash_data).as_bytes()).into_string());
    proof["proof"]["proofValue"] = json!(value);
    let report = verify(&proof);
    assert!(report.verified && report.warnings.iter().any(|w| w.detail.contains("no offset")), "{report:#?}");
}

#[test]
fn the_validity_period_includes_now() {
    let key = key(Algorithm::P256, 3);
    let with = |from: Option<&str>, until: Option<&str>| {
        let mut document = credential(&did(&key));
        let object = document.as_object_mut().expect("object");
        for (name, value) in [("validFrom", from), ("validUntil", until)] {
            object.remove(name);
            if let Some(value) = value {
                object.insert(name.to_owned(), json!(value));
            }
        }
        verify(&sign(document, Suite::EcdsaJcs2019, &key))
    };
    assert!(with(None, None).verified);
    assert!(with(Some("2026-06-01T00:00:00Z"), Some("2026-06-01T00:00:00Z")).verified);
    assert_refused(&with(Some("2026-06-02T00:00:00Z"), None), ProblemType::Range, "becomes valid at");
    assert_refused(&with(None, Some("2026-05-31T00:00:00Z")), ProblemType::Range, "was valid until");
    let report = with(None, Some("2026-05-31T00:00:00Z"));
    assert_eq!(report.outcome(CheckName::Proof), Some(Outcome::Passed));
}

#[test]
fn challenge_and_domain() {
    let key = key(Algorithm::Ed25519, 1);
    let base = options(Suite::EddsaRdfc2022, &key);
    let bound = ProofOptions {
        challenge: Some("c".to_owned()),
        domain: vec!["d".to_owned(), "e".to_owned()],
        ..base.clone()
    };
    let signed = sign_with(&bound, &key);
    let verify = |value: &Value, challenge: Option<&str>, domain: &[&str]| {
        let checks = Checks {
            challenge: challenge.map(str::to_owned),
            domain: domain.iter().map(|d| (*d).to_owned()).collect(),
            ..Checks::default()
        };
        verifier().credential(value, &checks)
    };
    assert!(verify(&signed, Some("c"), &["e", "d"]).verified, "a set has no order");
    assert!(verify(&signed, None, &[]).verified);
    assert_refused(&verify(&signed, Some("x"), &[]), ProblemType::InvalidChallenge, "challenge");
    assert_refused(&verify(&signed, None, &["d"]), ProblemType::InvalidDomain, "domain");
    let unbound = sign_with(&base, &key);
    assert_refused(&verify(&unbound, Some("c"), &[]), ProblemType::InvalidChallenge, "challenge");
    assert_refused(&verify(&unbound, None, &["d"]), ProblemType::InvalidDomain, "domain");
}

#[test]
fn proof_sets_hold_as_a_whole_and_need_the_issuer() {
    let (ours, notary) = (key(Algorithm::Ed25519, 1), key(Algorithm::P256, 3));
    let first = Credential::parse(issued(Suite::EddsaRdfc2022, &ours)).expect("conforming");
    let both = issue(first, &notary, &options(Suite::EcdsaJcs2019, &notary), &CONTEXTS)
        .expect("issued")
        .into_value();
    assert_eq!(both["proof"].as_array().map(Vec::len), Some(2));
    let report = verify(&both);
    assert!(report.verified, "{report:#?}");
    assert_eq!(report.proofs.iter().map(|p| p.by_author).collect::<Vec<_>>(), [true, false]);

    let mut broken = both.clone();
    broken["proof"][1]["nonce"] = json!("added");
    assert_refused(&verify(&broken), ProblemType::CryptographicSecurity, "proof 1");

    let mut only_notary = both.clone();
    only_notary["proof"] = both["proof"][1].clone();
    assert_refused(&verify(&only_notary), ProblemType::CryptographicSecurity, "not by");

    let mut unknown = both;
    unknown["proof"][1]["cryptosuite"] = json!("another-suite-2030");
    assert_refused(&verify(&unknown), ProblemType::ProofVerification, "not supported");
    let checks = Checks { skip_unknown_suites: true, ..Checks::default() };
    let report = verifier().credential(&unknown, &checks);
    assert!(report.verified && report.warnings.len() == 1, "{report:#?}");
    unknown["proof"][0]["cryptosuite"] = json!("another-suite-2030");
    assert!(!verifier().credential(&unknown, &checks).verified, "one must remain");
}

/// A chain of two: the notary signs the document together with the issuer's proof.
fn chain(suite: Suite) -> Value {
    let (ours, notary) = (key(Algorithm::Ed25519, 1), key(Algorithm::Ed25519, 2));
    let first = ProofOptions { id: Some("urn:proof:1".to_owned()), ..options(suite, &ours) };
    let parsed = Credential::parse(credential(&did(&ours))).expect("conforming");
    let signed = issue(parsed, &ours, &first, &CONTEXTS).expect("issued");
    let second = ProofOptions { previous_proof: vec!["urn:proof:1".to_owned()], ..options(suite, &notary) };
    add_proof(signed, &notary, &second, &CONTEXTS).expect("added").into_value()
}

#[test]
fn proof_chains_bind_what_they_build_on() {
    for suite in [Suite::EddsaRdfc2022, Suite::EddsaJcs2022] {
        let chain = chain(suite);
        assert!(verify(&chain).verified, "{suite}: {:#?}", verify(&chain));

        let mut missing = chain.clone();
        missing["proof"].as_array_mut().expect("array").remove(0);
        assert_refused(&verify(&missing), ProblemType::ProofVerification, "no previous proof");

        let mut renamed = chain.clone();
        renamed["proof"][1]["previousProof"] = json!(["urn:proof:1", "urn:proof:9"]);
        assert_refused(&verify(&renamed), ProblemType::ProofVerification, "no previous proof urn:proof:9");

        let mut unlinked = chain.clone();
        unlinked["proof"][1].as_object_mut().expect("object").remove("previousProof");
        assert_refused(&verify(&unlinked), ProblemType::CryptographicSecurity, "proof 1");

        let mut replaced = chain.clone();
        let (first, second) = (&chain["proof"][0]["proofValue"], &chain["proof"][1]["proofValue"]);
        replaced["proof"][0]["proofValue"] = second.clone();
        assert_ne!(first, second);
        let report = verify(&replaced);
        assert!(!report.verified && report.proofs.iter().all(|p| !p.verified), "{suite}");

        let mut twice = chain.clone();
        let copy = twice["proof"][0].clone();
        twice["proof"].as_array_mut().expect("array").push(copy);
        assert_refused(&verify(&twice), ProblemType::ProofVerification, "same id");
    }
}

#[test]
fn a_chain_on_a_proof_that_does_not_hold_does_not_hold() {
    // The second proof is right in itself, over a first one that is expired.
    let (ours, notary) = (key(Algorithm::Ed25519, 1), key(Algorithm::Ed25519, 2));
    let first = ProofOptions {
        id: Some("urn:proof:1".to_owned()),
        expires: Some("2025-07-01T00:00:00Z".parse().expect("a time")),
        ..options(Suite::EddsaRdfc2022, &ours)
    };
    let parsed = Credential::parse(credential(&did(&ours))).expect("conforming");
    let signed = issue(parsed, &ours, &first, &CONTEXTS).expect("issued");
    let second = ProofOptions {
        previous_proof: vec!["urn:proof:1".to_owned()],
        ..options(Suite::EddsaRdfc2022, &notary)
    };
    let chain = add_proof(signed, &notary, &second, &CONTEXTS).expect("added").into_value();
    let report = verify(&chain);
    assert_refused(&report, ProblemType::ProofVerification, "proof 1 builds on a proof that does not hold");
    assert!(report.proofs.iter().all(|p| !p.verified));
}

#[test]
fn issuing_refuses_impossible_options() {
    let key = key(Algorithm::Ed25519, 1);
    let base = options(Suite::EddsaRdfc2022, &key);
    for (name, options) in [
        (
            "unknown previous proof",
            ProofOptions { previous_proof: vec!["urn:proof:1".to_owned()], ..base.clone() },
        ),
        ("id is no URL", ProofOptions { id: Some("1".to_owned()), ..base.clone() }),
        ("method is no URL", ProofOptions { verification_method: "key-1".to_owned(), ..base.clone() }),
        ("verify only", ProofOptions { suite: Suite::Sm2_2023, ..base.clone() }),
    ] {
        let parsed = Credential::parse(credential(&did(&key))).expect("conforming");
        assert!(issue(parsed, &key, &options, &CONTEXTS).is_err(), "{name}");
    }
    let with_id = ProofOptions { id: Some("urn:proof:1".to_owned()), ..base };
    let parsed = Credential::parse(credential(&did(&key))).expect("conforming");
    let signed = issue(parsed, &key, &with_id, &CONTEXTS).expect("issued");
    assert!(add_proof(signed, &key, &with_id, &CONTEXTS).is_err(), "an id twice");
}

#[test]
fn version_1_1_credentials_verify() {
    let key = key(Algorithm::P256, 3);
    let document = json!({
        "@context": ["https://www.w3.org/2018/credentials/v1", "https://www.w3.org/2018/credentials/examples/v1"],
        "type": ["VerifiableCredential"],
        "issuer": did(&key),
        "issuanceDate": "2023-01-01T00:00:00Z",
        "credentialSubject": { "id": "did:example:alice", "degree": { "type": "BachelorDegree", "name": "Bachelor" } },
    });
    for suite in [Suite::EcdsaRdfc2019, Suite::EcdsaJcs2019] {
        let signed = sign(document.clone(), suite, &key);
        assert!(
            signed["@context"]
                .as_array()
                .expect("array")
                .contains(&json!("https://w3id.org/security/data-integrity/v2"))
        );
        assert!(verify(&signed).verified, "{suite}: {:#?}", verify(&signed));
    }
}

#[test]
fn checks_by_name() {
    let key = key(Algorithm::Ed25519, 1);
    let mut document = credential(&did(&key));
    document["validUntil"] = json!("2025-06-02T00:00:00Z");
    document["credentialStatus"] = json!({ "type": "BitstringStatusListEntry", "statusPurpose": "revocation",
        "statusListIndex": "1", "statusListCredential": "https://issuer.example/status/1" });
    let signed = sign(document, Suite::EddsaRdfc2022, &key);
    let report = verifier().credential(&signed, &Checks::only(&["proof"]).expect("known"));
    assert!(report.verified, "{report:#?}");
    assert_eq!(report.outcome(CheckName::Validity), Some(Outcome::Skipped));
    assert_refused(&verify(&signed), ProblemType::Range, "was valid until");
    assert_refused(&verify(&signed), ProblemType::StatusRetrieval, "no source");
    assert!(Checks::only(&["proof", "everything"]).is_err());
}

#[test]
fn language_objects_with_direction_are_signed() {
    for (suite, key) in suites() {
        let mut document = credential(&did(&key));
        document["name"] = json!([{ "@value": "HTML و CSS", "@language": "ar", "@direction": "rtl" }, { "@value": "HTML and CSS", "@language": "en" }]);
        let mut signed = sign(document, suite, &key);
        assert!(verify(&signed).verified, "{suite}: {:#?}", verify(&signed));
        signed["name"][0]["@direction"] = json!("ltr");
        assert!(!verify(&signed).verified, "{suite}");
    }
}

#[test]
fn a_report_serialises_in_camel_case_and_reads_back() {
    let report = verify(&json!({ "proof": 1 }));
    let text = serde_json::to_string(&report).expect("serialises");
    assert!(text.contains("\"verified\":false") && text.contains("dataModel"), "{text}");
    assert_eq!(serde_json::from_str::<Report>(&text).expect("reads"), report);
    assert!(text.contains("https://www.w3.org/TR/vc-data-model#MALFORMED_VALUE_ERROR"));
}
