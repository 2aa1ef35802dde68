//! Selective disclosure: issuer, holder and verifier, each on either side.

use std::collections::BTreeSet;

use hufu_credentials::Suite;
use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;
use serde_json::{Map, Value, json};

use crate::sides::{Discloser, Ours, SELECTIVE, Side, Theirs};
use crate::tamper;

/// Random documents for each suite and issuer.
const DOCUMENTS: usize = 12;

/// A change of a document.
type Change = fn(&mut Value);

/// Both verifiers accept what both holders derive of what both issuers made; the two holders show the same.
#[test]
fn every_mixture_of_sides_agrees() {
    let Some(mut theirs) = Theirs::start() else { return };
    let mut ours = Ours::new();
    let seed = seed();
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let (mut derived, mut verified) = (0, 0);
    for suite in SELECTIVE {
        for (name, credential, mandatory, selections) in corpus() {
            for (issuer, base) in [
                ("we", ours.issue_base(suite, &credential, mandatory)),
                ("the peer", theirs.issue_base(suite, &credential, mandatory)),
            ] {
                for pointers in &selections {
                    let what = format!("{suite}, {name}, issued by {issuer}, {pointers:?}");
                    (derived, verified) =
                        (derived + 2, verified + show(&mut ours, &mut theirs, suite, &base, pointers, &what));
                }
            }
        }
        for number in 0..DOCUMENTS {
            let credential = random_credential(&mut rng);
            let all = pointers_of(&credential["credentialSubject"], "/credentialSubject");
            let pick = |rng: &mut ChaCha8Rng, most: usize| -> Vec<String> {
                let count = rng.random_range(0..=most);
                let picked: BTreeSet<usize> = (0..count).map(|_| rng.random_range(0..all.len())).collect();
                picked.into_iter().map(|at| all[at].clone()).collect()
            };
            let mut mandatory = vec!["/issuer".to_owned()];
            mandatory.extend(pick(&mut rng, 2));
            let mandatory: Vec<&str> = mandatory.iter().map(String::as_str).collect();
            for (issuer, base) in [
                ("we", ours.issue_base(suite, &credential, &mandatory)),
                ("the peer", theirs.issue_base(suite, &credential, &mandatory)),
            ] {
                let mut selection = pick(&mut rng, 3);
                selection.push(all[rng.random_range(0..all.len())].clone());
                let pointers: Vec<&str> = selection.iter().map(String::as_str).collect();
                let what = format!(
                    "{suite}, document {number} of HUFU_SEED={seed}, issued by {issuer}, {mandatory:?}, {pointers:?}\n{credential:#}"
                );
                (derived, verified) =
                    (derived + 2, verified + show(&mut ours, &mut theirs, suite, &base, &pointers, &what));
            }
        }
    }
    println!("{derived} credentials derived by both holders, {verified} verdicts of both verifiers");
}

/// Derives on both sides; returns the number of verdicts.
fn show(
    ours: &mut Ours,
    theirs: &mut Theirs,
    suite: Suite,
    base: &Value,
    pointers: &[&str],
    what: &str,
) -> usize {
    let by_us = ours
        .derive(suite, base, pointers)
        .unwrap_or_else(|error| panic!("{what}: we do not derive: {error}"));
    let by_them = theirs
        .derive(suite, base, pointers)
        .unwrap_or_else(|error| panic!("{what}: the peer does not derive: {error}"));
    let document = |signed: &Value| {
        let mut document = signed.clone();
        document.as_object_mut().expect("an object").remove("proof");
        // one form for what JSON writes in several: 7.0 and 7
        hufu_jcs::canonicalize(&document).expect("a canonical form")
    };
    assert_eq!(document(&by_us), document(&by_them), "{what}: the holders show different things");
    // What is not random is the same to the byte.
    if suite == Suite::EcdsaSd2023 {
        assert_eq!(by_us["proof"], by_them["proof"], "{what}: the proofs differ");
    }
    for (holder, signed) in [("us", &by_us), ("the peer", &by_them)] {
        for (verifier, verdict) in [("we", ours.credential(signed)), ("the peer", theirs.credential(signed))]
        {
            assert_eq!(verdict, Ok(()), "{what}: {verifier} refuse what is derived by {holder}\n{signed:#}");
        }
    }
    4
}

