//! The module `ring`: [`crate::rings::form`] over the ledger's state.

use hufu_did::{Did, Document, hufu::Records as _};
use hufu_policy::{Action, Resource};
use serde_json::json;

use super::Records;
use crate::{
    Call, Effects, Emitted, Error, Module, Rejection, Request,
    rings::{self, Context, Operation, Source},
    state::State,
};

/// The rings of lists.
pub(super) struct RingModule;

impl RingModule {
    const NAME: &'static str = "ring";
}

fn ring_error(error: rings::Error) -> Error {
    match error {
        rings::Error::Refused(refusal) => Rejection::refused(RingModule::NAME, refusal).into(),
        rings::Error::Records(words) => Error::damaged("ring's records", words),
    }
}

impl Module for RingModule {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn read(&self, call: &Call<'_>) -> Result<Box<dyn crate::Operation + '_>, Error> {
        let operation = Operation::parse(call.operation);
        Ok(Box::new(operation.map_err(|refusal| Rejection::refused(Self::NAME, refusal))?))
    }
}

impl crate::Operation for Operation {
    fn request(&self, _: &dyn State, _: &Call<'_>) -> Result<Request, Error> {
        Ok(Request { action: Action::RingForm, resource: Resource::Network })
    }

    fn apply(self: Box<Self>, state: &dyn State, call: &Call<'_>) -> Result<Effects, Error> {
        let Self::Form { list } = *self;
        let context = Context { actor: call.did()?, height: call.height, time_ms: call.time_ms };
        let (name, record) = rings::form(&Records::new(state), &list, &context).map_err(ring_error)?;
        let event = Emitted {
            kind: "ring.formed",
            subject: name.to_string(),
            data: json!({ "list": record.list, "version": record.version, "members": record.members.len() }),
        };
        let writes = vec![(name.key().into_bytes(), record.to_bytes())];
        Ok(Effects { writes, events: vec![event], validators: None })
    }
}

impl Source for Records<'_> {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, String> {
        self.0.get(key).map_err(|e| e.to_string())
    }

    fn scan(&self, prefix: &[u8], after: Option<&[u8]>, limit: usize) -> Result<Vec<crate::Entry>, String> {
        self.0.scan(prefix, after, limit).map_err(|e| e.to_string())
    }

    fn document(&self, did: &Did) -> Result<Option<Document>, String> {
        let head = self.head(did).map_err(|e| e.to_string())?;
        let Some(head) = head.filter(|head| !head.deactivated) else { return Ok(None) };
        let version = self.version(did, head.version).map_err(|e| e.to_string())?;
        version.map(|version| Some(version.document)).ok_or_else(|| format!("{did} has no version"))
    }
}
