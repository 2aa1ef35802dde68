//! A ledger's answer to "what is recorded under this key?", with all that is needed to believe it.

use borsh::{BorshDeserialize, BorshSerialize};

use crate::{
    CertifiedHeader, Error, GenesisRoot, StateProof, ValidatorSet,
    encoding::{bounded, decode, encode},
    forms::{base64url, base64url_option},
    state::{MAX_KEY_BYTES, MAX_STATE_PROOF_BYTES, MAX_VALUE_BYTES},
};

/// Version of the answer format.
pub const ANSWER_VERSION: u8 = 1;

/// Longest encoded answer, in bytes.
pub const MAX_ANSWER_BYTES: usize = 8 * 1024 * 1024;

/// Most changes of the validator set in one answer.
pub const MAX_CHANGES: usize = 256;

/// Value or absence of one key at one height.
///
/// Holding one proves nothing: [`Answer::verify`] does. Bytes ([`Answer::to_bytes`]) and JSON (serde)
/// carry the same; both are refused unless strictly formed.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct Answer {
    /// The key asked for.
    pub key: Vec<u8>,
    /// Its value; `None` when the key is absent.
    pub value: Option<Vec<u8>>,
    /// Leads from key and value to the header's state root.
    pub proof: StateProof,
    /// The header of the height that answers.
    pub header: CertifiedHeader,
    /// The header after it, when there is one: until when the answer held.
    pub successor: Option<Successor>,
    /// Leads from the trust anchor to the validators that certified the header.
    pub trust: TrustPath,
}

/// The header that follows the answer's.
#[derive(
    Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, serde::Serialize, serde::Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct Successor {
    /// The header at the next height.
    pub header: CertifiedHeader,
    /// Its validators; present exactly when they differ from those of the answer's header.
    pub validators: Option<ValidatorSet>,
}

/// From the genesis to the validators of some height: each change certified by the set before it.
#[derive(
    Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, serde::Serialize, serde::Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct TrustPath {
    /// The preimage of the genesis hash.
    pub genesis: GenesisRoot,
    /// Ascending by height, each below the height it leads to.
    pub changes: Vec<ValidatorChange>,
}

/// A certified header that hands over to another validator set.
#[derive(
    Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, serde::Serialize, serde::Deserialize,
)]
#[serde(deny_unknown_fields)]
pub struct ValidatorChange {
    /// The last header certified by the set before.
    pub header: CertifiedHeader,
    /// The set that certifies from the next height on.
    pub next: ValidatorSet,
}

impl Answer {
    /// Canonical bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        encode(&Parts::from(self.clone()))
    }

    /// Reads canonical bytes; does not verify them.
    ///
    /// # Errors
    /// [`Error::Malformed`], [`Error::TooLarge`], [`Error::UnknownVersion`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        // the version first: a newer format need not decode as this one
        match bytes.first() {
            Some(&ANSWER_VERSION) => decode::<Parts>("answer", bytes, MAX_ANSWER_BYTES)?.try_into(),
            Some(&found) => Err(Error::UnknownVersion { what: "answer", found, known: ANSWER_VERSION }),
            None => Err(Error::Malformed { what: "answer", reason: "no bytes".into() }),
        }
    }

    /// Reads JSON; does not verify it.
    ///
    /// # Errors
    /// As [`Self::from_bytes`].
    pub fn from_json(json: &[u8]) -> Result<Self, Error> {
        // base64 and member names: at most four times the bytes
        bounded("answer", json.len(), 4 * MAX_ANSWER_BYTES)?;
        serde_json::from_slice(json).map_err(|e| Error::Malformed { what: "answer", reason: e.to_string() })
    }

    /// Writes JSON without insignificant white space.
    ///
    /// # Panics
    /// Never: every key of the JSON form is a string.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("an answer has only string keys because its types are structs")
    }
}

/// The form on the wire, before its parts are parsed.
#[derive(Clone, BorshSerialize, BorshDeserialize, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    version: u8,
    #[serde(with = "base64url")]
    key: Vec<u8>,
    #[serde(with = "base64url_option")]
    value: Option<Vec<u8>>,
    #[serde(with = "base64url")]
    proof: Vec<u8>,
    header: CertifiedHeader,
    successor: Option<Successor>,
    trust: TrustPath,
}

impl From<Answer> for Parts {
    fn from(answer: Answer) -> Self {
        let Answer { key, value, proof, header, successor, trust } = answer;
        Self { version: ANSWER_VERSION, key, value, proof: proof.to_bytes(), header, successor, trust }
    }
}

impl TryFrom<Parts> for Answer {
    type Error = Error;

    fn try_from(parts: Parts) -> Result<Self, Error> {
        let Parts { version, key, value, proof, header, successor, trust } = parts;
        if version != ANSWER_VERSION {
            return Err(Error::UnknownVersion { what: "answer", found: version, known: ANSWER_VERSION });
        }
        bounded("key", key.len(), MAX_KEY_BYTES)?;
        bounded("value", value.as_ref().map_or(0, Vec::len), MAX_VALUE_BYTES)?;
        bounded("state proof", proof.len(), MAX_STATE_PROOF_BYTES)?;
        bounded("list of validator changes", trust.changes.len(), MAX_CHANGES)?;
        Ok(Self { key, value, proof: StateProof::from_bytes(&proof)?, header, successor, trust })
    }
}
