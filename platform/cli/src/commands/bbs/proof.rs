//! `hufu bbs prove` and `hufu bbs verify-proof`.
//!
//! The file has what a verifier needs and cannot know: suite, header, the shown messages with their positions, the proof. What the
//! proof must be bound to is the verifier's to say: it is not in the file.
//!
//! Of a signature over a commitment it also has how many messages were the signer's, and which of the holder's own are shown: those
//! the signer has signed unseen, and they say only what the holder chose. The proof does not hold for another division. If it was made
//! for pseudonyms, the file has the pseudonym; of which context it must be, the verifier says.

use hufu_bbs::{
    Bbs, BlindBbs, BlindPresented, Error, Header, MAX_MESSAGES, Message, NymPresented, PresentationHeader,
    Presented, Proof, PseudonymBbs, PublicKey, Sha256, Shake256, Suite,
};
use serde_json::{Value, json};

use super::{
    MAX_MESSAGES_FILE,
    blind::Own,
    keys,
    pseudonym::{self, ShownPseudonym},
    signature::{Held, check_header},
    take_count,
};
use crate::{
    args::{BbsProve, BbsSuite, BbsVerifyProof},
    commands::{
        record::{self, Record},
        sink::Audience,
        source,
    },
    exit::{Code, Failure},
    output::Output,
    visible,
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
    own: Option<ShownOwn>,
}

/// What a proof of a signature over a commitment shows beside.
struct ShownOwn {
    signer_messages: usize,
    disclosed: Vec<(usize, Message)>,
    pseudonym: Option<ShownPseudonym>,
}

/// The places to show, ascending.
struct Places {
    disclosed: Vec<usize>,
    committed: Vec<usize>,
}

/// What a proof is bound to.
#[derive(Clone, Copy)]
struct Bound<'a> {
    presentation_header: &'a str,
    context: Option<&'a str>,
}

pub(super) fn prove(options: &BbsProve, output: Output) -> anyhow::Result<()> {
    options.destination.check_with(&options.signed.inputs())?;
    // of a signature that does not hold would come a proof that does not hold
    let held = Held::read(&options.signed, None)?;
    let mut places =
        Places { disclosed: options.disclose.clone(), committed: options.disclose_committed.clone() };
    places.disclosed.sort_unstable();
    places.committed.sort_unstable();
    let own = held.own.as_ref().map_or(0, |own| own.messages.len());
    let nyms = held.own.as_ref().and_then(|own| own.nyms.as_ref());
    pseudonym::check_context(nyms, options.context.as_deref())?;
    check_places("--disclose", &places.disclosed, held.messages.len())?;
    check_places("--disclose-committed", &places.committed, own)?;
    let bound =
        Bound { presentation_header: &options.presentation_header, context: options.context.as_deref() };
    let made = match held.suite {
        BbsSuite::Sha256 => held.prove::<Sha256>(bound, &places),
        BbsSuite::Shake256 => held.prove::<Shake256>(bound, &places),
    };
    let (proof, pseudonym) = made.map_err(|error| Failure::with(Code::Input, error.to_string()))?;
    let hidden = hidden(&proof, held.own.as_ref().map(Own::secrets));
    let mut members = json!({
        "suite": held.suite.name(),
        "header": held.header,
        "disclosed": describe(&at(&held.messages, &places.disclosed)),
        "proof": record::encode(&proof.to_bytes()),
    });
    let mut value = json!({ "disclosed": places.disclosed, "hidden": hidden });
    if let Some(own) = &held.own {
        members["signerMessages"] = held.messages.len().into();
        members["disclosedCommitted"] = describe(&at(&own.messages, &places.committed)).into();
        value["disclosedCommitted"] = json!(places.committed);
    }
    if let Some(pseudonym) = &pseudonym {
        pseudonym.describe(&mut members);
        value["pseudonym"] = pseudonym.told();
    }
    let file = record::write(PROOF, members);
    options.destination.deliver(Audience::Everybody, &file, output, value, |path| match &held.own {
        Some(own) => {
            let signers = Division { shown: places.disclosed.len(), of: held.messages.len() };
            let holders = Division { shown: places.committed.len(), of: own.messages.len() };
            let divided = Division::words(&signers, &holders);
            format!("proof in {path}: {divided}{}", ShownPseudonym::words(pseudonym.as_ref()))
        }
        None => format!("proof in {path}: {} messages shown, {hidden} hidden", places.disclosed.len()),
    })
}

