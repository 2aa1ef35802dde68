//! Every encoding of every algorithm gives back the key that was written.

use getrandom::SysRng;
use hufu_keys::{Algorithm, Error, Signature, SigningKey, VerifyingKey, keystore};
use rand_core::UnwrapErr;

fn key(algorithm: Algorithm) -> SigningKey {
    SigningKey::generate(algorithm, &mut UnwrapErr(SysRng))
}

#[test]
fn encodings_round_trip() {
    for algorithm in Algorithm::ALL {
        for _ in 0..20 {
            let key = key(algorithm);
            let public = key.verifying_key();
            let signature = key.sign(b"message");
            for copy in [
                SigningKey::from_bytes(algorithm, &key.to_bytes().expose(Clone::clone)).unwrap(),
                SigningKey::from_multikey(&key.to_multikey().expose(Clone::clone)).unwrap(),
                SigningKey::from_jwk(&key.to_jwk().expose(|text| serde_json::from_str(text).unwrap())).unwrap(),
                SigningKey::from_pkcs8_der(&key.to_pkcs8_der().expose(Clone::clone)).unwrap(),
                SigningKey::from_pkcs8_pem(&key.to_pkcs8_pem().expose(Clone::clone)).unwrap(),
            ] {
                assert_eq!(copy.verifying_key(), public, "{algorithm}");
                public.verify(b"other", copy.sign(b"other").as_bytes()).unwrap();
            }
            for copy in [
                VerifyingKey::from_bytes(algorithm, &public.to_bytes()).unwrap(),
                VerifyingKey::from_multikey(&public.to_multikey()).unwrap(),
                VerifyingKey::from_jwk(&public.to_jwk()).unwrap(),
                VerifyingKey::from_spki_der(&public.to_spki_der()).unwrap(),
                VerifyingKey::from_spki_pem(&public.to_spki_pem()).unwrap(),
            ] {
                assert_eq!(copy, public);
                copy.verify(b"message", signature.as_bytes()).unwrap();
                assert_eq!(copy.verify(b"massage", signature.as_bytes()), Err(Error::Verification));
            }
            if algorithm != Algorithm::Ed25519 {
                let der = signature.to_der().unwrap();
                assert_eq!(Signature::from_der(algorithm, &der).unwrap(), signature);
            }
        }
    }
}

#[test]
fn a_private_key_is_refused_where_a_public_one_is_read() {
    for algorithm in Algorithm::ALL {
        let key = key(algorithm);
        let multikey = key.to_multikey().expose(Clone::clone);
        assert!(matches!(VerifyingKey::from_multikey(&multikey), Err(Error::WrongKind { .. })));
        let jwk = key.to_jwk().expose(|text| serde_json::from_str(text).unwrap());
        assert!(matches!(VerifyingKey::from_jwk(&jwk), Err(Error::WrongKind { .. })));
    }
}

#[test]
fn a_keystore_tells_a_wrong_passphrase_from_damage() {
    let cost = keystore::Cost { memory_kib: 64, passes: 1, lanes: 1 };
    let (one, two) = (key(Algorithm::Sm2), key(Algorithm::P384));
    let sealed = keystore::seal(&[("one", &one), ("two", &two)], b"pass", &mut UnwrapErr(SysRng), cost).unwrap();
    let opened = keystore::open(&sealed, b"pass").unwrap();
    assert_eq!(opened.len(), 2);
    assert_eq!(opened[1].1.verifying_key(), two.verifying_key());
    assert_eq!(keystore::open(&sealed, b"past").unwrap_err(), Error::WrongPassphrase);

    let mut value: serde_json::Value = serde_json::from_slice(&sealed).unwrap();
    let text = value["sealed"].as_str().unwrap().to_owned();
    let flipped = format!("{}{}", if text.starts_with('A') { 'B' } else { 'A' }, &text[1..]);
    value["sealed"] = flipped.into();
    let damaged = serde_json::to_vec(&value).unwrap();
    assert!(matches!(keystore::open(&damaged, b"pass").unwrap_err(), Error::Damaged(_)));

    value["format"] = 2.into();
    let newer = serde_json::to_vec(&value).unwrap();
    assert_eq!(keystore::open(&newer, b"pass").unwrap_err(), Error::NewerFormat { found: 2, supported: 1 });
}

#[test]
fn the_identity_and_wrong_lengths_are_no_public_keys() {
    for algorithm in Algorithm::ALL {
        for bytes in [&[][..], &[0], &[0; 32], &[0; 33], &[4; 65], &[2; 33], &[2; 34], &[0xff; 32]] {
            if let Ok(key) = VerifyingKey::from_bytes(algorithm, bytes) {
                assert_eq!(key.to_bytes(), bytes, "{algorithm}: what is read is canonical");
            }
        }
        assert!(VerifyingKey::from_bytes(algorithm, &[0; 33]).is_err());
        assert!(VerifyingKey::from_bytes(algorithm, &[0]).is_err());
    }
}
