//! Every malformed or misplaced input, by name.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod common;

use common::{ORDER, keys, ring, rng, scope};
use curve25519_dalek::RistrettoPoint;
use hufu_ring::{
    Claim, Error, MAX_BATCH, MAX_LIST_NAME, MAX_MEMBERS, MAX_POSSESSION_CONTEXT, MAX_SCOPE, MAX_THRESHOLD,
    ProofOfPossession, Ring, RingContext, Scope, Share, Signature, SigningKey, Tag, ThresholdSignature,
    VerifyingKey, verify_batch,
};
use proptest::prelude::*;

fn is_encoding<T: std::fmt::Debug>(result: Result<T, Error>, reason: &str) {
    match result {
        Err(Error::Encoding { reason: found, .. }) => assert_eq!(found, reason),
        other => panic!("expected {reason:?}, got {other:?}"),
    }
}

// Keys, tags, scopes, rings

#[test]
fn identity_points() {
    is_encoding(VerifyingKey::from_bytes([0; 32]), "the identity");
    is_encoding(Tag::from_bytes([0; 32]), "the identity");
}

#[test]
fn non_canonical_points() {
    let reason = "no canonical Ristretto255 element";
    let mut p_plus_two = [0xff; 32];
    (p_plus_two[0], p_plus_two[31]) = (0xef, 0x7f);
    let mut high_bit = SigningKey::from_bytes(&[7; 32]).unwrap().verifying_key().to_bytes();
    high_bit[31] |= 0x80;
    let mut negative = SigningKey::from_bytes(&[7; 32]).unwrap().verifying_key().to_bytes();
    negative[0] |= 1;
    for bytes in [p_plus_two, high_bit, negative, [0xff; 32]] {
        is_encoding(VerifyingKey::from_bytes(bytes), reason);
        is_encoding(Tag::from_bytes(bytes), reason);
    }
}

/// RFC 9496, appendix A.2: encodings that are none, by the reason for which they are not.
const NO_ENCODINGS: [(&str, &[&str]); 5] = [
    (
        "not reduced",
        &[
            "00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "f3ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        ],
    ),
    (
        "negative",
        &[
            "0100000000000000000000000000000000000000000000000000000000000000",
            "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "ed57ffd8c914fb201471d1c3d245ce3c746fcbe63a3679d51b6a516ebebe0e20",
            "c34c4e1826e5d403b78e246e88aa051c36ccf0aafebffe137d148a2bf9104562",
            "c940e5a4404157cfb1628b108db051a8d439e1a421394ec4ebccb9ec92a8ac78",
            "47cfc5497c53dc8e61c91d17fd626ffb1c49e2bca94eed052281b510b1117a24",
            "f1c6165d33367351b0da8f6e4511010c68174a03b6581212c71c0e1d026c3c72",
            "87260f7a2f12495118360f02c26a470f450dadf34a413d21042b43b9d93e1309",
        ],
    ),
    (
        "x² is no square",
        &[
            "26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371",
            "4eac077a713c57b4f4397629a4145982c661f48044dd3f96427d40b147d9742f",
            "de6a7b00deadc788eb6b6c8d20c0ae96c2f2019078fa604fee5b87d6e989ad7b",
            "bcab477be20861e01e4a0e295284146a510150d9817763caf1a6f4b422d67042",
            "2a292df7e32cababbd9de088d1d1abec9fc0440f637ed2fba145094dc14bea08",
            "f4a9e534fc0d216c44b218fa0c42d99635a0127ee2e53c712f70609649fdff22",
            "8268436f8c4126196cf64b3c7ddbda90746a378625f9813dd9b8457077256731",
            "2810e5cbc2cc4d4eece54f61c6f69758e289aa7ab440b3cbeaa21995c2f4232b",
        ],
    ),
    (
        "xy is negative",
        &[
            "3eb858e78f5a7254d8c9731174a94f76755fd3941c0ac93735c07ba14579630e",
            "a45fdc55c76448c049a1ab33f17023edfb2be3581e9c7aade8a6125215e04220",
            "d483fe813c6ba647ebbfd3ec41adca1c6130c2beeee9d9bf065c8d151c5f396e",
            "8a2e1d30050198c65a54483123960ccc38aef6848e1ec8f5f780e8523769ba32",
            "32888462f8b486c68ad7dd9610be5192bbeaf3b443951ac1a8118419d9fa097b",
            "227142501b9d4355ccba290404bde41575b037693cef1f438c47f8fbf35d1165",
            "5c37cc491da847cfeb9281d407efc41e15144c876e0170b499a96a22ed31e01e",
            "445425117cb8c90edcbc7c1cc0e74f747f2c1efa5630a967c64f287792a48a4b",
        ],
    ),
    ("s = -1, for which y = 0", &["ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"]),
];

