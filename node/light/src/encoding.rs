//! The one byte form: borsh, bounded, and compared with its own re-encoding.
//!
//! Borsh has no alternative encodings for the types used here, and [`decode`] checks that rather
//! than trusting it: what it returns re-encodes to the very bytes it was given, so no bit of an
//! encoding is ignored.

use borsh::{BorshDeserialize, BorshSerialize};

use crate::Error;

/// Encodes a value of a type whose encoding cannot fail.
pub(crate) fn encode<T: BorshSerialize>(value: &T) -> Vec<u8> {
    borsh::to_vec(value)
        .expect("writing to a Vec cannot fail because only lengths above u32::MAX are refused")
}

/// Decodes exactly `bytes`, at most `limit` of them, in canonical form.
pub(crate) fn decode<T: BorshSerialize + BorshDeserialize>(
    what: &'static str,
    bytes: &[u8],
    limit: usize,
) -> Result<T, Error> {
    if bytes.len() > limit {
        return Err(Error::TooLarge { what, found: bytes.len(), limit });
    }
    let value = T::try_from_slice(bytes).map_err(|e| Error::Malformed { what, reason: e.to_string() })?;
    if encode(&value) != bytes {
        return Err(Error::Malformed { what, reason: "not the canonical encoding".to_owned() });
    }
    Ok(value)
}

/// Refuses more than `limit` of `what`.
pub(crate) fn bounded(what: &'static str, found: usize, limit: usize) -> Result<(), Error> {
    if found > limit { Err(Error::TooLarge { what, found, limit }) } else { Ok(()) }
}
