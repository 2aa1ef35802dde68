//! A secret and what is published with it, as two files: both halves of a key, a commitment and its blind.

use std::path::Path;

use anyhow::Context as _;
use hufu_keys::Secret;
use serde_json::Value;

use super::sink::{self, Audience};
use crate::{
    args::Seal,
    exit::{Code, Failure},
    output::Output,
};

/// Where the two go; each with the option that names its file.
pub(super) struct Pair<'a> {
    pub(super) secret: (&'static str, &'a Path),
    pub(super) public: (&'static str, &'a Path),
    /// Whether files that exist are replaced.
    pub(super) force: bool,
    pub(super) seal: &'a Seal,
}

impl Pair<'_> {
    /// Refuses what cannot be written, and obtains the passphrase of the secret if it is to have one; before anything is made.
    ///
    /// # Errors
    /// [`Code::Input`] for one file, or standard output, as both; those of [`sink::check_free`] and [`Seal::passphrase`].
    pub(super) fn check(&self) -> anyhow::Result<Option<Secret<Vec<u8>>>> {
        let ((one, secret), (other, public)) = (self.secret, self.public);
        if [secret, public].into_iter().all(sink::is_standard) {
            let why =
                format!("{one} and {other} cannot both be standard output: name a file for one of them");
            return Err(Failure::with(Code::Input, why));
        }
        sink::check_apart((one, Some(secret)), (other, Some(public)))?;
        sink::check_free(secret, self.force)?;
        sink::check_free(public, self.force)?;
        self.seal.passphrase(secret)
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
        if [private, published].into_iter().any(sink::is_standard) {
            return Ok(());
        }
        output.result(value, words)
    }
}
