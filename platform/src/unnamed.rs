//! Requests by one of a ring or a member of a group, without an API key.
//!
//! 1. It is a GET: whatever changes something is a transaction that carries its own signature.
//! 2. Its time is that of this service, within [`WINDOW_MS`], and not before this process began: what was used is remembered in
//!    memory only.
//! 3. The signature holds for this very URL; a ring is that of its list's present version, a group's epoch the one in force.
//! 4. Its tag was not used before.
//!
//! Then the policies decide about a member of that ring or group, as about any caller.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use axum::http::{HeaderValue, Method};
use hufu_light::{GroupName, RingName};
use hufu_wire::{UNNAMED_SCHEME, UnnamedAuthorization};

use crate::{
    app::{App, blocking},
    caller::Caller,
    error::{Kind, Problem},
    standing, time,
};

/// How far a request's time may be from this service's, in milliseconds.
const WINDOW_MS: u64 = 60_000;

/// Most tags remembered: those of the last two minutes.
const MAX_SEEN: usize = 100_000;

/// The tags of requests that were answered lately.
#[derive(Debug)]
pub(crate) struct Seen {
    begun_ms: u64,
    /// When each is no longer needed.
    tags: Mutex<HashMap<Vec<u8>, u64>>,
}

impl Seen {
    pub(crate) fn new() -> Self {
        Self { begun_ms: time::now_ms(), tags: Mutex::default() }
    }

    /// Step 2.
    fn check_time(&self, time_ms: u64) -> Result<(), Problem> {
        let now = time::now_ms();
        if time_ms < self.begun_ms || now.abs_diff(time_ms) > WINDOW_MS {
            return Err(refused(format!(
                "its time is {}, this service's {}: sign again",
                time::rfc3339(time_ms),
                time::rfc3339(now)
            )));
        }
        Ok(())
    }

    /// Step 4.
    fn take(&self, tag: Vec<u8>, time_ms: u64) -> Result<(), Problem> {
        // again: since step 2 it has waited for its turn, and tags are forgotten
        self.check_time(time_ms)?;
        let now = time::now_ms();
        let mut tags = self.tags.lock().unwrap_or_else(PoisonError::into_inner);
        if tags.contains_key(&tag) {
            return Err(refused("it was used before: another nonce is needed for each request".to_owned()));
        }
        if tags.len() >= MAX_SEEN {
            tags.retain(|_, end| *end >= now);
        }
        if tags.len() >= MAX_SEEN {
            return Err(Problem::new(Kind::TooMany, "too many unnamed requests: try again in a minute"));
        }
        tags.insert(tag, time_ms.saturating_add(WINDOW_MS));
        Ok(())
    }
}

fn refused(why: String) -> Problem {
    Problem::new(Kind::Unauthenticated, format!("the {UNNAMED_SCHEME} authorization is refused: {why}"))
}

/// What stands behind the scheme, if the header has this one.
pub(crate) fn authorization(value: &HeaderValue) -> Option<&str> {
    let (scheme, text) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case(UNNAMED_SCHEME).then_some(text.trim())
}

/// Who asks.
pub(crate) async fn caller(app: &App, method: Method, path: String, text: String) -> Result<Caller, Problem> {
    // 1.
    if method != Method::GET {
        return Err(refused(
            "only GET is asked for unnamed; send a transaction to change something".to_owned(),
        ));
    }
    let authorization = UnnamedAuthorization::parse(&text).map_err(|error| refused(error.to_string()))?;
    // 2.
    app.seen().check_time(authorization.time_ms)?;
    let url = format!("{}{path}", app.config().public_url());
    // 3.
    let turn = app.unnamed_turn().await?;
    let (checking, time_ms) = (app.clone(), authorization.time_ms);
    let checked = blocking(move || check(&checking, &authorization, &url)).await?;
    drop(turn);
    let (caller, tag) = checked?;
    // 4.
    app.seen().take(tag, time_ms)?;
    Ok(caller)
}

/// Step 3. Until the signature holds there is one answer for whatever is wrong: who has none learns nothing of what there is. Whose
/// signature holds and is of a version or epoch that is over is told so.
fn check(app: &App, authorization: &UnnamedAuthorization, url: &str) -> Result<(Caller, Vec<u8>), Problem> {
    let anchor = app.ledger().anchor();
    let wrong = || {
        refused(format!(
            "the signature does not verify for {url}: it must be of one of a ring or group on this network's ledger, for exactly \
             this request"
        ))
    };
    if let Ok(name) = authorization.of.parse::<GroupName>() {
        let number = authorization.epoch().map_err(|_| wrong())?;
        let found = standing::group(app, &name)?.ok_or_else(wrong)?;
        let (_, group) = &*found;
        let epoch = standing::epoch(app, &name, number)?.ok_or_else(wrong)?;
        let epoch = epoch.epoch(group).map_err(Problem::internal)?;
        let tag = authorization.verify_by_group(anchor, url, group, &epoch).map_err(|_| wrong())?;
        // who was revoked reads no more
        let current = standing::epoch_in_force(app, &name)?;
        if current != number {
            return Err(refused(format!(
                "the signature is of epoch {number} of {name}, in force is {current}: follow the updates and sign again"
            )));
        }
        return Ok((Caller::Group(name), tag));
    }
    let name: RingName = authorization.of.parse().map_err(|error| refused(format!("{error}")))?;
    let ring = standing::ring(app, &name)?.ok_or_else(wrong)?;
    let tag = authorization.verify_by_ring(anchor, url, &ring).map_err(|_| wrong())?;
    // who has left the list reads no more
    let version = standing::present_version(app, &name)?;
    if version != Some(name.version()) {
        return Err(refused(format!(
            "{name} is not the ring of the list's present version, which is {}",
            version.unwrap_or_default()
        )));
    }
    Ok((Caller::Ring(name), tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_taken_once_and_times_are_near() {
        let seen = Seen::new();
        let now = time::now_ms();
        assert!(seen.take(vec![3], now - WINDOW_MS - 1_000).is_err(), "it has waited too long");
        assert!(seen.take(vec![1], now).is_ok() && seen.take(vec![2], now).is_ok());
        assert!(seen.take(vec![1], now).is_err());
        assert!(seen.check_time(now).is_ok());
        assert!(seen.check_time(now + WINDOW_MS + 1_000).is_err());
        assert!(seen.check_time(seen.begun_ms - 1).is_err(), "before this process began");
    }
}