/// Everywhere that an element is read: a key, a tag, each element of a signature, a proof of possession.
fn read_at_every_place(bytes: [u8; 32]) -> Vec<(String, Option<Error>)> {
    let mut results = vec![
        ("key".into(), VerifyingKey::from_bytes(bytes).err()),
        ("tag".into(), Tag::from_bytes(bytes).err()),
    ];
    for size in [5, 16] {
        let signature = made(size).signature.to_bytes();
        for (at, name) in parts(size).iter().enumerate().filter(|(_, name)| is_element(name)) {
            let mut changed = signature.clone();
            changed[1 + 32 * at..33 + 32 * at].copy_from_slice(&bytes);
            results.push((format!("{name} of {size}"), Signature::from_bytes(&changed).err()));
        }
    }
    let possession = ProofOfPossession::from_bytes(&[bytes, [1; 32].map(|b| b & 0x0f)].concat()).err();
    results.push(("possession".into(), possession));
    results
}

#[test]
fn encodings_that_the_standard_refuses() {
    for (why, encodings) in NO_ENCODINGS {
        for encoding in encodings {
            let bytes = hex::decode(encoding).unwrap().try_into().unwrap();
            for (place, error) in read_at_every_place(bytes) {
                let reason = "no canonical Ristretto255 element";
                let refused = matches!(error, Some(Error::Encoding { reason: found, .. }) if found == reason);
                assert!(refused, "{encoding}, {why}, as {place}: {error:?}");
            }
        }
    }
}

/// The eight points of small order of the curve below, as Edwards points are written: no key, tag or commitment. Ristretto
/// has no element of small order but the identity, and an element plus such a point is the same element.
#[test]
fn points_of_small_order() {
    for torsion in curve25519_dalek::constants::EIGHT_TORSION {
        let bytes = torsion.compress().to_bytes();
        for (place, error) in read_at_every_place(bytes) {
            assert!(matches!(error, Some(Error::Encoding { .. })), "{bytes:02x?} as {place}: {error:?}");
        }
    }
    // Of order 2 and 4: their Ristretto class is the identity's, whose one encoding is zero.
    for (place, error) in read_at_every_place([0; 32]) {
        assert!(matches!(error, Some(Error::Encoding { reason: "the identity", .. })), "{place}: {error:?}");
    }
}

#[test]
fn zero_and_non_reduced_signing_keys() {
    is_encoding(SigningKey::from_bytes(&[0; 32]), "zero");
    is_encoding(SigningKey::from_bytes(&ORDER), "the scalar is not reduced");
    is_encoding(SigningKey::from_bytes(&[0xff; 32]), "the scalar is not reduced");
}

#[test]
fn empty_and_oversized_scopes() {
    assert_eq!(Scope::new(b"").unwrap_err(), Error::EmptyScope);
    assert!(Scope::new(&[0; MAX_SCOPE]).is_ok());
    assert!(matches!(Scope::new(&[0; MAX_SCOPE + 1]), Err(Error::TooLong { what: "a scope", .. })));
}

#[test]
fn empty_and_oversized_list_names() {
    assert_eq!(RingContext::new(b"", 1).unwrap_err(), Error::EmptyList);
    assert!(RingContext::new(&[0; MAX_LIST_NAME], 1).is_ok());
    assert!(matches!(RingContext::new(&[0; MAX_LIST_NAME + 1], 1), Err(Error::TooLong { .. })));
}

