#![allow(missing_docs, missing_debug_implementations, unreachable_pub, dead_code, clippy::missing_panics_doc)]
//! A service over a real ledger in a temporary folder, and a small client of its router.

pub mod group;

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use http_body_util::BodyExt as _;
use hufu_did::RingKey;
use hufu_keys::keystore::KdfParams;
use hufu_platform::{App, Config, Settings, dev};
use hufu_ring::SigningKey;
use serde_json::{Value, json};
use tower::ServiceExt as _;

/// A running service; it ends in order when it is dropped.
pub struct Service {
    pub app: App,
    pub router: Router,
    pub seeded: dev::Seeded,
    pub folder: Option<tempfile::TempDir>,
}

impl Drop for Service {
    fn drop(&mut self) {
        tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(self.app.end()));
    }
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Service {
    pub async fn start() -> Self {
        Self::with(Settings::default()).await
    }

    pub async fn conformance() -> Self {
        Self::with(Settings { conformance: Some(true), ..Settings::default() }).await
    }

    pub async fn with(settings: Settings) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self::in_folder(settings, folder).await
    }

    pub async fn in_folder(settings: Settings, folder: tempfile::TempDir) -> Self {
        let data = folder.path().to_owned();
        dev::prepare_at_cost(&data, dev::NETWORK, KdfParams::dangerous_fast()).expect("prepares");
        let here = Settings { data: Some(data.clone()), ..Settings::default() };
        let config = Config::from_layers([settings, here]).expect("a configuration");
        let passphrase = dev::passphrase(&data).expect("a passphrase");
        let app = hufu_platform::start(config, &passphrase).await.expect("starts");
        let seeded = dev::seed(&app).await.expect("seeds");
        Self { router: app.router(), app, seeded, folder: Some(folder) }
    }

    /// Ends the service and hands its folder on.
    pub async fn stop(mut self) -> (dev::Seeded, tempfile::TempDir) {
        let folder = self.folder.take().expect("a folder");
        (self.seeded.clone(), folder)
    }

    /// The key of a seeded organisation.
    pub fn key(&self, name: &str) -> &str {
        let found = self.seeded.organisations.iter().find(|organisation| organisation.name == name);
        &found.expect("seeded").api_key
    }

    /// The DID of a seeded organisation.
    pub fn did(&self, name: &str) -> &str {
        let found = self.seeded.organisations.iter().find(|organisation| organisation.name == name);
        found.expect("seeded").did.as_str()
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.expect("the router does not fail");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a body").to_bytes().to_vec();
        Answer { status: parts.status, headers: parts.headers, bytes }
    }

    /// Status and headers alone, for answers that do not end.
    pub async fn send_head(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.expect("the router does not fail");
        if !response.status().is_success() {
            let (parts, body) = response.into_parts();
            let bytes = body.collect().await.expect("a body").to_bytes().to_vec();
            return Answer { status: parts.status, headers: parts.headers, bytes };
        }
        let (parts, _) = response.into_parts();
        Answer { status: parts.status, headers: parts.headers, bytes: Vec::new() }
    }

    pub async fn call(&self, method: Method, path: &str, key: Option<&str>, body: Option<Value>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(key) = key {
            request = request.header(header::AUTHORIZATION, format!("Bearer {key}"));
        }
        let body = match body {
            Some(value) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(value.to_string())
            }
            None => Body::empty(),
        };
        self.send(request.body(body).expect("a request")).await
    }

    pub async fn get(&self, path: &str, key: &str) -> Answer {
        self.call(Method::GET, path, Some(key), None).await
    }

    pub async fn post(&self, path: &str, key: &str, body: Value) -> Answer {
        self.call(Method::POST, path, Some(key), Some(body)).await
    }
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The JSON of an answer of this status.
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        if self.bytes.is_empty() { Value::Null } else { self.json() }
    }

    /// The problem of an answer of this status; every problem has all five members.
    pub fn problem(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        let content_type = self.headers[header::CONTENT_TYPE].to_str().expect("text").to_owned();
        assert_eq!(content_type, "application/problem+json", "{}", self.text());
        let value = self.json();
        for member in ["type", "title", "status", "detail", "instance"] {
            assert!(!value[member].is_null(), "{member} is missing: {value}");
        }
        assert_eq!(value["status"], status);
        assert_eq!(value["instance"], self.headers["x-request-id"].to_str().expect("text"));
        value
    }
}

/// A DID made through the registrar for a caller.
pub async fn new_did(service: &Service, key: &str, algorithm: &str) -> String {
    let body = json!({ "options": { "keys": [{ "algorithm": algorithm }] } });
    let made = service.post("/1.0/create", key, body).await.expect(201);
    made["didState"]["did"].as_str().expect("a DID").to_owned()
}

/// A DID of the operator's, accredited for credentials without a type of their own.
pub async fn new_issuer(service: &Service, algorithm: &str) -> String {
    let did = new_did(service, service.key("operator"), algorithm).await;
    accredit(service, &did, "VerifiableCredential").await;
    did
}

/// Accredits a DID for a credential type by the votes of two members.
pub async fn accredit(service: &Service, did: &str, kind: &str) {
    let proposal = json!({
        "title": "Accredit an issuer",
        "reason": "It issues them.",
        "actions": [{ "type": "accredit", "did": did, "credentialTypes": [kind] }],
    });
    let made = service.post("/v1/proposals", service.key("operator"), proposal).await.expect(201);
    let id = made["id"].as_str().expect("an id").to_owned();
    for member in ["operator", "registry"] {
        let vote = json!({ "choice": "yes" });
        service.post(&format!("/v1/proposals/{id}/votes"), service.key(member), vote).await.expect(201);
    }
    let late = json!({ "choice": "no" });
    service.post(&format!("/v1/proposals/{id}/votes"), service.key("auditor"), late).await.problem(422);
}

/// An unsigned credential without a type of its own.
pub fn credential(issuer: &str) -> Value {
    json!({
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"],
        "issuer": issuer,
        "credentialSubject": { "id": "did:example:alice" },
    })
}

/// Registers a ring key for a member through the registrar.
pub async fn register_ring_key(service: &Service, member: &str) -> SigningKey {
    let key = SigningKey::generate(&mut rand::rng());
    let did = service.did(member);
    let registered = RingKey::new(&key, &did.parse().expect("a DID"), &mut rand::rng()).expect("a key");
    let request = json!({
        "did": did,
        "didDocumentOperation": ["addToDidDocument"],
        "didDocument": [{ "verificationMethod": [{
            "id": "#ring",
            "type": "HufuRingKey2026",
            "publicKeyMultibase": registered.public_key_multibase(),
            "proofOfPossession": registered.proof_of_possession(),
        }] }],
    });
    service.post("/1.0/update", service.key(member), request).await.expect(200);
    key
}
