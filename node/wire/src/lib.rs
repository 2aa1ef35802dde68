//! Protobuf messages of the ledger, their conversions, gRPC stubs and a verifying client.
//!
//! [`Payload`] is what the sender of a transaction signs; [`Client`] submits, queries and verifies:
//!
//! ```no_run
//! use hufu_wire::{At, Client};
//! # async fn example(anchor: hufu_light::TrustAnchor) -> Result<(), hufu_wire::Error> {
//! let mut client = Client::connect("http://127.0.0.1:8081".into(), anchor).await?;
//! let answer = client.query(b"some key", At::Latest).await?;
//! println!("{:?} at height {}", answer.value, answer.header.header.height);
//! # Ok(())
//! # }
//! ```

mod client;
mod convert;
mod error;
mod group;
mod payload;
mod ring;
mod unnamed;

/// Generated messages and stubs of `hufu.ledger.v1`; see the proto for their meaning.
#[allow(missing_docs, unreachable_pub, clippy::all, clippy::pedantic, clippy::missing_errors_doc)]
pub mod proto {
    tonic::include_proto!("hufu.ledger.v1");

    /// The descriptors, for server reflection.
    pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));
}

pub use client::{At, Client};
pub use convert::transaction_id;
pub use error::Error;
pub use group::{check_opening, check_report};
pub use payload::{MAX_MODULE_BYTES, MAX_SCOPE_BYTES, MAX_SENDER_BYTES, Payload};
pub use unnamed::{UNNAMED_SCHEME, UnnamedAuthorization, UnnamedRequest};
