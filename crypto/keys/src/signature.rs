//! Signatures as values: fixed-length r‖s (IEEE P1363) or Ed25519's 64 bytes; DER where X.509 needs it.

use der::{Decode as _, Encode as _, asn1::UintRef};

use crate::{Algorithm, Error};

/// A signature in its fixed-length form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    algorithm: Algorithm,
    bytes: Vec<u8>,
}

/// `SEQUENCE { r INTEGER, s INTEGER }` (RFC 3279, and GM/T 0009 for SM2).
#[derive(der::Sequence)]
struct Pair<'a> {
    r: UintRef<'a>,
    s: UintRef<'a>,
}

impl Signature {
    pub(crate) const fn new(algorithm: Algorithm, bytes: Vec<u8>) -> Self {
        Self { algorithm, bytes }
    }

    /// Reads the fixed-length form. Whether the numbers are in range is the verification's business.
    ///
    /// # Errors
    /// [`Error::Length`].
    pub fn from_bytes(algorithm: Algorithm, bytes: &[u8]) -> Result<Self, Error> {
        let expected = algorithm.signature_len();
        if bytes.len() != expected {
            return Err(Error::Length { what: "a signature", expected, actual: bytes.len() });
        }
        Ok(Self { algorithm, bytes: bytes.to_vec() })
    }

    /// Reads the DER form of an ECDSA or SM2 signature; Ed25519 has none.
    ///
    /// # Errors
    /// [`Error::Encoding`] for anything but the canonical encoding of two numbers that fit.
    pub fn from_der(algorithm: Algorithm, bytes: &[u8]) -> Result<Self, Error> {
        const DER: &str = "DER signature";
        if algorithm == Algorithm::Ed25519 {
            return Err(Error::encoding(DER, "Ed25519 signatures have no DER form"));
        }
        let pair = Pair::from_der(bytes).map_err(|_| Error::encoding(DER, "it is not a SEQUENCE of two INTEGERs"))?;
        let half = algorithm.signature_len() / 2;
        let mut out = Vec::with_capacity(2 * half);
        for number in [pair.r, pair.s] {
            let number = number.as_bytes();
            let padding = half.checked_sub(number.len()).ok_or(Error::encoding(DER, "a number is too long"))?;
            out.resize(out.len() + padding, 0);
            out.extend_from_slice(number);
        }
        Ok(Self { algorithm, bytes: out })
    }

    /// Writes the DER form.
    ///
    /// # Errors
    /// [`Error::Encoding`] for Ed25519, which has none.
    pub fn to_der(&self) -> Result<Vec<u8>, Error> {
        const DER: &str = "DER signature";
        if self.algorithm == Algorithm::Ed25519 {
            return Err(Error::encoding(DER, "Ed25519 signatures have no DER form"));
        }
        let (r, s) = self.bytes.split_at(self.bytes.len() / 2);
        let integer = |bytes| UintRef::new(bytes).map_err(|_| Error::encoding(DER, "a number cannot be written"));
        Pair { r: integer(r)?, s: integer(s)? }
            .to_der()
            .map_err(|_| Error::encoding(DER, "the numbers cannot be written"))
    }

    /// The algorithm that made it.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// r‖s, or Ed25519's 64 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// r‖s, or Ed25519's 64 bytes.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

impl AsRef<[u8]> for Signature {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}
