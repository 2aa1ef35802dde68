//! What a verifier of derived proofs must refuse, each by name, and that it says why.

mod common;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ciborium::Value as Cbor;
use common::{CONTEXTS, Documents, did, key, method, now, verifier};
use hufu_bbs::{SecretKey, Sha256};
use hufu_credentials::sd::{Disclosure, IssuerKey, derive, issue};
use hufu_credentials::{Checks, Credential, ProofOptions, Suite, Verifier};
use hufu_did::key::{bbs_did, bbs_multikey, bbs_verification_method};
use hufu_keys::Algorithm;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng as _;
use serde_json::{Value, json};

fn rng(seed: u8) -> ChaCha20Rng {
    ChaCha20Rng::from_seed([seed; 32])
}

fn bbs_key() -> SecretKey {
    SecretKey::random::<Sha256>(&mut rng(9)).expect("a key")
}

fn document(issuer: &str) -> Value {
    json!({
        "@context": ["https://www.w3.org/ns/credentials/v2", { "@vocab": "urn:example:" }],
        "type": ["VerifiableCredential", "Pass"],
        "issuer": issuer,
        "validUntil": "2030-01-01T00:00:00Z",
        "credentialSubject": {
            "given": "Ada", "family": "Lovelace",
            "sails": [{ "size": 5.5, "year": 2023 }, { "size": 6.1, "year": 2023 }, { "size": 7, "year": 2020 }],
        },
    })
}

fn base(suite: Suite, issuer: &str, method: &str) -> Credential {
    let (p256, bbs) = (key(Algorithm::P256, 8), bbs_key());
    let key = if suite == Suite::Bbs2023 { IssuerKey::Bbs(&bbs) } else { IssuerKey::Ecdsa(&p256) };
    let mandatory = ["/issuer", "/validUntil"].map(|text| text.parse().expect("a pointer"));
    let options = ProofOptions::new(suite, method);
    let credential = Credential::parse(document(issuer)).expect("conforming");
    issue(credential, key, &options, &mandatory, &CONTEXTS, &mut rng(1)).expect("issues").into_document()
}

fn derived_from(base: &Credential, pointers: &[&str]) -> Value {
    let disclosure = Disclosure::of(pointers.iter().copied()).expect("pointers");
    derive(base, &disclosure, &CONTEXTS, &mut rng(2)).expect("derives").into_value()
}

/// A credential that verifies, with three named blank nodes.
fn good(suite: Suite) -> Value {
    let (issuer, method) = match suite {
        Suite::Bbs2023 => {
            let key = bbs_key();
            (bbs_did(key.public_key()).to_string(), bbs_verification_method(key.public_key()).to_string())
        }
        _ => (did(&key(Algorithm::P256, 8)), method(&key(Algorithm::P256, 8))),
    };
    let pointers =
        ["/credentialSubject/given", "/credentialSubject/sails/1", "/credentialSubject/sails/2/year"];
    let good = derived_from(&base(suite, &issuer, &method), &pointers);
    assert!(verifier().credential(&good, &Checks::default()).verified);
    good
}

fn parts(signed: &Value) -> (Vec<u8>, Vec<Cbor>) {
    let text = signed["proof"]["proofValue"].as_str().expect("a text");
    let bytes = URL_SAFE_NO_PAD.decode(&text[1..]).expect("base64url");
    let value: Cbor = ciborium::from_reader(&bytes[3..]).expect("CBOR");
    (bytes[..3].to_vec(), value.into_array().expect("an array"))
}

fn put_parts(signed: &mut Value, header: &[u8], parts: Vec<Cbor>) {
    let mut bytes = header.to_vec();
    ciborium::into_writer(&Cbor::Array(parts), &mut bytes).expect("writes");
    signed["proof"]["proofValue"] = json!(format!("u{}", URL_SAFE_NO_PAD.encode(bytes)));
}

