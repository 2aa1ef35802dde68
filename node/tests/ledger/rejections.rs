//! A named list of what is not accepted; none of it makes a block.

use hufu_did::hufu::Builder;
use hufu_keys::Algorithm;
use hufu_light::{Hash, MAX_PAYLOAD_BYTES, Transaction, TransactionSignature, TrustAnchor};
use hufu_node::{Error, Limits, Rejection};

use crate::support::{Sender, Test, did_create, did_key};

async fn rejected(test: &Test, transaction: Transaction) -> Rejection {
    match test.ledger.submit(transaction).await {
        Err(Error::Rejected(rejection)) => rejection,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn named_cases() {
    let test = Test::new();
    let (anchor, registrar) = (test.anchor().clone(), &test.registrar);
    let operation = did_create(&anchor, 1).1.to_bytes();
    let payload = registrar.payload(&anchor, 1, "did", operation.clone());
    let good = payload.sign(&registrar.method, &registrar.key);

    let cause = rejected(&test, Transaction::new(b"not protobuf \xff\xff".to_vec())).await;
    assert!(matches!(cause, Rejection::Malformed(_)), "{cause}");
    let cause = rejected(&test, Transaction::new(vec![0; MAX_PAYLOAD_BYTES + 1])).await;
    assert!(matches!(cause, Rejection::TooLarge(_)), "{cause}");

    let other = TrustAnchor { network: "other".parse().unwrap(), ..anchor.clone() };
    let cause = rejected(&test, registrar.send(&other, 1, "did", operation.clone())).await;
    assert!(matches!(cause, Rejection::OtherNetwork { .. }), "{cause}");
    let other = TrustAnchor { genesis_hash: Hash::ZERO, ..anchor.clone() };
    let cause = rejected(&test, registrar.send(&other, 1, "did", operation.clone())).await;
    assert!(matches!(cause, Rejection::OtherGenesis { .. }), "{cause}");

    let cause = rejected(&test, Transaction::new(payload.to_bytes())).await;
    assert!(matches!(cause, Rejection::NotSigned), "{cause}");
    let mut twice = good.clone();
    twice.signatures.push(good.signatures[0].clone());
    let cause = rejected(&test, twice).await;
    assert!(matches!(cause, Rejection::SignedTwice { .. }), "{cause}");
    let mut bad = good.clone();
    bad.signatures[0].signature[5] ^= 1;
    let cause = rejected(&test, bad).await;
    assert!(matches!(cause, Rejection::Signature { .. }), "{cause}");
    let mut long = good.clone();
    long.signatures = vec![TransactionSignature { method: "x".repeat(2_000), signature: vec![] }];
    let cause = rejected(&test, long).await;
    assert!(matches!(cause, Rejection::TooLarge(_)), "{cause}");
    let stranger = Sender::new(Algorithm::P256, 77);
    let cause = rejected(&test, payload.sign(&stranger.method, &stranger.key)).await;
    assert!(matches!(cause, Rejection::Method { .. }), "somebody else's key: {cause}");
    let cause = rejected(&test, payload.sign(&registrar.method, &stranger.key)).await;
    assert!(matches!(cause, Rejection::Signature { .. }), "{cause}");

    let mut web = payload.clone();
    web.sender = "did:web:example.com".into();
    let cause = rejected(&test, web.sign("did:web:example.com#key", &registrar.key)).await;
    assert!(matches!(cause, Rejection::Sender { .. }), "{cause}");
    let mut nobody = payload.clone();
    nobody.sender = did_create(&anchor, 99).0.to_string();
    let cause = rejected(&test, nobody.sign(&format!("{}#key-1", nobody.sender), &did_key(99))).await;
    assert!(cause.to_string().contains("does not exist"), "{cause}");
    let mut foreign = payload.clone();
    foreign.sender = "did:hufu:elsewhere:zQmNobody".into();
    let cause = rejected(&test, foreign.sign("did:hufu:elsewhere:zQmNobody#key-1", &did_key(99))).await;
    assert!(cause.to_string().contains("does not belong to the network"), "{cause}");

    let cause = rejected(&test, registrar.send(&anchor, 1, "money", operation.clone())).await;
    assert!(matches!(cause, Rejection::UnknownModule(_)), "{cause}");
    let cause = rejected(&test, registrar.send(&anchor, 1, "did", b"garbage".to_vec())).await;
    assert!(matches!(cause, Rejection::Refused { module: "did", .. }), "{cause}");
    let cause = rejected(&test, registrar.send(&anchor, 1, "status", b"garbage".to_vec())).await;
    assert!(matches!(cause, Rejection::Refused { module: "status", .. }), "{cause}");
    let cause = rejected(&test, stranger.send(&anchor, 1, "did", operation.clone())).await;
    assert!(matches!(cause, Rejection::Denied(_)), "{cause}");
    assert!(cause.to_string().contains("registrars"), "the missing fact is named: {cause}");

    assert_eq!(test.height(), 0, "nothing of this made a block");
    test.ledger.submit(good).await.unwrap();
}

#[tokio::test]
async fn rules_say_no_in_their_own_words_and_type() {
    let test = Test::new();
    let did = test.create(1).await;
    let (_, operation) = did_create(test.anchor(), 1);
    let cause = rejected(&test, test.registrar.send(test.anchor(), 2, "did", operation.to_bytes())).await;
    assert!(cause.to_string().contains(&format!("{did} exists already")), "{cause}");
    let Rejection::Refused { module: "did", cause } = cause else { panic!() };
    assert!(matches!(cause.downcast_ref(), Some(hufu_did::Error::Refused(_))));
}

#[tokio::test]
async fn a_did_on_the_ledger_sends_with_its_current_keys_only() {
    let test = Test::new();
    let did = test.create(1).await;
    let old = Sender { key: did_key(1), method: format!("{did}#key-1"), did: did.clone() };

    // it may update itself, signed by its own key
    let update = Builder::update(&test.head(&did).unwrap()).also_known_as(["https://a.example/".to_owned()]);
    let update = update.build().unwrap().sign(&old.key).finish();
    test.ledger.submit(old.send(test.anchor(), 1, "did", update.to_bytes())).await.unwrap();
    assert_eq!(test.head(&did).unwrap().version, 2);

    // it changes the key it speaks with; the old one speaks no more
    let key = did_key(500);
    let update = Builder::update(&test.head(&did).unwrap()).remove_method("#key-1").method(
        "#key-2",
        &key.verifying_key(),
        &[hufu_did::Relationship::CapabilityInvocation],
    );
    let update = update.build().unwrap().sign(&old.key).finish();
    test.ledger.submit(old.send(test.anchor(), 2, "did", update.to_bytes())).await.unwrap();
    let update = Builder::update(&test.head(&did).unwrap()).also_known_as([]);
    let update = update.build().unwrap().sign(&old.key).finish();
    let cause = rejected(&test, old.send(test.anchor(), 3, "did", update.to_bytes())).await;
    assert!(matches!(cause, Rejection::Method { .. }), "{cause}");
    let new = Sender { key, method: format!("{did}#key-2"), did };
    test.ledger.submit(new.send(test.anchor(), 3, "did", update.to_bytes())).await.unwrap();
}

#[tokio::test]
async fn a_key_that_is_replaced_while_its_transaction_waits_is_noticed() {
    let test = Test::new();
    let did = test.create(1).await;
    let old = Sender { key: did_key(1), method: format!("{did}#key-1"), did: did.clone() };
    let replace = Builder::update(&test.head(&did).unwrap()).remove_method("#key-1").method(
        "#key-2",
        &did_key(500).verifying_key(),
        &[hufu_did::Relationship::CapabilityInvocation],
    );
    let replace = replace.build().unwrap().sign(&old.key).finish();
    // both are admitted against the same state and meet in one block
    let transactions = vec![
        old.send(test.anchor(), 1, "did", replace.to_bytes()),
        old.send(test.anchor(), 2, "did", replace.to_bytes()),
    ];
    let results = test.ledger.submit_many(transactions).await;
    assert!(results[0].is_ok());
    assert!(matches!(results[1], Err(Error::Rejected(Rejection::Method { .. }))), "{:?}", results[1]);
}

#[tokio::test]
async fn too_much_waiting_is_told_in_time() {
    let test = Test::with(|config| {
        config.limits = Limits { waiting: 4, block_transactions: 1, ..Limits::default() };
    });
    let transactions = (1..=200).map(|n| test.registrar.create(test.anchor(), n, n).1).collect();
    let results = test.ledger.submit_many(transactions).await;
    let busy = results.iter().filter(|result| matches!(result, Err(Error::Busy { waiting: 4 }))).count();
    let done = results.iter().filter(|result| result.is_ok()).count();
    assert_eq!(busy + done, 200);
    assert!(busy > 0 && done >= 4, "{busy} busy, {done} done");
    assert_eq!(test.height(), done as u64, "one transaction in each block");
}
