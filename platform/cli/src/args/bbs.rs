//! `hufu bbs` as types.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};

use super::{Destination, Seal, Unlock};

#[derive(Debug, Subcommand)]
pub(crate) enum Bbs {
    /// Make a signer's key pair.
    Generate(BbsGenerate),
    /// Commit to messages of the holder's own, to have them signed unseen.
    Commit(BbsCommit),
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
pub(crate) struct BbsCommit {
    /// The holder's own messages: a file with a JSON array of strings (`-` for standard input).
    #[arg(default_value = "-")]
    pub(crate) messages: PathBuf,
    /// The file of the commitment, for the signer.
    #[arg(long, short)]
    pub(crate) out: PathBuf,
    /// The file of its blind, for the holder alone (mode 0600): without it the signature is of no use.
    #[arg(long, value_name = "FILE")]
    pub(crate) blind_out: PathBuf,
    /// The ciphersuite of the signature.
    #[arg(long, value_enum, default_value = "sha-256")]
    pub(crate) suite: BbsSuite,
    /// Commit to secrets of pseudonyms, too: proofs then carry a pseudonym, one for each signature and verifier. One secret serves; with more, as
    /// many pseudonyms stay unlinkable even for who can take discrete logarithms.
    #[arg(
        long,
        value_name = "SECRETS",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "1"
    )]
    pub(crate) pseudonyms: Option<usize>,
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
    /// The file of a commitment to messages of the holder's own, which are signed too.
    #[arg(long, short, value_name = "FILE")]
    pub(crate) commitment: Option<PathBuf>,
    /// The ciphersuite; without it the commitment's, or SHA-256.
    #[arg(long, value_enum)]
    pub(crate) suite: Option<BbsSuite>,
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
    #[command(flatten)]
    pub(crate) own: BbsOwn,
}

/// What a holder alone has of a signature over a commitment.
#[derive(Args, Clone, Debug)]
pub(crate) struct BbsOwn {
    /// The holder's own messages that were committed to: a file with a JSON array of strings (`-` for standard input).
    #[arg(long, value_name = "FILE", requires = "blind")]
    pub(crate) committed: Option<PathBuf>,
    /// The file of the commitment's blind.
    #[arg(long, value_name = "FILE", requires = "committed")]
    pub(crate) blind: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) unlock: Unlock,
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
    /// The positions of the signer's messages to show, from 0, separated by commas; without it none is shown.
    #[arg(long, short, value_delimiter = ',', value_name = "POSITIONS")]
    pub(crate) disclose: Vec<usize>,
    /// The positions among the holder's own messages to show, from 0, separated by commas.
    #[arg(long, value_delimiter = ',', value_name = "POSITIONS", requires = "committed")]
    pub(crate) disclose_committed: Vec<usize>,
    /// What the verifier asked to bind the proof to: a nonce, an audience.
    #[arg(long)]
    pub(crate) presentation_header: String,
    /// The verifier's context, its domain for example: in it the pseudonym of this signature is always the same, and in no other.
    #[arg(long)]
    pub(crate) context: Option<String>,
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
    /// The context that its pseudonym must be of: the verifier's own.
    #[arg(long)]
    pub(crate) context: Option<String>,
    /// The signer's context it must have; without it the one in the file is taken and printed.
    #[arg(long)]
    pub(crate) header: Option<String>,
}

impl BbsSigned {
    /// The files that are read, by the names of their arguments.
    pub(crate) fn inputs(&self) -> [(&'static str, Option<&Path>); 6] {
        [
            ("the messages", Some(&self.messages)),
            ("--key", Some(&self.key)),
            ("--signature", Some(&self.signature)),
            ("--committed", self.own.committed.as_deref()),
            ("--blind", self.own.blind.as_deref()),
            self.own.unlock.input(),
        ]
    }
}
