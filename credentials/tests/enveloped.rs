//! Credentials and presentations in JWS envelopes.

mod common;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use common::*;
use hufu_credentials::envelope::{envelope, envelope_presentation};
use hufu_credentials::{Checks, Credential, Presentation, ProblemType, Report};
use hufu_keys::{Algorithm, SigningKey};
use serde_json::{Value, json};

fn wrapped(key: &SigningKey) -> Value {
    let credential = Credential::parse(credential(&did(key))).expect("conforming");
    envelope(&credential, key, &method(key)).expect("signed")
}

/// An envelope around a token made by hand.
fn token(key: &SigningKey, media_type: &str, header: &Value, claims: &Value) -> Value {
    let part = |v: &Value| BASE64_URL_SAFE_NO_PAD.encode(v.to_string());
    let input = format!("{}.{}", part(header), part(claims));
    let signature = BASE64_URL_SAFE_NO_PAD.encode(key.sign(input.as_bytes()).as_bytes());
    json!({ "@context": ["https://www.w3.org/ns/credentials/v2"], "type": "EnvelopedVerifiableCredential",
        "id": format!("data:{media_type},{input}.{signature}") })
}

fn verify(value: &Value) -> Report {
    verifier().credential(value, &Checks::default())
}

#[test]
fn every_algorithm() {
    for algorithm in
        [Algorithm::Ed25519, Algorithm::P256, Algorithm::P384, Algorithm::Secp256k1, Algorithm::Sm2]
    {
        let key = key(algorithm, 30);
        let report = verify(&wrapped(&key));
        assert!(report.verified, "{algorithm}: {report:#?}");
        assert_eq!(report.issuer, Some(did(&key)));
    }
}

#[test]
fn a_presentation_of_enveloped_credentials() {
    let (issuer, holder) = (key(Algorithm::P256, 30), key(Algorithm::Ed25519, 31));
    let presentation = Presentation::of(Some(&did(&holder)), vec![wrapped(&issuer)]).expect("conforming");
    let wrapped = envelope_presentation(&presentation, &holder, &method(&holder), "nonce-1", "shop.example")
        .expect("signed");
    let checks = |nonce: &str, domain: &str| Checks {
        challenge: Some(nonce.to_owned()),
        domain: vec![domain.to_owned()],
        ..Checks::default()
    };
    let report = verifier().presentation(&wrapped, &checks("nonce-1", "shop.example"));
    assert!(report.verified && report.credentials.len() == 1, "{report:#?}");
    assert!(
        verifier()
            .presentation(&wrapped, &checks("nonce-2", "shop.example"))
            .has_problem(ProblemType::InvalidChallenge)
    );
    assert!(
        verifier()
            .presentation(&wrapped, &checks("nonce-1", "evil.example"))
            .has_problem(ProblemType::InvalidDomain)
    );
}

#[test]
fn what_must_not_verify() {
    let (ours, theirs) = (key(Algorithm::Ed25519, 30), key(Algorithm::Ed25519, 31));
    let claims = credential(&did(&ours));
    let header = json!({ "alg": "EdDSA", "kid": method(&ours), "typ": "vc+jwt" });
    let vc = "application/vc+jwt";
    assert!(verify(&token(&ours, vc, &header, &claims)).verified);
    let with_header = |name: &str, value: Value| {
        let mut changed = header.clone();
        changed[name] = value;
        token(&ours, vc, &changed, &claims)
    };
    let with_claim = |name: &str, value: Value| {
        let mut changed = claims.clone();
        changed[name] = value;
        token(&ours, vc, &header, &changed)
    };
    for (name, envelope) in [
        ("alg none", with_header("alg", json!("none"))),
        ("alg of another key", with_header("alg", json!("ES256"))),
        ("alg HS256", with_header("alg", json!("HS256"))),
        ("critical extension", with_header("crit", json!(["x"]))),
        ("typ of a presentation", with_header("typ", json!("vp+jwt"))),
        ("typ of anything", with_header("typ", json!("JWT"))),
        ("no kid", with_header("kid", json!(null))),
        ("kid of another", with_header("kid", json!(method(&theirs)))),
        ("signed by another", token(&theirs, vc, &header, &claims)),
        ("issuer is another", with_claim("issuer", json!(did(&theirs)))),
        ("iss is another", with_claim("iss", json!(did(&theirs)))),
        ("expired", with_claim("exp", json!(1_700_000_000))),
        ("not yet", with_claim("nbf", json!(4_000_000_000u64))),
        ("exp is text", with_claim("exp", json!("tomorrow"))),
        ("not conforming", with_claim("type", json!("Other"))),
        ("media type", token(&ours, "application/vc+sd-jwt", &header, &claims)),
        ("old media type", token(&ours, "application/vc-ld+jwt", &header, &claims)),
    ] {
        let report = verify(&envelope);
        assert!(!report.verified && !report.problems.is_empty(), "{name}: {report:#?}");
    }
    let good = wrapped(&ours);
    let id = good["id"].as_str().expect("text");
    for (name, change) in [
        ("id", json!(id.trim_end_matches(|c| c != '.'))),
        ("id", json!(&id[..id.len() - 1])),
        ("id", json!(format!("{id}.x"))),
        ("id", json!(id.replace("data:application/vc+jwt,", ""))),
        ("id", json!("data:application/vc+jwt,")),
        ("id", json!("data:application/vc+jwt,..")),
        ("id", json!(null)),
        ("@context", json!([])),
        ("@context", json!("https://www.w3.org/ns/credentials/examples/v2")),
        ("type", json!("VerifiableCredential")),
        ("type", json!("EnvelopedVerifiablePresentation")),
    ] {
        let mut changed = good.clone();
        changed[name] = change.clone();
        assert!(!verify(&changed).verified, "{name} = {change}");
    }
}

#[test]
fn claims_of_version_1_1_practice() {
    let key = key(Algorithm::P256, 30);
    let header = json!({ "alg": "ES256", "kid": method(&key), "typ": "JWT" });
    let claims = json!({ "iss": did(&key), "sub": "did:example:alice", "vc": credential(&did(&key)) });
    assert!(verify(&token(&key, "application/jwt", &header, &claims)).verified);
    assert!(!verify(&token(&key, "application/jwt", &header, &json!({ "iss": did(&key) }))).verified);
    assert!(!verify(&token(&key, "application/vc+jwt", &header, &claims)).verified);
}
