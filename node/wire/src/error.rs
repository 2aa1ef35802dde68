//! Why a message is not understood, or a node's answer not accepted.

/// Errors of conversions and of the client.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A message does not mean anything.
    #[error("malformed {what}: {reason}")]
    Malformed {
        /// The message.
        what: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// The node's answer does not verify: the node is at fault, or another network's.
    #[error("the node's answer is not believable: {0}")]
    Unbelievable(#[from] hufu_light::Error),
    /// The node refused.
    #[error("the node refused: {}", .0.message())]
    Refused(Box<tonic::Status>),
    /// The node cannot be reached.
    #[error("cannot reach the node: {}", root(.0))]
    Unreachable(#[from] tonic::transport::Error),
}

/// The words of the first cause; those of the outer errors say "transport error".
fn root(error: &tonic::transport::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}

impl From<tonic::Status> for Error {
    fn from(status: tonic::Status) -> Self {
        Self::Refused(Box::new(status))
    }
}
