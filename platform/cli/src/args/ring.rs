//! `hufu ring` as types.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use hufu_light::RingName;

use super::{Asked, Destination, Presented, Seal, Service, Unlock};

#[derive(Debug, Subcommand)]
pub(crate) enum Ring {
    /// Make a ring key, and the public half with a proof that its holder has the private one.
    Generate(RingGenerate),
    /// Make a ring of public keys; each key's proof is checked.
    Make(RingMake),
    /// Sign a file as some member of a ring: nobody learns which.
    Sign(RingSign),
    /// Verify a ring signature; the exit code is 1 if it does not verify.
    Verify(RingVerify),
    /// Put the shares of several members together to a signature by that many of them.
    Combine(RingCombine),
    /// Say whether one member made two signatures in one scope; the exit code is 1 if two did, or one does not verify.
    Compare(RingCompare),
    /// Write the file of the ring of a list on the ledger, read with proof.
    Fetch(RingFetch),
    /// Answer a verifier's challenge as one of a list's DIDs: nobody learns which.
    Present(RingPresent),
    /// Verify such an answer, here by the ring's file or by the service; the exit code is 1 if it does not verify.
    VerifyPresentation(RingVerifyPresentation),
}

#[derive(Args, Clone, Debug)]
pub(crate) struct RingGenerate {
    /// The file of the private key (mode 0600).
    #[arg(long, short)]
    pub(crate) out: PathBuf,
    /// The file of the public key, for whoever makes the ring.
    #[arg(long)]
    pub(crate) public_out: PathBuf,
    /// Whose key it is, a DID for example: the proof is bound to it.
    #[arg(long, default_value = "")]
    pub(crate) holder: String,
    /// Replace files that exist.
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) seal: Seal,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct RingMake {
    /// The files of the members' public keys, in their order.
    #[arg(required = true)]
    pub(crate) members: Vec<PathBuf>,
    /// Which list the ring is, a DID list's identifier for example; signatures are bound to it.
    #[arg(long, requires = "list_version")]
    pub(crate) list: Option<String>,
    /// The list's version.
    #[arg(long, requires = "list")]
    pub(crate) list_version: Option<u64>,
    #[command(flatten)]
    pub(crate) destination: Destination,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct RingSign {
    /// The file to sign (`-` for standard input).
    #[arg(default_value = "-")]
    pub(crate) file: PathBuf,
    /// The file of the private ring key.
    #[arg(long, short)]
    pub(crate) key: PathBuf,
    #[command(flatten)]
    pub(crate) unlock: Unlock,
    #[command(flatten)]
    pub(crate) within: Within,
    /// Make a share of a signature by this many members, which `hufu ring combine` puts together.
    #[arg(long, short, value_name = "MEMBERS")]
    pub(crate) threshold: Option<usize>,
    #[command(flatten)]
    pub(crate) destination: Destination,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct RingCombine {
    /// The shares' files, of exactly as many members as they were made for.
    #[arg(required = true)]
    pub(crate) shares: Vec<PathBuf>,
    /// The file that was signed.
    #[arg(long, short)]
    pub(crate) message: PathBuf,
    #[command(flatten)]
    pub(crate) within: Within,
    #[command(flatten)]
    pub(crate) destination: Destination,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct RingVerify {
    /// The file that was signed (`-` for standard input).
    #[arg(default_value = "-")]
    pub(crate) file: PathBuf,
    /// The signature's file.
    #[arg(long, short)]
    pub(crate) signature: PathBuf,
    #[command(flatten)]
    pub(crate) within: Within,
    /// Verify a signature that `hufu ring combine` made, by exactly this many members.
    #[arg(long, short, value_name = "MEMBERS")]
    pub(crate) threshold: Option<usize>,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct RingCompare {
    /// The first signature's file.
    pub(crate) first: PathBuf,
    /// The second signature's file.
    pub(crate) second: PathBuf,
    /// The two files that were signed.
    #[arg(long, num_args = 2, required = true, value_names = ["FIRST", "SECOND"])]
    pub(crate) messages: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) within: Within,
    /// The second signature's ring, if it is another one.
    #[arg(long)]
    pub(crate) second_ring: Option<PathBuf>,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct RingFetch {
    /// The list's name.
    #[arg(default_value = "members")]
    pub(crate) list: String,
    /// Its version; without it, the present one.
    #[arg(long, value_name = "VERSION")]
    pub(crate) list_version: Option<u64>,
    #[command(flatten)]
    pub(crate) destination: Destination,
    #[command(flatten)]
    pub(crate) service: Service,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct RingPresent {
    /// The ring's file, as `hufu ring fetch` writes it: it says which list of which network it is.
    #[arg(long, short)]
    pub(crate) ring: PathBuf,
    /// The file of the private ring key.
    #[arg(long, short)]
    pub(crate) key: PathBuf,
    #[command(flatten)]
    pub(crate) unlock: Unlock,
    #[command(flatten)]
    pub(crate) asked: Asked,
    #[command(flatten)]
    pub(crate) destination: Destination,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct RingVerifyPresentation {
    /// Verify here, by the ring's file of the verifier's own.
    #[arg(long, short, required_unless_present = "of", conflicts_with = "of")]
    pub(crate) ring: Option<PathBuf>,
    /// Have the service verify, by the ledger: `ring:<list>/<version>`.
    #[arg(long, value_name = "RING")]
    pub(crate) of: Option<RingName>,
    #[command(flatten)]
    pub(crate) presented: Presented,
}

/// Where a signature is made and holds.
#[derive(Args, Clone, Debug)]
pub(crate) struct Within {
    /// The ring's file.
    #[arg(long, short)]
    pub(crate) ring: PathBuf,
    /// What a member may do only once unnoticed, an election for example: within it a member's signatures can be told to
    /// be of one member, across two they cannot.
    #[arg(long, short = 'S')]
    pub(crate) scope: String,
}
