//! Section 4.1.1 of the core draft: `create_generators`, done once and kept.

use crate::error::Error;
use crate::scalars::reserve;
use crate::suite::Suite;
use core::marker::PhantomData;
use hufu_pairing::{
    Backend, Expand, G1, G1Affine, PUBLIC_WINDOW, SECRET_WINDOW, Scalar, Table, VartimeSum, msm, vartime_msm,
};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use zeroize::Zeroizing;

/// Most messages of a signature: bounds the generators kept (4 MB) and the work that one call can cause.
pub const MAX_MESSAGES: usize = 16_384;

/// Generators with tables for their multiples: up to 0.5 MB each, made on first use.
const TABLED: usize = 64;

/// A generator with what makes its multiples cheap.
pub(crate) struct Generator<B: Backend> {
    pub(crate) point: G1Affine<B>,
    pub(crate) bytes: [u8; 48],
    tabled: bool,
    secret: OnceLock<Table<B, SECRET_WINDOW>>,
    public: OnceLock<Table<B, PUBLIC_WINDOW>>,
}

impl<B: Backend> Generator<B> {
    pub(crate) fn new(point: G1Affine<B>, tabled: bool) -> Self {
        Self { bytes: point.to_bytes(), point, tabled, secret: OnceLock::new(), public: OnceLock::new() }
    }
}

/// Σ kᵢ·Gᵢ for secret scalars, which are left nowhere on the heap.
pub(crate) fn sum<'a, B: Backend>(
    terms: impl IntoIterator<Item = (&'a Arc<Generator<B>>, &'a Scalar<B>)>,
) -> G1<B> {
    let mut total = G1::identity();
    let mut bare = Zeroizing::new(Vec::new());
    let mut terms = terms.into_iter();
    while let Some((generator, scalar)) = terms.next() {
        if generator.tabled {
            generator.secret.get_or_init(|| Table::new(&generator.point)).accumulate(scalar, &mut total);
        } else {
            reserve(&mut bare, 1 + terms.size_hint().0);
            bare.push((generator.point, *scalar));
        }
    }
    if bare.is_empty() { total } else { total + msm(&bare) }
}

/// Σ kᵢ·Gᵢ for public scalars.
pub(crate) fn vartime_sum<'a, B: Backend>(
    terms: impl IntoIterator<Item = (&'a Arc<Generator<B>>, Scalar<B>)>,
) -> G1<B> {
    let mut total = VartimeSum::new();
    let mut bare = Vec::new();
    for (generator, scalar) in terms {
        if generator.tabled {
            total.multiple(generator.public.get_or_init(|| Table::new(&generator.point)), &scalar);
        } else {
            bare.push((generator.point, scalar));
        }
    }
    let total = total.finish();
    if bare.is_empty() { total } else { total + vartime_msm(&bare) }
}

/// The generators of one interface, extended when more are asked for.
pub(crate) struct Generators<S: Suite, B: Backend> {
    seed_tag: Vec<u8>,
    generator_tag: Vec<u8>,
    state: Mutex<State<B>>,
    suite: PhantomData<S>,
}

struct State<B: Backend> {
    /// The draft's v, from which the next generator is made.
    v: [u8; EXPAND_BYTES],
    made: Vec<Arc<Generator<B>>>,
}

/// `expand_len` of both suites.
const EXPAND_BYTES: usize = 48;

impl<S: Suite, B: Backend> Generators<S, B> {
    /// Of an interface. Nothing is made yet except the seed.
    pub(crate) fn new(api_id: &str) -> Self {
        Self::from_definitions(
            format!("{api_id}SIG_GENERATOR_SEED_"),
            format!("{api_id}SIG_GENERATOR_DST_"),
            &format!("{api_id}MESSAGE_GENERATOR_SEED"),
        )
    }

    /// Step 1 with the draft's three definitions.
    pub(crate) fn from_definitions(seed_tag: String, generator_tag: String, generator_seed: &str) -> Self {
        let seed_tag = seed_tag.into_bytes();
        let v = expand::<S>(&[generator_seed.as_bytes()], &seed_tag);
        Self {
            seed_tag,
            generator_tag: generator_tag.into_bytes(),
            state: Mutex::new(State { v, made: Vec::new() }),
            suite: PhantomData,
        }
    }

    /// The first `count`, making those that are missing (steps 2 to 5).
    pub(crate) fn first(&self, count: usize) -> Result<Vec<Arc<Generator<B>>>, Error> {
        // One above: Q_1 goes before the messages' own.
        if count > MAX_MESSAGES + 1 {
            return Err(Error::TooManyMessages { found: count.saturating_sub(1), max: MAX_MESSAGES });
        }
        // A thread that panicked while making one left a state that is still whole: v changes with the list.
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let State { v, made } = &mut *state;
        while made.len() < count {
            let index = crate::scalars::octets_of(made.len() + 1);
            let next = expand::<S>(&[v.as_slice(), &index], &self.seed_tag);
            let point = G1::hash::<S::Expand>(&next, &self.generator_tag)
                .expect("a tag of an interface has 1 to 255 bytes because its parts are constants");
            made.push(Arc::new(Generator::new(point.to_affine(), made.len() < TABLED)));
            *v = next;
        }
        Ok(made.iter().take(count).cloned().collect())
    }
}

fn expand<S: Suite>(message: &[&[u8]], tag: &[u8]) -> [u8; EXPAND_BYTES] {
    let mut v = [0; EXPAND_BYTES];
    S::Expand::expand(message, tag, &mut v)
        .expect("a tag of an interface has 1 to 255 bytes because its parts are constants");
    v
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::{Sha256, Shake256};
    use hufu_pairing::{Blst, Zkcrypto};

    fn p1<S: Suite, B: Backend>() -> [u8; 48] {
        let generators = Generators::<S, B>::from_definitions(
            format!("{}H2G_HM2S_SIG_GENERATOR_SEED_", S::ID),
            format!("{}H2G_HM2S_SIG_GENERATOR_DST_", S::ID),
            &format!("{}H2G_HM2S_BP_MESSAGE_GENERATOR_SEED", S::ID),
        );
        generators.first(1).unwrap()[0].bytes
    }

    #[test]
    fn p1_is_made_as_the_draft_says() {
        assert_eq!(p1::<Sha256, Blst>(), Sha256::P1);
        assert_eq!(p1::<Sha256, Zkcrypto>(), Sha256::P1);
        assert_eq!(p1::<Shake256, Blst>(), Shake256::P1);
        assert_eq!(p1::<Shake256, Zkcrypto>(), Shake256::P1);
    }

    #[test]
    fn an_extended_list_is_the_list_made_at_once() {
        let (grown, whole) = (Generators::<Sha256, Blst>::new("X_"), Generators::<Sha256, Blst>::new("X_"));
        let bytes = |list: Vec<Arc<Generator<Blst>>>| list.iter().map(|one| one.bytes).collect::<Vec<_>>();
        let first = bytes(grown.first(2).unwrap());
        let all = bytes(whole.first(5).unwrap());
        assert_eq!(bytes(grown.first(5).unwrap()), all);
        assert_eq!(first, all[..2]);
    }

    #[test]
    fn generators_beyond_the_bound_are_refused() {
        let generators = Generators::<Sha256, Blst>::new("X_");
        assert_eq!(
            generators.first(MAX_MESSAGES + 2).err(),
            Some(Error::TooManyMessages { found: MAX_MESSAGES + 1, max: MAX_MESSAGES })
        );
    }
}
