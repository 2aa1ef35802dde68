//! The HTTP interface over a real ledger: what it does, and what it refuses, in which words.

mod common;

use axum::{
    body::Body,
    http::{Method, Request, header},
};
use common::{Answer, Service, accredit, credential, new_did, new_issuer};
use hufu_credentials::{Credential, ProofOptions, Suite, issue};
use hufu_jsonld::Contexts;
use hufu_keys::{Algorithm, SigningKey};
use serde_json::{Value, json};
use tower::ServiceExt as _;

#[tokio::test(flavor = "multi_thread")]
async fn a_did_is_made_resolved_changed_and_ended() {
    let service = Service::start().await;
    let operator = service.key("operator").to_owned();
    for algorithm in ["Ed25519", "P-256", "P-384", "SM2"] {
        new_did(&service, &operator, algorithm).await;
    }
    let did = new_did(&service, &operator, "Ed25519").await;
    let path = format!("/1.0/identifiers/{did}");

    let resolved = service.call(Method::GET, &path, None, None).await.expect(200);
    assert_eq!(resolved["didDocument"]["id"], did.as_str());
    assert_eq!(resolved["didDocumentMetadata"]["versionId"], "1");

    let update = json!({
        "did": did,
        "didDocumentOperation": ["addToDidDocument"],
        "didDocument": [{ "service": [{ "id": "#files", "type": "Files", "serviceEndpoint": "https://files.example/" }] }],
    });
    let updated = service.post("/1.0/update", &operator, update).await.expect(200);
    assert_eq!(updated["didDocumentMetadata"]["versionId"], "2");
    let rotated = json!({ "did": did, "options": { "rotate": true } });
    service.post("/1.0/update", &operator, rotated.clone()).await.expect(200);
    service.post("/1.0/update", &operator, rotated).await.expect(200);

    let old = service.call(Method::GET, &format!("{path}?versionId=1"), None, None).await.expect(200);
    assert_eq!(old["didDocumentMetadata"]["nextVersionId"], "2");
    let files = service.call(Method::GET, &format!("{path}?service=files&relativeRef=a"), None, None).await;
    assert_eq!(files.status.as_u16(), 303);
    assert_eq!(files.headers["location"], "https://files.example/a");
    let key = service.call(Method::GET, &format!("{path}%23key-1"), None, None).await.expect(200);
    assert_eq!(key["contentStream"]["id"], format!("{did}#key-1"));

    service.post("/1.0/deactivate", &operator, json!({ "did": did })).await.expect(200);
    let gone = service.call(Method::GET, &path, None, None).await.expect(410);
    assert_eq!(gone["didDocumentMetadata"]["deactivated"], true);
    service
        .post("/1.0/update", &operator, json!({ "did": did, "options": { "rotate": true } }))
        .await
        .problem(422);
}

