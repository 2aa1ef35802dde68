//! Is a private key gone from memory when it is dropped, moved out, or lost in a panic?
//!
//! The allocator of this test looks through every block that is freed, at the last moment at which it may, for the bytes of the
//! secrets. A block that holds one was not wiped. The first test shows that it sees such a block. Promised, and tested, is the heap: what
//! the compiler spills to the stack is not.

#![allow(clippy::unwrap_used, unsafe_code, reason = "an allocator is unsafe by nature")]

use hufu_sm::sm2::encryption::Ciphertext;
use hufu_sm::sm2::exchange::{Initiator, Responder};
use hufu_sm::sm2::traits::{RandomizedSigner, Signer};
use hufu_sm::sm2::{DistId, SecretKey, SigningKey};
use num_bigint::BigUint;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::mem::ManuallyDrop;

/// d, recognisable wherever it turns up.
const D: [u8; 32] = *b"a private key that will be wiped";
const WORDS: usize = 4;

thread_local! {
    /// Freed blocks of this thread that held a needle; nothing while nobody looks.
    static FOUND: Cell<Option<usize>> = const { Cell::new(None) };
    static NEEDLES: Cell<[[u8; 32]; WORDS]> = const { Cell::new([[0; 32]; WORDS]) };
}

struct Watching;

// SAFETY: every call goes to the system's allocator unchanged, except that fresh memory is zeroed, so that all of a block is
// initialised when it is read before it is freed. Cells of constant initial value allocate nothing.
unsafe impl GlobalAlloc for Watching {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as promised by the caller.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if let Ok(Some(found)) = FOUND.try_with(Cell::get) {
            // SAFETY: the block is allocated until the call below, has this size, and nobody else uses it.
            let bytes = unsafe { std::slice::from_raw_parts(block, layout.size()) };
            let needles = NEEDLES.with(Cell::get);
            if needles.iter().any(|needle| bytes.windows(needle.len()).any(|window| window == needle)) {
                FOUND.with(|cell| cell.set(Some(found + 1)));
            }
        }
        // SAFETY: as promised by the caller.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Watching = Watching;

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

/// How many blocks with a secret in them `run` freed.
fn freed_with_secret(run: impl FnOnce()) -> usize {
    NEEDLES.with(|cell| cell.set(needles()));
    FOUND.with(|cell| cell.set(Some(0)));
    run();
    FOUND.with(|cell| cell.replace(None)).expect("it was set above")
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
    // SAFETY: a key is a box and a public point, so it has no padding and each of its words may be read; the word that is an
    // address of this process's heap is that of the box, whose contents have the size of a scalar.
    let held = unsafe {
        let words = std::slice::from_raw_parts(
            std::ptr::from_ref(&key).cast::<usize>(),
            size_of::<SecretKey>() / size_of::<usize>(),
        );
        let heap = words.iter().find(|word| **word > 1 << 16 && **word >> 47 == 0 && **word % 8 == 0);
        std::ptr::with_exposed_provenance::<[u8; 32]>(*heap.expect("a pointer")).read()
    };
    assert_eq!(held, needles()[1]);
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
    // SAFETY: the bytes are only read, and one at a time; those of padding, which may be anything, are only compared.
    let bytes: Vec<u8> = (0..size_of::<SigningKey>())
        .map(|at| unsafe { std::ptr::from_ref(&*slot).cast::<u8>().add(at).read_volatile() })
        .collect();
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
