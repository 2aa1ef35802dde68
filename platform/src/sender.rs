//! Signed transactions in the name of DIDs whose keys are held here.
//!
//! The ledger accepts any sequence number that a sender has not used and that is at most 1,024 behind
//! its highest. Numbers start at the time of this process's start in microseconds and go up by one: no
//! later process starts below them, and requests at once stay well inside the window.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use hufu_did::Did;
use hufu_wire::Payload;

use crate::{app::App, error::Problem, ledger::Receipt, time, vault::Signer};

/// How many blocks a transaction may wait.
const PATIENCE: u64 = 10_000;

/// Which rules a transaction goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Module {
    /// The registry of did:hufu.
    Did,
    /// Status lists.
    Status,
    /// Lists, proposals, votes, accreditations.
    Governance,
    /// Rings of lists.
    Ring,
    /// Groups and their members.
    Group,
}

impl Module {
    const fn name(self) -> &'static str {
        match self {
            Self::Did => "did",
            Self::Status => "status",
            Self::Governance => "governance",
            Self::Ring => "ring",
            Self::Group => "group",
        }
    }
}

/// Most senders remembered; beyond that all start again, above every number that was used.
const MAX_SENDERS: usize = 100_000;

/// The next sequence number of each sender.
#[derive(Debug)]
pub(crate) struct Sequences(Mutex<Numbers>);

#[derive(Debug)]
struct Numbers {
    start: u64,
    last: HashMap<Did, u64>,
}

impl Sequences {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Numbers { start: time::now_ms().saturating_mul(1000), last: HashMap::new() }))
    }

    fn next(&self, did: &Did) -> u64 {
        let mut numbers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if numbers.last.len() >= MAX_SENDERS && !numbers.last.contains_key(did) {
            numbers.start = numbers.last.values().copied().max().unwrap_or(numbers.start);
            numbers.last.clear();
        }
        let start = numbers.start;
        let number = numbers.last.entry(did.clone()).or_insert(start);
        *number += 1;
        *number
    }
}

/// Signs an operation as `signer` and submits it; done when its block is durable.
pub(crate) async fn send(
    app: &App,
    signer: &Signer,
    module: Module,
    operation: Vec<u8>,
) -> Result<Receipt, Problem> {
    let ledger = app.ledger();
    let sender = signer.method.did();
    let expiry = ledger.status()?.header.header.height.saturating_add(PATIENCE);
    let sequence = app.sequences().next(sender);
    let payload = Payload::new(ledger.anchor(), sender.as_str(), sequence, expiry, module.name(), operation);
    let transaction = payload.sign(signer.method.as_str(), &signer.key);
    Ok(ledger.submit(transaction).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_up_by_one_for_each_sender() {
        let sequences = Sequences::new();
        let (a, b): (Did, Did) =
            ("did:example:a".parse().expect("a DID"), "did:example:b".parse().expect("a DID"));
        let first = sequences.next(&a);
        assert_eq!(sequences.next(&a), first + 1);
        assert_eq!(sequences.next(&b), first);
        // with very many senders none gets a number twice
        for n in 0..MAX_SENDERS {
            sequences.next(&format!("did:example:{n}").parse().expect("a DID"));
        }
        assert!(sequences.next(&a) > first + 1);
    }
}
