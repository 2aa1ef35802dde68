//! `hufu vc` and `hufu wallet`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Alg, Keys, Service};

#[derive(Debug, Subcommand)]
pub(crate) enum Vc {
    /// Issue a credential from a JSON file (`-` for standard input).
    Issue {
        /// The unsigned credential.
        credential: PathBuf,
        /// Sign here with this key of the keystore instead of through the service.
        #[arg(long)]
        key: Option<String>,
        /// The securing suite; by default the one that fits the key. With ecdsa-sd-2023 or bbs-2023 the holder can show
        /// parts of the credential.
        #[arg(long)]
        suite: Option<String>,
        /// For those two: a JSON pointer to what the holder cannot leave out, such as /issuer; may be repeated. Without any:
        /// the issuer, the validity period, the status and the like.
        #[arg(long, value_name = "POINTER")]
        mandatory: Vec<String>,
        /// Allocate a revocation entry in this status list (URL or id); `auto` takes the issuer's own.
        #[arg(long)]
        status_list: Option<String>,
        #[command(flatten)]
        keys: Keys,
        #[command(flatten)]
        service: Service,
    },
    /// Show a part of a credential that was issued for selective disclosure (ecdsa-sd-2023, bbs-2023). No key is needed.
    Derive {
        /// The credential as its issuer gave it.
        credential: PathBuf,
        /// A JSON pointer to what is shown, such as /credentialSubject/birthCountry; may be repeated. What the issuer made
        /// mandatory is shown in any case.
        #[arg(long, value_name = "POINTER")]
        disclose: Vec<String>,
        /// For bbs-2023: a text that this one proof is bound to, such as a verifier's challenge.
        #[arg(long, value_name = "TEXT")]
        presentation_header: Option<String>,
    },
    /// Issue many credentials through the service: one template, and a file with a line of JSON for each.
    Bulk(Bulk),
    /// Verify a credential or presentation here, without asking the service (did:key, did:jwk), or through it.
    Verify {
        /// The credential or presentation.
        credential: PathBuf,
        /// Verify in this process only; anything that would need the network is an error.
        #[arg(long)]
        offline: bool,
        /// The challenge that a presentation must carry.
        #[arg(long)]
        challenge: Option<String>,
        /// The domain that a presentation must carry.
        #[arg(long)]
        domain: Option<String>,
        #[command(flatten)]
        service: Service,
    },
    /// Revoke a credential that the service issued.
    Revoke {
        /// The credential's id, or a file that holds it.
        credential: String,
        /// Why; it is recorded on the ledger.
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        service: Service,
    },
    /// The status of a credential, now or at a time, with who changed it, when and why.
    Status {
        /// The credential's id, or a file that holds it.
        credential: String,
        /// As of this time (RFC 3339) or block height.
        #[arg(long)]
        at: Option<String>,
        #[command(flatten)]
        service: Service,
    },
}

/// A job that issues many credentials.
#[derive(Args, Clone, Debug)]
pub(crate) struct Bulk {
    /// The unsigned credential that all rows share.
    #[arg(requires = "rows")]
    pub(crate) template: Option<PathBuf>,
    /// JSON lines (`-` for standard input): members that stand in for the template's of the same name.
    pub(crate) rows: Option<PathBuf>,
    /// Watch this job, which was begun before, instead of beginning one.
    #[arg(long, conflicts_with = "template")]
    pub(crate) job: Option<String>,
    /// Write what became of each row into this file, as JSON lines.
    #[arg(long, short)]
    pub(crate) output: Option<PathBuf>,
    /// The securing suite; by default the one that fits the issuer's key.
    #[arg(long)]
    pub(crate) suite: Option<String>,
    /// Allocate a revocation entry for each in this status list (URL); `auto` takes the issuer's own.
    #[arg(long)]
    pub(crate) status_list: Option<String>,
    #[command(flatten)]
    pub(crate) service: Service,
}

/// Where a wallet lies.
#[derive(Args, Clone, Debug)]
pub(crate) struct WalletFolder {
    /// The wallet's folder (mode 0700): its keystore, credentials and trust anchors.
    #[arg(long, env = "HUFU_WALLET", default_value = "wallet")]
    pub(crate) wallet: PathBuf,
    /// A file whose first line is the passphrase; without it that of `HUFU_PASSPHRASE_FILE`, then `HUFU_PASSPHRASE`, then a prompt.
    #[arg(long)]
    pub(crate) passphrase_file: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Wallet {
    /// Make a wallet with a holder key, and pin a network's trust anchor.
    Init {
        /// The algorithm of the holder's key.
        #[arg(long, value_enum, default_value = "ed25519")]
        algorithm: Alg,
        #[command(flatten)]
        folder: WalletFolder,
        #[command(flatten)]
        service: Service,
    },
    /// Verify a credential and keep it.
    Add {
        /// The credential.
        credential: PathBuf,
        #[command(flatten)]
        folder: WalletFolder,
    },
    /// List what the wallet holds.
    List {
        #[command(flatten)]
        folder: WalletFolder,
    },
    /// Print one credential.
    Show {
        /// The credential's id or the number that `list` shows.
        credential: String,
        #[command(flatten)]
        folder: WalletFolder,
    },
    /// Fetch what offline verification needs: issuers' DID documents and statuses, each with its proof.
    Refresh {
        #[command(flatten)]
        folder: WalletFolder,
        #[command(flatten)]
        service: Service,
    },
    /// Sign a presentation of one or more credentials.
    Present {
        /// Ids or numbers of the credentials.
        #[arg(required = true)]
        credentials: Vec<String>,
        /// A JSON pointer to what is shown of credentials that were issued for selective disclosure, such as
        /// /credentialSubject/birthCountry; may be repeated. `2:/credentialSubject/name` is for number 2 alone. What the
        /// issuer made mandatory is shown in any case, and of other credentials everything.
        #[arg(long, value_name = "[NUMBER:]POINTER")]
        disclose: Vec<String>,
        /// The verifier's challenge.
        #[arg(long)]
        challenge: String,
        /// The verifier's domain.
        #[arg(long)]
        domain: String,
        #[command(flatten)]
        folder: WalletFolder,
    },
    /// Verify a credential, presentation or certified answer offline, from pinned trust anchors alone.
    Verify {
        /// The file; without it, everything in the wallet.
        file: Option<PathBuf>,
        /// The challenge that a presentation must carry.
        #[arg(long)]
        challenge: Option<String>,
        /// The domain that a presentation must carry.
        #[arg(long)]
        domain: Option<String>,
        #[command(flatten)]
        folder: WalletFolder,
    },
    /// Remove a credential from the wallet.
    Remove {
        /// The credential's id or number.
        credential: String,
        #[command(flatten)]
        folder: WalletFolder,
    },
}
