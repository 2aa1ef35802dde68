//! Several named keys sealed under a passphrase: Argon2id (RFC 9106) and XChaCha20-Poly1305.
//!
//! 1. A 64-byte key is derived from the passphrase and a random salt.
//! 2. Its first half seals the keys; its second half, hashed under a label, is the check value.
//! 3. The header (format, parameters, salt, nonce, check value) is the associated data of the seal.
//!
//! A wrong passphrase misses the check value; a right one with a failing seal means damage.
//!
//! # Security
//! The check value lets a guesser of the passphrase skip the decryption, which costs nothing beside Argon2id, so
//! guessing is not made easier. It is made of a half of the derived key that serves nothing else. Whoever can
//! write the file can make either error appear, and nothing more.

use argon2::{Algorithm as Variant, Argon2, Params, Version};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305, XNonce,
    aead::{Aead as _, Payload},
};
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::{Error, SigningKey};

/// The format this version writes and the newest it reads.
pub const FORMAT: u32 = 1;

/// The most memory that opening a keystore may ask for, in KiB: a hostile file must not exhaust the machine.
pub const MAX_MEMORY_KIB: u32 = 1024 * 1024;

/// The most passes that opening a keystore may ask for.
pub const MAX_PASSES: u32 = 16;

/// The most keys in one keystore.
pub const MAX_KEYS: usize = 10_000;

/// The largest keystore read, in bytes.
pub const MAX_BYTES: usize = 8 * 1024 * 1024;

/// Under this label the second half of the derived key becomes the check value.
const CHECK_LABEL: &[u8] = b"hufu/keystore-check/v1";

/// How expensive a guess of the passphrase is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Cost {
    /// RFC 9106 §4, the second recommended option: 64 MiB, three passes, four lanes.
    pub const RECOMMENDED: Self = Self { memory_kib: 64 * 1024, passes: 3, lanes: 4 };

    fn derive(self, passphrase: &[u8], salt: &[u8]) -> Result<Zeroizing<[u8; 64]>, Error> {
        if self.memory_kib > MAX_MEMORY_KIB || self.passes > MAX_PASSES {
            return Err(Error::Parameter("the keystore asks for more memory or passes than this program allows"));
        }
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(64))
            .map_err(|_| Error::Parameter("the keystore's Argon2id parameters are not acceptable"))?;
        let mut out = Zeroizing::new([0; 64]);
        Argon2::new(Variant::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase, salt, out.as_mut_slice())
            .map_err(|_| Error::Parameter("the keystore's Argon2id parameters are not acceptable"))?;
        Ok(out)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    format: u32,
    cost: Cost,
    salt: String,
    nonce: String,
    check: String,
}

#[derive(Serialize, Deserialize)]
struct File {
    #[serde(flatten)]
    header: Header,
    sealed: String,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    name: String,
    key: Zeroizing<String>,
}

/// Seals keys under a passphrase. The result is JSON text; writing it with mode 0600 is the caller's duty.
///
/// # Errors
/// [`Error::Parameter`] for an empty passphrase, a duplicate name, too many keys or unacceptable costs.
pub fn seal<R: CryptoRng + ?Sized>(
    keys: &[(&str, &SigningKey)],
    passphrase: &[u8],
    rng: &mut R,
    cost: Cost,
) -> Result<Vec<u8>, Error> {
    if passphrase.is_empty() {
        return Err(Error::Parameter("the passphrase is empty"));
    }
    if keys.len() > MAX_KEYS {
        return Err(Error::Parameter("a keystore holds at most 10,000 keys"));
    }
    let names: std::collections::BTreeSet<&str> = keys.iter().map(|(name, _)| *name).collect();
    if names.len() != keys.len() {
        return Err(Error::Parameter("two keys have the same name"));
    }
    let mut salt = [0_u8; 16];
    let mut nonce = [0_u8; 24];
    rng.fill_bytes(&mut salt);
    rng.fill_bytes(&mut nonce);
    let derived = cost.derive(passphrase, &salt)?;
    let (sealing, checking) = derived.split_at(32);
    let header = Header {
        format: FORMAT,
        cost,
        salt: BASE64.encode(salt),
        nonce: BASE64.encode(nonce),
        check: BASE64.encode(check_value(checking)),
    };
    let entries: Vec<Entry> = keys
        .iter()
        .map(|(name, key)| Entry {
            name: (*name).to_owned(),
            key: key.to_multikey().expose(|text| Zeroizing::new(text.clone())),
        })
        .collect();
    let unwritable = |_| Error::Parameter("the keys cannot be written");
    let plain = Zeroizing::new(serde_json::to_vec(&entries).map_err(unwritable)?);
    let aad = serde_json::to_vec(&header).map_err(unwritable)?;
    let sealed = cipher(sealing)?
        .encrypt(&XNonce::from(nonce), Payload { msg: &plain, aad: &aad })
        .map_err(|_| Error::Parameter("the keys cannot be sealed"))?;
    serde_json::to_vec_pretty(&File { header, sealed: BASE64.encode(sealed) }).map_err(unwritable)
}

