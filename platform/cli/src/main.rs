//! The `hufu` command: everything the suite does, from one binary.
//!
//! `main` parses the arguments, runs one command and turns its error into an exit code
//! ([`exit::Code`]); each subcommand is a file under `commands/`.

mod args;
mod client;
mod commands;
mod exit;
mod keystore_file;
mod output;
mod passphrase;
mod private_file;
mod report;
mod signer;
mod visible;
mod wallet;
mod wiped;

use clap::Parser as _;

use crate::{args::Arguments, exit::Code, output::Output};

fn main() -> std::process::ExitCode {
    let arguments = Arguments::parse();
    let output = Output::new(arguments.json, arguments.quiet);
    // The one TLS provider; an error means that one is installed already.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            output.failure(&anyhow::anyhow!("the asynchronous runtime does not start: {error}"));
            return Code::Internal.into();
        }
    };
    match runtime.block_on(commands::run(arguments, &output)) {
        Ok(()) => Code::Done.into(),
        Err(error) => {
            output.failure(&error);
            Code::of(&error).into()
        }
    }
}
