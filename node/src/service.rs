//! The ledger over gRPC, with health and reflection.
//!
//! | cause | status |
//! |---|---|
//! | malformed, too large, wrong network, bad signature | `INVALID_ARGUMENT` |
//! | denied by policy | `PERMISSION_DENIED` |
//! | refused by rules, expired, replayed | `FAILED_PRECONDITION` |
//! | already included or waiting | `ALREADY_EXISTS` |
//! | no such height, time, transaction | `OUT_OF_RANGE`, `NOT_FOUND` |
//! | too much waiting, too many refused operations that are costly to try | `RESOURCE_EXHAUSTED` |
//! | stopped, disk full | `UNAVAILABLE` |
//! | damaged data | `DATA_LOSS` |

mod convert;

use std::{future::Future, pin::Pin, time::Duration};

use futures::{Stream, StreamExt};
use hufu_light::Transaction;
use hufu_wire::{
    At,
    proto::{
        self,
        ledger_server::{Ledger as Service, LedgerServer},
    },
    transaction_id,
};
use tonic::{Request, Response, Status, transport::server::TcpIncoming};

use crate::{Ledger, MAX_PAGE};
use convert::{block_message, event_message, malformed, receipt_message, status_of};

/// Most blocks of one answer.
const MAX_BLOCKS: u32 = 100;

/// Bytes of blocks after which an answer ends early.
const MAX_BLOCK_BYTES: usize = 2 * 1024 * 1024;

/// How long open calls may take to finish after the stop was asked for.
const GRACE: Duration = Duration::from_secs(10);

/// How often an idle connection is asked whether the other end is still there.
const KEEP_ALIVE: Duration = Duration::from_secs(20);

/// Serves the ledger on a bound listener until `stop` is ready; then the ledger is shut down, so that event streams
/// end, and open calls get ten seconds to finish.
///
/// # Errors
/// What the listener fails with.
///
/// # Panics
/// Never: the descriptors are generated with the stubs.
pub async fn serve_on(
    ledger: Ledger,
    listener: tokio::net::TcpListener,
    stop: impl Future<Output = ()> + Send,
) -> Result<(), tonic::transport::Error> {
    let (health, health_service) = tonic_health::server::health_reporter();
    health.set_serving::<LedgerServer<Server>>().await;
    let reflection = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(proto::DESCRIPTORS)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        .build_v1()
        .expect("the descriptors decode because they were generated with the stubs");
    let (ending, ended) = tokio::sync::oneshot::channel::<()>();
    let stopping = ledger.clone();
    let graceful = async move {
        stop.await;
        health.set_not_serving::<LedgerServer<Server>>().await;
        // ends the event streams, for which the server would wait
        stopping.shutdown().await;
        let _ = ending.send(());
    };
    let server = tonic::transport::Server::builder()
        .http2_keepalive_interval(Some(KEEP_ALIVE))
        .add_service(health_service)
        .add_service(reflection)
        .add_service(service(ledger))
        .serve_with_incoming_shutdown(TcpIncoming::from(listener).with_nodelay(Some(true)), graceful);
    let deadline = async {
        // without the signal there is no deadline
        if ended.await.is_err() {
            std::future::pending::<()>().await;
        }
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        result = server => result,
        () = deadline => Ok(()),
    }
}

/// The service alone, for a server that has others.
#[must_use]
pub fn service(ledger: Ledger) -> LedgerServer<Server> {
    LedgerServer::new(Server { ledger }).max_decoding_message_size(2 * hufu_light::MAX_TRANSACTION_BYTES)
}

