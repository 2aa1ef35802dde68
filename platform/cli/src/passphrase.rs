//! Where a passphrase comes from: a file, the environment, or the person at the terminal.
//!
//! 1. `--passphrase-file` (or `HUFU_PASSPHRASE_FILE`): its first line;
//! 2. `HUFU_PASSPHRASE`;
//! 3. a prompt on the terminal, twice where a new store is sealed under it.

use std::path::Path;

use anyhow::Context as _;
use hufu_keys::Secret;

use crate::exit::{Code, Failure};

/// The variable that holds a passphrase.
const VARIABLE: &str = "HUFU_PASSPHRASE";

/// The largest passphrase file that is read, in bytes.
const MAX_FILE: u64 = 64 * 1024;

/// What the passphrase is needed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To open what exists.
    Open,
    /// To seal something new: a typing mistake would lock its owner out, so it is asked for twice.
    Seal,
}

/// Obtains the passphrase of `store`.
///
/// # Errors
/// A failure with [`Code::Input`] that names the ways to give one.
pub(crate) fn obtain(file: Option<&Path>, store: &Path, purpose: Purpose) -> anyhow::Result<Secret<Vec<u8>>> {
    // 1.
    if let Some(file) = file {
        return non_empty(first_line(file)?, &format!("the first line of {}", file.display()));
    }
    // 2.
    if let Some(value) = std::env::var_os(VARIABLE) {
        let value = value
            .into_string()
            .map_err(|_| Failure::with(Code::Input, format!("{VARIABLE} is not UTF-8 text")))?;
        return non_empty(value.into_bytes(), VARIABLE);
    }
    // 3.
    let ask = |words: String| {
        rpassword::prompt_password(words).map_err(|_| {
            Failure::with(
                Code::Input,
                format!(
                    "a passphrase for {} is needed and there is no terminal to ask at: give --passphrase-file or {VARIABLE}",
                    store.display()
                ),
            )
        })
    };
    let first = ask(format!("Passphrase for {}: ", store.display()))?;
    if purpose == Purpose::Seal {
        let again = Secret::new(ask("The same again: ".to_owned())?);
        if !again.expose(|again| *again == first) {
            return Err(Failure::with(Code::Input, "the two passphrases differ; nothing was written"));
        }
    }
    non_empty(first.into_bytes(), "the passphrase")
}

fn first_line(file: &Path) -> anyhow::Result<Vec<u8>> {
    let named = || format!("the passphrase file {} cannot be read", file.display());
    if std::fs::metadata(file).with_context(named)?.len() > MAX_FILE {
        return Err(Failure::with(Code::Input, format!("{} is too large for a passphrase", file.display())));
    }
    let mut bytes = std::fs::read(file).with_context(named)?;
    if let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
        bytes.truncate(end);
    }
    if bytes.last() == Some(&b'\r') {
        bytes.pop();
    }
    Ok(bytes)
}

fn non_empty(passphrase: Vec<u8>, what: &str) -> anyhow::Result<Secret<Vec<u8>>> {
    if passphrase.is_empty() {
        return Err(Failure::with(
            Code::Input,
            format!("{what} is empty; a passphrase has at least one byte"),
        ));
    }
    Ok(Secret::new(passphrase))
}
