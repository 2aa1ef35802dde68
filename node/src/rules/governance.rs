//! The module `governance`: [`crate::governance::apply`] over the ledger's state.

use std::sync::Arc;

use hufu_keys::VerifyingKey;
use hufu_light::{Genesis, Validator, ValidatorSet};
use hufu_policy::{Action, Resource};
use serde_json::{Value, json};

use super::Records;
use crate::{
    Call, Effects, Emitted, Error, Module, Moment, Rejection, Request, RingSender, Sender,
    authorise::Cache,
    governance::{self, Actor, Changes, Context, GenesisGovernance, Operation, Validators},
    state::State,
};

/// The members and what they decide.
pub(super) struct GovernanceModule {
    policies: Arc<Cache>,
}

impl GovernanceModule {
    const NAME: &'static str = "governance";

    pub(super) fn new(policies: Arc<Cache>) -> Self {
        Self { policies }
    }
}

/// The operation is at fault, or the records are.
fn governance_error(error: governance::Error) -> Error {
    match error {
        governance::Error::Refused(_) => Rejection::refused(GovernanceModule::NAME, error).into(),
        _ => Error::damaged("governance record", error),
    }
}

impl Module for GovernanceModule {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn begin(&self, state: &dyn State, block: Moment) -> Result<Effects, Error> {
        let now = governance::Moment { height: block.height, time_ms: block.time_ms };
        effects(&governance::expire(&Records::new(state), now).map_err(governance_error)?)
    }

    fn read(&self, call: &Call<'_>) -> Result<Box<dyn crate::Operation + '_>, Error> {
        let operation = Operation::parse(call.operation)
            .map_err(|refusal| Rejection::refused(Self::NAME, governance::Error::from(refusal)))?;
        Ok(Box::new(Governed { operation, policies: &self.policies }))
    }
}

/// An operation, and the policies that it may ask to be replaced.
struct Governed<'m> {
    operation: Operation,
    policies: &'m Cache,
}

impl crate::Operation for Governed<'_> {
    fn request(&self, _: &dyn State, _: &Call<'_>) -> Result<Request, Error> {
        let action = match self.operation {
            Operation::Propose(_) => Action::GovernancePropose,
            Operation::Vote(_) => Action::GovernanceVote,
        };
        Ok(Request { action, resource: Resource::Network })
    }

    fn apply(self: Box<Self>, state: &dyn State, call: &Call<'_>) -> Result<Effects, Error> {
        let policies = self.policies.policies(state)?;
        let tag = match call.sender {
            Sender::Ring(member) => member.tag_hex(),
            Sender::Did(_) | Sender::Group(_) => String::new(),
        };
        let actor = match call.sender {
            Sender::Did(did) => Actor::Did(did),
            Sender::Ring(RingSender { ring, scope, .. }) => Actor::Ring { ring, scope, tag: &tag },
            Sender::Group(_) => Actor::Did(call.did()?),
        };
        let context = Context {
            network: call.network.as_str(),
            height: call.height,
            time_ms: call.time_ms,
            actor,
            transaction: *call.transaction.as_bytes(),
            policies: &policies,
        };
        let changes =
            governance::apply(&Records::new(state), &self.operation, &context).map_err(governance_error)?;
        effects(&changes)
    }
}

/// What the genesis document puts into the state: who governs from the first block on.
///
/// The document's `modules.governance` may leave its `validators` out: they are those of the network.
///
/// # Errors
/// [`Error::Genesis`] names the rule that the document breaks.
pub(crate) fn genesis(genesis: &Genesis) -> Result<Effects, Error> {
    let refuse = |words: String| Error::Genesis(words);
    let mut config = genesis.modules().get(GovernanceModule::NAME).cloned().unwrap_or(Value::Null);
    let members = config
        .as_object_mut()
        .ok_or_else(|| refuse("it has no governance: nobody could change anything".into()))?;
    let validators: Vec<_> = genesis
        .validators()
        .members()
        .iter()
        .map(|member| json!({ "did": member.did, "key": member.key.to_multikey(), "power": member.power }))
        .collect();
    members.entry("validators").or_insert(Value::Array(validators));
    let unknown = genesis.modules().keys().find(|name| *name != GovernanceModule::NAME);
    if let Some(name) = unknown {
        return Err(refuse(format!("the module {name:?} takes no configuration")));
    }
    let config: GenesisGovernance = serde_json::from_value(config).map_err(|e| refuse(e.to_string()))?;
    let at = governance::Moment { height: 0, time_ms: genesis.time_ms() };
    let changes = governance::genesis_records(&config, genesis.network().as_str(), at);
    let mut effects = effects(&changes.map_err(|e| refuse(e.to_string()))?)?;
    if effects.validators.take().is_some_and(|set| set != *genesis.validators()) {
        return Err(refuse("the validators of governance are not those of the network".into()));
    }
    Ok(effects)
}

fn effects(changes: &Changes) -> Result<Effects, Error> {
    let event = |event: &governance::Event| {
        let data = serde_json::to_value(event).map_err(|e| Error::damaged("governance event", e))?;
        Ok(Emitted { kind: event.name(), subject: event.subject(), data })
    };
    let validators = changes.validators().map_err(governance_error)?;
    Ok(Effects {
        writes: changes.entries().collect(),
        events: changes.events().iter().map(event).collect::<Result<_, Error>>()?,
        validators: validators.map(|validators| validator_set(&validators)).transpose()?,
    })
}

fn validator_set(validators: &Validators) -> Result<ValidatorSet, Error> {
    let damaged = |e: &dyn std::fmt::Display| Error::damaged("validators", e);
    let member = |(did, appointment): (&String, &governance::Appointment)| {
        let key = VerifyingKey::from_multikey(appointment.key.as_str()).map_err(|e| damaged(&e))?;
        Ok(Validator { did: did.clone(), key, power: appointment.power.value() })
    };
    let members = validators.validators.iter().map(member).collect::<Result<_, Error>>()?;
    ValidatorSet::new(members).map_err(|e| damaged(&e))
}
