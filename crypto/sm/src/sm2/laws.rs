//! Field, scalars and points against big integers and the affine formulas of GB/T 32918.1 §3.2.3.1, and the corner cases of the
//! curve by name.

use super::comb::{Comb, mul_base};
use super::field::{FieldElement, Portable};
use super::limbs::{self, Limbs};
use super::multiply;
use super::point::{Affine, Jacobian, batch_invert, batch_to_affine};
use super::scalar::Scalar;
use num_bigint::BigUint;
use proptest::prelude::*;

fn modulus(hexadecimal: &str) -> BigUint {
    BigUint::parse_bytes(hexadecimal.as_bytes(), 16).unwrap()
}

fn p() -> BigUint {
    modulus("fffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffff")
}

fn n() -> BigUint {
    modulus("fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123")
}

fn big(limbs: &Limbs) -> BigUint {
    BigUint::from_bytes_be(&limbs::to_bytes(limbs))
}

fn small(number: &BigUint) -> Limbs {
    let bytes = number.to_bytes_be();
    let mut out = [0; 32];
    out[32 - bytes.len()..].copy_from_slice(&bytes);
    limbs::from_bytes(&out)
}

fn scalar(number: &BigUint) -> Scalar {
    Scalar::from_integer(&small(number))
}

/// 256-bit numbers, with those at the edges more often than chance would have them.
fn arb_limbs() -> impl Strategy<Value = Limbs> {
    let edges: Vec<Limbs> = [p(), n()]
        .iter()
        .flat_map(|m| (0u8..3).flat_map(move |k| [m - k, m + k]))
        .chain((0u8..3).map(BigUint::from))
        .map(|number| small(&number))
        .chain([[u64::MAX; 4], [0, 0, 0, 1 << 63], [u64::MAX, 0, u64::MAX, 0], [1 << 32, 1 << 32, 0, 0]])
        .collect();
    let word = prop_oneof![any::<u64>(), Just(0), Just(u64::MAX), Just(1 << 32), Just(u64::MAX << 32)];
    prop_oneof![1 => proptest::sample::select(edges), 4 => proptest::array::uniform4(word)]
}

proptest! {
    #[test]
    fn field_laws(a in arb_limbs(), b in arb_limbs()) {
        let p = p();
        let (x, y) = (FieldElement::from_integer(&a), FieldElement::from_integer(&b));
        let (a, b) = (big(&a) % &p, big(&b) % &p);
        let is = |element: FieldElement, number: BigUint| big(&element.to_integer()) == number % &p;
        prop_assert!(is(x, a.clone()));
        prop_assert!(is(x.add(&y), &a + &b));
        prop_assert!(is(x.double(), &a + &a));
        prop_assert!(is(x.sub(&y), &a + &p - &b));
        prop_assert!(is(x.negate(), &p - &a));
        prop_assert!(is(x.mul(&y), &a * &b));
        prop_assert!(is(x.square(), &a * &a));
        prop_assert!(is(x.halve().double(), a.clone()));
        prop_assert!(is(x.invert(), a.modpow(&(&p - 2u8), &p)));
        prop_assert_eq!(x == y, a == b);
        prop_assert_eq!(x.is_odd(), a.bit(0));
        let square = x.square().sqrt();
        prop_assert!(square == Some(x) || square == Some(x.negate()));
        let is_square = a == BigUint::ZERO || a.modpow(&((&p - 1u8) / 2u8), &p) == BigUint::from(1u8);
        prop_assert_eq!(x.sqrt().is_some(), is_square);
        let bytes = x.to_bytes();
        prop_assert_eq!(BigUint::from_bytes_be(&bytes), a);
        prop_assert_eq!(FieldElement::from_bytes(&bytes), Some(x));
    }

    #[test]
    fn scalar_laws(a in arb_limbs(), b in arb_limbs()) {
        let n = n();
        let (x, y) = (Scalar::from_integer(&a), Scalar::from_integer(&b));
        let in_range = big(&a) < n && big(&a) != BigUint::ZERO;
        prop_assert_eq!(Scalar::from_bytes(&limbs::to_bytes(&a)).1.declassify(), in_range);
        let (a, b) = (big(&a) % &n, big(&b) % &n);
        let is = |scalar: Scalar, number: BigUint| big(&scalar.to_integer()) == number % &n;
        prop_assert!(is(x, a.clone()));
        prop_assert!(is(x.add(&y), &a + &b));
        prop_assert!(is(x.sub(&y), &a + &n - &b));
        prop_assert!(is(x.negate(), &n - &a));
        prop_assert!(is(x.mul(&y), &a * &b));
        prop_assert!(is(x.invert(), a.modpow(&(&n - 2u8), &n)));
        prop_assert_eq!(x.equals(&y).declassify(), a == b);
        prop_assert_eq!(BigUint::from_bytes_be(&x.to_bytes()), a);
    }
}

