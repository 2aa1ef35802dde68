//! What the ledger says about its work: structured logs through `tracing`.

use hufu_light::Header;

use crate::{Error, admission::Admitted};

/// A block is durable.
pub(crate) fn committed(header: &Header, transactions: usize) {
    tracing::debug!(height = header.height, transactions, time_ms = header.time_ms, "block committed");
}

/// A transaction is in no block.
pub(crate) fn refused(admitted: &Admitted, error: &Error) {
    let payload = &admitted.payload;
    tracing::debug!(
        transaction = %admitted.id,
        sender = %admitted.sender,
        module = %payload.module,
        cause = %error,
        "transaction refused"
    );
}

/// A ledger is open.
pub(crate) fn opened(header: &Header, engine: &str) {
    tracing::info!(network = %header.network, height = header.height, engine, "ledger open");
}
