//! Stealth addresses: frozen vectors, the plain computation, laws on every curve, and everything refused, by name.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;
mod plain;

use hufu_keys::stealth::{Announcement, MetaAddress, StealthKeys, ViewKey};
use hufu_keys::{Algorithm, Domain, Error, SigningKey, VerifyingKey};
use proptest::prelude::*;
use serde_json::Value;
use sha2::{Digest, Sha256};
use sha3::Keccak256;

const CURVES: [Algorithm; 3] = [Algorithm::Secp256k1, Algorithm::P256, Algorithm::Sm2];

fn key(algorithm: Algorithm, seed: u8) -> SigningKey {
    SigningKey::generate(algorithm, &mut common::rng(seed))
}

fn keys(algorithm: Algorithm, seed: u8) -> StealthKeys {
    StealthKeys::new(key(algorithm, seed), key(algorithm, seed + 100)).unwrap()
}

fn private(key: &SigningKey) -> Vec<u8> {
    key.to_bytes().expose(Clone::clone)
}

fn vectors() -> Vec<Value> {
    serde_json::from_str(include_str!("vectors/stealth.json")).unwrap()
}

fn bytes(value: &Value, member: &str) -> Vec<u8> {
    hex::decode(value[member].as_str().expect(member)).unwrap()
}

#[test]
fn the_vectors_come_out() {
    let vectors = vectors();
    assert_eq!(vectors.len(), 9);
    for vector in &vectors {
        let algorithm: Algorithm = vector["algorithm"].as_str().unwrap().parse().unwrap();
        let part = |name| SigningKey::from_bytes(algorithm, &bytes(vector, name)).unwrap();
        let keys = StealthKeys::new(part("spend"), part("view")).unwrap();
        assert_eq!(keys.meta_address().to_bytes(), bytes(vector, "meta_address"));

        let meta = MetaAddress::from_bytes(algorithm, &bytes(vector, "meta_address")).unwrap();
        let payment = meta.dangerous_pay_with(&part("ephemeral")).unwrap();
        assert_eq!(payment.one_time.to_bytes(), bytes(vector, "one_time_public"), "{vector}");
        assert_eq!(payment.announcement.to_bytes(), bytes(vector, "announcement"), "{vector}");

        let announcement = Announcement::from_bytes(algorithm, &bytes(vector, "announcement")).unwrap();
        assert_eq!(keys.view_key().scan(&announcement), Some(payment.one_time.clone()));
        let one_time = keys.one_time_key(&announcement, &payment.one_time).unwrap();
        assert_eq!(private(&one_time), bytes(vector, "one_time_private"), "{vector}");
        if algorithm == Algorithm::Secp256k1 {
            let address = payment.ethereum_address().unwrap();
            assert_eq!(address.as_bytes().to_vec(), bytes(vector, "ethereum_address"));
            assert_eq!(keys.view_key().find(&announcement, &address), Some(payment.one_time));
        }
    }
}

fn hash(algorithm: Algorithm, point: &[u8]) -> [u8; 32] {
    let framed = Domain::StealthSecret.frame(&[algorithm.name().as_bytes(), point]);
    match algorithm {
        Algorithm::Secp256k1 => Keccak256::digest(point).into(),
        Algorithm::P256 => Sha256::digest(framed).into(),
        _ => hufu_sm::sm3::hash(&framed),
    }
}

#[test]
fn the_vectors_are_those_of_the_plain_computation() {
    for vector in vectors() {
        let algorithm: Algorithm = vector["algorithm"].as_str().unwrap().parse().unwrap();
        let curve = plain::curve(algorithm);
        let (spend, view, ephemeral) =
            (bytes(&vector, "spend"), bytes(&vector, "view"), bytes(&vector, "ephemeral"));
        let shared = (curve.multiply)(&ephemeral, &(curve.public)(&view));
        assert_eq!(shared, (curve.multiply)(&view, &(curve.public)(&ephemeral)));
        assert_eq!(shared, bytes(&vector, "shared_point"));
        let hash = hash(algorithm, &shared);
        assert_eq!(hash.to_vec(), bytes(&vector, "hash"));
        let announced = [(curve.public)(&ephemeral), vec![hash[0]]].concat();
        assert_eq!(announced, bytes(&vector, "announcement"));
        assert_eq!((curve.add_public)(&(curve.public)(&spend), &hash), bytes(&vector, "one_time_public"));
        assert_eq!((curve.add)(&spend, &hash), bytes(&vector, "one_time_private"));
    }
}

