//! An RDF signature covers meaning. Whoever holds a signed credential can therefore respell it without breaking the
//! signature: as IRIs, by aliases of an added context, at another place. What the verifier reads as JSON must not be
//! hidden so, or an expired credential would have no end and a revoked one no status.

mod common;

use common::*;
use hufu_credentials::status::{BitstringList, ListDescription, MIN_ENTRIES, MemoryStatus, StatusPurpose};
use hufu_credentials::{Checks, ProofOptions, Report, Suite, issue};
use hufu_jsonld::{Options, RdfDirection, canonicalize_document, rdfc::Hash};
use hufu_keys::{Algorithm, SigningKey};
use serde_json::{Value, json};

const LIST: &str = "https://status.example/1";

fn signer() -> SigningKey {
    key(Algorithm::Ed25519, 1)
}

/// Canonical RDF as any processor makes it.
fn meaning(document: &Value) -> String {
    let options = Options { rdf_direction: Some(RdfDirection::I18nDatatype), ..Options::default() };
    canonicalize_document(&CONTEXTS, document, Hash::Sha256, &options).expect("sound").into_nquads()
}

/// The document without its proof.
fn unsecured(document: &Value) -> Value {
    let mut copy = document.clone();
    copy.as_object_mut().expect("object").remove("proof");
    copy
}

/// Takes a member out of an object.
fn take(value: &mut Value, name: &str) -> Value {
    value.as_object_mut().expect("object").remove(name).expect("member")
}

/// The change keeps the RDF and is refused all the same, by the words for it.
fn hidden(name: &str, signed: &Value, verify: &dyn Fn(&Value) -> Report, change: &dyn Fn(&mut Value)) {
    let mut respelt = signed.clone();
    change(&mut respelt);
    assert_ne!(&respelt, signed, "{name}");
    assert_eq!(
        meaning(&unsecured(&respelt)),
        meaning(&unsecured(signed)),
        "{name}: the signature would hold"
    );
    let report = verify(&respelt);
    assert!(!report.verified, "{name} was accepted: {report:#?}");
    assert!(report.problems.iter().any(|p| p.detail.contains("readers of the JSON")), "{name}: {report:#?}");
}

#[test]
fn the_end_of_an_expired_credential() {
    let mut value = credential(&did(&signer()));
    value["validUntil"] = json!("2026-01-01T00:00:00Z");
    value["credentialSubject"]["statement"] = json!({ "id": value["id"] });
    let signed = sign(value, Suite::EddsaRdfc2022, &signer());
    let verify = |value: &Value| verifier().credential(value, &Checks::default());
    let report = verify(&signed);
    assert!(!report.verified && report.problems[0].detail.contains("was valid until"), "{report:#?}");

    let iri = "https://www.w3.org/2018/credentials#validUntil";
    let typed = |text: Value| json!({ "@value": text, "@type": "http://www.w3.org/2001/XMLSchema#dateTime" });
    hidden("as an IRI", &signed, &verify, &|c| c[iri] = typed(take(c, "validUntil")));
    let with_context =
        |c: &mut Value, context: Value| c["@context"].as_array_mut().expect("array").push(context);
    hidden("by an alias", &signed, &verify, &|c| {
        with_context(
            c,
            json!({ "until": { "@id": iri, "@type": "http://www.w3.org/2001/XMLSchema#dateTime" } }),
        );
        c["until"] = take(c, "validUntil");
    });
    hidden("by a prefix", &signed, &verify, &|c| {
        with_context(c, json!({ "cred": "https://www.w3.org/2018/credentials#" }));
        c["cred:validUntil"] = typed(take(c, "validUntil"));
    });
    hidden("in @included", &signed, &verify, &|c| {
        let until = take(c, "validUntil");
        c["@included"] = json!([{ "id": c["id"], "type": "VerifiableCredential", "validUntil": until }]);
    });
    hidden("in an alias of @included", &signed, &verify, &|c| {
        with_context(c, json!({ "more": "@included" }));
        let until = take(c, "validUntil");
        c["more"] = json!([{ "id": c["id"], "type": "VerifiableCredential", "validUntil": until }]);
    });
    hidden("nested", &signed, &verify, &|c| {
        with_context(c, json!({ "details": "@nest" }));
        c["details"] = json!({ "validUntil": take(c, "validUntil") });
    });
    hidden("where the credential is mentioned", &signed, &verify, &|c| {
        let until = take(c, "validUntil");
        c["credentialSubject"]["statement"] =
            json!({ "id": c["id"], "type": "VerifiableCredential", "validUntil": until });
    });
}

