//! What blind signatures and pseudonyms share: two lists of generators, and the prover's commitment with its proof
//! (sections 4.1 and 4.3 of the blind draft).

use crate::core::{Api, GeneratorList};
use crate::error::Error;
use crate::generators::{Generator, Generators, MAX_MESSAGES, sum, vartime_sum};
use crate::interface::Interface;
use crate::keys::SecretKey;
use crate::scalars::Transcript;
use crate::suite::Suite;
use crate::wire::Reader;
use core::fmt;
use hufu_pairing::{Backend, Blst, G1, G1_BYTES, G1Affine, SCALAR_BYTES, Scalar, vartime_msm};
use rand_core::CryptoRng;
use std::sync::Arc;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

/// `commitment_with_proof`: a hiding commitment to messages, with a proof that the prover knows them.
/// `112 + 32·M` bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commitment<B: Backend = Blst> {
    point: G1Affine<B>,
    blind_response: Scalar<B>,
    responses: Vec<Scalar<B>>,
    challenge: Scalar<B>,
}

impl<B: Backend> Commitment<B> {
    /// `octets_to_commitment_with_proof`.
    ///
    /// # Errors
    /// [`Error::Length`]; [`Error::Point`] for a point that is not canonical, outside the subgroup or the identity;
    /// [`Error::Scalar`] or [`Error::Zero`] for a scalar outside 1..r.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let floor = G1_BYTES + 2 * SCALAR_BYTES;
        if bytes.len().checked_sub(floor).is_none_or(|rest| rest % SCALAR_BYTES != 0) {
            return Err(Error::Length { what: "a commitment with its proof", found: bytes.len() });
        }
        let mut reader = Reader::new(bytes, "a commitment with its proof");
        let commitment = Self {
            point: reader.point("commitment")?,
            blind_response: reader.scalar("s^")?,
            responses: reader.scalars("m^", SCALAR_BYTES)?.to_vec(),
            challenge: reader.scalar("challenge")?,
        };
        reader.end()?;
        Ok(commitment)
    }

    /// `commitment_with_proof_to_octets`.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let scalars = [&self.blind_response].into_iter().chain(&self.responses).chain([&self.challenge]);
        self.point.to_bytes().into_iter().chain(scalars.flat_map(Scalar::to_bytes)).collect()
    }

    /// How many values it commits to.
    #[must_use]
    pub fn count(&self) -> usize {
        self.responses.len()
    }
}

/// `secret_prover_blind`: what makes the commitment hide. Without it the signature is of no use. Erased when dropped.
pub struct ProverBlind<B: Backend = Blst>(pub(crate) Scalar<B>);

impl<B: Backend> ProverBlind<B> {
    /// Reads 32 big-endian bytes.
    ///
    /// # Errors
    /// [`Error::Scalar`] or [`Error::Zero`] for what is outside 1..r.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(bytes, "secret prover blind");
        let scalar = reader.scalar("secret prover blind")?;
        reader.end()?;
        Ok(Self(scalar))
    }

    /// 32 big-endian bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }
}

impl<B: Backend> Drop for ProverBlind<B> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<B: Backend> fmt::Debug for ProverBlind<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProverBlind(…)")
    }
}

/// An interface with committed messages: its name, its generators, and those of `"BLIND_" || api_id`.
pub(crate) struct Issuance<S: Suite, B: Backend> {
    pub(crate) api: Api<S, B>,
    generators: Generators<S, B>,
    blind_generators: Generators<S, B>,
}

impl<S: Suite, B: Backend> Issuance<S, B> {
    pub(crate) fn new(interface: &str) -> Self {
        let api = Api::new(interface);
        let generators = Generators::new(&api.id);
        let blind_generators = Generators::new(&format!("BLIND_{}", api.id));
        Self { api, generators, blind_generators }
    }

    pub(crate) fn scalars<I: Interface>(&self, messages: &[I::Message]) -> Zeroizing<Vec<Scalar<B>>> {
        let tag = &self.api.map_tag;
        Zeroizing::new(messages.iter().map(|message| I::scalar::<S, B>(message, tag)).collect())
    }

    /// All signed scalars: the signer's messages, the blind, the prover's messages, the pseudonym's secrets.
    pub(crate) fn all<I: Interface>(
        &self,
        messages: &[I::Message],
        blind: &Scalar<B>,
        committed: &[I::Message],
        secrets: &[Scalar<B>],
    ) -> Zeroizing<Vec<Scalar<B>>> {
        let tag = &self.api.map_tag;
        let scalar = |message| I::scalar::<S, B>(message, tag);
        // Never grown: the old block of a list that grows is given back as it is.
        let count = messages.len() + 1 + committed.len() + secrets.len();
        let mut scalars = Zeroizing::new(Vec::with_capacity(count));
        scalars.extend(messages.iter().map(scalar));
        scalars.push(*blind);
        scalars.extend(committed.iter().map(scalar));
        scalars.extend_from_slice(secrets);
        scalars
    }

