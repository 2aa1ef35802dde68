//! `hufu ring`: ring keys, rings and ring signatures as files. No service is asked.
//!
//! Ring keys are of Ristretto255 and sign nothing else, so they live in files of their own and not in the keystore:
//! a private one has mode 0600 and is not encrypted.

mod keys;
mod signature;

pub(crate) use keys::read_private;

use crate::{args::Ring, output::Output};

pub(super) fn run(command: Ring, output: Output) -> anyhow::Result<()> {
    match command {
        Ring::Generate(options) => keys::generate(&options, output),
        Ring::Make(options) => keys::make(&options, output),
        Ring::Sign(options) => signature::sign(&options, output),
        Ring::Verify(options) => signature::verify(&options, output),
        Ring::Compare(options) => signature::compare(&options, output),
    }
}
