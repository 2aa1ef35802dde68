//! The rules: records and an operation in, changes or a named refusal out.
//!
//! To propose:
//! 1. the proposer is a member, and the expiry lies ahead and not too far;
//! 2. proposals whose time is over are closed, and there is room for one more;
//! 3. the actions are tried on the current records: what cannot be done now is not put to the vote;
//! 4. the voting rules and the version of the member list are fixed in the proposal.
//!
//! For a secret vote, in addition: the ring of that version is formed, and all members have one weight.
//!
//! To vote:
//! 1. the proposal is open;
//! 2. the voter was a member when it was made, is one now, and has not voted on it; in secret: the ballot is of the ring of
//!    the members at that time, for this proposal, and its tag is new. Whether its signer still is a member cannot be seen;
//! 3. the vote is counted with the weight the voter had when the proposal was made;
//! 4. a proposal that has passed is carried out at once, as a whole or not at all; what has become impossible in the
//!    meantime closes it as failed, with the cause.

use hufu_did::Did;
use hufu_light::RingName;
use hufu_policy::PolicySet;

use super::draft::{Changes, Draft};
use super::execute::{self, Mandate};
use super::proposal::{MAX_OPEN_PROPOSALS, MAX_VOTING_BLOCKS, MAX_VOTING_MS};
use super::rules::Outcome;
use super::{
    BallotRecord, Entry, Error, Event, Expiry, List, ListName, Moment, OpenProposals, Operation, Proposal,
    ProposalId, ProposalState, Propose, Provenance, Records, Refusal, Roll, RulesRecord, Tally, Vote,
    VoteRecord, Weight, key,
};

/// Who acts, and where in the ledger.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The network's name.
    pub network: &'a str,
    /// The height of the block.
    pub height: u64,
    /// Its time, in milliseconds since 1970; it never runs backwards.
    pub time_ms: u64,
    /// Who sends the operation, its signatures verified and its permission decided.
    pub actor: Actor<'a>,
    /// The id of the transaction; a proposal is named after it.
    pub transaction: [u8; 32],
    /// The policy set in force.
    pub policies: &'a PolicySet,
}

/// Who acts.
#[derive(Debug, Clone, Copy)]
pub enum Actor<'a> {
    /// A DID.
    Did(&'a Did),
    /// A member of a ring, who stays unnamed.
    Ring {
        /// The ring.
        ring: &'a RingName,
        /// The scope of the signature.
        scope: &'a str,
        /// The linking tag in this scope, in hexadecimal digits.
        tag: &'a str,
    },
}

impl<'a> From<&'a Did> for Actor<'a> {
    fn from(did: &'a Did) -> Self {
        Self::Did(did)
    }
}

/// The scope in which ballots on a proposal are signed.
pub fn ballot_scope(proposal: &ProposalId) -> String {
    format!("ballot/{proposal}")
}

impl Context<'_> {
    pub(super) fn now(&self) -> Moment {
        Moment { height: self.height, time_ms: self.time_ms }
    }
}

/// Decides on an operation. Nothing is written; the same input gives the same result everywhere.
///
/// # Errors
/// [`Error::Refused`] with the reason if the operation is at fault; other variants if `records` are.
pub fn apply<R: Records + ?Sized>(
    records: &R,
    operation: &Operation,
    context: &Context<'_>,
) -> Result<Changes, Error> {
    operation.check()?;
    let mut draft = Draft::new(records);
    match operation {
        Operation::Propose(propose) => self::propose(&mut draft, propose, context)?,
        Operation::Vote(vote) => self::vote(&mut draft, vote, context)?,
    }
    Ok(draft.finish())
}

/// Closes the proposals whose time is over. A ledger may do so with each block; votes on them are refused anyway.
///
/// # Errors
/// Only if `records` cannot be read.
pub fn expire<R: Records + ?Sized>(records: &R, now: Moment) -> Result<Changes, Error> {
    let mut draft = Draft::new(records);
    let mut open: OpenProposals = draft.read(key::OPEN)?.unwrap_or_default();
    if close_expired(&mut draft, &mut open, now)? {
        draft.write(key::OPEN.to_owned(), &open);
    }
    Ok(draft.finish())
}