#[tokio::test(flavor = "multi_thread")]
async fn resolution_answers_as_the_specification_says() {
    let service = Service::start().await;
    let known = service.did("operator").to_owned();
    let resolve = async |identifier: &str, accept: Option<&str>| -> Answer {
        let mut request = Request::builder().uri(format!("/1.0/identifiers/{identifier}"));
        if let Some(accept) = accept {
            request = request.header(header::ACCEPT, accept);
        }
        service.send(request.body(Body::empty()).expect("a request")).await
    };
    let kind =
        |answer: &Answer| answer.json()["didResolutionMetadata"]["error"]["type"].as_str().map(str::to_owned);
    for (identifier, status, error) in [
        ("not-a-did", 400, "INVALID_DID"),
        ("did:example", 400, "INVALID_DID"),
        ("", 400, "INVALID_DID"),
        ("did:unsupported:123456789abcdefghi", 501, "METHOD_NOT_SUPPORTED"),
        ("did:hufu:dev:zQmWATWQ7fVPP2EFGu71UkfnqhYXDYH566qy47CnJDgvs8u", 404, "NOT_FOUND"),
        (&format!("{known}?versionId=x"), 400, "INVALID_OPTIONS"),
        (&format!("{known}?unknown=1"), 501, "FEATURE_NOT_SUPPORTED"),
    ] {
        let answer = resolve(identifier, None).await;
        assert_eq!(answer.status.as_u16(), status, "{identifier}: {}", answer.text());
        assert_eq!(kind(&answer), Some(format!("https://www.w3.org/ns/did#{error}")), "{identifier}");
        assert!(answer.json()["didDocument"].is_null());
    }
    let image = resolve(&known, Some("image/png")).await;
    assert_eq!(image.status.as_u16(), 406);
    for accept in ["application/did", "application/did+ld+json", "application/json"] {
        let alone = resolve(&known, Some(accept)).await;
        assert_eq!(alone.headers["content-type"], accept);
        assert_eq!(alone.expect(200)["id"], known.as_str());
    }
    let encoded = known.replace(':', "%3A");
    assert_eq!(
        resolve(&encoded, Some("application/did-resolution")).await.expect(200)["didDocument"]["id"],
        known.as_str()
    );
    let dereferenced = resolve(&known, Some("application/did-url-dereferencing")).await.expect(200);
    assert_eq!(dereferenced["contentStream"]["id"], known.as_str());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credential_is_issued_kept_verified_and_presented() {
    let service = Service::start().await;
    let operator = service.key("operator").to_owned();
    for (algorithm, suite) in
        [("Ed25519", "eddsa-rdfc-2022"), ("P-384", "ecdsa-rdfc-2019"), ("SM2", "sm2-rdfc-2026")]
    {
        let issuer = new_issuer(&service, algorithm).await;
        let issued =
            service.post("/credentials/issue", &operator, json!({ "credential": credential(&issuer) })).await;
        let location = issued.headers["location"].to_str().expect("text").to_owned();
        let vc = issued.expect(201)["verifiableCredential"].clone();
        assert_eq!(vc["proof"]["cryptosuite"], suite);

        let kept = service.get(&location, &operator).await.expect(200);
        assert_eq!(kept["verifiableCredential"], vc);
        let report = service
            .post("/credentials/verify", &operator, json!({ "verifiableCredential": vc }))
            .await
            .expect(200);
        assert_eq!(report["verified"], true, "{report}");

        let mut forged = vc.clone();
        forged["credentialSubject"]["id"] = json!("did:example:mallory");
        let report = service
            .post("/credentials/verify", &operator, json!({ "verifiableCredential": forged }))
            .await
            .problem(400);
        assert_eq!(report["verified"], false);
        assert!(report["problemDetails"][0]["type"].is_string(), "{report}");

        let challenge =
            service.post("/challenges", &operator, json!({})).await.expect(201)["challenge"].clone();
        let presentation = json!({
            "presentation": { "@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiablePresentation"], "holder": issuer, "verifiableCredential": [vc] },
            "options": { "challenge": challenge, "domain": "verifier.example" },
        });
        let vp = service.post("/presentations", &operator, presentation).await.expect(201)["verifiablePresentation"].clone();
        let verify = json!({ "verifiablePresentation": vp, "options": { "challenge": challenge, "domain": "verifier.example" } });
        let report = service.post("/presentations/verify", &operator, verify.clone()).await.expect(200);
        assert_eq!(report["verified"], true, "{report}");
        let again = service.post("/presentations/verify", &operator, verify).await.problem(400);
        assert!(again["detail"].as_str().is_some_and(|detail| detail.contains("used before")), "{again}");

        service.call(Method::DELETE, &location, Some(&operator), None).await.expect(204);
        service.get(&location, &operator).await.problem(410);
    }
    let listed = service.get("/credentials?limit=2", &operator).await.expect(200);
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(2));
    let next = listed["next"].as_str().expect("a next page");
    let rest = service.get(&format!("/credentials?limit=2&cursor={next}"), &operator).await.expect(200);
    assert_eq!((rest["items"].as_array().map(Vec::len), &rest["next"]), (Some(1), &Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_paths_bind_an_instance_to_a_suite() {
    let service = Service::start().await;
    let operator = service.key("operator").to_owned();
    let issuer = new_issuer(&service, "Ed25519").await;
    let body = json!({ "credential": credential(&issuer) });
    let issued = service.post("/eddsa-jcs-2022/credentials/issue", &operator, body.clone()).await.expect(201);
    assert_eq!(issued["verifiableCredential"]["proof"]["cryptosuite"], "eddsa-jcs-2022");
    let refused =
        service.post("/sm2-rdfc-2026/credentials/issue", &operator, body.clone()).await.problem(400);
    assert!(refused["detail"].as_str().is_some_and(|detail| detail.contains("SM2")), "{refused}");
    service.post("/unknown-suite/credentials/issue", &operator, body).await.problem(404);
    service.get("/keys", &operator).await.problem(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn conformance_opens_endpoints_and_issues_as_did_key() {
    let service = Service::conformance().await;
    let keys = service.call(Method::GET, "/keys", None, None).await.expect(200);
    for (name, suite) in [
        ("eddsa-rdfc-2022", "eddsa-rdfc-2022"),
        ("eddsa-jcs-2022", "eddsa-jcs-2022"),
        ("ecdsa-rdfc-2019-p256", "ecdsa-rdfc-2019"),
        ("ecdsa-rdfc-2019-p384", "ecdsa-rdfc-2019"),
        ("ecdsa-jcs-2019-p256", "ecdsa-jcs-2019"),
        ("ecdsa-jcs-2019-p384", "ecdsa-jcs-2019"),
        ("sm2-rdfc-2026", "sm2-rdfc-2026"),
        ("sm2-jcs-2026", "sm2-jcs-2026"),
    ] {
        let issuer = keys[name].as_str().expect("a did:key").to_owned();
        let issue = format!("/{name}/credentials/issue");
        let body = json!({ "credential": credential(&issuer), "options": {} });
        let vc =
            service.call(Method::POST, &issue, None, Some(body)).await.expect(201)["verifiableCredential"]
                .clone();
        assert_eq!(vc["proof"]["cryptosuite"], suite);
        let body = json!({ "verifiableCredential": vc, "options": { "checks": ["proof"] } });
        let report =
            service.call(Method::POST, "/any/credentials/verify", None, Some(body)).await.expect(200);
        assert_eq!((&report["verified"], &report["errors"]), (&json!(true), &json!([])));

        let other = json!({ "credential": credential("did:example:issuer"), "options": {} });
        service.call(Method::POST, &issue, None, Some(other)).await.problem(400);
        let mut missing = credential(&issuer);
        missing.as_object_mut().expect("object").remove("issuer");
        service.call(Method::POST, &issue, None, Some(json!({ "credential": missing }))).await.problem(400);
    }
}

/// The suites' fixed documents are by issuers with URLs. Outside of conformance mode nothing is verified that way.
#[tokio::test(flavor = "multi_thread")]
async fn only_conformance_mode_verifies_issuers_that_are_no_dids() {
    let key = SigningKey::generate(Algorithm::Ed25519, &mut rand::rng());
    let method = hufu_did::key::verification_method(&key.verifying_key()).as_str().to_owned();
    let signed = |issuer: &str| {
        let credential = Credential::parse(credential(issuer)).expect("conforming");
        let options = ProofOptions::new(Suite::EddsaJcs2022, &method);
        issue(credential, &key, &options, &Contexts::bundled()).expect("issued").into_value()
    };
    let (by_url, by_did) = (signed("https://issuer.example/1"), signed("did:example:another"));
    let (conformance, service) = (Service::conformance().await, Service::start().await);
    let path = "/credentials/verify";
    let body = |vc: &Value| json!({ "verifiableCredential": vc });
    let report = conformance.call(Method::POST, path, None, Some(body(&by_url))).await.expect(200);
    let warning = report["warnings"][0]["detail"].as_str().expect("a warning");
    assert!(warning.contains("not by https://issuer.example/1"), "{report}");
    conformance.call(Method::POST, path, None, Some(body(&by_did))).await.problem(400);
    let operator = service.key("operator").to_owned();
    service.post(path, &operator, body(&by_url)).await.problem(400);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issuer_needs_an_accreditation_for_every_type() {
    let service = Service::start().await;
    let operator = service.key("operator").to_owned();
    let issuer = new_did(&service, &operator, "Ed25519").await;
    let alumni = |types: &[&str]| {
        let mut vc = credential(&issuer);
        vc["@context"] =
            json!(["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"]);
        vc["type"] = json!(types);
        json!({ "credential": vc })
    };
    let one = alumni(&["VerifiableCredential", "ExampleAlumniCredential"]);
    let two = alumni(&["VerifiableCredential", "ExampleAlumniCredential", "ExampleDegreeCredential"]);
    let refused = async |body: &Value, accredited: Value| {
        let refused = service.post("/credentials/issue", &operator, body.clone()).await.problem(403);
        let detail = refused["detail"].as_str().expect("words");
        assert!(
            detail.contains("accredited-issuers-only") && detail.contains("accredited on the ledger"),
            "{detail}"
        );
        assert!(!detail.contains("scope"), "the scope is not what is missing: {detail}");
        let resource = &refused["facts"]["resource"];
        assert_eq!((&resource["issuer"], &resource["issuerAccreditations"]), (&json!(issuer), &accredited));
        refused
    };
    let told = refused(&one, json!([])).await;
    assert_eq!(told["facts"]["resource"]["credentialTypes"], json!(["ExampleAlumniCredential"]));
    accredit(&service, &issuer, "ExampleAlumniCredential").await;
    service.post("/credentials/issue", &operator, one.clone()).await.expect(201);
    refused(&two, json!(["ExampleAlumniCredential"])).await;
    refused(&alumni(&["VerifiableCredential"]), json!(["ExampleAlumniCredential"])).await;

    // it ends with the accreditation, and what was issued is still the tenant's to forget
    let revocation = json!({
        "title": "End it", "reason": "It is over.",
        "actions": [{ "type": "revokeAccreditation", "did": issuer, "credentialTypes": ["ExampleAlumniCredential"] }],
    });
    let id = service.post("/v1/proposals", &operator, revocation).await.expect(201)["id"].clone();
    for member in ["operator", "registry"] {
        let path = format!("/v1/proposals/{}/votes", id.as_str().expect("an id"));
        service.post(&path, service.key(member), json!({ "choice": "yes" })).await.expect(201);
    }
    refused(&one, json!([])).await;
    let kept = service.get("/credentials", &operator).await.expect(200)["items"][0]["id"].clone();
    let path = format!("/credentials/{}", kept.as_str().expect("an id"));
    service.call(Method::DELETE, &path, Some(&operator), None).await.expect(204);

    // the seeded operator is accredited, so that issuing can be tried at once
    let own = json!({ "credential": credential(service.did("operator")) });
    service.post("/credentials/issue", &operator, own).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_made_narrowed_and_withdrawn() {
    let service = Service::start().await;
    let operator = service.key("operator").to_owned();
    let did = new_issuer(&service, "Ed25519").await;
    let request = json!({ "did": did, "label": "desk", "scopes": ["credentials:issue", "credentials:hold"] });
    let made = service.post("/v1/keys", &operator, request).await.expect(201);
    let (id, key) =
        (made["id"].as_str().expect("id").to_owned(), made["key"].as_str().expect("key").to_owned());

    // it acts for its DID, whose keys are held for the operator
    service.post("/credentials/issue", &key, json!({ "credential": credential(&did) })).await.expect(201);
    // and for nobody else's
    let other = service.did("operator").to_owned();
    service.post("/credentials/issue", &key, json!({ "credential": credential(&other) })).await.problem(400);
    // what its scopes do not say is forbidden, in words
    let refused = service.get("/v1/blocks", &key).await.problem(403);
    assert!(refused["detail"].as_str().is_some_and(|detail| detail.contains("ledger:read")), "{refused}");
    service.post("/v1/keys", &key, json!({ "scopes": ["credentials:issue"] })).await.problem(403);
    // a manager of keys makes none for other DIDs
    let manager = json!({ "did": did, "scopes": ["keys:manage"] });
    let manager = service.post("/v1/keys", &operator, manager).await.expect(201)["key"]
        .as_str()
        .expect("key")
        .to_owned();
    service.post("/v1/keys", &manager, json!({ "did": other, "scopes": ["audit:read"] })).await.problem(403);
    service.post("/v1/keys", &manager, json!({ "scopes": ["credentials:issue"] })).await.expect(201);
    service.post("/v1/keys", &operator, json!({ "scopes": ["everything"] })).await.problem(400);

    service.call(Method::DELETE, &format!("/v1/keys/{id}"), Some(&operator), None).await.expect(204);
    let withdrawn = service.get("/credentials", &key).await.problem(401);
    assert!(withdrawn["detail"].as_str().is_some_and(|detail| detail.contains("withdrawn")), "{withdrawn}");
}

#[tokio::test(flavor = "multi_thread")]
async fn tenants_do_not_see_each_other() {
    let service = Service::start().await;
    let operator = service.key("operator").to_owned();
    let (a, b) = (new_issuer(&service, "Ed25519").await, new_issuer(&service, "Ed25519").await);
    let scopes =
        json!(["credentials:issue", "credentials:hold", "credentials:revoke", "dids:write", "keys:manage"]);
    let mut keys = Vec::new();
    for did in [&a, &b] {
        let made =
            service.post("/v1/keys", &operator, json!({ "did": did, "scopes": scopes })).await.expect(201);
        keys.push((
            made["key"].as_str().expect("key").to_owned(),
            made["id"].as_str().expect("id").to_owned(),
        ));
    }
    let mut vc = credential(&a);
    vc["id"] = json!("urn:example:1");
    service.post("/credentials/issue", &keys[0].0, json!({ "credential": vc })).await.expect(201);
    let path = "/credentials/urn%3Aexample%3A1";
    service.get(path, &keys[0].0).await.expect(200);
    for (method, path) in
        [(Method::GET, path), (Method::DELETE, path), (Method::DELETE, &format!("/v1/keys/{}", keys[0].1))]
    {
        service.call(method, path, Some(&keys[1].0), None).await.problem(404);
    }
    let status =
        json!({ "credentialId": "urn:example:1", "credentialStatus": { "statusPurpose": "revocation" } });
    service.post("/credentials/status", &keys[1].0, status).await.problem(404);
    service.post("/1.0/deactivate", &keys[1].0, json!({ "did": a })).await.problem(404);
    assert_eq!(service.get("/credentials", &keys[1].0).await.expect(200)["items"], json!([]));
    // the same id is free for another tenant, and taken for its own
    let mut own = credential(&b);
    own["id"] = json!("urn:example:1");
    service.post("/credentials/issue", &keys[1].0, json!({ "credential": own })).await.expect(201);
    service.post("/credentials/issue", &keys[1].0, json!({ "credential": own })).await.problem(409);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_request_is_done_once() {
    let service = Service::start().await;
    let operator = service.key("operator").to_owned();
    let send = async |key: &str, body: Value| {
        let request = Request::post("/1.0/create")
            .header(header::AUTHORIZATION, format!("Bearer {operator}"))
            .header(header::CONTENT_TYPE, "application/json")
            .header("idempotency-key", key)
            .body(Body::from(body.to_string()))
            .expect("a request");
        service.send(request).await
    };
    let first = send("order-1", json!({})).await.expect(201);
    let again = send("order-1", json!({})).await;
    assert_eq!(again.headers["idempotent-replayed"], "true");
    assert_eq!(again.expect(201), first);
    let other = send("order-1", json!({ "options": {} })).await.problem(422);
    assert!(other["detail"].as_str().is_some_and(|detail| detail.contains("different body")), "{other}");
    send(&"k".repeat(300), json!({})).await.problem(400);

    // who has no API key leaves nothing behind
    for _ in 0..2 {
        let request = Request::post("/1.0/create")
            .header(header::CONTENT_TYPE, "application/json")
            .header("idempotency-key", "order-1")
            .body(Body::from("{}"))
            .expect("a request");
        let answer = service.send(request).await;
        assert!(!answer.headers.contains_key("idempotent-replayed"));
        answer.problem(401);
    }

    // nor does what is refused without a key, however large it is and however often it comes
    let unknown = format!("{{\"{}\":1}}", "x".repeat(900_000));
    for (path, body, status) in [
        ("/v1/transactions", unknown.as_str(), 400),
        ("/v1/transactions", "{\"transaction\":", 400),
        ("/v1/nothing", "{}", 404),
        ("/v1/blocks", "{}", 405),
    ] {
        for _ in 0..2 {
            let request = Request::post(path)
                .header(header::CONTENT_TYPE, "application/json")
                .header("idempotency-key", "order-1")
                .body(Body::from(body.to_owned()))
                .expect("a request");
            let answer = service.send(request).await;
            assert!(!answer.headers.contains_key("idempotent-replayed"), "{path}: {}", answer.text());
            let problem = answer.problem(status);
            assert!(problem.to_string().len() < 2_000, "{path}: the answer repeats the request");
        }
    }

    // concurrent duplicates: one is done, all get its answer
    let answers = futures::future::join_all((0..20).map(|_| send("order-2", json!({})))).await;
    let dids: std::collections::BTreeSet<String> =
        answers.into_iter().map(|answer| answer.expect(201)["didState"]["did"].to_string()).collect();
    assert_eq!(dids.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_whose_caller_went_away_is_done_once_and_recorded() {
    let service = Service::start().await;
    let operator = service.key("operator").to_owned();
    let request = |key: &str| {
        Request::post("/1.0/create")
            .header(header::AUTHORIZATION, format!("Bearer {operator}"))
            .header(header::CONTENT_TYPE, "application/json")
            .header("idempotency-key", key)
            .body(Body::from("{}"))
            .expect("a request")
    };
    let created = async || {
        let export = service.get("/v1/audit/export", service.key("auditor")).await;
        export
            .text()
            .lines()
            .filter(|line| line.contains("api.did.create") && line.contains("\"done\""))
            .count()
    };
    let before = created().await;
    for n in 0..20 {
        let key = format!("gone-{n}");
        // the caller hears nothing
        let patience = std::time::Duration::from_micros(300 * n);
        let heard = tokio::time::timeout(patience, service.send(request(&key))).await;
        // and asks again
        let again = service.send(request(&key)).await;
        if let Ok(first) = heard {
            assert_eq!(first.bytes, again.bytes);
        }
        again.expect(201);
        assert_eq!(created().await, before + usize::try_from(n).expect("small") + 1, "one DID for each key");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_good_key_only_what_is_public_answers() {
    let service = Service::start().await;
    for (method, path) in [
        (Method::POST, "/credentials/issue"),
        (Method::POST, "/credentials/verify"),
        (Method::POST, "/credentials/status"),
        (Method::POST, "/presentations/verify"),
        (Method::POST, "/1.0/create"),
        (Method::GET, "/credentials"),
        (Method::GET, "/v1/blocks"),
        (Method::GET, "/v1/overview"),
        (Method::GET, "/v1/events"),
        (Method::GET, "/v1/audit"),
        (Method::GET, "/v1/keys"),
        (Method::GET, "/v1/state/x"),
        (Method::GET, "/metrics"),
    ] {
        let body = match path {
            "/credentials/issue" => Some(json!({ "credential": credential(service.did("operator")) })),
            "/credentials/verify" => Some(json!({ "verifiableCredential": {} })),
            "/presentations/verify" => Some(json!({ "presentation": {} })),
            "/credentials/status" => {
                Some(json!({ "credentialId": "x", "credentialStatus": { "statusPurpose": "revocation" } }))
            }
            _ if method == Method::POST => Some(json!({})),
            _ => None,
        };
        let answer = service.call(method.clone(), path, None, body.clone()).await;
        answer.problem(401);
        for key in ["hufu_0000_x", "nonsense", ""] {
            service.call(method.clone(), path, Some(key), body.clone()).await.problem(401);
        }
    }
    for path in ["/livez", "/readyz", "/openapi.json", "/", "/v1/trust-anchor", "/problems/not-found"] {
        assert_eq!(service.call(Method::GET, path, None, None).await.status.as_u16(), 200, "{path}");
    }
    let basic = Request::get("/v1/blocks")
        .header(header::AUTHORIZATION, "Basic eDp5")
        .body(Body::empty())
        .expect("a request");
    let refused = service.send(basic).await;
    assert!(refused.headers.contains_key(header::WWW_AUTHENTICATE));
    refused.problem(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_bodies_are_refused_in_words() {
    let service = Service::start().await;
    let operator = service.key("operator").to_owned();
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let raw = async |path: &str, content_type: Option<&str>, body: Vec<u8>| {
        let mut request = Request::post(path).header(header::AUTHORIZATION, format!("Bearer {operator}"));
        if let Some(content_type) = content_type {
            request = request.header(header::CONTENT_TYPE, content_type);
        }
        service.send(request.body(Body::from(body)).expect("a request")).await
    };
    let paths = [
        "/credentials/issue",
        "/credentials/verify",
        "/credentials/status",
        "/presentations",
        "/presentations/verify",
        "/status-lists",
        "/1.0/create",
        "/1.0/update",
        "/1.0/deactivate",
        "/v1/keys",
        "/v1/transactions",
        "/sm2-jcs-2026/credentials/issue",
    ];
    let mut cases = 0;
    for path in paths {
        let json = Some("application/json");
        for (content_type, body, status, words) in [
            (json, &b"{\"a\":"[..], 400, "EOF"),
            (json, b"{\"a\":1,\"a\":2}", 400, "twice"),
            (json, b"{\"a\":1e999}", 400, "range"),
            (json, b"{\"a\":\"\\ud800\"}", 400, ""),
            (json, b"\xff\xfe", 400, "UTF-8"),
            (json, b"", 400, "EOF"),
            (json, b"[]", 400, "object"),
            (json, b"null", 400, "object"),
            (json, b"{\"unheard-of\":1}", 400, "unheard-of"),
            (json, deep.as_bytes(), 400, "deep"),
            (Some("text/plain"), b"{}", 415, "text/plain"),
            (None, b"{}", 415, "content-type"),
        ] {
            let problem = raw(path, content_type, body.to_vec()).await.problem(status);
            let detail = problem["detail"].as_str().expect("words");
            assert!(
                detail.contains(words),
                "{path}, {}: {detail}",
                String::from_utf8_lossy(&body[..body.len().min(20)])
            );
            cases += 1;
        }
        let huge = format!("{{\"a\":\"{}\"}}", "x".repeat(10 * 1024 * 1024));
        raw(path, json, huge.into_bytes()).await.problem(413);
        cases += 1;
    }
    // wrong types and unknown options, each named
    let issuer = service.did("operator").to_owned();
    for (path, body, words) in [
        ("/credentials/issue", json!({ "credential": "x" }), ""),
        (
            "/credentials/issue",
            json!({ "credential": credential(&issuer), "options": { "colour": 1 } }),
            "colour",
        ),
        (
            "/credentials/issue",
            json!({ "credential": credential(&issuer), "options": { "cryptosuite": "rot13" } }),
            "rot13",
        ),
        (
            "/credentials/issue",
            json!({ "credential": credential(&issuer), "options": { "mandatoryPointers": ["/a"] } }),
            "selective",
        ),
        (
            "/credentials/issue",
            json!({ "credential": credential(&issuer), "options": { "expires": "soon" } }),
            "expires",
        ),
        (
            "/credentials/issue",
            json!({ "verifiableCredential": credential(&issuer) }),
            "verifiableCredential",
        ),
        (
            "/credentials/verify",
            json!({ "verifiableCredential": {}, "options": { "checks": ["vibes"] } }),
            "vibes",
        ),
        ("/presentations/verify", json!({ "options": {} }), "verifiablePresentation"),
        ("/1.0/create", json!({ "options": { "keys": [{ "algorithm": "RSA" }] } }), "RSA"),
        ("/1.0/create", json!({ "options": { "network": "main" } }), "main"),
        (
            "/1.0/create",
            json!({ "secret": { "signedOperation": { "operation": "AAAA", "signatures": [] } } }),
            "operation",
        ),
        ("/1.0/update", json!({ "did": "nonsense" }), ""),
        ("/v1/keys", json!({ "scopes": ["ledger:read"], "expires": "1999-01-01T00:00:00Z" }), "expired"),
        ("/v1/transactions", json!({ "transaction": "!" }), "base64url"),
        ("/credentials/status", json!({ "credentialId": 7, "credentialStatus": {} }), ""),
    ] {
        let problem = service.post(path, &operator, body).await.problem(400);
        let detail = problem["detail"].as_str().expect("words");
        assert!(detail.contains(words), "{path}: {detail}");
        cases += 1;
    }
    println!("{cases} bad bodies refused");
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_is_not_verified_and_says_why() {
    let service = Service::start().await;
    let operator = service.key("operator").to_owned();
    let good = credential("did:key:z6MkpJySvETLnxhQG9DzEdmKJtysBDjuuTeDfUj1uNNCUqcj");
    let proof = json!({ "type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022", "proofPurpose": "assertionMethod", "verificationMethod": "did:key:z6Mk?accept=bogus#z6Mk", "proofValue": "z5nmMBw2u9TGKd9NxxHJtyZKgjN2Eh" });
    let mut forged = good.clone();
    forged["proof"] = proof;
    for garbage in
        [json!(null), json!(7), json!("text"), json!([]), json!({}), good, forged, json!({ "proof": [[[]]] })]
    {
        let report = service
            .post("/credentials/verify", &operator, json!({ "verifiableCredential": garbage }))
            .await
            .problem(400);
        assert_eq!(report["verified"], false, "{garbage}");
        assert!(report["errors"].as_array().is_some_and(|errors| !errors.is_empty()), "{garbage}");
        let report = service
            .post("/presentations/verify", &operator, json!({ "verifiablePresentation": garbage }))
            .await
            .problem(400);
        assert_eq!(report["verified"], false, "{garbage}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_parameters_are_refused_in_words() {
    let service = Service::start().await;
    let operator = service.key("operator").to_owned();
    for (path, status, words) in [
        ("/credentials?limit=0", 400, "limit"),
        ("/credentials?limit=100000", 400, "limit"),
        ("/credentials?limit=many", 400, ""),
        ("/credentials?cursor=%21", 400, "cursor"),
        ("/credentials?colour=red", 400, "colour"),
        ("/v1/blocks?cursor=AAAA", 400, "cursor"),
        ("/v1/blocks/18446744073709551615", 404, ""),
        ("/v1/blocks/-1", 400, ""),
        ("/v1/blocks/99999999999999999999999", 400, ""),
        ("/v1/transactions/xyz", 400, "hexadecimal"),
        (&format!("/v1/transactions/{}", "0".repeat(64)), 404, ""),
        ("/v1/state/x?at=yesterday", 400, "yesterday"),
        ("/v1/state/x?at=1&height=1", 400, "one of"),
        ("/v1/state/x?height=999999", 404, "999999"),
        ("/v1/state/x?time=1", 404, ""),
        ("/v1/audit/export?first=0", 400, "first"),
        ("/v1/audit/export?last=999999", 400, "last"),
        ("/v1/nothing", 404, "openapi"),
        ("/credentials/%ff", 400, ""),
    ] {
        let problem = service.get(path, &operator).await.problem(status);
        let detail = problem["detail"].as_str().expect("words");
        assert!(detail.contains(words), "{path}: {detail}");
    }
    service.call(Method::PUT, "/credentials", Some(&operator), None).await.problem(405);
    let bad_event = Request::get("/v1/events")
        .header(header::AUTHORIZATION, format!("Bearer {operator}"))
        .header("last-event-id", "x")
        .body(Body::empty())
        .expect("a request");
    service.send(bad_event).await.problem(400);
}

/// A stream goes on for as long as its caller may read what it tells, and no longer.
#[tokio::test(flavor = "multi_thread")]
async fn an_event_stream_ends_when_its_key_is_withdrawn() {
    use http_body_util::BodyExt as _;
    let service = Service::start().await;
    let operator = service.key("operator").to_owned();
    let made = service.post("/v1/keys", &operator, json!({ "scopes": ["ledger:read"] })).await.expect(201);
    let (id, key) = (made["id"].as_str().expect("an id"), made["key"].as_str().expect("a key"));
    let listen = || {
        Request::get("/v1/events")
            .header(header::AUTHORIZATION, format!("Bearer {key}"))
            .body(Body::empty())
            .expect("a request")
    };
    let mut streams = Vec::new();
    let refused = loop {
        let answer = service.router.clone().oneshot(listen()).await.expect("the router does not fail");
        if answer.status().as_u16() != 200 {
            break answer;
        }
        streams.push(answer);
        assert!(streams.len() <= 1_000, "there is a bound on open streams");
    };
    assert_eq!(refused.status().as_u16(), 429);
    streams.truncate(1);
    let mut open = streams.pop().expect("a stream").into_body();
    new_did(&service, &operator, "Ed25519").await;
    let patience = std::time::Duration::from_secs(20);
    let mut told = String::new();
    while !told.contains("did.created") {
        let frame = tokio::time::timeout(patience, open.frame()).await.expect("in time").expect("goes on");
        let data = frame.expect("a frame").into_data().unwrap_or_default();
        told.push_str(&String::from_utf8_lossy(&data));
    }
    service.call(Method::DELETE, &format!("/v1/keys/{id}"), Some(&operator), None).await.expect(204);
    tokio::time::timeout(patience, open.collect()).await.expect("the stream ends").expect("a body");
    service.send(listen()).await.problem(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn state_is_answered_with_proofs_of_presence_and_absence() {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    let service = Service::start().await;
    let operator = service.key("operator").to_owned();
    let did = new_did(&service, &operator, "Ed25519").await;
    let anchor: hufu_light::TrustAnchor =
        serde_json::from_value(service.get("/v1/trust-anchor", &operator).await.expect(200))
            .expect("an anchor");
    for (key, present) in [(format!("did/{did}/head"), true), (format!("did/{did}/tail"), false)] {
        let told =
            service.get(&format!("/v1/state/{}", key.replace(':', "%3A")), &operator).await.expect(200);
        let bytes = URL_SAFE_NO_PAD.decode(told["answer"].as_str().expect("an answer")).expect("base64url");
        let answer = hufu_light::Answer::from_bytes(&bytes).expect("an answer");
        let verified = answer.verify(&anchor, key.as_bytes()).expect("verifies");
        assert_eq!(verified.value().is_some(), present, "{key}");
        // before the DID was made, it was not there
        let before = service.get(&format!("/v1/state/{key}?height=0"), &operator).await.expect(200);
        assert!(before["value"].is_null());
    }
    let blocks = service.get("/v1/blocks?limit=2", &operator).await.expect(200);
    let newest = blocks["items"][0]["height"].as_u64().expect("a height");
    let block = service.get(&format!("/v1/blocks/{newest}"), &operator).await.expect(200);
    let id = block["items"][0]["id"].as_str().expect("a transaction");
    let transaction = service.get(&format!("/v1/transactions/{id}"), &operator).await.expect(200);
    assert_eq!(transaction["height"], newest);
    let mut heights = Vec::new();
    let mut path = "/v1/blocks?limit=2".to_owned();
    loop {
        let page = service.get(&path, &operator).await.expect(200);
        heights.extend(
            page["items"].as_array().expect("items").iter().filter_map(|item| item["height"].as_u64()),
        );
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/v1/blocks?limit=2&cursor={next}");
    }
    let expected: Vec<u64> = (0..=newest).rev().collect();
    assert_eq!(heights, expected, "every block once, newest first");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_is_as_public_as_what_it_proves() {
    let service = Service::start().await;
    let did = service.did("operator").to_owned();
    let anchor: hufu_light::TrustAnchor =
        serde_json::from_value(service.call(Method::GET, "/v1/trust-anchor", None, None).await.expect(200))
            .expect("an anchor");
    // a wallet without a key verifies what anybody may resolve
    let key = format!("did/{did}/head");
    let mut request = Request::get(format!("/v1/state/{key}"));
    request = request.header(header::ACCEPT, "application/vnd.hufu.answer");
    let raw = service.send(request.body(Body::empty()).expect("a request")).await;
    assert_eq!(raw.status.as_u16(), 200, "{}", raw.text());
    let answer = hufu_light::Answer::from_bytes(&raw.bytes).expect("an answer");
    assert!(answer.verify(&anchor, key.as_bytes()).expect("verifies").value().is_some());
    service.call(Method::GET, "/v1/state/status/list/00", None, None).await.expect(200);
    // what is not public asks for a key, and for its scope
    for private in ["gov/policy", "gov/roll", "tx/window/x", "didx", "x"] {
        let path = format!("/v1/state/{private}");
        service.call(Method::GET, &path, None, None).await.problem(401);
        service.get(&path, service.key("auditor")).await.expect(200);
    }
    let narrow = json!({ "scopes": ["credentials:hold"] });
    let narrow = service.post("/v1/keys", service.key("operator"), narrow).await.expect(201)["key"].clone();
    let narrow = narrow.as_str().expect("key");
    let refused = service.get("/v1/state/gov/policy", narrow).await.problem(403);
    assert!(refused["detail"].as_str().is_some_and(|detail| detail.contains("ledger:read")), "{refused}");
    service.get(&format!("/v1/state/{key}"), narrow).await.expect(200);
    // reading is not writing
    let reader = json!({ "scopes": ["ledger:read"] });
    let reader = service.post("/v1/keys", service.key("operator"), reader).await.expect(201)["key"].clone();
    let submit = json!({ "transaction": "AAAA" });
    let refused = service.post("/v1/transactions", reader.as_str().expect("key"), submit).await.problem(403);
    assert!(refused["detail"].as_str().is_some_and(|detail| detail.contains("ledger:write")), "{refused}");

    // and the members may close it: one vote, and resolving and proving need a key alike
    let text = service.get("/v1/policies", service.key("operator")).await.expect(200)["text"].clone();
    let text = text.as_str().expect("a text");
    let start = text.find("@id(\"public-reads\")").expect("the policy is there");
    let end = start + text[start..].find(");").expect("it ends") + 2;
    let closed = format!("{}{}", &text[..start], &text[end..]);
    let proposal = json!({
        "title": "Close public reading", "reason": "Nobody else's business.",
        "actions": [{ "type": "setPolicySet", "text": closed }],
    });
    let id = service.post("/v1/proposals", service.key("operator"), proposal).await.expect(201)["id"].clone();
    for member in ["operator", "registry"] {
        let path = format!("/v1/proposals/{}/votes", id.as_str().expect("an id"));
        service.post(&path, service.key(member), json!({ "choice": "yes" })).await.expect(201);
    }
    for path in [format!("/v1/state/{key}"), format!("/1.0/identifiers/{did}"), "/v1/trust-anchor".into()] {
        service.call(Method::GET, &path, None, None).await.problem(401);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_proposals_are_not_tried_without_end() {
    let service = Service::start().await;
    let operator = service.key("operator").to_owned();
    // well formed and impossible: there is no such entry
    let absent = json!({
        "title": "t", "reason": "r",
        "actions": [{ "type": "removeFromList", "list": "members", "did": "did:example:nobody" }],
    });
    for n in 0..hufu_node::MAX_REFUSED {
        let refused = service.post("/v1/proposals", &operator, absent.clone()).await.problem(422);
        assert!(
            refused["detail"].as_str().is_some_and(|words| words.contains("not on the list")),
            "{n}: {refused}"
        );
    }
    let refused = service.post("/v1/proposals", &operator, absent.clone()).await.problem(429);
    let words = refused["detail"].as_str().expect("words");
    assert!(words.contains("refused within a minute") && words.contains(service.did("operator")), "{words}");
    // others are not concerned
    service.post("/v1/proposals", service.key("auditor"), absent).await.problem(422);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_log_is_exported_and_verifies() {
    let service = Service::start().await;
    let (operator, auditor) = (service.key("operator").to_owned(), service.key("auditor").to_owned());
    let did = new_issuer(&service, "Ed25519").await;
    service
        .post("/credentials/issue", &operator, json!({ "credential": credential(&did) }))
        .await
        .expect(201);
    service.post("/v1/keys", &auditor, json!({ "scopes": ["audit:read"] })).await.problem(403);
    service.get("/v1/audit", service.key("registry")).await.problem(403);

    let export = service.get("/v1/audit/export", &auditor).await;
    assert_eq!(export.status.as_u16(), 200);
    let summary = hufu_platform::audit::verify_export(&export.bytes).expect("sound");
    let text = export.text();
    for expected in
        ["api.did.create", "api.credentials.issue", "\"outcome\":\"denied\"", "\"transaction\":\""]
    {
        assert!(text.contains(expected), "{expected}: {text}");
    }
    let part = service.get("/v1/audit/export?first=2&last=3", &auditor).await;
    let part = hufu_platform::audit::verify_export(&part.bytes).expect("sound");
    assert_eq!((part.entries, part.first), (2, 2));
    let head = service.get("/v1/audit/head", &auditor).await.expect(200);
    assert!(head["seq"].as_u64() >= Some(summary.entries));
    let tampered = text.replace("api.did.create", "api.did.delete");
    assert!(hufu_platform::audit::verify_export(tampered.as_bytes()).is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_keeps_everything() {
    let service = Service::start().await;
    let operator = service.key("operator").to_owned();
    let did = new_issuer(&service, "SM2").await;
    let mut vc = credential(&did);
    vc["id"] = json!("urn:example:kept");
    service.post("/credentials/issue", &operator, json!({ "credential": vc })).await.expect(201);
    let head = service.get("/v1/audit/head", service.key("auditor")).await.expect(200);
    let (seeded, folder) = service.stop().await;

    let again = Service::in_folder(hufu_platform::Settings::default(), folder).await;
    assert_eq!(again.key("operator"), seeded.organisations[0].api_key);
    again.get("/credentials/urn%3Aexample%3Akept", &operator).await.expect(200);
    assert_eq!(again.get("/v1/audit/head", again.key("auditor")).await.expect(200), head);
    // the held key still signs
    again.post("/credentials/issue", &operator, json!({ "credential": credential(&did) })).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn members_vote_and_others_do_not() {
    let service = Service::start().await;
    let operator = service.key("operator").to_owned();
    let did = new_did(&service, &operator, "Ed25519").await;
    accredit(&service, &did, "StudentCard").await;
    let accreditation = service.get(&format!("/v1/accreditations/{did}"), &operator).await.expect(200);
    assert!(accreditation.to_string().contains("StudentCard"), "{accreditation}");
    let members = service.get("/v1/lists/members", &operator).await.expect(200);
    assert_eq!(members["items"].as_array().map(Vec::len), Some(3));
    for path in ["/v1/lists", "/v1/members", "/v1/rules", "/v1/nodes", "/v1/policies", "/v1/proposals"] {
        service.get(path, &operator).await.expect(200);
    }
    let outsider = json!({ "did": did, "scopes": ["governance:write"] });
    let outsider = service.post("/v1/keys", &operator, outsider).await.expect(201)["key"]
        .as_str()
        .expect("key")
        .to_owned();
    let proposal = json!({ "title": "t", "reason": "r", "actions": [{ "type": "removeFromList", "list": "members", "did": did }] });
    let refused = service.post("/v1/proposals", &outsider, proposal).await.problem(403);
    assert!(refused["detail"].as_str().is_some_and(|detail| detail.contains("members")), "{refused}");
    service
        .post("/v1/proposals", &operator, json!({ "title": "", "reason": "r", "actions": [] }))
        .await
        .problem(400);
    service.get("/v1/lists/Nope", &operator).await.problem(400);
    service.get("/v1/lists/nope", &operator).await.problem(404);
    service.get(&format!("/v1/proposals/{}", "0".repeat(64)), &operator).await.problem(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_is_changed_published_and_proven_for_any_time() {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    let service = Service::start().await;
    let operator = service.key("operator").to_owned();
    let issuer = new_did(&service, &operator, "SM2").await;
    let mut vc = credential(&issuer);
    vc["id"] = json!("urn:example:licence");
    let issue =
        json!({ "credential": vc, "options": { "status": { "purposes": ["revocation", "suspension"] } } });
    // without accreditation there is no list to be made
    let refused = service.post("/credentials/issue", &operator, issue.clone()).await.problem(403);
    assert!(refused["detail"].as_str().is_some_and(|detail| detail.contains("accredited")), "{refused}");
    accredit(&service, &issuer, "VerifiableCredential").await;

    let vc = service.post("/credentials/issue", &operator, issue).await.expect(201)["verifiableCredential"]
        .clone();
    let entries = vc["credentialStatus"].as_array().expect("two entries").clone();
    let verify = json!({ "verifiableCredential": vc });
    assert_eq!(
        service.post("/credentials/verify", &operator, verify.clone()).await.expect(200)["verified"],
        true
    );

    let change = |purpose: &str, status: bool| json!({ "credentialId": "urn:example:licence", "credentialStatus": { "type": "BitstringStatusListEntry", "statusPurpose": purpose }, "status": status, "reason": "by order" });
    service.post("/credentials/status", &operator, change("suspension", true)).await.expect(200);
    let report = service.post("/credentials/verify", &operator, verify.clone()).await.problem(400);
    assert!(report["detail"].as_str().is_some_and(|detail| detail.contains("suspended")), "{report}");
    service.post("/credentials/status", &operator, change("suspension", false)).await.expect(200);
    service.post("/credentials/verify", &operator, verify.clone()).await.expect(200);
    let revoked =
        service.post("/credentials/status", &operator, change("revocation", true)).await.expect(200);
    service.post("/credentials/verify", &operator, verify).await.problem(400);
    service.post("/credentials/status", &operator, change("revocation", true)).await.problem(422);
    service.post("/credentials/status", &operator, change("revocation", false)).await.problem(422);
    service.post("/credentials/status", &operator, change("refresh", true)).await.problem(400);

    // the published list says so, to anybody, and is signed
    let entry = &entries[0];
    let (list, index) = (
        entry["statusListCredential"].as_str().expect("a URL"),
        entry["statusListIndex"].as_str().expect("an index"),
    );
    let id = list.rsplit('/').next().expect("an id");
    let published = service.call(Method::GET, &format!("/status-lists/{id}"), None, None).await.expect(200);
    assert_eq!((&published["issuer"], &published["id"]), (&json!(issuer), &json!(list)));
    let checked = service
        .post("/credentials/verify", &operator, json!({ "verifiableCredential": published }))
        .await
        .expect(200);
    assert_eq!(checked["verified"], true, "{checked}");
    service.call(Method::GET, "/status-lists/nope", None, None).await.problem(404);

    // and so does the ledger, for any time, with proof
    let anchor: hufu_light::TrustAnchor =
        serde_json::from_value(service.get("/v1/trust-anchor", &operator).await.expect(200))
            .expect("an anchor");
    let height = revoked["height"].as_u64().expect("a height");
    let key = hufu_credentials::status::entry_key(list, index.parse().expect("a number"));
    for (at, set) in [(height, true), (height - 1, false)] {
        let told = service
            .call(Method::GET, &format!("/v1/status/{id}/{index}?height={at}"), None, None)
            .await
            .expect(200);
        assert_eq!((&told["set"], told["entry"].is_null()), (&json!(set), !set), "{told}");
        let bytes = URL_SAFE_NO_PAD.decode(told["answer"].as_str().expect("an answer")).expect("base64url");
        let answer = hufu_light::Answer::from_bytes(&bytes).expect("an answer");
        assert_eq!(answer.verify(&anchor, &key).expect("verifies").value().is_some(), set);
    }
    let by_time = revoked["time"].as_str().expect("a time");
    let told = service
        .call(Method::GET, &format!("/v1/status/{id}/{index}?at={by_time}"), None, None)
        .await
        .expect(200);
    assert_eq!((&told["entry"]["reason"], &told["entry"]["by"]), (&json!("by order"), &json!(issuer)));
    service.call(Method::GET, &format!("/v1/status/{id}/999999999"), None, None).await.problem(404);
    service.call(Method::GET, "/v1/status/nope/1", None, None).await.problem(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_status_instance_adds_entries_that_verify() {
    let service = Service::conformance().await;
    let keys = service.call(Method::GET, "/keys", None, None).await.expect(200);
    let issuer = keys["status"].as_str().expect("a did:key").to_owned();
    let body = json!({ "credential": credential(&issuer), "options": {} });
    let vc = service.call(Method::POST, "/status/credentials/issue", None, Some(body)).await.expect(201)["verifiableCredential"].clone();
    assert_eq!(vc["credentialStatus"]["type"], "BitstringStatusListEntry");
    let list = vc["credentialStatus"]["statusListCredential"].as_str().expect("a URL");
    let id = list.rsplit('/').next().expect("an id");
    let published = service.call(Method::GET, &format!("/status-lists/{id}"), None, None).await.expect(200);
    assert_eq!(published["issuer"], issuer.as_str());
    let verify = json!({ "verifiableCredential": vc });
    let report =
        service.call(Method::POST, "/status/credentials/verify", None, Some(verify)).await.expect(200);
    assert_eq!(report["verified"], true, "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_and_presentations_go_in_envelopes() {
    let service = Service::start().await;
    let operator = service.key("operator").to_owned();
    for algorithm in ["Ed25519", "P-256", "secp256k1", "SM2"] {
        let issuer = new_issuer(&service, algorithm).await;
        let body = json!({
            "credential": credential(&issuer),
            "options": { "mediaType": "application/vc+jwt", "status": { "purposes": ["revocation"] } },
        });
        let issued = service.post("/credentials/issue", &operator, body).await;
        let location = issued.headers["location"].to_str().expect("text").to_owned();
        let vc = issued.expect(201)["verifiableCredential"].clone();
        assert_eq!(vc["type"], "EnvelopedVerifiableCredential");
        assert!(vc["id"].as_str().is_some_and(|id| id.starts_with("data:application/vc+jwt,ey")), "{vc}");
        let kept = service.get(&location, &operator).await.expect(200);
        assert_eq!(kept["verifiableCredential"], vc, "what is kept is what was signed");
        let verify = json!({ "verifiableCredential": vc });
        let report = service.post("/credentials/verify", &operator, verify.clone()).await.expect(200);
        assert_eq!((&report["verified"], &report["issuer"]), (&json!(true), &json!(issuer)), "{report}");

        let challenge =
            service.post("/challenges", &operator, json!({})).await.expect(201)["challenge"].clone();
        let body = json!({
            "presentation": { "@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiablePresentation"], "holder": issuer, "verifiableCredential": [vc] },
            "options": { "mediaType": "application/vp+jwt", "challenge": challenge, "domain": ["shop.example"] },
        });
        let vp = service.post("/presentations", &operator, body).await.expect(201)["verifiablePresentation"]
            .clone();
        assert_eq!(vp["type"], "EnvelopedVerifiablePresentation");
        let elsewhere = json!({ "verifiablePresentation": vp, "options": { "challenge": "another", "domain": "shop.example" } });
        service.post("/presentations/verify", &operator, elsewhere).await.problem(400);
        // The challenge is found in the token and used up, although the caller does not repeat it.
        let verify = json!({ "verifiablePresentation": vp });
        let report = service.post("/presentations/verify", &operator, verify.clone()).await.expect(200);
        assert_eq!((&report["verified"], &report["holder"]), (&json!(true), &json!(issuer)), "{report}");
        let again = service.post("/presentations/verify", &operator, verify).await.problem(400);
        assert!(again["detail"].as_str().is_some_and(|detail| detail.contains("used before")), "{again}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn options_that_an_envelope_cannot_honour_are_refused_by_name() {
    let service = Service::start().await;
    let operator = service.key("operator").to_owned();
    let issuer = new_issuer(&service, "Ed25519").await;
    let issue = |path: &str, options: Value| {
        let body = json!({ "credential": credential(&issuer), "options": options });
        let (service, operator, path) = (&service, operator.clone(), path.to_owned());
        async move { service.post(&path, &operator, body).await }
    };
    let jwt = "application/vc+jwt";
    for (name, options) in [
        ("cryptosuite", json!({ "mediaType": jwt, "cryptosuite": "eddsa-rdfc-2022" })),
        ("challenge", json!({ "mediaType": jwt, "challenge": "x" })),
        ("domain", json!({ "mediaType": jwt, "domain": "x" })),
        ("type", json!({ "mediaType": jwt, "type": "DataIntegrityProof" })),
        ("mediaType", json!({ "mediaType": "application/vc+cose" })),
        ("mediaType", json!({ "mediaType": "application/vp+jwt" })),
        ("credentialId", json!({ "credentialId": "urn:uuid:00000000-0000-4000-8000-000000000000" })),
        ("frobnicate", json!({ "frobnicate": 1 })),
    ] {
        let mut body = json!({ "credential": credential(&issuer), "options": options });
        body["credential"]["id"] = json!("urn:uuid:58172aac-d8ba-4d00-83dd-0b3aef56cc33");
        let refused = service.post("/credentials/issue", &operator, body).await.problem(400);
        assert!(refused["detail"].as_str().is_some_and(|detail| detail.contains(name)), "{name}: {refused}");
    }
    // A bound instance does what it is bound to, or nothing.
    issue("/eddsa-jcs-2022/credentials/issue", json!({ "mediaType": jwt })).await.problem(400);
    issue("/vc-jwt-eddsa/credentials/issue", json!({ "mediaType": "application/vc" })).await.problem(400);
    issue("/vc-jwt-eddsa/credentials/issue", json!({ "cryptosuite": "eddsa-jcs-2022" })).await.problem(400);
    issue("/vc-jwt-es256/credentials/issue", json!({})).await.problem(400);
    let vc = issue("/vc-jwt-eddsa/credentials/issue", json!({ "mediaType": jwt })).await.expect(201);
    assert_eq!(vc["verifiableCredential"]["type"], "EnvelopedVerifiableCredential");
}

/// In conformance mode the root issues with one suite; another that is asked for is not passed over.
#[tokio::test(flavor = "multi_thread")]
async fn conformance_refuses_a_suite_that_it_would_not_use() {
    let service = Service::conformance().await;
    let keys = service.call(Method::GET, "/keys", None, None).await.expect(200);
    let issuer = keys["any"].as_str().expect("a did:key").to_owned();
    for (path, expected) in [("/credentials/issue", 400), ("/any/credentials/issue", 400)] {
        let body =
            json!({ "credential": credential(&issuer), "options": { "cryptosuite": "eddsa-jcs-2022" } });
        service.call(Method::POST, path, None, Some(body)).await.problem(expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_carry_what_their_list_says_about_statuses() {
    let service = Service::start().await;
    let operator = service.key("operator").to_owned();
    let issuer = new_issuer(&service, "Ed25519").await;
    let list = |reference: Value| {
        json!({
            "issuer": issuer, "purposes": ["message"], "statusSize": 2,
            "messages": ["valid", "under review", "superseded", "withdrawn"], "reference": reference,
        })
    };
    for bad in
        [json!("nowhere"), json!(["https://a.example/", "nowhere"]), json!(vec!["https://a.example/"; 9])]
    {
        service.post("/status-lists", &operator, list(bad)).await.problem(400);
    }
    let made =
        service.post("/status-lists", &operator, list(json!("https://a.example/meaning"))).await.expect(201);
    let body = json!({
        "credential": credential(&issuer),
        "options": { "status": { "list": made["id"], "purposes": ["message"] } },
    });
    let vc =
        service.post("/credentials/issue", &operator, body).await.expect(201)["verifiableCredential"].clone();
    let entry = &vc["credentialStatus"];
    assert_eq!(
        (&entry["statusReference"], &entry["statusSize"]),
        (&json!("https://a.example/meaning"), &json!(2))
    );
    assert_eq!(entry["statusMessage"].as_array().map(Vec::len), Some(4));
    let verify = json!({ "verifiableCredential": vc });
    let report = service.post("/credentials/verify", &operator, verify).await.expect(200);
    assert_eq!(
        (&report["verified"], &report["status"][0]["message"]),
        (&json!(true), &json!("valid")),
        "{report}"
    );
}
