//! The field's arithmetic in instructions with two carry chains: `mulx`, which leaves the flags alone, and `adcx` and `adox`, which
//! each keep to a flag of their own.
//!
//! # Why unsafe, and what was checked
//! The compiler keeps one carry chain at best and brings the other through registers: 230 instructions for a product where
//! 116 do, and twice the time. So the four operations are inline assembly here; reading a table is by
//! intrinsics.
//!
//! - Instructions that the CPU lacks: a value of type [`Adx`] exists only where it has been found to have them, and the
//!   operations are methods of it.
//! - Memory: only the limbs that the two references point to are read, by constant offsets below 32; nothing is written, and
//!   the stack is not touched (`readonly`, `nostack`). Of tables the entries of a slice are read, each of 64 bytes by its type.
//! - Registers: all that are written are operands, each of them an output or declared as lost; operands that are written
//!   before the last read of another are plain `out`, which the compiler never places in the register of an input.
//! - Secrets: there is no branch, and no address but those of the operands.
//! - Right: the same values as [`Portable`](super::field::Portable) for every operand is what the tests of this module ask, a
//!   million times with random limbs and with those at the edges; that all carries are taken is argued beside each step.
#![allow(unsafe_code)]

use super::ct::Pair;
use super::field::Arithmetic;
use super::limbs::Limbs;
use crate::cpu::Adx;
use core::arch::asm;
use core::arch::x86_64::{
    __m256i, _mm256_add_epi64, _mm256_and_si256, _mm256_cmpeq_epi64, _mm256_load_si256, _mm256_or_si256,
    _mm256_set1_epi64x, _mm256_setzero_si256, _mm256_storeu_si256,
};

/// From `r0` … `r3` as the lowest limbs of a number t below 2²⁵⁶, t / 2²⁵⁶ modulo p, in `r0` … `r3`, below 2²⁵⁶.
///
/// Four times: the lowest limb m is replaced by m·(2¹⁹² − 2¹⁶⁰ − 2³² + 1) in the place one limb above (`field::reduce_limb`). What is
/// added may carry out of the top, and what is then subtracted borrows it back, as the outcome is in 0..2²⁵⁶.
macro_rules! reduce_low {
    () => {
        concat!(
            "mov {b:e}, 32\n",
            reduce_low!("{r0}", "{r1}", "{r2}", "{r3}"),
            reduce_low!("{r1}", "{r2}", "{r3}", "{r0}"),
            reduce_low!("{r2}", "{r3}", "{r0}", "{r1}"),
            reduce_low!("{r3}", "{r0}", "{r1}", "{r2}"),
        )
    };
    ($m:literal, $t1:literal, $t2:literal, $t3:literal) => {
        concat!(
            "shlx {t}, ",
            $m,
            ", {b}\n",
            "shrx {h}, ",
            $m,
            ", {b}\n",
            "add ",
            $t1,
            ", ",
            $m,
            "\n",
            "adc ",
            $t2,
            ", 0\n",
            "adc ",
            $t3,
            ", 0\n",
            "adc ",
            $m,
            ", 0\n",
            "sub ",
            $t1,
            ", {t}\n",
            "sbb ",
            $t2,
            ", {h}\n",
            "sbb ",
            $t3,
            ", {t}\n",
            "sbb ",
            $m,
            ", {h}\n",
        )
    };
}

