//! The genesis document, network names, and frozen encodings.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;

use hufu_keys::{Algorithm, SigningKey};
use hufu_light::{Error, Genesis, Network, Transaction, Validator, ValidatorSet};
use rand::SeedableRng;

fn genesis() -> Genesis {
    let mut rng = rand_chacha::ChaCha20Rng::seed_from_u64(3);
    let key = SigningKey::generate(Algorithm::Sm2, &mut rng).verifying_key();
    let validator = Validator { did: "did:web:node.example".into(), key, power: 1 };
    let modules = BTreeMap::from([("governance".to_owned(), serde_json::json!({"members": []}))]);
    let set = ValidatorSet::new(vec![validator]).unwrap();
    Genesis::new("dev".parse().unwrap(), 1_790_000_000_000, set, modules).unwrap()
}

#[test]
fn any_change_of_the_file_is_another_network() {
    let genesis = genesis();
    let parsed = Genesis::parse(genesis.as_bytes()).unwrap();
    assert_eq!(parsed.anchor(), genesis.anchor());
    let text = String::from_utf8(genesis.as_bytes().to_vec()).unwrap();
    for altered in [
        text.replace("\"dev\"", "\"prod\""),
        text.replace("1790000000000", "1790000000001"),
        text.replace("\"power\": 1", "\"power\": 2"),
        text.replace("[]", "[1]"),
        format!("{text}\n"),
    ] {
        assert_ne!(altered, text);
        assert_ne!(Genesis::parse(altered.as_bytes()).unwrap().hash(), genesis.hash());
    }
}

#[test]
fn malformed_genesis_is_refused_in_words() {
    let text = String::from_utf8(genesis().as_bytes().to_vec()).unwrap();
    let refused = |text: String| Genesis::parse(text.as_bytes()).unwrap_err().to_string();
    assert!(refused(text.replace("\"timeMs\"", "\"time\"")).contains("unknown field `time`"));
    assert!(refused(text.replace("\"power\": 1", "\"power\": 0")).contains("no power"));
    assert!(refused(text.replace("\"dev\"", "\"Dev\"")).contains("a-z, 0-9"));
    assert!(refused(text.replace("\"hufuGenesis\": 1", "\"hufuGenesis\": 2")).contains("version 2"));
    assert!(refused("{".into()).contains("EOF"));
}

#[test]
fn network_names() {
    for good in ["dev", "a", "trade-finance-2", "1"] {
        assert!(good.parse::<Network>().is_ok(), "{good}");
    }
    for bad in ["", "-a", "a-", "A", "a:b", "ä", "a_b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"] {
        assert!(bad.parse::<Network>().is_err(), "{bad}");
    }
}

#[test]
fn transactions_are_bounded_and_canonical() {
    let transaction = Transaction::new(vec![1, 2, 3]);
    let mut bytes = transaction.to_bytes();
    assert_eq!(Transaction::from_bytes(&bytes).unwrap(), transaction);
    bytes.push(0);
    assert!(matches!(Transaction::from_bytes(&bytes), Err(Error::Malformed { .. })));
    let large = Transaction::new(vec![0; hufu_light::MAX_PAYLOAD_BYTES + 1]);
    assert!(matches!(large.check_sizes(), Err(Error::TooLarge { .. })));
    assert!(matches!(Transaction::from_bytes(&large.to_bytes()), Err(Error::TooLarge { .. })));
}

/// Encodings that others have stored or signed: changing one is a deliberate act.
#[test]
fn frozen_encodings() {
    let transaction = Transaction::new(b"payload".to_vec());
    assert_eq!(hex::encode(transaction.to_bytes()), "070000007061796c6f616400000000");
    let actual = format!(
        "transaction id  {}\ngenesis hash    {}\nvalidators hash {}\nkey hash        {}\n",
        transaction.id(),
        genesis().hash(),
        genesis().validators().hash(),
        hex::encode(hufu_light::state::key_hash(b"key").0),
    );
    assert_eq!(actual, include_str!("fixtures/frozen.txt"));
}
