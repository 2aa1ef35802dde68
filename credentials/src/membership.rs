//! A presentation of membership: "a DID on list L, version v, answers this challenge for this domain", and not which DID.
//!
//! ```json
//! { "type": "HufuMembershipPresentation2026", "network": "demo", "genesisHash": "…64 hexadecimal digits…",
//!   "ring": "ring:members/3", "challenge": "…", "domain": "https://verifier.example", "linkage": "none", "proofValue": "u…" }
//! ```
//!
//! 1. The verifier gives a challenge and says what it may learn ([`Linkage`]).
//! 2. The holder signs challenge, domain and the ring's name as one of the ring (`hufu-ring`), in a scope made of the linkage.
//! 3. The verifier makes the ring from its record, read with proof from the ledger, and checks the signature with it. The tag
//!    says "the same as before" within one scope, and nothing across scopes.
//!
//! The form is Hufu's own; no standard has one. The ring is the caller's to make: this crate knows no ledger.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hufu_keys::Domain;
use hufu_ring::{Ring, Scope, Signature, SigningKey, Tag};
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Error;

/// The type of the document.
pub const MEMBERSHIP_TYPE: &str = "HufuMembershipPresentation2026";

/// Longest challenge, domain and ring name, in bytes.
pub const MAX_MEMBERSHIP_TEXT: usize = 512;

/// Longest signature, in bytes: that of a ring of 65,536 has 1,185.
const MAX_SIGNATURE_BYTES: usize = 2_048;

/// The multibase prefix of base64url.
const BASE64URL: char = 'u';

/// What presentations to one verifier have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Linkage {
    /// Nothing: the scope is the challenge, which is another each time.
    None,
    /// The tag: it is the same for one member and domain, so that nobody counts twice there.
    Domain,
}

/// Which ring: of which list and version, on which network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RingReference {
    /// The network's name.
    pub network: String,
    /// The hash of its genesis, as 64 hexadecimal digits.
    pub genesis_hash: String,
    /// The ring's name on that network: `ring:<list>/<version>`.
    pub ring: String,
}

/// What a verifier asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MembershipRequest {
    /// The ring that the holder must be of.
    pub of: RingReference,
    /// Used once.
    pub challenge: String,
    /// The verifier's own.
    pub domain: String,
    /// What the verifier may link.
    pub linkage: Linkage,
}

/// A presentation as it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct MembershipPresentation {
    #[serde(rename = "type")]
    type_: String,
    network: String,
    genesis_hash: String,
    ring: String,
    challenge: String,
    domain: String,
    linkage: Linkage,
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
    /// The `proofValue` is no ring signature.
    #[error("the proofValue is not a ring signature: {0}")]
    ProofValue(String),
    /// The signature does not hold.
    #[error("the ring signature does not verify")]
    Signature,
}

