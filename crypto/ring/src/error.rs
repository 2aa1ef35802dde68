//! What can be wrong with a key, ring, scope, signature or batch. No message repeats secret bytes.

/// Why something was refused.
///
/// Variants name who is at fault. [`Error::Verification`] and [`Error::Possession`] deliberately say nothing more.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The signature does not verify: wrong ring, scope, message, threshold or signature — one answer for all.
    #[error("the ring signature does not verify")]
    Verification,
    /// The proof of possession does not verify: wrong key, context or proof.
    #[error("the proof of possession does not verify")]
    Possession,
    /// A signature of a batch does not verify; this is the first one that does not.
    #[error("the ring signature at index {index} of the batch does not verify")]
    InBatch {
        /// Position in the batch, from 0.
        index: usize,
    },
    /// A batch of nothing proves nothing.
    #[error("an empty batch: there is nothing to verify")]
    EmptyBatch,
    /// More signatures than one batch may have.
    #[error("a batch of {found} signatures: at most {limit} are verified together")]
    BatchTooLarge {
        /// Signatures given.
        found: usize,
        /// [`crate::MAX_BATCH`].
        limit: usize,
    },
    /// A ring in which the signer would not be hidden.
    #[error("a ring of {found}: at least 2 members are needed, or the signer is known")]
    RingTooSmall {
        /// Members given.
        found: usize,
    },
    /// A ring beyond the bound.
    #[error("a ring of {found} members: at most {limit} are allowed")]
    RingTooLarge {
        /// Members given.
        found: usize,
        /// [`crate::MAX_MEMBERS`].
        limit: usize,
    },
    /// The same key twice.
    #[error("ring members {first} and {second} are the same key")]
    DuplicateMember {
        /// Position of the one that comes first, from 0.
        first: usize,
        /// Position of the one that repeats it.
        second: usize,
    },
    /// The signer's own key is not in the ring.
    #[error("the signing key is not a member of the ring")]
    NotAMember,
    /// A scope of no bytes: signatures of unrelated purposes would link.
    #[error("an empty scope: name what a member may do only once")]
    EmptyScope,
    /// A name or context beyond its bound.
    #[error("{what} of {found} bytes: at most {limit} are allowed")]
    TooLong {
        /// What was given.
        what: &'static str,
        /// Bytes given.
        found: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// A list without a name.
    #[error("an empty list name: a ring that is a list's version must say which list")]
    EmptyList,
    /// A threshold that makes no sense for the ring.
    #[error("a threshold of {threshold} in a ring of {members}: 2 to {limit} are possible")]
    Threshold {
        /// The threshold given.
        threshold: usize,
        /// Members of the ring.
        members: usize,
        /// The highest threshold for this ring.
        limit: usize,
    },
    /// Too few or too many shares for the threshold.
    #[error("{found} shares for a threshold of {threshold}")]
    Shares {
        /// Shares given.
        found: usize,
        /// Shares needed, exactly.
        threshold: usize,
    },
    /// A share was made for another threshold.
    #[error("a share for a threshold of {found}, where {threshold} is asked for")]
    OtherThreshold {
        /// The share's threshold.
        found: usize,
        /// The threshold asked for.
        threshold: usize,
    },
    /// Shares that cannot belong to one ring, for their forms or lengths differ.
    #[error("the shares were made for rings of different sizes")]
    MixedShares,
    /// One member's share twice: k shares must come from k members.
    #[error("two shares have the same tag: one member signed both")]
    RepeatedTag,
    /// The signature was made for a ring of another size.
    #[error("the signature fits rings of {from} to {to} members, this ring has {members}")]
    OtherSize {
        /// Smallest ring it fits.
        from: usize,
        /// Largest ring it fits.
        to: usize,
        /// Members of the ring given.
        members: usize,
    },
    /// Bytes that are not what they should be.
    #[error("not a {what}: {reason}")]
    Encoding {
        /// The thing expected.
        what: &'static str,
        /// What is wrong with the bytes.
        reason: &'static str,
    },
    /// A challenge of the transcript came out as zero: no input reaches this but by an infeasible accident.
    #[error("the transcript gave a zero challenge")]
    ZeroChallenge,
}