/// The same with its proof value changed.
fn with(good: &Value, change: impl FnOnce(&mut Vec<Cbor>)) -> Value {
    let mut changed = good.clone();
    let (header, mut parts) = parts(good);
    change(&mut parts);
    put_parts(&mut changed, &header, parts);
    changed
}

fn assert_refused(value: &Value, words: &str, case: &str) {
    let report = verifier().credential(value, &Checks::default());
    assert!(!report.verified, "{case}");
    let details: Vec<&str> = report.problems.iter().map(|problem| problem.detail.as_str()).collect();
    assert!(details.iter().any(|detail| detail.contains(words)), "{case}: {details:?}");
}

const CHANGED: &str = "one of them was changed";

/// What the document says was changed.
#[test]
fn a_changed_document_is_refused() {
    for suite in [Suite::EcdsaSd2023, Suite::Bbs2023] {
        let good = good(suite);
        type Change = (&'static str, fn(&mut Value), &'static str);
        let statements = if suite == Suite::Bbs2023 { "indexes for" } else { "signatures for" };
        let cases: [Change; 9] = [
            ("a disclosed value", |v| v["credentialSubject"]["given"] = json!("Eve"), CHANGED),
            ("a mandatory value", |v| v["validUntil"] = json!("2040-01-01T00:00:00Z"), CHANGED),
            ("a type", |v| v["type"] = json!(["VerifiableCredential", "Master"]), CHANGED),
            ("the proof's options", |v| v["proof"]["created"] = json!("2025-06-02T00:00:00Z"), CHANGED),
            ("a statement more", |v| v["credentialSubject"]["family"] = json!("Byron"), statements),
            (
                "a statement less",
                |v| drop(v["credentialSubject"].as_object_mut().unwrap().remove("given")),
                "statements",
            ),
            ("a mandatory one less", |v| drop(v.as_object_mut().unwrap().remove("validUntil")), ""),
            (
                "a part less",
                |v| drop(v["credentialSubject"]["sails"].as_array_mut().unwrap().pop()),
                "label map has",
            ),
            ("a term's meaning", |v| v["@context"][1]["@vocab"] = json!("urn:other:"), CHANGED),
        ];
        for (case, change, words) in cases {
            let mut changed = good.clone();
            change(&mut changed);
            assert_refused(&changed, words, &format!("{suite}: {case}"));
        }
        // the order of an array's items, of which RDF knows nothing, may change
        let mut reordered = good.clone();
        reordered["credentialSubject"]["sails"].as_array_mut().unwrap().reverse();
        assert!(verifier().credential(&reordered, &Checks::default()).verified);
    }
}

/// Indexes of mandatory statements: the second to last member of an ECDSA value, the third of a BBS one.
#[test]
fn wrong_mandatory_indexes_are_refused() {
    for (suite, at) in [(Suite::EcdsaSd2023, 4), (Suite::Bbs2023, 2)] {
        let good = good(suite);
        let indexes: Vec<u64> = parts(&good).1[at]
            .as_array()
            .expect("an array")
            .iter()
            .map(|index| u64::try_from(index.as_integer().expect("a number")).expect("small"))
            .collect();
        assert!(indexes.len() >= 4, "{indexes:?}");
        let put = |indexes: Vec<u64>| {
            with(&good, |parts| parts[at] = Cbor::Array(indexes.into_iter().map(Cbor::from).collect()))
        };
        let changed = |change: fn(&mut Vec<u64>)| {
            let mut indexes = indexes.clone();
            change(&mut indexes);
            put(indexes)
        };
        let order = "do not ascend, or one is there twice";
        let count = if suite == Suite::Bbs2023 { "indexes for" } else { "signatures for" };
        for (case, value, words) in [
            ("twice", changed(|i| i.insert(1, i[0])), order),
            ("not ascending", changed(|i| i.reverse()), order),
            ("out of range", changed(|i| i.push(500)), "mandatory index 500 is out of range"),
            ("far out of range", changed(|i| i.push(u64::MAX)), "is out of range"),
            ("missing", changed(|i| i.truncate(i.len() - 1)), count),
            ("none", put(Vec::new()), count),
        ] {
            assert_refused(&value, words, &format!("{suite}: {case}"));
        }
        // as many as before, and others
        let shifted: Vec<u64> = (0..indexes.len() as u64).collect();
        assert_ne!(shifted, indexes);
        assert_refused(&put(shifted), CHANGED, &format!("{suite}: others"));
    }
}