#[test]
fn encodings_at_and_above_p_are_refused() {
    for k in 0u8..3 {
        assert!(FieldElement::from_bytes(&limbs::to_bytes(&small(&(p() + k)))).is_none());
    }
    assert!(FieldElement::from_bytes(&[0xff; 32]).is_none());
    assert!(FieldElement::from_bytes(&limbs::to_bytes(&small(&(p() - 1u8)))).is_some());
}

#[test]
fn batch_inversion_is_inversion() {
    let elements: Vec<_> = (1u64..50).map(|i| FieldElement::from_integer(&[i, i * i, 0, i])).collect();
    let inverses = batch_invert(elements.clone());
    for (element, inverse) in elements.iter().zip(inverses.iter()) {
        assert_eq!(element.invert(), *inverse);
    }
    assert!(batch_invert::<Portable>(Vec::new()).is_empty());
}

/// The slow reference: affine coordinates as integers, nothing for infinity, each case as the standard writes it.
type Slow = Option<(BigUint, BigUint)>;

fn slow_add(left: &Slow, right: &Slow) -> Slow {
    let (Some((x1, y1)), Some((x2, y2))) = (left, right) else {
        return left.clone().or_else(|| right.clone());
    };
    let p = p();
    let slope = if x1 == x2 {
        if (y1 + y2) % &p == BigUint::ZERO {
            return None;
        }
        (x1 * x1 * 3u8 + &p - 3u8) * (y1 * 2u8).modpow(&(&p - 2u8), &p)
    } else {
        (y2 + &p - y1) * (x2 + &p - x1).modpow(&(&p - 2u8), &p)
    } % &p;
    let x3 = (&slope * &slope + &p + &p - x1 - x2) % &p;
    let y3 = (slope * (x1 + &p - &x3) + &p - y1) % &p;
    Some((x3, y3))
}

fn slow_mul(k: &BigUint, point: &Slow) -> Slow {
    (0..k.bits()).rev().fold(None, |sum, bit| {
        let sum = slow_add(&sum, &sum);
        if k.bit(bit) { slow_add(&sum, point) } else { sum }
    })
}

fn slow(point: &Affine) -> Slow {
    Some((big(&point.x.to_integer()), big(&point.y.to_integer())))
}

fn slow_jacobian(point: &Jacobian) -> Slow {
    if point.is_infinity().declassify() { None } else { slow(&point.to_affine()) }
}

fn generator() -> Slow {
    slow(&Affine::GENERATOR)
}

#[test]
fn the_generator_is_on_the_curve_and_has_order_n() {
    let Affine { x, y } = Affine::GENERATOR;
    assert!(Affine::from_coordinates(x, y).is_some());
    assert_eq!(Affine::decompress(x, y.is_odd()), Some(Affine::GENERATOR));
    assert_eq!(Affine::decompress(x, !y.is_odd()), Some(Affine::GENERATOR.negate()));
    assert_eq!(slow_mul(&n(), &generator()), None);
}

/// Scalars where a careless formula goes wrong: the ends of the range, those whose last window meets its own sum, powers of two.
fn corners() -> Vec<BigUint> {
    let n = n();
    let one = BigUint::from(1u8);
    let mut out: Vec<BigUint> = (1u32..70).flat_map(|k| [BigUint::from(k), &n - k]).collect();
    // The exception of the comb (comb.rs): 2·j·2^w − n for the odd j of the last window, and their opposites.
    for (bit, top) in [(252u32, 15u32), (248, 255), (255, 1), (250, 63)] {
        for j in (1..=top).step_by(2) {
            let twice = BigUint::from(2 * j) << bit;
            if twice > n && &twice - &n < n {
                out.extend([&twice - &n, &n - (&twice - &n)]);
            }
        }
    }
    out.extend((0..256).map(|bit| &one << bit).filter(|k| *k < n));
    out.extend([&n / 2u8, &n / 2u8 + 1u8, (&one << 255) - 1u8]);
    out
}

