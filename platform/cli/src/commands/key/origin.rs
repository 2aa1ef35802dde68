//! Where a key comes from: a file of any form, standard input, or the keystore.

use std::path::{Path, PathBuf};

use super::hint;
use crate::{
    args::{Secrets, Source},
    commands::source,
    exit::{Code, Failure},
    passphrase::{self, Purpose},
};
use hufu_keys::{
    AnyKey, Encoding, EncryptedKey, Error as KeyError, MAX_KEY_BYTES, Secret, SigningKey, VerifyingKey,
};

/// What some editors write before a text.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// A private key, and the passphrase that opened it if one did.
pub(super) type Opened = (SigningKey, Option<Secret<Vec<u8>>>);

/// A key file that was read, and who else can read it.
pub(super) struct KeyFile {
    pub(super) path: PathBuf,
    pub(super) key: AnyKey,
    pub(super) encoding: Encoding,
    /// The file's mode if other users of this machine may read or write it.
    open_mode: Option<u32>,
}

impl KeyFile {
    /// Reads a key file.
    ///
    /// # Errors
    /// [`Code::Input`]: missing, too long, of no known form, malformed.
    pub(super) fn read(path: &Path) -> anyhow::Result<Self> {
        let (bytes, open_mode) = source::read(path, MAX_KEY_BYTES, "a key")?;
        let (key, encoding) = parse(&bytes).map_err(|error| unread(path, &bytes, &error))?;
        Ok(Self::new(path, key, encoding, open_mode))
    }

    /// A key that was read from `path`, whose mode is `open_mode` if others may use it.
    pub(super) fn new(path: &Path, key: AnyKey, encoding: Encoding, open_mode: Option<u32>) -> Self {
        Self { path: path.to_owned(), key, encoding, open_mode }
    }

    /// What is wrong with the file's mode, if it holds a private key that is not encrypted.
    pub(super) fn exposure(&self) -> Option<String> {
        let mode = self.open_mode.filter(|_| matches!(self.key, AnyKey::Private(_)))?;
        Some(format!(
            "{} holds a private key and is open to other users of this machine (mode {mode:04o}): chmod 600 it",
            self.path.display()
        ))
    }

    /// The private key, decrypted if it has to be.
    ///
    /// # Errors
    /// [`Code::Input`]: a public key, a file open to others, a wrong passphrase.
    pub(super) fn into_private(self, secrets: &Secrets) -> anyhow::Result<SigningKey> {
        self.open(secrets).map(|(key, _)| key)
    }

    /// The private key, and the passphrase that decrypted it if it had to be.
    ///
    /// # Errors
    /// As [`Self::into_private`].
    pub(super) fn open(self, secrets: &Secrets) -> anyhow::Result<Opened> {
        if let Some(exposure) = self.exposure() {
            return Err(Failure::with(Code::Input, exposure));
        }
        match self.key {
            AnyKey::Private(key) => Ok((key, None)),
            AnyKey::Encrypted(key) => {
                let (key, passphrase) = unlock(&key, &self.path, file_passphrase(secrets))?;
                Ok((key, Some(passphrase)))
            }
            _ => Err(refused(&self.path, &KeyError::PublicKeyGiven)),
        }
    }

    /// The public key.
    ///
    /// # Errors
    /// [`Code::Input`] for a private key, which does not belong where a public one is enough.
    pub(super) fn into_public(self) -> anyhow::Result<VerifyingKey> {
        match self.key {
            AnyKey::Public(key) => Ok(key),
            _ => Err(Failure::with(
                Code::Input,
                format!(
                    "{0} holds a private key, and this needs the public one, which can be given away: \
                     hufu key convert {0} --to pem --public",
                    self.path.display()
                ),
            )),
        }
    }
}

impl Source {
    /// The private key that is meant.
    ///
    /// # Errors
    /// Those of [`KeyFile`] and of the keystore.
    pub(in crate::commands) fn private(&self) -> anyhow::Result<SigningKey> {
        match (&self.key, &self.name) {
            (Some(path), _) => KeyFile::read(path)?.into_private(&self.secrets),
            (None, Some(name)) => self.secrets.keys.open()?.take(name),
            (None, None) => Err(Failure::with(Code::Input, "which key? give --key or --name")),
        }
    }

    /// The public key that is meant. A keystore is opened for it: without the passphrase its names and public keys
    /// are what anybody may have written there.
    ///
    /// # Errors
    /// As [`Self::private`], and for a private key in a file.
    pub(super) fn public(&self) -> anyhow::Result<VerifyingKey> {
        match &self.key {
            Some(path) => KeyFile::read(path)?.into_public(),
            None => Ok(self.private()?.verifying_key()),
        }
    }
}

/// The file that holds the passphrase of a key file.
pub(super) fn file_passphrase(secrets: &Secrets) -> Option<&Path> {
    secrets.key_passphrase_file.as_deref().or(secrets.keys.passphrase_file.as_deref())
}

/// Reads a key of any form.
///
/// # Errors
/// As [`AnyKey::read`].
pub(super) fn parse(bytes: &[u8]) -> Result<(AnyKey, Encoding), KeyError> {
    AnyKey::read(bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes))
}

/// Decrypts a key under the passphrase of its file, and tells that.
///
/// # Errors
/// [`Code::Input`]: a wrong passphrase or damage, or what the key itself is refused for.
pub(super) fn unlock(
    key: &EncryptedKey,
    path: &Path,
    passphrase_file: Option<&Path>,
) -> anyhow::Result<(SigningKey, Secret<Vec<u8>>)> {
    let passphrase = passphrase::obtain(passphrase_file, path, Purpose::OpenForeign)?;
    let opened = passphrase.expose(|passphrase| key.decrypt(passphrase));
    Ok((opened.map_err(|error| refused(path, &error))?, passphrase))
}

/// What is wrong with a file that holds no key that is read here, and what to do about it if that is known.
pub(super) fn unread(path: &Path, bytes: &[u8], error: &KeyError) -> anyhow::Error {
    let name = source::name(path);
    match hint::of(bytes, error) {
        Some(hint) => Failure::with(Code::Input, format!("{name}: {error}; {hint}")),
        None => refused(path, error),
    }
}

/// What is wrong with a key, with its file's name.
pub(super) fn refused(path: &Path, error: &KeyError) -> anyhow::Error {
    Failure::with(Code::Input, format!("{}: {error}", source::name(path)))
}