#[test]
fn ring_of_none_and_of_one() {
    let key = SigningKey::from_bytes(&[7; 32]).unwrap().verifying_key();
    assert_eq!(Ring::new(vec![]).unwrap_err(), Error::RingTooSmall { found: 0 });
    assert_eq!(Ring::new(vec![key]).unwrap_err(), Error::RingTooSmall { found: 1 });
}

#[test]
fn ring_of_a_hundred_thousand() {
    let key = SigningKey::from_bytes(&[7; 32]).unwrap().verifying_key();
    assert_eq!(
        Ring::new(vec![key; 100_000]).unwrap_err(),
        Error::RingTooLarge { found: 100_000, limit: MAX_MEMBERS }
    );
}

/// The number alone is refused: all keys are distinct, and one fewer is a ring.
#[test]
fn one_distinct_member_too_many() {
    let step = curve25519_dalek::constants::RISTRETTO_BASEPOINT_POINT;
    let points = std::iter::successors(Some(step), |point| Some(point + step));
    let key = |point: RistrettoPoint| VerifyingKey::from_bytes(point.compress().to_bytes()).unwrap();
    let mut members: Vec<_> = points.take(MAX_MEMBERS + 1).map(key).collect();
    assert_eq!(
        Ring::new(members.clone()).unwrap_err(),
        Error::RingTooLarge { found: MAX_MEMBERS + 1, limit: MAX_MEMBERS }
    );
    members.pop();
    assert_eq!(Ring::new(members).unwrap().members().len(), MAX_MEMBERS);
}

#[test]
fn duplicate_members() {
    let mut rng = rng(1);
    let mut members: Vec<_> = keys(12, &mut rng).iter().map(SigningKey::verifying_key).collect();
    members.push(members[4]);
    assert_eq!(Ring::new(members).unwrap_err(), Error::DuplicateMember { first: 4, second: 12 });
}

#[test]
fn own_key_absent() {
    let mut rng = rng(2);
    for size in [4, 20] {
        let keys = keys(size + 1, &mut rng);
        let ring = ring(&keys[..size]);
        assert_eq!(
            keys[size].sign(&ring, &scope("s"), b"m", &mut rng).unwrap_err(),
            Error::NotAMember,
            "ring of {size}"
        );
    }
}

// Signatures in the wrong place

/// A signature with everything it speaks of.
struct Made {
    keys: Vec<SigningKey>,
    ring: Ring,
    scope: Scope,
    signature: Signature,
}

fn made(size: usize) -> Made {
    let mut rng = rng(3);
    let keys = keys(size + 1, &mut rng);
    let ring = ring(&keys[..size]);
    let scope = scope("here");
    let signature = keys[1].sign(&ring, &scope, b"m", &mut rng).unwrap();
    Made { keys, ring, scope, signature }
}

const BOTH_FORMS: [usize; 3] = [5, 16, 20];

#[test]
fn another_message_scope_order_member_version() {
    for size in BOTH_FORMS {
        let Made { keys, ring, scope: here, signature } = made(size);
        let refused = |ring: &Ring, scope: &Scope, message: &[u8], why: &str| {
            assert_eq!(signature.verify(ring, scope, message), Err(Error::Verification), "{size}: {why}");
        };
        signature.verify(&ring, &here, b"m").unwrap();
        refused(&ring, &here, b"n", "message");
        refused(&ring, &here, b"", "empty message");
        refused(&ring, &scope("there"), b"m", "scope");
        let mut members = ring.members().to_vec();
        members.swap(0, size - 1);
        refused(&Ring::new(members).unwrap(), &here, b"m", "order");
        let mut members = ring.members().to_vec();
        members[0] = keys[size].verifying_key();
        refused(&Ring::new(members).unwrap(), &here, b"m", "another member");
        let members = ring.members().to_vec();
        let listed = Ring::of_list(RingContext::new(b"list", 1).unwrap(), members).unwrap();
        refused(&listed, &here, b"m", "a list");
    }
}

