//! The issuer: admits, revokes, gives witnesses.

use std::fmt;

use hufu_pairing::{Backend, Blst, G1, G1Affine, G2Affine, SCALAR_BYTES, Scalar};
use rand_core::CryptoRng;
use zeroize::{Zeroize, Zeroizing};

use crate::epoch::{Removal, check_count, check_distinct};
use crate::group::GroupId;
use crate::parameters::Base;
use crate::register::Register;
use crate::transcript::{declassify, same};
use crate::wire::Reader;
use crate::{
    Credential, Epoch, Error, Group, Invitation, IssuerKey, JoinRequest, MemberKey, Update, Witness,
};

/// From this many removals, a table of the accumulator's value costs less than it saves.
const TABLE_FROM: usize = 24;

/// The issuer's secret γ. Erased when dropped, never printed.
///
/// Whoever has it can admit members of his own; he can neither sign as an honest member nor tell who signed.
pub struct Issuer<B: Backend = Blst> {
    secret: Scalar<B>,
    public: IssuerKey<B>,
}

/// What the issuer keeps of a member, to revoke it and to renew its witness: key and identifier. No secret of anybody,
/// but the list of all is the list of members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Enrolment<B: Backend = Blst> {
    group: GroupId,
    key: MemberKey<B>,
    identifier: Scalar<B>,
}

impl<B: Backend> Enrolment<B> {
    /// Bytes of an enrolment.
    pub const SIZE: usize = hufu_pairing::G1_BYTES + SCALAR_BYTES;

    /// The group that admitted the member.
    #[must_use]
    pub const fn group(&self) -> GroupId {
        self.group
    }

    /// The member's key.
    #[must_use]
    pub const fn key(&self) -> MemberKey<B> {
        self.key
    }

    /// Reads an enrolment in this group.
    ///
    /// # Errors
    /// [`Error::Length`], [`Error::Point`], [`Error::Scalar`].
    pub fn from_bytes(group: &Group<B>, bytes: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(bytes, "an enrolment");
        let (key, identifier) = (MemberKey(reader.point("Q")?), reader.scalar("e")?);
        let enrolment = Self { group: group.id(), key, identifier };
        reader.end()?;
        Ok(enrolment)
    }

    /// Q ‖ e.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        [self.key.to_bytes().as_slice(), &self.identifier.to_bytes()].concat()
    }

    pub(crate) const fn identifier(&self) -> &Scalar<B> {
        &self.identifier
    }
}

impl<B: Backend> Issuer<B> {
    /// A fresh issuer.
    ///
    /// # Errors
    /// [`Error::Zero`] with probability 2⁻²⁵⁵.
    pub fn generate(rng: &mut impl CryptoRng) -> Result<Self, Error> {
        Self::of(Scalar::random(rng))
    }