    /// (Q_1, H_1, …, H_L, Q_2, J_1, …, J_M).
    pub(crate) fn generator_list(&self, signer: usize, committed: usize) -> Result<GeneratorList<B>, Error> {
        let found = signer.saturating_add(committed).saturating_add(1);
        if found > MAX_MESSAGES {
            return Err(Error::TooManyMessages { found, max: MAX_MESSAGES });
        }
        let own = self.generators.first(signer + 1)?;
        Ok(GeneratorList::new(own).followed_by(self.blind_generators.first(committed + 1)?))
    }

    /// `CoreCommit`. Constant time in the scalars.
    pub(crate) fn commit(
        &self,
        scalars: &[Scalar<B>],
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<(Commitment<B>, ProverBlind<B>), Error> {
        let generators = self.blind_generator_list(scalars.len())?;
        // 1. the random scalars, in the draft's order
        let blind = ProverBlind(Scalar::random(rng));
        let tildes: Vec<Scalar<B>> = (0..=scalars.len()).map(|_| Scalar::random(rng)).collect();
        let tildes = Zeroizing::new(tildes);
        // 2–3.
        let secrets = [&blind.0].into_iter().chain(scalars);
        let points = [sum(generators.iter().zip(secrets)), sum(generators.iter().zip(tildes.iter()))];
        let points = G1::normalise(&points);
        let [point, bar] = points.as_slice() else { return Err(Error::Degenerate("commitment")) };
        // 4–6.
        let challenge = self.challenge(point, bar, &generators);
        let Some((blind_tilde, message_tildes)) = tildes.split_first() else {
            return Err(Error::Degenerate("commitment"));
        };
        let responses =
            scalars.iter().zip(message_tildes).map(|(scalar, tilde)| *tilde + *scalar * challenge).collect();
        let blind_response = *blind_tilde + blind.0 * challenge;
        Ok((Commitment { point: *point, blind_response, responses, challenge }, blind))
    }

    /// `deserialize_and_validate_commit` after deserialization, `CoreCommitVerify`: the commitment's point.
    pub(crate) fn checked(&self, commitment: &Commitment<B>) -> Result<G1<B>, Error> {
        let generators = self.blind_generator_list(commitment.count())?;
        let Commitment { point, blind_response, responses, challenge } = commitment;
        let scalars = [blind_response].into_iter().chain(responses).copied();
        let bar = vartime_sum(generators.iter().zip(scalars)) - vartime_msm(&[(*point, *challenge)]);
        let expected = self.challenge(point, &bar.to_affine(), &generators);
        if bool::from(expected.ct_eq(challenge)) { Ok(point.lift()) } else { Err(Error::Commitment) }
    }

    /// e of a blind signature: over SK and B, because the signer does not know the messages.
    ///
    /// The drafts' text has the domain behind B, their fixtures have not; B covers the domain already, and nobody
    /// who verifies sees the difference. This follows the fixtures.
    pub(crate) fn e(&self, key: &SecretKey<B>, b: &G1<B>) -> Scalar<B> {
        let mut transcript = Transcript::new();
        transcript.scalar(key.scalar()).point(&b.to_affine());
        transcript.hash::<S, B>(&self.api.hash_tag)
    }

    /// (Q_2, J_1, …, J_M).
    fn blind_generator_list(&self, committed: usize) -> Result<Vec<Arc<Generator<B>>>, Error> {
        self.blind_generators.first(committed.saturating_add(1))
    }

    /// `calculate_blind_challenge`.
    fn challenge(
        &self,
        point: &G1Affine<B>,
        bar: &G1Affine<B>,
        generators: &[Arc<Generator<B>>],
    ) -> Scalar<B> {
        let mut transcript = Transcript::new();
        transcript.count(generators.len().saturating_sub(1));
        for generator in generators {
            transcript.octets(&generator.bytes);
        }
        transcript.point(point).point(bar).hash::<S, B>(&self.api.hash_tag)
    }
}

/// The indexes of signer's and prover's messages as one list: (…, blind, …) lies between them.
pub(crate) fn combined(
    signer: usize,
    indexes: impl IntoIterator<Item = usize>,
    committed_count: usize,
    committed: impl IntoIterator<Item = usize>,
) -> Result<Vec<usize>, Error> {
    let own: Vec<usize> = indexes.into_iter().collect();
    let committed: Vec<usize> = committed.into_iter().collect();
    crate::core::check_indexes(own.iter().copied(), signer)?;
    crate::core::check_indexes(committed.iter().copied(), committed_count)?;
    Ok(own.into_iter().chain(committed.into_iter().map(|index| index + signer + 1)).collect())
}
