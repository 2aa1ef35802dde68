//! What stood in the places of results, to be put back if what they are for does not come about.

use std::{
    ffi::OsString,
    fs::Permissions,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use zeroize::Zeroizing;

use super::{sink, source};
use crate::{output::Output, private_file};

/// Most names that are tried for what is kept beside a result.
const MAX_NAMES: u32 = 99;

/// Results that were written, in their order, each with what stood there before.
pub(super) struct Undo {
    written: Vec<Before>,
    output: Output,
}

/// What stood in one place.
struct Before {
    place: PathBuf,
    file: Option<(Zeroizing<Vec<u8>>, Permissions)>,
}

impl Undo {
    pub(super) const fn new(output: Output) -> Self {
        Self { written: Vec::new(), output }
    }

    /// Writes one more; if that fails, those before are undone as well.
    ///
    /// # Errors
    /// Those of `write`; [`Code::Input`](crate::exit::Code::Input) if a file of more than 256 MiB would be replaced.
    pub(super) fn write(
        &mut self,
        path: &Path,
        write: impl FnOnce() -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let before = Before::of(path).and_then(|before| write().map(|()| before));
        let before = before.inspect_err(|_| self.restore())?;
        self.written.extend(before);
        Ok(())
    }

    /// Puts back what stood there, and removes what is new. That it fails is told, and is not the error: what made it necessary is.
    pub(super) fn restore(&mut self) {
        for before in self.written.drain(..) {
            if let Err(error) = before.restore() {
                let place = before.place.display();
                self.output.note(format!("what stood in {place} is not restored: {error:#}"));
            }
        }
    }

    /// For an error that leaves it unknown whether the results are needed: they stay, and what they replaced is kept beside them.
    pub(super) fn keep(&mut self, error: anyhow::Error) -> anyhow::Error {
        let mut words = Vec::new();
        for before in self.written.drain(..) {
            match before.keep() {
                Ok(None) => {}
                Ok(Some(kept)) => {
                    words.push(format!(
                        "what stood in {} is now in {}",
                        before.place.display(),
                        kept.display()
                    ));
                }
                Err(error) => {
                    words.push(format!("what stood in {} is lost: {error:#}", before.place.display()))
                }
            }
        }
        if words.is_empty() { error } else { error.context(words.join("; ")) }
    }
}

impl Before {
    /// Nothing for a pipe, a device and standard output: what went there cannot be taken back.
    fn of(path: &Path) -> anyhow::Result<Option<Self>> {
        if sink::is_standard(path) {
            return Ok(None);
        }
        let place = private_file::follow(path)?;
        match std::fs::metadata(&place) {
            Ok(there) if !there.is_file() => Ok(None),
            Ok(there) => {
                let (bytes, _) = source::read(&place, source::MAX_MESSAGE_BYTES, "a file that is replaced")?;
                Ok(Some(Self { place, file: Some((bytes, there.permissions())) }))
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Some(Self { place, file: None })),
            Err(error) => Err(error).with_context(|| format!("{} cannot be read", path.display())),
        }
    }

    fn restore(&self) -> anyhow::Result<()> {
        match &self.file {
            Some((bytes, permissions)) => {
                private_file::replace_with(&self.place, bytes, Some(permissions.clone()))
            }
            None => Ok(std::fs::remove_file(&self.place)?),
        }
    }

    /// Where it is kept; nothing if nothing stood there.
    fn keep(&self) -> anyhow::Result<Option<PathBuf>> {
        let Some((bytes, _)) = &self.file else { return Ok(None) };
        let named = |number: u32| {
            let mut name = OsString::from(&self.place);
            name.push(if number == 1 { ".before".to_owned() } else { format!(".before-{number}") });
            PathBuf::from(name)
        };
        let free = (1..=MAX_NAMES).map(named).find(|name| !name.exists() && !name.is_symlink());
        let place = free.context("there is no name left for it")?;
        private_file::create(&place, bytes)?;
        Ok(Some(place))
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use anyhow::anyhow;

    use super::*;

    fn undo() -> Undo {
        Undo::new(Output::new(false, true))
    }

    fn put(undo: &mut Undo, path: &Path, bytes: &str) {
        undo.write(path, || Ok(std::fs::write(path, bytes)?)).expect("it is written");
    }

    fn read(path: &Path) -> String {
        std::fs::read_to_string(path).expect("a file")
    }

    #[test]
    fn files_are_as_before_also_in_their_modes() {
        let folder = tempfile::tempdir().expect("a folder");
        let [old, new, link] = ["old", "new", "link"].map(|name| folder.path().join(name));
        std::fs::write(&old, "before").expect("a file");
        std::fs::set_permissions(&old, Permissions::from_mode(0o640)).expect("a mode");
        std::os::unix::fs::symlink("nowhere", &link).expect("a link");
        let mut undo = undo();
        undo.write(&old, || private_file::replace(&old, b"after")).expect("it is written");
        put(&mut undo, &new, "after");
        put(&mut undo, &link, "after");
        put(&mut undo, Path::new("/dev/null"), "after");
        assert_eq!(read(&folder.path().join("nowhere")), "after");
        undo.restore();
        assert_eq!(read(&old), "before");
        assert_eq!(std::fs::metadata(&old).expect("a file").permissions().mode() & 0o777, 0o640);
        assert!(!new.exists() && link.is_symlink() && !folder.path().join("nowhere").exists());
        assert!(Path::new("/dev/null").exists());
    }

    #[test]
    fn a_write_that_fails_undoes_those_before_and_touches_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let [first, second] = ["first", "second"].map(|name| folder.path().join(name));
        let mut undo = undo();
        put(&mut undo, &first, "after");
        std::fs::write(&second, "somebody else's").expect("a file");
        let error = undo.write(&second, || Err(private_file::exists(&second))).expect_err("it is there");
        assert!(error.to_string().contains("exists already"), "{error}");
        assert!(!first.exists());
        assert_eq!(read(&second), "somebody else's");
    }

    #[test]
    fn what_was_replaced_is_kept_where_the_outcome_is_unknown() {
        let folder = tempfile::tempdir().expect("a folder");
        let [old, new] = ["old", "new"].map(|name| folder.path().join(name));
        for (round, kept) in ["old.before", "old.before-2"].into_iter().enumerate() {
            std::fs::write(&old, format!("before {round}")).expect("a file");
            let mut undo = undo();
            put(&mut undo, &old, "after");
            put(&mut undo, &new, "after");
            let error = undo.keep(anyhow!("503"));
            let words = format!("{error:#}");
            assert!(words.contains("old is now in ") && words.ends_with(&format!("{kept}: 503")), "{words}");
            assert_eq!((read(&old), read(&new)), ("after".to_owned(), "after".to_owned()));
            assert_eq!(read(&folder.path().join(kept)), format!("before {round}"));
            std::fs::remove_file(&new).expect("a file");
        }
        let mut undo = undo();
        put(&mut undo, &new, "after");
        assert_eq!(undo.keep(anyhow!("503")).to_string(), "503", "nothing was replaced");
    }
}
