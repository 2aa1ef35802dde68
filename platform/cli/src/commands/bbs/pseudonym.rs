//! Pseudonyms: a holder's name before one verifier, the same whenever it shows the same signature there and in no other context.
//!
//! The holder commits to secrets (`hufu bbs commit --pseudonyms`), the signer adds entropy of its own, new for each signature, and every
//! proof of it carries the pseudonym of one context. How many secrets there are is part of what is signed.

use hufu_bbs::{
    Error, MAX_NYM_SECRETS, Message, NymEntropy, NymIssued, NymSecrets, ProverNyms, Pseudonym, PseudonymBbs,
    Suite,
};
use serde_json::Value;

use crate::{
    commands::record::{self, Record},
    exit::{Code, Failure},
};

/// The members of files: how many secrets there are, what the signer added, and what comes of both.
const SECRETS: &str = "pseudonymSecrets";
const ENTROPY: &str = "pseudonymEntropy";
const PSEUDONYM: &str = "pseudonym";

/// How many secrets a file says that there are, if it is about pseudonyms.
///
/// # Errors
/// [`Code::Input`] if so many cannot be.
pub(super) fn take_count(record: &mut Record) -> anyhow::Result<Option<usize>> {
    record
        .take_optional(SECRETS)
        .map(|count| {
            let count = count.as_u64().and_then(|count| usize::try_from(count).ok());
            count.filter(|count| (1..=MAX_NYM_SECRETS).contains(count)).ok_or_else(|| {
                record.refused(format_args!(
                    "\"{SECRETS}\" is no number of secrets from 1 to {MAX_NYM_SECRETS}"
                ))
            })
        })
        .transpose()
}

/// Says in a file how many secrets there are.
pub(super) fn describe_count(secrets: Option<usize>, members: &mut Value) {
    if let Some(secrets) = secrets {
        members[SECRETS] = secrets.into();
    }
}

/// Writes a holder's secrets into the file of its blind.
pub(super) fn describe_secrets(nyms: Option<&ProverNyms>, members: &mut Value) {
    if let Some(nyms) = nyms {
        members[SECRETS] = record::encode(&nyms.to_bytes());
    }
}

/// A holder's secrets out of the file of its blind, if it was made for pseudonyms.
///
/// # Errors
/// [`Code::Input`], naming what is wrong.
pub(super) fn take_secrets(record: &mut Record) -> anyhow::Result<Option<ProverNyms>> {
    let Some(text) = record.take_optional(SECRETS) else { return Ok(None) };
    let text = text.as_str().ok_or_else(|| record.refused(format_args!("\"{SECRETS}\" is no text")))?;
    let bytes = hufu_keys::Secret::new(record.decode(SECRETS, text)?);
    let nyms = bytes.expose(|bytes| ProverNyms::from_bytes(bytes));
    nyms.map(Some).map_err(|error| record.refused(error))
}

/// What the signer gives to the holder of a commitment to secrets.
pub(super) struct Given {
    pub(super) secrets: usize,
    pub(super) entropy: NymEntropy,
}

impl Given {
    pub(super) fn take(record: &mut Record) -> anyhow::Result<Option<Self>> {
        let Some(secrets) = take_count(record)? else { return Ok(None) };
        let entropy = hufu_keys::Secret::new(record.bytes(ENTROPY)?);
        let entropy = entropy.expose(|bytes| NymEntropy::from_bytes(bytes));
        Ok(Some(Self { secrets, entropy: entropy.map_err(|error| record.refused(error))? }))
    }

    pub(super) fn describe(&self, members: &mut Value) {
        describe_count(Some(self.secrets), members);
        members[ENTROPY] = record::encode(self.entropy.to_bytes().as_slice());
    }
}

/// The secrets of a holder, and what the signer added.
pub(super) struct Nyms {
    secrets: ProverNyms,
    entropy: NymEntropy,
}

