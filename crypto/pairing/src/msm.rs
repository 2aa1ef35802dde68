//! Multi-exponentiation Σ kᵢ·Pᵢ in G1: constant time for secret scalars, and variable time for public ones.

use crate::backend::Backend;
use crate::digits::Digits;
use crate::g1::{G1, G1Affine};
use crate::scalar::Scalar;
use crate::wiped::Wiped;
use subtle::Choice;

/// The absolute value of the curve's parameter: r = z⁴ − z² + 1.
pub(crate) const Z: u64 = 0xd201_0000_0001_0000;

/// Below this many points, one multiplication each is as fast as sharing doublings on blst.
const SHARE_FROM: usize = 3;

/// Up to this many points, interleaving is faster than buckets.
const INTERLEAVE_UP_TO: usize = 24;

/// From this many points, buckets of 8 bits are faster than of 5.
const WIDE_BUCKETS_FROM: usize = 256;

/// Σ kᵢ·Pᵢ.
///
/// # Security
/// Constant time in scalars and points on both backends; only the number of terms shows. Nothing of either is left
/// in freed memory, except that blst's own copy of the points' multiples is (three terms and more).
#[must_use]
pub fn msm<B: Backend>(terms: &[(G1Affine<B>, Scalar<B>)]) -> G1<B> {
    if terms.len() < SHARE_FROM {
        return terms.iter().map(|(point, scalar)| *point * *scalar).sum();
    }
    G1(straus(terms))
}

/// Σ kᵢ·Pᵢ for public scalars and points.
///
/// # Security
/// Not constant time.
#[must_use]
pub fn vartime_msm<B: Backend>(terms: &[(G1Affine<B>, Scalar<B>)]) -> G1<B> {
    let (points, scalars): (Vec<_>, Vec<_>) = terms.iter().map(|(point, scalar)| (point.0, scalar.0)).unzip();
    G1(if terms.len() <= INTERLEAVE_UP_TO {
        vartime_interleaved::<B>(&points, &scalars)
    } else if let Some(sum) = B::g1_vartime_msm(&points, &scalars) {
        sum
    } else if terms.len() < WIDE_BUCKETS_FROM {
        vartime_buckets::<B, 5>(&points, &scalars)
    } else {
        vartime_buckets::<B, 8>(&points, &scalars)
    })
}

/// Bits of a window of [`straus`].
const WINDOW: usize = 4;

/// Straus's method with fixed windows: the multiples 1..8 of every point, every entry read for every digit.
pub(crate) fn straus<B: Backend>(terms: &[(G1Affine<B>, Scalar<B>)]) -> B::G1 {
    let mut multiples = Vec::with_capacity(terms.len() * Digits::<WINDOW>::ENTRIES);
    for (point, _) in terms {
        let mut multiple = B::g1_lift(&point.0);
        multiples.push(multiple);
        for index in 2..=Digits::<WINDOW>::ENTRIES {
            multiple =
                if index == 2 { B::g1_double(&multiple) } else { B::g1_add_affine(&multiple, &point.0) };
            multiples.push(multiple);
        }
    }
    let multiples = Wiped::new(multiples, B::g1_identity());
    let tables = Wiped::new(B::g1_normalise(&multiples), B::G1Affine::default());
    let digits: Vec<_> =
        terms.iter().map(|(_, scalar)| Digits::<WINDOW>::new(&B::scalar_to_le(&scalar.0))).collect();
    let mut sum = B::g1_identity();
    for window in (0..Digits::<WINDOW>::COUNT).rev() {
        if window + 1 < Digits::<WINDOW>::COUNT {
            sum = (0..WINDOW).fold(sum, |sum, _| B::g1_double(&sum));
        }
        for (table, digits) in tables.chunks(Digits::<WINDOW>::ENTRIES).zip(&digits) {
            sum = B::g1_add_affine(&sum, &B::g1_select(table, digits.at(window)));
        }
    }
    sum
}

/// Whether a secret digit is negative.
pub(crate) fn is_negative(digit: i32) -> Choice {
    let [sign, ..] = (digit.cast_unsigned() >> 31).to_le_bytes();
    Choice::from(sign)
}

/// Odd multiples P, 3P, … 15P for a non-adjacent form of width 5.
const ODD_MULTIPLES: usize = 8;

