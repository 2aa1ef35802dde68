//! SM4, the block cipher of GB/T 32907-2016 (ISO/IEC 18033-3:2010/Amd 1:2021, GM/T 0002), and its modes.
//!
//! | mode | type | authenticated | for |
//! |---|---|---|---|
//! | GCM | [`Sm4Gcm`] | yes | messages; the one to start with |
//! | CCM | [`Sm4Ccm`] | yes | formats that have it |
//! | CTR | [`Sm4Ctr`] | no | under a MAC |
//! | CBC | [`Sm4Cbc`] | no | formats that have it |
//! | XTS (IEEE 1619, GB/T 17964) | [`Sm4Xts`] | no | sectors of a disk |
//! | ECB | [`hazmat`] | no | formats that demand it |
//!
//! ```
//! use hufu_sm::sm4::Sm4Gcm;
//! use hufu_sm::sm4::aead::{Aead, KeyInit};
//!
//! let gcm = Sm4Gcm::new(&[7; 16].into());
//! let nonce = [1; 12].into(); // never twice under one key
//! let ciphertext = gcm.encrypt(&nonce, &b"a message"[..])?;
//! assert_eq!(gcm.decrypt(&nonce, &ciphertext[..])?, b"a message");
//! # Ok::<(), hufu_sm::sm4::aead::Error>(())
//! ```
//!
//! # Security
//! There is no table whose address depends on data: the S-box is a circuit, or the inversion of AES-NI, VAES or GFNI where
//! the CPU has them, which is found out at run time. Round keys and hash keys are overwritten when dropped; blocks that
//! pass through the stack are not.

#[cfg(target_arch = "x86_64")]
mod aesni;
#[cfg(target_arch = "x86_64")]
mod avx2;
mod backend;
mod bitslice;
mod block;
mod cbc;
mod ccm;
mod ctr;
mod error;
mod gcm;
#[cfg(target_arch = "x86_64")]
mod gfni;
mod ghash;
pub mod hazmat;
mod key;
mod sbox;
#[cfg(target_arch = "x86_64")]
mod vaes;
#[cfg(target_arch = "x86_64")]
mod vectors;
mod verdict;
mod xts;

pub use ::cipher;
pub use aead;
#[doc(hidden)]
pub use backend::Backend;
pub use block::Sm4;
pub use cbc::Sm4Cbc;
pub use ccm::Sm4Ccm;
pub use ctr::Sm4Ctr;
pub use error::Error;
pub use gcm::Sm4Gcm;
pub use xts::{Sm4Xts, XtsStandard};
