//! `kill -9` under load, again and again on the same data.
//!
//! A child process (this test binary, asked for one test) submits from many tasks and prints the id of
//! each acknowledged transaction. It is killed at a random instant; then everything it acknowledged
//! must be there, every block must be whole, and the state root must recompute.

use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use hufu_light::Hash;
use hufu_node::Ledger;
use rand::{RngExt, SeedableRng};

use crate::support::{Sender, config};

const ROUNDS: u64 = 20;
const FOLDER: &str = "HUFU_CRASH_FOLDER";

#[test]
fn twenty_kills_lose_nothing_acknowledged_and_leave_nothing_half_done() {
    let folder = tempfile::tempdir().unwrap();
    let seed = u64::from(std::process::id());
    println!("seed {seed}");
    let mut rng = rand_chacha::ChaCha20Rng::seed_from_u64(seed);
    let mut acknowledged = 0;
    for round in 0..ROUNDS {
        let delay = Duration::from_millis(rng.random_range(1..250));
        let ids = killed_after(folder.path(), delay);
        let (config, _) = config(folder.path());
        let ledger = Ledger::open(config).unwrap();
        let checked = ledger.check().unwrap();
        for id in &ids {
            ledger.transaction(id).unwrap();
        }
        acknowledged += ids.len() as u64;
        assert!(checked.transactions >= acknowledged, "round {round}");
        println!("round {round}: {delay:?}, {} acknowledged, {checked:?}", ids.len());
    }
    assert!(acknowledged > 100, "only {acknowledged} transactions were acknowledged in all rounds");
}

/// Runs the child, kills it that long after its first acknowledgement, and returns what it acknowledged.
fn killed_after(folder: &Path, delay: Duration) -> Vec<Hash> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crash::child", "--nocapture"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    let (started, first) = std::sync::mpsc::channel();
    let reader = std::thread::spawn(move || {
        let mut ids = Vec::new();
        for line in output.lines() {
            // the last line may be cut short: it was not acknowledged to anyone
            if let Some(id) = line.ok().and_then(|line| Hash::from_hex(line.strip_prefix("ack ")?).ok()) {
                ids.push(id);
                let _ = started.send(());
            }
        }
        ids
    });
    first.recv_timeout(Duration::from_secs(60)).expect("the child acknowledges something");
    std::thread::sleep(delay);
    child.kill().unwrap();
    child.wait().unwrap();
    reader.join().unwrap()
}

/// Not a test by itself: the process that gets killed.
#[test]
fn child() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let ledger = Ledger::open(config(Path::new(&folder)).0).unwrap();
        let registrar = Sender::registrar();
        let next = ledger.next_sequence(&registrar.did).unwrap();
        let numbers = std::sync::Arc::new(std::sync::atomic::AtomicU64::new(next));
        let submitters = (0..16).map(|_| {
            let (ledger, numbers) = (ledger.clone(), numbers.clone());
            tokio::spawn(async move {
                let registrar = Sender::registrar();
                loop {
                    let number = numbers.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                    let (_, transaction) = registrar.create(ledger.anchor(), number, number);
                    let receipt = ledger.submit(transaction).await.unwrap();
                    let line = format!("\nack {}\n", receipt.transaction);
                    std::io::stdout().lock().write_all(line.as_bytes()).unwrap();
                }
            })
        });
        futures::future::join_all(submitters).await;
    });
}