/// Brings carry·2²⁵⁶ + (`s0` … `s3`), which is below 2p, below p; `d0` … `d3`, `c`, `t` and `h` are lost.
///
/// s − p is s + (2²⁵⁶ − p) modulo 2²⁵⁶, whose limbs are 1, 2³² − 1, 0, 2³². It is taken if that addition carries (s ≥ p) or if the
/// sum had carried (then it cannot, as s < 2p − 2²⁵⁶): `c` is −1 in both cases, else 0.
macro_rules! subtract_p {
    ($s0:literal, $s1:literal, $s2:literal, $s3:literal, $d0:literal, $d1:literal, $d2:literal, $d3:literal) => {
        concat!(
            "sbb {c}, {c}\n",
            "mov {t:e}, 0xffffffff\n",
            "mov ",
            $d0,
            ", ",
            $s0,
            "\n",
            "lea {h}, [{t} + 1]\n",
            "mov ",
            $d1,
            ", ",
            $s1,
            "\n",
            "mov ",
            $d2,
            ", ",
            $s2,
            "\n",
            "mov ",
            $d3,
            ", ",
            $s3,
            "\n",
            "add ",
            $d0,
            ", 1\n",
            "adc ",
            $d1,
            ", {t}\n",
            "adc ",
            $d2,
            ", 0\n",
            "adc ",
            $d3,
            ", {h}\n",
            "sbb {c}, 0\n",
            "cmovnz ",
            $s0,
            ", ",
            $d0,
            "\n",
            "cmovnz ",
            $s1,
            ", ",
            $d1,
            "\n",
            "cmovnz ",
            $s2,
            ", ",
            $d2,
            "\n",
            "cmovnz ",
            $s3,
            ", ",
            $d3,
            "\n",
        )
    };
}

/// Adds a[i]·b to the accumulator, whose limb i + 4 is made by it: low halves on the chain of the carry flag, high halves on the
/// chain of the overflow flag.
macro_rules! row {
    ($at:literal, $t0:literal, $t1:literal, $t2:literal, $t3:literal, $t4:literal) => {
        concat!(
            "mov rdx, [{a} + ",
            $at,
            "]\n",
            // Clears both flags.
            "xor ",
            $t4,
            ", ",
            $t4,
            "\n",
            "mulx {h}, {t}, [{b}]\n",
            "adcx ",
            $t0,
            ", {t}\n",
            "adox ",
            $t1,
            ", {h}\n",
            "mulx {h}, {t}, [{b} + 8]\n",
            "adcx ",
            $t1,
            ", {t}\n",
            "adox ",
            $t2,
            ", {h}\n",
            "mulx {h}, {t}, [{b} + 16]\n",
            "adcx ",
            $t2,
            ", {t}\n",
            "adox ",
            $t3,
            ", {h}\n",
            "mulx {h}, {t}, [{b} + 24]\n",
            "adcx ",
            $t3,
            ", {t}\n",
            // The row's value fits: neither chain carries out of here.
            "adox ",
            $t4,
            ", {h}\n",
            "adc ",
            $t4,
            ", 0\n",
        )
    };
}

impl Arithmetic for Adx {
    #[inline(always)]
    fn mul(self, a: &Limbs, b: &Limbs) -> Limbs {
        let (r0, r1, r2, r3): (u64, u64, u64, u64);
        // SAFETY: see the module.
        unsafe {
            asm!(
                concat!(
                    "mov rdx, [{a}]\n",
                    "mulx {r1}, {r0}, [{b}]\n",
                    "mulx {r2}, {t}, [{b} + 8]\n",
                    "add {r1}, {t}\n",
                    "mulx {r3}, {t}, [{b} + 16]\n",
                    "adc {r2}, {t}\n",
                    "mulx {r4}, {t}, [{b} + 24]\n",
                    "adc {r3}, {t}\n",
                    "adc {r4}, 0\n",
                    row!("8", "{r1}", "{r2}", "{r3}", "{r4}", "{r5}"),
                    row!("16", "{r2}", "{r3}", "{r4}", "{r5}", "{r6}"),
                    row!("24", "{r3}", "{r4}", "{r5}", "{r6}", "{c}"),
                    reduce_low!(),
                    "add {r4}, {r0}\n",
                    "adc {r5}, {r1}\n",
                    "adc {r6}, {r2}\n",
                    "adc {r3}, {c}\n",
                    subtract_p!("{r4}", "{r5}", "{r6}", "{r3}", "{r0}", "{r1}", "{r2}", "rdx"),
                ),
                a = in(reg) a.as_ptr(),
                b = inout(reg) b.as_ptr() => _,
                r0 = out(reg) _, r1 = out(reg) _, r2 = out(reg) _, r3 = out(reg) r3,
                r4 = out(reg) r0, r5 = out(reg) r1, r6 = out(reg) r2, c = out(reg) _,
                t = out(reg) _, h = out(reg) _, out("rdx") _,
                options(pure, readonly, nostack),
            );
        }
        [r0, r1, r2, r3]
    }