#[test]
fn the_status_of_a_revoked_credential() {
    let mut bits = BitstringList::new(MIN_ENTRIES, 1).expect("list");
    bits.set(7, 1).expect("set");
    let description = ListDescription {
        id: LIST.to_owned(),
        issuer: did(&signer()),
        purposes: vec![StatusPurpose::Revocation],
        valid_from: None,
        valid_until: None,
        ttl_ms: None,
    };
    let list = description.credential(&bits).expect("list");
    let list = issue(list, &signer(), &options(Suite::EddsaRdfc2022, &signer()), &CONTEXTS).expect("issued");
    let mut lists = MemoryStatus::default();
    lists.insert(LIST, list.into_value());
    let verify = |value: &Value| verifier().with_status(&lists).credential(value, &Checks::default());

    let mut value = credential(&did(&signer()));
    value["credentialStatus"] = json!({
        "id": "https://status.example/1#7", "type": "BitstringStatusListEntry", "statusPurpose": "revocation",
        "statusListIndex": "7", "statusListCredential": LIST,
    });
    let signed = sign(value, Suite::EddsaRdfc2022, &signer());
    let report = verify(&signed);
    assert!(!report.verified && report.problems[0].detail.contains("revoked"), "{report:#?}");

    hidden("as an IRI", &signed, &verify, &|c| {
        c["https://www.w3.org/2018/credentials#credentialStatus"] = take(c, "credentialStatus");
    });
    hidden("reversed", &signed, &verify, &|c| {
        let mut status = take(c, "credentialStatus");
        status["@reverse"] =
            json!({ "https://www.w3.org/2018/credentials#credentialStatus": { "id": c["id"] } });
        c["@included"] = json!([status]);
    });
}

/// What expires is the proof: its own configuration is respelt.
#[test]
fn the_end_of_a_proof() {
    let options = ProofOptions {
        expires: Some("2026-01-01T00:00:00Z".parse().expect("a time")),
        ..options(Suite::EddsaRdfc2022, &signer())
    };
    let credential = hufu_credentials::Credential::parse(credential(&did(&signer()))).expect("conforming");
    let mut signed = issue(credential, &signer(), &options, &CONTEXTS).expect("issued").into_value();
    let report = verifier().credential(&signed, &Checks::default());
    assert!(!report.verified && report.problems[0].detail.contains("expired"), "{report:#?}");
    let expires = take(&mut signed["proof"], "expires");
    signed["proof"]["https://w3id.org/security#expiration"] =
        json!({ "@value": expires, "@type": "http://www.w3.org/2001/XMLSchema#dateTime" });
    let report = verifier().credential(&signed, &Checks::default());
    assert!(!report.verified && report.problems[0].detail.contains("readers of the JSON"), "{report:#?}");
}

/// Names that the verifier does not read stay the caller's business, who is told.
#[test]
fn claims_under_other_names_are_accepted_with_a_warning() {
    let signed = issued(Suite::EddsaRdfc2022, &signer());
    let report = verifier().credential(&signed, &Checks::default());
    assert!(report.verified && report.warnings.is_empty(), "{report:#?}");
    let mut respelt = signed.clone();
    respelt["@context"].as_array_mut().expect("array").push(json!({
        "school": "https://www.w3.org/ns/credentials/examples#alumniOf",
    }));
    respelt["credentialSubject"]["school"] = take(&mut respelt["credentialSubject"], "alumniOf");
    assert_eq!(meaning(&unsecured(&respelt)), meaning(&unsecured(&signed)));
    let report = verifier().credential(&respelt, &Checks::default());
    assert!(report.verified && report.warnings[0].detail.contains("terms of its own"), "{report:#?}");
}