#[test]
fn nobody_else_finds_or_spends() {
    for algorithm in CURVES {
        let (ours, others) = (keys(algorithm, 1), keys(algorithm, 2));
        let payment = ours.meta_address().pay(&mut common::rng(9)).unwrap();
        let (announcement, one_time) = (&payment.announcement, &payment.one_time);
        assert!(ours.view_key().is_ours(announcement, one_time));
        assert!(!others.view_key().is_ours(announcement, one_time), "{algorithm}");
        assert_eq!(others.one_time_key(announcement, one_time).unwrap_err(), Error::NotOurs);
        // with our view key and another's spend key: found by nobody, spent by nobody
        let mixed = StealthKeys::new(key(algorithm, 2), key(algorithm, 101)).unwrap();
        assert!(!mixed.view_key().is_ours(announcement, one_time));
        assert_eq!(mixed.one_time_key(announcement, one_time).unwrap_err(), Error::NotOurs);
        // an altered announcement, and another one-time key
        let tag = Announcement::from_parts(announcement.ephemeral().clone(), announcement.view_tag() ^ 1);
        let tag = tag.unwrap();
        assert_eq!(ours.view_key().scan(&tag), None, "the tag decides first");
        assert_eq!(ours.one_time_key(&tag, one_time).unwrap_err(), Error::NotOurs);
        let other = ours.meta_address().pay(&mut common::rng(10)).unwrap();
        assert!(!ours.view_key().is_ours(announcement, &other.one_time));
        assert_eq!(ours.one_time_key(announcement, &other.one_time).unwrap_err(), Error::NotOurs);
    }
}

/// Of 4,096 announcements for somebody else, about 16 have our tag by chance; none is ours.
#[test]
fn the_tag_spares_all_but_one_in_256() {
    let (ours, others) = (keys(Algorithm::Secp256k1, 1), keys(Algorithm::Secp256k1, 2));
    let mut rng = common::rng(11);
    let mut passed = 0;
    for _ in 0..4096 {
        let payment = others.meta_address().pay(&mut rng).unwrap();
        passed += usize::from(ours.view_key().scan(&payment.announcement).is_some());
        assert!(!ours.view_key().is_ours(&payment.announcement, &payment.one_time));
    }
    // the expectation is 16; both bounds are more than four standard deviations away, and the seed is fixed
    assert!((1..=40).contains(&passed), "{passed}");
}

#[test]
fn one_time_keys_do_not_repeat_and_sign() {
    for algorithm in CURVES {
        let ours = keys(algorithm, 3);
        let mut rng = common::rng(12);
        let mut seen = std::collections::HashSet::new();
        for _ in 0..8 {
            let payment = ours.meta_address().pay(&mut rng).unwrap();
            assert!(seen.insert(payment.one_time.clone()), "{algorithm}");
            let key = ours.one_time_key(&payment.announcement, &payment.one_time).unwrap();
            payment.one_time.verify(b"moved", key.sign(b"moved").as_bytes()).unwrap();
        }
    }
}

