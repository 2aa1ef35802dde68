//! What can be wrong with a key, a signature, a proof or what is asked of them. No message repeats secret bytes.

use hufu_pairing::Error as Encoding;

/// Why something was refused.
///
/// Variants name what is at fault; [`Error::Verification`] deliberately says nothing more.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The signature or proof does not verify: wrong key, header, message, index, interface or bytes.
    #[error("the signature or proof does not verify")]
    Verification,
    /// Some of a batch do not verify.
    #[error("{} of the batch do not verify: {culprits:?}", culprits.len())]
    Batch {
        /// Their positions in the batch, ascending.
        culprits: Vec<usize>,
    },
    /// A batch of nothing proves nothing.
    #[error("the batch is empty")]
    EmptyBatch,
    /// More signatures or proofs than one batch may have.
    #[error("a batch of {found}: at most {max} are verified together")]
    BatchTooLarge {
        /// Signatures or proofs given.
        found: usize,
        /// [`crate::MAX_BATCH`].
        max: usize,
    },
    /// Key material of too little entropy.
    #[error("key material has at least {min} bytes, not {found}")]
    KeyMaterial {
        /// Fewest bytes.
        min: usize,
        /// Bytes given.
        found: usize,
    },
    /// Key information that its two length bytes cannot count.
    #[error("key information has at most 65535 bytes, not {found}")]
    KeyInfo {
        /// Bytes given.
        found: usize,
    },
    /// A point that is not acceptable.
    #[error("{what}: {reason}")]
    Point {
        /// Which point: `public key`, `A`, `Abar`, `Bbar`, `D`, `commitment` …
        what: &'static str,
        /// What is wrong with it.
        reason: Encoding,
    },
    /// A scalar outside 1..r.
    #[error("{what}: {reason}")]
    Scalar {
        /// Which scalar: `secret key`, `e`, `challenge`, `response` …
        what: &'static str,
        /// What is wrong with it.
        reason: Encoding,
    },
    /// A scalar that is zero where none may be.
    #[error("{what} is zero")]
    Zero {
        /// Which scalar.
        what: &'static str,
    },
    /// A number of bytes that the encoding never has: truncated, or with something behind.
    #[error("{what} cannot have {found} bytes")]
    Length {
        /// What was read.
        what: &'static str,
        /// Bytes given.
        found: usize,
    },
    /// More messages than are taken.
    #[error("{found} messages: at most {max} are taken")]
    TooManyMessages {
        /// Messages asked for.
        found: usize,
        /// Most that are taken.
        max: usize,
    },
    /// An index that no message has.
    #[error("index {index} is out of range: there are {count} messages")]
    IndexOutOfRange {
        /// The index.
        index: usize,
        /// Number of messages.
        count: usize,
    },
    /// An index that is given twice.
    #[error("index {index} is given twice")]
    IndexTwice {
        /// The index.
        index: usize,
    },
    /// Indexes that are not in ascending order.
    #[error("index {index} comes after {previous}: indexes ascend")]
    IndexOrder {
        /// The index before.
        previous: usize,
        /// The index at fault.
        index: usize,
    },
    /// A message that is to be disclosed and committed to.
    #[error("message {index} cannot be both disclosed and hidden in a commitment")]
    DisclosedAndCommitted {
        /// Its index.
        index: usize,
    },
    /// The prover's commitment does not come with a proof that holds.
    #[error("the commitment's proof of correctness does not hold")]
    Commitment,
    /// The number of things committed to is not what was said.
    #[error("the commitment has {found} values, {expected} are needed")]
    CommittedCount {
        /// Values needed.
        expected: usize,
        /// Values it has.
        found: usize,
    },
    /// A pseudonym needs at least one secret.
    #[error("a pseudonym needs 1 to {max} secrets, not {found}")]
    NymSecrets {
        /// Most that are taken.
        max: usize,
        /// Secrets given.
        found: usize,
    },
    /// A context of no bytes: pseudonyms for unrelated verifiers would link.
    #[error("an empty context: name the verifier for whom the pseudonym is constant")]
    EmptyContext,
    /// A value of negligible probability came up: nothing is wrong with the input, try again with other randomness
    /// or another key.
    #[error("degenerate value: {0}")]
    Degenerate(&'static str),
}
