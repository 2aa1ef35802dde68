//! As one of a ring.

use hufu_ring::{Ring, Scope, Signature, SigningKey, Tag};
use rand_core::CryptoRng;

use super::{MembershipPresentation, MembershipRefusal, MembershipRequest, no_signature, nonce};
use crate::Error;

impl MembershipPresentation {
    /// Answers a request as one of a ring.
    ///
    /// # Errors
    /// [`Error::Range`] for a request with an empty or overlong text; [`Error::Signing`] if the key is not of a member.
    pub fn by_ring(
        request: &MembershipRequest,
        ring: &Ring,
        key: &SigningKey,
        rng: &mut impl CryptoRng,
    ) -> Result<Self, Error> {
        request.check()?;
        let refuse = |e: hufu_ring::Error| Error::Signing(e.to_string());
        let nonce = nonce(rng);
        let scope = Scope::new(&request.scope(&nonce)).map_err(refuse)?;
        let signature = key.sign(ring, &scope, &request.message(&nonce), rng).map_err(refuse)?;
        Ok(Self::of(request, nonce, &signature.to_bytes()))
    }

    /// Checks that it answers this request, signed by one of this ring, and tells the tag.
    ///
    /// # Errors
    /// [`MembershipRefusal`].
    ///
    /// # Security
    /// The caller has made `ring` from the record of exactly `asked.reference`, read with proof, and uses each challenge once.
    pub fn verify_by_ring(&self, asked: &MembershipRequest, ring: &Ring) -> Result<Tag, MembershipRefusal> {
        self.answers(asked)?;
        let signature = Signature::from_bytes(&self.signature_bytes()?).map_err(no_signature)?;
        let scope = Scope::new(&asked.scope(&self.nonce)).map_err(no_signature)?;
        signature.verify(ring, &scope, &asked.message(&self.nonce)).map_err(|_| MembershipRefusal::Signature)
    }
}
