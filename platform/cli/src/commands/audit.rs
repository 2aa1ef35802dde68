//! `hufu audit`: the log, its export and its verification, and what a status was at a time.
//!
//! `verify` and the proof of `status` are checked in this process; nothing that the service claims is
//! taken on its word.

use anyhow::Context as _;
use hufu_platform::audit;
use serde_json::{Value, json};

use super::{listing, read_bytes, text};
use crate::{
    args::Audit,
    exit::{Code, Failure},
    output::{Output, path_text, table},
};

pub(super) async fn run(command: Audit, output: Output) -> anyhow::Result<()> {
    match command {
        Audit::Log { limit, service } => {
            let count = usize::try_from(limit).unwrap_or(usize::MAX);
            let (items, older) = listing::newest(&service.client()?, "/v1/audit", count).await?;
            let page = json!({ "items": items, "older": older });
            output.result(&page, || entries(&page))?;
            if older {
                output.note(format!("there are older ones: these are the newest {limit}"));
            }
            Ok(())
        }
        Audit::Export { output: path, service } => {
            let bytes = service.client()?.download("/v1/audit/export").await?;
            std::fs::write(&path, &bytes).with_context(|| format!("{} cannot be written", path.display()))?;
            let summary = json!({ "file": path_text(&path), "bytes": bytes.len() });
            output.result(&summary, || format!("{} bytes written to {}", bytes.len(), path.display()))
        }
        Audit::Verify { file, signer } => verify(&read_bytes(&file)?, signer.as_deref(), output),
        Audit::Status { list, index, at, service } => {
            let answer = super::status::entry(&service, &list, index, at.as_deref()).await?;
            output.result(&answer.to_json(), || answer.to_string())
        }
    }
}

fn entries(page: &Value) -> String {
    let items = page.get("items").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let rows: Vec<Vec<String>> = items
        .iter()
        .map(|entry| {
            ["/seq", "/time", "/actor", "/action", "/resource", "/outcome"]
                .iter()
                .map(|at| text(entry, at))
                .collect()
        })
        .collect();
    table(&["SEQ", "TIME", "ACTOR", "ACTION", "RESOURCE", "OUTCOME"], &rows)
}

fn verify(bytes: &[u8], signer: Option<&str>, output: Output) -> anyhow::Result<()> {
    let summary = audit::verify_export(bytes)
        .map_err(|error| Failure::with(Code::No, format!("the audit log does not verify: {error}")))?;
    let value = serde_json::to_value(&summary).context("the summary has no JSON form")?;
    if let Some(expected) = signer {
        let actual = text(&value, "/signer");
        if actual != expected {
            return Err(Failure::with(
                Code::No,
                format!("the export is intact, but {actual} signed it, not {expected}"),
            ));
        }
    }
    output.result(&value, || {
        format!(
            "The audit log verifies: {} entries, head {}, signed by {}.",
            text(&value, "/entries"),
            text(&value, "/head"),
            text(&value, "/signer"),
        )
    })
}
