//! The small form: a linkable ring of challenges (Liu, Wei, Wong, ACISP 2004), with the tag over a scope's base.
//!
//! 1. u random; L = u·G, R = u·H; the next challenge is a hash of the statement, L and R.
//! 2. For every other member in ring order from the signer's neighbour: s random, L = s·G + c·P, R = s·H + c·J, and
//!    the next challenge.
//! 3. The ring is closed at the signer's place with s = u − c·x. The signature is c_0 ‖ s_0 … s_(N−1).
//!
//! The verifier walks once round from c_0 and must come back to it.
//!
//! # Security
//!
//! Signing is constant time in key and position: members and responses are read and written by scanning all of them
//! with masks. The walk starts at a secret place, but every step does the same.

use std::iter::once;

use curve25519_dalek::ristretto::RistrettoPoint;
use curve25519_dalek::traits::{Identity, MultiscalarMul, VartimeMultiscalarMul};
use curve25519_dalek::{Scalar, constants::RISTRETTO_BASEPOINT_POINT};
use subtle::{ConditionallySelectable, ConstantTimeEq, ConstantTimeGreater};
use zeroize::Zeroizing;

use crate::group::{Element, Reader, SIZE};
use crate::transcript::Transcript;
use crate::{Error, Ring, Scope, SigningKey};

/// Largest ring of this form. Up to ten members it is the shorter one; but its verification grows with the ring and is
/// about three times that of the logarithmic form at eight.
pub(crate) const MAX_SMALL: usize = 8;

/// What a signature of this form carries beside its tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Proof {
    challenge: Scalar,
    responses: Vec<Scalar>,
}

impl Proof {
    /// Members of the ring it was made for.
    pub(crate) fn members(&self) -> usize {
        self.responses.len()
    }

    /// c_0 ‖ s_0 … s_(N−1).
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        for scalar in once(&self.challenge).chain(&self.responses) {
            out.extend_from_slice(scalar.as_bytes());
        }
    }

    /// Reads what is left as a proof; its length says how many members it has.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let members = (reader.remaining() / SIZE).saturating_sub(1);
        if !(2..=MAX_SMALL).contains(&members) || reader.remaining() != SIZE * (1 + members) {
            return Err(reader.error("no length that a signature of this form has"));
        }
        let challenge = reader.challenge()?;
        let responses = (0..members).map(|_| reader.scalar()).collect::<Result<_, _>>()?;
        Ok(Self { challenge, responses })
    }
}

/// Signs for the member at `index`, whose key this is.
pub(crate) fn prove(
    transcript: &Transcript,
    ring: &Ring,
    scope: &Scope,
    key: &SigningKey,
    index: u32,
    entropy: &[u8; 32],
) -> Result<Proof, Error> {
    let members: Vec<RistrettoPoint> = ring.elements().map(|member| member.point).collect();
    let size = u32::try_from(members.len()).expect("fits because a small ring has at most eight members");
    let base = scope.base().point;
    let tag = key.tag(scope).element().point;
    let mut nonces = transcript.nonces(key.scalar(), entropy);
    let nonce = Zeroizing::new(nonces.next());
    let mut responses: Vec<Scalar> = members.iter().map(|_| nonces.next()).collect();

    // 1.
    let left = RistrettoPoint::mul_base(&nonce);
    let mut challenge = next(transcript, &left, &(base * *nonce))?;
    // 2. The challenge at place 0 is the published one; it is kept when the walk passes there.
    let mut published = Scalar::ZERO;
    let mut place = step(index, size);
    published.conditional_assign(&challenge, place.ct_eq(&0));
    for _ in 1..size {
        let (mut member, mut response) = (RistrettoPoint::identity(), Scalar::ZERO);
        for (at, (point, scalar)) in (0u32..).zip(members.iter().zip(&responses)) {
            member.conditional_assign(point, at.ct_eq(&place));
            response.conditional_assign(scalar, at.ct_eq(&place));
        }
        let scalars = [response, challenge];
        // Constant time: which member this is tells where the signer sits.
        let left = RistrettoPoint::multiscalar_mul(scalars, [RISTRETTO_BASEPOINT_POINT, member]);
        let right = RistrettoPoint::multiscalar_mul(scalars, [base, tag]);
        challenge = next(transcript, &left, &right)?;
        place = step(place, size);
        published.conditional_assign(&challenge, place.ct_eq(&0));
    }
    // 3.
    let closing = *nonce - challenge * key.scalar();
    for (at, response) in (0u32..).zip(&mut responses) {
        response.conditional_assign(&closing, at.ct_eq(&index));
    }
    Ok(Proof { challenge: published, responses })
}

/// Walks the ring once.
pub(crate) fn verify(
    transcript: &Transcript,
    ring: &Ring,
    scope: &Scope,
    tag: &Element,
    proof: &Proof,
) -> Result<(), Error> {
    if proof.members() != ring.size() {
        let members = proof.members();
        return Err(Error::OtherSize { from: members, to: members, members: ring.size() });
    }
    let right_points = [scope.base().point, tag.point];
    let mut challenge = proof.challenge;
    for (member, response) in ring.elements().zip(&proof.responses) {
        // Nothing is secret here.
        let left = RistrettoPoint::vartime_double_scalar_mul_basepoint(&challenge, &member.point, response);
        let right = RistrettoPoint::vartime_multiscalar_mul([response, &challenge], right_points);
        challenge = next(transcript, &left, &right)?;
    }
    if challenge == proof.challenge { Ok(()) } else { Err(Error::Verification) }
}

/// The next place round the ring, without a branch or a division.
fn step(place: u32, size: u32) -> u32 {
    let next = place.wrapping_add(1);
    u32::conditional_select(&0, &next, size.ct_gt(&next))
}

/// The next challenge.
fn next(transcript: &Transcript, left: &RistrettoPoint, right: &RistrettoPoint) -> Result<Scalar, Error> {
    let mut transcript = transcript.clone();
    transcript.append("L", left.compress().as_bytes());
    transcript.append("R", right.compress().as_bytes());
    transcript.challenge("c")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_go_round() {
        for size in 2..=8 {
            let places: Vec<_> = (0..size).map(|place| step(place, size)).collect();
            assert_eq!(places, (1..size).chain([0]).collect::<Vec<_>>());
        }
    }
}
