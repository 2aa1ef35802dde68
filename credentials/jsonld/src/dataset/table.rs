//! A hash index from N-Quads forms to term numbers: open addressing over 32-bit numbers.
//!
//! The standard map would need an owned key per term; here the key lives in the dataset's buffer. The hash is
//! keyed at random (SipHash), since terms come from strangers.

use std::hash::{BuildHasher as _, RandomState};

/// Marks a free slot.
const FREE: u32 = u32::MAX;

#[derive(Clone, Default)]
pub(super) struct Table {
    keys: RandomState,
    /// Term numbers; the length is a power of two, at least twice the number of terms.
    slots: Vec<u32>,
    /// Hash of each term, by number, so that growing needs no text.
    hashes: Vec<u64>,
}

impl Table {
    pub(super) fn hash(&self, form: &str) -> u64 {
        self.keys.hash_one(form.as_bytes())
    }

    /// Slots from the one where `hash` belongs, all of them once.
    #[expect(clippy::cast_possible_truncation, reason = "only the low bits of the hash choose a slot")]
    fn probe(&self, hash: u64) -> impl Iterator<Item = usize> + use<> {
        let mask = self.slots.len().wrapping_sub(1);
        (0..self.slots.len()).map(move |step| (hash as usize).wrapping_add(step) & mask)
    }

    pub(super) fn find(&self, hash: u64, same: impl Fn(u32) -> bool) -> Option<u32> {
        for slot in self.probe(hash) {
            match self.slots.get(slot) {
                None | Some(&FREE) => return None,
                Some(&id) => {
                    if self.hashes.get(id as usize) == Some(&hash) && same(id) {
                        return Some(id);
                    }
                }
            }
        }
        None
    }

    /// Adds term number `id`, which must be the next one.
    pub(super) fn insert(&mut self, hash: u64, id: u32) {
        self.hashes.push(hash);
        if self.hashes.len() * 2 > self.slots.len() {
            self.slots = vec![FREE; (self.hashes.len() * 4).next_power_of_two().max(128)];
            let hashes = std::mem::take(&mut self.hashes);
            for (&hash, id) in hashes.iter().zip(0u32..) {
                self.place(hash, id);
            }
            self.hashes = hashes;
        } else {
            self.place(hash, id);
        }
    }

    fn place(&mut self, hash: u64, id: u32) {
        for slot in self.probe(hash) {
            if let Some(free) = self.slots.get_mut(slot)
                && *free == FREE
            {
                *free = id;
                return;
            }
        }
    }
}
