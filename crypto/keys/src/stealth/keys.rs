//! The receiver's keys: the view key that finds, and the pair that spends.

use super::secret::{self, SharedSecret};
use super::{Announcement, EthereumAddress, MetaAddress};
use crate::{Error, SigningKey, VerifyingKey};
use std::fmt;

/// The private view key and the public spend key: finds what is for their owner, and cannot use it.
pub struct ViewKey {
    view: SigningKey,
    spend: VerifyingKey,
}

impl ViewKey {
    /// Of two keys of one algorithm.
    ///
    /// # Errors
    /// [`Error::NotDefined`] for Ed25519 and P-384; [`Error::MetaAddress`] for two algorithms.
    pub fn new(view: SigningKey, spend: VerifyingKey) -> Result<Self, Error> {
        secret::check(&spend, &view.verifying_key())?;
        Ok(Self { view, spend })
    }

    /// What its owner publishes.
    #[must_use]
    pub fn meta_address(&self) -> MetaAddress {
        MetaAddress::checked(self.spend.clone(), self.view.verifying_key())
    }

    /// The one-time key that the announcement is about, if it is for this owner.
    ///
    /// Of announcements for others, one in 256 has the right tag by chance and gives a key, too, which nobody was paid to:
    /// compare it with the announced one, or ask [`is_ours`](Self::is_ours).
    ///
    /// # Security
    /// Constant time in the view key, apart from whether the tag is right.
    #[must_use]
    pub fn scan(&self, announcement: &Announcement) -> Option<VerifyingKey> {
        self.secret(announcement)?.one_time_public(&self.spend)
    }

    /// Whether the announced one-time key is for this owner.
    #[must_use]
    pub fn is_ours(&self, announcement: &Announcement, one_time: &VerifyingKey) -> bool {
        self.scan(announcement).is_some_and(|key| key == *one_time)
    }

    /// The one-time key behind an announced Ethereum address, if it is for this owner (ERC-5564, `checkStealthAddress`).
    #[must_use]
    pub fn find(&self, announcement: &Announcement, address: &EthereumAddress) -> Option<VerifyingKey> {
        self.scan(announcement).filter(|key| EthereumAddress::of(key).as_ref() == Ok(address))
    }

    fn secret(&self, announcement: &Announcement) -> Option<SharedSecret> {
        SharedSecret::new(&self.view, announcement.ephemeral())
            .filter(|secret| secret.view_tag() == announcement.view_tag())
    }
}

impl fmt::Debug for ViewKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ViewKey").field("view", &self.view).field("spend", &self.spend).finish()
    }
}

/// A receiver's two private keys.
pub struct StealthKeys {
    spend: SigningKey,
    view: ViewKey,
}

impl StealthKeys {
    /// Of two keys of one algorithm.
    ///
    /// # Errors
    /// [`Error::NotDefined`] for Ed25519 and P-384; [`Error::MetaAddress`] for two algorithms.
    pub fn new(spend: SigningKey, view: SigningKey) -> Result<Self, Error> {
        let view = ViewKey::new(view, spend.verifying_key())?;
        Ok(Self { spend, view })
    }

    /// What is published.
    #[must_use]
    pub fn meta_address(&self) -> MetaAddress {
        self.view.meta_address()
    }

    /// The half that finds.
    #[must_use]
    pub const fn view_key(&self) -> &ViewKey {
        &self.view
    }

    /// The half that finds, to be given to whoever scans for the receiver.
    #[must_use]
    pub fn into_view_key(self) -> ViewKey {
        self.view
    }

    /// The private key of a one-time key that was announced (ERC-5564, `computeStealthKey`).
    ///
    /// # Errors
    /// [`Error::NotOurs`] if it is another's: no key is given that does not belong to `one_time`.
    ///
    /// # Security
    /// Constant time in both private keys, apart from whether it is theirs. For whoever has the view key, the result is as good as
    /// the spend key.
    pub fn one_time_key(
        &self,
        announcement: &Announcement,
        one_time: &VerifyingKey,
    ) -> Result<SigningKey, Error> {
        let secret = self.view.secret(announcement).ok_or(Error::NotOurs)?;
        secret
            .one_time_private(&self.spend)
            .filter(|key| key.verifying_key() == *one_time)
            .ok_or(Error::NotOurs)
    }
}

impl fmt::Debug for StealthKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StealthKeys").field("spend", &self.spend).field("view", &self.view.view).finish()
    }
}
