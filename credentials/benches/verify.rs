//! Issue and verify per suite, beside the bare signature over 64 bytes that is their floor.
//!
//! Named `credentials::<operation>/suite=<suite>`; the credential has three contexts' worth of terms and a nested subject,
//! the issuer is a `did:key`, and the key cache is warm, as in a service.

use criterion::{Criterion, criterion_group, criterion_main};
use hufu_credentials::{Checks, Credential, KeyCache, ProofOptions, Suite, Verifier, issue};
use hufu_did::key::{KeyMethod, did, verification_method};
use hufu_jsonld::Contexts;
use hufu_keys::{Algorithm, SigningKey};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng as _;
use serde_json::json;
use std::hint::black_box;

/// Every suite with each of its algorithms.
const CASES: [(Suite, Algorithm); 8] = [
    (Suite::EddsaRdfc2022, Algorithm::Ed25519),
    (Suite::EddsaJcs2022, Algorithm::Ed25519),
    (Suite::EcdsaRdfc2019, Algorithm::P256),
    (Suite::EcdsaRdfc2019, Algorithm::P384),
    (Suite::EcdsaJcs2019, Algorithm::P256),
    (Suite::EcdsaJcs2019, Algorithm::P384),
    (Suite::Sm2Rdfc2026, Algorithm::Sm2),
    (Suite::Sm2Jcs2026, Algorithm::Sm2),
];

fn suites(c: &mut Criterion) {
    let contexts = Contexts::bundled();
    let now = "2026-06-01T00:00:00Z".parse().expect("a time");
    let cache = KeyCache::default();
    for (suite, algorithm) in CASES {
        let key = SigningKey::generate(algorithm, &mut ChaCha20Rng::from_seed([1; 32]));
        let issuer = did(&key.verifying_key());
        let credential = Credential::parse(json!({
            "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
            "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
            "type": ["VerifiableCredential", "AlumniCredential"],
            "name": "Alumni Credential",
            "description": "A minimum viable example of an Alumni Credential.",
            "issuer": issuer.as_str(),
            "validFrom": "2023-01-01T00:00:00Z",
            "credentialSubject": { "id": "did:example:abcdefgh", "alumniOf": "The School of Examples" },
        }))
        .expect("conforming");
        let mut options = ProofOptions::new(suite, verification_method(&key.verifying_key()).as_str())
            .created_at("2026-01-01T00:00:00Z".parse().expect("a time"));
        let name = format!("suite={suite} key={algorithm}");

        c.bench_function(&format!("credentials::issue/{name}"), |b| {
            b.iter(|| issue(credential.clone(), &key, &options, &contexts).expect("issued"));
        });
        if suite.name().contains("jcs") {
            options.check_terms = false;
            c.bench_function(&format!("credentials::issue/{name} check_terms=false"), |b| {
                b.iter(|| issue(credential.clone(), &key, &options, &contexts).expect("issued"));
            });
        }
        let signed = issue(credential, &key, &options, &contexts).expect("issued").into_value();
        let verifier = Verifier::new(&KeyMethod, &contexts, now).with_key_cache(&cache);
        let checks = Checks::default();
        assert!(verifier.credential(&signed, &checks).verified);
        c.bench_function(&format!("credentials::verify/{name}"), |b| {
            b.iter(|| verifier.credential(black_box(&signed), &checks));
        });
    }
}

/// What no credential suite can beat.
fn floor(c: &mut Criterion) {
    for algorithm in [Algorithm::Ed25519, Algorithm::P256, Algorithm::P384, Algorithm::Sm2] {
        let key = SigningKey::generate(algorithm, &mut ChaCha20Rng::from_seed([1; 32]));
        let (verifying, message) = (key.verifying_key(), [7u8; 64]);
        let signature = key.sign(&message);
        c.bench_function(&format!("credentials::bare_sign/key={algorithm}"), |b| {
            b.iter(|| key.sign(black_box(&message)))
        });
        c.bench_function(&format!("credentials::bare_verify/key={algorithm}"), |b| {
            b.iter(|| verifying.verify(black_box(&message), signature.as_bytes()));
        });
    }
}

criterion_group!(benches, suites, floor);
criterion_main!(benches);
