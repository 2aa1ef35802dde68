//! The purposes that Bitstring Status List v1.0 §2.1 defines.

use crate::error::Error;
use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Why a status is kept.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    BorshSerialize,
    BorshDeserialize,
)]
#[serde(rename_all = "lowercase")]
#[borsh(use_discriminant = true)]
#[non_exhaustive]
pub enum StatusPurpose {
    /// The credential is no longer valid, for good.
    Revocation = 0,
    /// The credential must not be accepted for now.
    Suspension = 1,
    /// An updated credential is available; this one stays valid.
    Refresh = 2,
    /// A message of the issuer's own vocabulary; it does not touch validity.
    Message = 3,
}

impl StatusPurpose {
    /// The word of the specification.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Revocation => "revocation",
            Self::Suspension => "suspension",
            Self::Refresh => "refresh",
            Self::Message => "message",
        }
    }

    /// Whether a status that was set may be taken back. The specification says no for revocation and refresh.
    #[must_use]
    pub const fn is_reversible(self) -> bool {
        matches!(self, Self::Suspension | Self::Message)
    }

    /// Whether a set status makes the credential unacceptable.
    #[must_use]
    pub const fn invalidates(self) -> bool {
        matches!(self, Self::Revocation | Self::Suspension)
    }
}

impl fmt::Display for StatusPurpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for StatusPurpose {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Ok(match text {
            "revocation" => Self::Revocation,
            "suspension" => Self::Suspension,
            "refresh" => Self::Refresh,
            "message" => Self::Message,
            _ => {
                return Err(Error::malformed(
                    "statusPurpose",
                    "must be revocation, suspension, refresh or message",
                ));
            }
        })
    }
}
