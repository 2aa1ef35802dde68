//! From a passphrase to the two values of a keystore: Argon2id (RFC 9106), then HKDF (RFC 5869).

use crate::{Domain, Error};
use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::hkdf::{HKDF_SHA256, Prk};
use zeroize::Zeroizing;

/// RFC 9106 §3.1 recommends 16 bytes.
pub(super) const SALT_BYTES: usize = 16;

/// Bytes of each derived value.
pub(super) const KEY_BYTES: usize = 32;

/// What a guess at the passphrase costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KdfParams {
    memory_kib: u32,
    iterations: u32,
    lanes: u32,
}

/// Smallest and largest values that are read. The largest memory, 1 GiB, is what a small server still has; the
/// smallest is Argon2's own minimum for one lane.
const MEMORY_KIB: (u32, u32) = (8, 1 << 20);
const ITERATIONS: (u32, u32) = (1, 16);
const LANES: (u32, u32) = (1, 16);

/// Argon2 needs 8 KiB for each lane (RFC 9106 §3.1).
const MEMORY_PER_LANE: u32 = 8;

impl KdfParams {
    /// 64 MiB, three passes, one lane: RFC 9106 §4's second recommendation, on one core; about 0.2 s.
    pub const DEFAULT: Self = Self { memory_kib: 64 * 1024, iterations: 3, lanes: 1 };

    /// Costs of the caller's choice.
    ///
    /// # Errors
    /// [`Error::KdfOutOfBounds`] for less than 19 MiB (the least that OWASP's password storage guidance names
    /// together with two passes) or anything a reader would refuse.
    pub fn new(memory_kib: u32, iterations: u32, lanes: u32) -> Result<Self, Error> {
        const LEAST_SAFE_KIB: u32 = 19 * 1024;
        bounded("memory_kib", memory_kib, (LEAST_SAFE_KIB, MEMORY_KIB.1))?;
        Self::read(memory_kib, iterations, lanes)
    }

    /// Costs that protect nothing: for tests and examples.
    #[must_use]
    pub const fn dangerous_fast() -> Self {
        Self { memory_kib: 64, iterations: 1, lanes: 1 }
    }

    /// Memory, in KiB.
    #[must_use]
    pub fn memory_kib(self) -> u32 {
        self.memory_kib
    }

    /// Passes over the memory.
    #[must_use]
    pub fn iterations(self) -> u32 {
        self.iterations
    }

    /// Lanes of parallelism.
    #[must_use]
    pub fn lanes(self) -> u32 {
        self.lanes
    }

    /// Costs found in a file.
    pub(super) fn read(memory_kib: u32, iterations: u32, lanes: u32) -> Result<Self, Error> {
        bounded("lanes", lanes, LANES)?;
        bounded("iterations", iterations, ITERATIONS)?;
        bounded("memory_kib", memory_kib, (MEMORY_KIB.0.max(MEMORY_PER_LANE * lanes), MEMORY_KIB.1))?;
        Ok(Self { memory_kib, iterations, lanes })
    }
}

impl Default for KdfParams {
    fn default() -> Self {
        Self::DEFAULT
    }
}

fn bounded(what: &'static str, found: u32, (min, max): (u32, u32)) -> Result<(), Error> {
    if (min..=max).contains(&found) {
        Ok(())
    } else {
        Err(Error::KdfOutOfBounds { what, found: found.into(), min: min.into(), max: max.into() })
    }
}

pub(super) struct Derived {
    pub(super) check: [u8; KEY_BYTES],
    pub(super) cipher_key: Zeroizing<[u8; KEY_BYTES]>,
}

/// Steps 1 and 2 of sealing.
pub(super) fn derive(passphrase: &[u8], salt: &[u8], params: KdfParams) -> Result<Derived, Error> {
    let KdfParams { memory_kib, iterations, lanes } = params;
    let argon2 = Params::new(memory_kib, iterations, lanes, Some(KEY_BYTES))
        .map(|p| Argon2::new(Algorithm::Argon2id, Version::V0x13, p))
        .map_err(|_| Error::Damaged("its key derivation parameters do not go together"))?;
    let mut master = Zeroizing::new([0; KEY_BYTES]);
    argon2
        .hash_password_into(passphrase, salt, &mut *master)
        .map_err(|_| Error::Damaged("its key cannot be derived"))?;
    // Argon2's output is uniform: HKDF needs no extraction step (RFC 5869 §3.3).
    let master = Prk::new_less_safe(HKDF_SHA256, &*master);
    let mut derived = Derived { check: [0; KEY_BYTES], cipher_key: Zeroizing::new([0; KEY_BYTES]) };
    for (domain, out) in
        [(Domain::KeystoreCheck, &mut derived.check), (Domain::KeystoreCipher, &mut *derived.cipher_key)]
    {
        master
            .expand(&[&super::label(domain)], HKDF_SHA256)
            .and_then(|okm| okm.fill(out))
            .map_err(|_| Error::Damaged("its key cannot be derived"))?;
    }
    Ok(derived)
}
