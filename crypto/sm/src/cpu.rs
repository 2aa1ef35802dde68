//! What this CPU can do, as proofs: a value of one of these types exists only where the instructions do.
//!
//! The safe functions of the modules with intrinsics take such a value, so that no safe code can reach an instruction
//! that the CPU lacks. Detection asks the CPU once per process; later it is a load and a test.

#[cfg(target_arch = "x86_64")]
macro_rules! proof {
    ($(#[$doc:meta])* $name:ident: $($feature:tt),+) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) struct $name(());

        impl $name {
            #[inline]
            pub(crate) fn detect() -> Option<Self> {
                ($(std::arch::is_x86_feature_detected!($feature))&&+).then_some(Self(()))
            }
        }
    };
}

#[cfg(target_arch = "x86_64")]
proof! {
    /// 256-bit integer vectors, and bit manipulation, which the same CPUs have.
    Avx2: "avx2", "bmi1", "bmi2"
}

#[cfg(all(target_arch = "x86_64", not(hufu_portable)))]
proof! {
    /// Products of words that leave the flags alone, additions on either of two carry flags, and 256-bit integer vectors.
    Adx: "bmi2", "adx", "avx2"
}

#[cfg(target_arch = "x86_64")]
proof! {
    /// 512-bit integer vectors with rotations and three-input logic, and what [`Avx2`] has.
    Avx512: "avx512f", "avx512bw", "avx512vl", "avx2", "bmi1", "bmi2"
}

#[cfg(target_arch = "x86_64")]
impl Avx512 {
    /// The lesser proof.
    #[inline]
    pub(crate) fn avx2(self) -> Avx2 {
        Avx2(())
    }
}

#[cfg(target_arch = "x86_64")]
proof! {
    /// The rounds of AES, and 256-bit integer vectors.
    Aes: "aes", "avx2"
}

#[cfg(target_arch = "x86_64")]
proof! {
    /// The rounds of AES in 256-bit vectors.
    Vaes: "vaes", "avx2"
}

#[cfg(target_arch = "x86_64")]
proof! {
    /// Affine maps and inversion in GF(2⁸) in 512-bit vectors.
    Gfni: "gfni", "avx512f", "avx512bw"
}

#[cfg(target_arch = "x86_64")]
proof! {
    /// Carry-less multiplication.
    Clmul: "pclmulqdq", "ssse3"
}

#[cfg(target_arch = "x86_64")]
proof! {
    /// Carry-less multiplication in 512-bit vectors.
    Vclmul: "vpclmulqdq", "avx512f", "avx512bw", "pclmulqdq", "ssse3"
}