#[test]
fn a_ring_of_another_size() {
    let (four, five) = (made(4), made(5));
    assert_eq!(
        five.signature.verify(&four.ring, &four.scope, b"m"),
        Err(Error::OtherSize { from: 5, to: 5, members: 4 })
    );
    let (sixteen, twenty) = (made(16), made(20));
    assert_eq!(
        sixteen.signature.verify(&twenty.ring, &twenty.scope, b"m"),
        Err(Error::OtherSize { from: 9, to: 16, members: 20 })
    );
    assert_eq!(
        sixteen.signature.verify(&five.ring, &five.scope, b"m"),
        Err(Error::OtherSize { from: 9, to: 16, members: 5 }),
        "the logarithmic form where the small one belongs"
    );
    assert_eq!(
        five.signature.verify(&twenty.ring, &twenty.scope, b"m"),
        Err(Error::OtherSize { from: 5, to: 5, members: 20 }),
        "the small form where the logarithmic one belongs"
    );
    // Padding: 15 members and the last once more are not 15 members.
    let fifteen = made(15);
    let mut members = fifteen.ring.members().to_vec();
    members.push(fifteen.keys[15].verifying_key());
    let padded = Ring::new(members).unwrap();
    assert_eq!(fifteen.signature.verify(&padded, &fifteen.scope, b"m"), Err(Error::Verification));
}

#[test]
fn tag_of_another_scope_or_member() {
    for size in BOTH_FORMS {
        let Made { keys, ring, scope: here, signature } = made(size);
        for (tag, why) in [
            (keys[1].tag(&scope("there")), "own tag of another scope"),
            (keys[2].tag(&here), "another member's tag"),
            (keys[size].tag(&here), "a stranger's tag"),
        ] {
            let mut bytes = signature.to_bytes();
            bytes[1..33].copy_from_slice(&tag.to_bytes());
            let forged = Signature::from_bytes(&bytes).unwrap();
            assert_eq!(forged.verify(&ring, &here, b"m"), Err(Error::Verification), "{size}: {why}");
        }
    }
}

// Signatures with changed bytes

/// Names of the 32-byte parts after the form.
fn parts(size: usize) -> Vec<String> {
    let many = |name: &str, count: usize| (0..count).map(|i| format!("{name}_{i}")).collect::<Vec<_>>();
    match size {
        0..=8 => [vec!["J".into(), "c_0".into()], many("s", size)].concat(),
        _ => {
            let m = if size <= 16 { 2 } else { 3 };
            let head = vec!["J".into(), "A".into(), "B".into()];
            [head, many("X", m), many("f", 3 * m), vec!["z_A".into(), "z".into()]].concat()
        }
    }
}

fn is_element(name: &str) -> bool {
    name == "J" || name == "A" || name == "B" || name.starts_with('X')
}

#[test]
fn each_field_changed() {
    for size in BOTH_FORMS {
        let Made { ring, scope, signature, .. } = made(size);
        let bytes = signature.to_bytes();
        let parts = parts(size);
        assert_eq!(bytes.len(), 1 + 32 * parts.len());
        for (at, name) in parts.iter().enumerate() {
            let range = 1 + 32 * at..33 + 32 * at;
            let mut changed = bytes.clone();
            if is_element(name) {
                // Another element: that of a key nobody asked for.
                let other = SigningKey::from_bytes(&[3; 32]).unwrap().verifying_key().to_bytes();
                changed[range.clone()].copy_from_slice(&other);
            } else {
                // Another reduced scalar.
                changed[range.start] ^= 1;
            }
            let read = Signature::from_bytes(&changed).unwrap();
            assert_eq!(read.verify(&ring, &scope, b"m"), Err(Error::Verification), "{size}: {name}");
        }
    }
}

