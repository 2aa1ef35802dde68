//! Challenges for presentations: given out once, good once, for a short while.
//!
//! 1. A challenge is 128 random bits, the time it ends, and a MAC over both and the tenant: `u` and base64url of 16, 8 and 16 bytes.
//!    It is recorded durably before it is given out.
//! 2. A presentation made for it consumes it, whether it verifies or not: a second one is refused,
//!    across restarts too.
//! 3. After [`LIFETIME`] it is refused, and forgotten at the next sweep. By its MAC it is known as ours for ever: a forgotten one
//!    does not become good again by looking like somebody's own. The key of the MAC is derived from that of the vault, so that it
//!    is the same after a restart.
//!
//! A verifier may also bring a challenge of its own; then its freshness is the verifier's business.

use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use hufu_keys::SigningKey;
use rand::Rng as _;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroize as _;

use crate::{
    error::Problem,
    store::{CHALLENGES, Store, Writes, from_json},
    time,
};

/// How long a challenge is good.
pub(crate) const LIFETIME: Duration = Duration::from_secs(10 * 60);

/// Label of the MAC key's derivation, so that it serves nothing else.
const LABEL: &[u8] = b"hufu/platform/challenge/v1";

/// Bytes of randomness in a challenge.
const RANDOM: usize = 16;

/// Bytes of the time in milliseconds at which it ends.
const EXPIRY: usize = 8;

/// Bytes of its MAC: half of HMAC-SHA-256, which RFC 2104 §5 permits; whoever guesses gets one guess a request.
const MAC: usize = 16;

/// What became of a challenge that a presentation was made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// It was ours and fresh, and is now used up.
    Fresh,
    /// It was ours and was used before.
    Used,
    /// It was ours and is too old.
    Expired,
    /// It was ours and is not on record, although its time is not over: what it was used for is not known any more.
    Unknown,
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
pub(crate) struct Challenges {
    store: Store,
    mac: Hmac<Sha256>,
    /// Challenges being consumed at this moment.
    consuming: Mutex<HashSet<String>>,
}

impl Challenges {
    /// Challenges whose MAC key is derived from `master`.
    pub(crate) fn new(store: Store, master: &SigningKey) -> Self {
        let mut key: [u8; 32] = master
            .to_bytes()
            .expose(|bytes| Sha256::new().chain_update(LABEL).chain_update(bytes).finalize().into());
        let mac = Hmac::new_from_slice(&key).expect("HMAC takes a key of any length");
        key.zeroize();
        Self { store, mac, consuming: Mutex::default() }
    }

    /// Gives one out; returns it with the time it ends.
    pub(crate) async fn issue(&self, tenant: &str) -> Result<(String, u64), Problem> {
        let expires_ms = time::now_ms() + u64::try_from(LIFETIME.as_millis()).unwrap_or(u64::MAX);
        Ok((self.issue_until(tenant, expires_ms).await?, expires_ms))
    }

    async fn issue_until(&self, tenant: &str, expires_ms: u64) -> Result<String, Problem> {
        let mut random = [0_u8; RANDOM];
        rand::rng().fill_bytes(&mut random);
        let stated = [&random[..], &expires_ms.to_be_bytes()].concat();
        let mac = self.mac_of(tenant, &stated).finalize().into_bytes();
        let bytes: Vec<u8> = stated.into_iter().chain(mac.into_iter().take(MAC)).collect();
        let challenge = format!("u{}", URL_SAFE_NO_PAD.encode(bytes));
        let record = Recorded { tenant: tenant.to_owned(), expires_ms, used: false };
        self.store.commit(Writes::new().put_json(CHALLENGES, challenge.as_bytes(), &record)).await?;
        Ok(challenge)
    }

