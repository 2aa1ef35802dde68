//! The keystore: what opens it, and what each kind of damage is called.

mod common;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use common::rng;
use hufu_keys::keystore::{KdfParams, MAX_NAME_BYTES, list, open, seal};
use hufu_keys::{Algorithm, Domain, Error, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const PASSPHRASE: &[u8] = b"correct horse battery staple";

fn keys() -> Vec<(String, SigningKey)> {
    let mut rng = rng(1);
    Algorithm::ALL.into_iter().map(|a| (format!("key of {a}"), SigningKey::generate(a, &mut rng))).collect()
}

fn sealed() -> Vec<u8> {
    let keys = keys();
    let borrowed: Vec<_> = keys.iter().map(|(name, key)| (name.as_str(), key)).collect();
    seal(&borrowed, PASSPHRASE, &mut rng(2), KdfParams::dangerous_fast()).expect("sealable keys")
}

/// Applies `change` and repairs the checksum, as somebody who alters the file on purpose would.
fn forged(change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let mut value: Value = serde_json::from_slice(&sealed()).expect("JSON");
    change(&mut value);
    value.as_object_mut().expect("an object").remove("checksum");
    let hash = Sha256::digest(
        Domain::KeystoreChecksum.frame(&[&hufu_jcs::canonicalize(&value).expect("a canonical form")]),
    );
    value["checksum"] = URL_SAFE_NO_PAD.encode(hash).into();
    serde_json::to_vec(&value).expect("JSON")
}

#[test]
fn several_named_keys_of_every_algorithm() {
    let opened = open(&sealed(), PASSPHRASE).unwrap();
    let keys = keys();
    assert_eq!(opened.len(), keys.len());
    for ((name, key), (opened_name, opened_key)) in keys.iter().zip(&opened) {
        assert_eq!(name, opened_name);
        assert!(key.to_bytes().ct_eq(&opened_key.to_bytes()));
    }
    let listed = list(&sealed()).unwrap();
    assert_eq!(listed[4].name, "key of SM2");
    assert_eq!(listed[4].public_key, keys[4].1.verifying_key());
    let empty = seal(&[], PASSPHRASE, &mut rng(3), KdfParams::dangerous_fast()).unwrap();
    assert!(open(&empty, PASSPHRASE).unwrap().is_empty());
}

#[test]
fn nothing_secret_is_readable_and_salts_differ() {
    let text = String::from_utf8(sealed()).unwrap();
    for (_, key) in keys() {
        assert!(!text.contains(&key.to_multikey().expose(Clone::clone)));
        assert!(!text.contains(&key.to_bytes().expose(|b| URL_SAFE_NO_PAD.encode(b))));
    }
    let mut rng = rng(4);
    let mut once = || seal(&[], PASSPHRASE, &mut rng, KdfParams::dangerous_fast()).unwrap();
    assert_ne!(once(), once());
}

#[test]
fn a_wrong_passphrase_is_not_damage() {
    for wrong in [&b""[..], b"correct horse battery staple ", b"Correct horse battery staple"] {
        assert_eq!(open(&sealed(), wrong).unwrap_err(), Error::WrongPassphrase);
    }
}

/// Accidental damage is called damage, whatever the passphrase.
#[test]
fn every_flipped_bit_is_noticed() {
    let sealed = sealed();
    let original: Value = serde_json::from_slice(&sealed).unwrap();
    let (mut damaged, mut newer, mut harmless) = (0, 0, 0);
    for bit in 0..sealed.len() * 8 {
        let mut altered = sealed.clone();
        altered[bit / 8] ^= 1 << (bit % 8);
        match open(&altered, b"any passphrase") {
            Err(Error::Damaged(_)) => damaged += 1,
            Err(Error::NewerFormat { .. }) => newer += 1,
            // White space between members, exchanged for other white space.
            Err(Error::WrongPassphrase) => {
                assert_eq!(serde_json::from_slice::<Value>(&altered).unwrap(), original);
                harmless += 1;
            }
            other => panic!("bit {bit}: {other:?}"),
        }
    }
    assert!(newer <= 8 && harmless < sealed.len(), "{damaged} damaged, {newer} newer, {harmless} harmless");
    for length in 0..sealed.len() - 1 {
        assert!(matches!(open(&sealed[..length], PASSPHRASE), Err(Error::Damaged(_))), "cut at {length}");
    }
}

/// Damage on purpose, with the checksum repaired.
#[test]
fn alterations_are_noticed_by_the_seal() {
    let damaged = |change: &dyn Fn(&mut Value), name: &str| {
        let result = open(&forged(change), PASSPHRASE);
        assert!(matches!(result, Err(Error::Damaged(_))), "{name}: {result:?}");
    };
    assert_eq!(open(&forged(|_| {}), PASSPHRASE).unwrap().len(), 5);
    damaged(&|v| v["entries"][0]["name"] = json!("another"), "a renamed key");
    damaged(&|v| v["entries"].as_array_mut().unwrap().swap(0, 3), "keys exchanged");
    damaged(&|v| drop(v["entries"].as_array_mut().unwrap().pop()), "a key taken out");
    let stranger = SigningKey::generate(Algorithm::Ed25519, &mut rng(9)).verifying_key().to_multikey();
    damaged(&|v| v["entries"][0]["public_key"] = json!(stranger), "a public key exchanged");
    damaged(&|v| v["entries"][0]["public_key"] = json!("z6Mk"), "a public key broken");
    damaged(&|v| v["entries"][1]["name"] = v["entries"][0]["name"].clone(), "two keys of one name");
    damaged(&|v| v["entries"][1]["name"] = json!("line\nbreak"), "control characters");
    damaged(&|v| v["aead"]["nonce"] = json!(URL_SAFE_NO_PAD.encode([0; 24])), "another nonce");
    damaged(&|v| v["aead"]["nonce"] = json!(URL_SAFE_NO_PAD.encode([0; 12])), "a short nonce");
    damaged(&|v| v["aead"]["name"] = json!("aes-256-gcm"), "another cipher");
    damaged(&|v| v["kdf"]["name"] = json!("pbkdf2"), "another derivation");
    damaged(&|v| v["ciphertext"] = json!(""), "no ciphertext");
    damaged(&|v| v["ciphertext"] = json!(URL_SAFE_NO_PAD.encode([0; 300])), "another ciphertext");
    damaged(&|v| v["comment"] = json!("hello"), "an unknown member");
    damaged(&|v| v["kdf"]["pepper"] = json!("x"), "an unknown member inside");
    damaged(&|v| drop(v.as_object_mut().unwrap().remove("check")), "a missing member");
    damaged(&|v| v["format"] = json!("other"), "another format");
    damaged(&|v| v["version"] = json!(0), "version 0");
    damaged(&|v| v["version"] = json!("1"), "a version that is no number");
    // What is altered here changes what the passphrase must be: the documented limit of telling them apart.
    let another = |change: &dyn Fn(&mut Value)| open(&forged(change), PASSPHRASE).unwrap_err();
    assert_eq!(another(&|v| v["check"] = json!(URL_SAFE_NO_PAD.encode([0; 32]))), Error::WrongPassphrase);
    assert_eq!(
        another(&|v| v["kdf"]["salt"] = json!(URL_SAFE_NO_PAD.encode([0; 16]))),
        Error::WrongPassphrase
    );
    assert_eq!(another(&|v| v["kdf"]["iterations"] = json!(2)), Error::WrongPassphrase);
}

#[test]
fn costs_are_bounded_before_they_are_paid() {
    for (what, value) in [
        ("memory_kib", 4_294_967_295_u32),
        ("memory_kib", (1 << 20) + 1),
        ("memory_kib", 7),
        ("iterations", 0),
        ("iterations", 17),
        ("lanes", 0),
        ("lanes", 17),
    ] {
        let bytes = forged(|v| v["kdf"][what] = json!(value));
        assert!(
            matches!(open(&bytes, PASSPHRASE), Err(Error::KdfOutOfBounds { what: w, .. }) if w == what),
            "{what} {value}"
        );
    }
    assert!(matches!(open(&forged(|v| v["kdf"]["lanes"] = json!(-1)), PASSPHRASE), Err(Error::Damaged(_))));
    assert!(KdfParams::new(1024, 3, 1).is_err(), "too weak to be chosen");
    assert_eq!(KdfParams::new(64 * 1024, 3, 1), Ok(KdfParams::default()));
}

#[test]
fn a_newer_version_says_so() {
    let error = open(&forged(|v| v["version"] = json!(2)), PASSPHRASE).unwrap_err();
    assert_eq!(error, Error::NewerFormat { found: 2, supported: 1 });
    assert!(error.to_string().contains("newer"), "{error}");
}

#[test]
fn what_is_no_keystore() {
    for bytes in
        [&b""[..], b"{}", b"null", b"[]", b"\xff", b"{\"format\":\"hufu-keystore\"}", &[b' '; 2 << 20]]
    {
        assert!(matches!(open(bytes, PASSPHRASE), Err(Error::Damaged(_))));
        assert!(matches!(list(bytes), Err(Error::Damaged(_))));
    }
}

#[test]
fn what_cannot_be_sealed() {
    let key = SigningKey::generate(Algorithm::Ed25519, &mut rng(5));
    let try_seal = |names: &[&str], passphrase: &[u8]| {
        let keys: Vec<_> = names.iter().map(|n| (*n, &key)).collect();
        seal(&keys, passphrase, &mut rng(6), KdfParams::dangerous_fast())
    };
    let long = "n".repeat(MAX_NAME_BYTES + 1);
    for names in [&["a", "a"][..], &[""], &["tab\t"], &[&long]] {
        assert!(matches!(try_seal(names, PASSPHRASE), Err(Error::Unsealable(_))), "{names:?}");
    }
    assert!(matches!(try_seal(&["a"], b""), Err(Error::Unsealable(_))));
    assert!(try_seal(&["a", "\u{5bc6}\u{94a5}"], PASSPHRASE).is_ok());
}

/// The largest store fits the bound that the reader has.
#[test]
fn a_full_store_opens() {
    let key = SigningKey::generate(Algorithm::Ed25519, &mut rng(7));
    let names: Vec<_> = (0..1025).map(|n| format!("{n:0128}")).collect();
    let keys: Vec<_> = names.iter().map(|n| (n.as_str(), &key)).collect();
    let full = seal(&keys[..1024], PASSPHRASE, &mut rng(8), KdfParams::dangerous_fast()).unwrap();
    assert_eq!(open(&full, PASSPHRASE).unwrap().len(), 1024);
    assert!(seal(&keys, PASSPHRASE, &mut rng(8), KdfParams::dangerous_fast()).is_err());
}

/// A store written by format version 1 stays readable. Changing it is a deliberate act.
#[test]
fn the_frozen_store_opens() {
    let frozen = include_bytes!("fixtures/keystore_v1.json");
    let opened = open(frozen, PASSPHRASE).unwrap();
    assert_eq!(opened.len(), 5);
    for ((name, key), (opened_name, opened_key)) in keys().iter().zip(&opened) {
        assert_eq!((name, key.verifying_key()), (opened_name, opened_key.verifying_key()));
    }
    assert_eq!(sealed(), frozen, "sealing with the same randomness gives the same bytes");
}
