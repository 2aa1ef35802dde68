//! Points of the curve y² = x³ − 3x + b over the field of p elements (GB/T 32918.5 §2; group law: GB/T 32918.1 §3.2.3).
//!
//! Affine points leave and enter; in between, points are Jacobian: (X, Y, Z) stands for (X/Z², Y/Z³), and Z = 0 for infinity.
//! The order n of the group is a prime and the cofactor is 1: every point of the curve except infinity generates it, and no
//! point has order two.

use super::ct::Mask;
use super::field::{Arithmetic, FieldElement, Portable};

/// The coefficient b.
const B: FieldElement = FieldElement::from_montgomery([
    0x90d2_3063_2bc0_dd42,
    0x71cf_379a_e9b5_37ab,
    0x5279_8150_5ea5_1c3c,
    0x240f_e188_ba20_e2c8,
]);

/// A point other than infinity.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Affine<A = Portable> {
    pub(crate) x: FieldElement<A>,
    pub(crate) y: FieldElement<A>,
}

impl Default for Affine {
    fn default() -> Self {
        Self::GENERATOR
    }
}

impl zeroize::DefaultIsZeroes for Affine {}

impl Affine {
    /// The base point G.
    pub(crate) const GENERATOR: Self = Self {
        x: FieldElement::from_montgomery([
            0x6132_8990_f418_029e,
            0x3e79_81ed_dca6_c050,
            0xd6a1_ed99_ac24_c3c3,
            0x9116_7a5e_e1c1_3b05,
        ]),
        y: FieldElement::from_montgomery([
            0xc135_4e59_3c2d_0ddd,
            0xc1f5_e578_8d32_95fa,
            0x8d4c_fb06_6e2a_48f8,
            0x63cd_65d4_81d7_35bd,
        ]),
    };

    /// x³ − 3x + b.
    fn right_side(x: &FieldElement) -> FieldElement {
        let three_x = x.double().add(x);
        x.square().mul(x).sub(&three_x).add(&B)
    }

    /// The point with these coordinates, if it is on the curve.
    pub(crate) fn from_coordinates(x: FieldElement, y: FieldElement) -> Option<Self> {
        (y.square() == Self::right_side(&x)).then_some(Self { x, y })
    }

    /// The point with this x and a y of this parity, if there is one.
    pub(crate) fn decompress(x: FieldElement, odd: bool) -> Option<Self> {
        let y = Self::right_side(&x).sqrt()?;
        // y = 0 would be a point of order two, of which there is none; so y and −y differ in parity.
        Some(Self { x, y: if y.is_odd() == odd { y } else { y.negate() } })
    }
}

impl<A: Arithmetic> Affine<A> {
    /// The same point for another arithmetic.
    #[inline(always)]
    pub(crate) const fn with<B: Copy>(&self, arithmetic: B) -> Affine<B> {
        Affine { x: self.x.with(arithmetic), y: self.y.with(arithmetic) }
    }

    /// −P if the mask is set, else P.
    #[inline(always)]
    pub(crate) fn negate_if(&self, mask: Mask) -> Self {
        Self { x: self.x, y: self.y.negate_if(mask) }
    }

    #[inline(always)]
    pub(crate) fn negate(&self) -> Self {
        Self { x: self.x, y: self.y.negate() }
    }

    /// `a` if the mask is set, else `b`.
    #[inline(always)]
    pub(crate) fn select(mask: Mask, a: &Self, b: &Self) -> Self {
        Self { x: FieldElement::select(mask, &a.x, &b.x), y: FieldElement::select(mask, &a.y, &b.y) }
    }
}

/// A point in Jacobian coordinates.
#[derive(Clone, Copy)]
pub(crate) struct Jacobian<A = Portable> {
    pub(crate) x: FieldElement<A>,
    pub(crate) y: FieldElement<A>,
    pub(crate) z: FieldElement<A>,
}

impl Default for Jacobian {
    fn default() -> Self {
        Self::INFINITY
    }
}

impl zeroize::DefaultIsZeroes for Jacobian {}

impl<A: Arithmetic> From<Affine<A>> for Jacobian<A> {
    #[inline(always)]
    fn from(point: Affine<A>) -> Self {
        Self { x: point.x, y: point.y, z: FieldElement::one(point.x.arithmetic()) }
    }
}

impl Jacobian {
    pub(crate) const INFINITY: Self =
        Self { x: FieldElement::ONE, y: FieldElement::ONE, z: FieldElement::ZERO };
}

impl<A: Arithmetic> Jacobian<A> {
    /// The point at infinity.
    #[inline(always)]
    pub(crate) const fn infinity(arithmetic: A) -> Self {
        Jacobian::INFINITY.with(arithmetic)
    }

    /// The same point for another arithmetic.
    #[inline(always)]
    pub(crate) const fn with<B: Copy>(&self, arithmetic: B) -> Jacobian<B> {
        Jacobian { x: self.x.with(arithmetic), y: self.y.with(arithmetic), z: self.z.with(arithmetic) }
    }

    #[inline(always)]
    pub(crate) fn is_infinity(&self) -> Mask {
        self.z.is_zero()
    }

    #[inline(always)]
    pub(crate) fn select(mask: Mask, a: &Self, b: &Self) -> Self {
        Self {
            x: FieldElement::select(mask, &a.x, &b.x),
            y: FieldElement::select(mask, &a.y, &b.y),
            z: FieldElement::select(mask, &a.z, &b.z),
        }
    }

