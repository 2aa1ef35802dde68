//! `hufu ring`: ring keys, rings, ring signatures and presentations as files. A service is asked only by `fetch`, and by
//! `verify-presentation --of`.
//!
//! Ring keys are of Ristretto255 and sign nothing else, so they live in files of their own and not in the keystore:
//! a private one has mode 0600, and is encrypted under a passphrase with `--encrypt`.

mod fetch;
mod keys;
mod made;
mod presentation;
mod signature;
mod threshold;

pub(crate) use keys::{read_private, read_ring};
pub(super) use presentation::reference;

use crate::{args::Ring, output::Output};

pub(super) async fn run(command: Ring, output: Output) -> anyhow::Result<()> {
    match command {
        Ring::Generate(options) => keys::generate(&options, output),
        Ring::Make(options) => keys::make(&options, output),
        Ring::Sign(options) => signature::sign(&options, output),
        Ring::Verify(options) => signature::verify(&options, output),
        Ring::Combine(options) => threshold::combine(&options, output),
        Ring::Compare(options) => signature::compare(&options, output),
        Ring::Fetch(options) => fetch::fetch(&options, output).await,
        Ring::Present(options) => presentation::present(&options, output),
        Ring::VerifyPresentation(options) => presentation::verify(&options, output).await,
    }
}
