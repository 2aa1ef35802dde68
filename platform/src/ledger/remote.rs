//! The ledger of a node elsewhere, over gRPC.
//!
//! Values are believed only with proof: every read is a certified answer, verified from the trust
//! anchor. Scans, blocks and events come without proof from the node that this service was pointed to.

use std::{
    future::Future,
    sync::{Arc, Mutex, PoisonError},
};

use futures::{FutureExt as _, StreamExt as _, future::BoxFuture, stream::BoxStream};
use hufu_did::Did;
use hufu_light::{Answer, CertifiedHeader, Hash, Transaction, TransactionId, TrustAnchor};
use hufu_policy::PolicySet;
use hufu_wire::{At, Client, Error, proto};
use serde_json::Value;

use super::{Block, Event, Identity, Included, LedgerError, LedgerPort, Receipt, Record, Status, governance};

/// A connection to a node.
pub(crate) struct Remote {
    client: Client,
    policies: Mutex<Option<(u64, Arc<PolicySet>)>>,
}

impl Remote {
    /// Connects to a node of the network that the anchor names.
    pub(crate) async fn connect(url: &str, anchor: TrustAnchor) -> Result<Self, LedgerError> {
        let mut client = Client::connect(url.to_owned(), anchor).await.map_err(failed)?;
        let status = client.status().await.map_err(failed)?;
        let anchor = client.anchor();
        if status.network != anchor.network.as_str() || status.genesis_hash != anchor.genesis_hash.as_bytes()
        {
            return Err(LedgerError::Refused(format!(
                "{url} is a node of {} with another genesis than this data folder's {}",
                status.network, anchor.network
            )));
        }
        Ok(Self { client, policies: Mutex::default() })
    }
}

/// Waits on a thread that the runtime may replace meanwhile.
fn wait<T>(work: impl Future<Output = T>) -> T {
    tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(work))
}

fn failed(error: Error) -> LedgerError {
    match error {
        Error::Refused(status) => refused(&status),
        other => LedgerError::Unavailable(other.to_string()),
    }
}

/// How tonic begins to say that an answer is larger than is read; its code is the same as that of a height that is not there.
const TOO_LARGE: &str = "Error, decoded message length too large";

fn refused(status: &tonic::Status) -> LedgerError {
    let words = status.message().to_owned();
    if words.starts_with(TOO_LARGE) {
        return LedgerError::TooLarge(format!(
            "the node's answer is larger than this service reads: ask for less at once ({words})"
        ));
    }
    match status.code() {
        tonic::Code::PermissionDenied => LedgerError::Denied(words),
        tonic::Code::ResourceExhausted => LedgerError::TooMany(words),
        tonic::Code::NotFound | tonic::Code::OutOfRange => LedgerError::NotFound(words),
        tonic::Code::InvalidArgument | tonic::Code::FailedPrecondition | tonic::Code::AlreadyExists => {
            LedgerError::Refused(words)
        }
        _ => LedgerError::Unavailable(words),
    }
}

fn unreadable(error: impl std::fmt::Display) -> LedgerError {
    LedgerError::Unavailable(format!("the node's answer cannot be read: {error}"))
}

impl LedgerPort for Remote {
    fn anchor(&self) -> &TrustAnchor {
        self.client.anchor()
    }

    fn status(&self) -> Result<Status, LedgerError> {
        let mut client = self.client.clone();
        let status = wait(async move { client.status().await }).map_err(failed)?;
        Ok(Status {
            header: CertifiedHeader::from_bytes(&status.header).map_err(unreadable)?,
            oldest_provable: status.oldest_provable_height,
            waiting: status.waiting,
            stopped: None,
            consensus: status.consensus,
            software: status.software_version,
        })
    }

    fn read(&self, key: &[u8]) -> Result<Option<Vec<u8>>, LedgerError> {
        Ok(self.answer(key, At::Latest)?.value)
    }

    fn scan(&self, prefix: &[u8], after: Option<&[u8]>, limit: usize) -> Result<Vec<Record>, LedgerError> {
        let mut stub = self.client.stub();
        let request = proto::ScanRequest {
            prefix: prefix.to_vec(),
            after: after.unwrap_or_default().to_vec(),
            limit: u32::try_from(limit).unwrap_or(u32::MAX),
        };
        let response = wait(async move { stub.scan(request).await }).map_err(|status| refused(&status))?;
        Ok(response.into_inner().entries.into_iter().map(|entry| (entry.key, entry.value)).collect())
    }

    fn answer(&self, key: &[u8], at: At) -> Result<Answer, LedgerError> {
        let mut client = self.client.clone();
        let key = key.to_vec();
        wait(async move { client.query(&key, at).await }).map_err(failed)
    }