fn propose<R: Records + ?Sized>(
    draft: &mut Draft<'_, R>,
    propose: &Propose,
    context: &Context<'_>,
) -> Result<(), Error> {
    // 1.
    let Actor::Did(proposer) = context.actor else { return Err(Refusal::UnnamedProposer.into()) };
    let roll: Roll = draft.required(key::ROLL)?;
    if !roll.0.contains_key(proposer.as_str()) {
        return Err(Refusal::NotAMember(proposer.clone()).into());
    }
    check_expiry(propose.expires, context.now())?;
    // 2.
    let mut open: OpenProposals = draft.read(key::OPEN)?.unwrap_or_default();
    close_expired(draft, &mut open, context.now())?;
    if open.0.len() >= MAX_OPEN_PROPOSALS {
        return Err(Refusal::TooManyOpen(open.0.len()).into());
    }
    let id = ProposalId::of_transaction(&context.transaction);
    if draft.read::<Proposal>(&key::proposal(&id))?.is_some() {
        return Err(Refusal::ProposalExists(id).into());
    }
    // 3. 4.
    let members: List = draft.required(&key::list(&ListName::members()))?;
    let rules: RulesRecord = draft.required(key::RULES)?;
    let secret = propose.secret.then(|| secret_weight(draft, &roll, &members)).transpose()?;
    let proposal = Proposal {
        id: id.clone(),
        proposer: proposer.clone(),
        title: propose.title.clone(),
        reason: propose.reason.clone(),
        actions: propose.actions.clone(),
        expires: propose.expires,
        made: context.now(),
        rules: rules.rules,
        members_version: members.version,
        total_weight: members.weight,
        secret,
        tally: Tally::default(),
        state: ProposalState::Open,
    };
    execute::carry_out(&mut draft.clone(), &proposal.actions, &mandate(&proposal, context))?;
    open.0.insert(id.clone(), proposal.expires);
    draft.write(key::OPEN.to_owned(), &open);
    draft.write(key::proposal(&id), &proposal);
    draft.tell(Event::Proposed { proposal: id, proposer: proposal.proposer });
    Ok(())
}

fn vote<R: Records + ?Sized>(
    draft: &mut Draft<'_, R>,
    vote: &Vote,
    context: &Context<'_>,
) -> Result<(), Error> {
    // 1.
    let id = &vote.proposal;
    let found: Option<Proposal> = draft.read(&key::proposal(id))?;
    let mut proposal = found.ok_or_else(|| Refusal::NoSuchProposal(id.clone()))?;
    if proposal.state != ProposalState::Open {
        return Err(Refusal::Closed { proposal: id.clone(), state: proposal.state.verb() }.into());
    }
    if !proposal.is_open(context.height, context.time_ms) {
        return Err(Refusal::Expired(id.clone()).into());
    }
    // 2., 3.
    let at = context.now();
    let weight = match (context.actor, proposal.secret) {
        (Actor::Did(voter), None) => cast_by_name(draft, vote, voter, &proposal, at)?,
        (Actor::Ring { ring, scope, tag }, Some(weight)) => {
            check_ballot(&proposal, ring, scope)?;
            cast_in_secret(draft, vote, tag, id, at)?;
            weight.value()
        }
        (_, secret) => {
            return Err(Refusal::WrongBallot { proposal: id.clone(), secret: secret.is_some() }.into());
        }
    };
    proposal.tally.add(vote.choice, weight);
    // 4.
    match proposal.tally.outcome(proposal.rules, proposal.total_weight) {
        Outcome::Undecided => {}
        Outcome::Rejected => {
            proposal.state = ProposalState::Rejected { at };
            draft.tell(Event::Rejected { proposal: id.clone() });
        }
        Outcome::Passed => proposal.state = carry_out(draft, &proposal, context)?,
    }
    if proposal.state != ProposalState::Open {
        let mut open: OpenProposals = draft.required(key::OPEN)?;
        open.0.remove(id);
        draft.write(key::OPEN.to_owned(), &open);
    }
    draft.write(key::proposal(id), &proposal);
    Ok(())
}

/// The weight of each vote, if the members as they are can vote in secret: every vote must count the same, or its weight
/// would name the voter.
fn secret_weight<R: Records + ?Sized>(
    draft: &Draft<'_, R>,
    roll: &Roll,
    members: &List,
) -> Result<Weight, Error> {
    let refuse = |words: String| Error::from(Refusal::NoSecretVote(words));
    let mut weights = roll.0.values().copied();
    let weight = weights.next().unwrap_or_default();
    if weights.any(|other| other != weight) {
        return Err(refuse("the members' votes have different weights, which would name them".into()));
    }
    let ring = member_ring(members.version)?;
    if !draft.exists(&ring.key())? {
        return Err(refuse(format!("{ring} has not been formed")));
    }
    Ok(weight)
}

/// The ring of the members in a version of their list.
fn member_ring(version: u64) -> Result<RingName, Error> {
    RingName::new(ListName::MEMBERS, version).map_err(|e| Error::Records(e.to_string()))
}

/// A ballot is of the ring of the members when the proposal was made, and signed for this proposal only.
fn check_ballot(proposal: &Proposal, ring: &RingName, scope: &str) -> Result<(), Error> {
    let (expected_ring, expected_scope) =
        (member_ring(proposal.members_version)?, ballot_scope(&proposal.id));
    if *ring == expected_ring && scope == expected_scope {
        return Ok(());
    }
    let (proposal, ring) = (proposal.id.clone(), expected_ring.to_string());
    Err(Refusal::OtherBallot { proposal, ring, scope: expected_scope }.into())
}

