//! Multiplication of a point that is known in advance: tables of d·2^(W·i)·P for every window i and odd digit d, so that a
//! multiple is a sum of one entry per window and needs no doubling.

use super::ct::Pair;
use super::fast::{Work, fast};
use super::field::{Arithmetic, FieldElement, Portable};
use super::point::{Affine, Jacobian, batch_to_affine};
use super::recode::OddDigits;
use super::scalar::Scalar;
use super::sum::Sum;
use std::sync::LazyLock;

/// Window of the table for G: 37 windows of 64 points, 148 KiB. Six additions fewer than with the window of a prepared key, for
/// reading tables twice as large: 7 % less time. The next bit would save five and double them again.
pub(crate) const BASE_WINDOW: u32 = 7;
/// Window of the table of a prepared key: 43 windows of 32 points, 86 KiB.
pub(crate) const KEY_WINDOW: u32 = 6;

/// The table of G. Made on first use, in less than a millisecond.
pub(crate) static BASE: LazyLock<Comb<BASE_WINDOW>> = LazyLock::new(|| Comb::new(&Affine::GENERATOR));

/// The table of one point.
pub(crate) struct Comb<const W: u32> {
    /// Window after window; in window i, at index j, the point (2j+1)·2^(W·i)·P.
    points: Box<[Pair]>,
}

impl<const W: u32> Comb<W> {
    const ENTRIES: usize = OddDigits::<W>::ENTRIES;
    const WINDOWS: usize = OddDigits::<W>::WINDOWS;

    /// Takes public points.
    pub(crate) fn new(point: &Affine) -> Self {
        Self { points: fast(Table::<W>(point)) }
    }

    #[inline(always)]
    fn entry<A: Arithmetic>(&self, digits: &OddDigits<W>, window: usize, arithmetic: A) -> Affine<A> {
        let (negative, index) = digits.digit(window);
        let entries = &self.points[window * Self::ENTRIES..][..Self::ENTRIES];
        point(arithmetic.look_up(entries, index), arithmetic).negate_if(negative.xor(digits.negative()))
    }

    /// k·P in constant time, for k in 1..n (0 gives some other point).
    ///
    /// Why the incomplete addition is right: before window i the sum is an odd number of size at most 2^(W·i) − 1 times P, and the
    /// entry is an odd multiple of 2^(W·i)·P. So as integers they are neither equal nor opposite nor zero, and below the last
    /// window their sizes add up to less than n, so they are not so modulo n either. At the last window they can be equal
    /// modulo n (for W = 6 or 7 and k = 30·2²⁵² − n), so the last addition is a complete one.
    pub(crate) fn mul(&self, k: &Scalar) -> Jacobian {
        fast(Mul { comb: self, k })
    }

    #[inline(always)]
    fn mul_anywhere<A: Arithmetic>(&self, k: &Scalar, arithmetic: A) -> Jacobian {
        let digits = OddDigits::<W>::new(k);
        let mut sum = Sum::from(self.entry(&digits, 0, arithmetic));
        for window in 1..Self::WINDOWS - 1 {
            sum = sum.add(&self.entry(&digits, window, arithmetic));
        }
        sum.add_complete(&self.entry(&digits, Self::WINDOWS - 1, arithmetic)).with(Portable)
    }

    /// sum + k·P for public k in 1..n.
    pub(crate) fn vartime_mul_add(&self, sum: Jacobian, k: &Scalar) -> Jacobian {
        fast(VartimeMulAdd { comb: self, sum, k })
    }

    #[inline(always)]
    fn vartime_mul_add_anywhere<A: Arithmetic>(&self, sum: Jacobian, k: &Scalar, arithmetic: A) -> Jacobian {
        let mut sum = Sum::from(sum.with(arithmetic));
        let digits = OddDigits::<W>::new(k);
        for window in 0..Self::WINDOWS {
            let (negative, index) = digits.digit(window);
            let entry = self.points[window * Self::ENTRIES + usize::try_from(index).unwrap_or(0)];
            let entry = point(entry.0, arithmetic).negate_if(negative.xor(digits.negative()));
            sum = sum.vartime_add(&entry);
        }
        Jacobian::from(sum).with(Portable)
    }
}

/// The making of a table.
struct Table<'a, const W: u32>(&'a Affine);

impl<const W: u32> Work for Table<'_, W> {
    type Output = Box<[Pair]>;

    #[inline(always)]
    fn run<A: Arithmetic>(self, arithmetic: A) -> Box<[Pair]> {
        let (windows, entries) = (Comb::<W>::WINDOWS, Comb::<W>::ENTRIES);
        let mut bases = Vec::with_capacity(2 * windows);
        let mut base = Jacobian::from(self.0.with(arithmetic));
        for _ in 0..windows {
            bases.push(base);
            bases.push(base.double());
            for _ in 0..W {
                base = base.double();
            }
        }
        let bases = batch_to_affine(&bases);
        let mut points = Vec::with_capacity(windows * entries);
        for pair in bases.chunks_exact(2) {
            let mut multiple = Jacobian::from(pair[0]);
            points.push(multiple);
            // 2P + P and so on: small different multiples of a point of prime order, but for P + 2P never special.
            for _ in 1..entries {
                multiple = multiple.add_mixed(&pair[1]);
                points.push(multiple);
            }
        }
        batch_to_affine(&points).iter().map(pair).collect()
    }
}

struct Mul<'a, const W: u32> {
    comb: &'a Comb<W>,
    k: &'a Scalar,
}

impl<const W: u32> Work for Mul<'_, W> {
    type Output = Jacobian;

    #[inline(always)]
    fn run<A: Arithmetic>(self, arithmetic: A) -> Jacobian {
        self.comb.mul_anywhere(self.k, arithmetic)
    }
}

struct VartimeMulAdd<'a, const W: u32> {
    comb: &'a Comb<W>,
    sum: Jacobian,
    k: &'a Scalar,
}

impl<const W: u32> Work for VartimeMulAdd<'_, W> {
    type Output = Jacobian;

    #[inline(always)]
    fn run<A: Arithmetic>(self, arithmetic: A) -> Jacobian {
        self.comb.vartime_mul_add_anywhere(self.sum, self.k, arithmetic)
    }
}

/// A point as an entry: x and y in Montgomery form.
fn pair<A: Arithmetic>(point: &Affine<A>) -> Pair {
    let ([x0, x1, x2, x3], [y0, y1, y2, y3]) = (*point.x.montgomery(), *point.y.montgomery());
    Pair([x0, x1, x2, x3, y0, y1, y2, y3])
}

/// The point of an entry.
#[inline(always)]
fn point<A: Arithmetic>([x0, x1, x2, x3, y0, y1, y2, y3]: [u64; 8], arithmetic: A) -> Affine<A> {
    Affine {
        x: FieldElement::from_montgomery([x0, x1, x2, x3]),
        y: FieldElement::from_montgomery([y0, y1, y2, y3]),
    }
    .with(arithmetic)
}

impl<const W: u32> core::fmt::Debug for Comb<W> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Comb").field("window", &W).finish_non_exhaustive()
    }
}

/// k·G in constant time, for k in 1..n.
pub(crate) fn mul_base(k: &Scalar) -> Jacobian {
    BASE.mul(k)
}
