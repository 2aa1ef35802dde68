//! `hufu ring generate` and `hufu ring make`: keys, and rings of them.
//!
//! A public key comes with a proof that somebody holds its private half, bound to the holder's name. Without it a ring could
//! have members that nobody is, and hide its signers less well than its size promises.

use std::path::Path;

use hufu_ring::{MAX_MEMBERS, ProofOfPossession, Ring, RingContext, SigningKey, VerifyingKey};
use serde_json::{Value, json};

use crate::{
    args::{RingGenerate, RingMake, Unlock},
    commands::{
        pair::Pair,
        record::{self, Record},
        sink::Audience,
    },
    exit::{Code, Failure},
    output::{Output, path_text},
};

const KEY: &str = "hufu-ring-key";
const PUBLIC_KEY: &str = "hufu-ring-public-key";
const RING: &str = "hufu-ring";

/// The largest key file: a holder's name has at most 4,096 bytes.
const MAX_KEY_FILE: usize = 32 << 10;

/// The largest ring file: a member takes 43 characters, and white space and quotes.
const MAX_RING_FILE: usize = MAX_MEMBERS * 64;

pub(super) fn generate(options: &RingGenerate, output: Output) -> anyhow::Result<()> {
    let pair = Pair {
        secret: ("--out", &options.out),
        public: ("--public-out", &options.public_out),
        force: options.force,
        seal: Some(&options.seal),
    };
    let passphrase = pair.check(&[])?;
    let key = SigningKey::generate(&mut rand::rng());
    let proof = ProofOfPossession::new(&key, options.holder.as_bytes(), &mut rand::rng())
        .map_err(|error| Failure::with(Code::Input, error.to_string()))?;
    let public = record::encode(&key.verifying_key().to_bytes());
    let secret = record::encode(key.to_bytes().as_slice());
    let members = json!({ "publicKey": public, "secretKey": secret });
    let private = record::write_secret(KEY, members, passphrase.as_ref())?;
    let members =
        json!({ "publicKey": public, "holder": options.holder, "proof": record::encode(&proof.to_bytes()) });
    let file = record::write(PUBLIC_KEY, members);
    let value = json!({ "publicKey": public, "holder": options.holder, "file": path_text(&options.out), "publicFile": path_text(&options.public_out) });
    pair.write(&private, &file, output, &value, || {
        format!("ring key in {}, its public half in {}", options.out.display(), options.public_out.display())
    })
}

pub(super) fn make(options: &RingMake, output: Output) -> anyhow::Result<()> {
    let inputs: Vec<_> =
        options.members.iter().map(|path| ("a member's key", Some(path.as_path()))).collect();
    options.destination.check_with(&inputs)?;
    let members = options.members.iter().map(|path| member(path)).collect::<anyhow::Result<Vec<_>>>()?;
    let list = options.list.as_deref().zip(options.list_version);
    let ring = build(members, list).map_err(|error| {
        Failure::with(Code::Input, format!("these keys make no ring (members are counted from 0): {error}"))
    })?;
    let members = ring.members().len();
    let value = json!({ "members": members, "id": id(&ring) });
    options.destination.deliver(Audience::Everybody, &ring_file(&ring), output, value, |path| {
        format!("ring of {members} members in {path}")
    })
}

/// The text of a ring's file.
pub(super) fn ring_file(ring: &Ring) -> Vec<u8> {
    let mut file = json!({
        "members": ring.members().iter().map(|key| record::encode(&key.to_bytes())).collect::<Vec<_>>(),
        "id": id(ring),
    });
    if let Some(list) = ring.context() {
        file["list"] = json!({ "name": String::from_utf8_lossy(list.list()), "version": list.version() });
    }
    record::write(RING, file)
}

/// Reads a private key.
///
/// # Errors
/// [`Code::Input`]: missing, open to others, under another passphrase, no ring key, or with another key's public half.
pub(crate) fn read_private(path: &Path, unlock: &Unlock) -> anyhow::Result<SigningKey> {
    let (mut record, _) = Record::read_secret(path, KEY, MAX_KEY_FILE, unlock)?;
    let secret = hufu_keys::Secret::new(record.array("secretKey")?);
    let key = secret.expose(SigningKey::from_bytes).map_err(|error| record.refused(error))?;
    if record.array::<32>("publicKey")? != key.verifying_key().to_bytes() {
        return Err(record.refused("its public key does not belong to its secret key"));
    }
    record.finish()?;
    Ok(key)
}

/// Reads a ring, and checks that it is the one it says it is.
///
/// # Errors
/// [`Code::Input`], naming what is wrong.
pub(crate) fn read_ring(path: &Path) -> anyhow::Result<Ring> {
    let mut record = Record::read(path, RING, MAX_RING_FILE)?;
    let Value::Array(members) = record.take("members")? else {
        return Err(record.refused("\"members\" is no list"));
    };
    let keys = members.iter().enumerate().map(|(at, member)| {
        let text = member.as_str().ok_or_else(|| record.refused(format_args!("member {at} is no text")))?;
        let bytes = record.decode("members", text)?.try_into();
        let bytes = bytes.map_err(|_| record.refused(format_args!("member {at} has not 32 bytes")))?;
        VerifyingKey::from_bytes(bytes).map_err(|error| record.refused(format_args!("member {at}: {error}")))
    });
    let keys = keys.collect::<anyhow::Result<Vec<_>>>()?;
    let list = record.take_optional("list").map(|list| {
        let name = list.get("name").and_then(Value::as_str).map(str::to_owned);
        name.zip(list.get("version").and_then(Value::as_u64))
            .filter(|_| list.as_object().is_some_and(|members| members.len() == 2))
            .ok_or_else(|| record.refused("\"list\" is not a name and a version"))
    });
    let list = list.transpose()?;
    let list = list.as_ref().map(|(name, version)| (name.as_str(), *version));
    let ring = build(keys, list).map_err(|error| record.refused(error))?;
    if record.text("id")? != id(&ring) {
        return Err(record.refused("its id is not that of its members and list: it was altered"));
    }
    record.finish()?;
    Ok(ring)
}

/// The digest that names a ring, in hexadecimal.
pub(super) fn id(ring: &Ring) -> String {
    hex::encode(ring.id().as_bytes())
}

/// Reads a public key whose proof holds.
fn member(path: &Path) -> anyhow::Result<VerifyingKey> {
    let mut record = Record::read(path, PUBLIC_KEY, MAX_KEY_FILE)?;
    let key = VerifyingKey::from_bytes(record.array("publicKey")?).map_err(|error| record.refused(error))?;
    let proof = ProofOfPossession::from_bytes(&record.bytes("proof")?);
    let holder = record.text("holder")?;
    proof
        .and_then(|proof| proof.verify(&key, holder.as_bytes()))
        .map_err(|error| record.refused(format_args!("{error}: nobody is shown to hold this key")))?;
    record.finish()?;
    Ok(key)
}

fn build(members: Vec<VerifyingKey>, list: Option<(&str, u64)>) -> Result<Ring, hufu_ring::Error> {
    match list {
        Some((name, version)) => Ring::of_list(RingContext::new(name.as_bytes(), version)?, members),
        None => Ring::new(members),
    }
}
