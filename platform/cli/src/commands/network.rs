//! `hufu network`: what is running, lists, proposals, votes.

use serde_json::{Value, json};

use super::{read_json, segment, text};
use crate::{
    args::{Choice, Network},
    output::{Output, pretty, table},
};

pub(super) async fn run(command: Network, output: Output) -> anyhow::Result<()> {
    match command {
        Network::Status { service } => {
            let overview = service.client()?.get("/v1/overview").await?;
            output.result(&overview, || pretty(&overview));
        }
        Network::List { name, service } => {
            let list = service.client()?.get(&format!("/v1/lists/{}", segment(&name))).await?;
            output.result(&list, || entries(&list));
        }
        Network::Proposals { service } => {
            let page = service.client()?.get("/v1/proposals").await?;
            output.result(&page, || proposals(&page));
        }
        Network::Propose { file, service } => {
            let proposal = read_json(&file)?;
            let created = service.client()?.post("/v1/proposals", &proposal).await?;
            output.result(&created, || pretty(&created));
        }
        Network::Rings { service } => {
            let page = service.client()?.get("/v1/rings").await?;
            output.result(&page, || rings(&page));
        }
        Network::FormRing { list, service } => {
            let formed = service.client()?.post("/v1/rings", &json!({ "list": list })).await?;
            output.result(&formed, || {
                format!("{} is formed: {} members", text(&formed, "/name"), text(&formed, "/members"))
            });
        }
        Network::Vote { proposal, choice, ring_key: Some(file), service } => {
            let key = super::ring::read_private(&file)?;
            let cast = super::ballot::cast(&service, &proposal, choice.into(), &key).await?;
            output.result(&cast, || {
                let [ring, height, tag] = ["/ring", "/height", "/tag"].map(|at| text(&cast, at));
                format!("voted as one of {ring}, in block {height}; the ballot's tag is {tag}")
            });
        }
        Network::Vote { proposal, choice, ring_key: None, service } => {
            let choice = match choice {
                Choice::Yes => "yes",
                Choice::No => "no",
                Choice::Abstain => "abstain",
            };
            let path = format!("/v1/proposals/{}/votes", segment(&proposal));
            let vote = service.client()?.post(&path, &json!({ "choice": choice })).await?;
            output.result(&vote, || pretty(&vote));
        }
    }
    Ok(())
}

fn items(page: &Value) -> &[Value] {
    page.get("items").and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn entries(list: &Value) -> String {
    let rows: Vec<Vec<String>> = items(list)
        .iter()
        .map(|entry| ["/did", "/role", "/weight", "/reason"].iter().map(|at| text(entry, at)).collect())
        .collect();
    table(&["DID", "ROLE", "WEIGHT", "WHY"], &rows)
}

fn rings(page: &Value) -> String {
    let rows: Vec<Vec<String>> = items(page)
        .iter()
        .map(|ring| ["/list", "/version", "/members", "/height"].iter().map(|at| text(ring, at)).collect())
        .collect();
    table(&["LIST", "VERSION", "MEMBERS", "HEIGHT"], &rows)
}

impl From<Choice> for hufu_node::governance::Choice {
    fn from(choice: Choice) -> Self {
        match choice {
            Choice::Yes => Self::Yes,
            Choice::No => Self::No,
            Choice::Abstain => Self::Abstain,
        }
    }
}

fn proposals(page: &Value) -> String {
    let rows: Vec<Vec<String>> = items(page)
        .iter()
        .map(|entry| ["/id", "/state", "/title"].iter().map(|at| text(entry, at)).collect())
        .collect();
    table(&["ID", "STATE", "TITLE"], &rows)
}
