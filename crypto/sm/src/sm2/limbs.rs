//! 256-bit integers as four 64-bit limbs, least significant first: what the field and the scalars share.

use super::ct::Mask;
use cmov::Cmov;

/// A 256-bit integer.
pub(crate) type Limbs = [u64; 4];

/// The full product of two words, low half first.
#[inline(always)]
pub(crate) fn wide(a: u64, b: u64) -> (u64, u64) {
    a.carrying_mul(b, 0)
}

/// a + b and the carry.
#[inline(always)]
pub(crate) fn add(a: &Limbs, b: &Limbs) -> (Limbs, bool) {
    let (r0, c) = a[0].carrying_add(b[0], false);
    let (r1, c) = a[1].carrying_add(b[1], c);
    let (r2, c) = a[2].carrying_add(b[2], c);
    let (r3, c) = a[3].carrying_add(b[3], c);
    ([r0, r1, r2, r3], c)
}

/// a − b and the borrow.
#[inline(always)]
pub(crate) fn sub(a: &Limbs, b: &Limbs) -> (Limbs, bool) {
    let (r0, c) = a[0].borrowing_sub(b[0], false);
    let (r1, c) = a[1].borrowing_sub(b[1], c);
    let (r2, c) = a[2].borrowing_sub(b[2], c);
    let (r3, c) = a[3].borrowing_sub(b[3], c);
    ([r0, r1, r2, r3], c)
}

/// `a` if the mask is set, else `b`.
#[inline(always)]
pub(crate) fn select(mask: Mask, a: &Limbs, b: &Limbs) -> Limbs {
    [mask.select(a[0], b[0]), mask.select(a[1], b[1]), mask.select(a[2], b[2]), mask.select(a[3], b[3])]
}

/// `a` if the condition holds, else `b`.
#[inline(always)]
fn select_if(condition: bool, a: &Limbs, b: &Limbs) -> Limbs {
    let condition = u8::from(condition);
    let mut out = *b;
    for (out, a) in out.iter_mut().zip(a) {
        out.cmovnz(a, condition);
    }
    out
}

/// Brings `carry·2²⁵⁶ + a`, which is below 2·modulus, below the modulus.
#[inline(always)]
pub(crate) fn reduce_once(a: &Limbs, carry: bool, modulus: &Limbs) -> Limbs {
    let (r, borrow) = sub(a, modulus);
    let (_, below) = u64::from(carry).borrowing_sub(0, borrow);
    select_if(below, a, &r)
}

/// a + b mod modulus, both below it.
#[inline(always)]
pub(crate) fn add_mod(a: &Limbs, b: &Limbs, modulus: &Limbs) -> Limbs {
    let (sum, carry) = add(a, b);
    reduce_once(&sum, carry, modulus)
}

/// a − b mod modulus, both below it.
#[inline(always)]
pub(crate) fn sub_mod(a: &Limbs, b: &Limbs, modulus: &Limbs) -> Limbs {
    let (difference, borrow) = sub(a, b);
    select_if(borrow, &add(&difference, modulus).0, &difference)
}

/// Whether all limbs are zero.
#[inline(always)]
pub(crate) fn is_zero(a: &Limbs) -> Mask {
    Mask::is_zero(a[0] | a[1] | a[2] | a[3])
}

/// Whether a < b.
#[inline(always)]
pub(crate) fn less(a: &Limbs, b: &Limbs) -> Mask {
    Mask::from_bit(u64::from(sub(a, b).1))
}

/// Whether both are the same integer.
#[inline(always)]
pub(crate) fn equal(a: &Limbs, b: &Limbs) -> Mask {
    Mask::is_zero((a[0] ^ b[0]) | (a[1] ^ b[1]) | (a[2] ^ b[2]) | (a[3] ^ b[3]))
}

