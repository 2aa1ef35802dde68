//! `hufu did create`: the operation is made and signed here, and the DID is its hash.

use anyhow::Context as _;
use hufu_did::hufu::{Builder, Network};
use hufu_keys::Algorithm;
use serde_json::{Value, json};

use super::{PURPOSES, change};
use crate::{
    args::{Keys, Service},
    commands::text,
    exit::{Code, Failure},
    keystore_file::KeystoreFile,
    output::{Output, path_text, pretty},
};

/// The DID that is wanted.
pub(super) struct Wish {
    pub(super) algorithm: Algorithm,
    pub(super) name: String,
    pub(super) offline: bool,
    pub(super) network: Option<String>,
}

pub(super) async fn run(wish: Wish, keys: &Keys, service: &Service, output: Output) -> anyhow::Result<()> {
    let client = service.client()?;
    let network = match (&wish.network, wish.offline) {
        (Some(name), _) => name.clone(),
        (None, true) => {
            return Err(Failure::with(
                Code::Input,
                "--offline needs --network: there is nobody to ask for its name",
            ));
        }
        (None, false) => text(&client.get("/v1/trust-anchor").await?, "/network"),
    };
    let network: Network = network.parse().with_context(|| format!("{network:?} is no network"))?;

    let mut store = keys.open_or_begin()?;
    let made = make(&wish, &network, &mut store)?;
    // before anybody hears of the DID: its keys must not be lost to a crash in between
    store.save()?;
    if wish.offline {
        return output.result(&made, || pretty(&made));
    }
    let did = text(&made, "/did");
    let body = json!({
        "options": { "network": network.as_str() },
        "secret": { "signedOperation": made.get("signedOperation") },
    });
    let answer = client.post("/1.0/create", &body).await.with_context(|| {
        format!("{did} is not on the ledger; its keys are in {} nevertheless", store.path().display())
    })?;
    let result = change::outcome(&did, "created", &answer);
    output.result(&result, || did.clone())?;
    output.note(format!(
        "Created at height {}. The keys are {}/… in {}.",
        text(&result, "/height"),
        wish.name,
        store.path().display()
    ));
    Ok(())
}

/// Makes the keys and the signed operation; nothing is written yet.
fn make(wish: &Wish, network: &Network, store: &mut KeystoreFile) -> anyhow::Result<Value> {
    let mut names = Vec::new();
    let mut generate = |store: &mut KeystoreFile, name: String| {
        let public = store.generate(&name, wish.algorithm);
        names.push(name);
        public
    };
    let prefix = &wish.name;
    let method = generate(store, format!("{prefix}/key-1"))?;
    let update = generate(store, format!("{prefix}/update-1"))?;
    let next = generate(store, format!("{prefix}/update-2"))?;
    let recovery = generate(store, format!("{prefix}/recovery-1"))?;
    let draft = Builder::create(network, &mut rand::rng())
        .keys(1, [&update])
        .next_keys(1, [&next])
        .recovery(1, [&recovery])
        .method("#key-1", &method, &PURPOSES)
        .build()?;
    let did = draft.did().to_string();
    let signed = draft.sign(store.key(&format!("{prefix}/update-1"))?).finish();
    Ok(json!({
        "did": did,
        "verificationMethod": format!("{did}#key-1"),
        "network": network.as_str(),
        "signedOperation": signed.to_value(),
        "keys": names,
        "keystore": path_text(store.path()),
    }))
}
