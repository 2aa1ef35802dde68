//! `hufu key derive`: from a seed or an extended key down a path, to a file, to the keystore, or to a description.

use std::path::Path;

use hufu_keys::{
    Algorithm, Error as KeyError, Secret,
    hd::{DerivationPath, ExtendedPrivateKey, ExtendedPublicKey, MAX_SEED_BYTES, MIN_SEED_BYTES, Network},
};
use serde_json::json;
use zeroize::Zeroizing;

use super::{describe, form, lines, origin};
use crate::{
    args::{Derive, TreeAlg},
    commands::{
        sink::{self, Audience},
        source,
    },
    exit::{Code, Failure},
    output::{Output, path_text},
    passphrase::{self, Purpose},
};

/// The largest file of a seed or an extended key: two digits for each byte of a seed, with room for line ends.
const MAX_FILE_BYTES: usize = 4 * MAX_SEED_BYTES;

/// A key of either half.
enum Extended {
    Private(ExtendedPrivateKey),
    Public(ExtendedPublicKey),
}

pub(super) fn run(options: &Derive, output: Output) -> anyhow::Result<()> {
    // everything that can be refused is, before files are read and passphrases asked for
    let inputs = [
        ("--seed", options.seed.as_deref()),
        ("--from", options.from.as_deref()),
        ("--passphrase-file", options.keys.passphrase_file.as_deref()),
    ];
    options.destination.check_apart(&inputs)?;
    options.destination.check()?;
    let path: DerivationPath =
        options.path.parse().map_err(|error: KeyError| Failure::with(Code::Input, error.to_string()))?;
    if options.encrypt {
        form::check_encryptable(options.format)?;
    }
    let (start, network) = start(options)?;
    let key = start.derive(&path).map_err(|error| Failure::with(Code::Input, error.to_string()))?;
    let public = key.to_public();
    let mut description = describe(public.verifying_key());
    description["path"] = json!(path.to_string());
    description["fingerprint"] = json!(hex::encode(public.identifier().get(..4).unwrap_or_default()));
    if let Some(name) = &options.into {
        let key = key.into_private()?.into_signing_key();
        let mut store = options.keys.open_or_begin()?;
        store.insert(name, key)?;
        store.save()?;
        description["name"] = json!(name);
        description["keystore"] = json!(path_text(store.path()));
    } else if let Some(file) = options.destination.out.as_deref() {
        write(options, key, &public, network, file, output)?;
        if options.destination.is_standard() {
            return Ok(()); // nothing but the key belongs there
        }
        description["file"] = json!(file);
    }
    output.result(&description, || lines(&description))
}

fn write(
    options: &Derive,
    key: Extended,
    public: &ExtendedPublicKey,
    network: Network,
    path: &Path,
    output: Output,
) -> anyhow::Result<()> {
    let force = options.destination.force;
    let input = |error: KeyError| Failure::with(Code::Input, error.to_string());
    if options.public {
        let bytes = if options.extended {
            format!("{}\n", public.to_xpub(network).map_err(input)?).into_bytes()
        } else {
            form::public(public.verifying_key(), options.format)?
        };
        return sink::write(path, force, Audience::Everybody, &bytes, output);
    }
    let key = key.into_private()?;
    let bytes = if options.extended {
        let text = key.to_xprv(network).map_err(input)?;
        text.expose(|text| Secret::new([text.as_bytes(), b"\n"].concat()))
    } else if options.encrypt {
        let file = options.keys.passphrase_file.as_deref();
        form::encrypted(key.signing_key(), options.format, &passphrase::obtain(file, path, Purpose::Seal)?)?
    } else {
        form::private(key.signing_key(), options.format)?
    };
    bytes.expose(|bytes| sink::write(path, force, Audience::Owner, bytes, output))
}

/// Where the path begins.
fn start(options: &Derive) -> anyhow::Result<(Extended, Network)> {
    match (&options.seed, &options.from) {
        (Some(path), _) => {
            check_is_file(path, "--seed")?;
            let network = if options.testnet { Network::Test } else { Network::Main };
            Ok((Extended::Private(master(path, options.algorithm.into())?), network))
        }
        (None, Some(path)) => {
            check_is_file(path, "--from")?;
            extended(path)
        }
        (None, None) => Err(Failure::with(Code::Input, "derived from what? give --seed or --from")),
    }
}

