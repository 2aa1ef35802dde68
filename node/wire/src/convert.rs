//! Between messages and the types of hufu-light.

use hufu_light::{Hash, Transaction, TransactionId, TransactionSignature};

use crate::{Error, proto};

impl From<Transaction> for proto::Transaction {
    fn from(transaction: Transaction) -> Self {
        let signatures = transaction.signatures.into_iter();
        let signatures = signatures.map(|s| proto::Signature { method: s.method, signature: s.signature });
        Self { payload: transaction.payload, signatures: signatures.collect() }
    }
}

impl TryFrom<proto::Transaction> for Transaction {
    type Error = Error;

    fn try_from(message: proto::Transaction) -> Result<Self, Error> {
        let signatures = message.signatures.into_iter();
        let signatures =
            signatures.map(|s| TransactionSignature { method: s.method, signature: s.signature });
        let transaction = Self { payload: message.payload, signatures: signatures.collect() };
        transaction
            .check_sizes()
            .map_err(|e| Error::Malformed { what: "transaction", reason: e.to_string() })?;
        Ok(transaction)
    }
}

/// A transaction id from its 32 bytes.
///
/// # Errors
/// [`Error::Malformed`] for any other length.
pub fn transaction_id(bytes: &[u8]) -> Result<TransactionId, Error> {
    let bytes = bytes.try_into().map_err(|_| Error::Malformed {
        what: "transaction id",
        reason: format!("{} bytes instead of 32", bytes.len()),
    })?;
    Ok(Hash::from_bytes(bytes))
}
