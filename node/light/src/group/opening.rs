//! The opening of a report, as the ledger keeps it: asked for by name and with a reason, answered by the openers by name.

use hufu_group::{PartialOpening, Warrant};
use hufu_keys::Domain;
use serde::{Deserialize, Serialize};

use super::{GroupName, MEMBER_KEY_BYTES};
use crate::{
    Error, Hash, TrustAnchor,
    forms::{base64url, hex_array},
    record::stored,
};

/// An opening: first a request, then the openers' parts, then whose report it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct OpeningRecord {
    /// The transaction that asked for it: the opening's id.
    pub id: Hash,
    /// The report that is to be opened, by its transaction.
    pub report: Hash,
    /// The DID that asks.
    pub requester: String,
    /// Why, in words.
    pub reason: String,
    /// SHA-256 of the document that permits it: a court's order, the record of a vote.
    #[serde(with = "hex_array")]
    pub warrant: [u8; 32],
    /// Asked for at which height.
    pub height: u64,
    /// At what time, in milliseconds since 1970.
    pub time_ms: u64,
    /// What openers have given so far, as it came; in the order of their numbers once it is opened.
    pub parts: Vec<OpeningPart>,
    /// What came of it, once enough of them gave their part.
    pub opened: Option<OpenedSigner>,
}

/// One opener's part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct OpeningPart {
    /// The opener's DID.
    pub opener: String,
    /// The part with its proof: [`PartialOpening::to_bytes`].
    #[serde(with = "base64url")]
    pub part: Vec<u8>,
    /// Given at which height.
    pub height: u64,
    /// At what time, in milliseconds since 1970.
    pub time_ms: u64,
}

/// Whose report it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct OpenedSigner {
    /// The member key that signed.
    #[serde(with = "hex_array")]
    pub key: [u8; MEMBER_KEY_BYTES],
    /// The DID that it is registered to. None if it is registered to nobody: then the group's manager admitted somebody in
    /// secret.
    pub account: Option<String>,
    /// At which height.
    pub height: u64,
    /// At what time, in milliseconds since 1970.
    pub time_ms: u64,
}

impl OpeningRecord {
    /// What every part is bound to: this request on this network, and so its requester, reason, warrant and report.
    ///
    /// # Panics
    /// Never: what is framed has at least its label.
    #[must_use]
    pub fn warrant_of(anchor: &TrustAnchor, group: &GroupName, id: &Hash) -> Warrant {
        let parts = [anchor.genesis_hash.as_bytes().as_slice(), group.name().as_bytes(), id.as_bytes()];
        Warrant::new(&Domain::GroupWarrant.frame(&parts)).expect("a framed document is not empty")
    }

    /// The parts.
    ///
    /// # Errors
    /// [`Error::Malformed`].
    pub fn partial_openings(&self) -> Result<Vec<PartialOpening>, Error> {
        let read = |part: &OpeningPart| {
            PartialOpening::from_bytes(&part.part)
                .map_err(|e| Error::Malformed { what: "partial opening", reason: e.to_string() })
        };
        self.parts.iter().map(read).collect()
    }
}

stored!(OpeningRecord = "opening record");