/// One row of the schoolbook product: x·b + r, five limbs. The two carry chains are kept apart, which the compiler turns
/// into plain add-with-carry.
#[inline(always)]
fn row(x: u64, b: &Limbs, r: &Limbs) -> [u64; 5] {
    let (l0, h0) = wide(x, b[0]);
    let (l1, h1) = wide(x, b[1]);
    let (l2, h2) = wide(x, b[2]);
    let (l3, h3) = wide(x, b[3]);
    let (l1, c) = l1.carrying_add(h0, false);
    let (l2, c) = l2.carrying_add(h1, c);
    let (l3, c) = l3.carrying_add(h2, c);
    // The high half of a product is at most 2⁶⁴ − 2, and the row's value fits five limbs: no carry leaves.
    let l4 = h3.wrapping_add(u64::from(c));
    let ([r0, r1, r2, r3], c) = add(r, &[l0, l1, l2, l3]);
    [r0, r1, r2, r3, l4.wrapping_add(u64::from(c))]
}

/// The 512-bit product.
#[inline(always)]
pub(crate) fn mul_wide(a: &Limbs, b: &Limbs) -> [u64; 8] {
    let [r0, t1, t2, t3, t4] = row(a[0], b, &[0; 4]);
    let [r1, t2, t3, t4, t5] = row(a[1], b, &[t1, t2, t3, t4]);
    let [r2, t3, t4, t5, t6] = row(a[2], b, &[t2, t3, t4, t5]);
    let [r3, r4, r5, r6, r7] = row(a[3], b, &[t3, t4, t5, t6]);
    [r0, r1, r2, r3, r4, r5, r6, r7]
}

/// The 512-bit square: six products doubled, and four squares.
#[inline(always)]
pub(crate) fn square_wide(a: &Limbs) -> [u64; 8] {
    let (r1, h1) = wide(a[0], a[1]);
    let (l2, h2) = wide(a[0], a[2]);
    let (l3, h3) = wide(a[0], a[3]);
    let (r2, c) = l2.carrying_add(h1, false);
    let (r3, c) = l3.carrying_add(h2, c);
    let r4 = h3.wrapping_add(u64::from(c));
    let (l3, g3) = wide(a[1], a[2]);
    let (l4, g4) = wide(a[1], a[3]);
    let (l4, c) = l4.carrying_add(g3, false);
    let l5 = g4.wrapping_add(u64::from(c));
    let (r3, c) = r3.carrying_add(l3, false);
    let (r4, c) = r4.carrying_add(l4, c);
    let r5 = l5.wrapping_add(u64::from(c));
    let (l5, g5) = wide(a[2], a[3]);
    let (r5, c) = r5.carrying_add(l5, false);
    let r6 = g5.wrapping_add(u64::from(c));

    let (r1, c) = r1.carrying_add(r1, false);
    let (r2, c) = r2.carrying_add(r2, c);
    let (r3, c) = r3.carrying_add(r3, c);
    let (r4, c) = r4.carrying_add(r4, c);
    let (r5, c) = r5.carrying_add(r5, c);
    let (r6, c) = r6.carrying_add(r6, c);
    let r7 = u64::from(c);

    let (r0, s0) = wide(a[0], a[0]);
    let (l1, s1) = wide(a[1], a[1]);
    let (l2, s2) = wide(a[2], a[2]);
    let (l3, s3) = wide(a[3], a[3]);
    let (r1, c) = r1.carrying_add(s0, false);
    let (r2, c) = r2.carrying_add(l1, c);
    let (r3, c) = r3.carrying_add(s1, c);
    let (r4, c) = r4.carrying_add(l2, c);
    let (r5, c) = r5.carrying_add(s2, c);
    let (r6, c) = r6.carrying_add(l3, c);
    let r7 = r7.wrapping_add(s3).wrapping_add(u64::from(c));
    [r0, r1, r2, r3, r4, r5, r6, r7]
}

/// From 32 big-endian bytes.
#[inline]
pub(crate) fn from_bytes(bytes: &[u8; 32]) -> Limbs {
    let limb = |i: usize| {
        let mut word = [0; 8];
        word.copy_from_slice(&bytes[8 * i..8 * i + 8]);
        u64::from_be_bytes(word)
    };
    [limb(3), limb(2), limb(1), limb(0)]
}

/// To 32 big-endian bytes.
#[inline]
pub(crate) fn to_bytes(limbs: &Limbs) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (out, limb) in bytes.chunks_exact_mut(8).zip(limbs.iter().rev()) {
        out.copy_from_slice(&limb.to_be_bytes());
    }
    bytes
}
