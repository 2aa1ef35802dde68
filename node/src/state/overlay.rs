//! Writes on top of a state, not yet part of it.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Bound,
};

use super::{Entry, Stamp, State};
use crate::Error;

/// New values by key; `None` removes.
pub(crate) type Writes = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

/// A state with writes on top.
pub(crate) struct Overlay<'a> {
    base: &'a dyn State,
    writes: Writes,
}

impl<'a> Overlay<'a> {
    pub(crate) fn new(base: &'a dyn State) -> Self {
        Self { base, writes: Writes::new() }
    }

    /// Takes over writes; later ones win.
    pub(crate) fn extend(&mut self, writes: Writes) {
        self.writes.extend(writes);
    }

    /// Whether a key has been written.
    pub(crate) fn has_written(&self, key: &[u8]) -> bool {
        self.writes.contains_key(key)
    }

    /// Whether any key with a prefix has been written.
    pub(crate) fn has_written_under(&self, prefix: &[u8]) -> bool {
        let mut from = self.writes.range::<[u8], _>((Bound::Included(prefix), Bound::Unbounded));
        from.next().is_some_and(|(key, _)| key.starts_with(prefix))
    }

    pub(crate) fn into_writes(self) -> Writes {
        self.writes
    }
}

impl State for Overlay<'_> {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        match self.writes.get(key) {
            Some(value) => Ok(value.clone()),
            None => self.base.get(key),
        }
    }

    fn scan(&self, prefix: &[u8], after: Option<&[u8]>, limit: usize) -> Result<Vec<Entry>, Error> {
        let from = after.filter(|after| *after >= prefix).map_or(Bound::Included(prefix), Bound::Excluded);
        let mine: BTreeMap<&[u8], &Option<Vec<u8>>> = self
            .writes
            .range::<[u8], _>((from, Bound::Unbounded))
            .take_while(|(key, _)| key.starts_with(prefix))
            .map(|(key, value)| (key.as_slice(), value))
            .collect();
        // as many base entries as could be hidden, and a full page besides
        let base = self.base.scan(prefix, after, limit.saturating_add(mine.len()))?;
        let base: BTreeMap<Vec<u8>, Vec<u8>> = base.into_iter().collect();
        let keys: BTreeSet<&[u8]> = base.keys().map(Vec::as_slice).chain(mine.keys().copied()).collect();
        let value = |key: &[u8]| match mine.get(key) {
            Some(value) => (*value).clone(),
            None => base.get(key).cloned(),
        };
        Ok(keys.into_iter().filter_map(|key| Some((key.to_vec(), value(key)?))).take(limit).collect())
    }

    fn stamp(&self, key: &[u8]) -> Result<Stamp, Error> {
        if self.writes.contains_key(key) { Ok(Stamp::Pending) } else { self.base.stamp(key) }
    }
}

#[cfg(test)]
mod tests {
    use hufu_store::{Batch, Kv, Memory};

    use super::*;
    use crate::{layout::LATEST, state::Latest};

    #[test]
    fn scans_see_writes_and_removals_in_order() {
        let store = Memory::new(&[LATEST]);
        let mut batch = Batch::new();
        for key in ["a/1", "a/2", "a/4", "b/1"] {
            batch.put(LATEST, key, [&7u64.to_be_bytes(), key.as_bytes()].concat());
        }
        store.write(batch).unwrap();
        let base = Latest(&store);
        let mut overlay = Overlay::new(&base);
        let write =
            |key: &str, value: Option<&str>| (key.as_bytes().to_vec(), value.map(|v| v.as_bytes().to_vec()));
        overlay.extend(Writes::from([
            write("a/2", None),
            write("a/3", Some("new")),
            write("a/4", Some("other")),
        ]));
        let scan = |after: Option<&[u8]>, limit| {
            let page = overlay.scan(b"a/", after, limit).unwrap();
            page.into_iter().map(|(k, v)| format!("{}={}", text(&k), text(&v))).collect::<Vec<_>>()
        };
        fn text(bytes: &[u8]) -> String {
            String::from_utf8_lossy(bytes).into_owned()
        }
        assert_eq!(scan(None, 9), ["a/1=a/1", "a/3=new", "a/4=other"]);
        assert_eq!(scan(None, 2), ["a/1=a/1", "a/3=new"]);
        assert_eq!(scan(Some(b"a/1"), 1), ["a/3=new"]);
        assert_eq!(scan(Some(b"a/3"), 9), ["a/4=other"]);
        assert_eq!(overlay.get(b"a/2").unwrap(), None);
        assert_eq!(overlay.stamp(b"a/2").unwrap(), Stamp::Pending);
        assert_eq!(overlay.stamp(b"a/1").unwrap(), Stamp::Height(7));
        assert_eq!(overlay.stamp(b"c").unwrap(), Stamp::Absent);
    }
}
