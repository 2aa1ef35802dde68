//! Where a result goes: a file, a pipe or device, or standard output.
//!
//! | there is | without `--force` | with it |
//! |---|---|---|
//! | nothing | it is made | it is made |
//! | a file | refused | replaced |
//! | a keystore | refused | refused: no result is worth all keys in it |
//! | a link | as what it leads to | as what it leads to |
//! | a link to nothing | refused | what it leads to is made |
//! | a folder, a disk | refused | refused |
//! | a pipe, a terminal, another device | written to | written to |

use std::{
    fs::{Metadata, OpenOptions},
    io::{ErrorKind, Write as _},
    path::Path,
};

use anyhow::Context as _;
use serde_json::Value;

use super::source;
use crate::{
    args::Destination,
    exit::{Code, Failure},
    keystore_file,
    output::{Output, path_text},
    passphrase, private_file,
};

/// Who may read what is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Audience {
    /// Its owner: private keys and decrypted messages.
    Owner,
    /// Anybody.
    Everybody,
}

/// How a path is written to.
enum Place {
    /// Standard output.
    Standard,
    /// A file that is made or replaced.
    File,
    /// What is there already and stays: a pipe or a device, as the shell's `>(…)` and `/dev/null` are.
    Stream,
}

impl Place {
    /// # Errors
    /// [`Code::Input`] for what is in the way, and what the system says.
    fn of(path: &Path, force: bool) -> anyhow::Result<Self> {
        if is_standard(path) {
            return Ok(Self::Standard);
        }
        let refused = |why: &str| Err(Failure::with(Code::Input, format!("{} {why}", path.display())));
        match std::fs::metadata(path) {
            Ok(there) if there.is_dir() => refused("is a folder"),
            Ok(there) if is_disk(&there) => refused("is a disk"),
            Ok(there) if !there.is_file() => Ok(Self::Stream),
            Ok(_) if keystore_file::is_keystore_at(path) => {
                refused("is a keystore, and all keys in it would be lost: not even --force replaces it")
            }
            Ok(_) if force => Ok(Self::File),
            Ok(_) => Err(private_file::exists(path)),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                // a link that leads nowhere is in the way, too
                if !force && path.is_symlink() {
                    return Err(private_file::exists(path));
                }
                let place = private_file::follow(path)?;
                let folder = private_file::folder(&place);
                if folder.is_dir() { Ok(Self::File) } else { refused_for(path, folder) }
            }
            Err(error) => Err(error).with_context(|| format!("{} cannot be written", path.display())),
        }
    }
}

fn refused_for(path: &Path, folder: &Path) -> anyhow::Result<Place> {
    let (path, folder) = (path.display(), folder.display());
    Err(Failure::with(Code::Input, format!("{path} cannot be written: there is no folder {folder}")))
}

/// Refuses what cannot be written before any work is done, passphrases are asked for or keys are made.
///
/// # Errors
/// [`Code::Input`], with the way to replace it if there is one.
pub(super) fn check_free(path: &Path, force: bool) -> anyhow::Result<()> {
    Place::of(path, force).map(|_| ())
}

/// Refuses one file for two things, each with the name of its option: the second would replace the first.
///
/// # Errors
/// [`Code::Input`].
pub(super) fn check_apart(
    (one, first): (&str, Option<&Path>),
    (other, second): (&str, Option<&Path>),
) -> anyhow::Result<()> {
    let (Some(first), Some(second)) = (first, second) else { return Ok(()) };
    // two results may go into /dev/null, and not into one pipe, where they would run together
    let is_device = std::fs::metadata(first).is_ok_and(|there| !there.is_file() && !is_pipe(&there));
    if !is_standard(first) && !is_device && are_same(first, second) {
        return Err(Failure::with(Code::Input, format!("{one} and {other} are the same file")));
    }
    Ok(())
}

/// Refuses a result in place of an input or of the passphrase's file that the environment names.
///
/// # Errors
/// [`Code::Input`].
fn check_kept(inputs: &[(&str, Option<&Path>)], result: (&str, &Path)) -> anyhow::Result<()> {
    let told = passphrase::told_file();
    let told = (passphrase::FILE_VARIABLE, told.as_deref());
    inputs.iter().copied().chain([told]).try_for_each(|input| check_replaced(input, result))
}

/// Refuses a result in place of an input, each with the name of its argument, also where the input is the file behind standard input.
///
/// # Errors
/// [`Code::Input`].
fn check_replaced((one, input): (&str, Option<&Path>), (other, result): (&str, &Path)) -> anyhow::Result<()> {
    let Some(input) = input.filter(|_| !is_standard(result)) else { return Ok(()) };
    let is_stream = std::fs::metadata(input).is_ok_and(|there| !there.is_file());
    let is_replaced = if source::is_standard(input) {
        is_behind_standard(result)
    } else {
        are_same(input, result) && !is_stream
    };
    if is_replaced {
        return Err(Failure::with(Code::Input, format!("{one} and {other} are the same file")));
    }
    Ok(())
}

/// Whether a file is what is read as standard input.
fn is_behind_standard(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        source::standard_file().is_some_and(|there| number(path) == Some((there.dev(), there.ino())))
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        false
    }
}

/// Whether two paths are one file, by another spelling, a link or a second name, or would be once it is made.
fn are_same(one: &Path, other: &Path) -> bool {
    let place = |path: &Path| {
        let path = private_file::follow(path).ok()?;
        Some((private_file::folder(&path).canonicalize().ok()?, path.file_name()?.to_owned()))
    };
    one == other
        || place(one).is_some_and(|one| place(other) == Some(one))
        || number(one).is_some_and(|one| number(other) == Some(one))
}