/// A label map as CBOR has it.
type Labels = Vec<(Cbor, Cbor)>;

#[test]
fn wrong_label_maps_are_refused() {
    for (suite, at) in [(Suite::EcdsaSd2023, 3), (Suite::Bbs2023, 1)] {
        let good = good(suite);
        let put = |change: &dyn Fn(&mut Labels)| {
            with(&good, |parts| change(parts[at].as_map_mut().expect("a map")))
        };
        let other =
            |n: u64| if suite == Suite::Bbs2023 { Cbor::from(n + 70) } else { Cbor::Bytes(vec![7; 32]) };
        for (case, value, words) in [
            ("a name less", put(&|map| drop(map.pop())), "label map has"),
            ("a name more", put(&|map| map.push((Cbor::from(90), other(0)))), "label map has"),
            ("another key", put(&|map| map[0].0 = Cbor::from(90)), "label map has no c14n"),
            ("a key twice", put(&|map| map[1].0 = map[0].0.clone()), "a key twice"),
            ("a name twice", put(&|map| map[1].1 = map[0].1.clone()), "names two blank nodes alike"),
            ("another name", put(&|map| map[1].1 = other(1)), CHANGED),
            (
                "a text for a name",
                put(&|map| map[1].1 = Cbor::Text("b0".into())),
                "name of a blank node is not",
            ),
            ("no map", with(&good, |parts| parts[at] = Cbor::Array(Vec::new())), "label map is not a map"),
        ] {
            assert_refused(&value, words, &format!("{suite}: {case}"));
        }
        let swapped = put(&|map| {
            let (a, b) = (map[0].1.clone(), map[1].1.clone());
            (map[0].1, map[1].1) = (b, a);
        });
        assert!(!verifier().credential(&swapped, &Checks::default()).verified, "{suite}");
    }
}

#[test]
fn changed_ecdsa_values_are_refused() {
    let good = good(Suite::EcdsaSd2023);
    let (_, parts) = parts(&good);
    let signatures = parts[2].as_array().expect("an array").len();
    assert!(signatures > 3);
    let flip = |bytes: &mut Cbor| bytes.as_bytes_mut().expect("bytes")[20] ^= 1;
    for (case, value, words) in [
        ("the issuer's signature", with(&good, |p| flip(&mut p[0])), CHANGED),
        (
            "a short signature",
            with(&good, |p| p[0].as_bytes_mut().unwrap().truncate(63)),
            "signature has 63 bytes, not 64",
        ),
        ("a statement's signature", with(&good, |p| flip(&mut p[2].as_array_mut().unwrap()[1])), CHANGED),
        ("the order of signatures", with(&good, |p| p[2].as_array_mut().unwrap().swap(0, 1)), CHANGED),
        ("a signature less", with(&good, |p| drop(p[2].as_array_mut().unwrap().pop())), "signatures for"),
        (
            "a signature more",
            with(&good, |p| {
                let list = p[2].as_array_mut().unwrap();
                list.push(list[0].clone());
            }),
            "signatures for",
        ),
        (
            "no key on the curve",
            with(&good, |p| p[1].as_bytes_mut().unwrap()[2] = 5),
            "the proof's public key",
        ),
        ("a key of another kind", with(&good, |p| p[1].as_bytes_mut().unwrap()[0] = 0x81), "not a P-256 key"),
        ("a member more", with(&good, |p| p.push(Cbor::from(0))), "1 members too many"),
        ("a member less", with(&good, |p| drop(p.pop())), "has no mandatory indexes"),
    ] {
        assert_refused(&value, words, case);
    }
    // a key of the holder's own, with which it signs what it likes: the issuer has signed another
    let own = key(Algorithm::P256, 77);
    let forged = with(&good, |p| {
        p[1] = Cbor::Bytes([&[0x80, 0x24][..], own.verifying_key().as_bytes()].concat());
    });
    assert_refused(&forged, CHANGED, "a key of the holder's own");
}

