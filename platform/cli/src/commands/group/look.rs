//! `hufu group list`, `show`, `fetch` and `check`: groups as the ledger has them.

use serde_json::{Value, json};

use super::{check, files::Known, files::id, ledger::OnLedger};
use crate::{
    args::{GroupCheck, GroupFetch, GroupShow, GroupWhat, Service},
    commands::{certified::Certified, text},
    exit::{Code, Failure},
    output::{Output, pretty, table},
};

pub(super) async fn list(service: &Service, output: Output) -> anyhow::Result<()> {
    let page = service.client()?.get("/v1/groups").await?;
    output.result(&page, || {
        rows(&page, &["NAME", "THRESHOLD", "MANAGER"], &["/name", "/threshold", "/manager"])
    });
    Ok(())
}

pub(super) async fn show(options: &GroupShow, output: Output) -> anyhow::Result<()> {
    let mut path = format!("/v1/groups/{}", options.name.name());
    let (headings, members): (&[&str], &[&str]) = match options.what {
        None => (&[], &[]),
        Some(GroupWhat::Members) => {
            path.push_str("/members");
            (&["ACCOUNT", "REVOKED IN EPOCH", "KEY"], &["/account", "/revoked/epoch", "/key"])
        }
        Some(GroupWhat::Epochs) => {
            path.push_str("/epochs");
            (&["EPOCH", "HEIGHT", "WHY"], &["/number", "/height", "/reason"])
        }
        Some(GroupWhat::Reports) => {
            path.push_str("/reports");
            (&["ID", "SUBJECT", "EPOCH"], &["/id", "/subject", "/epoch"])
        }
        Some(GroupWhat::Openings) => {
            path.push_str("/openings");
            (&["ID", "REPORT", "WHY", "WHO"], &["/id", "/report", "/reason", "/opened/account"])
        }
    };
    if let Some(id) = options.id {
        if !matches!(options.what, Some(GroupWhat::Reports | GroupWhat::Openings)) {
            return Err(Failure::with(Code::Input, "only reports and openings have an id"));
        }
        path.push_str(&format!("/{id}"));
    }
    let found = options.service.client()?.get(&path).await?;
    output.result(&found, || {
        if headings.is_empty() || options.id.is_some() {
            pretty(&found)
        } else {
            rows(&found, headings, members)
        }
    });
    Ok(())
}

/// # Errors
/// [`Code::No`] if there is no such group.
pub(super) async fn fetch(options: &GroupFetch, output: Output) -> anyhow::Result<()> {
    options.destination.check()?;
    let certified = Certified::of(&options.service).await?;
    let ledger = OnLedger::read(&certified, options.name.clone()).await?;
    let known = Known { epoch: ledger.epoch().await?, group: ledger.group };
    let standard = std::path::Path::new("-");
    let path = options.destination.out.as_deref().unwrap_or(standard);
    known.write(path, options.destination.force, output)?;
    if !options.destination.is_standard() {
        let (group, epoch) = (id(&known.group), known.epoch.number());
        let value = json!({
            "name": ledger.name.name(),
            "group": group,
            "epoch": epoch,
            "anchor": certified.source().as_str(),
            "file": path,
        });
        output.result(&value, || {
            let words = certified.source().words();
            format!(
                "{} in epoch {epoch} in {}; the network's anchor is from {words}",
                ledger.name,
                path.display()
            )
        });
    }
    Ok(())
}

/// # Errors
/// [`Code::No`] if something does not hold, too few openers have given their part, or the key is registered to nobody.
pub(super) async fn check(options: &GroupCheck, output: Output) -> anyhow::Result<()> {
    let certified = Certified::of(&options.service).await?;
    let ledger = OnLedger::read(&certified, options.name.clone()).await?;
    let check::Proven { opening, member } = check::opening(&ledger, &options.opening).await?;
    let given: Vec<&str> = opening.parts.iter().map(|part| part.opener.as_str()).collect();
    let value = json!({
        "proven": member.is_some(),
        "account": member.as_ref().map(|member| &member.account),
        "memberKey": member.as_ref().map(|member| hex::encode(member.key)),
        "method": member.as_ref().map(|member| &member.method),
        "report": opening.report.to_string(),
        "requester": opening.requester,
        "reason": opening.reason,
        "warrant": hex::encode(opening.warrant),
        "openers": given,
        "anchor": certified.source().as_str(),
    });
    let Some(member) = member else {
        if output.is_json() {
            output.document(&value);
        }
        return Err(Failure::with(Code::No, "the member key is registered to nobody"));
    };
    output.result(&value, || {
        format!(
            "proven: report {} is of {}\nasked for by {}: {}\nopened by {}\nthe network's anchor is from {}",
            opening.report,
            member.account,
            opening.requester,
            opening.reason,
            given.join(", "),
            certified.source().words()
        )
    });
    Ok(())
}

fn rows(page: &Value, headings: &[&str], members: &[&str]) -> String {
    let items = page.get("items").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let rows: Vec<Vec<String>> =
        items.iter().map(|item| members.iter().map(|at| text(item, at)).collect()).collect();
    table(headings, &rows)
}
