//! `hufu key convert`.

use std::path::Path;

use hufu_keys::{AnyKey, Secret, VerifyingKey};
use serde_json::json;

use super::{
    describe, form, lines,
    origin::{self, KeyFile, Opened},
};
use crate::{
    args::{Convert, KeyFormat},
    commands::sink::{self, Audience},
    exit::{Code, Failure},
    output::{Output, path_text},
    passphrase::{self, Purpose},
};

pub(super) fn run(options: &Convert, output: Output) -> anyhow::Result<()> {
    options.destination.check_apart(&[
        ("--out-passphrase-file", options.out_passphrase_file.as_deref()),
        ("--key-passphrase-file", options.secrets.key_passphrase_file.as_deref()),
        ("--passphrase-file", options.secrets.keys.passphrase_file.as_deref()),
    ])?;
    options.destination.check()?;
    let file = options.file.as_deref().map(KeyFile::read).transpose()?;
    match (&options.into, options.to, file) {
        (Some(name), _, file) => into_keystore(options, name, file, output),
        (None, Some(format), Some(KeyFile { key: AnyKey::Public(key), path, .. })) => {
            if options.encrypt {
                return Err(origin::refused(&path, &hufu_keys::Error::PublicKeyGiven));
            }
            write_public(options, &key, format, output)
        }
        (None, Some(format), file) if options.public => {
            // the only copy of the private key would go
            options.destination.check_apart(&[("the private key", options.file.as_deref())])?;
            let (key, _) = private(options, file)?;
            write_public(options, &key.verifying_key(), format, output)
        }
        (None, Some(format), file) => write_private(options, file, format, output),
        (None, None, _) => Err(Failure::with(Code::Input, "into what? give --to or --into")),
    }
}

fn into_keystore(options: &Convert, name: &str, file: Option<KeyFile>, output: Output) -> anyhow::Result<()> {
    let (key, _) = private(options, file)?;
    let public = key.verifying_key();
    let mut store = options.secrets.keys.open_or_begin()?;
    store.insert(name, key)?;
    store.save()?;
    let mut description = describe(&public);
    description["name"] = json!(name);
    description["keystore"] = json!(path_text(store.path()));
    output.result(&description, || lines(&description))
}

fn write_public(
    options: &Convert,
    key: &VerifyingKey,
    format: KeyFormat,
    output: Output,
) -> anyhow::Result<()> {
    let path = options.destination.out.as_deref().unwrap_or(Path::new("-"));
    let bytes = form::public(key, format)?;
    sink::write(path, options.destination.force, Audience::Everybody, &bytes, output)?;
    report(options, key, output)
}

fn write_private(
    options: &Convert,
    file: Option<KeyFile>,
    format: KeyFormat,
    output: Output,
) -> anyhow::Result<()> {
    // everything that can be refused is, before passphrases are asked for
    let path = options.destination.for_private()?;
    if options.encrypt {
        form::check_encryptable(format)?;
    }
    let (key, used) = private(options, file)?;
    let bytes = if options.encrypt {
        form::encrypted(&key, format, &new_passphrase(options, used, path)?)?
    } else {
        form::private(&key, format)?
    };
    bytes.expose(|bytes| sink::write(path, options.destination.force, Audience::Owner, bytes, output))?;
    report(options, &key.verifying_key(), output)
}

/// What the file is encrypted under: what was given for it, else what opened the input, else what is given for inputs or asked for.
fn new_passphrase(
    options: &Convert,
    used: Option<Secret<Vec<u8>>>,
    path: &Path,
) -> anyhow::Result<Secret<Vec<u8>>> {
    match (options.out_passphrase_file.as_deref(), used) {
        // other software encrypts under an empty one
        (None, Some(used)) if !used.expose(Vec::is_empty) => Ok(used),
        (file, _) => {
            passphrase::obtain(file.or(origin::file_passphrase(&options.secrets)), path, Purpose::Seal)
        }
    }
}

/// The private key of the file, or of the keystore, and the passphrase that opened it.
fn private(options: &Convert, file: Option<KeyFile>) -> anyhow::Result<Opened> {
    match (file, &options.name) {
        (Some(file), _) => file.open(&options.secrets),
        (None, Some(name)) => {
            let (key, passphrase) = options.secrets.keys.open()?.into_key(name)?;
            Ok((key, Some(passphrase)))
        }
        (None, None) => Err(Failure::with(Code::Input, "which key? give a file or --name")),
    }
}

/// What was written, unless the key itself went to standard output.
fn report(options: &Convert, public: &VerifyingKey, output: Output) -> anyhow::Result<()> {
    if options.destination.is_standard() {
        return Ok(());
    }
    let mut description = describe(public);
    description["file"] = json!(options.destination.out);
    output.result(&description, || lines(&description))
}
