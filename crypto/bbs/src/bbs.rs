//! Section 3.5 of the core draft: Sign, Verify, ProofGen, ProofVerify, and both verifications in batches.

use crate::committed::Bases;
use crate::core::{
    self, Api, BatchProof, BatchSignature, Binding, GeneratorList, Statement, challenge_holds, culprits,
    pairing_holds,
};
use crate::error::Error;
use crate::generators::{Generators, MAX_MESSAGES};
use crate::interface::{Header, Interface, Octets, PresentationHeader};
use crate::keys::{PublicKey, SecretKey};
use crate::proof::Proof;
use crate::signature::Signature;
use crate::suite::{Sha256, Suite};
use ::core::fmt;
use hufu_pairing::{Backend, Blst, G1Affine, Scalar};
use rand_core::CryptoRng;
use std::sync::Arc;
use zeroize::Zeroizing;

/// Most signatures or proofs of one batch: what it gains for each has long been gained, and memory stays bounded.
pub const MAX_BATCH: usize = 1024;

/// BBS signatures of one ciphersuite and interface.
///
/// It keeps the generators it made, with tables of their multiples: make one and clone it, clones share them.
pub struct Bbs<S: Suite = Sha256, I: Interface = Octets, B: Backend = Blst> {
    inner: Arc<Inner<S, B>>,
    interface: I,
}

struct Inner<S: Suite, B: Backend> {
    api: Api<S, B>,
    generators: Generators<S, B>,
    bases: Bases<B>,
}

/// A signature with what it is over: what a holder has.
#[derive(Debug)]
pub struct Signed<'a, M, B: Backend = Blst> {
    /// The signer's.
    pub key: &'a PublicKey<B>,
    /// Over the messages, in their order.
    pub signature: &'a Signature<B>,
    /// The signer's context.
    pub header: Header<'a>,
    /// All messages.
    pub messages: &'a [M],
}

/// A proof with what it shows: what a verifier gets.
#[derive(Debug)]
pub struct Presented<'a, M, B: Backend = Blst> {
    /// The signer's.
    pub key: &'a PublicKey<B>,
    /// Of a signature by that key.
    pub proof: &'a Proof<B>,
    /// The signer's context.
    pub header: Header<'a>,
    /// The holder's context.
    pub presentation_header: PresentationHeader<'a>,
    /// Disclosed messages with their indexes, ascending.
    pub disclosed: &'a [(usize, M)],
}

impl<S: Suite, I: Interface, B: Backend> Bbs<S, I, B> {
    /// Nothing is made yet but P1.
    #[must_use]
    pub fn new() -> Self {
        let api = Api::new(I::ID);
        let generators = Generators::new(&api.id);
        Self { inner: Arc::new(Inner { api, generators, bases: Bases::new() }), interface: I::default() }
    }

    /// `create_generators`: Q_1, then one generator for each of that many messages.
    ///
    /// # Errors
    /// [`Error::TooManyMessages`].
    pub fn generators(&self, messages: usize) -> Result<Vec<G1Affine<B>>, Error> {
        let generators = self.generator_list(messages)?;
        Ok([&generators.q1]
            .into_iter()
            .chain(&generators.messages)
            .map(|generator| generator.point)
            .collect())
    }

    /// `Sign`. Deterministic.
    ///
    /// # Errors
    /// [`Error::TooManyMessages`] above [`MAX_MESSAGES`]; [`Error::Degenerate`] with probability 2⁻²⁵⁵.
    ///
    /// # Security
    /// Constant time in the key and, apart from hashing their lengths, the messages.
    pub fn sign(
        &self,
        key: &SecretKey<B>,
        header: Header<'_>,
        messages: &[I::Message],
    ) -> Result<Signature<B>, Error> {
        let generators = self.generator_list(messages.len())?;
        let scalars = self.scalars(messages);
        core::sign(&self.statement(key.public_key(), &generators, header), key, &scalars)
    }

    /// `Verify`.
    ///
    /// # Errors
    /// [`Error::Verification`]; [`Error::TooManyMessages`].
    pub fn verify(&self, signed: &Signed<'_, I::Message, B>) -> Result<(), Error> {
        let generators = self.generator_list(signed.messages.len())?;
        let scalars = self.scalars(signed.messages);
        core::verify(&self.statement(signed.key, &generators, signed.header), signed.signature, &scalars)
    }

