//! `hufu bench` with tiny counts: figures are produced, no request fails, and load goes to loopback only.
#![allow(clippy::unwrap_used, reason = "a test stops at the first broken assumption")]

mod common;

use common::{Dev, hufu, json, run};
use serde_json::Value;

fn positive(value: &Value, pointer: &str) -> f64 {
    let number =
        value.pointer(pointer).and_then(Value::as_f64).unwrap_or_else(|| panic!("{pointer}: {value:#}"));
    assert!(number > 0.0, "{pointer} is {number}: {value:#}");
    number
}

fn latencies(value: &Value) {
    let [p50, p99, max] = ["/p50Micros", "/p99Micros", "/maxMicros"].map(|pointer| positive(value, pointer));
    assert!(p50 <= p99 && p99 <= max, "{value:#}");
    positive(value, "/count");
}

#[test]
fn suites_are_measured_beside_the_bare_signature() {
    let result = json(hufu().args(["--json", "bench", "suites", "--rounds", "2", "--milliseconds", "1"]));
    assert!(result["machine"]["cores"].as_u64().unwrap() > 0, "{result:#}");
    let rows = result["suites"].as_array().unwrap();
    for suite in [
        "eddsa-rdfc-2022",
        "eddsa-jcs-2022",
        "ecdsa-rdfc-2019",
        "ecdsa-jcs-2019",
        "sm2-rdfc-2026",
        "sm2-jcs-2026",
    ] {
        assert!(rows.iter().any(|row| row["suite"] == suite), "{suite} is missing");
    }
    for row in rows {
        for operation in ["issue", "verify", "verifyKeyKnown", "bareSign", "bareVerify"] {
            latencies(&row["hufu"][operation]);
            positive(row, &format!("/hufu/{operation}/perSecondAndCore"));
        }
        positive(row, "/verifyKeyKnownTimesBareVerify");
    }
    let promises = result["promises"].as_array().unwrap();
    assert!(promises.iter().any(|promise| promise["what"].as_str().unwrap().contains("eddsa-jcs-2022")));
}

#[test]
fn queries_keep_their_rate_and_none_fails() {
    let arguments = ["--rate", "60", "--seconds", "1", "--runs", "2", "--dids", "7", "--connections", "3"];
    let result = json(hufu().args(["--json", "bench", "http"]).args(arguments));
    assert_eq!(result["errors"], 0, "{result:#}");
    let runs = result["http"]["runs"].as_array().unwrap();
    assert_eq!(runs.len(), 3 * 2, "three queries, twice each");
    for run in runs {
        latencies(run);
        assert_eq!((&run["errors"], &run["count"]), (&Value::from(0), &Value::from(60)), "{run:#}");
        // never faster than asked for
        assert!(positive(run, "/achievedPerSecond") <= 62.0, "{run:#}");
    }
}

#[test]
fn creations_and_credentials_are_counted_on_a_service_of_their_own() {
    let result =
        json(hufu().args(["--json", "bench", "did-create", "--concurrency", "1,4", "--seconds", "1"]));
    let rows = result["didCreate"].as_array().unwrap();
    assert_eq!(rows.iter().map(|row| row["clients"].as_u64().unwrap()).collect::<Vec<_>>(), [1, 4]);
    for row in rows {
        latencies(row);
        positive(row, "/createdPerSecond");
        assert_eq!(row["errors"], 0, "{row:#}");
    }

    let result = json(hufu().args(["--json", "bench", "footprint", "--count", "40", "--concurrency", "3"]));
    let footprint = &result["footprint"];
    assert_eq!((&footprint["credentials"], &footprint["errors"]), (&Value::from(40), &Value::from(0)));
    positive(footprint, "/issuedPerSecond");
    positive(footprint, "/memory/residentAfterBytes");
    positive(footprint, "/disk/ledger/afterBytes");
}

#[test]
fn a_running_service_is_measured_when_it_is_named() {
    let data = tempfile::tempdir().unwrap();
    let dev = Dev::start(data.path());
    let result = json(
        hufu()
            .args([
                "--json",
                "bench",
                "did-create",
                "--concurrency",
                "2",
                "--seconds",
                "1",
                "--url",
                &dev.url,
                "--data",
            ])
            .arg(data.path()),
    );
    positive(&result, "/didCreate/0/createdPerSecond");
}

#[test]
fn load_is_sent_to_this_machine_only() {
    let data = tempfile::tempdir().unwrap();
    for url in
        ["http://192.0.2.7:8080", "http://0.0.0.0:8080", "https://127.0.0.1:8080", "http://example.org"]
    {
        for section in ["http", "did-create"] {
            let output = run(hufu().args(["bench", section, "--url", url, "--data"]).arg(data.path()));
            let words = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(2), "{url}: {words}");
            assert!(words.contains("this machine only"), "{url}: {words}");
        }
    }
}

#[test]
fn peers_that_are_not_there_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let named = run(hufu().args(["bench", "suites", "--peers"]).arg(folder.path()));
    let default = run(hufu().args(["bench", "suites", "--peers"]).env("XDG_CACHE_HOME", folder.path()));
    for output in [named, default] {
        let words = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{words}");
        assert!(words.contains("make bench-peers"), "{words}");
        assert!(words.contains(folder.path().to_str().unwrap()), "{words}");
    }
}
