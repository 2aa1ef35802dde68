//! Ristretto255 at the boundary: elements with their bytes, canonical decoding, hashing to the group.
//!
//! - Decoding: RFC 9496 §4.3.1, which refuses non-canonical and off-group bytes; the identity is refused here.
//! - Hashing: RFC 9380 Appendix B, `ristretto255_XMD:SHA-512_R255MAP_RO_`: `expand_message_xmd` (§5.3.1) to 64
//!   bytes, then the one-way map of RFC 9496 §4.3.4.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use curve25519_dalek::ristretto::{CompressedRistretto, RistrettoPoint};
use curve25519_dalek::{Scalar, traits::Identity};
use sha2::{Digest, Sha512};
use subtle::{Choice, ConstantTimeEq};

use crate::Error;

/// Bytes of an element and of a scalar.
pub(crate) const SIZE: usize = 32;

/// SHA-512's block, for `expand_message_xmd`'s Z_pad.
const BLOCK: usize = 128;

/// A group element other than the identity, with its one encoding. Equal when the bytes are.
#[derive(Clone, Copy)]
pub(crate) struct Element {
    pub(crate) point: RistrettoPoint,
    pub(crate) bytes: [u8; SIZE],
}

impl Element {
    /// Reads an element; `what` names it in the error.
    pub(crate) fn from_bytes(bytes: [u8; SIZE], what: &'static str) -> Result<Self, Error> {
        if bytes == [0; SIZE] {
            return Err(Error::Encoding { what, reason: "the identity" });
        }
        let point = CompressedRistretto(bytes)
            .decompress()
            .ok_or(Error::Encoding { what, reason: "no canonical Ristretto255 element" })?;
        Ok(Self { point, bytes })
    }

    /// Encodes a point that may be computed from secrets but is published, and may not be the identity.
    pub(crate) fn new(point: RistrettoPoint, what: &'static str) -> Result<Self, Error> {
        if declassify(point.ct_eq(&RistrettoPoint::identity())) {
            return Err(Error::Encoding { what, reason: "the identity" });
        }
        Ok(Self { point, bytes: point.compress().to_bytes() })
    }
}

impl PartialEq for Element {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Eq for Element {}

impl PartialOrd for Element {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Element {
    fn cmp(&self, other: &Self) -> Ordering {
        self.bytes.cmp(&other.bytes)
    }
}

impl Hash for Element {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.bytes.hash(state);
    }
}

impl fmt::Debug for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex(&self.bytes, f)
    }
}

/// Makes a decision about a secret public on purpose; each caller says why the answer is none.
///
/// A table of two is looked up, so that a checker that follows secrets sees them end at exactly this place.
#[inline(never)]
pub(crate) fn declassify(choice: Choice) -> bool {
    const ANSWERS: [bool; 2] = [false, true];
    std::hint::black_box(&ANSWERS)[usize::from(choice.unwrap_u8() & 1)]
}

/// Writes bytes as hexadecimal.
pub(crate) fn hex(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

/// Reads elements and scalars one after another; the end must be where it should.
pub(crate) struct Reader<'b> {
    rest: &'b [u8],
    what: &'static str,
}

impl<'b> Reader<'b> {
    pub(crate) fn new(bytes: &'b [u8], what: &'static str) -> Self {
        Self { rest: bytes, what }
    }

    /// Bytes not read yet.
    pub(crate) fn remaining(&self) -> usize {
        self.rest.len()
    }

    pub(crate) fn byte(&mut self) -> Result<u8, Error> {
        Ok(self.array::<1>()?[0])
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let (head, rest) = self.rest.split_first_chunk::<N>().ok_or(self.error("truncated"))?;
        self.rest = rest;
        Ok(*head)
    }

    pub(crate) fn bytes(&mut self, length: usize) -> Result<&'b [u8], Error> {
        let (head, rest) = self.rest.split_at_checked(length).ok_or(self.error("truncated"))?;
        self.rest = rest;
        Ok(head)
    }

    pub(crate) fn element(&mut self) -> Result<Element, Error> {
        Element::from_bytes(self.array()?, self.what)
    }

    /// A scalar below the group's order.
    pub(crate) fn scalar(&mut self) -> Result<Scalar, Error> {
        Option::from(Scalar::from_canonical_bytes(self.array()?)).ok_or(self.error("a scalar is not reduced"))
    }

    /// A challenge: a scalar that is not zero.
    pub(crate) fn challenge(&mut self) -> Result<Scalar, Error> {
        let scalar = self.scalar()?;
        if scalar == Scalar::ZERO { Err(self.error("a zero challenge")) } else { Ok(scalar) }
    }

    /// Refuses what is left over.
    pub(crate) fn finish(self) -> Result<(), Error> {
        if self.rest.is_empty() { Ok(()) } else { Err(self.error("trailing bytes")) }
    }

    pub(crate) fn error(&self, reason: &'static str) -> Error {
        Error::Encoding { what: self.what, reason }
    }
}

