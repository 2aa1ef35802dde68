//! XTS, the mode for storage (IEEE Std 1619-2018 with SM4 in the place of AES), with ciphertext stealing.
//!
//! Two standards have it, which differ in the order of bits by which the tweak is multiplied by α from block to block, and so from the
//! second block on ([`XtsStandard`]). OpenSSL from 3.2 on has both as `xts_standard`, and takes `GB` for SM4 unless told otherwise.

use super::backend::Backend;
use super::block::Sm4;
use super::ctr::xored;
use super::error::Error;
use super::verdict::declassify;
use std::fmt;
use subtle::ConstantTimeEq;
use zeroize::ZeroizeOnDrop;

/// Blocks of the longest data unit: IEEE 1619-2018 §5.1.
const MAX_BLOCKS: usize = 1 << 20;

/// By which standard the tweak goes from one block to the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum XtsStandard {
    /// IEEE Std 1619-2018 §5.2: byte 0 is the lowest, and a bit that leaves byte 15 comes back as 0x87 in byte 0.
    #[default]
    Ieee1619,
    /// GB/T 17964-2021: the first bit of byte 0 is the lowest, as in GCM, and a bit that leaves byte 15 comes back as 0xe1 in byte 0.
    Gbt17964,
}

/// SM4 in XTS mode: sectors of a disk, each encrypted in place under its number.
///
/// ```
/// use hufu_sm::sm4::Sm4Xts;
///
/// let key: [u8; 32] = std::array::from_fn(|i| i as u8);
/// let xts = Sm4Xts::new(&key)?;
/// let mut sector = [0x5a; 512];
/// xts.encrypt_in_place(&Sm4Xts::sector(7), &mut sector)?;
/// xts.decrypt_in_place(&Sm4Xts::sector(7), &mut sector)?;
/// assert_eq!(sector, [0x5a; 512]);
/// # Ok::<(), hufu_sm::sm4::Error>(())
/// ```
///
/// # Security
/// XTS does not authenticate: an altered block decrypts to noise, and an old version of a sector can be put back. The same
/// data under the same number give the same ciphertext. It is for storage where there is no room for a tag, and only there.
///
/// There is no `KeyInit`: its `new` cannot refuse, and a key of two equal halves has to be.
#[derive(Clone)]
pub struct Sm4Xts {
    data: Sm4,
    tweak: Sm4,
    standard: XtsStandard,
}

impl Sm4Xts {
    /// XTS by IEEE 1619 under a key of 32 bytes: that of the data, then that of the tweak.
    ///
    /// # Errors
    /// [`Error::EqualKeyHalves`] if the two are the same, as FIPS 140 demands of XTS.
    pub fn new(key: &[u8; 32]) -> Result<Self, Error> {
        Self::with_backend(key, Backend::best())
    }

    /// [`Sm4Xts::new`] from a slice.
    ///
    /// # Errors
    /// [`Error::KeyLength`] if there are not 32 bytes, [`Error::EqualKeyHalves`].
    pub fn new_from_slice(key: &[u8]) -> Result<Self, Error> {
        Self::new(key.try_into().map_err(|_| Error::KeyLength)?)
    }

    /// XTS on the instructions named.
    ///
    /// # Errors
    /// [`Error::EqualKeyHalves`].
    #[doc(hidden)]
    pub fn with_backend(key: &[u8; 32], backend: Backend) -> Result<Self, Error> {
        let (halves, _) = key.as_chunks();
        if declassify(halves[0].ct_eq(&halves[1])) {
            return Err(Error::EqualKeyHalves);
        }
        Ok(Self {
            data: Sm4::with_backend(&halves[0], backend),
            tweak: Sm4::with_backend(&halves[1], backend),
            standard: XtsStandard::Ieee1619,
        })
    }

    /// The same keys by another standard.
    #[must_use]
    pub fn by(mut self, standard: XtsStandard) -> Self {
        self.standard = standard;
        self
    }

    /// The tweak of a sector: its number, little-endian (IEEE 1619-2018 §5.1).
    pub fn sector(number: u128) -> [u8; 16] {
        number.to_le_bytes()
    }

