//! A secret vote: as one of the members' ring, without an API key.
//!
//! 1. The proposal and the ring are read with their proofs, which are checked here from an anchor that is not the service's word: a
//!    service that made up a ring of its own would learn who signed. Reading with an API key tells the service who prepares a vote; with
//!    the ring at hand (`hufu ring fetch`) it is read as one of the ring, each time with another tag.
//! 2. The vote is signed with the ring key; the tag is this key's in the scope of this proposal, so that it counts once. Its expiry is
//!    rounded: it does not tell when the ledger was read.
//! 3. It is sent without the API key. The service still sees from which address: whoever must hide that too sends it through
//!    somebody else.
//! 4. The ballot is read back with its proof, as one of the ring. By the API key it is not: that would name whose it is.

use std::sync::Arc;

use anyhow::Context as _;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hufu_light::{RingName, RingRecord, TrustAnchor};
use hufu_node::governance::{Choice, ListName, Operation, Proposal, ProposalId, Vote, ballot_scope, key};
use hufu_ring::{Ring, SigningKey};
use hufu_wire::{Payload, UnnamedRequest};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::certified::{AnchorSource, Certified};
use crate::{
    args::Service,
    client::{Client, Sign},
    exit::{Code, Failure},
};

/// How many blocks the transaction may wait, at least.
const PATIENCE: u64 = 1_000;

/// A vote that is about to be cast.
pub(super) struct Ballot<'a> {
    pub(super) service: &'a Service,
    /// The proposal's id.
    pub(super) proposal: &'a str,
    pub(super) choice: Choice,
    pub(super) key: Arc<SigningKey>,
    /// The members' ring of now, as one of whom the ledger is read.
    pub(super) ring: Option<Ring>,
    /// Whether the service's own word is enough for which network it is.
    pub(super) trust_service: bool,
}

/// The height up to which a transaction may wait that is made at `height`.
pub(super) fn expiry(height: u64) -> u64 {
    height.saturating_add(PATIENCE).checked_next_multiple_of(PATIENCE).unwrap_or(u64::MAX)
}

/// Casts a vote; the service's answer with the ballot's tag.
pub(super) async fn cast(ballot: Ballot<'_>) -> anyhow::Result<Value> {
    // 1.
    let id: ProposalId = ballot.proposal.parse().map_err(|rule: &str| Failure::with(Code::Input, rule))?;
    let key = ballot.key;
    let unnamed = ballot.ring.is_some();
    let certified = match ballot.ring {
        Some(ring) => Certified::unnamed(ballot.service, |anchor| signs(&key, ring, anchor)).await?,
        None => Certified::of(ballot.service).await?,
    };
    if certified.source() == AnchorSource::Service && !ballot.trust_service {
        return Err(Failure::with(
            Code::No,
            "only the service itself says which network it is, and one that made up a network could show a ring that tells whose \
             vote this is: pin the network first (`hufu wallet init`), give --data, or say --trust-service",
        ));
    }
    let record_key = key::proposal(&id);
    let (bytes, height) = certified.value(record_key.as_bytes()).await?;
    let bytes = bytes.ok_or_else(|| Failure::with(Code::No, format!("there is no proposal {id}")))?;
    let record = Proposal::from_bytes(&record_key, &bytes)?;
    if record.secret.is_none() {
        return Err(Failure::with(
            Code::No,
            format!("proposal {id} is voted on by name: vote without a ring key"),
        ));
    }
    let name = RingName::new(ListName::MEMBERS, record.members_version)?;
    let (bytes, _) = certified.value(name.key().as_bytes()).await?;
    let bytes = bytes.with_context(|| format!("{name} has not been formed"))?;
    let members = RingRecord::from_bytes(&bytes)?.ring(certified.anchor())?;
    // 2.
    let operation = Operation::Vote(Vote { proposal: id.clone(), choice: ballot.choice }).to_bytes();
    let (anchor, scope, nonce) = (certified.anchor(), ballot_scope(&id), rand::random());
    let payload = Payload::by_ring(anchor, &name, &scope, nonce, expiry(height), "governance", operation);
    let transaction = payload
        .sign_by_ring(&members, &key, &mut rand::rng())
        .map_err(|error| Failure::with(Code::No, error.to_string()))?;
    let tag = hex::encode(payload.verify_by_ring(&transaction, &members)?.to_bytes());
    // 3.
    let client = Client::new(certified.client().base(), None)?;
    let body = json!({ "transaction": URL_SAFE_NO_PAD.encode(transaction.to_bytes()) });
    let mut answer = client.post("/v1/transactions", &body).await?;
    // 4.
    if unnamed && certified.value(key::ballot(&id, &tag).as_bytes()).await?.0.is_none() {
        return Err(Failure::with(
            Code::No,
            format!(
                "the service says that the ballot {tag} is in block {}, and the ledger has it not",
                answer["height"]
            ),
        ));
    }
    if let Some(members) = answer.as_object_mut() {
        members.insert("ring".into(), json!(name.to_string()));
        members.insert("tag".into(), json!(tag));
        members.insert("proven".into(), json!(unnamed));
        members.insert("anchor".into(), json!(certified.source().as_str()));
    }
    Ok(answer)
}

/// Signs what one of the ring reads, so that only the ring is named.
fn signs(key: &Arc<SigningKey>, ring: Ring, anchor: &TrustAnchor) -> anyhow::Result<Sign> {
    let (key, anchor) = (Arc::clone(key), anchor.clone());
    let reference = super::ring::reference(&ring)?;
    if reference.network != anchor.network.as_str()
        || reference.genesis_hash != anchor.genesis_hash.to_string()
    {
        return Err(Failure::with(
            Code::Input,
            format!(
                "the ring is of the network {} with genesis {}",
                reference.network, reference.genesis_hash
            ),
        ));
    }
    let of = reference.of;
    Ok(Arc::new(move |url: &str| {
        let time_ms =
            u64::try_from(Timestamp::now().as_millisecond()).context("the clock stands before 1970")?;
        let request = UnnamedRequest { anchor: &anchor, of: &of, url, time_ms, nonce: rand::random() };
        request
            .sign_by_ring(&ring, &key, &mut rand::rng())
            .map_err(|error| Failure::with(Code::No, error.to_string()))
    }))
}

#[cfg(test)]
mod tests {
    use super::expiry;

    /// Whoever reads the expiry learns in which thousand of blocks it was made, and no more.
    #[test]
    fn an_expiry_tells_no_height() {
        assert_eq!([0, 1, 999, 1_000].map(expiry), [1_000, 2_000, 2_000, 2_000]);
        assert_eq!(expiry(u64::MAX - 1), u64::MAX);
    }
}
