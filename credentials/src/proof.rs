//! Data Integrity proofs (VC Data Integrity 1.0): parsing, making and checking one proof.
//!
//! A proof is made over two hashes: of the proof configuration (the proof without its value) and of the document
//! (without its proofs, except those that `previousProof` names). Step by step:
//!
//! 1. Transform the document into canonical bytes, RDFC-1.0 or JCS.
//! 2. Transform the proof configuration into canonical bytes.
//! 3. Hash both; the hash data is the configuration's hash followed by the document's.
//! 4. Sign the hash data; the value is multibase base58btc of the raw signature.
//!
//! The suites for selective disclosure sign statement by statement instead: see [`crate::sd`].

mod canon;
mod options;
mod parsed;
mod sign;
mod steps;

pub use options::ProofOptions;
pub use sign::{Signed, add_proof, issue, present};
pub use steps::{Steps, steps};

pub(crate) use sign::{attach, matching, proofs_of, take_proofs};

pub(crate) use canon::{Transform, TransformError};
pub(crate) use parsed::{ParsedProof, ProofFault, decode_value};

/// Most proofs of one document.
pub const MAX_PROOFS: usize = 32;
