//! SM3, the hash of GB/T 32905-2016 (ISO/IEC 10118-3:2018, GM/T 0004): 256 bits, streaming or many messages at once;
//! HMAC with it (RFC 2104, GB/T 15852.2) and the key derivation function of GB/T 32918.3 §5.4.3 and 32918.4 §5.4.3.
//!
//! [`Sm3`] has the RustCrypto `digest` traits; [`hash`] is the short way:
//!
//! ```
//! use hufu_sm::sm3;
//!
//! let whole = sm3::hash(b"abc");
//! assert_eq!(whole[..4], [0x66, 0xc7, 0xf0, 0xf4]);
//!
//! use sm3::digest::Digest;
//! let mut hasher = sm3::Sm3::new();
//! hasher.update(b"a");
//! hasher.update(b"bc");
//! assert_eq!(hasher.finalize()[..], whole);
//! ```
//!
//! # Security
//! Run time depends on the lengths of the inputs and on nothing else of them: SM3 has no table and no branch on data. The
//! chaining value and the buffer are overwritten when a hasher is dropped; moving a hasher leaves a copy where it was, moving an
//! HMAC leaves only what its buffer holds of the message. As with every hash of this construction, who
//! knows `hash(m)` and the length of `m` can extend `m`: use [`HmacSm3`] for authentication, not `hash(key ‖ m)`.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod backend;
mod compress;
mod core;
mod hmac;
mod kdf;
mod lanes;
#[cfg(target_arch = "x86_64")]
mod stream;

pub use self::core::{Sm3, Sm3Core};
pub use self::hmac::{HmacSm3, HmacSm3Core};
#[doc(hidden)]
pub use backend::Backend;
pub use digest;
pub use kdf::{KdfTooLong, kdf};
pub use lanes::hash_many;
#[doc(hidden)]
pub use lanes::hash_many_with;

/// Bytes of a hash value (256 bits).
pub const OUTPUT_BYTES: usize = 32;

/// Bytes of a message block (512 bits, §5.3.1).
pub const BLOCK_BYTES: usize = 64;

/// The hash of a message that is in memory as a whole.
///
/// For many messages at a time see [`hash_many`].
pub fn hash(message: &[u8]) -> [u8; OUTPUT_BYTES] {
    use digest::Digest;
    Sm3::digest(message).into()
}

/// [`hash`] on the instructions named.
#[doc(hidden)]
pub fn hash_with(backend: Backend, message: &[u8]) -> [u8; OUTPUT_BYTES] {
    core::hash_with(backend, message)
}