#[test]
fn both_refuse_what_was_changed_or_is_for_the_holder() {
    let Some(mut theirs) = Theirs::start() else { return };
    let mut ours = Ours::new();
    let mut refusals = 0;
    for suite in SELECTIVE {
        let (_, credential, mandatory, selections) = corpus().remove(0);
        for base in
            [ours.issue_base(suite, &credential, mandatory), theirs.issue_base(suite, &credential, mandatory)]
        {
            let derived = [
                ours.derive(suite, &base, &selections[0]).expect("derives"),
                theirs.derive(suite, &base, &selections[0]).expect("derives"),
            ];
            let mut bad = vec![("a base proof", base.clone())];
            for signed in derived {
                let changes: [(&str, Change); 4] = [
                    ("a disclosed value", |v| v["credentialSubject"]["sailNumber"] = json!("Mars 7")),
                    ("a mandatory value", |v| v["validUntil"] = json!("2990-01-01T00:00:00Z")),
                    ("a bit of the proof", |v| tamper::flip(&mut v["proof"]["proofValue"])),
                    ("the time of the proof", |v| v["proof"]["created"] = json!("2024-01-01T00:00:00Z")),
                ];
                for (name, change) in changes {
                    let mut changed = signed.clone();
                    change(&mut changed);
                    bad.push((name, changed));
                }
            }
            for (name, changed) in bad {
                for (who, verdict) in
                    [("we", ours.credential(&changed)), ("the peer", theirs.credential(&changed))]
                {
                    assert!(verdict.is_err(), "{who} accepted {suite} with: {name}\n{changed:#}");
                    refusals += 1;
                }
            }
        }
    }
    println!("{refusals} refusals of changed credentials and of base proofs");
}

/// A credential with mandatory pointers, and some selections of a holder's.
type Case = (&'static str, Value, &'static [&'static str], Vec<Vec<&'static str>>);

fn corpus() -> Vec<Case> {
    const V2: &str = "https://www.w3.org/ns/credentials/v2";
    const EXAMPLES: &str = "https://www.w3.org/ns/credentials/examples/v2";
    vec![
        (
            "sails and boards",
            json!({
                "@context": [V2, { "@vocab": "https://windsurf.example/ns#" }],
                "type": ["VerifiableCredential", "Registration"],
                "issuer": { "name": "The committee" },
                "validUntil": "2980-01-01T00:00:00Z",
                "credentialSubject": {
                    "sailNumber": "Earth101",
                    "sails": [
                        { "size": 5.5, "sailName": "Kihei", "year": 2023 },
                        { "size": 6.1, "sailName": "Lahaina", "year": 2023 },
                        { "size": 7.0, "sailName": "Lahaina", "year": 2020 },
                        { "size": 7.8, "sailName": "Lahaina", "year": 2023 },
                    ],
                    "boards": [
                        { "boardName": "CompFoil170", "brand": "Wailea", "year": 2022 },
                        { "boardName": "Kanaha Custom", "brand": "Wailea", "year": 2019 },
                    ],
                },
            }),
            &["/issuer", "/validUntil", "/credentialSubject/sails/1", "/credentialSubject/boards/0/year"],
            vec![
                vec!["/credentialSubject/sailNumber"],
                vec!["/credentialSubject/boards/0", "/credentialSubject/boards/1"],
                vec!["/credentialSubject/sails"],
                vec!["/credentialSubject"],
                vec![],
                vec![""],
            ],
        ),
        (
            "identifiers, types, languages and numbers",
            json!({
                "@context": [V2, EXAMPLES],
                "id": "urn:uuid:58172aac-d8ba-4d00-83dd-0b3aef56cc33",
                "type": ["VerifiableCredential", "ExampleDegreeCredential"],
                "name": [{ "@value": "虎符", "@language": "zh" }, { "@value": "Tiger tally", "@language": "en" }],
                "description": { "@value": "بطاقة", "@language": "ar", "@direction": "rtl" },
                "validFrom": "2024-02-26T01:02:58.447-06:00",
                "evidence": [{ "id": "https://example.org/e/1", "type": "ExampleEvidence" }, { "type": ["ExampleEvidence", "ExampleOther"] }],
                "credentialSubject": {
                    "id": "did:example:alice",
                    "degree": { "type": "ExampleBachelorDegree", "name": "Bachelor of Science and Arts" },
                    "numbers": [1, 2.25, -3, 1.5e300], "flag": true, "a~b/c": "escaped",
                    "knows": [{ "familyName": "A" }, { "familyName": "A" }, { "familyName": "B" }],
                },
            }),
            &["/issuer"],
            vec![
                vec!["/credentialSubject/degree/name", "/name/1"],
                vec!["/credentialSubject/numbers/1", "/credentialSubject/flag", "/evidence/1"],
                vec!["/credentialSubject/id", "/description", "/evidence/0/id"],
                vec!["/credentialSubject/a~0b~1c", "/validFrom"],
                vec!["/credentialSubject/knows/2"],
                vec!["/credentialSubject/knows/0", "/credentialSubject/knows/1"],
            ],
        ),
        (
            "several subjects",
            json!({
                "@context": [V2, EXAMPLES],
                "type": ["VerifiableCredential"],
                "credentialSubject": [
                    { "id": "did:example:a", "role": "buyer", "paid": 10 },
                    { "id": "did:example:b", "role": "seller" },
                ],
            }),
            &["/issuer", "/credentialSubject/1"],
            vec![vec!["/credentialSubject/0/role"], vec![]],
        ),
    ]
}

/// Pointers to everything inside of a value. An array of one item is left out with what is in it: the peer reads pointers
/// against a compacted form, in which such an array is the item.
fn pointers_of(value: &Value, at: &str) -> Vec<String> {
    let mut found = Vec::new();
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(map) => {
            map.iter().filter(|(key, _)| *key != "type").map(|(key, value)| (key.clone(), value)).collect()
        }
        Value::Array(items) if items.len() > 1 => {
            items.iter().enumerate().map(|(at, item)| (at.to_string(), item)).collect()
        }
        _ => Vec::new(),
    };
    for (step, value) in inner {
        let at = format!("{at}/{step}");
        found.extend(pointers_of(value, &at));
        found.push(at);
    }
    found
}

