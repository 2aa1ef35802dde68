//! The one function that decides, and its explained answer.

use std::fmt;
use std::sync::LazyLock;

use cedar_policy::Authorizer;
use serde::{Deserialize, Serialize};

use crate::facts::Facts;
use crate::set::ForAction;
use crate::{Action, PolicySet, entities, schema};

/// The answer to "may this principal do this?", with its reasons. Ids are in ascending order, so that every node
/// gives the same answer byte for byte.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "decision", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Decision {
    /// At least one policy permits it and none forbids it.
    Allowed {
        /// What was asked for.
        action: Action,
        /// The ids of the policies that permit it.
        policies: Vec<String>,
    },
    /// A policy forbids it, or none permits it.
    Denied {
        /// What was asked for.
        action: Action,
        /// The policies that forbid it, each with the fact whose absence made it apply.
        forbidden_by: Vec<Missing>,
        /// The policies that could permit this action, each with the fact that it needs. Empty if one of them permits
        /// it and another policy forbids it, and if none permits it to anyone.
        missing: Vec<Missing>,
        /// What went wrong while deciding: facts that do not fit the action, or a policy that failed.
        errors: Vec<String>,
    },
}

/// A policy and the identity fact that it needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    /// The policy's `@id`.
    pub policy: String,
    /// The words of its `@requires`.
    pub requires: String,
}

/// Decides whether the facts allow the action. What nothing permits is denied, and so is anything about which
/// a forbidding policy cannot be evaluated.
///
/// ```
/// use hufu_policy::{Action, Context, Facts, PolicySet, Principal, Resource, decide};
///
/// let policies = PolicySet::default_consortium();
/// let context = Context { network: "demo".into(), height: 7, time_ms: 1_760_000_000_000 };
/// let facts = Facts::new(Principal::Did("did:hufu:demo:alice".into()), Resource::Network, context);
///
/// let denied = decide(&policies, &facts, Action::GovernanceVote);
/// assert_eq!(
///     denied.to_string(),
///     "governance.vote is denied: no policy permits it; \
///      policy \"member-votes\" needs: the sender is on the list \"members\""
/// );
/// assert!(decide(&policies, &facts.on_list("members"), Action::GovernanceVote).is_allowed());
/// ```
pub fn decide(policies: &PolicySet, facts: &Facts, action: Action) -> Decision {
    static AUTHORIZER: LazyLock<Authorizer> = LazyLock::new(Authorizer::new);
    let (Some(relevant), Some(scope)) =
        (policies.for_action(action), schema::prepared().actions.get(&action))
    else {
        return Decision::failed(action, "the action is not in the schema".to_owned());
    };
    let (request, entities) = match entities::request(facts, scope) {
        Ok(built) => built,
        Err(cause) => return Decision::failed(action, cause),
    };
    let response = AUTHORIZER.is_authorized(&request, &relevant.cedar, &entities);
    let mut reasons: Vec<_> = response.diagnostics().reason().map(ToString::to_string).collect();
    reasons.sort_unstable();
    let mut errors: Vec<_> = response.diagnostics().errors().map(ToString::to_string).collect();
    errors.sort_unstable();
    let permitted = response.decision() == cedar_policy::Decision::Allow;
    if permitted && errors.is_empty() {
        return Decision::Allowed { action, policies: reasons };
    }
    // A prohibition hides from Cedar's answer whether the rest was in order; the caller is told only what is not.
    let permitted = permitted
        || AUTHORIZER.is_authorized(&request, &relevant.permitting, &entities).decision()
            == cedar_policy::Decision::Allow;
    relevant.denied(action, permitted, &reasons, errors)
}

impl ForAction {
    /// Explains a denial. `reasons` has the forbids that matched; `permitted`: some permit matched, too.
    fn denied(&self, action: Action, permitted: bool, reasons: &[String], errors: Vec<String>) -> Decision {
        let forbidden_by = reasons
            .iter()
            .filter_map(|id| self.forbids.get_key_value(id))
            .map(|(id, words)| Missing::new(id, words))
            .collect();
        let unmet = self.permits.iter().filter(|_| !permitted);
        let missing = unmet.map(|(id, words)| Missing::new(id, words)).collect();
        Decision::Denied { action, forbidden_by, missing, errors }
    }
}

impl Missing {
    fn new(policy: &str, requires: &str) -> Self {
        Self { policy: policy.to_owned(), requires: requires.to_owned() }
    }
}

impl Decision {
    /// Whether it is allowed.
    pub fn is_allowed(&self) -> bool {
        matches!(self, Self::Allowed { .. })
    }

    fn failed(action: Action, cause: String) -> Self {
        Self::Denied { action, forbidden_by: Vec::new(), missing: Vec::new(), errors: vec![cause] }
    }
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Allowed { action, policies } => {
                write!(f, "{action} is allowed by {}", quoted(policies))
            }
            Self::Denied { action, forbidden_by, missing, errors } => {
                write!(f, "{action} is denied:")?;
                let mut separator = " ";
                for each in forbidden_by {
                    write!(f, "{separator}policy {:?} forbids it unless: {}", each.policy, each.requires)?;
                    separator = "; ";
                }
                for error in errors {
                    write!(f, "{separator}{error}")?;
                    separator = "; ";
                }
                if forbidden_by.is_empty() && errors.is_empty() {
                    write!(f, "{separator}no policy permits it")?;
                    separator = "; ";
                    if missing.is_empty() {
                        write!(f, " to anyone")?;
                    }
                }
                for each in missing {
                    write!(f, "{separator}policy \"{}\" needs: {}", each.policy, each.requires)?;
                    separator = "; ";
                }
                Ok(())
            }
        }
    }
}

fn quoted(policies: &[String]) -> String {
    policies.iter().map(|id| format!("policy \"{id}\"")).collect::<Vec<_>>().join(" and ")
}
