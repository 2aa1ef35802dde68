//! Whether a file is a keystore, and where one is.

use std::{
    fs::File,
    io::{ErrorKind, Read as _},
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use hufu_keys::keystore::MAX_BYTES;

use crate::{
    exit::{Code, Failure},
    private_file,
};

/// What only a keystore has.
const MARK: &[u8] = b"\"hufu-keystore\"";

/// Whether these bytes are a keystore, sound or damaged.
pub(crate) fn is_keystore(bytes: &[u8]) -> bool {
    bytes.trim_ascii_start().first() == Some(&b'{') && bytes.windows(MARK.len()).any(|window| window == MARK)
}

/// Whether a file that can be read is a keystore.
pub(crate) fn is_keystore_at(path: &Path) -> bool {
    let mut bytes = Vec::new();
    let most = u64::try_from(MAX_BYTES).unwrap_or(u64::MAX);
    let read = File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes));
    read.is_ok() && is_keystore(&bytes)
}

/// Whether there is a keystore, or anything that could be one.
///
/// # Errors
/// [`Code::Input`]: a folder, or what the system says: what may not be looked for is not missing.
pub(super) fn exists(path: &Path) -> anyhow::Result<bool> {
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => {
            let path = path.display();
            Err(Failure::with(Code::Input, format!("{path} is a folder; a keystore is a file in one")))
        }
        Ok(_) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error).with_context(|| format!("the keystore {} cannot be read", path.display())),
    }
}

/// The place of a keystore that is there and that only its owner may read, behind any link; before its passphrase is asked for.
///
/// # Errors
/// [`Code::Input`]: missing, open to others, and as [`exists`].
pub(super) fn existing(path: &Path) -> anyhow::Result<PathBuf> {
    if !exists(path)? {
        return Err(Failure::with(
            Code::Input,
            format!("there is no keystore {}: `hufu key generate` makes one", path.display()),
        ));
    }
    private_file::check_private(path, "600")?;
    private_file::follow(path)
}
