//! The hash function of a canonicalisation, and its digests.

use sha2::Digest as _;

/// Hash function of RDFC-1.0 (§4.4.1, "hash algorithm").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Hash {
    /// SHA-256, the default of the standard.
    #[default]
    Sha256,
    /// SHA-384, for P-384 keys.
    Sha384,
    /// SM3, for the SM2 suites.
    Sm3,
}

/// Longest digest in bytes.
const MAX_DIGEST: usize = 48;

/// A digest; order is that of its lower-case hexadecimal form. Unused bytes are zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Digest {
    bytes: [u8; MAX_DIGEST],
    len: usize,
}

impl Digest {
    /// Of nothing.
    pub(super) const NONE: Self = Self { bytes: [0; MAX_DIGEST], len: 0 };

    fn of(hash: &[u8]) -> Self {
        let mut bytes = [0; MAX_DIGEST];
        for (to, from) in bytes.iter_mut().zip(hash) {
            *to = *from;
        }
        Self { bytes, len: hash.len().min(MAX_DIGEST) }
    }

    /// Appends the lower-case hexadecimal form.
    pub(super) fn push_hex(&self, out: &mut String) {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).map_or('0', |&d| char::from(d));
        for byte in self.bytes.iter().take(self.len) {
            out.push(digit(byte >> 4));
            out.push(digit(byte & 15));
        }
    }
}

impl std::hash::Hash for Digest {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        state.write(&self.bytes);
    }
}

impl Hash {
    pub(super) fn digest(self, data: &str) -> Digest {
        match self {
            Self::Sha256 => Digest::of(&sha2::Sha256::digest(data)),
            Self::Sha384 => Digest::of(&sha2::Sha384::digest(data)),
            Self::Sm3 => Digest::of(&hufu_sm::sm3::hash(data.as_bytes())),
        }
    }
}
