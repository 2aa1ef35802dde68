//! The long computations, compiled a second time for CPUs with BMI2 and AVX2: a product of words that leaves the flags alone
//! (`mulx`), and vectors of 256 bits for reading whole tables.
//!
//! # Why unsafe, and what was checked
//! Only that [`fast`] calls a function with `#[target_feature]`: the value of type [`Bmi2`] exists only where the CPU has been
//! found to have these features. There is no pointer here; the computation is safe code, and the same as without.
#![allow(unsafe_code)]

/// A computation whose [`run`](Work::run), and everything that it calls in a loop, is `#[inline(always)]`: only so is it compiled with
/// the features of where it is run.
pub(crate) trait Work {
    type Output;

    fn run(self) -> Self::Output;
}

/// Runs the computation with the best instructions that this CPU has.
pub(crate) fn fast<W: Work>(work: W) -> W::Output {
    // `hufu_portable` is for the check of the machine code, which would otherwise never see the code of lesser CPUs.
    #[cfg(all(target_arch = "x86_64", not(hufu_portable)))]
    if crate::cpu::Bmi2::detect().is_some() {
        // SAFETY: the CPU has the features of the function: `detect` has just given a proof.
        return unsafe { with_bmi2(work) };
    }
    work.run()
}

#[cfg(all(target_arch = "x86_64", not(hufu_portable)))]
#[target_feature(enable = "bmi2,avx2")]
fn with_bmi2<W: Work>(work: W) -> W::Output {
    work.run()
}
