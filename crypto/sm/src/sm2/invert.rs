//! Modular inversion in constant time by division steps: D. J. Bernstein and B.-Y. Yang, "Fast constant-time gcd computation and
//! modular inversion" (2019), in the variant whose δ starts at 1/2, for which 590 steps are proven enough for every input
//! below 2²⁵⁶.
//!
//! A division step looks at the lowest bits of f and g only. So 59 steps at a time are done on 64-bit words and gathered in a
//! 2×2 matrix, which is then applied to the whole numbers; ten rounds make 590 steps. Numbers have five signed limbs of
//! 62 bits, so that a product with a matrix entry fits 128 bits. About 2.5 times faster than raising to the power p − 2.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_possible_wrap,
    reason = "two's complement words change between signed and unsigned on purpose"
)]

use super::ct::Mask;
use super::limbs::Limbs;

/// A number as Σ limb·2^(62·i); all limbs but the last lie in 0..2⁶².
type Signed62 = [i64; 5];

/// The lowest 62 bits.
const M62: u64 = u64::MAX >> 2;
/// Division steps in a round.
const STEPS: u32 = 59;
/// Rounds: 10·59 = 590 steps.
const ROUNDS: usize = 10;

/// An odd modulus below 2²⁵⁶.
pub(crate) struct Modulus {
    limbs: Signed62,
    /// modulus⁻¹ mod 2⁶².
    inverse62: u64,
}

impl Modulus {
    pub(crate) const fn new(modulus: &Limbs, inverse62: u64) -> Self {
        Self { limbs: pack(modulus), inverse62 }
    }
}

/// 64-bit limbs to 62-bit limbs.
const fn pack(a: &Limbs) -> Signed62 {
    [
        (a[0] & M62) as i64,
        ((a[0] >> 62 | a[1] << 2) & M62) as i64,
        ((a[1] >> 60 | a[2] << 4) & M62) as i64,
        ((a[2] >> 58 | a[3] << 6) & M62) as i64,
        (a[3] >> 56) as i64,
    ]
}

/// 62-bit limbs of a number in 0..2²⁵⁶ to 64-bit limbs.
const fn unpack(a: &Signed62) -> Limbs {
    let [a0, a1, a2, a3, a4] = [a[0] as u64, a[1] as u64, a[2] as u64, a[3] as u64, a[4] as u64];
    [a0 | a1 << 62, a1 >> 2 | a2 << 60, a2 >> 4 | a3 << 58, a3 >> 6 | a4 << 56]
}

/// A multiple of the product of step matrices, entry by entry: (u v; q r).
struct Matrix {
    u: i64,
    v: i64,
    q: i64,
    r: i64,
}

/// 59 division steps on the lowest words of f and g. `zeta` is −(δ + 1/2).
///
/// In two halves, whose matrices have entries of at most 2³⁰ in size, so that a row is one word: two entries are computed
/// with at once.
#[inline(always)]
fn divsteps(zeta: i64, f0: u64, g0: u64) -> (i64, Matrix) {
    let (zeta, f, g, first) = half_of_divsteps::<30>(zeta, f0, g0);
    let (zeta, _, _, second) = half_of_divsteps::<{ STEPS - 30 }>(zeta, f, g);
    // 59 steps scale the product by 2⁵⁹; with 2³ it is 2⁶², and no entry is more.
    let entry = |a: i64, x: i64, b: i64, y: i64| a.wrapping_mul(x).wrapping_add(b.wrapping_mul(y)) << 3;
    let matrix = Matrix {
        u: entry(second.u, first.u, second.v, first.q),
        v: entry(second.u, first.v, second.v, first.r),
        q: entry(second.q, first.u, second.r, first.q),
        r: entry(second.q, first.v, second.r, first.r),
    };
    (zeta, matrix)
}

/// N ≤ 30 division steps, with the words of f and g after them, and 2^N·(the product of their matrices).
#[inline(always)]
fn half_of_divsteps<const N: u32>(zeta: i64, f0: u64, g0: u64) -> (i64, u64, u64, Matrix) {
    // The rows as u + 2³²·v and q + 2³²·r: sums, opposites and doubles of them are those of both entries.
    let (mut uv, mut qr) = (1u64, 1u64 << 32);
    let (mut f, mut g, mut zeta) = (f0, g0, zeta);
    for _ in 0..N {
        // δ > 0 (zeta < 0), and g odd; both as masks.
        let positive = Mask::from_bit(zeta as u64 >> 63).word();
        let odd = Mask::from_bit(g & 1).word();
        // If δ > 0, g − f, else g + f, when g is odd.
        g = g.wrapping_add((f ^ positive).wrapping_sub(positive) & odd);
        qr = qr.wrapping_add((uv ^ positive).wrapping_sub(positive) & odd);
        // If both, (δ, f) becomes (−δ, g): f + (g − f).
        let swap = positive & odd;
        zeta = (zeta ^ swap as i64).wrapping_sub(1);
        f = f.wrapping_add(g & swap);
        uv = uv.wrapping_add(qr & swap);
        g >>= 1;
        uv <<= 1;
    }
    let row = |row: u64| {
        let low = i64::from(row as i32);
        (low, (row as i64).wrapping_sub(low) >> 32)
    };
    let ((u, v), (q, r)) = (row(uv), row(qr));
    (zeta, f, g, Matrix { u, v, q, r })
}

