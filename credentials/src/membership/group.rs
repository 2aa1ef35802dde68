//! As a member of a group.

use hufu_group::{Epoch, Error as GroupError, Group, Member, Scope, Signature, Verified};
use rand_core::CryptoRng;

use super::{
    Linkage, MembershipPresentation, MembershipRefusal, MembershipRequest, NONCE_BYTES, no_signature, nonce,
};
use crate::Error;

impl MembershipRequest {
    /// In which a tag is made, if one is.
    fn group_scope(&self, nonce: &[u8; NONCE_BYTES]) -> Result<Option<Scope>, GroupError> {
        match self.linkage {
            Linkage::None => Ok(None),
            Linkage::Domain => Scope::new(&self.scope(nonce)).map(Some),
        }
    }
}

impl MembershipPresentation {
    /// Answers a request as a member of a group, in the epoch that the member has followed to.
    ///
    /// # Errors
    /// [`Error::Range`] for a request with an empty or overlong text; [`Error::Signing`] with negligible probability.
    pub fn by_group(
        request: &MembershipRequest,
        member: &Member,
        rng: &mut impl CryptoRng,
    ) -> Result<Self, Error> {
        request.check()?;
        let refuse = |e: GroupError| Error::Signing(e.to_string());
        let nonce = nonce(rng);
        let scope = request.group_scope(&nonce).map_err(refuse)?;
        let signature = member.sign(scope.as_ref(), &request.message(&nonce), rng).map_err(refuse)?;
        Ok(Self::of(request, nonce, &signature.to_bytes()))
    }

    /// Checks that it answers this request, signed by a member of this group that is not revoked in this epoch. With linkage
    /// `domain` what is verified has a tag. The group's openers can open it.
    ///
    /// # Errors
    /// [`MembershipRefusal`].
    ///
    /// # Security
    /// The caller has made `group` from the record of exactly `asked.reference`, read with proof, `epoch` from that of the epoch in
    /// force, and uses each challenge once.
    pub fn verify_by_group(
        &self,
        asked: &MembershipRequest,
        group: &Group,
        epoch: &Epoch,
    ) -> Result<Verified, MembershipRefusal> {
        self.answers(asked)?;
        let signature: Signature = Signature::from_bytes(&self.signature_bytes()?).map_err(no_signature)?;
        let scope = asked.group_scope(&self.nonce).map_err(no_signature)?;
        signature.verify(group, epoch, scope.as_ref(), &asked.message(&self.nonce)).map_err(|error| {
            match error {
                GroupError::EpochTooOld { found, current } | GroupError::EpochAhead { found, current } => {
                    MembershipRefusal::Epoch { found, current }
                }
                GroupError::TagMissing | GroupError::TagUnexpected => no_signature(error),
                _ => MembershipRefusal::Signature,
            }
        })
    }
}
