//! The signer's large sum: the coefficients X_j of Σ_k p_k(ξ)·P_k, where p_k(ξ) = Π_j (a_(j,k_j) + ξ·σ_(j,k_j)).
//!
//! Computing each X_j as a sum over the whole ring costs m·N multiplications, and m·N is what other implementations
//! spend. But p_k is a product over digits, so the sum can be folded: the digits of one step turn every block of
//! 4^g neighbours into one polynomial with points as coefficients,
//!
//! Q(ξ) = Σ_{k in block} Π_{j in step} (a_(j,k_j) + ξ·σ_(j,k_j)) · P_k,
//!
//! and the next step folds those. The coefficient of ξ^t in such a product is not zero only where k agrees with the
//! index l in t digits of the step. So the term for a set T of t agreeing digits is a sum over the 4^(g−t) points of
//! the slice k_T = l_T alone: for g = 2 that is 16 + 8 + 1 points instead of 3·16. Between 1.5·N and
//! 2·N multiplications remain.
//!
//! # Security
//!
//! The index and all scalars are secret. A slice is taken by reading every point of the block and keeping by mask;
//! sums are dalek's `MultiscalarMul` (Straus, constant time, also in its table look-ups). Which points are read, in
//! which order, and all loop bounds depend on the ring's size only. `VartimeMultiscalarMul` must not be used here.

use curve25519_dalek::ristretto::RistrettoPoint;
use curve25519_dalek::traits::MultiscalarMul;
use curve25519_dalek::{Scalar, traits::Identity};
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use zeroize::Zeroizing;

use super::{BASE, DIGIT_BITS, power};

/// One secret digit: its masks a, and which value it has. Wiped when dropped.
pub(super) struct Digit {
    masks: Zeroizing<[Scalar; BASE]>,
    /// 1 for the value it has, else 0. A [`Choice`] cannot be wiped, so it is made when asked for.
    is: Zeroizing<[u8; BASE]>,
}

impl Digit {
    /// The digit of this value, 0 to 3, in constant time.
    pub(super) fn new(value: u32, masks: Zeroizing<[Scalar; BASE]>) -> Self {
        let is = [0u32, 1, 2, 3].map(|of| value.ct_eq(&of).unwrap_u8());
        Self { masks, is: Zeroizing::new(is) }
    }

    /// The masks of its values.
    pub(super) fn masks(&self) -> &[Scalar; BASE] {
        &self.masks
    }

    /// For each value, whether it is the digit's.
    pub(super) fn is(&self) -> impl Iterator<Item = Choice> {
        self.is.iter().map(|is| Choice::from(*is))
    }
}

/// What is added to each coefficient at the end: ρ_j times one point.
pub(super) struct Blinding<'b> {
    pub(super) scalars: &'b [Scalar],
    pub(super) point: RistrettoPoint,
}

/// Points with secret history.
type Points = Zeroizing<Vec<RistrettoPoint>>;

/// Digits folded per step, lowest first. Steps of two and three cost the same within a few percent; one digit at a
/// time costs a third more, because a sum of four shares its doublings among four only.
const fn steps(digits: usize) -> &'static [usize] {
    match digits {
        2 => &[2],
        3 => &[3],
        4 => &[2, 2],
        5 => &[2, 3],
        6 => &[2, 2, 2],
        7 => &[2, 2, 3],
        _ => &[2, 2, 2, 2],
    }
}

/// X_0 … X_(m−1) for a ring that is filled up to 4^m with copies of its last member.
pub(super) fn coefficients(ring: Vec<RistrettoPoint>, digits: &[Digit], blinding: &Blinding<'_>) -> Points {
    // Coefficient s of polynomial k is level[s][k]; at first each polynomial is one point.
    let mut level = vec![Zeroizing::new(ring)];
    let mut total = power(digits.len());
    let mut rest = digits;
    for size in steps(digits.len()) {
        let (now, later) = rest.split_at(*size);
        total >>= DIGIT_BITS * size;
        let last = later.is_empty().then_some(blinding);
        level = fold(&level, now, total, last);
        rest = later;
    }
    // The coefficient of ξ^m is P_l itself, and stays here.
    Zeroizing::new(level[..digits.len()].iter().map(|coefficient| coefficient[0]).collect())
}

/// Folds blocks of 4^g polynomials; `total` is how many the filled ring would leave.
fn fold(level: &[Points], digits: &[Digit], total: usize, blinding: Option<&Blinding<'_>>) -> Vec<Points> {
    let block = power(digits.len());
    let real = level[0].len();
    // Past the ring's end all blocks are copies of one: it is folded once and stands for the others.
    let blocks = total.min(real.div_ceil(block) + 1);
    let terms: Vec<Term> = (0..1 << digits.len()).map(|set| Term::new(set, digits)).collect();
    let degree = level.len() - 1 + digits.len();
    let mut out: Vec<Points> = (0..=degree).map(|_| Zeroizing::new(Vec::with_capacity(blocks))).collect();
    for at in 0..blocks {
        let slices: Vec<Vec<Points>> = level
            .iter()
            .map(|coefficient| {
                let points = (0..block).map(|k| coefficient[(at * block + k).min(real - 1)]).collect();
                slices(Zeroizing::new(points), digits)
            })
            .collect();
        for (e, out) in out.iter_mut().enumerate() {
            out.push(coefficient(e, &slices, &terms, blinding.filter(|b| e < b.scalars.len())));
        }
    }
    out
}

