//! Changes that no verifier may let pass, each with a name.

use hufu_did::key::{did, verification_method};
use hufu_keys::{Algorithm, SigningKey};
use serde_json::{Value, json};

/// A changed copy of a signed credential.
pub(crate) fn credentials(signed: &Value, another: &Value) -> Vec<(&'static str, Value)> {
    let stranger = SigningKey::generate(Algorithm::Ed25519, &mut rand::rng()).verifying_key();
    let with = |change: &dyn Fn(&mut Value)| {
        let mut copy = signed.clone();
        change(&mut copy);
        copy
    };
    vec![
        ("claim changed", with(&|c| c["credentialSubject"]["id"] = "did:example:mallory".into())),
        ("claim added", with(&|c| c["credentialSubject"]["https://example.org/ns#role"] = "admin".into())),
        (
            "subject added",
            with(&|c| {
                c["credentialSubject"] = json!([c["credentialSubject"], { "id": "did:example:mallory" }])
            }),
        ),
        (
            "type added",
            with(&|c| c["type"] = json!(["VerifiableCredential", "https://example.org/ns#Licence"])),
        ),
        ("id changed", with(&|c| c["id"] = "urn:uuid:00000000-0000-4000-8000-000000000000".into())),
        ("issuer is a stranger", with(&|c| c["issuer"] = did(&stranger).as_str().into())),
        (
            "key is a stranger's",
            with(&|c| c["proof"]["verificationMethod"] = verification_method(&stranger).as_str().into()),
        ),
        (
            "key and issuer are a stranger's",
            with(&|c| {
                c["issuer"] = did(&stranger).as_str().into();
                c["proof"]["verificationMethod"] = verification_method(&stranger).as_str().into();
            }),
        ),
        ("proof made earlier", with(&|c| c["proof"]["created"] = "2020-01-01T00:00:00Z".into())),
        ("proof expires later", with(&|c| c["proof"]["expires"] = "2999-01-01T00:00:00Z".into())),
        ("purpose changed", with(&|c| c["proof"]["proofPurpose"] = "authentication".into())),
        ("suite unknown", with(&|c| c["proof"]["cryptosuite"] = "unknown-2000".into())),
        (
            "signature of another credential",
            with(&|c| c["proof"]["proofValue"] = another["proof"]["proofValue"].clone()),
        ),
        ("one character of the signature", with(&|c| flip(&mut c["proof"]["proofValue"]))),
        (
            "signature cut short",
            with(&|c| {
                let value = c["proof"]["proofValue"].as_str().unwrap().to_owned();
                c["proof"]["proofValue"] = value[..value.len() - 1].into();
            }),
        ),
        ("no signature", with(&|c| drop(c["proof"].as_object_mut().unwrap().remove("proofValue")))),
        ("no proof", with(&|c| drop(c.as_object_mut().unwrap().remove("proof")))),
    ]
}

/// Puts another base58 character in the middle.
pub(crate) fn flip(signature: &mut Value) {
    let mut text: Vec<char> = signature.as_str().unwrap().chars().collect();
    let middle = text.len() / 2;
    text[middle] = if text[middle] == '2' { '3' } else { '2' };
    *signature = text.into_iter().collect::<String>().into();
}