/// Refuses a secret itself where its file is meant, and does not repeat it.
fn check_is_file(path: &Path, option: &str) -> anyhow::Result<()> {
    if path.exists() || !path.to_str().is_some_and(is_secret) {
        return Ok(());
    }
    Err(Failure::with(
        Code::Input,
        format!(
            "{option} takes a file and was given the secret itself, which other users of this machine may have seen: \
             write it into a file of mode 0600, or pipe it to {option} -"
        ),
    ))
}

/// Whether a text looks like a seed or an extended private key.
fn is_secret(text: &str) -> bool {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    let is_seed = (2 * MIN_SEED_BYTES..=2 * MAX_SEED_BYTES).contains(&digits.len())
        && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    is_seed || ["xprv", "tprv"].iter().any(|kind| text.starts_with(kind))
}

fn master(path: &Path, algorithm: Algorithm) -> anyhow::Result<ExtendedPrivateKey> {
    let text = secret_file(path, "a seed")?;
    let seed = hex::decode(text.trim_ascii()).map(Secret::new).map_err(|_| {
        Failure::with(
            Code::Input,
            format!(
                "{} is no seed: 16 to 64 bytes in hexadecimal are, for example of `openssl rand -hex 32`",
                source::name(path)
            ),
        )
    })?;
    seed.expose(|seed| ExtendedPrivateKey::from_seed(algorithm, seed))
        .map_err(|error| origin::refused(path, &error))
}

/// A private half is refused if others may read the file.
fn extended(path: &Path) -> anyhow::Result<(Extended, Network)> {
    let (bytes, open_mode) = source::read(path, MAX_FILE_BYTES, "an extended key")?;
    let text = std::str::from_utf8(&bytes).unwrap_or_default().trim();
    let read = match ExtendedPrivateKey::from_xprv(text) {
        Ok((key, network)) => Ok((Extended::Private(key), network)),
        Err(KeyError::PublicKeyGiven) => {
            ExtendedPublicKey::from_xpub(text).map(|(key, network)| (Extended::Public(key), network))
        }
        Err(error) => Err(error),
    };
    let (key, network) = read.map_err(|error| origin::refused(path, &error))?;
    if let (Extended::Private(_), Some(mode)) = (&key, open_mode) {
        return Err(exposed(path, "an extended private key", mode));
    }
    Ok((key, network))
}

/// Reads a file that only its owner may read.
fn secret_file(path: &Path, what: &str) -> anyhow::Result<Zeroizing<Vec<u8>>> {
    let (bytes, open_mode) = source::read(path, MAX_FILE_BYTES, what)?;
    match open_mode {
        Some(mode) => Err(exposed(path, what, mode)),
        None => Ok(bytes),
    }
}

fn exposed(path: &Path, what: &str, mode: u32) -> anyhow::Error {
    let path = path.display();
    Failure::with(
        Code::Input,
        format!(
            "{path} holds {what} and is open to other users of this machine (mode {mode:04o}): chmod 600 it"
        ),
    )
}

impl From<TreeAlg> for Algorithm {
    fn from(alg: TreeAlg) -> Self {
        match alg {
            TreeAlg::Ed25519 => Self::Ed25519,
            TreeAlg::P256 => Self::P256,
            TreeAlg::Secp256k1 => Self::Secp256k1,
            TreeAlg::Sm2 => Self::Sm2,
        }
    }
}

impl Extended {
    fn derive(&self, path: &DerivationPath) -> Result<Self, KeyError> {
        Ok(match self {
            Self::Private(key) => Self::Private(key.derive(path)?),
            Self::Public(key) => Self::Public(key.derive(path)?),
        })
    }

    fn to_public(&self) -> ExtendedPublicKey {
        match self {
            Self::Private(key) => key.to_public(),
            Self::Public(key) => key.clone(),
        }
    }

    /// # Errors
    /// [`Code::Input`] for a public key.
    fn into_private(self) -> anyhow::Result<ExtendedPrivateKey> {
        match self {
            Self::Private(key) => Ok(key),
            Self::Public(_) => Err(Failure::with(
                Code::Input,
                "an extended public key has public keys below it only: give --public, or start from an xprv",
            )),
        }
    }
}
