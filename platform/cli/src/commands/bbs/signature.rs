//! `hufu bbs sign` and `hufu bbs verify`.

use std::path::Path;

use hufu_bbs::{Bbs, Error, Header, Message, PublicKey, Sha256, Shake256, Signature, Signed, Suite};
use serde_json::json;

use super::{keys, read_messages};
use crate::{
    args::{BbsSign, BbsSigned, BbsSuite, BbsVerify},
    commands::{
        key::sink::{self, Audience},
        record::{self, Record},
    },
    exit::{Code, Failure},
    output::Output,
};

const SIGNATURE: &str = "hufu-bbs-signature";

/// The largest signature file: 80 bytes in base64url and the signer's context.
const MAX_SIGNATURE_FILE: usize = 1 << 20;

/// A signature with all that it is over, verified.
pub(super) struct Held {
    pub(super) key: PublicKey,
    pub(super) signature: Signature,
    pub(super) suite: BbsSuite,
    pub(super) header: String,
    pub(super) messages: Vec<Message>,
}

pub(super) fn sign(options: &BbsSign, output: Output) -> anyhow::Result<()> {
    // whoever shows the signature can be recognised by it: it is the holder's alone
    let path = options.destination.out.as_deref().unwrap_or(Path::new("-"));
    options.destination.check()?;
    let key = keys::read_secret(&options.key, &options.unlock)?;
    let messages = read_messages(&options.messages)?;
    let header = Header::new(options.header.as_bytes());
    let signature = match options.suite {
        BbsSuite::Sha256 => Bbs::<Sha256>::new().sign(&key, header, &messages),
        BbsSuite::Shake256 => Bbs::<Shake256>::new().sign(&key, header, &messages),
    };
    let signature = signature.map_err(|error| Failure::with(Code::Input, error.to_string()))?;
    let file = record::write(
        SIGNATURE,
        json!({
            "suite": options.suite.name(),
            "header": options.header,
            "signature": record::encode(&signature.to_bytes()),
        }),
    );
    sink::write(path, options.destination.force, Audience::Owner, &file, output)?;
    if !options.destination.is_standard() {
        let public = keys::multikey(key.public_key());
        let value = json!({ "file": path, "messages": messages.len(), "publicKeyMultibase": public });
        output
            .result(&value, || format!("signature over {} messages in {}", messages.len(), path.display()))?;
    }
    Ok(())
}

/// # Errors
/// [`Code::No`] if it does not verify, [`Code::Input`] if a file is not acceptable.
pub(super) fn verify(options: &BbsVerify, output: Output) -> anyhow::Result<()> {
    let held = Held::read(&options.signed, options.header.as_deref())?;
    let value = json!({
        "verified": true,
        "publicKeyMultibase": keys::multikey(&held.key),
        "suite": held.suite.name(),
        "header": held.header,
        "messages": held.messages.len(),
    });
    output.result(&value, || format!("verified: {} messages, header {:?}", held.messages.len(), held.header))
}

impl Held {
    /// Reads and verifies a signature.
    ///
    /// # Errors
    /// [`Code::No`] if it does not verify or has another header, [`Code::Input`] if a file is not acceptable.
    pub(super) fn read(options: &BbsSigned, header: Option<&str>) -> anyhow::Result<Self> {
        let key = keys::read_public(&options.key)?;
        let mut record = Record::read(&options.signature, SIGNATURE, MAX_SIGNATURE_FILE)?;
        let suite = BbsSuite::take(&mut record)?;
        let found = record.text("header")?;
        let signature =
            Signature::from_bytes(&record.bytes("signature")?).map_err(|error| record.refused(error))?;
        record.finish()?;
        let messages = read_messages(&options.messages)?;
        check_header(header, &found)?;
        let held = Self { key, signature, suite, header: found, messages };
        let outcome = match suite {
            BbsSuite::Sha256 => held.verify::<Sha256>(),
            BbsSuite::Shake256 => held.verify::<Shake256>(),
        };
        outcome.map_err(|error| Failure::with(Code::No, format!("not verified: {error}")))?;
        Ok(held)
    }

    /// As the library takes it.
    pub(super) fn signed(&self) -> Signed<'_, Message> {
        Signed {
            key: &self.key,
            signature: &self.signature,
            header: Header::new(self.header.as_bytes()),
            messages: &self.messages,
        }
    }

    fn verify<S: Suite>(&self) -> Result<(), Error> {
        Bbs::<S>::new().verify(&self.signed())
    }
}

/// # Errors
/// [`Code::No`] if another header was asked for.
pub(super) fn check_header(wanted: Option<&str>, found: &str) -> anyhow::Result<()> {
    match wanted {
        Some(wanted) if wanted != found => {
            Err(Failure::with(Code::No, format!("not verified: the signer's header is {found:?}")))
        }
        _ => Ok(()),
    }
}
