//! How many event streams are open: each holds a connection, and a place among the followers of the ledger, for as long as its reader
//! likes.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::{
    caller::Caller,
    error::{Kind, Problem},
};

/// Most streams open at once: every block is described, and permission checked, once for each.
const MAX_STREAMS: usize = 512;

/// Most of them with one API key; members of rings and groups, whom nobody can tell apart, share so many as well.
const MAX_OF_CALLER: usize = 64;

/// The open streams, by API key.
#[derive(Debug, Default)]
pub(crate) struct Streams(Arc<Mutex<HashMap<String, usize>>>);

/// A place for one stream; free again when it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    of: Arc<Mutex<HashMap<String, usize>>>,
    caller: String,
}

impl Streams {
    /// A place for a stream of this caller.
    ///
    /// # Errors
    /// [`Kind::TooMany`] if too many are open.
    pub(crate) fn enter(&self, caller: &Caller) -> Result<Place, Problem> {
        let caller = caller.key_id().to_owned();
        let mut open = lock(&self.0);
        let own = open.get(&caller).copied().unwrap_or(0);
        if own >= MAX_OF_CALLER {
            return Err(Problem::new(
                Kind::TooMany,
                format!("{own} event streams of this caller are open: close one of them first"),
            ));
        }
        let all: usize = open.values().sum();
        if all >= MAX_STREAMS {
            return Err(Problem::new(
                Kind::TooMany,
                format!("{all} event streams are open, as many as this service serves: try again later"),
            ));
        }
        open.insert(caller.clone(), own + 1);
        Ok(Place { of: Arc::clone(&self.0), caller })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = lock(&self.of);
        if let Some(count) = open.get_mut(&self.caller) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                open.remove(&self.caller);
            }
        }
    }
}

fn lock(open: &Mutex<HashMap<String, usize>>) -> MutexGuard<'_, HashMap<String, usize>> {
    open.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::caller::{ApiKey, NewKey};

    fn key() -> Caller {
        let did = "did:example:school".parse().expect("a DID");
        let new = NewKey { did, label: String::new(), scopes: Default::default(), expires_ms: None };
        Caller::Key(Arc::new(ApiKey::generate(new).expect("good").0))
    }

    #[test]
    fn there_is_a_bound_for_each_caller_and_for_all() {
        let streams = Streams::default();
        let one = key();
        let mut own: Vec<Place> = (0..MAX_OF_CALLER).map(|_| streams.enter(&one).expect("a place")).collect();
        assert!(streams.enter(&one).expect_err("full").detail().contains("of this caller"));
        own.pop();
        own.push(streams.enter(&one).expect("a place again"));
        let others: Vec<Place> =
            (MAX_OF_CALLER..MAX_STREAMS).map(|_| streams.enter(&key()).expect("a place")).collect();
        let refused = streams.enter(&key()).expect_err("full");
        assert_eq!(refused.kind(), Kind::TooMany);
        assert!(refused.detail().contains("try again later"), "{refused}");
        drop((own, others));
        assert!(lock(&streams.0).is_empty(), "nothing is remembered of who has left");
    }
}
