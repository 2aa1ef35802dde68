//! Rings over HTTP: keys in documents, a ring of the members, and ballots that are carried without an API key.

mod common;

use axum::{
    body::Body,
    http::{Method, Request, header},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use common::{Service, register_ring_key};
use hufu_did::RingKey;
use hufu_light::{Answer, RingName, RingRecord, Transaction, TrustAnchor};
use hufu_node::governance::{Choice, Operation, Vote, ballot_scope};
use hufu_ring::SigningKey;
use hufu_wire::Payload;
use serde_json::{Value, json};

const MEMBERS: [&str; 3] = ["operator", "registry", "auditor"];

async fn anchor(service: &Service) -> TrustAnchor {
    let answer = service.call(Method::GET, "/v1/trust-anchor", None, None).await.expect(200);
    serde_json::from_value(answer).expect("an anchor")
}

/// The ring as a wallet reads it: from a certified answer, checked against the anchor.
async fn proven_ring(service: &Service, name: &RingName) -> RingRecord {
    let path = format!("/v1/state/{}", name.key());
    let answer = service.get(&path, service.key("auditor")).await.expect(200);
    let bytes = URL_SAFE_NO_PAD.decode(answer["answer"].as_str().expect("bytes")).expect("base64url");
    let answer = Answer::from_bytes(&bytes).expect("an answer");
    let proven = answer.verify(&anchor(service).await, name.key().as_bytes()).expect("a proof");
    RingRecord::from_bytes(proven.value().expect("formed")).expect("a ring")
}

fn ballot(
    anchor: &TrustAnchor,
    ring: &RingRecord,
    key: &SigningKey,
    id: &str,
    choice: Choice,
) -> Transaction {
    let proposal = id.parse().expect("an id");
    let scope = ballot_scope(&proposal);
    let operation = Operation::Vote(Vote { proposal, choice }).to_bytes();
    let name = ring.name().expect("a name");
    let payload = Payload::by_ring(anchor, &name, &scope, rand::random(), 1_000, "governance", operation);
    payload.sign_by_ring(&ring.ring(anchor).expect("a ring"), key, &mut rand::rng()).expect("a signature")
}

fn body(transaction: &Transaction) -> Value {
    json!({ "transaction": URL_SAFE_NO_PAD.encode(transaction.to_bytes()) })
}

#[tokio::test(flavor = "multi_thread")]
async fn members_vote_in_secret_without_naming_themselves_to_the_service() {
    let service = Service::start().await;
    let operator = service.key("operator").to_owned();
    let form = json!({ "list": "members" });
    let early = service.post("/v1/rings", &operator, form.clone()).await.problem(422);
    assert!(early["detail"].as_str().expect("words").contains("no ring key has"), "{early}");
    let mut keys = Vec::new();
    for member in MEMBERS {
        keys.push(register_ring_key(&service, member).await);
    }
    let formed = service.post("/v1/rings", &operator, form.clone()).await.expect(201);
    assert_eq!((&formed["name"], &formed["members"]), (&json!("ring:members/3"), &json!(3)));
    service.post("/v1/rings", &operator, form).await.problem(422);
    let listed = service.get("/v1/rings", &operator).await.expect(200);
    assert_eq!(listed["items"][0]["members"], 3);
    let shown = service.get("/v1/rings/members/3", &operator).await.expect(200);
    assert_eq!(shown["members"].as_array().expect("members").len(), 3);
    service.get("/v1/rings/members/2", &operator).await.problem(404);
    let misnamed = service.get("/v1/rings/Members/3", &operator).await.problem(400);
    assert_eq!(misnamed["type"], "/problems/invalid-parameter");

    let proposal = json!({
        "title": "Inspectors", "reason": "Nobody has to fear them.", "secret": true,
        "actions": [{ "type": "addToList", "list": "inspectors", "did": service.did("auditor") }],
    });
    let made = service.post("/v1/proposals", &operator, proposal).await.expect(201);
    let id = made["id"].as_str().expect("an id").to_owned();
    let by_name =
        service.post(&format!("/v1/proposals/{id}/votes"), &operator, json!({ "choice": "yes" })).await;
    assert!(by_name.problem(422)["detail"].as_str().expect("words").contains("in secret"));

    let (anchor, ring) =
        (anchor(&service).await, proven_ring(&service, &"ring:members/3".parse().expect("a name")).await);
    let send = async |transaction: &Transaction| {
        service.call(Method::POST, "/v1/transactions", None, Some(body(transaction))).await
    };
    let first = ballot(&anchor, &ring, &keys[1], &id, Choice::Yes);
    // with a key the service would know whose ballot it is: nothing of it is written down
    let before = service.get("/v1/audit/head", service.key("auditor")).await.expect(200);
    let named = service.post("/v1/transactions", &operator, body(&first)).await.problem(400);
    assert!(named["detail"].as_str().expect("words").contains("without an API key"), "{named}");
    let receipt = send(&first).await.expect(201);
    for _ in 0..3 {
        assert_eq!(send(&first).await.expect(201), receipt, "whoever has its bytes changes nothing");
    }
    service.post("/v1/transactions", &operator, body(&first)).await.problem(400);
    let after = service.get("/v1/audit/head", service.key("auditor")).await.expect(200);
    assert_eq!(after["seq"].as_u64(), before["seq"].as_u64().map(|seq| seq + 1), "the ballot alone, once");
    let twice = send(&ballot(&anchor, &ring, &keys[1], &id, Choice::No)).await.problem(422);
    assert!(twice["detail"].as_str().expect("words").contains("was used in the scope"), "{twice}");
    // changed on the way: no signature, no caller
    let mut forged = ballot(&anchor, &ring, &keys[2], &id, Choice::Yes);
    forged.payload.push(0);
    send(&forged).await.problem(401);
    let mut forged = ballot(&anchor, &ring, &keys[2], &id, Choice::Yes);
    forged.signatures[0].signature[40] ^= 1;
    send(&forged).await.problem(401);
    service
        .call(Method::POST, "/v1/transactions", None, Some(json!({ "transaction": "!" })))
        .await
        .problem(401);
    // two who do not know of each other and chose the same idempotency key, one of them in vain
    let keyed = async |transaction: &Transaction| {
        let request = Request::post("/v1/transactions")
            .header(header::CONTENT_TYPE, "application/json")
            .header("idempotency-key", "1")
            .body(Body::from(body(transaction).to_string()))
            .expect("a request");
        service.send(request).await
    };
    for _ in 0..2 {
        let refused = keyed(&ballot(&anchor, &ring, &keys[1], &id, Choice::No)).await;
        assert!(!refused.headers.contains_key("idempotent-replayed"));
        refused.problem(422);
    }
    let second = ballot(&anchor, &ring, &keys[2], &id, Choice::Yes);
    let receipt = keyed(&second).await.expect(201);
    let again = keyed(&second).await;
    assert_eq!(again.headers["idempotent-replayed"], "true");
    assert_eq!(again.expect(201), receipt);
    // whoever has the bytes of a ballot leaves no record of each key that it makes up
    for _ in 0..2 {
        let again = keyed(&first).await;
        assert!(!again.headers.contains_key("idempotent-replayed"), "{}", again.text());
        again.expect(201);
    }
    let after = service.get(&format!("/v1/proposals/{id}"), &operator).await.expect(200);
    assert_eq!(after["state"]["state"], "executed", "{after}");

    // what the service wrote down of the ballots names nobody
    let log = service.get("/v1/audit?limit=100", service.key("auditor")).await.expect(200);
    let carried: Vec<&Value> = log["items"]
        .as_array()
        .expect("entries")
        .iter()
        .filter(|entry| entry.to_string().contains("api.ledger.write"))
        .collect();
    let done = carried.iter().filter(|entry| entry["outcome"] == "done").count();
    assert_eq!(done, 2, "each of the two ballots once, however often it was sent: {log}");
    assert_eq!(carried.len(), 2, "and nothing of what was refused: {log}");
    for entry in carried {
        assert!(!MEMBERS.iter().any(|member| entry.to_string().contains(service.did(member))), "{entry}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ring_keys_are_refused_in_the_words_of_the_rule() {
    let service = Service::start().await;
    let (operator, did) = (service.key("operator").to_owned(), service.did("operator").to_owned());
    let other = service.did("auditor").parse().expect("a DID");
    let foreign =
        RingKey::new(&SigningKey::generate(&mut rand::rng()), &other, &mut rand::rng()).expect("a key");
    let with = |method: Value| json!({ "did": did, "didDocumentOperation": ["addToDidDocument"], "didDocument": [{ "verificationMethod": [method] }] });
    let method = |kind: &str, proof: Option<&str>| json!({ "id": "#ring", "type": kind, "publicKeyMultibase": foreign.public_key_multibase(), "proofOfPossession": proof });
    for (status, words, method) in [
        (422, "does not verify", method("HufuRingKey2026", Some(foreign.proof_of_possession()))),
        (400, "proofOfPossession is missing", method("HufuRingKey2026", None)),
        (400, "Multikey or HufuRingKey2026", method("RingKey", None)),
    ] {
        let problem = service.post("/1.0/update", &operator, with(method)).await.problem(status);
        assert!(problem["detail"].as_str().expect("words").contains(words), "{problem}");
    }
}
