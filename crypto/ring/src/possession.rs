//! Proof of possession of a ring key: a Schnorr signature under a label of its own.
//!
//! 1. k from the key, fresh randomness, the public key and the context; R = k·G.
//! 2. c = H(label, suite, P, context, R).
//! 3. s = k + c·x. The proof is R ‖ s; it holds if s·G = R + c·P.
//!
//! A ring counts on every member having a secret of his own. A key that nobody holds, or that is derived from
//! another's, makes the ring look larger than it is; `docs/scheme.md` says what else such keys can and cannot do.

use std::fmt;

use curve25519_dalek::{RistrettoPoint, Scalar};
use rand_core::CryptoRng;

use crate::group::{Element, Reader, SIZE};
use crate::labels::POSSESSION;
use crate::transcript::Transcript;
use crate::{Error, SigningKey, VerifyingKey};

/// Longest context in bytes.
pub const MAX_POSSESSION_CONTEXT: usize = 4096;

/// Evidence that whoever registers a ring key holds its secret, bound to a context: the DID it will belong to, the
/// registry's challenge.
#[derive(Clone, PartialEq, Eq)]
pub struct ProofOfPossession {
    commitment: Element,
    response: Scalar,
}

impl ProofOfPossession {
    /// Bytes of a proof.
    pub const SIZE: usize = 2 * SIZE;

    /// Proves that the key is held, for this context.
    ///
    /// # Errors
    ///
    /// [`Error::TooLong`] for a context beyond [`MAX_POSSESSION_CONTEXT`].
    ///
    /// # Security
    ///
    /// Constant time in the key and the nonce.
    pub fn new(key: &SigningKey, context: &[u8], rng: &mut impl CryptoRng) -> Result<Self, Error> {
        let mut transcript = begin(&key.verifying_key(), context)?;
        let mut entropy = [0; 32];
        rng.fill_bytes(&mut entropy);
        let nonce = zeroize::Zeroizing::new(transcript.nonces(key.scalar(), &entropy).next());
        let commitment = Element::new(RistrettoPoint::mul_base(&nonce), "proof of possession")?;
        transcript.append("R", &commitment.bytes);
        let challenge = transcript.challenge("c")?;
        Ok(Self { commitment, response: *nonce + challenge * key.scalar() })
    }

    /// Checks that the key's holder made this proof for this context.
    ///
    /// # Errors
    ///
    /// [`Error::Possession`]; [`Error::TooLong`] for a context beyond [`MAX_POSSESSION_CONTEXT`].
    pub fn verify(&self, key: &VerifyingKey, context: &[u8]) -> Result<(), Error> {
        let mut transcript = begin(key, context)?;
        transcript.append("R", &self.commitment.bytes);
        let challenge = transcript.challenge("c")?;
        let commitment = RistrettoPoint::vartime_double_scalar_mul_basepoint(
            &-challenge,
            &key.element().point,
            &self.response,
        );
        if commitment == self.commitment.point { Ok(()) } else { Err(Error::Possession) }
    }

    /// Reads a proof.
    ///
    /// # Errors
    ///
    /// [`Error::Encoding`] for a wrong length, a non-canonical element, the identity or a scalar not reduced.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(bytes, "proof of possession");
        let proof = Self { commitment: reader.element()?, response: reader.scalar()? };
        reader.finish()?;
        Ok(proof)
    }

    /// The one encoding: R ‖ s.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; Self::SIZE] {
        let mut out = [0; Self::SIZE];
        let (commitment, response) = out.split_at_mut(SIZE);
        commitment.copy_from_slice(&self.commitment.bytes);
        response.copy_from_slice(self.response.as_bytes());
        out
    }
}

impl fmt::Debug for ProofOfPossession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProofOfPossession(")?;
        crate::group::hex(&self.to_bytes(), f)?;
        f.write_str(")")
    }
}

/// The transcript up to the commitment.
fn begin(key: &VerifyingKey, context: &[u8]) -> Result<Transcript, Error> {
    if context.len() > MAX_POSSESSION_CONTEXT {
        return Err(Error::TooLong {
            what: "a proof of possession's context",
            found: context.len(),
            limit: MAX_POSSESSION_CONTEXT,
        });
    }
    let mut transcript = Transcript::new(POSSESSION);
    transcript.append("P", &key.to_bytes());
    transcript.append("context", context);
    Ok(transcript)
}
