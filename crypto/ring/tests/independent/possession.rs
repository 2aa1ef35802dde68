//! Proof of possession: Schnorr's signature on a context (`docs/encoding.md`, last section).

use curve25519_dalek::{RistrettoPoint, Scalar, constants::RISTRETTO_BASEPOINT_POINT as G};

use super::{Checked, group, transcript::Transcript};

/// Longest context.
const MAX_CONTEXT: usize = 4096;

fn transcript(public: &RistrettoPoint, context: &[u8]) -> Transcript {
    let mut transcript = Transcript::new("hufu/ring-possession/v1");
    transcript.append("P", &public.compress().to_bytes());
    transcript.append("context", context);
    transcript
}

pub(crate) fn prove_possession(key: &Scalar, context: &[u8], entropy: &[u8; 32]) -> Checked<Vec<u8>> {
    if context.len() > MAX_CONTEXT {
        return Err("a long context");
    }
    let mut transcript = transcript(&(key * G), context);
    let nonce = transcript.nonces(key, entropy).scalar();
    let r = (nonce * G).compress().to_bytes();
    transcript.append("R", &r);
    let c = transcript.challenge("c")?;
    Ok([r, (nonce + c * key).to_bytes()].concat())
}

pub(crate) fn verify_possession(bytes: &[u8], public: &[u8; 32], context: &[u8]) -> Checked<()> {
    if context.len() > MAX_CONTEXT {
        return Err("a long context");
    }
    if bytes.len() != 64 {
        return Err("not 64 bytes");
    }
    let public = group::element(public)?;
    let (r, s) = (group::element(&bytes[..32])?, group::scalar(&bytes[32..])?);
    let mut transcript = transcript(&public, context);
    transcript.append("R", &bytes[..32]);
    let c = transcript.challenge("c")?;
    if s * G == r + c * public { Ok(()) } else { Err("the equation") }
}
