//! The two backends give the same bytes for the same operations on random values.
//!
//! Every law is written once over [`Backend`] as a function that returns bytes, and run on both.

#![allow(clippy::unwrap_used, reason = "a test stops at the first broken assumption")]

use hufu_pairing::{
    Backend, Blst, G1, G1Affine, G2Affine, Identity, Scalar, Table, VartimeSum, XmdSha256, XofShake256,
    Zkcrypto, msm, pairing, pairing_product, product_is_one, vartime_msm,
};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Rounds of random values for cheap operations, and for dear ones.
const ROUNDS: u64 = 200;
const FEW_ROUNDS: u64 = 12;

fn scalar<B: Backend>(rng: &mut ChaCha20Rng) -> Scalar<B> {
    Scalar::random(rng)
}

fn point<B: Backend>(rng: &mut ChaCha20Rng) -> G1Affine<B> {
    (G1Affine::generator() * scalar(rng)).to_affine()
}

fn same(
    rounds: u64,
    blst: impl Fn(&mut ChaCha20Rng) -> Vec<u8>,
    zkcrypto: impl Fn(&mut ChaCha20Rng) -> Vec<u8>,
) {
    for round in 0..rounds {
        let rng = || ChaCha20Rng::seed_from_u64(round);
        assert_eq!(blst(&mut rng()), zkcrypto(&mut rng()), "round {round}");
    }
}

fn scalars<B: Backend>(rng: &mut ChaCha20Rng) -> Vec<u8> {
    let (a, b): (Scalar<B>, Scalar<B>) = (scalar(rng), scalar(rng));
    let inverse = Option::from(a.invert()).unwrap();
    assert_eq!(a * inverse, Scalar::one());
    assert_eq!(Scalar::from_bytes(&a.to_bytes()), Ok(a));
    [a + b, a - b, a * b, -a, inverse, Scalar::from(rng.next_u64()), Scalar::from(u128::MAX)]
        .iter()
        .flat_map(Scalar::to_bytes)
        .collect()
}

#[test]
fn scalar_arithmetic_and_wide_reduction() {
    same(ROUNDS, scalars::<Blst>, scalars::<Zkcrypto>);
}

fn points<B: Backend>(rng: &mut ChaCha20Rng) -> Vec<u8> {
    let (p, q, k): (G1Affine<B>, G1Affine<B>, _) = (point(rng), point(rng), scalar(rng));
    assert_eq!(G1Affine::from_bytes(&p.to_bytes(), Identity::Refuse), Ok(p));
    let results = [
        p.lift() + q,
        p.lift() - q.lift(),
        -p.lift(),
        p.lift().double(),
        p.lift() + p,
        p.lift() + (-p.lift()),
        p * k,
        p * Scalar::zero(),
        p * -Scalar::one(),
        G1::identity() + p,
        p.lift() + G1Affine::identity(),
        G1Affine::identity() * k,
    ];
    assert_eq!(results[3], results[4]);
    assert_eq!(results[5], G1::identity());
    G1::normalise(&results).iter().flat_map(G1Affine::to_bytes).collect()
}

#[test]
fn arithmetic_in_g1() {
    same(ROUNDS, points::<Blst>, points::<Zkcrypto>);
}

fn points_of_g2<B: Backend>(rng: &mut ChaCha20Rng) -> Vec<u8> {
    let (a, b): (Scalar<B>, Scalar<B>) = (scalar(rng), scalar(rng));
    let p = G2Affine::generator() * a;
    let q = G2Affine::generator() * b;
    assert_eq!(p + q, G2Affine::generator() * (a + b));
    let affine = p.to_affine();
    assert_eq!(G2Affine::from_bytes(&affine.to_bytes(), Identity::Refuse), Ok(affine));
    [p + q, p - q, -p, p * b, p + -p].iter().flat_map(|point| point.to_affine().to_bytes()).collect()
}

#[test]
fn arithmetic_in_g2() {
    same(FEW_ROUNDS, points_of_g2::<Blst>, points_of_g2::<Zkcrypto>);
}

/// All ways of multiplying agree, for random, small, large and special scalars; also at repeated points.
fn multiples<B: Backend, const COUNT: usize>(rng: &mut ChaCha20Rng) -> Vec<u8> {
    let special: [Scalar<B>; 6] = [0, 1, 2, 16, 0xd201_0000_0001_0000, u64::MAX].map(Scalar::from);
    let mut terms: Vec<(G1Affine<B>, Scalar<B>)> = (0..COUNT)
        .map(|index| {
            let scalar = special.get(index.wrapping_sub(2)).copied().unwrap_or_else(|| scalar(rng));
            (if index % 5 == 4 { G1Affine::generator() } else { point(rng) }, scalar)
        })
        .collect();
    terms.extend([(G1Affine::generator(), -Scalar::one()), (G1Affine::identity(), scalar(rng))]);
    let one_by_one: G1<B> = terms.iter().map(|(point, scalar)| *point * *scalar).sum();
    assert_eq!(msm(&terms), one_by_one);
    assert_eq!(vartime_msm(&terms), one_by_one);
    one_by_one.to_affine().to_bytes().to_vec()
}

