//! Selective disclosure over HTTP: issue, derive, verify, and a revocation that a holder cannot hide.

mod common;

use axum::http::Method;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use common::{Service, accredit, credential};
use serde_json::{Value, json};

const SUITES: [(&str, &str); 2] = [("P-256", "ecdsa-sd-2023"), ("BLS12-381 G2", "bbs-2023")];

/// A DID of the operator's with a key of this kind beside an Ed25519 one, accredited.
async fn issuer(service: &Service, algorithm: &str) -> String {
    let keys = json!({ "options": { "keys": [{ "algorithm": "Ed25519" }, { "algorithm": algorithm }] } });
    let made = service.post("/1.0/create", service.key("operator"), keys).await.expect(201);
    let did = made["didState"]["did"].as_str().expect("a DID").to_owned();
    accredit(service, &did, "VerifiableCredential").await;
    did
}

fn with_claims(issuer: &str) -> Value {
    let mut value = credential(issuer);
    value["@context"] =
        json!(["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"]);
    value["validUntil"] = json!("2199-01-01T00:00:00Z");
    value["credentialSubject"]["alumniOf"] = json!("A school");
    value["credentialSubject"]["degree"] = json!({ "level": "Bachelor", "year": 2020 });
    value
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_is_shown_verified_and_revoked() {
    let service = Service::start().await;
    let operator = service.key("operator").to_owned();
    for (algorithm, suite) in SUITES {
        let issuer = issuer(&service, algorithm).await;
        let body = json!({
            "credential": with_claims(&issuer),
            "options": { "cryptosuite": suite, "credentialId": format!("urn:example:{suite}"), "status": { "purposes": ["revocation"] } },
        });
        let base =
            service.post("/credentials/issue", &operator, body).await.expect(201)["verifiableCredential"]
                .clone();
        assert_eq!(base["proof"]["cryptosuite"], suite);

        // the holder's, and nobody else's
        let refused = service
            .post("/credentials/verify", &operator, json!({ "verifiableCredential": base }))
            .await
            .problem(400);
        assert!(refused["detail"].as_str().is_some_and(|detail| detail.contains("base proof")), "{refused}");

        let derive = |pointers: Value| json!({ "verifiableCredential": base, "options": { "selectivePointers": pointers } });
        let made = service
            .post("/credentials/derive", &operator, derive(json!(["/credentialSubject/degree/level"])))
            .await;
        let derived = made.expect(201)["verifiableCredential"].clone();
        assert_eq!(derived["credentialSubject"]["degree"], json!({ "level": "Bachelor" }));
        assert!(derived["credentialSubject"].get("alumniOf").is_none());
        // what a verifier must know is there without being asked for
        assert!(derived["validUntil"].is_string() && derived["credentialStatus"].is_object(), "{derived}");
        let verify = json!({ "verifiableCredential": derived });
        let report = service.post("/credentials/verify", &operator, verify.clone()).await.expect(200);
        assert_eq!((&report["verified"], &report["issuer"]), (&json!(true), &json!(issuer)), "{report}");

        // in a presentation as well
        let present = json!({ "presentation": { "@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiablePresentation"], "verifiableCredential": [derived] } });
        let report = service.post("/presentations/verify", &operator, present).await.expect(200);
        assert_eq!(report["verified"], true, "{report}");

        let mut changed = derived.clone();
        changed["credentialSubject"]["degree"]["level"] = json!("Master");
        let refused = service
            .post("/credentials/verify", &operator, json!({ "verifiableCredential": changed }))
            .await
            .problem(400);
        assert_eq!(refused["verified"], false);

        let revoke = json!({
            "credentialId": base["id"],
            "credentialStatus": { "type": "BitstringStatusListEntry", "statusPurpose": "revocation" },
            "status": true, "reason": "withdrawn",
        });
        service.post("/credentials/status", &operator, revoke).await.expect(200);
        let refused = service.post("/credentials/verify", &operator, verify).await.problem(400);
        assert!(refused["detail"].as_str().is_some_and(|detail| detail.contains("revo")), "{refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pointers_of_the_issuer_are_taken_and_a_new_status_is_added_to_them() {
    let service = Service::start().await;
    let operator = service.key("operator").to_owned();
    for (algorithm, suite) in SUITES {
        let issuer = issuer(&service, algorithm).await;
        let issue = |options: Value| json!({ "credential": with_claims(&issuer), "options": options });
        let shown = |base: Value| json!({ "verifiableCredential": base, "options": { "selectivePointers": ["/credentialSubject/alumniOf"] } });
        for (options, status) in [
            (json!({ "cryptosuite": suite, "mandatoryPointers": ["/issuer"] }), false),
            (
                json!({ "cryptosuite": suite, "mandatoryPointers": ["/issuer"], "status": { "purposes": ["revocation"] } }),
                true,
            ),
        ] {
            let base = service.post("/credentials/issue", &operator, issue(options)).await.expect(201)["verifiableCredential"].clone();
            let derived = service.post("/credentials/derive", &operator, shown(base)).await.expect(201)["verifiableCredential"].clone();
            assert_eq!(derived["credentialStatus"].is_object(), status, "{derived}");
            assert!(derived.get("validUntil").is_none());
        }
        for (options, words) in [
            (json!({ "cryptosuite": suite, "mandatoryPointers": ["/nothing"] }), "is not there"),
            (json!({ "cryptosuite": suite, "mandatoryPointers": ["issuer"] }), "no JSON pointer"),
            (json!({ "cryptosuite": "eddsa-rdfc-2022", "mandatoryPointers": [] }), "selective disclosure"),
        ] {
            let refused = service.post("/credentials/issue", &operator, issue(options)).await.problem(400);
            assert!(refused["detail"].as_str().is_some_and(|detail| detail.contains(words)), "{refused}");
        }
    }
    // a key that the suite needs is not there
    let plain =
        service.post("/1.0/create", &operator, json!({})).await.expect(201)["didState"]["did"].clone();
    for (_, suite) in SUITES {
        let body = json!({ "credential": with_claims(plain.as_str().expect("a DID")), "options": { "cryptosuite": suite } });
        let refused = service.post("/credentials/issue", &operator, body).await.problem(400);
        assert!(
            refused["detail"].as_str().is_some_and(|detail| detail.contains("has no key here that fits")),
            "{refused}"
        );
    }
    // a BBS key issues and does nothing else
    let keys =
        json!({ "options": { "keys": [{ "algorithm": "BLS12-381 G2", "purposes": ["authentication"] }] } });
    let refused = service.post("/1.0/create", &operator, keys).await.problem(400);
    assert!(refused["detail"].as_str().is_some_and(|detail| detail.contains("assertionMethod")), "{refused}");
    let lonely = json!({ "options": { "keys": [{ "algorithm": "BLS12-381 G2" }] } });
    let lonely = service.post("/1.0/create", &operator, lonely).await.expect(201)["didState"]["did"].clone();
    let lonely = lonely.as_str().expect("a DID");
    accredit(&service, lonely, "VerifiableCredential").await;
    let body = json!({ "credential": with_claims(lonely), "options": { "cryptosuite": "bbs-2023", "status": { "purposes": ["revocation"] } } });
    let refused = service.post("/credentials/issue", &operator, body).await.problem(400);
    assert!(
        refused["detail"]
            .as_str()
            .is_some_and(|detail| detail.contains("a status list needs a key that signs")),
        "{refused}"
    );
}

/// A verifier gives a challenge; the holder derives for it; shown again it is refused, whoever asks.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_derived_for_a_challenge_is_good_once() {
    let service = Service::start().await;
    let operator = service.key("operator").to_owned();
    let issuer = issuer(&service, "BLS12-381 G2").await;
    let body = json!({ "credential": with_claims(&issuer), "options": { "cryptosuite": "bbs-2023" } });
    let base =
        service.post("/credentials/issue", &operator, body).await.expect(201)["verifiableCredential"].clone();
    let challenge = async || {
        let given = service.post("/challenges", &operator, json!({})).await.expect(201);
        given["challenge"].as_str().expect("a challenge").to_owned()
    };
    let derived = async |header: &str| {
        let body = json!({ "verifiableCredential": base, "options": { "selectivePointers": ["/credentialSubject/id"], "presentationHeader": URL_SAFE_NO_PAD.encode(header) } });
        service.post("/credentials/derive", &operator, body).await.expect(201)["verifiableCredential"].clone()
    };
    let verify = async |credential: &Value, options: Value| {
        let body = json!({ "verifiableCredential": credential, "options": options });
        service.post("/credentials/verify", &operator, body).await
    };
    let says = |problem: &Value, words: &str| {
        assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains(words)), "{problem}");
    };
    let (one, two) = (challenge().await, challenge().await);
    let shown = derived(&one).await;
    says(&verify(&shown, json!({ "challenge": two })).await.problem(400), "not the expected challenge");
    let report = verify(&shown, json!({ "challenge": one })).await.expect(200);
    assert_eq!(report["proofs"][0]["presentationHeader"], URL_SAFE_NO_PAD.encode(&one));
    assert_eq!(report["warnings"], json!([]));
    says(&verify(&shown, json!({ "challenge": one })).await.problem(400), "was used before");
    says(&verify(&shown, json!({})).await.problem(400), "was used before");
    // a challenge of the verifier's own is the verifier's to use once
    let shown = derived("my own").await;
    verify(&shown, json!({ "challenge": "my own" })).await.expect(200);
    let report = verify(&shown, json!({})).await.expect(200);
    let warned = report["warnings"][0]["detail"].as_str().expect("a warning");
    assert!(warned.contains("no challenge was expected"), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_derived_is_refused_in_words() {
    let service = Service::start().await;
    let operator = service.key("operator").to_owned();
    let plain = service.did("operator").to_owned();
    let issued =
        service.post("/credentials/issue", &operator, json!({ "credential": credential(&plain) })).await;
    let plain = issued.expect(201)["verifiableCredential"].clone();
    let issuer = issuer(&service, "BLS12-381 G2").await;
    let body = json!({ "credential": with_claims(&issuer), "options": { "cryptosuite": "bbs-2023" } });
    let base =
        service.post("/credentials/issue", &operator, body).await.expect(201)["verifiableCredential"].clone();
    let mut foreign = base.clone();
    foreign["credentialSubject"]["alumniOf"] = json!("Another school");
    let pointers = json!(["/credentialSubject/alumniOf"]);
    for (credential, options, words) in [
        (
            &plain,
            json!({ "selectivePointers": ["/credentialSubject"] }),
            "not issued for selective disclosure",
        ),
        (&base, json!({ "selectivePointers": ["/credentialSubject/x"] }), "is not there"),
        (&base, json!({ "selectivePointers": ["x"] }), "no JSON pointer"),
        (&base, json!({}), "credentialSubject: is missing"),
        (&base, json!({ "selectivePointers": pointers, "presentationHeader": "+" }), "presentationHeader"),
        (&base, json!({ "selectivePointers": pointers, "proofId": "urn:x" }), "no base proof urn:x"),
        (&base, json!({ "colour": "red" }), "colour"),
        (&foreign, json!({ "selectivePointers": pointers }), "does not fit the credential"),
    ] {
        let body = json!({ "verifiableCredential": credential, "options": options });
        let refused = service.post("/credentials/derive", &operator, body).await.problem(400);
        assert!(
            refused["detail"].as_str().is_some_and(|detail| detail.contains(words)),
            "{words}: {refused}"
        );
    }
    service.post("/credentials/derive", &operator, json!({})).await.problem(400);
}

#[tokio::test(flavor = "multi_thread")]
async fn instances_of_a_suite_issue_and_derive_with_it() {
    let service = Service::conformance().await;
    let keys = service.call(Method::GET, "/keys", None, None).await.expect(200);
    for (_, suite) in SUITES {
        let issuer = keys[suite].as_str().expect("a did:key");
        let body =
            json!({ "credential": with_claims(issuer), "options": { "mandatoryPointers": ["/issuer"] } });
        let base = service
            .call(Method::POST, &format!("/{suite}/credentials/issue"), None, Some(body))
            .await
            .expect(201)["verifiableCredential"]
            .clone();
        assert_eq!(base["proof"]["cryptosuite"], suite);
        let body = json!({ "verifiableCredential": base, "options": { "selectivePointers": ["/credentialSubject/alumniOf"] } });
        let derived = service
            .call(Method::POST, &format!("/{suite}/credentials/derive"), None, Some(body.clone()))
            .await
            .expect(201)["verifiableCredential"]
            .clone();
        let report = service
            .call(
                Method::POST,
                &format!("/{suite}/credentials/verify"),
                None,
                Some(json!({ "verifiableCredential": derived })),
            )
            .await
            .expect(200);
        assert_eq!(report["verified"], true, "{report}");
        let other = if suite == "bbs-2023" { "ecdsa-sd-2023" } else { "bbs-2023" };
        let refused = service
            .call(Method::POST, &format!("/{other}/credentials/derive"), None, Some(body))
            .await
            .problem(400);
        assert!(refused["detail"].as_str().is_some_and(|detail| detail.contains(other)), "{refused}");
    }
}
