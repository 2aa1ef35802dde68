//! `POST /credentials/status`: revokes, suspends, or gives a message.
//!
//! One request is one ledger transaction; the entry, the list and the event follow from it, and the
//! audit record names it. The transaction is signed by the list's owner: the issuer where its keys are
//! held here, this service for issuers that are no DIDs of the ledger.

use axum::{Json, extract::State};
use hufu_credentials::status::{Change, StatusEntry, StatusOperation, StatusPurpose};
use hufu_policy::ApiAction;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{lists, stored};
use crate::{
    app::App,
    audit::{Outcome, Record},
    authorise::{Endpoint, authorise},
    body::Body,
    caller::Caller,
    error::Problem,
    sender::{Module, send},
    store::Writes,
    time,
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct StatusRequest {
    credential_id: String,
    credential_status: WhichStatus,
    /// True or a value sets it, false or 0 clears it; true without it.
    #[serde(default)]
    status: Option<NewStatus>,
    /// Why, for auditors.
    #[serde(default)]
    reason: String,
}

/// Which of the credential's status entries is meant.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct WhichStatus {
    #[serde(rename = "type", default)]
    kind: Option<String>,
    #[serde(default)]
    id: Option<String>,
    status_purpose: String,
    #[serde(default)]
    status_list_index: Option<String>,
    #[serde(default)]
    status_list_credential: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum NewStatus {
    Flag(bool),
    Value(u8),
}

/// `POST /credentials/status`: changes a credential's status.
#[utoipa::path(
    post,
    path = "/credentials/status",
    tag = "VC-API",
    request_body(content_type = "application/json", example = json!({"credentialId": "urn:uuid:…", "credentialStatus": {"type": "BitstringStatusListEntry", "statusPurpose": "revocation"}, "status": true, "reason": "withdrawn"})),
    responses((status = 200, description = "The entry with its transaction, height and time"), (status = 404, description = "No such credential was issued for the caller"), (status = 422, description = "The ledger refuses: already so, or final")),
    security(("api_key" = [])),
)]
pub(crate) async fn update(
    State(app): State<App>,
    caller: Caller,
    Body(request): Body<StatusRequest>,
) -> Result<Json<Value>, Problem> {
    let id = &request.credential_id;
    let endpoint = Endpoint::of(id);
    let permit = authorise(&app, &caller, ApiAction::CredentialsRevoke, &endpoint)?;
    let stored = stored::find(&app, &caller, id)?;
    let entry = request.credential_status.of(stored.statuses())?;
    let value = match request.status {
        None | Some(NewStatus::Flag(true)) => 1,
        Some(NewStatus::Flag(false)) => 0,
        Some(NewStatus::Value(value)) => value,
    };
    let list = lists::find(&app, &caller, &entry.list)?;
    let signer = lists::owner(&app, &list)?;
    let operation = StatusOperation::SetStatus {
        list: entry.list.clone(),
        changes: vec![Change { index: entry.index, value }],
        reason: request.reason.clone(),
    };
    let receipt = match send(&app, &signer, Module::Status, operation.to_bytes()).await {
        Ok(receipt) => receipt,
        Err(problem) => return Err(permit.not_done(&app, problem).await),
    };
    let record = Record {
        transaction: Some(receipt.transaction.to_string()),
        note: (!request.reason.is_empty()).then(|| request.reason.clone()),
        ..permit.record(Outcome::Done)
    };
    app.store().commit(Writes::new().record(record)).await?;
    Ok(Json(json!({
        "credentialId": id,
        "issuer": stored.issuer(),
        "credentialStatus": entry.to_value(),
        "status": value,
        "reason": request.reason,
        "transaction": receipt.transaction.to_string(),
        "height": receipt.height,
        "time": time::rfc3339(receipt.time_ms),
    })))
}

impl WhichStatus {
    /// The one entry of the credential that is meant.
    fn of(&self, entries: &[Value]) -> Result<StatusEntry, Problem> {
        let wrong = |words: String| Err(Problem::invalid(format!("credentialStatus: {words}")));
        if self.kind.as_deref().is_some_and(|kind| kind != "BitstringStatusListEntry") {
            return wrong("type must be BitstringStatusListEntry".into());
        }
        let purpose: StatusPurpose = match self.status_purpose.parse() {
            Ok(purpose) => purpose,
            Err(error) => return wrong(format!("{error}")),
        };
        let parsed: Vec<StatusEntry> =
            entries.iter().filter_map(|entry| StatusEntry::parse(entry).ok()).collect();
        let meant = |entry: &&StatusEntry| {
            entry.purpose == purpose
                && self.id.as_ref().is_none_or(|id| entry.id.as_ref() == Some(id))
                && self.status_list_index.as_ref().is_none_or(|index| *index == entry.index.to_string())
                && self.status_list_credential.as_ref().is_none_or(|list| *list == entry.list)
        };
        let mut found = parsed.iter().filter(meant);
        match (found.next(), found.next()) {
            (Some(entry), None) => Ok(entry.clone()),
            (None, _) => wrong(format!("the credential has no {purpose} entry like that")),
            (Some(_), Some(_)) => {
                wrong(format!("the credential has several {purpose} entries; name one by its index"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn which(purpose: &str, index: Option<&str>) -> WhichStatus {
        WhichStatus {
            kind: None,
            id: None,
            status_purpose: purpose.into(),
            status_list_index: index.map(str::to_owned),
            status_list_credential: None,
        }
    }

    #[test]
    fn the_entry_meant_is_one_or_refused() {
        let entry = |purpose, index| StatusEntry::new("https://a.example/1", purpose, index).to_value();
        let entries = [
            entry(StatusPurpose::Revocation, 1),
            entry(StatusPurpose::Suspension, 2),
            entry(StatusPurpose::Suspension, 3),
        ];
        assert_eq!(which("revocation", None).of(&entries).expect("one").index, 1);
        assert_eq!(which("suspension", Some("3")).of(&entries).expect("named").index, 3);
        for (bad, index) in
            [("suspension", None), ("refresh", None), ("revocation", Some("9")), ("whim", None)]
        {
            assert!(which(bad, index).of(&entries).is_err(), "{bad} {index:?}");
        }
    }
}