/// a·x + b·y + c. The bounds of the limbs and entries keep it within 127 bits; it wraps, because a check would be a branch.
#[inline(always)]
fn combine(c: i128, a: i64, x: i64, b: i64, y: i64) -> i128 {
    let product = |a: i64, x: i64| i128::from(a).wrapping_mul(i128::from(x));
    c.wrapping_add(product(a, x)).wrapping_add(product(b, y))
}

/// The lowest limb of c.
#[inline(always)]
fn low(c: i128) -> i64 {
    (c as u64 & M62) as i64
}

/// Applies the matrix to (f, g): (f, g) := matrix·(f, g) / 2⁶², which is exact.
#[inline(always)]
fn update_fg(f: &mut Signed62, g: &mut Signed62, t: &Matrix) {
    let mut cf = combine(0, t.u, f[0], t.v, g[0]) >> 62;
    let mut cg = combine(0, t.q, f[0], t.r, g[0]) >> 62;
    for i in 1..5 {
        cf = combine(cf, t.u, f[i], t.v, g[i]);
        cg = combine(cg, t.q, f[i], t.r, g[i]);
        f[i - 1] = low(cf);
        g[i - 1] = low(cg);
        cf >>= 62;
        cg >>= 62;
    }
    f[4] = cf as i64;
    g[4] = cg as i64;
}

/// Applies the matrix to (d, e) modulo the modulus: the multiple of the modulus that makes the lowest 62 bits zero is added
/// before the division by 2⁶². d and e stay in (−2·modulus, modulus).
#[inline(always)]
fn update_de(d: &mut Signed62, e: &mut Signed62, t: &Matrix, modulus: &Modulus) {
    let m = &modulus.limbs;
    // Negative d or e count with one modulus added.
    let (sd, se) = (d[4] >> 63, e[4] >> 63);
    let start_d = (t.u & sd).wrapping_add(t.v & se);
    let start_e = (t.q & sd).wrapping_add(t.r & se);
    let mut cd = combine(0, t.u, d[0], t.v, e[0]);
    let mut ce = combine(0, t.q, d[0], t.r, e[0]);
    let multiple = |c: i128, start: i64| {
        let fix = modulus.inverse62.wrapping_mul(c as u64).wrapping_add(start as u64) & M62;
        start.wrapping_sub(fix as i64)
    };
    let (md, me) = (multiple(cd, start_d), multiple(ce, start_e));
    cd = combine(cd, m[0], md, 0, 0) >> 62;
    ce = combine(ce, m[0], me, 0, 0) >> 62;
    for i in 1..5 {
        cd = combine(combine(cd, t.u, d[i], t.v, e[i]), m[i], md, 0, 0);
        ce = combine(combine(ce, t.q, d[i], t.r, e[i]), m[i], me, 0, 0);
        d[i - 1] = low(cd);
        e[i - 1] = low(ce);
        cd >>= 62;
        ce >>= 62;
    }
    d[4] = cd as i64;
    e[4] = ce as i64;
}

/// Carries between the limbs.
#[inline(always)]
fn carry(a: &mut Signed62) {
    for i in 0..4 {
        a[i + 1] = a[i + 1].wrapping_add(a[i] >> 62);
        a[i] &= M62 as i64;
    }
}

/// Brings a in (−2·modulus, modulus), negated if `sign` is negative, to 0..modulus.
#[inline(always)]
fn normalize(a: &mut Signed62, sign: i64, modulus: &Modulus) {
    let add_if_negative = |a: &mut Signed62| {
        let mask = core::hint::black_box(a[4] >> 63);
        for (limb, m) in a.iter_mut().zip(&modulus.limbs) {
            *limb = limb.wrapping_add(m & mask);
        }
    };
    add_if_negative(a);
    let negate = core::hint::black_box(sign >> 63);
    for limb in a.iter_mut() {
        *limb = (*limb ^ negate).wrapping_sub(negate);
    }
    carry(a);
    add_if_negative(a);
    carry(a);
}

/// x⁻¹ modulo the modulus, and 0 for 0; x is below the modulus, which must be a prime or have no factor in common with x.
pub(crate) fn invert(x: &Limbs, modulus: &Modulus) -> Limbs {
    let mut d: Signed62 = [0; 5];
    let mut e: Signed62 = [1, 0, 0, 0, 0];
    let mut f = modulus.limbs;
    let mut g = pack(x);
    // δ = 1/2.
    let mut zeta = -1;
    for _ in 0..ROUNDS {
        // The lowest 62 bits are in the first limb; a step consumes one, and 59 are done.
        let (next, t) = divsteps(zeta, f[0] as u64, g[0] as u64);
        zeta = next;
        update_de(&mut d, &mut e, &t, modulus);
        update_fg(&mut f, &mut g, &t);
    }
    // Now g = 0 and f = ±1 (or ±modulus for x = 0, where d is 0), and d = ±x⁻¹.
    normalize(&mut d, f[4], modulus);
    unpack(&d)
}
