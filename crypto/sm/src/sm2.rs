//! SM2: signatures, key exchange and public-key encryption (GB/T 32918, GM/T 0003 and 0009) on the recommended curve.
//!
//! | operation | types | standard |
//! |---|---|---|
//! | sign, verify | [`SigningKey`], [`VerifyingKey`], [`PreparedVerifyingKey`], [`Signature`] | GB/T 32918.2 |
//! | encrypt, decrypt | [`PublicKey`], [`SecretKey`], [`encryption`] | GB/T 32918.4 |
//! | agree on a key | [`exchange`] | GB/T 32918.3 |
//! | add to keys, for hierarchical and stealth keys | [`mod@derive`] | — |
//!
//! See the crate's README for what is promised and what is not.

#[cfg(all(target_arch = "x86_64", not(hufu_portable)))]
mod adx;
mod comb;
mod ct;
pub mod derive;
mod distid;
mod encoding;
mod encrypted;
pub mod encryption;
mod error;
pub mod exchange;
mod fast;
mod field;
pub mod hazmat;
mod invert;
#[cfg(test)]
mod laws;
mod limbs;
mod multiply;
mod nonce;
mod pem;
mod point;
mod public;
mod recode;
mod scalar;
mod secret;
mod signature;
mod signing;
mod sum;
mod verifying;

pub use self::signature::Signature;
pub use ::{pkcs8, rand_core, spki};
pub use ::signature as traits;
pub use distid::DistId;
pub use encrypted::{PasswordCipher, PasswordKdf, PasswordScheme};
pub use error::Error;
pub use public::PublicKey;
pub use secret::SecretKey;
pub use signing::SigningKey;
pub use verifying::{PreparedVerifyingKey, VerifyingKey};
