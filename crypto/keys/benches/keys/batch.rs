//! Why Ed25519 is not verified in batches (README, "No batch verification"): what a batch costs without the check
//! that would make it agree with single verification, and what that check costs.

use crate::MESSAGE;
use criterion::Criterion;
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::traits::{IsIdentity, VartimeMultiscalarMul};
use curve25519_dalek::{Scalar, constants::ED25519_BASEPOINT_POINT as B};
use hufu_keys::{Algorithm, SigningKey};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use sha2::{Digest, Sha512};
use std::hint::black_box;
use std::iter::once;

/// A usual size of a block or a job's page.
const SIZE: usize = 64;

/// What a batch verifier holds of one signature: the key's point is decompressed once, `R` each time.
struct Entry {
    a: EdwardsPoint,
    a_bytes: Vec<u8>,
    r: [u8; 32],
    s: Scalar,
}

pub(crate) fn bench(c: &mut Criterion) {
    let mut rng = ChaCha20Rng::from_seed([7; 32]);
    let entries: Vec<Entry> = (0..SIZE).map(|_| entry(&mut rng)).collect();
    c.bench_function(&format!("keys::batch_equation/size={SIZE}"), |b| {
        b.iter(|| assert!(holds(black_box(&entries), &mut rng)));
    });
    c.bench_function(&format!("keys::torsion_checks/size={SIZE}"), |b| {
        b.iter(|| assert!(black_box(&entries).iter().all(|entry| point(&entry.r).is_torsion_free())));
    });
}

fn entry(rng: &mut ChaCha20Rng) -> Entry {
    let key = SigningKey::generate(Algorithm::Ed25519, rng);
    let a_bytes = key.verifying_key().to_bytes();
    let a = point(a_bytes.as_slice().try_into().expect("32 bytes"));
    let signature = key.sign(MESSAGE);
    let (r, s) = signature.as_bytes().split_at(32);
    let s = Scalar::from_canonical_bytes(s.try_into().expect("32 bytes")).expect("S < L");
    Entry { a, a_bytes, r: r.try_into().expect("32 bytes"), s }
}

fn point(bytes: &[u8; 32]) -> EdwardsPoint {
    CompressedEdwardsY(*bytes).decompress().expect("a point")
}

/// (Σ zᵢSᵢ)B − Σ (zᵢkᵢ)Aᵢ − Σ zᵢRᵢ = 0 for random 128-bit zᵢ.
fn holds(entries: &[Entry], rng: &mut ChaCha20Rng) -> bool {
    let mut b = Scalar::ZERO;
    let (mut a, mut z) = (Vec::with_capacity(entries.len()), Vec::with_capacity(entries.len()));
    for entry in entries {
        let hash: [u8; 64] = Sha512::new()
            .chain_update(entry.r)
            .chain_update(&entry.a_bytes)
            .chain_update(MESSAGE)
            .finalize()
            .into();
        let weight = Scalar::from(u128::from(rng.next_u64()) << 64 | u128::from(rng.next_u64()));
        b -= weight * entry.s;
        a.push(weight * Scalar::from_bytes_mod_order_wide(&hash));
        z.push(weight);
    }
    EdwardsPoint::vartime_multiscalar_mul(
        once(b).chain(a).chain(z),
        once(B).chain(entries.iter().map(|e| e.a)).chain(entries.iter().map(|e| point(&e.r))),
    )
    .is_identity()
}
