//! Batches: one product of pairings for all, over random weights.
//!
//! The weights have 128 bits and are hashed of everything that is checked together with bytes of the verifier's
//! own, so nobody who made an entry could know them; a batch with a false entry passes with probability 2⁻¹²⁸.
//! A batch that does not pass is checked one by one, to name the culprits.

use super::{Api, Statement};
use crate::error::Error;
use crate::generators::{Generator, vartime_sum};
use crate::keys::PublicKey;
use crate::proof::Proof;
use crate::scalars::Transcript;
use crate::signature::Signature;
use crate::suite::Suite;
use hufu_pairing::{Backend, G1, G1Affine, Scalar, product_is_one, vartime_msm};
use rand_core::CryptoRng;
use std::collections::BTreeMap;
use std::sync::Arc;
use zeroize::Zeroizing;

/// A signature with what it is said to be over.
pub(crate) struct BatchSignature<'a, S: Suite, B: Backend> {
    pub(crate) statement: Statement<'a, S, B>,
    pub(crate) signature: &'a Signature<B>,
    pub(crate) messages: Zeroizing<Vec<Scalar<B>>>,
}

/// A proof whose challenge holds.
pub(crate) struct BatchProof<'a, B: Backend> {
    pub(crate) key: &'a PublicKey<B>,
    pub(crate) proof: &'a Proof<B>,
}

/// Domain of the weights.
const WEIGHTS_TAG: &[u8] = b"HUFU-BBS-BATCH-WEIGHTS-V1_";

/// Π (h(Aᵢ, Wᵢ)·h(Bᵢ − Aᵢ·eᵢ, −BP2))^wᵢ = 1, with the pairs of one key and all Bᵢ taken together.
pub(crate) fn verify_signatures<S: Suite, B: Backend>(
    api: &Api<S, B>,
    entries: &[BatchSignature<'_, S, B>],
    rng: &mut (impl CryptoRng + ?Sized),
) -> bool {
    let domains: Vec<_> = entries.iter().map(|entry| entry.statement.domain()).collect();
    let mut transcript = Transcript::new();
    for (entry, domain) in entries.iter().zip(&domains) {
        // The domain binds key, generators, interface and header.
        transcript.octets(&entry.signature.to_bytes()).scalar(domain).count(entry.messages.len());
        entry.messages.iter().for_each(|message| {
            transcript.scalar(message);
        });
    }
    let weights = weights::<S, B>(transcript, entries.len(), rng);

    let mut fixed: Fixed<B> = Fixed::default();
    let mut left: BTreeMap<[u8; 96], (&PublicKey<B>, Vec<_>)> = BTreeMap::new();
    let mut right = Vec::with_capacity(entries.len());
    for ((entry, domain), weight) in entries.iter().zip(domains).zip(weights) {
        let key = entry.statement.key;
        left.entry(key.to_bytes()).or_insert((key, Vec::new())).1.push((entry.signature.a, weight));
        right.push((entry.signature.a, -(weight * entry.signature.e)));
        fixed.add(&api.p1, weight);
        fixed.add(&entry.statement.generators.q1, weight * domain);
        for (generator, message) in entry.statement.generators.messages.iter().zip(entry.messages.iter()) {
            fixed.add(generator, weight * *message);
        }
    }
    let right =
        vartime_sum(fixed.0.values().map(|(generator, scalar)| (*generator, *scalar))) + vartime_msm(&right);
    holds(api, left, &right)
}

/// Π (h(Abarᵢ, Wᵢ)·h(Bbarᵢ, −BP2))^wᵢ = 1.
pub(crate) fn verify_proofs<S: Suite, B: Backend>(
    api: &Api<S, B>,
    entries: &[BatchProof<'_, B>],
    rng: &mut (impl CryptoRng + ?Sized),
) -> bool {
    let mut transcript = Transcript::new();
    for entry in entries {
        transcript.octets(entry.key.as_bytes()).framed(&entry.proof.to_bytes());
    }
    let mut left: BTreeMap<[u8; 96], (&PublicKey<B>, Vec<_>)> = BTreeMap::new();
    let mut right = Vec::with_capacity(entries.len());
    for (entry, weight) in entries.iter().zip(weights::<S, B>(transcript, entries.len(), rng)) {
        let [abar, bbar, _] = entry.proof.points;
        left.entry(entry.key.to_bytes()).or_insert((entry.key, Vec::new())).1.push((abar, weight));
        right.push((bbar, weight));
    }
    holds(api, left, &vartime_msm(&right))
}

/// Scalars of generators, added up over the batch.
struct Fixed<'a, B: Backend>(BTreeMap<[u8; 48], Multiple<'a, B>>);

type Multiple<'a, B> = (&'a Arc<Generator<B>>, Scalar<B>);

impl<B: Backend> Default for Fixed<'_, B> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<'a, B: Backend> Fixed<'a, B> {
    fn add(&mut self, generator: &'a Arc<Generator<B>>, scalar: Scalar<B>) {
        self.0.entry(generator.bytes).or_insert((generator, Scalar::zero())).1 += scalar;
    }
}

type ByKey<'a, B> = BTreeMap<[u8; 96], (&'a PublicKey<B>, Vec<(G1Affine<B>, Scalar<B>)>)>;

fn holds<S: Suite, B: Backend>(api: &Api<S, B>, left: ByKey<'_, B>, right: &G1<B>) -> bool {
    let sums: Vec<_> = left.values().map(|(_, terms)| vartime_msm(terms)).chain([*right]).collect();
    let sums = G1::normalise(&sums);
    let prepared = left.values().map(|(key, _)| key.prepared()).chain([&api.minus_bp2]);
    let terms: Vec<_> = sums.iter().zip(prepared).collect();
    product_is_one(&terms)
}

fn weights<S: Suite, B: Backend>(
    mut transcript: Transcript,
    count: usize,
    rng: &mut (impl CryptoRng + ?Sized),
) -> Vec<Scalar<B>> {
    let mut own = [0; 32];
    rng.fill_bytes(&mut own);
    let root = transcript.octets(&own).hash::<S, B>(WEIGHTS_TAG).to_bytes();
    (0..count)
        .map(|index| {
            let mut one = Transcript::new();
            one.octets(&root).count(index);
            let wide = one.hash::<S, B>(WEIGHTS_TAG).to_bytes();
            let [.., half] = wide.as_chunks::<16>().0 else { return Scalar::one() };
            u128::from_be_bytes(*half).into()
        })
        .collect()
}

/// Checks every entry by itself and names those that fail.
pub(crate) fn culprits<T>(entries: &[T], mut holds: impl FnMut(&T) -> bool) -> Error {
    let bad = entries.iter().enumerate().filter(|(_, entry)| !holds(entry)).map(|(index, _)| index);
    Error::Batch { culprits: bad.collect() }
}
