//! Which Ed25519 signatures and keys of doubtful form are permitted: the list that `VerifyingKey::verify` states.

use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT as B, EIGHT_TORSION};
use curve25519_dalek::edwards::CompressedEdwardsY;
use curve25519_dalek::traits::Identity as _;
use curve25519_dalek::{EdwardsPoint, Scalar};
use hufu_keys::{Algorithm, Error, Signature, VerifyingKey};
use sha2::{Digest, Sha512};

/// The order of the group: 2²⁵² + 27742317777372353535851937790883648493, little-endian.
const L: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

fn read(bytes: [u8; 32]) -> Result<VerifyingKey, Error> {
    VerifyingKey::from_bytes(Algorithm::Ed25519, &bytes)
}

fn challenge(r: &[u8; 32], a: &[u8; 32], message: &[u8]) -> Scalar {
    let hash: [u8; 64] =
        Sha512::new().chain_update(r).chain_update(a).chain_update(message).finalize().into();
    Scalar::from_bytes_mod_order_wide(&hash)
}

/// A signature by `secret` with nonce 7, for a public key and `R` shifted by small-order points.
fn sign(
    secret: Scalar,
    shift_a: EdwardsPoint,
    shift_r: EdwardsPoint,
    message: &[u8],
) -> ([u8; 32], Vec<u8>, Scalar) {
    let nonce = Scalar::from(7_u8);
    let a = (B * secret + shift_a).compress().to_bytes();
    let r = (B * nonce + shift_r).compress().to_bytes();
    let k = challenge(&r, &a, message);
    (a, [r, (nonce + k * secret).to_bytes()].concat(), k)
}

#[test]
fn keys_of_small_order_are_refused() {
    for point in EIGHT_TORSION {
        assert!(matches!(read(point.compress().to_bytes()), Err(Error::PublicKey { .. })));
    }
}

#[test]
fn non_canonical_keys_are_refused() {
    // y = p + n for the n that fit 255 bits, with both signs.
    for n in 0..19_u8 {
        for sign in [0, 0x80] {
            let mut bytes = [0xff; 32];
            bytes[0] = 0xed + n;
            bytes[31] = 0x7f | sign;
            assert!(matches!(read(bytes), Err(Error::PublicKey { .. })), "p + {n}, sign {sign:x}");
        }
    }
    // x = 0 with the sign bit set.
    let mut minus_zero = [0; 32];
    minus_zero[0] = 1;
    minus_zero[31] = 0x80;
    assert!(read(minus_zero).is_err());
}

#[test]
fn a_small_order_r_is_refused() {
    let secret = Scalar::from(1_234_567_u32);
    let a = (B * secret).compress().to_bytes();
    let key = read(a).unwrap();
    for point in EIGHT_TORSION {
        // R = point, S = k·a satisfies the cofactored equation for every one of them.
        let r = point.compress().to_bytes();
        let s = challenge(&r, &a, b"m") * secret;
        assert_eq!(key.verify(b"m", &[r, s.to_bytes()].concat()), Err(Error::Verification));
    }
}

#[test]
fn s_must_be_below_the_order() {
    let (a, signature, _) = sign(Scalar::from(99_u8), EIGHT_TORSION[0], EIGHT_TORSION[0], b"m");
    let key = read(a).unwrap();
    key.verify(b"m", &signature).unwrap();
    let mut shifted = signature.clone();
    let mut carry = 0_u16;
    for (byte, l) in shifted[32..].iter_mut().zip(L) {
        carry += u16::from(*byte) + u16::from(l);
        *byte = (carry & 0xff) as u8;
        carry >>= 8;
    }
    assert_eq!(key.verify(b"m", &shifted), Err(Error::Verification), "S + L");
    assert!(Signature::from_bytes(Algorithm::Ed25519, &shifted).is_err());
    assert!(Signature::from_bytes(Algorithm::Ed25519, &signature).is_ok());
    let exactly = [&signature[..32], &L].concat();
    assert!(Signature::from_bytes(Algorithm::Ed25519, &exactly).is_err(), "S = L");
}

