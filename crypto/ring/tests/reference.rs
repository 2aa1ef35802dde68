//! Two implementations of one document: `src/`, and the plain one of `reference/plain.rs`.
//!
//! `vectors/signatures.json` freezes inputs, every value on the way and the bytes. It was written by the plain one
//! (`cargo test -p hufu-ring --test reference -- --ignored write_the_vectors`); a change of it is a change of the
//! format.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod common;
#[allow(dead_code, reason = "this binary does not forge")]
#[path = "reference/plain.rs"]
mod plain;

use std::convert::Infallible;

use curve25519_dalek::Scalar;
use hufu_ring::{Ring, RingContext, Scope, Share, Signature, SigningKey};
use plain::Statement;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, TryCryptoRng, TryRng};
use serde_json::{Value, json};

/// A generator that gives the same 32 bytes again and again: the entropy of a vector.
struct Entropy([u8; 32]);

impl TryRng for Entropy {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes).map(|()| u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes).map(|()| u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        for part in out.chunks_mut(self.0.len()) {
            part.copy_from_slice(&self.0[..part.len()]);
        }
        Ok(())
    }
}

impl TryCryptoRng for Entropy {}

/// A case for both implementations.
struct Case {
    statement: Statement,
    key: SigningKey,
    index: usize,
    entropy: [u8; 32],
}

impl Case {
    /// Members' secrets are 1·s, 2·s, … for a random s.
    fn random(size: usize, rng: &mut ChaCha20Rng) -> Self {
        let mut secret = [0; 64];
        rng.fill_bytes(&mut secret);
        let secret = Scalar::from_bytes_mod_order_wide(&secret);
        let number = |rng: &mut ChaCha20Rng, below: usize| (rng.next_u32() as usize) % below;
        let index = number(rng, size);
        let key =
            |at: usize| SigningKey::from_bytes(&(secret * Scalar::from(at as u64 + 1)).to_bytes()).unwrap();
        let mut text = |most: usize, least: usize| {
            let mut bytes = vec![0; least + number(rng, most - least)];
            rng.fill_bytes(&mut bytes);
            bytes
        };
        let (scope, message) = (text(40, 1), text(200, 0));
        let list = text(12, 0);
        let mut entropy = [0; 32];
        rng.fill_bytes(&mut entropy);
        let statement = Statement {
            version: if list.is_empty() { 0 } else { rng.next_u64() },
            list,
            members: (0..size).map(|at| key(at).verifying_key().to_bytes()).collect(),
            scope,
            threshold: if number(rng, 3) == 0 { 2 } else { 0 },
            message,
        };
        Self { statement, key: key(index), index, entropy }
    }

    fn ring(&self) -> Ring {
        let members =
            self.statement.members.iter().map(|bytes| hufu_ring::VerifyingKey::from_bytes(*bytes).unwrap());
        match &self.statement.list[..] {
            [] => Ring::new(members.collect()),
            list => Ring::of_list(RingContext::new(list, self.statement.version).unwrap(), members.collect()),
        }
        .unwrap()
    }

    fn scope(&self) -> Scope {
        Scope::new(&self.statement.scope).unwrap()
    }

    fn plain(&self) -> (Vec<u8>, serde_json::Map<String, Value>) {
        let x = Scalar::from_canonical_bytes(*self.key.to_bytes()).unwrap();
        plain::sign(&self.statement, self.index, &x, &self.entropy)
    }

    /// The bytes of the crate's signature, or of the signature in its share.
    fn crates(&self) -> Vec<u8> {
        let (ring, scope, mut rng) = (self.ring(), self.scope(), Entropy(self.entropy));
        let message = &self.statement.message;
        match self.statement.threshold {
            0 => self.key.sign(&ring, &scope, message, &mut rng).unwrap().to_bytes(),
            k => {
                let share = self.key.sign_share(&ring, &scope, k.into(), message, &mut rng).unwrap();
                share.to_bytes()[3..].to_vec()
            }
        }
    }

    /// Whether the crate accepts.
    fn accepts(&self, bytes: &[u8]) -> bool {
        let (ring, scope, message) = (self.ring(), self.scope(), &self.statement.message);
        match self.statement.threshold {
            0 => Signature::from_bytes(bytes).and_then(|s| s.verify(&ring, &scope, message)).is_ok(),
            k => {
                let share = [&[3][..], &k.to_le_bytes(), bytes].concat();
                Share::from_bytes(&share).and_then(|s| s.verify(&ring, &scope, message)).is_ok()
            }
        }
    }
}