#[test]
fn multiples_at_the_corners() {
    let g = generator();
    let other = mul_base(&Scalar::from_integer(&[0xdead_beef, 7, 7, 7])).to_affine();
    let comb7 = Comb::<7>::new(&other);
    let comb8 = Comb::<8>::new(&other);
    for k in corners() {
        let s = scalar(&k);
        let (expected, expected_other) = (slow_mul(&k, &g), slow_mul(&k, &slow(&other)));
        assert_eq!(slow_jacobian(&mul_base(&s)), expected, "comb, {k}");
        assert_eq!(slow_jacobian(&multiply::mul(&Affine::GENERATOR, &s)), expected, "window, {k}");
        assert_eq!(slow_jacobian(&multiply::mul(&other, &s)), expected_other, "window, {k}");
        assert_eq!(slow_jacobian(&multiply::vartime_mul(&s, &other)), expected_other, "naf, {k}");
        assert_eq!(
            slow_jacobian(&multiply::vartime_double_mul(&s, &Scalar::ZERO, &other)),
            expected,
            "naf, {k}"
        );
        assert_eq!(slow_jacobian(&comb7.mul(&s)), expected_other, "comb of 7, {k}");
        assert_eq!(slow_jacobian(&comb8.mul(&s)), expected_other, "comb of 8, {k}");
        assert_eq!(slow_jacobian(&comb7.vartime_mul_add(Jacobian::INFINITY, &s)), expected_other, "{k}");
    }
}

#[test]
fn sums_at_the_corners() {
    // s·G + t·P where P is a small multiple of G, so that the two halves meet: P + P, P − P, infinity.
    for (d, s, t) in
        [(1u32, 1u32, 1u32), (1, 5, 5), (2, 2, 1), (3, 6, 2), (6, 6, 1), (1, 1000, 1000), (7, 0, 3)]
    {
        let (big_d, big_s, big_t) = (BigUint::from(d), BigUint::from(s), BigUint::from(t));
        let point = mul_base(&scalar(&big_d)).to_affine();
        let comb = Comb::<6>::new(&point);
        for negative in [false, true] {
            let t = if negative { n() - &big_t } else { big_t.clone() };
            let expected = slow_mul(&((&big_s + &t * &big_d) % n()), &generator());
            let (s, t) = (scalar(&big_s), scalar(&t));
            assert_eq!(
                slow_jacobian(&multiply::vartime_double_mul(&s, &t, &point)),
                expected,
                "{d} {big_s} {t:?}",
                t = big_t
            );
            if big_s != BigUint::ZERO {
                let sum = comb.vartime_mul_add(mul_base(&s), &t);
                assert_eq!(slow_jacobian(&sum), expected, "{d} {big_s} {big_t} prepared");
            }
        }
    }
}

#[test]
fn additions_at_the_corners() {
    let g = Affine::GENERATOR;
    let twice = Jacobian::from(g).double();
    // The same point with another Z.
    let three = FieldElement::from_integer(&[3, 0, 0, 0]);
    let scaled = |point: &Affine| Jacobian {
        x: point.x.mul(&three.square()),
        y: point.y.mul(&three.square().mul(&three)),
        z: three,
    };
    for add in [Jacobian::add_mixed_complete, Jacobian::vartime_add_mixed] {
        assert_eq!(slow_jacobian(&add(&scaled(&g), &g)), slow_jacobian(&twice), "P + P");
        assert_eq!(slow_jacobian(&add(&scaled(&g), &g.negate())), None, "P + (−P)");
        assert_eq!(slow_jacobian(&add(&Jacobian::INFINITY, &g)), generator(), "infinity + P");
        assert_eq!(slow_jacobian(&add(&twice, &g)), slow_mul(&BigUint::from(3u8), &generator()), "2P + P");
        assert_eq!(slow_jacobian(&add(&twice, &g.negate())), generator(), "2P − P");
    }
    assert_eq!(slow_jacobian(&Jacobian::INFINITY.double()), None, "2·infinity");
    assert_eq!(slow_jacobian(&scaled(&g).double()), slow_jacobian(&twice), "2P with another Z");
    assert_eq!(slow_jacobian(&twice.double()), slow_mul(&BigUint::from(4u8), &generator()), "4P");
    assert_eq!(batch_to_affine(&[scaled(&g), twice])[0], g);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn multiples_are_those_of_the_slow_reference(d in arb_limbs(), s in arb_limbs(), t in arb_limbs()) {
        let (d, s, t) = (Scalar::from_integer(&d), Scalar::from_integer(&s), Scalar::from_integer(&t));
        prop_assume!([d, s, t].iter().all(|scalar| !scalar.is_zero().declassify()));
        let g = generator();
        let number = |scalar: &Scalar| big(&scalar.to_integer());
        let point = mul_base(&d).to_affine();
        prop_assert_eq!(slow(&point), slow_mul(&number(&d), &g));
        prop_assert!(Affine::from_coordinates(point.x, point.y).is_some());
        let product = slow_jacobian(&multiply::mul(&point, &t));
        prop_assert_eq!(&product, &slow_mul(&(number(&t) * number(&d) % n()), &g));
        let sum = slow_add(&slow_mul(&number(&s), &g), &product);
        prop_assert_eq!(slow_jacobian(&multiply::vartime_double_mul(&s, &t, &point)), sum);
    }
}
