//! The W3C RDF Dataset Canonicalization test suite (rdf-canon, RDFC-1.0), whole manifest.

mod common;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use common::vectors;
use hufu_jsonld::{Error, Limits, parse_nquads, rdfc};
use serde_json::Value;

/// A graph that is refused must be refused within this, and one that is accepted be done.
const PATIENCE: Duration = Duration::from_secs(2);

#[test]
fn manifest() {
    let Some(root) = vectors("rdf-canon/tests") else { return };
    let read = |name: &str| std::fs::read_to_string(root.join(name)).unwrap();
    let manifest: Value = serde_json::from_str(&read("manifest.jsonld")).unwrap();
    let mut passed: BTreeMap<&str, usize> = BTreeMap::new();
    let mut failed = Vec::new();
    let entries = manifest["entries"].as_array().unwrap();
    for entry in entries {
        let kind = entry["type"].as_str().unwrap();
        let hash = match entry["hashAlgorithm"].as_str() {
            Some("SHA384") => rdfc::Hash::Sha384,
            _ => rdfc::Hash::Sha256,
        };
        let dataset = parse_nquads(&read(entry["action"].as_str().unwrap())).unwrap();
        let start = Instant::now();
        let result = rdfc::canonicalize(&dataset, hash, &Limits::default());
        let took = start.elapsed();
        if entry["computationalComplexity"] == "high" {
            println!("{} {}: {took:?}", entry["id"], entry["name"]);
        }
        let ok = took < PATIENCE
            && match kind {
                "rdfc:RDFC10EvalTest" => result
                    .is_ok_and(|canonical| canonical.nquads() == read(entry["result"].as_str().unwrap())),
                "rdfc:RDFC10MapTest" => result.is_ok_and(|canonical| {
                    let expected: BTreeMap<String, String> =
                        serde_json::from_str(&read(entry["result"].as_str().unwrap())).unwrap();
                    let issued: BTreeMap<_, _> =
                        canonical.issued().map(|(label, issued)| (label.to_owned(), issued)).collect();
                    issued == expected
                }),
                "rdfc:RDFC10NegativeEvalTest" => matches!(result, Err(Error::TooComplex { .. })),
                other => panic!("unknown kind of test {other}"),
            };
        if ok {
            *passed.entry(kind).or_default() += 1;
        } else {
            failed.push(entry["id"].as_str().unwrap());
        }
    }
    println!("rdf-canon: {passed:?} of {}", entries.len());
    assert!(failed.is_empty(), "failed: {failed:?}");
    assert_eq!(passed.values().sum::<usize>(), entries.len());
    assert!(entries.len() >= 86);
}
