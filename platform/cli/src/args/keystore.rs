//! What `hufu key` does with a keystore as a whole, and the names of keys in one.

use std::path::PathBuf;

use clap::Args;
use hufu_keys::keystore::MAX_NAME_BYTES;

use super::Keys;

#[derive(Args, Clone, Debug)]
pub(crate) struct ListKeys {
    #[command(flatten)]
    pub(crate) keys: Keys,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct RemoveKey {
    /// The key's name in the keystore.
    #[arg(value_parser = name)]
    pub(crate) name: String,
    /// Remove it for good: nothing else brings it back.
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) keys: Keys,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct ChangePassphrase {
    /// A file whose first line is the new passphrase; without it, it is asked for twice.
    #[arg(long)]
    pub(crate) new_passphrase_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) keys: Keys,
}

/// A key's name as the keystore takes it, so that one it refuses is refused before a passphrase is asked for.
pub(super) fn name(text: &str) -> Result<String, String> {
    if text.is_empty() {
        Err("a key's name is not empty".to_owned())
    } else if text.len() > MAX_NAME_BYTES {
        Err(format!("a key's name has at most {MAX_NAME_BYTES} bytes"))
    } else if text.chars().any(char::is_control) {
        Err("a key's name has no control characters".to_owned())
    } else {
        Ok(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_NAME_BYTES, name};

    #[test]
    fn a_name_is_what_the_keystore_takes() {
        for fits in ["a", "school/key-1", "虎符", &"n".repeat(MAX_NAME_BYTES)] {
            assert_eq!(name(fits).as_deref(), Ok(fits));
        }
        for refused in ["", "a\nb", "\u{7f}", &"n".repeat(MAX_NAME_BYTES + 1)] {
            assert!(name(refused).is_err(), "{refused:?}");
        }
    }
}
