//! Pseudonyms (draft-irtf-cfrg-bbs-per-verifier-linkability, revision 03): a proof carries a pseudonym that is the
//! same whenever the same holder shows the same signature in the same context, and unlinkable across contexts.
//!
//! The pseudonym is OP·(n_0 + n_1·z + … + n_(N−1)·z^(N−1)) for a point OP and a scalar z hashed of the context, and
//! secrets n that the signature covers. The signer never sees them, and adds entropy of its own to the last.
//!
//! The draft asks for a context and for no least length. An empty one is refused here: it names no verifier, and everyone who
//! forgot to set one would share its pseudonyms.
//!
//! All signed scalars are, in this order: the signer's messages, the prover's blind, the prover's messages, the
//! secrets. Their number N is bound by the header.

use crate::core::{self, Binding, GeneratorList, Statement, challenge_holds, pairing_holds};
use crate::declassify::declassify;
use crate::error::Error;
use crate::interface::{Header, Interface, Octets, PresentationHeader};
use crate::issuance::{Commitment, Issuance, ProverBlind, combined};
use crate::keys::{PublicKey, SecretKey};
use crate::nym::{NymEntropy, NymSecrets, ProverNyms, Pseudonym};
use crate::proof::Proof;
use crate::scalars::{Transcript, hash_to_scalar, octets_of, reserve};
use crate::signature::Signature;
use crate::suite::{Sha256, Suite};
use ::core::fmt;
use hufu_pairing::{Backend, Blst, G1, G1Affine, Scalar, vartime_msm};
use rand_core::CryptoRng;
use std::sync::Arc;
use zeroize::Zeroizing;

/// BBS signatures with pseudonyms of one ciphersuite and interface. Make one and clone it, clones share the
/// generators.
pub struct PseudonymBbs<S: Suite = Sha256, I: Interface = Octets, B: Backend = Blst> {
    issuance: Arc<Issuance<S, B>>,
    interface: I,
}

/// What the signer answered, before it is verified.
#[derive(Debug)]
pub struct NymIssued<'a, M, B: Backend = Blst> {
    /// The signer's.
    pub key: &'a PublicKey<B>,
    /// Over the messages of both and the secrets.
    pub signature: &'a Signature<B>,
    /// The signer's context.
    pub header: Header<'a>,
    /// The signer's messages.
    pub messages: &'a [M],
    /// The prover's messages.
    pub committed: &'a [M],
    /// The prover's blind.
    pub blind: &'a ProverBlind<B>,
}

/// A proof and a pseudonym with what they show: what a verifier gets.
#[derive(Debug)]
pub struct NymPresented<'a, M, B: Backend = Blst> {
    /// The signer's.
    pub key: &'a PublicKey<B>,
    /// Of a signature by that key.
    pub proof: &'a Proof<B>,
    /// Of the signature's holder in the context.
    pub pseudonym: &'a Pseudonym<B>,
    /// The verifier's context, in which the pseudonym is constant; not empty.
    pub context: &'a [u8],
    /// N, the number of secrets.
    pub secrets: usize,
    /// The signer's context.
    pub header: Header<'a>,
    /// The holder's context.
    pub presentation_header: PresentationHeader<'a>,
    /// How many messages were the signer's.
    pub signer_messages: usize,
    /// Disclosed messages of the signer with their indexes, ascending.
    pub disclosed: &'a [(usize, M)],
    /// Disclosed messages of the prover with their indexes, ascending.
    pub disclosed_committed: &'a [(usize, M)],
}

impl<S: Suite, I: Interface, B: Backend> PseudonymBbs<S, I, B> {
    /// Nothing is made yet but P1.
    #[must_use]
    pub fn new() -> Self {
        Self { issuance: Arc::new(Issuance::new(I::PSEUDONYM_ID)), interface: I::default() }
    }

    /// `create_generators` twice: Q_1 and one for each message of the signer, then Q_2 and one for each scalar the
    /// prover commits to.
    ///
    /// # Errors
    /// [`Error::TooManyMessages`].
    pub fn generators(&self, messages: usize, committed: usize) -> Result<Vec<G1Affine<B>>, Error> {
        let generators = self.issuance.generator_list(messages, committed)?;
        Ok([&generators.q1]
            .into_iter()
            .chain(&generators.messages)
            .map(|generator| generator.point)
            .collect())
    }