#[test]
fn changed_bbs_values_are_refused() {
    let good = good(Suite::Bbs2023);
    let flip = |bytes: &mut Cbor, at: usize| bytes.as_bytes_mut().expect("bytes")[at] ^= 1;
    let selective = |change: fn(&mut Vec<Cbor>)| with(&good, |p| change(p[3].as_array_mut().unwrap()));
    let order = "selective indexes do not ascend, or one is there twice";
    for (case, value, words) in [
        ("a response", with(&good, |p| flip(&mut p[0], 200)), CHANGED),
        ("a point", with(&good, |p| flip(&mut p[0], 30)), "the BBS proof is malformed"),
        (
            "cut short",
            with(&good, |p| p[0].as_bytes_mut().unwrap().truncate(100)),
            "the BBS proof is malformed",
        ),
        (
            "a response less",
            with(&good, |p| {
                let bytes = p[0].as_bytes_mut().unwrap();
                bytes.truncate(bytes.len() - 32);
            }),
            "",
        ),
        (
            "more statements than a credential can have",
            with(&good, |p| p[0].as_bytes_mut().unwrap().extend([[1; 32]; 2_048].as_flattened())),
            "more than 2048",
        ),
        ("an index twice", selective(|i| i[1] = i[0].clone()), order),
        ("indexes not ascending", selective(|i| i.swap(0, 1)), order),
        (
            "an index out of range",
            selective(|i| *i.last_mut().unwrap() = Cbor::from(900)),
            "selective index 900 is out of range",
        ),
        ("an index less", selective(|i| drop(i.pop())), "indexes for"),
        ("another presentation header", with(&good, |p| p[4] = Cbor::Bytes(vec![1])), CHANGED),
        ("a member more", with(&good, |p| p.push(Cbor::from(0))), "1 members too many"),
    ] {
        assert_refused(&value, words, case);
    }
}