/// The coefficient of ξ^e of one block.
fn coefficient(
    e: usize,
    slices: &[Vec<Points>],
    terms: &[Term],
    blinding: Option<&Blinding<'_>>,
) -> RistrettoPoint {
    // Terms of t agreeing digits meet the block's own coefficients of ξ^(e−t).
    let pairs = || {
        terms.iter().enumerate().filter_map(|(set, term)| {
            let of = slices.get(e.checked_sub(term.agreeing)?)?;
            Some((term, &of[set]))
        })
    };
    // Never grown: the old block of a list that grows is given back as it is.
    let count = pairs().map(|(term, _)| term.weights.len()).sum::<usize>() + usize::from(blinding.is_some());
    let mut scalars = Zeroizing::new(Vec::with_capacity(count));
    let mut points = Vec::with_capacity(count);
    for (term, slice) in pairs().filter(|(term, _)| !term.weights.is_empty()) {
        scalars.extend_from_slice(&term.weights);
        points.extend(slice.iter());
    }
    if let Some(blinding) = blinding {
        scalars.push(blinding.scalars[e]);
        points.push(&blinding.point);
    }
    // Constant time: scalars are masks and products of masks.
    let sum = RistrettoPoint::multiscalar_mul(scalars.iter(), points);
    // Where every digit agrees, the one point of the slice has weight 1.
    let whole = pairs().filter(|(term, _)| term.weights.is_empty());
    whole.fold(sum, |sum, (_, slice)| sum + slice[0])
}

/// For a set of digits of a step that agree with the index: the weights of the points of their slice.
struct Term {
    agreeing: usize,
    /// Products of the masks of the digits outside the set, lowest digit fastest; empty when there is none.
    weights: Zeroizing<Vec<Scalar>>,
}

impl Term {
    /// `set` has bit u set when the u-th digit agrees.
    fn new(set: usize, digits: &[Digit]) -> Self {
        let agreeing = set.count_ones() as usize;
        let mut weights = Zeroizing::new(Vec::with_capacity(power(digits.len() - agreeing)));
        for (_, digit) in digits.iter().enumerate().filter(|(u, _)| set >> u & 1 == 0) {
            if weights.is_empty() {
                weights.extend_from_slice(digit.masks());
            } else {
                let mut next = Zeroizing::new(Vec::with_capacity(BASE * weights.len()));
                next.extend(digit.masks().iter().flat_map(|mask| weights.iter().map(move |w| w * mask)));
                // As a whole, so that the old list is wiped.
                weights = next;
            }
        }
        Self { agreeing, weights }
    }
}

/// For every set of digits the points of the block that agree with the index in them; set 0 is the block.
fn slices(block: Points, digits: &[Digit]) -> Vec<Points> {
    let mut out = vec![block];
    for set in 1..1usize << digits.len() {
        // The highest digit of the set is taken out of the slice without it.
        let top = set.ilog2() as usize;
        let without = &out[set ^ (1 << top)];
        // Digits below `top` that are in the set have left the slice already.
        let below = top - (set ^ (1 << top)).count_ones() as usize;
        let slice = take(without, power(below), &digits[top]);
        out.push(slice);
    }
    out
}

/// Of points whose digit at `stride` runs over all values, those where it has the secret one.
fn take(points: &[RistrettoPoint], stride: usize, digit: &Digit) -> Points {
    let mut out = Zeroizing::new(Vec::with_capacity(points.len() / BASE));
    for outer in points.chunks_exact(stride * BASE) {
        for inner in 0..stride {
            let mut kept = RistrettoPoint::identity();
            for (value, is) in digit.is().enumerate() {
                kept.conditional_assign(&outer[value * stride + inner], is);
            }
            out.push(kept);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use curve25519_dalek::constants::RISTRETTO_BASEPOINT_POINT as G;

    /// Σ_k p_k(ξ)·P_k by its definition.
    fn directly(
        ring: &[RistrettoPoint],
        masks: &[[Scalar; 4]],
        index: usize,
        power: usize,
    ) -> RistrettoPoint {
        let mut sum = RistrettoPoint::identity();
        for k in 0..super::super::power(masks.len()) {
            let mut polynomial = vec![Scalar::ONE];
            for (j, masks) in masks.iter().enumerate() {
                let value = k >> (2 * j) & 3;
                let hit = value == (index >> (2 * j) & 3);
                let mut next = vec![Scalar::ZERO; polynomial.len() + 1];
                for (t, c) in polynomial.iter().enumerate() {
                    next[t] += c * masks[value];
                    if hit {
                        next[t + 1] += c;
                    }
                }
                polynomial = next;
            }
            sum += ring[k.min(ring.len() - 1)] * polynomial[power];
        }
        sum
    }

    #[test]
    fn folding_is_the_definition() {
        for size in [9, 15, 16, 17, 20, 33, 49, 63, 64, 65, 81, 255, 256, 257, 300] {
            let m = super::super::digits(size);
            let ring: Vec<_> = (1..=size as u64).map(|i| G * Scalar::from(i * i + 7)).collect();
            let masks: Vec<[Scalar; 4]> = (0..m as u64)
                .map(|j| [0, 1, 2, 3].map(|i| Scalar::from(1000 + 10 * j + i).invert()))
                .collect();
            let rho: Vec<_> = (0..m as u64).map(|j| Scalar::from(99 + j)).collect();
            for index in [0, 1, size / 2, size - 1].map(|index| u32::try_from(index).unwrap()) {
                let digits: Vec<_> =
                    (0..m).map(|j| Digit::new(index >> (2 * j) & 3, Zeroizing::new(masks[j]))).collect();
                let blinding = Blinding { scalars: &rho, point: G + G };
                let folded = coefficients(ring.clone(), &digits, &blinding);
                assert_eq!(folded.len(), m);
                for (power, point) in folded.iter().enumerate() {
                    let expected = directly(&ring, &masks, index as usize, power) + (G + G) * rho[power];
                    assert_eq!(*point, expected, "ring of {size}, index {index}, power {power}");
                }
            }
        }
    }
}