    /// `CommitWithNym`: what the holder sends, and what it keeps beside its secrets.
    ///
    /// # Errors
    /// [`Error::TooManyMessages`].
    ///
    /// # Security
    /// Constant time in messages and secrets, apart from hashing the messages' lengths.
    pub fn commit(
        &self,
        messages: &[I::Message],
        nyms: &ProverNyms<B>,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<(Commitment<B>, ProverBlind<B>), Error> {
        let mut scalars = self.issuance.scalars::<I>(messages);
        reserve(&mut scalars, nyms.count());
        scalars.extend_from_slice(&nyms.0);
        self.issuance.commit(&scalars, rng)
    }

    /// `BlindSignWithNym`: `secrets` is N as the prover declares it.
    ///
    /// Use new entropy for every holder; the same only to give a holder its old pseudonyms again.
    ///
    /// # Errors
    /// [`Error::Commitment`] if its proof does not hold; [`Error::NymSecrets`] or [`Error::CommittedCount`] if N
    /// cannot be; [`Error::TooManyMessages`]; [`Error::Degenerate`] with probability 2⁻²⁵⁵.
    ///
    /// # Security
    /// Constant time in the key and, apart from hashing their lengths, the messages.
    pub fn sign(
        &self,
        key: &SecretKey<B>,
        commitment: &Commitment<B>,
        secrets: usize,
        entropy: &NymEntropy<B>,
        header: Header<'_>,
        messages: &[I::Message],
    ) -> Result<Signature<B>, Error> {
        crate::nym::check_count(secrets)?;
        if commitment.count() < secrets {
            return Err(Error::CommittedCount { expected: secrets, found: commitment.count() });
        }
        let generators = self.issuance.generator_list(messages.len(), commitment.count())?;
        let header = with_count(header, secrets);
        let statement = self.statement(key.public_key(), &generators, &header);
        let domain = statement.domain();
        // 6–8.
        let last = generators.messages.last().ok_or(Error::Degenerate("generators"))?;
        let b = core::point(&statement, &domain, &self.issuance.scalars::<I>(messages))
            + self.issuance.checked(commitment)?
            + last.point * entropy.0;
        let e = self.issuance.e(key, &b);
        core::sign_point(key, &b, e)
    }

    /// `VerifyFinalizeWithNym`: verifies, and makes the secrets that pseudonyms are made of.
    ///
    /// # Errors
    /// [`Error::Verification`]; [`Error::TooManyMessages`].
    ///
    /// # Security
    /// Not constant time, as no verification is.
    pub fn finalize(
        &self,
        issued: &NymIssued<'_, I::Message, B>,
        nyms: &ProverNyms<B>,
        entropy: &NymEntropy<B>,
    ) -> Result<NymSecrets<B>, Error> {
        let secrets = nyms.with(entropy);
        let generators = self.generator_list(issued, &secrets)?;
        let header = with_count(issued.header, secrets.count());
        let statement = self.statement(issued.key, &generators, &header);
        core::verify(&statement, issued.signature, &self.all(issued, &secrets))?;
        Ok(secrets)
    }

    /// `ProofGenWithNym`: a proof and the pseudonym of `context`.
    ///
    /// # Errors
    /// As [`Bbs::prove`](crate::Bbs::prove), and [`Error::EmptyContext`].
    ///
    /// # Security
    /// As [`Bbs::prove`](crate::Bbs::prove), and constant time in the secrets.
    #[expect(clippy::too_many_arguments, reason = "each is a thing of its own that a caller has to decide")]
    pub fn prove(
        &self,
        issued: &NymIssued<'_, I::Message, B>,
        secrets: &NymSecrets<B>,
        context: &[u8],
        presentation_header: PresentationHeader<'_>,
        disclosed: &[usize],
        disclosed_committed: &[usize],
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<(Proof<B>, Pseudonym<B>), Error> {
        check_context(context)?;
        let (own, committed) = (issued.messages.len(), issued.committed.len());
        let generators = self.generator_list(issued, secrets)?;
        let indexes =
            combined(own, disclosed.iter().copied(), committed, disclosed_committed.iter().copied())?;
        // PseudonymProofInit
        let (base, z) = self.context(context);
        let pseudonym = Pseudonym::of((base * polynomial(secrets.0.iter().copied(), z)).to_affine())?;
        let first = own + 1 + committed;
        let header = with_count(issued.header, secrets.count());
        let proof = core::prove(
            &self.statement(issued.key, &generators, &header),
            issued.signature,
            &self.all(issued, secrets),
            &indexes,
            presentation_header.as_bytes(),
            rng,
            |blinds, _| {
                let tildes = (first..first + secrets.count()).map_while(|index| blinds.of(index));
                let ut = (base * polynomial(tildes, z)).to_affine();
                binding(&pseudonym, &ut, context)
            },
        )?;
        Ok((proof, pseudonym))
    }

    /// `ProofVerifyWithNym`.
    ///
    /// # Errors
    /// As [`Bbs::verify_proof`](crate::Bbs::verify_proof), [`Error::NymSecrets`] and [`Error::EmptyContext`].
    pub fn verify_proof(&self, presented: &NymPresented<'_, I::Message, B>) -> Result<(), Error> {
        let NymPresented { key, proof, pseudonym, context, secrets, header, signer_messages, .. } =
            *presented;
        let (disclosed, committed) = (presented.disclosed, presented.disclosed_committed);
        check_context(context)?;
        crate::nym::check_count(secrets)?;
        // The total is the signer's messages, the blind, the prover's, the secrets.
        let total = proof.undisclosed() + disclosed.len() + committed.len();
        let committed_count = total
            .checked_sub(signer_messages)
            .and_then(|rest| rest.checked_sub(1))
            .and_then(|rest| rest.checked_sub(secrets))
            .ok_or(Error::Verification)?;
        let generators = self.issuance.generator_list(signer_messages, committed_count + secrets)?;
        let indexes = combined(
            signer_messages,
            disclosed.iter().map(|(index, _)| *index),
            committed_count,
            committed.iter().map(|(index, _)| *index),
        )?;
        let tag = &self.issuance.api.map_tag;
        let scalars = disclosed.iter().chain(committed).map(|(_, message)| I::scalar::<S, B>(message, tag));
        let disclosed: Vec<_> = indexes.into_iter().zip(scalars).collect();
        let header = with_count(header, secrets);
        let statement = self.statement(key, &generators, &header);
        let first = signer_messages + 1 + committed_count;
        challenge_holds(&statement, proof, &disclosed, presented.presentation_header.as_bytes(), |hidden| {
            // PseudonymProofVerifyInit
            let (base, z) = self.context(context);
            let response = polynomial((first..first + secrets).map_while(|index| hidden.of(index)), z);
            let uv = vartime_msm(&[(base, response), (pseudonym.0, -hidden.challenge())]).to_affine();
            binding(pseudonym, &uv, context).map_err(|_| Error::Verification)
        })?;
        pairing_holds(&statement, proof)
    }

    /// OP and z of a context.
    fn context(&self, context: &[u8]) -> (G1Affine<B>, Scalar<B>) {
        let api_id = self.issuance.api.id.as_bytes();
        let base = G1::hash::<S::Expand>(context, api_id)
            .expect("an interface's name has 1 to 255 bytes because its parts are constants");
        let z = hash_to_scalar::<S, B>(&[context], &[api_id, b"VECT_NYM_SECRETS"].concat());
        (base.to_affine(), z)
    }

    fn generator_list(
        &self,
        issued: &NymIssued<'_, I::Message, B>,
        secrets: &NymSecrets<B>,
    ) -> Result<GeneratorList<B>, Error> {
        self.issuance
            .generator_list(issued.messages.len(), issued.committed.len().saturating_add(secrets.count()))
    }

    fn statement<'a>(
        &'a self,
        key: &'a PublicKey<B>,
        generators: &'a GeneratorList<B>,
        header: &'a [u8],
    ) -> Statement<'a, S, B> {
        Statement { api: &self.issuance.api, key, generators, header }
    }

