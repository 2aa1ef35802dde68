//! What a protocol pays for, on both backends.

use criterion::{Criterion, criterion_group, criterion_main};
use hufu_pairing::{
    Backend, Blst, G1, G1Affine, G2Affine, Identity, PUBLIC_WINDOW, SECRET_WINDOW, Scalar, Table, VartimeSum,
    XmdSha256, Zkcrypto, msm, pairing_product, vartime_msm,
};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use std::hint::black_box;

fn backend<B: Backend>(c: &mut Criterion) {
    let name = |operation: &str| format!("pairing::{operation}/backend={}", B::NAME);
    let mut rng = ChaCha20Rng::from_seed([1; 32]);
    let terms: Vec<(G1Affine<B>, Scalar<B>)> = (0..64)
        .map(|_| ((G1Affine::generator() * Scalar::random(&mut rng)).to_affine(), Scalar::random(&mut rng)))
        .collect();
    let (p, k) = terms[0];
    let q = (G2Affine::<B>::generator() * k).to_affine();
    let (bytes, of_g2) = (p.to_bytes(), q.to_bytes());
    let prepared = [q.prepare(), G2Affine::generator().prepare()];
    let secret = Table::<B, SECRET_WINDOW>::new(&p);
    let public = Table::<B, PUBLIC_WINDOW>::new(&p);

    c.bench_function(&name("g1_mul"), |b| b.iter(|| black_box(p) * black_box(k)));
    c.bench_function(&name("g1_table_mul"), |b| b.iter(|| secret.mul(black_box(&k))));
    c.bench_function(&name("g1_vartime_table_mul"), |b| {
        b.iter(|| {
            let mut sum = VartimeSum::new();
            sum.multiple(&public, black_box(&k));
            sum.finish()
        });
    });
    c.bench_function(&name("g1_vartime_table_sum_of_12"), |b| {
        b.iter(|| {
            let mut sum = VartimeSum::new();
            terms[..12].iter().for_each(|(_, k)| sum.multiple(&public, black_box(k)));
            sum.finish()
        });
    });
    for count in [1, 2, 3, 16, 64] {
        c.bench_function(&name(&format!("g1_msm_{count}")), |b| b.iter(|| msm(black_box(&terms[..count]))));
        c.bench_function(&name(&format!("g1_vartime_msm_{count}")), |b| {
            b.iter(|| vartime_msm(black_box(&terms[..count])));
        });
    }
    c.bench_function(&name("g1_decode"), |b| {
        b.iter(|| G1Affine::<B>::from_bytes(black_box(&bytes), Identity::Refuse));
    });
    c.bench_function(&name("g1_hash"), |b| b.iter(|| G1::<B>::hash::<XmdSha256>(black_box(&bytes), b"tag")));
    c.bench_function(&name("g2_mul"), |b| b.iter(|| black_box(q) * black_box(k)));
    c.bench_function(&name("g2_decode"), |b| {
        b.iter(|| G2Affine::<B>::from_bytes(black_box(&of_g2), Identity::Refuse));
    });
    c.bench_function(&name("g2_prepare"), |b| b.iter(|| black_box(q).prepare()));
    c.bench_function(&name("product_of_2_prepared"), |b| {
        b.iter(|| pairing_product(&[(&terms[0].0, &prepared[0]), (&terms[1].0, &prepared[1])]));
    });
}

fn pairing(c: &mut Criterion) {
    backend::<Blst>(c);
    backend::<Zkcrypto>(c);
}

criterion_group!(benches, pairing);
criterion_main!(benches);
