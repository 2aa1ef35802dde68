//! Sections 4.2.4.2 and 4.2.4.3 of the core draft.

use crate::declassify::declassify;
use crate::error::Error;
use crate::wire::Reader;
use core::fmt;
use hufu_pairing::{Backend, Blst, G1_BYTES, G1Affine, SCALAR_BYTES, Scalar};

/// Bytes of a signature.
pub const SIGNATURE_BYTES: usize = G1_BYTES + SCALAR_BYTES;

/// A BBS signature (A, e). Whoever shows it can be recognised by it: show a proof instead. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Signature<B: Backend = Blst> {
    pub(crate) a: G1Affine<B>,
    pub(crate) e: Scalar<B>,
}

impl<B: Backend> Signature<B> {
    /// `octets_to_signature`.
    ///
    /// # Errors
    /// [`Error::Length`]; [`Error::Point`] for an A that is not canonical, outside the subgroup or the identity;
    /// [`Error::Scalar`] or [`Error::Zero`] for an e outside 1..r.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(bytes, "a signature");
        if bytes.len() != SIGNATURE_BYTES {
            return Err(Error::Length { what: "a signature", found: bytes.len() });
        }
        let signature = Self { a: reader.point("A")?, e: reader.scalar("e")? };
        reader.end()?;
        Ok(signature)
    }

    /// `signature_to_octets`: 80 bytes.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; SIGNATURE_BYTES] {
        let mut bytes = [0; SIGNATURE_BYTES];
        let (a, e) = bytes.split_at_mut(G1_BYTES);
        a.copy_from_slice(&self.a.to_bytes());
        e.copy_from_slice(&self.e.to_bytes());
        bytes
    }

    /// Refuses what could not be read back.
    pub(crate) fn of(a: G1Affine<B>, e: Scalar<B>) -> Result<Self, Error> {
        // The signature is about to be given away, and this never happens.
        if declassify(a.is_identity() | e.is_zero()) {
            return Err(Error::Degenerate("signature"));
        }
        Ok(Self { a, e })
    }
}

impl<B: Backend> fmt::Debug for Signature<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signature(…)")
    }
}
