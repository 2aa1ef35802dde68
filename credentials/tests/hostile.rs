//! Documents that are made to cost much: blank nodes so alike that their canonical order takes exponential work. The
//! work for one is bounded (`hufu_jsonld::Limits`); here, that it is not multiplied by proofs and credentials.

mod common;

use common::*;
use hufu_credentials::model::MAX_CREDENTIALS;
use hufu_credentials::{Checks, ProblemType, Suite};
use hufu_keys::Algorithm;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Most that one hostile request may take, in a build with optimisation.
const PATIENCE: Duration = Duration::from_secs(20);

/// A signed credential whose claims are then exchanged for a clique of blank nodes.
fn hostile(seed: u8) -> Value {
    let mut value = issued(Suite::EddsaRdfc2022, &key(Algorithm::Ed25519, seed));
    let name = |n: usize| json!({ "id": format!("_:n{n}") });
    let clique: Vec<Value> = (0..12)
        .map(|n| {
            let mut node = name(n);
            node["alumniOf"] = (0..12).filter(|m| *m != n).map(name).collect();
            node
        })
        .collect();
    value["credentialSubject"]["degree"] = clique.into();
    value
}

#[test]
fn a_hostile_graph_is_looked_at_once_for_all_proofs() {
    let mut value = hostile(1);
    let once = Instant::now();
    let report = verifier().credential(&value, &Checks::default());
    let once = once.elapsed();
    assert!(report.has_problem(ProblemType::ProofTransformation), "{report:#?}");

    value["proof"] = vec![value["proof"].clone(); 32].into();
    let start = Instant::now();
    let report = verifier().credential(&value, &Checks::default());
    println!("one proof {once:?}, 32 proofs {:?}", start.elapsed());
    assert!(report.has_problem(ProblemType::ProofTransformation) && !report.verified, "{report:#?}");
    assert_eq!(report.proofs.len(), 32);
    assert!(start.elapsed() < PATIENCE && start.elapsed() < once * 8, "{:?}", start.elapsed());
}

#[test]
fn a_presentation_of_hostile_credentials_is_given_up() {
    let credentials = vec![hostile(1); MAX_CREDENTIALS];
    let presentation = json!({
        "@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiablePresentation"],
        "verifiableCredential": credentials,
    });
    let start = Instant::now();
    let checks = Checks { allow_unsigned_presentation: true, ..Checks::default() };
    let report = verifier().presentation(&presentation, &checks);
    println!("{MAX_CREDENTIALS} credentials {:?}", start.elapsed());
    assert!(!report.verified && report.credentials.iter().all(|c| !c.verified));
    assert_eq!(report.credentials.len(), MAX_CREDENTIALS);
    assert!(report.credentials.last().is_some_and(|c| c.problems[0].detail.contains("not looked at")));
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
}