    /// 2P, for every P: infinity (Z = 0) gives Z = 0, and there is no point with Y = 0. 4M + 4S.
    #[inline(always)]
    pub(crate) fn double(&self) -> Self {
        let zz = self.z.square();
        let a = self.x.sub(&zz).mul(&self.x.add(&zz));
        let a = a.double().add(&a);
        let two_y = self.y.double();
        let z = two_y.mul(&self.z);
        // 4Y²
        let c = two_y.square();
        let d = c.mul(&self.x);
        let x = a.square().sub(&d.double());
        // 8Y⁴ = (4Y²)²/2
        let y = d.sub(&x).mul(&a).sub(&c.square().halve());
        Self { x, y, z }
    }

    /// P + Q for P ≠ ±Q, P not infinity. 8M + 3S.
    ///
    /// The three exceptions are the caller's to exclude by argument or to ask `add_mixed_complete` for: P = −Q correctly
    /// gives infinity; P = Q would too, wrongly, and so would P = infinity.
    #[inline(always)]
    pub(crate) fn add_mixed(&self, q: &Affine<A>) -> Self {
        let zz = self.z.square();
        let u2 = q.x.mul(&zz);
        let s2 = q.y.mul(&zz.mul(&self.z));
        let h = u2.sub(&self.x);
        let r = s2.sub(&self.y);
        Self::finish_add(&self.x, &self.y, &self.z, &h, &r)
    }

    /// The end of both additions, from U1, S1, the product of the Zs, H = U2 − U1 and R = S2 − S1.
    #[inline(always)]
    pub(crate) fn finish_add(
        u1: &FieldElement<A>,
        s1: &FieldElement<A>,
        z: &FieldElement<A>,
        h: &FieldElement<A>,
        r: &FieldElement<A>,
    ) -> Self {
        let hh = h.square();
        let hhh = hh.mul(h);
        let v = u1.mul(&hh);
        let x = r.square().sub(&hhh).sub(&v.double());
        let y = v.sub(&x).mul(r).sub(&s1.mul(&hhh));
        Self { x, y, z: z.mul(h) }
    }

    /// P + Q for every P and Q, in constant time.
    #[inline(always)]
    pub(crate) fn add_mixed_complete(&self, q: &Affine<A>) -> Self {
        let zz = self.z.square();
        let u2 = q.x.mul(&zz);
        let s2 = q.y.mul(&zz.mul(&self.z));
        let h = u2.sub(&self.x);
        let r = s2.sub(&self.y);
        // P = −Q needs no care: H = 0 makes Z = 0.
        let sum = Self::finish_add(&self.x, &self.y, &self.z, &h, &r);
        let q = Self::from(*q);
        let sum = Self::select(h.is_zero().and(r.is_zero()), &q.double(), &sum);
        Self::select(self.is_infinity(), &q, &sum)
    }

    /// P + Q for every P and Q, for public points: the special cases are branches.
    #[inline(always)]
    pub(crate) fn vartime_add_mixed(&self, q: &Affine<A>) -> Self {
        if self.z == FieldElement::zero(self.z.arithmetic()) {
            return Self::from(*q);
        }
        let zz = self.z.square();
        let h = q.x.mul(&zz).sub(&self.x);
        let r = q.y.mul(&zz.mul(&self.z)).sub(&self.y);
        if h == FieldElement::zero(self.z.arithmetic()) {
            return self.add_of_equal_x(&r);
        }
        Self::finish_add(&self.x, &self.y, &self.z, &h, &r)
    }

    /// P + Q where X is the same and R = S2 − S1: 2P or infinity. As good as never with honest inputs, so out of the way.
    #[cold]
    #[inline(never)]
    pub(crate) fn add_of_equal_x(&self, r: &FieldElement<A>) -> Self {
        let arithmetic = self.z.arithmetic();
        if *r == FieldElement::zero(arithmetic) { self.double() } else { Self::infinity(arithmetic) }
    }

    /// The affine point, given 1/Z.
    #[inline(always)]
    pub(crate) fn to_affine_with(self, z_inverse: &FieldElement<A>) -> Affine<A> {
        let zz = z_inverse.square();
        Affine { x: self.x.mul(&zz), y: self.y.mul(&zz.mul(z_inverse)) }
    }

    /// The affine point. Not infinity: the inverse of Z = 0 is taken as 0, and the result would be no point.
    pub(crate) fn to_affine(self) -> Affine<A> {
        self.to_affine_with(&self.z.invert())
    }
}

/// The affine points of all, with one inversion (Montgomery's trick), in constant time. None may be infinity.
#[inline(always)]
pub(crate) fn batch_to_affine<A: Arithmetic>(points: &[Jacobian<A>]) -> Vec<Affine<A>> {
    batch_invert(points.iter().map(|point| point.z).collect())
        .iter()
        .zip(points)
        .map(|(inverse, point)| point.to_affine_with(inverse))
        .collect()
}

/// The inverses of all, with one inversion (Montgomery's trick), in constant time. None may be zero.
#[inline(always)]
pub(crate) fn batch_invert<A: Arithmetic>(
    mut elements: Vec<FieldElement<A>>,
) -> zeroize::Zeroizing<Vec<FieldElement<A>>> {
    let Some((first, _)) = elements.split_first() else { return elements.into() };
    let mut product = FieldElement::one(first.arithmetic());
    let products: zeroize::Zeroizing<Vec<_>> = elements
        .iter()
        .map(|element| {
            let before = product;
            product = product.mul(element);
            before
        })
        .collect::<Vec<_>>()
        .into();
    let mut inverse = product.invert();
    for (element, before) in elements.iter_mut().zip(products.iter()).rev() {
        let own = inverse.mul(before);
        inverse = inverse.mul(element);
        *element = own;
    }
    elements.into()
}
