//! Linkable ring signatures on Ristretto255 whose linking tag is bound to a scope.
//!
//! A member of a [`Ring`] of public keys signs; a verifier learns that one of them did, not which. The signature
//! carries a [`Tag`], the same for all signatures of that key in one [`Scope`] and unrelated across scopes: one vote
//! per member and election, one report per member and epoch.
//!
//! ```
//! use hufu_ring::{Ring, Scope, Signature, SigningKey};
//! use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
//!
//! let mut rng = ChaCha20Rng::from_seed([7; 32]); // the caller's: this crate has no ambient randomness
//! let keys: Vec<SigningKey> = (0..20).map(|_| SigningKey::generate(&mut rng)).collect();
//! let ring = Ring::new(keys.iter().map(SigningKey::verifying_key).collect())?;
//! let scope = Scope::new(b"election of the board 2027")?;
//!
//! let vote = keys[3].sign(&ring, &scope, b"yes", &mut rng)?.to_bytes();
//! let tag = Signature::from_bytes(&vote)?.verify(&ring, &scope, b"yes")?;
//!
//! let again = keys[3].sign(&ring, &scope, b"no", &mut rng)?;
//! assert_eq!(again.verify(&ring, &scope, b"no")?, tag, "the same member, whoever that is");
//! # Ok::<(), hufu_ring::Error>(())
//! ```
//!
//! `docs/scheme.md` states the scheme, its games, assumptions and proofs; `docs/encoding.md` every byte. Unaudited.
#![forbid(unsafe_code)]

mod batch;
mod error;
mod group;
mod keys;
mod labels;
mod lsag;
mod many;
mod possession;
mod ring;
mod scope;
mod signature;
mod tag;
mod threshold;
mod transcript;

pub use batch::{Claim, MAX_BATCH, verify_batch};
pub use error::Error;
pub use keys::{SigningKey, VerifyingKey};
pub use possession::{MAX_POSSESSION_CONTEXT, ProofOfPossession};
pub use ring::{MAX_LIST_NAME, MAX_MEMBERS, Ring, RingContext, RingId};
pub use scope::{MAX_SCOPE, Scope};
pub use signature::Signature;
pub use tag::Tag;
pub use threshold::{MAX_THRESHOLD, Share, ThresholdSignature};
