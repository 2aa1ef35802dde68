//! Elements, scalars and the hash to the group (`docs/encoding.md`, "Bytes" and "Hash to the group").

use curve25519_dalek::{RistrettoPoint, Scalar, ristretto::CompressedRistretto, traits::Identity as _};
use sha2::{Digest as _, Sha512};

use super::Checked;

const SCOPE_TAG: &[u8] = b"hufu/ring-scope/v1/ristretto255_XMD:SHA-512_R255MAP_RO_";
const GENERATOR_TAG: &[u8] = b"hufu/ring-generator/v1/ristretto255_XMD:SHA-512_R255MAP_RO_";

/// An element other than the identity.
pub(crate) fn element(bytes: &[u8]) -> Checked<RistrettoPoint> {
    let bytes: [u8; 32] = bytes.try_into().map_err(|_| "not 32 bytes")?;
    let point = CompressedRistretto(bytes).decompress().ok_or("no element's encoding")?;
    if point == RistrettoPoint::identity() { Err("the identity") } else { Ok(point) }
}

/// A scalar below q.
pub(crate) fn scalar(bytes: &[u8]) -> Checked<Scalar> {
    let bytes: [u8; 32] = bytes.try_into().map_err(|_| "not 32 bytes")?;
    Option::from(Scalar::from_canonical_bytes(bytes)).ok_or("not below q")
}

/// H(scope).
pub(crate) fn base_of_scope(scope: &[u8]) -> RistrettoPoint {
    hash_to_group(scope, SCOPE_TAG)
}

/// Generator number n ≥ 1.
pub(super) fn generator(number: u32) -> RistrettoPoint {
    hash_to_group(&number.to_le_bytes(), GENERATOR_TAG)
}

/// RFC 9380, appendix B, over RFC 9496's one-way map.
fn hash_to_group(message: &[u8], tag: &[u8]) -> RistrettoPoint {
    RistrettoPoint::from_uniform_bytes(&expand_message_xmd(message, tag))
}

/// RFC 9380 §5.3.1 with SHA-512 for 64 bytes: ell = 1, so that b_1 is the result.
fn expand_message_xmd(message: &[u8], tag: &[u8]) -> [u8; 64] {
    let dst_prime = [tag, &[u8::try_from(tag.len()).expect("a short tag")]].concat();
    let z_pad = [0; 128];
    let msg_prime = [&z_pad[..], message, &64_u16.to_be_bytes(), &[0], &dst_prime].concat();
    let b_0 = Sha512::digest(msg_prime);
    Sha512::digest([&b_0[..], &[1], &dst_prime].concat()).into()
}
