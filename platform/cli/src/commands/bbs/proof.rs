//! `hufu bbs prove` and `hufu bbs verify-proof`.
//!
//! The file has what a verifier needs and cannot know: suite, header, the shown messages with their positions, the proof. What the
//! proof must be bound to is the verifier's to say: it is not in the file.

use hufu_bbs::{
    Bbs, Error, Header, MAX_MESSAGES, Message, PresentationHeader, Presented, Proof, PublicKey, Sha256,
    Shake256, Suite,
};
use serde_json::{Value, json};

use super::{
    MAX_MESSAGES_FILE, keys,
    signature::{Held, check_header},
};
use crate::{
    args::{BbsProve, BbsSuite, BbsVerifyProof},
    commands::{
        key::sink::{self, Audience},
        record::{self, Record},
    },
    exit::{Code, Failure},
    output::Output,
};

const PROOF: &str = "hufu-bbs-proof";

/// The largest proof file: one that shows every message of the largest file, or one that hides as many as there may be.
const MAX_PROOF_FILE: usize = 2 * MAX_MESSAGES_FILE;

/// A proof as its file has it.
struct Shown {
    suite: BbsSuite,
    header: String,
    proof: Proof,
    disclosed: Vec<(usize, Message)>,
}

pub(super) fn prove(options: &BbsProve, output: Output) -> anyhow::Result<()> {
    options.destination.check()?;
    // of a signature that does not hold would come a proof that does not hold
    let held = Held::read(&options.signed, None)?;
    let mut indexes = options.disclose.clone();
    indexes.sort_unstable();
    let proof = match held.suite {
        BbsSuite::Sha256 => held.prove::<Sha256>(&options.presentation_header, &indexes),
        BbsSuite::Shake256 => held.prove::<Shake256>(&options.presentation_header, &indexes),
    };
    let proof = proof.map_err(|error| Failure::with(Code::Input, error.to_string()))?;
    let disclosed = indexes
        .iter()
        .filter_map(|index| Some((*index, held.messages.get(*index)?.clone())))
        .collect::<Vec<_>>();
    let file = record::write(
        PROOF,
        json!({
            "suite": held.suite.name(),
            "header": held.header,
            "disclosed": describe(&disclosed),
            "proof": record::encode(&proof.to_bytes()),
        }),
    );
    let Some(path) = options.destination.out.as_deref() else { return output.raw(&file) };
    sink::write(path, options.destination.force, Audience::Everybody, &file, output)?;
    if !options.destination.is_standard() {
        let hidden = proof.undisclosed();
        let value = json!({ "file": path, "disclosed": indexes, "hidden": hidden });
        output.result(&value, || {
            format!("proof in {}: {} messages shown, {hidden} hidden", path.display(), indexes.len())
        })?;
    }
    Ok(())
}

/// # Errors
/// [`Code::No`] if it does not verify, [`Code::Input`] if a file is not acceptable.
pub(super) fn verify(options: &BbsVerifyProof, output: Output) -> anyhow::Result<()> {
    let key = keys::read_public(&options.key)?;
    let shown = Shown::read(&options.proof)?;
    check_header(options.header.as_deref(), &shown.header)?;
    let outcome = match shown.suite {
        BbsSuite::Sha256 => shown.verify::<Sha256>(&key, &options.presentation_header),
        BbsSuite::Shake256 => shown.verify::<Shake256>(&key, &options.presentation_header),
    };
    match outcome {
        Ok(()) => {}
        Err(error @ (Error::Verification | Error::IndexOutOfRange { .. })) => {
            return Err(Failure::with(Code::No, format!("not verified: {error}")));
        }
        Err(error) => {
            return Err(Failure::with(Code::Input, error.to_string()));
        }
    }
    let hidden = shown.proof.undisclosed();
    let value = json!({
        "verified": true,
        "publicKeyMultibase": keys::multikey(&key),
        "suite": shown.suite.name(),
        "header": shown.header,
        "disclosed": describe(&shown.disclosed),
        "hidden": hidden,
    });
    output.result(&value, || {
        let mut lines = vec![format!("verified: header {:?}, {hidden} messages hidden", shown.header)];
        lines.extend(shown.disclosed.iter().map(|(at, message)| format!("{at:>5}  {}", text(message))));
        lines.join("\n")
    })
}

impl Held {
    fn prove<S: Suite>(&self, presentation_header: &str, indexes: &[usize]) -> Result<Proof, Error> {
        let presentation_header = PresentationHeader::new(presentation_header.as_bytes());
        Bbs::<S>::new().prove(&self.signed(), presentation_header, indexes, &mut rand::rng())
    }
}

impl Shown {
    fn read(path: &std::path::Path) -> anyhow::Result<Self> {
        let mut record = Record::read(path, PROOF, MAX_PROOF_FILE)?;
        let suite = BbsSuite::take(&mut record)?;
        let header = record.text("header")?;
        let proof = Proof::from_bytes(&record.bytes("proof")?).map_err(|error| record.refused(error))?;
        let Value::Array(shown) = record.take("disclosed")? else {
            return Err(record.refused("\"disclosed\" is no list"));
        };
        if shown.len().saturating_add(proof.undisclosed()) > MAX_MESSAGES {
            return Err(record.refused(format_args!("it is over more than {MAX_MESSAGES} messages")));
        }
        let disclosed = shown.iter().map(|entry| {
            let index =
                entry.get("index").and_then(Value::as_u64).and_then(|index| usize::try_from(index).ok());
            let message = entry.get("message").and_then(Value::as_str).map(Message::from);
            let whole = entry.as_object().is_some_and(|members| members.len() == 2);
            index
                .zip(message)
                .filter(|_| whole)
                .ok_or_else(|| record.refused("an entry of \"disclosed\" is not an index and a message"))
        });
        let disclosed = disclosed.collect::<anyhow::Result<Vec<_>>>()?;
        record.finish()?;
        Ok(Self { suite, header, proof, disclosed })
    }

    fn verify<S: Suite>(&self, key: &PublicKey, presentation_header: &str) -> Result<(), Error> {
        Bbs::<S>::new().verify_proof(&Presented {
            key,
            proof: &self.proof,
            header: Header::new(self.header.as_bytes()),
            presentation_header: PresentationHeader::new(presentation_header.as_bytes()),
            disclosed: &self.disclosed,
        })
    }
}

fn describe(disclosed: &[(usize, Message)]) -> Vec<Value> {
    disclosed.iter().map(|(index, message)| json!({ "index": index, "message": text(message) })).collect()
}

/// The messages here were text.
fn text(message: &Message) -> String {
    String::from_utf8_lossy(message.as_bytes()).into_owned()
}
