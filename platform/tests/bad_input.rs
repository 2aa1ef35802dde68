//! Bad input, at every endpoint of the OpenAPI document: one row for each, and the rows are all of them.
//!
//! A row says what a good request is. From it the tests make bad ones: bodies that are no JSON, of other types, with
//! unknown members, too large, too deep; other media types; no key, a wrong one, an expired one, one without the
//! scope; unknown parameters; strange names in paths; repeated and concurrent requests with an idempotency key. Every
//! refusal is a problem that names its cause, and none is a fault of the service.

mod common;

use std::collections::{BTreeMap, BTreeSet};

use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use common::{
    Answer, Service, accredit, credential,
    group::{Grouped, encode},
    new_issuer, register_ring_key,
};
use hufu_credentials::membership::{Linkage, MembershipPresentation, MembershipReference, MembershipRequest};
use hufu_light::Hash;
use hufu_wire::Payload;
use serde_json::{Value, json};

/// Who may ask.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Access {
    /// Anybody, without asking the policies.
    Open,
    /// Anybody, as the policies have it at first.
    Public,
    /// A key with this scope.
    Scope(&'static str),
}

/// A good request of one endpoint.
struct Row {
    method: Method,
    /// As in the document.
    template: &'static str,
    path: String,
    body: Option<Value>,
    access: Access,
    /// What the good request is answered with.
    status: u16,
}

struct World {
    service: Service,
    operator: String,
    rows: Vec<Row>,
}

impl World {
    async fn new() -> Self {
        let service = Service::start().await;
        let operator = service.key("operator").to_owned();
        let rows = rows(&service).await;
        Self { service, operator, rows }
    }

    async fn send(&self, row: &Row, request: Sent<'_>) -> Answer {
        let path = request.path.unwrap_or(&row.path);
        let mut builder = Request::builder().method(request.method.unwrap_or(row.method.clone())).uri(path);
        if let Some(key) = request.key {
            builder = builder.header(header::AUTHORIZATION, format!("Bearer {key}"));
        }
        if let Some(media_type) = request.media_type {
            builder = builder.header(header::CONTENT_TYPE, media_type);
        }
        if let Some(key) = request.idempotency_key {
            builder = builder.header("idempotency-key", key);
        }
        let body = builder.body(Body::from(request.body)).expect("a request");
        if row.template == "/v1/events" {
            return self.service.send_head(body).await;
        }
        self.service.send(body).await
    }

    fn good<'a>(&'a self, row: &Row) -> Sent<'a> {
        let body = row.body.as_ref().map(|body| body.to_string().into_bytes());
        Sent {
            key: Some(&self.operator),
            media_type: body.is_some().then_some("application/json"),
            body: body.unwrap_or_default(),
            ..Sent::default()
        }
    }

    /// A key of the operator's DID with these scopes.
    async fn key(&self, scopes: &[&str]) -> String {
        let made =
            self.service.post("/v1/keys", &self.operator, json!({ "scopes": scopes })).await.expect(201);
        made["key"].as_str().expect("a key").to_owned()
    }
}

#[derive(Default)]
struct Sent<'a> {
    method: Option<Method>,
    path: Option<&'a str>,
    key: Option<&'a str>,
    media_type: Option<&'a str>,
    idempotency_key: Option<&'a str>,
    body: Vec<u8>,
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(
            |byte| {
                if byte.is_ascii_alphanumeric() {
                    char::from(byte).to_string()
                } else {
                    format!("%{byte:02X}")
                }
            },
        )
        .collect()
}

/// A group with a report that somebody asked to have opened, and the operations on it.
async fn group_rows(service: &Service) -> Vec<(&'static str, &'static str, String, Option<Value>, u16)> {
    let operator = service.key("operator");
    let mut grouped = Grouped::new(service, "press").await;
    service.post("/v1/groups", operator, grouped.creation(service)).await.expect(201);
    let (_, body, member) = grouped.joining();
    service.post("/v1/groups/press/members", operator, body).await.expect(201);
    let report = grouped.report(&member, "invoice-4711");
    let id = report.id();
    let carry = json!({ "transaction": encode(&report.to_bytes()) });
    service.call(Method::POST, "/v1/transactions", None, Some(carry)).await.expect(201);
    let asked = json!({ "report": id.to_string(), "reason": "Order 4711.", "warrant": "04".repeat(32) });
    let made = service.post("/v1/groups/press/openings", operator, asked.clone()).await.expect(201);
    let opening = Hash::from_hex(made["opening"].as_str().expect("an id")).expect("an id");
    let payload = Payload::parse(&report.payload).expect("a payload");
    let epoch = grouped.group.first_epoch();
    let signed = payload.verify_by_group(&report, &grouped.group, &epoch).expect("it holds");
    let part = grouped.part(0, &signed, &opening);
    let request = MembershipRequest {
        reference: MembershipReference {
            network: grouped.anchor.network.to_string(),
            genesis_hash: grouped.anchor.genesis_hash.to_string(),
            of: "group:press".into(),
        },
        challenge: "c".into(),
        domain: "https://verifier.example".into(),
        linkage: Linkage::None,
    };
    let presented = MembershipPresentation::by_group(&request, &member, &mut rand::rng()).expect("signs");
    let verify = json!({
        "presentation": presented.to_value().expect("a document"),
        "of": "group:press", "domain": "https://verifier.example", "challenge": "c", "linkage": "none",
    });
    let second = Grouped::new(service, "second").await.creation(service);
    let (_, joining, _) = grouped.joining();
    let revocation = grouped.revocation(&member);
    let of = |rest: &str| format!("/v1/groups/press{rest}");
    vec![
        ("POST", "/v1/memberships/verify", "/v1/memberships/verify".to_owned(), Some(verify), 200),
        ("GET", "/v1/groups", "/v1/groups".to_owned(), None, 200),
        ("POST", "/v1/groups", "/v1/groups".to_owned(), Some(second), 201),
        ("GET", "/v1/groups/{name}", of(""), None, 200),
        ("GET", "/v1/groups/{name}/members", of("/members"), None, 200),
        ("POST", "/v1/groups/{name}/members", of("/members"), Some(joining), 201),
        ("GET", "/v1/groups/{name}/epochs", of("/epochs"), None, 200),
        ("GET", "/v1/groups/{name}/reports", of("/reports"), None, 200),
        ("GET", "/v1/groups/{name}/reports/{id}", of(&format!("/reports/{id}")), None, 200),
        ("GET", "/v1/groups/{name}/openings", of("/openings"), None, 200),
        ("POST", "/v1/groups/{name}/openings", of("/openings"), Some(asked), 201),
        ("GET", "/v1/groups/{name}/openings/{id}", of(&format!("/openings/{opening}")), None, 200),
        (
            "POST",
            "/v1/groups/{name}/openings/{id}/parts",
            of(&format!("/openings/{opening}/parts")),
            Some(part),
            201,
        ),
        ("POST", "/v1/groups/{name}/revocations", of("/revocations"), Some(revocation), 201),
    ]
}

