//! A small chain made by hand: real tree, real signatures, a change of validators at height 2.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Mutex,
};

use hufu_keys::{Algorithm, SigningKey};
use hufu_light::{
    Answer, Certificate, CertifiedHeader, CommitSignature, Genesis, HEADER_VERSION, Hash, Header, StateProof,
    Successor, TrustAnchor, TrustPath, Validator, ValidatorChange, ValidatorSet, merkle,
    state::{StateHasher, key_hash},
};
use jmt::{
    JellyfishMerkleTree, KeyHash, OwnedValue, Version,
    storage::{LeafNode, Node, NodeKey, TreeReader, TreeUpdateBatch},
};
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;

/// Milliseconds between two blocks.
pub(crate) const STEP: u64 = 1_000;
/// Time of block 0.
pub(crate) const START: u64 = 1_790_000_000_000;

/// The chain: heights 0 to 5; heights 0–2 are certified by the first set, 3–5 by the second.
pub(crate) struct Chain {
    pub(crate) genesis: Genesis,
    pub(crate) first: (ValidatorSet, Vec<SigningKey>),
    pub(crate) second: (ValidatorSet, Vec<SigningKey>),
    pub(crate) headers: Vec<CertifiedHeader>,
    tree: MemoryTree,
}

impl Chain {
    pub(crate) fn new() -> Self {
        let mut rng = ChaCha20Rng::seed_from_u64(7);
        let first =
            set(&[Algorithm::Ed25519, Algorithm::Sm2, Algorithm::P256, Algorithm::Secp256k1], &mut rng);
        let second = set(&[Algorithm::Sm2], &mut rng);
        let network = "test".parse().unwrap();
        let genesis = Genesis::new(network, START, first.0.clone(), BTreeMap::new()).unwrap();
        let mut chain = Self { genesis, first, second, headers: Vec::new(), tree: MemoryTree::default() };
        for height in 0..=5u64 {
            // "a" changes with every block, the rest is company for the proofs
            let mut writes = vec![(b"a".to_vec(), format!("a at {height}").into_bytes())];
            writes.extend((0..8).map(|i| (format!("{height}/{i}").into_bytes(), vec![i; 40])));
            chain.append(height, &writes);
        }
        chain
    }

    pub(crate) fn anchor(&self) -> TrustAnchor {
        self.genesis.anchor()
    }

    fn append(&mut self, height: u64, writes: &[(Vec<u8>, Vec<u8>)]) {
        let state_root = self.tree.put(height, writes);
        let (set, keys) = if height <= 2 { &self.first } else { &self.second };
        let next = if height < 2 { &self.first.0 } else { &self.second.0 };
        let header = Header {
            version: HEADER_VERSION,
            network: self.genesis.network().clone(),
            genesis_hash: self.genesis.hash(),
            height,
            time_ms: START + height * STEP,
            parent: self.headers.last().map_or(Hash::ZERO, |parent| parent.header.hash()),
            transactions_root: merkle::root::<&[u8]>(&[]),
            events_root: merkle::root::<&[u8]>(&[]),
            state_root,
            validators_hash: set.hash(),
            next_validators_hash: next.hash(),
            proposer: set.members()[0].did.clone(),
        };
        // three of four, or the only one
        let certified = certify(header, set, &keys[..keys.len().min(3)]);
        self.headers.push(certified);
    }

    pub(crate) fn answer(&self, height: usize, key: &[u8]) -> Answer {
        let version = height as u64;
        let tree = JellyfishMerkleTree::<_, StateHasher>::new(&self.tree);
        let (value, proof) = tree.get_with_proof(key_hash(key), version).unwrap();
        let changes = if height > 2 {
            vec![ValidatorChange { header: self.headers[2].clone(), next: self.second.0.clone() }]
        } else {
            vec![]
        };
        Answer {
            key: key.to_vec(),
            value,
            proof: StateProof::new(proof),
            header: self.headers[height].clone(),
            successor: self.headers.get(height + 1).map(|header| Successor {
                header: header.clone(),
                validators: (height == 2).then(|| self.second.0.clone()),
            }),
            trust: TrustPath { genesis: self.genesis.root(), changes },
        }
    }
}

pub(crate) fn certify(header: Header, set: &ValidatorSet, keys: &[SigningKey]) -> CertifiedHeader {
    let message = header.signing_bytes();
    let sign = |key: &SigningKey| CommitSignature {
        validator: set.position(&key.verifying_key()).unwrap().0,
        signature: key.sign(&message).as_bytes().to_vec(),
    };
    let certificate = Certificate::new(keys.iter().map(sign).collect());
    CertifiedHeader { header, certificate }
}

fn set(algorithms: &[Algorithm], rng: &mut ChaCha20Rng) -> (ValidatorSet, Vec<SigningKey>) {
    let keys: Vec<_> = algorithms.iter().map(|algorithm| SigningKey::generate(*algorithm, rng)).collect();
    let member = |(index, key): (usize, &SigningKey)| Validator {
        did: format!("did:web:node{index}.example"),
        key: key.verifying_key(),
        power: 10,
    };
    (ValidatorSet::new(keys.iter().enumerate().map(member).collect()).unwrap(), keys)
}

#[derive(Default)]
struct MemoryTree(Mutex<Maps>);

#[derive(Default)]
struct Maps {
    nodes: HashMap<NodeKey, Node>,
    values: BTreeMap<(KeyHash, Version), Option<OwnedValue>>,
}

impl MemoryTree {
    fn put(&self, version: Version, writes: &[(Vec<u8>, Vec<u8>)]) -> Hash {
        let tree = JellyfishMerkleTree::<_, StateHasher>::new(self);
        let set = writes.iter().map(|(key, value)| (key_hash(key), Some(value.clone())));
        let (root, TreeUpdateBatch { node_batch, .. }) = tree.put_value_set(set, version).unwrap();
        let mut maps = self.0.lock().unwrap();
        maps.nodes.extend(node_batch.nodes().clone());
        let values = node_batch.values().iter();
        maps.values.extend(values.map(|((version, key), value)| ((*key, *version), value.clone())));
        Hash::from_bytes(root.0)
    }
}

impl TreeReader for MemoryTree {
    fn get_node_option(&self, key: &NodeKey) -> Result<Option<Node>, anyhow::Error> {
        Ok(self.0.lock().unwrap().nodes.get(key).cloned())
    }

    fn get_value_option(&self, max: Version, key: KeyHash) -> Result<Option<OwnedValue>, anyhow::Error> {
        let maps = self.0.lock().unwrap();
        Ok(maps.values.range((key, 0)..=(key, max)).next_back().and_then(|(_, value)| value.clone()))
    }

    fn get_rightmost_leaf(&self) -> Result<Option<(NodeKey, LeafNode)>, anyhow::Error> {
        Ok(None)
    }
}
