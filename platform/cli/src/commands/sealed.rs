//! A private file of [`super::record`] under a passphrase. Kind and costs can be read without it, nothing else.
//!
//! ```json
//! { "kind": "hufu-ring-key", "version": 2, "sealed": {
//!   "kdf":  { "name": "argon2id", "memoryKib": 65536, "iterations": 3, "lanes": 1, "salt": "…" },
//!   "check": "…",
//!   "aead": { "name": "xchacha20-poly1305", "nonce": "…" },
//!   "ciphertext": "…", "checksum": "…" } }
//! ```
//!
//! The keystore of `hufu-keys` holds signing keys of its own algorithms and nothing else; this holds any file, in the same way and at
//! the same price for a guess:
//!
//! 1. `master = Argon2id(passphrase, salt, costs)`, 32 bytes;
//! 2. `check` and the encryption key are SHA-256 of `master` behind two labels of the same length;
//! 3. the file as it would be without a passphrase is encrypted with XChaCha20-Poly1305; kind, version and everything above
//!    `ciphertext` is, in its canonical form (RFC 8785), the associated data;
//! 4. `checksum` is SHA-256 over the canonical form of all the rest.
//!
//! Opening tells three cases apart: a checksum that does not match is damage, whatever the passphrase; then a `check` that does not
//! match is another passphrase; then a tag that does not hold is a file that somebody altered.
//!
//! # Security
//! `check` lets somebody who has the file test a guess at the price of one Argon2id computation, as the tag does. Costs are bounded
//! when read. Kind and costs of a sealed file are authenticated by opening it.

use argon2::{Algorithm, Argon2, Params, Version};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{AeadInOut as _, KeyInit as _, XChaCha20Poly1305, XNonce};
use hufu_keys::Secret;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::exit::{Code, Failure};

/// The version of a sealed file.
pub(super) const VERSION: u64 = 2;

/// RFC 9106 §4's second recommendation, on one core.
const COSTS: Costs = Costs { memory_kib: 64 * 1024, iterations: 3, lanes: 1 };

/// The most that a file may ask for: 1 GiB, 16 passes, 16 lanes.
const MOST: Costs = Costs { memory_kib: 1 << 20, iterations: 16, lanes: 16 };

/// Argon2 needs 8 KiB for each lane (RFC 9106 §3.1).
const MEMORY_PER_LANE: u32 = 8;

const KEY_BYTES: usize = 32;
const SALT_BYTES: usize = 16;
const NONCE_BYTES: usize = 24;

const CHECK_LABEL: &[u8] = b"hufu sealed file 1: check";
const CIPHER_LABEL: &[u8] = b"hufu sealed file 1: aead ";

