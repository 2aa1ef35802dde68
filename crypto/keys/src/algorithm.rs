//! The algorithms of the suite, with their registered names and codes (one table for all encodings).

use std::{fmt, str::FromStr};

use crate::Error;

/// A signature algorithm: curve and hash in one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Algorithm {
    /// Ed25519 (RFC 8032).
    Ed25519,
    /// ECDSA on P-256 with SHA-256 (FIPS 186-5).
    P256,
    /// ECDSA on P-384 with SHA-384 (FIPS 186-5).
    P384,
    /// ECDSA on secp256k1 with SHA-256.
    Secp256k1,
    /// SM2 with SM3, Z_A under the distinguishing id `1234567812345678` (GB/T 32918.2, RFC 8998).
    Sm2,
}

impl Algorithm {
    /// Every algorithm.
    pub const ALL: [Self; 5] = [Self::Ed25519, Self::P256, Self::P384, Self::Secp256k1, Self::Sm2];

    /// The name, which is also the JWK `crv`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ed25519 => "Ed25519",
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::Secp256k1 => "secp256k1",
            Self::Sm2 => "SM2",
        }
    }

    /// The JOSE `alg`. `SM2` is not registered with IANA; it is the name in use.
    #[must_use]
    pub const fn jose(self) -> &'static str {
        match self {
            Self::Ed25519 => "EdDSA",
            Self::P256 => "ES256",
            Self::P384 => "ES384",
            Self::Secp256k1 => "ES256K",
            Self::Sm2 => "SM2",
        }
    }

    /// The multicodec of the public key.
    #[must_use]
    pub const fn public_code(self) -> u16 {
        match self {
            Self::Ed25519 => 0xed,
            Self::P256 => 0x1200,
            Self::P384 => 0x1201,
            Self::Secp256k1 => 0xe7,
            Self::Sm2 => 0x1206,
        }
    }

    /// The multicodec of the private key.
    #[must_use]
    pub const fn private_code(self) -> u16 {
        match self {
            Self::Ed25519 => 0x1300,
            Self::P256 => 0x1306,
            Self::P384 => 0x1307,
            Self::Secp256k1 => 0x1301,
            Self::Sm2 => 0x1310,
        }
    }

    /// Bytes of a private key: a seed for Ed25519, a big-endian scalar otherwise.
    #[must_use]
    pub const fn private_key_len(self) -> usize {
        match self {
            Self::P384 => 48,
            _ => 32,
        }
    }

    /// Bytes of a public key in [`VerifyingKey::to_bytes`](crate::VerifyingKey::to_bytes): SEC1 compressed, or 32.
    #[must_use]
    pub const fn public_key_len(self) -> usize {
        match self {
            Self::Ed25519 => 32,
            Self::P384 => 49,
            _ => 33,
        }
    }

    /// Bytes of a signature: r‖s, or Ed25519's 64.
    #[must_use]
    pub const fn signature_len(self) -> usize {
        match self {
            Self::P384 => 96,
            _ => 64,
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl FromStr for Algorithm {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::ALL
            .into_iter()
            .find(|algorithm| algorithm.name() == text)
            .ok_or_else(|| Error::UnknownAlgorithm(text.chars().take(32).collect()))
    }
}
