//! Where in a tree a key stands, and the bytes that say it: depth, the parent's fingerprint, the child's number.

use super::{ChildNumber, MAX_DEPTH};
use crate::Error;
use ripemd::Ripemd160;
use sha2::{Digest, Sha256};

/// Bytes of a place: 1, 4 and 4.
pub(super) const BYTES: usize = 9;

/// A place in a tree. Depth 0 is a master key's, whose other two are zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) depth: u8,
    pub(super) parent: [u8; 4],
    pub(super) number: ChildNumber,
}

impl Place {
    pub(super) const MASTER: Self = Self { depth: 0, parent: [0; 4], number: ChildNumber::from_u32(0) };

    /// The place of a child of the key with this public key.
    pub(super) fn child(&self, public: &[u8; 33], number: ChildNumber) -> Result<Self, Error> {
        let depth = self.depth.checked_add(1).ok_or(Error::TooDeep { max: MAX_DEPTH })?;
        let [a, b, c, d, ..] = identifier(public);
        Ok(Self { depth, parent: [a, b, c, d], number })
    }

    pub(super) fn to_bytes(self) -> [u8; BYTES] {
        let [a, b, c, d] = self.parent;
        let [w, x, y, z] = self.number.to_u32().to_be_bytes();
        [self.depth, a, b, c, d, w, x, y, z]
    }

    /// Reads [`to_bytes`](Self::to_bytes); BIP32's test vector 5 has what is refused.
    pub(super) fn from_bytes(bytes: [u8; BYTES]) -> Result<Self, Error> {
        let [depth, a, b, c, d, w, x, y, z] = bytes;
        let parent = [a, b, c, d];
        let number = ChildNumber::from_u32(u32::from_be_bytes([w, x, y, z]));
        if depth == 0 && parent != [0; 4] {
            return Err(Error::ExtendedKey("its depth is 0, yet it names a parent"));
        }
        if depth == 0 && number.to_u32() != 0 {
            return Err(Error::ExtendedKey("its depth is 0, yet it has a child's number"));
        }
        Ok(Self { depth, parent, number })
    }
}

/// The key's identifier: RIPEMD-160 of SHA-256 of its 33 bytes. The first four are its fingerprint.
pub(super) fn identifier(public: &[u8; 33]) -> [u8; 20] {
    Ripemd160::digest(Sha256::digest(public)).into()
}
