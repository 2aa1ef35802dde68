//! The key derivation function KDF(Z, klen) of GB/T 32918.3-2016 §5.4.3 and 32918.4-2016 §5.4.3 with SM3:
//! `SM3(Z ‖ 1) ‖ SM3(Z ‖ 2) ‖ …`, the counter as 32 big-endian bits, cut to the length asked for.

use super::OUTPUT_BYTES;
use super::core::Sm3;
use digest::Digest;
use std::fmt;
use zeroize::Zeroizing;

/// Fills `out` with key material derived from Z, which is given in parts (`Z = parts[0] ‖ parts[1] ‖ …`).
///
/// An empty `out` stays empty. The all-zero result, which SM2 encryption must refuse (32918.4 §6.1 step A5), is the
/// caller's to check.
///
/// # Errors
/// [`KdfTooLong`] if `out` has more than (2³² − 1) · 32 bytes (step b of the standard: the counter would wrap).
///
/// # Security
/// Run time depends on the lengths only. Nothing of Z or of the output stays behind on the stack or heap in the buffers
/// of this function.
pub fn kdf(parts: &[&[u8]], out: &mut [u8]) -> Result<(), KdfTooLong> {
    if out.len().div_ceil(OUTPUT_BYTES) > u32::MAX as usize {
        return Err(KdfTooLong);
    }
    let mut z = Sm3::new();
    for part in parts {
        z.update(part);
    }
    // a) ct = 1; c) ⌈klen/v⌉ times H_v(Z ‖ ct), d) the last one cut.
    let mut ct = 0_u32;
    for chunk in out.chunks_mut(OUTPUT_BYTES) {
        ct += 1; // at most 2³² − 1, because the length was checked
        let mut hash = Zeroizing::new([0; OUTPUT_BYTES]);
        z.clone().chain_update(ct.to_be_bytes()).finalize_into((&mut *hash).into());
        chunk.copy_from_slice(&hash[..chunk.len()]);
    }
    Ok(())
}

/// More key material was asked for than a 32-bit counter can number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct KdfTooLong;

impl fmt::Display for KdfTooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the key derivation function of GB/T 32918 gives at most (2^32 - 1) * 32 bytes")
    }
}

impl std::error::Error for KdfTooLong {}
