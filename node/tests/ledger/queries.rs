//! Proofs by height and time, absence, scans, history, retention.

use std::num::NonZeroU64;

use hufu_did::hufu::{Builder, head_key, version_key};
use hufu_node::{At, Error, Retention};

use crate::support::{START, Sender, Test, did_key};

#[tokio::test]
async fn presence_and_absence_by_height() {
    let test = Test::new();
    let anchor = test.anchor().clone();
    let first = test.create(1).await;
    let second = test.create(2).await;
    for (did, since) in [(&first, 1), (&second, 2)] {
        for height in 0..=2u64 {
            let key = head_key(did);
            let answer = test.ledger.query(&key, At::Height(height)).unwrap();
            let verified = answer.verify(&anchor, &key).unwrap().at_height(height).unwrap();
            assert_eq!(verified.value().is_some(), height >= since, "{did} at {height}");
        }
    }
    let error = test.ledger.query(b"x", At::Height(3)).unwrap_err();
    assert!(matches!(error, Error::NotYet { height: 3, newest: 2 }), "{error}");
    let latest = test.ledger.query(b"x", At::Latest).unwrap();
    assert_eq!(latest.verify(&anchor, b"x").unwrap().height(), 2);
    assert!(test.ledger.query(&vec![0; 5_000], At::Latest).is_err());
}

#[tokio::test]
async fn time_queries_at_their_boundaries() {
    let test = Test::new();
    let anchor = test.anchor().clone();
    test.clock.set(START + 10_000);
    let did = test.create(1).await;
    test.clock.set(START + 20_000);
    test.create(2).await;
    let key = head_key(&did);
    let at = |time| {
        let answer = test.ledger.query(&key, At::Time(time))?;
        let verified = answer.verify(&anchor, &key).unwrap();
        Ok::<_, Error>((verified.height(), verified.value().is_some(), verified.at_time(time).is_ok()))
    };
    assert!(matches!(at(START - 1), Err(Error::BeforeGenesis { .. })));
    assert_eq!(at(START).unwrap(), (0, false, true));
    assert_eq!(at(START + 9_999).unwrap(), (0, false, true));
    assert_eq!(at(START + 10_000).unwrap(), (1, true, true));
    assert_eq!(at(START + 19_999).unwrap(), (1, true, true));
    assert_eq!(at(START + 20_000).unwrap(), (2, true, true));
    assert_eq!(at(START + 20_001).unwrap(), (2, true, false), "no later block proves that nothing changed");
}

#[tokio::test]
async fn block_times_never_stand_still_or_run_backwards() {
    let test = Test::new();
    test.clock.set(START + 5_000);
    test.create(1).await;
    test.create(2).await;
    test.clock.set(1);
    test.create(3).await;
    let times: Vec<_> = (0..=3).map(|h| test.ledger.header(h).unwrap().header.time_ms - START).collect();
    assert_eq!(times, [0, 5_000, 5_001, 5_002]);
}

#[tokio::test]
async fn scans_run_in_pages_over_a_prefix() {
    let test = Test::new();
    for number in 1..=5 {
        test.create(number).await;
    }
    let mut keys = Vec::new();
    loop {
        let after: Option<&Vec<u8>> = keys.last();
        let page = test.ledger.scan(b"did/", after.map(Vec::as_slice), 3).unwrap();
        if page.is_empty() {
            break;
        }
        assert!(page.len() <= 3);
        keys.extend(page.into_iter().map(|(key, _)| key));
    }
    assert_eq!(keys.len(), 10, "a head and a version for each");
    assert!(keys.is_sorted());
    assert!(keys.iter().all(|key| key.starts_with(b"did/did:hufu:test:")));
    assert_eq!(test.ledger.scan(b"did0", None, 10).unwrap(), []);
}

