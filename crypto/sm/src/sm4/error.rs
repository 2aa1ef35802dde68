//! What can be wrong with a call of a mode of SM4.

use std::fmt;

/// Why a mode of SM4 refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The caller's key has another length than the mode takes (16 bytes; 32 for XTS).
    KeyLength,
    /// The caller's two key halves for XTS are equal, which would let an attacker choose tweaks that cancel out
    /// (FIPS 140 implementation guidance A.9; IEEE 1619-2018 §5.1 wants independent keys).
    EqualKeyHalves,
    /// The caller's nonce or initialization vector has a length that the mode does not define.
    NonceLength,
    /// The tag has a length that the mode does not define, or one that is shorter than is accepted here.
    TagLength,
    /// The message is longer than the mode can protect under one nonce or tweak.
    MessageTooLong,
    /// The additional authenticated data are longer than the mode defines.
    AadTooLong,
    /// The message is shorter than the mode needs (one block for XTS).
    MessageTooShort,
    /// The message is not a whole number of blocks.
    NotWholeBlocks,
    /// The ciphertext was not made with this key, nonce and data, or has been altered. What was wrong is not told.
    Rejected,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::KeyLength => "the key has a length that this mode of SM4 does not take",
            Self::EqualKeyHalves => "the two halves of the XTS key are equal",
            Self::NonceLength => "the nonce has a length that this mode of SM4 does not define",
            Self::TagLength => "the tag has a length that is not accepted",
            Self::MessageTooLong => "the message is too long for one nonce of this mode of SM4",
            Self::AadTooLong => "the additional authenticated data are too long",
            Self::MessageTooShort => "the message is shorter than one block of SM4",
            Self::NotWholeBlocks => "the message is not a whole number of blocks of SM4",
            Self::Rejected => "the ciphertext was rejected",
        })
    }
}

impl std::error::Error for Error {}
