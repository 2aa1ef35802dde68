//! `hufu key generate`.

use std::path::Path;

use hufu_keys::{Algorithm, SigningKey, VerifyingKey};
use serde_json::json;

use super::{describe, form, lines};
use crate::{
    args::{Generate, KeyFormat},
    commands::sink::{self, Audience},
    output::{Output, path_text},
    passphrase::{self, Purpose},
};

pub(super) fn run(options: &Generate, output: Output) -> anyhow::Result<()> {
    check(options)?;
    let public = match options.destination.out.as_deref() {
        Some(path) => into_file(options, path, output)?,
        None => into_keystore(options)?,
    };
    if let Some(path) = &options.public_out {
        let bytes = form::public(&public, options.public_format())?;
        sink::write(path, options.destination.force, Audience::Everybody, &bytes, output)?;
    }
    if options.printed().count() > 0 {
        return Ok(()); // nothing but the key belongs there
    }
    let mut description = describe(&public);
    match options.destination.out.as_deref() {
        Some(path) => description["file"] = path_text(path).into(),
        None => {
            description["name"] = json!(options.name);
            description["keystore"] = json!(path_text(&options.keys.keystore));
        }
    }
    output.result(&description, || lines(&description))
}

/// Refuses what would leave a key behind and then fail.
fn check(options: &Generate) -> anyhow::Result<()> {
    let (out, public) = (options.destination.out.as_deref(), options.public_out.as_deref());
    let keystore = out.is_none().then_some(options.keys.keystore.as_path());
    let inputs = [("--passphrase-file", options.keys.passphrase_file.as_deref()), ("--keystore", keystore)];
    let results = [("--out", out), ("--public-out", public)];
    let results: Vec<_> = results.into_iter().filter_map(|(name, path)| Some((name, path?))).collect();
    sink::check_all(&inputs, &results, options.destination.force)?;
    if options.encrypt { form::check_encryptable(options.format) } else { Ok(()) }
}

fn into_file(options: &Generate, path: &Path, output: Output) -> anyhow::Result<VerifyingKey> {
    let key = SigningKey::generate(Algorithm::from(options.algorithm), &mut rand::rng());
    let bytes = if options.encrypt {
        let file = options.keys.passphrase_file.as_deref();
        form::encrypted(&key, options.format, &passphrase::obtain(file, path, Purpose::Seal)?)?
    } else {
        form::private(&key, options.format)?
    };
    bytes.expose(|bytes| sink::write(path, options.destination.force, Audience::Owner, bytes, output))?;
    Ok(key.verifying_key())
}

fn into_keystore(options: &Generate) -> anyhow::Result<VerifyingKey> {
    let mut store = options.keys.open_or_begin()?;
    let public = store.generate(&options.name, options.algorithm.into())?;
    store.save()?;
    Ok(public)
}

impl Generate {
    /// What goes to standard output.
    fn printed(&self) -> impl Iterator<Item = &Path> {
        let files = [self.destination.out.as_deref(), self.public_out.as_deref()];
        files.into_iter().flatten().filter(|path| sink::is_standard(path))
    }

    /// A public key has no SEC1 file; beside one, PEM or DER is meant.
    fn public_format(&self) -> KeyFormat {
        match self.format {
            KeyFormat::Sec1 => KeyFormat::Pem,
            KeyFormat::Sec1Der => KeyFormat::Der,
            other => other,
        }
    }
}