    /// `ProofGen`: shows the messages at the indexes `disclosed`, which ascend, and hides the others.
    ///
    /// The signature is not verified here: of one that does not hold comes a proof that does not hold.
    ///
    /// # Errors
    /// [`Error::IndexOutOfRange`], [`Error::IndexTwice`], [`Error::IndexOrder`]; [`Error::TooManyMessages`];
    /// [`Error::Degenerate`] with negligible probability.
    ///
    /// # Security
    /// Constant time in the signature and in hidden messages, apart from hashing their lengths. Two proofs cannot be
    /// linked as long as `rng` is not predictable; with a repeated one, the hidden messages are lost.
    pub fn prove(
        &self,
        signed: &Signed<'_, I::Message, B>,
        presentation_header: PresentationHeader<'_>,
        disclosed: &[usize],
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Proof<B>, Error> {
        let generators = self.generator_list(signed.messages.len())?;
        let scalars = self.scalars(signed.messages);
        core::prove(
            &self.statement(signed.key, &generators, signed.header),
            signed.signature,
            &scalars,
            disclosed,
            presentation_header.as_bytes(),
            rng,
            |_, _| Ok(Binding::default()),
        )
    }

    /// `ProofVerify`.
    ///
    /// # Errors
    /// [`Error::Verification`]; [`Error::IndexOutOfRange`], [`Error::IndexTwice`], [`Error::IndexOrder`];
    /// [`Error::TooManyMessages`].
    pub fn verify_proof(&self, presented: &Presented<'_, I::Message, B>) -> Result<(), Error> {
        let generators = self.generators_of(presented)?;
        self.challenge_holds(presented, &generators)?;
        pairing_holds(&self.statement(presented.key, &generators, presented.header), presented.proof)
    }

    /// Verifies many signatures, of any keys, with as many pairings as there are keys and one more.
    ///
    /// # Errors
    /// [`Error::EmptyBatch`]; [`Error::BatchTooLarge`] beyond [`MAX_BATCH`]; [`Error::Batch`] with the positions of
    /// those that do not verify, or that have more messages than are taken.
    pub fn verify_batch(
        &self,
        batch: &[Signed<'_, I::Message, B>],
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<(), Error> {
        check_batch(batch.len())?;
        let lists = batch.iter().map(|signed| self.generator_list(signed.messages.len()));
        // One that cannot be, and there is nothing to take together.
        if let Ok(lists) = lists.collect::<Result<Vec<_>, _>>() {
            let entries = batch.iter().zip(&lists).map(|(signed, generators)| BatchSignature {
                statement: self.statement(signed.key, generators, signed.header),
                signature: signed.signature,
                messages: self.scalars(signed.messages),
            });
            if core::verify_signatures(&self.inner.api, &entries.collect::<Vec<_>>(), rng) {
                return Ok(());
            }
        }
        Err(culprits(batch, |signed| self.verify(signed).is_ok()))
    }

    /// Verifies many proofs, of any keys, with as many pairings as there are keys and one more.
    ///
    /// # Errors
    /// [`Error::EmptyBatch`]; [`Error::BatchTooLarge`] beyond [`MAX_BATCH`]; [`Error::Batch`] with the positions of
    /// those that do not verify, or that are of more messages than are taken.
    pub fn verify_proof_batch(
        &self,
        batch: &[Presented<'_, I::Message, B>],
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<(), Error> {
        check_batch(batch.len())?;
        let holds = |presented: &Presented<'_, I::Message, B>| {
            self.generators_of(presented).and_then(|generators| self.challenge_holds(presented, &generators))
        };
        let all = batch.iter().all(|presented| holds(presented).is_ok());
        let entries: Vec<_> =
            batch.iter().map(|presented| BatchProof { key: presented.key, proof: presented.proof }).collect();
        if all && core::verify_proofs(&self.inner.api, &entries, rng) {
            return Ok(());
        }
        Err(culprits(batch, |presented| self.verify_proof(presented).is_ok()))
    }

    fn challenge_holds(
        &self,
        presented: &Presented<'_, I::Message, B>,
        generators: &GeneratorList<B>,
    ) -> Result<(), Error> {
        challenge_holds(
            &self.statement(presented.key, generators, presented.header),
            presented.proof,
            &self.disclosed(presented.disclosed),
            presented.presentation_header.as_bytes(),
            |_| Ok(Binding::default()),
        )
    }

    pub(crate) fn statement<'a>(
        &'a self,
        key: &'a PublicKey<B>,
        generators: &'a GeneratorList<B>,
        header: Header<'a>,
    ) -> Statement<'a, S, B> {
        Statement { api: &self.inner.api, key, generators, header: header.as_bytes() }
    }

    pub(crate) fn api(&self) -> &Api<S, B> {
        &self.inner.api
    }

    pub(crate) fn bases(&self) -> &Bases<B> {
        &self.inner.bases
    }

    pub(crate) fn generator_list(&self, messages: usize) -> Result<GeneratorList<B>, Error> {
        let count = messages.checked_add(1);
        let count = count.ok_or(Error::TooManyMessages { found: messages, max: MAX_MESSAGES })?;
        self.inner.generators.first(count).map(GeneratorList::new)
    }

    fn generators_of(&self, presented: &Presented<'_, I::Message, B>) -> Result<GeneratorList<B>, Error> {
        self.generator_list(presented.proof.undisclosed().saturating_add(presented.disclosed.len()))
    }

    pub(crate) fn scalars(&self, messages: &[I::Message]) -> Zeroizing<Vec<Scalar<B>>> {
        let tag = &self.inner.api.map_tag;
        Zeroizing::new(messages.iter().map(|message| I::scalar::<S, B>(message, tag)).collect())
    }

    pub(crate) fn disclosed(&self, disclosed: &[(usize, I::Message)]) -> Vec<(usize, Scalar<B>)> {
        let tag = &self.inner.api.map_tag;
        disclosed.iter().map(|(index, message)| (*index, I::scalar::<S, B>(message, tag))).collect()
    }
}

fn check_batch(found: usize) -> Result<(), Error> {
    match found {
        0 => Err(Error::EmptyBatch),
        1..=MAX_BATCH => Ok(()),
        _ => Err(Error::BatchTooLarge { found, max: MAX_BATCH }),
    }
}

impl<S: Suite, I: Interface, B: Backend> Clone for Bbs<S, I, B> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner), interface: self.interface }
    }
}

impl<S: Suite, I: Interface, B: Backend> Default for Bbs<S, I, B> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S: Suite, I: Interface, B: Backend> fmt::Debug for Bbs<S, I, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bbs({} on {})", self.inner.api.id, B::NAME)
    }
}
