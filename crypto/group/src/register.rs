//! The register as this crate needs it: who belongs to a member key.

use std::collections::HashMap;

use hufu_pairing::{Backend, Blst};

use crate::issuer::Enrolment;
use crate::{Epoch, Error, MemberKey};

/// What is known of a registered member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration<B: Backend = Blst> {
    /// Who registered the key: a DID.
    pub account: Vec<u8>,
    /// The account's own signature over [`Group::consent`](crate::Group::consent); checking it is the caller's.
    pub consent: Vec<u8>,
    /// Key and identifier.
    pub enrolment: Enrolment<B>,
    /// The epoch from which the member was removed, if it was: the update that starts there is the one that removes it.
    pub revoked: Option<u64>,
}

/// A store of registrations by member key. One look-up finds a signer, however many members there are.
pub trait Register<B: Backend> {
    /// The registration of a key, revoked or not.
    fn find(&self, key: &MemberKey<B>) -> Option<Registration<B>>;
}

/// The register in memory.
#[derive(Debug, Clone, Default)]
pub struct MemoryRegister<B: Backend = Blst> {
    members: HashMap<[u8; MemberKey::<Blst>::SIZE], Registration<B>>,
}

impl<B: Backend> MemoryRegister<B> {
    /// Nobody.
    #[must_use]
    pub fn new() -> Self {
        Self { members: HashMap::new() }
    }

    /// Adds a member that was just admitted.
    ///
    /// # Errors
    /// [`Error::AlreadyRegistered`].
    pub fn insert(&mut self, account: &[u8], consent: &[u8], enrolment: Enrolment<B>) -> Result<(), Error> {
        let key = enrolment.key().to_bytes();
        if self.members.contains_key(&key) {
            return Err(Error::AlreadyRegistered);
        }
        let (account, consent) = (account.to_vec(), consent.to_vec());
        self.members.insert(key, Registration { account, consent, enrolment, revoked: None });
        Ok(())
    }

    /// Notes that a member is removed from an epoch, and gives what [`Issuer::revoke`](crate::Issuer::revoke) needs.
    ///
    /// A second time for the same epoch gives the same: after a crash between this and publishing, both are done again.
    ///
    /// # Errors
    /// [`Error::UnknownMember`]; [`Error::OtherGroup`] for a member of another group than the epoch's, who stays as it was;
    /// [`Error::Revoked`] for a member that was removed from another epoch.
    ///
    /// # Security
    /// What a removal publishes is a witness of the removed member for the epoch before. Of a member that is in that epoch nobody
    /// gains by it; to one that is not it would give back what the first removal took.
    pub fn revoke(&mut self, key: &MemberKey<B>, epoch: &Epoch<B>) -> Result<Enrolment<B>, Error> {
        let registration = self.members.get_mut(&key.to_bytes()).ok_or(Error::UnknownMember)?;
        if registration.enrolment.group() != epoch.group() {
            return Err(Error::OtherGroup { what: "the member" });
        }
        match registration.revoked {
            Some(from) if from != epoch.number() => Err(Error::Revoked { epoch: from.saturating_add(1) }),
            _ => {
                registration.revoked = Some(epoch.number());
                Ok(registration.enrolment)
            }
        }
    }

    /// How many there are, with those revoked.
    #[must_use]
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there is nobody.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }
}

impl<B: Backend> Register<B> for MemoryRegister<B> {
    fn find(&self, key: &MemberKey<B>) -> Option<Registration<B>> {
        self.members.get(&key.to_bytes()).cloned()
    }
}
