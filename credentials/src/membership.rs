//! A presentation of membership: "a DID on list L, version v" or "a member of group G" answers this challenge for this domain, and
//! not which.
//!
//! ```json
//! { "type": "HufuMembershipPresentation2026", "network": "demo", "genesisHash": "…64 hexadecimal digits…",
//!   "of": "ring:members/3", "challenge": "…", "domain": "https://verifier.example", "linkage": "none", "nonce": "u…",
//!   "proofValue": "u…" }
//! ```
//!
//! 1. The verifier gives a challenge and says what it may learn ([`Linkage`]).
//! 2. The holder signs challenge, domain, the name of the ring or group and a nonce of its own as one of it (`hufu-ring`,
//!    `hufu-group`), in a scope made of the linkage. The nonce keeps a verifier that gives one challenge twice from linking.
//! 3. The verifier makes the ring, or the group and its epoch, from its records, read with proof from the ledger, and checks the
//!    signature with it. The tag says "the same as before" within one scope, and nothing across scopes.
//!
//! | | `ring:<list>/<version>` | `group:<name>` |
//! |---|---|---|
//! | who may answer | a DID that was on the list in that version | a member that is not revoked in the epoch in force |
//! | who can tell which | nobody | a quorum of the group's openers |
//! | linkage `none` | a tag that no other answer has | no tag |
//! | linkage `domain` | the same tag for all answers to one domain of one member of the list, in whatever version | the same tag for all answers to one domain of one member |
//!
//! The form is Hufu's own; no standard has one. Ring and group are the caller's to make: this crate knows no ledger.

mod group;
mod ring;

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hufu_keys::Domain;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::Error;

/// The type of the document.
pub const MEMBERSHIP_TYPE: &str = "HufuMembershipPresentation2026";

/// Longest challenge, domain and name of a ring or group, in bytes.
pub const MAX_MEMBERSHIP_TEXT: usize = 512;

/// Longest signature, in bytes: that of a ring of 65,536 has 1,185.
const MAX_SIGNATURE_BYTES: usize = 2_048;

/// Length of the holder's nonce.
const NONCE_BYTES: usize = 16;

/// The multibase prefix of base64url.
const BASE64URL: char = 'u';

/// What presentations to one verifier have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Linkage {
    /// Nothing: the scope is the holder's nonce, which is another each time.
    None,
    /// The tag: it is the same for one member of one list or group and one domain, so that nobody counts twice there. What the same
    /// member answers as one of another list has another tag.
    Domain,
}

/// Of what: a ring or a group, on which network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MembershipReference {
    /// The network's name.
    pub network: String,
    /// The hash of its genesis, as 64 hexadecimal digits.
    pub genesis_hash: String,
    /// The name on that network: `ring:<list>/<version>` or `group:<name>`.
    pub of: String,
}

/// What a verifier asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MembershipRequest {
    /// What the holder must be of.
    pub reference: MembershipReference,
    /// Used once.
    pub challenge: String,
    /// The verifier's own.
    pub domain: String,
    /// What the verifier may link.
    pub linkage: Linkage,
}

/// A presentation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Document", into = "Document")]
pub struct MembershipPresentation {
    request: MembershipRequest,
    nonce: [u8; NONCE_BYTES],
    proof_value: String,
}

/// A presentation as it is sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Document {
    #[serde(rename = "type")]
    type_: String,
    network: String,
    genesis_hash: String,
    of: String,
    challenge: String,
    domain: String,
    linkage: Linkage,
    nonce: String,
    proof_value: String,
}

/// Why a presentation of membership is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MembershipRefusal {
    /// A member says something else than was asked for.
    #[error("{member} is {found:?}; asked for was {asked:?}")]
    Other {
        /// The member of the document.
        member: &'static str,
        /// What was asked for.
        asked: String,
        /// What is there.
        found: String,
    },
    /// The `proofValue` is no signature of a ring, or of a group.
    #[error("the proofValue is not a signature of a ring or group: {0}")]
    ProofValue(String),
    /// The holder has not followed the group's epochs, or was revoked.
    #[error("the signature is of epoch {found}, in force is {current}")]
    Epoch {
        /// The signature's.
        found: u64,
        /// The verifier's.
        current: u64,
    },
    /// The signature does not hold.
    #[error("the signature of the ring or group does not verify")]
    Signature,
}

impl MembershipRequest {
    /// # Errors
    /// [`Error::Range`] for an empty or overlong text.
    fn check(&self) -> Result<(), Error> {
        let MembershipReference { network, genesis_hash, of } = &self.reference;
        for (path, text) in [
            ("network", network),
            ("genesisHash", genesis_hash),
            ("of", of),
            ("challenge", &self.challenge),
            ("domain", &self.domain),
        ] {
            if text.is_empty() || text.len() > MAX_MEMBERSHIP_TEXT {
                let reason = format!("it must have 1 to {MAX_MEMBERSHIP_TEXT} bytes");
                return Err(Error::Range { path: path.to_owned(), reason });
            }
        }
        Ok(())
    }

    /// What is signed.
    fn message(&self, nonce: &[u8; NONCE_BYTES]) -> Vec<u8> {
        let MembershipReference { network, genesis_hash, of } = &self.reference;
        let linkage = self.linkage.to_string();
        let texts =
            [network, genesis_hash, of, &self.challenge, &self.domain, &linkage].map(|text| text.as_bytes());
        let [network, genesis_hash, of, challenge, domain, linkage] = texts;
        Domain::MembershipPresentation.frame(&[network, genesis_hash, of, challenge, domain, linkage, nonce])
    }

