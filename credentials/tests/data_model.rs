//! The rules of VC Data Model 2.0, each with what it admits and what it refuses.

use hufu_credentials::model::Version;
use hufu_credentials::{Credential, Presentation};
use serde_json::{Value, json};

const V2: &str = "https://www.w3.org/ns/credentials/v2";
const V1: &str = "https://www.w3.org/2018/credentials/v1";

fn base() -> Value {
    json!({
        "@context": [V2], "type": ["VerifiableCredential"], "issuer": "did:example:i",
        "credentialSubject": { "id": "did:example:s" },
    })
}

fn with(name: &str, value: Value) -> Value {
    let mut document = base();
    document[name] = value;
    document
}

fn without(name: &str) -> Value {
    let mut document = base();
    document.as_object_mut().expect("object").remove(name);
    document
}

#[test]
fn conforming_credentials_are_accepted() {
    let text = |v: &str| json!({ "@value": v, "@language": "en" });
    for (name, value) in [
        ("@context", json!([V2, "https://www.w3.org/ns/credentials/examples/v2"])),
        ("@context", json!([V2, { "T": "https://example.org/#T" }])),
        ("id", json!("urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33")),
        ("type", json!("VerifiableCredential")),
        ("type", json!(["https://example.org/#A", "VerifiableCredential", "B"])),
        ("name", json!("A name")),
        ("name", text("A name")),
        ("description", json!({ "@value": "x", "@language": "ar", "@direction": "rtl" })),
        ("name", json!([text("Dog"), { "@value": "Chien", "@language": "fr" }])),
        ("issuer", json!({ "id": "https://a.example/", "name": "A" })),
        ("issuer", json!({ "id": "did:example:i", "description": [text("x")] })),
        ("credentialSubject", json!({ "name": "no id" })),
        ("credentialSubject", json!([{ "id": "did:example:s" }, { "id": "did:example:t" }])),
        ("validFrom", json!("2023-02-26T01:02:58.447Z")),
        ("validFrom", json!("2023-02-25T19:10:39-06:00")),
        ("validFrom", json!("4023-02-26T01:02:58.447Z")),
        ("validUntil", json!("2023-02-26T01:19:20Z")),
        ("credentialStatus", json!({ "type": "Other" })),
        ("credentialStatus", json!([{ "id": "did:example:status", "type": "Other" }])),
        ("credentialSchema", json!({ "id": "did:example:1", "type": "Other" })),
        (
            "credentialSchema",
            json!([{ "id": "did:example:1", "type": "A" }, { "id": "did:example:2", "type": "B" }]),
        ),
        ("termsOfUse", json!({ "type": "T" })),
        ("termsOfUse", json!([{ "type": "T", "id": "did:example:terms" }, { "type": "T" }])),
        ("evidence", json!([{ "type": "E" }])),
        ("refreshService", json!({ "id": "did:example:r", "type": "https://example.org/#R" })),
        (
            "relatedResource",
            json!({ "id": "https://a.example/", "digestSRI":
            "sha384-NSOcNpmdIVUxIJGvGUoe22FjTWrXiaXlsZ8q6912LdnR3KraQO2n75Ica4wK4Qeg" }),
        ),
        ("proof", json!({ "type": "Other" })),
        ("proof", json!([{ "type": "Other" }])),
    ] {
        let document = with(name, value.clone());
        assert_eq!(Credential::parse(document).map(|c| c.version()), Ok(Version::V2), "{name} = {value}");
    }
}

