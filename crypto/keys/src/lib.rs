//! Signing and verifying keys of every algorithm behind one pair of types.
//!
//! A [`SigningKey`] or [`VerifyingKey`] that exists is well formed: its point is on the curve, its scalar in
//! range. Every [`Algorithm`] can be written and read in every encoding — Multikey, JWK, SPKI, PKCS#8 plain and
//! encrypted, SEC1 — and private material leaves only inside a [`Secret`]. Formats of Hufu's own sign bytes framed by a [`Domain`].
//! [`hd`] derives trees of keys from a seed, [`stealth`] one-time keys that only their owner recognises.
//!
//! ```
//! use hufu_keys::{Algorithm, Domain, SigningKey, VerifyingKey};
//! use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
//!
//! let mut rng = ChaCha20Rng::from_seed([7; 32]); // the caller's: this crate has no ambient randomness for keys
//! let key = SigningKey::generate(Algorithm::Sm2, &mut rng);
//! let message = Domain::Transaction.frame(&[b"network", b"payload"]);
//! let signature = key.sign(&message);
//!
//! let public = VerifyingKey::from_multikey(&key.verifying_key().to_multikey())?;
//! public.verify(&message, signature.as_bytes())?;
//! assert!(public.verify(b"another message", signature.as_bytes()).is_err());
//! # Ok::<(), hufu_keys::Error>(())
//! ```
#![warn(clippy::indexing_slicing)]

mod algorithm;
mod any;
mod asn1;
mod backend;
mod domain;
mod error;
pub mod hd;
mod jwk;
pub mod keystore;
mod multikey;
mod secret;
mod signature;
mod signing;
pub mod sm2;
pub mod stealth;
mod verifying;

pub use algorithm::Algorithm;
pub use any::{AnyKey, Encoding, MAX_KEY_BYTES};
pub use asn1::EncryptedKey;
pub use domain::Domain;
pub use error::Error;
pub use secret::Secret;
pub use signature::Signature;
pub use signing::SigningKey;
pub use verifying::VerifyingKey;
