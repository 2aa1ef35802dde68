//! Why a governance operation is not carried out.

use hufu_did::Did;

use super::{Choice, Fraction, ListName, ProposalId, RoleName};

/// What went wrong, told apart by who is at fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The operation is at fault. Nothing changes.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A stored record does not parse: the store is damaged.
    #[error("the record {key} is damaged: {cause}")]
    Damaged {
        /// The record's key.
        key: String,
        /// What the parser says.
        cause: String,
    },
    /// A stored record was written by a later version of this software.
    #[error("the record {key} has format {found}; this version reads up to format {known}")]
    NewerFormat {
        /// The record's key.
        key: String,
        /// The format that it has.
        found: u64,
        /// The newest format that is known here.
        known: u64,
    },
    /// The store could not be read.
    #[error("the records cannot be read: {0}")]
    Records(String),
}

/// A rule that an operation breaks, by name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The operation's bytes are no operation, or break a bound.
    #[error("malformed governance operation: {0}")]
    Malformed(String),

    // ---- proposals and votes ----
    /// Only members propose.
    #[error("{0} is not a member")]
    NotAMember(Did),
    /// The voter became a member after the proposal was made.
    #[error("{voter} became a member after proposal {proposal} was made, and has no vote on it")]
    JoinedLater {
        /// Who voted.
        voter: Did,
        /// On what.
        proposal: ProposalId,
    },
    /// There is no proposal of this id.
    #[error("there is no proposal {0}")]
    NoSuchProposal(ProposalId),
    /// A proposal of this id exists.
    #[error("there is already a proposal {0}")]
    ProposalExists(ProposalId),
    /// The proposal was decided before.
    #[error("proposal {proposal} is closed: it {state}")]
    Closed {
        /// On what.
        proposal: ProposalId,
        /// How it ended, as a verb: `was executed`, `was rejected`, …
        state: &'static str,
    },
    /// The proposal's time is over.
    #[error("proposal {0} has expired")]
    Expired(ProposalId),
    /// Each member votes once.
    #[error("{voter} has already voted {choice} on proposal {proposal}")]
    AlreadyVoted {
        /// Who voted.
        voter: Did,
        /// On what.
        proposal: ProposalId,
        /// What the first vote was.
        choice: Choice,
    },
    /// The proposal is voted on in secret, or it is not, and the vote came the other way.
    #[error("proposal {proposal} is voted on {}", if *secret { "in secret: as one of the members' ring" } else { "by name" })]
    WrongBallot {
        /// On what.
        proposal: ProposalId,
        /// Whether it is voted on in secret.
        secret: bool,
    },
    /// The ballot is of another ring, or made for another scope, than the proposal's.
    #[error("a ballot on proposal {proposal} is signed by {ring} in the scope {scope:?}")]
    OtherBallot {
        /// On what.
        proposal: ProposalId,
        /// By which ring it must be signed.
        ring: String,
        /// In which scope.
        scope: String,
    },
    /// The ballot's tag was counted.
    #[error("the holder of the tag {tag} has already voted {choice} on proposal {proposal}")]
    AlreadyCast {
        /// The linking tag.
        tag: String,
        /// On what.
        proposal: ProposalId,
        /// What the first vote was.
        choice: Choice,
    },
    /// A secret vote cannot be held.
    #[error("a secret vote is refused: {0}")]
    NoSecretVote(String),
    /// Proposals are made by name.
    #[error("a proposal is made by a DID, not by a member of a ring")]
    UnnamedProposer,
    /// The expiry is not in the future, or too far in it.
    #[error("the proposal's expiry is refused: {0}")]
    Expiry(&'static str),
    /// Too many proposals are open at once.
    #[error("{0} proposals are open; no more are accepted until one is closed or expires")]
    TooManyOpen(usize),

    // ---- lists ----
    /// The DID is on the list.
    #[error("{did} is already on the list \"{list}\"")]
    AlreadyListed {
        /// Who.
        did: Did,
        /// Where.
        list: ListName,
    },
    /// The DID is not on the list.
    #[error("{did} is not on the list \"{list}\"")]
    NotListed {
        /// Who.
        did: Did,
        /// Where.
        list: ListName,
    },
    /// Role and weight are what they were.
    #[error("{did} already has the role {} and this weight on the list \"{list}\"", role.as_ref().map_or("none", RoleName::as_str))]
    SameRole {
        /// Who.
        did: Did,
        /// Where.
        list: ListName,
        /// The role.
        role: Option<RoleName>,
    },
    /// A bound on the number of things is reached.
    #[error("{what}: at most {limit} are kept")]
    Full {
        /// What there is too much of.
        what: &'static str,
        /// The bound.
        limit: usize,
    },

    // ---- what would leave nobody able to govern ----
    /// Nobody would be left to vote.
    #[error("this would remove the last member: nobody could govern the network any more")]
    LastMember,
    /// Nobody would be left to make blocks.
    #[error("this would remove the last validator: no block could be made any more")]
    LastValidator,
    /// The members that the policies let vote could not reach quorum or threshold.
    #[error(
        "this would make every future vote fail: the policies let members of weight {able} of {total} vote, and {needed} is needed"
    )]
    QuorumImpossible {
        /// Weight of the members who can vote.
        able: u64,
        /// Weight that a proposal needs.
        needed: u64,
        /// Weight of all members.
        total: u64,
    },
    /// No member could propose.
    #[error("this would end governance: the policies let no member propose")]
    NobodyProposes,
    /// No proposal could change the policies, or the lists.
    #[error("this would freeze governance: {0}")]
    Frozen(String),

    // ---- rules, policies ----
    /// A fraction is not one, or not within the bounds of its use.
    #[error("the {what} {fraction} is refused: {rule}")]
    Fraction {
        /// `quorum` or `threshold`.
        what: &'static str,
        /// The fraction.
        fraction: Fraction,
        /// The rule that it breaks.
        rule: &'static str,
    },
    /// The policy set does not parse or does not fit the schema.
    #[error("the policy set is refused: {0}")]
    Policies(#[from] hufu_policy::Error),
    /// The policies in force forbid what a proposal would do.
    #[error("the policies in force refuse this: {0}")]
    ForbiddenByPolicy(String),

    // ---- accreditations, validators ----
    /// The validity period is empty or over.
    #[error("the accreditation's validity is refused: {0}")]
    Validity(&'static str),
    /// There is no accreditation in force to revoke.
    #[error("{did} is not accredited for \"{credential_type}\"")]
    NotAccredited {
        /// Who.
        did: Did,
        /// For what.
        credential_type: String,
    },
    /// The DID is a validator.
    #[error("{0} is already a validator")]
    AlreadyValidator(Did),
    /// The DID is not a validator.
    #[error("{0} is not a validator")]
    NotValidator(Did),
    /// Two validators with one key would sign for each other.
    #[error("the validator key of {did} is already in use by {other}")]
    ValidatorKeyInUse {
        /// The newcomer.
        did: Did,
        /// Who has the key.
        other: Did,
    },
}