/// One row for each operation of the document.
async fn rows(service: &Service) -> Vec<Row> {
    use Access::{Open, Public, Scope};
    let operator = service.key("operator").to_owned();
    for member in ["operator", "registry", "auditor"] {
        register_ring_key(service, member).await;
    }
    service.post("/v1/rings", &operator, json!({ "list": "auditors" })).await.expect(201);
    let group = group_rows(service).await;
    let issuer = new_issuer(service, "Ed25519").await;
    let status =
        json!({ "credential": credential(&issuer), "options": { "status": { "purposes": ["revocation"] } } });
    let issued = service.post("/credentials/issue", &operator, status).await;
    let location = issued.headers["location"].to_str().expect("text").to_owned();
    let vc = issued.expect(201)["verifiableCredential"].clone();
    let id = location.strip_prefix("/credentials/").expect("a path").to_owned();
    let sd_issuer = new_issuer(service, "P-256").await;
    let selective =
        json!({ "credential": credential(&sd_issuer), "options": { "cryptosuite": "ecdsa-sd-2023" } });
    let base =
        service.post("/credentials/issue", &operator, selective).await.expect(201)["verifiableCredential"]
            .clone();
    let entry = &vc["credentialStatus"];
    let list =
        entry["statusListCredential"].as_str().expect("a URL").rsplit('/').next().expect("an id").to_owned();
    let index = entry["statusListIndex"].as_str().expect("an index").to_owned();
    let forget =
        service.post("/credentials/issue", &operator, json!({ "credential": credential(&issuer) })).await;
    let forget = forget.headers["location"].to_str().expect("text").to_owned();
    let present = json!({
        "presentation": { "@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiablePresentation"], "holder": issuer, "verifiableCredential": [vc] },
        "options": { "challenge": "mine", "domain": "verifier.example", "cryptosuite": "eddsa-rdfc-2022" },
    });
    let vp = service.post("/presentations", &operator, present.clone()).await.expect(201)["verifiablePresentation"].clone();
    let revoked = service.post("/v1/keys", &operator, json!({ "scopes": ["ledger:read"] })).await.expect(201)
        ["id"]
        .clone();
    let newest = service.get("/v1/blocks?limit=1", &operator).await.expect(200)["items"][0]["height"].clone();
    let block = service.get(&format!("/v1/blocks/{newest}"), &operator).await.expect(200);
    let transaction = block["items"][0]["id"].as_str().expect("an id").to_owned();
    let propose = json!({
        "title": "Accredit an issuer", "reason": "It issues them.",
        "actions": [{ "type": "accredit", "did": issuer, "credentialTypes": ["StudentCard"] }],
    });
    let proposal = service.post("/v1/proposals", &operator, propose.clone()).await.expect(201)["id"].clone();
    let proposal = proposal.as_str().expect("an id").to_owned();
    accredit(service, &issuer, "Another").await;
    let services = json!([{ "id": "#files", "type": "Files", "serviceEndpoint": "https://files.example/" }]);
    let ended =
        service.post("/1.0/create", &operator, json!({})).await.expect(201)["didState"]["did"].clone();
    let issue = json!({ "credential": credential(&issuer), "options": { "created": "2026-01-01T00:00:00Z", "domain": ["a.example"], "challenge": "c" } });
    let change = json!({
        "credentialId": vc["id"].as_str().map_or_else(|| percent_decoded(&id), str::to_owned),
        "credentialStatus": { "type": "BitstringStatusListEntry", "statusPurpose": "revocation" },
        "status": true, "reason": "withdrawn",
    });
    let create = json!({ "options": { "keys": [{ "algorithm": "SM2", "id": "#a", "purposes": ["authentication"] }], "preRotation": true }, "didDocument": { "service": services, "alsoKnownAs": ["https://a.example/"] } });
    let update = json!({ "did": issuer, "didDocumentOperation": ["addToDidDocument"], "didDocument": [{ "service": services }], "options": { "rotate": false } });
    let key = json!({ "label": "desk", "scopes": ["ledger:read"], "expires": "2199-01-01T00:00:00Z" });

    let bulk = json!({ "template": credential(&issuer), "options": { "status": { "purposes": ["revocation"] } }, "rows": [{ "credentialSubject": { "id": "did:example:bob" } }], "more": false });
    let mut open = bulk.clone();
    open["more"] = json!(true);
    let job =
        service.post("/v1/jobs", &operator, open).await.expect(201)["id"].as_str().expect("an id").to_owned();
    let ended_job = service.post("/v1/jobs", &operator, bulk.clone()).await.expect(201)["id"]
        .as_str()
        .expect("an id")
        .to_owned();

    let mut rows = Vec::new();
    let mut row = |method: &str, template, path: String, body, access, status| {
        let method = method.parse().expect("a method");
        rows.push(Row { method, template, path, body, access, status });
    };
    let same = str::to_owned;
    row(
        "POST",
        "/credentials/issue",
        same("/credentials/issue"),
        Some(issue),
        Scope("credentials:issue"),
        201,
    );
    let part =
        json!({ "verifiableCredential": base, "options": { "selectivePointers": ["/credentialSubject"] } });
    row(
        "POST",
        "/credentials/derive",
        same("/credentials/derive"),
        Some(part),
        Scope("credentials:hold"),
        201,
    );
    row(
        "POST",
        "/credentials/verify",
        same("/credentials/verify"),
        Some(json!({ "verifiableCredential": vc, "options": { "checks": ["credentialStatus"] } })),
        Scope("credentials:verify"),
        200,
    );
    row(
        "POST",
        "/presentations/verify",
        same("/presentations/verify"),
        Some(
            json!({ "verifiablePresentation": vp, "options": { "challenge": "mine", "domain": "verifier.example" } }),
        ),
        Scope("credentials:verify"),
        200,
    );
    row("POST", "/presentations", same("/presentations"), Some(present), Scope("credentials:hold"), 201);
    row("GET", "/credentials", same("/credentials"), None, Scope("credentials:hold"), 200);
    row("GET", "/credentials/{id}", location, None, Scope("credentials:hold"), 200);
    row("DELETE", "/credentials/{id}", forget, None, Scope("credentials:issue"), 204);
    row(
        "POST",
        "/credentials/status",
        same("/credentials/status"),
        Some(change),
        Scope("credentials:revoke"),
        200,
    );
    row(
        "POST",
        "/status-lists",
        same("/status-lists"),
        Some(
            json!({ "issuer": issuer, "purposes": ["suspension"], "entries": 131_072, "statusSize": 1, "messages": [] }),
        ),
        Scope("status:create"),
        201,
    );
    row("GET", "/status-lists", same("/status-lists"), None, Scope("credentials:hold"), 200);
    row("GET", "/status-lists/{id}", format!("/status-lists/{list}"), None, Public, 200);
    row("POST", "/challenges", same("/challenges"), Some(json!({})), Scope("credentials:verify"), 201);
    row("GET", "/keys", same("/keys"), None, Open, 404);
    row("GET", "/1.0/identifiers/{did}", format!("/1.0/identifiers/{issuer}"), None, Public, 200);
    row("POST", "/1.0/create", same("/1.0/create"), Some(create), Scope("dids:write"), 201);
    row("POST", "/1.0/update", same("/1.0/update"), Some(update), Scope("dids:write"), 200);
    row(
        "POST",
        "/1.0/deactivate",
        same("/1.0/deactivate"),
        Some(json!({ "did": ended })),
        Scope("dids:write"),
        200,
    );
    row("GET", "/livez", same("/livez"), None, Open, 200);
    row("GET", "/readyz", same("/readyz"), None, Open, 200);
    row("GET", "/metrics", same("/metrics"), None, Scope("ledger:read"), 200);
    row("GET", "/problems/{name}", same("/problems/not-found"), None, Open, 200);
    row("GET", "/v1/overview", same("/v1/overview"), None, Scope("ledger:read"), 200);
    row("GET", "/v1/events", same("/v1/events"), None, Scope("ledger:read"), 200);
    row("GET", "/v1/trust-anchor", same("/v1/trust-anchor"), None, Public, 200);
    row("GET", "/v1/blocks", same("/v1/blocks"), None, Scope("ledger:read"), 200);
    row("GET", "/v1/blocks/{height}", format!("/v1/blocks/{newest}"), None, Scope("ledger:read"), 200);
    row(
        "POST",
        "/v1/transactions",
        same("/v1/transactions"),
        Some(json!({ "transaction": "AAAA" })),
        Scope("ledger:write"),
        400,
    );
    row(
        "GET",
        "/v1/transactions/{id}",
        format!("/v1/transactions/{transaction}"),
        None,
        Scope("ledger:read"),
        200,
    );
    row("GET", "/v1/state/{key}", format!("/v1/state/did/{issuer}/head"), None, Public, 200);
    row("GET", "/v1/status/{list}/{index}", format!("/v1/status/{list}/{index}"), None, Public, 200);
    row("GET", "/v1/dids", same("/v1/dids"), None, Scope("credentials:hold"), 200);
    row("GET", "/v1/audit", same("/v1/audit"), None, Scope("audit:read"), 200);
    row("GET", "/v1/audit/head", same("/v1/audit/head"), None, Scope("audit:read"), 200);
    row("GET", "/v1/audit/export", same("/v1/audit/export"), None, Scope("audit:read"), 200);
    row("GET", "/v1/keys", same("/v1/keys"), None, Scope("keys:manage"), 200);
    row("POST", "/v1/keys", same("/v1/keys"), Some(key), Scope("keys:manage"), 201);
    row(
        "DELETE",
        "/v1/keys/{id}",
        format!("/v1/keys/{}", revoked.as_str().expect("an id")),
        None,
        Scope("keys:manage"),
        204,
    );
    row("POST", "/v1/jobs", same("/v1/jobs"), Some(bulk), Scope("jobs:manage"), 201);
    row("GET", "/v1/jobs", same("/v1/jobs"), None, Scope("jobs:manage"), 200);
    row("GET", "/v1/jobs/{id}", format!("/v1/jobs/{job}"), None, Scope("jobs:manage"), 200);
    row(
        "POST",
        "/v1/jobs/{id}/rows",
        format!("/v1/jobs/{job}/rows"),
        Some(json!({ "rows": [{ "credentialSubject": { "id": "did:example:carol" } }], "more": true })),
        Scope("jobs:manage"),
        200,
    );
    row("GET", "/v1/jobs/{id}/results", format!("/v1/jobs/{job}/results"), None, Scope("jobs:manage"), 200);
    row("DELETE", "/v1/jobs/{id}", format!("/v1/jobs/{ended_job}"), None, Scope("jobs:manage"), 204);
    row("GET", "/v1/lists", same("/v1/lists"), None, Scope("ledger:read"), 200);
    row("GET", "/v1/lists/{name}", same("/v1/lists/members"), None, Scope("ledger:read"), 200);
    row("GET", "/v1/members", same("/v1/members"), None, Scope("ledger:read"), 200);
    row("GET", "/v1/rules", same("/v1/rules"), None, Scope("ledger:read"), 200);
    row("GET", "/v1/nodes", same("/v1/nodes"), None, Scope("ledger:read"), 200);
    row("GET", "/v1/policies", same("/v1/policies"), None, Scope("ledger:read"), 200);
    row("GET", "/v1/rings", same("/v1/rings"), None, Scope("ledger:read"), 200);
    row("GET", "/v1/rings/{list}/{version}", same("/v1/rings/auditors/3"), None, Scope("ledger:read"), 200);
    row(
        "POST",
        "/v1/rings",
        same("/v1/rings"),
        Some(json!({ "list": "members" })),
        Scope("governance:write"),
        201,
    );
    for (method, template, path, body, status) in group {
        let scope = match (template, method) {
            ("/v1/memberships/verify", _) => "credentials:verify",
            (_, "GET") => "ledger:read",
            _ => "governance:write",
        };
        row(method, template, path, body, Scope(scope), status);
    }
    row("GET", "/v1/proposals", same("/v1/proposals"), None, Scope("ledger:read"), 200);
    row("POST", "/v1/proposals", same("/v1/proposals"), Some(propose), Scope("governance:write"), 201);
    row("GET", "/v1/proposals/{id}", format!("/v1/proposals/{proposal}"), None, Scope("ledger:read"), 200);
    row(
        "POST",
        "/v1/proposals/{id}/votes",
        format!("/v1/proposals/{proposal}/votes"),
        Some(json!({ "choice": "yes" })),
        Scope("governance:write"),
        201,
    );
    row(
        "GET",
        "/v1/accreditations/{did}",
        format!("/v1/accreditations/{issuer}"),
        None,
        Scope("ledger:read"),
        200,
    );
    rows
}

