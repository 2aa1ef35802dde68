//! The algorithms, and what each standard calls them.

use crate::Error;
use std::fmt;
use std::str::FromStr;

/// A signature algorithm together with its one curve and hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Algorithm {
    /// Ed25519 (RFC 8032), verified strictly: see [`VerifyingKey::verify`](crate::VerifyingKey::verify).
    Ed25519,
    /// ECDSA on P-256 with SHA-256 (FIPS 186-5).
    P256,
    /// ECDSA on P-384 with SHA-384 (FIPS 186-5).
    P384,
    /// ECDSA on secp256k1 with SHA-256 (RFC 8812).
    Secp256k1,
    /// SM2 with SM3 (GB/T 32918.2) on the recommended curve, with [`Algorithm::SM2_ID`].
    Sm2,
}

impl Algorithm {
    /// Every algorithm.
    pub const ALL: [Self; 5] = [Self::Ed25519, Self::P256, Self::P384, Self::Secp256k1, Self::Sm2];

    /// The distinguishing identifier that enters `Z_A` of an SM2 signature (GM/T 0009-2012 §10).
    pub const SM2_ID: &'static str = "1234567812345678";

    /// The name that [`Display`](fmt::Display) and [`FromStr`] use: `Ed25519`, `P-256`, `P-384`, `secp256k1`,
    /// `SM2`. It is also the JWK `crv`.
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

    /// The JOSE `alg` value. `SM2` is not registered with IANA: it is this suite's name.
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

    /// The algorithm of a JOSE `alg` value; RFC 9864's `Ed25519` is read like `EdDSA`.
    #[must_use]
    pub fn from_jose(alg: &str) -> Option<Self> {
        match alg {
            "Ed25519" => Some(Self::Ed25519),
            _ => Self::ALL.into_iter().find(|a| a.jose() == alg),
        }
    }

    /// The JWK `kty`: `OKP` (RFC 8037) or `EC` (RFC 7518 §6.2).
    #[must_use]
    pub const fn kty(self) -> &'static str {
        match self {
            Self::Ed25519 => "OKP",
            _ => "EC",
        }
    }

    /// The name of the public key in the multicodec table.
    #[must_use]
    pub const fn multikey_name(self) -> &'static str {
        match self {
            Self::Ed25519 => "ed25519-pub",
            Self::P256 => "p256-pub",
            Self::P384 => "p384-pub",
            Self::Secp256k1 => "secp256k1-pub",
            Self::Sm2 => "sm2-pub",
        }
    }

    /// The multicodec of a public key.
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

    /// The multicodec of a private key.
    #[must_use]
    pub const fn private_code(self) -> u16 {
        match self {
            Self::Ed25519 => 0x1300,
            Self::Secp256k1 => 0x1301,
            Self::P256 => 0x1306,
            Self::P384 => 0x1307,
            Self::Sm2 => 0x1310,
        }
    }

    /// Bytes of a private key: the seed (RFC 8032 §5.1.5) or the big-endian scalar.
    #[must_use]
    pub const fn private_key_len(self) -> usize {
        match self {
            Self::P384 => 48,
            _ => 32,
        }
    }

    /// Bytes of a public key as [`VerifyingKey::to_bytes`](crate::VerifyingKey::to_bytes) writes it.
    #[must_use]
    pub const fn public_key_len(self) -> usize {
        match self {
            Self::Ed25519 => 32,
            _ => 1 + self.private_key_len(),
        }
    }

    /// Bytes of a signature: `R‖S` or `r‖s`.
    #[must_use]
    pub const fn signature_len(self) -> usize {
        2 * self.private_key_len()
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Algorithm {
    type Err = Error;

    fn from_str(s: &str) -> Result<Self, Error> {
        Self::ALL
            .into_iter()
            .find(|a| a.name() == s)
            .ok_or_else(|| Error::UnknownAlgorithm(crate::error::shown(s)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_name_and_code_belongs_to_one_algorithm() {
        let names: HashSet<_> = Algorithm::ALL.iter().map(|a| a.name()).collect();
        let jose: HashSet<_> = Algorithm::ALL.iter().map(|a| a.jose()).collect();
        let codes: HashSet<_> =
            Algorithm::ALL.iter().flat_map(|a| [a.public_code(), a.private_code()]).collect();
        assert_eq!((names.len(), jose.len(), codes.len()), (5, 5, 10));
        for a in Algorithm::ALL {
            assert_eq!(a.to_string().parse(), Ok(a));
            assert_eq!(Algorithm::from_jose(a.jose()), Some(a));
        }
    }

    #[test]
    fn an_unknown_name_is_repeated_shortened() {
        let error = "x".repeat(1000).parse::<Algorithm>().unwrap_err().to_string();
        assert!(error.len() < 200, "{error}");
        assert_eq!(Algorithm::from_jose("none"), None);
    }
}
