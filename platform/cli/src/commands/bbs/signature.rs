//! `hufu bbs sign` and `hufu bbs verify`.

use hufu_bbs::{
    Bbs, BlindBbs, BlindSigned, Commitment, Error, Header, Message, PublicKey, SecretKey, Sha256, Shake256,
    Signature, Signed, Suite,
};
use serde_json::json;

use super::{
    blind::{self, Own},
    check_count, keys, read_messages, take_count,
};
use crate::{
    args::{BbsSign, BbsSigned, BbsSuite, BbsVerify},
    commands::{
        record::{self, Record},
        sink::Audience,
        source,
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
    /// If it was made over a commitment.
    pub(super) own: Option<Own>,
}

pub(super) fn sign(options: &BbsSign, output: Output) -> anyhow::Result<()> {
    options.destination.check_with(&[
        ("the messages", Some(&options.messages)),
        ("--key", Some(&options.key)),
        ("--commitment", options.commitment.as_deref()),
    ])?;
    let commitment = options.commitment.as_deref().map(blind::read_commitment).transpose()?;
    let made_for = commitment.as_ref().map(|(suite, _)| *suite);
    let suite = options.suite.or(made_for).unwrap_or(BbsSuite::Sha256);
    if let Some(made_for) = made_for.filter(|made_for| *made_for != suite) {
        let why = format!("the commitment was made for {}, not for {}", made_for.name(), suite.name());
        return Err(Failure::with(Code::Input, why));
    }
    let commitment = commitment.map(|(_, commitment)| commitment);
    let key = keys::read_secret(&options.key, &options.unlock)?;
    let messages = read_messages(&options.messages)?;
    let committed = commitment.as_ref().map(Commitment::count);
    committed.map_or(Ok(()), |committed| check_count(messages.len(), committed))?;
    let header = Header::new(options.header.as_bytes());
    let signature = match suite {
        BbsSuite::Sha256 => make::<Sha256>(&key, commitment.as_ref(), header, &messages),
        BbsSuite::Shake256 => make::<Shake256>(&key, commitment.as_ref(), header, &messages),
    };
    let signature = signature.map_err(|error| {
        let code = if matches!(error, Error::Commitment) { Code::No } else { Code::Input };
        Failure::with(code, error.to_string())
    })?;
    let mut members = json!({
        "suite": suite.name(),
        "header": options.header,
        "signature": record::encode(&signature.to_bytes()),
    });
    let public = keys::multikey(key.public_key());
    let mut value = json!({ "messages": messages.len(), "publicKeyMultibase": public });
    if let Some(committed) = committed {
        members["committed"] = committed.into();
        value["committed"] = committed.into();
    }
    let file = record::write(SIGNATURE, members);
    // whoever shows the signature can be recognised by it: it is the holder's alone
    options.destination.deliver(Audience::Owner, &file, output, value, |path| {
        format!("signature over {} in {path}", counted(messages.len(), committed))
    })
}

fn make<S: Suite>(
    key: &SecretKey,
    commitment: Option<&Commitment>,
    header: Header<'_>,
    messages: &[Message],
) -> Result<Signature, Error> {
    match commitment {
        Some(commitment) => BlindBbs::<S>::new().sign(key, Some(commitment), header, messages),
        None => Bbs::<S>::new().sign(key, header, messages),
    }
}

/// How many messages, for a person.
fn counted(messages: usize, committed: Option<usize>) -> String {
    committed.map_or(format!("{messages} messages"), |committed| {
        format!("{messages} messages and {committed} of the holder's own")
    })
}

/// # Errors
/// [`Code::No`] if it does not verify, [`Code::Input`] if a file is not acceptable.
pub(super) fn verify(options: &BbsVerify, output: Output) -> anyhow::Result<()> {
    let held = Held::read(&options.signed, options.header.as_deref())?;
    let committed = held.own.as_ref().map(|own| own.messages.len());
    let mut value = json!({
        "verified": true,
        "publicKeyMultibase": keys::multikey(&held.key),
        "suite": held.suite.name(),
        "header": held.header,
        "messages": held.messages.len(),
    });
    if let Some(committed) = committed {
        value["committed"] = committed.into();
    }
    output.result(&value, || {
        format!("verified: {}, header {:?}", counted(held.messages.len(), committed), held.header)
    })
}

impl Held {
    /// Reads and verifies a signature.
    ///
    /// # Errors
    /// [`Code::No`] if it does not verify or has another header, [`Code::Input`] if a file is not acceptable.
    pub(super) fn read(options: &BbsSigned, header: Option<&str>) -> anyhow::Result<Self> {
        source::check_inputs(&options.inputs())?;
        let key = keys::read_public(&options.key)?;
        let mut record = Record::read(&options.signature, SIGNATURE, MAX_SIGNATURE_FILE)?;
        let suite = BbsSuite::take(&mut record)?;
        let found = record.text("header")?;
        let signature =
            Signature::from_bytes(&record.bytes("signature")?).map_err(|error| record.refused(error))?;
        let committed = take_count(&mut record, "committed")?;
        record.finish()?;
        check_header(header, &found)?;
        let messages = read_messages(&options.messages)?;
        let own = Own::read(&options.own, suite, committed)?;
        own.as_ref().map_or(Ok(()), |own| check_count(messages.len(), own.messages.len()))?;
        let held = Self { key, signature, suite, header: found, messages, own };
        let outcome = match suite {
            BbsSuite::Sha256 => held.verify::<Sha256>(),
            BbsSuite::Shake256 => held.verify::<Shake256>(),
        };
        outcome.map_err(|error| Failure::with(Code::No, format!("not verified: {error}")))?;
        Ok(held)
    }

    /// As the library takes one that was made without a commitment.
    pub(super) fn signed(&self) -> Signed<'_, Message> {
        Signed {
            key: &self.key,
            signature: &self.signature,
            header: Header::new(self.header.as_bytes()),
            messages: &self.messages,
        }
    }

    /// As the library takes one that was made over a commitment.
    pub(super) fn blind_signed<'a>(&'a self, own: &'a Own) -> BlindSigned<'a, Message> {
        BlindSigned {
            key: &self.key,
            signature: &self.signature,
            header: Header::new(self.header.as_bytes()),
            messages: &self.messages,
            committed: &own.messages,
            blind: Some(&own.blind),
        }
    }

    fn verify<S: Suite>(&self) -> Result<(), Error> {
        match &self.own {
            Some(own) => BlindBbs::<S>::new().verify(&self.blind_signed(own)),
            None => Bbs::<S>::new().verify(&self.signed()),
        }
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
