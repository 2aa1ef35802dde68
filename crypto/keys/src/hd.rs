//! Trees of keys from one seed: BIP32 on secp256k1, SLIP-0010 on P-256 and Ed25519, and the same shape on SM2.
//!
//! | algorithm | standard | master key's label | children | an unusable value |
//! |---|---|---|---|---|
//! | secp256k1 | BIP32 | `Bitcoin seed` | normal and hardened | is an error, as BIP32 wants |
//! | P-256 | SLIP-0010 | `Nist256p1 seed` | normal and hardened | is hashed again |
//! | Ed25519 | SLIP-0010 | `ed25519 seed` | hardened | does not exist |
//! | SM2 | `docs/hd-sm2.md`, our own | `hufu/sm2-seed/v1` | normal and hardened | is hashed again |
//!
//! 1. `I = HMAC-SHA512(label, seed)`; its left half is the master key, its right half the chain code;
//! 2. for each step of the path, `I = HMAC-SHA512(chain code, data ‖ index)` with `data = 00 ‖ private key` for a
//!    hardened child and the public key for a normal one; the child's key is parent + left half modulo n (Ed25519:
//!    the left half), its chain code the right half;
//! 3. a normal child's public key comes from the parent's public key too: parent + left half · G;
//! 4. if the left half is not below n, or no key comes out: the last column.
//!
//! ```
//! use hufu_keys::Algorithm;
//! use hufu_keys::hd::{DerivationPath, ExtendedPrivateKey};
//!
//! let master = ExtendedPrivateKey::from_seed(Algorithm::Sm2, &[7; 32])?;
//! let account = master.derive(&"m/44'/0'/0'".parse()?)?;
//! let receive: DerivationPath = "m/0/5".parse()?;
//!
//! // Who holds the public half of the account makes its public keys, and no private one.
//! let watched = account.to_public().derive(&receive)?;
//! let key = account.derive(&receive)?.into_signing_key();
//! assert_eq!(key.verifying_key(), *watched.verifying_key());
//! # Ok::<(), hufu_keys::Error>(())
//! ```
//!
//! # Security
//! An extended public key and the private key of *one* of its normal children give the private key of the parent, and so
//! of the whole tree below it. Harden the steps above what is given away.
//!
//! Derivation is constant time in private keys and chain codes as far as the libraries of [`SigningKey`](crate::SigningKey)
//! and RustCrypto's `sha2` and `p256` promise it; a retry shows. The path is public.

mod path;
mod place;
mod private;
mod public;
mod step;
mod text;

pub use path::{ChildNumber, DerivationPath, MAX_DEPTH};
pub use private::ExtendedPrivateKey;
pub use public::ExtendedPublicKey;
pub use text::Network;

use crate::{Algorithm, Domain, Error};

/// Fewest bytes of a seed (BIP32, "Master key generation").
pub const MIN_SEED_BYTES: usize = 16;

/// Most bytes of a seed (BIP32, "Master key generation").
pub const MAX_SEED_BYTES: usize = 64;

/// What the standards say differently for each curve.
struct Rules {
    /// The HMAC key of step 1.
    label: &'static str,
    /// Whether step 4 hashes again.
    retries: bool,
    /// Whether there are normal children.
    normal: bool,
}

impl Rules {
    fn of(algorithm: Algorithm) -> Result<Self, Error> {
        let (label, retries, normal) = match algorithm {
            Algorithm::Secp256k1 => ("Bitcoin seed", false, true),
            Algorithm::P256 => ("Nist256p1 seed", true, true),
            Algorithm::Ed25519 => ("ed25519 seed", false, false),
            Algorithm::Sm2 => (Domain::Sm2Seed.label(), true, true),
            Algorithm::P384 => {
                return Err(Error::NotDefined {
                    algorithm,
                    what: "derivation from a seed",
                    instead: "take secp256k1, P-256, Ed25519 or SM2",
                });
            }
        };
        Ok(Self { label, retries, normal })
    }
}
