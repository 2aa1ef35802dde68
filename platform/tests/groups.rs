//! Groups over HTTP: a report without an API key, its opening by two of three, and every refusal by name.

mod common;

use axum::http::Method;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use common::{
    Service,
    group::{Grouped, encode},
};
use hufu_credentials::membership::{Linkage, MembershipPresentation, MembershipReference, MembershipRequest};
use hufu_light::{Answer, EpochRecord, GroupRecord, Hash, OpeningRecord, ReportRecord, Transaction};
use hufu_wire::{UnnamedRequest, check_opening, check_report};
use serde_json::{Value, json};

struct World {
    service: Service,
    grouped: Grouped,
}

impl World {
    async fn new() -> Self {
        let service = Service::start().await;
        let grouped = Grouped::new(&service, "press").await;
        Self { service, grouped }
    }

    fn creation(&self) -> Value {
        self.grouped.creation(&self.service)
    }

    async fn created() -> Self {
        let world = Self::new().await;
        world.service.post("/v1/groups", world.service.key("operator"), world.creation()).await.expect(201);
        world
    }

    async fn send(&self, transaction: &Transaction) -> common::Answer {
        let body = json!({ "transaction": encode(&transaction.to_bytes()) });
        self.service.call(Method::POST, "/v1/transactions", None, Some(body)).await
    }