#[test]
fn algorithms_without_stealth_addresses_are_named() {
    for algorithm in [Algorithm::Ed25519, Algorithm::P384] {
        let refused = |result: Result<(), Error>| {
            assert!(matches!(result, Err(Error::NotDefined { .. })), "{algorithm}: {result:?}");
        };
        let public = key(algorithm, 1).verifying_key();
        refused(StealthKeys::new(key(algorithm, 1), key(algorithm, 2)).map(drop));
        refused(ViewKey::new(key(algorithm, 1), public.clone()).map(drop));
        refused(MetaAddress::new(public.clone(), public.clone()).map(drop));
        refused(MetaAddress::from_bytes(algorithm, &[2; 66]).map(drop));
        refused(Announcement::from_bytes(algorithm, &[2; 34]).map(drop));
        refused(Announcement::from_parts(public, 0).map(drop));
    }
    let (a, b) = (key(Algorithm::P256, 1), key(Algorithm::Sm2, 1));
    let error = MetaAddress::new(a.verifying_key(), b.verifying_key()).unwrap_err();
    assert!(error.to_string().contains("different algorithms"), "{error}");
    let meta = keys(Algorithm::P256, 1).meta_address();
    assert_eq!(meta.dangerous_pay_with(&b).unwrap_err(), Error::UnusableEphemeral);
    // an announcement of another curve is nobody's
    let payment = keys(Algorithm::Sm2, 1).meta_address().pay(&mut common::rng(1)).unwrap();
    assert_eq!(keys(Algorithm::P256, 1).view_key().scan(&payment.announcement), None);
    for algorithm in [Algorithm::P256, Algorithm::Sm2] {
        let payment = keys(algorithm, 1).meta_address().pay(&mut common::rng(1)).unwrap();
        assert!(matches!(payment.ethereum_address(), Err(Error::NotDefined { .. })));
        assert!(matches!(keys(algorithm, 1).meta_address().to_uri("eth"), Err(Error::NotDefined { .. })));
    }
}

#[test]
fn bytes_that_are_no_meta_address_or_announcement() {
    for algorithm in CURVES {
        let meta = keys(algorithm, 4).meta_address().to_bytes();
        for length in [0, 1, 32, 34, 65, 67, 99] {
            let bytes: Vec<u8> = meta.iter().copied().cycle().take(length).collect();
            let error = MetaAddress::from_bytes(algorithm, &bytes).unwrap_err();
            assert!(matches!(error, Error::MetaAddress(_)), "{algorithm} {length}: {error}");
        }
        for length in [0, 1, 33, 35, 66] {
            let bytes: Vec<u8> = meta.iter().copied().cycle().take(length).collect();
            let error = Announcement::from_bytes(algorithm, &bytes).unwrap_err();
            assert!(matches!(error, Error::Announcement(_)), "{algorithm} {length}: {error}");
        }
        // the identity, an uncompressed tag, a coordinate that is not below p
        for bad in [vec![0; 33], [vec![4], vec![7; 32]].concat(), [vec![2], vec![0xff; 32]].concat()] {
            for at in [0, 33] {
                let mut bytes = meta.clone();
                bytes[at..at + 33].copy_from_slice(&bad);
                let error = MetaAddress::from_bytes(algorithm, &bytes).unwrap_err();
                assert!(matches!(error, Error::PublicKey { .. } | Error::PublicKeyLength { .. }), "{error}");
            }
            let error = Announcement::from_bytes(algorithm, &[bad, vec![0]].concat()).unwrap_err();
            assert!(matches!(error, Error::PublicKey { .. } | Error::PublicKeyLength { .. }), "{error}");
        }
        // one key for both
        let single = MetaAddress::from_bytes(algorithm, &meta[..33]).unwrap();
        assert_eq!(single.spend(), single.view());
    }
}

