//! Where a passphrase comes from: a file, the environment, or the person at the terminal.
//!
//! 1. `--passphrase-file` (or `HUFU_PASSPHRASE_FILE`): its first line;
//! 2. `HUFU_PASSPHRASE`;
//! 3. a prompt on the terminal, twice where something new is sealed under it.

use std::{
    fs::File,
    io::{Error as IoError, ErrorKind},
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use hufu_keys::Secret;

use crate::{
    exit::{Code, Failure},
    wiped,
};

/// The variable that names a file with a passphrase. Set to nothing it is not set.
pub(crate) const FILE_VARIABLE: &str = "HUFU_PASSPHRASE_FILE";

/// The variable that holds a passphrase.
const VARIABLE: &str = "HUFU_PASSPHRASE";

/// The largest passphrase file that is read, in bytes.
const MAX_FILE: usize = 64 * 1024;

/// What the passphrase is needed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To open what this software sealed: never under an empty passphrase.
    Open,
    /// To open what other software may have encrypted, also under an empty passphrase.
    OpenForeign,
    /// To seal something new: a typing mistake would lock its owner out, so it is asked for twice.
    Seal,
}

/// Obtains the passphrase of `store`.
///
/// # Errors
/// A failure with [`Code::Input`] that names the ways to give one.
pub(crate) fn obtain(file: Option<&Path>, store: &Path, purpose: Purpose) -> anyhow::Result<Secret<Vec<u8>>> {
    // 1.
    let told = told_file();
    if let Some(file) = file.filter(|path| !path.as_os_str().is_empty()).or(told.as_deref()) {
        return from_file(file, purpose);
    }
    // 2.
    if let Some(value) = std::env::var_os(VARIABLE) {
        let value = value
            .into_string()
            .map_err(|_| Failure::with(Code::Input, format!("{VARIABLE} is not UTF-8 text")))?;
        return check(Secret::new(value.into_bytes()), purpose, VARIABLE);
    }
    // 3.
    ask(&format!("Passphrase for {}: ", store.display()), store, purpose)
}

/// The file that the environment names.
pub(crate) fn told_file() -> Option<PathBuf> {
    std::env::var_os(FILE_VARIABLE).filter(|path| !path.is_empty()).map(PathBuf::from)
}

/// Obtains a passphrase that takes the place of the one of `store`: the variables hold the old one.
///
/// # Errors
/// As [`obtain`].
pub(crate) fn obtain_new(file: Option<&Path>, store: &Path) -> anyhow::Result<Secret<Vec<u8>>> {
    match file {
        Some(file) => from_file(file, Purpose::Seal),
        None => ask(&format!("New passphrase for {}: ", store.display()), store, Purpose::Seal),
    }
}

fn from_file(file: &Path, purpose: Purpose) -> anyhow::Result<Secret<Vec<u8>>> {
    check(first_line(file)?, purpose, &format!("the first line of {}", file.display()))
}

fn first_line(path: &Path) -> anyhow::Result<Secret<Vec<u8>>> {
    // as for every other file that is read
    let path = if path.as_os_str() == "-" { Path::new("/dev/stdin") } else { path };
    let named = || format!("the passphrase file {} cannot be read", path.display());
    let file = File::open(path).with_context(named)?;
    let expected = file.metadata().with_context(named)?.len();
    let bytes = wiped::read(file, expected, MAX_FILE).with_context(named)?.ok_or_else(|| {
        Failure::with(Code::Input, format!("{} is too large for a passphrase", path.display()))
    })?;
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    Ok(Secret::new(line.strip_suffix(b"\r").unwrap_or(line).to_vec()))
}

