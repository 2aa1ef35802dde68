//! Sections 4.2.4.4 and 4.2.4.5 of the core draft.

use crate::declassify::declassify;
use crate::error::Error;
use crate::wire::Reader;
use hufu_pairing::{Backend, Blst, G1_BYTES, G1Affine, SCALAR_BYTES, Scalar};
use subtle::Choice;

/// A proof of knowledge of a signature: three points, three scalars, one response for every undisclosed message,
/// and the challenge. `272 + 32·U` bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof<B: Backend = Blst> {
    /// Abar, Bbar, D.
    pub(crate) points: [G1Affine<B>; 3],
    /// e^, r1^, r3^.
    pub(crate) scalars: [Scalar<B>; 3],
    /// m^ of the undisclosed messages.
    pub(crate) responses: Vec<Scalar<B>>,
    pub(crate) challenge: Scalar<B>,
}

impl<B: Backend> Proof<B> {
    /// `octets_to_proof`.
    ///
    /// # Errors
    /// [`Error::Length`]; [`Error::Point`] for a point that is not canonical, outside the subgroup or the identity;
    /// [`Error::Scalar`] or [`Error::Zero`] for a scalar outside 1..r.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(bytes, "a proof");
        // 1–2, 11–17: the length is known to fit before a point is decoded.
        let floor = 3 * G1_BYTES + 4 * SCALAR_BYTES;
        if bytes.len().checked_sub(floor).is_none_or(|rest| rest % SCALAR_BYTES != 0) {
            return Err(Error::Length { what: "a proof", found: bytes.len() });
        }
        // 3–9
        let points = [reader.point("Abar")?, reader.point("Bbar")?, reader.point("D")?];
        // 10–20
        let scalars = [reader.scalar("e^")?, reader.scalar("r1^")?, reader.scalar("r3^")?];
        let responses = reader.scalars("m^", SCALAR_BYTES)?.to_vec();
        let challenge = reader.scalar("challenge")?;
        reader.end()?;
        Ok(Self { points, scalars, responses, challenge })
    }

    /// `proof_to_octets`.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let points = self.points.iter().flat_map(G1Affine::to_bytes);
        let scalars = self.scalars.iter().chain(&self.responses).chain([&self.challenge]);
        points.chain(scalars.flat_map(Scalar::to_bytes)).collect()
    }

    /// Number of messages that it keeps to itself.
    #[must_use]
    pub fn undisclosed(&self) -> usize {
        self.responses.len()
    }

    /// Refuses what could not be read back.
    pub(crate) fn of(
        points: [G1Affine<B>; 3],
        scalars: [Scalar<B>; 3],
        responses: Vec<Scalar<B>>,
        challenge: Scalar<B>,
    ) -> Result<Self, Error> {
        let zeros = scalars.iter().chain(&responses).chain([&challenge]).map(Scalar::is_zero);
        let bad = points.iter().map(G1Affine::is_identity).chain(zeros);
        // The proof is about to be shown.
        if declassify(bad.fold(Choice::from(0), |any, one| any | one)) {
            return Err(Error::Degenerate("proof"));
        }
        Ok(Self { points, scalars, responses, challenge })
    }
}