/// What a guess at the passphrase costs.
#[derive(Clone, Copy)]
struct Costs {
    memory_kib: u32,
    iterations: u32,
    lanes: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Kdf {
    name: String,
    memory_kib: u32,
    iterations: u32,
    lanes: u32,
    salt: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Aead {
    name: String,
    nonce: String,
}

/// The member `sealed`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sealed {
    kdf: Kdf,
    check: String,
    aead: Aead,
    ciphertext: String,
    checksum: String,
}

/// Seals a file of this kind.
///
/// # Errors
/// If the key cannot be derived: no memory.
pub(super) fn seal(kind: &str, file: &[u8], passphrase: &Secret<Vec<u8>>) -> anyhow::Result<Value> {
    let (salt, nonce): ([u8; SALT_BYTES], [u8; NONCE_BYTES]) = (rand::random(), rand::random());
    let derived = derive(passphrase, &salt, COSTS)?;
    let mut sealed = Sealed {
        kdf: Kdf {
            name: "argon2id".to_owned(),
            memory_kib: COSTS.memory_kib,
            iterations: COSTS.iterations,
            lanes: COSTS.lanes,
            salt: encode(&salt),
        },
        check: encode(&derived.check),
        aead: Aead { name: "xchacha20-poly1305".to_owned(), nonce: encode(&nonce) },
        ciphertext: String::new(),
        checksum: String::new(),
    };
    let mut buffer = file.to_vec();
    let header = sealed.header(kind)?;
    derived
        .cipher()
        .encrypt_in_place(&XNonce::from(nonce), &header, &mut buffer)
        .map_err(|_| Failure::with(Code::Internal, "the file cannot be encrypted"))?;
    sealed.ciphertext = encode(&buffer);
    sealed.checksum = encode(&sealed.sum(kind)?);
    Ok(json!({ "sealed": sealed }))
}

/// What was sealed, and under what.
pub(super) struct Opened {
    pub(super) file: Secret<Vec<u8>>,
    pub(super) passphrase: Secret<Vec<u8>>,
}

/// Opens what [`seal`] made; `passphrase` is obtained once the file is found intact.
///
/// # Errors
/// The words that say what is wrong, and what `passphrase` says.
pub(super) fn open(
    kind: &str,
    sealed: Value,
    passphrase: impl FnOnce() -> anyhow::Result<Secret<Vec<u8>>>,
) -> anyhow::Result<Opened> {
    let bad = |words: &str| Failure::with(Code::Input, words.to_owned());
    let sealed: Sealed = serde_json::from_value(sealed)
        .map_err(|error| bad(&format!("it is damaged, no passphrase opens it: {error}")))?;
    let bytes = |text: &str| {
        URL_SAFE_NO_PAD.decode(text).map_err(|_| bad("it is damaged, no passphrase opens it: no base64url"))
    };
    if bytes(&sealed.checksum)? != sealed.sum(kind)? {
        return Err(bad("it is damaged, no passphrase opens it: its checksum is another"));
    }
    if (sealed.kdf.name.as_str(), sealed.aead.name.as_str()) != ("argon2id", "xchacha20-poly1305") {
        return Err(bad("it is sealed in a way that is not known here: use a newer version"));
    }
    let Kdf { memory_kib, iterations, lanes, .. } = sealed.kdf;
    let costs = Costs { memory_kib, iterations, lanes };
    if !costs.are_bearable() {
        return Err(bad("it asks for more work, or less, than is done for a passphrase"));
    }
    let nonce: [u8; NONCE_BYTES] = bytes(&sealed.aead.nonce)?
        .try_into()
        .map_err(|_| bad("it is damaged, no passphrase opens it: its nonce has not 24 bytes"))?;
    let passphrase = passphrase()?;
    let derived = derive(&passphrase, &bytes(&sealed.kdf.salt)?, costs)?;
    // public: it is in the file
    if bytes(&sealed.check)? != derived.check {
        return Err(bad("wrong passphrase: it is intact, and this does not open it"));
    }
    let mut buffer = bytes(&sealed.ciphertext)?;
    derived
        .cipher()
        .decrypt_in_place(&XNonce::from(nonce), &sealed.header(kind)?, &mut buffer)
        .map_err(|_| bad("it was altered after it was sealed"))?;
    Ok(Opened { file: Secret::new(buffer), passphrase })
}

impl Sealed {
    /// Everything above the ciphertext, with the kind.
    fn header(&self, kind: &str) -> anyhow::Result<Vec<u8>> {
        let value = json!({ "kind": kind, "version": VERSION, "kdf": self.kdf, "check": self.check, "aead": self.aead });
        Ok(hufu_jcs::canonicalize(&value)?)
    }

