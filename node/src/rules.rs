//! Introduces the pure rules of the lower crates to the ledger: a module name, and adapters that let
//! the rules read the state through their own ports.
//!
//! | module | rules | operation bytes |
//! |---|---|---|
//! | `did` | [`hufu_did::hufu::apply`] | [`hufu_did::hufu::SignedOperation`] |
//! | `status` | [`hufu_credentials::status::apply`] | [`hufu_credentials::status::StatusOperation`] |

use std::collections::BTreeSet;

use hufu_credentials::status::{self, StatusOperation};
use hufu_did::{
    Did,
    hufu::{self, Head, Operation, SignedOperation, Version, did_of, head_key, version_key},
};
use hufu_policy::{Action, Resource};
use serde_json::json;

use crate::{Call, Effects, Emitted, Error, Module, Rejection, Request, state::State};

/// All modules.
pub(crate) fn modules() -> Vec<Box<dyn Module>> {
    vec![Box::new(DidModule), Box::new(StatusModule)]
}

/// Lets the rules of lower crates read a state through their own ports.
#[derive(Clone, Copy)]
pub struct Records<'a>(&'a dyn State);

impl<'a> Records<'a> {
    /// Over any state.
    #[must_use]
    pub fn new(state: &'a dyn State) -> Self {
        Self(state)
    }
}

impl std::fmt::Debug for Records<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Records")
    }
}

impl hufu::Records for Records<'_> {
    fn head(&self, did: &Did) -> Result<Option<Head>, hufu_did::Error> {
        let bytes = self.0.get(&head_key(did)).map_err(|e| hufu_did::Error::Records(e.to_string()))?;
        bytes.map(|bytes| Head::from_bytes(&bytes)).transpose()
    }

    fn version(&self, did: &Did, version: u64) -> Result<Option<Version>, hufu_did::Error> {
        let bytes = self.0.get(&version_key(did, version));
        let bytes = bytes.map_err(|e| hufu_did::Error::Records(e.to_string()))?;
        bytes.map(|bytes| Version::from_bytes(&bytes)).transpose()
    }
}

impl status::Records for Records<'_> {
    fn list(&self, id: &str) -> Result<Option<status::ListRecord>, hufu_credentials::Error> {
        let bytes =
            self.0.get(&status::list_key(id)).map_err(|e| hufu_credentials::Error::Record(e.to_string()))?;
        bytes.map(|bytes| status::ListRecord::from_bytes(&bytes)).transpose()
    }

    fn entry(&self, id: &str, index: u64) -> Result<Option<status::EntryRecord>, hufu_credentials::Error> {
        let bytes = self.0.get(&status::entry_key(id, index));
        let bytes = bytes.map_err(|e| hufu_credentials::Error::Record(e.to_string()))?;
        bytes.map(|bytes| status::EntryRecord::from_bytes(&bytes)).transpose()
    }
}

/// Registry of `did:hufu`.
struct DidModule;

impl DidModule {
    const NAME: &'static str = "did";

    fn parse(call: &Call<'_>) -> Result<(SignedOperation, Operation), Error> {
        let signed = SignedOperation::from_bytes(call.operation).map_err(did_error)?;
        let operation = Operation::parse(signed.operation()).map_err(did_error)?;
        Ok((signed, operation))
    }
}

/// The operation is at fault, or the records are.
fn did_error(error: hufu_did::Error) -> Error {
    match error {
        hufu_did::Error::Record { .. } | hufu_did::Error::Records(_) => Error::damaged("DID record", error),
        _ => Rejection::refused(DidModule::NAME, error).into(),
    }
}

impl Module for DidModule {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn request(&self, state: &dyn State, call: &Call<'_>) -> Result<Request, Error> {
        let (signed, operation) = Self::parse(call)?;
        let document = |did: &Did, controllers: &[Did]| Resource::Document {
            did: did.to_string(),
            controllers: controllers.iter().map(ToString::to_string).collect::<BTreeSet<_>>(),
        };
        let link = match &operation {
            Operation::Create(create) => {
                let did = did_of(&create.network, &signed.hash());
                let controllers = create.document.controllers.clone().unwrap_or_default();
                return Ok(Request { action: Action::DidCreate, resource: document(&did, &controllers) });
            }
            Operation::Update(update) => &update.link,
            Operation::Rotate(rotate) => &rotate.link,
            Operation::Recover(recover) => &recover.link,
            Operation::Deactivate(deactivate) => &deactivate.link,
            _ => return Err(Rejection::Malformed("an operation of an unknown kind".into()).into()),
        };
        let head = hufu::Records::head(&Records(state), &link.did).map_err(did_error)?;
        let controllers = head.map(|head| head.controllers).unwrap_or_default();
        Ok(Request { action: Action::DidUpdate, resource: document(&link.did, &controllers) })
    }

    fn apply(&self, state: &dyn State, call: &Call<'_>) -> Result<Effects, Error> {
        let (signed, operation) = Self::parse(call)?;
        let context = hufu::Context { network: call.network, height: call.height, time_ms: call.time_ms };
        let changes = hufu::apply(&Records(state), &signed, &context).map_err(did_error)?;
        let kind = match operation {
            Operation::Create(_) => "did.created",
            Operation::Rotate(_) => "did.rotated",
            Operation::Recover(_) => "did.recovered",
            Operation::Deactivate(_) => "did.deactivated",
            _ => "did.updated",
        };
        let version = &changes.version;
        let data = json!({
            "version": version.version,
            "hash": version.hash.to_string(),
            "actor": version.actor.as_str(),
            "authority": version.authority.as_str(),
        });
        let event = Emitted { kind, subject: changes.did.to_string(), data };
        Ok(Effects { writes: changes.entries().into(), events: vec![event], validators: None })
    }
}

/// Registry of status lists.
struct StatusModule;

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
        let record = status::Records::list(&Records(state), operation.list()).map_err(status_error)?;
        // nobody owns a list that does not exist: the rules then say so
        let owner = record.map_or_else(|| call.sender.to_string(), |record| record.owner);
        Ok(Request { action: Action::StatusWrite, resource: list(owner) })
    }

    fn apply(&self, state: &dyn State, call: &Call<'_>) -> Result<Effects, Error> {
        let operation = Self::parse(call)?;
        let context =
            status::Context { actor: call.sender.clone(), height: call.height, time_ms: call.time_ms };
        let changes = status::apply(&Records(state), &operation, &context).map_err(status_error)?;
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

/// What the genesis document puts into the state.
pub(crate) fn genesis(
    genesis: &hufu_light::Genesis,
    _state: &dyn State,
    _network: &hufu::Network,
) -> Result<Effects, Error> {
    let mut effects = Effects::default();
    let Some(config) = genesis.modules().get("governance") else { return Ok(effects) };
    let mut lists: std::collections::BTreeMap<String, BTreeSet<String>> = Default::default();
    for (list, dids) in config["lists"].as_object().into_iter().flatten() {
        for did in dids.as_array().into_iter().flatten().filter_map(|did| did.as_str()) {
            lists.entry(did.to_owned()).or_default().insert(list.clone());
        }
    }
    for (did, lists) in lists {
        let did: Did = did.parse().map_err(|e: hufu_did::Error| Error::Genesis(e.to_string()))?;
        effects.writes.push((crate::identity::key(&did), serde_json::to_vec(&lists).unwrap_or_default()));
    }
    Ok(effects)
}
