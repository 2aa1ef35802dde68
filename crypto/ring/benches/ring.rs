//! Ring signatures beside their peers, in one run.
//!
//! - `triptych` 0.1.1, constant-time prover, base 4, decoded proofs, as its own benches measure it;
//! - `monero-clsag` 0.1, a linear ring with commitments, at 16;
//! - ours: `sign`, `verify` of a decoded signature, `decode_verify` from bytes, batches of 16 over one ring.

#![allow(clippy::unwrap_used, reason = "a bench that cannot run should say where")]

#[path = "support/cpu_time.rs"]
mod cpu_time;

use std::hint::black_box;

use cpu_time::CpuTime;
use criterion::{criterion_group, criterion_main};
use hufu_ring::{Claim, Ring, Scope, Signature, SigningKey, verify_batch};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

/// All figures are processor time of the measuring thread.
type Criterion = criterion::Criterion<CpuTime>;

const SIZES: [usize; 3] = [16, 64, 1024];
const MESSAGE: &[u8] = &[0x5a; 32];
const BATCH: usize = 16;

fn setup(size: usize) -> (Vec<SigningKey>, Ring, Scope, ChaCha20Rng) {
    let mut rng = ChaCha20Rng::from_seed([1; 32]);
    let keys: Vec<_> = (0..size).map(|_| SigningKey::generate(&mut rng)).collect();
    let ring = Ring::new(keys.iter().map(SigningKey::verifying_key).collect()).unwrap();
    (keys, ring, Scope::new(b"bench").unwrap(), rng)
}

fn ours(c: &mut Criterion) {
    let mut group = c.benchmark_group("ring");
    group.sample_size(20);
    for size in [8].into_iter().chain(SIZES) {
        let (keys, ring, scope, mut rng) = setup(size);
        let key = &keys[size / 2];
        group.bench_function(format!("ring::sign/members={size}"), |b| {
            b.iter(|| key.sign(&ring, &scope, black_box(MESSAGE), &mut rng).unwrap());
        });
        let signature = key.sign(&ring, &scope, MESSAGE, &mut rng).unwrap();
        group.bench_function(format!("ring::verify/members={size}"), |b| {
            b.iter(|| signature.verify(&ring, &scope, black_box(MESSAGE)).unwrap());
        });
        let bytes = signature.to_bytes();
        group.bench_function(format!("ring::decode_verify/members={size}/bytes={}", bytes.len()), |b| {
            b.iter(|| {
                Signature::from_bytes(black_box(&bytes)).unwrap().verify(&ring, &scope, MESSAGE).unwrap()
            });
        });
        let signatures: Vec<_> = keys
            .iter()
            .cycle()
            .take(BATCH)
            .map(|key| key.sign(&ring, &scope, MESSAGE, &mut rng).unwrap())
            .collect();
        let claims: Vec<_> = signatures.iter().map(|s| Claim::new(&ring, &scope, MESSAGE, s)).collect();
        group.bench_function(format!("ring::verify_batch/members={size}/batch={BATCH}"), |b| {
            b.iter(|| verify_batch(black_box(&claims), &mut rng).unwrap());
        });
    }
    group.finish();
}

mod peer_triptych {
    use std::sync::Arc;

    use curve25519_dalek_4::{RistrettoPoint, Scalar};
    use rand_chacha_03::{ChaCha12Rng, rand_core::SeedableRng};
    use triptych::Transcript;
    use triptych::parameters::TriptychParameters;
    use triptych::proof::TriptychProof;
    use triptych::statement::{TriptychInputSet, TriptychStatement};
    use triptych::witness::TriptychWitness;

    use super::{BATCH, Criterion, SIZES, black_box};

