//! Challenges for presentations: given out once, good once, for a short while.
//!
//! 1. A challenge is 128 random bits, recorded durably before it is given out.
//! 2. A presentation made for it consumes it, whether it verifies or not: a second one is refused,
//!    across restarts too.
//! 3. After [`LIFETIME`] it is refused, and forgotten at the next sweep.
//!
//! A verifier may also bring a challenge of its own; then its freshness is the verifier's business.

use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::Rng as _;
use serde::{Deserialize, Serialize};

use crate::{
    error::Problem,
    store::{CHALLENGES, Store, Writes, from_json},
    time,
};

/// How long a challenge is good.
pub(crate) const LIFETIME: Duration = Duration::from_secs(10 * 60);

/// What became of a challenge that a presentation was made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// It was ours and fresh, and is now used up.
    Fresh,
    /// It was ours and was used before.
    Used,
    /// It was ours and is too old.
    Expired,
    /// It is not one of ours.
    Foreign,
}

#[derive(Debug, Serialize, Deserialize)]
struct Recorded {
    tenant: String,
    expires_ms: u64,
    used: bool,
}

/// The challenges given out.
#[derive(Debug)]
pub(crate) struct Challenges {
    store: Store,
    /// Challenges being consumed at this moment.
    consuming: Mutex<HashSet<String>>,
}

impl Challenges {
    pub(crate) fn new(store: Store) -> Self {
        Self { store, consuming: Mutex::default() }
    }

    /// Gives one out; returns it with the time it ends.
    pub(crate) async fn issue(&self, tenant: &str) -> Result<(String, u64), Problem> {
        let mut bytes = [0_u8; 16];
        rand::rng().fill_bytes(&mut bytes);
        let challenge = format!("u{}", URL_SAFE_NO_PAD.encode(bytes));
        let expires_ms = time::now_ms() + u64::try_from(LIFETIME.as_millis()).unwrap_or(u64::MAX);
        let record = Recorded { tenant: tenant.to_owned(), expires_ms, used: false };
        self.store.commit(Writes::new().put_json(CHALLENGES, challenge.as_bytes(), &record)).await?;
        Ok((challenge, expires_ms))
    }

    /// Uses one up on behalf of a tenant; another tenant's is foreign.
    pub(crate) async fn consume(&self, challenge: &str, tenant: &str) -> Result<Use, Problem> {
        let Some(record) = self.store.get_json::<Recorded>(CHALLENGES, challenge.as_bytes())? else {
            return Ok(Use::Foreign);
        };
        if record.tenant != tenant {
            return Ok(Use::Foreign);
        }
        if record.used {
            return Ok(Use::Used);
        }
        if record.expires_ms <= time::now_ms() {
            return Ok(Use::Expired);
        }
        if !self.consuming().insert(challenge.to_owned()) {
            return Ok(Use::Used);
        }
        // between the read above and the insertion another request may have finished
        let result = self.mark_used(challenge).await;
        self.consuming().remove(challenge);
        result
    }

    async fn mark_used(&self, challenge: &str) -> Result<Use, Problem> {
        match self.store.get_json::<Recorded>(CHALLENGES, challenge.as_bytes())? {
            Some(record) if !record.used => {
                let used = Recorded { used: true, ..record };
                self.store.commit(Writes::new().put_json(CHALLENGES, challenge.as_bytes(), &used)).await?;
                Ok(Use::Fresh)
            }
            _ => Ok(Use::Used),
        }
    }

    /// Forgets what expired, from where the last sweep ended.
    pub(crate) async fn sweep(&self, from: &mut Option<Vec<u8>>) -> Result<(), Problem> {
        self.store.sweep(CHALLENGES, from, |bytes| Ok(from_json::<Recorded>(bytes)?.expires_ms)).await
    }

    fn consuming(&self) -> std::sync::MutexGuard<'_, HashSet<String>> {
        self.consuming.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[tokio::test]
    async fn a_challenge_is_good_once_and_for_its_tenant_only() {
        let challenges = Challenges::new(Store::in_memory().expect("opens"));
        let (challenge, _) = challenges.issue("a").await.expect("issued");
        assert_eq!(challenges.consume(&challenge, "b").await.expect("reads"), Use::Foreign);
        assert_eq!(challenges.consume(&challenge, "a").await.expect("reads"), Use::Fresh);
        assert_eq!(challenges.consume(&challenge, "a").await.expect("reads"), Use::Used);
        assert_eq!(challenges.consume("other", "a").await.expect("reads"), Use::Foreign);
    }

    #[tokio::test]
    async fn of_many_at_once_one_wins() {
        let challenges = Arc::new(Challenges::new(Store::in_memory().expect("opens")));
        let (challenge, _) = challenges.issue("a").await.expect("issued");
        let uses: Vec<_> = (0..50)
            .map(|_| {
                let (challenges, challenge) = (Arc::clone(&challenges), challenge.clone());
                tokio::spawn(async move { challenges.consume(&challenge, "a").await.expect("reads") })
            })
            .collect();
        let mut fresh = 0;
        for one in uses {
            fresh += usize::from(one.await.expect("joins") == Use::Fresh);
        }
        assert_eq!(fresh, 1);
    }
}