#[test]
fn a_mixed_order_r_is_refused_under_a_clean_key() {
    for shift in &EIGHT_TORSION[1..] {
        let (a, signature, _) = sign(Scalar::from(99_u8), EIGHT_TORSION[0], *shift, b"m");
        // It satisfies the cofactored equation; this verifier compares R without the cofactor.
        assert_eq!(read(a).unwrap().verify(b"m", &signature), Err(Error::Verification));
    }
}

#[test]
fn a_mixed_order_key_is_permitted_and_verifies_without_the_cofactor_only() {
    let shift = EIGHT_TORSION[1]; // of order 8
    let (mut accepted, mut refused) = (0, 0);
    for n in 0..64_u8 {
        let (a, signature, k) = sign(Scalar::from(99_u8), shift, EIGHT_TORSION[0], &[n]);
        // S·B − k·A = R − k·T, which is R when 8 divides k.
        let divisible = k.as_bytes()[0] & 7 == 0;
        assert_eq!(read(a).unwrap().verify(&[n], &signature).is_ok(), divisible);
        if divisible { accepted += 1 } else { refused += 1 }
    }
    assert!(accepted > 0 && refused > 0, "{accepted} {refused}");
}

/// The library's own strict verification, which this crate's is a faster form of, over every pair of torsion points
/// in key and `R`, signatures of small order and altered ones.
#[test]
fn the_verdict_is_that_of_verify_strict() {
    let (mut accepted, mut refused) = (0, 0);
    let mut compare = |a: [u8; 32], message: &[u8], signature: &[u8]| {
        let Ok(ours) = read(a) else { return };
        let theirs = ed25519_dalek::VerifyingKey::from_bytes(&a).unwrap();
        let signature: [u8; 64] = signature.try_into().unwrap();
        let strict = theirs.verify_strict(message, &ed25519_dalek::Signature::from_bytes(&signature));
        let verdict = ours.verify(message, &signature);
        assert_eq!(verdict.is_ok(), strict.is_ok(), "{} {}", hex::encode(a), hex::encode(signature));
        if verdict.is_ok() { accepted += 1 } else { refused += 1 }
    };
    for shift_a in EIGHT_TORSION {
        for shift_r in EIGHT_TORSION {
            for n in 0..32_u8 {
                let (a, signature, k) = sign(Scalar::from(99_u8), shift_a, shift_r, &[n]);
                compare(a, &[n], &signature);
                for bit in [0, 7, 255, 256, 300, 511] {
                    let mut altered = signature.clone();
                    altered[bit / 8] ^= 1 << (bit % 8);
                    compare(a, &[n], &altered);
                }
                // R itself of small order, in its canonical and its other encodings.
                let r = shift_r.compress().to_bytes();
                let s = k * Scalar::from(99_u8);
                compare(a, &[n], &[r, s.to_bytes()].concat());
                let mut non_canonical = [0xff; 32];
                non_canonical[0] = 0xed + (n % 19);
                non_canonical[31] = if n % 2 == 0 { 0x7f } else { 0xff };
                compare(a, &[n], &[non_canonical, s.to_bytes()].concat());
            }
        }
    }
    assert!(accepted > 100 && refused > 1000, "{accepted} accepted, {refused} refused");
}

/// Why there is no batch verification: the batch equation has no answer of its own for defects of small order.
/// A signature that single verification always refuses passes it or not, as the verifier's random weights fall.
#[test]
fn the_batch_equation_is_of_two_minds_about_torsion() {
    let secret = Scalar::from(99_u8);
    let order_2 = EIGHT_TORSION[4];
    let (a, signature, k) = sign(secret, EIGHT_TORSION[0], order_2, b"m");
    assert_eq!(read(a).unwrap().verify(b"m", &signature), Err(Error::Verification));
    let (r, s) = signature.split_at(32);
    let r = CompressedEdwardsY(r.try_into().unwrap()).decompress().unwrap();
    let s = Scalar::from_canonical_bytes(s.try_into().unwrap()).unwrap();
    let defect = B * s - (B * secret) * k - r;
    let holds = |weight: u8| defect * Scalar::from(weight) == EdwardsPoint::identity();
    assert!(holds(2) && holds(4) && !holds(1) && !holds(3), "it depends on the weight alone");
}
