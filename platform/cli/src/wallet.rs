//! A wallet: a folder that belongs to one holder and verifies on its own.
//!
//! | in the folder (0700) | what |
//! |---|---|
//! | `keystore.json` (0600) | the holder's key, sealed under a passphrase |
//! | `anchors.json` | the networks that are trusted: name to genesis hash, each pinned once |
//! | `credentials/<number>.json` | credentials, numbered as `hufu wallet list` shows them |
//! | `answers/<network>/<hash>.answer` | certified answers of ledgers: DID records and statuses |
//!
//! Nothing read from `answers` is believed before its proof is checked against a pinned anchor, so that
//! folder may come from anybody.

mod anchors;
mod credentials;
mod evidence;

pub(crate) use credentials::Held;
pub(crate) use evidence::{Evidence, keep};

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use hufu_keys::{Algorithm, SigningKey, VerifyingKey};

use self::{anchors::Anchors, credentials::Credentials};
use crate::{
    exit::{Code, Failure},
    keystore_file::KeystoreFile,
    private_file,
};

/// What the holder's key is called in the wallet's keystore.
const HOLDER: &str = "holder";

/// An existing wallet.
pub(crate) struct Wallet {
    folder: PathBuf,
}

impl Wallet {
    /// Makes a wallet with a new holder key.
    ///
    /// # Errors
    /// [`Code::Input`] if there is one in the folder already.
    pub(crate) fn create(
        folder: &Path,
        algorithm: Algorithm,
        passphrase_file: Option<&Path>,
    ) -> anyhow::Result<(Self, VerifyingKey)> {
        let wallet = Self { folder: folder.to_owned() };
        if wallet.is_there()? {
            return Err(Failure::with(Code::Input, format!("{} holds a wallet already", folder.display())));
        }
        make_private(folder)?;
        make_private(&wallet.credentials_folder())?;
        make_private(&wallet.answers_folder())?;
        let mut store = KeystoreFile::open_or_begin(&wallet.keystore(), passphrase_file)?;
        let public = store.generate(HOLDER, algorithm)?;
        // last: a folder with a keystore is a wallet
        store.save()?;
        Ok((wallet, public))
    }

    /// Opens a wallet; its keystore stays closed until something is to be signed.
    ///
    /// # Errors
    /// [`Code::Input`] if there is none, or others can look into it.
    pub(crate) fn open(folder: &Path) -> anyhow::Result<Self> {
        let wallet = Self { folder: folder.to_owned() };
        if !wallet.is_there()? {
            return Err(Failure::with(
                Code::Input,
                format!("{} holds no wallet: `hufu wallet init` makes one", folder.display()),
            ));
        }
        private_file::check_private(folder, "700")?;
        Ok(wallet)
    }

    /// The wallet of `HUFU_WALLET`, or in the folder `wallet`, if there is one.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub(crate) fn at_hand() -> anyhow::Result<Option<Self>> {
        let folder = std::env::var_os("HUFU_WALLET").map_or_else(|| PathBuf::from("wallet"), PathBuf::from);
        let wallet = Self { folder: folder.clone() };
        if wallet.is_there()? { Self::open(&folder).map(Some) } else { Ok(None) }
    }

    /// The holder's private key.
    ///
    /// # Errors
    /// As [`KeystoreFile::open`].
    pub(crate) fn holder(&self, passphrase_file: Option<&Path>) -> anyhow::Result<SigningKey> {
        KeystoreFile::open(&self.keystore(), passphrase_file)?.take(HOLDER)
    }

    /// The pinned trust anchors.
    ///
    /// # Errors
    /// [`Code::Input`] if the file is damaged.
    pub(crate) fn anchors(&self) -> anyhow::Result<Anchors> {
        Anchors::read(&self.folder.join("anchors.json"))
    }

    /// The credentials.
    pub(crate) fn credentials(&self) -> Credentials {
        Credentials::in_folder(self.credentials_folder())
    }

    /// The certified answers whose proofs hold, under the pinned anchors.
    ///
    /// # Errors
    /// [`Code::Input`] if the folder cannot be read.
    pub(crate) fn evidence(&self) -> anyhow::Result<Evidence> {
        Evidence::read(&self.answers_folder(), &self.anchors()?)
    }

    /// The folder of certified answers.
    pub(crate) fn answers_folder(&self) -> PathBuf {
        self.folder.join("answers")
    }

    fn credentials_folder(&self) -> PathBuf {
        self.folder.join("credentials")
    }

    /// What may not be looked for is not missing.
    fn is_there(&self) -> anyhow::Result<bool> {
        let named = || format!("{} cannot be read", self.folder.display());
        self.keystore().try_exists().with_context(named)
    }

    fn keystore(&self) -> PathBuf {
        self.folder.join("keystore.json")
    }
}

/// Makes a folder of mode 0700, with its parents; one that is there must be private.
pub(crate) fn make_private(folder: &Path) -> anyhow::Result<()> {
    if folder.exists() {
        return private_file::check_private(folder, "700");
    }
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).with_context(|| format!("{} cannot be made", folder.display()))
}
