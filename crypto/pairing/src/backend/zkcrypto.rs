//! The portable reference: zkcrypto's `bls12_381`, plain Rust without assembly.

use super::{Backend, sealed};
use crate::msm::{Z, is_negative, straus};
use bls12_381::hash_to_curve::{HashToField, MapToCurve};
use bls12_381::{G1Affine, G1Projective, G2Affine, G2Prepared, G2Projective, Gt, Scalar};
use std::sync::OnceLock;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq, CtOption};

/// `bls12_381` 0.9.
///
/// # Security
/// Its authors write scalar and point arithmetic, normalisation and encoding to be constant time. Multiplication in
/// G1 is done here by a window method over those operations, with every table entry read. Functions named `vartime`
/// are not constant time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Zkcrypto;

impl sealed::Sealed for Zkcrypto {}

impl Backend for Zkcrypto {
    const NAME: &'static str = "bls12_381";

    type Scalar = Scalar;
    type G1 = G1Projective;
    type G1Affine = G1Affine;
    type G2 = G2Projective;
    type G2Affine = G2Affine;
    type G2Prepared = G2Prepared;
    type Gt = Gt;

    fn scalar_from_u64(value: u64) -> Scalar {
        Scalar::from(value)
    }

    fn scalar_from_le(bytes: &[u8; 32]) -> CtOption<Scalar> {
        Scalar::from_bytes(bytes)
    }

    fn scalar_to_le(scalar: &Scalar) -> [u8; 32] {
        scalar.to_bytes()
    }

    fn scalar_invert(scalar: &Scalar) -> CtOption<Scalar> {
        scalar.invert()
    }

    fn g1_identity() -> G1Projective {
        G1Projective::identity()
    }

    fn g1_generator() -> G1Affine {
        G1Affine::generator()
    }

    fn g1_is_identity(point: &G1Affine) -> Choice {
        point.is_identity()
    }

    fn g1_double(point: &G1Projective) -> G1Projective {
        point.double()
    }

    fn g1_add_affine(a: &G1Projective, b: &G1Affine) -> G1Projective {
        a.add_mixed(b)
    }

    fn g1_lift(point: &G1Affine) -> G1Projective {
        point.into()
    }

    fn g1_normalise(points: &[G1Projective]) -> Vec<G1Affine> {
        if let [one] = points {
            // The library's constant-time way; for many it asserts that what has an inverse has one.
            return vec![one.into()];
        }
        let mut affine = vec![G1Affine::identity(); points.len()];
        G1Projective::batch_normalize(points, &mut affine);
        affine
    }

    fn g1_mul(point: &G1Affine, scalar: &Scalar) -> G1Projective {
        straus(&[(crate::G1Affine::<Self>(*point), crate::Scalar(*scalar))])
    }

    fn g1_select(table: &[G1Affine], digit: i32) -> G1Affine {
        let magnitude = u64::from(digit.unsigned_abs());
        let mut point = G1Affine::identity();
        for (index, entry) in (1u64..).zip(table) {
            point.conditional_assign(entry, index.ct_eq(&magnitude));
        }
        let negative = -point;
        point.conditional_assign(&negative, is_negative(digit));
        point
    }

    fn g1_vartime_neg(point: &G1Affine) -> G1Affine {
        -point
    }

    fn g1_vartime_endomorphism(point: &G1Affine) -> Option<G1Affine> {
        with_x(point, |x| x * beta())
    }

    fn g1_vartime_sum(points: &[G1Affine]) -> G1Projective {
        points.iter().fold(G1Projective::identity(), |sum, point| sum.add_mixed(point))
    }

    fn g1_vartime_msm(_: &[G1Affine], _: &[Scalar]) -> Option<G1Projective> {
        None
    }

    fn g1_compress(point: &G1Affine) -> [u8; 48] {
        point.to_compressed()
    }

