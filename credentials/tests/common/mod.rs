//! What the test files share: keys, credentials, a resolver with documents of any shape.
#![allow(dead_code, unreachable_pub, reason = "each test file uses a part")]

use hufu_credentials::{Credential, ProofOptions, Suite, Verifier, issue};
use hufu_did::key::KeyMethod;
use hufu_did::{Did, Document, Relationship, Resolution, ResolutionError, ResolutionOptions, Resolver};
use hufu_jsonld::Contexts;
use hufu_keys::{Algorithm, SigningKey};
use jiff::Timestamp;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng as _;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::LazyLock;

/// Contexts are compiled once per test binary.
pub static CONTEXTS: LazyLock<Contexts> = LazyLock::new(Contexts::bundled);

/// The moment at which the tests verify.
pub fn now() -> Timestamp {
    "2026-06-01T00:00:00Z".parse().expect("a time")
}

/// A key from a seed.
pub fn key(algorithm: Algorithm, seed: u8) -> SigningKey {
    SigningKey::generate(algorithm, &mut ChaCha20Rng::from_seed([seed; 32]))
}

pub fn did(key: &SigningKey) -> String {
    hufu_did::key::did(&key.verifying_key()).as_str().to_owned()
}

pub fn method(key: &SigningKey) -> String {
    hufu_did::key::verification_method(&key.verifying_key()).as_str().to_owned()
}

/// An unsigned credential of an issuer with several kinds of fields.
pub fn credential(issuer: &str) -> Value {
    json!({
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
        "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
        "type": ["VerifiableCredential", "AlumniCredential"],
        "name": "Alumni Credential",
        "issuer": issuer,
        "validFrom": "2025-01-01T00:00:00Z",
        "validUntil": "2030-01-01T00:00:00Z",
        "credentialSubject": { "id": "did:example:alice", "alumniOf": "The School of Examples", "degree": { "level": "Bachelor" } },
    })
}

/// Options with a creation time in the past of [`now`].
pub fn options(suite: Suite, key: &SigningKey) -> ProofOptions {
    ProofOptions::new(suite, method(key)).created_at("2025-06-01T00:00:00Z".parse().expect("a time"))
}

/// The suites with a key for each, deterministic.
pub fn suites() -> Vec<(Suite, SigningKey)> {
    vec![
        (Suite::EddsaRdfc2022, key(Algorithm::Ed25519, 1)),
        (Suite::EddsaJcs2022, key(Algorithm::Ed25519, 2)),
        (Suite::EcdsaRdfc2019, key(Algorithm::P256, 3)),
        (Suite::EcdsaRdfc2019, key(Algorithm::P384, 4)),
        (Suite::EcdsaJcs2019, key(Algorithm::P256, 5)),
        (Suite::EcdsaJcs2019, key(Algorithm::P384, 6)),
        (Suite::Sm2Rdfc2026, key(Algorithm::Sm2, 7)),
        (Suite::Sm2Jcs2026, key(Algorithm::Sm2, 8)),
    ]
}

/// A credential issued by a key as its own `did:key`.
pub fn issued(suite: Suite, key: &SigningKey) -> Value {
    sign(credential(&did(key)), suite, key)
}

pub fn sign(value: Value, suite: Suite, key: &SigningKey) -> Value {
    let credential = Credential::parse(value).expect("conforming");
    issue(credential, key, &options(suite, key), &CONTEXTS).expect("issued").into_value()
}

pub fn verifier() -> Verifier<'static> {
    Verifier::new(&KeyMethod, &CONTEXTS, now())
}

/// Documents of any shape by DID; `did:key` beside.
#[derive(Default)]
pub struct Documents(pub HashMap<String, Value>);

impl Documents {
    /// A document that lists one key under the given relationships.
    pub fn with_key(
        mut self,
        did: &str,
        fragment: &str,
        key: &SigningKey,
        relationships: &[Relationship],
    ) -> Self {
        let id = format!("{did}#{fragment}");
        let mut document = json!({
            "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
            "id": did,
            "verificationMethod": [{
                "id": id, "type": "Multikey", "controller": did,
                "publicKeyMultibase": key.verifying_key().to_multikey(),
            }],
        });
        for relationship in relationships {
            document[relationship.as_str()] = json!([id]);
        }
        self.0.insert(did.to_owned(), document);
        self
    }
}

impl Resolver for Documents {
    fn resolve(&self, did: &Did, options: &ResolutionOptions) -> Result<Resolution, ResolutionError> {
        match self.0.get(did.as_str()) {
            Some(document) => Ok(Resolution::of(
                Document::from_value(document.clone()).expect("a document"),
                "application/did",
            )),
            None => KeyMethod.resolve(did, options),
        }
    }
}

/// The folder of published vectors, or `None` where there is none and the environment does not insist.
pub fn vectors(name: &str) -> Option<PathBuf> {
    let root = std::env::var_os("HUFU_VECTORS").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/vectors")),
        PathBuf::from,
    );
    let path = root.join(name);
    if path.is_dir() {
        return Some(path);
    }
    assert!(std::env::var("CI").as_deref() != Ok("true"), "vectors are missing: {}", path.display());
    eprintln!("skipped: no vectors at {}", path.display());
    None
}

pub fn read_json(path: PathBuf) -> Value {
    let bytes = std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_slice(&bytes).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

pub fn read_text(path: PathBuf) -> String {
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display())).trim_end().to_owned()
}
