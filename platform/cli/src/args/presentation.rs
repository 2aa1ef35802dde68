//! Presentations of membership as types: what `hufu ring` and `hufu group` have in common.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use hufu_credentials::membership;

use super::Service;

/// What presentations to one verifier have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Linkage {
    /// Nothing.
    None,
    /// A tag: the same for one member and domain, so that nobody counts twice there.
    Domain,
}

impl From<Linkage> for membership::Linkage {
    fn from(linkage: Linkage) -> Self {
        match linkage {
            Linkage::None => Self::None,
            Linkage::Domain => Self::Domain,
        }
    }
}

/// What a verifier asks for.
#[derive(Args, Clone, Debug)]
pub(crate) struct Asked {
    /// The verifier's challenge, which is used once.
    #[arg(long)]
    pub(crate) challenge: String,
    /// The verifier's domain.
    #[arg(long)]
    pub(crate) domain: String,
    /// What the verifier may link.
    #[arg(long, value_enum, default_value = "none")]
    pub(crate) linkage: Linkage,
}

/// A presentation, and what it must answer.
#[derive(Args, Clone, Debug)]
pub(crate) struct Presented {
    /// The presentation (`-` for standard input).
    #[arg(default_value = "-")]
    pub(crate) presentation: PathBuf,
    /// The challenge it must answer; whoever gave it out takes it once. With `--of` it may be one that the service gave out.
    #[arg(long, required_unless_present = "of")]
    pub(crate) challenge: Option<String>,
    /// The domain it must be for: the verifier's own.
    #[arg(long)]
    pub(crate) domain: String,
    /// What it was asked to link.
    #[arg(long, value_enum, default_value = "none")]
    pub(crate) linkage: Linkage,
    #[command(flatten)]
    pub(crate) service: Service,
}
