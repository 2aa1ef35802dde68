//! Public keys.

use super::Error;
use super::field::FieldElement;
use super::point::Affine;

/// A public key: a point of the curve other than infinity. The cofactor is 1, so it has the order n.
///
/// The same key verifies ([`VerifyingKey`](super::VerifyingKey), with an identifier), encrypts
/// ([`encrypt`](Self::encrypt)) and agrees on keys ([`exchange`](super::exchange)).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey {
    point: Affine,
}

impl PublicKey {
    /// Bytes of an uncompressed point: `04 ‖ x ‖ y`.
    pub const UNCOMPRESSED_BYTES: usize = 65;
    /// Bytes of a compressed point: `02 ‖ x` for an even y, `03 ‖ x` for an odd one.
    pub const COMPRESSED_BYTES: usize = 33;

    pub(crate) const fn from_point(point: Affine) -> Self {
        Self { point }
    }

    pub(crate) const fn point(&self) -> &Affine {
        &self.point
    }

    /// Reads a point in SEC 1 form, compressed or uncompressed (GB/T 32918.1 §4.2.10).
    ///
    /// # Errors
    /// [`Error::PublicKey`] for a wrong length or first byte (the hybrid forms 06 and 07 are not accepted), infinity, a
    /// coordinate that is not below p, and a point that is not on the curve.
    pub fn from_sec1_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let (tag, rest) = bytes.split_first().ok_or(Error::PublicKey("it is empty"))?;
        let coordinate = |bytes: &[u8; 32]| {
            FieldElement::from_bytes(bytes).ok_or(Error::PublicKey("a coordinate is not below p"))
        };
        let point = match tag {
            2 | 3 => {
                let x: &[u8; 32] =
                    rest.try_into().map_err(|_| Error::PublicKey("a compressed point has 33 bytes"))?;
                Affine::decompress(coordinate(x)?, *tag == 3)
                    .ok_or(Error::PublicKey("no point of the curve has this x"))?
            }
            4 => {
                let xy: &[u8; 64] =
                    rest.try_into().map_err(|_| Error::PublicKey("an uncompressed point has 65 bytes"))?;
                return Self::from_coordinates(xy);
            }
            0 => return Err(Error::PublicKey("it is the point at infinity")),
            6 | 7 => return Err(Error::PublicKey("hybrid points are not accepted")),
            _ => return Err(Error::PublicKey("its first byte is none of 02, 03, 04")),
        };
        Ok(Self { point })
    }

    /// Reads x ‖ y.
    ///
    /// # Errors
    /// [`Error::PublicKey`] for a coordinate that is not below p and for a point that is not on the curve.
    pub fn from_coordinates(xy: &[u8; 64]) -> Result<Self, Error> {
        let (mut x, mut y) = ([0; 32], [0; 32]);
        x.copy_from_slice(&xy[..32]);
        y.copy_from_slice(&xy[32..]);
        let coordinate = |bytes: &[u8; 32]| {
            FieldElement::from_bytes(bytes).ok_or(Error::PublicKey("a coordinate is not below p"))
        };
        Affine::from_coordinates(coordinate(&x)?, coordinate(&y)?)
            .map(Self::from_point)
            .ok_or(Error::PublicKey("the point is not on the curve"))
    }

    /// x ‖ y.
    #[must_use]
    pub fn coordinates(&self) -> [u8; 64] {
        let mut out = [0; 64];
        out[..32].copy_from_slice(&self.point.x.to_bytes());
        out[32..].copy_from_slice(&self.point.y.to_bytes());
        out
    }

    /// The uncompressed point.
    #[must_use]
    pub fn to_sec1_bytes(&self) -> [u8; Self::UNCOMPRESSED_BYTES] {
        let mut out = [4; Self::UNCOMPRESSED_BYTES];
        out[1..].copy_from_slice(&self.coordinates());
        out
    }

    /// The compressed point.
    #[must_use]
    pub fn to_sec1_compressed(&self) -> [u8; Self::COMPRESSED_BYTES] {
        let mut out = [2 | u8::from(self.point.y.is_odd()); Self::COMPRESSED_BYTES];
        out[1..].copy_from_slice(&self.point.x.to_bytes());
        out
    }
}

impl core::fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("PublicKey(")?;
        for byte in self.to_sec1_compressed() {
            write!(f, "{byte:02x}")?;
        }
        f.write_str(")")
    }
}

impl core::hash::Hash for PublicKey {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        self.coordinates().hash(state);
    }
}

impl PartialOrd for PublicKey {
    fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for PublicKey {
    /// The order of the uncompressed points as bytes, which means nothing but is always the same.
    fn cmp(&self, other: &Self) -> core::cmp::Ordering {
        self.coordinates().cmp(&other.coordinates())
    }
}

impl zeroize::Zeroize for PublicKey {
    /// For shared points, which are points as public keys are, but secret.
    fn zeroize(&mut self) {
        self.point.zeroize();
    }
}
