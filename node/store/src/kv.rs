//! The port: what the ledger needs of a store, in a few verbs.

use std::fmt;

use crate::Error;

/// Most entries that one [`Read::page`] returns, whatever is asked for.
pub const MAX_PAGE: usize = 10_000;

/// Name of a family: a key space of its own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Family(&'static str);

impl Family {
    /// Names a family.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }

    /// The name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.0
    }
}

impl fmt::Debug for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// Which way a page runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// From the smallest key up.
    Ascending,
    /// From the largest key down.
    Descending,
}

/// A bounded walk over the keys that start with a prefix.
#[derive(Clone, Copy, Debug)]
pub struct Range<'a> {
    /// All keys returned start with it.
    pub prefix: &'a [u8],
    /// Start strictly behind this key, in the direction of the order.
    pub after: Option<&'a [u8]>,
    /// Direction.
    pub order: Order,
    /// Most entries wanted; never more than [`MAX_PAGE`].
    pub limit: usize,
}

impl<'a> Range<'a> {
    /// The first `limit` keys with a prefix, ascending.
    #[must_use]
    pub fn prefix(prefix: &'a [u8], limit: usize) -> Self {
        Self { prefix, after: None, order: Order::Ascending, limit }
    }

    /// The same walk, strictly behind `after`.
    #[must_use]
    pub fn after(self, after: Option<&'a [u8]>) -> Self {
        Self { after, ..self }
    }

    /// The same walk from the other end.
    #[must_use]
    pub fn descending(self) -> Self {
        Self { order: Order::Descending, ..self }
    }
}

/// One key and its value.
pub type Entry = (Vec<u8>, Vec<u8>);

/// Reading, from the live store or from a snapshot.
pub trait Read {
    /// The value of a key.
    ///
    /// # Errors
    /// [`Error::UnknownFamily`], [`Error::Damaged`], [`Error::Failed`].
    fn get(&self, family: Family, key: &[u8]) -> Result<Option<Vec<u8>>, Error>;

    /// The entries of a range, in order.
    ///
    /// # Errors
    /// As [`Self::get`].
    fn page(&self, family: Family, range: Range<'_>) -> Result<Vec<Entry>, Error>;

    /// The entry with the largest key that starts with `prefix` and is at most `key`.
    ///
    /// # Errors
    /// As [`Self::get`].
    fn at_or_before(&self, family: Family, prefix: &[u8], key: &[u8]) -> Result<Option<Entry>, Error>;
}

/// A store: reading, snapshots, and writes that happen as a whole or not at all.
pub trait Kv: Read + Send + Sync {
    /// Applies a batch atomically; when it returns, the batch survives a power cut.
    ///
    /// # Errors
    /// [`Error::DiskFull`], [`Error::ReadOnly`], [`Error::Failed`]; nothing of the batch is then visible.
    fn write(&self, batch: Batch) -> Result<(), Error>;

    /// A view that later writes do not change.
    fn snapshot(&self) -> Box<dyn Read + '_>;
}

/// Writes to any families, applied together by [`Kv::write`]; the last write to a key wins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    pub(crate) writes: Vec<(Family, Vec<u8>, Option<Vec<u8>>)>,
}

impl Batch {
    /// An empty batch.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a key.
    pub fn put(&mut self, family: Family, key: impl Into<Vec<u8>>, value: impl Into<Vec<u8>>) {
        self.writes.push((family, key.into(), Some(value.into())));
    }

    /// Removes a key; it need not exist.
    pub fn delete(&mut self, family: Family, key: impl Into<Vec<u8>>) {
        self.writes.push((family, key.into(), None));
    }

    /// Number of writes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.writes.len()
    }

    /// Whether there is nothing to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.writes.is_empty()
    }
}
