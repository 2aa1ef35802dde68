//! SM interop tier: do implementations that nobody here wrote agree with `hufu-sm`?
//!
//! OpenSSL's command, npm's `sm-crypto-v2`, PyPI's `gmssl` and `gmalg`, and BouncyCastle; `tests/README.md` says how they are
//! installed. Every run makes new keys and new messages, at least 200 for each peer and operation, in both directions.

#![allow(clippy::unwrap_used, reason = "a test stops at the first broken assumption")]

#[path = "sm_interop/libraries.rs"]
mod libraries;
#[path = "sm_interop/openssl.rs"]
mod openssl;
#[path = "sm_interop/random.rs"]
mod random;
