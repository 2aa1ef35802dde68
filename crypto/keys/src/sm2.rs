//! What SM2 has and no other algorithm here: signatures under a distinguishing identifier of the caller's choice
//! (GB/T 32918.2 §5.5), and public-key encryption (GB/T 32918.4).
//!
//! Everything else, in this suite and outside, uses the default identifier
//! [`Algorithm::SM2_ID`](crate::Algorithm::SM2_ID), which [`SigningKey::sign`](crate::SigningKey::sign) takes.

mod encryption;
mod signature;

pub use encryption::{Layout, MAX_PLAINTEXT_BYTES, decrypt, encrypt};
pub use signature::{MAX_ID_BYTES, sign_with_id, verify_with_id};

use crate::{Algorithm, Error};

fn sm2_only(algorithm: Algorithm, what: &'static str) -> Result<(), Error> {
    if algorithm == Algorithm::Sm2 { Ok(()) } else { Err(Error::Sm2Only { algorithm, what }) }
}
