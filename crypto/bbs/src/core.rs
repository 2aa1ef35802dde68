//! Sections 3.6 and 3.7 of the core draft, over scalars and generators: what every interface calls.

mod batch;
mod prove;
mod sign;
mod verify;

pub(crate) use batch::{BatchProof, BatchSignature, culprits, verify_proofs, verify_signatures};
pub(crate) use prove::{Binding, Blinds, prove};
pub(crate) use sign::{point, sign, sign_point, verify};
pub(crate) use verify::{challenge_holds, pairing_holds};

use crate::error::Error;
use crate::generators::Generator;
use crate::keys::PublicKey;
use crate::scalars::Transcript;
use crate::suite::Suite;
use core::marker::PhantomData;
use hufu_pairing::{Backend, G2Affine, G2Prepared, Scalar};
use std::sync::Arc;

/// What is fixed for an interface: its name, the tags made of it, and the points every operation uses.
pub(crate) struct Api<S: Suite, B: Backend> {
    pub(crate) id: String,
    /// `hash_to_scalar_dst`.
    pub(crate) hash_tag: Vec<u8>,
    /// `map_dst`.
    pub(crate) map_tag: Vec<u8>,
    pub(crate) p1: Arc<Generator<B>>,
    /// −BP2 with its lines.
    pub(crate) minus_bp2: G2Prepared<B>,
    suite: PhantomData<S>,
}

impl<S: Suite, B: Backend> Api<S, B> {
    pub(crate) fn new(interface: &str) -> Self {
        let id = format!("{}{interface}", S::ID);
        let p1 = hufu_pairing::G1Affine::from_bytes(&S::P1, hufu_pairing::Identity::Refuse)
            .expect("P1 is in the subgroup because the draft made it by hashing to the curve");
        Self {
            hash_tag: format!("{id}H2S_").into_bytes(),
            map_tag: format!("{id}MAP_MSG_TO_SCALAR_AS_HASH_").into_bytes(),
            p1: Arc::new(Generator::new(p1, true)),
            minus_bp2: (-G2Affine::generator().lift()).to_affine().prepare(),
            id,
            suite: PhantomData,
        }
    }
}

/// Q_1 and the messages' generators, in the order of the messages.
pub(crate) struct GeneratorList<B: Backend> {
    pub(crate) q1: Arc<Generator<B>>,
    pub(crate) messages: Vec<Arc<Generator<B>>>,
}

impl<B: Backend> GeneratorList<B> {
    /// Of what `create_generators` gave.
    pub(crate) fn new(generators: Vec<Arc<Generator<B>>>) -> Self {
        let mut generators = generators.into_iter();
        let q1 = generators.next().expect("create_generators was asked for one more than there are messages");
        Self { q1, messages: generators.collect() }
    }

    /// With further generators behind.
    pub(crate) fn followed_by(mut self, generators: Vec<Arc<Generator<B>>>) -> Self {
        self.messages.extend(generators);
        self
    }
}

/// What a signature or proof is about, apart from the messages.
pub(crate) struct Statement<'a, S: Suite, B: Backend> {
    pub(crate) api: &'a Api<S, B>,
    pub(crate) key: &'a PublicKey<B>,
    pub(crate) generators: &'a GeneratorList<B>,
    pub(crate) header: &'a [u8],
}

impl<S: Suite, B: Backend> Statement<'_, S, B> {
    /// `calculate_domain` (section 4.2.3).
    pub(crate) fn domain(&self) -> Scalar<B> {
        let mut transcript = Transcript::new();
        transcript
            .octets(self.key.as_bytes())
            .count(self.generators.messages.len())
            .octets(&self.generators.q1.bytes);
        for generator in &self.generators.messages {
            transcript.octets(&generator.bytes);
        }
        transcript.octets(self.api.id.as_bytes()).framed(self.header);
        transcript.hash::<S, B>(&self.api.hash_tag)
    }
}

/// Indexes ascend, each once, each below `count`.
pub(crate) fn check_indexes(indexes: impl IntoIterator<Item = usize>, count: usize) -> Result<(), Error> {
    let mut previous = None;
    for index in indexes {
        if index >= count {
            return Err(Error::IndexOutOfRange { index, count });
        }
        match previous {
            Some(previous) if previous == index => return Err(Error::IndexTwice { index }),
            Some(previous) if previous > index => return Err(Error::IndexOrder { previous, index }),
            _ => previous = Some(index),
        }
    }
    Ok(())
}

/// `ProofChallengeCalculate` (section 3.7.4), with the places where the other drafts add to it.
pub(crate) fn challenge<S: Suite, B: Backend>(
    api: &Api<S, B>,
    disclosed: &[(usize, Scalar<B>)],
    points: [&hufu_pairing::G1Affine<B>; 5],
    domain: &Scalar<B>,
    presentation_header: &[u8],
    binding: &Binding,
) -> Scalar<B> {
    let mut transcript = Transcript::new();
    transcript.count(disclosed.len());
    for (index, message) in disclosed {
        transcript.count(*index).scalar(message);
    }
    for point in points {
        transcript.point(point);
    }
    transcript.octets(&binding.before_domain).scalar(domain).octets(&binding.after_domain);
    transcript.framed(presentation_header).octets(&binding.after_header);
    transcript.hash::<S, B>(&api.hash_tag)
}
