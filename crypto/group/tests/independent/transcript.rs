//! The transcript: all its bytes in one vector (`docs/encoding.md`, "Transcript").

use bls12_381::{G1Projective, Scalar};
use sha2::{Digest as _, Sha512};

use super::curve::{wide, write_g1, write_scalar};
use super::{Checked, ensure};

#[derive(Clone)]
pub(super) struct Transcript(Vec<u8>);

impl Transcript {
    /// Of `hufu/group-<what>/v1`.
    pub(super) fn new(what: &str) -> Self {
        let mut empty = Self(Vec::new());
        empty.append("label", format!("hufu/group-{what}/v1").as_bytes());
        empty.append("suite", b"bls12381g1-sha512");
        empty
    }

    fn frame(&mut self, kind: u8, name: &str, data: &[u8]) {
        self.0.push(kind);
        self.0.extend((name.len() as u64).to_le_bytes());
        self.0.extend(name.as_bytes());
        self.0.extend((data.len() as u64).to_le_bytes());
        self.0.extend(data);
    }

    pub(super) fn append(&mut self, name: &str, data: &[u8]) {
        self.frame(0, name, data);
    }

    pub(super) fn append_number(&mut self, name: &str, number: u64) {
        self.append(name, &number.to_le_bytes());
    }

    pub(super) fn append_point(&mut self, name: &str, point: &G1Projective) {
        self.append(name, &write_g1(point));
    }

    /// The frames, nothing hashed.
    pub(super) fn frames(self) -> Vec<u8> {
        self.0
    }

    pub(super) fn challenge_bytes(&mut self, name: &str) -> [u8; 64] {
        self.frame(1, name, &[]);
        let result: [u8; 64] = Sha512::digest(&self.0).into();
        self.0.clear();
        self.append("challenge", &result);
        result
    }

    pub(super) fn challenge(&mut self, name: &str) -> Checked<Scalar> {
        let scalar = wide(&self.challenge_bytes(name));
        ensure(scalar != Scalar::zero(), "a challenge of zero")?;
        Ok(scalar)
    }

    fn fork(&self, name: &str) -> [u8; 64] {
        let mut copy = self.clone();
        copy.frame(2, name, &[]);
        Sha512::digest(&copy.0).into()
    }

    /// The nonces of this transcript, secrets and 32 bytes of entropy.
    pub(super) fn nonces(&self, secrets: &[&Scalar], entropy: &[u8; 32]) -> Stream {
        let mut seed = Self::new("nonce");
        for secret in secrets {
            seed.append("key", &write_scalar(secret));
        }
        seed.append("entropy", entropy);
        seed.append("history", &self.fork("nonce"));
        Stream { seed: seed.challenge_bytes("seed"), next: 0 }
    }
}

/// The scalars of a seed.
pub(super) struct Stream {
    seed: [u8; 64],
    next: u64,
}

impl Stream {
    pub(super) fn scalar(&mut self) -> Scalar {
        let mut one = Transcript::new("nonce");
        one.append("seed", &self.seed);
        one.append_number("counter", self.next);
        self.next += 1;
        wide(&one.challenge_bytes("scalar"))
    }
}