#[test]
fn every_broken_rule_of_a_credential_is_named() {
    let cases = [
        ("@context", json!(V2)),
        ("@context", json!([])),
        ("@context", json!(null)),
        ("@context", json!(["https://www.w3.org/ns/credentials/examples/v2", V2])),
        ("@context", json!(["https://www.w3.org/ns/credentials/examples/v2"])),
        ("@context", json!([V2, "https ://not-a-url/contexts/example/v1"])),
        ("@context", json!([V2, 123_192_875])),
        ("@context", json!([V2, null])),
        ("@context", json!([V2, ["https://a.example/"]])),
        ("id", json!(null)),
        ("id", json!(["https://a.example/1", "https://a.example/2"])),
        ("id", json!("https ://not-a-url/1")),
        ("id", json!("343cf54b")),
        ("id", json!({})),
        ("type", json!([])),
        ("type", json!("RelationshipCredential")),
        ("type", json!(["VerifiableCredential", 2])),
        ("type", json!(["VerifiableCredential", ""])),
        ("type", json!(["VerifiableCredential", "two words"])),
        ("type", json!(["VerifiableCredential", "https ://x"])),
        ("type", json!(["verifiablecredential"])),
        ("name", json!({ "@value": "x", "@language": "en", "url": "did:example:i" })),
        ("name", json!({ "@language": "en" })),
        ("name", json!({ "@value": 1 })),
        ("name", json!(1)),
        ("description", json!({ "@value": "x", "@direction": "up" })),
        ("description", json!({ "@value": "x", "@language": "not a tag" })),
        ("description", json!([["x"]])),
        ("issuer", json!(null)),
        ("issuer", json!("fake-issuer")),
        ("issuer", json!({})),
        ("issuer", json!({ "id": null })),
        ("issuer", json!({ "id": "fake-issuer" })),
        ("issuer", json!({ "id": "did:example:i", "name": { "@value": "x", "url": "did:example:i" } })),
        ("issuer", json!(["did:example:i"])),
        ("credentialSubject", json!({})),
        ("credentialSubject", json!([])),
        ("credentialSubject", json!([{ "id": "did:example:s" }, {}])),
        ("credentialSubject", json!("did:example:s")),
        ("credentialSubject", json!({ "id": ["did:example:s", "did:example:t"] })),
        ("credentialSubject", json!({ "id": "nobody" })),
        ("validFrom", json!("Sat 25 Feb 2023 07:16:31 PM CST")),
        ("validFrom", json!("2023-02-25T19:10:39")),
        ("validFrom", json!("2023-02-25")),
        ("validFrom", json!(1_700_000_000)),
        ("validUntil", json!("Sun, 26 Feb 2023 01:22:14 +0000")),
        ("credentialStatus", json!({ "id": "did:example:status" })),
        ("credentialStatus", json!({ "id": ["did:example:1", "did:example:2"], "type": "T" })),
        ("credentialStatus", json!({ "id": "https ://x/4", "type": "T" })),
        ("credentialStatus", json!({ "type": 2 })),
        ("credentialStatus", json!([])),
        ("credentialStatus", json!("revoked")),
        (
            "credentialStatus",
            json!({ "type": "BitstringStatusListEntry", "statusListIndex": true,
            "statusListCredential": "https://example.com" }),
        ),
        ("credentialSchema", json!({ "type": "T" })),
        ("credentialSchema", json!({ "id": "did:example:1" })),
        ("credentialSchema", json!({ "id": "https ://x", "type": "T" })),
        ("credentialSchema", json!({ "id": 1, "type": "T" })),
        ("termsOfUse", json!({})),
        ("termsOfUse", json!({ "id": "did:example:terms" })),
        ("evidence", json!({})),
        ("evidence", json!(["E"])),
        ("refreshService", json!({ "id": "did:example:r" })),
        ("relatedResource", json!(["https://a.example/"])),
        ("relatedResource", json!({ "id": "https://a.example/" })),
        ("proof", json!(null)),
        ("proof", json!([])),
        ("proof", json!("z3u2")),
        ("proof", json!([1])),
    ];
    for (name, value) in &cases {
        let error = Credential::parse(with(name, value.clone())).expect_err(&format!("{name} = {value}"));
        assert!(
            error.to_string().contains(name.trim_start_matches('@'))
                || name == &"proof"
                || error.to_string().contains("status"),
            "{name} = {value}: {error}"
        );
    }
    for name in ["@context", "type", "issuer", "credentialSubject"] {
        let error = Credential::parse(without(name)).expect_err(name);
        assert!(error.to_string().contains("is missing"), "{name}: {error}");
    }
    for value in [json!(null), json!([]), json!("x"), json!(1)] {
        assert!(Credential::parse(value).is_err());
    }
    println!("{} refused credentials", cases.len() + 8);
}

#[test]
fn a_period_that_ends_before_it_begins_is_refused() {
    let mut document = with("validFrom", json!("2026-01-01T00:00:00Z"));
    document["validUntil"] = json!("2025-01-01T00:00:00Z");
    assert!(Credential::parse(document.clone()).is_err());
    document["validUntil"] = json!("2026-01-01T01:00:00+01:00");
    assert!(Credential::parse(document).is_ok(), "the same instant in another offset");
}

