//! The module `did`: [`hufu_did::hufu::apply`] over the ledger's state.

use std::collections::BTreeSet;

use hufu_did::{
    Did,
    hufu::{self, Operation, SignedOperation, Submission, did_of},
};
use hufu_policy::{Action, Resource};
use serde_json::json;

use super::Records;
use crate::{Call, Effects, Emitted, Error, Module, Rejection, Request, state::State};

/// Registry of `did:hufu`.
pub(super) struct DidModule;

impl DidModule {
    const NAME: &'static str = "did";
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

    fn read(&self, call: &Call<'_>) -> Result<Box<dyn crate::Operation + '_>, Error> {
        let signed = SignedOperation::from_bytes(call.operation).map_err(did_error)?;
        Ok(Box::new(Submission::read(signed).map_err(did_error)?))
    }
}

impl crate::Operation for Submission {
    fn request(&self, state: &dyn State, _: &Call<'_>) -> Result<Request, Error> {
        let document = |did: &Did, controllers: &[Did]| Resource::Document {
            did: did.to_string(),
            controllers: controllers.iter().map(ToString::to_string).collect::<BTreeSet<_>>(),
        };
        let link = match self.operation() {
            Operation::Create(create) => {
                let did = did_of(&create.network, &self.signed().hash());
                let controllers = create.document.controllers.clone().unwrap_or_default();
                return Ok(Request { action: Action::DidCreate, resource: document(&did, &controllers) });
            }
            Operation::Update(update) => &update.link,
            Operation::Rotate(rotate) => &rotate.link,
            Operation::Recover(recover) => &recover.link,
            Operation::Deactivate(deactivate) => &deactivate.link,
            _ => return Err(Rejection::Malformed("an operation of an unknown kind".into()).into()),
        };
        let head = hufu::Records::head(&Records::new(state), &link.did).map_err(did_error)?;
        let controllers = head.map(|head| head.controllers).unwrap_or_default();
        Ok(Request { action: Action::DidUpdate, resource: document(&link.did, &controllers) })
    }

    fn apply(self: Box<Self>, state: &dyn State, call: &Call<'_>) -> Result<Effects, Error> {
        let context = hufu::Context { network: call.network, height: call.height, time_ms: call.time_ms };
        let kind = match self.operation() {
            Operation::Create(_) => "did.created",
            Operation::Rotate(_) => "did.rotated",
            Operation::Recover(_) => "did.recovered",
            Operation::Deactivate(_) => "did.deactivated",
            _ => "did.updated",
        };
        let changes = Submission::apply(*self, &Records::new(state), &context).map_err(did_error)?;
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
