//! A small ledger in memory, and keys that are the same in every run.

use hufu_did::{
    Did, Error, Relationship,
    hufu::{
        Builder, Changes, Context, Head, MemoryRecords, Network, Records, Refusal, SignedOperation, apply,
    },
};
use hufu_keys::{Algorithm, SigningKey, VerifyingKey};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

/// 2026-01-01T00:00:00Z, in milliseconds.
pub(crate) const START_MS: u64 = 1_767_225_600_000;

pub(crate) struct World {
    pub(crate) records: MemoryRecords,
    pub(crate) network: Network,
    pub(crate) height: u64,
    pub(crate) time_ms: u64,
    pub(crate) rng: ChaCha20Rng,
}

impl World {
    pub(crate) fn new() -> Self {
        Self {
            records: MemoryRecords::new(),
            network: "test".parse().unwrap(),
            height: 0,
            time_ms: START_MS,
            rng: rng(0),
        }
    }

    /// Applies an operation in a block of its own, ten seconds after the one before.
    pub(crate) fn submit(&mut self, signed: &SignedOperation) -> Result<Changes, Error> {
        self.height += 1;
        self.time_ms += 10_000;
        let changes = self.try_apply(signed)?;
        self.records.commit(&changes);
        Ok(changes)
    }

    /// Applies an operation and keeps nothing.
    pub(crate) fn try_apply(&self, signed: &SignedOperation) -> Result<Changes, Error> {
        let context = Context { network: &self.network, height: self.height, time_ms: self.time_ms };
        apply(&self.records, signed, &context)
    }

    pub(crate) fn refusal(&self, signed: &SignedOperation) -> Refusal {
        refusal(self.try_apply(signed))
    }

    pub(crate) fn head(&self, did: &Did) -> Head {
        self.records.head(did).unwrap().unwrap()
    }

    pub(crate) fn create(&mut self) -> Builder {
        Builder::create(&self.network.clone(), &mut self.rng)
    }

    /// A DID with one key of its own, which is also its `#key-1`.
    pub(crate) fn simple(&mut self, key: &SigningKey) -> Did {
        let vk = key.verifying_key();
        let purposes = [Relationship::Authentication, Relationship::AssertionMethod];
        let draft = self.create().keys(1, [&vk]).method("#key-1", &vk, &purposes).build().unwrap();
        self.submit(&draft.sign(key).finish()).unwrap().did
    }
}

pub(crate) fn refusal(result: Result<Changes, Error>) -> Refusal {
    match result {
        Err(Error::Refused(refusal)) => refusal,
        Err(other) => panic!("not a refusal: {other}"),
        Ok(_) => panic!("accepted"),
    }
}

pub(crate) fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

/// The same key for the same number.
pub(crate) fn key(seed: u64) -> SigningKey {
    SigningKey::generate(Algorithm::Ed25519, &mut rng(seed))
}

pub(crate) fn keys<const N: usize>(first: u64) -> [SigningKey; N] {
    std::array::from_fn(|index| key(first + u64::try_from(index).unwrap()))
}

pub(crate) fn public(keys: &[SigningKey]) -> Vec<VerifyingKey> {
    keys.iter().map(SigningKey::verifying_key).collect()
}