    fn all(
        &self,
        issued: &NymIssued<'_, I::Message, B>,
        secrets: &NymSecrets<B>,
    ) -> Zeroizing<Vec<Scalar<B>>> {
        self.issuance.all::<I>(issued.messages, &issued.blind.0, issued.committed, &secrets.0)
    }
}

fn check_context(context: &[u8]) -> Result<(), Error> {
    if context.is_empty() { Err(Error::EmptyContext) } else { Ok(()) }
}

/// `combined_header`: the signer's, then N.
fn with_count(header: Header<'_>, secrets: usize) -> Vec<u8> {
    [header.as_bytes(), &octets_of(secrets)].concat()
}

/// n_0 + n_1·z + n_2·z² + …
fn polynomial<B: Backend>(coefficients: impl IntoIterator<Item = Scalar<B>>, z: Scalar<B>) -> Scalar<B> {
    let mut power = Scalar::one();
    let mut value = Scalar::zero();
    for coefficient in coefficients {
        value += coefficient * power;
        power *= z;
    }
    value
}

/// What a pseudonym adds to the challenge (`ProofWithPseudonymChallengeCalculate`).
fn binding<B: Backend>(pseudonym: &Pseudonym<B>, u: &G1Affine<B>, context: &[u8]) -> Result<Binding, Error> {
    // It enters a challenge that is about to be shown.
    if declassify(u.is_identity()) {
        return Err(Error::Degenerate("commitment of the pseudonym's proof"));
    }
    let mut after_header = Transcript::new();
    after_header.framed(context);
    Ok(Binding {
        before_domain: [pseudonym.to_bytes(), u.to_bytes()].concat(),
        after_header: after_header.into_bytes(),
        ..Binding::default()
    })
}

impl<S: Suite, I: Interface, B: Backend> Clone for PseudonymBbs<S, I, B> {
    fn clone(&self) -> Self {
        Self { issuance: Arc::clone(&self.issuance), interface: self.interface }
    }
}

impl<S: Suite, I: Interface, B: Backend> Default for PseudonymBbs<S, I, B> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S: Suite, I: Interface, B: Backend> fmt::Debug for PseudonymBbs<S, I, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PseudonymBbs({} on {})", self.issuance.api.id, B::NAME)
    }
}
