//! How often a sender may have costly operations tried that are then refused.
//!
//! A proposal is carried out for trial before it is put to the vote, and so is one that a vote decides: policies are
//! parsed, governance is checked for a way forward. A ring is made of a thousand documents and proofs, a group of curve points.
//! What is refused is in no block and costs its sender nothing, so that a member could keep every node busy for ever. Each node
//! therefore counts for itself, and past [`MAX_REFUSED`] within [`PERIOD_MS`] it refuses a sender's further operations of this kind
//! ([`is_costly`]) untried until the oldest refusal is over.
//!
//! Only DIDs are counted. A member of a ring has as many names as there are scopes, and could fill the table with them; a ballot of
//! another scope than the proposal's is refused before anything is tried.
//!
//! This is a decision about what goes into a block that this node makes, not a rule of the ledger: a block that has
//! been made is applied by everybody.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
};

use hufu_light::TransactionId;
use hufu_policy::Action;

use crate::{Call, Effects, Error, Rejection};

/// Most refusals of one sender within [`PERIOD_MS`]. A trial takes milliseconds; a member that corrects its proposal by hand needs
/// a few.
pub const MAX_REFUSED: usize = 32;

/// How long a refusal counts, in milliseconds of block time.
pub const PERIOD_MS: u64 = 60_000;

/// Most senders remembered. Only members, managers and openers get as far as a trial, so that there are few.
const MAX_SENDERS: usize = 4_096;

/// Whether a trial of this takes milliseconds.
pub(crate) const fn is_costly(action: Action) -> bool {
    matches!(
        action,
        Action::GovernancePropose
            | Action::GovernanceVote
            | Action::RingForm
            | Action::GroupCreate
            | Action::GroupRevoke
            | Action::GroupOpen
    )
}

/// What was refused, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Refused {
    time_ms: u64,
    transaction: TransactionId,
}

impl Refused {
    const fn of(call: &Call<'_>) -> Self {
        Self { time_ms: call.time_ms, transaction: call.transaction }
    }

    const fn is_over(&self, now_ms: u64) -> bool {
        self.time_ms.saturating_add(PERIOD_MS) <= now_ms
    }
}

/// The refusals of the last [`PERIOD_MS`], by sender.
#[derive(Debug, Default)]
pub(crate) struct Trials {
    refused: Mutex<HashMap<String, VecDeque<Refused>>>,
}

impl Trials {
    /// Tries an operation and counts its refusal, unless there were too many of them.
    ///
    /// # Errors
    /// [`Rejection::TooManyRefused`]; those of the trial.
    pub(crate) fn count(
        &self,
        call: &Call<'_>,
        trial: impl FnOnce() -> Result<Effects, Error>,
    ) -> Result<Effects, Error> {
        let Some(sender) = call.sender.did() else { return trial() };
        let this = Refused::of(call);
        self.begin(sender.as_str(), this)?;
        let result = trial();
        if matches!(result, Err(Error::Rejected(_))) {
            self.note(sender.as_str(), this);
        }
        result
    }

    /// Whether `this` of `sender` may be tried. What is tried side by side with others is tried again in order: it does not stand in
    /// its own way.
    ///
    /// # Errors
    /// [`Rejection::TooManyRefused`] with the time from which on it may.
    fn begin(&self, sender: &str, this: Refused) -> Result<(), Rejection> {
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(past) = refused.get_mut(sender) else { return Ok(()) };
        while past.front().is_some_and(|oldest| oldest.is_over(this.time_ms)) {
            past.pop_front();
        }
        match past.front() {
            Some(oldest) if past.len() >= MAX_REFUSED && !past.contains(&this) => {
                Err(Rejection::TooManyRefused {
                    sender: sender.to_owned(),
                    refused: past.len(),
                    wait_ms: oldest.time_ms.saturating_add(PERIOD_MS).saturating_sub(this.time_ms),
                })
            }
            Some(_) => Ok(()),
            None => {
                refused.remove(sender);
                Ok(())
            }
        }
    }

    /// `this` of `sender` was tried and refused; once for a block, though it may have been tried twice.
    fn note(&self, sender: &str, this: Refused) {
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        if refused.len() >= MAX_SENDERS && !refused.contains_key(sender) {
            make_room(&mut refused, this.time_ms);
        }
        let past = refused.entry(sender.to_owned()).or_default();
        if past.contains(&this) {
            return;
        }
        past.push_back(this);
        // trials at the same time may go a little beyond; what is counted does not
        while past.len() > MAX_REFUSED {
            past.pop_front();
        }
    }
}

