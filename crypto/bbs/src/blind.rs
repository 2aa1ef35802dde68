//! Blind signatures (draft-irtf-cfrg-bbs-blind-signatures): the holder gets a signature over messages of its own
//! that the signer never sees.
//!
//! This is revision 02, the last one with test vectors. Later working text moves the place of the prover's blind,
//! and adds a format for disclosing commitments; it has no vectors and contradicts itself, so it is not followed.
//! Commitments to hidden messages are [`Bbs::prove_committed`](crate::Bbs::prove_committed)'s.
//!
//! All signed scalars are, in this order: the signer's messages, the prover's blind, the prover's messages.

use crate::core::{self, Binding, GeneratorList, Statement, challenge_holds, pairing_holds};
use crate::error::Error;
use crate::interface::{Header, Interface, Octets, PresentationHeader};
use crate::issuance::{Commitment, Issuance, ProverBlind, combined};
use crate::keys::{PublicKey, SecretKey};
use crate::proof::Proof;
use crate::signature::Signature;
use crate::suite::{Sha256, Suite};
use ::core::fmt;
use hufu_pairing::{Backend, Blst, G1Affine, Scalar};
use rand_core::CryptoRng;
use std::sync::Arc;
use zeroize::Zeroizing;

/// Blind BBS signatures of one ciphersuite and interface. Make one and clone it, clones share the generators.
pub struct BlindBbs<S: Suite = Sha256, I: Interface = Octets, B: Backend = Blst> {
    issuance: Arc<Issuance<S, B>>,
    interface: I,
}

/// A blind signature with what it is over: what a holder has.
#[derive(Debug)]
pub struct BlindSigned<'a, M, B: Backend = Blst> {
    /// The signer's.
    pub key: &'a PublicKey<B>,
    /// Over the messages of both.
    pub signature: &'a Signature<B>,
    /// The signer's context.
    pub header: Header<'a>,
    /// The signer's messages.
    pub messages: &'a [M],
    /// The prover's messages.
    pub committed: &'a [M],
    /// The prover's blind; none if the signature was made without a commitment.
    pub blind: Option<&'a ProverBlind<B>>,
}

/// A proof with what it shows: what a verifier gets.
#[derive(Debug)]
pub struct BlindPresented<'a, M, B: Backend = Blst> {
    /// The signer's.
    pub key: &'a PublicKey<B>,
    /// Of a signature by that key.
    pub proof: &'a Proof<B>,
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