#[test]
fn each_field_malformed() {
    for size in BOTH_FORMS {
        let bytes = made(size).signature.to_bytes();
        for (at, name) in parts(size).iter().enumerate() {
            let with = |part: [u8; 32]| {
                let mut changed = bytes.clone();
                changed[1 + 32 * at..33 + 32 * at].copy_from_slice(&part);
                Signature::from_bytes(&changed)
            };
            if is_element(name) {
                is_encoding(with([0; 32]), "the identity");
                is_encoding(with([0xff; 32]), "no canonical Ristretto255 element");
            } else {
                is_encoding(with(ORDER), "a scalar is not reduced");
                // The same number once more: x + q.
                let mut wrapped = [0; 33];
                let mut carry = 0;
                for i in 0..32 {
                    let sum = u16::from(bytes[1 + 32 * at + i]) + u16::from(ORDER[i]) + carry;
                    wrapped[i] = sum.to_le_bytes()[0];
                    carry = sum >> 8;
                }
                is_encoding(with(wrapped[..32].try_into().unwrap()), "a scalar is not reduced");
            }
        }
    }
}

#[test]
fn zero_challenge() {
    let mut bytes = made(5).signature.to_bytes();
    bytes[33..65].fill(0);
    is_encoding(Signature::from_bytes(&bytes), "a zero challenge");
}

#[test]
fn truncated_trailing_and_other_lengths() {
    for size in BOTH_FORMS {
        let bytes = made(size).signature.to_bytes();
        for length in 0..bytes.len() {
            // Shorter by whole members, the small form reads as one of a smaller ring, and verifies for none.
            match Signature::from_bytes(&bytes[..length]) {
                Err(Error::Encoding { .. }) => {}
                Ok(shorter) => {
                    let Made { ring, scope, .. } = made(size);
                    assert!(size <= 8, "{size}: {length} bytes");
                    assert!(matches!(shorter.verify(&ring, &scope, b"m"), Err(Error::OtherSize { .. })));
                }
                other => panic!("{size}: {length} bytes: {other:?}"),
            }
        }
        for extra in [&[0][..], &[0; 31], &[0xff; 32], &[0xff; 128]] {
            let longer = [&bytes, extra].concat();
            assert!(matches!(Signature::from_bytes(&longer), Err(Error::Encoding { .. })), "{size}");
        }
    }
    is_encoding(Signature::from_bytes(&[]), "truncated");
    // One digit more than the largest ring has, one member more than the small form has, one less than any.
    is_encoding(
        Signature::from_bytes(&valid_elements(2, 5 + 4 * 9)),
        "no length that a signature of this form has",
    );
    is_encoding(
        Signature::from_bytes(&valid_elements(2, 5 + 4)),
        "no length that a signature of this form has",
    );
    is_encoding(
        Signature::from_bytes(&valid_elements(1, 2 + 9)),
        "no length that a signature of this form has",
    );
    is_encoding(
        Signature::from_bytes(&valid_elements(1, 2 + 1)),
        "no length that a signature of this form has",
    );
}

fn valid_elements(form: u8, parts: usize) -> Vec<u8> {
    let element = SigningKey::from_bytes(&[3; 32]).unwrap().verifying_key().to_bytes();
    [vec![form], element.repeat(parts)].concat()
}

#[test]
fn unknown_form() {
    let mut bytes = made(5).signature.to_bytes();
    for form in [0, 3, 4, 255] {
        bytes[0] = form;
        is_encoding(Signature::from_bytes(&bytes), "unknown form");
    }
    bytes[0] = 2;
    is_encoding(Signature::from_bytes(&bytes), "no length that a signature of this form has");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Arbitrary bytes read as nothing, or read back to themselves.
    #[test]
    fn arbitrary_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..700), form in 0u8..6) {
        let bytes = [vec![form], bytes].concat();
        if let Ok(read) = Signature::from_bytes(&bytes) {
            prop_assert_eq!(read.to_bytes(), bytes.clone());
        }
        if let Ok(read) = ThresholdSignature::from_bytes(&bytes) {
            prop_assert_eq!(read.to_bytes(), bytes.clone());
        }
        if let Ok(read) = Share::from_bytes(&bytes) {
            prop_assert_eq!(read.to_bytes(), bytes.clone());
        }
        if let Ok(read) = ProofOfPossession::from_bytes(&bytes) {
            prop_assert_eq!(read.to_bytes().to_vec(), bytes);
        }
    }

    /// Any flipped bit is refused.
    #[test]
    fn any_flipped_bit(large in any::<bool>(), at in any::<prop::sample::Index>(), bit in 0u8..8) {
        let Made { ring, scope, signature, .. } = made(if large { 9 } else { 3 });
        let mut bytes = signature.to_bytes();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        prop_assert!(Signature::from_bytes(&bytes).and_then(|s| s.verify(&ring, &scope, b"m")).is_err());
    }
}

