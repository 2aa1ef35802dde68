//! GHASH on any CPU without tables: carry-less products from integer products.
//!
//! Between the bits of a factor three bits are left free, so that what an integer product carries never reaches the next
//! bit that counts (up to 15 carries fit): 16 integer multiplications of 64 bits give the lower half of a carry-less one,
//! and the same with all bits reversed gives the upper half. Constant-time where the CPU multiplies integers of 64 bits in
//! constant time, which the 64-bit CPUs of today do and some small 32-bit ones do not.

use zeroize::Zeroize;

/// H as two words, both reversed too, and what Karatsuba's product wants of them.
#[derive(Clone, Zeroize)]
pub(super) struct HashKey {
    h: Words,
}

/// A field element: the high and the low word, their sum, and the three with bits reversed.
#[derive(Clone, Copy, Zeroize)]
struct Words {
    high: u64,
    low: u64,
    sum: u64,
    high_reversed: u64,
    low_reversed: u64,
    sum_reversed: u64,
}

impl Words {
    fn new(x: u128) -> Self {
        #[allow(clippy::cast_possible_truncation)] // the two halves
        let (high, low) = ((x >> 64) as u64, x as u64);
        let (high_reversed, low_reversed) = (high.reverse_bits(), low.reverse_bits());
        Self {
            high,
            low,
            sum: high ^ low,
            high_reversed,
            low_reversed,
            sum_reversed: high_reversed ^ low_reversed,
        }
    }
}

impl HashKey {
    pub(super) fn new(h: &[u8; 16]) -> Self {
        Self { h: Words::new(u128::from_be_bytes(*h)) }
    }

    /// Takes whole blocks into the hash value.
    pub(super) fn update(&self, y: &mut [u8; 16], blocks: &[[u8; 16]]) {
        let mut value = u128::from_be_bytes(*y);
        for block in blocks {
            value = self.multiply(value ^ u128::from_be_bytes(*block));
        }
        *y = value.to_be_bytes();
    }

    /// x·H. Bit 127 is the coefficient of x⁰ (SP 800-38D §6.3), so all is reversed.
    fn multiply(&self, x: u128) -> u128 {
        let (x, h) = (Words::new(x), &self.h);
        // Karatsuba: three products, the lower halves directly, the upper ones from the reversed factors.
        let z0 = product_low(x.low, h.low);
        let z1 = product_low(x.high, h.high);
        let z2 = product_low(x.sum, h.sum) ^ z0 ^ z1;
        let up = |reversed: u64| reversed.reverse_bits() >> 1;
        let w0 = product_low(x.low_reversed, h.low_reversed);
        let w1 = product_low(x.high_reversed, h.high_reversed);
        let w2 = product_low(x.sum_reversed, h.sum_reversed) ^ w0 ^ w1;
        let product = [z0, up(w0) ^ z2, z1 ^ up(w2), up(w1)];
        // 255 bits of product are reversed in 256: one to the left.
        let v0 = product[0] << 1;
        let mut v1 = product[1] << 1 | product[0] >> 63;
        let mut v2 = product[2] << 1 | product[1] >> 63;
        let mut v3 = product[3] << 1 | product[2] >> 63;
        // Modulo 1 + x + x² + x⁷ + x¹²⁸: the two words of highest degree are the lowest here; each is folded into the next two.
        let fold = |v: u64| (v ^ v >> 1 ^ v >> 2 ^ v >> 7, v << 63 ^ v << 62 ^ v << 57);
        let (high, low) = fold(v0);
        v2 ^= high;
        v1 ^= low;
        let (high, low) = fold(v1);
        v3 ^= high;
        v2 ^= low;
        u128::from(v3) << 64 | u128::from(v2)
    }
}

/// The lower 64 bits of the carry-less product.
fn product_low(x: u64, y: u64) -> u64 {
    const EVERY_FOURTH: u64 = 0x1111_1111_1111_1111;
    let part = |v: u64, i: u32| v & EVERY_FOURTH << i;
    let (x, y) = ([0, 1, 2, 3].map(|i| part(x, i)), [0, 1, 2, 3].map(|i| part(y, i)));
    let mut out = 0;
    for i in 0..4 {
        let mut z = 0;
        for j in 0..4 {
            z ^= x[j].wrapping_mul(y[(4 + i - j) % 4]);
        }
        out |= z & EVERY_FOURTH << i;
    }
    out
}
