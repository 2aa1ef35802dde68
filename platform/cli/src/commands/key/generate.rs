//! `hufu key generate`.

use std::path::Path;

use hufu_keys::{Algorithm, SigningKey, VerifyingKey};
use serde_json::json;

use super::{
    describe, form, lines,
    sink::{self, Audience},
};
use crate::{args::Generate, output::Output};

pub(super) fn run(options: &Generate, output: Output) -> anyhow::Result<()> {
    let force = options.destination.force;
    options.destination.check()?;
    if let Some(path) = &options.public_out {
        sink::check_free(path, force)?;
    }
    sink::check_apart(options.destination.out.as_deref(), options.public_out.as_deref())?;
    if options.encrypt {
        form::check_encryptable(options.format)?;
    }
    let public = match options.destination.out.as_deref() {
        Some(path) => into_file(options, path, output)?,
        None => into_keystore(options)?,
    };
    if let Some(path) = &options.public_out {
        let bytes = form::public(&public, options.public_format())?;
        sink::write(path, force, Audience::Everybody, &bytes, output)?;
    }
    if options.destination.out.as_deref().is_some_and(|path| path.as_os_str() == "-") {
        return Ok(()); // nothing but the key belongs there
    }
    let mut description = describe(&public);
    match options.destination.out.as_deref() {
        Some(path) => description["file"] = json!(path),
        None => {
            description["name"] = json!(options.name);
            description["keystore"] = json!(options.keys.keystore);
        }
    }
    output.result(&description, || lines(&description));
    Ok(())
}

fn into_file(options: &Generate, path: &Path, output: Output) -> anyhow::Result<VerifyingKey> {
    let key = SigningKey::generate(Algorithm::from(options.algorithm), &mut rand::rng());
    let bytes = if options.encrypt {
        form::encrypted(&key, options.format, options.keys.passphrase_file.as_deref(), path)?
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
    /// A public key has no SEC1 file; beside one, PEM or DER is meant.
    fn public_format(&self) -> crate::args::KeyFormat {
        use crate::args::KeyFormat as F;
        match self.format {
            F::Sec1 => F::Pem,
            F::Sec1Der => F::Der,
            other => other,
        }
    }
}