/// Records a member's vote and tells its weight.
fn cast_by_name<R: Records + ?Sized>(
    draft: &mut Draft<'_, R>,
    vote: &Vote,
    voter: &Did,
    proposal: &Proposal,
    at: Moment,
) -> Result<u64, Error> {
    let id = &proposal.id;
    let entry: Option<Entry> = draft.read(&key::entry(&ListName::members(), voter))?;
    let entry = entry.filter(|entry| entry.current().is_some());
    let entry = entry.ok_or_else(|| Refusal::NotAMember(voter.clone()))?;
    let then = entry.at_version(proposal.members_version);
    let then = then.ok_or_else(|| Refusal::JoinedLater { voter: voter.clone(), proposal: id.clone() })?;
    let weight = then.weight.value();
    let cast: Option<VoteRecord> = draft.read(&key::vote(id, voter))?;
    if let Some(VoteRecord { choice, .. }) = cast {
        return Err(Refusal::AlreadyVoted { voter: voter.clone(), proposal: id.clone(), choice }.into());
    }
    let record = VoteRecord { proposal: id.clone(), voter: voter.clone(), choice: vote.choice, weight, at };
    draft.write(key::vote(id, voter), &record);
    draft.tell(Event::Voted { proposal: id.clone(), voter: voter.clone(), choice: vote.choice, weight });
    Ok(weight)
}

/// Records a ballot.
fn cast_in_secret<R: Records + ?Sized>(
    draft: &mut Draft<'_, R>,
    vote: &Vote,
    tag: &str,
    id: &ProposalId,
    at: Moment,
) -> Result<(), Error> {
    let cast: Option<BallotRecord> = draft.read(&key::ballot(id, tag))?;
    if let Some(BallotRecord { choice, .. }) = cast {
        return Err(Refusal::AlreadyCast { tag: tag.to_owned(), proposal: id.clone(), choice }.into());
    }
    let record = BallotRecord { proposal: id.clone(), tag: tag.to_owned(), choice: vote.choice, at };
    draft.write(key::ballot(id, tag), &record);
    draft.tell(Event::BallotCast { proposal: id.clone(), tag: tag.to_owned(), choice: vote.choice });
    Ok(())
}

/// Carries out a proposal that has passed, as a whole or not at all.
fn carry_out<R: Records + ?Sized>(
    draft: &mut Draft<'_, R>,
    proposal: &Proposal,
    context: &Context<'_>,
) -> Result<ProposalState, Error> {
    let mut trial = draft.clone();
    trial.tell(Event::Executed { proposal: proposal.id.clone() });
    match execute::carry_out(&mut trial, &proposal.actions, &mandate(proposal, context)) {
        Ok(()) => {
            *draft = trial;
            Ok(ProposalState::Executed { at: context.now() })
        }
        Err(Error::Refused(refusal)) => {
            let cause = refusal.to_string();
            draft.tell(Event::Failed { proposal: proposal.id.clone(), cause: cause.clone() });
            Ok(ProposalState::Failed { at: context.now(), cause })
        }
        Err(fault) => Err(fault),
    }
}

fn mandate<'a>(proposal: &Proposal, context: &Context<'a>) -> Mandate<'a> {
    let provenance = Provenance {
        proposal: Some(proposal.id.clone()),
        proposer: Some(proposal.proposer.clone()),
        height: context.height,
        time_ms: context.time_ms,
        reason: proposal.reason.clone(),
    };
    Mandate { provenance, network: context.network, policies: Some(context.policies) }
}

fn check_expiry(expires: Expiry, now: Moment) -> Result<(), Refusal> {
    if expires.is_over(now.height, now.time_ms) {
        return Err(Refusal::Expiry("it is not in the future"));
    }
    let too_high = expires.height.is_some_and(|end| end - now.height > MAX_VOTING_BLOCKS);
    let too_late = expires.time_ms.is_some_and(|end| end - now.time_ms > MAX_VOTING_MS);
    if too_high || too_late {
        return Err(Refusal::Expiry("it is more than 400 days ahead"));
    }
    Ok(())
}

/// Closes what is over and takes it out of `open`; the caller writes `open` if this changed it.
fn close_expired<R: Records + ?Sized>(
    draft: &mut Draft<'_, R>,
    open: &mut OpenProposals,
    at: Moment,
) -> Result<bool, Error> {
    let over = |expires: &Expiry| expires.is_over(at.height, at.time_ms);
    let ids: Vec<_> = open.0.iter().filter(|(_, expires)| over(expires)).map(|(id, _)| id.clone()).collect();
    for id in &ids {
        let mut proposal: Proposal = draft.required(&key::proposal(id))?;
        proposal.state = ProposalState::Expired { at };
        draft.write(key::proposal(id), &proposal);
        draft.tell(Event::Expired { proposal: id.clone() });
        open.0.remove(id);
    }
    Ok(!ids.is_empty())
}