/// Opens a keystore.
///
/// # Errors
/// [`Error::WrongPassphrase`], [`Error::Damaged`], [`Error::NewerFormat`], [`Error::Parameter`].
pub fn open(bytes: &[u8], passphrase: &[u8]) -> Result<Vec<(String, SigningKey)>, Error> {
    if bytes.len() > MAX_BYTES {
        return Err(Error::Damaged("it is larger than a keystore can be"));
    }
    let format = serde_json::from_slice::<serde_json::Value>(bytes)
        .ok()
        .and_then(|value| value.get("format").and_then(serde_json::Value::as_u64))
        .ok_or(Error::Damaged("it is not the JSON of a keystore"))?;
    let format = u32::try_from(format).unwrap_or(u32::MAX);
    if format > FORMAT {
        return Err(Error::NewerFormat { found: format, supported: FORMAT });
    }
    let file: File =
        serde_json::from_slice(bytes).map_err(|_| Error::Damaged("it is not the JSON of a keystore"))?;
    let damaged = |_| Error::Damaged("a field is not base64");
    let salt = BASE64.decode(&file.header.salt).map_err(damaged)?;
    let nonce: [u8; 24] = BASE64
        .decode(&file.header.nonce)
        .map_err(damaged)?
        .try_into()
        .map_err(|_| Error::Damaged("the nonce has the wrong length"))?;
    let check = BASE64.decode(&file.header.check).map_err(damaged)?;
    let sealed = BASE64.decode(&file.sealed).map_err(damaged)?;
    if salt.len() != 16 || check.len() != 32 {
        return Err(Error::Damaged("the salt or the check value has the wrong length"));
    }
    let derived = file.header.cost.derive(passphrase, &salt)?;
    let (sealing, checking) = derived.split_at(32);
    if !bool::from(check_value(checking).as_slice().ct_eq(&check)) {
        return Err(Error::WrongPassphrase);
    }
    let aad = serde_json::to_vec(&file.header).map_err(|_| Error::Damaged("its header cannot be read"))?;
    let plain = cipher(sealing)?
        .decrypt(&XNonce::from(nonce), Payload { msg: &sealed, aad: &aad })
        .map(Zeroizing::new)
        .map_err(|_| Error::Damaged("its seal is broken: the file was changed or cut after it was written"))?;
    let entries: Vec<Entry> =
        serde_json::from_slice(&plain).map_err(|_| Error::Damaged("its entries cannot be read"))?;
    entries
        .into_iter()
        .map(|entry| Ok((entry.name, SigningKey::from_multikey(&entry.key)?)))
        .collect()
}

fn cipher(key: &[u8]) -> Result<XChaCha20Poly1305, Error> {
    XChaCha20Poly1305::new_from_slice(key).map_err(|_| Error::Parameter("the sealing key has the wrong length"))
}

fn check_value(half: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(CHECK_LABEL);
    hash.update(half);
    hash.finalize().into()
}
