//! Botan's `sm2_sig.vec` and `sm2_enc.vec`. Cases on other curves (the draft's test curve, P-256) and with other hashes than SM3 are
//! counted and left out: this crate has the recommended curve and SM3 only.

use crate::common::{Script, unhex, vectors};
use hufu_sm::sm2::encryption::Ciphertext;
use hufu_sm::sm2::traits::Verifier;
use hufu_sm::sm2::{DistId, SecretKey, Signature, SigningKey};
use std::collections::BTreeMap;

const RECOMMENDED: &str = "1.2.156.10197.1.301";

/// The cases of a file: a case ends with the key `last`; what is set before a case holds for the ones after it too.
fn cases(text: &str, last: &str) -> Vec<BTreeMap<String, String>> {
    let (mut state, mut out) = (BTreeMap::new(), Vec::new());
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let Some((name, value)) = line.split_once('=') else { continue };
        state.insert(name.trim().to_owned(), value.trim().to_owned());
        if name.trim() == last {
            out.push(state.clone());
        }
    }
    out
}

#[test]
fn signatures() {
    let Some(text) = vectors("sm/sm2_sig.vec") else { return };
    let (mut passed, mut other_curve, mut other_hash) = (0, 0, 0);
    for case in cases(&text, "Signature") {
        if case["Oid"] != RECOMMENDED {
            other_curve += 1;
            continue;
        }
        let secret = SecretKey::from_bytes(&unhex(case["x"].trim_start_matches("0x"))).unwrap();
        let key = SigningKey::new(secret, DistId::new(case["Ident"].as_str()).unwrap());
        let signature = Signature::from_slice(&unhex(&case["Signature"])).unwrap();
        if case["Hash"] != "SM3" {
            // Of the same message, but hashed otherwise: well formed, and not a signature for this crate.
            assert!(key.verifying_key().verify(&unhex(&case["Msg"]), &signature).is_err());
            other_hash += 1;
            continue;
        }
        key.verifying_key().verify(&unhex(&case["Msg"]), &signature).unwrap();
        key.verifying_key().prepare().verify(&unhex(&case["Msg"]), &signature).unwrap();
        passed += 1;
    }
    eprintln!(
        "sm2_sig.vec: {passed} verified, {other_hash} with another hash, {other_curve} on another curve"
    );
    assert_eq!((passed, other_hash, other_curve), (1, 1, 5));
}

#[test]
fn ciphertexts() {
    let Some(text) = vectors("sm/sm2_enc.vec") else { return };
    let (mut passed, mut refused) = (0, 0);
    for case in cases(&text, "Ciphertext") {
        // All of this file is on the draft's test curve: its points are not on ours.
        assert_ne!(case["Oid"], RECOMMENDED);
        let key = SecretKey::from_bytes(&unhex(case["x"].trim_start_matches("0x"))).unwrap();
        match Ciphertext::from_der(&unhex(&case["Ciphertext"])) {
            Ok(_) => panic!("a point of another curve was accepted"),
            Err(error) => assert!(error.to_string().contains("not on the curve"), "{error}"),
        }
        refused += 1;
        // What can be kept of the case: its key, nonce and message on our curve.
        let ours =
            key.public_key().encrypt(&mut Script::new(&[&case["Nonce"]]), &unhex(&case["Msg"])).unwrap();
        assert_eq!(
            key.decrypt(&Ciphertext::from_der(&ours.to_der()).unwrap()).unwrap()[..],
            unhex(&case["Msg"])
        );
        passed += 1;
    }
    eprintln!(
        "sm2_enc.vec: {refused} on another curve, refused; {passed} of their keys and messages on ours"
    );
    assert_eq!(refused, 5);
}
