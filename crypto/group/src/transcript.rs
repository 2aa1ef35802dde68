//! The transcript: everything that a challenge depends on, framed so that two different histories never give the
//! same bytes.
//!
//! A frame is `kind ‖ len(label) ‖ label ‖ len(data) ‖ data`: the kind one byte, lengths 64-bit little-endian. Kind
//! 0 is data. A challenge is SHA-512 over all frames so far, closed by a frame of kind 1; the transcript then starts
//! afresh with the 64 bytes of that challenge as its first frame. A fork (kind 2) closes a copy and leaves the
//! transcript as it was. So every hash input is data frames with exactly one closing frame at its end: the inputs
//! form a prefix-free code, for which SHA-512's chaining has no length-extension and behaves as a random oracle when
//! its compression function does (Coron, Dodis, Malinaud, Puniya, CRYPTO 2005, §3.3).

use hufu_pairing::{Backend, G1Affine, Scalar, WIDE_BYTES};
use sha2::{Digest, Sha512};
use subtle::Choice;
use zeroize::{Zeroize, Zeroizing};

use crate::Error;
use crate::labels::{NONCE, SUITE};

/// Bytes of a digest of the transcript.
pub(crate) const DIGEST: usize = 64;

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

    /// Adds a point.
    pub(crate) fn append_point<B: Backend>(&mut self, name: &str, point: &G1Affine<B>) {
        self.append(name, &point.to_bytes());
    }

    /// The 64 bytes of a challenge; what comes later depends on them.
    pub(crate) fn challenge_bytes(&mut self, name: &str) -> [u8; DIGEST] {
        self.frame(CHALLENGE, name, &[]);
        let out: [u8; DIGEST] = self.0.finalize_reset().into();
        self.append("challenge", &out);
        out
    }

    /// A challenge as a scalar that is not zero.
    ///
    /// # Errors
    /// [`Error::Zero`], with probability 2^-255.
    pub(crate) fn challenge<B: Backend>(&mut self, name: &'static str) -> Result<Scalar<B>, Error> {
        nonzero(scalar_of(&self.challenge_bytes(name)), name)
    }

    /// 64 bytes that depend on the history, which goes on unchanged.
    fn fork(&self, name: &str) -> [u8; DIGEST] {
        let mut copy = self.clone();
        copy.frame(FORK, name, &[]);
        copy.0.finalize().into()
    }

    /// A prover's nonces: from the history, its secrets and fresh randomness together.
    ///
    /// With good randomness they are independent of all else. With none at all they still are a secret function
    /// of everything proven so far, so that two different statements, or two secrets, never share a nonce.
    pub(crate) fn nonces<B: Backend>(&self, keys: &[&Scalar<B>], entropy: &[u8; 32]) -> Stream {
        let mut inner = Self::new(NONCE);
        for key in keys {
            inner.append("key", Zeroizing::new(key.to_bytes()).as_slice());
        }
        inner.append("entropy", entropy);
        inner.append("history", &self.fork("nonce"));
        Stream { seed: Zeroizing::new(inner.challenge_bytes("seed")), counter: 0 }
    }

    /// A stream of weights that depends on the whole history.
    pub(crate) fn weights(&mut self) -> Stream {
        Stream { seed: Zeroizing::new(self.challenge_bytes("weights")), counter: 0 }
    }

    fn frame(&mut self, kind: u8, name: &str, data: &[u8]) {
        self.0.update([kind]);
        self.0.update((name.len() as u64).to_le_bytes());
        self.0.update(name.as_bytes());
        self.0.update((data.len() as u64).to_le_bytes());
        self.0.update(data);
    }
}

/// Data frames as bytes, for what is signed elsewhere: label, suite, then the parts in order.
pub(crate) fn framed(label: &str, parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    for (name, data) in [("label", label.as_bytes()), ("suite", SUITE.as_bytes())].iter().chain(parts) {
        out.push(DATA);
        out.extend_from_slice(&(name.len() as u64).to_le_bytes());
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(&(data.len() as u64).to_le_bytes());
        out.extend_from_slice(data);
    }
    out
}

/// The first 48 bytes as a big-endian number modulo r.
fn scalar_of<B: Backend>(digest: &[u8; DIGEST]) -> Scalar<B> {
    let mut wide = Zeroizing::new([0; WIDE_BYTES]);
    wide.iter_mut().zip(digest).for_each(|(to, from)| *to = *from);
    Scalar::from_wide(&wide)
}

/// Refuses the zero challenge: under it a proof shows nothing. A challenge is a hash of what is published.
fn nonzero<B: Backend>(challenge: Scalar<B>, what: &'static str) -> Result<Scalar<B>, Error> {
    if declassify(challenge.is_zero()) { Err(Error::Zero { what }) } else { Ok(challenge) }
}

/// Makes a decision about a secret public on purpose; each caller says why the answer is none.
///
/// A table of two is looked up, so that a checker that follows secrets sees them end at exactly this place.
#[inline(never)]
pub(crate) fn declassify(choice: Choice) -> bool {
    const ANSWERS: [bool; 2] = [false, true];
    let index = usize::from(choice.unwrap_u8() & 1);
    std::hint::black_box(&ANSWERS).get(index).copied().unwrap_or_default()
}

/// Whether two public values are the same, of which at least one was computed from a secret.
pub(crate) fn same<T: PartialEq>(computed: &T, public: &T) -> bool {
    declassify(Choice::from(u8::from(computed == public)))
}

/// A stream of scalars from a seed: the i-th is SHA-512 of the seed and i.
pub(crate) struct Stream {
    seed: Zeroizing<[u8; DIGEST]>,
    counter: u64,
}

impl Stream {
    /// The next scalar, uniform up to 2^-129.
    pub(crate) fn next<B: Backend>(&mut self) -> Scalar<B> {
        let mut digest = self.block();
        let scalar = scalar_of(&digest);
        digest.zeroize();
        scalar
    }

    /// The next weight: 128 bits, little-endian.
    pub(crate) fn weight<B: Backend>(&mut self) -> Scalar<B> {
        let mut low = [0; 16];
        low.iter_mut().zip(self.block()).for_each(|(to, from)| *to = from);
        Scalar::from(u128::from_le_bytes(low))
    }

    fn block(&mut self) -> [u8; DIGEST] {
        let mut transcript = Transcript::new(NONCE);
        transcript.append("seed", self.seed.as_slice());
        transcript.append_u64("counter", self.counter);
        self.counter += 1;
        transcript.challenge_bytes("scalar")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hufu_pairing::Blst;

    fn challenge_of(frames: &[(&str, &[u8])]) -> [u8; DIGEST] {
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
    fn nonces_depend_on_key_entropy_and_history() {
        let first = |key: u64, entropy: u8, history: &[u8]| {
            let mut transcript = Transcript::new("test");
            transcript.append("history", history);
            transcript.nonces::<Blst>(&[&Scalar::from(key)], &[entropy; 32]).next::<Blst>()
        };
        let base = first(1, 1, b"m");
        assert_eq!(base, first(1, 1, b"m"));
        assert_ne!(base, first(2, 1, b"m"), "key");
        assert_ne!(base, first(1, 2, b"m"), "entropy");
        assert_ne!(base, first(1, 1, b"n"), "history");
    }

    #[test]
    fn a_zero_challenge_is_refused() {
        assert_eq!(nonzero(Scalar::<Blst>::zero(), "c"), Err(Error::Zero { what: "c" }));
        assert_eq!(nonzero(Scalar::<Blst>::one(), "c"), Ok(Scalar::one()));
    }
}
