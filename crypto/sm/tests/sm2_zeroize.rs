//! Is a private key gone from memory when it is dropped, moved out, or lost in a panic?
//!
//! The allocator of `watch` looks for the bytes of the secrets in what is freed. The first test shows that it sees such a block.

#![allow(clippy::unwrap_used, unsafe_code, reason = "memory is looked at as it is")]

#[path = "common/watch.rs"]
mod watch;

use hufu_sm::sm2::encryption::Ciphertext;
use hufu_sm::sm2::exchange::{Initiator, Responder};
use hufu_sm::sm2::traits::{RandomizedSigner, Signer};
use hufu_sm::sm2::{DistId, SecretKey, SigningKey};
use num_bigint::BigUint;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{SeedableRng, TryCryptoRng, TryRng};
use std::mem::ManuallyDrop;
use watch::{behind_pointers, freed_with, own_bytes};

/// d, recognisable wherever it turns up.
const D: [u8; 32] = *b"a private key that will be wiped";
const WORDS: usize = 4;

/// d in the forms in which it is written and held, big-endian and in little-endian limbs, and multiplied by 2²⁵⁶ modulo n for a
/// product; and (1+d)⁻¹ in this last form, in which a key holds it.
fn needles() -> [[u8; 32]; WORDS] {
    let n = BigUint::parse_bytes(b"fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123", 16)
        .unwrap();
    let d = BigUint::from_bytes_be(&D);
    let inverse = (&d + 1u8).modpow(&(&n - 2u8), &n);
    let montgomery = |number: &BigUint| {
        let mut out = [0; 32];
        let multiple: BigUint = (number << 256u32) % &n;
        let bytes = multiple.to_bytes_le();
        out[..bytes.len()].copy_from_slice(&bytes);
        out
    };
    let mut backwards = D;
    backwards.reverse();
    [D, backwards, montgomery(&d), montgomery(&inverse)]
}

/// How many blocks with a private key in them `run` freed.
fn freed_with_secret(run: impl FnOnce()) -> usize {
    freed_with(needles().map(|needle| needle.to_vec()).to_vec(), run)
}

fn key() -> SigningKey {
    SigningKey::new(SecretKey::from_bytes(&D).unwrap(), DistId::default())
}

#[test]
fn the_allocator_sees_a_block_that_is_not_wiped() {
    for needle in needles() {
        assert_eq!(freed_with_secret(|| drop(vec![Box::new(needle)])), 1);
        assert_eq!(freed_with_secret(|| drop([&[1, 2, 3], &needle[..], &[4]].concat())), 1);
    }
}

#[test]
fn a_live_key_holds_its_secret_on_the_heap() {
    // Or the needles are not what a key holds, and finding none says nothing.
    let key = SecretKey::from_bytes(&D).unwrap();
    // SAFETY: a key is a box, whose contents have the size of a scalar, and a public point; it has no padding.
    let held = unsafe { behind_pointers::<_, 32>(&key) };
    assert_eq!(held, [needles()[1]]);
}

#[test]
fn drop_wipes() {
    assert_eq!(freed_with_secret(|| drop(SecretKey::from_bytes(&D).unwrap())), 0);
    assert_eq!(freed_with_secret(|| drop(key())), 0);
    assert_eq!(freed_with_secret(|| drop(key().secret_key().clone())), 0);
    assert_eq!(freed_with_secret(|| drop(key().secret_key().to_bytes())), 0);
    assert_eq!(freed_with_secret(|| drop(Box::new(key().secret_key().to_bytes()))), 0);
}

#[test]
fn move_out_leaves_nothing_behind() {
    // Where the key was, and where a growing vector had it, there was a pointer only.
    let freed = freed_with_secret(|| {
        let mut keys = Vec::new();
        for _ in 0..20 {
            keys.push(key());
        }
        let moved = std::thread::spawn(move || keys.pop()).join().unwrap();
        drop(Some(Box::new(moved)));
    });
    assert_eq!(freed, 0);
    let slot = ManuallyDrop::new(key());
    let bytes = own_bytes(&*slot);
    for needle in needles() {
        assert!(!bytes.windows(32).any(|window| window == needle), "a key's own bytes hold no secret");
    }
    drop(ManuallyDrop::into_inner(slot));
}

