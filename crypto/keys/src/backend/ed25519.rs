//! Ed25519 (RFC 8032): signing on AWS-LC, verification on `ed25519-dalek`, each where it is fastest.
//!
//! Both give the same bytes, because RFC 8032 derives the nonce from key and message.

use crate::{Algorithm, Error};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use ed25519_dalek::{Signature, Verifier, VerifyingKey};
use zeroize::Zeroizing;

/// A key pair of AWS-LC, and the seed it was made of: AWS-LC gives it back only in a copy that is not wiped.
pub(crate) struct Private {
    pair: Ed25519KeyPair,
    seed: Zeroizing<Box<[u8]>>,
}

impl Private {
    /// Every 32 bytes are a seed.
    pub(crate) fn from_seed(seed: &[u8]) -> Result<Self, Error> {
        let refused = |reason| Error::PrivateKey { algorithm: Algorithm::Ed25519, reason };
        if seed.len() != Algorithm::Ed25519.private_key_len() {
            return Err(refused("wrong number of bytes"));
        }
        // "Unchecked" speaks of a public key beside the seed; here it is derived.
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| refused("the seed is unusable"))?;
        Ok(Self { pair, seed: Zeroizing::new(seed.into()) })
    }

    pub(crate) fn seed(&self) -> &[u8] {
        &self.seed
    }

    pub(crate) fn public(&self) -> &[u8] {
        self.pair.public_key().as_ref()
    }

    pub(crate) fn sign(&self, message: &[u8]) -> aws_lc_rs::signature::Signature {
        self.pair.sign(message)
    }
}

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

/// Verifies exactly what `ed25519-dalek`'s `verify_strict` does, without its decompression of `R`:
///
/// 1. `S < L` (the library's parser);
/// 2. `A` is not of small order ([`public`] refuses such keys);
/// 3. `R` is not of small order: it is none of the eight encodings below;
/// 4. the bytes of `[S]B − [k]A` are those of `R`.
///
/// `verify_strict` decompresses `R` in order to decide 3. But by 4 `R` is an encoding that the library wrote itself,
/// so it is a point in canonical form, and such a point has small order exactly if it is in the list.
pub(crate) fn verify(key: &VerifyingKey, message: &[u8], signature: &[u8]) -> Result<(), Error> {
    let parsed = Signature::from_slice(signature).map_err(|_| Error::Verification)?;
    if SMALL_ORDER.contains(parsed.r_bytes()) {
        return Err(Error::Verification);
    }
    key.verify(message, &parsed).map_err(|_| Error::Verification)
}

/// The canonical encodings of the eight points whose order divides 8: the identity, the points of order 8 (with
/// either sign), 4 and 2.
const SMALL_ORDER: [[u8; 32]; 8] = {
    let mut identity = [0; 32];
    identity[0] = 1;
    let mut order_2 = [0xff; 32]; // y = -1 = p - 1
    order_2[0] = 0xec;
    order_2[31] = 0x7f;
    let order_4 = [0; 32]; // y = 0
    [identity, order_2, order_4, signed(order_4), EIGHTH, signed(EIGHTH), OTHER_EIGHTH, signed(OTHER_EIGHTH)]
};

/// The other root of the same x².
const fn signed(mut encoding: [u8; 32]) -> [u8; 32] {
    encoding[31] |= 0x80;
    encoding
}

/// y of a point of order 8.
const EIGHTH: [u8; 32] = [
    0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5,
    0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
];

/// p minus that y.
const OTHER_EIGHTH: [u8; 32] = [
    0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a,
    0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
];

#[cfg(test)]
mod tests {
    use super::*;
    use curve25519_dalek::constants::EIGHT_TORSION;
    use std::collections::HashSet;

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

    #[test]
    fn the_list_is_the_torsion_subgroup() {
        let expected: HashSet<_> = EIGHT_TORSION.iter().map(|p| p.compress().to_bytes()).collect();
        assert_eq!(expected, SMALL_ORDER.into_iter().collect());
        assert_eq!(expected.len(), SMALL_ORDER.len());
    }
}
