//! The arguments of `hufu bench`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Measure this machine: every figure with its unit, every run bounded, traffic to loopback only.
#[derive(Debug, Subcommand)]
pub(crate) enum Bench {
    /// Issue and verify per securing suite on one core, beside the bare signature.
    Suites(Suites),
    /// DID resolution and status queries over HTTP at a fixed rate.
    Http(Http),
    /// Durable DID creations per second through the HTTP API.
    DidCreate(DidCreate),
    /// Memory and disk that issued credentials take.
    Footprint(Footprint),
    /// Everything, one after the other.
    All(All),
}

#[derive(Args, Clone, Debug)]
pub(crate) struct Suites {
    /// How many rounds; all sides take turns in each, so that drift hits them alike.
    #[arg(long, default_value_t = 11, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub(crate) rounds: u32,
    /// How long one side repeats one operation in a round, in milliseconds.
    #[arg(long, default_value_t = 40, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    pub(crate) milliseconds: u64,
    /// Run the peers in the same rounds and print ratios. The folder has `ssi` (a program) and `npm/main.mjs`;
    /// `make bench-peers` fills the default one.
    #[arg(long, value_name = "FOLDER", num_args = 0..=1)]
    pub(crate) peers: Option<Option<PathBuf>>,
}

/// Which service is measured.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Subject {
    /// Measure the running `hufu dev` at this URL (loopback only) instead of one that is started for it.
    #[arg(long, requires = "data")]
    pub(crate) url: Option<String>,
    /// The data folder of that `hufu dev`, for its API keys.
    #[arg(long, requires = "url")]
    pub(crate) data: Option<PathBuf>,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct Http {
    /// Requests per second; a request's latency counts from the instant at which it was due.
    #[arg(long, default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) rate: u32,
    /// How long each run lasts, in seconds.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=3_600))]
    pub(crate) seconds: u32,
    /// How often each run is repeated.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) runs: u32,
    /// Connections that are kept open.
    #[arg(long, default_value_t = 32, value_parser = clap::value_parser!(u32).range(1..=1_024))]
    pub(crate) connections: u32,
    /// How many DIDs are made first and resolved in turn.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) dids: u32,
    #[command(flatten)]
    pub(crate) subject: Subject,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct DidCreate {
    /// How many clients create at once; a run for each number.
    #[arg(long, value_delimiter = ',', default_value = "1,16,64,128,256",
          value_parser = clap::value_parser!(u32).range(1..=1_024))]
    pub(crate) concurrency: Vec<u32>,
    /// How long each run lasts, in seconds.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=3_600))]
    pub(crate) seconds: u32,
    #[command(flatten)]
    pub(crate) subject: Subject,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct Footprint {
    /// How many credentials are issued, each with a status entry.
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    pub(crate) count: u32,
    /// How many are issued at once.
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=1_024))]
    pub(crate) concurrency: u32,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct All {
    #[command(flatten)]
    pub(crate) suites: Suites,
    /// How many credentials the footprint is measured with.
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    pub(crate) count: u32,
}
