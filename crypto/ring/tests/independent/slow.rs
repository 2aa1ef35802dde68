//! The scheme once more, from `docs/scheme.md` and `docs/encoding.md` alone, as slowly as they read.
//!
//! Every sum is a loop, every polynomial is multiplied out, nothing is batched or constant-time, and no line is shared
//! with the crate. The group and its scalars are curve25519-dalek's, SHA-512 is `sha2`'s.

#![allow(clippy::needless_range_loop, reason = "indices are the document's j, i and k")]

mod group;
mod lsag;
mod many;
mod possession;
mod statement;
mod threshold;
mod transcript;

pub(super) use group::{base_of_scope, scalar};
pub(super) use lsag::sign_with as lsag_with;
pub(super) use possession::{prove_possession, verify_possession};
pub(super) use statement::{Ring, Statement};
pub(super) use threshold::{combine, decode_threshold, verify_share, verify_threshold};

use curve25519_dalek::{RistrettoPoint, Scalar};

/// A result, or what is wrong in words.
pub(super) type Checked<T> = Result<T, &'static str>;

/// Most members of a ring that is signed by LSAG.
pub(super) const SMALL: usize = 8;

/// A signature's parts, as read.
pub(super) enum Signature {
    /// Form 1: tag, first challenge, responses.
    Lsag { tag: RistrettoPoint, challenge: Scalar, responses: Vec<Scalar> },
    /// Form 2.
    Many { tag: RistrettoPoint, proof: Box<many::Proof> },
}

impl Signature {
    pub(super) const fn tag(&self) -> &RistrettoPoint {
        match self {
            Self::Lsag { tag, .. } | Self::Many { tag, .. } => tag,
        }
    }
}

/// Signs; the key's place is where it stands in the ring.
pub(super) fn sign(statement: &Statement<'_>, key: &Scalar, entropy: &[u8; 32]) -> Checked<Vec<u8>> {
    statement.check()?;
    if statement.ring.members.len() <= SMALL {
        lsag::sign(statement, key, entropy)
    } else {
        many::sign(statement, key, entropy)
    }
}

/// A share of a threshold signature: kind, threshold, signature.
pub(super) fn sign_share(statement: &Statement<'_>, key: &Scalar, entropy: &[u8; 32]) -> Checked<Vec<u8>> {
    threshold::check(statement)?;
    let signature = sign(statement, key, entropy)?;
    Ok([&[3][..], &statement.threshold.to_le_bytes(), &signature].concat())
}

/// Reads a signature: form byte, 32-byte words, no byte more.
pub(super) fn decode(bytes: &[u8]) -> Checked<Signature> {
    let (form, rest) = bytes.split_first().ok_or("empty")?;
    if rest.len() % 32 != 0 {
        return Err("not a number of words");
    }
    let words: Vec<&[u8]> = rest.chunks(32).collect();
    match form {
        1 => lsag::decode(&words),
        2 => many::decode(&words),
        _ => Err("another form"),
    }
}

/// Verifies a signature and returns the bytes of its tag.
pub(super) fn verify(bytes: &[u8], statement: &Statement<'_>) -> Checked<[u8; 32]> {
    statement.check()?;
    let signature = decode(bytes)?;
    match &signature {
        Signature::Lsag { tag, challenge, responses } => {
            lsag::verify(statement, tag, challenge, responses)?;
        }
        Signature::Many { tag, proof } => many::verify(statement, tag, proof)?,
    }
    Ok(signature.tag().compress().to_bytes())
}
