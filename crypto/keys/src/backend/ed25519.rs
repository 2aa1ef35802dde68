//! Ed25519 (RFC 8032) on `ed25519-dalek`.

use crate::{Algorithm, Error};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};

/// Reads a public key: 32 bytes, canonical, not of small order.
pub(crate) fn public(bytes: &[u8; 32]) -> Result<VerifyingKey, Error> {
    let refused = |reason| Error::PublicKey { algorithm: Algorithm::Ed25519, reason };
    let key =
        VerifyingKey::from_bytes(bytes).map_err(|_| refused("the bytes are not a point of the curve"))?;
    // Decompression reduces y modulo p; only the reduced form is an encoding (RFC 8032 §5.1.3 step 1).
    if !is_canonical(bytes) {
        return Err(refused("the encoding is not canonical (y >= p, or a sign bit on x = 0)"));
    }
    if key.is_weak() {
        return Err(refused("the point has small order: such a key accepts signatures nobody made"));
    }
    Ok(key)
}

/// Whether the encoding of a point is its only one: y is less than p = 2^255 - 19, and x = 0 carries no sign bit.
///
/// Told by the bytes alone, because writing the point again would cost an inversion. x is 0 exactly for y = 1 and
/// y = -1, as x^2 = (y^2 - 1) / (d y^2 + 1).
fn is_canonical(bytes: &[u8; 32]) -> bool {
    let [low, middle @ .., high] = bytes;
    let (y_high, sign) = (high & 0x7f, high >> 7);
    // p = ed ff … ff 7f in little-endian order
    let top = y_high == 0x7f && middle.iter().all(|byte| *byte == 0xff);
    let one = *low == 1 && y_high == 0 && middle.iter().all(|byte| *byte == 0);
    let minus_one = top && *low == 0xec;
    let reduced = !(top && *low >= 0xed);
    reduced && !(sign == 1 && (one || minus_one))
}

pub(crate) fn private(seed: &[u8; 32]) -> SigningKey {
    SigningKey::from_bytes(seed)
}

pub(crate) fn sign(key: &SigningKey, message: &[u8]) -> [u8; 64] {
    key.sign(message).to_bytes()
}

pub(crate) fn verify(key: &VerifyingKey, message: &[u8], signature: &[u8]) -> Result<(), Error> {
    let signature = Signature::from_slice(signature).map_err(|_| Error::Verification)?;
    key.verify_strict(message, &signature).map_err(|_| Error::Verification)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoding_is_canonical_exactly_if_the_point_is_written_like_it() {
        let mut canonical = [0_usize; 2];
        let mut compare = |bytes: [u8; 32]| {
            let Ok(key) = VerifyingKey::from_bytes(&bytes) else { return };
            let expected = key.to_edwards().compress().as_bytes() == &bytes;
            assert_eq!(is_canonical(&bytes), expected, "{bytes:02x?}");
            canonical[usize::from(expected)] += 1;
        };
        // every y within 256 of 0 and of 2^255, with and without the sign bit: all special cases lie there
        for (fill, high) in [(0, 0), (0, 0x80), (0xff, 0x7f), (0xff, 0xff)] {
            for low in 0..=255 {
                let mut bytes = [fill; 32];
                (bytes[0], bytes[31]) = (low, high);
                compare(bytes);
            }
        }
        // and some that are nothing special
        let mut bytes = [7; 32];
        for step in 0..1_000_u16 {
            let [high, low] = step.to_be_bytes();
            (bytes[3], bytes[17], bytes[31]) = (low, high, low.wrapping_mul(37));
            compare(bytes);
        }
        assert!(canonical[0] > 10 && canonical[1] > 500, "{canonical:?}");
    }
}
