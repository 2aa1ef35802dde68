//! `CoreProofGen` (3.6.3) with `ProofInit` (3.7.1) and `ProofFinalize` (3.7.2). Constant time in everything that
//! the proof does not show.

use super::{Statement, challenge, check_indexes};
use crate::declassify::present;
use crate::error::Error;
use crate::generators::{sum, vartime_sum};
use crate::proof::Proof;
use crate::signature::Signature;
use crate::suite::Suite;
use hufu_pairing::{Backend, G1, Scalar, msm};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

/// What an extension adds to the challenge, in its three places.
#[derive(Default)]
pub(crate) struct Binding {
    /// Pseudonyms: the pseudonym and its proof's commitment.
    pub(crate) before_domain: Vec<u8>,
    /// Commitments to undisclosed messages.
    pub(crate) after_domain: Vec<u8>,
    /// Pseudonyms: the context.
    pub(crate) after_header: Vec<u8>,
}

/// The blinding scalars m~ of the undisclosed messages, by the messages' indexes.
pub(crate) struct Blinds<'a, B: Backend> {
    indexes: &'a [usize],
    scalars: &'a [Scalar<B>],
}

impl<B: Backend> Blinds<'_, B> {
    /// m~ of a message, if it is undisclosed.
    pub(crate) fn of(&self, index: usize) -> Option<Scalar<B>> {
        let place = self.indexes.binary_search(&index).ok()?;
        self.scalars.get(place).copied()
    }
}

/// Proves knowledge of a signature over `messages`, of which those at `disclosed` are shown.
///
/// `bind` is called once everything random is drawn; what it returns enters the challenge.
pub(crate) fn prove<S: Suite, B: Backend, R: CryptoRng + ?Sized>(
    statement: &Statement<'_, S, B>,
    signature: &Signature<B>,
    messages: &[Scalar<B>],
    disclosed: &[usize],
    presentation_header: &[u8],
    rng: &mut R,
    bind: impl FnOnce(&Blinds<'_, B>, &mut R) -> Result<Binding, Error>,
) -> Result<Proof<B>, Error> {
    check_indexes(disclosed.iter().copied(), messages.len())?;
    let shown = |index: &usize| disclosed.binary_search(index).is_ok();
    let undisclosed: Vec<usize> = (0..messages.len()).filter(|index| !shown(index)).collect();
    let message = |index: &usize| {
        messages.get(*index).copied().expect("indexes were checked against the number of messages")
    };
    let hidden = Zeroizing::new(undisclosed.iter().map(message).collect::<Vec<_>>());
    let open: Vec<_> = disclosed.iter().map(|index| (*index, message(index))).collect();
    let generator = |index: &usize| {
        statement.generators.messages.get(*index).expect("there is a generator for every message")
    };

    // CoreProofGen 1: the random scalars, in the draft's order.
    let draws: Vec<Scalar<B>> = (0..5 + undisclosed.len()).map(|_| Scalar::random(rng)).collect();
    let draws = Zeroizing::new(draws);
    let Some((&[r1, r2, e_tilde, r1_tilde, r3_tilde], m_tildes)) = draws.split_first_chunk() else {
        return Err(Error::Degenerate("random scalars"));
    };

    // ProofInit 1–2: domain and B. What is disclosed needs no constant time.
    let domain = statement.domain();
    let public = std::iter::once((&statement.generators.q1, domain))
        .chain(open.iter().map(|(index, scalar)| (generator(index), *scalar)));
    let b = vartime_sum(public) + statement.api.p1.point;
    let b = (b + sum(undisclosed.iter().map(generator).zip(hidden.iter()))).to_affine();
    // 3–5: D = B·r2, Abar = A·r1·r2, Bbar = D·r1 − Abar·e.
    // 6–7: T1 = Abar·e~ + D·r1~, T2 = D·r3~ + H_j1·m~_j1 + …
    // D and Abar are multiples of B and A: everything is taken from those two.
    let a = signature.a;
    let r12 = r1 * r2;
    let points = [
        a * r12,
        msm(&[(b, r12), (a, -(r12 * signature.e))]),
        b * r2,
        msm(&[(a, r12 * e_tilde), (b, r2 * r1_tilde)]),
        b * (r2 * r3_tilde) + sum(undisclosed.iter().map(generator).zip(m_tildes)),
    ];
    let points = G1::normalise(&points);
    let [abar, bbar, d, t1, t2] = points.as_slice() else {
        return Err(Error::Degenerate("points of the proof"));
    };

    // CoreProofGen 4: the challenge.
    let binding = bind(&Blinds { indexes: &undisclosed, scalars: m_tildes }, rng)?;
    let challenge =
        challenge(statement.api, &open, [abar, bbar, d, t1, t2], &domain, presentation_header, &binding);

    // ProofFinalize 1–6.
    let r3 = Zeroizing::new(present(r2.invert()).ok_or(Error::Degenerate("r2"))?);
    let responses = hidden.iter().zip(m_tildes).map(|(message, tilde)| *tilde + *message * challenge);
    Proof::of(
        [*abar, *bbar, *d],
        [e_tilde + signature.e * challenge, r1_tilde - r1 * challenge, r3_tilde - *r3 * challenge],
        responses.collect(),
        challenge,
    )
}
