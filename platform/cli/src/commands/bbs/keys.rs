//! `hufu bbs generate`, and the files of keys.
//!
//! A public key is written as a Multikey (`bls12_381-g2-pub`), as credentials have it.

use std::path::Path;

use hufu_bbs::{PublicKey, SecretKey, Sha256};
use hufu_keys::Secret;
use serde_json::json;

use crate::{
    args::{BbsGenerate, Unlock},
    commands::{
        pair::Pair,
        record::{self, Record},
    },
    output::{Output, path_text},
};

const KEY: &str = "hufu-bbs-key";
const PUBLIC_KEY: &str = "hufu-bbs-public-key";

/// The largest key file.
const MAX_KEY_FILE: usize = 4 << 10;

/// The multicodec `bls12_381-g2-pub`, 0xeb, as a varint.
const CODEC: [u8; 2] = [0xeb, 0x01];

/// Longer than every Multikey of 98 bytes.
const MAX_MULTIKEY_CHARS: usize = 160;

pub(super) fn generate(options: &BbsGenerate, output: Output) -> anyhow::Result<()> {
    let pair = Pair {
        secret: ("--out", &options.out),
        public: ("--public-out", &options.public_out),
        force: options.force,
        seal: Some(&options.seal),
    };
    let passphrase = pair.check(&[])?;
    // The suite names how randomness becomes a key; a key serves both.
    let key: SecretKey = SecretKey::random::<Sha256>(&mut rand::rng())?;
    let public = multikey(key.public_key());
    let secret = record::encode(key.to_bytes().as_slice());
    let members = json!({ "publicKeyMultibase": public, "secretKey": secret });
    let private = record::write_secret(KEY, members, passphrase.as_ref())?;
    let file = record::write(PUBLIC_KEY, json!({ "publicKeyMultibase": public }));
    let value = json!({ "publicKeyMultibase": public, "file": path_text(&options.out), "publicFile": path_text(&options.public_out) });
    pair.write(&private, &file, output, &value, || {
        format!("BBS key in {}, its public half in {}", options.out.display(), options.public_out.display())
    })
}

/// Reads a secret key.
///
/// # Errors
/// [`crate::exit::Code::Input`]: missing, open to others, under another passphrase, no BBS key, or with another key's public half.
pub(super) fn read_secret(path: &Path, unlock: &Unlock) -> anyhow::Result<SecretKey> {
    let (mut record, _) = Record::read_secret(path, KEY, MAX_KEY_FILE, unlock)?;
    let secret = Secret::new(record.bytes("secretKey")?);
    let key: SecretKey =
        secret.expose(|secret| SecretKey::from_bytes(secret)).map_err(|error| record.refused(error))?;
    if record.text("publicKeyMultibase")? != multikey(key.public_key()) {
        return Err(record.refused("its public key does not belong to its secret key"));
    }
    record.finish()?;
    Ok(key)
}

/// Reads a public key.
///
/// # Errors
/// [`crate::exit::Code::Input`], naming what is wrong.
pub(super) fn read_public(path: &Path) -> anyhow::Result<PublicKey> {
    let mut record = Record::read(path, PUBLIC_KEY, MAX_KEY_FILE)?;
    let text = record.text("publicKeyMultibase")?;
    let bytes = text
        .strip_prefix('z')
        .filter(|base58| base58.len() <= MAX_MULTIKEY_CHARS)
        .and_then(|base58| bs58::decode(base58).into_vec().ok())
        .ok_or_else(|| record.refused("its public key is no Multikey"))?;
    let point = bytes
        .strip_prefix(&CODEC)
        .ok_or_else(|| record.refused("its public key is not one of BLS12-381 G2"))?;
    let key = PublicKey::from_bytes(point).map_err(|error| record.refused(error))?;
    record.finish()?;
    Ok(key)
}

/// A public key as a Multikey, `zUC7…`.
pub(super) fn multikey(key: &PublicKey) -> String {
    format!("z{}", bs58::encode([&CODEC[..], &key.to_bytes()].concat()).into_string())
}
