//! A policy set: parsed, checked against the schema and sorted by action, ready to decide.
//!
//! 1. The text is cut into policies within bounds (`statements`).
//! 2. Each is parsed by Cedar, and must carry a unique `@id("…")` and the words of `@requires("…")`.
//! 3. The whole is validated against the schema in strict mode; what Cedar only warns of is refused too.
//! 4. For each action the policies whose scope can match it are put into a set of their own, so that a decision looks
//!    at few policies however many there are.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::sync::Arc;

use cedar_policy::{ActionConstraint, Effect, Policy, PolicyId, ValidationMode};

use crate::schema::{self, Scope};
use crate::statements::{self, Statement};
use crate::{Action, Error};

/// Longest text of a policy set, in bytes.
pub const MAX_SET_BYTES: usize = 64 * 1024;
/// Most policies in a set.
pub const MAX_POLICIES: usize = 256;
/// Longest `@id`, in bytes.
pub const MAX_ID_BYTES: usize = 64;
/// Longest `@requires`, in bytes.
pub const MAX_REQUIRES_BYTES: usize = 300;
/// Longest piece of Cedar's own words that an error quotes, in characters.
const MAX_CAUSE_CHARS: usize = 600;

/// The policies that a consortium starts with.
pub const DEFAULT_POLICIES: &str = include_str!("default.cedar");

/// A set of policies that decides. Cheap to clone.
#[derive(Clone)]
pub struct PolicySet(Arc<Inner>);

struct Inner {
    text: String,
    policies: Vec<PolicySummary>,
    by_action: HashMap<Action, ForAction>,
}

/// The policies whose scope can match one action.
pub(crate) struct ForAction {
    pub(crate) cedar: cedar_policy::PolicySet,
    /// Those of them that permit, to tell after a prohibition whether anything would have permitted.
    pub(crate) permitting: cedar_policy::PolicySet,
    /// Ids of the policies that permit, in ascending order, with their words.
    pub(crate) permits: BTreeMap<String, String>,
    /// Ids of the policies that forbid, with their words.
    pub(crate) forbids: BTreeMap<String, String>,
}

/// One policy of a set, as a reader sees it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PolicySummary {
    /// Its `@id`.
    pub id: String,
    /// Its `@requires`.
    pub requires: String,
    /// Whether it forbids; otherwise it permits.
    pub forbids: bool,
    /// The actions that its scope can match.
    pub actions: BTreeSet<Action>,
    /// Its text, annotations and preceding comments included.
    pub text: String,
}

impl PolicySet {
    /// Parses and checks the text of a policy set.
    ///
    /// # Errors
    /// Every variant of [`Error`] but [`Error::UnknownAction`]: the first fault found, with its line or policy.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text.len() > MAX_SET_BYTES {
            return Err(Error::TooLarge { bytes: text.len(), limit: MAX_SET_BYTES });
        }
        let statements = statements::split(text, MAX_POLICIES)?;
        if statements.is_empty() {
            return Err(Error::Empty);
        }
        let mut ids = BTreeSet::new();
        let mut parsed = Vec::with_capacity(statements.len());
        for statement in &statements {
            let policy = parse_one(statement)?;
            if !ids.insert(policy.id().clone()) {
                return Err(Error::DuplicateId { line: statement.line, policy: policy.id().to_string() });
            }
            parsed.push((policy, statement.text.trim()));
        }
        validate(&parsed)?;
        Ok(Self(Arc::new(Inner::new(text, &parsed))))
    }

    /// The set that a consortium starts with, [`DEFAULT_POLICIES`].
    ///
    /// # Panics
    /// Never: a test parses the same text.
    pub fn default_consortium() -> Self {
        Self::parse(DEFAULT_POLICIES).expect("the default policies parse because a test parses them")
    }

    /// The text that was parsed, unchanged.
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// The policies, in the order of the text.
    pub fn policies(&self) -> &[PolicySummary] {
        &self.0.policies
    }

    /// The policies whose scope can match `action`.
    pub(crate) fn for_action(&self, action: Action) -> Option<&ForAction> {
        self.0.by_action.get(&action)
    }
}

impl fmt::Debug for PolicySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.policies.iter().map(|policy| &policy.id)).finish()
    }
}

impl PartialEq for PolicySet {
    fn eq(&self, other: &Self) -> bool {
        self.0.text == other.0.text
    }
}

impl Eq for PolicySet {}