    pub(super) fn bench(c: &mut Criterion) {
        let mut group = c.benchmark_group("triptych");
        group.sample_size(20);
        for size in SIZES {
            let mut rng = ChaCha12Rng::seed_from_u64(1);
            let params = Arc::new(TriptychParameters::new(4, size.ilog2() / 2).unwrap());
            let witnesses: Vec<_> = (0u32..)
                .take(BATCH)
                .map(|l| TriptychWitness::new(&params, l, &Scalar::random(&mut rng)).unwrap())
                .collect();
            let mut members: Vec<_> = (0..size).map(|_| RistrettoPoint::random(&mut rng)).collect();
            for witness in &witnesses {
                members[witness.get_l() as usize] = witness.compute_verification_key();
            }
            let set = Arc::new(TriptychInputSet::new(&members).unwrap());
            let statements: Vec<_> = witnesses
                .iter()
                .map(|w| TriptychStatement::new(&params, &set, &w.compute_linking_tag()).unwrap())
                .collect();
            let transcript = || Transcript::new(b"bench");

            group.bench_function(format!("triptych::sign/members={size}"), |b| {
                b.iter(|| {
                    TriptychProof::prove_with_rng(&witnesses[0], &statements[0], &mut rng, &mut transcript())
                        .unwrap()
                });
            });
            let proofs: Vec<_> = witnesses
                .iter()
                .zip(&statements)
                .map(|(w, s)| TriptychProof::prove_with_rng(w, s, &mut rng, &mut transcript()).unwrap())
                .collect();
            group.bench_function(format!("triptych::verify/members={size}"), |b| {
                b.iter(|| black_box(&proofs[0]).verify(&statements[0], &mut transcript()).unwrap());
            });
            let bytes = proofs[0].to_bytes();
            // The tag is no part of these bytes.
            group.bench_function(
                format!("triptych::decode_verify/members={size}/bytes={}", bytes.len() + 32),
                |b| {
                    b.iter(|| {
                        TriptychProof::from_bytes(black_box(&bytes))
                            .unwrap()
                            .verify(&statements[0], &mut transcript())
                            .unwrap();
                    });
                },
            );
            group.bench_function(format!("triptych::verify_batch/members={size}/batch={BATCH}"), |b| {
                b.iter(|| {
                    let mut transcripts = vec![transcript(); BATCH];
                    TriptychProof::verify_batch(&statements, black_box(&proofs), &mut transcripts).unwrap();
                });
            });
        }
        group.finish();
    }
}

mod peer_clsag {
    use curve25519_dalek_4::{Scalar as DalekScalar, constants::ED25519_BASEPOINT_TABLE};
    use monero_clsag::{Clsag, ClsagContext, Decoys};
    use monero_ed25519::{Commitment, CompressedPoint, Point, Scalar};
    use rand_chacha_03::{ChaCha12Rng, rand_core::SeedableRng};
    use zeroize::Zeroizing;

    use super::{Criterion, black_box};

    pub(super) fn bench(c: &mut Criterion) {
        let mut group = c.benchmark_group("clsag");
        group.sample_size(20);
        let mut rng = ChaCha12Rng::seed_from_u64(1);
        let (size, real, amount) = (16u8, 5u8, 1000);
        let secrets: Vec<_> =
            (0..size).map(|_| (DalekScalar::random(&mut rng), DalekScalar::random(&mut rng))).collect();
        let point = |scalar: &DalekScalar| {
            CompressedPoint::from((scalar * ED25519_BASEPOINT_TABLE).compress().to_bytes())
                .decompress()
                .unwrap()
        };
        let commitment = |at: usize| Commitment::new(Scalar::from(secrets[at].1), amount);
        let ring: Vec<_> =
            (0..usize::from(size)).map(|at| [point(&secrets[at].0), commitment(at).commit()]).collect();
        let key = &secrets[usize::from(real)].0;
        let mut sign = || {
            let decoys = Decoys::new((1..=u64::from(size)).collect(), real, ring.clone()).unwrap();
            let context = ClsagContext::new(decoys, commitment(real.into())).unwrap();
            let inputs = vec![(Zeroizing::new(Scalar::from(*key)), context)];
            let sum = Scalar::from(DalekScalar::random(&mut rng));
            Clsag::sign(&mut rng, inputs, sum, [1; 32]).unwrap().swap_remove(0)
        };
        group.bench_function("clsag::sign/members=16", |b| b.iter(&mut sign));
        let (signature, pseudo_out) = sign();
        let pseudo_out = CompressedPoint::from(pseudo_out.compress().to_bytes());
        let public = (key * ED25519_BASEPOINT_TABLE).compress().to_bytes();
        let image = CompressedPoint::from((Point::biased_hash(public).into() * key).compress().to_bytes());
        let compressed: Vec<_> = ring.iter().map(|pair| [pair[0].compress(), pair[1].compress()]).collect();
        group.bench_function("clsag::verify/members=16", |b| {
            b.iter(|| {
                black_box(&signature).verify(compressed.clone(), &image, &pseudo_out, &[1; 32]).unwrap()
            });
        });
        group.finish();
    }
}

criterion_group! {
    name = benches;
    config = criterion::Criterion::default().with_measurement(CpuTime);
    targets = ours, peer_triptych::bench, peer_clsag::bench
}
criterion_main!(benches);
