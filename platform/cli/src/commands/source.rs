//! What a command reads: files, and standard input for `-`.

use std::{fs::File, path::Path};

use anyhow::Context as _;
use zeroize::Zeroizing;

use crate::{
    exit::{Code, Failure},
    private_file, wiped,
};

/// The largest message that is read into memory, in bytes.
pub(super) const MAX_MESSAGE_BYTES: usize = 256 << 20;

/// Refuses two inputs from standard input, each with its name: the first would leave nothing for the second.
///
/// # Errors
/// [`Code::Input`].
pub(super) fn check_inputs(inputs: &[(&str, Option<&Path>)]) -> anyhow::Result<()> {
    let mut standard = inputs.iter().filter(|(_, path)| path.is_some_and(is_standard)).map(|(name, _)| name);
    match (standard.next(), standard.next()) {
        (Some(one), Some(other)) => Err(Failure::with(
            Code::Input,
            format!("{one} and {other} cannot both be read from standard input: name a file for one of them"),
        )),
        _ => Ok(()),
    }
}

/// Refuses standard input, a pipe or a device for a file that the command changes: there would be nothing to change.
///
/// # Errors
/// [`Code::Input`], with the name of its argument.
pub(super) fn check_changed(name: &str, path: Option<&Path>) -> anyhow::Result<()> {
    let is_none = |path: &&Path| is_standard(path) || std::fs::metadata(path).is_ok_and(|it| !it.is_file());
    match path.filter(is_none) {
        Some(path) => Err(Failure::with(
            Code::Input,
            format!("{name} is a file that is changed: it cannot be {}", self::name(path)),
        )),
        None => Ok(()),
    }
}

/// Reads a message or ciphertext.
///
/// # Errors
/// [`Code::Input`]: missing, too long.
pub(super) fn message(path: &Path) -> anyhow::Result<Zeroizing<Vec<u8>>> {
    Ok(read(path, MAX_MESSAGE_BYTES, "a message")?.0)
}

/// Reads at most `limit` bytes of a file or of standard input, and tells the file's mode if others may use it.
pub(super) fn read(
    path: &Path,
    limit: usize,
    what: &str,
) -> anyhow::Result<(Zeroizing<Vec<u8>>, Option<u32>)> {
    let named = || format!("{} cannot be read", name(path));
    let (bytes, mode) = if is_standard(path) {
        (read_standard_input(limit).with_context(named)?, None)
    } else {
        let file = File::open(path).with_context(named)?;
        let metadata = file.metadata().with_context(named)?;
        if metadata.is_dir() {
            return Err(Failure::with(Code::Input, format!("{} is a folder", path.display())));
        }
        (wiped::read(file, metadata.len(), limit).with_context(named)?, private_file::open_mode(&metadata))
    };
    let bytes = bytes.ok_or_else(|| {
        Failure::with(
            Code::Input,
            format!("{} has more than the {limit} bytes that {what} may have", name(path)),
        )
    })?;
    Ok((bytes, mode))
}

/// Reads past the buffer of the standard library, which nobody wipes.
#[cfg(unix)]
fn read_standard_input(limit: usize) -> std::io::Result<Option<Zeroizing<Vec<u8>>>> {
    use std::os::fd::AsFd as _;
    let input = File::from(std::io::stdin().as_fd().try_clone_to_owned()?);
    let expected = input.metadata()?.len();
    wiped::read(input, expected, limit)
}

/// The file behind standard input, if it is one.
#[cfg(unix)]
pub(super) fn standard_file() -> Option<std::fs::Metadata> {
    use std::os::fd::AsFd as _;
    let input = File::from(std::io::stdin().as_fd().try_clone_to_owned().ok()?);
    input.metadata().ok().filter(std::fs::Metadata::is_file)
}

#[cfg(not(unix))]
fn read_standard_input(limit: usize) -> std::io::Result<Option<Zeroizing<Vec<u8>>>> {
    wiped::read(std::io::stdin().lock(), 0, limit)
}

/// Whether standard input is meant, also by the system's names for it.
pub(super) fn is_standard(path: &Path) -> bool {
    // `components` reads `/dev/./stdin` as `/dev/stdin`, and leaves `./-` a file
    path.as_os_str() == "-"
        || ["/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"]
            .iter()
            .any(|name| path.components().eq(Path::new(name).components()))
}

/// A file's name for a person.
pub(super) fn name(path: &Path) -> String {
    if is_standard(path) { "standard input".to_owned() } else { path.display().to_string() }
}