    fn g1_decompress(bytes: &[u8; 48]) -> Option<G1Affine> {
        G1Affine::from_compressed_unchecked(bytes).into()
    }

    fn g1_in_subgroup(point: &G1Affine) -> bool {
        point.is_torsion_free().into()
    }

    fn g1_map(uniform: &[u8; 128]) -> G1Projective {
        let (first, second) = uniform.split_at(64);
        MapToCurve::clear_h(&(map(first) + map(second)))
    }

    fn g1_hash_xmd_sha256(_: &[u8], _: &[u8]) -> Option<G1Projective> {
        None
    }

    fn g2_identity() -> G2Projective {
        G2Projective::identity()
    }

    fn g2_generator() -> G2Affine {
        G2Affine::generator()
    }

    fn g2_is_identity(point: &G2Affine) -> Choice {
        point.is_identity()
    }

    fn g2_lift(point: &G2Affine) -> G2Projective {
        point.into()
    }

    fn g2_normalise(point: &G2Projective) -> G2Affine {
        point.into()
    }

    fn g2_mul(point: &G2Projective, scalar: &Scalar) -> G2Projective {
        point * scalar
    }

    fn g2_compress(point: &G2Affine) -> [u8; 96] {
        point.to_compressed()
    }

    fn g2_decompress(bytes: &[u8; 96]) -> Option<G2Affine> {
        G2Affine::from_compressed_unchecked(bytes).into()
    }

    fn g2_in_subgroup(point: &G2Affine) -> bool {
        point.is_torsion_free().into()
    }

    fn g2_prepare(point: &G2Affine) -> G2Prepared {
        (*point).into()
    }

    fn pairing_product(terms: &[(&G1Affine, &G2Prepared)]) -> Gt {
        bls12_381::multi_miller_loop(terms).final_exponentiation()
    }

    fn gt_identity() -> Gt {
        Gt::identity()
    }

    fn gt_vartime_mul(element: &Gt, scalar: &Scalar) -> Gt {
        element * scalar
    }
}

/// The field of the coordinates, reached through the map to the curve: the library gives it no public name.
type Fp = <G1Projective as MapToCurve>::Field;

/// Bytes of a coordinate.
const COORDINATE: usize = 48;

/// The factor β of the endomorphism (x, y) ↦ (βx, y), which multiplies by −z².
fn beta() -> &'static Fp {
    static BETA: OnceLock<Fp> = OnceLock::new();
    BETA.get_or_init(|| {
        let generator = G1Affine::generator();
        let image = G1Affine::from(-(generator * (Scalar::from(Z) * Scalar::from(Z))));
        x_of(&generator)
            .and_then(|x| Option::from(x.invert()))
            .zip(x_of(&image))
            .map(|(inverse, image): (Fp, Fp)| image * inverse)
            .expect("the generator's x has an inverse because it is not zero")
    })
}

/// The x-coordinate of a point other than the identity.
fn x_of(point: &G1Affine) -> Option<Fp> {
    let bytes = point.to_uncompressed();
    bytes.first_chunk::<COORDINATE>().and_then(|x| Fp::from_bytes(x).into())
}

/// The point with another x-coordinate, by way of its bytes. Of the identity there is none.
fn with_x(point: &G1Affine, change: impl FnOnce(Fp) -> Fp) -> Option<G1Affine> {
    let mut bytes = point.to_uncompressed();
    let x = bytes.first_chunk_mut::<COORDINATE>()?;
    *x = change(Option::from(Fp::from_bytes(x))?).to_bytes();
    G1Affine::from_uncompressed_unchecked(&bytes).into()
}

/// `map_to_curve` of one field element, given as 64 uniform bytes.
fn map(half: &[u8]) -> G1Projective {
    let mut uniform = Default::default();
    AsMut::<[u8]>::as_mut(&mut uniform).copy_from_slice(half);
    G1Projective::map_to_curve(&Fp::from_okm(&uniform))
}
