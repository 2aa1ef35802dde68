//! A keystore on disk: the sealed container of [`hufu_keys::keystore`] in a file of mode 0600.
//!
//! 1. The file's mode is checked before anything is read.
//! 2. A wrong passphrase, damage and a newer format are told apart in words.
//! 3. Changes are made under a lock and written as a whole: a crash leaves the old store or the new one. A link is followed
//!    once, before both: the store behind it is the one that is locked and replaced.

mod place;

pub(crate) use place::{is_keystore, is_keystore_at};

use std::{
    fs::File,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use hufu_keys::{
    Algorithm, Error as KeyError, Secret, SigningKey, VerifyingKey,
    keystore::{self, KdfParams, MAX_BYTES},
};

use self::place::{existing, exists};
use crate::{
    args::{Alg, Keys},
    exit::{Code, Failure},
    passphrase::{self, Purpose},
    private_file, wiped,
};

/// An open keystore.
pub(crate) struct KeystoreFile {
    path: PathBuf,
    keys: Vec<(String, SigningKey)>,
    passphrase: Secret<Vec<u8>>,
    /// Held while the store may be changed.
    _lock: Option<File>,
}

impl KeystoreFile {
    /// Opens an existing store for reading.
    ///
    /// # Errors
    /// [`Code::Input`]: missing, open to others, wrong passphrase, damaged, newer format.
    pub(crate) fn open(path: &Path, passphrase_file: Option<&Path>) -> anyhow::Result<Self> {
        let path = &existing(path)?;
        let passphrase = passphrase::obtain(passphrase_file, path, Purpose::Open)?;
        Self::unseal(path, passphrase, None)
    }

    /// Opens an existing store in order to change it.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub(crate) fn open_to_change(path: &Path, passphrase_file: Option<&Path>) -> anyhow::Result<Self> {
        let path = &existing(path)?;
        let passphrase = passphrase::obtain(passphrase_file, path, Purpose::Open)?;
        let lock = private_file::lock(path)?;
        Self::unseal(path, passphrase, Some(lock))
    }

    /// The store as it is by now, locked in order to change it.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub(crate) fn locked(self) -> anyhow::Result<Self> {
        let lock = private_file::lock(&self.path)?;
        Self::unseal(&self.path, self.passphrase, Some(lock))
    }

    /// Opens an existing store whose passphrase is known.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub(crate) fn open_with(path: &Path, passphrase: Vec<u8>) -> anyhow::Result<Self> {
        Self::unseal(&existing(path)?, Secret::new(passphrase), None)
    }

    /// Opens a store in order to change it, or begins one that [`Self::save`] will write.
    ///
    /// # Errors
    /// As [`Self::open`], except that the file may be missing.
    pub(crate) fn open_or_begin(path: &Path, passphrase_file: Option<&Path>) -> anyhow::Result<Self> {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder)
                .with_context(|| format!("{} cannot be made", folder.display()))?;
        }
        if exists(path)? {
            return Self::open_to_change(path, passphrase_file);
        }
        let path = private_file::follow(path)?;
        let passphrase = passphrase::obtain(passphrase_file, &path, Purpose::Seal)?;
        let lock = private_file::lock(&path)?;
        // somebody else may have made it while we asked
        if exists(&path)? {
            return Self::unseal(&path, passphrase, Some(lock));
        }
        Ok(Self { path, keys: Vec::new(), passphrase, _lock: Some(lock) })
    }

    fn unseal(path: &Path, passphrase: Secret<Vec<u8>>, lock: Option<File>) -> anyhow::Result<Self> {
        let named = || format!("the keystore {} cannot be read", path.display());
        let file = File::open(path).with_context(named)?;
        let size = file.metadata().with_context(named)?.len();
        let sealed = wiped::read(file, size, MAX_BYTES).with_context(named)?.ok_or_else(|| {
            Failure::with(Code::Input, format!("{} is too large for a keystore", path.display()))
        })?;
        // 2.
        let opened = passphrase.expose(|passphrase| keystore::open(&sealed, passphrase));
        let keys = opened.map_err(|error| refused(path, &error))?;
        Ok(Self { path: path.to_owned(), keys, passphrase, _lock: lock })
    }

    /// The file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The key of this name.
    ///
    /// # Errors
    /// [`Code::Input`], with the names that there are.
    pub(crate) fn key(&self, name: &str) -> anyhow::Result<&SigningKey> {
        self.find(name).ok_or_else(|| {
            let names: Vec<&str> = self.keys.iter().map(|(name, _)| name.as_str()).collect();
            Failure::with(
                Code::Input,
                format!("{} has no key {name:?}; it has: {}", self.path.display(), names.join(", ")),
            )
        })
    }

    /// Takes the key of this name out of the open store; the file keeps it.
    ///
    /// # Errors
    /// As [`Self::key`].
    pub(crate) fn take(&mut self, name: &str) -> anyhow::Result<SigningKey> {
        self.key(name)?;
        let at = self.keys.iter().position(|(known, _)| known == name);
        at.map(|at| self.keys.swap_remove(at).1)
            .ok_or_else(|| Failure::with(Code::Internal, "a key that was found is gone"))
    }

    /// The key of this name, and the passphrase that opened the store.
    ///
    /// # Errors
    /// As [`Self::key`].
    pub(crate) fn into_key(mut self, name: &str) -> anyhow::Result<(SigningKey, Secret<Vec<u8>>)> {
        Ok((self.take(name)?, self.passphrase))
    }

    /// Names and keys, in the order in which they came.
    pub(crate) fn keys(&self) -> impl Iterator<Item = (&str, &SigningKey)> {
        self.keys.iter().map(|(name, key)| (name.as_str(), key))
    }

    /// Removes the key of this name, and tells its public half; the file has it until [`Self::save`].
    ///
    /// # Errors
    /// As [`Self::key`].
    pub(crate) fn remove(&mut self, name: &str) -> anyhow::Result<VerifyingKey> {
        let public = self.key(name)?.verifying_key();
        self.keys.retain(|(known, _)| known != name);
        Ok(public)
    }

    /// Takes another passphrase, under which [`Self::save`] seals.
    pub(crate) fn change_passphrase(&mut self, passphrase: Secret<Vec<u8>>) {
        self.passphrase = passphrase;
    }

    fn find(&self, name: &str) -> Option<&SigningKey> {
        self.keys.iter().find(|(known, _)| known == name).map(|(_, key)| key)
    }

    /// The key whose public half is this Multikey, or fulfils any other condition on it.
    pub(crate) fn by_public(&self, is_it: impl Fn(&str) -> bool) -> Option<&SigningKey> {
        self.keys.iter().map(|(_, key)| key).find(|key| is_it(&key.verifying_key().to_multikey()))
    }

    /// Makes a key under a name that is still free.
    ///
    /// # Errors
    /// [`Code::Input`] if the name is taken.
    pub(crate) fn generate(&mut self, name: &str, algorithm: Algorithm) -> anyhow::Result<VerifyingKey> {
        self.check_free(name)?;
        let key = SigningKey::generate(algorithm, &mut rand::rng());
        let public = key.verifying_key();
        self.keys.push((name.to_owned(), key));
        Ok(public)
    }

    /// Takes in a key under a name that is still free.
    ///
    /// # Errors
    /// [`Code::Input`] if the name is taken.
    pub(crate) fn insert(&mut self, name: &str, key: SigningKey) -> anyhow::Result<()> {
        self.check_free(name)?;
        self.keys.push((name.to_owned(), key));
        Ok(())
    }

    fn check_free(&self, name: &str) -> anyhow::Result<()> {
        if self.find(name).is_none() {
            return Ok(());
        }
        Err(Failure::with(
            Code::Input,
            format!("{} has a key {name:?} already; choose another name", self.path.display()),
        ))
    }

    /// The first of `prefix-1`, `prefix-2`, … that no key has.
    pub(crate) fn free_name(&self, prefix: &str) -> String {
        let name = |number: usize| format!("{prefix}-{number}");
        // among one more name than there are keys, one is free
        (1..=self.keys.len() + 1)
            .map(name)
            .find(|name| self.find(name).is_none())
            .unwrap_or_else(|| name(self.keys.len() + 1))
    }

    /// Seals the store and replaces the file.
    ///
    /// # Errors
    /// What sealing or the system says.
    pub(crate) fn save(&self) -> anyhow::Result<()> {
        let keys: Vec<(&str, &SigningKey)> = self.keys().collect();
        let sealed = self
            .passphrase
            .expose(|passphrase| keystore::seal(&keys, passphrase, &mut rand::rng(), KdfParams::DEFAULT))
            .with_context(|| format!("{} cannot be sealed", self.path.display()))?;
        // 3.
        private_file::replace(&self.path, &sealed)
    }
}

