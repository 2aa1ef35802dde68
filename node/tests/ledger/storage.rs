//! Reopening, foreign data, damage, full disks.

use std::{path::Path, process::Command};

use hufu_keys::Algorithm;
use hufu_light::{Genesis, Validator, ValidatorSet};
use hufu_node::{Config, Error, Ledger};

use crate::support::{START, Sender, Test, config, genesis, key};

#[tokio::test]
async fn a_reopened_ledger_goes_on_where_it_was() {
    let Test { ledger, registrar, folder, .. } = Test::new();
    let path = folder.path().join("ledger");
    let transactions: Vec<_> = (1..=30).map(|n| registrar.create(ledger.anchor(), n, n).1).collect();
    for result in ledger.submit_many(transactions.clone()).await {
        result.unwrap();
    }
    let head = ledger.head();
    let second = Ledger::open(config(&path).0).unwrap_err();
    assert!(matches!(second, Error::Storage(hufu_store::Error::Locked { .. })), "{second}");
    drop(ledger);
    let ledger = Ledger::open(config(&path).0).unwrap();
    assert_eq!(ledger.head(), head);
    assert_eq!(ledger.check().unwrap().transactions, 30);
    for result in ledger.submit_many(transactions).await {
        assert!(matches!(result, Err(Error::Rejected(_))), "replayed after a restart");
    }
    assert_eq!(ledger.next_sequence(&registrar.did).unwrap(), 31);
    ledger.submit(registrar.create(ledger.anchor(), 31, 31).1).await.unwrap();
    assert_eq!(ledger.header(head.height + 1).unwrap().header.parent, head.hash());
}

#[test]
fn another_networks_folder_or_key_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    drop(Ledger::open(config(folder.path()).0).unwrap());
    let node =
        Validator { did: "did:web:b.example".into(), key: key(Algorithm::P256, 9).verifying_key(), power: 1 };
    let set = ValidatorSet::new(vec![node]).unwrap();
    let other = Genesis::new("test".parse().unwrap(), START, set, Default::default()).unwrap();
    let open =
        |genesis: Genesis, key| Ledger::open(Config::new(folder.path().into(), genesis, key)).unwrap_err();
    let error = open(other.clone(), key(Algorithm::P256, 9));
    assert!(matches!(error, Error::OtherNetwork { .. }), "same name, another genesis: {error}");
    let error = open(genesis(), key(Algorithm::P256, 9));
    assert!(matches!(error, Error::Consensus(_)), "a key that is not the validator's: {error}");
    let fresh = tempfile::tempdir().unwrap();
    let error = Ledger::open(Config::new(fresh.path().into(), other, key(Algorithm::Sm2, 1))).unwrap_err();
    assert!(matches!(error, Error::Consensus(_)), "{error}");
}

/// A small file system of its own; `None` where we may not mount one.
struct Tmpfs(tempfile::TempDir);

impl Tmpfs {
    fn new(size: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new("mount");
        command.args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"]).arg(folder.path());
        let mounted =
            command.stderr(std::process::Stdio::null()).status().is_ok_and(|status| status.success());
        if !mounted {
            eprintln!("skipped: no permission to mount a tmpfs");
        }
        mounted.then_some(Self(folder))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn remount(&self, options: &str) {
        let status =
            Command::new("mount").args(["-o", &format!("remount,{options}")]).arg(self.path()).status();
        assert!(status.unwrap().success());
    }
}

impl Drop for Tmpfs {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.path()).status();
    }
}

/// A write that fails midway: the submitter is told why, nothing half-done is visible, reading goes on,
/// and with room again the ledger opens with everything acknowledged.
#[tokio::test]
async fn a_disk_that_fills_up_stops_the_ledger_and_loses_nothing() {
    let Some(disk) = Tmpfs::new("6m") else { return };
    let path = disk.path().join("ledger");
    let registrar = Sender::registrar();
    let ledger = Ledger::open(config(&path).0).unwrap();
    let mut acknowledged = Vec::new();
    let mut number = 0;
    let error = loop {
        let batch: Vec<_> = (0..100)
            .map(|_| {
                number += 1;
                registrar.create(ledger.anchor(), number, number).1
            })
            .collect();
        let ids: Vec<_> = batch.iter().map(hufu_light::Transaction::id).collect();
        let results = ledger.submit_many(batch).await;
        let mut failed = None;
        for (id, result) in ids.into_iter().zip(results) {
            match result {
                Ok(_) => acknowledged.push(id),
                Err(error) => failed = Some(error),
            }
        }
        if let Some(error) = failed {
            break error;
        }
        assert!(number < 100_000, "the disk never filled up");
    };
    assert!(
        matches!(error, Error::Storage(hufu_store::Error::DiskFull { .. }) | Error::Stopped { .. }),
        "{error}"
    );
    let stopped = ledger.status().unwrap().stopped.unwrap();
    assert!(stopped.contains("full"), "{stopped}");
    let (_, more) = registrar.create(ledger.anchor(), number + 1, number + 1);
    assert!(matches!(ledger.submit(more.clone()).await, Err(Error::Stopped { .. })));
    // reading goes on, and shows no half block
    let newest = ledger.head().height;
    assert!(ledger.query(b"x", hufu_node::At::Latest).is_ok());
    assert!(matches!(ledger.block(newest + 1), Err(Error::NotYet { .. })));
    drop(ledger);

    disk.remount("size=64m");
    let ledger = Ledger::open(config(&path).0).unwrap();
    ledger.check().unwrap();
    for id in &acknowledged {
        ledger.transaction(id).unwrap();
    }
    ledger.submit(more).await.unwrap();
    println!("{} acknowledged before the disk was full", acknowledged.len());
}
