//! Credential schemas: JSON Schema, plain and inside of credentials.

mod common;

use common::*;
use hufu_credentials::schema::{MemorySchemas, validate};
use hufu_credentials::{Checks, Extension, ProblemType, Report, Suite};
use hufu_keys::{Algorithm, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

const URL: &str = "https://issuer.example/schemas/alumni.json";

fn issuer() -> SigningKey {
    key(Algorithm::Ed25519, 1)
}

fn schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": { "credentialSubject": {
            "type": "object", "required": ["alumniOf"],
            "properties": { "alumniOf": { "type": "string", "minLength": 3 } },
        } },
    })
}

fn with_schema(kind: &str, subject: Value, digest: Option<String>) -> Value {
    let mut document = credential(&did(&issuer()));
    document["credentialSubject"] = subject;
    document["credentialSchema"] = json!({ "id": URL, "type": kind });
    if let Some(digest) = digest {
        document["credentialSchema"]["digestSRI"] = json!(digest);
    }
    sign(document, Suite::EddsaRdfc2022, &issuer())
}

fn verify(credential: &Value, published: &Value) -> Report {
    let mut schemas = MemorySchemas::default();
    schemas.insert(URL, published.to_string());
    verifier().with_schemas(&schemas).credential(credential, &Checks::default())
}

fn alumni() -> Value {
    json!({ "id": "did:example:alice", "alumniOf": "The School" })
}

#[track_caller]
fn assert_refused(report: &Report, words: &str) {
    assert!(!report.verified);
    assert!(
        report.problems.iter().any(|p| p.is(ProblemType::Schema) && p.detail.contains(words)),
        "{:#?}",
        report.problems
    );
}

#[test]
fn a_credential_follows_its_schema_or_not() {
    assert!(verify(&with_schema("JsonSchema", alumni(), None), &schema()).verified);
    let short = json!({ "id": "did:example:alice", "alumniOf": "x" });
    assert_refused(
        &verify(&with_schema("JsonSchema", short, None), &schema()),
        "/credentialSubject/alumniOf",
    );
    assert_refused(
        &verify(&with_schema("JsonSchema", json!({ "id": "did:example:alice" }), None), &schema()),
        "required",
    );
}

#[test]
fn the_schema_must_have_the_stated_digest() {
    let digest = |bytes: &[u8]| {
        format!("sha256-{}", base64::Engine::encode(&base64::prelude::BASE64_STANDARD, Sha256::digest(bytes)))
    };
    let right = digest(schema().to_string().as_bytes());
    assert!(verify(&with_schema("JsonSchema", alumni(), Some(right)), &schema()).verified);
    assert_refused(
        &verify(&with_schema("JsonSchema", alumni(), Some(digest(b"another"))), &schema()),
        "another digest",
    );
}

#[test]
fn a_schema_inside_of_a_credential_must_verify() {
    let key = issuer();
    let inner = |schema: Value| {
        json!({
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "id": URL,
            "type": ["VerifiableCredential", "JsonSchemaCredential"],
            "issuer": did(&key),
            "credentialSubject": { "id": "https://issuer.example/schemas/plain.json", "type": "JsonSchema", "jsonSchema": schema },
        })
    };
    let published = sign(inner(schema()), Suite::EddsaRdfc2022, &key);
    let credential = with_schema("JsonSchemaCredential", alumni(), None);
    let report = verify(&credential, &published);
    assert!(report.verified, "{report:#?}");
    let short = with_schema("JsonSchemaCredential", json!({ "alumniOf": "x" }), None);
    assert_refused(&verify(&short, &published), "/credentialSubject/alumniOf");
    let mut forged = published.clone();
    forged["credentialSubject"]["jsonSchema"] = json!({});
    assert_refused(&verify(&credential, &forged), "does not verify");
    assert_refused(&verify(&credential, &inner(schema())), "does not verify");
    let plain = sign(common::credential(&did(&key)), Suite::EddsaRdfc2022, &key);
    assert_refused(&verify(&credential, &plain), "no JsonSchemaCredential");
}

#[test]
fn unusable_schemas_are_named() {
    let credential = with_schema("JsonSchema", alumni(), None);
    for (published, words) in [
        (json!({ "type": "nothing" }), "schema"),
        (json!({ "$schema": "https://json-schema.org/draft/2099-01/schema" }), "not supported"),
        (json!({ "$ref": "https://elsewhere.example/schema.json" }), ""),
        (json!({ "$ref": "file:///etc/passwd" }), ""),
        (json!({ "pattern": "(a" }), ""),
        (json!({ "properties": { "id": { "pattern": "^(a{1,1000}){1,1000}$" } } }), ""),
        (json!(5), ""),
        ((0..60).fold(json!({}), |inner, _| json!({ "not": inner })), "deep"),
    ] {
        assert_refused(&verify(&credential, &published), words);
    }
    let mut schemas = MemorySchemas::default();
    schemas.insert(URL, "not json");
    assert_refused(&verifier().with_schemas(&schemas).credential(&credential, &Checks::default()), "");
    schemas.insert(URL, format!("{{\"x\":\"{}\"}}", "x".repeat(300 << 10)));
    assert_refused(&verifier().with_schemas(&schemas).credential(&credential, &Checks::default()), "");
}

#[test]
fn a_schema_that_refers_to_itself_ends() {
    drop(validate(&json!({ "$ref": "#" }), &json!({})));
    let tree = json!({ "properties": { "child": { "$ref": "#" } }, "additionalProperties": false });
    assert_eq!(validate(&tree, &json!({ "child": { "child": {} } })).expect("usable"), Vec::<String>::new());
    assert_eq!(validate(&tree, &json!({ "child": { "x": {} } })).expect("usable").len(), 1);
}

#[test]
fn what_is_not_known_is_a_warning_unless_required() {
    for kind in ["JsonSchema", "AnotherSchema2030"] {
        let credential = with_schema(kind, alumni(), None);
        let report = verifier().credential(&credential, &Checks::default());
        assert!(report.verified && report.warnings.len() == 1, "{kind}: {report:#?}");
        let strict = Checks { schema: Extension::Required, ..Checks::default() };
        assert_refused(&verifier().credential(&credential, &strict), "");
        let skip = Checks { schema: Extension::Skip, ..Checks::default() };
        assert!(verifier().credential(&credential, &skip).warnings.is_empty());
    }
}