    /// Reads 32 big-endian bytes.
    ///
    /// # Errors
    /// [`Error::Length`], [`Error::Scalar`] or [`Error::Zero`] for what is outside 1..r.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        if bytes.len() != SCALAR_BYTES {
            return Err(Error::Length { what: "an issuer's secret", found: bytes.len() });
        }
        Self::of(Reader::new(bytes, "an issuer's secret").scalar("gamma")?)
    }

    /// 32 big-endian bytes. Erased when dropped.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<[u8; SCALAR_BYTES]> {
        Zeroizing::new(self.secret.to_bytes())
    }

    /// X = γ·P₂.
    #[must_use]
    pub const fn key(&self) -> IssuerKey<B> {
        self.public
    }

    /// Admits a member: checks the request and gives a credential, and what to register.
    ///
    /// The caller has made the invitation, with a nonce it has not given before, and has checked the account's own signature over
    /// [`Group::consent`].
    ///
    /// # Errors
    /// [`Error::OtherGroup`], [`Error::JoinProof`]; [`Error::AlreadyRegistered`] for a key the register has.
    ///
    /// # Security
    /// Constant time in γ, as far as `hufu-pairing` is.
    pub fn admit(
        &self,
        group: &Group<B>,
        epoch: &Epoch<B>,
        request: &JoinRequest<B>,
        invitation: &Invitation,
        register: &impl Register<B>,
        rng: &mut impl CryptoRng,
    ) -> Result<(Credential<B>, Enrolment<B>), Error> {
        self.check(group, epoch)?;
        request.verify(group, invitation)?;
        let key = request.key();
        if register.find(&key).is_some() {
            return Err(Error::AlreadyRegistered);
        }
        let identifier = Scalar::random(rng);
        let inverse = self.inverse(&identifier)?;
        let message = (group.parameters().bases().g.lift() + key.0).to_affine();
        let points = G1::normalise(&[message * *inverse, *epoch.value() * *inverse]);
        let [a, witness] = points.as_slice() else { return Err(Error::Degenerate("credential")) };
        let credential = Credential { epoch: epoch.number(), a: *a, witness: *witness, identifier };
        Ok((credential, Enrolment { group: group.id(), key, identifier }))
    }

    /// Revokes members: the next epoch, and the update by which all others follow.
    ///
    /// # Errors
    /// [`Error::OtherGroup`], also for a member of another group; [`Error::Empty`] or [`Error::TooMany`] outside
    /// 1 ..= [`crate::MAX_REMOVALS`]; [`Error::RepeatedRemoval`] for one that is there twice.
    ///
    /// # Security
    /// The members must be in this epoch: take them from [`MemoryRegister::revoke`](crate::MemoryRegister::revoke), or keep such a
    /// rule. What is published is a witness of each for the epoch before it.
    pub fn revoke(
        &self,
        group: &Group<B>,
        epoch: &Epoch<B>,
        members: &[Enrolment<B>],
    ) -> Result<(Update<B>, Epoch<B>), Error> {
        self.check(group, epoch)?;
        check_count(members.len())?;
        members.iter().try_for_each(|member| group.owns(member.group, "the member"))?;
        check_distinct(members.iter().map(|member| &member.identifier))?;
        // Vᵢ = V/((γ+e₁)…(γ+eᵢ)), with all multiples taken of the one V.
        let mut factor = Zeroizing::new(Scalar::one());
        let table = (members.len() >= TABLE_FROM).then(|| Base::new(*epoch.value()));
        let mut values = Vec::with_capacity(members.len());
        for member in members {
            *factor *= *self.inverse(&member.identifier)?;
            values.push(match &table {
                Some(table) => table.mul(&factor),
                None => *epoch.value() * *factor,
            });
        }
        let removals = G1::normalise(&values)
            .into_iter()
            .zip(members)
            .map(|(value, member)| Removal { identifier: member.identifier, value })
            .collect::<Vec<_>>();
        let last = removals.last().map_or_else(G1Affine::identity, |removal| removal.value);
        let update = Update::new(epoch.number(), removals);
        let next = Epoch::of(group, update.next(epoch.number())?, last);
        Ok((update, next))
    }

    /// A member's witness for an epoch: after [`Epoch::renewed`], or for one that was away for long.
    ///
    /// # Errors
    /// [`Error::OtherGroup`], also for a member of another group; [`Error::UnknownMember`] or [`Error::Revoked`] by what
    /// the register says.
    ///
    /// # Security
    /// Whoever has a witness is a member: A is the same in all groups of one issuer, so that a witness of another group's
    /// epoch would admit there. One register may hold the members of several groups.
    pub fn witness(
        &self,
        group: &Group<B>,
        epoch: &Epoch<B>,
        key: &MemberKey<B>,
        register: &impl Register<B>,
    ) -> Result<Witness<B>, Error> {
        self.check(group, epoch)?;
        let registration = register.find(key).ok_or(Error::UnknownMember)?;
        group.owns(registration.enrolment.group, "the member")?;
        if registration.revoked.is_some() {
            return Err(Error::Revoked { epoch: epoch.number() });
        }
        let inverse = self.inverse(registration.enrolment.identifier())?;
        let point = (*epoch.value() * *inverse).to_affine();
        Ok(Witness { epoch: epoch.number(), point })
    }

    fn check(&self, group: &Group<B>, epoch: &Epoch<B>) -> Result<(), Error> {
        if !same(&self.public, &group.issuer()) {
            return Err(Error::OtherGroup { what: "the issuer" });
        }
        group.owns(epoch.group(), "the epoch")
    }

    /// 1/(γ+e).
    fn inverse(&self, identifier: &Scalar<B>) -> Result<Zeroizing<Scalar<B>>, Error> {
        let inverse = (self.secret + *identifier).invert();
        // Whoever sees that γ + e is zero has already lost: e is random.
        if declassify(inverse.is_some()) {
            Ok(Zeroizing::new(inverse.unwrap_or(Scalar::zero())))
        } else {
            Err(Error::Degenerate("gamma + e"))
        }
    }

    fn of(secret: Scalar<B>) -> Result<Self, Error> {
        // Whether a drawn or stored secret is zero is no secret.
        if declassify(secret.is_zero()) {
            return Err(Error::Zero { what: "gamma" });
        }
        Ok(Self { secret, public: IssuerKey((G2Affine::generator() * secret).to_affine()) })
    }
}

impl<B: Backend> Drop for Issuer<B> {
    fn drop(&mut self) {
        self.secret.zeroize();
    }
}

impl<B: Backend> fmt::Debug for Issuer<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issuer").field("public", &self.public).finish_non_exhaustive()
    }
}
