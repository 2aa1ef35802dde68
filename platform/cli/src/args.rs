//! The command line as types.
//!
//! Options that every command shares stand on [`Arguments`]; those that talk to a service flatten
//! [`Service`], those that need private keys flatten [`Keys`].

mod bbs;
mod bench;
mod credential;
mod group;
mod key;
mod keystore;
mod presentation;
mod ring;

use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use bbs::{
    Bbs, BbsCommit, BbsGenerate, BbsOwn, BbsProve, BbsSign, BbsSigned, BbsSuite, BbsVerify, BbsVerifyProof,
};
pub(crate) use bench::{All, Bench, DidCreate, Footprint, Http, Subject, Suites};
pub(crate) use credential::{Bulk, Vc, Wallet, WalletFolder};
pub(crate) use group::{
    Group, GroupAdmit, GroupCheck, GroupCombine, GroupCreate, GroupDeal, GroupFetch, GroupFollow,
    GroupInvite, GroupJoin, GroupOffice, GroupOpen, GroupOpenerKey, GroupPart, GroupPresent, GroupRenew,
    GroupReport, GroupRequest, GroupRequestOpening, GroupRevoke, GroupShare, GroupShow, GroupSign,
    GroupSigned, GroupVerify, GroupVerifyPresentation, GroupWhat, GroupWitness,
};
pub(crate) use key::{
    CipherFormat, Convert, Decrypt, Derive, Destination, Encrypt, Generate, Inspect, Key, KeyFormat,
    NewCipherFormat, Secrets, Sign, SignatureFormat, Source, TreeAlg, Verify,
};
pub(crate) use keystore::{ChangePassphrase, ListKeys, RemoveKey};
pub(crate) use presentation::{Asked, Presented};
pub(crate) use ring::{
    Ring, RingCombine, RingCompare, RingFetch, RingGenerate, RingMake, RingPresent, RingSign, RingVerify,
    RingVerifyPresentation, Within,
};

/// Identity and privacy services: DIDs, verifiable credentials, a permissioned ledger and its proofs.
#[derive(Debug, Parser)]
#[command(name = "hufu", version, propagate_version = true, max_term_width = 110)]
pub(crate) struct Arguments {
    /// Print one JSON value instead of words; errors become JSON on standard error.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Print no remarks and no progress bars.
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run everything in one process: ledger, API and console, seeded so that it can be tried at once.
    Dev(Dev),
    /// Run a ledger node and its gRPC service.
    Node(Node),
    /// Run the HTTP API against a ledger node.
    Serve(Serve),
    /// Make keys, derive, inspect and convert them, sign, verify, encrypt and decrypt files.
    #[command(subcommand)]
    Key(Key),
    /// Sign as one of a ring of keys: nobody learns which, and nobody does so twice unnoticed.
    #[command(subcommand)]
    Ring(Ring),
    /// Sign as a member of a group: nobody learns which, unless enough openers say so; members can be revoked.
    #[command(subcommand)]
    Group(Group),
    /// Sign lists of messages so that their holder shows some and proves the others (BBS).
    #[command(subcommand)]
    Bbs(Bbs),
    /// Make, change and resolve DIDs.
    #[command(subcommand)]
    Did(Did),
    /// Issue, verify, revoke and look up verifiable credentials.
    #[command(subcommand)]
    Vc(Vc),
    /// Keep credentials, present them and verify them offline.
    #[command(subcommand)]
    Wallet(Wallet),
    /// Read, export and verify the audit log; ask what a status was, when, and by whom.
    #[command(subcommand)]
    Audit(Audit),
    /// Lists, proposals and votes of the network.
    #[command(subcommand)]
    Network(Network),
    /// The whole journey, step by step, against a running `hufu dev`.
    Tour(Tour),
    /// Measure this machine: suites, HTTP, durable writes, memory and disk.
    #[command(subcommand)]
    Bench(Bench),
    /// Print a completion script for a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Print the manual page (roff), or write one page per command into a folder.
    Man {
        /// The folder; without it the top page goes to standard output.
        #[arg(long)]
        out: Option<PathBuf>,
    },
}

/// Where the service is and who asks.
#[derive(Args, Clone, Debug)]
pub(crate) struct Service {
    /// The platform's base URL.
    #[arg(long, env = "HUFU_URL", default_value = "http://127.0.0.1:8080")]
    pub(crate) url: String,
    /// The API key. `hufu dev` keeps one in its data folder; see `--data`.
    #[arg(long, env = "HUFU_API_KEY", hide_env_values = true)]
    pub(crate) api_key: Option<String>,
    /// The data folder of a local `hufu dev`, whose administrator's key is used when no other is given.
    #[arg(long, default_value = "data")]
    pub(crate) data: PathBuf,
}

/// How a private file is opened if it is encrypted.
#[derive(Args, Clone, Debug)]
pub(crate) struct Unlock {
    /// A file whose first line opens encrypted files (`-` for standard input); without it that of `HUFU_PASSPHRASE_FILE`, then `HUFU_PASSPHRASE`, then a prompt.
    #[arg(long)]
    pub(crate) passphrase_file: Option<PathBuf>,
}

