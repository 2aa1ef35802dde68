//! Durable DID creations per second, by the ledger alone.
//!
//! ```sh
//! cargo run -p hufu-node --example throughput -- [submitters] [seconds] [algorithm] [folder]
//! ```
//! Transactions are made beforehand; measured are admission, ordering, rules, the state tree and one
//! synced write per block.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use hufu_did::hufu::{Builder, Network};
use hufu_keys::{Algorithm, SigningKey};
use hufu_light::{Genesis, Transaction, TrustAnchor, Validator, ValidatorSet};
use hufu_node::{Config, Ledger};
use hufu_wire::Payload;
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

#[allow(clippy::print_stdout)]
fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let submitters: usize = arguments.next().map_or(Ok(64), |text| text.parse())?;
    let seconds: u64 = arguments.next().map_or(Ok(5), |text| text.parse())?;
    let algorithm: Algorithm = arguments.next().map_or(Ok(Algorithm::Ed25519), |text| text.parse())?;
    let temporary = tempfile::tempdir()?;
    let folder = arguments.next().map_or_else(|| temporary.path().join("ledger"), PathBuf::from);

    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let registrar = SigningKey::generate(algorithm, &mut rng);
    let validator = SigningKey::generate(algorithm, &mut rng);
    let genesis = genesis(&registrar, &validator)?;
    let anchor = genesis.anchor();
    let limit = usize::try_from(seconds)? * 8_000;
    println!("making {limit} transactions …");
    let transactions = (1..=limit as u64).map(|n| create(&anchor, &registrar, algorithm, n, &mut rng));
    let mut shares: Vec<Vec<Transaction>> = vec![Vec::new(); submitters];
    for (index, transaction) in transactions.enumerate() {
        if let Some(share) = shares.get_mut(index % submitters) {
            share.push(transaction?);
        }
    }

    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let ledger = Ledger::open(Config::new(folder, genesis, validator))?;
    let start = Instant::now();
    let end = Duration::from_secs(seconds);
    let latencies = runtime.block_on(async {
        let ledger = Arc::new(ledger.clone());
        let submit = |share: Vec<Transaction>| {
            let ledger = Arc::clone(&ledger);
            tokio::spawn(async move {
                let mut latencies = Vec::new();
                for transaction in share {
                    let sent = Instant::now();
                    match ledger.submit(transaction).await {
                        Ok(_) => latencies.push(sent.elapsed()),
                        Err(error) => println!("{error}"),
                    }
                    if start.elapsed() > end {
                        break;
                    }
                }
                latencies
            })
        };
        let all = futures::future::join_all(shares.into_iter().map(submit)).await;
        let mut all: Vec<_> = all.into_iter().flatten().flatten().collect();
        all.sort_unstable();
        all
    });
    let (elapsed, done) = (start.elapsed(), latencies.len());
    let blocks = ledger.head().height;
    let percentile = |p: usize| latencies.get(done * p / 100).copied().unwrap_or_default();
    println!(
        "{algorithm}, {submitters} submitters: {:.0} durable DID creations/s ({done} in {elapsed:.1?}, {blocks} blocks, \
         {:.1} per block), p50 {:.1?}, p99 {:.1?}",
        done as f64 / elapsed.as_secs_f64(),
        done as f64 / blocks.max(1) as f64,
        percentile(50),
        percentile(99),
    );
    let checking = Instant::now();
    let checked = ledger.check()?;
    println!("checked {checked:?} in {:.1?}", checking.elapsed());
    Ok(())
}

fn genesis(registrar: &SigningKey, validator: &SigningKey) -> Result<Genesis> {
    let did = hufu_did::key::did(&registrar.verifying_key()).to_string();
    let governance =
        serde_json::json!({ "members": [{ "did": did }], "lists": { "registrars": [{ "did": did }] } });
    let node = Validator { did: "did:web:node.example".into(), key: validator.verifying_key(), power: 1 };
    let modules = BTreeMap::from([("governance".to_owned(), governance)]);
    Ok(Genesis::new("bench".parse()?, 1_790_000_000_000, ValidatorSet::new(vec![node])?, modules)?)
}

fn create(
    anchor: &TrustAnchor,
    registrar: &SigningKey,
    algorithm: Algorithm,
    number: u64,
    rng: &mut ChaCha20Rng,
) -> Result<Transaction> {
    let network: Network = anchor.network.as_str().parse()?;
    let key = SigningKey::generate(algorithm, rng);
    let purposes = [hufu_did::Relationship::Authentication, hufu_did::Relationship::AssertionMethod];
    let draft = Builder::create(&network, rng)
        .keys(1, [&key.verifying_key()])
        .method("#key-1", &key.verifying_key(), &purposes)
        .build()?;
    let operation = draft.sign(&key).finish().to_bytes();
    let sender = hufu_did::key::did(&registrar.verifying_key());
    let method = hufu_did::key::verification_method(&registrar.verifying_key());
    let payload = Payload::new(anchor, sender.as_str(), number, 100_000, "did", operation);
    Ok(payload.sign(&method.to_string(), registrar))
}