    /// Encrypts a data unit in place.
    ///
    /// # Errors
    /// [`Error::MessageTooShort`] below 16 bytes, [`Error::MessageTooLong`] above 2²⁰ blocks; it is then left as it was.
    pub fn encrypt_in_place(&self, tweak: &[u8; 16], data: &mut [u8]) -> Result<(), Error> {
        self.apply(tweak, data, true)
    }

    /// Decrypts a data unit in place.
    ///
    /// # Errors
    /// [`Error::MessageTooShort`] below 16 bytes, [`Error::MessageTooLong`] above 2²⁰ blocks; it is then left as it was.
    pub fn decrypt_in_place(&self, tweak: &[u8; 16], data: &mut [u8]) -> Result<(), Error> {
        self.apply(tweak, data, false)
    }

    fn apply(&self, tweak: &[u8; 16], data: &mut [u8], encrypt: bool) -> Result<(), Error> {
        if data.len() < 16 {
            return Err(Error::MessageTooShort);
        }
        if data.len() > 16 * MAX_BLOCKS {
            return Err(Error::MessageTooLong);
        }
        let mut t = Tweak::new(self.standard, self.tweak.encrypted(*tweak));
        let (blocks, rest) = data.as_chunks_mut();
        if rest.is_empty() {
            self.whole_blocks(&mut t, blocks, encrypt);
            return Ok(());
        }
        // §5.3.2, §5.4.2: the last whole block and the rest. The rest takes the beginning of what the block becomes, and
        // the block is made of the rest and the end of that. In decryption the two tweaks change places.
        let (last, before) = blocks.split_last_mut().ok_or(Error::MessageTooShort)?;
        self.whole_blocks(&mut t, before, encrypt);
        let (mut first, mut second) = (t, t.doubled());
        if !encrypt {
            std::mem::swap(&mut first, &mut second);
        }
        let mut block = [*last];
        self.whole_blocks(&mut first, &mut block, encrypt);
        *last = block[0];
        rest.swap_with_slice(&mut last[..rest.len()]);
        // `last` has the old rest, then the end of the block: what is left to be done once more.
        let mut block = [*last];
        self.whole_blocks(&mut second, &mut block, encrypt);
        *last = block[0];
        Ok(())
    }

    /// C = E(P ⊕ T) ⊕ T for each block, T being doubled from one to the next.
    fn whole_blocks(&self, t: &mut Tweak, blocks: &mut [[u8; 16]], encrypt: bool) {
        /// Enough for the widest implementation.
        const BATCH: usize = 64;
        let mut tweaks = [[0; 16]; BATCH];
        for batch in blocks.chunks_mut(BATCH) {
            for (block, tweak) in batch.iter_mut().zip(&mut tweaks) {
                *tweak = t.bytes();
                *block = xored(*block, *tweak);
                *t = t.doubled();
            }
            if encrypt {
                self.data.encrypt_all(batch);
            } else {
                self.data.decrypt_all(batch);
            }
            for (block, tweak) in batch.iter_mut().zip(&tweaks) {
                *block = xored(*block, *tweak);
            }
        }
    }
}

/// T as a number, and what order its bits are in.
#[derive(Clone, Copy)]
struct Tweak(XtsStandard, u128);

impl Tweak {
    fn new(standard: XtsStandard, bytes: [u8; 16]) -> Self {
        Self(
            standard,
            match standard {
                XtsStandard::Ieee1619 => u128::from_le_bytes(bytes),
                XtsStandard::Gbt17964 => u128::from_be_bytes(bytes),
            },
        )
    }

    /// T·α in GF(2¹²⁸) modulo x¹²⁸ + x⁷ + x² + x + 1.
    fn doubled(self) -> Self {
        let Self(standard, t) = self;
        Self(
            standard,
            match standard {
                XtsStandard::Ieee1619 => t << 1 ^ (t >> 127).wrapping_neg() & 0x87,
                XtsStandard::Gbt17964 => t >> 1 ^ (t & 1).wrapping_neg() & 0xe1 << 120,
            },
        )
    }

    fn bytes(self) -> [u8; 16] {
        match self.0 {
            XtsStandard::Ieee1619 => self.1.to_le_bytes(),
            XtsStandard::Gbt17964 => self.1.to_be_bytes(),
        }
    }
}

impl fmt::Debug for Sm4Xts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sm4Xts { ... }")
    }
}

// Both ciphers overwrite themselves.
impl ZeroizeOnDrop for Sm4Xts {}