impl Unlock {
    /// The file that is read, with the name of its option.
    pub(crate) fn input(&self) -> (&'static str, Option<&Path>) {
        ("--passphrase-file", self.passphrase_file.as_deref())
    }
}

/// Whether a private file is encrypted.
#[derive(Args, Clone, Debug)]
pub(crate) struct Seal {
    /// Encrypt the secret under a passphrase.
    #[arg(long)]
    pub(crate) encrypt: bool,
    #[command(flatten)]
    pub(crate) unlock: Unlock,
}

/// How much of a list is shown.
#[derive(Args, Clone, Debug)]
pub(crate) struct Listing {
    /// Show at most this many, and say if there are more; without it, all are shown as they come.
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) limit: Option<u64>,
    /// Go on where a list was cut: the cursor that was told then.
    #[arg(long)]
    pub(crate) cursor: Option<String>,
}

/// A keystore file and how to open it.
#[derive(Args, Clone, Debug)]
pub(crate) struct Keys {
    /// The encrypted keystore (mode 0600).
    #[arg(long, env = "HUFU_KEYSTORE", default_value = "hufu-keys.json")]
    pub(crate) keystore: PathBuf,
    /// A file whose first line is the passphrase; without it that of `HUFU_PASSPHRASE_FILE`, then `HUFU_PASSPHRASE`, then a prompt.
    #[arg(long)]
    pub(crate) passphrase_file: Option<PathBuf>,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct Dev {
    /// The folder of the ledger, the service's data and the seeded keys.
    #[arg(long)]
    pub(crate) data: Option<PathBuf>,
    /// The address to listen on.
    #[arg(long)]
    pub(crate) listen: Option<String>,
    /// Open endpoints for the W3C test suites; refuses any address but loopback.
    #[arg(long)]
    pub(crate) conformance: bool,
    /// A TOML file of settings; flags override it.
    #[arg(long)]
    pub(crate) config: Option<PathBuf>,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct Node {
    /// The folder of the ledger.
    #[arg(long, default_value = "data")]
    pub(crate) data: PathBuf,
    /// Check every block, recompute the state root from all records, say what was found, and stop.
    #[arg(long)]
    pub(crate) check: bool,
    /// The address of the gRPC service.
    #[arg(long, default_value = "127.0.0.1:7400")]
    pub(crate) listen: std::net::SocketAddr,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct Serve {
    /// A TOML file of settings; `HUFU_*` variables and flags override it.
    #[arg(long)]
    pub(crate) config: Option<PathBuf>,
    /// The address to listen on.
    #[arg(long)]
    pub(crate) listen: Option<String>,
    /// The gRPC address of a ledger node.
    #[arg(long)]
    pub(crate) ledger_url: Option<String>,
    /// The folder of the service's data.
    #[arg(long)]
    pub(crate) data: Option<PathBuf>,
}

/// A signature algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Alg {
    /// Ed25519.
    Ed25519,
    /// ECDSA on P-256 with SHA-256.
    #[value(name = "p-256")]
    P256,
    /// ECDSA on P-384 with SHA-384.
    #[value(name = "p-384")]
    P384,
    /// ECDSA on secp256k1 with SHA-256.
    Secp256k1,
    /// SM2 with SM3.
    Sm2,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Did {
    /// Make a did:key from a new key in the keystore.
    Key {
        /// The algorithm of the key.
        #[arg(long, value_enum, default_value = "ed25519")]
        algorithm: Alg,
        /// The key's name in the keystore.
        #[arg(long, default_value = "default", value_parser = keystore::name)]
        name: String,
        #[command(flatten)]
        keys: Keys,
    },
    /// Create a did:hufu: keys are made and kept here, the signed operation goes to the service.
    Create {
        /// The algorithm of its signing key.
        #[arg(long, value_enum, default_value = "sm2")]
        algorithm: Alg,
        /// The prefix of its keys' names in the keystore.
        #[arg(long, default_value = "default")]
        name: String,
        /// Make and sign the operation, print it and send nothing.
        #[arg(long)]
        offline: bool,
        /// The network's name; without it the service is asked.
        #[arg(long)]
        network: Option<String>,
        #[command(flatten)]
        keys: Keys,
        #[command(flatten)]
        service: Service,
    },
    /// Change the document of a did:hufu: add or remove services, register or remove a ring key.
    Update {
        /// The DID.
        did: String,
        /// The prefix of its keys' names in the keystore.
        #[arg(long, default_value = "default")]
        name: String,
        /// Add a service: `id=type=endpoint`.
        #[arg(long)]
        add_service: Vec<String>,
        /// Remove the service with this fragment.
        #[arg(long)]
        remove_service: Vec<String>,
        /// Register a ring key as `#ring`, with a proof that it is held: the private file of `hufu ring generate`.
        #[arg(long, value_name = "FILE")]
        ring_key: Option<PathBuf>,
        /// Remove the ring key `#ring`.
        #[arg(long)]
        remove_ring_key: bool,
        #[command(flatten)]
        keys: Keys,
        #[command(flatten)]
        service: Service,
    },
    /// Rotate to the pre-committed keys of a did:hufu and commit to new ones.
    Rotate {
        /// The DID.
        did: String,
        /// The prefix of its keys' names in the keystore.
        #[arg(long, default_value = "default")]
        name: String,
        #[command(flatten)]
        keys: Keys,
        #[command(flatten)]
        service: Service,
    },
    /// Recover a did:hufu with its recovery keys.
    Recover {
        /// The DID.
        did: String,
        /// The prefix of its keys' names in the keystore.
        #[arg(long, default_value = "default")]
        name: String,
        #[command(flatten)]
        keys: Keys,
        #[command(flatten)]
        service: Service,
    },
    /// End a did:hufu for good.
    Deactivate {
        /// The DID.
        did: String,
        /// The prefix of its keys' names in the keystore.
        #[arg(long, default_value = "default")]
        name: String,
        #[command(flatten)]
        keys: Keys,
        #[command(flatten)]
        service: Service,
    },
    /// Resolve a DID or dereference a DID URL. did:key and did:jwk are resolved here, others by the service.
    Resolve {
        /// The DID or DID URL.
        did: String,
        /// As of this version.
        #[arg(long)]
        version_id: Option<String>,
        /// As of this time (RFC 3339).
        #[arg(long)]
        version_time: Option<String>,
        #[command(flatten)]
        service: Service,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Audit {
    /// The newest entries of the audit log, the oldest of them first.
    Log {
        /// How many.
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
        limit: u32,
        #[command(flatten)]
        service: Service,
    },
    /// Export the audit log, signed.
    Export {
        /// The file to write.
        #[arg(long, short)]
        output: PathBuf,
        #[command(flatten)]
        service: Service,
    },
    /// Verify an export: the chain of hashes, the order, the end and the signature.
    Verify {
        /// The export.
        file: PathBuf,
        /// The DID that must have signed it; without it the signer is printed for you to judge.
        #[arg(long)]
        signer: Option<String>,
    },
    /// What the status of an entry was, who changed it, when and why; the proof is checked here.
    Status {
        /// The status list's URL or id.
        list: String,
        /// The entry's index.
        index: u64,
        /// As of this time (RFC 3339) or block height; now without it.
        #[arg(long)]
        at: Option<String>,
        #[command(flatten)]
        service: Service,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Network {
    /// What is running: network, height, validators, state root.
    Status {
        #[command(flatten)]
        service: Service,
    },
    /// The DIDs of a list.
    List {
        /// The list's name: members, registrars, auditors, nodes, …
        #[arg(default_value = "members")]
        name: String,
        #[command(flatten)]
        listing: Listing,
        #[command(flatten)]
        service: Service,
    },
    /// The rings of lists: those that act without naming who.
    Rings {
        #[command(flatten)]
        listing: Listing,
        #[command(flatten)]
        service: Service,
    },
    /// Form the ring of a list's present version from the ring keys in the documents of its DIDs.
    FormRing {
        /// The list's name.
        #[arg(default_value = "members")]
        list: String,
        #[command(flatten)]
        service: Service,
    },
    /// The proposals, by their ids.
    Proposals {
        #[command(flatten)]
        listing: Listing,
        #[command(flatten)]
        service: Service,
    },
    /// Propose a change, from a JSON file with title, reason and actions.
    Propose {
        /// The proposal.
        file: PathBuf,
        #[command(flatten)]
        service: Service,
    },
    /// Vote on a proposal.
    Vote {
        /// The proposal's id.
        proposal: String,
        /// The vote.
        #[arg(value_enum)]
        choice: Choice,
        /// Vote in secret, as one of the members' ring, with this key (of `hufu ring generate`). The API key only reads, or nothing with `--ring`.
        #[arg(long, value_name = "FILE")]
        ring_key: Option<PathBuf>,
        /// The ring of the members of now (of `hufu ring fetch`): what must be read for a secret vote is read as one of it, without the API key.
        #[arg(long, value_name = "FILE", requires = "ring_key")]
        ring: Option<PathBuf>,
        /// Let the service itself say which network it is, if neither the data folder nor the wallet (`HUFU_WALLET`) does.
        #[arg(long, requires = "ring_key")]
        trust_service: bool,
        #[command(flatten)]
        unlock: Unlock,
        #[command(flatten)]
        service: Service,
    },
}

/// A vote.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Choice {
    /// For the proposal.
    Yes,
    /// Against it.
    No,
    /// Neither; it counts for the quorum.
    Abstain,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct Tour {
    #[command(flatten)]
    pub(crate) service: Service,
    /// Where the tour's wallet is made; a temporary folder without it.
    #[arg(long)]
    pub(crate) wallet: Option<PathBuf>,
    /// Show requests and answers in full.
    #[arg(long)]
    pub(crate) verbose: bool,
}
