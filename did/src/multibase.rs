//! Multibase, multicodec and multihash, as far as DIDs use them (Controlled Identifiers 1.0 §2.4, §2.5).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// Longer text is not decoded: base58 takes quadratic time.
pub(crate) const MAX_ENCODED_LENGTH: usize = 1_024;

/// Decodes base58btc (`z…`) or unpadded base64url (`u…`).
pub(crate) fn decode(text: &str) -> Result<Vec<u8>, &'static str> {
    if text.len() > MAX_ENCODED_LENGTH {
        return Err("the multibase value is longer than 1,024 characters");
    }
    if let Some(digits) = text.strip_prefix('z') {
        bs58::decode(digits).into_vec().map_err(|_| "it is not base58btc")
    } else if let Some(digits) = text.strip_prefix('u') {
        URL_SAFE_NO_PAD.decode(digits).map_err(|_| "it is not unpadded base64url")
    } else {
        Err("it does not start with the multibase prefix z or u")
    }
}

/// Encodes as base58btc with its prefix `z`.
pub(crate) fn encode(bytes: &[u8]) -> String {
    format!("z{}", bs58::encode(bytes).into_string())
}

/// Splits off a multicodec: an unsigned varint of at most three bytes, in its shortest form.
pub(crate) fn split_codec(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let mut code = 0u32;
    for (index, byte) in bytes.iter().take(3).enumerate() {
        code |= u32::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            let shortest = index == 0 || *byte != 0;
            return shortest.then(|| (code, bytes.get(index + 1..).unwrap_or_default()));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn varints_have_one_form() {
        assert_eq!(split_codec(&[0x12, 1]), Some((0x12, &[1u8][..])));
        assert_eq!(split_codec(&[0xed, 0x01]), Some((0xed, &[][..])));
        assert_eq!(split_codec(&[0x80, 0x24, 7]), Some((0x1200, &[7u8][..])));
        assert_eq!(split_codec(&[0x92, 0x00, 1]), None);
        assert_eq!(split_codec(&[0x80, 0x80, 0x80, 0x01]), None);
        assert_eq!(split_codec(&[0x80]), None);
        assert_eq!(split_codec(&[]), None);
    }

    #[test]
    fn decodes_two_bases_strictly() {
        assert_eq!(decode("z11").unwrap(), [0, 0]);
        assert_eq!(decode("uAAE").unwrap(), [0, 1]);
        for bad in ["", "z0", "zI", "m1", "uAA=", "uA", "u+/", "uAB", &"z".repeat(2_000)] {
            assert!(decode(bad).is_err(), "{bad}");
        }
        assert_eq!(decode(&encode(&[0, 1, 2])).unwrap(), [0, 1, 2]);
    }
}