    #[inline(always)]
    fn square(self, a: &Limbs) -> Limbs {
        let (r0, r1, r2, r3): (u64, u64, u64, u64);
        // SAFETY: see the module.
        unsafe {
            asm!(
                concat!(
                    // The six products of different limbs.
                    "mov rdx, [{b}]\n",
                    "mulx {r2}, {r1}, [{b} + 8]\n",
                    "mulx {r3}, {t}, [{b} + 16]\n",
                    "add {r2}, {t}\n",
                    "mulx {r4}, {t}, [{b} + 24]\n",
                    "adc {r3}, {t}\n",
                    "adc {r4}, 0\n",
                    "mov rdx, [{b} + 8]\n",
                    "xor {r5:e}, {r5:e}\n",
                    "mulx {h}, {t}, [{b} + 16]\n",
                    "adcx {r3}, {t}\n",
                    "adox {r4}, {h}\n",
                    "mulx {h}, {t}, [{b} + 24]\n",
                    "adcx {r4}, {t}\n",
                    // A high half is at most 2⁶⁴ − 2: the chain ends here.
                    "adox {r5}, {h}\n",
                    "mov rdx, [{b} + 16]\n",
                    "mulx {r6}, {t}, [{b} + 24]\n",
                    "adcx {r5}, {t}\n",
                    "adc {r6}, 0\n",
                    // Twice them on one chain, the squares on the other.
                    "mov rdx, [{b}]\n",
                    "xor {c:e}, {c:e}\n",
                    "mulx {t}, {r0}, rdx\n",
                    "adcx {r1}, {r1}\n",
                    "adox {r1}, {t}\n",
                    "mov rdx, [{b} + 8]\n",
                    "mulx {h}, {t}, rdx\n",
                    "adcx {r2}, {r2}\n",
                    "adox {r2}, {t}\n",
                    "adcx {r3}, {r3}\n",
                    "adox {r3}, {h}\n",
                    "mov rdx, [{b} + 16]\n",
                    "mulx {h}, {t}, rdx\n",
                    "adcx {r4}, {r4}\n",
                    "adox {r4}, {t}\n",
                    "adcx {r5}, {r5}\n",
                    "adox {r5}, {h}\n",
                    "mov rdx, [{b} + 24]\n",
                    "mulx {h}, {t}, rdx\n",
                    "adcx {r6}, {r6}\n",
                    "adox {r6}, {t}\n",
                    "adcx {c}, {c}\n",
                    "adox {c}, {h}\n",
                    reduce_low!(),
                    "add {r4}, {r0}\n",
                    "adc {r5}, {r1}\n",
                    "adc {r6}, {r2}\n",
                    "adc {r3}, {c}\n",
                    subtract_p!("{r4}", "{r5}", "{r6}", "{r3}", "{r0}", "{r1}", "{r2}", "rdx"),
                ),
                b = inout(reg) a.as_ptr() => _,
                r0 = out(reg) _, r1 = out(reg) _, r2 = out(reg) _, r3 = out(reg) r3,
                r4 = out(reg) r0, r5 = out(reg) r1, r6 = out(reg) r2, c = out(reg) _,
                t = out(reg) _, h = out(reg) _, out("rdx") _,
                options(pure, readonly, nostack),
            );
        }
        [r0, r1, r2, r3]
    }

