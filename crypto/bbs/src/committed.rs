//! Commitments to hidden messages: beside a proof, the holder gives Pedersen commitments C = Y_0·s + Y_1·m, and the
//! proof shows that each m is the very scalar that was signed.
//!
//! What is known about an attribute then no longer has to be disclosed: a statement over C — a range, a set, a sum —
//! is proven elsewhere, with the [`Opening`]. With the interface [`Attributes`](crate::Attributes) an integer is its
//! own scalar.
//!
//! Points, challenge and encoding follow the working text of draft-irtf-cfrg-bbs-blind-signatures after revision 02
//! ("Core Proof Generation"), applied to this interface; it is unfinished and has no test vectors. Y_0 and Y_1 are
//! `create_generators(2, "COM_DIS_" || api_id)`.

use crate::bbs::{Bbs, Signed};
use crate::core::{Binding, Blinds, challenge_holds, check_indexes, pairing_holds, prove};
use crate::error::Error;
use crate::generators::{Generator, Generators, MAX_MESSAGES, sum, vartime_sum};
use crate::interface::{Header, Interface, PresentationHeader};
use crate::keys::PublicKey;
use crate::proof::Proof;
use crate::scalars::Transcript;
use crate::suite::Suite;
use crate::wire::Reader;
use core::fmt;
use hufu_pairing::{Backend, Blst, G1, G1Affine, Scalar, vartime_msm};
use rand_core::CryptoRng;
use std::sync::{Arc, OnceLock};
use zeroize::{Zeroize, Zeroizing};

/// A proof with commitments to some of the hidden messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommittedProof<B: Backend = Blst> {
    proof: Proof<B>,
    disclosed: Vec<usize>,
    commitments: Vec<(usize, G1Affine<B>)>,
    /// s^ of each commitment.
    responses: Vec<Scalar<B>>,
}

/// What opens one commitment: the holder's secret. Erased when dropped.
pub struct Opening<B: Backend = Blst> {
    index: usize,
    value: Scalar<B>,
    blinding: Scalar<B>,
}

/// A proof with commitments, and what it shows: what a verifier gets.
#[derive(Debug)]
pub struct CommittedPresented<'a, M, B: Backend = Blst> {
    /// The signer's.
    pub key: &'a PublicKey<B>,
    /// Of a signature by that key.
    pub proof: &'a CommittedProof<B>,
    /// The signer's context.
    pub header: Header<'a>,
    /// The holder's context.
    pub presentation_header: PresentationHeader<'a>,
    /// Disclosed messages with their indexes, ascending.
    pub disclosed: &'a [(usize, M)],
}

/// Y_0 and Y_1, made on first use.
pub(crate) struct Bases<B: Backend>(OnceLock<[Arc<Generator<B>>; 2]>);

impl<B: Backend> Bases<B> {
    pub(crate) const fn new() -> Self {
        Self(OnceLock::new())
    }

    fn of<S: Suite>(&self, api_id: &str) -> &[Arc<Generator<B>>; 2] {
        self.0.get_or_init(|| {
            let made = Generators::<S, B>::new(&format!("COM_DIS_{api_id}")).first(2);
            let made = made.ok().and_then(|points| points.try_into().ok());
            made.expect("two generators can be made because the bound is higher")
        })
    }
}

impl<S: Suite, I: Interface, B: Backend> Bbs<S, I, B> {
    /// Y_0 for the blinding and Y_1 for the value: the bases of every commitment of this interface.
    #[must_use]
    pub fn commitment_bases(&self) -> [G1Affine<B>; 2] {
        let [y0, y1] = self.bases().of::<S>(&self.api().id);
        [y0.point, y1.point]
    }

