//! Sums of affine points: coordinates in which adding one costs least, and nothing else is possible.
//!
//! (X, Y, ZZ, ZZZ) stands for (X/ZZ, Y/ZZZ), where ZZ³ = ZZZ²: Z itself is not there, so that it need not be squared and cubed
//! again for each addition. Infinity is ZZ = 0.

use super::field::{Arithmetic, FieldElement};
use super::point::{Affine, Jacobian};

/// A sum.
#[derive(Clone, Copy)]
pub(crate) struct Sum<A> {
    x: FieldElement<A>,
    y: FieldElement<A>,
    zz: FieldElement<A>,
    zzz: FieldElement<A>,
}

impl<A: Arithmetic> From<Affine<A>> for Sum<A> {
    #[inline(always)]
    fn from(point: Affine<A>) -> Self {
        let one = FieldElement::one(point.x.arithmetic());
        Self { x: point.x, y: point.y, zz: one, zzz: one }
    }
}

impl<A: Arithmetic> From<Jacobian<A>> for Sum<A> {
    #[inline(always)]
    fn from(point: Jacobian<A>) -> Self {
        let zz = point.z.square();
        Self { x: point.x, y: point.y, zz, zzz: zz.mul(&point.z) }
    }
}

impl<A: Arithmetic> From<Sum<A>> for Jacobian<A> {
    /// With Z·ZZ = ZZZ in the place of Z: X and Y take the factors ZZ² and ZZ³ = ZZZ².
    #[inline(always)]
    fn from(sum: Sum<A>) -> Self {
        Self { x: sum.x.mul(&sum.zz.square()), y: sum.y.mul(&sum.zzz.square()), z: sum.zzz }
    }
}

impl<A: Arithmetic> Sum<A> {
    /// P + Q for P ≠ ±Q, P not infinity. 8M + 2S.
    ///
    /// The three exceptions are the caller's to exclude by argument or to ask `add_complete` for: P = −Q correctly gives
    /// infinity; P = Q would too, wrongly, and so would P = infinity.
    #[inline(always)]
    pub(crate) fn add(&self, q: &Affine<A>) -> Self {
        let (h, r) = self.differences(q);
        self.finish_add(&h, &r)
    }

    /// H = X₂ − X₁ and R = Y₂ − Y₁, brought to one denominator.
    #[inline(always)]
    fn differences(&self, q: &Affine<A>) -> (FieldElement<A>, FieldElement<A>) {
        (q.x.mul(&self.zz).sub(&self.x), q.y.mul(&self.zzz).sub(&self.y))
    }

    #[inline(always)]
    fn finish_add(&self, h: &FieldElement<A>, r: &FieldElement<A>) -> Self {
        let hh = h.square();
        let hhh = hh.mul(h);
        let v = self.x.mul(&hh);
        let x = r.square().sub(&hhh).sub(&v).sub(&v);
        let y = v.sub(&x).mul(r).sub(&self.y.mul(&hhh));
        Self { x, y, zz: self.zz.mul(&hh), zzz: self.zzz.mul(&hhh) }
    }

    /// P + Q for every P and Q, in constant time.
    #[inline(always)]
    pub(crate) fn add_complete(&self, q: &Affine<A>) -> Jacobian<A> {
        let (h, r) = self.differences(q);
        // P = −Q needs no care: H = 0 makes ZZ = 0.
        let sum = Jacobian::from(self.finish_add(&h, &r));
        let q = Jacobian::from(*q);
        let sum = Jacobian::select(h.is_zero().and(r.is_zero()), &q.double(), &sum);
        Jacobian::select(self.zz.is_zero(), &q, &sum)
    }

    /// P + Q for every P and Q, for public points: the special cases are branches.
    #[inline(always)]
    pub(crate) fn vartime_add(&self, q: &Affine<A>) -> Self {
        let zero = FieldElement::zero(self.zz.arithmetic());
        if self.zz == zero {
            return Self::from(*q);
        }
        let (h, r) = self.differences(q);
        if h == zero { Self::sum_of_equal_x(q, &r) } else { self.finish_add(&h, &r) }
    }

    /// P + Q where X is the same and R = Y₂ − Y₁: 2Q or infinity. As good as never with honest inputs, so out of the way.
    #[cold]
    #[inline(never)]
    fn sum_of_equal_x(q: &Affine<A>, r: &FieldElement<A>) -> Self {
        let arithmetic = r.arithmetic();
        if *r == FieldElement::zero(arithmetic) {
            Self::from(Jacobian::from(*q).double())
        } else {
            Self::from(Jacobian::infinity(arithmetic))
        }
    }
}
