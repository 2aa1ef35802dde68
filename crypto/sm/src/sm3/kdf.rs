//! The key derivation function KDF(Z, klen) of GB/T 32918.3-2016 §5.4.3 and 32918.4-2016 §5.4.3 with SM3:
//! `SM3(Z ‖ 1) ‖ SM3(Z ‖ 2) ‖ …`, the counter as 32 big-endian bits, cut to the length asked for.

use super::OUTPUT_BYTES;
use super::backend::Backend;
use super::core::Sm3;
use super::lanes::{Job, run};
use digest::Digest;
use digest::block_api::CoreProxy;
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
/// Run time depends on the lengths only. The buffers that hold parts of Z or of the output are overwritten.
pub fn kdf(parts: &[&[u8]], out: &mut [u8]) -> Result<(), KdfTooLong> {
    let blocks = u32::try_from(out.len().div_ceil(OUTPUT_BYTES)).map_err(|_| KdfTooLong)?;
    let mut z = Sm3::new();
    for part in parts {
        z.update(part);
    }
    if out.len() <= FEW * OUTPUT_BYTES {
        // a) ct = 1; c) ⌈klen/v⌉ times H_v(Z ‖ ct), d) the last one cut.
        for (ct, chunk) in (1..).zip(out.chunks_mut(OUTPUT_BYTES)) {
            let mut hash = Zeroizing::new([0; OUTPUT_BYTES]);
            z.clone().chain_update(u32::to_be_bytes(ct)).finalize_into((&mut *hash).into());
            chunk.copy_from_slice(&hash[..chunk.len()]);
        }
        return Ok(());
    }
    // The same for many values of ct at once: all start from the state after the whole blocks of Z.
    let (core, rest) = z.decompose();
    let jobs = (0..blocks)
        .map(|i| Job::new(*core.state(), core.bytes(), rest.get_data(), &(i + 1).to_be_bytes(), true));
    run(Backend::best(), jobs, |i, hash| {
        let hash = Zeroizing::new(hash);
        let from = i * OUTPUT_BYTES;
        let to = out.len().min(from + OUTPUT_BYTES);
        out[from..to].copy_from_slice(&hash[..to - from]);
    });
    Ok(())
}

/// So many blocks are not worth the set-up of the lanes.
const FEW: usize = 2;

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
