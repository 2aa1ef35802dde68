//! A signature: what is sent, and what a verifier asks of it.
//!
//! 1. The epoch must be the one asked for, and there is a tag exactly if there is a scope.
//! 2. c is the challenge of everything.
//! 3. T1 = ρ^·S + ε^·R − u^·K − c·(G + V), T2 = u^·K + t^·Y − c·E2,
//!    T3 = t^·P + μ·(u^·K + t^·Z) + μ²·u^·H − c·(E0 + μ·E1 + μ²·J).
//! 4. e(R, X) = e(S, P₂).

use std::fmt;

use hufu_pairing::{Backend, Blst, G1_BYTES, G1Affine, SCALAR_BYTES, Scalar, product_is_one};

use crate::equations::Equations;
use crate::group::GroupId;
use crate::labels::SIGNATURE;
use crate::transcript::{DIGEST, Transcript, declassify};
use crate::wire::Reader;
use crate::{Epoch, Error, Group, Scope, Tag};

/// First byte of a signature without and with a tag.
const PLAIN: u8 = 1;
const TAGGED: u8 = 2;

/// A group signature. Which member made it only the openers can find out.
#[derive(Clone, PartialEq, Eq)]
pub struct Signature<B: Backend = Blst> {
    pub(crate) epoch: u64,
    pub(crate) points: Points<B>,
    /// T1, T2, T3.
    pub(crate) commitments: [G1Affine<B>; 3],
    /// ρ^, ε^, u^, t^.
    pub(crate) responses: [Scalar<B>; 4],
}

/// R, S, E0, E1, E2 and J.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Points<B: Backend> {
    pub(crate) fixed: [G1Affine<B>; 5],
    pub(crate) tag: Option<G1Affine<B>>,
}

impl<B: Backend> Points<B> {
    /// Refuses what could not be read back.
    pub(crate) fn new(points: &[G1Affine<B>]) -> Result<Self, Error> {
        // The points are about to be published.
        if points.iter().any(|point| declassify(point.is_identity())) {
            return Err(Error::Degenerate("a point of the signature"));
        }
        let (fixed, rest) = points.split_first_chunk().ok_or(Error::Degenerate("points of the signature"))?;
        Ok(Self { fixed: *fixed, tag: rest.first().copied() })
    }

    /// Adds them to the transcript, and gives μ.
    pub(crate) fn absorb(&self, transcript: &mut Transcript) -> Result<Scalar<B>, Error> {
        for (name, point) in NAMES.iter().zip(self.all()) {
            transcript.append_point(name, point);
        }
        transcript.challenge("mu")
    }

    fn all(&self) -> impl Iterator<Item = &G1Affine<B>> {
        self.fixed.iter().chain(&self.tag)
    }
}

const NAMES: [&str; 6] = ["R", "S", "E0", "E1", "E2", "J"];
const COMMITMENTS: [&str; 3] = ["T1", "T2", "T3"];
const RESPONSES: [&str; 4] = ["rho", "epsilon", "u", "t"];

/// A signature that was verified: what an opener opens, and whose tag means something.
#[derive(Debug, Clone)]
pub struct Verified<B: Backend = Blst> {
    pub(crate) group: GroupId,
    epoch: u64,
    pub(crate) e0: G1Affine<B>,
    pub(crate) e1: G1Affine<B>,
    tag: Option<(Scope<B>, Tag)>,
    digest: [u8; DIGEST],
}

impl<B: Backend> Verified<B> {
    /// The epoch in which its signer was a member.
    #[must_use]
    pub const fn epoch(&self) -> u64 {
        self.epoch
    }

    /// The signer's tag in the scope, if there was one.
    #[must_use]
    pub fn tag(&self) -> Option<Tag> {
        self.tag.as_ref().map(|(_, tag)| *tag)
    }

    /// The tag, if it is of this scope.
    ///
    /// # Errors
    /// [`Error::TagMissing`].
    pub fn tag_in(&self, scope: &Scope<B>) -> Result<Tag, Error> {
        let tag = self.tag.as_ref().filter(|(own, _)| own.as_bytes() == scope.as_bytes());
        tag.map(|(_, tag)| *tag).ok_or(Error::TagMissing)
    }

    /// The digest of signature and statement: group, epoch, scope and message included. What an opening speaks of.
    #[must_use]
    pub const fn digest(&self) -> &[u8; DIGEST] {
        &self.digest
    }
}

/// A signature whose challenges are computed, and whose equations are not yet checked.
pub(crate) struct Opened<'s, B: Backend> {
    pub(crate) signature: &'s Signature<B>,
    pub(crate) group: &'s Group<B>,
    pub(crate) epoch: &'s Epoch<B>,
    pub(crate) scope: Option<&'s Scope<B>>,
    pub(crate) mu: Scalar<B>,
    pub(crate) challenge: Scalar<B>,
    transcript: Transcript,
    /// Not true before the equations hold.
    pub(crate) verified: Verified<B>,
}

impl<B: Backend> Signature<B> {
    /// Bytes of a signature without a tag, and with one.
    pub const SIZE: usize = 1 + 8 + 8 * G1_BYTES + 4 * SCALAR_BYTES;
    /// Bytes of a signature with a tag.
    pub const TAGGED_SIZE: usize = Self::SIZE + G1_BYTES;