    /// As [`Bbs::prove`], and commits to the hidden messages at the indexes `committed`, which ascend.
    ///
    /// # Errors
    /// As [`Bbs::prove`], and [`Error::DisclosedAndCommitted`].
    ///
    /// # Security
    /// As [`Bbs::prove`]. A commitment hides its value whatever the value is.
    pub fn prove_committed(
        &self,
        signed: &Signed<'_, I::Message, B>,
        presentation_header: PresentationHeader<'_>,
        disclosed: &[usize],
        committed: &[usize],
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<(CommittedProof<B>, Vec<Opening<B>>), Error> {
        let generators = self.generator_list(signed.messages.len())?;
        let scalars = self.scalars(signed.messages);
        check_indexes(disclosed.iter().copied(), scalars.len())?;
        check_committed(committed, disclosed, scalars.len())?;
        let [y0, y1] = self.bases().of::<S>(&self.api().id);
        let mut openings = Vec::with_capacity(committed.len());
        let mut tildes = Zeroizing::new(Vec::with_capacity(committed.len()));
        let mut points = Vec::new();
        let proof = prove(
            &self.statement(signed.key, &generators, signed.header),
            signed.signature,
            &scalars,
            disclosed,
            presentation_header.as_bytes(),
            rng,
            |blinds: &Blinds<'_, B>, rng| {
                // 4. (s_1, …, s_N, s~_1, …, s~_N)
                for index in committed {
                    let value = scalars.get(*index).copied().ok_or(Error::Degenerate("index"))?;
                    openings.push(Opening { index: *index, value, blinding: Scalar::random(rng) });
                }
                tildes.extend(committed.iter().map(|_| Scalar::<B>::random(rng)));
                // 6–9.
                let mut both = Zeroizing::new(Vec::with_capacity(2 * committed.len()));
                for (opening, tilde) in openings.iter().zip(tildes.iter()) {
                    let blind = blinds.of(opening.index).ok_or(Error::Degenerate("index"))?;
                    both.push(sum([(y0, &opening.blinding), (y1, &opening.value)]));
                    both.push(sum([(y0, tilde), (y1, &blind)]));
                }
                points = G1::normalise(&both);
                Ok(binding(committed, &points))
            },
        );
        let proof = proof?;
        // 14.
        let responses = openings.iter().zip(tildes.iter());
        let responses = responses.map(|(opening, tilde)| *tilde + proof.challenge * opening.blinding);
        let finished = CommittedProof {
            responses: responses.collect(),
            commitments: committed.iter().copied().zip(points.iter().step_by(2).copied()).collect(),
            disclosed: disclosed.to_vec(),
            proof,
        };
        Ok((finished, openings))
    }

    /// As [`Bbs::verify_proof`]; then the commitments of the proof hold what was signed at their indexes.
    ///
    /// # Errors
    /// As [`Bbs::verify_proof`], and [`Error::DisclosedAndCommitted`].
    pub fn verify_committed(&self, presented: &CommittedPresented<'_, I::Message, B>) -> Result<(), Error> {
        let CommittedProof { proof, disclosed, commitments, responses } = presented.proof;
        let count = proof.undisclosed().saturating_add(presented.disclosed.len());
        let generators = self.generator_list(count)?;
        check_indexes(presented.disclosed.iter().map(|(index, _)| *index), count)?;
        if !presented.disclosed.iter().map(|(index, _)| index).eq(disclosed) {
            return Err(Error::Verification);
        }
        let committed: Vec<usize> = commitments.iter().map(|(index, _)| *index).collect();
        check_committed(&committed, disclosed, count)?;
        let [y0, y1] = self.bases().of::<S>(&self.api().id);
        let statement = self.statement(presented.key, &generators, presented.header);
        let scalars = self.disclosed(presented.disclosed);
        challenge_holds(&statement, proof, &scalars, presented.presentation_header.as_bytes(), |hidden| {
            // 3–5: C^ = Y_0·s^ + Y_1·m^ − C·c
            let mut again = Vec::with_capacity(commitments.len());
            for ((index, point), response) in commitments.iter().zip(responses) {
                let hat = hidden.of(*index).ok_or(Error::Verification)?;
                let fixed = vartime_sum([(y0, *response), (y1, hat)]);
                again.push(fixed - vartime_msm(&[(*point, hidden.challenge())]));
            }
            let again = G1::normalise(&again);
            let points: Vec<_> =
                commitments.iter().zip(again).flat_map(|((_, point), again)| [*point, again]).collect();
            Ok(binding(&committed, &points))
        })?;
        pairing_holds(&statement, proof)
    }
}

