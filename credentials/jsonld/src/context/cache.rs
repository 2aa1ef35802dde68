//! Bounded caches of compiled contexts, shared by all threads.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use super::{ActiveContext, Tier};

/// Terms (and pieces of key text) that one cache holds; some tens of MiB at most.
const MAX_WEIGHT: usize = 1 << 19;

/// Bytes of key text that weigh as much as a term.
const KEY_BYTES_PER_TERM: usize = 64;

/// What turned one context into another.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Source {
    /// A context of the offline set, by its number.
    Url(u64),
    /// The context of a property, by its number.
    Property(u64),
    /// The context of a type, by its number.
    Type(u64),
    /// A context in a document: its JSON text, and the URL that relative URLs in it resolve against.
    Inline(Box<str>, Option<Arc<str>>),
}

/// The context that was changed, and by what.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub(crate) parent: u64,
    pub(crate) source: Source,
}

/// Compiled contexts by origin.
#[derive(Debug, Default)]
pub(crate) struct Map {
    compiled: HashMap<Key, Arc<ActiveContext>>,
    weight: usize,
}

impl Map {
    pub(crate) fn get(&self, key: &Key) -> Option<Arc<ActiveContext>> {
        self.compiled.get(key).cloned()
    }

    /// Adds a context. A full cache starts again from nothing: what is in use comes back at once, and
    /// nobody can make an eviction policy work against us.
    pub(crate) fn insert(&mut self, key: Key, context: Arc<ActiveContext>) {
        let text = if let Source::Inline(text, _) = &key.source { text.len() } else { 0 };
        let weight = 1 + context.len() + text / KEY_BYTES_PER_TERM;
        if self.weight.saturating_add(weight) > MAX_WEIGHT {
            self.compiled.clear();
            self.weight = 0;
        }
        self.weight += weight;
        self.compiled.insert(key, context);
    }
}

/// The caches of one offline set of contexts.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    /// Contexts that derive from the offline set alone; documents can name them in any order, not invent them.
    shared: RwLock<Map>,
    /// Contexts that derive from what documents say: apart, so that strangers do not evict the others.
    inline: RwLock<Map>,
}

impl Cache {
    const fn of(&self, tier: Tier) -> Option<&RwLock<Map>> {
        match tier {
            Tier::Shared => Some(&self.shared),
            Tier::Inline => Some(&self.inline),
            Tier::Document => None,
        }
    }

    pub(crate) fn get(&self, tier: Tier, key: &Key) -> Option<Arc<ActiveContext>> {
        // The map is consistent at every await-free step, so a poisoned lock is still good.
        self.of(tier)?.read().unwrap_or_else(PoisonError::into_inner).get(key)
    }

    /// Keeps `context`; false if contexts of its tier are not shared.
    pub(crate) fn insert(&self, key: Key, context: &Arc<ActiveContext>) -> bool {
        let Some(map) = self.of(context.tier) else { return false };
        map.write().unwrap_or_else(PoisonError::into_inner).insert(key, Arc::clone(context));
        true
    }
}
