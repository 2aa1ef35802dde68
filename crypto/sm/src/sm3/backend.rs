//! Which instructions SM3 runs on.

use super::compress;

/// An implementation of the compression function. The best one that the CPU has is chosen at run time; tests name each.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backend(pub(super) Kind);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Portable,
    #[cfg(target_arch = "x86_64")]
    Avx2(crate::cpu::Avx2),
    #[cfg(target_arch = "x86_64")]
    Avx512(crate::cpu::Avx512),
}

impl Backend {
    /// The best of [`Backend::available`].
    #[inline]
    pub fn best() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            use crate::cpu::{Avx2, Avx512};
            if let Some(proof) = Avx512::detect() {
                return Self(Kind::Avx512(proof));
            }
            if let Some(proof) = Avx2::detect() {
                return Self(Kind::Avx2(proof));
            }
        }
        Self(Kind::Portable)
    }

    /// All that this CPU has.
    pub fn available() -> Vec<Self> {
        let mut all = vec![Self(Kind::Portable)];
        #[cfg(target_arch = "x86_64")]
        {
            all.extend(crate::cpu::Avx2::detect().map(|p| Self(Kind::Avx2(p))));
            all.extend(crate::cpu::Avx512::detect().map(|p| Self(Kind::Avx512(p))));
        }
        all
    }

    /// The name of the instruction set.
    pub fn name(self) -> &'static str {
        match self.0 {
            Kind::Portable => "portable",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2(_) => "avx2",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512(_) => "avx512",
        }
    }

    /// Takes the blocks of one message into its chaining value.
    #[inline]
    pub(super) fn compress(self, state: &mut [u32; 8], blocks: &[[u8; 64]]) {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2(proof) => super::stream::compress_stream(proof, state, blocks),
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512(proof) => super::stream::compress_stream(proof.avx2(), state, blocks),
            Kind::Portable => compress::compress(state, blocks),
        }
    }
}