impl<S: Suite, I: Interface, B: Backend> BlindBbs<S, I, B> {
    /// Nothing is made yet but P1.
    #[must_use]
    pub fn new() -> Self {
        Self { issuance: Arc::new(Issuance::new(I::BLIND_ID)), interface: I::default() }
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

    /// `Commit`: what the holder sends, and what it keeps.
    ///
    /// # Errors
    /// [`Error::TooManyMessages`].
    ///
    /// # Security
    /// Constant time in the messages, apart from hashing their lengths.
    pub fn commit(
        &self,
        messages: &[I::Message],
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<(Commitment<B>, ProverBlind<B>), Error> {
        self.issuance.commit(&self.issuance.scalars::<I>(messages), rng)
    }

    /// `BlindSign`: over the signer's messages and, if there is one, over what the commitment hides.
    ///
    /// # Errors
    /// [`Error::Commitment`] if its proof does not hold; [`Error::TooManyMessages`]; [`Error::Degenerate`] with
    /// probability 2⁻²⁵⁵.
    ///
    /// # Security
    /// Constant time in the key and, apart from hashing their lengths, the messages.
    pub fn sign(
        &self,
        key: &SecretKey<B>,
        commitment: Option<&Commitment<B>>,
        header: Header<'_>,
        messages: &[I::Message],
    ) -> Result<Signature<B>, Error> {
        let generators =
            self.issuance.generator_list(messages.len(), commitment.map_or(0, Commitment::count))?;
        let statement = self.statement(key.public_key(), &generators, header);
        let domain = statement.domain();
        let mut b = core::point(&statement, &domain, &self.issuance.scalars::<I>(messages));
        if let Some(commitment) = commitment {
            b += self.issuance.checked(commitment)?;
        }
        let e = self.issuance.e(key, &b);
        core::sign_point(key, &b, e)
    }

    /// `VerifyBlindSign`.
    ///
    /// # Errors
    /// [`Error::Verification`]; [`Error::TooManyMessages`].
    pub fn verify(&self, signed: &BlindSigned<'_, I::Message, B>) -> Result<(), Error> {
        let generators = self.issuance.generator_list(signed.messages.len(), signed.committed.len())?;
        let statement = self.statement(signed.key, &generators, signed.header);
        core::verify(&statement, signed.signature, &self.all(signed))
    }

    /// `BlindProofGen`: shows the signer's messages at `disclosed` and the prover's at `disclosed_committed`.
    ///
    /// # Errors
    /// As [`Bbs::prove`](crate::Bbs::prove).
    ///
    /// # Security
    /// As [`Bbs::prove`](crate::Bbs::prove).
    pub fn prove(
        &self,
        signed: &BlindSigned<'_, I::Message, B>,
        presentation_header: PresentationHeader<'_>,
        disclosed: &[usize],
        disclosed_committed: &[usize],
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Proof<B>, Error> {
        let (own, committed) = (signed.messages.len(), signed.committed.len());
        let generators = self.issuance.generator_list(own, committed)?;
        let indexes =
            combined(own, disclosed.iter().copied(), committed, disclosed_committed.iter().copied())?;
        core::prove(
            &self.statement(signed.key, &generators, signed.header),
            signed.signature,
            &self.all(signed),
            &indexes,
            presentation_header.as_bytes(),
            rng,
            |_, _| Ok(Binding::default()),
        )
    }

    /// `BlindProofVerify`.
    ///
    /// # Errors
    /// As [`Bbs::verify_proof`](crate::Bbs::verify_proof).
    pub fn verify_proof(&self, presented: &BlindPresented<'_, I::Message, B>) -> Result<(), Error> {
        let BlindPresented { key, proof, header, presentation_header, signer_messages, .. } = *presented;
        let (disclosed, committed) = (presented.disclosed, presented.disclosed_committed);
        // The total is the signer's messages, the blind, and the prover's: fewer than that is no such proof.
        let total = proof.undisclosed() + disclosed.len() + committed.len();
        let committed_count = total
            .checked_sub(signer_messages)
            .and_then(|rest| rest.checked_sub(1))
            .ok_or(Error::Verification)?;
        let generators = self.issuance.generator_list(signer_messages, committed_count)?;
        let indexes = combined(
            signer_messages,
            disclosed.iter().map(|(index, _)| *index),
            committed_count,
            committed.iter().map(|(index, _)| *index),
        )?;
        let scalars = disclosed.iter().chain(committed).map(|(_, message)| self.scalar(message));
        let disclosed: Vec<_> = indexes.into_iter().zip(scalars).collect();
        let statement = self.statement(key, &generators, header);
        challenge_holds(&statement, proof, &disclosed, presentation_header.as_bytes(), |_| {
            Ok(Binding::default())
        })?;
        pairing_holds(&statement, proof)
    }

    fn statement<'a>(
        &'a self,
        key: &'a PublicKey<B>,
        generators: &'a GeneratorList<B>,
        header: Header<'a>,
    ) -> Statement<'a, S, B> {
        Statement { api: &self.issuance.api, key, generators, header: header.as_bytes() }
    }

    /// The scalars of `prepare_parameters`: signer's messages, blind, prover's messages.
    fn all(&self, signed: &BlindSigned<'_, I::Message, B>) -> Zeroizing<Vec<Scalar<B>>> {
        let blind = signed.blind.map_or_else(Scalar::zero, |blind| blind.0);
        self.issuance.all::<I>(signed.messages, &blind, signed.committed, &[])
    }

    fn scalar(&self, message: &I::Message) -> Scalar<B> {
        I::scalar::<S, B>(message, &self.issuance.api.map_tag)
    }
}

impl<S: Suite, I: Interface, B: Backend> Clone for BlindBbs<S, I, B> {
    fn clone(&self) -> Self {
        Self { issuance: Arc::clone(&self.issuance), interface: self.interface }
    }
}

impl<S: Suite, I: Interface, B: Backend> Default for BlindBbs<S, I, B> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S: Suite, I: Interface, B: Backend> fmt::Debug for BlindBbs<S, I, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BlindBbs({} on {})", self.issuance.api.id, B::NAME)
    }
}