    /// The epoch it claims to be of.
    #[must_use]
    pub const fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Checks that a member of the group that was not revoked in this epoch signed this message, in this scope.
    ///
    /// # Errors
    /// [`Error::Verification`]; [`Error::EpochTooOld`], [`Error::EpochAhead`]; [`Error::TagMissing`],
    /// [`Error::TagUnexpected`]; [`Error::OtherGroup`] for an epoch of another group.
    pub fn verify(
        &self,
        group: &Group<B>,
        epoch: &Epoch<B>,
        scope: Option<&Scope<B>>,
        message: &[u8],
    ) -> Result<Verified<B>, Error> {
        let mut opened = self.open(group, epoch, scope, message)?;
        // Two weights are enough for three equations; they come from the responses too, so they cannot be aimed at.
        let mut weights = opened.transcript.weights();
        let mut equations = Equations::default();
        equations.add(&opened, [Scalar::one(), weights.weight(), weights.weight()]);
        let [r, s] = self.pair();
        let pairs = [(r, group.prepared()), (s, &group.parameters().bases().minus_p2)];
        if equations.hold() && product_is_one(&pairs) {
            Ok(opened.verified)
        } else {
            Err(Error::Verification)
        }
    }

    /// Steps 1 and 2: what the equations need.
    pub(crate) fn open<'s>(
        &'s self,
        group: &'s Group<B>,
        epoch: &'s Epoch<B>,
        scope: Option<&'s Scope<B>>,
        message: &[u8],
    ) -> Result<Opened<'s, B>, Error> {
        // 1.
        group.owns(epoch.group(), "the epoch")?;
        epoch.is(self.epoch)?;
        match (&self.points.tag, scope) {
            (None, Some(_)) => return Err(Error::TagMissing),
            (Some(_), None) => return Err(Error::TagUnexpected),
            _ => {}
        }
        // 2.
        let mut transcript = begin(group, epoch, scope, message);
        let mu = self.points.absorb(&mut transcript)?;
        let challenge = challenge(&mut transcript, &self.commitments)?;
        for (name, response) in RESPONSES.iter().zip(&self.responses) {
            transcript.append(name, &response.to_bytes());
        }
        let [_, _, e0, e1, _] = self.points.fixed;
        let verified = Verified {
            group: group.id(),
            epoch: self.epoch,
            e0,
            e1,
            tag: scope.cloned().zip(self.points.tag.as_ref().map(Tag::of)),
            digest: transcript.challenge_bytes("digest"),
        };
        Ok(Opened { signature: self, group, epoch, scope, mu, challenge, transcript, verified })
    }

    /// R and S, for step 4.
    pub(crate) const fn pair(&self) -> [&G1Affine<B>; 2] {
        let [r, s, ..] = &self.points.fixed;
        [r, s]
    }

    /// Reads a signature of either form.
    ///
    /// # Errors
    /// [`Error::Form`], [`Error::Length`], [`Error::Point`], [`Error::Scalar`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(bytes, "a group signature");
        let form = reader.byte()?;
        if form != PLAIN && form != TAGGED {
            return Err(Error::Form { what: "a group signature", found: form });
        }
        let expected = if form == TAGGED { Self::TAGGED_SIZE } else { Self::SIZE };
        if bytes.len() != expected {
            return Err(reader.length());
        }
        let epoch = reader.u64()?;
        let names = NAMES.iter().take(if form == TAGGED { 6 } else { 5 });
        let points = names.map(|name| reader.point(name)).collect::<Result<Vec<_>, _>>()?;
        let points = Points::new(&points)?;
        let mut commitments = [G1Affine::identity(); 3];
        for (commitment, name) in commitments.iter_mut().zip(COMMITMENTS) {
            *commitment = reader.point(name)?;
        }
        let mut responses = [Scalar::zero(); 4];
        for (response, name) in responses.iter_mut().zip(RESPONSES) {
            *response = reader.scalar(name)?;
        }
        reader.end()?;
        Ok(Self { epoch, points, commitments, responses })
    }

    /// Form ‖ epoch ‖ R ‖ S ‖ E0 ‖ E1 ‖ E2 ‖ (J) ‖ T1 ‖ T2 ‖ T3 ‖ ρ^ ‖ ε^ ‖ u^ ‖ t^.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(Self::TAGGED_SIZE);
        out.push(form(self.points.tag.is_some()));
        out.extend_from_slice(&self.epoch.to_le_bytes());
        let points = self.points.all().chain(&self.commitments);
        points.for_each(|point| out.extend_from_slice(&point.to_bytes()));
        self.responses.iter().for_each(|response| out.extend_from_slice(&response.to_bytes()));
        out
    }
}

impl<B: Backend> fmt::Debug for Signature<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signature")
            .field("epoch", &self.epoch)
            .field("tag", &self.points.tag.as_ref().map(Tag::of))
            .finish_non_exhaustive()
    }
}

const fn form(tagged: bool) -> u8 {
    if tagged { TAGGED } else { PLAIN }
}

/// The statement: everything that a signature speaks of.
pub(crate) fn begin<B: Backend>(
    group: &Group<B>,
    epoch: &Epoch<B>,
    scope: Option<&Scope<B>>,
    message: &[u8],
) -> Transcript {
    let mut transcript = Transcript::new(SIGNATURE);
    transcript.append("form", &[form(scope.is_some())]);
    transcript.append("group", group.id().as_bytes());
    transcript.append("epoch", &epoch.to_bytes());
    transcript.append("scope", scope.map_or(&[], Scope::as_bytes));
    transcript.append("message", message);
    transcript
}

/// c, from T1, T2 and T3.
pub(crate) fn challenge<B: Backend>(
    transcript: &mut Transcript,
    commitments: &[G1Affine<B>; 3],
) -> Result<Scalar<B>, Error> {
    for (name, point) in COMMITMENTS.iter().zip(commitments) {
        transcript.append_point(name, point);
    }
    transcript.challenge("c")
}
