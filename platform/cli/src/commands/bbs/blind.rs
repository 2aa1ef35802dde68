//! `hufu bbs commit`, and what a holder keeps of a signature over a commitment.

use hufu_bbs::{BlindBbs, Commitment, Error, Message, ProverBlind, Sha256, Shake256, Suite};
use hufu_keys::Secret;
use serde_json::json;
use std::path::Path;

use super::{check_count, read_messages};
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

/// The largest file of a blind, encrypted or not.
const MAX_BLIND_FILE: usize = 4 << 10;

/// The holder's own part of what was signed.
pub(super) struct Own {
    pub(super) messages: Vec<Message>,
    pub(super) blind: ProverBlind,
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
    check_count(0, messages.len())?;
    let made = match options.suite {
        BbsSuite::Sha256 => make::<Sha256>(&messages),
        BbsSuite::Shake256 => make::<Shake256>(&messages),
    };
    let (commitment, blind) = made.map_err(|error| Failure::with(Code::Input, error.to_string()))?;
    let suite = options.suite.name();
    let members = json!({ "suite": suite, "blind": record::encode(blind.to_bytes().as_slice()) });
    let private = record::write_secret(BLIND, members, passphrase.as_ref())?;
    let members = json!({ "suite": suite, "commitment": record::encode(&commitment.to_bytes()) });
    let file = record::write(COMMITMENT, members);
    let value = json!({
        "messages": messages.len(),
        "suite": suite,
        "file": path_text(&options.out),
        "blindFile": path_text(&options.blind_out),
    });
    pair.write(&private, &file, output, &value, || {
        format!(
            "commitment to {} messages in {}, its blind in {}",
            messages.len(),
            options.out.display(),
            options.blind_out.display()
        )
    })
}

fn make<S: Suite>(messages: &[Message]) -> Result<(Commitment, ProverBlind), Error> {
    BlindBbs::<S>::new().commit(messages, &mut rand::rng())
}

/// Reads a commitment; whether its proof holds, the signer's library says.
///
/// # Errors
/// [`Code::Input`], naming what is wrong.
pub(super) fn read_commitment(path: &Path) -> anyhow::Result<(BbsSuite, Commitment)> {
    let mut record = Record::read(path, COMMITMENT, MAX_COMMITMENT_FILE)?;
    let suite = BbsSuite::take(&mut record)?;
    let commitment =
        Commitment::from_bytes(&record.bytes("commitment")?).map_err(|error| record.refused(error))?;
    record.finish()?;
    Ok((suite, commitment))
}

impl Own {
    /// Reads what a signature over a commitment needs, and refuses it for another one.
    ///
    /// # Errors
    /// [`Code::Input`], naming what is missing or too much; [`Code::No`] for another number of messages than was signed.
    pub(super) fn read(
        options: &BbsOwn,
        suite: BbsSuite,
        committed: Option<usize>,
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
        let blind = read_blind(blind, suite, options)?;
        let messages = read_messages(messages)?;
        if messages.len() != count {
            let why = format!(
                "not verified: the signature is over {count} messages of the holder's own, not {}",
                messages.len()
            );
            return Err(Failure::with(Code::No, why));
        }
        Ok(Some(Self { messages, blind }))
    }
}

fn read_blind(path: &Path, suite: BbsSuite, options: &BbsOwn) -> anyhow::Result<ProverBlind> {
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
    record.finish()?;
    Ok(blind)
}
