//! The state: records under byte keys, authenticated by a versioned Merkle tree.
//!
//! A version of the tree is a height. Rules see the state through [`State`], a plain map; the tree is
//! updated once per block from the writes that all transactions of the block left.

pub(crate) mod overlay;
pub(crate) mod recompute;
pub(crate) mod tree;

use hufu_store::{Range, Read};

use crate::{
    Error,
    layout::{LATEST, number},
};

/// A key and its value.
pub type Entry = (Vec<u8>, Vec<u8>);

/// The state as rules and readers see it.
pub trait State {
    /// The value of a key.
    ///
    /// # Errors
    /// [`Error::Storage`] or [`Error::Damaged`].
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Error>;

    /// Entries whose keys start with `prefix`, ascending, strictly behind `after`, at most `limit`.
    ///
    /// # Errors
    /// As [`Self::get`].
    fn scan(&self, prefix: &[u8], after: Option<&[u8]>, limit: usize) -> Result<Vec<Entry>, Error>;

    /// Something that changes whenever the value of the key does; for caches.
    ///
    /// # Errors
    /// As [`Self::get`].
    fn stamp(&self, key: &[u8]) -> Result<Stamp, Error>;
}

/// When a key was last written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stamp {
    /// Never.
    Absent,
    /// At this height.
    Height(u64),
    /// By the block being made: the value may change again without the stamp changing.
    Pending,
}

/// The newest state in the store.
pub(crate) struct Latest<'a, R: ?Sized>(pub(crate) &'a R);

impl<R: Read + ?Sized> State for Latest<'_, R> {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        self.0.get(LATEST, key)?.map(|stored| value_of(&stored)).transpose()
    }

    fn scan(&self, prefix: &[u8], after: Option<&[u8]>, limit: usize) -> Result<Vec<Entry>, Error> {
        let page = self.0.page(LATEST, Range::prefix(prefix, limit).after(after))?;
        page.into_iter().map(|(key, stored)| Ok((key, value_of(&stored)?))).collect()
    }

    fn stamp(&self, key: &[u8]) -> Result<Stamp, Error> {
        let Some(stored) = self.0.get(LATEST, key)? else { return Ok(Stamp::Absent) };
        let (height, _) = number(&stored).ok_or_else(short)?;
        Ok(Stamp::Height(height))
    }
}

fn value_of(stored: &[u8]) -> Result<Vec<u8>, Error> {
    number(stored).map(|(_, value)| value.to_vec()).ok_or_else(short)
}

fn short() -> Error {
    Error::damaged("state record", "it has no height")
}
