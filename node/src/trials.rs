//! How often a member may have proposals and votes tried that are then refused.
//!
//! A proposal is carried out for trial before it is put to the vote, and so is one that a vote decides: policies are
//! parsed, governance is checked for a way forward. What is refused is in no block and costs its sender nothing, so
//! that a member could keep every node busy for ever. Each node therefore counts for itself, and past [`MAX_REFUSED`]
//! within [`PERIOD_MS`] it refuses a member's proposals and votes untried until the oldest refusal is over.
//!
//! This is a decision about what goes into a block that this node makes, not a rule of the ledger: a block that has
//! been made is applied by everybody.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
};

use crate::{Call, Effects, Error, Rejection};

/// Most refused proposals and votes of one sender within [`PERIOD_MS`]. A trial takes milliseconds; a member that corrects its
/// proposal by hand needs a few.
pub const MAX_REFUSED: usize = 32;

/// How long a refusal counts, in milliseconds of block time.
pub const PERIOD_MS: u64 = 60_000;

/// Most senders remembered. Only members get as far as a trial, so that there are few.
const MAX_SENDERS: usize = 4_096;

/// The refusals of the last [`PERIOD_MS`], by sender.
#[derive(Debug, Default)]
pub(crate) struct Trials {
    refused: Mutex<HashMap<String, VecDeque<u64>>>,
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
        let sender = call.sender.to_string();
        self.begin(&sender, call.time_ms)?;
        let result = trial();
        if matches!(result, Err(Error::Rejected(_))) {
            self.note(&sender, call.time_ms);
        }
        result
    }

    /// Whether something of `sender` may be tried.
    ///
    /// # Errors
    /// [`Rejection::TooManyRefused`] with the time from which on it may.
    fn begin(&self, sender: &str, now_ms: u64) -> Result<(), Rejection> {
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(times) = refused.get_mut(sender) else { return Ok(()) };
        while times.front().is_some_and(|time| time.saturating_add(PERIOD_MS) <= now_ms) {
            times.pop_front();
        }
        match times.front() {
            Some(oldest) if times.len() >= MAX_REFUSED => Err(Rejection::TooManyRefused {
                sender: sender.to_owned(),
                refused: times.len(),
                wait_ms: oldest.saturating_add(PERIOD_MS).saturating_sub(now_ms),
            }),
            Some(_) => Ok(()),
            None => {
                refused.remove(sender);
                Ok(())
            }
        }
    }

    /// Something of `sender` was tried and refused.
    fn note(&self, sender: &str, now_ms: u64) {
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        if refused.len() >= MAX_SENDERS && !refused.contains_key(sender) {
            refused.retain(|_, times| times.back().is_some_and(|time| time + PERIOD_MS > now_ms));
            if refused.len() >= MAX_SENDERS {
                return;
            }
        }
        let times = refused.entry(sender.to_owned()).or_default();
        times.push_back(now_ms);
        // trials at the same time may go a little beyond; what is counted does not
        while times.len() > MAX_REFUSED {
            times.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_counted_for_each_sender_and_forgotten_in_time() {
        let trials = Trials::default();
        let (a, b) = ("did:example:a", "did:example:b");
        for n in 0..MAX_REFUSED as u64 {
            trials.begin(a, 1_000 + n).unwrap();
            trials.note(a, 1_000 + n);
        }
        let refused = trials.begin(a, 2_000).unwrap_err();
        assert!(
            matches!(&refused, Rejection::TooManyRefused { refused: MAX_REFUSED, wait_ms: 59_000, .. }),
            "{refused}"
        );
        trials.begin(b, 2_000).unwrap();
        // the first is over, and makes room for one
        let later = 1_000 + PERIOD_MS;
        trials.begin(a, later).unwrap();
        trials.note(a, later);
        assert!(trials.begin(a, later).is_err());
        trials.begin(a, later + PERIOD_MS).unwrap();
        assert!(trials.refused.lock().unwrap().is_empty(), "nothing is remembered of who is in order again");
    }

    #[test]
    fn there_is_a_bound_on_the_senders_too() {
        let trials = Trials::default();
        for n in 0..MAX_SENDERS + 10 {
            trials.note(&format!("did:example:{n}"), 1_000);
        }
        assert_eq!(trials.refused.lock().unwrap().len(), MAX_SENDERS);
        trials.note("did:example:new", 1_000 + PERIOD_MS);
        assert_eq!(trials.refused.lock().unwrap().len(), 1);
    }
}
