//! What can be wrong with a key, request, credential, signature, update or opening. No message repeats secret bytes.

use hufu_pairing::Error as Encoding;

/// Why something was refused.
///
/// Variants name who is at fault. [`Error::Verification`], [`Error::JoinProof`] and [`Error::Credential`]
/// deliberately say nothing more.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The signature does not verify: wrong group, epoch, scope, message or signature — one answer for all.
    #[error("the group signature does not verify")]
    Verification,
    /// Some signatures of a batch do not verify.
    #[error("{} of the batch do not verify: {culprits:?}", culprits.len())]
    InBatch {
        /// Their positions in the batch, ascending.
        culprits: Vec<usize>,
    },
    /// A batch of nothing proves nothing.
    #[error("an empty batch: there is nothing to verify")]
    EmptyBatch,
    /// More of something than is taken.
    #[error("{found} {what}: at most {limit} are taken")]
    TooMany {
        /// What was given.
        what: &'static str,
        /// How many.
        found: usize,
        /// How many are taken.
        limit: usize,
    },
    /// A name, account or scope of no bytes.
    #[error("{what} is empty")]
    Empty {
        /// What was given.
        what: &'static str,
    },
    /// A name, account or scope beyond its bound.
    #[error("{what} of {found} bytes: at most {limit} are allowed")]
    TooLong {
        /// What was given.
        what: &'static str,
        /// Bytes given.
        found: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// A number of bytes that the encoding never has: truncated, or with something behind.
    #[error("{what} cannot have {found} bytes")]
    Length {
        /// What was read.
        what: &'static str,
        /// Bytes given.
        found: usize,
    },
    /// A first byte that names no known form.
    #[error("{what}: unknown form {found}")]
    Form {
        /// What was read.
        what: &'static str,
        /// The byte.
        found: u8,
    },
    /// A point that is not canonical, outside the subgroup or the identity.
    #[error("{what}: {reason}")]
    Point {
        /// Which point, by its name in `docs/encoding.md`.
        what: &'static str,
        /// What is wrong with it.
        reason: Encoding,
    },
    /// A scalar that is not below the group order.
    #[error("{what}: {reason}")]
    Scalar {
        /// Which scalar, by its name in `docs/encoding.md`.
        what: &'static str,
        /// What is wrong with it.
        reason: Encoding,
    },
    /// A scalar that is zero where none may be, or a challenge that came out as zero.
    #[error("{what} is zero")]
    Zero {
        /// Which scalar.
        what: &'static str,
    },
    /// Things of two groups were put together.
    #[error("{what} belongs to another group")]
    OtherGroup {
        /// What does not belong.
        what: &'static str,
    },
    /// The signature was made in an epoch before the one it is verified for.
    #[error("epoch {found} is too old: the verifier asks for {current}")]
    EpochTooOld {
        /// The signature's, witness's or credential's epoch.
        found: u64,
        /// The epoch asked for.
        current: u64,
    },
    /// The signature was made in an epoch that the verifier does not know yet.
    #[error("epoch {found} is ahead of {current}: get the group's newer epochs first")]
    EpochAhead {
        /// The signature's, witness's or credential's epoch.
        found: u64,
        /// The epoch asked for.
        current: u64,
    },
    /// An update that does not continue the epoch at hand.
    #[error("the update starts from epoch {found}, expected {expected}")]
    UpdateOrder {
        /// The epoch at hand.
        expected: u64,
        /// Where the update starts.
        found: u64,
    },
    /// The issuer published accumulator values that do not follow from each other.
    #[error("the update's accumulator values are false")]
    FalseUpdate,
    /// One update removes the same identifier twice: nobody is removed who is not a member any more.
    #[error("the update removes one member twice")]
    RepeatedRemoval,
    /// The member was revoked: it has no witness for this epoch, and nobody can compute one for it.
    #[error("the member was revoked in epoch {epoch} or on the way to it")]
    Revoked {
        /// The epoch that the update leads to.
        epoch: u64,
    },
    /// The member key is in the register already: a replayed request, or a key used twice.
    #[error("the member key is registered already")]
    AlreadyRegistered,
    /// The proof of a join request does not hold: wrong group, account, nonce, key or proof.
    #[error("the join request's proof does not hold")]
    JoinProof,
    /// The issuer gave a credential or witness that is none for this member, group and epoch.
    #[error("the issuer's credential does not hold for this member and epoch")]
    Credential,
    /// The signature was to carry a tag for the scope and has none.
    #[error("the signature carries no tag, but a scope was asked for")]
    TagMissing,
    /// The signature carries a tag where none was asked for.
    #[error("the signature carries a tag, but no scope was given")]
    TagUnexpected,
    /// The tag of the epoch was blocked.
    #[error("the member with this tag is blocked for the epoch")]
    BlockedTag,
    /// A threshold that makes no sense.
    #[error("a threshold of {threshold} of {openers} openers: 1 <= threshold <= openers <= {limit}")]
    Threshold {
        /// The threshold given.
        threshold: u16,
        /// The number of openers given.
        openers: u16,
        /// [`crate::MAX_OPENERS`].
        limit: u16,
    },
    /// A number that no opener has.
    #[error("there is no opener {opener}: they are numbered from 1 to {openers}")]
    UnknownOpener {
        /// The number given.
        opener: u16,
        /// How many there are.
        openers: u16,
    },
    /// One opener's dealing, share or partial opening twice.
    #[error("opener {opener} is given twice")]
    RepeatedOpener {
        /// The opener.
        opener: u16,
    },
    /// Fewer openers than the threshold.
    #[error("{found} openers: {needed} are needed")]
    TooFewOpeners {
        /// Openers given.
        found: usize,
        /// The threshold.
        needed: usize,
    },
    /// A dealing whose proof of possession does not hold, or for another ceremony.
    #[error("the dealing of opener {dealer} does not hold")]
    FalseDealing {
        /// Who made it.
        dealer: u16,
    },
    /// A share that its dealer's public commitments contradict: the dealer is at fault.
    #[error("the share from opener {dealer} contradicts that opener's commitments")]
    FalseShare {
        /// Who dealt it.
        dealer: u16,
    },
    /// No share from a dealer.
    #[error("no share from opener {dealer}")]
    MissingShare {
        /// Who should have dealt one.
        dealer: u16,
    },
    /// Partial openings whose proofs do not hold.
    #[error("false partial openings from openers {culprits:?}")]
    FalseOpening {
        /// Who made them, ascending.
        culprits: Vec<u16>,
    },
    /// The opened key is in no register: the issuer admitted someone without registering him.
    #[error("the signer's key is not registered: the issuer admitted someone without a registration")]
    UnknownMember,
    /// A value of negligible probability came up: nothing is wrong with the input, try again with other randomness. Only of the
    /// openers' keys, which are sums of what others sent, it is a fault of theirs:
    /// [`Ceremony::openers`](crate::Ceremony::openers) says whose.
    #[error("degenerate value: {0}")]
    Degenerate(&'static str),
}
