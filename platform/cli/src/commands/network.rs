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
        Network::Vote { proposal, choice, service } => {
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

fn proposals(page: &Value) -> String {
    let rows: Vec<Vec<String>> = items(page)
        .iter()
        .map(|entry| ["/id", "/state", "/title"].iter().map(|at| text(entry, at)).collect())
        .collect();
    table(&["ID", "STATE", "TITLE"], &rows)
}
