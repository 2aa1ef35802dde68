//! A word of which the compiler knows nothing.
//!
//! # Why unsafe, and what was checked
//! What [`core::hint::black_box`] does goes by way of memory at every use, where inline assembly without an instruction costs
//! nothing. It names one register, as input and output, and touches neither memory, stack nor flags.
#![allow(unsafe_code)]

/// The same word.
#[inline(always)]
pub(super) fn opaque(word: u64) -> u64 {
    #[cfg(any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "riscv64"))]
    {
        let mut word = word;
        // SAFETY: there is no instruction.
        unsafe {
            core::arch::asm!(
                "/* {0} */",
                inout(reg) word,
                options(pure, nomem, nostack, preserves_flags)
            );
        }
        word
    }
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "riscv64")))]
    core::hint::black_box(word)
}
