//! Signed digits of a scalar in windows of `W` bits, for secret scalars.
//!
//! With the constant o = Σ 2^(W−1)·2^(Wj) added, every window of k + o less 2^(W−1) is a digit of k in
//! −2^(W−1) ..= 2^(W−1)−1: no carry runs through the digits, and each is read on its own.

use zeroize::ZeroizeOnDrop;

/// The digits of one scalar; erased when dropped.
#[derive(ZeroizeOnDrop)]
pub(crate) struct Digits<const W: usize> {
    offset: [u64; LIMBS],
}

/// 64-bit limbs for 260 bits: 52 windows of 5.
const LIMBS: usize = 5;

impl<const W: usize> Digits<W> {
    /// Number of digits of any scalar below r.
    pub(crate) const COUNT: usize = 256usize.div_ceil(W);

    /// Entries of a table that has every multiple a digit can ask for.
    pub(crate) const ENTRIES: usize = 1 << (W - 1);

    #[expect(clippy::indexing_slicing, reason = "in a constant, an index out of range does not compile")]
    const OFFSET: [u64; LIMBS] = {
        assert!(W >= 2 && W <= 8, "a digit is read from one byte");
        let mut offset = [0; LIMBS];
        let mut window = 0;
        while window < Self::COUNT {
            let bit = window * W + W - 1;
            offset[bit / 64] |= 1 << (bit % 64);
            window += 1;
        }
        offset
    };

    /// Of 32 little-endian bytes below r.
    pub(crate) fn new(le: &[u8; 32]) -> Self {
        let mut offset = [0; LIMBS];
        let mut carry = 0;
        let limbs = le.as_chunks().0.iter().map(|chunk| u64::from_le_bytes(*chunk)).chain([0]);
        for ((to, limb), add) in offset.iter_mut().zip(limbs).zip(Self::OFFSET) {
            let (sum, first) = limb.overflowing_add(add);
            let (sum, second) = sum.overflowing_add(carry);
            carry = u64::from(first | second);
            *to = sum;
        }
        Self { offset }
    }

    /// The digit with weight 2^(W·window).
    pub(crate) fn at(&self, window: usize) -> i32 {
        let bit = window * W;
        let limb = |index: usize| self.offset.get(index).copied().unwrap_or_default();
        let low = limb(bit / 64) >> (bit % 64);
        let high = limb(bit / 64 + 1).checked_shl(64 - u32::try_from(bit % 64).unwrap_or_default());
        let [value, ..] = (low | high.unwrap_or_default()).to_le_bytes();
        let mask = u8::MAX >> (8 - W);
        i32::from(value & mask) - (1 << (W - 1))
    }
}

#[cfg(test)]
mod tests {
    use super::Digits;

    /// Σ digit·2^(W·j) modulo 2^128, for scalars below 2^127.
    fn recomposed<const W: usize>(value: u128) -> i128 {
        let mut le = [0; 32];
        le[..16].copy_from_slice(&value.to_le_bytes());
        let digits = Digits::<W>::new(&le);
        (0..Digits::<W>::COUNT)
            .filter(|window| window * W < 128)
            .map(|window| i128::from(digits.at(window)).wrapping_shl(u32::try_from(window * W).unwrap()))
            .fold(0, i128::wrapping_add)
    }

    #[test]
    fn digits_add_up_to_the_scalar() {
        for value in [0, 1, 15, 16, 17, 127, 128, 129, 255, u128::from(u64::MAX), (1 << 126) + 12_345] {
            let expected = i128::try_from(value).unwrap();
            assert_eq!(recomposed::<4>(value), expected);
            assert_eq!(recomposed::<5>(value), expected);
            assert_eq!(recomposed::<6>(value), expected);
            assert_eq!(recomposed::<8>(value), expected);
        }
    }

    #[test]
    fn digits_stay_in_their_range() {
        let largest = [
            0, 0, 0, 0, 255, 255, 255, 255, 254, 91, 254, 255, 2, 164, 189, 83, 5, 216, 161, 9, 8, 216, 57,
            51, 72, 125, 157, 41, 83, 167, 237, 115,
        ]; // r − 1
        let digits = Digits::<5>::new(&largest);
        assert!((0..Digits::<5>::COUNT).all(|window| (-16..16).contains(&digits.at(window))));
        assert_eq!(digits.at(Digits::<5>::COUNT - 1), 1);
    }
}
