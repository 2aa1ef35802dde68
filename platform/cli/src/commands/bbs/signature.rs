//! `hufu bbs sign` and `hufu bbs verify`.

use hufu_bbs::{
    Bbs, BlindBbs, BlindSigned, Error, Header, Message, NymEntropy, NymIssued, PseudonymBbs, PublicKey,
    SecretKey, Sha256, Shake256, Signature, Signed, Suite,
};
use serde_json::json;

use super::{
    blind::{self, Committed, Own},
    check_count, keys,
    pseudonym::Given,
    read_messages, take_count,
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
        options.unlock.input(),
    ])?;
    let commitment = options.commitment.as_deref().map(blind::read_commitment).transpose()?;
    let made_for = commitment.as_ref().map(|commitment| commitment.suite);
    let suite = options.suite.or(made_for).unwrap_or(BbsSuite::Sha256);
    if let Some(made_for) = made_for.filter(|made_for| *made_for != suite) {
        let why = format!("the commitment was made for {}, not for {}", made_for.name(), suite.name());
        return Err(Failure::with(Code::Input, why));
    }
    let key = keys::read_secret(&options.key, &options.unlock)?;
    let messages = read_messages(&options.messages)?;
    let committed = commitment.as_ref().map(Committed::messages);
    let secrets = commitment.as_ref().and_then(|commitment| commitment.secrets);
    committed.map_or(Ok(()), |committed| check_count(messages.len(), committed, secrets.unwrap_or(0)))?;
    // new for every holder: two with the same secrets would have the same pseudonyms
    let given = secrets.map(|secrets| Given { secrets, entropy: NymEntropy::random(&mut rand::rng()) });
    let over = Over { commitment: commitment.as_ref(), given: given.as_ref(), messages: &messages };
    let header = Header::new(options.header.as_bytes());
    let signature = match suite {
        BbsSuite::Sha256 => over.sign::<Sha256>(&key, header),
        BbsSuite::Shake256 => over.sign::<Shake256>(&key, header),
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
    if let Some(given) = &given {
        given.describe(&mut members);
        value["pseudonymSecrets"] = given.secrets.into();
    }
    let file = record::write(SIGNATURE, members);
    // whoever shows the signature can be recognised by it: it is the holder's alone
    options.destination.deliver(Audience::Owner, &file, output, value, |path| {
        format!("signature over {} in {path}", counted(messages.len(), committed, given.is_some()))
    })
}

/// What a signer signs.
struct Over<'a> {
    commitment: Option<&'a Committed>,
    given: Option<&'a Given>,
    messages: &'a [Message],
}

impl Over<'_> {
    fn sign<S: Suite>(&self, key: &SecretKey, header: Header<'_>) -> Result<Signature, Error> {
        let Some(Committed { commitment, .. }) = self.commitment else {
            return Bbs::<S>::new().sign(key, header, self.messages);
        };
        match self.given {
            Some(Given { secrets, entropy }) => {
                let pseudonyms = PseudonymBbs::<S>::new();
                pseudonyms.sign(key, commitment, *secrets, entropy, header, self.messages)
            }
            None => BlindBbs::<S>::new().sign(key, Some(commitment), header, self.messages),
        }
    }
}

/// How many messages, for a person.
fn counted(messages: usize, committed: Option<usize>, pseudonyms: bool) -> String {
    let own = committed.map(|committed| format!(" and {committed} of the holder's own"));
    let pseudonyms = if pseudonyms { ", for pseudonyms" } else { "" };
    format!("{messages} messages{}{pseudonyms}", own.unwrap_or_default())
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
    let secrets = held.own.as_ref().map_or(0, Own::secrets);
    if secrets > 0 {
        value["pseudonymSecrets"] = secrets.into();
    }
    output.result(&value, || {
        let counted = counted(held.messages.len(), committed, secrets > 0);
        format!("verified: {counted}, header {:?}", held.header)
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
        let given = Given::take(&mut record)?;
        if given.is_some() && committed.is_none() {
            return Err(record.refused("it is for pseudonyms, and says nothing of what was committed to"));
        }
        record.finish()?;
        check_header(header, &found)?;
        let messages = read_messages(&options.messages)?;
        let own = Own::read(&options.own, suite, committed, given)?;
        own.as_ref().map_or(Ok(()), |own| check_count(messages.len(), own.messages.len(), own.secrets()))?;
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

    /// As the library takes one that was made for pseudonyms.
    pub(super) fn nym_issued<'a>(&'a self, own: &'a Own) -> NymIssued<'a, Message> {
        NymIssued {
            key: &self.key,
            signature: &self.signature,
            header: Header::new(self.header.as_bytes()),
            messages: &self.messages,
            committed: &own.messages,
            blind: &own.blind,
        }
    }

    fn verify<S: Suite>(&self) -> Result<(), Error> {
        match &self.own {
            Some(own @ Own { nyms: Some(nyms), .. }) => nyms.finalize::<S>(&self.nym_issued(own)).map(|_| ()),
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