/// Hashes a message to the group under a domain separation tag of at most 255 bytes.
pub(crate) fn hash_to_group(message: &[u8], tag: &str) -> RistrettoPoint {
    RistrettoPoint::from_uniform_bytes(&expand_message_xmd(message, tag))
}

/// RFC 9380 §5.3.1 for SHA-512 and 64 bytes, where one block is enough (ell = 1).
fn expand_message_xmd(message: &[u8], tag: &str) -> [u8; 64] {
    expand_to(message, tag, 64)
}

/// The same for any `length` up to 64, which the standard's own vectors have.
fn expand_to(message: &[u8], tag: &str, length: u16) -> [u8; 64] {
    // Step 3: DST_prime = DST ‖ I2OSP(len(DST), 1).
    let tag_length = [u8::try_from(tag.len()).expect("fits because tags are constants of this crate")];
    // Steps 4–7: b_0 = H(Z_pad ‖ msg ‖ I2OSP(len, 2) ‖ I2OSP(0, 1) ‖ DST_prime).
    let first = Sha512::new()
        .chain_update([0; BLOCK])
        .chain_update(message)
        .chain_update(length.to_be_bytes())
        .chain_update([0])
        .chain_update(tag)
        .chain_update(tag_length)
        .finalize();
    // Step 8: b_1 = H(b_0 ‖ I2OSP(1, 1) ‖ DST_prime).
    Sha512::new()
        .chain_update(first)
        .chain_update([1])
        .chain_update(tag)
        .chain_update(tag_length)
        .finalize()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unhex(text: &str) -> Vec<u8> {
        hex::decode(text).unwrap()
    }

    /// RFC 9380 Appendix K.3, output of 0x20 bytes.
    #[test]
    fn expand_message_xmd_is_the_standards() {
        let tag = "QUUX-V01-CS02-with-expander-SHA512-256";
        for (message, expected) in [
            ("", "6b9a7312411d92f921c6f68ca0b6380730a1a4d982c507211a90964c394179ba"),
            ("abc", "0da749f12fbe5483eb066a5f595055679b976e93abe9be6f0f6318bce7aca8dc"),
        ] {
            assert_eq!(expand_to(message.as_bytes(), tag, 32)[..32], unhex(expected), "{message:?}");
        }
    }

    /// RFC 9496 Appendix A.3, first vector.
    #[test]
    fn the_one_way_map_is_the_standards() {
        let input = unhex(
            "5d1be09e3d0c82fc538112490e35701979d99e06ca3e2b5b54bffe8b4dc772c1\
             4d98b696a1bbfb5ca32c436cc61c16563790306c79eaca7705668b47dffe5bb6",
        );
        let point = RistrettoPoint::from_uniform_bytes(&input.try_into().unwrap());
        assert_eq!(
            point.compress().to_bytes()[..],
            unhex("3066f82a1a747d45120d1740f14358531a8f04bbffe6a819f86dfe50f44a0a46")
        );
    }

    /// RFC 9496 Appendix A.2: encodings that must be refused, and the identity, which only we refuse.
    #[test]
    fn bad_encodings_are_refused() {
        for (bytes, why) in [
            ("0000000000000000000000000000000000000000000000000000000000000000", "identity"),
            ("00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", "not reduced"),
            ("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", "p itself"),
            ("0100000000000000000000000000000000000000000000000000000000000000", "negative"),
            ("26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371", "non-square"),
            ("3eb858e78f5a7254d8c9731174a94f76755fd3941c0ac93735c07ba14579630e", "negative xy"),
        ] {
            let bytes = unhex(bytes).try_into().unwrap();
            assert!(matches!(Element::from_bytes(bytes, "element"), Err(Error::Encoding { .. })), "{why}");
        }
    }
}
