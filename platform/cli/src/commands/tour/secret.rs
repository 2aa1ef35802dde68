//! A secret vote of the members: each with a ring key of its own, each once, and nobody learns who voted how.

use std::{sync::Arc, time::Instant};

use anyhow::Context as _;
use hufu_did::RingKey;
use hufu_node::governance::Choice;
use hufu_ring::SigningKey;
use serde_json::{Value, json};

use super::{Actor, Journey};
use crate::{
    args::Service,
    commands::{
        ballot::{self, Ballot},
        text,
    },
    exit::{Code, Failure},
};

impl Journey {
    /// Registers ring keys, forms the ring, votes on a proposal, and tries to vote twice.
    pub(super) async fn secret_vote(&mut self, members: &[Actor]) -> anyhow::Result<()> {
        let first = members.first().context("`hufu dev` seeds member organisations")?;
        let rings = first.client.get("/v1/rings").await?;
        if rings.pointer("/items/0").is_some() {
            self.note("    The members' ring was formed by an earlier tour, whose keys were not kept: no secret vote now.");
            return Ok(());
        }
        let keys = self.ring_keys(members).await?;
        let begun = Instant::now();
        let ring = first.client.post("/v1/rings", &json!({ "list": "members" })).await?;
        self.step(
            &format!(
                "the members' ring is formed: {} of {} keys",
                text(&ring, "/name"),
                text(&ring, "/members")
            ),
            "POST /v1/rings",
            begun,
            &ring,
        );
        let begun = Instant::now();
        let proposal = json!({
            "title": "Put the first member on the list of inspectors",
            "reason": "Voted on in secret, so that nobody has to fear the inspector.",
            "secret": true,
            "actions": [{ "type": "addToList", "list": "inspectors", "did": first.did }],
        });
        let made = first.client.post("/v1/proposals", &proposal).await?;
        let id = text(&made, "/id");
        self.step("a proposal is made that is voted on in secret", "POST /v1/proposals", begun, &made);
        self.ballots(members, &keys, &id).await
    }

    /// A ring key for each member, registered in its document with a proof of possession.
    async fn ring_keys(&mut self, members: &[Actor]) -> anyhow::Result<Vec<Arc<SigningKey>>> {
        let begun = Instant::now();
        let mut keys = Vec::new();
        for member in members {
            let key = SigningKey::generate(&mut rand::rng());
            let registered = RingKey::new(&key, &member.did.parse()?, &mut rand::rng())?;
            let method = json!({
                "id": "#ring",
                "type": hufu_did::RING_KEY_TYPE,
                "publicKeyMultibase": registered.public_key_multibase(),
                "proofOfPossession": registered.proof_of_possession(),
            });
            let request = json!({
                "did": member.did,
                "didDocumentOperation": ["addToDidDocument"],
                "didDocument": [{ "verificationMethod": [method] }],
            });
            member.client.post("/1.0/update", &request).await?;
            keys.push(Arc::new(key));
        }
        self.step(
            &format!("{} members register a ring key each; the private halves stay with them", members.len()),
            "POST /1.0/update",
            begun,
            &Value::Null,
        );
        Ok(keys)
    }

    async fn ballots(&mut self, members: &[Actor], keys: &[Arc<SigningKey>], id: &str) -> anyhow::Result<()> {
        for (voter, key) in members.iter().zip(keys) {
            // the record is read with the voter's key; the ballot itself goes without one
            let service = Service { api_key: Some(voter.key.clone()), ..self.service.clone() };
            let vote = |choice| Ballot {
                service: &service,
                proposal: id,
                choice,
                key: Arc::clone(key),
                ring: None,
                trust_service: true,
            };
            let begun = Instant::now();
            let cast = ballot::cast(vote(Choice::Yes)).await?;
            let state = self.proposal_state(voter, id).await?;
            self.step(
                &format!("one of the members votes yes, unnamed; the proposal is {state}"),
                "POST /v1/transactions, without an API key",
                begun,
                &cast,
            );
            if state != "open" {
                return self.told_nothing(members, id).await;
            }
            let begun = Instant::now();
            let Err(refused) = ballot::cast(vote(Choice::No)).await else {
                return Err(Failure::with(Code::No, "a member voted twice"));
            };
            self.step(
                &format!("the same member a second time is refused, without being known: {refused:#}"),
                "POST /v1/transactions",
                begun,
                &Value::Null,
            );
        }
        Err(Failure::with(Code::No, "all members voted yes and the proposal did not pass"))
    }

    /// What the ledger tells of the ballots: tags, and no DID.
    async fn told_nothing(&mut self, members: &[Actor], id: &str) -> anyhow::Result<()> {
        let begun = Instant::now();
        let reader = members.first().context("`hufu dev` seeds member organisations")?;
        let blocks = reader.client.get("/v1/blocks?limit=20").await?;
        let mut ballots = 0;
        for block in blocks.get("items").and_then(Value::as_array).into_iter().flatten() {
            let height = text(block, "/height");
            let whole = reader.client.get(&format!("/v1/blocks/{height}")).await?;
            for event in whole.get("events").and_then(Value::as_array).into_iter().flatten() {
                if text(event, "/kind") != "governance.ballotCast" || text(event, "/subject") != id {
                    continue;
                }
                if event.to_string().contains("did:") {
                    return Err(Failure::with(Code::No, format!("a ballot names somebody: {event}")));
                }
                ballots += 1;
            }
        }
        if ballots == 0 {
            return Err(Failure::with(Code::No, "the blocks tell of no ballot"));
        }
        self.step(
            &format!("the ledger tells of {ballots} ballots by their tags, and names nobody"),
            "GET /v1/blocks/…",
            begun,
            &Value::Null,
        );
        Ok(())
    }
}
