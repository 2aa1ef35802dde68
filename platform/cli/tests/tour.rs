//! The tour against a real `hufu dev`: the whole journey, each step checked by the tour itself.
#![allow(clippy::unwrap_used, reason = "a test stops at the first broken assumption")]

mod common;

use common::{Dev, hufu, json, run};

#[test]
fn every_step_of_the_tour_is_done() {
    let data = tempfile::tempdir().unwrap();
    let dev = Dev::start(data.path());
    let result = json(hufu().args(["--json", "tour", "--url", &dev.url, "--data"]).arg(data.path()));
    let steps = result["steps"].as_array().unwrap();
    let said: Vec<&str> = steps.iter().map(|step| step["what"].as_str().unwrap()).collect();
    for milestone in [
        "has a DID with keys of SM2",
        "has a DID with keys of Ed25519 and BLS12-381 G2",
        "the proposal is executed",
        "one of the members votes yes, unnamed",
        "a second time is refused, without being known",
        "the ledger tells of 2 ballots by their tags, and names nobody",
        "its report is refused: /v1/transactions answered 422",
        "a driver reports, unnamed",
        "a second report on the same subject is refused",
        "opener 1 of 3 gives its part; nobody knows yet",
        "opener 2 of 3 gives its part; it was did:key:",
        "an outsider checks it from certified answers alone",
        "the swimming pool verifies that its guest studies there, and learns no name",
        "without 8 bytes in a row in common, be they of one student or of two",
        "is accredited for Iso18013DriversLicenseCredential",
        "secured with sm2-rdfc-2026",
        "secured with eddsa-rdfc-2022",
        "both credentials verify offline",
        "the verifier accepts the presentation",
        "a second time is refused",
        "the authority revokes the licence",
        "the licence is revoked; the student card is not affected",
        "provably not revoked",
        "the audit log is exported and verifies",
    ] {
        assert!(said.iter().any(|step| step.contains(milestone)), "no step says {milestone:?}: {said:#?}");
    }

    // Once more on the same network: nothing of the tour depends on an empty ledger.
    json(hufu().args(["--json", "tour", "--url", &dev.url, "--data"]).arg(data.path()));
}

#[test]
fn without_a_service_the_tour_says_so() {
    let data = tempfile::tempdir().unwrap();
    let output = run(hufu().args(["tour", "--url", "http://127.0.0.1:1", "--data"]).arg(data.path()));
    assert!(!output.status.success());
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(words.contains("data folder of a running `hufu dev`"), "{words}");
}
