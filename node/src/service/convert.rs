//! Between the ledger's types and messages; errors to status codes.

use hufu_wire::proto;
use tonic::{Code, Status};

use crate::{Block, Error, Event, Receipt, Rejection};

pub(super) fn receipt_message(receipt: Receipt) -> proto::Receipt {
    proto::Receipt {
        transaction_id: receipt.transaction.as_bytes().to_vec(),
        height: receipt.height,
        index: receipt.index,
        time_ms: receipt.time_ms,
    }
}

pub(super) fn event_message(event: Event) -> proto::Event {
    proto::Event {
        height: event.height,
        index: event.index,
        time_ms: event.time_ms,
        transaction_id: event.transaction.map(|id| id.as_bytes().to_vec()).unwrap_or_default(),
        data: event.data_json().as_bytes().to_vec(),
        kind: event.kind,
        subject: event.subject,
        actor: event.actor,
    }
}

pub(super) fn block_message(block: Block) -> proto::Block {
    proto::Block {
        header: block.header.to_bytes(),
        transactions: block.transactions.iter().map(hufu_light::Transaction::to_bytes).collect(),
        events: block.events.into_iter().map(event_message).collect(),
    }
}

pub(super) fn malformed(error: impl std::fmt::Display) -> Status {
    Status::invalid_argument(error.to_string())
}

pub(super) fn status_of(error: Error) -> Status {
    let code = match &error {
        Error::Rejected(rejection) => code_of(rejection),
        Error::Busy { .. } => Code::ResourceExhausted,
        Error::Stopped { .. } | Error::Storage(_) => Code::Unavailable,
        Error::NotYet { .. } | Error::Pruned { .. } | Error::BeforeGenesis { .. } => Code::OutOfRange,
        Error::UnknownTransaction(_) => Code::NotFound,
        Error::Damaged { .. } => Code::DataLoss,
        Error::OtherNetwork { .. } | Error::Genesis(_) | Error::Consensus(_) => Code::Internal,
    };
    Status::new(code, error.to_string())
}

fn code_of(rejection: &Rejection) -> Code {
    match rejection {
        Rejection::Malformed(_)
        | Rejection::TooLarge(_)
        | Rejection::OtherNetwork { .. }
        | Rejection::OtherGenesis { .. }
        | Rejection::NotSigned
        | Rejection::SignedTwice { .. }
        | Rejection::Signature { .. }
        | Rejection::Ring { .. }
        | Rejection::Unnamed { .. }
        | Rejection::Group { .. }
        | Rejection::Epoch { .. }
        | Rejection::UnknownModule(_) => Code::InvalidArgument,
        Rejection::Sender { .. } | Rejection::Method { .. } | Rejection::Denied(_) => Code::PermissionDenied,
        Rejection::Expired { .. }
        | Rejection::ExpiryTooFar { .. }
        | Rejection::Replayed { .. }
        | Rejection::TagUsed { .. }
        | Rejection::SequenceTooOld { .. }
        | Rejection::Refused { .. } => Code::FailedPrecondition,
        Rejection::TooManyRefused { .. } => Code::ResourceExhausted,
        Rejection::Included(_) | Rejection::Waiting(_) => Code::AlreadyExists,
    }
}
