//! `hufu bbs`: BBS keys, signatures and proofs as files. No service is asked.
//!
//! Messages are a JSON array of strings, signed as their UTF-8 bytes: `hufu_bbs::Octets`, the interface of the IETF
//! drafts, so that other software verifies what is made here. Keys are of BLS12-381 and sign nothing else: they live in files of
//! their own and not in the keystore. A secret one has mode 0600, and is encrypted under a passphrase with `--encrypt`.
//!
//! With a commitment a signature is over messages of the holder's own, too, which the signer never sees (the draft of blind
//! signatures). Its file says how many they are, and that of a proof how many were the signer's. A commitment to secrets makes it a
//! signature whose proofs carry a pseudonym (the draft of per-verifier linkability).

mod blind;
mod keys;
mod proof;
mod pseudonym;
mod signature;

use hufu_bbs::{MAX_MESSAGES, Message};
use serde_json::Value;

use crate::{
    args::{Bbs, BbsSuite},
    commands::{
        record::{self, Record},
        source,
    },
    exit::{Code, Failure},
    output::Output,
};

/// The largest file of messages, and of a proof that shows all of them.
const MAX_MESSAGES_FILE: usize = 16 << 20;

pub(super) fn run(command: Bbs, output: Output) -> anyhow::Result<()> {
    match command {
        Bbs::Generate(options) => keys::generate(&options, output),
        Bbs::Commit(options) => blind::commit(&options, output),
        Bbs::Sign(options) => signature::sign(&options, output),
        Bbs::Verify(options) => signature::verify(&options, output),
        Bbs::Prove(options) => proof::prove(&options, output),
        Bbs::VerifyProof(options) => proof::verify(&options, output),
    }
}

/// Reads the list of messages.
///
/// # Errors
/// [`Code::Input`], naming what is wrong.
fn read_messages(path: &std::path::Path) -> anyhow::Result<Vec<Message>> {
    let (bytes, _) = source::read(path, MAX_MESSAGES_FILE, "a list of messages")?;
    let refused = |why: String| Failure::with(Code::Input, format!("{}: {why}", source::name(path)));
    let value = hufu_jcs::parse(&bytes, hufu_jcs::Limits::bytes(MAX_MESSAGES_FILE))
        .map_err(|error| refused(format!("it is no acceptable JSON: {error}")))?;
    let Value::Array(messages) = value else {
        return Err(refused("messages are a JSON array of strings".to_owned()));
    };
    if messages.len() > MAX_MESSAGES {
        return Err(refused(format!("it has {} messages: at most {MAX_MESSAGES} are taken", messages.len())));
    }
    messages
        .into_iter()
        .enumerate()
        .map(|(at, message)| match message {
            Value::String(text) => Ok(Message::new(text)),
            _ => Err(refused(format!("message {at} is no string"))),
        })
        .collect()
}

/// That a signature can be over so many: with a commitment its blind is signed, too, as a message is, and so is every secret of
/// pseudonyms.
///
/// # Errors
/// [`Code::Input`].
fn check_count(messages: usize, committed: usize, secrets: usize) -> anyhow::Result<()> {
    let most = MAX_MESSAGES - 1 - secrets;
    if messages.saturating_add(committed) <= most {
        return Ok(());
    }
    let why = format!(
        "{messages} messages and {committed} of the holder's own: at most {most} are signed together"
    );
    Err(Failure::with(Code::Input, why))
}

/// A member of a file that counts messages, if it is there.
fn take_count(record: &mut Record, member: &str) -> anyhow::Result<Option<usize>> {
    record
        .take_optional(member)
        .map(|count| {
            let count = count.as_u64().and_then(|count| usize::try_from(count).ok());
            count
                .filter(|count| *count <= MAX_MESSAGES)
                .ok_or_else(|| record.refused(format_args!("{member:?} is no number of messages")))
        })
        .transpose()
}

impl BbsSuite {
    /// The name in files.
    const fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "sha-256",
            Self::Shake256 => "shake-256",
        }
    }

    fn take(record: &mut Record) -> anyhow::Result<Self> {
        let name = record.text("suite")?;
        [Self::Sha256, Self::Shake256]
            .into_iter()
            .find(|suite| suite.name() == name)
            .ok_or_else(|| record.refused(format_args!("no suite is called {:?}", record::shown(&name))))
    }
}
