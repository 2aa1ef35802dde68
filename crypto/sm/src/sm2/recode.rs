//! Scalars as digits.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    reason = "digits are below 2⁷ in size, and are cut out of words on purpose"
)]

use super::ct::Mask;
use super::limbs::{self, Limbs};
use super::scalar::{ORDER, Scalar};

/// A scalar k in 1..n as windows of `W` bits whose digits are all odd, in −2^W..2^W, so that no window needs a special case.
///
/// An odd K has this form: with u = K mod 2^(W+1), the digit is u − 2^W, and (K − u + 2^W)/2^W = ⌊K/2^W⌋ with its lowest bit
/// set is odd again. Of k and n − k exactly one is odd; [`negative`](Self::negative) says that it is n − k.
pub(crate) struct OddDigits<const W: u32> {
    odd: Limbs,
    negative: Mask,
}

impl<const W: u32> OddDigits<W> {
    /// Windows that 256 bits need.
    pub(crate) const WINDOWS: usize = 256_usize.div_ceil(W as usize);
    /// Different digits without their sign.
    pub(crate) const ENTRIES: usize = 1 << (W - 1);

    pub(crate) fn new(k: &Scalar) -> Self {
        let k = k.to_integer();
        let even = Mask::from_bit(!k[0] & 1);
        Self { odd: limbs::select(even, &limbs::sub(&ORDER, &k).0, &k), negative: even }
    }

    /// Whether the digits are those of n − k.
    pub(crate) const fn negative(&self) -> Mask {
        self.negative
    }

    /// Digit `window` as (sign, (|digit| − 1)/2).
    #[inline(always)]
    pub(crate) fn digit(&self, window: usize) -> (Mask, u64) {
        let bit = window * W as usize;
        let (limb, shift) = (bit / 64, bit % 64);
        let mut u = self.odd[limb] >> shift;
        if shift != 0 && limb + 1 < 4 {
            u |= self.odd[limb + 1] << (64 - shift);
        }
        // The last digit takes all bits that are left and is not negative.
        let last = if window + 1 == Self::WINDOWS { 1 << W } else { 0 };
        let u = (u | 1 | last) & ((2 << W) - 1);
        // Below 2^W the digit is negative: |digit| = 2^W − u, whose bits are those of u the other way round.
        let negative = Mask::from_bit((u >> W) ^ 1);
        (negative, ((u ^ negative.word()) & ((1 << W) - 1)) >> 1)
    }
}

impl<const W: u32> Drop for OddDigits<W> {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.odd);
    }
}

/// Digits of the width-`w` non-adjacent form, least significant first: each is zero or odd and below 2^(w−1) in size, and of `w`
/// neighbours one at most is not zero. Takes public scalars only.
pub(crate) fn vartime_naf(k: &Scalar, w: u32) -> [i16; 257] {
    let mut digits = [0; 257];
    // A fifth limb takes the carry of a negative digit at the top.
    let [k0, k1, k2, k3] = k.to_integer();
    let k = [k0, k1, k2, k3, 0];
    let (mut bit, mut carry) = (0, 0);
    while bit < digits.len() {
        let (limb, shift) = (bit / 64, bit % 64);
        let mut window = k[limb] >> shift;
        if shift != 0 && limb + 1 < k.len() {
            window |= k[limb + 1] << (64 - shift);
        }
        let value = (window & ((1 << w) - 1)) + carry;
        if value & 1 == 0 {
            bit += 1;
            continue;
        }
        carry = value >> (w - 1) & 1;
        digits[bit] = value as i16 - ((carry as i16) << w);
        bit += w as usize;
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<const W: u32>(k: Scalar) {
        let digits = OddDigits::<W>::new(&k);
        let mut sum = Scalar::ZERO;
        let base = Scalar::from_integer(&[1 << W, 0, 0, 0]);
        for window in (0..OddDigits::<W>::WINDOWS).rev() {
            let (negative, index) = digits.digit(window);
            assert!((index as usize) < OddDigits::<W>::ENTRIES);
            let digit = Scalar::from_integer(&[2 * index + 1, 0, 0, 0]);
            let digit = if negative.declassify() { digit.negate() } else { digit };
            sum = sum.mul(&base).add(&digit);
        }
        let sum = if digits.negative().declassify() { sum.negate() } else { sum };
        assert_eq!(sum.to_integer(), k.to_integer());
    }

    fn check_naf(k: Scalar, w: u32) {
        let two = Scalar::ONE.add(&Scalar::ONE);
        let mut sum = Scalar::ZERO;
        let mut last = None;
        for (i, &digit) in vartime_naf(&k, w).iter().enumerate().rev() {
            sum = sum.mul(&two);
            if digit != 0 {
                assert!(digit % 2 != 0 && i32::from(digit).unsigned_abs() < 1 << (w - 1));
                assert!(last.is_none_or(|last| last - i >= w as usize));
                last = Some(i);
                let size = Scalar::from_integer(&[u64::from(digit.unsigned_abs()), 0, 0, 0]);
                sum = if digit < 0 { sum.sub(&size) } else { sum.add(&size) };
            }
        }
        assert_eq!(sum.to_integer(), k.to_integer());
    }

    #[test]
    fn digits_add_up_to_the_scalar() {
        let mut k = Scalar::ONE;
        let step = Scalar::from_integer(&[0x9e37_79b9_7f4a_7c15, 0xdead_beef, u64::MAX, 7]);
        let edges = [
            Scalar::ONE,
            Scalar::ONE.negate(),
            Scalar::ONE.add(&Scalar::ONE),
            Scalar::from_integer(&[u64::MAX, u64::MAX, u64::MAX, u64::MAX >> 1]),
            Scalar::from_integer(&[0, 0, 0, 1 << 63]),
        ];
        for i in 0..200 {
            k = k.mul(&step).add(&Scalar::ONE);
            let k = edges.get(i).copied().unwrap_or(k);
            check::<5>(k);
            check::<6>(k);
            check::<7>(k);
            check::<8>(k);
            check_naf(k, 5);
            check_naf(k, 11);
        }
    }
}
