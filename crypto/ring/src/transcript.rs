//! The transcript: everything that a challenge depends on, framed so that two different histories never give the
//! same bytes.
//!
//! A frame is `kind ‖ len(label) ‖ label ‖ len(data) ‖ data`: the kind one byte, lengths 64-bit little-endian. Kind
//! 0 is data. A challenge is SHA-512 over all frames so far, closed by a frame of kind 1; the transcript then starts
//! afresh with the 64 bytes of that challenge as its first frame. A fork (kind 2) closes a copy and leaves the
//! transcript as it was. So every hash input is data frames with exactly one closing frame at its end: the inputs
//! form a prefix-free code, for which SHA-512's chaining has no length-extension and behaves as a random oracle when
//! its compression function does (Coron, Dodis, Malinaud, Puniya, CRYPTO 2005, §3.3).

use curve25519_dalek::Scalar;
use sha2::{Digest, Sha512};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

use crate::Error;
use crate::group::declassify;
use crate::labels::{NONCE, SUITE};

/// Frame kinds.
const DATA: u8 = 0;
const CHALLENGE: u8 = 1;
const FORK: u8 = 2;

/// A running history of a protocol.
#[derive(Clone)]
pub(crate) struct Transcript(Sha512);

impl Transcript {
    /// Starts a history for one purpose.
    pub(crate) fn new(label: &str) -> Self {
        let mut transcript = Self(Sha512::new());
        transcript.append("label", label.as_bytes());
        transcript.append("suite", SUITE.as_bytes());
        transcript
    }

    /// Adds data under a name.
    pub(crate) fn append(&mut self, name: &str, data: &[u8]) {
        self.frame(DATA, name, data);
    }

    /// Adds a number.
    pub(crate) fn append_u64(&mut self, name: &str, number: u64) {
        self.append(name, &number.to_le_bytes());
    }

    /// The 64 bytes of a challenge; what comes later depends on them.
    pub(crate) fn challenge_bytes(&mut self, name: &str) -> [u8; 64] {
        self.frame(CHALLENGE, name, &[]);
        let out: [u8; 64] = self.0.finalize_reset().into();
        self.append("challenge", &out);
        out
    }

    /// A challenge as a scalar that is not zero.
    ///
    /// # Errors
    ///
    /// [`Error::ZeroChallenge`], with probability 2^-252.
    pub(crate) fn challenge(&mut self, name: &str) -> Result<Scalar, Error> {
        nonzero(Scalar::from_bytes_mod_order_wide(&self.challenge_bytes(name)))
    }

    /// 64 bytes that depend on the history, which goes on unchanged.
    fn fork(&self, name: &str) -> [u8; 64] {
        let mut copy = self.clone();
        copy.frame(FORK, name, &[]);
        copy.0.finalize().into()
    }

    /// The signer's nonces: from the history, the key and fresh randomness together.
    ///
    /// With good randomness they are independent of all else. With none at all they still are a secret function
    /// of everything signed so far, so that two different statements never share a nonce.
    pub(crate) fn nonces(&self, key: &Scalar, entropy: &[u8; 32]) -> Nonces {
        let mut inner = Self::new(NONCE);
        inner.append("key", key.as_bytes());
        inner.append("entropy", entropy);
        inner.append("history", &self.fork("nonce"));
        Nonces { seed: Zeroizing::new(inner.challenge_bytes("seed")), counter: 0 }
    }

    fn frame(&mut self, kind: u8, name: &str, data: &[u8]) {
        self.0.update([kind]);
        self.0.update((name.len() as u64).to_le_bytes());
        self.0.update(name.as_bytes());
        self.0.update((data.len() as u64).to_le_bytes());
        self.0.update(data);
    }
}

/// Refuses the zero challenge: under it a proof shows nothing. A challenge is a hash of what is published.
fn nonzero(challenge: Scalar) -> Result<Scalar, Error> {
    if declassify(challenge.ct_eq(&Scalar::ZERO)) { Err(Error::ZeroChallenge) } else { Ok(challenge) }
}

/// A stream of scalars from a seed: the i-th is SHA-512 of the seed and i, reduced.
pub(crate) struct Nonces {
    seed: Zeroizing<[u8; 64]>,
    counter: u64,
}

impl Nonces {
    /// A stream over a public seed, for weights.
    pub(crate) fn from_seed(seed: [u8; 64]) -> Self {
        Self { seed: Zeroizing::new(seed), counter: 0 }
    }

    /// The next scalar, uniform up to 2^-259.
    pub(crate) fn next(&mut self) -> Scalar {
        let mut transcript = Transcript::new(NONCE);
        transcript.append("seed", self.seed.as_slice());
        transcript.append_u64("counter", self.counter);
        self.counter += 1;
        let mut wide = transcript.challenge_bytes("scalar");
        let scalar = Scalar::from_bytes_mod_order_wide(&wide);
        wide.zeroize();
        scalar
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn challenge_of(frames: &[(&str, &[u8])]) -> [u8; 64] {
        let mut transcript = Transcript::new("test");
        for (name, data) in frames {
            transcript.append(name, data);
        }
        transcript.challenge_bytes("c")
    }

    #[test]
    fn frames_do_not_run_into_each_other() {
        let base = challenge_of(&[("a", b"bc"), ("d", b"")]);
        for other in [
            &[("ab", &b"c"[..]), ("d", b"")][..],
            &[("a", b"bcd"), ("", b"")],
            &[("a", b"bc")],
            &[("a", b"bc"), ("d", b"\0")],
            &[("d", b""), ("a", b"bc")],
        ] {
            assert_ne!(base, challenge_of(other), "{other:?}");
        }
    }

    #[test]
    fn a_later_challenge_depends_on_an_earlier_one() {
        let later = |first: &[u8]| {
            let mut transcript = Transcript::new("test");
            transcript.append("first", first);
            transcript.challenge_bytes("one");
            transcript.append("second", b"same");
            transcript.challenge_bytes("two")
        };
        assert_eq!(later(b"x"), later(b"x"));
        assert_ne!(later(b"x"), later(b"y"));
    }

    #[test]
    fn nonces_depend_on_key_entropy_and_history() {
        let first = |key: u64, entropy: u8, history: &[u8]| {
            let mut transcript = Transcript::new("test");
            transcript.append("history", history);
            transcript.nonces(&Scalar::from(key), &[entropy; 32]).next()
        };
        let base = first(1, 1, b"m");
        assert_eq!(base, first(1, 1, b"m"));
        assert_ne!(base, first(2, 1, b"m"), "key");
        assert_ne!(base, first(1, 2, b"m"), "entropy");
        assert_ne!(base, first(1, 1, b"n"), "history");
        let mut stream = Transcript::new("test").nonces(&Scalar::ONE, &[0; 32]);
        assert_ne!(stream.next(), stream.next());
    }

    #[test]
    fn a_zero_challenge_is_refused() {
        assert_eq!(nonzero(Scalar::ZERO), Err(Error::ZeroChallenge));
        assert_eq!(nonzero(Scalar::ONE), Ok(Scalar::ONE));
    }
}
