//! The record that says what a database holds and in which version.

use std::path::Path;

use crate::Error;

/// Key of the record, in RocksDB's default family.
pub(crate) const FORMAT_KEY: &[u8] = b"format";

/// What a database holds.
///
/// Stored as the version (u32, big-endian) and the name: this encoding itself must never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format {
    /// Name of the application's format.
    pub name: &'static str,
    /// Version written by this program; older ones are accepted, newer ones refused.
    pub version: u32,
}

impl Format {
    pub(crate) fn to_bytes(self) -> Vec<u8> {
        [&self.version.to_be_bytes(), self.name.as_bytes()].concat()
    }

    pub(crate) fn check(self, path: &Path, record: &[u8]) -> Result<(), Error> {
        let damaged = || Error::Damaged { path: path.to_owned(), reason: "unreadable format record".into() };
        let (version, name) = record.split_first_chunk::<4>().ok_or_else(damaged)?;
        let found = u32::from_be_bytes(*version);
        let name = core::str::from_utf8(name).map_err(|_| damaged())?;
        if name != self.name {
            let (found, expected) = (name.to_owned(), self.name.to_owned());
            return Err(Error::OtherFormat { path: path.to_owned(), found, expected });
        }
        if found > self.version {
            let (name, known) = (name.to_owned(), self.version);
            return Err(Error::NewerFormat { path: path.to_owned(), name, found, known });
        }
        Ok(())
    }
}
