//! The key expansion of GB/T 32907 §7.3.

use super::backend::Backend;
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// The system parameter FK.
const FK: [u32; 4] = [0xa3b1_bac6, 0x56aa_3350, 0x677d_9197, 0xb270_22dc];

/// The fixed parameter CK: byte j of CK_i is 7·(4i + j) mod 256.
const CK: [u32; 32] = {
    let mut ck = [0; 32];
    let mut i = 0;
    while i < 128 {
        ck[(i / 4) as usize] = (ck[(i / 4) as usize] << 8) | (7 * i % 256);
        i += 1_u32;
    }
    ck
};

/// The round keys in the order of encryption and in that of decryption, overwritten when dropped. They live in a box from the
/// beginning, so that moving a cipher moves a pointer and leaves no copy behind.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub(super) struct RoundKeys {
    pub(super) encrypt: [u32; 32],
    pub(super) decrypt: [u32; 32],
}

impl RoundKeys {
    /// The round keys, with the S-box of the instructions named.
    pub(super) fn new(key: &[u8; 16], backend: Backend) -> Box<Self> {
        let mut keys = Box::new(Self { encrypt: [0; 32], decrypt: [0; 32] });
        let (words, _) = key.as_chunks();
        let mut k = [0; 4];
        for ((k, word), fk) in k.iter_mut().zip(words).zip(FK) {
            *k = u32::from_be_bytes(*word) ^ fk;
        }
        for (i, ck) in CK.into_iter().enumerate() {
            // rk_i = K_(i+4) = K_i ⊕ T'(K_(i+1) ⊕ K_(i+2) ⊕ K_(i+3) ⊕ CK_i)
            let t = backend.tau(k[1] ^ k[2] ^ k[3] ^ ck);
            let next = k[0] ^ t ^ t.rotate_left(13) ^ t.rotate_left(23);
            k = [k[1], k[2], k[3], next];
            keys.encrypt[i] = next;
            keys.decrypt[31 - i] = next;
        }
        k.zeroize();
        keys
    }
}

impl fmt::Debug for RoundKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RoundKeys { ... }")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::mem::ManuallyDrop;

    /// GB/T 32907 annex A.1 prints the round keys; the first and the last are enough to see that all between are right.
    #[test]
    fn round_keys_of_annex_a_1() {
        let key = 0x0123_4567_89ab_cdef_fedc_ba98_7654_3210_u128.to_be_bytes();
        for backend in Backend::available() {
            let keys = RoundKeys::new(&key, backend);
            assert_eq!(keys.encrypt[..2], [0xf121_86f9, 0x4166_2b61]);
            assert_eq!(keys.encrypt[31], 0x9124_a012);
            assert_eq!(keys.decrypt[0], 0x9124_a012);
        }
    }

    #[test]
    #[allow(unsafe_code)]
    fn dropped_round_keys_are_zeros() {
        let mut keys = ManuallyDrop::new((*RoundKeys::new(&[0x5a; 16], Backend::best())).clone());
        assert!(keys.encrypt.iter().all(|k| *k != 0));
        // SAFETY: dropped once; what is read afterwards is the memory of the arrays, which are plain words and still there.
        let left: [u32; 64] = unsafe {
            ManuallyDrop::drop(&mut keys);
            std::ptr::read((&raw const keys).cast())
        };
        assert_eq!(left, [0; 64]);
    }

    #[test]
    #[allow(unsafe_code)]
    fn a_panic_wipes_round_keys_too() {
        use std::cell::UnsafeCell;
        use std::mem::MaybeUninit;
        /// Drops the keys in a place that outlives the panic.
        struct Guard<'a>(&'a UnsafeCell<MaybeUninit<RoundKeys>>);
        impl Drop for Guard<'_> {
            fn drop(&mut self) {
                // SAFETY: initialized before the guard was made, and dropped only here.
                unsafe { (*self.0.get()).assume_init_drop() }
            }
        }
        let place =
            UnsafeCell::new(MaybeUninit::new((*RoundKeys::new(&[0x5a; 16], Backend::best())).clone()));
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let _guard = Guard(&place);
            std::panic::panic_any("on purpose");
        }));
        assert!(result.is_err());
        // SAFETY: the memory is that of plain words and still there.
        let left: [u32; 64] = unsafe { std::ptr::read(place.get().cast()) };
        assert_eq!(left, [0; 64]);
    }
}
