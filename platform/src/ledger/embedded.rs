//! The ledger in this process.

use std::sync::Arc;

use futures::{FutureExt as _, StreamExt as _, future::BoxFuture, stream::BoxStream};
use hufu_did::Did;
use hufu_light::{Answer, Transaction, TransactionId, TrustAnchor};
use hufu_node::{Error, Ledger, Rejection};
use hufu_policy::PolicySet;

use super::{At, Block, Event, Identity, Included, LedgerError, LedgerPort, Receipt, Record, Status};

/// A ledger of this process as the port.
#[derive(Debug)]
pub(crate) struct Embedded(pub(crate) Ledger);

impl From<Error> for LedgerError {
    fn from(error: Error) -> Self {
        let words = error.to_string();
        match error {
            Error::Rejected(Rejection::Denied(_)) => Self::Denied(words),
            Error::Rejected(Rejection::TooManyRefused { .. }) | Error::Busy { .. } => Self::TooMany(words),
            Error::Rejected(_) => Self::Refused(words),
            Error::NotYet { .. }
            | Error::Pruned { .. }
            | Error::BeforeGenesis { .. }
            | Error::UnknownTransaction(_) => Self::NotFound(words),
            _ => Self::Unavailable(words),
        }
    }
}

impl LedgerPort for Embedded {
    fn anchor(&self) -> &TrustAnchor {
        self.0.anchor()
    }

    fn status(&self) -> Result<Status, LedgerError> {
        let status = self.0.status()?;
        Ok(Status {
            header: status.header,
            oldest_provable: status.oldest_provable,
            waiting: status.waiting as u64,
            stopped: status.stopped,
            consensus: status.consensus.to_owned(),
            software: status.software.to_owned(),
        })
    }

    fn read(&self, key: &[u8]) -> Result<Option<Vec<u8>>, LedgerError> {
        Ok(self.0.get(key)?)
    }

    fn scan(&self, prefix: &[u8], after: Option<&[u8]>, limit: usize) -> Result<Vec<Record>, LedgerError> {
        Ok(self.0.scan(prefix, after, limit)?)
    }

    fn answer(&self, key: &[u8], at: At) -> Result<Answer, LedgerError> {
        Ok(self.0.query(key, at)?)
    }

    fn block(&self, height: u64) -> Result<Block, LedgerError> {
        let block = self.0.block(height)?;
        Ok(Block {
            header: block.header,
            transactions: block.transactions,
            events: block.events.into_iter().map(event).collect(),
        })
    }

    fn transaction(&self, id: &TransactionId) -> Result<Included, LedgerError> {
        let found = self.0.transaction(id)?;
        Ok(Included {
            receipt: receipt(found.receipt),
            header: found.header,
            transaction: found.transaction,
            proof: found.proof.to_bytes(),
        })
    }

    fn submit(&self, transaction: Transaction) -> BoxFuture<'_, Result<Receipt, LedgerError>> {
        async move {
            match self.0.submit(transaction).await {
                Ok(included) => Ok(receipt(included)),
                // sent twice: it is done, and once
                Err(Error::Rejected(Rejection::Included(included))) => Ok(receipt(included)),
                Err(error) => Err(error.into()),
            }
        }
        .boxed()
    }

    fn events(
        &self,
        height: u64,
        index: u32,
    ) -> Result<BoxStream<'static, Result<Event, LedgerError>>, LedgerError> {
        Ok(self.0.events(height, index).map(|item| Ok(event(item?))).boxed())
    }

    fn identity(&self, did: &Did) -> Result<Identity, LedgerError> {
        Ok(self.0.identity(did)?.into())
    }

    fn policies(&self) -> Result<Arc<PolicySet>, LedgerError> {
        Ok(self.0.policies()?)
    }

    fn end(&self) -> BoxFuture<'_, ()> {
        self.0.shutdown().boxed()
    }
}

fn receipt(receipt: hufu_node::Receipt) -> Receipt {
    let hufu_node::Receipt { transaction, height, index, time_ms } = receipt;
    Receipt { transaction, height, index, time_ms }
}

fn event(event: hufu_node::Event) -> Event {
    Event {
        data: event.data(),
        height: event.height,
        index: event.index,
        time_ms: event.time_ms,
        transaction: event.transaction.map(|id| id.to_string()),
        kind: event.kind,
        subject: event.subject,
        actor: event.actor,
    }
}
