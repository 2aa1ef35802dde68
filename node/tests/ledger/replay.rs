//! Replays, duplicates, windows, expiry.

use std::collections::BTreeSet;

use hufu_node::{Error, MAX_EXPIRY_AHEAD, Receipt, Rejection, WINDOW};

use crate::support::Test;

fn rejection(result: Result<Receipt, Error>) -> Rejection {
    match result {
        Err(Error::Rejected(rejection)) => rejection,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_same_transaction_is_included_once_and_the_receipt_says_where() {
    let test = Test::new();
    let (_, transaction) = test.registrar.create(test.anchor(), 1, 1);
    let receipt = test.ledger.submit(transaction.clone()).await.unwrap();
    match rejection(test.ledger.submit(transaction.clone()).await) {
        Rejection::Included(first) => assert_eq!(first, receipt),
        other => panic!("{other}"),
    }
    assert_eq!(test.height(), 1, "a refused transaction makes no block");
    // and after a restart, too
    let included = test.ledger.transaction(&transaction.id()).unwrap();
    assert_eq!(included.receipt, receipt);
}

#[tokio::test]
async fn a_duplicate_with_another_signature_is_the_same_transaction() {
    let test = Test::new();
    let (_, transaction) = test.registrar.create(test.anchor(), 1, 1);
    test.ledger.submit(transaction.clone()).await.unwrap();
    // the payload signed again: deterministic or not, it is the same act
    let again = hufu_light::Transaction::new(transaction.payload.clone())
        .sign(&test.registrar.method, &test.registrar.key);
    assert!(matches!(rejection(test.ledger.submit(again).await), Rejection::Included(_)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_concurrent_duplicates_exactly_one_is_included() {
    let test = Test::new();
    for number in 1..=20 {
        let (_, transaction) = test.registrar.create(test.anchor(), number, number);
        let submit = || {
            let (ledger, transaction) = (test.ledger.clone(), transaction.clone());
            tokio::spawn(async move { ledger.submit(transaction).await })
        };
        let results = futures::future::join_all((0..8).map(|_| submit())).await;
        let (good, bad): (Vec<_>, Vec<_>) = results.into_iter().map(Result::unwrap).partition(Result::is_ok);
        assert_eq!(good.len(), 1);
        for result in bad {
            let cause = rejection(result);
            assert!(matches!(cause, Rejection::Included(_) | Rejection::Waiting(_)), "{cause}");
        }
    }
}

#[tokio::test]
async fn a_used_sequence_number_is_refused_for_another_operation() {
    let test = Test::new();
    let (_, first) = test.registrar.create(test.anchor(), 7, 1);
    let (_, second) = test.registrar.create(test.anchor(), 7, 2);
    test.ledger.submit(first).await.unwrap();
    let cause = rejection(test.ledger.submit(second).await);
    assert!(matches!(cause, Rejection::Replayed { sequence: 7, .. }), "{cause}");
    assert_eq!(test.ledger.next_sequence(&test.registrar.did).unwrap(), 8);
}

#[tokio::test]
async fn two_transactions_with_one_number_in_one_block() {
    let test = Test::new();
    let transactions = (1..=2).map(|number| test.registrar.create(test.anchor(), 7, number).1).collect();
    let results = test.ledger.submit_many(transactions).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_window_of_transactions_in_any_order() {
    let test = Test::new();
    // 0..1024 in an order that jumps all over the window
    let order: Vec<u64> = (0..WINDOW).map(|i| (i * 389) % WINDOW).collect();
    assert_eq!(order.iter().collect::<BTreeSet<_>>().len(), 1_024);
    let transactions: Vec<_> =
        order.iter().map(|n| test.registrar.create(test.anchor(), 5_000 + n, *n).1).collect();
    let results = test.ledger.submit_many(transactions.clone()).await;
    assert!(results.iter().all(Result::is_ok), "{:?}", results.iter().find(|result| result.is_err()));
    // 5,000 is now the last number of the window
    let (_, old) = test.registrar.create(test.anchor(), 4_999, 9_999);
    let cause = rejection(test.ledger.submit(old).await);
    assert!(matches!(cause, Rejection::SequenceTooOld { oldest: 4_999, .. }), "{cause}");
    for result in test.ledger.submit_many(transactions).await {
        assert!(matches!(rejection(result), Rejection::Included(_)));
    }
    println!("{} transactions in {} blocks", results.len(), test.height());
}

#[tokio::test]
async fn expiry_is_the_last_height_at_which_a_transaction_may_be_included() {
    let test = Test::new();
    let send = |number: u64, expiry_height: u64| {
        let operation = crate::support::did_create(test.anchor(), number).1.to_bytes();
        let payload = test.registrar.payload(test.anchor(), number, "did", operation);
        hufu_wire::Payload { expiry_height, ..payload }.sign(&test.registrar.method, &test.registrar.key)
    };
    // the next height is 1
    let cause = rejection(test.ledger.submit(send(1, 0)).await);
    assert!(matches!(cause, Rejection::Expired { expiry: 0, next: 1 }), "{cause}");
    test.ledger.submit(send(2, 1)).await.unwrap();
    let cause = rejection(test.ledger.submit(send(3, 1)).await);
    assert!(matches!(cause, Rejection::Expired { expiry: 1, next: 2 }), "{cause}");
    let latest = 2 + MAX_EXPIRY_AHEAD;
    let cause = rejection(test.ledger.submit(send(4, latest + 1)).await);
    assert!(matches!(cause, Rejection::ExpiryTooFar { .. }), "{cause}");
    test.ledger.submit(send(5, latest)).await.unwrap();
}
