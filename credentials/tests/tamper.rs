//! Every field of every signed document is changed in turn; nothing may verify. And nothing that a stranger sends
//! may panic.

mod common;

use common::*;
use hufu_credentials::{Checks, ProofOptions, Suite};
use hufu_keys::Algorithm;
use proptest::prelude::*;
use serde_json::{Value, json};

/// Paths of all scalars, and of all objects and arrays, of a value.
fn paths(value: &Value, prefix: &str, out: &mut Vec<String>) {
    out.push(prefix.to_owned());
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                paths(inner, &format!("{prefix}/{}", key.replace('~', "~0").replace('/', "~1")), out);
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                paths(inner, &format!("{prefix}/{index}"), out);
            }
        }
        _ => {}
    }
}

/// Ways to change a value so that it means something else.
fn changes(value: &Value) -> Vec<Value> {
    match value {
        Value::String(text) => {
            let mut flipped: Vec<char> = text.chars().collect();
            if let Some(last) = flipped.last_mut() {
                *last = if *last == 'a' { 'b' } else { 'a' };
            }
            vec![
                json!(format!("{text}x")),
                json!(flipped.into_iter().collect::<String>()),
                json!(""),
                json!(1),
            ]
        }
        Value::Number(_) => vec![json!(999), json!("999")],
        Value::Bool(b) => vec![json!(!b)],
        Value::Array(items) => {
            let mut longer = items.clone();
            longer.push(json!("https://added.example/"));
            vec![json!(longer), json!([]), json!({})]
        }
        Value::Object(_) => vec![json!({}), json!([])],
        Value::Null => vec![json!(0)],
    }
}

/// A value with something removed.
fn removed(document: &Value, path: &str) -> Option<Value> {
    let (parent, name) = path.rsplit_once('/')?;
    let mut copy = document.clone();
    match copy.pointer_mut(parent)? {
        Value::Object(map) => drop(map.remove(&name.replace("~1", "/").replace("~0", "~"))?),
        Value::Array(items) => drop(items.remove(name.parse().ok()?)),
        _ => return None,
    }
    Some(copy)
}

#[test]
fn no_changed_field_verifies() {
    let mut tried = 0;
    for (suite, key) in suites() {
        let options = ProofOptions {
            id: Some("urn:uuid:d94f792a-c546-4d06-b38a-da070ab56c23".to_owned()),
            expires: Some("2029-01-01T00:00:00Z".parse().expect("a time")),
            challenge: Some("challenge".to_owned()),
            domain: vec!["domain.example".to_owned()],
            nonce: Some("nonce".to_owned()),
            ..options(suite, &key)
        };
        let credential = hufu_credentials::Credential::parse(credential(&did(&key))).expect("conforming");
        let signed =
            hufu_credentials::issue(credential, &key, &options, &CONTEXTS).expect("issued").into_value();
        assert!(verifier().credential(&signed, &Checks::default()).verified, "{suite}");

        let mut all = Vec::new();
        paths(&signed, "", &mut all);
        for path in all.iter().filter(|p| !p.is_empty()) {
            let original = signed.pointer(path).expect("exists");
            let mut forgeries: Vec<Value> = changes(original)
                .into_iter()
                .map(|change| {
                    let mut forged = signed.clone();
                    *forged.pointer_mut(path).expect("exists") = change;
                    forged
                })
                .collect();
            forgeries.extend(removed(&signed, path));
            for forged in forgeries {
                tried += 1;
                let report = verifier().credential(&forged, &Checks::default());
                assert!(!report.verified, "{suite}: {path} was changed and verifies:\n{forged:#}");
                assert!(!report.problems.is_empty());
            }
        }
        for name in ["added", "@id", "@included", "holder"] {
            tried += 1;
            let mut forged = signed.clone();
            forged[name] = json!("https://added.example/");
            assert!(
                !verifier().credential(&forged, &Checks::default()).verified,
                "{suite}: {name} was added"
            );
        }
    }
    println!("{tried} changed documents refused");
}

/// Arbitrary JSON, with the names and texts that the code looks for.
fn arb_json() -> impl Strategy<Value = Value> {
    let words = prop::sample::select(vec![
        "@context",
        "@value",
        "@id",
        "@type",
        "@graph",
        "id",
        "type",
        "proof",
        "issuer",
        "credentialSubject",
        "credentialStatus",
        "credentialSchema",
        "relatedResource",
        "verifiableCredential",
        "VerifiableCredential",
        "VerifiablePresentation",
        "EnvelopedVerifiableCredential",
        "BitstringStatusListEntry",
        "statusListIndex",
        "statusPurpose",
        "JsonSchema",
        "https://www.w3.org/ns/credentials/v2",
        "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2",
        "DataIntegrityProof",
        "previousProof",
        "proofValue",
        "cryptosuite",
        "eddsa-jcs-2022",
        "data:application/vc+jwt,e30.e30.",
        "\u{0}",
        "𝒳",
        "",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        words.clone().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::hash_map(
                prop_oneof![words.clone().prop_map(str::to_owned), ".{0,6}"],
                inner,
                0..6
            )
            .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn arbitrary_json_never_panics(value in arb_json()) {
        prop_assert!(!verifier().credential(&value, &Checks::default()).verified);
        prop_assert!(!verifier().presentation(&value, &Checks::default()).verified);
    }

    #[test]
    fn mutated_credentials_never_panic(at in any::<prop::sample::Index>(), value in arb_json(), suite in 0usize..8) {
        let (suite, key) = suites().swap_remove(suite);
        let mut signed = issued(suite, &key);
        signed["credentialStatus"] = json!({ "type": "BitstringStatusListEntry" });
        signed["credentialSchema"] = json!({ "id": "https://a.example/", "type": "JsonSchema" });
        let mut all = Vec::new();
        paths(&signed, "", &mut all);
        let path = all[at.index(all.len())].as_str();
        *signed.pointer_mut(path).expect("exists") = value;
        prop_assert!(!verifier().credential(&signed, &Checks::default()).verified);
    }
}

#[test]
fn very_deep_json_is_refused_without_overflow() {
    let mut value = json!({});
    // The JSON reader stops at 128; a value built in memory may be deeper, as far as dropping it goes.
    for _ in 0..1_000 {
        value = json!([value]);
    }
    let report = verifier().credential(&value, &Checks::default());
    assert!(!report.verified);
    let mut signed = issued(Suite::EddsaJcs2022, &key(Algorithm::Ed25519, 1));
    signed["credentialSubject"]["deep"] = (0..100).fold(json!(1), |inner, _| json!([inner]));
    assert!(!verifier().credential(&signed, &Checks::default()).verified);
}
