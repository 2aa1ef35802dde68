//! Are the keys of SM4, GCM, HMAC-SM3 and what is made of them gone from memory when they are dropped or moved out?
//!
//! The allocator of `watch` looks for them in what is freed. That each needle is what a live value holds is checked before.

#![allow(clippy::unwrap_used, unsafe_code, reason = "memory is looked at as it is")]

#[path = "common/watch.rs"]
mod watch;

use cipher::{BlockCipherEncrypt, InnerIvInit, KeyInit, StreamCipher};
use digest::common::hazmat::SerializableState;
use digest::{Digest, Mac};
use hufu_sm::sm3::{self, HmacSm3, Sm3};
use hufu_sm::sm4::{Backend, Sm4, Sm4Cbc, Sm4Ccm, Sm4Ctr, Sm4Gcm, Sm4Xts};
use std::mem::ManuallyDrop;
use watch::{behind_pointers, freed_with, own_bytes};

/// The key of GB/T 32907 annex A.1, which prints its round keys.
const KEY: [u8; 16] = 0x0123_4567_89ab_cdef_fedc_ba98_7654_3210_u128.to_be_bytes();

/// The first four round keys as they lie in memory; and the last four, which decryption begins with, come from a live value.
fn round_keys() -> Vec<u8> {
    [0xf121_86f9_u32, 0x4166_2b61, 0x5a6a_b19a, 0x7ba9_2077]
        .iter()
        .flat_map(|word| word.to_ne_bytes())
        .collect()
}

/// H, in the forms in which GHASH may hold it: two words for integers, and times x for carry-less products.
fn hash_keys() -> Vec<Vec<u8>> {
    let mut h = [0; 16].into();
    Sm4::new(&KEY.into()).encrypt_block(&mut h);
    let h = u128::from_be_bytes(h.0);
    let carry = 0_u128.wrapping_sub(h >> 127);
    let shifted = h << 1 ^ carry & 0xc200_0000_0000_0000_0000_0000_0000_0001;
    let halves = [(h >> 64).to_le_bytes()[..8].to_vec(), h.to_le_bytes()[..8].to_vec()];
    vec![halves.concat(), shifted.to_le_bytes().to_vec(), h.to_be_bytes().to_vec()]
}

/// Frees values of `make` in every way: dropped, dropped in a box, moved out of a box, moved by a vector that grows, cloned, lost
/// in a panic.
fn dropped_and_moved<T: Clone>(needles: &[Vec<u8>], make: impl Fn() -> T) -> [usize; 4] {
    let count = |run: &dyn Fn()| freed_with(needles.to_vec(), run);
    let value = ManuallyDrop::new(make());
    for needle in needles {
        assert!(
            !own_bytes(&*value).windows(needle.len()).any(|window| window == needle),
            "a value's own bytes"
        );
    }
    drop(ManuallyDrop::into_inner(value));
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let panicked = count(&|| {
        let lost = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let value = Box::new(make());
            std::panic::panic_any(size_of_val(&*value));
        }));
        assert!(lost.is_err());
    });
    std::panic::set_hook(hook);
    [
        count(&|| drop(Box::new(make()))),
        count(&|| {
            let boxed = Box::new(make());
            let moved = *boxed;
            drop(moved.clone());
        }),
        count(&|| {
            let mut values = Vec::new();
            for _ in 0..20 {
                values.push(make());
            }
        }),
        panicked,
    ]
}

#[test]
fn the_needles_are_what_live_values_hold() {
    assert_eq!(
        freed_with(vec![round_keys()], || drop(Box::new(round_keys()))),
        1,
        "and the allocator sees them"
    );
    for backend in Backend::available() {
        let cipher = Sm4::with_backend(&KEY, backend);
        // SAFETY: a cipher is a box of round keys, 256 bytes, and the names of instructions.
        let held = unsafe { behind_pointers::<_, 16>(&cipher) };
        assert_eq!(held.concat(), round_keys(), "{}", backend.name());
        let gcm = Sm4Gcm::with_backend(&KEY, backend);
        // SAFETY: as above, and a box of 48 or 256 bytes.
        let (words, powers) = unsafe { (behind_pointers::<_, 48>(&gcm), behind_pointers::<_, 256>(&gcm)) };
        let hash_keys = hash_keys();
        let held = words.iter().map(|held| &held[..]).chain(powers.iter().map(|held| &held[..]));
        let found =
            held.filter(|held| hash_keys.iter().any(|h| held.windows(16).any(|window| window == h))).count();
        assert!(found > 0, "{}", backend.name());
    }
}

#[test]
fn round_keys_are_wiped() {
    for backend in Backend::available() {
        let freed = dropped_and_moved(&[round_keys()], || Sm4::with_backend(&KEY, backend));
        assert_eq!(freed, [0; 4], "{}", backend.name());
    }
    let cipher = || Sm4::new(&KEY.into());
    assert_eq!(dropped_and_moved(&[round_keys()], || Sm4Cbc::from(cipher())), [0; 4]);
    assert_eq!(dropped_and_moved(&[round_keys()], || Sm4Ccm::from(cipher())), [0; 4]);
    let mut key = [9; 32];
    key[..16].copy_from_slice(&KEY);
    assert_eq!(dropped_and_moved(&[round_keys()], || Sm4Xts::new(&key).unwrap()), [0; 4]);
    key.rotate_left(16);
    assert_eq!(dropped_and_moved(&[round_keys()], || Sm4Xts::new(&key).unwrap()), [0; 4]);
}

