//! Signing, verifying and reading keys, per algorithm.

use criterion::{Criterion, criterion_group, criterion_main};
use hufu_keys::{Algorithm, SigningKey, VerifyingKey};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use std::hint::black_box;

/// About what a transaction or a hashed credential has.
const MESSAGE: &[u8] = &[0x5a; 256];

fn keys(c: &mut Criterion) {
    let mut rng = ChaCha20Rng::from_seed([1; 32]);
    for algorithm in Algorithm::ALL {
        let key = SigningKey::generate(algorithm, &mut rng);
        let public = key.verifying_key();
        let signature = key.sign(MESSAGE);
        let multikey = public.to_multikey();
        c.bench_function(&format!("keys::sign/algorithm={algorithm}"), |b| {
            b.iter(|| key.sign(black_box(MESSAGE)));
        });
        c.bench_function(&format!("keys::verify/algorithm={algorithm}"), |b| {
            b.iter(|| public.verify(black_box(MESSAGE), signature.as_bytes()));
        });
        c.bench_function(&format!("keys::from_multikey/algorithm={algorithm}"), |b| {
            b.iter(|| VerifyingKey::from_multikey(black_box(&multikey)));
        });
        c.bench_function(&format!("keys::generate/algorithm={algorithm}"), |b| {
            b.iter(|| SigningKey::generate(algorithm, &mut rng));
        });
    }
}

criterion_group!(benches, keys);
criterion_main!(benches);
