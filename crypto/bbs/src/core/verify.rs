//! `CoreProofVerify` (3.6.4) with `ProofVerifyInit` (3.7.3). Everything here is public, and variable time.

use super::{Binding, Statement, challenge, check_indexes};
use crate::error::Error;
use crate::generators::vartime_sum;
use crate::proof::Proof;
use crate::suite::Suite;
use hufu_pairing::{Backend, G1, Scalar, product_is_one, vartime_msm};
use subtle::ConstantTimeEq;

/// The responses m^ of the undisclosed messages, by the messages' indexes.
pub(crate) struct Responses<'a, B: Backend> {
    indexes: &'a [usize],
    proof: &'a Proof<B>,
}

impl<B: Backend> Responses<'_, B> {
    /// m^ of a message, if it is undisclosed.
    pub(crate) fn of(&self, index: usize) -> Option<Scalar<B>> {
        let place = self.indexes.binary_search(&index).ok()?;
        self.proof.responses.get(place).copied()
    }

    /// The proof's challenge.
    pub(crate) fn challenge(&self) -> Scalar<B> {
        self.proof.challenge
    }
}

/// Steps 1 to 5: whether the challenge is that of the statement.
pub(crate) fn challenge_holds<S: Suite, B: Backend>(
    statement: &Statement<'_, S, B>,
    proof: &Proof<B>,
    disclosed: &[(usize, Scalar<B>)],
    presentation_header: &[u8],
    bind: impl FnOnce(&Responses<'_, B>) -> Result<Binding, Error>,
) -> Result<(), Error> {
    let count = statement.generators.messages.len();
    check_indexes(disclosed.iter().map(|(index, _)| *index), count)?;
    let shown = |index: &usize| disclosed.binary_search_by_key(index, |(index, _)| *index).is_ok();
    let undisclosed: Vec<usize> = (0..count).filter(|index| !shown(index)).collect();
    if undisclosed.len() != proof.responses.len() {
        return Err(Error::Verification);
    }
    let generator = |index: &usize| {
        statement.generators.messages.get(*index).expect("indexes were checked against the generators")
    };

    // ProofVerifyInit 1–4, with Bv·c taken into the scalars of its generators.
    let c = proof.challenge;
    let [e_hat, r1_hat, r3_hat] = proof.scalars;
    let [abar, bbar, d] = proof.points;
    let domain = statement.domain();
    let t1 = vartime_msm(&[(bbar, c), (abar, e_hat), (d, r1_hat)]);
    let fixed = [(&statement.api.p1, c), (&statement.generators.q1, domain * c)]
        .into_iter()
        .chain(disclosed.iter().map(|(index, scalar)| (generator(index), *scalar * c)))
        .chain(undisclosed.iter().map(generator).zip(proof.responses.iter().copied()));
    let t2 = vartime_sum(fixed) + vartime_msm(&[(d, r3_hat)]);
    let points = G1::normalise(&[t1, t2]);
    let [t1, t2] = points.as_slice() else { return Err(Error::Degenerate("points of the proof")) };

    // 3–5.
    let binding = bind(&Responses { indexes: &undisclosed, proof })?;
    let expected = challenge(
        statement.api,
        disclosed,
        [&abar, &bbar, &d, t1, t2],
        &domain,
        presentation_header,
        &binding,
    );
    if bool::from(expected.ct_eq(&c)) { Ok(()) } else { Err(Error::Verification) }
}

/// Step 6: h(Abar, W)·h(Bbar, −BP2) = 1.
pub(crate) fn pairing_holds<S: Suite, B: Backend>(
    statement: &Statement<'_, S, B>,
    proof: &Proof<B>,
) -> Result<(), Error> {
    let [abar, bbar, _] = &proof.points;
    let holds = product_is_one(&[(abar, statement.key.prepared()), (bbar, &statement.api.minus_bp2)]);
    if holds { Ok(()) } else { Err(Error::Verification) }
}
