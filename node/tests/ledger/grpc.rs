//! The same ledger through gRPC, with the verifying client.

use std::net::SocketAddr;

use futures::StreamExt;
use hufu_did::hufu::head_key;
use hufu_light::TrustAnchor;
use hufu_node::service;
use hufu_wire::{At, Client, Error};

use crate::support::{Sender, Test};

async fn serve(test: &Test) -> (Client, SocketAddr, tokio::sync::oneshot::Sender<()>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let ledger = test.ledger.clone();
    tokio::spawn(service::serve_on(ledger, listener, async {
        let _ = stopped.await;
    }));
    let client = Client::connect(format!("http://{address}"), test.anchor().clone()).await.unwrap();
    (client, address, stop)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn submit_query_follow() {
    let test = Test::new();
    let (mut client, address, _stop) = serve(&test).await;
    let mut events = client.events(0, 0).await.unwrap();
    let (did, transaction) = test.registrar.create(test.anchor(), 1, 1);
    let receipt = client.submit(transaction.clone()).await.unwrap();
    assert_eq!((receipt.height, receipt.index), (1, 0));

    let key = head_key(&did);
    assert!(client.query(&key, At::Latest).await.unwrap().value.is_some());
    assert!(client.query(&key, At::Height(0)).await.unwrap().value.is_none());
    assert!(client.query(&key, At::Time(receipt.time_ms)).await.unwrap().value.is_some());
    let (found, header) = client.transaction(&transaction.id()).await.unwrap();
    assert_eq!((found, header.header.height), (transaction.clone(), 1));
    assert_eq!(client.status().await.unwrap().consensus, "solo");

    assert_eq!(events.next().await.unwrap().unwrap().kind, "network.started");
    let event = loop {
        let event = events.next().await.unwrap().unwrap();
        if event.height > 0 {
            break event;
        }
    };
    assert_eq!((event.kind.as_str(), event.subject.as_str()), ("did.created", did.as_str()));

    // errors keep their words and kind
    let refused = |error: Error| match error {
        Error::Refused(status) => (status.code(), status.message().to_owned()),
        other => panic!("{other}"),
    };
    let (code, words) = refused(client.submit(transaction).await.unwrap_err());
    assert_eq!(
        (code, words.as_str()),
        (tonic::Code::AlreadyExists, "the transaction is in the block of height 1 already")
    );
    let stranger = Sender::new(hufu_keys::Algorithm::Sm2, 50);
    let denied = stranger.create(test.anchor(), 1, 2).1;
    let (code, words) = refused(client.submit(denied).await.unwrap_err());
    assert_eq!(code, tonic::Code::PermissionDenied);
    assert!(words.contains("registrars"), "{words}");
    let (code, _) = refused(client.query(&key, At::Height(9)).await.unwrap_err());
    assert_eq!(code, tonic::Code::OutOfRange);

    // a client of another network does not believe a word
    let other = TrustAnchor { genesis_hash: hufu_light::Hash::ZERO, ..test.anchor().clone() };
    let mut other = Client::connect(format!("http://{address}"), other).await.unwrap();
    assert!(matches!(other.query(&key, At::Latest).await, Err(Error::Unbelievable(_))));
}
