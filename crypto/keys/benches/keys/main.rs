//! Keys of every algorithm beside their peers, in one run: `cargo bench -p hufu-keys`.
//!
//! Benchmarks are named `keys::operation/algorithm=…/by=…`. After the run the medians are printed as the table that
//! stands in the README, as multiples of the speed of the crate itself.

mod batch;
mod peers;
mod table;

use criterion::Criterion;
use hufu_keys::{Algorithm, SigningKey, VerifyingKey};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use std::hint::black_box;

/// About what a transaction or a hashed credential has.
const MESSAGE: &[u8] = &[0x5a; 256];

/// The name of this crate's rows.
const OURS: &str = "hufu-keys";

fn ours(c: &mut Criterion, algorithm: Algorithm) {
    let mut rng = ChaCha20Rng::from_seed([1; 32]);
    let key = SigningKey::generate(algorithm, &mut rng);
    let public = key.verifying_key();
    let signature = key.sign(MESSAGE);
    let compressed = public.to_bytes();
    c.bench_function(&name("sign", algorithm, OURS), |b| b.iter(|| key.sign(black_box(MESSAGE))));
    c.bench_function(&name("verify", algorithm, OURS), |b| {
        b.iter(|| public.verify(black_box(MESSAGE), signature.as_bytes()).expect("verifies"));
    });
    c.bench_function(&name("parse", algorithm, OURS), |b| {
        b.iter(|| VerifyingKey::from_bytes(algorithm, black_box(&compressed)).expect("a key"));
    });
    c.bench_function(&name("generate", algorithm, OURS), |b| {
        b.iter(|| SigningKey::generate(algorithm, &mut rng));
    });
}

/// `keys::operation/algorithm=…/by=…`.
fn name(operation: &str, algorithm: Algorithm, by: &str) -> String {
    format!("keys::{operation}/algorithm={algorithm}/by={by}")
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    for algorithm in Algorithm::ALL {
        ours(&mut criterion, algorithm);
        peers::bench(&mut criterion, algorithm);
    }
    batch::bench(&mut criterion);
    criterion.final_summary();
    table::print();
}