    /// A record as an outsider reads it: from a certified answer, checked against the anchor.
    async fn proven(&self, key: &str) -> Vec<u8> {
        let path = format!("/v1/state/{key}");
        let answer = self.service.get(&path, self.service.key("auditor")).await.expect(200);
        let bytes = URL_SAFE_NO_PAD.decode(answer["answer"].as_str().expect("bytes")).expect("base64url");
        let answer = Answer::from_bytes(&bytes).expect("an answer");
        let proven = answer.verify(&self.grouped.anchor, key.as_bytes()).expect("a proof");
        proven.value().expect("a record").to_vec()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_carried_without_an_api_key_and_opened_by_two_of_three() {
    let mut world = World::created().await;
    let (did, body, member) = world.grouped.joining();
    let (operator, auditor) =
        (world.service.key("operator").to_owned(), world.service.key("auditor").to_owned());
    world.service.post("/v1/groups/press/members", &auditor, body.clone()).await.problem(403);
    world.service.post("/v1/groups/press/members", &operator, body.clone()).await.expect(201);
    let twice = world.service.post("/v1/groups/press/members", &operator, body).await.problem(422);
    assert!(twice["detail"].as_str().expect("words").contains("registered already"), "{twice}");

    let report = world.grouped.report(&member, "invoice-4711");
    let id = report.id();
    world.send(&report).await.expect(201);
    let again = world.send(&world.grouped.report(&member, "invoice-4711")).await.problem(422);
    assert!(again["detail"].as_str().expect("words").contains("was used in the scope"), "{again}");
    let mut forged = world.grouped.report(&member, "invoice-4712");
    forged.signatures[0].signature[60] ^= 1;
    world.send(&forged).await.problem(401);
    let kept = world.service.get(&format!("/v1/groups/press/reports/{id}"), &auditor).await.expect(200);
    assert_eq!((&kept["subject"], &kept["text"]), (&json!("invoice-4711"), &json!("It was paid twice.")));
    assert!(!kept.to_string().contains(&did));
    let log = world.service.get("/v1/audit?limit=100", &auditor).await.expect(200);
    let carried = log["items"].as_array().expect("entries").iter();
    let carried: Vec<_> = carried.filter(|entry| entry["action"] == "api.ledger.write").collect();
    assert!(!carried.is_empty() && carried.iter().all(|entry| !entry.to_string().contains(&did)), "{log}");

    let asked = json!({ "report": id.to_string(), "reason": "Order 4711.", "warrant": "04".repeat(32) });
    let made = world.service.post("/v1/groups/press/openings", &auditor, asked).await.expect(201);
    let opening = Hash::from_hex(made["opening"].as_str().expect("an id")).expect("an id");
    let record =
        ReportRecord::from_bytes(&world.proven(&world.grouped.name.report_key(&id)).await).expect("a report");
    let epoch =
        EpochRecord::from_bytes(&world.proven(&world.grouped.name.epoch_key(0)).await).expect("an epoch");
    let (_, _, signed) =
        check_report(&world.grouped.anchor, &world.grouped.name, &world.grouped.group, &epoch, &record)
            .expect("it holds");
    let path = format!("/v1/groups/press/openings/{opening}/parts");
    let part = |opener| world.grouped.part(opener, &signed, &opening);
    world.service.post(&path, &auditor, part(0)).await.problem(422);
    let first = world.service.post(&path, &auditor, part(2)).await.expect(201);
    assert_eq!(first["opening"]["opened"], Value::Null);
    let second = world.service.post(&path, world.service.key("registry"), part(1)).await.expect(201);
    assert_eq!(second["opening"]["opened"]["account"], json!(did));

    let group = GroupRecord::from_bytes(&world.proven(&world.grouped.name.key()).await).expect("a group");
    let opened = OpeningRecord::from_bytes(&world.proven(&world.grouped.name.opening_key(&opening)).await)
        .expect("one");
    let key = check_opening(&world.grouped.anchor, &group, &epoch, &record, &opened).expect("it holds");
    assert_eq!(key, member.key().to_bytes());
    for (path, items) in [("members", 1), ("epochs", 1), ("reports", 1), ("openings", 1)] {
        let listed = world.service.get(&format!("/v1/groups/press/{path}"), &auditor).await.expect(200);
        assert_eq!(listed["items"].as_array().expect("items").len(), items, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_request_is_named() {
    let mut world = World::new().await;
    let operator = world.service.key("operator").to_owned();
    world.service.get("/v1/groups/press", &operator).await.problem(404);
    world.service.get("/v1/groups/press/members", &operator).await.problem(404);
    world.service.get("/v1/groups/Press", &operator).await.problem(400);
    for (change, words) in [
        (("name", json!("Press!")), "a-z, 0-9"),
        (("group", json!("!")), "Invalid symbol"),
        (("openers", json!(["nobody"])), "DID"),
        (("extra", json!(1)), "extra"),
    ] {
        let mut body = world.creation();
        body[change.0] = change.1;
        let problem = world.service.post("/v1/groups", &operator, body).await.problem(400);
        assert!(problem["detail"].as_str().expect("words").contains(words), "{problem}");
    }
    let mut fewer = world.creation();
    fewer["openers"] = json!([world.service.did("operator")]);
    let problem = world.service.post("/v1/groups", &operator, fewer).await.problem(422);
    assert!(problem["detail"].as_str().expect("words").contains("2 of 3 openers"), "{problem}");
    world.service.post("/v1/groups", &operator, world.creation()).await.expect(201);
    let problem = world.service.post("/v1/groups", &operator, world.creation()).await.problem(422);
    assert!(problem["detail"].as_str().expect("words").contains("exists already"), "{problem}");
    let listed = world.service.get("/v1/groups", &operator).await.expect(200);
    assert_eq!(listed["items"][0]["name"], "press");
    let shown = world.service.get("/v1/groups/press", &operator).await.expect(200);
    assert_eq!((&shown["epoch"]["number"], &shown["threshold"]), (&json!(0), &json!(2)));

    let (_, body, _) = world.grouped.joining();
    for (name, value, words) in [
        ("key", json!("00"), "96 hexadecimal digits"),
        ("key", json!("AB".repeat(48)), "lower-case"),
        ("consent", json!(1), "string"),
    ] {
        let mut body = body.clone();
        body[name] = value;
        let problem = world.service.post("/v1/groups/press/members", &operator, body).await.problem(400);
        assert!(problem["detail"].as_str().expect("words").contains(words), "{problem}");
    }
    let path = "/v1/groups/press/openings";
    let asked = json!({ "report": "0".repeat(64), "reason": "Why not.", "warrant": "00".repeat(32) });
    let problem = world.service.post(path, &operator, asked).await.problem(422);
    assert!(problem["detail"].as_str().expect("words").contains("has no report"), "{problem}");
    world.service.get(&format!("{path}/{}", "0".repeat(64)), &operator).await.problem(404);
    world.service.get(&format!("{path}/1"), &operator).await.problem(400);
    let part = json!({ "part": "AAAA" });
    let gone = format!("{path}/{}/parts", "0".repeat(64));
    let problem = world.service.post(&gone, &operator, part.clone()).await.problem(404);
    assert!(problem["detail"].as_str().expect("words").contains("there is no opening"), "{problem}");
    // what the path names is not there: the answer is that of GET, and recorded as any refusal
    let before = world.service.get("/v1/audit/head", world.service.key("auditor")).await.expect(200);
    let revocation = json!({ "update": "AAAA", "members": ["00".repeat(48)], "reason": "They left." });
    let asked = json!({ "report": "0".repeat(64), "reason": "Why not.", "warrant": "00".repeat(32) });
    for (path, body) in [
        ("members", world.grouped.joining().1),
        ("revocations", revocation),
        ("openings", asked),
        (&*format!("openings/{}/parts", "0".repeat(64)), part),
    ] {
        let path = format!("/v1/groups/nowhere/{path}");
        let problem = world.service.post(&path, &operator, body).await.problem(404);
        assert!(problem["detail"].as_str().expect("words").contains("no group:nowhere"), "{problem}");
    }
    let after = world.service.get("/v1/audit/head", world.service.key("auditor")).await.expect(200);
    assert_eq!(after["seq"].as_u64(), before["seq"].as_u64().map(|seq| seq + 4));
}

#[tokio::test(flavor = "multi_thread")]
async fn membership_is_presented_over_http_and_a_challenge_is_used_once() {
    let mut world = World::created().await;
    let (_, body, member) = world.grouped.joining();
    let operator = world.service.key("operator").to_owned();
    world.service.post("/v1/groups/press/members", &operator, body).await.expect(201);
    let domain = "https://verifier.example";
    let ask = |challenge: &str, linkage| MembershipRequest {
        reference: MembershipReference {
            network: world.grouped.anchor.network.to_string(),
            genesis_hash: world.grouped.anchor.genesis_hash.to_string(),
            of: "group:press".into(),
        },
        challenge: challenge.into(),
        domain: domain.into(),
        linkage,
    };
    let answer = |request: &MembershipRequest| {
        let presented = MembershipPresentation::by_group(request, &member, &mut rand::rng()).expect("signs");
        presented.to_value().expect("a document")
    };
    let verify = async |body: Value| world.service.post("/v1/memberships/verify", &operator, body).await;
    let challenge = async || {
        let given = world.service.post("/challenges", &operator, json!({})).await.expect(201);
        given["challenge"].as_str().expect("a challenge").to_owned()
    };
    let request = ask(&challenge().await, Linkage::None);
    let body = json!({ "presentation": answer(&request), "of": "group:press", "domain": domain });
    let told = verify(body.clone()).await.expect(200);
    assert_eq!((&told["verified"], &told["tag"], &told["epoch"]), (&json!(true), &Value::Null, &json!(0)));
    let again = verify(body).await.problem(400);
    assert_eq!(again["verified"], false);
    assert!(again["detail"].as_str().expect("words").contains("was used before"), "{again}");

    // with linkage, the tag is the same for one member
    let mut tags = Vec::new();
    for _ in 0..2 {
        let request = ask(&challenge().await, Linkage::Domain);
        let body = json!({ "presentation": answer(&request), "of": "group:press", "domain": domain, "linkage": "domain" });
        tags.push(verify(body).await.expect(200)["tag"].as_str().expect("a tag").to_owned());
    }
    assert_eq!(tags[0], tags[1]);

    // a challenge of the caller's own is named; what else was not asked for is refused
    let request = ask("my own", Linkage::None);
    let body = |change: (&str, Value)| {
        let mut body = json!({ "presentation": answer(&request), "of": "group:press", "domain": domain, "challenge": "my own" });
        body[change.0] = change.1;
        body
    };
    verify(body(("challenge", json!("my own")))).await.expect(200);
    for (change, words) in [
        (("challenge", Value::Null), "was not given out here"),
        (("domain", json!("https://other.example")), "domain is"),
        (("linkage", json!("domain")), "linkage is"),
        (("challenge", json!("another")), "challenge is"),
    ] {
        let refused = verify(body(change)).await.problem(400);
        assert!(refused["detail"].as_str().expect("words").contains(words), "{refused}");
    }
    let gone = verify(body(("of", json!("group:nowhere")))).await.problem(404);
    assert!(gone["detail"].as_str().expect("words").contains("there is no group:nowhere"), "{gone}");
    verify(body(("of", json!("ring:members/9")))).await.problem(404);
    verify(body(("of", json!("press")))).await.problem(400);
    // a name is one before anybody is asked whether it may be read, and no key makes the log grow by what it sends
    let made = world.service.post("/v1/keys", &operator, json!({ "scopes": ["credentials:hold"] })).await;
    let holder = made.expect(201)["key"].as_str().expect("a key").to_owned();
    let head = async || {
        let head = world.service.get("/v1/audit/head", world.service.key("auditor")).await.expect(200);
        head["seq"].as_u64().expect("a number")
    };
    let before = head().await;
    let long = body(("of", json!("A".repeat(900_000))));
    world.service.post("/v1/memberships/verify", &holder, long).await.problem(400);
    assert_eq!(head().await, before);
    // at the endpoint for other presentations the right one is named
    let elsewhere = json!({ "verifiablePresentation": answer(&request) });
    let refused = world.service.post("/presentations/verify", &operator, elsewhere).await.problem(400);
    assert!(refused["detail"].as_str().expect("words").contains("POST /v1/memberships/verify"), "{refused}");
    verify(body(("presentation", json!({})))).await.problem(400);
    verify(body(("extra", json!(1)))).await.problem(400);
    world.service.call(Method::POST, "/v1/memberships/verify", None, Some(json!({}))).await.problem(400);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_reads_without_an_api_key_and_a_request_is_good_once() {
    let mut world = World::created().await;
    let (_, body, member) = world.grouped.joining();
    let operator = world.service.key("operator").to_owned();
    world.service.post("/v1/groups/press/members", &operator, body).await.expect(201);
    let now = || u64::try_from(jiff::Timestamp::now().as_millisecond()).expect("a time");
    let base = world.service.app.config().public_url().to_owned();
    let header = |path: &str, time_ms: u64| {
        let url = format!("{base}{path}");
        let request = UnnamedRequest {
            anchor: &world.grouped.anchor,
            of: "group:press",
            url: &url,
            time_ms,
            nonce: rand::random(),
        };
        request.sign_by_group(&member, &mut rand::rng()).expect("signs")
    };
    let get = async |path: &str, header: &str, method: Method| {
        let request = axum::http::Request::builder().method(method).uri(path).header("authorization", header);
        world.service.send(request.body(axum::body::Body::empty()).expect("a request")).await
    };
    let words = |problem: Value| problem["detail"].as_str().expect("words").to_owned();
    let good = header("/v1/groups/press/members?limit=5", now());
    let told = get("/v1/groups/press/members?limit=5", &good, Method::GET).await.expect(200);
    assert_eq!(told["items"].as_array().expect("items").len(), 1);
    let again = get("/v1/groups/press/members?limit=5", &good, Method::GET).await.problem(401);
    assert!(words(again).contains("was used before"));
    // bound to path and query, to the time, to GET, and to what the policies allow such a caller
    let other = header("/v1/groups/press/members?limit=5", now());
    let refused = get("/v1/groups/press/members?limit=6", &other, Method::GET).await.problem(401);
    assert!(words(refused).contains("does not verify"));
    let old = header("/v1/groups", now() - 61_000);
    assert!(words(get("/v1/groups", &old, Method::GET).await.problem(401)).contains("sign again"));
    let post = header("/v1/groups", now());
    assert!(words(get("/v1/groups", &post, Method::POST).await.problem(401)).contains("only GET"));
    let audit = header("/v1/audit", now());
    let denied = get("/v1/audit", &audit, Method::GET).await.problem(403);
    assert!(denied["decision"].is_object(), "{denied}");
    assert!(
        words(get("/v1/groups", "Hufu-Unnamed e30", Method::GET).await.problem(401))
            .contains("missing field")
    );
}

/// Who has no signature learns nothing of what there is; who was revoked, or has not followed, is told, and leaves no trace.
#[tokio::test(flavor = "multi_thread")]
async fn a_member_of_an_epoch_that_is_over_is_told_so_and_the_log_does_not_grow() {
    let mut world = World::created().await;
    let operator = world.service.key("operator").to_owned();
    let mut members = Vec::new();
    for _ in 0..2 {
        let (_, body, member) = world.grouped.joining();
        world.service.post("/v1/groups/press/members", &operator, body).await.expect(201);
        members.push(member);
    }
    let kept = world.grouped.report(&members[0], "invoice-1");
    let receipt = world.send(&kept).await.expect(201);
    let revocation = world.grouped.revocation(&members[0]);
    world.service.post("/v1/groups/press/revocations", &operator, revocation).await.expect(201);

    let head = async || {
        let head = world.service.get("/v1/audit/head", world.service.key("auditor")).await.expect(200);
        head["seq"].as_u64().expect("a number")
    };
    let words = |problem: Value| problem["detail"].as_str().expect("words").to_owned();
    let before = head().await;
    let refused = world.grouped.report(&members[0], "invoice-2");
    for _ in 0..3 {
        let told = words(world.send(&refused).await.problem(422));
        assert!(told.contains("is of epoch 0") && told.contains("in force is 1"), "{told}");
    }
    assert_eq!(world.send(&kept).await.expect(201), receipt, "what is in a block is in it");
    assert_eq!(head().await, before, "no refusal of somebody unnamed is written down");

    let base = world.service.app.config().public_url().to_owned();
    let now = || u64::try_from(jiff::Timestamp::now().as_millisecond()).expect("a time");
    let url = format!("{base}/v1/groups");
    let header = |of: &str| {
        let anchor = &world.grouped.anchor;
        let request = UnnamedRequest { anchor, of, url: &url, time_ms: now(), nonce: rand::random() };
        request.sign_by_group(&members[1], &mut rand::rng()).expect("signs")
    };
    let get = async |header: &str| {
        let request = axum::http::Request::get("/v1/groups").header("authorization", header);
        let answer = world.service.send(request.body(axum::body::Body::empty()).expect("a request")).await;
        let schemes = answer.headers["www-authenticate"].to_str().expect("text").to_owned();
        assert!(schemes.contains("Hufu-Unnamed"), "{schemes}");
        words(answer.problem(401))
    };
    // one answer for what is not there, what is of another kind, and what is signed by nobody
    let junk = [header("group:nowhere"), header("ring:members/1"), header("ring:nobody/1")];
    let mut told = std::collections::BTreeSet::new();
    for header in &junk {
        told.insert(get(header).await);
    }
    assert_eq!(told.len(), 1, "{told:?}");
    let lagging = get(&header("group:press")).await;
    assert!(lagging.contains("of epoch 0") && lagging.contains("in force is 1"), "{lagging}");
}
