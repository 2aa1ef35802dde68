//! What must hold for every ring, scope and message.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod common;

use std::collections::HashSet;

use common::{SIZES, keys, ring, rng, scope};
use hufu_ring::{
    Claim, MAX_MEMBERS, Ring, RingContext, Share, Signature, SigningKey, ThresholdSignature, VerifyingKey,
    verify_batch,
};

#[test]
fn every_member_of_every_size_signs() {
    let mut rng = rng(1);
    let scope = scope("laws");
    for size in SIZES {
        let keys = keys(size, &mut rng);
        let ring = ring(&keys);
        let mut tags = HashSet::new();
        for (at, key) in keys.iter().enumerate() {
            let signature = key.sign(&ring, &scope, b"message", &mut rng).unwrap();
            let tag = signature.verify(&ring, &scope, b"message").unwrap();
            assert_eq!(tag, key.tag(&scope), "member {at} of {size}");
            assert!(tags.insert(tag), "member {at} of {size} shares a tag");
        }
    }
}

#[test]
fn encodings_round_trip_and_sizes_are_as_documented() {
    let mut rng = rng(2);
    let scope = scope("laws");
    for size in SIZES {
        let keys = keys(size, &mut rng);
        let ring = ring(&keys);
        let signature = keys[size / 2].sign(&ring, &scope, b"", &mut rng).unwrap();
        let bytes = signature.to_bytes();
        let expected = match size {
            0..=8 => 65 + 32 * size,
            9..=16 => 417,
            17..=64 => 545,
            _ => unreachable!("no larger ring here"),
        };
        assert_eq!(bytes.len(), expected, "ring of {size}");
        let read = Signature::from_bytes(&bytes).unwrap();
        assert_eq!(read, signature);
        assert_eq!(read.to_bytes(), bytes);
        read.verify(&ring, &scope, b"").unwrap();
    }
}

/// `cargo test -p hufu-ring sizes -- --nocapture` prints them.
#[test]
fn sizes() {
    let mut rng = rng(3);
    let scope = scope("sizes");
    // A public key is enough for all but the signer; making them is most of this test's time.
    let keys = keys(1024, &mut rng);
    for (size, at_most) in [(2, 129), (8, 321), (16, 417), (64, 545), (256, 673), (1024, 1024)] {
        let signature = keys[0].sign(&ring(&keys[..size]), &scope, b"m", &mut rng).unwrap();
        let bytes = signature.to_bytes().len();
        println!("ring of {size:>5}: signature of {bytes:>5} bytes");
        assert!(bytes <= at_most);
    }
}

#[test]
fn the_largest_ring_signs_and_verifies_in_a_kilobyte_and_a_half() {
    let mut rng = rng(4);
    let key = SigningKey::generate(&mut rng);
    let scope = scope("largest");
    // Members whose secrets nobody needs: hashes to the group, as scope bases are.
    let mut members: Vec<VerifyingKey> = (0..MAX_MEMBERS - 1)
        .map(|i| SigningKey::from_bytes(&small_scalar(i)).unwrap().verifying_key())
        .collect();
    members.insert(40_000, key.verifying_key());
    let ring = Ring::new(members).unwrap();
    let signature = key.sign(&ring, &scope, b"m", &mut rng).unwrap();
    assert_eq!(signature.to_bytes().len(), 1185);
    println!("ring of {MAX_MEMBERS}: signature of {} bytes", signature.to_bytes().len());
    assert_eq!(signature.verify(&ring, &scope, b"m").unwrap(), key.tag(&scope));
    assert!(signature.verify(&ring, &scope, b"n").is_err());
}

fn small_scalar(i: usize) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&(i as u64 + 1).to_le_bytes());
    bytes
}

#[test]
fn tags_link_in_a_scope_over_rings_and_messages_and_nowhere_else() {
    let mut rng = rng(5);
    let keys = keys(20, &mut rng);
    let (small, large) = (ring(&keys[..5]), ring(&keys));
    let (one, two) = (scope("one"), scope("two"));
    let tag = |ring: &Ring, scope, message: &[u8], rng: &mut _| {
        keys[2].sign(ring, scope, message, rng).unwrap().verify(ring, scope, message).unwrap()
    };
    let base = tag(&small, &one, b"a", &mut rng);
    assert_eq!(base, tag(&large, &one, b"b", &mut rng));
    assert_ne!(base, tag(&large, &two, b"b", &mut rng));
}

