//! Which instructions SM4 and its modes run on.

use super::bitslice;
#[cfg(target_arch = "x86_64")]
use crate::cpu::{Aes, Clmul, Gfni, Vaes, Vclmul};

/// An implementation of the block cipher with one of GHASH. The best one that the CPU has is chosen at run time; tests
/// name each.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backend {
    cipher: Cipher,
    pub(super) ghash: Ghash,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cipher {
    Portable,
    #[cfg(target_arch = "x86_64")]
    Aes(Aes),
    #[cfg(target_arch = "x86_64")]
    Vaes(Vaes),
    #[cfg(target_arch = "x86_64")]
    Gfni(Gfni),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ghash {
    Portable,
    #[cfg(target_arch = "x86_64")]
    Clmul(Clmul),
    #[cfg(target_arch = "x86_64")]
    Vclmul(Vclmul, Clmul),
}

impl Backend {
    /// The best of [`Backend::available`].
    pub fn best() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            let cipher = Gfni::detect()
                .map(Cipher::Gfni)
                .or_else(|| Vaes::detect().map(Cipher::Vaes))
                .or_else(|| Aes::detect().map(Cipher::Aes))
                .unwrap_or(Cipher::Portable);
            let ghash = match (Vclmul::detect(), Clmul::detect()) {
                (Some(wide), Some(narrow)) => Ghash::Vclmul(wide, narrow),
                (None, Some(narrow)) => Ghash::Clmul(narrow),
                _ => Ghash::Portable,
            };
            Self { cipher, ghash }
        }
        #[cfg(not(target_arch = "x86_64"))]
        Self { cipher: Cipher::Portable, ghash: Ghash::Portable }
    }

    /// Every pair that this CPU has, in which each implementation stands at least once; the first is the portable one.
    pub fn available() -> Vec<Self> {
        let mut all = vec![Self { cipher: Cipher::Portable, ghash: Ghash::Portable }];
        #[cfg(target_arch = "x86_64")]
        {
            let narrow = Clmul::detect().map_or(Ghash::Portable, Ghash::Clmul);
            let ghash = Self::best().ghash;
            all.extend(Aes::detect().map(|p| Self { cipher: Cipher::Aes(p), ghash: narrow }));
            all.extend(Vaes::detect().map(|p| Self { cipher: Cipher::Vaes(p), ghash: narrow }));
            all.extend(Gfni::detect().map(|p| Self { cipher: Cipher::Gfni(p), ghash }));
            if Gfni::detect().is_none() && ghash != narrow {
                all.push(Self { cipher: Cipher::Portable, ghash });
            }
        }
        all
    }

    /// The names of the instruction sets.
    pub fn name(self) -> &'static str {
        match self.cipher {
            Cipher::Portable => "portable",
            #[cfg(target_arch = "x86_64")]
            Cipher::Aes(_) => "aesni-avx2",
            #[cfg(target_arch = "x86_64")]
            Cipher::Vaes(_) => "vaes-avx2",
            #[cfg(target_arch = "x86_64")]
            Cipher::Gfni(_) => "gfni-avx512",
        }
    }

    /// τ on one word. Every CPU with VAES or GFNI that is known has AES-NI as well.
    #[inline]
    pub(super) fn tau(self, word: u32) -> u32 {
        #[cfg(target_arch = "x86_64")]
        if self.cipher != Cipher::Portable
            && let Some(proof) = Aes::detect()
        {
            return super::aesni::tau(proof, word);
        }
        super::sbox::tau(word)
    }

    /// Encrypts blocks with round keys in their order, decrypts with them reversed.
    #[inline]
    pub(super) fn crypt(self, rk: &[u32; 32], blocks: &mut [[u8; 16]]) {
        match self.cipher {
            Cipher::Portable => bitslice::crypt(rk, blocks),
            #[cfg(target_arch = "x86_64")]
            Cipher::Aes(proof) => super::aesni::crypt(proof, rk, blocks),
            #[cfg(target_arch = "x86_64")]
            Cipher::Vaes(proof) => super::vaes::crypt(proof, rk, blocks),
            #[cfg(target_arch = "x86_64")]
            Cipher::Gfni(proof) => super::gfni::crypt(proof, rk, blocks),
        }
    }
}
