//! `hufu did`: make, change and resolve DIDs.
//!
//! Private keys are made and kept in the keystore of this machine; a service only ever sees signed
//! operations. What is to be signed with which key is read from the DID's head record, whose proof is
//! checked first; the names of keys in the keystore are for their owner.
//!
//! | name in the keystore | what |
//! |---|---|
//! | `<name>/key-<n>` | the verification method `#key-<n>` |
//! | `<name>/update-<n>` | update keys: the present one, and the next one that the DID is committed to |
//! | `<name>/recovery-<n>` | the recovery key |

mod change;
mod create;
mod resolve;

use hufu_did::{Relationship, key};
use serde_json::json;

use crate::{
    args::{Alg, Did, Keys, Unlock},
    output::{Output, path_text},
};

/// What a verification method made here is for.
const PURPOSES: [Relationship; 3] =
    [Relationship::Authentication, Relationship::AssertionMethod, Relationship::CapabilityInvocation];

pub(super) async fn run(command: Did, output: Output) -> anyhow::Result<()> {
    match command {
        Did::Key { algorithm, name, keys } => new_key(algorithm, &name, &keys, output),
        Did::Create { algorithm, name, offline, network, keys, service } => {
            let wish = create::Wish { algorithm: algorithm.into(), name, offline, network };
            create::run(wish, &keys, &service, output).await
        }
        Did::Update {
            did,
            name: _,
            add_service,
            remove_service,
            ring_key,
            remove_ring_key,
            keys,
            service,
        } => {
            let unlock = Unlock { passphrase_file: keys.passphrase_file.clone() };
            let ring_key = ring_key.map(|file| super::ring::read_private(&file, &unlock)).transpose()?;
            let change = change::Change::Document {
                add_services: add_service,
                remove_services: remove_service,
                ring_key: ring_key.map(Box::new),
                remove_ring_key,
            };
            change::run(&did, change, &keys, &service, output).await
        }
        Did::Rotate { did, name, keys, service } => {
            change::run(&did, change::Change::Rotate { name }, &keys, &service, output).await
        }
        Did::Recover { did, name, keys, service } => {
            change::run(&did, change::Change::Recover { name }, &keys, &service, output).await
        }
        Did::Deactivate { did, name: _, keys, service } => {
            change::run(&did, change::Change::Deactivate, &keys, &service, output).await
        }
        Did::Resolve { did, version_id, version_time, service } => {
            resolve::run(&did, version_id, version_time, &service, output).await
        }
    }
}

fn new_key(algorithm: Alg, name: &str, keys: &Keys, output: Output) -> anyhow::Result<()> {
    let mut store = keys.open_or_begin()?;
    let public = store.generate(name, algorithm.into())?;
    store.save()?;
    let did = key::did(&public);
    let result = json!({
        "did": did.as_str(),
        "verificationMethod": key::verification_method(&public).as_str(),
        "algorithm": public.algorithm().to_string(),
        "name": name,
        "keystore": path_text(store.path()),
    });
    output.result(&result, || did.to_string())?;
    output.note(format!("The private key is {name:?} in {}.", store.path().display()));
    Ok(())
}
