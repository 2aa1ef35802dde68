//! Points, scalars and the hash to the group (`docs/encoding.md`, its first paragraph and "Hash to the group").

use bls12_381::hash_to_curve::{HashToField as _, MapToCurve};
use bls12_381::{G1Affine, G1Projective, G2Affine, G2Projective, Scalar};
use sha2::{Digest as _, Sha256};

use super::{Checked, ensure};

/// A point of G1 other than the identity.
pub(super) fn g1(bytes: &[u8]) -> Checked<G1Projective> {
    let bytes: [u8; 48] = bytes.try_into().map_err(|_| "not 48 bytes")?;
    let point = Option::<G1Affine>::from(G1Affine::from_compressed(&bytes)).ok_or("no point of G1")?;
    ensure(!bool::from(point.is_identity()), "the identity of G1")?;
    Ok(point.into())
}

/// A point of G2 other than the identity.
pub(super) fn g2(bytes: &[u8]) -> Checked<G2Projective> {
    let bytes: [u8; 96] = bytes.try_into().map_err(|_| "not 96 bytes")?;
    let point = Option::<G2Affine>::from(G2Affine::from_compressed(&bytes)).ok_or("no point of G2")?;
    ensure(!bool::from(point.is_identity()), "the identity of G2")?;
    Ok(point.into())
}

/// A scalar below r, big-endian.
pub(crate) fn scalar(bytes: &[u8]) -> Checked<Scalar> {
    let mut bytes: [u8; 32] = bytes.try_into().map_err(|_| "not 32 bytes")?;
    bytes.reverse();
    Option::from(Scalar::from_bytes(&bytes)).ok_or("not below r")
}

/// 48 bytes as a big-endian number mod r.
pub(crate) fn wide(bytes: &[u8]) -> Scalar {
    let mut little = [0; 64];
    for (place, byte) in bytes.iter().take(48).rev().enumerate() {
        little[place] = *byte;
    }
    Scalar::from_bytes_wide(&little)
}

pub(super) fn write_g1(point: &G1Projective) -> [u8; 48] {
    G1Affine::from(point).to_compressed()
}

pub(super) fn write_g2(point: &G2Projective) -> [u8; 96] {
    G2Affine::from(point).to_compressed()
}

pub(super) fn write_scalar(scalar: &Scalar) -> [u8; 32] {
    let mut bytes = scalar.to_bytes();
    bytes.reverse();
    bytes
}

pub(super) fn is_identity(point: &G1Projective) -> bool {
    bool::from(point.is_identity())
}

/// 1/x, which there must be.
pub(super) fn inverse(scalar: &Scalar) -> Checked<Scalar> {
    Option::from(scalar.invert()).ok_or("a division by zero")
}

/// e(a, x) = e(b, P2).
pub(super) fn pairings_agree(a: &G1Projective, x: &G2Projective, b: &G1Projective) -> bool {
    bls12_381::pairing(&a.into(), &x.into()) == bls12_381::pairing(&b.into(), &G2Affine::generator())
}

/// The bases G, K and Y, by their letters.
pub(crate) fn generator(letter: &str) -> G1Projective {
    hash_to_g1(letter.as_bytes(), "generator")
}

/// `hash_to_G1`: RFC 9380, §3, for the suite `BLS12381G1_XMD:SHA-256_SSWU_RO_`.
pub(crate) fn hash_to_g1(message: &[u8], what: &str) -> G1Projective {
    type Field = <G1Projective as MapToCurve>::Field;
    let tag = format!("hufu/group-{what}/v1/BLS12381G1_XMD:SHA-256_SSWU_RO_");
    let uniform = expand_message_xmd(message, tag.as_bytes());
    let (first, second) = uniform.split_at(64);
    let map = |half: &[u8]| {
        let half: [u8; 64] = half.try_into().expect("a half of 128 bytes");
        G1Projective::map_to_curve(&Field::from_okm((&half).into()))
    };
    (map(first) + map(second)).clear_h()
}

/// RFC 9380, §5.3.1, with SHA-256 for 128 bytes.
fn expand_message_xmd(message: &[u8], tag: &[u8]) -> Vec<u8> {
    const LENGTH: u16 = 128;
    let dst_prime = [tag, &[u8::try_from(tag.len()).expect("a short tag")]].concat();
    let b_0 = Sha256::digest([&[0; 64][..], message, &LENGTH.to_be_bytes(), &[0], &dst_prime].concat());
    let mut b_i = Sha256::digest([&b_0[..], &[1], &dst_prime].concat());
    let mut uniform = b_i.to_vec();
    for i in 2..=4_u8 {
        let mixed: Vec<u8> = b_0.iter().zip(b_i.iter()).map(|(left, right)| left ^ right).collect();
        b_i = Sha256::digest([&mixed[..], &[i], &dst_prime].concat());
        uniform.extend(&b_i[..]);
    }
    uniform
}
