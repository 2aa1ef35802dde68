//! The logarithmic form: one out of many, with the tag folded in. `docs/scheme.md` has the statement and its proofs;
//! step numbers here are those of its §3.
//!
//! | step | who | what |
//! |---|---|---|
//! | 1 | signer | A, B: commitments to the index's digits, their masks, and what makes them bits |
//! | 2 | hash | μ folds the two relations into one: P_l + μJ = x·(G + μH) |
//! | 3 | signer | X_0 … X_(m−1): the lower coefficients of the polynomial Σ p_k(ξ)·P_k, masked |
//! | 4 | hash | ξ |
//! | 5 | signer | f, z_A, z |
//!
//! Groth and Kohlweiss (EUROCRYPT 2015) and Bootle et al. (ESORICS 2015, base n) are where it comes from, Triptych
//! (Noether and Goodell, 2020) where linking was first done over it. Different here: the tag is over a scope's base,
//! both relations share the X_j through μ, and the four commitments of those papers are two.

mod generators;
mod prove;
mod sum;
mod verify;

use curve25519_dalek::Scalar;

use crate::Error;
use crate::group::{Element, Reader, SIZE};
use crate::lsag::MAX_SMALL;
use crate::transcript::Transcript;

pub(crate) use prove::prove;
pub(crate) use verify::{Equations, Opened};

/// The base in which an index is written. 4 gives the shortest signatures (2 does as well, with twice the X_j).
const BASE: usize = 4;

/// log2 of the base.
const DIGIT_BITS: usize = 2;

/// Values of a digit that a proof carries: that of 0 follows from the others.
const SENT: usize = BASE - 1;

/// Fewest digits: rings that one digit could index have the small form.
const MIN_DIGITS: usize = 2;

/// Most digits: 4^8 members.
const MAX_DIGITS: usize = 8;

/// Elements and scalars of a proof that do not come once per digit: A, B, z_A, z.
const FIXED: usize = 4;

/// Elements and scalars per digit: X_j and three f.
const PER_DIGIT: usize = 1 + SENT;

const WHAT: &str = "ring signature";

/// Values of this many digits: 4^digits.
const fn power(digits: usize) -> usize {
    1 << (DIGIT_BITS * digits)
}

/// Digits that a ring needs: the least m with 4^m ≥ members. The ring counts as filled up to 4^m with copies of its
/// last member.
pub(crate) fn digits(members: usize) -> usize {
    (MIN_DIGITS..MAX_DIGITS).find(|m| power(*m) >= members).unwrap_or(MAX_DIGITS)
}

/// Members that a proof of this many digits fits: from, to.
pub(crate) fn members(digits: usize) -> (usize, usize) {
    let to = power(digits);
    ((to / BASE).max(MAX_SMALL) + 1, to)
}

/// What a signature of this form carries beside its tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Proof {
    a: Element,
    b: Element,
    x: Vec<Element>,
    f: Vec<[Scalar; SENT]>,
    z_a: Scalar,
    z: Scalar,
}

impl Proof {
    /// Number of digits.
    pub(crate) fn digits(&self) -> usize {
        self.x.len()
    }

    /// A ‖ B ‖ X_0 … ‖ f_(0,1) f_(0,2) f_(0,3) f_(1,1) … ‖ z_A ‖ z.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        for element in [&self.a, &self.b].into_iter().chain(&self.x) {
            out.extend_from_slice(&element.bytes);
        }
        for scalar in self.f.iter().flatten().chain([&self.z_a, &self.z]) {
            out.extend_from_slice(scalar.as_bytes());
        }
    }

    /// Reads what is left as a proof; its length says how many digits it has.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let parts = reader.remaining() / SIZE;
        let digits = parts.saturating_sub(FIXED) / PER_DIGIT;
        if !(MIN_DIGITS..=MAX_DIGITS).contains(&digits)
            || reader.remaining() != SIZE * (FIXED + PER_DIGIT * digits)
        {
            return Err(reader.error("no length that a signature of this form has"));
        }
        let (a, b) = (reader.element()?, reader.element()?);
        let x = (0..digits).map(|_| reader.element()).collect::<Result<_, _>>()?;
        let f = (0..digits)
            .map(|_| Ok([reader.scalar()?, reader.scalar()?, reader.scalar()?]))
            .collect::<Result<_, Error>>()?;
        Ok(Self { a, b, x, f, z_a: reader.scalar()?, z: reader.scalar()? })
    }

    /// Steps 1 and 2: absorbs A and B and draws μ.
    fn fold_challenge(transcript: &mut Transcript, a: &Element, b: &Element) -> Result<Scalar, Error> {
        transcript.append("A", &a.bytes);
        transcript.append("B", &b.bytes);
        transcript.challenge("mu")
    }

    /// Steps 3 and 4: absorbs the X_j and draws ξ.
    fn challenge(transcript: &mut Transcript, x: &[Element]) -> Result<Scalar, Error> {
        for element in x {
            transcript.append("X", &element.bytes);
        }
        transcript.challenge("xi")
    }

    /// The verifier's own randomness, from everything including the responses.
    fn weight_seed(&self, transcript: &mut Transcript) -> [u8; 64] {
        for scalar in self.f.iter().flatten() {
            transcript.append("f", scalar.as_bytes());
        }
        transcript.append("z_A", self.z_a.as_bytes());
        transcript.append("z", self.z.as_bytes());
        transcript.challenge_bytes("weight")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_and_members_agree() {
        for (size, expected) in
            [(9, 2), (16, 2), (17, 3), (64, 3), (65, 4), (1024, 5), (1025, 6), (65_536, 8)]
        {
            assert_eq!(digits(size), expected, "{size}");
            let (from, to) = members(expected);
            assert!((from..=to).contains(&size), "{size}");
        }
    }
}
