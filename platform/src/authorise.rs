//! The one function that decides what a caller may do.
//!
//! A handler says who asks ([`Caller`]), what for ([`ApiAction`]) and of what ([`Target`]). The facts
//! come from the API key (its DID, its scopes) and from the ledger (the DID's lists, roles and
//! accreditations); the decision is made by the policy set in force on the ledger, and a refusal names
//! the policy and the missing fact.
//!
//! Two facts are this service's own to establish:
//! - the tenant of a key is its DID; what endpoints read and write is kept by tenant, so that another
//!   tenant's things are not there, rather than forbidden;
//! - whoever operates the service belongs to every tenant when API keys are managed, so that new
//!   tenants get their first key.

use std::collections::BTreeSet;

use hufu_did::Did;
use hufu_policy::{Action, ApiAction, Context, Facts, Principal, Resource, decide};

use crate::{
    app::App,
    audit::{Outcome, Record},
    caller::Caller,
    error::{Kind, Problem},
    store::Writes,
    telemetry, time,
};

/// The type of every credential.
const BASE_TYPE: &str = "VerifiableCredential";

/// What is asked for.
#[derive(Clone, Debug)]
pub(crate) enum Target {
    /// Something behind an API path.
    Endpoint(Endpoint),
    /// An API key for a DID.
    ApiKey {
        /// Its id, or `new`.
        id: String,
        /// The DID that it acts for.
        owner: String,
    },
}

/// Something behind an API path.
#[derive(Clone, Debug, Default)]
pub(crate) struct Endpoint {
    id: String,
    issuer: Option<String>,
    credential_types: BTreeSet<String>,
}

impl Endpoint {
    /// The thing with this name, of the caller's own tenant.
    pub(crate) fn of(id: &str) -> Self {
        Self { id: id.to_owned(), ..Self::default() }
    }

    /// The same, about a credential of these types by this issuer. The type that all credentials have counts only
    /// where there is no other: accreditations are for what a credential says.
    pub(crate) fn about<'a>(self, issuer: &str, types: impl IntoIterator<Item = &'a str>) -> Self {
        let mut credential_types: BTreeSet<String> = types.into_iter().map(str::to_owned).collect();
        if credential_types.len() > 1 {
            credential_types.remove(BASE_TYPE);
        }
        Self { issuer: Some(issuer.to_owned()), credential_types, ..self }
    }
}

impl From<&Endpoint> for Target {
    fn from(endpoint: &Endpoint) -> Self {
        Self::Endpoint(endpoint.clone())
    }
}

/// The decision that something may be done; every change is recorded through one.
#[derive(Clone, Debug)]
#[must_use]
pub(crate) struct Permit {
    caller: Caller,
    action: ApiAction,
    resource: String,
}

/// Decides whether `caller` may do `action` to `target`.
///
/// # Errors
/// [`Kind::Unauthenticated`] for a guest, [`Kind::Forbidden`] for anybody else, with the policy and the
/// fact that is missing.
pub(crate) fn authorise(
    app: &App,
    caller: &Caller,
    action: ApiAction,
    target: impl Into<Target>,
) -> Result<Permit, Problem> {
    let target = target.into();
    let permit = Permit { caller: caller.clone(), action, resource: target.id().to_owned() };
    // open endpoints: the configuration admits them on loopback only
    if matches!(caller, Caller::Conformance) {
        return Ok(permit);
    }
    let facts = facts(app, caller, action, target)?;
    let policies = app.ledger().policies()?;
    let decision = decide(&policies, &facts, Action::Api(action));
    if decision.is_allowed() {
        return Ok(permit);
    }
    let kind = if matches!(caller, Caller::Guest) { Kind::Unauthenticated } else { Kind::Forbidden };
    let problem = Problem::new(kind, decision.to_string());
    let problem = problem.with("decision", serde_json::to_value(&decision).unwrap_or_default());
    if kind != Kind::Forbidden {
        return Err(problem);
    }
    permit.denied(app, problem.detail());
    // the caller's own facts: which of them is missing is told by the decision
    Err(problem.with("facts", serde_json::to_value(&facts).unwrap_or_default()))
}