    #[inline(always)]
    fn add(self, a: &Limbs, b: &Limbs) -> Limbs {
        let [mut r0, mut r1, mut r2, mut r3] = *a;
        // SAFETY: see the module.
        unsafe {
            asm!(
                concat!(
                    "add {r0}, [{b}]\n",
                    "adc {r1}, [{b} + 8]\n",
                    "adc {r2}, [{b} + 16]\n",
                    "adc {r3}, [{b} + 24]\n",
                    subtract_p!("{r0}", "{r1}", "{r2}", "{r3}", "{d0}", "{d1}", "{d2}", "{d3}"),
                ),
                b = in(reg) b.as_ptr(),
                r0 = inout(reg) r0, r1 = inout(reg) r1, r2 = inout(reg) r2, r3 = inout(reg) r3,
                d0 = out(reg) _, d1 = out(reg) _, d2 = out(reg) _, d3 = out(reg) _,
                c = out(reg) _, t = out(reg) _, h = out(reg) _,
                options(pure, readonly, nostack),
            );
        }
        [r0, r1, r2, r3]
    }

    /// a − b, and p more if that borrows: 2²⁵⁶ − p less, modulo 2²⁵⁶.
    #[inline(always)]
    fn sub(self, a: &Limbs, b: &Limbs) -> Limbs {
        let [mut r0, mut r1, mut r2, mut r3] = *a;
        // SAFETY: see the module.
        unsafe {
            asm!(
                "sub {r0}, [{b}]",
                "sbb {r1}, [{b} + 8]",
                "sbb {r2}, [{b} + 16]",
                "sbb {r3}, [{b} + 24]",
                // The limbs of 2²⁵⁶ − p, or zeros: 1, 2³² − 1, 0, 2³².
                "sbb {c}, {c}",
                "mov {t}, {c}",
                "shr {t}, 32",
                "neg {c}",
                "lea {h}, [{t} + {c}]",
                "sub {r0}, {c}",
                "sbb {r1}, {t}",
                "sbb {r2}, 0",
                "sbb {r3}, {h}",
                b = in(reg) b.as_ptr(),
                r0 = inout(reg) r0, r1 = inout(reg) r1, r2 = inout(reg) r2, r3 = inout(reg) r3,
                c = out(reg) _, t = out(reg) _, h = out(reg) _,
                options(pure, readonly, nostack),
            );
        }
        [r0, r1, r2, r3]
    }

    #[inline(always)]
    fn look_up(self, entries: &[Pair], index: u64) -> [u64; 8] {
        // SAFETY: the proof says that the CPU has the features of the function.
        unsafe { look_up(entries, index) }
    }
}

