//! Multiplication of points that are not known in advance.

use super::fast::{Work, fast};
use super::field::{Arithmetic, FieldElement, Portable};
use super::point::{Affine, Jacobian, batch_to_affine};
use super::recode::{OddDigits, vartime_naf};
use super::scalar::Scalar;
use std::sync::LazyLock;

/// Window for secret scalars: 16 points and 52 additions.
const SECRET_WINDOW: u32 = 5;

/// P, 3P, 5P, … `N` odd multiples, in Jacobian coordinates.
///
/// 2P is taken for an affine point of the isomorphic curve that divides coordinates by Z(2P)² and Z(2P)³. The addition formulas do
/// not use the curve's coefficients, so they hold there; only the Z of each result is to be multiplied by Z(2P).
#[inline(always)]
fn odd_multiples<const N: usize, A: Arithmetic>(point: &Affine<A>) -> [Jacobian<A>; N] {
    let arithmetic = point.x.arithmetic();
    let twice = Jacobian::from(*point).double();
    let step = Affine { x: twice.x, y: twice.y };
    let zz = twice.z.square();
    let mut multiple =
        Jacobian { x: point.x.mul(&zz), y: point.y.mul(&zz.mul(&twice.z)), z: FieldElement::one(arithmetic) };
    let mut out = [Jacobian::infinity(arithmetic); N];
    for (i, entry) in out.iter_mut().enumerate() {
        if i > 0 {
            // (2i−1)P + 2P: never special for small multiples of a point of prime order.
            multiple = multiple.add_mixed(&step);
        }
        *entry = Jacobian { z: multiple.z.mul(&twice.z), ..multiple };
    }
    out
}

/// k·P in constant time with regard to k, for k in 1..n. P is public.
///
/// Why the incomplete addition is right: from the top, the sum is always a positive multiple of 2⁵ before a digit of size below
/// 2⁵ is added, so as integers they are never equal, opposite or zero; above the last window sum and digit stay below n in
/// total. The last addition can be special modulo n (for k close to n), so it is a complete one.
pub(crate) fn mul(point: &Affine, k: &Scalar) -> Jacobian {
    fast(Mul { point, k })
}

struct Mul<'a> {
    point: &'a Affine,
    k: &'a Scalar,
}

impl Work for Mul<'_> {
    type Output = Jacobian;

    #[inline(always)]
    fn run<A: Arithmetic>(self, arithmetic: A) -> Jacobian {
        mul_anywhere(&self.point.with(arithmetic), self.k).with(Portable)
    }
}

#[inline(always)]
fn mul_anywhere<A: Arithmetic>(point: &Affine<A>, k: &Scalar) -> Jacobian<A> {
    type Digits = OddDigits<SECRET_WINDOW>;
    let table = batch_to_affine(&odd_multiples::<{ Digits::ENTRIES }, A>(point));
    let digits = Digits::new(k);
    let entry = |window: usize| {
        let (negative, index) = digits.digit(window);
        let mut out = table[0];
        for (j, candidate) in (0u64..).zip(&table) {
            out = Affine::select(super::ct::Mask::eq(j, index), candidate, &out);
        }
        out.negate_if(negative.xor(digits.negative()))
    };
    let mut sum = Jacobian::from(entry(Digits::WINDOWS - 1));
    for window in (1..Digits::WINDOWS - 1).rev() {
        for _ in 0..SECRET_WINDOW {
            sum = sum.double();
        }
        sum = sum.add_mixed(&entry(window));
    }
    for _ in 0..SECRET_WINDOW {
        sum = sum.double();
    }
    sum.add_mixed_complete(&entry(0))
}

/// Width of the non-adjacent form for G: 512 points, 32 KiB, one addition in twelve bits.
const BASE_NAF: u32 = 11;
/// Width of the non-adjacent form for a key: 8 points, made for each verification, one addition in six bits.
const KEY_NAF: u32 = 5;

/// G, 3G, 5G, …
static BASE_ODD: LazyLock<Vec<Affine>> = LazyLock::new(|| {
    batch_to_affine(&odd_multiples::<{ 1 << (BASE_NAF - 2) }, Portable>(&Affine::GENERATOR))
});

/// A Jacobian point with the powers of Z that an addition needs.
struct Cached<A> {
    point: Jacobian<A>,
    zz: FieldElement<A>,
    zzz: FieldElement<A>,
}

/// s·G + t·P for public scalars, by interleaved non-adjacent forms.
pub(crate) fn vartime_double_mul(s: &Scalar, t: &Scalar, point: &Affine) -> Jacobian {
    fast(VartimeDoubleMul { s, t, point })
}

struct VartimeDoubleMul<'a> {
    s: &'a Scalar,
    t: &'a Scalar,
    point: &'a Affine,
}

impl Work for VartimeDoubleMul<'_> {
    type Output = Jacobian;

    #[inline(always)]
    fn run<A: Arithmetic>(self, arithmetic: A) -> Jacobian {
        vartime_double_mul_anywhere(self.s, self.t, &self.point.with(arithmetic)).with(Portable)
    }
}

#[inline(always)]
fn vartime_double_mul_anywhere<A: Arithmetic>(s: &Scalar, t: &Scalar, point: &Affine<A>) -> Jacobian<A> {
    let arithmetic = point.x.arithmetic();
    let multiples = odd_multiples::<{ 1 << (KEY_NAF - 2) }, A>(point).map(|point| {
        let zz = point.z.square();
        Cached { point, zz, zzz: zz.mul(&point.z) }
    });
    let base = &*BASE_ODD;
    let (s, t) = (vartime_naf(s, BASE_NAF), vartime_naf(t, KEY_NAF));
    let mut sum = Jacobian::infinity(arithmetic);
    let mut started = false;
    for (&s, &t) in s.iter().zip(&t).rev() {
        if started {
            sum = sum.double();
        }
        if t != 0 {
            started = true;
            sum = vartime_add_cached(&sum, &multiples[usize::from(t.unsigned_abs() >> 1)], t < 0);
        }
        if s != 0 {
            started = true;
            let entry = base[usize::from(s.unsigned_abs() >> 1)].with(arithmetic);
            sum = sum.vartime_add_mixed(&if s < 0 { entry.negate() } else { entry });
        }
    }
    sum
}

/// P ± Q for every P and Q, for public points. 11M + 3S.
#[inline(always)]
fn vartime_add_cached<A: Arithmetic>(p: &Jacobian<A>, q: &Cached<A>, negative: bool) -> Jacobian<A> {
    let zero = FieldElement::zero(p.z.arithmetic());
    let q_y = if negative { q.point.y.negate() } else { q.point.y };
    if p.z == zero {
        return Jacobian { y: q_y, ..q.point };
    }
    let zz = p.z.square();
    let u1 = p.x.mul(&q.zz);
    let s1 = p.y.mul(&q.zzz);
    let h = q.point.x.mul(&zz).sub(&u1);
    let r = q_y.mul(&zz.mul(&p.z)).sub(&s1);
    if h == zero {
        return p.add_of_equal_x(&r);
    }
    Jacobian::finish_add(&u1, &s1, &p.z.mul(&q.point.z), &h, &r)
}

/// k·P for a public scalar k.
pub(crate) fn vartime_mul(k: &Scalar, point: &Affine) -> Jacobian {
    vartime_double_mul(&Scalar::ZERO, k, point)
}
