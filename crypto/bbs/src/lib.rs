//! BBS signatures by the IETF drafts, over BLS12-381.
//!
//! One signature over many messages; a holder shows any of them, proves that the others were signed too, and no two
//! proofs can be linked to each other or to the signature.
//!
//! ```
//! use hufu_bbs::{Bbs, Header, Message, Presented, PresentationHeader, SecretKey, Sha256, Signed};
//! use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
//!
//! let mut rng = ChaCha20Rng::from_seed([7; 32]);
//! let bbs = Bbs::<Sha256>::new(); // keeps its generators: make one, clone it
//! let issuer = SecretKey::random::<Sha256>(&mut rng)?;
//! let key = issuer.public_key();
//!
//! let header = Header::new(b"student cards of 2026");
//! let messages = ["Ada", "Lovelace", "1815-12-10"].map(Message::from);
//! let signature = bbs.sign(&issuer, header, &messages)?;
//! let signed = Signed { key, signature: &signature, header, messages: &messages };
//! bbs.verify(&signed)?;
//!
//! // The holder shows the surname only, to this verifier only.
//! let nonce = PresentationHeader::new(b"library, 4f1c");
//! let proof = bbs.prove(&signed, nonce, &[1], &mut rng)?;
//! let disclosed = [(1, Message::from("Lovelace"))];
//! bbs.verify_proof(&Presented { key, proof: &proof, header, presentation_header: nonce, disclosed: &disclosed })?;
//! # Ok::<(), hufu_bbs::Error>(())
//! ```
#![forbid(unsafe_code)]
#![warn(clippy::indexing_slicing)]

mod bbs;
mod blind;
mod committed;
mod core;
mod declassify;
mod error;
mod generators;
mod interface;
mod issuance;
mod keys;
mod nym;
mod proof;
mod pseudonym;
mod scalars;
mod signature;
mod suite;
mod wire;

pub use bbs::{Bbs, MAX_BATCH, Presented, Signed};
pub use blind::{BlindBbs, BlindPresented, BlindSigned};
pub use committed::{CommittedPresented, CommittedProof, Opening};
pub use error::Error;
pub use generators::MAX_MESSAGES;
pub use interface::{Attribute, Attributes, Header, Interface, Message, Octets, PresentationHeader};
pub use issuance::{Commitment, ProverBlind};
pub use keys::{MIN_KEY_MATERIAL, PublicKey, SecretKey};
pub use nym::{MAX_NYM_SECRETS, NymEntropy, NymSecrets, ProverNyms, Pseudonym};
pub use proof::Proof;
pub use pseudonym::{NymIssued, NymPresented, PseudonymBbs};
pub use signature::{SIGNATURE_BYTES, Signature};
pub use suite::{Sha256, Shake256, Suite};
