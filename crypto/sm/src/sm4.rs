//! SM4, the block cipher of GB/T 32907-2016 (ISO/IEC 18033-3:2010/Amd 1:2021, GM/T 0002)

#[cfg(target_arch = "x86_64")]
mod aesni;
#[cfg(target_arch = "x86_64")]
mod avx2;
mod backend;
mod bitslice;
mod cipher;
#[cfg(target_arch = "x86_64")]
mod gfni;
mod ghash;
mod key;
mod sbox;
#[cfg(target_arch = "x86_64")]
mod vaes;
#[cfg(target_arch = "x86_64")]
mod vectors;

pub use self::cipher::Sm4;
#[doc(hidden)]
pub use backend::Backend;