// Batches

#[test]
fn empty_batch() {
    assert_eq!(verify_batch(&[], &mut rng(1)).unwrap_err(), Error::EmptyBatch);
}

#[test]
fn oversized_batch() {
    let Made { ring, scope, signature, .. } = made(5);
    let claim = Claim::new(&ring, &scope, b"m", &signature);
    assert_eq!(
        verify_batch(&vec![claim; MAX_BATCH + 1], &mut rng(1)).unwrap_err(),
        Error::BatchTooLarge { found: MAX_BATCH + 1, limit: MAX_BATCH }
    );
}

/// 64 rings of both forms and many sizes, each with its own scope, signer and message; then one message changed.
#[test]
fn one_bad_among_64() {
    const SIZES: [usize; 8] = [2, 16, 3, 17, 8, 9, 5, 20];
    let mut rng = rng(9);
    let pool = keys(84, &mut rng);
    let made: Vec<_> = (0..64)
        .map(|at| {
            let size = SIZES[at % SIZES.len()];
            let (ring, scope) = (ring(&pool[at..at + size]), scope(&format!("scope {at}")));
            let message = format!("message {at}");
            let signature = pool[at + at % size].sign(&ring, &scope, message.as_bytes(), &mut rng).unwrap();
            (ring, scope, message, signature)
        })
        .collect();
    let claim = |at: usize| {
        let (ring, scope, message, signature) = &made[at];
        Claim::new(ring, scope, message.as_bytes(), signature)
    };
    let good: Vec<_> = (0..64).map(claim).collect();
    let tags = verify_batch(&good, &mut rng).unwrap();
    assert!(tags.iter().eq(made.iter().map(|(.., signature)| signature.tag()).collect::<Vec<_>>().iter()));
    for bad in (0..64).step_by(9).chain([1, 31, 32]) {
        let (ring, scope, _, signature) = &made[bad];
        let mut claims = good.clone();
        claims[bad] = Claim::new(ring, scope, b"another message", signature);
        assert_eq!(verify_batch(&claims, &mut rng).unwrap_err(), Error::InBatch { index: bad });
    }
}

#[test]
fn two_bad_of_two_forms_name_the_first() {
    let (small, large) = (made(5), made(16));
    let good = [
        Claim::new(&small.ring, &small.scope, b"m", &small.signature),
        Claim::new(&large.ring, &large.scope, b"m", &large.signature),
    ];
    let bad = [
        Claim::new(&small.ring, &small.scope, b"n", &small.signature),
        Claim::new(&large.ring, &large.scope, b"n", &large.signature),
    ];
    let misplaced = Claim::new(&small.ring, &small.scope, b"m", &large.signature);
    for (claims, index) in [
        (vec![good[0], good[1], bad[0], bad[1]], 2),
        (vec![good[0], good[1], bad[1], bad[0]], 2),
        (vec![good[1], good[1], good[1], bad[1], misplaced], 3),
        (vec![good[1], misplaced, bad[1]], 1),
    ] {
        assert_eq!(verify_batch(&claims, &mut rng(1)).unwrap_err(), Error::InBatch { index });
    }
}

/// Two signatures whose errors cancel if both get the same weight.
#[test]
fn errors_that_cancel() {
    let Made { ring, scope, signature, .. } = made(16);
    let shifted = |by: i8| {
        let mut bytes = signature.to_bytes();
        let z = bytes.len() - 32;
        bytes[z] = bytes[z].wrapping_add_signed(by);
        bytes
    };
    // z + 1 and z − 1, as long as the lowest byte does not carry.
    let z = signature.to_bytes().len() - 32;
    assert!((1..255).contains(&signature.to_bytes()[z]), "pick another seed");
    let (plus, minus) =
        (Signature::from_bytes(&shifted(1)).unwrap(), Signature::from_bytes(&shifted(-1)).unwrap());
    let claims = [Claim::new(&ring, &scope, b"m", &plus), Claim::new(&ring, &scope, b"m", &minus)];
    assert_eq!(verify_batch(&claims, &mut rng(1)).unwrap_err(), Error::InBatch { index: 0 });
}

