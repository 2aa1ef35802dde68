//! Fixed-base tables: every window's multiples of a point that is used again and again.

use crate::backend::{Backend, Blst};
use crate::digits::Digits;
use crate::g1::{G1, G1Affine};
use crate::scalar::Scalar;
use core::fmt;

/// Windows for secret scalars: all entries of a window are read, so small ones win (78 KiB a point).
pub const SECRET_WINDOW: usize = 5;

/// Windows for public scalars: one entry of a window is read (384 KiB a point).
pub const PUBLIC_WINDOW: usize = 8;

/// The multiples d·2^(W·j)·P for every window j and digit d in 1 ..= 2^(W−1).
///
/// `W` is 2 to 8; memory is `256/W · 2^(W−1) · 96` bytes, and building costs about as many additions.
#[derive(Clone)]
pub struct Table<B: Backend = Blst, const W: usize = SECRET_WINDOW> {
    entries: Vec<B::G1Affine>,
}

impl<B: Backend, const W: usize> Table<B, W> {
    /// Of one point.
    #[must_use]
    pub fn new(point: &G1Affine<B>) -> Self {
        let mut base = point.lift();
        let mut multiples = Vec::with_capacity(Digits::<W>::COUNT * Digits::<W>::ENTRIES);
        for _ in 0..Digits::<W>::COUNT {
            let mut multiple = base;
            multiples.push(multiple.0);
            for _ in 1..Digits::<W>::ENTRIES {
                multiple += base;
                multiples.push(multiple.0);
            }
            base = multiple.double();
        }
        Self { entries: B::g1_normalise(&multiples) }
    }

    /// k·P.
    ///
    /// # Security
    /// Constant time on both backends: every entry of every window is read.
    #[must_use]
    pub fn mul(&self, scalar: &Scalar<B>) -> G1<B> {
        let mut sum = G1::identity();
        self.accumulate(scalar, &mut sum);
        sum
    }

    /// sum += k·P. Cheaper than adding [`Table::mul`].
    ///
    /// # Security
    /// Constant time on both backends: every entry of every window is read.
    pub fn accumulate(&self, scalar: &Scalar<B>, sum: &mut G1<B>) {
        let digits = Digits::<W>::new(&B::scalar_to_le(&scalar.0));
        for (window, table) in self.entries.chunks(Digits::<W>::ENTRIES).enumerate() {
            sum.0 = B::g1_add_affine(&sum.0, &B::g1_select(table, digits.at(window)));
        }
    }
}

impl<B: Backend, const W: usize> fmt::Debug for Table<B, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Table({} entries)", self.entries.len())
    }
}

/// A sum of public multiples, taken all at once: on blst the points are added by bulk affine addition.
///
/// # Security
/// Not constant time.
#[derive(Clone)]
pub struct VartimeSum<B: Backend = Blst> {
    points: Vec<B::G1Affine>,
}

impl<B: Backend> VartimeSum<B> {
    /// The empty sum.
    #[must_use]
    pub fn new() -> Self {
        Self { points: Vec::new() }
    }

    /// Adds a point.
    pub fn point(&mut self, point: &G1Affine<B>) {
        self.points.push(point.0);
    }

    /// Adds a multiple of a table's point.
    pub fn multiple<const W: usize>(&mut self, table: &Table<B, W>, scalar: &Scalar<B>) {
        let digits = Digits::<W>::new(&B::scalar_to_le(&scalar.0));
        for (window, entries) in table.entries.chunks(Digits::<W>::ENTRIES).enumerate() {
            let digit = digits.at(window);
            let index = usize::try_from(digit.unsigned_abs()).unwrap_or_default().wrapping_sub(1);
            if let Some(point) = entries.get(index) {
                self.points.push(if digit < 0 { B::g1_vartime_neg(point) } else { *point });
            }
        }
    }

    /// The sum.
    #[must_use]
    pub fn finish(&self) -> G1<B> {
        G1(B::g1_vartime_sum(&self.points))
    }
}

impl<B: Backend> Default for VartimeSum<B> {
    fn default() -> Self {
        Self::new()
    }
}

impl<B: Backend> fmt::Debug for VartimeSum<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VartimeSum({} points)", self.points.len())
    }
}
