//! The module `group`: [`crate::groups::apply`] over the ledger's state.

use std::{collections::BTreeSet, sync::Arc};

use hufu_did::Did;
use hufu_light::{GroupName, GroupRecord, TrustAnchor};
use hufu_policy::{Action, Resource};
use serde_json::{Value, json};

use crate::{
    Call, Effects, Emitted, Error, Module, Rejection, Request,
    groups::{self, Context, Event, Known, Operation, Refusal, Source},
    senders,
    state::State,
};

/// Groups, their members, and what they say unnamed.
pub(super) struct GroupModule {
    anchor: TrustAnchor,
    known: Arc<Known>,
}

impl GroupModule {
    const NAME: &'static str = "group";

    pub(super) fn new(anchor: TrustAnchor, known: Arc<Known>) -> Self {
        Self { anchor, known }
    }
}

fn refused(refusal: Refusal) -> Error {
    Rejection::refused(GroupModule::NAME, refusal).into()
}

/// The operation is at fault, or the records are.
fn group_error(error: groups::Error) -> Error {
    match error {
        groups::Error::Refused(refusal) => refused(refusal),
        groups::Error::Records(words) => Error::damaged("group's records", words),
    }
}

impl Module for GroupModule {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn read(&self, call: &Call<'_>) -> Result<Box<dyn crate::Operation + '_>, Error> {
        let operation = Operation::parse(call.operation).map_err(refused)?;
        Ok(Box::new(Grouped { operation, module: self }))
    }
}

/// An operation, and the module's memory of groups.
struct Grouped<'m> {
    operation: Operation,
    module: &'m GroupModule,
}

impl crate::Operation for Grouped<'_> {
    fn request(&self, state: &dyn State, call: &Call<'_>) -> Result<Request, Error> {
        let (action, name) = match &self.operation {
            Operation::Create(_) => {
                return Ok(Request { action: Action::GroupCreate, resource: Resource::Network });
            }
            Operation::Admit(admit) => (Action::GroupAdmit, admit.group.clone()),
            Operation::Revoke(revoke) => (Action::GroupRevoke, revoke.group.clone()),
            Operation::RequestOpening(request) => (Action::GroupRequestOpening, request.group.clone()),
            Operation::Open(open) => (Action::GroupOpen, open.group.clone()),
            Operation::Report(_) => match call.sender {
                crate::Sender::Group(member) => (Action::GroupReport, member.group.clone()),
                other => return Err(refused(Refusal::Named(other.to_string()))),
            },
        };
        Ok(Request { action, resource: resource(state, &name)? })
    }

    fn apply(self: Box<Self>, state: &dyn State, call: &Call<'_>) -> Result<Effects, Error> {
        let context = Context {
            anchor: &self.module.anchor,
            sender: call.sender,
            transaction: call.transaction,
            bytes: call.bytes,
            height: call.height,
            time_ms: call.time_ms,
        };
        let source = Records { state, network: call.network.as_str(), time_ms: call.time_ms };
        let changes = groups::apply_with(&self.module.known, &source, &self.operation, &context);
        let groups::Changes { writes, event } = changes.map_err(group_error)?;
        let writes = writes.into_iter().map(|(key, value)| (key.into_bytes(), value)).collect();
        Ok(Effects { writes, events: vec![emitted(&event)], validators: None })
    }
}

/// The group as policies see it.
fn resource(state: &dyn State, name: &GroupName) -> Result<Resource, Error> {
    let Some(bytes) = state.get(name.key().as_bytes())? else {
        return Err(refused(Refusal::NoSuchGroup(name.clone())));
    };
    let record = GroupRecord::from_bytes(&bytes).map_err(|e| Error::damaged("group record", e))?;
    let openers: BTreeSet<String> = record.openers.into_iter().collect();
    Ok(Resource::Group { name: name.name().to_owned(), manager: record.manager, openers })
}

/// The state and the documents in it.
struct Records<'a> {
    state: &'a dyn State,
    network: &'a str,
    time_ms: u64,
}

impl Source for Records<'_> {
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, String> {
        self.state.get(key.as_bytes()).map_err(|e| e.to_string())
    }

    fn signed_by(
        &self,
        did: &Did,
        method: &str,
        message: &[u8],
        signature: &[u8],
    ) -> Result<Result<(), String>, String> {
        let (whose, what) = ((did, method), (message, signature));
        senders::signed_by(self.state, self.network, whose, what, self.time_ms).map_err(|e| e.to_string())
    }
}

fn emitted(event: &Event) -> Emitted {
    let of = |kind, group: &GroupName, data: Value| Emitted { kind, subject: group.to_string(), data };
    match event {
        Event::Created { group, openers, threshold } => {
            of("group.created", group, json!({ "openers": openers, "threshold": threshold }))
        }
        Event::Admitted { group, account } => {
            of("group.memberAdmitted", group, json!({ "account": account.as_str() }))
        }
        Event::Revoked { group, epoch, accounts, reason } => of(
            "group.membersRevoked",
            group,
            json!({ "epoch": epoch, "accounts": accounts, "reason": reason }),
        ),
        Event::Reported { group, report, subject } => {
            of("group.reported", group, json!({ "report": report, "about": subject }))
        }
        Event::OpeningRequested { group, opening, report, reason } => of(
            "group.openingRequested",
            group,
            json!({ "opening": opening, "report": report, "reason": reason }),
        ),
        Event::PartGiven { group, opening, parts } => {
            of("group.openingPart", group, json!({ "opening": opening, "parts": parts }))
        }
        Event::Opened { group, opening, report, account } => {
            of("group.opened", group, json!({ "opening": opening, "report": report, "account": account }))
        }
    }
}
