//! The flags of a compressed point, checked before any backend sees the bytes: both refuse the same ones.

use crate::error::Error;
use core::fmt;

/// Whether the identity is acceptable where a point is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    /// A sum that may well be the identity.
    Accept,
    /// Public keys, signatures, commitments: the identity would make them meaningless.
    Refuse,
}

/// First byte: the encoding is a compressed one.
const COMPRESSED: u8 = 0x80;
/// First byte: the point is the identity; everything else must be zero.
const INFINITY: u8 = 0x40;

/// First byte: which of the two square roots y is.
const SIGN: u8 = 0x20;

pub(crate) const NO_POINT: &str = "no point of the curve has this x-coordinate below the field's prime";

/// The bytes of a point other than the identity, or `None` for an accepted identity.
pub(crate) fn checked<'a, const N: usize>(
    bytes: &'a [u8],
    group: &'static str,
    what: &'static str,
    identity: Identity,
) -> Result<Option<&'a [u8; N]>, Error> {
    let found = bytes.len();
    let bytes: &[u8; N] = bytes.try_into().map_err(|_| Error::Length { what, expected: N, found })?;
    let flags = bytes.first().copied().unwrap_or_default();
    if flags & COMPRESSED == 0 {
        return Err(Error::Encoding { group, reason: "the flag of a compressed point is not set" });
    }
    if flags & INFINITY == 0 {
        return Ok(Some(bytes));
    }
    if flags != COMPRESSED | INFINITY || bytes.iter().skip(1).any(|byte| *byte != 0) {
        return Err(Error::Encoding { group, reason: "the identity's flag is set and other bits are too" });
    }
    match identity {
        Identity::Accept => Ok(None),
        Identity::Refuse => Err(Error::Identity { group }),
    }
}

/// Whether a checked encoding has the x-coordinate 0.
pub(crate) fn x_is_zero<const N: usize>(bytes: &[u8; N]) -> bool {
    bytes.first().is_some_and(|first| first & !SIGN == COMPRESSED)
        && bytes.iter().skip(1).all(|byte| *byte == 0)
}

/// `G1(abcd…)`.
pub(crate) fn hex(f: &mut fmt::Formatter<'_>, name: &str, bytes: &[u8]) -> fmt::Result {
    write!(f, "{name}(")?;
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
    f.write_str(")")
}
