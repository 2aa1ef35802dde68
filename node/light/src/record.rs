//! How the records of rings and groups are stored: JSON under a format version.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::Error;

/// The format that records are written in.
const FORMAT: u64 = 1;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored<T> {
    format: u64,
    record: T,
}

/// The bytes that a record is stored as.
pub(crate) fn to_bytes<T: Serialize>(record: &T) -> Vec<u8> {
    let stored = Stored { format: FORMAT, record };
    serde_json::to_vec(&stored).expect("a record serialises because it has only strings, numbers and lists")
}

/// Reads a record from the bytes that are stored.
pub(crate) fn from_bytes<T: DeserializeOwned>(what: &'static str, bytes: &[u8]) -> Result<T, Error> {
    let malformed = |reason: String| Error::Malformed { what, reason };
    let stored: Stored<T> = serde_json::from_slice(bytes).map_err(|e| malformed(e.to_string()))?;
    if stored.format != FORMAT {
        let found = stored.format;
        return Err(malformed(format!("it has format {found}; this version reads format {FORMAT}")));
    }
    Ok(stored.record)
}

/// Gives record types their byte form.
macro_rules! stored {
    ($($name:ty = $what:literal),* $(,)?) => { $(
        impl $name {
            /// The bytes that it is stored as.
            #[must_use]
            pub fn to_bytes(&self) -> Vec<u8> {
                $crate::record::to_bytes(self)
            }

            /// Reads it from the bytes that are stored under its key.
            ///
            /// # Errors
            /// [`Error::Malformed`](crate::Error::Malformed).
            pub fn from_bytes(bytes: &[u8]) -> Result<Self, $crate::Error> {
                $crate::record::from_bytes($what, bytes)
            }
        }
    )* };
}
pub(crate) use stored;
