//! Why a policy set or an action name was refused.

/// A refusal. Every text says where the fault lies and what was expected instead.
///
/// Lines are counted from 1 in the text that was given; `policy` is the `@id` of the policy at fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The text is longer than a policy set may be.
    #[error("the policy set has {bytes} bytes; at most {limit} are accepted")]
    TooLarge {
        /// Length of the text, in bytes.
        bytes: usize,
        /// The limit, in bytes.
        limit: usize,
    },
    /// The text holds more policies than a set may have.
    #[error("the policy set has more than {limit} policies")]
    TooManyPolicies {
        /// The limit.
        limit: usize,
    },
    /// The text holds no policy at all, which would deny everything to everyone for ever.
    #[error("the policy set is empty: it would deny every action to everyone")]
    Empty,
    /// One policy is longer, or has more tokens, than a policy may have.
    #[error("the policy at line {line} is too long: more than {limit} {unit}")]
    TooLong {
        /// Where the policy starts.
        line: usize,
        /// The limit.
        limit: usize,
        /// What is counted: `bytes` or `tokens`.
        unit: &'static str,
    },
    /// Brackets are nested deeper than a policy may nest them.
    #[error("the policy at line {line} nests brackets more than {limit} deep")]
    TooDeep {
        /// Where the policy starts.
        line: usize,
        /// The limit.
        limit: usize,
    },
    /// A string or a policy does not end.
    #[error("line {line}: {what} is not terminated")]
    Unterminated {
        /// Where it starts.
        line: usize,
        /// `a string` or `a policy`.
        what: &'static str,
    },
    /// A policy is not Cedar.
    #[error("the policy at line {line} is not a Cedar policy: {cause}")]
    Syntax {
        /// Where the policy starts.
        line: usize,
        /// What Cedar's parser says.
        cause: String,
    },
    /// A policy lacks one of the annotations that decisions are explained with.
    #[error("the policy at line {line} has no @{annotation}(\"…\") annotation")]
    MissingAnnotation {
        /// Where the policy starts.
        line: usize,
        /// `id` or `requires`.
        annotation: &'static str,
    },
    /// An annotation's value is empty, too long or has characters it may not have.
    #[error("the policy at line {line}: @{annotation} {rule}")]
    BadAnnotation {
        /// Where the policy starts.
        line: usize,
        /// `id` or `requires`.
        annotation: &'static str,
        /// The rule that it breaks.
        rule: &'static str,
    },
    /// Two policies have one id.
    #[error("the policy at line {line} repeats the id \"{policy}\"")]
    DuplicateId {
        /// Where the second policy starts.
        line: usize,
        /// The id they share.
        policy: String,
    },
    /// A policy does not fit the schema: an unknown type, action or attribute, or a mistyped expression.
    #[error("policy \"{policy}\" does not fit the schema: {cause}")]
    Schema {
        /// The policy's id.
        policy: String,
        /// What Cedar's validator says.
        cause: String,
    },
    /// A policy fits the schema but is surely not what was meant: it can never apply, or its text deceives the eye.
    #[error("policy \"{policy}\" is suspicious: {cause}")]
    Suspicious {
        /// The policy's id.
        policy: String,
        /// What Cedar's validator says.
        cause: String,
    },
    /// No action has this name.
    #[error("there is no action named {0:?}")]
    UnknownAction(String),
}