fn ask(words: &str, store: &Path, purpose: Purpose) -> anyhow::Result<Secret<Vec<u8>>> {
    let typed = |words: &str| {
        let typed = rpassword::prompt_password(words).map(Secret::new);
        typed.map_err(|error| unanswered(store, &error))
    };
    let first = typed(words)?;
    first.expose(|first| check_typed(first))?;
    let passphrase = first.expose(|first| Secret::new(first.as_bytes().to_vec()));
    let passphrase = check(passphrase, purpose, "the passphrase")?;
    if purpose == Purpose::Seal && typed("The same again: ")? != first {
        return Err(Failure::with(Code::Input, "the two passphrases differ; nothing was written"));
    }
    Ok(passphrase)
}

/// Why a question got no answer.
fn unanswered(store: &Path, error: &IoError) -> anyhow::Error {
    let store = store.display();
    let words = match error.kind() {
        ErrorKind::UnexpectedEof => format!("no passphrase for {store} was given: the input ended"),
        ErrorKind::Interrupted => format!("no passphrase for {store} was given: interrupted"),
        _ => format!(
            "a passphrase for {store} is needed and there is no terminal to ask at ({error}): \
             give --passphrase-file or {VARIABLE}"
        ),
    };
    Failure::with(Code::Input, words)
}

/// Refuses what a terminal sent that does not send UTF-8: all bytes that are none look alike, so that different passphrases would
/// open each other's keys.
fn check_typed(typed: &str) -> anyhow::Result<()> {
    if typed.contains(char::REPLACEMENT_CHARACTER) {
        return Err(Failure::with(
            Code::Input,
            "the terminal does not send UTF-8, and what was typed cannot be told from other passphrases: \
             set it to UTF-8, or give --passphrase-file, which takes any bytes",
        ));
    }
    Ok(())
}

/// Refuses an empty passphrase where nothing can have been sealed under one, or is to be.
fn check(passphrase: Secret<Vec<u8>>, purpose: Purpose, what: &str) -> anyhow::Result<Secret<Vec<u8>>> {
    if purpose != Purpose::OpenForeign && passphrase.expose(Vec::is_empty) {
        return Err(Failure::with(
            Code::Input,
            format!("{what} is empty; a passphrase has at least one byte"),
        ));
    }
    Ok(passphrase)
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Error, ErrorKind},
        path::Path,
    };

    use super::{Purpose, check_typed, from_file, unanswered};

    #[test]
    fn what_is_no_utf8_is_refused_because_it_all_looks_alike() {
        for typed in ["", "correct horse", "虎符", "Größe"] {
            check_typed(typed).expect("UTF-8");
        }
        // 虎 and 符 in GBK, as the prompt hands them on
        for typed in ["\u{fffd}\u{fffd}", "a\u{fffd}"] {
            let error = check_typed(typed).expect_err("not UTF-8").to_string();
            assert!(error.contains("does not send UTF-8") && error.contains("--passphrase-file"), "{error}");
        }
    }

    #[test]
    fn a_question_without_an_answer_says_why() {
        let said = |kind: ErrorKind| unanswered(Path::new("x"), &Error::from(kind)).to_string();
        assert!(said(ErrorKind::UnexpectedEof).ends_with("the input ended"));
        assert!(said(ErrorKind::Interrupted).ends_with("interrupted"));
        assert!(said(ErrorKind::NotFound).contains("no terminal"));
    }

    #[test]
    fn the_first_line_is_the_passphrase_and_may_be_empty_where_others_encrypted() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("pass");
        for (content, line) in
            [(&b"a b\r\nc\n"[..], &b"a b"[..]), (b"a", b"a"), (b"\xff\n", b"\xff"), (b"\n", b""), (b"", b"")]
        {
            std::fs::write(&file, content).expect("writes");
            let read = from_file(&file, Purpose::OpenForeign).expect("reads");
            assert_eq!(read.expose(Clone::clone), line);
            for purpose in [Purpose::Open, Purpose::Seal] {
                assert_eq!(from_file(&file, purpose).is_ok(), !line.is_empty(), "{purpose:?}");
            }
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_passphrase_file_without_end_is_refused() {
        let error = from_file(Path::new("/dev/zero"), Purpose::Open).expect_err("no end").to_string();
        assert!(error.contains("too large for a passphrase"), "{error}");
    }
}
