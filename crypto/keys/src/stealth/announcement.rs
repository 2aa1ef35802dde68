//! Announcements: what a sender publishes beside a one-time key.

use super::secret::check_algorithm;
use crate::{Algorithm, Error, VerifyingKey};

/// An ephemeral public key and a view tag.
///
/// ERC-5564 carries the key as `ephemeralPubKey` and the tag as the first byte of `metadata`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    ephemeral: VerifyingKey,
    view_tag: u8,
}

impl Announcement {
    pub(super) const fn new(ephemeral: VerifyingKey, view_tag: u8) -> Self {
        Self { ephemeral, view_tag }
    }

    /// Of the two parts, as they stand in a log.
    ///
    /// # Errors
    /// [`Error::NotDefined`] for a key of Ed25519 or P-384.
    pub fn from_parts(ephemeral: VerifyingKey, view_tag: u8) -> Result<Self, Error> {
        check_algorithm(ephemeral.algorithm())?;
        Ok(Self { ephemeral, view_tag })
    }

    /// The sender's ephemeral public key.
    #[must_use]
    pub const fn ephemeral(&self) -> &VerifyingKey {
        &self.ephemeral
    }

    /// The byte that spares the receiver most of the work.
    #[must_use]
    pub const fn view_tag(&self) -> u8 {
        self.view_tag
    }

    /// The compressed key and the tag: 34 bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        [self.ephemeral.as_bytes(), &[self.view_tag]].concat()
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote.
    ///
    /// # Errors
    /// [`Error::Announcement`] for another length, [`Error::PublicKey`] for what is no point, [`Error::NotDefined`] for
    /// Ed25519 and P-384.
    pub fn from_bytes(algorithm: Algorithm, bytes: &[u8]) -> Result<Self, Error> {
        check_algorithm(algorithm)?;
        match bytes.split_last() {
            Some((tag, key)) if key.len() == algorithm.public_key_len() => {
                Ok(Self { ephemeral: VerifyingKey::from_bytes(algorithm, key)?, view_tag: *tag })
            }
            _ => Err(Error::Announcement("it is not a compressed public key and one byte")),
        }
    }
}
