//! A secret and what is published with it, as two files: both halves of a key, a commitment and its blind.

use std::path::Path;

use anyhow::Context as _;
use hufu_keys::Secret;
use serde_json::Value;

use super::sink::{self, Audience};
use crate::{args::Seal, output::Output, passphrase};

/// Where the two go; each with the option that names its file.
pub(super) struct Pair<'a> {
    pub(super) secret: (&'static str, &'a Path),
    pub(super) public: (&'static str, &'a Path),
    /// Whether files that exist are replaced.
    pub(super) force: bool,
    /// Nothing for a secret that is soon deleted, and never encrypted.
    pub(super) seal: Option<&'a Seal>,
}

impl Pair<'_> {
    /// Refuses what cannot be read or written, and obtains the passphrase of the secret if it is to have one; before anything is made.
    /// `inputs` is what the two are made from.
    ///
    /// # Errors
    /// As [`sink::check_all`] and [`Seal::passphrase`].
    pub(super) fn check(&self, inputs: &[(&str, Option<&Path>)]) -> anyhow::Result<Option<Secret<Vec<u8>>>> {
        let sealed = self.seal.map(|seal| seal.unlock.input());
        let told = passphrase::told_file()
            .filter(|_| self.seal.is_some_and(|seal| seal.encrypt && seal.unlock.passphrase_file.is_none()));
        let told = (passphrase::FILE_VARIABLE, told.as_deref());
        let inputs: Vec<_> = inputs.iter().copied().chain(sealed).chain([told]).collect();
        sink::check_all(&inputs, &[self.secret, self.public], self.force)?;
        self.seal.map_or(Ok(None), |seal| seal.passphrase(self.secret.1))
    }

    /// Writes both, the secret first, without which the other is of no use; and tells of it unless one of them is standard output.
    ///
    /// # Errors
    /// As [`sink::write`]; what is written already stays, and the error says so.
    pub(super) fn write(
        &self,
        secret: &Secret<Vec<u8>>,
        public: &[u8],
        output: Output,
        value: &Value,
        words: impl FnOnce() -> String,
    ) -> anyhow::Result<()> {
        let (private, published) = (self.secret.1, self.public.1);
        secret.expose(|secret| sink::write(private, self.force, Audience::Owner, secret, output))?;
        sink::write(published, self.force, Audience::Everybody, public, output)
            .with_context(|| format!("{} is written, and what belongs to it is not", private.display()))?;
        sink::tell(&[private, published], output, value, words)
    }
}