fn percent_decoded(text: &str) -> String {
    let mut out = Vec::new();
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let digits: String = bytes.by_ref().take(2).map(char::from).collect();
        out.push(u8::from_str_radix(&digits, 16).expect("digits"));
    }
    String::from_utf8(out).expect("text")
}

/// A refusal is a problem with words, or DID Resolution's own result; nothing is a fault of the service.
#[track_caller]
fn in_order(row: &Row, what: &str, answer: &Answer) {
    let status = answer.status;
    let place = format!("{} {} with {what}: {status} {}", row.method, row.template, answer.text());
    assert!(
        status != StatusCode::INTERNAL_SERVER_ERROR && status != StatusCode::SERVICE_UNAVAILABLE,
        "{place}"
    );
    if status.is_client_error() || status.is_server_error() {
        let media_type = answer.headers.get(header::CONTENT_TYPE).map(|value| value.to_str().expect("text"));
        let resolution = row.template.starts_with("/1.0/identifiers/")
            && media_type.is_some_and(|name| name.starts_with("application/did-"));
        if resolution {
            let metadata = if answer.json()["didResolutionMetadata"].is_null() {
                "dereferencingMetadata"
            } else {
                "didResolutionMetadata"
            };
            assert!(
                answer.json()[metadata]["error"]["title"].is_string()
                    || answer.json()[metadata]["error"].is_object(),
                "{place}"
            );
            return;
        }
        assert_eq!(media_type, Some("application/problem+json"), "{place}");
        let problem = answer.json();
        assert!(problem["detail"].as_str().is_some_and(|words| words.len() > 10), "{place}");
        assert_eq!(problem["status"], status.as_u16(), "{place}");
        // a whole input is not sent back
        assert!(
            answer.bytes.len() < 64 * 1024,
            "{} {} with {what}: {} bytes",
            row.method,
            row.template,
            answer.bytes.len()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rows_are_the_operations_of_the_document() {
    let world = World::new().await;
    let document = world.service.get("/openapi.json", &world.operator).await.expect(200);
    let mut documented = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            documented.insert(format!("{} {path}", method.to_uppercase()));
            // what the document says of bodies and keys is what the rows say
            let row = world
                .rows
                .iter()
                .find(|row| row.template == path && row.method.as_str().eq_ignore_ascii_case(method));
            let row = row.unwrap_or_else(|| panic!("{method} {path} is documented and has no row here"));
            assert_eq!(row.body.is_some(), operation["requestBody"].is_object(), "{method} {path}: body");
            let security = operation["security"].as_array().map_or(0, Vec::len);
            let expected = match row.access {
                Access::Open => 0,
                // what a member of a ring signed needs no key
                Access::Scope(_) if path == "/metrics" || path == "/v1/transactions" && method == "post" => 2,
                Access::Scope(_) => 1,
                Access::Public => 2,
            };
            // what members of rings and groups read unnamed: all that is on the ledger and not read by everybody
            let public = ["/v1/trust-anchor", "/v1/status/{list}/{index}"].contains(&path.as_str());
            let of_ledger = ["Governance", "Groups", "Ledger"].iter().any(|tag| operation["tags"][0] == *tag);
            let unnamed = method == "get" && (of_ledger || path == "/v1/events") && !public;
            let listed = operation["security"].as_array().into_iter().flatten();
            let listed = listed.filter(|scheme| scheme.get("unnamed").is_some()).count();
            assert_eq!(listed, usize::from(unnamed), "{method} {path}: unnamed callers");
            let expected = expected + usize::from(unnamed);
            assert_eq!(security, expected, "{method} {path}: security");
        }
    }
    let rows: BTreeSet<String> =
        world.rows.iter().map(|row| format!("{} {}", row.method, row.template)).collect();
    assert_eq!(rows, documented);
    for row in &world.rows {
        let answer = world.send(row, world.good(row)).await;
        assert_eq!(answer.status.as_u16(), row.status, "{} {}: {}", row.method, row.template, answer.text());
    }
    println!("{} operations, each with a good request", rows.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_are_no_requests_are_refused() {
    let world = World::new().await;
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let deep_object = format!("{}1{}", "{\"a\":".repeat(100), "}".repeat(100));
    let long_number = format!("{{\"a\":{}}}", "9".repeat(400));
    let mut cases = 0;
    for row in world.rows.iter().filter(|row| row.body.is_some()) {
        let named: [(&[u8], &str); 15] = [
            (b"{\"a\":", "EOF"),
            (b"{\"a\":1,\"a\":2}", "twice"),
            (b"{\"a\":1e999}", "range"),
            (b"{\"a\":-1e999}", "range"),
            (long_number.as_bytes(), "range"),
            (b"{\"a\":\"\\ud800\"}", ""),
            (b"{\"a\":NaN}", ""),
            (b"{\"a\":1}{\"b\":2}", ""),
            (b"\xff\xfe", "UTF-8"),
            (b"[]", "object"),
            (b"null", "object"),
            (b"\"text\"", "object"),
            (b"{\"unheard-of\":1}", "unheard-of"),
            (deep.as_bytes(), "deep"),
            (deep_object.as_bytes(), "deep"),
        ];
        for (body, words) in named {
            let sent = Sent { body: body.to_vec(), ..world.good(row) };
            let answer = world.send(row, sent).await;
            let what = String::from_utf8_lossy(&body[..body.len().min(24)]).into_owned();
            in_order(row, &what, &answer);
            let problem = answer.problem(400);
            let detail = problem["detail"].as_str().expect("words");
            assert!(detail.contains(words), "{} with {what}: {detail}", row.template);
            cases += 1;
        }
        for media_type in
            [Some("text/plain"), Some("application/x-www-form-urlencoded"), Some("application/json5"), None]
        {
            let body = br#"{"a":1}"#.to_vec();
            let answer = world.send(row, Sent { media_type, body, ..world.good(row) }).await;
            in_order(row, "another media type", &answer);
            let problem = answer.problem(415);
            let named = media_type.unwrap_or("content-type");
            assert!(problem["detail"].as_str().is_some_and(|words| words.contains(named)), "{problem}");
            cases += 1;
        }
        for huge in [
            format!("{{\"a\":\"{}\"}}", "x".repeat(10 * 1024 * 1024)),
            format!("[{}1]", "1,".repeat(5 * 1024 * 1024)),
        ] {
            let answer = world.send(row, Sent { body: huge.into_bytes(), ..world.good(row) }).await;
            answer.problem(413);
            cases += 1;
        }
    }
    println!("{cases} bodies refused");
}

/// Every place in a value, as a pointer.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                places(member, &format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")), found);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                places(item, &format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_types_and_unknown_members_are_refused_wherever_they_stand() {
    let world = World::new().await;
    let long = "x".repeat(10_000);
    let strange = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1.5),
        json!(18_446_744_073_709_551_615_u64),
        json!(1e300),
        json!(""),
        json!("\u{0}\u{202e}<script>"),
        json!(long),
        json!([]),
        json!({}),
        json!([[[[null]]]]),
        json!({ "unheard-of": { "@context": "x" } }),
    ];
    let (mut cases, mut refused) = (0, 0);
    for row in &world.rows {
        let Some(body) = &row.body else { continue };
        let mut all = Vec::new();
        places(body, "", &mut all);
        for place in all {
            for value in &strange {
                let mut changed = body.clone();
                *changed.pointer_mut(&place).expect("it is there") = value.clone();
                let sent = Sent { body: changed.to_string().into_bytes(), ..world.good(row) };
                let answer = world.send(row, sent).await;
                in_order(row, &format!("{value:.40} at {place:?}"), &answer);
                cases += 1;
                refused += u32::from(answer.status.is_client_error());
            }
            // an unknown member is refused by name where the interface has the say; a credential may say more
            let mut more = body.clone();
            let Some(Value::Object(members)) = more.pointer_mut(&place) else { continue };
            members.insert("unheard-of".into(), json!(1));
            let sent = Sent { body: more.to_string().into_bytes(), ..world.good(row) };
            let answer = world.send(row, sent).await;
            in_order(row, &format!("an unknown member at {place:?}"), &answer);
            let foreign = [
                "/credential/",
                "/verifiableCredential",
                "/verifiablePresentation",
                "/presentation",
                "/template",
                "/rows/",
            ];
            let of_others = foreign.iter().any(|start| format!("{place}/").starts_with(start))
                || place.ends_with("/service/0");
            if !of_others {
                let problem = answer.problem(400);
                assert!(
                    problem["detail"].as_str().is_some_and(|words| words.contains("unheard-of")),
                    "{} {place}: {problem}",
                    row.template
                );
            }
            cases += 1;
        }
    }
    println!("{cases} changed bodies, {refused} refused, none a fault");
    let ready = world.service.call(Method::GET, "/readyz", None, None).await.expect(200);
    assert_eq!(ready["status"], "ready");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_credential_does_not_verify() {
    let world = World::new().await;
    let good = world.rows.iter().find(|row| row.template == "/credentials/verify").expect("a row");
    let vc = good.body.as_ref().expect("a body")["verifiableCredential"].clone();
    let mut garbage = vec![
        json!(null),
        json!(7),
        json!("text"),
        json!("eyJhbGciOiJub25lIn0.e30."),
        json!([]),
        json!({}),
        json!({ "proof": {} }),
        json!({ "@context": 7, "type": {}, "proof": [[]] }),
        json!({ "@context": ["https://evil.example/context"], "type": ["VerifiableCredential"], "issuer": "did:key:z", "credentialSubject": {}, "proof": { "type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022", "verificationMethod": "did:key:z6Mk?accept=bogus#x", "proofPurpose": "assertionMethod", "proofValue": "z" } }),
    ];
    let mut all = Vec::new();
    places(&vc, "", &mut all);
    for place in all {
        for value in [json!(null), json!(7), json!([]), json!({}), json!("x")] {
            let mut changed = vc.clone();
            *changed.pointer_mut(&place).expect("it is there") = value;
            garbage.push(changed);
        }
    }
    let (mut cases, mut verified) = (0, 0);
    for value in garbage {
        for (path, name) in [
            ("/credentials/verify", "verifiableCredential"),
            ("/presentations/verify", "verifiablePresentation"),
            ("/presentations/verify", "presentation"),
        ] {
            let answer = world.service.post(path, &world.operator, json!({ name: value })).await;
            cases += 1;
            if answer.status == StatusCode::OK {
                // `null` in place of a member that may be absent is a change that canonical RDF does not see
                assert_eq!(name, "verifiableCredential", "{value}");
                verified += 1;
                continue;
            }
            let report = answer.problem(400);
            assert_eq!(report["verified"], false, "{path} {value}: {report}");
            assert!(
                report["problemDetails"][0]["detail"].as_str().is_some_and(|words| !words.is_empty()),
                "{report}"
            );
        }
    }
    assert!(verified < 40, "{verified} changed credentials verify");
    println!(
        "{cases} pieces of garbage: {verified} changes without a meaning, the others not verified, with reasons"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_are_not_good_open_nothing() {
    let world = World::new().await;
    let all: Vec<&str> = hufu_platform::SCOPES.to_vec();
    let expired = {
        let soon = jiff::Timestamp::now() + jiff::SignedDuration::from_millis(300);
        let body = json!({ "scopes": all, "expires": soon.to_string() });
        let made = world.service.post("/v1/keys", &world.operator, body).await.expect(201);
        tokio::time::sleep(std::time::Duration::from_millis(350)).await;
        made["key"].as_str().expect("a key").to_owned()
    };
    let withdrawn = {
        let made =
            world.service.post("/v1/keys", &world.operator, json!({ "scopes": all })).await.expect(201);
        let path = format!("/v1/keys/{}", made["id"].as_str().expect("an id"));
        world.service.call(Method::DELETE, &path, Some(&world.operator), None).await.expect(204);
        made["key"].as_str().expect("a key").to_owned()
    };
    let mut without: BTreeMap<&str, String> = BTreeMap::new();
    for scope in &all {
        let others: Vec<&str> = all.iter().filter(|other| other != &scope).copied().collect();
        without.insert(*scope, world.key(&others).await);
    }
    let mut cases = 0;
    for row in &world.rows {
        let good = world.good(row);
        // nobody
        let answer = world.send(row, Sent { key: None, ..world.good(row) }).await;
        in_order(row, "no key", &answer);
        match row.access {
            Access::Scope(_) => {
                assert!(answer.headers.contains_key(header::WWW_AUTHENTICATE), "{}", row.template);
                answer.problem(401);
            }
            _ => assert_eq!(answer.status.as_u16(), row.status, "{}: {}", row.template, answer.text()),
        }
        // somebody with a key that is not good, on public paths too
        for (key, words) in [
            (expired.as_str(), "expired at"),
            (&withdrawn, "withdrawn"),
            ("hufu_0000000000000000_AAAA", "not known"),
            ("hufu_", "does not carry"),
            ("nonsense", "does not carry"),
        ] {
            let answer = world.send(row, Sent { key: Some(key), ..world.good(row) }).await;
            in_order(row, words, &answer);
            let problem = answer.problem(401);
            assert!(
                problem["detail"].as_str().is_some_and(|detail| detail.contains(words)),
                "{}: {problem}",
                row.template
            );
            cases += 1;
        }
        // somebody without the scope
        if let Access::Scope(scope) = row.access {
            let answer = world.send(row, Sent { key: Some(&without[scope]), ..good }).await;
            in_order(row, "a scope missing", &answer);
            // the operator's own key answers for what it may not see
            let problem = if answer.status == StatusCode::NOT_FOUND {
                panic!("{}: {}", row.template, answer.text())
            } else {
                answer.problem(403)
            };
            assert!(
                problem["detail"].as_str().is_some_and(|detail| detail.contains(scope)),
                "{}: {problem}",
                row.template
            );
            cases += 1;
        }
    }
    println!("{cases} keys refused");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_tenants_things_are_not_there() {
    let world = World::new().await;
    // a tenant with every scope, that owns nothing
    let stranger = new_issuer(&world.service, "Ed25519").await;
    let body = json!({ "did": stranger, "scopes": hufu_platform::SCOPES });
    let key = world.service.post("/v1/keys", &world.operator, body).await.expect(201)["key"].clone();
    let key = key.as_str().expect("a key");
    let of = |template: &'static str| world.rows.iter().filter(move |row| row.template == template);
    let expected = [
        ("/credentials/{id}", 404),
        ("/credentials/status", 404),
        ("/1.0/update", 404),
        ("/1.0/deactivate", 404),
        ("/v1/keys/{id}", 404),
        ("/v1/jobs/{id}", 404),
        ("/v1/jobs/{id}/rows", 404),
        ("/v1/jobs/{id}/results", 404),
        // the issuer's keys are held for another
        ("/credentials/issue", 400),
        ("/presentations", 400),
        ("/status-lists", 400),
        // members only
        ("/v1/proposals/{id}/votes", 403),
    ];
    for (template, status) in expected {
        for row in of(template).filter(|row| template != "/status-lists" || row.method == Method::POST) {
            let answer = world.send(row, Sent { key: Some(key), ..world.good(row) }).await;
            in_order(row, "another tenant's key", &answer);
            let problem = answer.problem(status);
            assert!(
                !problem["detail"].as_str().expect("words").contains("verifiableCredential"),
                "{problem}"
            );
        }
    }
    for template in ["/credentials", "/status-lists", "/v1/dids", "/v1/jobs"] {
        let row = of(template).find(|row| row.method == Method::GET).expect("a row");
        let listed = world.send(row, Sent { key: Some(key), ..world.good(row) }).await.expect(200);
        assert_eq!(listed["items"], json!([]), "{template}");
    }
    // keys of another DID are not listed
    let path = format!("/v1/keys?did={}", encoded(world.service.did("operator")));
    world.service.get(&path, key).await.problem(403);
    // and everything is still the owner's
    let row = of("/credentials/{id}").find(|row| row.method == Method::GET).expect("a row");
    assert_eq!(world.send(row, world.good(row)).await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn strange_paths_parameters_and_methods_are_refused() {
    let world = World::new().await;
    let long = "a".repeat(5_000);
    let strange = [
        "%00",
        "%ff",
        "%zz",
        "%2F..%2F..%2Fetc%2Fpasswd",
        "%22%3Cscript%3E",
        "..",
        "-1",
        "1e3",
        "18446744073709551616",
        "did%3Ahufu%3Adev%3Az",
        long.as_str(),
    ];
    let mut cases = 0;
    for row in &world.rows {
        // every value in the place of every parameter of the path
        for value in strange {
            let mut path = row.path.clone();
            if let Some(start) = row.template.find('{') {
                path = format!("{}{value}", &row.path[..start]);
                for tail in ["/votes", "/rows", "/results"] {
                    if row.template.ends_with(tail) {
                        path.push_str(tail);
                    }
                }
                if row.template == "/v1/status/{list}/{index}" {
                    path.push_str("/0");
                }
            }
            for query in [
                "",
                "?unheard-of=1",
                "?limit=0",
                "?limit=1001",
                "?limit=-1",
                "?limit=x",
                "?cursor=%21",
                "?cursor=AAAA",
                "?at=yesterday",
                "?height=x",
                "?first=0",
                "?first=2&last=1",
                "?did=x",
                "?=",
                "?%ff=%ff",
                "?limit=1&limit=2",
            ] {
                let path = format!("{path}{query}");
                let Ok(_) = path.parse::<axum::http::Uri>() else { continue };
                let answer = world.send(row, Sent { path: Some(&path), ..world.good(row) }).await;
                in_order(row, &path, &answer);
                cases += 1;
            }
            if !row.template.contains('{') {
                break;
            }
        }
        // a parameter that nobody documented is refused by name
        if !row.template.starts_with("/1.0/identifiers/") {
            let path = format!("{}?unheard-of=1", row.path);
            let problem = world.send(row, Sent { path: Some(&path), ..world.good(row) }).await.problem(400);
            assert!(
                problem["detail"].as_str().is_some_and(|words| words.contains("unheard-of")),
                "{problem}"
            );
        }
        let taken: Vec<&Method> = world
            .rows
            .iter()
            .filter(|other| other.template == row.template)
            .map(|other| &other.method)
            .collect();
        for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            // `GET /v1/transactions` and the like: the path exists, the method does not
            if !taken.contains(&&method) {
                let answer = world.send(row, Sent { method: Some(method.clone()), ..world.good(row) }).await;
                in_order(row, method.as_str(), &answer);
                assert!(
                    answer.status == StatusCode::METHOD_NOT_ALLOWED,
                    "{method} {}: {}",
                    row.path,
                    answer.text()
                );
                cases += 1;
            }
        }
    }
    for path in [
        "/nowhere",
        "/v1",
        "/v1/",
        "/credentials/",
        "/v1/blocks/",
        "/eddsa-rdfc-2022",
        "/%00",
        "/1.0/unknown",
    ] {
        let answer = world.service.get(path, &world.operator).await;
        answer.problem(404);
    }
    println!("{cases} strange paths, parameters and methods");
}

/// Waits until the bulk jobs have nothing to do: their rows are audited, too.
async fn settled(world: &World) {
    loop {
        let jobs = world.service.get("/v1/jobs?limit=1000", &world.operator).await.expect(200);
        if jobs["items"].as_array().expect("items").iter().all(|job| job["rows"] == job["done"]) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_an_idempotency_key_everything_is_done_once() {
    let world = World::new().await;
    for row in world.rows.iter().filter(|row| row.method == Method::POST || row.method == Method::DELETE) {
        settled(&world).await;
        let before = world.service.get("/v1/audit/head", &world.operator).await.expect(200)["seq"].as_u64();
        // at the same time
        let send = || world.send(row, Sent { idempotency_key: Some("k-1"), ..world.good(row) });
        let answers = futures::future::join_all((0..8).map(|_| send())).await;
        let first = &answers[0];
        // a fault is not recorded, so that its caller may try again: each attempt has an answer of its own
        let same = |a: &Answer, b: &Answer| {
            a.status == b.status && (a.bytes == b.bytes || a.status.is_server_error())
        };
        for answer in &answers {
            in_order(row, "a concurrent duplicate", answer);
            assert!(
                same(answer, first),
                "{} {}: {} {}",
                row.method,
                row.template,
                answer.text(),
                first.text()
            );
        }
        let replays =
            answers.iter().filter(|answer| answer.headers.contains_key("idempotent-replayed")).count();
        assert!(replays == 7 || first.status.is_server_error(), "{}: {replays} replays", row.template);
        // one after the other
        let again = send().await;
        assert!(same(&again, first), "{} {}: {} {}", row.method, row.template, again.text(), first.text());
        // at most one of them left a trace
        let after = world.service.get("/v1/audit/head", &world.operator).await.expect(200)["seq"].as_u64();
        let traces = after.zip(before).map_or(0, |(after, before)| after - before);
        assert!(traces <= 2, "{} {}: {traces} audit entries", row.method, row.template);
        // another body under the same key is another request
        if let Some(body) = &row.body {
            let mut other = body.clone();
            other.as_object_mut().expect("an object").insert("else".into(), json!(1));
            let sent = Sent {
                idempotency_key: Some("k-1"),
                body: other.to_string().into_bytes(),
                ..world.good(row)
            };
            let answer = world.send(row, sent).await;
            in_order(row, "another body", &answer);
            if !first.status.is_server_error() {
                let problem = answer.problem(422);
                assert!(
                    problem["detail"].as_str().is_some_and(|words| words.contains("different body")),
                    "{problem}"
                );
            }
        }
        // and another caller's key is another key
        let other = world
            .send(
                row,
                Sent {
                    key: Some(world.service.key("auditor")),
                    idempotency_key: Some("k-1"),
                    ..world.good(row)
                },
            )
            .await;
        assert!(!other.headers.contains_key("idempotent-replayed"), "{}", row.template);
        let long = "k".repeat(256);
        for bad in ["", "é", long.as_str()] {
            let request = Request::builder()
                .method(row.method.clone())
                .uri(&row.path)
                .header("idempotency-key", bad.as_bytes());
            let request = request.header(header::AUTHORIZATION, format!("Bearer {}", world.operator));
            let request = request.header(header::CONTENT_TYPE, "application/json");
            let body = row.body.as_ref().map(ToString::to_string).unwrap_or_default();
            world.service.send(request.body(Body::from(body)).expect("a request")).await.problem(400);
        }
    }
}
