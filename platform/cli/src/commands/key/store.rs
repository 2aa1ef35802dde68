//! `hufu key list`, `remove` and `passphrase`: a keystore as a whole.

use serde_json::{Value, json};

use super::describe;
use crate::{
    args::{ChangePassphrase, ListKeys, RemoveKey},
    exit::{Code, Failure},
    output::{Output, path_text, table},
    passphrase,
};

/// Opens the store, so that names and keys are what its owner wrote. `hufu key inspect` shows without the passphrase what anybody may
/// have written.
pub(super) fn list(options: &ListKeys, output: Output) -> anyhow::Result<()> {
    let store = options.keys.open()?;
    let keys: Vec<Value> = store
        .keys()
        .map(|(name, key)| {
            let mut value = describe(&key.verifying_key());
            value["name"] = name.into();
            value
        })
        .collect();
    let value = json!({ "keystore": path_text(store.path()), "keys": keys });
    output.result(&value, || {
        let cell = |key: &Value, member: &str| key[member].as_str().unwrap_or_default().to_owned();
        let rows: Vec<Vec<String>> = keys
            .iter()
            .map(|key| ["name", "algorithm", "did"].map(|member| cell(key, member)).to_vec())
            .collect();
        table(&["name", "algorithm", "did"], &rows)
    })
}

pub(super) fn remove(options: &RemoveKey, output: Output) -> anyhow::Result<()> {
    let name = &options.name;
    if !options.force {
        return Err(Failure::with(
            Code::Input,
            format!(
                "nothing brings a removed key back: --force removes {name:?}, `hufu key convert` copies it before"
            ),
        ));
    }
    let mut store = options.keys.open_to_change()?;
    let public = store.remove(name)?;
    store.save()?;
    let mut value = describe(&public);
    value["removed"] = json!(name);
    value["keystore"] = json!(path_text(store.path()));
    output.result(&value, || format!("removed {name:?} from {}", store.path().display()))
}

/// The old passphrase is the one that every other command takes; the new one comes from its own file or from the terminal.
pub(super) fn passphrase(options: &ChangePassphrase, output: Output) -> anyhow::Result<()> {
    let store = options.keys.open()?;
    // nobody else has to wait for the answer
    let new = passphrase::obtain_new(options.new_passphrase_file.as_deref(), store.path())?;
    let mut store = store.locked()?;
    store.change_passphrase(new);
    store.save()?;
    let value = json!({ "keystore": path_text(store.path()), "keys": store.keys().count() });
    output.result(&value, || format!("{} has a new passphrase", store.path().display()))
}