    fn sum(&self, kind: &str) -> anyhow::Result<[u8; 32]> {
        let mut hash = Sha256::new_with_prefix(self.header(kind)?);
        hash.update(self.ciphertext.as_bytes());
        Ok(hash.finalize().into())
    }
}

impl Costs {
    const fn are_bearable(self) -> bool {
        let Self { memory_kib, iterations, lanes } = self;
        lanes >= 1
            && lanes <= MOST.lanes
            && iterations >= 1
            && iterations <= MOST.iterations
            && memory_kib >= MEMORY_PER_LANE * lanes
            && memory_kib <= MOST.memory_kib
    }
}

/// Step 2.
struct Derived {
    check: [u8; KEY_BYTES],
    key: Secret<[u8; KEY_BYTES]>,
}

impl Derived {
    fn cipher(&self) -> XChaCha20Poly1305 {
        self.key.expose(|key| XChaCha20Poly1305::new(&(*key).into()))
    }
}

fn derive(passphrase: &Secret<Vec<u8>>, salt: &[u8], costs: Costs) -> anyhow::Result<Derived> {
    let failed = |_| Failure::with(Code::Input, "its key cannot be derived from a passphrase");
    let Costs { memory_kib, iterations, lanes } = costs;
    let params = Params::new(memory_kib, iterations, lanes, Some(KEY_BYTES)).map_err(failed)?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut master = [0; KEY_BYTES];
    passphrase
        .expose(|passphrase| argon2.hash_password_into(passphrase, salt, &mut master))
        .map_err(failed)?;
    let master = Secret::new(master);
    let labelled = |label: &[u8]| -> [u8; KEY_BYTES] {
        master.expose(|master| Sha256::new_with_prefix(label).chain_update(master).finalize().into())
    };
    Ok(Derived { check: labelled(CHECK_LABEL), key: Secret::new(labelled(CIPHER_LABEL)) })
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrase(text: &str) -> Secret<Vec<u8>> {
        Secret::new(text.as_bytes().to_vec())
    }

    fn opened(sealed: &Value, words: &str) -> Result<Vec<u8>, String> {
        let opened = open("kind", sealed["sealed"].clone(), || Ok(phrase(words)));
        opened.map(|opened| opened.file.expose(Clone::clone)).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_sealed_is_opened_by_its_passphrase_and_everything_else_has_a_name() {
        let sealed = seal("kind", b"the file", &phrase("open")).expect("seals");
        assert_eq!(opened(&sealed, "open").as_deref(), Ok(&b"the file"[..]));
        let refused = |value: &Value, words: &str| {
            let error = opened(value, "open").expect_err(words);
            assert!(error.contains(words), "{error}");
        };
        assert!(opened(&sealed, "opem").expect_err("wrong").contains("wrong passphrase: it is intact"));
        let altered = |pointer: &str, to: Value, mended: bool| {
            let mut value = sealed.clone();
            *value.pointer_mut(pointer).expect("a member") = to;
            if mended {
                let parsed: Sealed = serde_json::from_value(value["sealed"].clone()).expect("sealed");
                value["sealed"]["checksum"] = encode(&parsed.sum("kind").expect("a sum")).into();
            }
            value
        };
        let mut flipped = sealed["sealed"]["ciphertext"].as_str().expect("text").to_owned();
        flipped.replace_range(..1, if flipped.starts_with('A') { "B" } else { "A" });
        refused(&altered("/sealed/ciphertext", flipped.clone().into(), false), "its checksum is another");
        refused(&altered("/sealed/ciphertext", flipped.into(), true), "it was altered");
        refused(&altered("/sealed/check", encode(&[0; 32]).into(), true), "wrong passphrase");
        refused(&altered("/sealed/aead/nonce", "AAAA".into(), true), "24 bytes");
        refused(&altered("/sealed/kdf/name", "scrypt".into(), true), "not known here");
        for (member, value) in
            [("memoryKib", 1_u32 << 21), ("memoryKib", 7), ("iterations", 17), ("lanes", 0)]
        {
            refused(&altered(&format!("/sealed/kdf/{member}"), value.into(), true), "more work, or less");
        }
        refused(&altered("/sealed/kdf/salt", 1.into(), false), "it is damaged");
        let other = open("other", sealed["sealed"].clone(), || Ok(phrase("open")));
        assert!(other.is_err(), "another kind is no damage that passes");
    }
}
