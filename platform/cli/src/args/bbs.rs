//! `hufu bbs` as types.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{Destination, Seal, Unlock};

#[derive(Debug, Subcommand)]
pub(crate) enum Bbs {
    /// Make a signer's key pair.
    Generate(BbsGenerate),
    /// Sign a list of messages.
    Sign(BbsSign),
    /// Verify a signature; the exit code is 1 if it does not verify.
    Verify(BbsVerify),
    /// Show some of the messages, and prove that they and hidden ones were signed.
    Prove(BbsProve),
    /// Verify a proof and print what it shows; the exit code is 1 if it does not verify.
    VerifyProof(BbsVerifyProof),
}

/// How the drafts hash; signer, holder and verifier use the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum BbsSuite {
    /// BLS12-381-SHA-256.
    #[value(name = "sha-256")]
    Sha256,
    /// BLS12-381-SHAKE-256.
    #[value(name = "shake-256")]
    Shake256,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct BbsGenerate {
    /// The file of the secret key (mode 0600).
    #[arg(long, short)]
    pub(crate) out: PathBuf,
    /// The file of the public key.
    #[arg(long)]
    pub(crate) public_out: PathBuf,
    /// Replace files that exist.
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) seal: Seal,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct BbsSign {
    /// The messages: a file with a JSON array of strings (`-` for standard input).
    #[arg(default_value = "-")]
    pub(crate) messages: PathBuf,
    /// The file of the secret key.
    #[arg(long, short)]
    pub(crate) key: PathBuf,
    #[command(flatten)]
    pub(crate) unlock: Unlock,
    /// The signer's context, which every proof shows: the schema, the issue.
    #[arg(long, default_value = "")]
    pub(crate) header: String,
    /// The ciphersuite.
    #[arg(long, value_enum, default_value = "sha-256")]
    pub(crate) suite: BbsSuite,
    #[command(flatten)]
    pub(crate) destination: Destination,
}

/// A signature and what it is over.
#[derive(Args, Clone, Debug)]
pub(crate) struct BbsSigned {
    /// The messages: a file with a JSON array of strings (`-` for standard input).
    #[arg(default_value = "-")]
    pub(crate) messages: PathBuf,
    /// The file of the signer's public key.
    #[arg(long, short)]
    pub(crate) key: PathBuf,
    /// The signature's file.
    #[arg(long, short)]
    pub(crate) signature: PathBuf,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct BbsVerify {
    #[command(flatten)]
    pub(crate) signed: BbsSigned,
    /// The context it must have; without it the one in the file is taken and printed.
    #[arg(long)]
    pub(crate) header: Option<String>,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct BbsProve {
    #[command(flatten)]
    pub(crate) signed: BbsSigned,
    /// The positions of the messages to show, from 0, separated by commas; without it none is shown.
    #[arg(long, short, value_delimiter = ',')]
    pub(crate) disclose: Vec<usize>,
    /// What the verifier asked to bind the proof to: a nonce, an audience.
    #[arg(long)]
    pub(crate) presentation_header: String,
    #[command(flatten)]
    pub(crate) destination: Destination,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct BbsVerifyProof {
    /// The proof's file (`-` for standard input).
    #[arg(default_value = "-")]
    pub(crate) proof: PathBuf,
    /// The file of the signer's public key.
    #[arg(long, short)]
    pub(crate) key: PathBuf,
    /// What the proof must be bound to: the nonce that was given. A proof that is bound to anything else can be a copy.
    #[arg(long)]
    pub(crate) presentation_header: String,
    /// The signer's context it must have; without it the one in the file is taken and printed.
    #[arg(long)]
    pub(crate) header: Option<String>,
}
