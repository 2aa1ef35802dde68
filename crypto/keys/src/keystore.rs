//! Named private keys sealed under a passphrase: bytes in, bytes out. Files and their modes are the caller's.
//!
//! The container is JSON, format version 1:
//!
//! ```json
//! { "format": "hufu-keystore", "version": 1,
//!   "kdf":  { "name": "argon2id", "memory_kib": 65536, "iterations": 3, "lanes": 1, "salt": "…" },
//!   "check": "…",
//!   "aead": { "name": "xchacha20-poly1305", "nonce": "…" },
//!   "entries": [ { "name": "issuer", "public_key": "z6Mk…" } ],
//!   "ciphertext": "…", "checksum": "…" }
//! ```
//!
//! Sealing:
//! 1. `master = Argon2id(passphrase, salt, costs)`, 32 bytes (RFC 9106);
//! 2. `check` and the encryption key are HKDF-Expand-SHA-256 (RFC 5869) of `master` under two [`Domain`] labels;
//! 3. the private keys are encrypted with XChaCha20-Poly1305; everything above `ciphertext` is, in its canonical
//!    form (RFC 8785), the associated data;
//! 4. `checksum` is SHA-256 over the canonical form of all the rest.
//!
//! Opening tells three cases apart. A checksum that does not match means accidental damage, whatever the
//! passphrase ([`Error::Damaged`]). Then a `check` that does not match means another passphrase
//! ([`Error::WrongPassphrase`]). Then a failing AEAD tag means that somebody altered the file and repaired the
//! checksum ([`Error::Damaged`]).
//!
//! # Security
//! - `check` gives nothing to somebody who has the file. It lets them test a guess at the price of one Argon2id
//!   computation; the AEAD tag lets them do the same at the same price. HKDF outputs under different labels are
//!   independent, so `check` says nothing about the encryption key.
//! - The checksum is no protection against intent and covers public bytes only. Somebody who alters salt, costs or
//!   `check` and repairs it can make the right passphrase look wrong, as deleting the file could; they cannot make
//!   any other key come out, because the associated data covers them.
//! - Costs are bounded when read, so that a crafted file cannot ask for unbounded memory or time.
//! - Names and public keys are readable without the passphrase, and authenticated only by [`open`].

mod container;
mod kdf;
mod payload;

pub use kdf::KdfParams;

use crate::{Domain, Error, SigningKey, VerifyingKey};
use chacha20poly1305::{AeadInOut, KeyInit, XChaCha20Poly1305, XNonce};
use container::Container;
use rand_core::CryptoRng;
use std::collections::HashSet;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// The most keys one store holds.
pub const MAX_ENTRIES: usize = 1024;

/// The longest name, in bytes.
pub const MAX_NAME_BYTES: usize = 128;

/// The largest container that is read, in bytes: 1,024 entries with the longest names fit.
pub const MAX_BYTES: usize = 1 << 20;

/// The format version written, and the highest one read.
pub const VERSION: u64 = 1;

/// Poly1305's tag.
const TAG_BYTES: usize = 16;

/// What can be read of a key without the passphrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The key's name, unique in its store.
    pub name: String,
    /// Its public half.
    pub public_key: VerifyingKey,
}

