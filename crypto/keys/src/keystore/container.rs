//! The JSON around the ciphertext: strict reading, canonical associated data, checksum.

use super::{Entry, KdfParams, MAX_BYTES, MAX_ENTRIES, VERSION, check_name, kdf};
use crate::{Domain, Error, VerifyingKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hufu_jcs::Limits;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::collections::HashSet;

/// XChaCha20's nonce: long enough to be drawn at random for every sealing.
pub(super) const NONCE_BYTES: usize = 24;

const FORMAT: &str = "hufu-keystore";
const KDF: &str = "argon2id";
const AEAD: &str = "xchacha20-poly1305";
const CIPHERTEXT: &str = "ciphertext";
const CHECKSUM: &str = "checksum";

/// `{ entries: [ { … } ] }`.
const DEPTH: usize = 3;

pub(super) struct Container {
    pub(super) params: KdfParams,
    pub(super) salt: [u8; kdf::SALT_BYTES],
    pub(super) check: [u8; kdf::KEY_BYTES],
    pub(super) nonce: [u8; NONCE_BYTES],
    pub(super) entries: Vec<Entry>,
    pub(super) ciphertext: Vec<u8>,
}

/// Everything that is associated data: the container without `ciphertext` and `checksum`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    format: String,
    version: u64,
    kdf: KdfHeader,
    check: String,
    aead: AeadHeader,
    entries: Vec<EntryHeader>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KdfHeader {
    name: String,
    memory_kib: u32,
    iterations: u32,
    lanes: u32,
    salt: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AeadHeader {
    name: String,
    nonce: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryHeader {
    name: String,
    public_key: VerifyingKey,
}

impl Container {
    /// The canonical bytes of the header: the associated data.
    pub(super) fn header(&self) -> Result<Vec<u8>, Error> {
        hufu_jcs::to_vec(&self.as_header()).map_err(|_| Error::Unsealable("it has no canonical form"))
    }

    pub(super) fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        let failed = Error::Unsealable("it has no JSON form");
        let Ok(Value::Object(mut members)) = serde_json::to_value(self.as_header()) else {
            return Err(failed);
        };
        members.insert(CIPHERTEXT.to_owned(), URL_SAFE_NO_PAD.encode(&self.ciphertext).into());
        let checksum = checksum(&members)?;
        members.insert(CHECKSUM.to_owned(), checksum.into());
        // serde_json keeps the order of insertion where a crate of the build switches that on: the file must not.
        let mut file = Value::Object(members);
        file.sort_all_objects();
        let mut out = serde_json::to_vec_pretty(&file).map_err(|_| failed)?;
        out.push(b'\n');
        if out.len() > MAX_BYTES { Err(Error::Unsealable("it is too large")) } else { Ok(out) }
    }

    /// Reads in an order that gives the most helpful answer: is it a keystore, is it of a known version, is it
    /// intact, is it well formed.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let Ok(Value::Object(mut members)) =
            hufu_jcs::parse(bytes, Limits { bytes: MAX_BYTES, depth: DEPTH })
        else {
            return Err(Error::Damaged("it is not a JSON object of acceptable size"));
        };
        if members.get("format").and_then(Value::as_str) != Some(FORMAT) {
            return Err(Error::Damaged("it is not a Hufu keystore"));
        }
        match members.get("version").and_then(Value::as_u64) {
            Some(VERSION) => {}
            Some(found) if found > VERSION => return Err(Error::NewerFormat { found, supported: VERSION }),
            _ => return Err(Error::Damaged("its version is unknown")),
        }
        let stated = members.remove(CHECKSUM);
        if stated.as_ref().and_then(Value::as_str) != Some(checksum(&members)?.as_str()) {
            return Err(Error::Damaged("its checksum does not match"));
        }
        let ciphertext = members.remove(CIPHERTEXT);
        let ciphertext = ciphertext
            .as_ref()
            .and_then(Value::as_str)
            .and_then(|c| URL_SAFE_NO_PAD.decode(c).ok())
            .ok_or(Error::Damaged("its ciphertext is not base64url"))?;
        let header: Header = serde_json::from_value(Value::Object(members))
            .map_err(|_| Error::Damaged("a member is missing, unknown or of a wrong type"))?;
        Self::from_header(header, ciphertext)
    }

    fn from_header(header: Header, ciphertext: Vec<u8>) -> Result<Self, Error> {
        if header.kdf.name != KDF || header.aead.name != AEAD {
            return Err(Error::Damaged("it names an unknown key derivation or cipher"));
        }
        if header.entries.len() > MAX_ENTRIES {
            return Err(Error::Damaged("it has more keys than one store holds"));
        }
        let mut names = HashSet::new();
        for entry in &header.entries {
            check_name(&entry.name).map_err(Error::Damaged)?;
            if !names.insert(&entry.name) {
                return Err(Error::Damaged("two keys have the same name"));
            }
        }
        Ok(Self {
            params: KdfParams::read(header.kdf.memory_kib, header.kdf.iterations, header.kdf.lanes)?,
            salt: array(&header.kdf.salt)?,
            check: array(&header.check)?,
            nonce: array(&header.aead.nonce)?,
            entries: header
                .entries
                .into_iter()
                .map(|e| Entry { name: e.name, public_key: e.public_key })
                .collect(),
            ciphertext,
        })
    }

    fn as_header(&self) -> Header {
        Header {
            format: FORMAT.to_owned(),
            version: VERSION,
            kdf: KdfHeader {
                name: KDF.to_owned(),
                memory_kib: self.params.memory_kib(),
                iterations: self.params.iterations(),
                lanes: self.params.lanes(),
                salt: URL_SAFE_NO_PAD.encode(self.salt),
            },
            check: URL_SAFE_NO_PAD.encode(self.check),
            aead: AeadHeader { name: AEAD.to_owned(), nonce: URL_SAFE_NO_PAD.encode(self.nonce) },
            entries: self
                .entries
                .iter()
                .map(|e| EntryHeader { name: e.name.clone(), public_key: e.public_key.clone() })
                .collect(),
        }
    }
}

fn checksum(members: &Map<String, Value>) -> Result<String, Error> {
    let bytes = hufu_jcs::to_vec(members).map_err(|_| Error::Damaged("it has no canonical form"))?;
    Ok(URL_SAFE_NO_PAD.encode(Sha256::digest(Domain::KeystoreChecksum.frame(&[&bytes]))))
}

fn array<const N: usize>(text: &str) -> Result<[u8; N], Error> {
    URL_SAFE_NO_PAD
        .decode(text)
        .ok()
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or(Error::Damaged("its salt, check or nonce is malformed"))
}