fn facts(app: &App, caller: &Caller, action: ApiAction, target: Target) -> Result<Facts, Problem> {
    let status = app.ledger().status()?;
    let context = Context {
        network: app.ledger().anchor().network.to_string(),
        height: status.header.header.height,
        time_ms: status.header.header.time_ms,
    };
    let resource = target.resource(caller);
    let key = match caller {
        Caller::Key(key) => key,
        Caller::Ring(ring) => {
            let name = format!("{}/{}", ring.list(), ring.version());
            return Ok(Facts::new(Principal::Ring(name), resource, context).on_list(ring.list()));
        }
        Caller::Group(group) => {
            return Ok(Facts::new(Principal::GroupMember(group.name().to_owned()), resource, context));
        }
        Caller::Guest | Caller::Conformance => {
            return Ok(Facts::new(Principal::Guest, resource, context));
        }
    };
    let identity = app.identity(&key.did, context.height)?;
    let resource = with_accreditations(app, resource, context.height)?;
    let mut facts =
        Facts::new(Principal::Did(key.did.to_string()), resource, context).of_tenant(caller.tenant());
    facts.scopes.clone_from(&key.scopes);
    facts.accreditations.clone_from(&identity.accreditations);
    for (list, role) in &identity.lists {
        facts = match role {
            Some(role) => facts.with_role(list, role),
            None => facts.on_list(list),
        };
    }
    if let (ApiAction::KeysManage, true, Resource::ApiKey { tenant, .. }) =
        (action, app.is_operator(&key.did), &facts.resource)
    {
        let tenant = tenant.clone();
        facts = facts.of_tenant(tenant);
    }
    Ok(facts)
}

/// What the issuer of the credential concerned is accredited for; an issuer that is no DID is so for nothing.
fn with_accreditations(app: &App, mut resource: Resource, height: u64) -> Result<Resource, Problem> {
    if let Resource::Endpoint { issuer: Some(issuer), issuer_accreditations, .. } = &mut resource
        && let Ok(issuer) = issuer.parse::<Did>()
    {
        issuer_accreditations.clone_from(&app.identity(&issuer, height)?.accreditations);
    }
    Ok(resource)
}

impl Target {
    fn id(&self) -> &str {
        match self {
            Self::Endpoint(endpoint) => &endpoint.id,
            Self::ApiKey { id, .. } => id,
        }
    }

    fn resource(self, caller: &Caller) -> Resource {
        match self {
            Self::Endpoint(Endpoint { id, issuer, credential_types }) => Resource::Endpoint {
                id,
                tenant: caller.tenant().to_owned(),
                issuer,
                issuer_accreditations: BTreeSet::new(),
                credential_types,
            },
            Self::ApiKey { id, owner } => Resource::ApiKey { id, tenant: owner.clone(), owner },
        }
    }
}

impl Permit {
    /// The audit record of what came of it.
    pub(crate) fn record(&self, outcome: Outcome) -> Record {
        Record {
            time: time::now(),
            actor: self.caller.did().map(ToString::to_string),
            api_key: match &self.caller {
                Caller::Guest => None,
                other => Some(other.key_id().to_owned()),
            },
            action: self.action.as_str().to_owned(),
            resource: self.resource.clone(),
            outcome,
            request: telemetry::request_id(),
            transaction: None,
            note: None,
        }
    }

    /// Names the thing that was made, when it had no name before.
    pub(crate) fn about(mut self, resource: &str) -> Self {
        resource.clone_into(&mut self.resource);
        self
    }

    /// Records that a rule, or a fault, kept it from being done, and hands the problem on.
    pub(crate) async fn not_done(&self, app: &App, problem: Problem) -> Problem {
        let outcome =
            if problem.kind().status().is_server_error() { Outcome::Failed } else { Outcome::Refused };
        if self.is_only_counted(outcome) {
            return problem;
        }
        let record = Record { note: Some(problem.detail().to_owned()), ..self.record(outcome) };
        if let Err(error) = app.store().commit(Writes::new().record(record)).await {
            tracing::error!(%error, "an audit record could not be written");
        }
        problem
    }

    /// Records a denial, without keeping the caller waiting.
    fn denied(&self, app: &App, why: &str) {
        if self.is_only_counted(Outcome::Denied) {
            return;
        }
        let record = Record { note: Some(why.to_owned()), ..self.record(Outcome::Denied) };
        app.store().enqueue(Writes::new().record(record));
    }

    /// Counts what did not happen to a caller without a key, and says whether that is all there is to do. The log is kept for ever:
    /// who has the bytes of one transaction that is refused, or was revoked and signs on, would make it grow without end, and an
    /// entry could name nobody anyway.
    fn is_only_counted(&self, outcome: Outcome) -> bool {
        if !self.caller.is_keyless() {
            return false;
        }
        let outcome = match outcome {
            Outcome::Denied => "denied",
            Outcome::Failed => "failed",
            Outcome::Done | Outcome::Refused => "refused",
        };
        let labels = [("action", self.action.as_str()), ("outcome", outcome)];
        metrics::counter!("hufu_keyless_not_done_total", &labels).increment(1);
        true
    }
}
