//! The module `status`: [`hufu_credentials::status::apply`] over the ledger's state.

use hufu_credentials::status::{self, StatusOperation};
use hufu_policy::{Action, Resource};
use serde_json::json;

use super::Records;
use crate::{Call, Effects, Emitted, Error, Module, Rejection, Request, state::State};

/// Registry of status lists.
pub(super) struct StatusModule;

impl StatusModule {
    const NAME: &'static str = "status";

    fn parse(call: &Call<'_>) -> Result<StatusOperation, Error> {
        // an unreadable operation is the sender's fault, an unreadable record is ours
        StatusOperation::from_bytes(call.operation).map_err(|e| Rejection::refused(Self::NAME, e).into())
    }
}

fn status_error(error: hufu_credentials::Error) -> Error {
    match error {
        hufu_credentials::Error::Record(reason) => Error::damaged("status record", reason),
        _ => Rejection::refused(StatusModule::NAME, error).into(),
    }
}

impl Module for StatusModule {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn request(&self, state: &dyn State, call: &Call<'_>) -> Result<Request, Error> {
        let operation = Self::parse(call)?;
        let list = |owner: String| Resource::StatusList { id: operation.list().to_owned(), owner };
        if let StatusOperation::CreateList { .. } = &operation {
            return Ok(Request { action: Action::StatusCreateList, resource: list(call.sender.to_string()) });
        }
        let record = status::Records::list(&Records::new(state), operation.list()).map_err(status_error)?;
        // nobody owns a list that does not exist: the rules then say so
        let owner = record.map_or_else(|| call.sender.to_string(), |record| record.owner);
        Ok(Request { action: Action::StatusWrite, resource: list(owner) })
    }

    fn apply(&self, state: &dyn State, call: &Call<'_>) -> Result<Effects, Error> {
        let operation = Self::parse(call)?;
        let context =
            status::Context { actor: call.sender.clone(), height: call.height, time_ms: call.time_ms };
        let changes = status::apply(&Records::new(state), &operation, &context).map_err(status_error)?;
        let event = match &operation {
            StatusOperation::CreateList { .. } => Emitted {
                kind: "status.listCreated",
                subject: changes.list.id.clone(),
                data: json!({ "purposes": &changes.list.purposes, "entries": changes.list.entries }),
            },
            _ => {
                let entries: Vec<_> = changes
                    .entries
                    .iter()
                    .map(|e| json!({ "index": e.index, "value": e.value, "previous": e.previous }))
                    .collect();
                let reason = changes.entries.first().map(|entry| entry.reason.as_str()).unwrap_or_default();
                Emitted {
                    kind: "status.changed",
                    subject: changes.list.id.clone(),
                    data: json!({ "reason": reason, "changes": entries }),
                }
            }
        };
        Ok(Effects { writes: changes.writes(), events: vec![event], validators: None })
    }
}