#[test]
fn the_uri_is_that_of_erc5564() {
    let keys = keys(Algorithm::Secp256k1, 5);
    let meta = keys.meta_address();
    let uri = meta.to_uri("eth").unwrap();
    assert_eq!(uri, format!("st:eth:0x{}", hex::encode(meta.to_bytes())));
    assert_eq!(MetaAddress::from_uri(&uri).unwrap(), (meta.clone(), "eth".to_owned()));
    let upper = format!("st:eth:0x{}", hex::encode_upper(meta.to_bytes()));
    assert_eq!(MetaAddress::from_uri(&upper).unwrap().0, meta);
    let short = format!("st:eth:0x{}", hex::encode(meta.spend().as_bytes()));
    assert!(MetaAddress::from_uri(&short).is_ok(), "one key for both");
    for (text, words) in [
        (String::new(), "begin with st:"),
        (uri.replace("st:", "ST:"), "begin with st:"),
        (uri.replacen("st:", "", 1), "begin with st:"),
        ("st:eth".to_owned(), "no chain's name"),
        (uri.replace("eth", ""), "short name"),
        (uri.replace("eth", "E H"), "short name"),
        (uri.replace("eth", &"e".repeat(33)), "longer than any"),
        (uri.replace("0x", ""), "begin with 0x"),
        (uri.replace("0x", "0xg"), "not hexadecimal"),
        (uri.replace("0x0", "0xg"), "not hexadecimal"),
        (uri[..uri.len() - 1].to_owned(), "not hexadecimal"),
        (uri[..uri.len() - 2].to_owned(), "neither one nor two"),
        (format!("{uri}00"), "neither one nor two"),
        ("x".repeat(10_000), "longer than any"),
    ] {
        let error = MetaAddress::from_uri(&text).unwrap_err().to_string();
        assert!(error.contains(words), "{text}: {error}");
    }
    assert!(meta.to_uri("a b").is_err() && meta.to_uri("").is_err());
}

#[test]
fn a_generator_that_is_stuck_makes_no_payment() {
    // zeros are no private key: the generator is called broken
    struct Stuck;
    impl rand_chacha::rand_core::TryRng for Stuck {
        type Error = std::convert::Infallible;
        fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
            Ok(0)
        }
        fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
            Ok(0)
        }
        fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
            bytes.fill(0);
            Ok(())
        }
    }
    impl rand_chacha::rand_core::TryCryptoRng for Stuck {}
    let meta = keys(Algorithm::P256, 1).meta_address();
    let paid = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| meta.pay(&mut Stuck)));
    assert!(paid.is_err());
}

#[test]
fn nothing_private_is_printed() {
    for algorithm in CURVES {
        let keys = keys(algorithm, 6);
        let printed = format!("{keys:?} {keys:#?} {:?}", keys.view_key());
        for secret in [private(&key(algorithm, 6)), private(&key(algorithm, 106))] {
            assert!(!printed.contains(&hex::encode(&secret)), "{printed}");
            assert!(!printed.contains(format!("{secret:?}").trim_matches(['[', ']'])), "{printed}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    /// Sender and receiver meet, through every encoding.
    #[test]
    fn what_is_paid_is_found_and_spent(spend in any::<[u8; 32]>(), view in any::<[u8; 32]>(), ephemeral in any::<[u8; 32]>()) {
        for algorithm in CURVES {
            let read = |bytes: &[u8; 32]| SigningKey::from_bytes(algorithm, bytes);
            let (Ok(spend), Ok(view), Ok(ephemeral)) = (read(&spend), read(&view), read(&ephemeral)) else {
                return Ok(());
            };
            let keys = StealthKeys::new(spend, view).unwrap();
            let meta = MetaAddress::from_bytes(algorithm, &keys.meta_address().to_bytes()).unwrap();
            let payment = meta.dangerous_pay_with(&ephemeral).unwrap();
            let announcement = Announcement::from_bytes(algorithm, &payment.announcement.to_bytes()).unwrap();
            let one_time = VerifyingKey::from_bytes(algorithm, &payment.one_time.to_bytes()).unwrap();
            prop_assert!(keys.view_key().is_ours(&announcement, &one_time));
            prop_assert_eq!(keys.one_time_key(&announcement, &one_time).unwrap().verifying_key(), one_time);
        }
    }

    #[test]
    fn readers_never_panic(text in "\\PC{0,200}", bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
        let _ = MetaAddress::from_uri(&text);
        let _ = MetaAddress::from_uri(&format!("st:eth:0x{text}"));
        for algorithm in Algorithm::ALL {
            let _ = MetaAddress::from_bytes(algorithm, &bytes);
            let _ = Announcement::from_bytes(algorithm, &bytes);
        }
    }
}
