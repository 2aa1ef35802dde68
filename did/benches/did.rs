//! Resolving DIDs, and deciding on and resolving `did:hufu` operations, without any ledger.
//!
//! Named `did::<operation>/<what>`; records are in memory.

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use hufu_did::{
    Document, Relationship, ResolutionOptions, Resolver,
    hufu::{Builder, Context, HufuMethod, MemoryRecords, Network, Operation, SignedOperation, apply},
    jwk::{self, JwkMethod},
    key::{self, KeyMethod},
};
use hufu_keys::{Algorithm, SigningKey};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use std::hint::black_box;

fn carried(c: &mut Criterion) {
    let mut rng = ChaCha20Rng::from_seed([1; 32]);
    let options = ResolutionOptions::default();
    for algorithm in [Algorithm::Ed25519, Algorithm::P256, Algorithm::Sm2] {
        let public = SigningKey::generate(algorithm, &mut rng).verifying_key();
        let did = key::did(&public);
        c.bench_function(&format!("did::resolve/method=key algorithm={algorithm}"), |b| {
            b.iter(|| KeyMethod.resolve(black_box(&did), &options));
        });
        let did = jwk::did(&public).expect("every algorithm here has a JWK");
        c.bench_function(&format!("did::resolve/method=jwk algorithm={algorithm}"), |b| {
            b.iter(|| JwkMethod.resolve(black_box(&did), &options));
        });
    }
}

fn hufu(c: &mut Criterion) {
    let mut rng = ChaCha20Rng::from_seed([2; 32]);
    let network: Network = "bench".parse().expect("a name");
    let context = Context { network: &network, height: 1, time_ms: 1_790_000_000_000 };
    let purposes = [Relationship::Authentication, Relationship::AssertionMethod];
    for algorithm in [Algorithm::Ed25519, Algorithm::Sm2] {
        let key = SigningKey::generate(algorithm, &mut rng);
        let public = key.verifying_key();
        let draft = Builder::create(&network, &mut rng)
            .keys(1, [&public])
            .method("#key-1", &public, &purposes)
            .build()
            .expect("within the rules");
        let signed: SignedOperation = draft.sign(&key).finish();
        let bytes = signed.to_bytes();
        c.bench_function(&format!("hufu::parse/operation=create algorithm={algorithm}"), |b| {
            b.iter(|| {
                let signed = SignedOperation::from_bytes(black_box(&bytes)).expect("well formed");
                Operation::parse(signed.operation())
            });
        });
        let empty = MemoryRecords::new();
        c.bench_function(&format!("hufu::apply/operation=create algorithm={algorithm}"), |b| {
            b.iter(|| apply(&empty, black_box(&signed), &context));
        });

        let mut records = MemoryRecords::new();
        let changes = apply(&records, &signed, &context).expect("accepted");
        records.commit(&changes);
        let stored = changes.version.to_bytes();
        c.bench_function(&format!("hufu::read/record=version algorithm={algorithm}"), |b| {
            b.iter(|| hufu_did::hufu::Version::from_bytes(black_box(&stored)));
        });
        let (did, method) = (changes.did, HufuMethod(records));
        let options = ResolutionOptions::default();
        c.bench_function(&format!("did::resolve/method=hufu algorithm={algorithm}"), |b| {
            b.iter(|| method.resolve(black_box(&did), &options));
        });
        let resolution = method.resolve(&did, &options).expect("it exists");
        c.bench_function(&format!("resolution::to_value/algorithm={algorithm}"), |b| {
            b.iter(|| black_box(&resolution).to_value());
        });
        let value = resolution.document.expect("not deactivated").to_value();
        c.bench_function(&format!("document::from_value/algorithm={algorithm}"), |b| {
            b.iter_batched(|| value.clone(), Document::from_value, BatchSize::SmallInput);
        });
    }
}

criterion_group!(benches, carried, hufu);
criterion_main!(benches);
