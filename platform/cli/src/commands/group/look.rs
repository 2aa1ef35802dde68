//! `hufu group list`, `show`, `fetch` and `check`: groups as the ledger has them.

use serde_json::json;

use super::{check, files::Known, files::id, ledger::OnLedger};
use crate::{
    args::{GroupCheck, GroupFetch, GroupShow, GroupWhat, Listing, Service},
    commands::{
        certified::Certified,
        listing::{Columns, List},
        sink::Audience,
    },
    exit::{Code, Failure},
    output::{Output, pretty},
};

pub(super) async fn list(service: &Service, wanted: &Listing, output: Output) -> anyhow::Result<()> {
    let columns = Columns {
        headings: &["NAME", "THRESHOLD", "MANAGER"],
        members: &["/name", "/threshold", "/manager"],
    };
    List { path: "/v1/groups", large: false, columns }.print(service, wanted, output).await
}

pub(super) async fn show(options: &GroupShow, output: Output) -> anyhow::Result<()> {
    let GroupShow { name, what, id, listing, service } = options;
    let group = format!("/v1/groups/{}", name.name());
    let path = what.map_or_else(|| group.clone(), |what| format!("{group}/{}", what.segment()));
    if let (Some(what), None) = (what, id) {
        let large = *what == GroupWhat::Epochs;
        return List { path: &path, large, columns: what.columns() }.print(service, listing, output).await;
    }
    if listing.limit.is_some() || listing.cursor.is_some() {
        return Err(Failure::with(Code::Input, "--limit and --cursor are for lists, and this is one thing"));
    }
    let one = match (what, id) {
        (Some(GroupWhat::Members | GroupWhat::Epochs), Some(_)) => {
            return Err(Failure::with(Code::Input, "only reports and openings have an id"));
        }
        (_, Some(id)) => format!("{path}/{id}"),
        (_, None) => path,
    };
    let found = service.client()?.get(&one).await?;
    output.result(&found, || pretty(&found))
}

impl GroupWhat {
    /// Its place in a path.
    const fn segment(self) -> &'static str {
        match self {
            Self::Members => "members",
            Self::Epochs => "epochs",
            Self::Reports => "reports",
            Self::Openings => "openings",
        }
    }

    const fn columns(self) -> Columns {
        let (headings, members): (&[&str], &[&str]) = match self {
            Self::Members => {
                (&["ACCOUNT", "REVOKED IN EPOCH", "KEY"], &["/account", "/revoked/epoch", "/key"])
            }
            Self::Epochs => (&["EPOCH", "HEIGHT", "WHY"], &["/number", "/height", "/reason"]),
            Self::Reports => (&["ID", "SUBJECT", "EPOCH"], &["/id", "/subject", "/epoch"]),
            Self::Openings => {
                (&["ID", "REPORT", "WHY", "WHO"], &["/id", "/report", "/reason", "/opened/account"])
            }
        };
        Columns { headings, members }
    }
}

/// # Errors
/// [`Code::No`] if there is no such group.
pub(super) async fn fetch(options: &GroupFetch, output: Output) -> anyhow::Result<()> {
    options.destination.check()?;
    let certified = Certified::of(&options.service).await?;
    let ledger = OnLedger::read(&certified, options.name.clone()).await?;
    let known = Known { epoch: ledger.epoch().await?, group: ledger.group };
    let (group, epoch) = (id(&known.group), known.epoch.number());
    let value = json!({
        "name": ledger.name.name(),
        "group": group,
        "epoch": epoch,
        "anchor": certified.source().as_str(),
    });
    options.destination.deliver(Audience::Everybody, &known.file(), output, value, |path| {
        let words = certified.source().words();
        format!("{} in epoch {epoch} in {path}; the network's anchor is from {words}", ledger.name)
    })
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
            output.document(&value)?;
        }
        return Err(Failure::with(Code::No, "the member key is registered to nobody"));
    };
    output.result(&value, || {
        format!(
            "proven: report {} is of {}\nasked for by {}, who says: {}\nopened by {}\nthe network's anchor is from {}",
            opening.report,
            member.account,
            opening.requester,
            // quoted: the requester's words could be taken for lines of ours
            pretty(&json!(opening.reason)),
            given.join(", "),
            certified.source().words()
        )
    })
}
