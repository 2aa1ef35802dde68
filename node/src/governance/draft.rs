//! Records as an operation sees them: what is stored, with its own changes on top.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Error, Event, Records, record};

/// What an operation changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    writes: BTreeMap<String, Vec<u8>>,
    events: Vec<Event>,
}

impl Changes {
    /// The records to write, in ascending order of their keys. Nothing is ever deleted.
    pub fn entries(&self) -> impl Iterator<Item = (Vec<u8>, Vec<u8>)> {
        self.writes.iter().map(|(key, value)| (key.clone().into_bytes(), value.clone()))
    }

    /// What happened, in order.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// The new validator set, if it changed; to be used from the next height on.
    ///
    /// # Errors
    /// [`Error::Damaged`], never for changes that this module made.
    pub fn validators(&self) -> Result<Option<super::Validators>, Error> {
        let bytes = self.writes.get(super::key::VALIDATORS);
        bytes.map(|bytes| super::Validators::from_bytes(super::key::VALIDATORS, bytes)).transpose()
    }
}

/// Stored records with changes on top. A clone is a savepoint.
pub(super) struct Draft<'a, R: ?Sized> {
    records: &'a R,
    changes: Changes,
}

impl<R: ?Sized> Clone for Draft<'_, R> {
    fn clone(&self) -> Self {
        Self { records: self.records, changes: self.changes.clone() }
    }
}

impl<'a, R: Records + ?Sized> Draft<'a, R> {
    pub(super) fn new(records: &'a R) -> Self {
        Self { records, changes: Changes::default() }
    }

    pub(super) fn read<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, Error> {
        let stored = match self.changes.writes.get(key) {
            Some(bytes) => Some(bytes.clone()),
            None => self.records.get(key.as_bytes()).map_err(Error::Records)?,
        };
        stored.map(|bytes| record::from_bytes(key, &bytes)).transpose()
    }

    /// Whether there is a record under a key.
    pub(super) fn exists(&self, key: &str) -> Result<bool, Error> {
        Ok(self.changes.writes.contains_key(key)
            || self.records.get(key.as_bytes()).map_err(Error::Records)?.is_some())
    }

    /// A record that genesis wrote.
    pub(super) fn required<T: DeserializeOwned>(&self, key: &str) -> Result<T, Error> {
        let missing = || Error::Damaged { key: key.to_owned(), cause: "it is missing".to_owned() };
        self.read(key)?.ok_or_else(missing)
    }

    pub(super) fn write<T: Serialize>(&mut self, key: String, record: &T) {
        self.changes.writes.insert(key, record::to_bytes(record));
    }

    pub(super) fn tell(&mut self, event: Event) {
        self.changes.events.push(event);
    }

    pub(super) fn finish(self) -> Changes {
        self.changes
    }
}