    fn block(&self, height: u64) -> Result<Block, LedgerError> {
        let mut stub = self.client.stub();
        let request = proto::GetBlockRequest { height };
        let response =
            wait(async move { stub.get_block(request).await }).map_err(|status| refused(&status))?;
        let block = response.into_inner().block.ok_or_else(|| unreadable("there is no block in it"))?;
        let transactions = block.transactions.iter().map(|bytes| Transaction::from_bytes(bytes));
        Ok(Block {
            header: CertifiedHeader::from_bytes(&block.header).map_err(unreadable)?,
            transactions: transactions.collect::<Result<_, _>>().map_err(unreadable)?,
            events: block.events.into_iter().map(event).collect(),
        })
    }

    fn transaction(&self, id: &TransactionId) -> Result<Included, LedgerError> {
        let mut stub = self.client.stub();
        let request = proto::GetReceiptRequest { transaction_id: id.as_bytes().to_vec() };
        let found = wait(async move { stub.get_receipt(request).await })
            .map_err(|status| refused(&status))?
            .into_inner();
        Ok(Included {
            receipt: receipt(found.receipt)?,
            header: CertifiedHeader::from_bytes(&found.header).map_err(unreadable)?,
            transaction: Transaction::from_bytes(&found.transaction).map_err(unreadable)?,
            proof: found.proof,
        })
    }

    fn submit(&self, transaction: Transaction) -> BoxFuture<'_, Result<Receipt, LedgerError>> {
        let mut client = self.client.clone();
        async move {
            let request = proto::GetReceiptRequest { transaction_id: transaction.id().as_bytes().to_vec() };
            let status = match client.submit(transaction.clone()).await {
                Err(Error::Refused(status)) if status.code() == tonic::Code::AlreadyExists => status,
                other => return receipt(Some(other.map_err(failed)?)),
            };
            // sent twice: it is done, and once; or it waits, and then there is no receipt yet
            let found = client.stub().get_receipt(request).await.map_err(|_| refused(&status))?.into_inner();
            if found.transaction != transaction.to_bytes() {
                // the same payload with another signature: now that it is in a block the node says whose it is, as of members
                // who stay unnamed each can have signed it
                match client.submit(transaction).await {
                    Err(Error::Refused(status)) if status.code() == tonic::Code::AlreadyExists => {}
                    other => return receipt(Some(other.map_err(failed)?)),
                }
            }
            receipt(found.receipt)
        }
        .boxed()
    }

    fn events(
        &self,
        height: u64,
        index: u32,
    ) -> Result<BoxStream<'static, Result<Event, LedgerError>>, LedgerError> {
        let mut client = self.client.clone();
        let stream = wait(async move { client.events(height, index).await }).map_err(failed)?;
        Ok(stream.map(|item| item.map(event).map_err(|status| refused(&status))).boxed())
    }

    fn identity(&self, did: &Did) -> Result<Identity, LedgerError> {
        governance::identity(self, did)
    }

    fn policies(&self) -> Result<Arc<PolicySet>, LedgerError> {
        governance::policies(self, &mut self.policies.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn end(&self) -> BoxFuture<'_, ()> {
        futures::future::ready(()).boxed()
    }
}

fn receipt(receipt: Option<proto::Receipt>) -> Result<Receipt, LedgerError> {
    let receipt = receipt.ok_or_else(|| unreadable("there is no receipt in it"))?;
    let id: [u8; 32] =
        receipt.transaction_id.try_into().map_err(|_| unreadable("its transaction id has another length"))?;
    Ok(Receipt {
        transaction: Hash::from_bytes(id),
        height: receipt.height,
        index: receipt.index,
        time_ms: receipt.time_ms,
    })
}

fn event(event: proto::Event) -> Event {
    Event {
        height: event.height,
        index: event.index,
        time_ms: event.time_ms,
        transaction: (!event.transaction_id.is_empty()).then(|| hex::encode(&event.transaction_id)),
        kind: event.kind,
        subject: event.subject,
        actor: event.actor,
        data: serde_json::from_slice(&event.data).unwrap_or(Value::Null),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_is_too_large_is_not_taken_for_one_that_is_not_there() {
        let large = format!("{TOO_LARGE}: found 40000000 bytes, the limit is: 33554432 bytes");
        let problem = crate::error::Problem::from(refused(&tonic::Status::out_of_range(large)));
        assert_eq!(problem.kind(), crate::error::Kind::Unprocessable);
        assert!(problem.detail().contains("ask for less"), "{problem}");
        let absent = refused(&tonic::Status::out_of_range("height 9 does not exist yet, the newest is 8"));
        assert!(matches!(absent, LedgerError::NotFound(_)), "{absent}");
    }
}