/// Both sign the same bytes, accept each other's, and refuse the same changes.
#[test]
fn a_thousand_random_cases() {
    let mut rng = common::rng(11);
    for round in 0..1000 {
        // Mostly small, where all sizes and both forms come; some with three digits.
        let size = match round % 10 {
            0 => 17 + (rng.next_u32() as usize) % 48,
            _ => 2 + (rng.next_u32() as usize) % 15,
        };
        let case = Case::random(size, &mut rng);
        let (plain, trace) = case.plain();
        let crates = case.crates();
        assert_eq!(hex::encode(&plain), hex::encode(&crates), "round {round}, ring of {size}");
        assert_eq!(trace["ring digest"], hex::encode(case.ring().id().as_bytes()));
        assert!(case.accepts(&plain), "round {round}, ring of {size}");
        assert_eq!(
            plain::verify(&case.statement, &crates).as_ref(),
            Some(&case.key.tag(&case.scope()).to_bytes()),
            "round {round}, ring of {size}"
        );

        let mut changed = crates;
        let at = (rng.next_u32() as usize) % changed.len();
        changed[at] ^= 1 << (rng.next_u32() % 8);
        assert!(!case.accepts(&changed), "round {round}, ring of {size}, byte {at}");
        assert!(plain::verify(&case.statement, &changed).is_none(), "round {round}, byte {at}");
    }
}

// Vectors

const VECTORS: &str = "tests/vectors/signatures.json";

fn to_json(case: &Case) -> Value {
    let (signature, trace) = case.plain();
    json!({
        "list": hex::encode(&case.statement.list),
        "version": case.statement.version.to_string(),
        "members": case.statement.members.iter().map(hex::encode).collect::<Vec<_>>(),
        "scope": hex::encode(&case.statement.scope),
        "threshold": case.statement.threshold,
        "message": hex::encode(&case.statement.message),
        "index": case.index,
        "x": hex::encode(*case.key.to_bytes()),
        "entropy": hex::encode(case.entropy),
        "trace": trace,
        "signature": hex::encode(signature),
    })
}

fn from_json(value: &Value) -> Case {
    let bytes = |value: &Value| hex::decode(value.as_str().unwrap()).unwrap();
    let array = |value: &Value| <[u8; 32]>::try_from(bytes(value)).unwrap();
    Case {
        statement: Statement {
            list: bytes(&value["list"]),
            version: value["version"].as_str().unwrap().parse().unwrap(),
            members: value["members"].as_array().unwrap().iter().map(array).collect(),
            scope: bytes(&value["scope"]),
            threshold: u16::try_from(value["threshold"].as_u64().unwrap()).unwrap(),
            message: bytes(&value["message"]),
        },
        key: SigningKey::from_bytes(&array(&value["x"])).unwrap(),
        index: usize::try_from(value["index"].as_u64().unwrap()).unwrap(),
        entropy: array(&value["entropy"]),
    }
}

#[test]
fn the_vectors_are_frozen() {
    let vectors: Value = serde_json::from_str(&std::fs::read_to_string(VECTORS).unwrap()).unwrap();
    let vectors = vectors.as_array().unwrap();
    assert_eq!(vectors.len(), SIZES.len());
    for (value, size) in vectors.iter().zip(SIZES) {
        let case = from_json(value);
        assert_eq!(case.statement.members.len(), size);
        assert_eq!(&to_json(&case), value, "every value on the way, ring of {size}");
        assert_eq!(hex::encode(case.crates()), value["signature"], "the crate's bytes, ring of {size}");
        assert!(case.accepts(&hex::decode(value["signature"].as_str().unwrap()).unwrap()));
    }
}

const SIZES: [usize; 8] = [2, 3, 8, 9, 16, 17, 64, 65];

#[test]
#[ignore = "writes the vectors: only when the format changes"]
fn write_the_vectors() {
    let mut rng = common::rng(12);
    let cases: Vec<_> = SIZES.iter().map(|size| to_json(&Case::random(*size, &mut rng))).collect();
    std::fs::write(VECTORS, serde_json::to_string_pretty(&cases).unwrap() + "\n").unwrap();
}
