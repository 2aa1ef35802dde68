//! Where a result goes: a file, or standard output.

use std::{io::Write as _, path::Path};

use anyhow::Context as _;

use crate::{
    args::Destination,
    exit::{Code, Failure},
    output::Output,
    private_file,
};

/// Who may read what is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::commands) enum Audience {
    /// Its owner: private keys and decrypted messages.
    Owner,
    /// Anybody.
    Everybody,
}

/// Refuses a file that exists before any work is done, passphrases are asked for or keys are made.
///
/// # Errors
/// [`Code::Input`], with the way to replace it.
pub(in crate::commands) fn check_free(path: &Path, force: bool) -> anyhow::Result<()> {
    // a link that leads nowhere is in the way, too
    if !force && !is_standard(path) && path.symlink_metadata().is_ok() {
        return Err(private_file::exists(path));
    }
    Ok(())
}

/// Refuses one file for a private key and its public half: the second would replace the first.
///
/// # Errors
/// [`Code::Input`].
pub(in crate::commands) fn check_apart(out: Option<&Path>, public_out: Option<&Path>) -> anyhow::Result<()> {
    let (Some(out), Some(public)) = (out, public_out) else { return Ok(()) };
    let place = |path: &Path| {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Some((folder.canonicalize().ok()?, path.file_name()?.to_owned()))
    };
    let whole = |path: &Path| path.canonicalize().ok();
    let same = out == public
        || place(out).is_some_and(|one| place(public) == Some(one))
        || whole(out).is_some_and(|one| whole(public) == Some(one));
    if same && !is_standard(out) {
        return Err(Failure::with(Code::Input, "--out and --public-out are the same file"));
    }
    Ok(())
}

/// Writes a file, or to standard output for `-`.
///
/// # Errors
/// [`Code::Input`] if the file exists and `force` is not given, and what the system says.
pub(in crate::commands) fn write(
    path: &Path,
    force: bool,
    audience: Audience,
    bytes: &[u8],
    output: Output,
) -> anyhow::Result<()> {
    if is_standard(path) {
        return output.raw(bytes).context("standard output cannot be written");
    }
    check_free(path, force)?;
    match (audience, force) {
        (Audience::Owner, false) => private_file::create(path, bytes),
        (Audience::Owner, true) => private_file::replace(path, bytes),
        (Audience::Everybody, _) => {
            let named = || format!("{} cannot be written", path.display());
            let mut options = std::fs::OpenOptions::new();
            options.write(true);
            if force {
                options.create(true).truncate(true)
            } else {
                options.create_new(true)
            };
            let mut file = options.open(path).with_context(named)?;
            file.write_all(bytes).with_context(named)
        }
    }
}

impl Destination {
    /// Refuses a file that is in the way, before any work is done.
    ///
    /// # Errors
    /// As [`check_free`].
    pub(in crate::commands) fn check(&self) -> anyhow::Result<()> {
        self.out.as_deref().map_or(Ok(()), |path| check_free(path, self.force))
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

    /// Whether the result itself goes to standard output.
    pub(in crate::commands) fn is_standard(&self) -> bool {
        self.out.as_deref().is_none_or(is_standard)
    }
}

fn is_standard(path: &Path) -> bool {
    path.as_os_str() == "-"
}
