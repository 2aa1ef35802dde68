//! The status of one entry as of a time or height, with who, when and why, and the proof.

use axum::{Json, extract::State};
use hufu_credentials::status::{EntryRecord, ListRecord, entry_key, list_key};
use hufu_policy::ApiAction;
use serde::Deserialize;
use serde_json::{Value, json};

use super::ledger::{AsOf, certified};
use crate::{
    app::App,
    authorise::{Endpoint, authorise},
    body::{Path, Query},
    caller::Caller,
    error::Problem,
    time,
};

#[derive(Debug, Deserialize)]
pub(crate) struct Which {
    list: String,
    index: u64,
}

/// `GET /v1/status/{list}/{index}`: the status of an entry, then.
#[utoipa::path(
    get,
    path = "/v1/status/{list}/{index}",
    tag = "Ledger",
    params(
        ("list" = String, Path, description = "The list's URL, percent-encoded, or its last segment for a list of this service"),
        ("index" = u64, Path, description = "The entry's index"),
        AsOf,
    ),
    responses((status = 200, description = "{list, index, set, entry: {value, by, reason, …} or null, answer, listAnswer}"), (status = 404, description = "No such list, height or time")),
    security((), ("api_key" = [])),
)]
pub(crate) async fn status(
    State(app): State<App>,
    caller: Caller,
    Path(Which { list, index }): Path<Which>,
    Query(as_of): Query<AsOf>,
) -> Result<Json<Value>, Problem> {
    let _permit = authorise(&app, &caller, ApiAction::StatusRead, &Endpoint::of(&list))?;
    let at = as_of.at()?;
    let url = match list.contains(':') {
        true => list,
        false => format!("{}/status-lists/{list}", app.config().public_url()),
    };
    let of_list = app.ledger().answer(&list_key(&url), at)?;
    let Some(bytes) = &of_list.value else {
        return Err(Problem::not_found(format!("the list {url} was not on the ledger then"))
            .with("certified", certified(&of_list)));
    };
    let list = ListRecord::from_bytes(bytes).map_err(Problem::internal)?;
    if index >= list.entries {
        return Err(Problem::not_found(format!(
            "the list {url} has {} entries; there is no entry {index}",
            list.entries
        )));
    }
    let of_entry = app.ledger().answer(&entry_key(&url, index), at)?;
    let entry =
        of_entry.value.as_deref().map(EntryRecord::from_bytes).transpose().map_err(Problem::internal)?;
    let value = entry.as_ref().map_or(0, |entry| entry.value);
    let mut body = certified(&of_entry);
    if let Some(members) = body.as_object_mut() {
        members.insert("list".into(), json!(url));
        members.insert("index".into(), json!(index));
        members.insert("purposes".into(), json!(list.purposes));
        members.insert("owner".into(), json!(list.owner));
        members.insert("value".into(), json!(value));
        members.insert("set".into(), json!(value != 0));
        members.insert("message".into(), json!(list.messages.get(usize::from(value))));
        // null: provably never set
        members.insert(
            "entry".into(),
            json!(entry.map(|entry| json!({
                "value": entry.value,
                "previous": entry.previous,
                "by": entry.by,
                "reason": entry.reason,
                "height": entry.height,
                "time": time::rfc3339(entry.time_ms),
            }))),
        );
        members.insert("listAnswer".into(), certified(&of_list).get("answer").cloned().unwrap_or_default());
    }
    Ok(Json(body))
}