#[test]
fn hash_keys_of_gcm_are_wiped() {
    let needles = [hash_keys(), vec![round_keys()]].concat();
    for backend in Backend::available() {
        let freed = dropped_and_moved(&needles, || {
            let gcm = Sm4Gcm::with_backend(&KEY, backend);
            gcm.encrypt_detached(&[1; 13], b"aad", &mut [0; 100]).unwrap();
            gcm
        });
        assert_eq!(freed, [0; 4], "{}", backend.name());
    }
}

#[test]
fn the_key_stream_block_of_ctr_is_wiped() {
    let iv = [7; 16];
    let mut block = iv.into();
    Sm4::new(&KEY.into()).encrypt_block(&mut block);
    let needles = [block.0.to_vec(), round_keys()];
    let freed = dropped_and_moved(&needles, || {
        let mut ctr = Sm4Ctr::inner_iv_init(Sm4::new(&KEY.into()), &iv.into());
        ctr.apply_keystream(&mut [0; 3]);
        ctr
    });
    assert_eq!(freed, [0; 4]);
    let mut ctr = Sm4Ctr::inner_iv_init(Sm4::new(&KEY.into()), &iv.into());
    ctr.apply_keystream(&mut [0; 3]);
    // SAFETY: the boxes of it have 16 and 256 bytes.
    let held = unsafe { behind_pointers::<_, 16>(&ctr) };
    assert!(held.contains(&block.0), "or the needle is not what is held");
}

/// The chaining value of SM3 after `bytes`, a block, as it lies in memory.
fn chaining_value(bytes: [u8; 64]) -> Vec<u8> {
    let state = Sm3::new_with_prefix(bytes).serialize();
    state[..32].chunks(4).flat_map(|word| word.iter().rev().copied().collect::<Vec<u8>>()).collect()
}

#[test]
fn the_states_of_hmac_are_wiped() {
    let key = *b"a key of 32 bytes, to be wiped..";
    let pad = |with: u8| std::array::from_fn(|i| key.get(i).copied().unwrap_or(0) ^ with);
    let needles = [key.to_vec(), pad(0x36)[..32].to_vec(), pad(0x5c)[..32].to_vec()];
    let needles = [needles.to_vec(), vec![chaining_value(pad(0x36)), chaining_value(pad(0x5c))]].concat();
    // The buffer is full, for one that is not may hold in its unused bytes whatever was on the stack before.
    let fill = |mac: &mut HmacSm3| mac.update(&[0x11; 63]);
    let make = || {
        let mut mac = HmacSm3::new_from_slice(&key).unwrap();
        fill(&mut mac);
        mac
    };
    let mac = make();
    // SAFETY: the box has three states of 40 bytes.
    let held = unsafe { behind_pointers::<_, 120>(&mac) };
    for needle in &needles[3..] {
        assert!(
            held.iter().any(|held| held.windows(32).any(|window| window == needle)),
            "or it is not what is held"
        );
    }
    assert_eq!(dropped_and_moved(&needles, make), [0; 4]);
    let used = dropped_and_moved(&needles, || {
        let mut mac = make();
        mac.update(&[1; 100]);
        let _ = mac.finalize_reset();
        fill(&mut mac);
        mac
    });
    assert_eq!(used, [0; 4]);
}

/// A hasher in one place is wiped; what a move leaves behind is documented.
#[test]
fn the_state_of_sm3_is_wiped() {
    let (secret, block) = (*b"a secret message", [0x5a; 64]);
    let needles = vec![secret.to_vec(), chaining_value(block)];
    let freed = freed_with(needles.clone(), || {
        let mut hasher = Box::new(Sm3::new());
        hasher.update(block);
        hasher.update(secret);
        drop(hasher.clone());
        let _ = hasher.finalize_reset();
        hasher.update(secret);
    });
    assert_eq!(freed, 0);
    let freed = freed_with(needles, || {
        let hasher = Box::new(Sm3::new_with_prefix(block));
        assert_eq!(hasher.finalize()[..], sm3::hash(&block));
    });
    assert_eq!(freed, 1, "moved out of a box by value: this one is left, as the documentation says");
}

#[test]
fn key_derivation_leaves_nothing_on_the_heap() {
    let secret = *b"shared secret bytes of 32 bytes.";
    for bytes in [16, 32, 64, 65, 1000] {
        let mut out = vec![0; bytes];
        let freed = freed_with(vec![secret.to_vec()], || sm3::kdf(&[&secret, b"id"], &mut out).unwrap());
        assert_eq!(freed, 0, "{bytes} bytes");
    }
}
