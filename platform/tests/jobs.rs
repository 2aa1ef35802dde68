//! Bulk jobs: rows to credentials, refusals as results, and a restart in the middle.

mod common;

use std::{collections::BTreeSet, time::Duration};

use axum::http::Method;
use common::{Service, credential, new_issuer};
use serde_json::{Value, json};

fn row(n: usize) -> Value {
    json!({ "id": format!("urn:example:{n}"), "credentialSubject": { "id": format!("did:example:{n}") } })
}

/// Waits until a job has ended.
async fn ended(service: &Service, id: &str) -> Value {
    for _ in 0..1_200 {
        let job = service.get(&format!("/v1/jobs/{id}"), service.key("operator")).await.expect(200);
        if job["state"] == "finished" || job["state"] == "stopped" {
            return job;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the job {id} does not end");
}

/// Every result of a job.
async fn results(service: &Service, id: &str) -> Vec<Value> {
    let (mut items, mut path) = (Vec::new(), format!("/v1/jobs/{id}/results?limit=100"));
    loop {
        let page = service.get(&path, service.key("operator")).await.expect(200);
        items.extend(page["items"].as_array().expect("items").iter().cloned());
        let Some(next) = page["next"].as_str() else { return items };
        path = format!("/v1/jobs/{id}/results?limit=100&cursor={next}");
    }
}

async fn begin(service: &Service, issuer: &str, rows: Vec<Value>, more: bool) -> String {
    let body = json!({ "template": credential(issuer), "options": { "status": { "purposes": ["revocation"] } }, "rows": rows, "more": more });
    let made = service.post("/v1/jobs", service.key("operator"), body).await;
    assert!(made.headers["location"].to_str().expect("text").starts_with("/v1/jobs/"));
    made.expect(201)["id"].as_str().expect("an id").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_become_credentials_and_refusals_become_results() {
    let service = Service::start().await;
    let operator = service.key("operator").to_owned();
    let issuer = new_issuer(&service, "Ed25519").await;
    let mut rows: Vec<Value> = (0..150).map(row).collect();
    rows[3] = json!({ "credentialSubject": 7 });
    rows[4] = row(5);
    rows[7] = json!({ "type": ["VerifiableCredential", "Licence"] });
    let id = begin(&service, &issuer, rows, true).await;
    let more = json!({ "rows": (150..300).map(row).collect::<Vec<_>>() });
    let path = format!("/v1/jobs/{id}/rows");
    assert_eq!(service.post(&path, &operator, more).await.expect(200)["rows"], 300);
    let late = json!({ "rows": [row(9_999)] });
    service.post(&path, &operator, late).await.problem(409);
    let job = ended(&service, &id).await;
    assert_eq!((&job["state"], &job["done"], &job["refused"]), (&json!("finished"), &json!(300), &json!(3)));

    let found = results(&service, &id).await;
    let numbers: Vec<u64> = found.iter().filter_map(|item| item["row"].as_u64()).collect();
    assert_eq!(numbers, (0..300).collect::<Vec<_>>(), "each row once, in order");
    let words = |row: usize| found[row]["problem"]["detail"].as_str().expect("words").to_owned();
    assert!(words(3).contains("credentialSubject"), "{}", words(3));
    assert!(words(5).contains("stands in two rows"), "{}", words(5));
    assert!(words(7).contains("accredited"), "{}", words(7));
    let mut entries = BTreeSet::new();
    for item in found.iter().filter(|item| item["problem"].is_null()) {
        let vc = &item["verifiableCredential"];
        assert!(
            entries.insert(vc["credentialStatus"]["statusListIndex"].to_string()),
            "a status entry twice"
        );
    }
    let vc = found[299]["verifiableCredential"].clone();
    assert_eq!(
        (&vc["id"], &vc["credentialSubject"]["id"]),
        (&json!("urn:example:299"), &json!("did:example:299"))
    );
    service.post("/credentials/verify", &operator, json!({ "verifiableCredential": vc })).await.expect(200);
    service.get("/credentials/urn%3Aexample%3A299", &operator).await.expect(200);

    // it is deleted, and the credentials stay
    service.call(Method::DELETE, &format!("/v1/jobs/{id}"), Some(&operator), None).await.expect(204);
    service.get(&format!("/v1/jobs/{id}"), &operator).await.problem(404);
    service.get(&format!("/v1/jobs/{id}/results"), &operator).await.problem(404);
    service.get("/credentials/urn%3Aexample%3A299", &operator).await.expect(200);
    let export = service.get("/v1/audit/export", service.key("auditor")).await;
    hufu_platform::audit::verify_export(&export.bytes).expect("one chain");
    let issued = |line: &&str| {
        line.contains("\"action\":\"api.credentials.issue\"") && line.contains("\"outcome\":\"done\"")
    };
    assert_eq!(export.text().lines().filter(issued).count(), 297);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_goes_on_after_a_restart_where_it_was() {
    let service = Service::start().await;
    let issuer = new_issuer(&service, "Ed25519").await;
    const ROWS: usize = 3_000;
    let id = begin(&service, &issuer, (0..ROWS).map(row).collect(), false).await;
    let mut before = 0;
    // somewhere in the middle
    while before < 200 {
        before = service.get(&format!("/v1/jobs/{id}"), service.key("operator")).await.expect(200)["done"]
            .as_u64()
            .expect("a number");
    }
    let (_, folder) = service.stop().await;
    let again = Service::in_folder(hufu_platform::Settings::default(), folder).await;
    let job = ended(&again, &id).await;
    assert_eq!((&job["done"], &job["refused"]), (&json!(ROWS), &json!(0)));
    let found = results(&again, &id).await;
    assert_eq!(found.len(), ROWS);
    assert!(found.iter().all(|item| item["verifiableCredential"]["proof"].is_object()));
    let overview = again.get("/v1/overview", again.key("operator")).await.expect(200);
    assert_eq!(overview["counts"]["credentials"], json!(ROWS), "no row was issued twice");
    assert!(before < ROWS as u64, "the restart came too late: {before}");
    println!("stopped after {before} of {ROWS} rows, finished after the restart");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_ends_with_the_key_that_began_it() {
    let service = Service::start().await;
    let operator = service.key("operator").to_owned();
    let issuer = service.did("operator").to_owned();
    let scopes = json!({ "scopes": ["jobs:manage", "credentials:issue"] });
    let made = service.post("/v1/keys", &operator, scopes).await.expect(201);
    let (key, key_id) = (made["key"].as_str().expect("key"), made["id"].as_str().expect("id"));
    let body = json!({ "template": credential(&issuer), "rows": [row(1)], "more": true });
    let id = service.post("/v1/jobs", key, body).await.expect(201)["id"].as_str().expect("an id").to_owned();
    service.call(Method::DELETE, &format!("/v1/keys/{key_id}"), Some(&operator), None).await.expect(204);
    let rows = json!({ "rows": [row(2)] });
    service.post(&format!("/v1/jobs/{id}/rows"), &operator, rows).await.expect(200);
    let job = ended(&service, &id).await;
    assert_eq!(job["state"], "stopped", "{job}");
    assert!(job["reason"].as_str().is_some_and(|why| why.contains("withdrawn")), "{job}");

    // a key without the scope for issuing begins jobs whose rows are refused
    let made = service.post("/v1/keys", &operator, json!({ "scopes": ["jobs:manage"] })).await.expect(201);
    let body = json!({ "template": credential(&issuer), "rows": [row(3)] });
    let id =
        service.post("/v1/jobs", made["key"].as_str().expect("key"), body).await.expect(201)["id"].clone();
    let id = id.as_str().expect("an id").to_owned();
    assert_eq!(ended(&service, &id).await["refused"], 1);
    let refused = results(&service, &id).await[0]["problem"]["detail"].as_str().expect("words").to_owned();
    assert!(refused.contains("credentials:issue"), "{refused}");

    // bounds
    for (body, words) in [
        (
            json!({ "template": credential(&issuer), "options": { "credentialId": "urn:example:x" } }),
            "one id",
        ),
        (json!({ "template": credential(&issuer), "options": { "mandatoryPointers": ["/a"] } }), "selective"),
        (json!({ "template": credential(&issuer), "rows": vec![json!({}); 10_001] }), "at most 10000"),
    ] {
        let refused = service.post("/v1/jobs", &operator, body).await.problem(400);
        assert!(refused["detail"].as_str().is_some_and(|detail| detail.contains(words)), "{refused}");
    }
    // nothing to do is done
    let empty =
        service.post("/v1/jobs", &operator, json!({ "template": credential(&issuer) })).await.expect(201);
    assert_eq!(empty["state"], "finished");
    while service.get("/v1/jobs?limit=1000", &operator).await.expect(200)["items"]
        .as_array()
        .map_or(0, Vec::len)
        < 100
    {
        service.post("/v1/jobs", &operator, json!({ "template": credential(&issuer) })).await.expect(201);
    }
    let refused =
        service.post("/v1/jobs", &operator, json!({ "template": credential(&issuer) })).await.problem(422);
    assert!(refused["detail"].as_str().is_some_and(|detail| detail.contains("100 jobs")), "{refused}");
}
