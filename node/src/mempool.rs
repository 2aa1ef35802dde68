//! Transactions that wait for a block: bounded, first come first served, each once.

use std::{
    collections::{HashSet, VecDeque},
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
};

use hufu_light::TransactionId;
use tokio::sync::oneshot;

use crate::{Error, Receipt, Rejection, admission::Admitted, config::Limits};

/// How the fate of a transaction is told to its submitter.
pub(crate) type Reply = oneshot::Sender<Result<Receipt, Error>>;

/// A transaction and who wants to know what becomes of it.
#[derive(Debug)]
pub(crate) struct Candidate {
    pub(crate) admitted: Admitted,
    pub(crate) reply: Reply,
}

#[derive(Debug)]
pub(crate) struct Mempool {
    limits: Limits,
    queue: Mutex<Queue>,
    filled: Condvar,
}

#[derive(Debug, Default)]
struct Queue {
    waiting: VecDeque<Candidate>,
    bytes: usize,
    /// Waiting, or in a block that is being made.
    ids: HashSet<TransactionId>,
    /// Why nothing is accepted any more.
    closed: Option<String>,
}

impl Mempool {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { limits, queue: Mutex::default(), filled: Condvar::new() }
    }

    /// Queues a transaction; the receiver learns its fate.
    pub(crate) fn push(
        &self,
        admitted: Admitted,
    ) -> Result<oneshot::Receiver<Result<Receipt, Error>>, Error> {
        let mut queue = self.lock();
        if let Some(cause) = &queue.closed {
            return Err(Error::Stopped { cause: cause.clone() });
        }
        let bytes = queue.bytes + admitted.bytes.len();
        if queue.waiting.len() >= self.limits.waiting || bytes > self.limits.waiting_bytes {
            return Err(Error::Busy { waiting: queue.waiting.len() });
        }
        if !queue.ids.insert(admitted.id) {
            return Err(Rejection::Waiting(admitted.id).into());
        }
        let (reply, receiver) = oneshot::channel();
        queue.bytes = bytes;
        queue.waiting.push_back(Candidate { admitted, reply });
        drop(queue);
        self.filled.notify_one();
        Ok(receiver)
    }

    /// Waits for transactions and takes as many as a block holds; `None` once closed and empty.
    pub(crate) fn take(&self) -> Option<Vec<Candidate>> {
        let mut queue = self.lock();
        while queue.waiting.is_empty() {
            if queue.closed.is_some() {
                return None;
            }
            queue = self.filled.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
        let mut taken = Vec::new();
        let mut bytes = 0;
        while taken.len() < self.limits.block_transactions {
            let Some(first) = queue.waiting.front() else { break };
            let size = first.admitted.bytes.len();
            if !taken.is_empty() && bytes + size > self.limits.block_bytes {
                break;
            }
            bytes += size;
            taken.extend(queue.waiting.pop_front());
        }
        queue.bytes = queue.bytes.saturating_sub(bytes);
        Some(taken)
    }

    /// Forgets ids whose fate is decided and visible in the store.
    pub(crate) fn forget(&self, ids: impl IntoIterator<Item = TransactionId>) {
        let mut queue = self.lock();
        for id in ids {
            queue.ids.remove(&id);
        }
    }

    /// Accepts nothing more; what waits is still taken.
    pub(crate) fn close(&self, cause: &str) {
        self.lock().closed.get_or_insert_with(|| cause.to_owned());
        self.filled.notify_all();
    }

    /// Accepts nothing more and tells everyone who waits why.
    pub(crate) fn fail(&self, cause: &str) {
        self.close(cause);
        let waiting: Vec<_> = {
            let mut queue = self.lock();
            queue.bytes = 0;
            queue.ids.clear();
            queue.waiting.drain(..).collect()
        };
        for candidate in waiting {
            // a submitter that went away does not want to know
            let _ = candidate.reply.send(Err(Error::Stopped { cause: cause.to_owned() }));
        }
    }

    /// Number of transactions that wait.
    pub(crate) fn len(&self) -> usize {
        self.lock().waiting.len()
    }

    /// Why nothing is accepted any more.
    pub(crate) fn closed(&self) -> Option<String> {
        self.lock().closed.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
