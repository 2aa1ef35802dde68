//! The frozen vectors of `docs/sm2-suites.md`, and `sm2-2023` as others make it.
//!
//! A change of any of these bytes is a change of the suite, which then needs another name.

mod common;

use common::*;
use hufu_credentials::proof::steps;
use hufu_credentials::{Checks, Credential, ProofOptions, Suite, issue};
use hufu_keys::{Algorithm, SigningKey};
use serde_json::{Value, json};

const VECTORS: &str = include_str!("vectors/sm2-suites.json");

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("{name}"))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[test]
fn the_suites_of_2026_are_frozen() {
    let vectors: Value = serde_json::from_str(VECTORS).expect("JSON");
    let public = text(&vectors["keyPair"], "publicKeyMultibase");
    let key = SigningKey::from_multikey(text(&vectors["keyPair"], "secretKeyMultibase")).expect("a key");
    assert_eq!(key.verifying_key().to_multikey(), public);
    assert_eq!(vectors["suites"].as_array().map(Vec::len), Some(2));
    for vector in vectors["suites"].as_array().expect("suites") {
        let suite: Suite = text(vector, "cryptosuite").parse().expect("known");
        let options = ProofOptions::new(suite, format!("did:key:{public}#{public}"))
            .created_at(text(vector, "created").parse().expect("a time"));
        let credential = Credential::parse(vectors["unsigned"].clone()).expect("conforming");
        let ours = issue(credential, &key, &options, &CONTEXTS).expect("issued").into_value();
        assert!(verifier().credential(&ours, &Checks::default()).verified);

        let mut frozen = ours;
        frozen["proof"]["proofValue"] = json!(text(vector, "proofValue"));
        let steps = steps(&frozen, &frozen["proof"], Algorithm::Sm2, &CONTEXTS).expect("steps");
        assert_eq!(String::from_utf8(steps.document).expect("UTF-8"), text(vector, "canonicalDocument"));
        assert_eq!(
            String::from_utf8(steps.configuration).expect("UTF-8"),
            text(vector, "canonicalProofConfiguration")
        );
        assert_eq!(hex(&steps.hash_data), text(vector, "hashData"));
        let report = verifier().credential(&frozen, &Checks::default());
        assert!(report.verified, "the frozen signature: {report:#?}");
    }
}

#[test]
fn sm2_2023_is_verified_and_not_made() {
    let key = key(Algorithm::Sm2, 7);
    let mut document = credential(&did(&key));
    document["proof"] = json!({
        "type": "DataIntegrityProof", "cryptosuite": "sm2-2023", "created": "2024-01-01T00:00:00Z",
        "verificationMethod": method(&key), "proofPurpose": "assertionMethod",
    });
    let steps = steps(&document, &document["proof"], Algorithm::Sm2, &CONTEXTS).expect("steps");
    let sha256 = |bytes: &[u8]| <sha2::Sha256 as sha2::Digest>::digest(bytes).to_vec();
    assert_eq!(steps.hash_data, [sha256(&steps.configuration), sha256(&steps.document)].concat());
    let value = format!("z{}", bs58::encode(key.sign(&steps.hash_data).as_bytes()).into_string());
    document["proof"]["proofValue"] = json!(value);
    assert!(verifier().credential(&document, &Checks::default()).verified);
    document["proof"]["cryptosuite"] = json!("sm2-rdfc-2026");
    assert!(!verifier().credential(&document, &Checks::default()).verified, "the suites do not mix");

    let parsed = Credential::parse(credential(&did(&key))).expect("conforming");
    assert!(issue(parsed, &key, &options(Suite::Sm2_2023, &key), &CONTEXTS).is_err());
}
