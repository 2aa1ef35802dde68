//! The did:key test vectors, as far as they concern keys: Multikey, JWK and private keys belong together.

mod common;

use hufu_keys::{Algorithm, Error, SigningKey, VerifyingKey};
use serde_json::Value;

fn entries(file: &str) -> Option<Vec<(String, Value)>> {
    let Value::Object(map) = common::json(&format!("did-key/test-vectors/{file}"))? else { panic!("{file}") };
    Some(
        map.into_iter()
            .map(|(did, entry)| (did.strip_prefix("did:key:").expect("a did:key").to_owned(), entry))
            .collect(),
    )
}

#[test]
fn nist_curves() {
    let Some(entries) = entries("nist-curves.json") else { return };
    let (mut checked, mut unsupported) = (0, 0);
    for (multikey, entry) in entries {
        let method = &entry["verificationMethod"];
        if let Some(private) = method["privateKeyBase58"].as_str() {
            let key = VerifyingKey::from_multikey(&multikey).unwrap();
            assert_eq!((key.to_bytes(), key.to_multikey()), (bs58_of(&method["publicKeyBase58"]), multikey));
            let signing = SigningKey::from_bytes(key.algorithm(), &bs58_of(&private.into())).unwrap();
            assert_eq!(signing.verifying_key(), key);
            checked += 1;
            continue;
        }
        let (public, private) = (&method["publicKeyJwk"], &method["privateKeyJwk"]);
        if public["crv"] == "P-521" {
            assert!(matches!(VerifyingKey::from_multikey(&multikey), Err(Error::UnknownCodec(0x1202))));
            assert!(matches!(VerifyingKey::from_jwk(public), Err(Error::Jwk { member: "crv", .. })));
            unsupported += 1;
            continue;
        }
        let key = VerifyingKey::from_multikey(&multikey).unwrap();
        assert_eq!(key.to_multikey(), multikey);
        assert_eq!(&key.to_jwk(), public);
        assert_eq!(VerifyingKey::from_jwk(public).unwrap(), key);
        let signing = SigningKey::from_jwk(private).unwrap();
        assert_eq!(signing.verifying_key(), key);
        assert_eq!(&signing.to_jwk().expose(|j| serde_json::from_str::<Value>(j).unwrap()), private);
        key.verify(b"m", signing.sign(b"m").as_bytes()).unwrap();
        checked += 1;
    }
    assert!(checked >= 4, "{checked}");
    eprintln!("did-key nist-curves: {checked} keys, {unsupported} of P-521 refused by name");
}

#[test]
fn secp256k1() {
    let Some(entries) = entries("secp256k1.json") else { return };
    let count = entries.len();
    for (multikey, entry) in entries {
        let key = VerifyingKey::from_multikey(&multikey).unwrap();
        assert_eq!((key.algorithm(), key.to_multikey()), (Algorithm::Secp256k1, multikey));
        let pair = &entry["verificationKeyPair"];
        if let Some(private) = pair["privateKeyBase58"].as_str() {
            assert_eq!(bs58_of(&pair["publicKeyBase58"]), key.to_bytes());
            let signing = SigningKey::from_bytes(Algorithm::Secp256k1, &bs58_of(&private.into())).unwrap();
            assert_eq!(signing.verifying_key(), key);
        } else {
            assert_eq!(VerifyingKey::from_jwk(&pair["publicKeyJwk"]).unwrap(), key);
            assert_eq!(SigningKey::from_jwk(&pair["privateKeyJwk"]).unwrap().verifying_key(), key);
        }
    }
    assert!(count > 0);
    eprintln!("did-key secp256k1: {count} keys");
}

#[test]
fn ed25519() {
    let Some(entries) = entries("ed25519-x25519.json") else { return };
    let count = entries.len();
    for (multikey, entry) in entries {
        let key = VerifyingKey::from_multikey(&multikey).unwrap();
        let seed = hex::decode(entry["seed"].as_str().unwrap()).unwrap();
        let signing = SigningKey::from_bytes(Algorithm::Ed25519, &seed).unwrap();
        assert_eq!((signing.verifying_key(), key.to_multikey()), (key.clone(), multikey));
        let agreement = entry["keyAgreementKeyPair"]["id"].as_str().unwrap();
        assert!(matches!(
            VerifyingKey::from_multikey(agreement.rsplit('#').next().unwrap()),
            Err(Error::UnknownCodec(0xec))
        ));
    }
    assert!(count > 0);
    eprintln!("did-key ed25519: {count} keys, and as many X25519 keys refused by name");
}

fn bs58_of(value: &Value) -> Vec<u8> {
    bs58::decode(value.as_str().expect("a string")).into_vec().expect("base58")
}