    /// Uses one up on behalf of a tenant; another tenant's is foreign.
    pub(crate) async fn consume(&self, challenge: &str, tenant: &str) -> Result<Use, Problem> {
        let Some(record) = self.store.get_json::<Recorded>(CHALLENGES, challenge.as_bytes())? else {
            return Ok(match self.stated_end(challenge, tenant) {
                None => Use::Foreign,
                Some(expires_ms) if expires_ms <= time::now_ms() => Use::Expired,
                Some(_) => Use::Unknown,
            });
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

    /// When a challenge ends that was given out here to this tenant; none for any other.
    fn stated_end(&self, challenge: &str, tenant: &str) -> Option<u64> {
        let bytes = URL_SAFE_NO_PAD.decode(challenge.strip_prefix('u')?).ok()?;
        let (stated, mac) = bytes.split_at_checked(RANDOM + EXPIRY)?;
        if mac.len() != MAC {
            return None;
        }
        self.mac_of(tenant, stated).verify_truncated_left(mac).ok()?;
        let expiry: [u8; EXPIRY] = stated.get(RANDOM..)?.try_into().ok()?;
        Some(u64::from_be_bytes(expiry))
    }

    /// Over the tenant and what a challenge states: the latter has one length, so that nobody's is another's.
    fn mac_of(&self, tenant: &str, stated: &[u8]) -> Hmac<Sha256> {
        self.mac.clone().chain_update(tenant).chain_update(stated)
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

impl std::fmt::Debug for Challenges {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Challenges").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use hufu_keys::Algorithm;

    use super::*;

    fn master() -> SigningKey {
        SigningKey::generate(Algorithm::Ed25519, &mut rand::rng())
    }

    fn in_memory() -> Challenges {
        Challenges::new(Store::in_memory().expect("opens"), &master())
    }

    #[tokio::test]
    async fn a_challenge_that_is_forgotten_does_not_become_good_again() {
        let challenges = in_memory();
        let challenge = challenges.issue_until("a", time::now_ms() + 50).await.expect("issued");
        assert_eq!(challenges.consume(&challenge, "a").await.expect("reads"), Use::Fresh);
        tokio::time::sleep(Duration::from_millis(60)).await;
        challenges.sweep(&mut None).await.expect("sweeps");
        let kept = challenges.store.get(CHALLENGES, challenge.as_bytes()).expect("reads");
        assert!(kept.is_none(), "nothing is on record of it");
        assert_eq!(challenges.consume(&challenge, "a").await.expect("reads"), Use::Expired);
        assert_eq!(challenges.consume(&challenge, "b").await.expect("reads"), Use::Foreign);
    }

    #[tokio::test]
    async fn what_was_given_out_here_is_known_by_its_mac() {
        let key = master();
        let before = Challenges::new(Store::in_memory().expect("opens"), &key);
        let (challenge, _) = before.issue("a").await.expect("issued");
        // another start, whose records are lost
        let after = Challenges::new(Store::in_memory().expect("opens"), &key);
        assert_eq!(after.consume(&challenge, "a").await.expect("reads"), Use::Unknown);
        assert_eq!(in_memory().consume(&challenge, "a").await.expect("reads"), Use::Foreign, "another key");
        // a later end is not stated by anybody else
        let bytes = URL_SAFE_NO_PAD.decode(challenge.trim_start_matches('u')).expect("base64url");
        for at in [0, RANDOM, RANDOM + EXPIRY, bytes.len() - 1] {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            let changed = format!("u{}", URL_SAFE_NO_PAD.encode(changed));
            assert_eq!(after.consume(&changed, "a").await.expect("reads"), Use::Foreign, "byte {at}");
        }
        let shorter = format!("u{}", URL_SAFE_NO_PAD.encode(&bytes[..bytes.len() - 1]));
        assert_eq!(after.consume(&shorter, "a").await.expect("reads"), Use::Foreign);
    }

    #[tokio::test]
    async fn a_challenge_is_good_once_and_for_its_tenant_only() {
        let challenges = in_memory();
        let (challenge, _) = challenges.issue("a").await.expect("issued");
        assert_eq!(challenges.consume(&challenge, "b").await.expect("reads"), Use::Foreign);
        assert_eq!(challenges.consume(&challenge, "a").await.expect("reads"), Use::Fresh);
        assert_eq!(challenges.consume(&challenge, "a").await.expect("reads"), Use::Used);
        assert_eq!(challenges.consume("other", "a").await.expect("reads"), Use::Foreign);
    }

    #[tokio::test]
    async fn of_many_at_once_one_wins() {
        let challenges = Arc::new(in_memory());
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
