//! Do sums of secret multiples leave a scalar or a secret point in freed memory?

#![allow(clippy::unwrap_used, reason = "a test stops at the first broken assumption")]

mod watching;

use hufu_pairing::{Backend, Blst, G1, G1Affine, SCALAR_BYTES, Scalar, Table, Zkcrypto, msm};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use watching::{NEEDLE, Needles, freed};

fn rng(seed: u8) -> ChaCha20Rng {
    ChaCha20Rng::from_seed([seed; 32])
}

/// A scalar as it is encoded, backwards, and as both libraries hold it: times 2²⁵⁶, in limbs.
fn forms<B: Backend>(scalar: &Scalar<B>) -> [[u8; SCALAR_BYTES]; 3] {
    let half = Scalar::from(1u128 << 127) * Scalar::from(2u64);
    let backwards = |scalar: Scalar<B>| {
        let mut bytes = scalar.to_bytes();
        bytes.reverse();
        bytes
    };
    [scalar.to_bytes(), backwards(*scalar), backwards(*scalar * half * half)]
}

/// The first bytes of a value as it lies in memory: of a point, those of a coordinate.
fn head<T>(value: &T) -> [u8; NEEDLE] {
    assert!(size_of::<T>() >= 2 * NEEDLE);
    // SAFETY: a point begins with the limbs of a coordinate, which are initialised and longer than what is read.
    #[allow(unsafe_code, reason = "how a library holds a point cannot be asked for otherwise")]
    unsafe {
        std::ptr::from_ref(value).cast::<[u8; NEEDLE]>().read()
    }
}

fn terms<B: Backend>(count: u64) -> Vec<(G1Affine<B>, Scalar<B>)> {
    let mut rng = rng(1);
    let point = |k: u64| (G1Affine::generator() * Scalar::from(k * k + 7)).to_affine();
    (1..=count).map(|k| (point(k), Scalar::random(&mut rng))).collect()
}

fn scalars_of<B: Backend>(terms: &[(G1Affine<B>, Scalar<B>)]) -> Needles {
    let mut needles = Needles::default();
    for (index, (_, scalar)) in terms.iter().enumerate() {
        for (form, bytes) in ["encoded", "backwards", "held"].into_iter().zip(forms(scalar)) {
            needles.add(format!("scalar {index} {form}"), bytes);
        }
    }
    needles.assert_all_can_be_found();
    needles
}

fn no_scalar<B: Backend>() {
    for count in [1, 2, 3, 30] {
        let terms = terms::<B>(count);
        let needles = scalars_of(&terms);
        let (_, blocks) = freed(|| drop(terms.clone()));
        assert_eq!(needles.found(&blocks).len(), terms.len(), "{}: not the form that is held", B::NAME);

        let (sum, blocks) = freed(|| msm(&terms));
        assert_eq!(needles.found(&blocks), [].into(), "{}, {count} terms", B::NAME);
        let (again, blocks) = freed(|| terms.iter().map(|(point, scalar)| *point * *scalar).sum::<G1<B>>());
        assert_eq!(needles.found(&blocks), [].into(), "{}, {count} products", B::NAME);
        assert_eq!(sum, again);
    }
    let terms = terms::<B>(1);
    let (point, scalar) = terms[0];
    let table = Table::<B>::new(&point);
    let (_, blocks) = freed(|| table.mul(&scalar));
    assert_eq!(scalars_of(&terms).found(&blocks), [].into(), "{}, of a table", B::NAME);
}

#[test]
fn sums_leave_no_scalar_on_blst() {
    no_scalar::<Blst>();
}

#[test]
fn sums_leave_no_scalar_on_the_reference() {
    no_scalar::<Zkcrypto>();
}

/// A point can be the secret: that of a signature, which a proof does not show.
fn no_point<B: Backend>(most: u64) {
    for count in 1..=most {
        let terms = terms::<B>(count);
        let mut needles = Needles::default();
        for (index, (point, _)) in terms.iter().enumerate() {
            for multiple in 1..=8u64 {
                let multiplied = (*point * Scalar::from(multiple)).to_affine();
                needles.add(format!("{multiple} times point {index}"), head(&multiplied));
            }
        }
        needles.assert_all_can_be_found();
        let (_, blocks) = freed(|| drop(terms.clone()));
        assert_eq!(needles.found(&blocks).len(), terms.len(), "{}: not the form that is held", B::NAME);

        let (_, blocks) = freed(|| msm(&terms));
        assert_eq!(needles.found(&blocks), [].into(), "{}, {count} terms", B::NAME);
    }
}

#[test]
fn sums_leave_no_point_on_blst() {
    // From three terms on there are tables, which blst's own normalisation copies.
    no_point::<Blst>(2);
}

#[test]
fn sums_leave_no_point_on_the_reference() {
    no_point::<Zkcrypto>(4);
}

/// Projective coordinates tell how a point was computed.
fn no_projective_coordinate<B: Backend>() {
    let points: Vec<G1<B>> = terms::<B>(5).iter().map(|(point, scalar)| *point * *scalar).collect();
    let mut needles = Needles::default();
    points.iter().enumerate().for_each(|(index, point)| needles.add(format!("point {index}"), head(point)));
    let (_, blocks) = freed(|| drop(points.clone()));
    assert_eq!(needles.found(&blocks).len(), points.len(), "{}: not the form that is held", B::NAME);
    let (_, blocks) = freed(|| G1::normalise(&points));
    assert_eq!(needles.found(&blocks), [].into(), "{}", B::NAME);
}

#[test]
fn normalising_leaves_no_projective_coordinate() {
    no_projective_coordinate::<Blst>();
    no_projective_coordinate::<Zkcrypto>();
}
