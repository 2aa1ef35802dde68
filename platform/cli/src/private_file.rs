//! Files that only their owner may read, replaced as a whole.

use std::{
    fs::{File, OpenOptions, Permissions},
    io::Write as _,
    path::{Path, PathBuf},
};

use anyhow::Context as _;

use crate::exit::{Code, Failure};

/// The most links that are followed: as many as Linux does.
const MAX_LINKS: usize = 40;

/// Replaces the file that `path` leads to by `bytes` with mode 0600: after a crash it holds the old content or the new one.
///
/// # Errors
/// What the system says, with the file's name.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    put(&follow(path)?, bytes, None)
}

/// As [`replace`], but a link is replaced itself: for folders that may come from anybody, whose links could lead to any file of
/// their owner's.
///
/// # Errors
/// As [`replace`].
pub(crate) fn replace_itself(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    put(path, bytes, None)
}

/// As [`replace`], with the mode that the file has: for what others may read.
///
/// # Errors
/// As [`replace`].
pub(crate) fn replace_public(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let path = follow(path)?;
    let mode = std::fs::metadata(&path).map(|metadata| metadata.permissions()).ok();
    put(&path, bytes, mode)
}

/// As [`replace_itself`], with this mode: for what stood there before.
///
/// # Errors
/// As [`replace`].
pub(crate) fn replace_with(path: &Path, bytes: &[u8], mode: Option<Permissions>) -> anyhow::Result<()> {
    put(path, bytes, mode)
}

/// Writes a draft under a name that nobody else has, and gives it this one's; on an error nothing of it stays.
fn put(path: &Path, bytes: &[u8], mode: Option<Permissions>) -> anyhow::Result<()> {
    let named = || format!("{} cannot be written", path.display());
    let folder = folder(path);
    // made with mode 0600 and without following links
    let mut draft =
        tempfile::Builder::new().prefix(".hufu-").suffix(".draft").tempfile_in(folder).with_context(named)?;
    draft.write_all(bytes).with_context(named)?;
    if let Some(mode) = mode {
        draft.as_file().set_permissions(mode).with_context(named)?;
    }
    draft.as_file().sync_all().with_context(named)?;
    draft.persist(path).map_err(|error| error.error).with_context(named)?;
    // the new name itself must survive a crash, too
    #[cfg(unix)]
    File::open(folder).and_then(|folder| folder.sync_all()).with_context(named)?;
    Ok(())
}

/// Where a path leads: links in its last place are followed, also to a name that is still free.
///
/// # Errors
/// What the system says, and that the links go in a circle.
pub(crate) fn follow(path: &Path) -> anyhow::Result<PathBuf> {
    let mut place = path.to_owned();
    for _ in 0..MAX_LINKS {
        if !place.is_symlink() {
            return Ok(place);
        }
        let target = std::fs::read_link(&place)
            .with_context(|| format!("the link {} cannot be read", place.display()))?;
        place = place.parent().unwrap_or(Path::new("")).join(target);
    }
    Err(Failure::with(Code::Input, format!("{} is a link into a circle", path.display())))
}

/// The folder of a file.
pub(crate) fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes `path` with mode 0600 and these bytes; a file that exists is left alone.
///
/// # Errors
/// [`Code::Input`] if it exists; what the system says, with the file's name.
pub(crate) fn create(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    make(path, bytes, &mut options)
}

/// As [`create`], with the mode that files have by default: for what others may read.
///
/// # Errors
/// As [`create`].
pub(crate) fn create_public(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    make(path, bytes, &mut OpenOptions::new())
}

/// Makes a file, whole or not at all.
fn make(path: &Path, bytes: &[u8], options: &mut OpenOptions) -> anyhow::Result<()> {
    let named = || format!("{} cannot be written", path.display());
    let mut file = match options.write(true).create_new(true).open(path) {
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

/// Waits until no other process changes the file that `path` leads to; the file returned holds the lock until it is dropped.
///
/// # Errors
/// What the system says, with the lock file's name.
pub(crate) fn lock(path: &Path) -> anyhow::Result<File> {
    let mut lock = follow(path)?.into_os_string();
    lock.push(".lock");
    let lock = PathBuf::from(lock);
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

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{check_private, follow, replace, replace_itself, replace_public};

    fn names(folder: &Path) -> Vec<std::ffi::OsString> {
        std::fs::read_dir(folder).expect("lists").map(|entry| entry.expect("an entry").file_name()).collect()
    }

    #[test]
    fn a_replaced_file_has_the_new_bytes_and_is_private() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("secret");
        for content in [&b"one"[..], b"two"] {
            replace(&path, content).expect("writes");
            assert_eq!(std::fs::read(&path).expect("reads"), content);
            check_private(&path, "600").expect("private");
        }
        assert_eq!(names(folder.path()), ["secret"], "no draft is left");
    }

    #[test]
    fn a_write_that_fails_leaves_nothing_and_takes_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        // a name that is a folder cannot be replaced, once the draft is written
        std::fs::create_dir(folder.path().join("name")).expect("a folder");
        std::fs::write(folder.path().join("name.draft"), "somebody else's").expect("writes");
        replace(&folder.path().join("name"), b"x").expect_err("a folder is in the way");
        let mut left = names(folder.path());
        left.sort();
        assert_eq!(left, ["name", "name.draft"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_followed_or_replaced_itself() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        std::fs::create_dir(path("far")).expect("a folder");
        symlink("far/secret", path("near")).expect("a link");
        symlink("near", path("nearer")).expect("a link");
        for content in [&b"one"[..], b"two"] {
            replace(&path("nearer"), content).expect("writes");
            assert_eq!(std::fs::read(path("far/secret")).expect("reads"), content);
            assert!(path("near").is_symlink() && path("nearer").is_symlink());
        }
        replace_itself(&path("near"), b"three").expect("writes");
        assert!(!path("near").is_symlink());
        assert_eq!(std::fs::read(path("far/secret")).expect("reads"), b"two");
        symlink("circle", path("circle")).expect("a link");
        assert!(follow(&path("circle")).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn what_others_may_read_stays_so() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("public");
        std::fs::write(&path, "one").expect("writes");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).expect("chmod");
        replace_public(&path, b"two").expect("writes");
        assert_eq!(std::fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o644);
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
