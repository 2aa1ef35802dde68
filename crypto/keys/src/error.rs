//! Why a key, a signature or a keystore is refused.

/// An error of this crate. No variant carries secret bytes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The name of an algorithm is not one this crate knows.
    #[error("{0:?} is not a known key algorithm")]
    UnknownAlgorithm(String),
    /// The bytes have the wrong length.
    #[error("{what} has {actual} bytes; {expected} are needed")]
    Length {
        /// What was read.
        what: &'static str,
        /// How long it must be.
        expected: usize,
        /// How long it is.
        actual: usize,
    },
    /// The bytes are no public key: off the curve, the identity, a coordinate out of range, or another encoding.
    #[error("the bytes are not a valid {0} public key")]
    InvalidPublicKey(crate::Algorithm),
    /// The bytes are no private key: zero, or at least the group order.
    #[error("the bytes are not a valid {0} private key")]
    InvalidPrivateKey(crate::Algorithm),
    /// An encoding is broken.
    #[error("the {encoding} is malformed: {reason}")]
    Encoding {
        /// Which encoding.
        encoding: &'static str,
        /// What is wrong.
        reason: &'static str,
    },
    /// A private key stands where a public one is expected, or the reverse.
    #[error("the {encoding} holds a {found} key where a {expected} key is expected")]
    WrongKind {
        /// Which encoding.
        encoding: &'static str,
        /// What was expected.
        expected: &'static str,
        /// What was found.
        found: &'static str,
    },
    /// A private key and the public key beside it do not belong together.
    #[error("the private key and the public key beside it do not belong together")]
    Mismatch,
    /// The signature does not verify. One opaque variant: the reason would help a forger only.
    #[error("the signature does not verify")]
    Verification,
    /// The keystore does not open with this passphrase.
    #[error("the passphrase is wrong")]
    WrongPassphrase,
    /// The keystore was changed or cut after it was written.
    #[error("the keystore is damaged: {0}")]
    Damaged(&'static str),
    /// The keystore was written by a newer version.
    #[error("the keystore has format {found}; this program reads up to format {supported}")]
    NewerFormat {
        /// What the file says.
        found: u32,
        /// What this version reads.
        supported: u32,
    },
    /// A parameter is outside its bounds.
    #[error("{0}")]
    Parameter(&'static str),
}

impl Error {
    pub(crate) const fn encoding(encoding: &'static str, reason: &'static str) -> Self {
        Self::Encoding { encoding, reason }
    }
}
