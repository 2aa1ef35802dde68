//! A secret vote: as one of the members' ring, without an API key.
//!
//! 1. The proposal and the ring are read with their proofs, which are checked here: a service that made up a ring of its own
//!    would learn who signed.
//! 2. The vote is signed with the ring key; the tag is this key's in the scope of this proposal, so that it counts once.
//! 3. It is sent without the API key. The service still sees from which address: whoever must hide that too sends it through
//!    somebody else.

use anyhow::Context as _;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hufu_light::{RingName, RingRecord};
use hufu_node::governance::{Choice, ListName, Operation, Proposal, ProposalId, Vote, ballot_scope, key};
use hufu_ring::SigningKey;
use hufu_wire::Payload;
use serde_json::{Value, json};

use super::certified::Certified;
use crate::{
    args::Service,
    client::Client,
    exit::{Code, Failure},
};

/// How many blocks the transaction may wait.
const PATIENCE: u64 = 1_000;

/// Casts a vote; the service's answer with the ballot's tag.
pub(super) async fn cast(
    service: &Service,
    proposal: &str,
    choice: Choice,
    key: &SigningKey,
) -> anyhow::Result<Value> {
    // 1.
    let id: ProposalId = proposal.parse().map_err(|rule: &str| Failure::with(Code::Input, rule))?;
    let certified = Certified::of(service).await?;
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
    let ring = RingName::new(ListName::MEMBERS, record.members_version)?;
    let (bytes, _) = certified.value(ring.key().as_bytes()).await?;
    let bytes = bytes.with_context(|| format!("{ring} has not been formed"))?;
    let members = RingRecord::from_bytes(&bytes)?.ring(certified.anchor())?;
    // 2.
    let operation = Operation::Vote(Vote { proposal: id.clone(), choice }).to_bytes();
    let expiry = height.saturating_add(PATIENCE);
    let (anchor, scope, nonce) = (certified.anchor(), ballot_scope(&id), rand::random());
    let payload = Payload::by_ring(anchor, &ring, &scope, nonce, expiry, "governance", operation);
    let transaction = payload
        .sign_by_ring(&members, key, &mut rand::rng())
        .map_err(|error| Failure::with(Code::No, error.to_string()))?;
    let tag = payload.verify_by_ring(&transaction, &members)?;
    // 3.
    let client = Client::new(certified.client().base(), None)?;
    let body = json!({ "transaction": URL_SAFE_NO_PAD.encode(transaction.to_bytes()) });
    let mut answer = client.post("/v1/transactions", &body).await?;
    if let Some(members) = answer.as_object_mut() {
        members.insert("ring".into(), json!(ring.to_string()));
        members.insert("tag".into(), json!(hex::encode(tag.to_bytes())));
    }
    Ok(answer)
}