/// A mask for each entry, by comparing a counter with the index, and two vectors of the entry under it.
#[inline]
#[target_feature(enable = "avx2")]
fn look_up(entries: &[Pair], index: u64) -> [u64; 8] {
    let index = _mm256_set1_epi64x(core::hint::black_box(index).cast_signed());
    let (one, mut counter) = (_mm256_set1_epi64x(1), _mm256_setzero_si256());
    let (mut low, mut high) = (_mm256_setzero_si256(), _mm256_setzero_si256());
    for Pair(entry) in entries {
        let mask = _mm256_cmpeq_epi64(counter, index);
        counter = _mm256_add_epi64(counter, one);
        let halves: *const __m256i = entry.as_ptr().cast();
        // SAFETY: an entry has 64 bytes, which are two vectors, and its type is aligned for them.
        let (l, h) = unsafe { (_mm256_load_si256(halves), _mm256_load_si256(halves.add(1))) };
        low = _mm256_or_si256(low, _mm256_and_si256(mask, l));
        high = _mm256_or_si256(high, _mm256_and_si256(mask, h));
    }
    let mut out = [0; 8];
    let halves: *mut __m256i = out.as_mut_ptr().cast();
    // SAFETY: the array has 64 bytes; these stores need no alignment.
    unsafe {
        _mm256_storeu_si256(halves, low);
        _mm256_storeu_si256(halves.add(1), high);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::field::{FieldElement, Portable};
    use super::*;
    use rand_chacha::ChaCha20Rng;
    use rand_chacha::rand_core::{Rng, SeedableRng};

    /// Limbs that make carries run, and the numbers around p and 0.
    const LIMBS: [u64; 8] = [
        0,
        1,
        u64::MAX,
        u64::MAX - 1,
        0xffff_ffff,
        0x1_0000_0000,
        0xffff_ffff_0000_0000,
        0xffff_fffe_ffff_ffff,
    ];

    /// A number below p; of its limbs some are random and some are of those at the edges.
    fn operand(rng: &mut ChaCha20Rng) -> Limbs {
        let choice = rng.next_u64();
        let mut limbs = [0; 4];
        for (i, limb) in limbs.iter_mut().enumerate() {
            let bits = usize::from((choice >> (8 * i)).to_le_bytes()[0]);
            *limb = if bits < 112 { rng.next_u64() } else { LIMBS[bits % LIMBS.len()] };
        }
        // A whole number of its own kind now and then: 0, 1, 2, p − 1, p − 2, p − 3 and others near them.
        if choice >> 60 == 0 {
            limbs = [choice & 3, 0, 0, 0];
        }
        if choice >> 60 == 1 {
            limbs = [u64::MAX - 1 - (choice & 3), 0xffff_ffff_0000_0000, u64::MAX, 0xffff_fffe_ffff_ffff];
        }
        if FieldElement::is_canonical(&limbs) { limbs } else { [limbs[0], limbs[1], limbs[2], limbs[3] >> 1] }
    }

    #[test]
    fn both_arithmetics_are_the_same() {
        let Some(adx) = Adx::detect() else { return };
        let mut rng = ChaCha20Rng::from_seed([7; 32]);
        for _ in 0..1_000_000 {
            let (a, b) = (operand(&mut rng), operand(&mut rng));
            assert_eq!(adx.mul(&a, &b), Portable.mul(&a, &b), "{a:x?} · {b:x?}");
            assert_eq!(adx.square(&a), Portable.square(&a), "{a:x?}²");
            assert_eq!(adx.add(&a, &b), Portable.add(&a, &b), "{a:x?} + {b:x?}");
            assert_eq!(adx.sub(&a, &b), Portable.sub(&a, &b), "{a:x?} − {b:x?}");
            assert_eq!(adx.add(&a, &a), Portable.add(&a, &a), "2 · {a:x?}");
            assert_eq!(adx.sub(&a, &a), [0; 4], "{a:x?} − itself");
        }
    }

    #[test]
    fn both_look_up_the_same() {
        let Some(adx) = Adx::detect() else { return };
        let entries: Vec<Pair> =
            (0..64).map(|i| Pair([1, 2, 3, 4, 5, 6, 7, 8].map(|j| i << 32 | j))).collect();
        for size in [1, 16, 32, 64] {
            for (index, entry) in (0u64..).zip(&entries[..size]) {
                assert_eq!(adx.look_up(&entries[..size], index), entry.0);
                assert_eq!(Portable.look_up(&entries[..size], index), entry.0);
            }
        }
    }

    /// The largest operands of a product, whose reduction carries farthest, and every pair of edges in every place.
    #[test]
    fn both_arithmetics_are_the_same_at_the_edges() {
        let Some(adx) = Adx::detect() else { return };
        let edges: Vec<Limbs> = (0..LIMBS.len().pow(4))
            .map(|mut i| {
                [(); 4].map(|()| {
                    let limb = LIMBS[i % LIMBS.len()];
                    i /= LIMBS.len();
                    limb
                })
            })
            .filter(FieldElement::is_canonical)
            .collect();
        for (i, a) in edges.iter().enumerate() {
            assert_eq!(adx.square(a), Portable.square(a), "{a:x?}²");
            for b in edges.iter().skip(i % 61).step_by(61) {
                assert_eq!(adx.mul(a, b), Portable.mul(a, b), "{a:x?} · {b:x?}");
                assert_eq!(adx.add(a, b), Portable.add(a, b), "{a:x?} + {b:x?}");
                assert_eq!(adx.sub(a, b), Portable.sub(a, b), "{a:x?} − {b:x?}");
            }
        }
    }
}
