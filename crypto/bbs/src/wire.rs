//! Reading points and scalars one after another, each refused by name.

use crate::error::Error;
use hufu_pairing::{Backend, G1_BYTES, G1Affine, Identity, SCALAR_BYTES, Scalar};
use zeroize::Zeroizing;

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

    fn take(&mut self, count: usize) -> Result<&'a [u8], Error> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(self.length())?;
        self.rest = rest;
        Ok(taken)
    }

    fn length(&self) -> Error {
        Error::Length { what: self.what, found: self.whole }
    }

    /// A point of G1's subgroup, not the identity.
    pub(crate) fn point<B: Backend>(&mut self, what: &'static str) -> Result<G1Affine<B>, Error> {
        G1Affine::from_bytes(self.take(G1_BYTES)?, Identity::Refuse)
            .map_err(|reason| Error::Point { what, reason })
    }

    /// A scalar in 1..r.
    pub(crate) fn scalar<B: Backend>(&mut self, what: &'static str) -> Result<Scalar<B>, Error> {
        let scalar =
            Scalar::from_bytes(self.take(SCALAR_BYTES)?).map_err(|reason| Error::Scalar { what, reason })?;
        if scalar.is_zero().into() { Err(Error::Zero { what }) } else { Ok(scalar) }
    }

    /// Scalars up to the end, but for `kept` bytes. They may be secrets, and are not left in freed memory.
    pub(crate) fn scalars<B: Backend>(
        &mut self,
        what: &'static str,
        kept: usize,
    ) -> Result<Zeroizing<Vec<Scalar<B>>>, Error> {
        let bytes = self.rest.len().checked_sub(kept).ok_or(self.length())?;
        if bytes % SCALAR_BYTES != 0 || bytes / SCALAR_BYTES > crate::MAX_MESSAGES + 1 {
            return Err(self.length());
        }
        let mut scalars = Zeroizing::new(Vec::with_capacity(bytes / SCALAR_BYTES));
        for _ in 0..bytes / SCALAR_BYTES {
            scalars.push(self.scalar(what)?);
        }
        Ok(scalars)
    }

    /// An integer of 8 bytes, at most `max`.
    pub(crate) fn count(&mut self, max: usize) -> Result<usize, Error> {
        let bytes = self.take(8)?.try_into().map_err(|_| self.length())?;
        usize::try_from(u64::from_be_bytes(bytes)).ok().filter(|count| *count <= max).ok_or(self.length())
    }

    /// That many bytes.
    pub(crate) fn octets(&mut self, count: usize) -> Result<&'a [u8], Error> {
        self.take(count)
    }

    /// Nothing may be left.
    pub(crate) fn end(self) -> Result<(), Error> {
        if self.rest.is_empty() { Ok(()) } else { Err(self.length()) }
    }
}