/// Step 2 in words.
fn refused(path: &Path, error: &KeyError) -> anyhow::Error {
    let path = path.display();
    let words = match error {
        KeyError::WrongPassphrase => format!("wrong passphrase: {path} is intact, and this does not open it"),
        KeyError::Damaged(how) => format!("{path} is damaged, no passphrase opens it: {how}"),
        other => format!("{path}: {other}"),
    };
    Failure::with(Code::Input, words)
}

impl Keys {
    /// Opens the store for reading.
    pub(crate) fn open(&self) -> anyhow::Result<KeystoreFile> {
        KeystoreFile::open(&self.keystore, self.passphrase_file.as_deref())
    }

    /// Opens the store for changes; it must be there.
    pub(crate) fn open_to_change(&self) -> anyhow::Result<KeystoreFile> {
        KeystoreFile::open_to_change(&self.keystore, self.passphrase_file.as_deref())
    }

    /// Opens the store for changes, or begins one.
    pub(crate) fn open_or_begin(&self) -> anyhow::Result<KeystoreFile> {
        KeystoreFile::open_or_begin(&self.keystore, self.passphrase_file.as_deref())
    }
}

impl From<Alg> for Algorithm {
    fn from(alg: Alg) -> Self {
        match alg {
            Alg::Ed25519 => Self::Ed25519,
            Alg::P256 => Self::P256,
            Alg::P384 => Self::P384,
            Alg::Secp256k1 => Self::Secp256k1,
            Alg::Sm2 => Self::Sm2,
        }
    }
}
