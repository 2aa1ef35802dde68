//! Credentials and presentations in JWS envelopes.

mod common;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use common::*;
use hufu_credentials::envelope::{EnvelopeOptions, envelope, envelope_presentation};
use hufu_credentials::{Checks, Credential, Presentation, ProblemType, Report, stated_challenge};
use hufu_keys::{Algorithm, SigningKey};
use serde_json::{Value, json};

fn wrapped(key: &SigningKey) -> Value {
    let credential = Credential::parse(credential(&did(key))).expect("conforming");
    envelope(&credential, key, &EnvelopeOptions::new(method(key)), &CONTEXTS).expect("signed")
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
    let options = EnvelopeOptions::new(method(&holder));
    let audience = ["shop.example".to_owned()];
    let wrapped =
        envelope_presentation(&presentation, &holder, &options, Some("nonce-1"), &audience, &CONTEXTS)
            .expect("signed");
    assert_eq!(stated_challenge(&wrapped).as_deref(), Some("nonce-1"));
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
        ("cty of a presentation", with_header("cty", json!("vp"))),
        ("cty is no text", with_header("cty", json!(["vc"]))),
        ("unencoded payload", with_header("b64", json!(false))),
        ("claim vc beside the document", with_claim("vc", claims.clone())),
        ("claim vp beside the document", with_claim("vp", json!({}))),
        ("jti is another id", with_claim("jti", json!("urn:uuid:00000000-0000-4000-8000-000000000000"))),
        ("sub is another subject", with_claim("sub", json!("did:example:mallory"))),
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
        ("id", json!(id.replace("+jwt,", "+jwt;base64,"))),
        ("id", json!(id.replace("+jwt,", "+jwt;charset=utf-8,"))),
        ("id", json!(id.replace("data:", "data:x/y,data:"))),
        ("id", json!("data:application/vc+jwt,")),
        ("id", json!("data:application/vc+jwt,..")),
        ("id", json!(null)),
        ("@context", json!([])),
        ("@context", json!("https://www.w3.org/ns/credentials/examples/v2")),
        ("type", json!("VerifiableCredential")),
        ("type", json!("EnvelopedVerifiablePresentation")),
        // what stands beside the token is not signed, and a reader of the envelope could take it for the credential
        ("type", json!(["EnvelopedVerifiableCredential", "VerifiableCredential"])),
        ("credentialSubject", json!({ "id": "did:example:mallory" })),
        ("issuer", json!(did(&theirs))),
        ("proof", json!({})),
    ] {
        let mut changed = good.clone();
        changed[name] = change.clone();
        assert!(!verify(&changed).verified, "{name} = {change}");
    }
}

/// ECDSA signatures in a JWS are the two numbers side by side (RFC 7518 §3.4); the DER form of certificates is another
/// token for the same statement.
#[test]
fn signatures_of_another_form() {
    let wrapped = wrapped(&key(Algorithm::P256, 30));
    let id = wrapped["id"].as_str().expect("text");
    let (input, signature) = id.rsplit_once('.').expect("a token");
    let raw = BASE64_URL_SAFE_NO_PAD.decode(signature).expect("base64url");
    let integer = |bytes: &[u8]| {
        let digits: Vec<u8> = bytes.iter().copied().skip_while(|byte| *byte == 0).collect();
        let sign = if digits[0] >= 0x80 { vec![0] } else { vec![] };
        let length = u8::try_from(sign.len() + digits.len()).expect("short");
        [vec![2, length], sign, digits].concat()
    };
    let numbers = [integer(&raw[..32]), integer(&raw[32..])].concat();
    let der = [vec![0x30, u8::try_from(numbers.len()).expect("short")], numbers].concat();
    let with = |signature: &[u8]| {
        let mut copy = wrapped.clone();
        copy["id"] = json!(format!("{input}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature)));
        verify(&copy).verified
    };
    assert!(with(&raw));
    assert!(!with(&der), "DER");
    assert!(!with(&raw[..63]), "one byte short");
    assert!(!with(&[&raw[..], &[0]].concat()), "one byte more");
    assert!(!with(&[&raw[32..], &raw[..32]].concat()), "the two numbers exchanged");
    assert!(!with(&[0; 64]), "zero");
}

/// A member twice in the header or the claims could be read in two ways.
#[test]
fn members_twice() {
    let key = key(Algorithm::Ed25519, 30);
    let claims = credential(&did(&key)).to_string();
    let header = json!({ "alg": "EdDSA", "kid": method(&key), "typ": "vc+jwt" }).to_string();
    let signed = |header: &str, claims: &str| {
        let part = |text: &str| BASE64_URL_SAFE_NO_PAD.encode(text);
        let input = format!("{}.{}", part(header), part(claims));
        let signature = BASE64_URL_SAFE_NO_PAD.encode(key.sign(input.as_bytes()).as_bytes());
        let id = format!("data:application/vc+jwt,{input}.{signature}");
        verify(&json!({ "@context": ["https://www.w3.org/ns/credentials/v2"], "type": "EnvelopedVerifiableCredential", "id": id }))
            .verified
    };
    assert!(signed(&header, &claims));
    assert!(!signed(&header.replacen('{', r#"{"alg":"none","#, 1), &claims));
    assert!(!signed(&header, &claims.replacen('{', r#"{"issuer":"did:example:mallory","#, 1)));
}

#[test]
fn what_is_not_enveloped() {
    let key = key(Algorithm::Ed25519, 30);
    let time = |text: &str| Some(text.parse().expect("a time"));
    let attempt = |change: &dyn Fn(&mut Value), options: &EnvelopeOptions| {
        let mut value = credential(&did(&key));
        change(&mut value);
        envelope(&Credential::parse(value).expect("conforming"), &key, options, &CONTEXTS)
    };
    let plain = EnvelopeOptions::new(method(&key));
    let dated = EnvelopeOptions {
        created: time("2026-05-01T00:00:00Z"),
        expires: time("2026-07-01T00:00:00Z"),
        ..plain.clone()
    };
    assert!(verify(&attempt(&|_| {}, &dated).expect("signed")).verified);
    let expired = EnvelopeOptions { expires: time("2026-05-02T00:00:00Z"), ..dated.clone() };
    assert!(!verify(&attempt(&|_| {}, &expired).expect("signed")).verified, "exp is in the past");
    let reversed = EnvelopeOptions { created: time("2026-08-01T00:00:00Z"), ..dated.clone() };
    assert!(attempt(&|_| {}, &reversed).is_err(), "expires before it is made");
    for (member, value) in [
        // leaves terms undefined
        ("@context", json!(["https://www.w3.org/ns/credentials/v2"])),
        ("vc", json!("x")),
        ("exp", json!("x")),
    ] {
        assert!(attempt(&|v| v[member] = value.clone(), &dated).is_err(), "{member}");
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