#[test]
fn multi_exponentiations() {
    same(3, multiples::<Blst, 0>, multiples::<Zkcrypto, 0>);
    same(3, multiples::<Blst, 1>, multiples::<Zkcrypto, 1>);
    same(FEW_ROUNDS, multiples::<Blst, 9>, multiples::<Zkcrypto, 9>);
    same(2, multiples::<Blst, 40>, multiples::<Zkcrypto, 40>);
    same(1, multiples::<Blst, 300>, multiples::<Zkcrypto, 300>);
}

fn tables<B: Backend, const W: usize>(rng: &mut ChaCha20Rng) -> Vec<u8> {
    let p = point::<B>(rng);
    let table = Table::<B, W>::new(&p);
    let mut sum = VartimeSum::new();
    let mut expected = G1::identity();
    for scalar in [scalar(rng), Scalar::zero(), Scalar::one(), -Scalar::one(), Scalar::from(16u64)] {
        let multiple = p * scalar;
        assert_eq!(table.mul(&scalar), multiple);
        sum.multiple(&table, &scalar);
        expected += multiple;
    }
    sum.point(&p);
    expected += p;
    assert_eq!(sum.finish(), expected);
    expected.to_affine().to_bytes().to_vec()
}

#[test]
fn fixed_base_tables() {
    same(2, tables::<Blst, 4>, tables::<Zkcrypto, 4>);
    same(4, tables::<Blst, 5>, tables::<Zkcrypto, 5>);
    same(1, tables::<Blst, 6>, tables::<Zkcrypto, 6>);
    same(1, tables::<Blst, 8>, tables::<Zkcrypto, 8>);
}

fn hashes<B: Backend>(rng: &mut ChaCha20Rng) -> Vec<u8> {
    let mut message = vec![0; 1 + usize::try_from(rng.next_u32() % 200).unwrap()];
    rng.fill_bytes(&mut message);
    let tag = b"HUFU-TEST-TAG";
    let sha = G1::<B>::hash::<XmdSha256>(&message, tag).unwrap();
    let shake = G1::<B>::hash::<XofShake256>(&message, tag).unwrap();
    G1::normalise(&[sha, shake]).iter().flat_map(G1Affine::to_bytes).collect()
}

#[test]
fn hashing_to_g1() {
    same(20, hashes::<Blst>, hashes::<Zkcrypto>);
}

fn bilinear<B: Backend>(rng: &mut ChaCha20Rng) {
    let (a, b): (Scalar<B>, Scalar<B>) = (scalar(rng), scalar(rng));
    let (g1, g2) = (G1Affine::<B>::generator(), G2Affine::<B>::generator());
    let p = (g1 * a).to_affine();
    let q = (g2 * b).to_affine();
    let base = pairing(&g1, &g2);
    assert!(!base.is_one());
    assert_eq!(pairing(&p, &q), base.vartime_pow(&(a * b)));
    assert_eq!(pairing(&p, &g2) * pairing(&p, &g2).invert(), pairing_product(&[]));
    assert_eq!(pairing(&p, &q) / pairing(&p, &q), hufu_pairing::Gt::one());
    // e(a·P, b·Q)·e(−ab·P, Q) = 1, and nothing else is.
    let minus = (-(g1 * (a * b))).to_affine();
    assert!(product_is_one(&[(&p, &q.prepare()), (&minus, &g2.prepare())]));
    assert!(!product_is_one(&[(&p, &q.prepare()), (&minus, &q.prepare())]));
    assert!(product_is_one(&[(&G1Affine::identity(), &q.prepare())]));
    assert!(product_is_one(&[(&p, &G2Affine::identity().prepare())]));
}

#[test]
fn the_pairing_is_bilinear_and_not_degenerate() {
    for round in 0..3 {
        bilinear::<Blst>(&mut ChaCha20Rng::seed_from_u64(round));
        bilinear::<Zkcrypto>(&mut ChaCha20Rng::seed_from_u64(round));
    }
}

#[test]
fn scalars_are_not_shown() {
    assert_eq!(format!("{:?}", Scalar::<Blst>::from(77u64)), "Scalar(…)");
    assert_eq!(format!("{:?}", G1::<Blst>::identity()), "G1(…)");
}