impl Inner {
    fn new(text: &str, parsed: &[(Policy, &str)]) -> Self {
        let actions = &schema::prepared().actions;
        let by_action = actions
            .iter()
            .map(|(action, scope)| (*action, ForAction::new(parsed.iter().map(|(policy, _)| policy), scope)));
        let policies = parsed.iter().map(|(policy, text)| PolicySummary {
            id: policy.id().to_string(),
            requires: requires(policy),
            forbids: policy.effect() == Effect::Forbid,
            actions: actions
                .iter()
                .filter(|(_, scope)| matches(policy, scope))
                .map(|(action, _)| *action)
                .collect(),
            text: (*text).to_owned(),
        });
        Self { text: text.to_owned(), policies: policies.collect(), by_action: by_action.collect() }
    }
}

impl ForAction {
    fn new<'a>(policies: impl Iterator<Item = &'a Policy>, scope: &Scope) -> Self {
        let (mut permits, mut forbids) = (BTreeMap::new(), BTreeMap::new());
        let chosen: Vec<_> = policies.filter(|policy| matches(policy, scope)).cloned().collect();
        for policy in &chosen {
            let side = match policy.effect() {
                Effect::Permit => &mut permits,
                Effect::Forbid => &mut forbids,
            };
            side.insert(policy.id().to_string(), requires(policy));
        }
        let set = |policies: Vec<Policy>| {
            cedar_policy::PolicySet::from_policies(policies)
                .expect("a subset of the policies has unique ids because the whole set has")
        };
        let permitting = chosen.iter().filter(|policy| policy.effect() == Effect::Permit).cloned().collect();
        Self { cedar: set(chosen), permitting: set(permitting), permits, forbids }
    }
}

/// Whether the policy's scope can match the action.
fn matches(policy: &Policy, scope: &Scope) -> bool {
    match policy.action_constraint() {
        ActionConstraint::Any => true,
        ActionConstraint::Eq(uid) => uid == scope.uid,
        ActionConstraint::In(uids) => uids.iter().any(|uid| scope.ancestors.contains(uid)),
    }
}

fn requires(policy: &Policy) -> String {
    policy.annotation("requires").unwrap_or_default().to_owned()
}

/// Parses one policy and names it by its `@id`.
fn parse_one(statement: &Statement<'_>) -> Result<Policy, Error> {
    let line = statement.line;
    let policy = Policy::parse(None, statement.text)
        .map_err(|cause| Error::Syntax { line, cause: bounded(&cause.to_string()) })?;
    let id = annotation(&policy, "id", line)?;
    if !is_id(id) {
        let rule = "must be 1 to 64 of the characters a-z, 0-9 and '-'";
        return Err(Error::BadAnnotation { line, annotation: "id", rule });
    }
    let words = annotation(&policy, "requires", line)?;
    if words.trim().is_empty() || words.len() > MAX_REQUIRES_BYTES || words.chars().any(char::is_control) {
        let rule = "must be 1 to 300 bytes of words on one line";
        return Err(Error::BadAnnotation { line, annotation: "requires", rule });
    }
    let id = PolicyId::new(id);
    Ok(policy.new_id(id))
}

fn annotation<'a>(policy: &'a Policy, name: &'static str, line: usize) -> Result<&'a str, Error> {
    policy.annotation(name).ok_or(Error::MissingAnnotation { line, annotation: name })
}

fn is_id(id: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=MAX_ID_BYTES).contains(&id.len()) && id.bytes().all(allowed)
}

/// Validates the set in strict mode. Of several faults the one with the smallest id and words is told, so that
/// every node gives the same answer.
fn validate(parsed: &[(Policy, &str)]) -> Result<(), Error> {
    let whole = cedar_policy::PolicySet::from_policies(parsed.iter().map(|(policy, _)| policy.clone()))
        .expect("the ids are unique because duplicates were refused before");
    let result = schema::prepared().validator.validate(&whole, ValidationMode::Strict);
    let fault =
        result.validation_errors().map(|e| (e.policy_id().to_string(), bounded(&e.to_string()))).min();
    if let Some((policy, cause)) = fault {
        return Err(Error::Schema { policy, cause });
    }
    let doubt =
        result.validation_warnings().map(|w| (w.policy_id().to_string(), bounded(&w.to_string()))).min();
    match doubt {
        Some((policy, cause)) => Err(Error::Suspicious { policy, cause }),
        None => Ok(()),
    }
}

fn bounded(cause: &str) -> String {
    cause.chars().take(MAX_CAUSE_CHARS).collect()
}
