//! The long computations, compiled a second time for CPUs with BMI2, ADX and AVX2: with the field's arithmetic of
//! [`adx`](super::adx), and with vectors of 256 bits for reading whole tables.
//!
//! # Why unsafe, and what was checked
//! Only that [`fast`] calls a function with `#[target_feature]`: the value of type [`Adx`](crate::cpu::Adx) exists only where the CPU
//! has been found to have these features. There is no pointer here.
#![allow(unsafe_code)]

use super::field::{Arithmetic, Portable};

/// A computation whose [`run`](Work::run), and everything that it calls in a loop, is `#[inline(always)]`: only so is it compiled with
/// the features of where it is run.
pub(crate) trait Work {
    type Output;

    fn run<A: Arithmetic>(self, arithmetic: A) -> Self::Output;
}

/// Runs the computation with the best instructions that this CPU has.
pub(crate) fn fast<W: Work>(work: W) -> W::Output {
    // `hufu_portable` is for the check of the machine code, which would otherwise never see the code of lesser CPUs.
    #[cfg(all(target_arch = "x86_64", not(hufu_portable)))]
    if let Some(adx) = crate::cpu::Adx::detect() {
        // SAFETY: the CPU has the features of the function: `detect` has just given a proof.
        return unsafe { with_adx(work, adx) };
    }
    work.run(Portable)
}

#[cfg(all(target_arch = "x86_64", not(hufu_portable)))]
#[target_feature(enable = "bmi2,adx,avx2")]
fn with_adx<W: Work>(work: W, adx: crate::cpu::Adx) -> W::Output {
    work.run(adx)
}