/// What the system knows a file by, whatever its names are.
fn number(path: &Path) -> Option<(u64, u64)> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        std::fs::metadata(path).ok().map(|there| (there.dev(), there.ino()))
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        None
    }
}

/// Refuses, before any work is done, what cannot be read, written or got back: two inputs from standard input, a result in place of
/// an input or of a passphrase's file, two results in one place, and what is in the way. All have the names of their arguments.
///
/// # Errors
/// [`Code::Input`]: as [`source::check_inputs`], [`check_apart`] and [`check_free`], and for two results on standard output.
pub(super) fn check_all(
    inputs: &[(&str, Option<&Path>)],
    results: &[(&str, &Path)],
    force: bool,
) -> anyhow::Result<()> {
    source::check_inputs(inputs)?;
    for (at, &(name, path)) in results.iter().enumerate() {
        check_kept(inputs, (name, path))?;
        for &(before, other) in results.iter().take(at) {
            if is_standard(other) && is_standard(path) {
                let words = "cannot both be standard output: name a file for one of them";
                return Err(Failure::with(Code::Input, format!("{before} and {name} {words}")));
            }
            check_apart((before, Some(other)), (name, Some(path)))?;
        }
    }
    results.iter().try_for_each(|(_, path)| check_free(path, force))
}

/// Writes a file, to a pipe or device, or to standard output for `-`. Of a file all is written or nothing.
///
/// # Errors
/// [`Code::Input`] if a file exists and `force` is not given, and what the system says.
pub(super) fn write(
    path: &Path,
    force: bool,
    audience: Audience,
    bytes: &[u8],
    output: Output,
) -> anyhow::Result<()> {
    match (Place::of(path, force)?, audience) {
        (Place::Standard, _) => output.whole(bytes),
        (Place::File, Audience::Owner) if force => private_file::replace(path, bytes),
        (Place::File, Audience::Owner) => private_file::create(path, bytes),
        (Place::File, Audience::Everybody) if path.exists() => {
            if force {
                private_file::replace_public(path, bytes)
            } else {
                Err(private_file::exists(path))
            }
        }
        (Place::File, Audience::Everybody) => {
            private_file::create_public(&private_file::follow(path)?, bytes)
        }
        (Place::Stream, _) => {
            let file = OpenOptions::new().write(true).open(path);
            file.and_then(|mut file| file.write_all(bytes))
                .with_context(|| format!("{} cannot be written", path.display()))
        }
    }
}

/// Tells of results that are written, unless one of them is standard output, which then gets nothing else.
///
/// # Errors
/// As [`Output::result`].
pub(super) fn tell(
    results: &[&Path],
    output: Output,
    value: &Value,
    words: impl FnOnce() -> String,
) -> anyhow::Result<()> {
    if results.iter().any(|result| is_standard(result)) { Ok(()) } else { output.result(value, words) }
}

impl Destination {
    /// Refuses what is in the way, before any work is done.
    ///
    /// # Errors
    /// As [`check_free`].
    pub(super) fn check(&self) -> anyhow::Result<()> {
        self.out.as_deref().map_or(Ok(()), |path| check_free(path, self.force))
    }

    /// Refuses to replace what the result is made from, each with the name of its argument, and the file of a passphrase.
    ///
    /// # Errors
    /// As [`check_apart`].
    pub(super) fn check_apart(&self, inputs: &[(&str, Option<&Path>)]) -> anyhow::Result<()> {
        self.out.as_deref().map_or(Ok(()), |path| check_kept(inputs, ("--out", path)))
    }

    /// Refuses, before any work is done, what [`check_all`] does of a result that is made from `inputs`.
    ///
    /// # Errors
    /// As [`check_all`].
    pub(super) fn check_with(&self, inputs: &[(&str, Option<&Path>)]) -> anyhow::Result<()> {
        let result = self.out.as_deref().map(|path| ("--out", path));
        check_all(inputs, result.as_slice(), self.force)
    }

    /// The file that was given; a private key needs one.
    ///
    /// # Errors
    /// [`Code::Input`] that tells how to print it nevertheless.
    pub(super) fn for_private(&self) -> anyhow::Result<&Path> {
        self.out.as_deref().ok_or_else(|| {
            Failure::with(
                Code::Input,
                "a private key is not printed unasked: give --out FILE, or --out - for standard output",
            )
        })
    }

    /// Writes the result, and tells of it unless it goes to standard output itself: `value` with the path as its `file`, or `words`.
    ///
    /// # Errors
    /// As [`write()`].
    pub(super) fn deliver(
        &self,
        audience: Audience,
        result: &[u8],
        output: Output,
        mut value: Value,
        words: impl FnOnce(std::path::Display<'_>) -> String,
    ) -> anyhow::Result<()> {
        let path = self.out.as_deref().unwrap_or(Path::new("-"));
        write(path, self.force, audience, result, output)?;
        if self.is_standard() {
            return Ok(());
        }
        value["file"] = path_text(path).into();
        output.result(&value, || words(path.display()))
    }

    /// Whether the result itself goes to standard output.
    pub(super) fn is_standard(&self) -> bool {
        self.out.as_deref().is_none_or(is_standard)
    }
}

/// Whether standard output is meant, also by the system's names for it.
pub(super) fn is_standard(path: &Path) -> bool {
    ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"].iter().any(|name| path.as_os_str() == *name)
}

fn is_pipe(there: &Metadata) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt as _;
        there.file_type().is_fifo()
    }
    #[cfg(not(unix))]
    {
        let _ = there;
        false
    }
}

fn is_disk(there: &Metadata) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt as _;
        there.file_type().is_block_device()
    }
    #[cfg(not(unix))]
    {
        let _ = there;
        false
    }
}
