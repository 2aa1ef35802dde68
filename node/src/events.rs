//! Event streams: first what is recorded, then what happens.
//!
//! A stream reads from the store and sleeps until the height grows, so a slow reader misses nothing
//! and holds nothing in memory but one page.

use std::{collections::VecDeque, sync::PoisonError};

use futures::{Stream, stream};

use crate::{Error, Event, Ledger, chain};

/// Events read at a time.
const PAGE: usize = 256;

impl Ledger {
    /// Events from a position (height and index within the block) on; ends when the ledger shuts down.
    ///
    /// To resume, give the height of the last event seen and its index plus one.
    pub fn events(
        &self,
        height: u64,
        index: u32,
    ) -> impl Stream<Item = Result<Event, Error>> + Send + 'static {
        let heights = self.inner.heights.lock().unwrap_or_else(PoisonError::into_inner);
        let heights = heights.as_ref().map(tokio::sync::watch::Sender::subscribe);
        let store = std::sync::Arc::clone(&self.inner.store);
        let start = (store, heights, (height, index), VecDeque::new());
        stream::unfold(start, async |(store, mut heights, mut from, mut page)| {
            loop {
                if let Some(event) = page.pop_front() {
                    let Event { height, index, .. } = event;
                    from = (height, index + 1);
                    return Some((Ok(event), (store, heights, from, page)));
                }
                // marks the height as seen before reading, so that no block slips through in between
                if let Some(heights) = &mut heights {
                    heights.borrow_and_update();
                }
                match chain::events(store.as_ref(), from.0, from.1, PAGE) {
                    Ok(events) if !events.is_empty() => page.extend(events),
                    Ok(_) => heights.as_mut()?.changed().await.ok()?,
                    Err(error) => return Some((Err(error), (store, None, (u64::MAX, 0), page))),
                }
            }
        })
    }

    /// Recorded events from a position on, at most `limit`.
    ///
    /// # Errors
    /// Storage errors.
    pub fn recorded_events(&self, height: u64, index: u32, limit: usize) -> Result<Vec<Event>, Error> {
        chain::events(self.inner.store.as_ref(), height, index, limit.min(crate::MAX_PAGE))
    }
}
