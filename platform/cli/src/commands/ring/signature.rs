//! `hufu ring sign`, `verify` and `compare`.

use std::path::Path;

use hufu_ring::{Ring, Scope, Signature, Tag};
use serde_json::{Value, json};

use super::{
    keys,
    made::{Made, input, no, scope, told},
    threshold,
};
use crate::{
    args::{RingCompare, RingSign, RingVerify, Within},
    commands::{
        record::{self, Record},
        sink::Audience,
        source,
    },
    exit::{Code, Failure},
    output::Output,
};

const SIGNATURE: &str = "hufu-ring-signature";

/// The largest signature file: 1,185 bytes in base64url, and a scope of 1,024 bytes, each of which may be escaped.
const MAX_SIGNATURE_FILE: usize = 16 << 10;

/// A signature as its file has it.
struct Signed {
    signature: Signature,
    made: Made,
}

pub(super) fn sign(options: &RingSign, output: Output) -> anyhow::Result<()> {
    options.destination.check_with(&[
        ("the file to sign", Some(&options.file)),
        ("--key", Some(&options.key)),
        ("--ring", Some(&options.within.ring)),
        options.unlock.input(),
    ])?;
    let scope = scope(&options.within.scope)?;
    let ring = keys::read_ring(&options.within.ring)?;
    let key = keys::read_private(&options.key, &options.unlock)?;
    let message = source::message(&options.file)?;
    let made = Made::within(&options.within, &ring);
    let refused = |error| input(format_args!("{}: {error}", options.key.display()));
    if let Some(members) = options.threshold {
        let share = key.sign_share(&ring, &scope, members, &message, &mut rand::rng()).map_err(refused)?;
        return threshold::write_share(&share, &made, &options.destination, output);
    }
    let signature = key.sign(&ring, &scope, &message, &mut rand::rng()).map_err(refused)?;
    let signed = Signed { signature, made };
    let (value, tag) = (signed.describe(), told(&signed.signature.tag()));
    let file = record::write(SIGNATURE, value.clone());
    options.destination.deliver(Audience::Everybody, &file, output, value, |path| {
        format!("ring signature in {path}, tag {tag}")
    })
}

/// # Errors
/// [`Code::No`] if it does not verify, [`Code::Input`] if a file or the scope is not acceptable.
pub(super) fn verify(options: &RingVerify, output: Output) -> anyhow::Result<()> {
    source::check_inputs(&[
        ("the signed file", Some(&options.file)),
        ("--signature", Some(&options.signature)),
        ("--ring", Some(&options.within.ring)),
    ])?;
    let scope = scope(&options.within.scope)?;
    let ring = keys::read_ring(&options.within.ring)?;
    if let Some(members) = options.threshold {
        return threshold::verify(options, members, &ring, &scope, output);
    }
    let signed = Signed::read(&options.signature)?;
    let tag = signed.verify(&ring, &scope, &options.within, &options.file)?;
    let mut value = signed.describe();
    value["verified"] = json!(true);
    value["members"] = json!(ring.members().len());
    output.result(&value, || {
        format!("verified: one of {} members signed, tag {}", ring.members().len(), told(&tag))
    })
}

/// # Errors
/// [`Code::No`] if two members signed, or one of the signatures does not verify: the tag of such a one says nothing.
pub(super) fn compare(options: &RingCompare, output: Output) -> anyhow::Result<()> {
    let messages = options.messages.iter().map(|path| ("--messages", Some(path.as_path())));
    let mut inputs = vec![
        ("the first signature", Some(options.first.as_path())),
        ("the second signature", Some(&options.second)),
        ("--ring", Some(&options.within.ring)),
        ("--second-ring", options.second_ring.as_deref()),
    ];
    inputs.extend(messages);
    source::check_inputs(&inputs)?;
    let scope = scope(&options.within.scope)?;
    let ring = keys::read_ring(&options.within.ring)?;
    let second_ring = options.second_ring.as_deref().map(keys::read_ring).transpose()?;
    let rings = [&ring, second_ring.as_ref().unwrap_or(&ring)];
    let files = [&options.first, &options.second];
    let mut tags = Vec::with_capacity(2);
    for ((file, message), ring) in files.into_iter().zip(&options.messages).zip(rings) {
        tags.push(Signed::read(file)?.verify(ring, &scope, &options.within, message)?);
    }
    let linked = matches!(tags.as_slice(), [first, second] if first == second);
    let encoded: Vec<Value> = tags.iter().map(|tag| record::encode(&tag.to_bytes())).collect();
    let value = json!({ "linked": linked, "tags": encoded, "scope": options.within.scope });
    if linked {
        return output.result(&value, || "one member made both signatures".to_owned());
    }
    if output.is_json() {
        output.document(&value)?;
    }
    Err(Failure::with(Code::No, "two members made the signatures"))
}

impl Signed {
    fn read(path: &Path) -> anyhow::Result<Self> {
        let mut record = Record::read(path, SIGNATURE, MAX_SIGNATURE_FILE)?;
        let signature =
            Signature::from_bytes(&record.bytes("signature")?).map_err(|error| record.refused(error))?;
        if record.array::<32>("tag")? != signature.tag().to_bytes() {
            return Err(record.refused("its tag is not that of its signature: it was altered"));
        }
        let signed = Self { signature, made: Made::take(&mut record)? };
        record.finish()?;
        Ok(signed)
    }

    fn describe(&self) -> Value {
        let mut members = json!({
            "signature": record::encode(&self.signature.to_bytes()),
            "tag": told(&self.signature.tag()),
        });
        self.made.describe(&mut members);
        members
    }

    /// The tag, which means something from here on.
    fn verify(&self, ring: &Ring, scope: &Scope, within: &Within, message: &Path) -> anyhow::Result<Tag> {
        self.made.check(ring, within)?;
        let message = source::message(message)?;
        self.signature.verify(ring, scope, &message).map_err(no)
    }
}
