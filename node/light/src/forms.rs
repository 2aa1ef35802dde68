//! How bytes stand in JSON records and operations, for serde's `with`: base64url for long ones, hexadecimal digits for those that
//! are looked up.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// Byte strings in JSON: base64url without padding, strict.
pub mod base64url {
    #![allow(clippy::missing_errors_doc)]

    use super::{Engine, URL_SAFE_NO_PAD};

    /// For serde.
    pub fn serialize<S: serde::Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&URL_SAFE_NO_PAD.encode(bytes))
    }

    /// For serde.
    pub fn deserialize<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text: String = serde::Deserialize::deserialize(deserializer)?;
        URL_SAFE_NO_PAD.decode(text).map_err(serde::de::Error::custom)
    }
}

/// Optional byte strings in JSON: `null` or base64url; the member itself is required.
pub mod base64url_option {
    #![allow(clippy::missing_errors_doc)]

    use super::{Engine, URL_SAFE_NO_PAD};

    /// For serde.
    pub fn serialize<S: serde::Serializer>(
        bytes: &Option<Vec<u8>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match bytes {
            Some(bytes) => serializer.serialize_str(&URL_SAFE_NO_PAD.encode(bytes)),
            None => serializer.serialize_none(),
        }
    }

    /// For serde.
    pub fn deserialize<'de, D: serde::Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Vec<u8>>, D::Error> {
        let text: Option<String> = serde::Deserialize::deserialize(deserializer)?;
        text.map(|text| URL_SAFE_NO_PAD.decode(text).map_err(serde::de::Error::custom)).transpose()
    }
}

fn read_hex<const N: usize, E: serde::de::Error>(text: &str) -> Result<[u8; N], E> {
    let mut bytes = [0; N];
    hex::decode_to_slice(text, &mut bytes)
        .map_err(|e| E::custom(format_args!("{} hexadecimal digits are expected: {e}", 2 * N)))?;
    if hex::encode(bytes) == text { Ok(bytes) } else { Err(E::custom("the digits must be lower-case")) }
}

/// A fixed number of bytes: hexadecimal digits, in lower case and no other way.
pub mod hex_array {
    #![allow(clippy::missing_errors_doc)]

    use super::read_hex;

    /// For serde.
    pub fn serialize<S: serde::Serializer, const N: usize>(
        bytes: &[u8; N],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex::encode(bytes))
    }

    /// For serde.
    pub fn deserialize<'de, D: serde::Deserializer<'de>, const N: usize>(
        deserializer: D,
    ) -> Result<[u8; N], D::Error> {
        let text: String = serde::Deserialize::deserialize(deserializer)?;
        read_hex(&text)
    }
}

/// A list of such.
pub mod hex_arrays {
    #![allow(clippy::missing_errors_doc)]

    use super::read_hex;

    /// For serde.
    pub fn serialize<S: serde::Serializer, const N: usize>(
        items: &[[u8; N]],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(items.iter().map(hex::encode))
    }

    /// For serde.
    pub fn deserialize<'de, D: serde::Deserializer<'de>, const N: usize>(
        deserializer: D,
    ) -> Result<Vec<[u8; N]>, D::Error> {
        let texts: Vec<String> = serde::Deserialize::deserialize(deserializer)?;
        texts.iter().map(|text| read_hex(text)).collect()
    }
}
