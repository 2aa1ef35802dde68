//! The libraries behind the keys, each brought to the same few functions. Which serves what, and why, is in the
//! README.

pub(crate) mod arithmetic;
pub(crate) mod ecdsa;
pub(crate) mod ed25519;
mod p256;
pub(crate) mod secp256k1;
pub(crate) mod sm2;

/// SEC1 §2.3.3: the tag of an uncompressed point; 2 and 3 are the compressed ones.
pub(crate) const UNCOMPRESSED: u8 = 4;

/// The compressed form of an uncompressed point `04 ‖ x ‖ y`: the parity of `y` goes into the tag.
pub(crate) fn compress(uncompressed: &[u8]) -> Option<Vec<u8>> {
    let (&UNCOMPRESSED, coordinates) = uncompressed.split_first()? else { return None };
    let (x, y) = coordinates.split_at(coordinates.len() / 2);
    let mut out = Vec::with_capacity(1 + x.len());
    out.push(2 | (y.last()? & 1));
    out.extend_from_slice(x);
    Some(out)
}
