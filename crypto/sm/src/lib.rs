//! SM2, SM3 and SM4: national cryptography, constant-time, with the RustCrypto traits.
//!
//! [`sm2`] signs, encrypts and agrees on keys, [`sm3`] hashes, [`sm4`] encrypts messages and disks:
//!
//! ```
//! use hufu_sm::sm2::traits::{RandomizedSigner, Verifier};
//! use hufu_sm::sm2::{SecretKey, SigningKey};
//! use hufu_sm::sm3;
//! use hufu_sm::sm4::Sm4Gcm;
//! use hufu_sm::sm4::aead::{Aead, KeyInit};
//! # use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
//! # let mut rng = ChaCha20Rng::from_seed([7; 32]); // a generator of the operating system, in earnest
//!
//! // Sign and verify, for the default identifier.
//! let key = SigningKey::generate(&mut rng)?;
//! let signature = key.sign_with_rng(&mut rng, b"a message");
//! key.verifying_key().verify(b"a message", &signature)?;
//!
//! // Encrypt for a key, and read it again from the file that OpenSSL would write.
//! let ciphertext = key.verifying_key().public_key().encrypt(&mut rng, b"for you alone")?;
//! let file = key.secret_key().to_private_key_pem();
//! assert_eq!(*SecretKey::from_private_key_pem(&file)?.decrypt(&ciphertext)?, b"for you alone");
//!
//! // Hash, and encrypt under a key that both sides know.
//! let gcm = Sm4Gcm::new(&[7; 16].into());
//! let nonce = [1; 12].into(); // never twice under one key
//! let sealed = gcm.encrypt(&nonce, &sm3::hash(b"a message")[..])?;
//! assert_eq!(gcm.decrypt(&nonce, &sealed[..])?, sm3::hash(b"a message"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The traits in public signatures are re-exported: `signature` as [`sm2::traits`], [`sm2::rand_core`], [`sm2::pkcs8`], [`sm2::spki`],
//! [`sm3::digest`], [`sm4::cipher`] and [`sm4::aead`]. The crate needs `std`, for finding out at run time what the CPU has.
//!
//! The README says what is promised, what is not, and how fast it is.

mod cpu;
pub mod sm2;
pub mod sm3;
pub mod sm4;
