//! `hufu key derive`: from a seed or an extended key down a path, to a file, to the keystore, or to a description.

use std::path::Path;

use hufu_keys::{
    Algorithm, Error as KeyError, Secret,
    hd::{DerivationPath, ExtendedPrivateKey, ExtendedPublicKey, MAX_SEED_BYTES, Network},
};
use serde_json::json;

use super::{
    describe, form, lines,
    sink::{self, Audience},
    source,
};
use crate::{
    args::Derive,
    exit::{Code, Failure},
    output::Output,
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
        description["keystore"] = json!(store.path());
    } else if let Some(file) = options.destination.out.as_deref() {
        write(options, key, &public, network, file, output)?;
        if options.destination.is_standard() {
            return Ok(()); // nothing but the key belongs there
        }
        description["file"] = json!(file);
    }
    output.result(&description, || lines(&description));
    Ok(())
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
        form::encrypted(key.signing_key(), options.format, options.keys.passphrase_file.as_deref(), path)?
    } else {
        form::private(key.signing_key(), options.format)?
    };
    bytes.expose(|bytes| sink::write(path, force, Audience::Owner, bytes, output))
}

/// Where the path begins.
fn start(options: &Derive) -> anyhow::Result<(Extended, Network)> {
    match (&options.seed, &options.from) {
        (Some(path), _) => {
            let network = if options.testnet { Network::Test } else { Network::Main };
            Ok((Extended::Private(master(path, options.algorithm.into())?), network))
        }
        (None, Some(path)) => extended(path),
        (None, None) => Err(Failure::with(Code::Input, "derived from what? give --seed or --from")),
    }
}

fn master(path: &Path, algorithm: Algorithm) -> anyhow::Result<ExtendedPrivateKey> {
    let text = secret_file(path, "a seed")?;
    let seed = text.expose(|text| hex::decode(text.trim_ascii())).map(Secret::new).map_err(|_| {
        Failure::with(
            Code::Input,
            format!(
                "{} is no seed: 16 to 64 bytes in hexadecimal are, for example of `openssl rand -hex 32`",
                source::name(path)
            ),
        )
    })?;
    seed.expose(|seed| ExtendedPrivateKey::from_seed(algorithm, seed))
        .map_err(|error| source::refused(path, &error))
}

/// A private half is refused if others may read the file.
fn extended(path: &Path) -> anyhow::Result<(Extended, Network)> {
    let (bytes, open_mode) = source::read(path, MAX_FILE_BYTES, "an extended key")?;
    let bytes = Secret::new(bytes);
    let read = bytes.expose(|bytes| {
        let text = std::str::from_utf8(bytes).unwrap_or_default().trim();
        match ExtendedPrivateKey::from_xprv(text) {
            Ok((key, network)) => Ok((Extended::Private(key), network)),
            Err(KeyError::PublicKeyGiven) => {
                ExtendedPublicKey::from_xpub(text).map(|(key, network)| (Extended::Public(key), network))
            }
            Err(error) => Err(error),
        }
    });
    let (key, network) = read.map_err(|error| source::refused(path, &error))?;
    if let (Extended::Private(_), Some(mode)) = (&key, open_mode) {
        return Err(exposed(path, "an extended private key", mode));
    }
    Ok((key, network))
}

/// Reads a file that only its owner may read.
fn secret_file(path: &Path, what: &str) -> anyhow::Result<Secret<Vec<u8>>> {
    let (bytes, open_mode) = source::read(path, MAX_FILE_BYTES, what)?;
    let bytes = Secret::new(bytes);
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
