//! Applies transactions side by side before they are put in order.
//!
//! Rules and permissions are pure functions of what they read. So each transaction of a block is tried on
//! the state before the block, on all cores, and its reads are noted. In order, an outcome counts if
//! nothing it read was written by an earlier transaction of the block; otherwise the transaction is
//! applied again. The result is that of one after the other, always.

use std::{cell::RefCell, collections::BTreeSet};

use crate::{
    Effects, Error,
    state::{Entry, Stamp, State},
};

/// Fewer transactions than this are not worth a second thread.
const WORTHWHILE: usize = 8;

/// What a transaction would do, if what it read still holds.
pub(crate) struct Outcome {
    pub(crate) result: Result<Effects, Error>,
    reads: Reads,
}

impl Outcome {
    /// Whether nothing that was read is among these changes.
    pub(crate) fn holds(&self, changed: impl Fn(&[u8]) -> bool, any_changed: impl Fn(&[u8]) -> bool) -> bool {
        !self.reads.keys.iter().any(|key| changed(key)) && !self.reads.prefixes.iter().any(|p| any_changed(p))
    }
}

/// Runs `attempt` on a state that notes what is read.
pub(crate) fn attempt(
    base: &dyn State,
    attempt: impl FnOnce(&dyn State) -> Result<Effects, Error>,
) -> Outcome {
    let noting = Noting { base, reads: RefCell::default() };
    let result = attempt(&noting);
    Outcome { result, reads: noting.reads.into_inner() }
}

/// Maps `items` on all cores, in order. `None` where a thread died: that item is to be done again.
pub(crate) fn in_parallel<T: Sync, U: Send>(items: &[T], work: impl Fn(&T) -> U + Sync) -> Vec<Option<U>> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    if items.len() < WORTHWHILE || cores == 1 {
        return items.iter().map(|_| None).collect();
    }
    let work = &work;
    std::thread::scope(|scope| {
        let spawn = |share| (share, scope.spawn(move || <[T]>::iter(share).map(work).collect::<Vec<_>>()));
        let workers: Vec<_> = items.chunks(items.len().div_ceil(cores)).map(spawn).collect();
        workers
            .into_iter()
            .flat_map(|(share, worker)| match worker.join() {
                Ok(done) => done.into_iter().map(Some).collect::<Vec<_>>(),
                Err(_) => share.iter().map(|_| None).collect(),
            })
            .collect()
    })
}

#[derive(Default)]
struct Reads {
    keys: BTreeSet<Vec<u8>>,
    prefixes: BTreeSet<Vec<u8>>,
}

struct Noting<'a> {
    base: &'a dyn State,
    reads: RefCell<Reads>,
}

impl Noting<'_> {
    fn note(&self, key: &[u8]) {
        self.reads.borrow_mut().keys.insert(key.to_vec());
    }
}

impl State for Noting<'_> {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        self.note(key);
        self.base.get(key)
    }

    fn scan(&self, prefix: &[u8], after: Option<&[u8]>, limit: usize) -> Result<Vec<Entry>, Error> {
        self.reads.borrow_mut().prefixes.insert(prefix.to_vec());
        self.base.scan(prefix, after, limit)
    }

    fn stamp(&self, key: &[u8]) -> Result<Stamp, Error> {
        self.note(key);
        self.base.stamp(key)
    }
}

#[cfg(test)]
mod tests {
    use hufu_store::Memory;

    use super::*;
    use crate::{layout::LATEST, state::Latest};

    #[test]
    fn an_outcome_holds_until_something_it_read_changes() {
        let store = Memory::new(&[LATEST]);
        let base = Latest(&store);
        let outcome = attempt(&base, |state| {
            state.get(b"a")?;
            state.stamp(b"b")?;
            state.scan(b"list/", None, 10)?;
            Ok(Effects::default())
        });
        let with = |changed: &[u8]| outcome.holds(|key| key == changed, |prefix| changed.starts_with(prefix));
        assert!(with(b"c") && with(b"lis"));
        for read in [b"a".as_slice(), b"b", b"list/7"] {
            assert!(!with(read), "absent keys and scanned prefixes count as read, too");
        }
    }

    #[test]
    fn order_is_kept_and_small_batches_are_left_alone() {
        let items: Vec<usize> = (0..1_000).collect();
        let done = in_parallel(&items, |item| item * 2);
        assert!(done.iter().enumerate().all(|(index, done)| done.is_none_or(|done| done == index * 2)));
        assert_eq!(done.len(), items.len());
        assert!(in_parallel(&items[..3], |item| *item).iter().all(Option::is_none));
    }
}