/// Forgets who is in order again; or else who was refused longest ago, so that somebody new is counted as everybody is.
fn make_room(refused: &mut HashMap<String, VecDeque<Refused>>, now_ms: u64) {
    refused.retain(|_, past| past.back().is_some_and(|newest| !newest.is_over(now_ms)));
    if refused.len() < MAX_SENDERS {
        return;
    }
    let quietest = refused.iter().min_by_key(|(_, past)| past.back().map(|newest| newest.time_ms));
    if let Some(quietest) = quietest.map(|(sender, _)| sender.clone()) {
        refused.remove(&quietest);
    }
}

#[cfg(test)]
mod tests {
    use hufu_light::Hash;

    use super::*;
    use crate::{RingSender, Sender};

    /// One of many refusals at a time.
    fn at(time_ms: u64, number: u64) -> Refused {
        let mut id = [0; 32];
        id[..8].copy_from_slice(&number.to_be_bytes());
        Refused { time_ms, transaction: Hash::from_bytes(id) }
    }

    #[test]
    fn refusals_are_counted_for_each_sender_and_forgotten_in_time() {
        let trials = Trials::default();
        let (a, b) = ("did:example:a", "did:example:b");
        for n in 0..MAX_REFUSED as u64 {
            trials.begin(a, at(1_000 + n, n)).unwrap();
            trials.note(a, at(1_000 + n, n));
        }
        let refused = trials.begin(a, at(2_000, 99)).unwrap_err();
        assert!(
            matches!(&refused, Rejection::TooManyRefused { refused: MAX_REFUSED, wait_ms: 59_000, .. }),
            "{refused}"
        );
        trials.begin(b, at(2_000, 99)).unwrap();
        // the first is over, and makes room for one
        let later = 1_000 + PERIOD_MS;
        trials.begin(a, at(later, 100)).unwrap();
        trials.note(a, at(later, 100));
        assert!(trials.begin(a, at(later, 101)).is_err());
        trials.begin(a, at(later + PERIOD_MS, 102)).unwrap();
        assert!(trials.refused.lock().unwrap().is_empty(), "nothing is remembered of who is in order again");
    }

    #[test]
    fn what_is_tried_twice_in_a_block_counts_once() {
        let trials = Trials::default();
        for n in 0..MAX_REFUSED as u64 {
            for _ in 0..2 {
                trials.begin("did:example:a", at(1_000, n)).unwrap();
                trials.note("did:example:a", at(1_000, n));
            }
        }
        assert!(trials.begin("did:example:a", at(1_000, 99)).is_err());
    }

    #[test]
    fn there_is_a_bound_on_the_senders_and_no_new_one_goes_uncounted() {
        let trials = Trials::default();
        let name = |n: usize| format!("did:example:{n}");
        for n in 0..MAX_SENDERS {
            trials.note(&name(n), at(1_000 + n as u64, 0));
        }
        for n in 0..MAX_REFUSED as u64 {
            trials.note("did:example:new", at(9_000, n));
        }
        assert!(trials.begin("did:example:new", at(9_001, 99)).is_err());
        let senders = trials.refused.lock().unwrap();
        assert_eq!(senders.len(), MAX_SENDERS);
        assert!(!senders.contains_key(&name(0)) && senders.contains_key(&name(1)), "the oldest makes room");
        drop(senders);
        trials.note("did:example:later", at(10_000 + PERIOD_MS, 0));
        assert_eq!(trials.refused.lock().unwrap().len(), 1);
    }

    #[test]
    fn names_that_a_member_of_a_ring_makes_up_are_not_remembered() {
        let trials = Trials::default();
        let (ring, network) = ("ring:members/3".parse().unwrap(), "test".parse().unwrap());
        let sender =
            Sender::Ring(RingSender { ring, scope: "made up".into(), tag: [7; hufu_ring::Tag::SIZE] });
        let call = Call {
            sender: &sender,
            signatures: 1,
            transaction: Hash::ZERO,
            bytes: &[],
            operation: &[],
            network: &network,
            height: 1,
            time_ms: 1_000,
        };
        let refused = trials.count(&call, || Err(Rejection::NotSigned.into()));
        assert!(refused.is_err() && trials.refused.lock().unwrap().is_empty());
    }
}
