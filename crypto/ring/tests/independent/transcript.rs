//! The transcript: all its bytes in one vector (`docs/encoding.md`, "Transcript").

use curve25519_dalek::Scalar;
use sha2::{Digest as _, Sha512};

use super::Checked;

#[derive(Clone)]
pub(super) struct Transcript(Vec<u8>);

impl Transcript {
    pub(super) fn new(label: &str) -> Self {
        let mut empty = Self(Vec::new());
        empty.append("label", label.as_bytes());
        empty.append("suite", b"ristretto255-sha512");
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

    pub(super) fn challenge_bytes(&mut self, name: &str) -> [u8; 64] {
        self.frame(1, name, &[]);
        let result: [u8; 64] = Sha512::digest(&self.0).into();
        self.0.clear();
        self.append("challenge", &result);
        result
    }

    pub(super) fn challenge(&mut self, name: &str) -> Checked<Scalar> {
        let scalar = Scalar::from_bytes_mod_order_wide(&self.challenge_bytes(name));
        if scalar == Scalar::ZERO { Err("a challenge of zero") } else { Ok(scalar) }
    }

    fn fork(&self, name: &str) -> [u8; 64] {
        let mut copy = self.clone();
        copy.frame(2, name, &[]);
        Sha512::digest(&copy.0).into()
    }

    /// The nonces of this transcript, a key and 32 bytes of entropy.
    pub(super) fn nonces(&self, key: &Scalar, entropy: &[u8; 32]) -> Stream {
        let mut seed = Self::new("hufu/ring-nonce/v1");
        seed.append("key", key.as_bytes());
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
        let mut one = Transcript::new("hufu/ring-nonce/v1");
        one.append("seed", &self.seed);
        one.append("counter", &self.next.to_le_bytes());
        self.next += 1;
        Scalar::from_bytes_mod_order_wide(&one.challenge_bytes("scalar"))
    }
}
