//! `kill -9` of `hufu dev` under load, twenty times, at random instants.
//!
//! After each kill the ledger is checked block by block and its state root recomputed from all records; after the
//! restart every acknowledged DID resolves.
#![allow(clippy::unwrap_used, reason = "a test stops at the first broken assumption")]

mod common;

use std::{sync::Arc, time::Duration};

use common::{Dev, hufu, json, operator_key};
use rand::RngExt as _;
use serde_json::{Value, json as value};
use tokio::sync::Mutex;

/// How often it is killed.
const ROUNDS: u32 = 20;

/// Concurrent clients.
const CLIENTS: usize = 8;

/// The longest time under load before a kill, in milliseconds.
const LONGEST: u64 = 400;

async fn create(client: &reqwest::Client, url: &str, key: &str) -> Option<String> {
    let request = client.post(format!("{url}/1.0/create")).bearer_auth(key).json(&value!({}));
    let answer = request.send().await.ok()?;
    if answer.status() != reqwest::StatusCode::CREATED {
        return None;
    }
    // A body that broke off is no acknowledgement.
    let body: Value = answer.json().await.ok()?;
    Some(body["didState"]["did"].as_str()?.to_owned())
}

async fn resolves(client: &reqwest::Client, url: &str, did: &str) -> bool {
    let answer = client.get(format!("{url}/1.0/identifiers/{did}")).send().await.unwrap();
    answer.status() == reqwest::StatusCode::OK
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_and_nothing_is_half_done() {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let data = tempfile::tempdir().unwrap();
    let acknowledged: Arc<Mutex<Vec<String>>> = Arc::default();
    let mut busy = 0;
    for round in 0..ROUNDS {
        let dev = Dev::start(data.path());
        let key = operator_key(data.path());
        let client = reqwest::Client::new();
        let known = acknowledged.lock().await.clone();
        // All of the last rounds' and a sample of the older ones: the check below covers every record anyway.
        for did in known.iter().rev().take(400) {
            assert!(
                resolves(&client, &dev.url, did).await,
                "round {round}: {did} was acknowledged and is gone"
            );
        }
        let before = known.len();
        let load: Vec<_> = (0..CLIENTS)
            .map(|_| {
                let (client, url, key) = (client.clone(), dev.url.clone(), key.clone());
                let acknowledged = Arc::clone(&acknowledged);
                tokio::spawn(async move {
                    while let Some(did) = create(&client, &url, &key).await {
                        acknowledged.lock().await.push(did);
                    }
                })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(rand::rng().random_range(1..=LONGEST))).await;
        dev.kill();
        for client in load {
            client.await.unwrap();
        }
        let now = acknowledged.lock().await.len();
        busy += u32::from(now > before);
        let found = json(hufu().args(["--json", "node", "--check", "--data"]).arg(data.path()));
        assert!(found["transactions"].as_u64().unwrap() >= now as u64, "round {round}: {found}");
    }
    let dev = Dev::start(data.path());
    let client = reqwest::Client::new();
    let all = acknowledged.lock().await.clone();
    for did in &all {
        assert!(resolves(&client, &dev.url, did).await, "{did} was acknowledged and is gone");
    }
    assert!(busy > ROUNDS / 2, "only {busy} of {ROUNDS} kills came while writes were being acknowledged");
    println!(
        "{ROUNDS} kills, {busy} of them after acknowledged writes of that round; {} DIDs, all there",
        all.len()
    );
}
