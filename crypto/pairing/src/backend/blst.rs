//! The fast backend: Supranational's `blst` through the safe wrappers of `blstrs`.

use super::{Backend, Zkcrypto, sealed};
use crate::msm::{Z, is_negative};
use crate::wiped::Wiped;
use ::blst::{MultiPoint, blst_fp, blst_p1, blst_p1_affine};
use ::pairing::{MillerLoopResult, MultiMillerLoop};
use blstrs::{G1Affine, G1Projective, G2Affine, G2Prepared, G2Projective, Gt, Scalar};
use ff::Field;
use group::prime::PrimeCurveAffine;
use group::{Curve, Group};
use std::sync::OnceLock;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq, CtOption};

/// `blst` 0.3: assembly, chosen for the CPU at run time, without threads of its own.
///
/// # Security
/// Its authors write scalar arithmetic, scalar inversion, and point addition, doubling, multiplication,
/// normalisation and encoding to be constant time. Bulk addition and Pippenger's method are not, and are reached
/// only through functions named `vartime`. `blstrs` branches where it compares projective points or negates affine
/// ones; this crate does neither with secrets. SHAKE-256 hashing to G1 goes through [`Zkcrypto`]'s map, because
/// the safe interface of `blst` has none for given field elements.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Blst;

impl sealed::Sealed for Blst {}

impl Backend for Blst {
    const NAME: &'static str = "blst";

    type Scalar = Scalar;
    type G1 = G1Projective;
    type G1Affine = G1Affine;
    type G2 = G2Projective;
    type G2Affine = G2Affine;
    type G2Prepared = G2Prepared;
    type Gt = Gt;

    fn scalar_from_u64(value: u64) -> Scalar {
        // Always there; `Scalar::from` asks, which would be a branch on what may be secret.
        let mut le = [0; 32];
        le.iter_mut().zip(value.to_le_bytes()).for_each(|(to, from)| *to = from);
        Scalar::from_bytes_le(&le).unwrap_or(Scalar::default())
    }

    fn scalar_from_le(bytes: &[u8; 32]) -> CtOption<Scalar> {
        Scalar::from_bytes_le(bytes)
    }

    fn scalar_to_le(scalar: &Scalar) -> [u8; 32] {
        scalar.to_bytes_le()
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
        a + b
    }

    fn g1_lift(point: &G1Affine) -> G1Projective {
        point.into()
    }

    fn g1_normalise(points: &[G1Projective]) -> Vec<G1Affine> {
        match points {
            [] => Vec::new(),
            [one] => vec![one.to_affine()],
            many => {
                let raw = many.iter().map(|point| *point.as_ref()).collect();
                let raw = Wiped::new(raw, blst_p1::default());
                ::blst::p1_affines::from(&raw).as_slice().iter().map(from_raw).collect()
            }
        }
    }

    fn g1_mul(point: &G1Affine, scalar: &Scalar) -> G1Projective {
        point * scalar
    }

    fn g1_select(table: &[G1Affine], digit: i32) -> G1Affine {
        let magnitude = u64::from(digit.unsigned_abs());
        let mut x = [0; 6];
        let mut y = [0; 6];
        for (index, entry) in (1u64..).zip(table) {
            let mask = u64::from(index.ct_eq(&magnitude).unwrap_u8()).wrapping_neg();
            let raw: &blst_p1_affine = entry.as_ref();
            x.iter_mut().zip(raw.x.l).for_each(|(kept, limb)| *kept |= limb & mask);
            y.iter_mut().zip(raw.y.l).for_each(|(kept, limb)| *kept |= limb & mask);
        }
        let point = from_raw(&blst_p1_affine { x: blst_fp { l: x }, y: blst_fp { l: y } });
        let mut y = point.y();
        y.conditional_assign(&-point.y(), is_negative(digit));
        G1Affine::from_raw_unchecked(point.x(), y, false)
    }

    fn g1_vartime_neg(point: &G1Affine) -> G1Affine {
        -point
    }

    fn g1_vartime_endomorphism(point: &G1Affine) -> Option<G1Affine> {
        Some(G1Affine::from_raw_unchecked(point.x() * beta().x(), point.y(), false))
    }

    fn g1_vartime_sum(points: &[G1Affine]) -> G1Projective {
        let mut sum = G1Projective::identity();
        if !points.is_empty() {
            let raw: Vec<blst_p1_affine> = points.iter().map(|point| *point.as_ref()).collect();
            *sum.as_mut() = raw.as_slice().add();
        }
        sum
    }

    fn g1_vartime_msm(points: &[G1Affine], scalars: &[Scalar]) -> Option<G1Projective> {
        let mut sum = G1Projective::identity();
        if !points.is_empty() {
            let raw: Vec<blst_p1_affine> = points.iter().map(|point| *point.as_ref()).collect();
            let bytes: Vec<u8> = scalars.iter().flat_map(Scalar::to_bytes_le).collect();
            *sum.as_mut() = raw.as_slice().mult(&bytes, 255);
        }
        Some(sum)
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
        let bytes = bls12_381::G1Affine::from(Zkcrypto::g1_map(uniform)).to_uncompressed();
        let point: Option<G1Affine> = G1Affine::from_uncompressed_unchecked(&bytes).into();
        point.expect("both backends read each other's encoding because both follow the standard's").into()
    }

    fn g1_hash_xmd_sha256(message: &[u8], tag: &[u8]) -> Option<G1Projective> {
        Some(G1Projective::hash_to_curve(message, tag, &[]))
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
        point.to_affine()
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
        if terms.is_empty() {
            return Gt::identity();
        }
        blstrs::Bls12::multi_miller_loop(terms).final_exponentiation()
    }

    fn gt_identity() -> Gt {
        Gt::identity()
    }

    fn gt_vartime_mul(element: &Gt, scalar: &Scalar) -> Gt {
        element * scalar
    }
}

/// The factor β of the endomorphism (x, y) ↦ (βx, y), which multiplies by −z²; carried as the x of a holder,
/// because its type has no public name.
fn beta() -> &'static G1Affine {
    static BETA: OnceLock<G1Affine> = OnceLock::new();
    BETA.get_or_init(|| {
        let generator = G1Affine::generator();
        let image = -(generator * (Scalar::from(Z) * Scalar::from(Z))).to_affine();
        let inverse =
            generator.x().invert().expect("the generator's x has an inverse because it is not zero");
        let factor = image.x() * inverse;
        G1Affine::from_raw_unchecked(factor, factor, false)
    })
}

fn from_raw(raw: &blst_p1_affine) -> G1Affine {
    let mut point = G1Affine::default();
    *point.as_mut() = *raw;
    point
}