/// # Errors
/// [`Code::No`] if it does not verify, [`Code::Input`] if a file is not acceptable.
pub(super) fn verify(options: &BbsVerifyProof, output: Output) -> anyhow::Result<()> {
    source::check_inputs(&[("the proof", Some(&options.proof)), ("--key", Some(&options.key))])?;
    let key = keys::read_public(&options.key)?;
    let shown = Shown::read(&options.proof)?;
    check_header(options.header.as_deref(), &shown.header)?;
    ShownPseudonym::check_context(shown.pseudonym(), options.context.as_deref())?;
    let bound =
        Bound { presentation_header: &options.presentation_header, context: options.context.as_deref() };
    let outcome = match shown.suite {
        BbsSuite::Sha256 => shown.verify::<Sha256>(&key, bound),
        BbsSuite::Shake256 => shown.verify::<Shake256>(&key, bound),
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
    let hidden = hidden(&shown.proof, shown.secrets());
    let mut value = json!({
        "verified": true,
        "publicKeyMultibase": keys::multikey(&key),
        "suite": shown.suite.name(),
        "header": shown.header,
        "disclosed": describe(&shown.disclosed),
        "hidden": hidden,
    });
    if let Some(own) = &shown.own {
        value["signerMessages"] = own.signer_messages.into();
        value["committed"] = shown.holders(own).of.into();
        value["disclosedCommitted"] = describe(&own.disclosed).into();
    }
    if let Some(pseudonym) = shown.pseudonym() {
        value["pseudonym"] = pseudonym.told();
    }
    output.result(&value, || {
        let header = format!("verified: header {:?}", shown.header);
        let messages = |list: &[(usize, Message)]| {
            // the words of others: none may pass for another line
            list.iter().map(|(at, message)| format!("{at:>5}  {}", visible::line(&text(message)))).collect()
        };
        let shown_here: Vec<String> = messages(&shown.disclosed);
        let Some(own) = &shown.own else {
            return [vec![format!("{header}, {hidden} messages hidden")], shown_here].concat().join("\n");
        };
        let signers = Division { shown: shown.disclosed.len(), of: own.signer_messages };
        let divided = Division::words(&signers, &shown.holders(own));
        let first = format!("{header}; {divided}{}", ShownPseudonym::words(shown.pseudonym()));
        let mut lines = [vec![first], shown_here].concat();
        if !own.disclosed.is_empty() {
            lines.push("of the holder's own, which the signer did not see:".to_owned());
            lines.extend::<Vec<String>>(messages(&own.disclosed));
        }
        lines.join("\n")
    })
}

/// How many of some messages are shown.
struct Division {
    shown: usize,
    of: usize,
}

impl Division {
    /// What is shown of whose messages.
    fn words(signers: &Self, holders: &Self) -> String {
        format!(
            "shown are {} of the signer's {} messages and {} of the holder's own {}",
            signers.shown, signers.of, holders.shown, holders.of
        )
    }
}

/// # Errors
/// [`Code::Input`] for a position that no message has, or one given twice, with its option.
fn check_places(option: &str, places: &[usize], count: usize) -> anyhow::Result<()> {
    let refused = |error: Error| Failure::with(Code::Input, format!("{option}: {error}"));
    if let Some(&index) = places.iter().find(|index| **index >= count) {
        return Err(refused(Error::IndexOutOfRange { index, count }));
    }
    match places.array_windows().find(|[one, next]| one == next) {
        Some(&[index, _]) => Err(refused(Error::IndexTwice { index })),
        None => Ok(()),
    }
}

impl Held {
    fn prove<S: Suite>(
        &self,
        bound: Bound<'_>,
        places: &Places,
    ) -> Result<(Proof, Option<ShownPseudonym>), Error> {
        let presentation_header = PresentationHeader::new(bound.presentation_header.as_bytes());
        let Places { disclosed, committed } = places;
        let rng = &mut rand::rng();
        let proof = match &self.own {
            Some(own @ Own { nyms: Some(nyms), .. }) => {
                let issued = self.nym_issued(own);
                let secrets = nyms.finalize::<S>(&issued)?;
                let context = bound.context.unwrap_or_default().as_bytes();
                let (proof, pseudonym) = PseudonymBbs::<S>::new().prove(
                    &issued,
                    &secrets,
                    context,
                    presentation_header,
                    disclosed,
                    committed,
                    rng,
                )?;
                return Ok((proof, Some(ShownPseudonym { pseudonym, secrets: nyms.count() })));
            }
            Some(own) => {
                let signed = self.blind_signed(own);
                BlindBbs::<S>::new().prove(&signed, presentation_header, disclosed, committed, rng)
            }
            None => Bbs::<S>::new().prove(&self.signed(), presentation_header, disclosed, rng),
        };
        proof.map(|proof| (proof, None))
    }
}

impl Shown {
    fn read(path: &std::path::Path) -> anyhow::Result<Self> {
        let mut record = Record::read(path, PROOF, MAX_PROOF_FILE)?;
        let suite = BbsSuite::take(&mut record)?;
        let header = record.text("header")?;
        let proof = Proof::from_bytes(&record.bytes("proof")?).map_err(|error| record.refused(error))?;
        let disclosed = take_disclosed(&mut record, "disclosed")?;
        let own = match take_count(&mut record, "signerMessages")? {
            Some(signer_messages) => Some(ShownOwn {
                signer_messages,
                disclosed: take_disclosed(&mut record, "disclosedCommitted")?,
                pseudonym: ShownPseudonym::take(&mut record)?,
            }),
            None => None,
        };
        let count = disclosed.len() + own.as_ref().map_or(0, |own| own.disclosed.len());
        let shown = Self { suite, header, proof, disclosed, own };
        if count.saturating_add(hidden(&shown.proof, shown.secrets())) > MAX_MESSAGES {
            return Err(record.refused(format_args!("it is over more than {MAX_MESSAGES} messages")));
        }
        record.finish()?;
        Ok(shown)
    }

    fn pseudonym(&self) -> Option<&ShownPseudonym> {
        self.own.as_ref()?.pseudonym.as_ref()
    }

    /// How many secrets of pseudonyms were signed, if it was over a commitment.
    fn secrets(&self) -> Option<usize> {
        self.own.as_ref().map(|own| own.pseudonym.as_ref().map_or(0, |pseudonym| pseudonym.secrets))
    }

    /// How many of the holder's own messages are shown, and of how many.
    fn holders(&self, own: &ShownOwn) -> Division {
        let shown = own.disclosed.len();
        let all = hidden(&self.proof, self.secrets()) + self.disclosed.len() + shown;
        Division { shown, of: all.saturating_sub(own.signer_messages) }
    }

    fn verify<S: Suite>(&self, key: &PublicKey, bound: Bound<'_>) -> Result<(), Error> {
        let header = Header::new(self.header.as_bytes());
        let presentation_header = PresentationHeader::new(bound.presentation_header.as_bytes());
        let (proof, disclosed) = (&self.proof, self.disclosed.as_slice());
        match &self.own {
            Some(ShownOwn { signer_messages, disclosed: committed, pseudonym: Some(shown) }) => {
                PseudonymBbs::<S>::new().verify_proof(&NymPresented {
                    key,
                    proof,
                    pseudonym: &shown.pseudonym,
                    context: bound.context.unwrap_or_default().as_bytes(),
                    secrets: shown.secrets,
                    header,
                    presentation_header,
                    signer_messages: *signer_messages,
                    disclosed,
                    disclosed_committed: committed,
                })
            }
            Some(own) => BlindBbs::<S>::new().verify_proof(&BlindPresented {
                key,
                proof,
                header,
                presentation_header,
                signer_messages: own.signer_messages,
                disclosed,
                disclosed_committed: &own.disclosed,
            }),
            None => Bbs::<S>::new().verify_proof(&Presented {
                key,
                proof,
                header,
                presentation_header,
                disclosed,
            }),
        }
    }
}

/// How many messages a proof hides; of a signature over a commitment, the blind and the secrets of pseudonyms are hidden among them
/// and are no messages.
fn hidden(proof: &Proof, secrets: Option<usize>) -> usize {
    proof.undisclosed().saturating_sub(secrets.map_or(0, |secrets| 1 + secrets))
}

fn at(messages: &[Message], places: &[usize]) -> Vec<(usize, Message)> {
    places.iter().filter_map(|place| Some((*place, messages.get(*place)?.clone()))).collect()
}

fn take_disclosed(record: &mut Record, member: &str) -> anyhow::Result<Vec<(usize, Message)>> {
    let Value::Array(shown) = record.take(member)? else {
        return Err(record.refused(format_args!("{member:?} is no list")));
    };
    if shown.len() > MAX_MESSAGES {
        return Err(record.refused(format_args!("it is over more than {MAX_MESSAGES} messages")));
    }
    let entries = shown.iter().map(|entry| {
        let index = entry.get("index").and_then(Value::as_u64).and_then(|index| usize::try_from(index).ok());
        let message = entry.get("message").and_then(Value::as_str).map(Message::from);
        let whole = entry.as_object().is_some_and(|members| members.len() == 2);
        index.zip(message).filter(|_| whole).ok_or_else(|| {
            record.refused(format_args!("an entry of {member:?} is not an index and a message"))
        })
    });
    entries.collect()
}

fn describe(disclosed: &[(usize, Message)]) -> Vec<Value> {
    disclosed.iter().map(|(index, message)| json!({ "index": index, "message": text(message) })).collect()
}

/// The messages here were text.
fn text(message: &Message) -> String {
    String::from_utf8_lossy(message.as_bytes()).into_owned()
}
