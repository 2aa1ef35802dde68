//! Events: recorded, live, resumed, and ended by a shutdown.

use futures::StreamExt;
use hufu_node::Event;

use crate::support::Test;

#[tokio::test]
async fn streams_catch_up_follow_and_resume_without_gaps() {
    let test = Test::new();
    for number in 1..=3 {
        test.create(number).await;
    }
    let mut stream = Box::pin(test.ledger.events(0, 0));
    let mut seen: Vec<Event> = Vec::new();
    while seen.last().is_none_or(|event| event.height < 3) {
        seen.push(stream.next().await.unwrap().unwrap());
    }
    assert_eq!(seen[0].kind, "network.started");
    assert!(seen.iter().any(|event| event.kind == "list.changed"), "the genesis governance is told, too");
    let seen: Vec<_> = seen.into_iter().filter(|event| event.height > 0).collect();
    let kinds: Vec<_> = seen.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(kinds, ["did.created", "did.created", "did.created"]);
    // live
    let waiting = tokio::spawn(async move { stream.next().await.unwrap().unwrap() });
    tokio::task::yield_now().await;
    let did = test.create(4).await;
    let event = waiting.await.unwrap();
    assert_eq!((event.subject.as_str(), event.height, event.index), (did.as_str(), 4, 0));
    assert_eq!(event.actor, test.registrar.did.to_string());
    assert_eq!(event.data()["version"], 1);
    // resumed behind an event
    let mut resumed = Box::pin(test.ledger.events(seen[1].height, seen[1].index + 1));
    assert_eq!(resumed.next().await.unwrap().unwrap(), seen[2]);
    assert_eq!(resumed.next().await.unwrap().unwrap(), event);
    // from a height that is not there yet
    let mut later = Box::pin(test.ledger.events(5, 0));
    let waiting = tokio::spawn(async move { later.next().await.unwrap().unwrap() });
    test.create(5).await;
    assert_eq!(waiting.await.unwrap().height, 5);
}

#[tokio::test]
async fn events_are_under_the_headers_root() {
    let test = Test::new();
    let transactions = (1..=9).map(|n| test.registrar.create(test.anchor(), n, n).1).collect();
    test.ledger.submit_many(transactions).await;
    for height in 0..=test.height() {
        let block = test.ledger.block(height).unwrap();
        let leaves: Vec<_> = block.events.iter().map(Event::to_bytes).collect();
        assert_eq!(hufu_light::merkle::root(&leaves), block.header.header.events_root);
        assert!((0u32..).zip(&block.events).all(|(index, event)| event.index == index));
    }
}

#[tokio::test]
async fn a_shutdown_ends_streams_and_refuses_submissions() {
    let test = Test::new();
    test.create(1).await;
    let mut stream = Box::pin(test.ledger.events(2, 0));
    let waiting = tokio::spawn(async move { stream.next().await });
    tokio::task::yield_now().await;
    test.ledger.shutdown().await;
    assert!(waiting.await.unwrap().is_none());
    let (_, transaction) = test.registrar.create(test.anchor(), 2, 2);
    let error = test.ledger.submit(transaction).await.unwrap_err();
    assert!(matches!(error, hufu_node::Error::Stopped { .. }), "{error}");
    assert!(test.ledger.status().unwrap().stopped.is_some());
}