impl Nyms {
    /// Both, which must go together.
    ///
    /// # Errors
    /// [`Code::Input`] if the signature and the blind are not both for pseudonyms, or for another number of secrets.
    pub(super) fn of(blind: Option<ProverNyms>, given: Option<Given>) -> anyhow::Result<Option<Self>> {
        let refused = |why: String| Err(Failure::with(Code::Input, why));
        match (blind, given) {
            (Some(secrets), Some(given)) if secrets.count() == given.secrets => {
                Ok(Some(Self { secrets, entropy: given.entropy }))
            }
            (Some(secrets), Some(given)) => {
                let (held, signed) = (secrets.count(), given.secrets);
                refused(format!(
                    "the blind has {held} secrets of pseudonyms, and the signature is over {signed}"
                ))
            }
            (None, None) => Ok(None),
            (Some(_), None) => {
                refused("the blind was made for pseudonyms, and the signature was not".to_owned())
            }
            (None, Some(_)) => {
                refused("the signature was made for pseudonyms, and the blind was not".to_owned())
            }
        }
    }

    pub(super) fn count(&self) -> usize {
        self.secrets.count()
    }

    /// Verifies the signature; the secrets that pseudonyms are made of.
    pub(super) fn finalize<S: Suite>(&self, issued: &NymIssued<'_, Message>) -> Result<NymSecrets, Error> {
        PseudonymBbs::<S>::new().finalize(issued, &self.secrets, &self.entropy)
    }
}

/// The context to prove in, which is asked for exactly where there are pseudonyms.
///
/// # Errors
/// [`Code::Input`] that says what to give or to leave out.
pub(super) fn check_context(nyms: Option<&Nyms>, context: Option<&str>) -> anyhow::Result<()> {
    let why = match (nyms, context) {
        (Some(_), Some(_)) | (None, None) => return Ok(()),
        (Some(_), None) => "the signature was made for pseudonyms: give the verifier's --context",
        (None, Some(_)) => "the signature was made without pseudonyms: leave out --context",
    };
    Err(Failure::with(Code::Input, why))
}

/// A pseudonym as the file of a proof has it. Of which context it is, the verifier has to know.
pub(super) struct ShownPseudonym {
    pub(super) pseudonym: Pseudonym,
    pub(super) secrets: usize,
}

impl ShownPseudonym {
    pub(super) fn take(record: &mut Record) -> anyhow::Result<Option<Self>> {
        let Some(secrets) = take_count(record)? else { return Ok(None) };
        let pseudonym: Pseudonym =
            Pseudonym::from_bytes(&record.bytes(PSEUDONYM)?).map_err(|error| record.refused(error))?;
        Ok(Some(Self { pseudonym, secrets }))
    }

    pub(super) fn describe(&self, members: &mut Value) {
        describe_count(Some(self.secrets), members);
        members[PSEUDONYM] = self.told();
    }

    /// The pseudonym as files and results have it.
    pub(super) fn told(&self) -> Value {
        record::encode(&self.pseudonym.to_bytes())
    }

    /// What a person is told of it, behind other words.
    pub(super) fn words(shown: Option<&Self>) -> String {
        shown.map_or_else(String::new, |shown| {
            format!("; pseudonym {}", shown.told().as_str().unwrap_or_default())
        })
    }

    /// Which context it must be of.
    ///
    /// # Errors
    /// [`Code::Input`] if the verifier says none; [`Code::No`] if it says one and there is no pseudonym.
    pub(super) fn check_context(shown: Option<&Self>, context: Option<&str>) -> anyhow::Result<()> {
        match (shown, context) {
            (Some(_), Some(_)) | (None, None) => Ok(()),
            (Some(_), None) => Err(Failure::with(
                Code::Input,
                "the proof carries a pseudonym: say with --context which context it must be of",
            )),
            (None, Some(_)) => Err(Failure::with(Code::No, "not verified: the proof carries no pseudonym")),
        }
    }
}