#[test]
fn signatures_of_one_statement_differ_and_repeat_only_with_the_generator() {
    let mut fresh = rng(6);
    let keys = keys(12, &mut fresh);
    let (ring, scope) = (ring(&keys), scope("nonces"));
    let sign = |message: &[u8], seed| keys[0].sign(&ring, &scope, message, &mut rng(seed)).unwrap();
    assert_ne!(sign(b"m", 1), sign(b"m", 2));
    assert_eq!(sign(b"m", 1), sign(b"m", 1));
    // A generator that repeats itself: the commitment (after form and tag) still differs between messages, so that
    // no equation for the key arises.
    let (m, n) = (sign(b"m", 1).to_bytes(), sign(b"n", 1).to_bytes());
    assert_eq!(m[..33], n[..33], "form and tag");
    for (at, (a, b)) in m[33..].chunks(32).zip(n[33..].chunks(32)).enumerate() {
        assert_ne!(a, b, "part {at}");
    }
}

#[test]
fn batches_over_one_and_many_rings_give_tags_in_order() {
    let mut rng = rng(7);
    let keys = keys(20, &mut rng);
    let rings = [ring(&keys[..4]), ring(&keys[..16]), ring(&keys), ring(&keys[2..])];
    let scopes = [scope("one"), scope("two")];
    let mut made = Vec::new();
    for (r, ring) in rings.iter().enumerate() {
        for scope in &scopes {
            for (at, key) in keys.iter().enumerate().take(4).skip(2) {
                let message = format!("{r}/{at}").into_bytes();
                let signature = key.sign(ring, scope, &message, &mut rng).unwrap();
                made.push((ring, scope, message, signature));
            }
        }
    }
    let claims: Vec<_> = made.iter().map(|(r, s, m, sig)| Claim::new(r, s, m, sig)).collect();
    let tags = verify_batch(&claims, &mut rng).unwrap();
    assert_eq!(tags, made.iter().map(|(.., sig)| sig.tag()).collect::<Vec<_>>());
}

#[test]
fn k_members_make_a_threshold_signature() {
    let mut rng = rng(8);
    for (size, threshold) in [(3, 2), (8, 8), (20, 5)] {
        let keys = keys(size, &mut rng);
        let (ring, scope) = (ring(&keys), scope("threshold"));
        let shares: Vec<Share> = keys[..threshold]
            .iter()
            .map(|key| key.sign_share(&ring, &scope, threshold, b"m", &mut rng).unwrap())
            .collect();
        for share in &shares {
            assert_eq!(&Share::from_bytes(&share.to_bytes()).unwrap(), share);
            assert_eq!(share.verify(&ring, &scope, b"m").unwrap(), share.tag());
        }
        let signature = ThresholdSignature::combine(shares).unwrap();
        let read = ThresholdSignature::from_bytes(&signature.to_bytes()).unwrap();
        assert_eq!(read, signature);
        let tags = read.verify(&ring, &scope, threshold, b"m", &mut rng).unwrap();
        let expected: HashSet<_> = keys[..threshold].iter().map(|key| key.tag(&scope)).collect();
        assert_eq!(tags.iter().copied().collect::<HashSet<_>>(), expected);
        assert!(tags.is_sorted());
    }
}

#[test]
fn a_list_at_a_version_is_the_ring() {
    let mut rng = rng(9);
    let keys = keys(10, &mut rng);
    let members: Vec<_> = keys.iter().map(SigningKey::verifying_key).collect();
    let of = |list: &str, version| {
        Ring::of_list(RingContext::new(list.as_bytes(), version).unwrap(), members.clone()).unwrap()
    };
    let rings = [of("list", 1), of("list", 2), of("lists", 1), Ring::new(members.clone()).unwrap()];
    let ids: HashSet<_> = rings.iter().map(Ring::id).collect();
    assert_eq!(ids.len(), rings.len());
    let scope = scope("list");
    let signature = keys[0].sign(&rings[0], &scope, b"m", &mut rng).unwrap();
    signature.verify(&of("list", 1), &scope, b"m").unwrap();
    for other in &rings[1..] {
        assert!(signature.verify(other, &scope, b"m").is_err(), "{other:?}");
    }
}

#[test]
fn secrets_are_not_printed() {
    let key = SigningKey::from_bytes(&[7; 32]).unwrap();
    let text = format!("{key:?}");
    assert!(!text.contains("0707"), "{text}");
    assert!(text.contains(&hex::encode(key.verifying_key().to_bytes())), "{text}");
}