#[test]
fn version_1_1_has_its_own_rules() {
    let document = json!({
        "@context": [V1], "type": ["VerifiableCredential"], "issuer": "did:example:i",
        "issuanceDate": "2023-01-01T00:00:00Z", "credentialSubject": { "id": "did:example:s" },
    });
    let credential = Credential::parse(document.clone()).expect("conforming");
    assert_eq!(credential.version(), Version::V1);
    assert!(credential.valid_from().is_some());
    for (name, value) in [
        ("issuanceDate", json!("2023-01-01")),
        ("expirationDate", json!("2022-01-01T00:00:00Z")),
        ("credentialStatus", json!({ "type": "T" })),
    ] {
        let mut broken = document.clone();
        broken[name] = value;
        assert!(Credential::parse(broken).is_err(), "{name}");
    }
    let mut broken = document;
    broken.as_object_mut().expect("object").remove("issuanceDate");
    assert!(Credential::parse(broken).is_err());
}

#[test]
fn a_missing_base_context_is_put_in_front_on_request() {
    for context in [
        json!(null),
        json!("https://www.w3.org/ns/credentials/examples/v2"),
        json!([{ "a": "https://a.example/" }]),
    ] {
        let document = if context.is_null() { without("@context") } else { with("@context", context) };
        let credential = Credential::parse_with_context(document).expect("conforming");
        assert_eq!(credential.object()["@context"][0], V2);
    }
    let wrong_order = with("@context", json!(["https://www.w3.org/ns/credentials/examples/v2", V2]));
    assert!(Credential::parse_with_context(wrong_order).is_err());
}

#[test]
fn depth_and_size_are_bounded() {
    let nested = |depth: usize| (0..depth).fold(json!("x"), |inner, _| json!({ "a": inner }));
    assert!(Credential::parse(with("credentialSubject", nested(50))).is_ok());
    assert!(Credential::parse(with("credentialSubject", nested(100))).is_err());
    let many: Vec<Value> = (0..200_001).map(|n| json!(n)).collect();
    assert!(Credential::parse(with("credentialSubject", json!({ "many": many }))).is_err());
    let contexts: Vec<Value> = std::iter::once(json!(V2)).chain((0..1000).map(|_| json!({}))).collect();
    assert!(Credential::parse(with("@context", json!(contexts))).is_err());
}

#[test]
fn presentations() {
    let presentation = || json!({ "@context": [V2], "type": ["VerifiablePresentation"] });
    for (name, value) in [
        ("id", json!("urn:uuid:9c9a36f8-518f-4976-a934-6649502d0008")),
        ("holder", json!("did:example:h")),
        ("holder", json!({ "id": "did:example:h" })),
        ("verifiableCredential", json!([base()])),
        ("verifiableCredential", base()),
        (
            "verifiableCredential",
            json!([{ "@context": V2, "type": "EnvelopedVerifiableCredential", "id": "data:application/vc+jwt,a.b.c" }]),
        ),
        ("termsOfUse", json!({ "type": "T" })),
    ] {
        let mut document = presentation();
        document[name] = value.clone();
        assert!(Presentation::parse(document).is_ok(), "{name} = {value}");
    }
    let envelope = |name: &str, value: Value| {
        let mut envelope = json!({ "@context": [V2], "type": "EnvelopedVerifiableCredential", "id": "data:application/vc+jwt,a.b.c" });
        envelope[name] = value;
        json!([envelope])
    };
    let cases = [
        ("@context", json!(["https://www.w3.org/ns/credentials/examples/v2"])),
        ("@context", json!([{ "T": "https://example.org/T" }, V2])),
        ("@context", json!([V2, 1])),
        ("type", json!(["CredentialManagerPresentation"])),
        ("id", json!("x")),
        ("holder", json!("z6MkpJySvETLnxhQG9DzEdmKJtysBDjuuTeDfUj1uNNCUqcj")),
        ("holder", json!({ "name": "Acme" })),
        ("holder", json!({ "id": "z6Mk" })),
        ("verifiableCredential", json!(["eyJhbGciOiJFUzI1NiJ9.e30.x"])),
        ("verifiableCredential", json!("https://a.example/credential")),
        ("verifiableCredential", json!([1])),
        ("verifiableCredential", json!([with("type", json!([]))])),
        ("verifiableCredential", envelope("id", json!("a.b.c"))),
        ("verifiableCredential", envelope("@context", json!([]))),
        ("verifiableCredential", envelope("type", json!("Enveloped"))),
        ("verifiableCredential", json!(vec![base(); 257])),
        ("proof", json!(null)),
    ];
    for (name, value) in cases {
        let mut document = presentation();
        document[name] = value.clone();
        assert!(Presentation::parse(document).is_err(), "{name} = {value}");
    }
    let error = Presentation::parse(json!({ "@context": [V2], "type": ["VerifiablePresentation"],
        "verifiableCredential": [base(), with("issuer", json!(null))] }))
    .expect_err("the second credential");
    assert!(error.to_string().starts_with("verifiableCredential[1].issuer"), "{error}");
}
