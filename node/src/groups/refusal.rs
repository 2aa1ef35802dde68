//! Why an operation on groups is refused.

use hufu_did::Did;
use hufu_light::{GroupName, Hash};

use super::{MAX_REPORT_BYTES, MAX_REVOKED};

/// A rule that an operation breaks, by name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The operation's bytes are no operation.
    #[error("malformed group operation: {0}")]
    Malformed(String),
    /// There is no such group.
    #[error("there is no {0}")]
    NoSuchGroup(GroupName),
    /// The name is taken.
    #[error("{0} exists already")]
    Exists(GroupName),
    /// Keys, an update or a part that do not hold.
    #[error("the {what} is refused: {reason}")]
    Cryptography {
        /// What was given.
        what: &'static str,
        /// Why it is refused.
        reason: String,
    },
    /// One DID opens twice.
    #[error("{0} is named as an opener twice: then fewer than the threshold could open")]
    RepeatedOpener(Did),
    /// The account has not consented.
    #[error("{account} has not consented to this member key: {reason}")]
    Consent {
        /// The account.
        account: Did,
        /// What is wrong with its signature.
        reason: String,
    },
    /// The member key is registered.
    #[error("the member key is registered already, to {0}")]
    KeyTaken(String),
    /// The DID is a member.
    #[error("{account} is a member of {group} already")]
    AlreadyMember {
        /// The account.
        account: Did,
        /// The group.
        group: GroupName,
    },
    /// A key that is of no member, or of one that was revoked.
    #[error("{key} is not the key of a member: {reason}")]
    NotAMember {
        /// The key, in hexadecimal digits.
        key: String,
        /// Not registered, revoked, or named twice.
        reason: &'static str,
    },
    /// Another number of members than the update revokes.
    #[error("{named} members are named, the update revokes {revoked}; at most {MAX_REVOKED} at once")]
    Count {
        /// How many are named.
        named: usize,
        /// How many the update revokes.
        revoked: usize,
    },
    /// The update removes an identifier that an epoch before has removed.
    #[error("the update removes {identifier}, which epoch {epoch} has removed: nobody is removed twice")]
    RemovedBefore {
        /// The identifier, in hexadecimal digits.
        identifier: String,
        /// The number of that epoch.
        epoch: u64,
    },
    /// The operation is for members who stay unnamed.
    #[error("a report is sent by a member of a group, unnamed; not by {0}")]
    Named(String),
    /// The report has another scope than the one of its subject.
    #[error("a report on this subject is made in the scope {expected:?}, not {found:?}")]
    Scope {
        /// The scope to use.
        expected: String,
        /// The scope used.
        found: String,
    },
    /// The text is empty or too long.
    #[error("the text of a report has 1 to {MAX_REPORT_BYTES} bytes, this has {0}")]
    Text(usize),
    /// There is no such report.
    #[error("{group} has no report {report}")]
    NoSuchReport {
        /// The group.
        group: GroupName,
        /// The report.
        report: Hash,
    },
    /// There is no such opening.
    #[error("nobody asked for an opening {opening} in {group}")]
    NoSuchOpening {
        /// The group.
        group: GroupName,
        /// The opening.
        opening: Hash,
    },
    /// The opening has all its parts.
    #[error("the opening has all the parts that it needs")]
    Complete,
    /// The opener gave its part.
    #[error("{0} has given its part already")]
    PartGiven(Did),
    /// Another opener's part.
    #[error("part {opener} must be sent by {}", expected.as_deref().unwrap_or("nobody: there is no such opener"))]
    OtherOpener {
        /// The number in the part.
        opener: u16,
        /// The DID with that number.
        expected: Option<String>,
    },
}

/// What went wrong, told apart by who is at fault.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The operation is at fault.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The records are.
    #[error("{0}")]
    Records(String),
}
