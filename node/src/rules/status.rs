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

    fn read(&self, call: &Call<'_>) -> Result<Box<dyn crate::Operation + '_>, Error> {
        // an unreadable operation is the sender's fault, an unreadable record is ours
        let operation = StatusOperation::from_bytes(call.operation);
        Ok(Box::new(operation.map_err(|e| Rejection::refused(Self::NAME, e))?))
    }
}

impl crate::Operation for StatusOperation {
    fn request(&self, state: &dyn State, call: &Call<'_>) -> Result<Request, Error> {
        let list = |owner: String| Resource::StatusList { id: self.list().to_owned(), owner };
        if let Self::CreateList { .. } = self {
            return Ok(Request { action: Action::StatusCreateList, resource: list(call.did()?.to_string()) });
        }
        let record = status::Records::list(&Records::new(state), self.list()).map_err(status_error)?;
        // nobody owns a list that does not exist: the rules then say so
        let owner = match record {
            Some(record) => record.owner,
            None => call.did()?.to_string(),
        };
        Ok(Request { action: Action::StatusWrite, resource: list(owner) })
    }

    fn apply(self: Box<Self>, state: &dyn State, call: &Call<'_>) -> Result<Effects, Error> {
        let context =
            status::Context { actor: call.did()?.clone(), height: call.height, time_ms: call.time_ms };
        let changes = status::apply(&Records::new(state), &self, &context).map_err(status_error)?;
        let event = match *self {
            Self::CreateList { .. } => Emitted {
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
