//! `hufu bbs commit`, and what a holder keeps of a signature over a commitment.

use hufu_bbs::{
    BlindBbs, Commitment, Error, Message, ProverBlind, ProverNyms, PseudonymBbs, Sha256, Shake256, Suite,
};
use hufu_keys::Secret;
use serde_json::json;
use std::path::Path;

use super::{
    check_count,
    pseudonym::{self, Given, Nyms},
    read_messages,
};
use crate::{
    args::{BbsCommit, BbsOwn, BbsSuite},
    commands::{
        pair::Pair,
        record::{self, Record},
    },
    exit::{Code, Failure},
    output::{Output, path_text},
};

const COMMITMENT: &str = "hufu-bbs-commitment";
const BLIND: &str = "hufu-bbs-blind";

/// The largest commitment file: 112 bytes, and 32 for each of as many messages as there may be, in base64url.
const MAX_COMMITMENT_FILE: usize = 1 << 20;

/// The largest file of a blind, encrypted or not: 32 bytes, and as many for each of 256 secrets, in base64url.
const MAX_BLIND_FILE: usize = 32 << 10;

/// The holder's own part of what was signed.
pub(super) struct Own {
    pub(super) messages: Vec<Message>,
    pub(super) blind: ProverBlind,
    /// If it was made for pseudonyms.
    pub(super) nyms: Option<Nyms>,
}

/// A commitment as its file has it.
pub(super) struct Committed {
    pub(super) suite: BbsSuite,
    pub(super) commitment: Commitment,
    /// How many of what it is to are secrets of pseudonyms.
    pub(super) secrets: Option<usize>,
}

pub(super) fn commit(options: &BbsCommit, output: Output) -> anyhow::Result<()> {
    let pair = Pair {
        secret: ("--blind-out", &options.blind_out),
        public: ("--out", &options.out),
        force: options.force,
        seal: Some(&options.seal),
    };
    let passphrase = pair.check(&[("the messages", Some(&options.messages))])?;
    let messages = read_messages(&options.messages)?;
    let refused = |error: Error| Failure::with(Code::Input, error.to_string());
    let nyms = options.pseudonyms.map(|secrets| ProverNyms::random(secrets, &mut rand::rng()));
    let nyms: Option<ProverNyms> = nyms.transpose().map_err(refused)?;
    check_count(0, messages.len(), options.pseudonyms.unwrap_or(0))?;
    let made = match options.suite {
        BbsSuite::Sha256 => make::<Sha256>(&messages, nyms.as_ref()),
        BbsSuite::Shake256 => make::<Shake256>(&messages, nyms.as_ref()),
    };
    let (commitment, blind) = made.map_err(refused)?;
    let suite = options.suite.name();
    let mut members = json!({ "suite": suite, "blind": record::encode(blind.to_bytes().as_slice()) });
    pseudonym::describe_secrets(nyms.as_ref(), &mut members);
    let private = record::write_secret(BLIND, members, passphrase.as_ref())?;
    let mut members = json!({ "suite": suite, "commitment": record::encode(&commitment.to_bytes()) });
    pseudonym::describe_count(options.pseudonyms, &mut members);
    let file = record::write(COMMITMENT, members);
    let mut value = json!({
        "messages": messages.len(),
        "suite": suite,
        "file": path_text(&options.out),
        "blindFile": path_text(&options.blind_out),
    });
    pseudonym::describe_count(options.pseudonyms, &mut value);
    pair.write(&private, &file, output, &value, || {
        format!(
            "commitment to {} messages{} in {}, its blind in {}",
            messages.len(),
            if nyms.is_some() { " and pseudonyms" } else { "" },
            options.out.display(),
            options.blind_out.display()
        )
    })
}

fn make<S: Suite>(
    messages: &[Message],
    nyms: Option<&ProverNyms>,
) -> Result<(Commitment, ProverBlind), Error> {
    let rng = &mut rand::rng();
    match nyms {
        Some(nyms) => PseudonymBbs::<S>::new().commit(messages, nyms, rng),
        None => BlindBbs::<S>::new().commit(messages, rng),
    }
}

/// Reads a commitment; whether its proof holds, the signer's library says.
///
/// # Errors
/// [`Code::Input`], naming what is wrong.
pub(super) fn read_commitment(path: &Path) -> anyhow::Result<Committed> {
    let mut record = Record::read(path, COMMITMENT, MAX_COMMITMENT_FILE)?;
    let suite = BbsSuite::take(&mut record)?;
    let commitment =
        Commitment::from_bytes(&record.bytes("commitment")?).map_err(|error| record.refused(error))?;
    let secrets = pseudonym::take_count(&mut record)?;
    if secrets.is_some_and(|secrets| secrets > commitment.count()) {
        return Err(record.refused("it is to less than the secrets of pseudonyms that it says it has"));
    }
    record.finish()?;
    Ok(Committed { suite, commitment, secrets })
}

impl Committed {
    /// How many messages it is to.
    pub(super) fn messages(&self) -> usize {
        self.commitment.count().saturating_sub(self.secrets.unwrap_or(0))
    }
}

impl Own {
    /// How many secrets of pseudonyms were signed.
    pub(super) fn secrets(&self) -> usize {
        self.nyms.as_ref().map_or(0, Nyms::count)
    }

    /// Reads what a signature over a commitment needs, and refuses it for another one.
    ///
    /// # Errors
    /// [`Code::Input`], naming what is missing or too much; [`Code::No`] for another number of messages than was signed.
    pub(super) fn read(
        options: &BbsOwn,
        suite: BbsSuite,
        committed: Option<usize>,
        given: Option<Given>,
    ) -> anyhow::Result<Option<Self>> {
        let (count, messages, blind) = match (
            committed,
            options.committed.as_deref(),
            options.blind.as_deref(),
        ) {
            (Some(count), Some(messages), Some(blind)) => (count, messages, blind),
            (None, None, None) => return Ok(None),
            (Some(count), ..) => {
                let why = format!(
                    "the signature is over {count} messages of the holder's own as well: give them with --committed, and their \
                         --blind"
                );
                return Err(Failure::with(Code::Input, why));
            }
            (None, ..) => {
                let why = "the signature was made without a commitment: leave out --committed and --blind";
                return Err(Failure::with(Code::Input, why));
            }
        };
        let (blind, nyms) = read_blind(blind, suite, options)?;
        let nyms = Nyms::of(nyms, given)?;
        let messages = read_messages(messages)?;
        if messages.len() != count {
            let why = format!(
                "not verified: the signature is over {count} messages of the holder's own, not {}",
                messages.len()
            );
            return Err(Failure::with(Code::No, why));
        }
        Ok(Some(Self { messages, blind, nyms }))
    }
}

fn read_blind(
    path: &Path,
    suite: BbsSuite,
    options: &BbsOwn,
) -> anyhow::Result<(ProverBlind, Option<ProverNyms>)> {
    let (mut record, _) = Record::read_secret(path, BLIND, MAX_BLIND_FILE, &options.unlock)?;
    let found = BbsSuite::take(&mut record)?;
    if found != suite {
        return Err(record.refused(format_args!(
            "it was made for {}, not for {}",
            found.name(),
            suite.name()
        )));
    }
    let blind = Secret::new(record.bytes("blind")?);
    let blind =
        blind.expose(|blind| ProverBlind::from_bytes(blind)).map_err(|error| record.refused(error))?;
    let nyms = pseudonym::take_secrets(&mut record)?;
    record.finish()?;
    Ok((blind, nyms))
}
