//! Signing and verifying keys of every algorithm of the suite behind one pair of types.
//!
//! | module | what |
//! |---|---|
//! | [`algorithm`] | the algorithms and their registered names and codes |
//! | [`signing_key`], [`verifying_key`], [`signature`] | the keys and what they make |
//! | `multikey`, `jwk`, `spki`, `pkcs8` | their encodings, as methods of the keys |
//! | [`secret`] | a value that is redacted, zeroized and compared in constant time |
//! | [`domain`] | the labels under which formats of our own are signed |
//! | [`keystore`] | several keys sealed under a passphrase |
//!
//! ```
//! use hufu_keys::{Algorithm, SigningKey, VerifyingKey};
//! # use rand_core::UnwrapErr;
//! # let mut rng = UnwrapErr(getrandom::SysRng);
//! let key = SigningKey::generate(Algorithm::Sm2, &mut rng);
//! let signature = key.sign(b"two halves of one tally");
//! let public = VerifyingKey::from_multikey(&key.verifying_key().to_multikey())?;
//! public.verify(b"two halves of one tally", signature.as_bytes())?;
//! assert!(public.verify(b"two other halves", signature.as_bytes()).is_err());
//! # Ok::<(), hufu_keys::Error>(())
//! ```
#![warn(clippy::indexing_slicing)]

pub mod algorithm;
pub mod domain;
mod error;
mod jwk;
pub mod keystore;
mod multikey;
mod pkcs8;
pub mod secret;
pub mod signature;
pub mod signing_key;
mod spki;
pub mod verifying_key;

pub use algorithm::Algorithm;
pub use domain::Domain;
pub use error::Error;
pub use secret::Secret;
pub use signature::Signature;
pub use signing_key::SigningKey;
pub use verifying_key::VerifyingKey;
