//! What can be wrong with a scalar, a point or the parameters of a hash.

/// Why bytes or parameters were refused. No message repeats secret bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A wrong number of bytes: truncated, or with something behind.
    #[error("{what} has {expected} bytes, not {found}")]
    Length {
        /// What was read.
        what: &'static str,
        /// Bytes it has.
        expected: usize,
        /// Bytes given.
        found: usize,
    },
    /// Bytes that no point is encoded as.
    #[error("not a canonical {group} point: {reason}")]
    Encoding {
        /// `G1` or `G2`.
        group: &'static str,
        /// What is wrong.
        reason: &'static str,
    },
    /// A point of the curve outside the subgroup of prime order.
    #[error("the {group} point is outside the subgroup of prime order")]
    Subgroup {
        /// `G1` or `G2`.
        group: &'static str,
    },
    /// The identity where it is not allowed.
    #[error("the {group} point is the identity, which is not allowed here")]
    Identity {
        /// `G1` or `G2`.
        group: &'static str,
    },
    /// A scalar that is not below the group order r.
    #[error("the scalar is not below the group order")]
    ScalarRange,
    /// A domain separation tag that is empty or longer than RFC 9380 takes directly.
    #[error("a domain separation tag has 1 to 255 bytes, not {found}")]
    Tag {
        /// Bytes given.
        found: usize,
    },
    /// More output than the expansion can give.
    #[error("{found} bytes cannot be expanded from one message")]
    Expansion {
        /// Bytes asked for.
        found: usize,
    },
}