impl MembershipRequest {
    /// # Errors
    /// [`Error::Range`] for an empty or overlong text.
    fn check(&self) -> Result<(), Error> {
        let RingReference { network, genesis_hash, ring } = &self.of;
        for (path, text) in [
            ("network", network),
            ("genesisHash", genesis_hash),
            ("ring", ring),
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
    fn message(&self) -> Vec<u8> {
        let RingReference { network, genesis_hash, ring } = &self.of;
        let parts = [network, genesis_hash, ring, &self.challenge, &self.domain, &self.linkage.to_string()];
        Domain::MembershipPresentation.frame(&parts.map(|part| part.as_bytes()))
    }

    /// In which the tag links.
    fn scope(&self) -> Result<Scope, Error> {
        let mut parts = vec![self.linkage.to_string(), self.domain.clone()];
        if self.linkage == Linkage::None {
            parts.push(self.challenge.clone());
        }
        let parts: Vec<&[u8]> = parts.iter().map(String::as_bytes).collect();
        let framed = Domain::MembershipScope.frame(&parts);
        // framed texts may be longer than a scope: their hash stands for them
        let digest = <sha2::Sha256 as sha2::Digest>::digest(framed);
        Scope::new(&digest).map_err(|e| Error::ProofOptions(e.to_string()))
    }
}

impl MembershipPresentation {
    /// Answers a request as one of the ring.
    ///
    /// # Errors
    /// [`Error::Range`] for a request with an empty or overlong text; [`Error::Signing`] if the key is not of a member.
    pub fn sign(
        request: &MembershipRequest,
        ring: &Ring,
        key: &SigningKey,
        rng: &mut impl CryptoRng,
    ) -> Result<Self, Error> {
        request.check()?;
        let signature = key
            .sign(ring, &request.scope()?, &request.message(), rng)
            .map_err(|e| Error::Signing(e.to_string()))?;
        let RingReference { network, genesis_hash, ring } = request.of.clone();
        Ok(Self {
            type_: MEMBERSHIP_TYPE.to_owned(),
            network,
            genesis_hash,
            ring,
            challenge: request.challenge.clone(),
            domain: request.domain.clone(),
            linkage: request.linkage,
            proof_value: format!("{BASE64URL}{}", URL_SAFE_NO_PAD.encode(signature.to_bytes())),
        })
    }

    /// Reads a presentation.
    ///
    /// # Errors
    /// [`Error::Parsing`], [`Error::Malformed`] or [`Error::Range`].
    pub fn from_value(value: Value) -> Result<Self, Error> {
        let presentation: Self = serde_json::from_value(value).map_err(|e| Error::Parsing(e.to_string()))?;
        if presentation.type_ != MEMBERSHIP_TYPE {
            return Err(Error::malformed("type", format!("it must be {MEMBERSHIP_TYPE}")));
        }
        presentation.request().check()?;
        Ok(presentation)
    }

    /// The presentation as JSON.
    ///
    /// # Errors
    /// Never in practice; [`Error::Parsing`] if JSON cannot be made.
    pub fn to_value(&self) -> Result<Value, Error> {
        serde_json::to_value(self).map_err(|e| Error::Parsing(e.to_string()))
    }

    /// What it says it answers. To be compared with what was asked, which [`verify`](Self::verify) does.
    #[must_use]
    pub fn request(&self) -> MembershipRequest {
        MembershipRequest {
            of: RingReference {
                network: self.network.clone(),
                genesis_hash: self.genesis_hash.clone(),
                ring: self.ring.clone(),
            },
            challenge: self.challenge.clone(),
            domain: self.domain.clone(),
            linkage: self.linkage,
        }
    }

    /// Checks that it answers this request, signed by one of this ring, and tells the tag.
    ///
    /// # Errors
    /// [`MembershipRefusal`].
    ///
    /// # Security
    /// The caller has made `ring` from the record of exactly `asked.of`, read with proof, and uses each challenge once.
    pub fn verify(&self, asked: &MembershipRequest, ring: &Ring) -> Result<Tag, MembershipRefusal> {
        let said = self.request();
        for (member, asked, found) in [
            ("network", &asked.of.network, &said.of.network),
            ("genesisHash", &asked.of.genesis_hash, &said.of.genesis_hash),
            ("ring", &asked.of.ring, &said.of.ring),
            ("challenge", &asked.challenge, &said.challenge),
            ("domain", &asked.domain, &said.domain),
            ("linkage", &asked.linkage.to_string(), &said.linkage.to_string()),
        ] {
            if asked != found {
                let (asked, found) = (asked.clone(), found.clone());
                return Err(MembershipRefusal::Other { member, asked, found });
            }
        }
        let bad = |reason: &str| MembershipRefusal::ProofValue(reason.to_owned());
        let text =
            self.proof_value.strip_prefix(BASE64URL).ok_or_else(|| bad("it is not base64url multibase"))?;
        if text.len() > MAX_SIGNATURE_BYTES.div_ceil(3) * 4 {
            return Err(bad("it is too long"));
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| bad("it is not base64url"))?;
        let signature = Signature::from_bytes(&bytes).map_err(|e| bad(&e.to_string()))?;
        let scope = asked.scope().map_err(|e| bad(&e.to_string()))?;
        signature.verify(ring, &scope, &asked.message()).map_err(|_| MembershipRefusal::Signature)
    }
}

impl fmt::Display for Linkage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Domain => "domain",
        })
    }
}
