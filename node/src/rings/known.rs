//! The rings that were used lately: each key of one is decompressed when it is made.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use hufu_light::{RingName, RingRecord, TrustAnchor};
use hufu_ring::Ring;

/// Rings remembered: each takes some 200 bytes a member, of whom there are at most 1,024.
const MAX_RINGS: usize = 64;

/// A ring.
pub type Found = Arc<Ring>;

/// Rings by name. What is in the state under a ring's key never changes.
#[derive(Debug, Default)]
pub struct Known(Mutex<HashMap<RingName, Found>>);

impl Known {
    /// The ring, made from its record unless it was made before; none if `read` finds no record under its key.
    ///
    /// # Errors
    /// Those of `read`; what `damaged` says of a record that makes no ring.
    pub fn find<E>(
        &self,
        name: &RingName,
        anchor: &TrustAnchor,
        read: impl FnOnce(&str) -> Result<Option<Vec<u8>>, E>,
        damaged: impl FnOnce(hufu_light::Error) -> E,
    ) -> Result<Option<Found>, E> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned();
        if known.is_some() {
            return Ok(known);
        }
        let Some(record) = read(&name.key())? else { return Ok(None) };
        let ring = RingRecord::from_bytes(&record).and_then(|record| record.ring(anchor));
        let ring = Arc::new(ring.map_err(damaged)?);
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MAX_RINGS {
            known.clear();
        }
        known.insert(name.clone(), Arc::clone(&ring));
        Ok(Some(ring))
    }
}