    /// In which the tag links. The hash of framed texts, which may be longer than a scope.
    fn scope(&self, nonce: &[u8; NONCE_BYTES]) -> [u8; 32] {
        let MembershipReference { network, genesis_hash, of } = &self.reference;
        // A list changes, and who is on it stays who they are.
        let list = of.split('/').next().unwrap_or(of);
        let linkage = self.linkage.to_string();
        let mut parts = [&linkage, network, genesis_hash, list, &self.domain].map(str::as_bytes).to_vec();
        if self.linkage == Linkage::None {
            parts.push(nonce);
        }
        Sha256::digest(Domain::MembershipScope.frame(&parts)).into()
    }
}

/// A nonce for one answer.
fn nonce(rng: &mut impl CryptoRng) -> [u8; NONCE_BYTES] {
    let mut nonce = [0; NONCE_BYTES];
    rng.fill_bytes(&mut nonce);
    nonce
}

impl TryFrom<Document> for MembershipPresentation {
    type Error = Error;

    fn try_from(document: Document) -> Result<Self, Error> {
        let Document { type_, network, genesis_hash, of, challenge, domain, linkage, nonce, proof_value } =
            document;
        if type_ != MEMBERSHIP_TYPE {
            return Err(Error::malformed("type", format!("it must be {MEMBERSHIP_TYPE}")));
        }
        let reference = MembershipReference { network, genesis_hash, of };
        let request = MembershipRequest { reference, challenge, domain, linkage };
        request.check()?;
        let nonce = nonce
            .strip_prefix(BASE64URL)
            .filter(|text| text.len() <= 2 * NONCE_BYTES)
            .and_then(|text| URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok())
            .ok_or_else(|| {
                Error::malformed("nonce", format!("it must be {NONCE_BYTES} bytes in base64url multibase"))
            })?;
        Ok(Self { request, nonce, proof_value })
    }
}

impl From<MembershipPresentation> for Document {
    fn from(presentation: MembershipPresentation) -> Self {
        let MembershipPresentation { request, nonce, proof_value } = presentation;
        let MembershipRequest { reference, challenge, domain, linkage } = request;
        let MembershipReference { network, genesis_hash, of } = reference;
        let nonce = multibase(&nonce);
        let type_ = MEMBERSHIP_TYPE.to_owned();
        Self { type_, network, genesis_hash, of, challenge, domain, linkage, nonce, proof_value }
    }
}

fn multibase(bytes: &[u8]) -> String {
    format!("{BASE64URL}{}", URL_SAFE_NO_PAD.encode(bytes))
}

impl MembershipPresentation {
    fn of(request: &MembershipRequest, nonce: [u8; NONCE_BYTES], signature: &[u8]) -> Self {
        Self { request: request.clone(), nonce, proof_value: multibase(signature) }
    }

    /// Reads a presentation.
    ///
    /// # Errors
    /// [`Error::Parsing`], [`Error::Malformed`] or [`Error::Range`].
    pub fn from_value(value: Value) -> Result<Self, Error> {
        let document: Document = serde_json::from_value(value).map_err(|e| Error::Parsing(e.to_string()))?;
        document.try_into()
    }

    /// The presentation as JSON.
    ///
    /// # Errors
    /// Never in practice; [`Error::Parsing`] if JSON cannot be made.
    pub fn to_value(&self) -> Result<Value, Error> {
        serde_json::to_value(self).map_err(|e| Error::Parsing(e.to_string()))
    }

    /// What it says it answers. To be compared with what was asked, which verifying does.
    #[must_use]
    pub fn request(&self) -> MembershipRequest {
        self.request.clone()
    }

    /// Whether it answers this request.
    fn answers(&self, asked: &MembershipRequest) -> Result<(), MembershipRefusal> {
        let said = &self.request;
        for (member, asked, found) in [
            ("network", &asked.reference.network, &said.reference.network),
            ("genesisHash", &asked.reference.genesis_hash, &said.reference.genesis_hash),
            ("of", &asked.reference.of, &said.reference.of),
            ("challenge", &asked.challenge, &said.challenge),
            ("domain", &asked.domain, &said.domain),
            ("linkage", &asked.linkage.to_string(), &said.linkage.to_string()),
        ] {
            if asked != found {
                let (asked, found) = (asked.clone(), found.clone());
                return Err(MembershipRefusal::Other { member, asked, found });
            }
        }
        Ok(())
    }

    fn signature_bytes(&self) -> Result<Vec<u8>, MembershipRefusal> {
        let bad = |reason: &str| MembershipRefusal::ProofValue(reason.to_owned());
        let text =
            self.proof_value.strip_prefix(BASE64URL).ok_or_else(|| bad("it is not base64url multibase"))?;
        if text.len() > MAX_SIGNATURE_BYTES.div_ceil(3) * 4 {
            return Err(bad("it is too long"));
        }
        URL_SAFE_NO_PAD.decode(text).map_err(|_| bad("it is not base64url"))
    }
}

/// What a signature that is none is told.
fn no_signature(error: impl fmt::Display) -> MembershipRefusal {
    MembershipRefusal::ProofValue(error.to_string())
}

impl fmt::Display for Linkage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Domain => "domain",
        })
    }
}