#[test]
fn a_panic_wipes() {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let freed = freed_with_secret(|| {
        let panicked = std::panic::catch_unwind(|| {
            let key = key();
            let secret = key.secret_key().clone();
            let boxed: Box<dyn std::any::Any> = Box::new(key);
            assert!(boxed.is::<SecretKey>(), "a panic while {secret:?} lives");
        });
        assert!(panicked.is_err());
    });
    std::panic::set_hook(hook);
    assert_eq!(freed, 0);
}

#[test]
fn operations_wipe() {
    let mut rng = ChaCha20Rng::from_seed([1; 32]);
    let other = SigningKey::generate(&mut rng).unwrap();
    let freed = freed_with_secret(|| {
        let key = key();
        let _ = (key.sign(b"m"), key.sign_with_rng(&mut rng, b"m"), key.sign_batch(&mut rng, &[b"a", b"b"]));
        let sent = key.verifying_key().public_key().encrypt(&mut rng, b"message").unwrap();
        key.secret_key().decrypt(&Ciphertext::from_der(&sent.to_der()).unwrap()).unwrap();
        let (initiator, r_a) = Initiator::start(&mut rng, &key, other.verifying_key(), 16).unwrap();
        let (responder, reply) = Responder::respond(&mut rng, &other, key.verifying_key(), &r_a, 16).unwrap();
        responder.finish(&initiator.finish(&reply).unwrap().1).unwrap();
        drop(Initiator::start(&mut rng, &key, other.verifying_key(), 16).unwrap());
    });
    assert_eq!(freed, 0);
}

#[test]
fn encodings_wipe() {
    let freed = freed_with_secret(|| {
        let key = SecretKey::from_bytes(&D).unwrap();
        let (der, pem) = (key.to_private_key_der(), key.to_private_key_pem());
        SecretKey::from_private_key_der(&der).unwrap();
        SecretKey::from_private_key_pem(&pem).unwrap();
        SecretKey::from_sec1_der(&key.to_sec1_der()).unwrap();
        SecretKey::from_sec1_pem(&key.to_sec1_pem()).unwrap();
    });
    assert_eq!(freed, 0);
}

/// A generator that gives the same 32 bytes again and again.
struct Repeats([u8; 32]);

impl TryRng for Repeats {
    type Error = std::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        Ok(u32::from_le_bytes([self.0[0], self.0[1], self.0[2], self.0[3]]))
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        Ok(7)
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Self::Error> {
        out.iter_mut().zip(self.0.iter().cycle()).for_each(|(out, byte)| *out = *byte);
        Ok(())
    }
}

impl TryCryptoRng for Repeats {}

#[test]
fn exchanges_that_are_moved_leave_nothing_behind() {
    let r = *b"ephemeral secret that must go...";
    let mut backwards = r;
    backwards.reverse();
    let mut rng = ChaCha20Rng::from_seed([2; 32]);
    let (alice, bob) = (SigningKey::generate(&mut rng).unwrap(), SigningKey::generate(&mut rng).unwrap());
    let start = || Initiator::start(&mut Repeats(r), &alice, bob.verifying_key(), 16).unwrap();
    let (initiator, r_a) = start();
    let held = ManuallyDrop::new(initiator);
    assert!(!own_bytes(&*held).windows(32).any(|window| window == backwards), "r is not in the state itself");
    let freed = freed_with(vec![r.to_vec(), backwards.to_vec()], || {
        let mut states = Vec::new();
        for _ in 0..20 {
            states.push(start().0);
        }
        let moved = std::thread::spawn(move || states.pop()).join().unwrap();
        drop(Some(Box::new(moved)));
    });
    assert_eq!(freed, 0, "the initiator's ephemeral key");

    let respond = || Responder::respond(&mut Repeats(r), &bob, alice.verifying_key(), &r_a, 16).unwrap();
    let (key, s_a) = ManuallyDrop::into_inner(held).finish(&respond().1).unwrap();
    let needles = vec![r.to_vec(), backwards.to_vec(), s_a.to_vec(), key.to_vec()];
    let freed = freed_with(needles, || {
        let mut states = Vec::new();
        for _ in 0..20 {
            states.push(respond().0);
        }
        let moved = Box::new(states.pop());
        drop(*moved);
    });
    assert_eq!(freed, 0, "the responder's key and S_A");
}
