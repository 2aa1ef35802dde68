//! Does signing leave the key, the nonces or the signer's place in freed memory?
//!
//! A response f is the mask of its digit's value, plus ξ if the digit has that value. Who finds a mask therefore sees in the
//! signature which values are *not* the digit's, and with them the signer's place. For all values but the digit's own the
//! mask is f itself, so that it is known here what to look for.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod common;
#[path = "../../pairing/tests/watching/mod.rs"]
mod watching;

use common::{keys, ring, rng, scope};
use curve25519_dalek::Scalar;
use hufu_ring::{ProofOfPossession, Signature, SigningKey};
use watching::{Needles, freed};

/// Digits of an index in base 4, each with its masks and four bytes that say which value it has.
const DIGIT_BYTES: usize = 4 * 32 + 4;

/// f of the logarithmic form, by digit and value 1 to 3.
fn responses(signature: &Signature) -> Vec<[Scalar; 3]> {
    let bytes = signature.to_bytes();
    let parts: Vec<[u8; 32]> = bytes[1..].chunks(32).map(|part| part.try_into().unwrap()).collect();
    // J, A, B, the X; then the f, z_A, z.
    let digits = (parts.len() - 5) / 4;
    let f = &parts[3 + digits..3 + 4 * digits];
    let scalar = |bytes: &[u8; 32]| Option::from(Scalar::from_canonical_bytes(*bytes)).unwrap();
    f.chunks(3).map(|digit| [scalar(&digit[0]), scalar(&digit[1]), scalar(&digit[2])]).collect()
}

/// Masks, their squares' negatives, and products over two and three digits.
fn masks(needles: &mut Needles, f: &[[Scalar; 3]]) {
    let mut weights: Vec<(String, usize, Scalar)> = Vec::new();
    for (j, values) in f.iter().enumerate() {
        let mut wider = Vec::new();
        for (value, f) in (1..).zip(values) {
            needles.add(format!("-a² of digit {j}, value {value}"), (-(f * f)).to_bytes());
            for (name, digits, product) in &weights {
                if *digits < 3 {
                    wider.push((format!("{name}·a_({j},{value})"), digits + 1, product * f));
                }
            }
            wider.push((format!("a_({j},{value})"), 1, *f));
        }
        weights.extend(wider);
    }
    weights.into_iter().for_each(|(name, _, product)| needles.add(name, product.to_bytes()));
}

fn key_needle(key: &SigningKey) -> Needles {
    let mut needles = Needles::default();
    needles.add("the key", *key.to_bytes());
    needles
}

#[test]
fn a_signature_leaves_neither_key_nor_masks() {
    // The small form; steps of two, of three, and two steps of two digits.
    for size in [5, 12, 20, 70] {
        let keys = keys(size, &mut rng(1));
        let (ring, scope) = (ring(&keys), scope("here"));
        let sign = |at: usize| keys[at].sign(&ring, &scope, b"m", &mut rng(2)).unwrap();
        for at in [0, size / 2, size - 1] {
            let first = sign(at);
            let mut needles = key_needle(&keys[at]);
            if size > 8 {
                masks(&mut needles, &responses(&first));
            }
            needles.assert_all_can_be_found();
            // The same randomness makes the same nonces.
            let (second, blocks) = freed(|| sign(at));
            assert_eq!(first, second);
            assert_eq!(needles.found(&blocks), [].into(), "ring of {size}, member {at}");
        }
    }
}

#[test]
fn a_signature_leaves_no_digit() {
    let keys = keys(20, &mut rng(1));
    let (ring, scope) = (ring(&keys), scope("here"));
    let (_, blocks) = freed(|| keys[7].sign(&ring, &scope, b"m", &mut rng(2)).unwrap());
    // Three digits; nothing else has this size.
    let digits: Vec<_> = blocks.iter().filter(|block| block.len() == 3 * DIGIT_BYTES).collect();
    assert_eq!(digits.len(), 1, "the list of digits is not where it was: look for it anew");
    assert!(digits.iter().all(|block| block.iter().all(|byte| *byte == 0)));
}

#[test]
fn everything_else_leaves_no_key() {
    let keys = keys(20, &mut rng(1));
    let (ring, scope) = (ring(&keys), scope("here"));
    let needles = key_needle(&keys[3]);
    needles.assert_all_can_be_found();
    let ((), blocks) = freed(|| {
        let bytes = Box::new(keys[3].to_bytes());
        let key = Box::new(SigningKey::from_bytes(&bytes).unwrap());
        let _ = key.tag(&scope);
        ProofOfPossession::new(&key, b"context", &mut rng(2)).unwrap();
        key.sign_share(&ring, &scope, 2, b"m", &mut rng(3)).unwrap();
        assert!(!format!("{key:?}").is_empty());
    });
    assert_eq!(needles.found(&blocks), [].into());
}
