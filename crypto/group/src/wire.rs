//! Reading numbers, points and scalars one after another, each refused by name.

use crate::Error;
use hufu_pairing::{Backend, G1_BYTES, G1Affine, G2_BYTES, G2Affine, Identity, SCALAR_BYTES, Scalar};

/// Points and scalars that follow each other without framing.
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
    what: &'static str,
    whole: usize,
}

impl<'a> Reader<'a> {
    /// Over everything that `what` is encoded as.
    pub(crate) fn new(bytes: &'a [u8], what: &'static str) -> Self {
        Self { rest: bytes, what, whole: bytes.len() }
    }

    pub(crate) fn bytes(&mut self, count: usize) -> Result<&'a [u8], Error> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(self.length())?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let (head, rest) = self.rest.split_first_chunk::<N>().ok_or(self.length())?;
        self.rest = rest;
        Ok(*head)
    }

    pub(crate) fn byte(&mut self) -> Result<u8, Error> {
        self.array::<1>().map(|[byte]| byte)
    }

    pub(crate) fn u16(&mut self) -> Result<u16, Error> {
        self.array().map(u16::from_le_bytes)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, Error> {
        self.array().map(u32::from_le_bytes)
    }

    pub(crate) fn u64(&mut self) -> Result<u64, Error> {
        self.array().map(u64::from_le_bytes)
    }

    /// A point of G1's subgroup, not the identity.
    pub(crate) fn point<B: Backend>(&mut self, what: &'static str) -> Result<G1Affine<B>, Error> {
        point(self.bytes(G1_BYTES)?, what)
    }

    /// A point of G2's subgroup, not the identity.
    pub(crate) fn point2<B: Backend>(&mut self, what: &'static str) -> Result<G2Affine<B>, Error> {
        G2Affine::from_bytes(self.bytes(G2_BYTES)?, Identity::Refuse)
            .map_err(|reason| Error::Point { what, reason })
    }

    /// A scalar below r.
    pub(crate) fn scalar<B: Backend>(&mut self, what: &'static str) -> Result<Scalar<B>, Error> {
        Scalar::from_bytes(self.bytes(SCALAR_BYTES)?).map_err(|reason| Error::Scalar { what, reason })
    }

    /// A scalar in 1..r.
    pub(crate) fn nonzero<B: Backend>(&mut self, what: &'static str) -> Result<Scalar<B>, Error> {
        let scalar = self.scalar(what)?;
        if crate::transcript::declassify(scalar.is_zero()) { Err(Error::Zero { what }) } else { Ok(scalar) }
    }

    /// Nothing may be left.
    pub(crate) fn end(self) -> Result<(), Error> {
        if self.rest.is_empty() { Ok(()) } else { Err(self.length()) }
    }

    pub(crate) fn length(&self) -> Error {
        Error::Length { what: self.what, found: self.whole }
    }
}

/// One point of G1's subgroup, not the identity.
pub(crate) fn point<B: Backend>(bytes: &[u8], what: &'static str) -> Result<G1Affine<B>, Error> {
    G1Affine::from_bytes(bytes, Identity::Refuse).map_err(|reason| Error::Point { what, reason })
}

/// A name that is neither empty nor too long.
pub(crate) fn check_name(name: &[u8], what: &'static str, limit: usize) -> Result<(), Error> {
    if name.is_empty() {
        return Err(Error::Empty { what });
    }
    if name.len() > limit {
        return Err(Error::TooLong { what, found: name.len(), limit });
    }
    Ok(())
}

/// A length of what this crate bounds, as it stands before a list.
pub(crate) fn length_u16(length: usize) -> u16 {
    u16::try_from(length).expect("fits because every bound of this crate on names, openers and removals does")
}

/// `0a1b…`, for `Debug`.
pub(crate) fn hex(f: &mut core::fmt::Formatter<'_>, bytes: &[u8]) -> core::fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}
