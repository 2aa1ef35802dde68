//! What can be wrong with a key, a signature, a ciphertext or an exchange. Nothing here repeats secret bytes.

use core::fmt;
use der::asn1::ObjectIdentifier;

/// Why something was refused.
///
/// Variants say who is at fault. [`Error::Verification`], [`Error::Decryption`] and [`Error::Confirmation`] deliberately say
/// nothing more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The signature does not verify: wrong key, message, identifier or signature — one answer for all of them.
    Verification,
    /// Bytes that are no signature.
    Signature(&'static str),
    /// Bytes that are no public key.
    PublicKey(&'static str),
    /// Bytes that are no private key.
    SecretKey(&'static str),
    /// A distinguishing identifier of more than [`DistId::MAX_BYTES`](super::DistId::MAX_BYTES) bytes: its length in bits
    /// would not fit the 16 bits of ENTL.
    DistIdTooLong {
        /// Bytes given.
        found: usize,
    },
    /// A prehash that has not the 32 bytes of SM3.
    PrehashLength {
        /// Bytes given.
        found: usize,
    },
    /// A message to encrypt that is empty or longer than
    /// [`MAX_PLAINTEXT_BYTES`](super::encryption::MAX_PLAINTEXT_BYTES).
    PlaintextLength {
        /// Bytes given.
        found: usize,
    },
    /// Bytes that are no ciphertext: refused before the private key was used.
    Ciphertext(&'static str),
    /// The ciphertext was not made for this key, or was altered.
    Decryption,
    /// The length of the key to agree on is zero or more than
    /// [`MAX_KEY_BYTES`](super::exchange::MAX_KEY_BYTES).
    KeyLength {
        /// Bytes asked for.
        found: usize,
    },
    /// The peer's ephemeral key gives no shared point, which no honest peer's does except with negligible probability.
    Exchange,
    /// The peer's confirmation tag is another one: it holds another key, or is not who it says.
    Confirmation,
    /// The random number generator failed.
    Rng,
    /// The random number generator does not give random numbers: the same useless values again and again.
    RngStuck,
    /// Not the DER or PEM structure expected.
    Encoding {
        /// The structure expected, with its article.
        structure: &'static str,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// An encrypted private key was not opened: the password is wrong, or the file damaged.
    Password,
    /// The private key is encrypted in a way that is well formed and not supported.
    UnsupportedScheme {
        /// Which part of it: the scheme, the key derivation, its pseudo-random function, or the cipher.
        part: &'static str,
        /// What stands there.
        oid: ObjectIdentifier,
    },
    /// A key derivation that asks for no work, or for more than is done.
    KdfOutOfBounds {
        /// What is counted.
        what: &'static str,
        /// Asked for.
        found: u64,
        /// The most that is done.
        max: u64,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Verification => f.write_str("the signature does not verify"),
            Self::Signature(reason) => write!(f, "not an SM2 signature: {reason}"),
            Self::PublicKey(reason) => write!(f, "not an SM2 public key: {reason}"),
            Self::SecretKey(reason) => write!(f, "not an SM2 private key: {reason}"),
            Self::DistIdTooLong { found } => {
                write!(f, "a distinguishing identifier has at most 8191 bytes, not {found}")
            }
            Self::PrehashLength { found } => write!(f, "an SM3 hash has 32 bytes, not {found}"),
            Self::PlaintextLength { found } => {
                write!(
                    f,
                    "a message to encrypt has 1 to {} bytes, not {found}",
                    super::encryption::MAX_PLAINTEXT_BYTES
                )
            }
            Self::Ciphertext(reason) => write!(f, "not an SM2 ciphertext: {reason}"),
            Self::Decryption => f.write_str("the ciphertext was not made for this key, or was altered"),
            Self::KeyLength { found } => {
                write!(f, "an agreed key has 1 to {} bytes, not {found}", super::exchange::MAX_KEY_BYTES)
            }
            Self::Exchange => f.write_str("the peer's ephemeral key gives no shared point"),
            Self::Confirmation => f.write_str("the peer's confirmation tag does not belong to this exchange"),
            Self::Rng => f.write_str("the random number generator failed"),
            Self::RngStuck => f.write_str("the random number generator repeats useless values"),
            Self::Encoding { structure, reason } => write!(f, "not {structure}: {reason}"),
            Self::Password => {
                f.write_str("the private key was not opened: wrong password, or a damaged file")
            }
            Self::UnsupportedScheme { part, oid } => {
                let known = super::encrypted::NAMES.iter().find(|(known, _)| known == oid);
                let name = known.map_or("", |(_, name)| name);
                let space = if name.is_empty() { "" } else { " " };
                write!(
                    f,
                    "the private key is encrypted in a way that is not supported: its {part} is {name}{space}{oid}"
                )
            }
            Self::KdfOutOfBounds { what, found, max } => {
                write!(f, "the key derivation is outside of the bounds: {what} are {found}, not 1 to {max}")
            }
        }
    }
}

impl std::error::Error for Error {}

impl From<Error> for signature::Error {
    /// Keeps the variant as the source, except for a failed verification, which stays opaque.
    fn from(error: Error) -> Self {
        match error {
            Error::Verification => Self::new(),
            error => Self::from_source(error),
        }
    }
}
