//! Signatures as values, raw and in DER.

use super::Error;
use super::scalar::Scalar;
use der::asn1::UintRef;
use der::{Decode, Encode, Sequence};

/// A signature (r, s), both in 1..n. The raw form is r ‖ s, 32 big-endian bytes each.
///
/// ```
/// use hufu_sm::sm2::Signature;
///
/// assert!(Signature::from_slice(&[0x11; 64]).is_ok());
/// assert!(Signature::from_slice(&[0x11; 63]).is_err());
/// assert!(Signature::from_slice(&[0; 64]).is_err());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Signature {
    bytes: [u8; Self::BYTES],
}

/// What GM/T 0009 §7.3 calls SM2Signature.
#[derive(Sequence)]
struct Der<'a> {
    r: UintRef<'a>,
    s: UintRef<'a>,
}

impl Signature {
    /// Bytes of the raw form.
    pub const BYTES: usize = 64;
    /// The most bytes of the DER form.
    pub const MAX_DER_BYTES: usize = 72;

    /// Reads r ‖ s.
    ///
    /// # Errors
    /// [`Error::Signature`] if r or s is zero or not below n.
    pub fn from_bytes(bytes: &[u8; Self::BYTES]) -> Result<Self, Error> {
        let half = |at: usize| {
            let mut out = [0; 32];
            out.copy_from_slice(&bytes[at..at + 32]);
            Scalar::from_bytes(&out).1.declassify()
        };
        if !half(0) {
            return Err(Error::Signature("r is not in 1..n"));
        }
        if !half(32) {
            return Err(Error::Signature("s is not in 1..n"));
        }
        Ok(Self { bytes: *bytes })
    }

    /// Reads r ‖ s.
    ///
    /// # Errors
    /// [`Error::Signature`] for another length than 64 bytes, and if r or s is zero or not below n.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, Error> {
        Self::from_bytes(bytes.try_into().map_err(|_| Error::Signature("a raw signature has 64 bytes"))?)
    }

    /// From the numbers that signing made, which are in range.
    pub(crate) fn from_scalars(r: &Scalar, s: &Scalar) -> Self {
        let mut bytes = [0; Self::BYTES];
        bytes[..32].copy_from_slice(&r.to_bytes());
        bytes[32..].copy_from_slice(&s.to_bytes());
        Self { bytes }
    }

    /// r ‖ s.
    #[must_use]
    pub const fn to_bytes(&self) -> [u8; Self::BYTES] {
        self.bytes
    }

    /// r and s.
    pub(crate) fn scalars(&self) -> (Scalar, Scalar) {
        let (mut r, mut s) = ([0; 32], [0; 32]);
        r.copy_from_slice(&self.bytes[..32]);
        s.copy_from_slice(&self.bytes[32..]);
        (Scalar::from_bytes_reduced(&r), Scalar::from_bytes_reduced(&s))
    }

    /// Reads the DER form, `SEQUENCE { r INTEGER, s INTEGER }` (GM/T 0009 §7.3), strictly: one signature has one encoding.
    ///
    /// # Errors
    /// [`Error::Signature`] for anything but minimal DER without trailing bytes, and if r or s is not in 1..n.
    pub fn from_der(der: &[u8]) -> Result<Self, Error> {
        let Der { r, s } = Der::from_der(der)
            .map_err(|_| Error::Signature("it is not a strict DER SEQUENCE of two INTEGERs"))?;
        let mut bytes = [0; Self::BYTES];
        for (half, number) in bytes.chunks_exact_mut(32).zip([r, s]) {
            let number = number.as_bytes();
            let start = half
                .len()
                .checked_sub(number.len())
                .ok_or(Error::Signature("a number has more than 256 bits"))?;
            half[start..].copy_from_slice(number);
        }
        Self::from_bytes(&bytes)
    }

    /// The DER form.
    ///
    /// # Panics
    /// Never: two short integers always have a DER form.
    #[must_use]
    pub fn to_der(&self) -> Vec<u8> {
        let number = |half: &'static str, at: usize| UintRef::new(&self.bytes[at..at + 32]).expect(half);
        Der {
            r: number("an INTEGER, because r has 32 bytes", 0),
            s: number("an INTEGER, because s has 32 bytes", 32),
        }
        .to_der()
        .expect("DER, because two short integers always have one")
    }
}

impl core::fmt::Debug for Signature {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Signature(")?;
        for byte in self.bytes {
            write!(f, "{byte:02x}")?;
        }
        f.write_str(")")
    }
}

impl TryFrom<&[u8]> for Signature {
    type Error = Error;

    fn try_from(bytes: &[u8]) -> Result<Self, Error> {
        Self::from_slice(bytes)
    }
}

impl TryFrom<[u8; Self::BYTES]> for Signature {
    type Error = Error;

    fn try_from(bytes: [u8; Self::BYTES]) -> Result<Self, Error> {
        Self::from_bytes(&bytes)
    }
}

impl TryFrom<&[u8; Self::BYTES]> for Signature {
    type Error = Error;

    fn try_from(bytes: &[u8; Self::BYTES]) -> Result<Self, Error> {
        Self::from_bytes(bytes)
    }
}

impl From<Signature> for [u8; Signature::BYTES] {
    fn from(signature: Signature) -> Self {
        signature.bytes
    }
}

impl From<&Signature> for [u8; Signature::BYTES] {
    fn from(signature: &Signature) -> Self {
        signature.bytes
    }
}

impl signature::SignatureEncoding for Signature {
    type Repr = [u8; Self::BYTES];
}