#[test]
fn values_of_another_form_or_suite_are_refused() {
    for suite in [Suite::EcdsaSd2023, Suite::Bbs2023] {
        let good = good(suite);
        let (header, members) = parts(&good);
        let as_header = |last: u8| {
            let mut changed = good.clone();
            put_parts(&mut changed, &[header[0], header[1], last], members.clone());
            changed
        };
        let other = if suite == Suite::Bbs2023 { 1 } else { 3 };
        assert_refused(&as_header(other), "does not know", "another suite's header");
        assert_refused(&as_header(0xff), "does not know", "no header");
        let text = good["proof"]["proofValue"].as_str().expect("a text").to_owned();
        let cut = URL_SAFE_NO_PAD.decode(&text[1..]).expect("base64url");
        let cut = format!("u{}", URL_SAFE_NO_PAD.encode(&cut[..cut.len() - 5]));
        for (case, value, words) in [
            ("base58", format!("z{}", &text[1..]), "multibase prefix u"),
            ("padding", format!("{text}="), "not base64url"),
            (
                "trailing bytes",
                format!(
                    "u{}",
                    URL_SAFE_NO_PAD
                        .encode([&URL_SAFE_NO_PAD.decode(&text[1..]).unwrap()[..], &[0; 3]].concat())
                ),
                "3 bytes behind its end",
            ),
            ("cut", cut, "not CBOR"),
            ("nothing", String::new(), "multibase prefix u"),
            ("too long", format!("u{}", "A".repeat(2 << 20)), "proofValue is too long"),
        ] {
            let mut changed = good.clone();
            changed["proof"]["proofValue"] = json!(value);
            assert_refused(&changed, words, &format!("{suite}: {case}"));
        }
        // an indefinite length: 9f … ff instead of 85 …
        let mut bytes = URL_SAFE_NO_PAD.decode(&text[1..]).expect("base64url");
        assert_eq!(bytes[3], 0x85);
        bytes[3] = 0x9f;
        bytes.push(0xff);
        let mut changed = good.clone();
        changed["proof"]["proofValue"] = json!(format!("u{}", URL_SAFE_NO_PAD.encode(bytes)));
        assert_refused(&changed, "preferred form", "an indefinite length");

        // a key that the suite cannot use, and a suite that cannot use the key
        let mut changed = good.clone();
        let wrong = if suite == Suite::Bbs2023 {
            method(&key(Algorithm::P256, 8))
        } else {
            bbs_verification_method(bbs_key().public_key()).to_string()
        };
        changed["proof"]["verificationMethod"] = json!(wrong);
        assert_refused(&changed, "cannot be used with a key of algorithm", "a key of the wrong type");
        let mut changed = good.clone();
        changed["proof"]["verificationMethod"] = json!(method(&key(Algorithm::Ed25519, 1)));
        assert_refused(&changed, "cannot be used with a key of algorithm", "an Ed25519 key");
        let mut changed = good.clone();
        changed["proof"]["cryptosuite"] = json!("ecdsa-rdfc-2019");
        assert_refused(&changed, "", "another suite");
        // a proof that builds on others
        let mut changed = good.clone();
        changed["proof"]["previousProof"] = json!("urn:x");
        assert_refused(&changed, "does not build on other proofs", "a chain");
    }
}

/// The bindings of every other suite hold here too: purpose, authorisation, controller.
#[test]
fn keys_must_be_authorised_and_the_issuer_s_own() {
    let key = bbs_key();
    let (issuer, fragment) = ("did:example:bbs-issuer", "did:example:bbs-issuer#key");
    let document = |relationship: &str| {
        json!({
            "id": issuer,
            "verificationMethod": [{
                "id": fragment, "type": "Multikey", "controller": issuer,
                "publicKeyMultibase": bbs_multikey(key.public_key()),
            }],
            relationship: [fragment],
        })
    };
    let derived = derived_from(&base(Suite::Bbs2023, issuer, fragment), &["/credentialSubject/given"]);
    let verify = |document: Value| {
        let documents = Documents([(issuer.to_owned(), document)].into());
        Verifier::new(&documents, &CONTEXTS, now()).credential(&derived, &Checks::default())
    };
    assert!(verify(document("assertionMethod")).verified);
    let report = verify(document("authentication"));
    assert!(report.problems[0].detail.contains("not listed under assertionMethod"), "{report:#?}");
    // not a point of the curve: the key is refused, not merely the proof
    let mut broken = document("assertionMethod");
    broken["verificationMethod"][0]["publicKeyMultibase"] = json!(format!("zUC7{}", "1".repeat(130)));
    let report = verify(broken);
    assert!(report.problems[0].detail.contains("no usable key"), "{report:#?}");
}

/// No bit of a proof value can be changed without the verifier noticing; nothing panics.
#[test]
fn every_changed_byte_is_noticed() {
    for suite in [Suite::EcdsaSd2023, Suite::Bbs2023] {
        let good = good(suite);
        let bytes =
            URL_SAFE_NO_PAD.decode(&good["proof"]["proofValue"].as_str().unwrap()[1..]).expect("base64url");
        for at in 0..bytes.len() {
            let mut changed = good.clone();
            let mut bytes = bytes.clone();
            bytes[at] ^= 0x11;
            changed["proof"]["proofValue"] = json!(format!("u{}", URL_SAFE_NO_PAD.encode(bytes)));
            assert!(!verifier().credential(&changed, &Checks::default()).verified, "{suite}: byte {at}");
        }
    }
}