// Thresholds

#[test]
fn thresholds_out_of_range() {
    let mut rng = rng(5);
    let members = keys(4, &mut rng);
    let (ring, scope) = (ring(&members), scope("t"));
    for threshold in [0, 1, 5, usize::MAX] {
        assert_eq!(
            members[0].sign_share(&ring, &scope, threshold, b"m", &mut rng).unwrap_err(),
            Error::Threshold { threshold, members: 4, limit: 4 }
        );
    }
    let bytes = members[0].sign_share(&ring, &scope, 2, b"m", &mut rng).unwrap().to_bytes();
    for threshold in [0, 1, u16::try_from(MAX_THRESHOLD).unwrap() + 1, u16::MAX] {
        let mut bytes = bytes.clone();
        bytes[1..3].copy_from_slice(&threshold.to_le_bytes());
        is_encoding(Share::from_bytes(&bytes), "its threshold is out of range");
    }
}

#[test]
fn shares_too_few_too_many_repeated_mixed() {
    let mut rng = rng(6);
    let members = keys(5, &mut rng);
    let (ring, scope) = (ring(&members), scope("t"));
    let mut share =
        |at: usize, threshold| members[at].sign_share(&ring, &scope, threshold, b"m", &mut rng).unwrap();
    let (a, b, c) = (share(0, 3), share(1, 3), share(2, 3));
    let again = share(0, 3);
    let of_two = share(3, 2);
    let refused = |shares: &[&Share]| {
        ThresholdSignature::combine(shares.iter().map(|share| (*share).clone()).collect()).unwrap_err()
    };
    assert_eq!(refused(&[]), Error::Shares { found: 0, threshold: 2 });
    assert_eq!(refused(&[&a, &b]), Error::Shares { found: 2, threshold: 3 });
    assert_eq!(refused(&[&a, &b, &c, &again]), Error::Shares { found: 4, threshold: 3 });
    assert_eq!(refused(&[&a, &b, &again]), Error::RepeatedTag);
    assert_eq!(refused(&[&a, &b, &of_two]), Error::OtherThreshold { found: 2, threshold: 3 });
}

#[test]
fn a_share_is_no_signature_and_no_share_for_another_threshold() {
    for size in [5, 16] {
        let mut rng = rng(7);
        let members = keys(size, &mut rng);
        let (ring, scope) = (ring(&members), scope("t"));
        let share = members[0].sign_share(&ring, &scope, 3, b"m", &mut rng).unwrap();
        let bare = Signature::from_bytes(&share.to_bytes()[3..]).unwrap();
        assert_eq!(bare.verify(&ring, &scope, b"m"), Err(Error::Verification));

        let alone = members[0].sign(&ring, &scope, b"m", &mut rng).unwrap().to_bytes();
        let as_share = Share::from_bytes(&[&[3, 3, 0][..], &alone].concat()).unwrap();
        assert_eq!(as_share.verify(&ring, &scope, b"m"), Err(Error::Verification));

        let mut lowered = share.to_bytes();
        lowered[1] = 2;
        let lowered = Share::from_bytes(&lowered).unwrap();
        assert_eq!(lowered.verify(&ring, &scope, b"m"), Err(Error::Verification));
        assert_eq!(share.verify(&ring, &scope, b"n"), Err(Error::Verification));
    }
}

