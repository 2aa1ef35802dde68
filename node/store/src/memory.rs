//! The twin in memory, for tests of what stands on [`Kv`].

use std::{
    collections::BTreeMap,
    ops::Bound,
    sync::{Arc, PoisonError, RwLock},
};

use crate::{Batch, Error, Family, Kv, Order, Range, Read, kv::Entry, kv::MAX_PAGE};

type Tables = BTreeMap<Family, BTreeMap<Vec<u8>, Vec<u8>>>;

/// A store without a disk.
#[derive(Clone, Debug)]
pub struct Memory {
    tables: Arc<RwLock<Arc<Tables>>>,
}

impl Memory {
    /// An empty store with these families.
    #[must_use]
    pub fn new(families: &[Family]) -> Self {
        let tables = families.iter().map(|family| (*family, BTreeMap::new())).collect();
        Self { tables: Arc::new(RwLock::new(Arc::new(tables))) }
    }

    fn view(&self) -> View {
        View(self.tables.read().unwrap_or_else(PoisonError::into_inner).clone())
    }
}

impl Read for Memory {
    fn get(&self, family: Family, key: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        self.view().get(family, key)
    }

    fn page(&self, family: Family, range: Range<'_>) -> Result<Vec<Entry>, Error> {
        self.view().page(family, range)
    }

    fn at_or_before(&self, family: Family, prefix: &[u8], key: &[u8]) -> Result<Option<Entry>, Error> {
        self.view().at_or_before(family, prefix, key)
    }
}

impl Kv for Memory {
    fn write(&self, batch: Batch) -> Result<(), Error> {
        let mut guard = self.tables.write().unwrap_or_else(PoisonError::into_inner);
        if let Some((family, ..)) = batch.writes.iter().find(|(family, ..)| !guard.contains_key(family)) {
            return Err(Error::UnknownFamily(family.name()));
        }
        let tables = Arc::make_mut(&mut guard);
        for (family, key, value) in batch.writes {
            let table = tables.entry(family).or_default();
            match value {
                Some(value) => table.insert(key, value),
                None => table.remove(&key),
            };
        }
        Ok(())
    }

    fn snapshot(&self) -> Box<dyn Read + '_> {
        Box::new(self.view())
    }
}

#[derive(Debug)]
struct View(Arc<Tables>);

impl View {
    fn table(&self, family: Family) -> Result<&BTreeMap<Vec<u8>, Vec<u8>>, Error> {
        self.0.get(&family).ok_or(Error::UnknownFamily(family.name()))
    }
}

impl Read for View {
    fn get(&self, family: Family, key: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        Ok(self.table(family)?.get(key).cloned())
    }

    fn page(&self, family: Family, range: Range<'_>) -> Result<Vec<Entry>, Error> {
        let table = self.table(family)?;
        let within = table
            .range::<[u8], _>((Bound::Included(range.prefix), Bound::Unbounded))
            .take_while(|(key, _)| key.starts_with(range.prefix));
        let owned = |(key, value): (&Vec<u8>, &Vec<u8>)| (key.clone(), value.clone());
        let limit = range.limit.min(MAX_PAGE);
        Ok(match (range.order, range.after) {
            (Order::Ascending, after) => within
                .filter(|(key, _)| after.is_none_or(|after| key.as_slice() > after))
                .take(limit)
                .map(owned)
                .collect(),
            (Order::Descending, after) => {
                let all: Vec<_> = within.collect();
                let before =
                    |(key, _): &(&Vec<u8>, &Vec<u8>)| after.is_none_or(|after| key.as_slice() < after);
                all.into_iter().rev().filter(before).take(limit).map(owned).collect()
            }
        })
    }

    fn at_or_before(&self, family: Family, prefix: &[u8], key: &[u8]) -> Result<Option<Entry>, Error> {
        let table = self.table(family)?;
        let entry = table.range::<[u8], _>((Bound::Unbounded, Bound::Included(key))).next_back();
        Ok(entry.filter(|(key, _)| key.starts_with(prefix)).map(|(key, value)| (key.clone(), value.clone())))
    }
}
