//! A small network: one validator, one registrar, and a clock that tests set.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use hufu_did::{
    Did,
    hufu::{Builder, Head, Network, SignedOperation, head_key},
};
use hufu_keys::{Algorithm, SigningKey};
use hufu_light::{Genesis, Transaction, TrustAnchor, Validator, ValidatorSet};
use hufu_node::{Clock, Config, Ledger};
use hufu_wire::Payload;
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;

/// Time of the genesis.
pub(crate) const START: u64 = 1_790_000_000_000;

/// A clock that stands where it was set.
#[derive(Debug)]
pub(crate) struct TestClock(pub(crate) AtomicU64);

impl TestClock {
    pub(crate) fn set(&self, time_ms: u64) {
        self.0.store(time_ms, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now_ms(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }
}

pub(crate) fn key(algorithm: Algorithm, seed: u64) -> SigningKey {
    SigningKey::generate(algorithm, &mut ChaCha20Rng::seed_from_u64(seed))
}

/// Who may create DIDs in the test network; carries its key in its name.
pub(crate) struct Sender {
    pub(crate) key: SigningKey,
    pub(crate) did: Did,
    pub(crate) method: String,
}

impl Sender {
    pub(crate) fn new(algorithm: Algorithm, seed: u64) -> Self {
        let key = key(algorithm, seed);
        let did = hufu_did::key::did(&key.verifying_key());
        let method = hufu_did::key::verification_method(&key.verifying_key()).to_string();
        Self { key, did, method }
    }

    pub(crate) fn registrar() -> Self {
        Self::new(Algorithm::Ed25519, 2)
    }

    pub(crate) fn payload(
        &self,
        anchor: &TrustAnchor,
        sequence: u64,
        module: &str,
        operation: Vec<u8>,
    ) -> Payload {
        Payload::new(anchor, self.did.as_str(), sequence, 90_000, module, operation)
    }

    pub(crate) fn send(
        &self,
        anchor: &TrustAnchor,
        sequence: u64,
        module: &str,
        operation: Vec<u8>,
    ) -> Transaction {
        self.payload(anchor, sequence, module, operation).sign(&self.method, &self.key)
    }

    /// The creation of the DID with this number.
    pub(crate) fn create(&self, anchor: &TrustAnchor, sequence: u64, number: u64) -> (Did, Transaction) {
        let (did, operation) = did_create(anchor, number);
        (did, self.send(anchor, sequence, "did", operation.to_bytes()))
    }
}

/// The key of the DID with this number.
pub(crate) fn did_key(number: u64) -> SigningKey {
    key(Algorithm::Ed25519, 1_000_000 + number)
}

pub(crate) fn did_create(anchor: &TrustAnchor, number: u64) -> (Did, SignedOperation) {
    let network: Network = anchor.network.as_str().parse().unwrap();
    let key = did_key(number);
    let mut rng = ChaCha20Rng::seed_from_u64(number);
    let purposes = [hufu_did::Relationship::Authentication, hufu_did::Relationship::AssertionMethod];
    let draft = Builder::create(&network, &mut rng)
        .keys(1, [&key.verifying_key()])
        .method("#key-1", &key.verifying_key(), &purposes)
        .build()
        .unwrap();
    (draft.did().clone(), draft.sign(&key).finish())
}

pub(crate) fn genesis() -> Genesis {
    let validator = key(Algorithm::Sm2, 1).verifying_key();
    let node = Validator { did: "did:web:node.example".into(), key: validator, power: 1 };
    let modules = BTreeMap::from([("governance".to_owned(), governance())]);
    Genesis::new("test".parse().unwrap(), START, ValidatorSet::new(vec![node]).unwrap(), modules).unwrap()
}

fn governance() -> serde_json::Value {
    let registrar = Sender::registrar().did.to_string();
    serde_json::json!({ "members": [{ "did": registrar }], "lists": { "registrars": [{ "did": registrar }] } })
}

pub(crate) fn config(folder: &Path) -> (Config, Arc<TestClock>) {
    let clock = Arc::new(TestClock(AtomicU64::new(START + 1_000)));
    let mut config = Config::new(folder.to_owned(), genesis(), key(Algorithm::Sm2, 1));
    config.clock = Arc::clone(&clock) as Arc<dyn Clock>;
    (config, clock)
}

/// A ledger in a folder that goes away with it.
pub(crate) struct Test {
    pub(crate) ledger: Ledger,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) registrar: Sender,
    pub(crate) folder: tempfile::TempDir,
}

impl Test {
    pub(crate) fn new() -> Self {
        Self::with(|_| {})
    }

    pub(crate) fn with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (mut config, clock) = config(&folder.path().join("ledger"));
        change(&mut config);
        Self { ledger: Ledger::open(config).unwrap(), clock, registrar: Sender::registrar(), folder }
    }

    pub(crate) fn anchor(&self) -> &TrustAnchor {
        self.ledger.anchor()
    }

    /// Creates the DID with this number, in a block of its own.
    pub(crate) async fn create(&self, number: u64) -> Did {
        let (did, transaction) = self.registrar.create(self.anchor(), number, number);
        self.ledger.submit(transaction).await.unwrap();
        did
    }

    pub(crate) fn head(&self, did: &Did) -> Option<Head> {
        let bytes = self.ledger.get(&head_key(did)).unwrap();
        bytes.map(|bytes| Head::from_bytes(&bytes).unwrap())
    }

    /// Height of the newest block.
    pub(crate) fn height(&self) -> u64 {
        self.ledger.head().height
    }
}
