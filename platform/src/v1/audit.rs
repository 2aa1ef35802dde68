//! The audit log over HTTP: pages, the head, and the signed export that `hufu audit verify` checks.

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
};
use hufu_light::Hash;
use hufu_policy::ApiAction;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    app::{App, blocking},
    audit::{Entry, Exporter, Outcome, export as write_export},
    authorise::{Endpoint, authorise},
    body::{Listing, Page, Query, cursor},
    caller::Caller,
    error::{Kind, Problem},
    store::{Store, Writes},
    time,
};

/// Most entries in one export: it is held in memory whole.
const MAX_EXPORT: u64 = 1_000_000;

/// Most bytes of entries in one export, for the same reason: a million of usual length have half of them.
const MAX_EXPORT_BYTES: usize = 512 * 1024 * 1024;

/// Entries read from the store at once: those of earlier versions have had up to 1 MB each.
const PAGE: usize = 200;

/// `GET /v1/audit`: entries, oldest first.
#[utoipa::path(
    get,
    path = "/v1/audit",
    tag = "Operation",
    params(Page),
    responses((status = 200, description = "{items, next}")),
    security(("api_key" = [])),
)]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(page): Query<Page>,
) -> Result<Json<Listing<Entry>>, Problem> {
    let _permit = authorise(&app, &caller, ApiAction::AuditRead, &Endpoint::of("audit"))?;
    let limit = page.limit()?;
    let after = match page.after()? {
        None => 0,
        Some(position) => position
            .try_into()
            .map(u64::from_be_bytes)
            .map_err(|_| Problem::parameter("cursor is of another list"))?,
    };
    let items = app.store().audit_after(after, limit)?;
    let next = match items.last() {
        Some(last) if items.len() == limit => Some(cursor(&last.seq.to_be_bytes())),
        _ => None,
    };
    Ok(Json(Listing { items, next }))
}

/// `GET /v1/audit/head`: the last position; it commits to every entry.
#[utoipa::path(
    get,
    path = "/v1/audit/head",
    tag = "Operation",
    responses((status = 200, description = "{seq, hash}")),
    security(("api_key" = [])),
)]
pub(crate) async fn head(State(app): State<App>, caller: Caller) -> Result<Json<Value>, Problem> {
    let _permit = authorise(&app, &caller, ApiAction::AuditRead, &Endpoint::of("audit"))?;
    Ok(Json(json!(app.store().audit_head()?)))
}

#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub(crate) struct Range {
    /// The first entry; 1 without it.
    first: Option<u64>,
    /// The last entry; the newest without it.
    last: Option<u64>,
}

/// `GET /v1/audit/export`: a signed export, as JSON lines.
#[utoipa::path(
    get,
    path = "/v1/audit/export",
    tag = "Operation",
    params(Range),
    responses((status = 200, description = "JSON lines: header, entries, signed trailer", content_type = "application/x-ndjson")),
    security(("api_key" = [])),
)]
pub(crate) async fn export(
    State(app): State<App>,
    caller: Caller,
    Query(range): Query<Range>,
) -> Result<Response, Problem> {
    let permit = authorise(&app, &caller, ApiAction::AuditRead, &Endpoint::of("audit export"))?;
    let newest = app.store().audit_head()?.seq;
    let (first, last) = (range.first.unwrap_or(1), range.last.unwrap_or(newest));
    if first == 0 || last > newest || first > last.saturating_add(1) {
        return Err(Problem::parameter(format!("first and last must be within 1 and {newest}, in order")));
    }
    if last.saturating_sub(first) >= MAX_EXPORT {
        return Err(Problem::new(
            Kind::InvalidParameter,
            format!("an export has at most {MAX_EXPORT} entries; ask for parts"),
        ));
    }
    let reading = app.clone();
    let mut export = blocking(move || -> Result<_, Problem> {
        let mut export = Export::default();
        export.read(reading.store(), first, last)?;
        Ok(export)
    })
    .await??;
    // that it was exported is itself a fact for auditors, and in what they get
    app.store().commit(Writes::new().record(permit.record(Outcome::Done))).await?;
    let newest = match range.last {
        Some(last) => last,
        None => app.store().audit_head()?.seq,
    };
    let bytes = blocking(move || -> Result<_, Problem> {
        export.read(app.store(), last + 1, newest)?;
        let entries = &export.entries;
        let previous = match first {
            1 => Hash::ZERO,
            _ => entries.first().map_or(Hash::ZERO, |entry| entry.previous),
        };
        let network = app.ledger().anchor().network.to_string();
        let service = app.service();
        let by = Exporter { network: &network, method: service.method.as_str(), key: &service.key };
        Ok(write_export(entries, first, previous, &time::now(), by))
    })
    .await??;
    Ok(([(header::CONTENT_TYPE, "application/x-ndjson")], bytes).into_response())
}

/// Entries for an export, in order.
#[derive(Default)]
struct Export {
    entries: Vec<Entry>,
    bytes: usize,
}

impl Export {
    /// Adds the entries from `first` to `last`.
    ///
    /// # Errors
    /// [`Kind::InvalidParameter`] with the part that can be had, when there are more than [`MAX_EXPORT_BYTES`] of them.
    fn read(&mut self, store: &Store, first: u64, last: u64) -> Result<(), Problem> {
        let mut after = first.saturating_sub(1);
        while after < last {
            let page = store.audit_sized(after, PAGE)?;
            let Some((end, _)) = page.last() else { break };
            after = end.seq;
            for (entry, bytes) in page.into_iter().filter(|(entry, _)| entry.seq <= last) {
                self.add(entry, bytes, MAX_EXPORT_BYTES)?;
            }
        }
        Ok(())
    }

    fn add(&mut self, entry: Entry, bytes: usize, most: usize) -> Result<(), Problem> {
        self.bytes = self.bytes.saturating_add(bytes);
        if self.bytes > most
            && let (Some(first), Some(last)) = (self.entries.first(), self.entries.last())
        {
            return Err(Problem::parameter(format!(
                "an export has at most {most} bytes of entries: ask for parts, the first with ?first={}&last={}",
                first.seq, last.seq
            )));
        }
        self.entries.push(entry);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_export_that_is_too_large_names_the_part_that_is_not() {
        let mut export = Export::default();
        let mut entries = crate::audit::tests::sample(3).into_iter();
        let mut add = |bytes| export.add(entries.next().expect("one"), bytes, 1_000);
        add(600).expect("fits");
        add(400).expect("fits");
        let refused = add(1).expect_err("too large");
        assert_eq!(refused.kind(), Kind::InvalidParameter);
        assert!(refused.detail().contains("?first=1&last=2"), "{refused}");
        // one alone is told whatever its size: there is no smaller part
        Export::default().add(crate::audit::tests::sample(1).remove(0), 2_000, 1_000).expect("one");
    }
}
