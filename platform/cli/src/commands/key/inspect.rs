//! `hufu key inspect`.

use std::path::Path;

use hufu_keys::{
    Algorithm, AnyKey,
    keystore::{self, MAX_BYTES},
};
use serde_json::{Value, json};

use super::{
    describe, lines,
    origin::{self, KeyFile},
    signature,
};
use crate::{
    args::Inspect,
    commands::source,
    keystore_file::is_keystore,
    output::{Output, table},
    private_file,
};

pub(super) fn run(options: &Inspect, output: Output) -> anyhow::Result<()> {
    let path = options.file.as_path();
    let (bytes, open_mode) = source::read(path, MAX_BYTES, "a key, signature or keystore")?;
    if is_keystore(&bytes) {
        return inspect_keystore(path, &bytes, output);
    }
    match origin::parse(&bytes) {
        Ok((key, encoding)) => inspect_key(options, KeyFile::new(path, key, encoding, open_mode), output),
        Err(error) => match inspect_signature(&bytes) {
            Some(value) => output.result(&value, || signature_lines(&value)),
            None => Err(origin::unread(path, &bytes, &error)),
        },
    }
}

fn inspect_key(options: &Inspect, file: KeyFile, output: Output) -> anyhow::Result<()> {
    if let Some(exposure) = file.exposure() {
        output.note(format!("Warning: {exposure}"));
    }
    let encoding = file.encoding.to_string();
    let exposed = file.exposure().is_some();
    let (kind, public) = match &file.key {
        AnyKey::Public(key) => ("public key", Some(key.clone())),
        AnyKey::Private(key) => ("private key", Some(key.verifying_key())),
        AnyKey::Encrypted(key) if options.unlock => {
            let (opened, _) = origin::unlock(key, &file.path, options.passphrase_file.as_deref())?;
            ("encrypted private key", Some(opened.verifying_key()))
        }
        _ => ("encrypted private key", None),
    };
    let mut value = public.as_ref().map_or_else(|| json!({}), describe);
    value["kind"] = kind.into();
    value["encoding"] = encoding.into();
    if exposed {
        value["openToOthers"] = true.into();
    }
    output.result(&value, || lines(&value))?;
    if public.is_none() {
        output.note("--unlock asks for the passphrase and shows the public half.");
    }
    Ok(())
}

/// The names and public keys, which a keystore shows without its passphrase.
fn inspect_keystore(path: &Path, bytes: &[u8], output: Output) -> anyhow::Result<()> {
    let entries = keystore::list(bytes).map_err(|error| origin::refused(path, &error))?;
    let keys: Vec<Value> = entries
        .iter()
        .map(|entry| {
            let mut value = describe(&entry.public_key);
            value["name"] = entry.name.as_str().into();
            value
        })
        .collect();
    let value = json!({ "kind": "keystore", "keys": keys });
    output.result(&value, || {
        let rows: Vec<Vec<String>> = entries
            .iter()
            .map(|entry| {
                let key = &entry.public_key;
                vec![entry.name.clone(), key.algorithm().to_string(), key.thumbprint(), key.to_multikey()]
            })
            .collect();
        table(&["name", "algorithm", "thumbprint", "public key"], &rows)
    })?;
    output.note("Names and public keys are authenticated only when the keystore is opened.");
    if path.as_os_str() != "-"
        && let Err(error) = private_file::check_private(path, "600")
    {
        output.note(format!("Warning: {error}"));
    }
    Ok(())
}

/// Which signatures these bytes could be. Nothing in a signature names its algorithm.
fn inspect_signature(bytes: &[u8]) -> Option<Value> {
    let fitting: Vec<String> = Algorithm::ALL
        .into_iter()
        .filter(|algorithm| signature::candidates(*algorithm, bytes).iter().any(Result::is_ok))
        .map(|algorithm| algorithm.to_string())
        .collect();
    (!fitting.is_empty()).then(|| json!({ "kind": "signature", "bytes": bytes.len(), "couldBe": fitting }))
}

fn signature_lines(value: &Value) -> String {
    let fitting: Vec<&str> = value["couldBe"]
        .as_array()
        .map_or(Vec::new(), |names| names.iter().filter_map(Value::as_str).collect());
    format!("kind        signature\ncould be    {}", fitting.join(", "))
}