impl<B: Backend> CommittedProof<B> {
    /// The commitments with the indexes of their messages.
    #[must_use]
    pub fn commitments(&self) -> &[(usize, G1Affine<B>)] {
        &self.commitments
    }

    /// `octets_to_proof` of the working text: four parts, each with its length before it.
    ///
    /// # Errors
    /// [`Error::Length`]; as [`Proof::from_bytes`] for points and scalars; [`Error::IndexTwice`] or
    /// [`Error::IndexOrder`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(bytes, "a proof with commitments");
        let length = reader.count(bytes.len())?;
        let proof = Proof::from_bytes(reader.octets(length)?)?;
        let disclosed = indexes(&mut reader)?;
        let count = reader.count(MAX_MESSAGES)?;
        let points = (0..count).map(|_| reader.point("commitment")).collect::<Result<Vec<_>, _>>()?;
        let responses = (0..count).map(|_| reader.scalar("s^")).collect::<Result<Vec<_>, _>>()?;
        let committed = indexes(&mut reader)?;
        reader.end()?;
        if committed.len() != count {
            return Err(Error::CommittedCount { expected: count, found: committed.len() });
        }
        Ok(Self { proof, disclosed, commitments: committed.into_iter().zip(points).collect(), responses })
    }

    /// `proof_to_octets` of the working text.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut octets = Transcript::new();
        octets.framed(&self.proof.to_bytes()).count(self.disclosed.len());
        for index in &self.disclosed {
            octets.count(*index);
        }
        octets.count(self.commitments.len());
        for (_, point) in &self.commitments {
            octets.point(point);
        }
        for response in &self.responses {
            octets.scalar(response);
        }
        octets.count(self.commitments.len());
        for (index, _) in &self.commitments {
            octets.count(*index);
        }
        octets.into_bytes()
    }
}

impl<B: Backend> Opening<B> {
    /// Which message the commitment is to.
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }

    /// m, the message's scalar.
    #[must_use]
    pub fn value(&self) -> &Scalar<B> {
        &self.value
    }

    /// s, the blinding factor.
    #[must_use]
    pub fn blinding(&self) -> &Scalar<B> {
        &self.blinding
    }
}

impl<B: Backend> Drop for Opening<B> {
    fn drop(&mut self) {
        self.value.zeroize();
        self.blinding.zeroize();
    }
}

impl<B: Backend> fmt::Debug for Opening<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Opening(index {})", self.index)
    }
}

fn check_committed(committed: &[usize], disclosed: &[usize], count: usize) -> Result<(), Error> {
    check_indexes(committed.iter().copied(), count)?;
    match committed.iter().find(|index| disclosed.contains(index)) {
        Some(index) => Err(Error::DisclosedAndCommitted { index: *index }),
        None => Ok(()),
    }
}

/// serialize(N, i_1, C_1, C~_1, …, i_N, C_N, C~_N).
fn binding<B: Backend>(committed: &[usize], points: &[G1Affine<B>]) -> Binding {
    let mut octets = Transcript::new();
    octets.count(committed.len());
    for (index, pair) in committed.iter().zip(points.chunks(2)) {
        octets.count(*index);
        for point in pair {
            octets.point(point);
        }
    }
    Binding { after_domain: octets.into_bytes(), ..Binding::default() }
}

fn indexes(reader: &mut Reader<'_>) -> Result<Vec<usize>, Error> {
    let count = reader.count(MAX_MESSAGES)?;
    let list = (0..count).map(|_| reader.count(MAX_MESSAGES)).collect::<Result<Vec<_>, _>>()?;
    check_indexes(list.iter().copied(), usize::MAX)?;
    Ok(list)
}