/// Answers gRPC calls from a ledger in this process.
#[derive(Clone, Debug)]
pub struct Server {
    ledger: Ledger,
}

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl Service for Server {
    async fn submit(&self, request: Request<proto::SubmitRequest>) -> Answer<proto::SubmitResponse> {
        let message = request.into_inner().transaction.ok_or_else(|| malformed("no transaction"))?;
        let transaction = Transaction::try_from(message).map_err(malformed)?;
        let receipt = self.ledger.submit(transaction).await.map_err(status_of)?;
        Ok(Response::new(proto::SubmitResponse { receipt: Some(receipt_message(receipt)) }))
    }

    async fn query(&self, request: Request<proto::QueryRequest>) -> Answer<proto::QueryResponse> {
        let proto::QueryRequest { key, at } = request.into_inner();
        let at = match at {
            None => At::Latest,
            Some(proto::query_request::At::Height(height)) => At::Height(height),
            Some(proto::query_request::At::TimeMs(time_ms)) => At::Time(time_ms),
        };
        let answer = self.ledger.query(&key, at).map_err(status_of)?;
        Ok(Response::new(proto::QueryResponse { answer: answer.to_bytes() }))
    }

    async fn scan(&self, request: Request<proto::ScanRequest>) -> Answer<proto::ScanResponse> {
        let proto::ScanRequest { prefix, after, limit } = request.into_inner();
        let after = (!after.is_empty()).then_some(after.as_slice());
        // read before the entries: they are of this height or a later one
        let height = self.ledger.head().height;
        let limit = if limit == 0 { MAX_PAGE } else { limit as usize };
        let entries = self.ledger.scan(&prefix, after, limit).map_err(status_of)?;
        let entries = entries.into_iter().map(|(key, value)| proto::Entry { key, value }).collect();
        Ok(Response::new(proto::ScanResponse { entries, height }))
    }

    async fn get_block(&self, request: Request<proto::GetBlockRequest>) -> Answer<proto::GetBlockResponse> {
        let block = self.ledger.block(request.into_inner().height).map_err(status_of)?;
        Ok(Response::new(proto::GetBlockResponse { block: Some(block_message(block)) }))
    }

    async fn list_blocks(
        &self,
        request: Request<proto::ListBlocksRequest>,
    ) -> Answer<proto::ListBlocksResponse> {
        let proto::ListBlocksRequest { from_height, limit } = request.into_inner();
        let limit = if limit == 0 { MAX_BLOCKS } else { limit.min(MAX_BLOCKS) };
        let newest = self.ledger.head().height;
        let (mut blocks, mut bytes) = (Vec::new(), 0);
        for height in (from_height..=newest).take(limit as usize) {
            let block = block_message(self.ledger.block(height).map_err(status_of)?);
            bytes += block.transactions.iter().map(Vec::len).sum::<usize>();
            blocks.push(block);
            if bytes > MAX_BLOCK_BYTES {
                break;
            }
        }
        Ok(Response::new(proto::ListBlocksResponse { blocks }))
    }

    async fn get_receipt(
        &self,
        request: Request<proto::GetReceiptRequest>,
    ) -> Answer<proto::GetReceiptResponse> {
        let id = transaction_id(&request.into_inner().transaction_id).map_err(malformed)?;
        let included = self.ledger.transaction(&id).map_err(status_of)?;
        Ok(Response::new(proto::GetReceiptResponse {
            receipt: Some(receipt_message(included.receipt)),
            header: included.header.to_bytes(),
            transaction: included.transaction.to_bytes(),
            proof: included.proof.to_bytes(),
        }))
    }

    async fn get_status(&self, _: Request<proto::GetStatusRequest>) -> Answer<proto::GetStatusResponse> {
        let status = self.ledger.status().map_err(status_of)?;
        let anchor = self.ledger.anchor();
        Ok(Response::new(proto::GetStatusResponse {
            network: anchor.network.to_string(),
            genesis_hash: anchor.genesis_hash.as_bytes().to_vec(),
            header: status.header.to_bytes(),
            oldest_provable_height: status.oldest_provable,
            waiting: status.waiting as u64,
            consensus: status.consensus.to_owned(),
            software_version: status.software.to_owned(),
        }))
    }

    type EventsStream = Pin<Box<dyn Stream<Item = Result<proto::Event, Status>> + Send>>;

    async fn events(&self, request: Request<proto::EventsRequest>) -> Answer<Self::EventsStream> {
        let proto::EventsRequest { from_height, from_index } = request.into_inner();
        let events = self.ledger.events(from_height, from_index);
        let events = events.map(|event| event.map(event_message).map_err(status_of));
        Ok(Response::new(Box::pin(events)))
    }
}
