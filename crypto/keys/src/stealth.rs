//! Stealth addresses: a sender makes a one-time key for a receiver from the receiver's published keys, alone, and nobody
//! else can tell whose it is (the shape of ERC-5564, scheme 1).
//!
//! A receiver has two keys: *spend* (k, K = k·G) and *view* (v, V = v·G), and publishes the [`MetaAddress`] K ‖ V.
//!
//! 1. The sender draws an ephemeral e, E = e·G, and computes S = e·V, h = H(S): the first byte of h is the view tag,
//!    and P = K + h·G the one-time public key. E and the tag are [announced](Announcement).
//! 2. The receiver, or whoever was given the [`ViewKey`], computes S = v·E and h for each announcement. If the tag is another
//!    one (255 times out of 256) that is all; else P = K + h·G is compared with the announced key.
//! 3. With the spend key, too, the receiver has the one-time private key: k + h modulo n.
//!
//! | algorithm | H | the address |
//! |---|---|---|
//! | secp256k1 | Keccak-256 of the compressed point S: ERC-5564 scheme 1, as its published SDK computes it | [`EthereumAddress`] of P |
//! | P-256 | SHA-256 of `hufu/stealth-secret/v1` framed with the curve's name and the compressed point S | P |
//! | SM2 | SM3 of the same | P |
//!
//! An h that is zero or not below n, and a sum that is no key, give no address: the sender takes another e, and such an
//! announcement is nobody's. Ed25519 has none of this: its private key is a seed that is hashed, to which nothing can be added.
//!
//! ```
//! use hufu_keys::{Algorithm, SigningKey};
//! use hufu_keys::stealth::{Announcement, StealthKeys};
//! use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
//!
//! let mut rng = ChaCha20Rng::from_seed([7; 32]);
//! let spend = SigningKey::generate(Algorithm::Sm2, &mut rng);
//! let view = SigningKey::generate(Algorithm::Sm2, &mut rng);
//! let receiver = StealthKeys::new(spend, view)?;
//!
//! // A sender, who has the meta-address only:
//! let payment = receiver.meta_address().pay(&mut rng)?;
//! let announced = payment.announcement.to_bytes();
//!
//! // Whoever has the view key finds it, and cannot use it:
//! let announcement = Announcement::from_bytes(Algorithm::Sm2, &announced)?;
//! let found = receiver.view_key().scan(&announcement);
//! assert_eq!(found.as_ref(), Some(&payment.one_time));
//!
//! // The receiver can:
//! let key = receiver.one_time_key(&announcement, &payment.one_time)?;
//! assert_eq!(key.verifying_key(), payment.one_time);
//! # Ok::<(), hufu_keys::Error>(())
//! ```
//!
//! # Security
//! - The tag shows one byte of h: of 128 bits about who an address belongs to, 124 are left; nothing about spending.
//! - A view key tells every one-time key of its owner, past and to come. Together with *one* one-time private key it
//!   gives the spend key (k = p − h): keep both kinds apart, as you would an extended public key and its children.
//! - A view key that is derived from a seed belongs on a hardened path.
//! - What is hidden is whose the address is, from those who see address and announcement. Using two one-time keys together,
//!   or one beside a key that is known, tells it.

mod announcement;
mod ethereum;
mod keys;
mod meta;
mod secret;

pub use announcement::Announcement;
pub use ethereum::EthereumAddress;
pub use keys::{StealthKeys, ViewKey};
pub use meta::{MetaAddress, Payment};