#[test]
fn threshold_signatures_in_the_wrong_place() {
    let mut rng = rng(8);
    let members = keys(12, &mut rng);
    let (all, here) = (ring(&members), scope("t"));
    let sign = |at: usize, rng: &mut _| members[at].sign_share(&all, &here, 2, b"m", rng).unwrap();
    let signature = ThresholdSignature::combine(vec![sign(0, &mut rng), sign(1, &mut rng)]).unwrap();
    let mut verify =
        |ring: &Ring, scope: &Scope, k, message: &[u8]| signature.verify(ring, scope, k, message, &mut rng);
    assert!(verify(&all, &here, 2, b"m").is_ok());
    assert_eq!(verify(&all, &here, 3, b"m"), Err(Error::OtherThreshold { found: 2, threshold: 3 }));
    assert_eq!(verify(&all, &here, 1, b"m"), Err(Error::OtherThreshold { found: 2, threshold: 1 }));
    assert_eq!(verify(&all, &here, 2, b"n"), Err(Error::Verification));
    assert_eq!(verify(&all, &scope("u"), 2, b"m"), Err(Error::Verification));
    assert_eq!(verify(&ring(&members[1..]), &here, 2, b"m"), Err(Error::Verification));

    // Its bytes: shares swapped, one twice, one missing, something after.
    let bytes = signature.to_bytes();
    let (head, shares) = bytes.split_at(3);
    let (first, second) = shares.split_at(shares.len() / 2);
    let order = "its tags are not in ascending order";
    is_encoding(ThresholdSignature::from_bytes(&[head, second, first].concat()), order);
    is_encoding(ThresholdSignature::from_bytes(&[head, first, first].concat()), order);
    assert!(ThresholdSignature::from_bytes(&[head, first].concat()).is_err());
    assert!(ThresholdSignature::from_bytes(head).is_err());
    assert!(ThresholdSignature::from_bytes(&[&bytes[..], &[0]].concat()).is_err());
    assert!(ThresholdSignature::from_bytes(&[&bytes[..], first].concat()).is_err());
}

#[test]
fn shares_of_rings_of_two_sizes() {
    let mut rng = rng(9);
    let members = keys(12, &mut rng);
    let (small, large, here) = (ring(&members[..4]), ring(&members), scope("t"));
    let shares = vec![
        members[0].sign_share(&small, &here, 2, b"m", &mut rng).unwrap(),
        members[1].sign_share(&large, &here, 2, b"m", &mut rng).unwrap(),
    ];
    assert_eq!(ThresholdSignature::combine(shares).unwrap_err(), Error::MixedShares);
}

// Proofs of possession

#[test]
fn proofs_of_possession() {
    let mut rng = rng(10);
    let (key, other) = (SigningKey::generate(&mut rng), SigningKey::generate(&mut rng));
    let proof = ProofOfPossession::new(&key, b"did:hufu:main:z1", &mut rng).unwrap();
    let public = key.verifying_key();
    let read = ProofOfPossession::from_bytes(&proof.to_bytes()).unwrap();
    read.verify(&public, b"did:hufu:main:z1").unwrap();
    assert_eq!(proof.verify(&public, b"did:hufu:main:z2"), Err(Error::Possession), "another context");
    assert_eq!(
        proof.verify(&other.verifying_key(), b"did:hufu:main:z1"),
        Err(Error::Possession),
        "another key"
    );

    let bytes = proof.to_bytes();
    let with = |at: usize, part: &[u8]| {
        let mut changed = bytes;
        changed[at..at + part.len()].copy_from_slice(part);
        ProofOfPossession::from_bytes(&changed)
    };
    is_encoding(with(0, &[0; 32]), "the identity");
    is_encoding(with(0, &[0xff; 32]), "no canonical Ristretto255 element");
    is_encoding(with(32, &ORDER), "a scalar is not reduced");
    is_encoding(ProofOfPossession::from_bytes(&bytes[..63]), "truncated");
    is_encoding(ProofOfPossession::from_bytes(&[&bytes[..], &[0]].concat()), "trailing bytes");
    for (at, part) in [(0, public.to_bytes()), (32, [1; 32].map(|b| b & 0x0f))] {
        assert_eq!(with(at, &part).unwrap().verify(&public, b"did:hufu:main:z1"), Err(Error::Possession));
    }
    assert!(matches!(
        ProofOfPossession::new(&key, &[0; MAX_POSSESSION_CONTEXT + 1], &mut rng),
        Err(Error::TooLong { .. })
    ));
    assert!(matches!(proof.verify(&public, &[0; MAX_POSSESSION_CONTEXT + 1]), Err(Error::TooLong { .. })));
}
