//! Files that only their owner may read, replaced as a whole.

use std::{
    fs::{File, OpenOptions},
    io::Write as _,
    path::{Path, PathBuf},
};

use anyhow::Context as _;

use crate::exit::{Code, Failure};

/// Replaces `path` by `bytes` with mode 0600: after a crash it holds the old content or the new one.
///
/// # Errors
/// What the system says, with the file's name.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let named = || format!("{} cannot be written", path.display());
    let draft = beside(path, "draft");
    // a draft that a crash left may have been made under another mode
    match std::fs::remove_file(&draft) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(error).with_context(named);
        }
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft).with_context(named)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).with_context(named)?;
    std::fs::rename(&draft, path).with_context(named)?;
    // the new name itself must survive a crash, too
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        File::open(folder).and_then(|folder| folder.sync_all()).with_context(named)?;
    }
    Ok(())
}

/// Makes `path` with mode 0600 and these bytes; a file that exists is left alone.
///
/// # Errors
/// [`Code::Input`] if it exists; what the system says, with the file's name.
pub(crate) fn create(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let named = || format!("{} cannot be written", path.display());
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = match options.open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => return Err(exists(path)),
        other => other.with_context(named)?,
    };
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    if written.is_err() {
        // half a key helps nobody; what the system said first is the error
        let _ = std::fs::remove_file(path);
    }
    written.with_context(named)
}

/// That a file is in the way.
pub(crate) fn exists(path: &Path) -> anyhow::Error {
    Failure::with(Code::Input, format!("{} exists already; --force replaces it", path.display()))
}

/// Waits until no other process changes `path`; the file returned holds the lock until it is dropped.
///
/// # Errors
/// What the system says, with the lock file's name.
pub(crate) fn lock(path: &Path) -> anyhow::Result<File> {
    let lock = beside(path, "lock");
    let named = || format!("{} cannot be locked", lock.display());
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(&lock).with_context(named)?;
    file.lock().with_context(named)?;
    Ok(file)
}

/// Refuses a file or folder that others may read or write; `remedy` is the mode it should have.
///
/// # Errors
/// A failure with [`Code::Input`] that names the remedy.
pub(crate) fn check_private(path: &Path, remedy: &str) -> anyhow::Result<()> {
    let metadata = std::fs::metadata(path).with_context(|| format!("{} cannot be read", path.display()))?;
    match open_mode(&metadata) {
        None => Ok(()),
        Some(mode) => Err(Failure::with(
            Code::Input,
            format!(
                "{} is open to other users of this machine (mode {mode:04o}): chmod {remedy} it",
                path.display()
            ),
        )),
    }
}

/// The mode of a file or folder if others may read or write it.
pub(crate) fn open_mode(metadata: &std::fs::Metadata) -> Option<u32> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = metadata.permissions().mode() & 0o7777;
        (mode & 0o077 != 0).then_some(mode)
    }
    #[cfg(not(unix))]
    {
        let _ = metadata;
        None
    }
}

/// `path` with one more extension.
fn beside(path: &Path, extension: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::{check_private, replace};

    #[test]
    fn a_replaced_file_has_the_new_bytes_and_is_private() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("secret");
        for content in [&b"one"[..], b"two"] {
            replace(&path, content).expect("writes");
            assert_eq!(std::fs::read(&path).expect("reads"), content);
            check_private(&path, "600").expect("private");
        }
        let names: Vec<_> = std::fs::read_dir(folder.path()).expect("lists").collect();
        assert_eq!(names.len(), 1, "no draft is left: {names:?}");
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_may_read_is_refused_with_the_remedy() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("secret");
        replace(&path, b"x").expect("writes");
        for mode in [0o640, 0o604, 0o620, 0o666] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).expect("chmod");
            let error = check_private(&path, "600").expect_err("refused").to_string();
            assert!(error.contains("chmod 600"), "{error}");
        }
    }
}
