//! What is signed: ring, scope, threshold and message (`docs/encoding.md`, "Ring" and "Statement").

use curve25519_dalek::{RistrettoPoint, Scalar, constants::RISTRETTO_BASEPOINT_POINT as G};
use sha2::{Digest as _, Sha512};

use super::{Checked, group, transcript::Transcript};

/// A ring as its bytes; an empty name and version 0 are a ring without a context.
#[derive(Clone, Debug)]
pub(crate) struct Ring {
    pub(crate) name: Vec<u8>,
    pub(crate) version: u64,
    pub(crate) members: Vec<[u8; 32]>,
}

/// What a signature is about; threshold 0 is a signature that stands alone.
#[derive(Clone, Debug)]
pub(crate) struct Statement<'s> {
    pub(crate) ring: &'s Ring,
    pub(crate) scope: &'s [u8],
    pub(crate) threshold: u16,
    pub(crate) message: &'s [u8],
}

impl Statement<'_> {
    /// The bounds of ring and scope.
    pub(super) fn check(&self) -> Checked<()> {
        let ring = self.ring;
        if !(2..=65_536).contains(&ring.members.len()) {
            return Err("2 to 65,536 members");
        }
        for (place, member) in ring.members.iter().enumerate() {
            group::element(member)?;
            if ring.members[..place].contains(member) {
                return Err("the same member twice");
            }
        }
        if ring.name.len() > 1024 || (ring.name.is_empty() && ring.version != 0) {
            return Err("no context's name");
        }
        if !(1..=1024).contains(&self.scope.len()) {
            return Err("a scope has 1 to 1,024 bytes");
        }
        Ok(())
    }

    pub(super) fn points(&self) -> Checked<Vec<RistrettoPoint>> {
        self.ring.members.iter().map(|member| group::element(member)).collect()
    }

    pub(super) fn place(&self, key: &Scalar) -> Checked<usize> {
        let public = (key * G).compress().to_bytes();
        self.ring.members.iter().position(|member| *member == public).ok_or("no member")
    }

    pub(super) fn transcript(&self, form: u8, tag: &RistrettoPoint) -> Transcript {
        let mut transcript = Transcript::new("hufu/ring-signature/v1");
        transcript.append("form", &[form]);
        transcript.append("threshold", &self.threshold.to_le_bytes());
        transcript.append("scope", self.scope);
        transcript.append("ring", &self.ring.digest());
        transcript.append("message", self.message);
        transcript.append("J", &tag.compress().to_bytes());
        transcript
    }
}

impl Ring {
    fn digest(&self) -> [u8; 64] {
        let mut transcript = Transcript::new("hufu/ring-members/v1");
        transcript.append("list", &self.name);
        transcript.append("version", &self.version.to_le_bytes());
        transcript.append("members", &(self.members.len() as u64).to_le_bytes());
        transcript.append("keys", &Sha512::digest(self.members.concat()));
        transcript.challenge_bytes("ring")
    }
}