/// Seals `keys` under `passphrase`; `rng` gives salt and nonce.
///
/// ```
/// use hufu_keys::{Algorithm, SigningKey, keystore};
/// use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
///
/// let mut rng = ChaCha20Rng::from_seed([1; 32]);
/// let key = SigningKey::generate(Algorithm::Ed25519, &mut rng);
/// let costs = keystore::KdfParams::dangerous_fast(); // for examples and tests only
/// let sealed = keystore::seal(&[("issuer", &key)], b"correct horse", &mut rng, costs)?;
///
/// let opened = keystore::open(&sealed, b"correct horse")?;
/// assert_eq!(opened[0].0, "issuer");
/// assert_eq!(opened[0].1.verifying_key(), key.verifying_key());
/// # Ok::<(), hufu_keys::Error>(())
/// ```
///
/// # Errors
/// [`Error::Unsealable`] for an empty passphrase, a name that is empty, too long, repeated or has control
/// characters, or more than [`MAX_ENTRIES`] keys.
pub fn seal(
    keys: &[(&str, &SigningKey)],
    passphrase: &[u8],
    rng: &mut (impl CryptoRng + ?Sized),
    params: KdfParams,
) -> Result<Vec<u8>, Error> {
    if passphrase.is_empty() {
        return Err(Error::Unsealable("the passphrase is empty"));
    }
    if keys.len() > MAX_ENTRIES {
        return Err(Error::Unsealable("it has more keys than one store holds"));
    }
    let mut names = HashSet::new();
    for (name, _) in keys {
        check_name(name).map_err(Error::Unsealable)?;
        if !names.insert(name) {
            return Err(Error::Unsealable("two keys have the same name"));
        }
    }
    let mut salt = [0; kdf::SALT_BYTES];
    rng.fill_bytes(&mut salt);
    let mut nonce = [0; container::NONCE_BYTES];
    rng.fill_bytes(&mut nonce);
    let derived = kdf::derive(passphrase, &salt, params)?;
    let entries =
        keys.iter().map(|(name, key)| Entry { name: (*name).to_owned(), public_key: key.verifying_key() });
    let mut container = Container {
        params,
        salt,
        check: derived.check,
        nonce,
        entries: entries.collect(),
        ciphertext: Vec::new(),
    };
    let mut buffer = payload::write(keys, TAG_BYTES);
    XChaCha20Poly1305::new(&(*derived.cipher_key).into())
        .encrypt_in_place(&XNonce::from(nonce), &container.header()?, &mut *buffer)
        .map_err(|_| Error::Unsealable("encryption failed"))?;
    container.ciphertext = std::mem::take(&mut *buffer);
    container.to_bytes()
}

/// Opens a sealed store: its keys by name, in the order they were sealed.
///
/// # Errors
/// [`Error::WrongPassphrase`], told apart from [`Error::Damaged`] as the [module](self) explains;
/// [`Error::NewerFormat`]; [`Error::KdfOutOfBounds`].
pub fn open(sealed: &[u8], passphrase: &[u8]) -> Result<Vec<(String, SigningKey)>, Error> {
    let container = Container::parse(sealed)?;
    let derived = kdf::derive(passphrase, &container.salt, container.params)?;
    if !bool::from(derived.check.ct_eq(&container.check)) {
        return Err(Error::WrongPassphrase);
    }
    let mut buffer = Zeroizing::new(container.ciphertext.clone());
    XChaCha20Poly1305::new(&(*derived.cipher_key).into())
        .decrypt_in_place(&XNonce::from(container.nonce), &container.header()?, &mut *buffer)
        .map_err(|_| Error::Damaged("it was altered after it was sealed"))?;
    payload::read(&buffer, &container.entries)
}

/// The names and public keys in a sealed store, without its passphrase — and therefore unauthenticated: somebody
/// who can write the file can change them, and only [`open`] notices.
///
/// # Errors
/// [`Error::Damaged`], [`Error::NewerFormat`], [`Error::KdfOutOfBounds`].
pub fn list(sealed: &[u8]) -> Result<Vec<Entry>, Error> {
    Ok(Container::parse(sealed)?.entries)
}

fn check_name(name: &str) -> Result<(), &'static str> {
    if name.is_empty() {
        Err("a key has no name")
    } else if name.len() > MAX_NAME_BYTES {
        Err("a key's name is too long")
    } else if name.chars().any(char::is_control) {
        Err("a key's name has control characters")
    } else {
        Ok(())
    }
}

/// Domain-separated bytes for HKDF's `info` and the checksum.
fn label(domain: Domain) -> Vec<u8> {
    domain.frame(&[])
}
