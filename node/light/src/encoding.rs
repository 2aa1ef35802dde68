//! The one byte form: borsh, bounded, and compared with its own re-encoding.
//!
//! Borsh has no alternative encodings for the types used here, and [`decode`] checks that rather
//! than trusting it: what it returns re-encodes to the very bytes it was given, so no bit of an
//! encoding is ignored.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
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

/// Byte strings in JSON: base64url without padding, strict.
pub(crate) mod base64url {
    use super::{Engine, URL_SAFE_NO_PAD};

    pub(crate) fn serialize<S: serde::Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&URL_SAFE_NO_PAD.encode(bytes))
    }

    pub(crate) fn deserialize<'de, D: serde::Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<u8>, D::Error> {
        let text: String = serde::Deserialize::deserialize(deserializer)?;
        URL_SAFE_NO_PAD.decode(text).map_err(serde::de::Error::custom)
    }
}

/// Optional byte strings in JSON: `null` or base64url; the member itself is required.
pub(crate) mod base64url_option {
    use super::{Engine, URL_SAFE_NO_PAD};

    pub(crate) fn serialize<S: serde::Serializer>(
        bytes: &Option<Vec<u8>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match bytes {
            Some(bytes) => serializer.serialize_str(&URL_SAFE_NO_PAD.encode(bytes)),
            None => serializer.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: serde::Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Vec<u8>>, D::Error> {
        let text: Option<String> = serde::Deserialize::deserialize(deserializer)?;
        text.map(|text| URL_SAFE_NO_PAD.decode(text).map_err(serde::de::Error::custom)).transpose()
    }
}