/// Nested objects and arrays, with and without ids and types, some of them alike.
fn random_credential(rng: &mut ChaCha8Rng) -> Value {
    let mut subject = random_object(rng, 3);
    subject.insert("always".to_owned(), json!("here"));
    subject.insert("number".to_owned(), json!(rng.random_range(0..1_000_000)));
    json!({
        "@context": ["https://www.w3.org/ns/credentials/v2", { "@vocab": "https://example.org/ns#" }],
        "type": ["VerifiableCredential", "Random"],
        "credentialSubject": subject,
    })
}

fn random_object(rng: &mut ChaCha8Rng, depth: usize) -> Map<String, Value> {
    let mut map = Map::new();
    if rng.random_range(0..3) == 0 {
        map.insert("id".to_owned(), json!(format!("urn:example:{}", rng.random_range(0..4))));
    }
    if rng.random_range(0..2) == 0 {
        map.insert("type".to_owned(), json!(["Alpha", "Beta"][rng.random_range(0..2)]));
    }
    for key in ["one", "two", "three"] {
        if rng.random_range(0..3) > 0 {
            map.insert(key.to_owned(), random_value(rng, depth));
        }
    }
    map
}

fn random_value(rng: &mut ChaCha8Rng, depth: usize) -> Value {
    match rng.random_range(0..if depth == 0 { 3 } else { 6 }) {
        0 => json!(["red", "green", "blue", "虎符"][rng.random_range(0..4)]),
        1 => json!(rng.random_range(0..3)),
        2 => json!(rng.random_range(0..2) == 0),
        3 => {
            // Distinct items: RDF is a set, and an item that is there twice has no place of its own.
            let items: Vec<Value> = (0..rng.random_range(2..4)).map(|n| json!(format!("item {n}"))).collect();
            Value::Array(items)
        }
        4 => {
            let items = (0..rng.random_range(2..4)).map(|n| {
                let mut item = random_object(rng, depth - 1);
                item.insert("n".to_owned(), json!(n % 2));
                Value::Object(item)
            });
            Value::Array(items.collect())
        }
        _ => {
            let mut inner = random_object(rng, depth - 1);
            inner.insert("leaf".to_owned(), json!("x"));
            Value::Object(inner)
        }
    }
}

fn seed() -> u64 {
    std::env::var("HUFU_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(rand::random)
}
