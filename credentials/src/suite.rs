//! The cryptographic suites: which canonicalisation, which hashes, which keys.
//!
//! | suite | canonical form | hash | key |
//! |---|---|---|---|
//! | `eddsa-rdfc-2022` | RDFC-1.0 | SHA-256 | Ed25519 |
//! | `eddsa-jcs-2022` | JCS | SHA-256 | Ed25519 |
//! | `ecdsa-rdfc-2019` | RDFC-1.0 | SHA-256, SHA-384 | P-256, P-384 |
//! | `ecdsa-jcs-2019` | JCS | SHA-256, SHA-384 | P-256, P-384 |
//! | `sm2-rdfc-2026` | RDFC-1.0 (with SM3) | SM3 | SM2 |
//! | `sm2-jcs-2026` | JCS | SM3 | SM2 |
//! | `sm2-2023` | RDFC-1.0 | SHA-256 | SM2; verified only |
//! | `ecdsa-sd-2023` | statements of RDF | SHA-256 | P-256; see [`crate::sd`] |
//! | `bbs-2023` | statements of RDF | SHA-256 | BLS12-381 G2; see [`crate::sd`] |
//!
//! The SM2 suites of 2026 are specified in `docs/sm2-suites.md`. `sm2-2023` is existing practice of JavaScript
//! implementations, which feed SM2 the SHA-256 hashes that their common library makes.

use crate::error::Error;
use hufu_keys::Algorithm;
use std::fmt;
use std::str::FromStr;

/// A Data Integrity cryptosuite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Suite {
    /// EdDSA over RDF canonicalisation.
    EddsaRdfc2022,
    /// EdDSA over JSON canonicalisation.
    EddsaJcs2022,
    /// ECDSA over RDF canonicalisation.
    EcdsaRdfc2019,
    /// ECDSA over JSON canonicalisation.
    EcdsaJcs2019,
    /// SM2 and SM3 over RDF canonicalisation.
    Sm2Rdfc2026,
    /// SM2 and SM3 over JSON canonicalisation.
    Sm2Jcs2026,
    /// SM2 over RDF canonicalisation and SHA-256, for verification only.
    Sm2_2023,
    /// ECDSA for selective disclosure.
    EcdsaSd2023,
    /// BBS for unlinkable selective disclosure.
    Bbs2023,
}

/// How a document becomes bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Form {
    /// JSON-LD to RDF, then RDFC-1.0 N-Quads.
    Rdfc,
    /// RFC 8785.
    Jcs,
}

/// The hash of a suite and key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Hash {
    Sha256,
    Sha384,
    Sm3,
}

impl Suite {
    /// Every suite, in the order of the table above.
    pub const ALL: [Self; 9] = [
        Self::EddsaRdfc2022,
        Self::EddsaJcs2022,
        Self::EcdsaRdfc2019,
        Self::EcdsaJcs2019,
        Self::Sm2Rdfc2026,
        Self::Sm2Jcs2026,
        Self::Sm2_2023,
        Self::EcdsaSd2023,
        Self::Bbs2023,
    ];

    /// What a key of `bbs-2023` is called: no [`Algorithm`] signs so.
    pub const BBS_KEY: &'static str = "BLS12-381 G2";

    /// The value of `cryptosuite`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::EddsaRdfc2022 => "eddsa-rdfc-2022",
            Self::EddsaJcs2022 => "eddsa-jcs-2022",
            Self::EcdsaRdfc2019 => "ecdsa-rdfc-2019",
            Self::EcdsaJcs2019 => "ecdsa-jcs-2019",
            Self::Sm2Rdfc2026 => "sm2-rdfc-2026",
            Self::Sm2Jcs2026 => "sm2-jcs-2026",
            Self::Sm2_2023 => "sm2-2023",
            Self::EcdsaSd2023 => "ecdsa-sd-2023",
            Self::Bbs2023 => "bbs-2023",
        }
    }

    /// Algorithms of the keys that the suite works with; none for `bbs-2023`, which has keys of its own.
    #[must_use]
    pub const fn algorithms(self) -> &'static [Algorithm] {
        match self {
            Self::EddsaRdfc2022 | Self::EddsaJcs2022 => &[Algorithm::Ed25519],
            Self::EcdsaRdfc2019 | Self::EcdsaJcs2019 => &[Algorithm::P256, Algorithm::P384],
            Self::Sm2Rdfc2026 | Self::Sm2Jcs2026 | Self::Sm2_2023 => &[Algorithm::Sm2],
            Self::EcdsaSd2023 => &[Algorithm::P256],
            Self::Bbs2023 => &[],
        }
    }

    /// Whether new proofs are made with it.
    #[must_use]
    pub const fn can_issue(self) -> bool {
        !matches!(self, Self::Sm2_2023)
    }

    /// Whether it is for selective disclosure: a proof is made by [`crate::sd`], for the holder.
    #[must_use]
    pub const fn is_selective(self) -> bool {
        matches!(self, Self::EcdsaSd2023 | Self::Bbs2023)
    }

    /// The suites that a key can issue with, the RDF one first; those for selective disclosure, which nobody should get
    /// without asking, last.
    pub fn for_algorithm(algorithm: Algorithm) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |s| s.can_issue() && s.algorithms().contains(&algorithm))
    }

    pub(crate) const fn form(self) -> Form {
        match self {
            Self::EddsaJcs2022 | Self::EcdsaJcs2019 | Self::Sm2Jcs2026 => Form::Jcs,
            _ => Form::Rdfc,
        }
    }

    pub(crate) fn hash(self, algorithm: Algorithm) -> Hash {
        match (self, algorithm) {
            (Self::Sm2Rdfc2026 | Self::Sm2Jcs2026, _) => Hash::Sm3,
            (Self::EcdsaRdfc2019 | Self::EcdsaJcs2019, Algorithm::P384) => Hash::Sha384,
            _ => Hash::Sha256,
        }
    }

    /// Refuses a key that the suite does not work with.
    pub(crate) fn check_key(self, algorithm: Algorithm) -> Result<(), Error> {
        if self.algorithms().contains(&algorithm) {
            Ok(())
        } else {
            Err(Error::KeyMismatch { suite: self.name(), algorithm: algorithm.to_string() })
        }
    }
}

impl fmt::Display for Suite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Suite {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::ALL.into_iter().find(|s| s.name() == text).ok_or_else(|| {
            Error::ProofOptions(format!("cryptosuite {} is not supported", crate::model::excerpt(text)))
        })
    }
}