/// Interleaved non-adjacent forms over half-length scalars; over whole ones for a table that the endomorphism has no
/// image of.
fn vartime_interleaved<B: Backend>(points: &[B::G1Affine], scalars: &[B::Scalar]) -> B::G1 {
    let mut multiples = Vec::with_capacity(points.len() * ODD_MULTIPLES);
    for point in points {
        let mut multiple = B::g1_lift(point);
        let twice = B::g1_double(&multiple);
        multiples.push(multiple);
        for _ in 1..ODD_MULTIPLES {
            multiple = multiple + twice;
            multiples.push(multiple);
        }
    }
    let tables = B::g1_normalise(&multiples);
    let mut lanes: Vec<(Vec<i8>, Vec<B::G1Affine>)> = Vec::with_capacity(2 * points.len());
    for (table, scalar) in tables.chunks(ODD_MULTIPLES).zip(scalars) {
        let limbs = limbs(&B::scalar_to_le(scalar));
        let images: Option<Vec<_>> = table
            .iter()
            .map(|point| B::g1_vartime_endomorphism(point).map(|image| B::g1_vartime_neg(&image)))
            .collect();
        if let Some(images) = images {
            // k = high·z² + low, and the image of P is −z²·P: k·P = low·P + high·(−image).
            let (high, low) = split(limbs);
            lanes.push((naf(low), table.to_vec()));
            lanes.push((naf(high), images));
        } else {
            lanes.push((naf(limbs), table.to_vec()));
        }
    }
    let length = lanes.iter().map(|(naf, _)| naf.len()).max().unwrap_or_default();
    let mut sum = B::g1_identity();
    for position in (0..length).rev() {
        sum = B::g1_double(&sum);
        for (naf, table) in &lanes {
            let digit = naf.get(position).copied().unwrap_or_default();
            if let Some(point) = table.get(usize::from(digit.unsigned_abs() / 2)).filter(|_| digit != 0) {
                let point = if digit < 0 { B::g1_vartime_neg(point) } else { *point };
                sum = B::g1_add_affine(&sum, &point);
            }
        }
    }
    sum
}

/// Pippenger's method with signed windows.
fn vartime_buckets<B: Backend, const W: usize>(points: &[B::G1Affine], scalars: &[B::Scalar]) -> B::G1 {
    let digits: Vec<_> = scalars.iter().map(|scalar| Digits::<W>::new(&B::scalar_to_le(scalar))).collect();
    let mut sum = B::g1_identity();
    for window in (0..Digits::<W>::COUNT).rev() {
        sum = (0..W).fold(sum, |sum, _| B::g1_double(&sum));
        let mut buckets = vec![B::g1_identity(); Digits::<W>::ENTRIES];
        for (point, digits) in points.iter().zip(&digits) {
            let digit = digits.at(window);
            let index = usize::try_from(digit.unsigned_abs()).unwrap_or_default().wrapping_sub(1);
            if let Some(bucket) = buckets.get_mut(index) {
                let point = if digit < 0 { B::g1_vartime_neg(point) } else { *point };
                *bucket = B::g1_add_affine(bucket, &point);
            }
        }
        let mut running = B::g1_identity();
        for bucket in buckets.iter().rev() {
            running = running + *bucket;
            sum = sum + running;
        }
    }
    sum
}

fn limbs(le: &[u8; 32]) -> [u64; 4] {
    let mut limbs = [0; 4];
    limbs.iter_mut().zip(le.as_chunks().0).for_each(|(limb, chunk)| *limb = u64::from_le_bytes(*chunk));
    limbs
}

/// k = high·z² + low with low < z².
fn split(mut limbs: [u64; 4]) -> ([u64; 4], [u64; 4]) {
    let low = u128::from(divide(&mut limbs));
    let middle = u128::from(divide(&mut limbs));
    let low = middle * u128::from(Z) + low;
    (limbs, [truncate(low), truncate(low >> 64), 0, 0])
}

/// Divides by z in place and returns the remainder.
fn divide(limbs: &mut [u64; 4]) -> u64 {
    let mut remainder = 0;
    for limb in limbs.iter_mut().rev() {
        let value = u128::from(remainder) << 64 | u128::from(*limb);
        *limb = truncate(value / u128::from(Z));
        remainder = truncate(value % u128::from(Z));
    }
    remainder
}

#[expect(clippy::cast_possible_truncation, reason = "the low half is what is asked for")]
fn truncate(value: u128) -> u64 {
    value as u64
}

/// The non-adjacent form of width 5: odd digits −15..=15 or zero, lowest first.
fn naf(limbs: [u64; 4]) -> Vec<i8> {
    const WIDTH: usize = 5;
    let bits = |position: usize, count: usize| {
        let limb = |index: usize| u128::from(limbs.get(index).copied().unwrap_or_default());
        let wide = limb(position / 64) | limb(position / 64 + 1) << 64;
        truncate(wide >> (position % 64)) & ((1 << count) - 1)
    };
    let top = limbs.iter().rposition(|limb| *limb != 0).map_or(0, |index| 64 * (index + 1));
    let mut digits = vec![0; top + WIDTH];
    let mut carry = 0;
    let mut position = 0;
    while position <= top {
        if bits(position, 1) == carry {
            position += 1;
            continue;
        }
        let word = bits(position, WIDTH) + carry;
        carry = word >> (WIDTH - 1);
        let digit = i8::try_from(word).unwrap_or_default() - if carry == 1 { 1 << WIDTH } else { 0 };
        if let Some(slot) = digits.get_mut(position) {
            *slot = digit;
        }
        position += WIDTH;
    }
    digits
}
