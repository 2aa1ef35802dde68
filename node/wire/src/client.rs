//! A client that believes nothing a node says without proof.

use std::time::Duration;

use hufu_light::{Answer, CertifiedHeader, Transaction, TransactionId, TrustAnchor, merkle::InclusionProof};
use tonic::{
    Streaming,
    transport::{Channel, Endpoint},
};

use crate::{
    Error,
    proto::{self, ledger_client::LedgerClient},
};

/// How long a connection may take to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a call may take until it is answered; event streams are answered at once and then last.
const CALL_TIMEOUT: Duration = Duration::from_secs(30);

/// How often an idle connection is asked whether the other end is still there, and how long that may take.
const KEEP_ALIVE: Duration = Duration::from_secs(10);

/// Largest message that is read: a block is at most 8 MiB of transactions or one larger transaction, and has events.
const MAX_MESSAGE_BYTES: usize = 32 * 1024 * 1024;

/// Which state a query asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum At {
    /// The newest.
    #[default]
    Latest,
    /// After the block of this height.
    Height(u64),
    /// As it held at this time, milliseconds since 1970.
    Time(u64),
}

/// A connection to a node of the network that the anchor names.
#[derive(Clone, Debug)]
pub struct Client {
    stub: LedgerClient<Channel>,
    anchor: TrustAnchor,
}

impl Client {
    /// Connects. A connection that breaks later is made anew with the next call.
    ///
    /// # Errors
    /// [`Error::Malformed`] for an address that is none; [`Error::Unreachable`].
    pub async fn connect(endpoint: String, anchor: TrustAnchor) -> Result<Self, Error> {
        let malformed = |reason: String| Error::Malformed { what: "node address", reason };
        let endpoint = Endpoint::from_shared(endpoint)
            .map_err(|e| malformed(e.to_string()))?
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(CALL_TIMEOUT)
            .http2_keep_alive_interval(KEEP_ALIVE)
            .keep_alive_timeout(KEEP_ALIVE)
            .keep_alive_while_idle(true);
        let stub = LedgerClient::new(endpoint.connect().await?).max_decoding_message_size(MAX_MESSAGE_BYTES);
        Ok(Self { stub, anchor })
    }

    /// The stub below this client, for calls whose answers come without proof.
    #[must_use]
    pub fn stub(&self) -> LedgerClient<Channel> {
        self.stub.clone()
    }

    /// The anchor that answers are verified from.
    #[must_use]
    pub fn anchor(&self) -> &TrustAnchor {
        &self.anchor
    }

    /// Submits a transaction and waits until it is durable.
    ///
    /// # Errors
    /// [`Error::Refused`] with the node's words.
    pub async fn submit(&mut self, transaction: Transaction) -> Result<proto::Receipt, Error> {
        let request = proto::SubmitRequest { transaction: Some(transaction.into()) };
        let receipt = self.stub.submit(request).await?.into_inner().receipt;
        receipt.ok_or_else(|| Error::Malformed { what: "submit response", reason: "no receipt".into() })
    }

    /// Asks for a key and verifies the answer: the key, the height or time asked for, and the proof.
    ///
    /// # Errors
    /// [`Error::Unbelievable`] when the answer does not verify; [`Error::Refused`].
    pub async fn query(&mut self, key: &[u8], at: At) -> Result<Answer, Error> {
        let request = proto::QueryRequest {
            key: key.to_vec(),
            at: match at {
                At::Latest => None,
                At::Height(height) => Some(proto::query_request::At::Height(height)),
                At::Time(time_ms) => Some(proto::query_request::At::TimeMs(time_ms)),
            },
        };
        let answer = Answer::from_bytes(&self.stub.query(request).await?.into_inner().answer)?;
        let verified = answer.verify(&self.anchor, key)?;
        match at {
            At::Height(height) => drop(verified.at_height(height)?),
            // a time after the newest block can only be answered by the newest block
            At::Time(time_ms) if verified.until_ms().is_some() => drop(verified.at_time(time_ms)?),
            At::Latest | At::Time(_) => {}
        }
        Ok(answer)
    }

    /// Fetches a transaction by id with its certified header, and verifies that it was included.
    ///
    /// The header's certificate is not verified here: that takes the validator chain of an
    /// [`Answer`] of the same or a later height.
    ///
    /// # Errors
    /// As [`Self::query`].
    pub async fn transaction(&mut self, id: &TransactionId) -> Result<(Transaction, CertifiedHeader), Error> {
        let request = proto::GetReceiptRequest { transaction_id: id.as_bytes().to_vec() };
        let response = self.stub.get_receipt(request).await?.into_inner();
        let header = CertifiedHeader::from_bytes(&response.header)?;
        let transaction = Transaction::from_bytes(&response.transaction)?;
        if transaction.id() != *id {
            return Err(hufu_light::Error::Inclusion.into());
        }
        InclusionProof::from_bytes(&response.proof)?
            .verify(&header.header.transactions_root, &response.transaction)?;
        Ok((transaction, header))
    }

    /// Events from a position on; they come without proof.
    ///
    /// # Errors
    /// [`Error::Refused`].
    pub async fn events(
        &mut self,
        from_height: u64,
        from_index: u32,
    ) -> Result<Streaming<proto::Event>, Error> {
        let request = proto::EventsRequest { from_height, from_index };
        Ok(self.stub.events(request).await?.into_inner())
    }

    /// What the node says about itself.
    ///
    /// # Errors
    /// [`Error::Refused`].
    pub async fn status(&mut self) -> Result<proto::GetStatusResponse, Error> {
        Ok(self.stub.get_status(proto::GetStatusRequest {}).await?.into_inner())
    }
}
