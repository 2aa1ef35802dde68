//! A signature's bytes: `r‖s` as JOSE and Data Integrity carry it, DER as X.509 does.

use crate::{Algorithm, Error};
use der::asn1::UintRef;
use der::{Decode, Encode, Reader, SliceReader};
use std::fmt;

/// The longest signature: P-384's.
const MAX_LEN: usize = 96;

/// A well-formed signature of a known algorithm. That it verifies is another question.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Signature {
    algorithm: Algorithm,
    /// Zero beyond the algorithm's length.
    bytes: [u8; MAX_LEN],
}

impl Signature {
    pub(crate) fn new(algorithm: Algorithm, signature: &[u8]) -> Self {
        let mut bytes = [0; MAX_LEN];
        for (to, from) in bytes.iter_mut().zip(signature) {
            *to = *from;
        }
        Self { algorithm, bytes }
    }

    /// The algorithm it was made with.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// `r‖s` with leading zeros (IEEE P1363), or the 64 bytes of Ed25519.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.split_at(self.algorithm.signature_len()).0
    }

    /// Copies what [`as_bytes`](Self::as_bytes) lends.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.as_bytes().to_vec()
    }

    /// Reads what [`as_bytes`](Self::as_bytes) gives.
    ///
    /// # Errors
    /// [`Error::Signature`] for a wrong length, or a component outside `1..n` (Ed25519: `S` not below `L`).
    pub fn from_bytes(algorithm: Algorithm, bytes: &[u8]) -> Result<Self, Error> {
        let refused = |reason| Error::Signature { algorithm, reason };
        if bytes.len() != algorithm.signature_len() {
            return Err(refused("wrong number of bytes"));
        }
        let (r, s) = bytes.split_at(bytes.len() / 2);
        let order = order(algorithm);
        if algorithm == Algorithm::Ed25519 {
            if !s.iter().rev().lt(order) {
                return Err(refused("S is not below the group order"));
            }
        } else {
            for component in [r, s] {
                if component.iter().all(|b| *b == 0) {
                    return Err(refused("r or s is zero"));
                }
                if component >= order {
                    return Err(refused("r or s is not below the group order"));
                }
            }
        }
        Ok(Self::new(algorithm, bytes))
    }

    /// The form X.509 and CMS carry: `SEQUENCE { r INTEGER, s INTEGER }` (RFC 3279 §2.2.3, GM/T 0009 §7.3), or
    /// the 64 bytes as they are for Ed25519 (RFC 8410 §6).
    ///
    /// # Panics
    /// Never: two integers of at most 49 bytes always have a DER form.
    #[must_use]
    pub fn to_der(&self) -> Vec<u8> {
        if self.algorithm == Algorithm::Ed25519 {
            return self.as_bytes().to_vec();
        }
        let (r, s) = self.as_bytes().split_at(self.algorithm.private_key_len());
        UintRef::new(r)
            .and_then(|r| [r, UintRef::new(s)?].to_der())
            .expect("DER, because two integers of at most 49 bytes always have one")
    }

    /// Reads what [`to_der`](Self::to_der) writes: strict DER, nothing after it.
    ///
    /// # Errors
    /// [`Error::Signature`] for what is not DER or has a component out of range.
    pub fn from_der(algorithm: Algorithm, bytes: &[u8]) -> Result<Self, Error> {
        if algorithm == Algorithm::Ed25519 {
            return Self::from_bytes(algorithm, bytes);
        }
        let refused = |reason| Error::Signature { algorithm, reason };
        let (r, s) = integers(bytes).map_err(|_| refused("not the DER of two positive integers"))?;
        let length = algorithm.private_key_len();
        let mut out = Vec::with_capacity(2 * length);
        for component in [r.as_bytes(), s.as_bytes()] {
            let padding = length
                .checked_sub(component.len())
                .ok_or_else(|| refused("r or s is not below the group order"))?;
            out.extend(std::iter::repeat_n(0, padding));
            out.extend_from_slice(component);
        }
        Self::from_bytes(algorithm, &out)
    }
}

fn integers(bytes: &[u8]) -> der::Result<(UintRef<'_>, UintRef<'_>)> {
    let mut reader = SliceReader::new(bytes)?;
    let pair = reader.sequence(|r| Ok::<_, der::Error>((UintRef::decode(r)?, UintRef::decode(r)?)))?;
    reader.finish()?;
    Ok(pair)
}

impl AsRef<[u8]> for Signature {
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signature({} ", self.algorithm)?;
        self.as_bytes().iter().try_for_each(|b| write!(f, "{b:02x}"))?;
        f.write_str(")")
    }
}

/// The order of the group, big-endian.
fn order(algorithm: Algorithm) -> &'static [u8] {
    match algorithm {
        Algorithm::Ed25519 => &ED25519_ORDER,
        Algorithm::P256 => &P256_ORDER,
        Algorithm::P384 => &P384_ORDER,
        Algorithm::Secp256k1 => &SECP256K1_ORDER,
        Algorithm::Sm2 => &SM2_ORDER,
    }
}

/// RFC 8032 §5.1: 2²⁵² + 27742317777372353535851937790883648493.
const ED25519_ORDER: [u8; 32] = [
    0x10, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x14,
    0xde, 0xf9, 0xde, 0xa2, 0xf7, 0x9c, 0xd6, 0x58, 0x12, 0x63, 0x1a, 0x5c, 0xf5, 0xd3, 0xed,
];

/// FIPS 186-5 / SP 800-186 §3.2.1.3.
const P256_ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc,
    0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

/// SP 800-186 §3.2.1.4.
const P384_ORDER: [u8; 48] = [
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xc7, 0x63, 0x4d, 0x81, 0xf4, 0x37, 0x2d, 0xdf, 0x58, 0x1a,
    0x0d, 0xb2, 0x48, 0xb0, 0xa7, 0x7a, 0xec, 0xec, 0x19, 0x6a, 0xcc, 0xc5, 0x29, 0x73,
];

/// SEC 2 §2.4.1.
const SECP256K1_ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe, 0xba,
    0xae, 0xdc, 0xe6, 0xaf, 0x48, 0xa0, 0x3b, 0xbf, 0xd2, 0x5e, 0x8c, 0xd0, 0x36, 0x41, 0x41,
];

/// GB/T 32918.5.
const SM2_ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x72,
    0x03, 0xdf, 0x6b, 0x21, 0xc6, 0x05, 0x2b, 0x53, 0xbb, 0xf4, 0x09, 0x39, 0xd5, 0x41, 0x23,
];