#[tokio::test]
async fn every_change_of_a_key_can_be_listed_and_proven() {
    let test = Test::new();
    let anchor = test.anchor().clone();
    let did = test.create(1).await;
    let owner = Sender { key: did_key(1), method: format!("{did}#key-1"), did: did.clone() };
    for sequence in 1..=3u64 {
        test.create(100 + sequence).await;
        let name = format!("https://{sequence}.example/");
        let update = Builder::update(&test.head(&did).unwrap()).also_known_as([name]);
        let update = update.build().unwrap().sign(&owner.key).finish();
        test.ledger.submit(owner.send(&anchor, sequence, "did", update.to_bytes())).await.unwrap();
    }
    let key = head_key(&did);
    let changes = test.ledger.history(&key, 0, u64::MAX, 100).unwrap();
    assert_eq!(changes.iter().map(|change| change.height).collect::<Vec<_>>(), [1, 3, 5, 7]);
    for change in &changes {
        let answer = test.ledger.query(&key, At::Height(change.height)).unwrap();
        let verified = answer.verify(&anchor, &key).unwrap();
        assert_eq!(verified.value(), change.value.as_deref());
        assert_eq!(verified.time_ms(), change.time_ms);
    }
    let between = |from, to| test.ledger.history(&key, from, to, 100).unwrap().len();
    assert_eq!((between(2, 5), between(3, 5), between(4, 4), between(8, 9)), (2, 2, 0, 0));
    assert_eq!(test.ledger.history(&key, 0, u64::MAX, 2).unwrap().len(), 2);
    assert!(test.ledger.get(&version_key(&did, 4)).unwrap().is_some());
}

#[tokio::test]
async fn receipts_are_provable_under_the_header() {
    let test = Test::new();
    let transactions: Vec<_> = (1..=40).map(|n| test.registrar.create(test.anchor(), n, n).1).collect();
    for (sent, receipt) in transactions.iter().zip(test.ledger.submit_many(transactions.clone()).await) {
        let included = test.ledger.transaction(&sent.id()).unwrap();
        assert_eq!(included.receipt, receipt.unwrap());
        assert_eq!(included.transaction, *sent);
        included.proof.verify(&included.header.header.transactions_root, &sent.to_bytes()).unwrap();
        assert_eq!(included.proof.index(), included.receipt.index);
    }
    let unknown = hufu_light::Hash::ZERO;
    assert!(matches!(test.ledger.transaction(&unknown), Err(Error::UnknownTransaction(_))));
}

#[tokio::test]
async fn what_is_no_longer_retained_is_refused_in_words_and_the_rest_is_whole() {
    let test = Test::with(|config| config.retention = Retention::Heights(NonZeroU64::new(3).unwrap()));
    let anchor = test.anchor().clone();
    let first = test.create(1).await;
    for number in 2..=10 {
        test.create(number).await;
    }
    let key = head_key(&first);
    let error = test.ledger.query(&key, At::Height(7)).unwrap_err();
    assert!(matches!(error, Error::Pruned { height: 7, oldest: 8 }), "{error}");
    for height in 8..=10 {
        let answer = test.ledger.query(&key, At::Height(height)).unwrap();
        assert!(answer.verify(&anchor, &key).unwrap().value().is_some());
    }
    // blocks and history stay
    assert_eq!(test.ledger.block(1).unwrap().transactions.len(), 1);
    assert_eq!(test.ledger.history(&key, 0, 10, 9).unwrap().len(), 1);
    test.ledger.check().unwrap();
}

#[tokio::test]
async fn two_hundred_corruptions_of_a_real_answer_are_rejected() {
    let test = Test::new();
    let anchor = test.anchor().clone();
    let did = test.create(1).await;
    test.create(2).await;
    for key in [head_key(&did), b"absent".to_vec()] {
        let bytes = test.ledger.query(&key, At::Height(1)).unwrap().to_bytes();
        for step in 0..200 {
            let bit = step * (bytes.len() * 8) / 200;
            let mut bytes = bytes.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            let result =
                hufu_light::Answer::from_bytes(&bytes).and_then(|a| a.verify(&anchor, &key).map(|_| ()));
            assert!(result.is_err(), "bit {bit}");
        }
    }
}
