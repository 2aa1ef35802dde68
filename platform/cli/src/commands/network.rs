//! `hufu network`: what is running, lists, proposals, votes.

use std::sync::Arc;

use serde_json::json;

use super::{
    ballot::Ballot,
    listing::{Columns, List},
    read_json, segment, text,
};
use crate::{
    args::{Choice, Network},
    output::{Output, pretty},
};

pub(super) async fn run(command: Network, output: Output) -> anyhow::Result<()> {
    match command {
        Network::Status { service } => {
            let overview = service.client()?.get("/v1/overview").await?;
            output.result(&overview, || pretty(&overview))?;
        }
        Network::List { name, listing, service } => {
            let path = format!("/v1/lists/{}", segment(&name));
            List { path: &path, large: false, columns: ENTRIES }.print(&service, &listing, output).await?;
        }
        Network::Proposals { listing, service } => {
            let list = List { path: "/v1/proposals", large: false, columns: PROPOSALS };
            list.print(&service, &listing, output).await?;
        }
        Network::Propose { file, service } => {
            let proposal = read_json(&file)?;
            let created = service.client()?.post("/v1/proposals", &proposal).await?;
            output.result(&created, || pretty(&created))?;
        }
        Network::Rings { listing, service } => {
            let list = List { path: "/v1/rings", large: false, columns: RINGS };
            list.print(&service, &listing, output).await?;
        }
        Network::FormRing { list, service } => {
            let formed = service.client()?.post("/v1/rings", &json!({ "list": list })).await?;
            output.result(&formed, || {
                format!("{} is formed: {} members", text(&formed, "/name"), text(&formed, "/members"))
            })?;
        }
        Network::Vote { proposal, choice, ring_key: Some(file), ring, trust_service, unlock, service } => {
            let key = Arc::new(super::ring::read_private(&file, &unlock)?);
            let ring = ring.as_deref().map(super::ring::read_ring).transpose()?;
            let unnamed = ring.is_some();
            let (proposal, choice) = (&proposal, choice.into());
            let ballot = Ballot { service: &service, proposal, choice, key, ring, trust_service };
            let cast = super::ballot::cast(ballot).await?;
            if !unnamed {
                output.note(
                    "The proposal was read with the API key, so that the service can tell who prepared a vote, and that the ballot is on \
                     the ledger is its word: --ring FILE (of `hufu ring fetch`) reads as one of the members.",
                );
            }
            output.result(&cast, || {
                let [ring, height, tag] = ["/ring", "/height", "/tag"].map(|at| text(&cast, at));
                let proven = if unnamed { ", proven" } else { "" };
                format!("voted as one of {ring}, in block {height}{proven}; the ballot's tag is {tag}")
            })?;
        }
        Network::Vote { proposal, choice, ring_key: None, ring: _, trust_service: _, unlock: _, service } => {
            let choice = match choice {
                Choice::Yes => "yes",
                Choice::No => "no",
                Choice::Abstain => "abstain",
            };
            let path = format!("/v1/proposals/{}/votes", segment(&proposal));
            let vote = service.client()?.post(&path, &json!({ "choice": choice })).await?;
            output.result(&vote, || pretty(&vote))?;
        }
    }
    Ok(())
}

const ENTRIES: Columns = Columns {
    headings: &["DID", "ROLE", "WEIGHT", "WHY"],
    members: &["/did", "/role", "/weight", "/reason"],
};

const RINGS: Columns = Columns {
    headings: &["LIST", "VERSION", "MEMBERS", "HEIGHT"],
    members: &["/list", "/version", "/members", "/height"],
};

const PROPOSALS: Columns =
    Columns { headings: &["ID", "STATE", "TITLE"], members: &["/id", "/state", "/title"] };

impl From<Choice> for hufu_node::governance::Choice {
    fn from(choice: Choice) -> Self {
        match choice {
            Choice::Yes => Self::Yes,
            Choice::No => Self::No,
            Choice::Abstain => Self::Abstain,
        }
    }
}
