//! Every encoding of every algorithm gives back the key that was written, and what is written has one form.

mod common;

use common::rng;
use hufu_keys::{Algorithm, Error, Signature, SigningKey, VerifyingKey};

#[test]
fn encodings_round_trip() {
    for algorithm in Algorithm::ALL {
        let mut rng = rng(1);
        for _ in 0..20 {
            let key = SigningKey::generate(algorithm, &mut rng);
            let public = key.verifying_key();
            for copy in [
                SigningKey::from_bytes(algorithm, &key.to_bytes().expose(Clone::clone)).unwrap(),
                SigningKey::from_multikey(&key.to_multikey().expose(Clone::clone)).unwrap(),
                SigningKey::from_jwk(&key.to_jwk().expose(|text| serde_json::from_str(text).unwrap()))
                    .unwrap(),
                SigningKey::from_pkcs8_der(&key.to_pkcs8_der().expose(Clone::clone)).unwrap(),
                SigningKey::from_pkcs8_pem(&key.to_pkcs8_pem().expose(Clone::clone)).unwrap(),
            ] {
                assert_eq!(copy.verifying_key(), public, "{algorithm}");
                assert!(copy.to_bytes().ct_eq(&key.to_bytes()), "{algorithm}");
                public.verify(b"other", copy.sign(b"other").as_bytes()).unwrap();
            }
            for copy in key.to_ec_der().iter().map(|der| SigningKey::from_ec_der(&der.expose(Clone::clone))) {
                assert!(copy.unwrap().to_bytes().ct_eq(&key.to_bytes()), "{algorithm}");
            }
            for copy in key.to_ec_pem().iter().map(|pem| SigningKey::from_ec_pem(&pem.expose(Clone::clone))) {
                assert!(copy.unwrap().to_bytes().ct_eq(&key.to_bytes()), "{algorithm}");
            }
            assert_eq!(key.to_ec_der().is_none(), algorithm == Algorithm::Ed25519);
            let signature = key.sign(b"message");
            for copy in [
                VerifyingKey::from_bytes(algorithm, &public.to_bytes()).unwrap(),
                VerifyingKey::from_multikey(&public.to_multikey()).unwrap(),
                VerifyingKey::from_jwk(&public.to_jwk()).unwrap(),
                VerifyingKey::from_spki_der(&public.to_spki_der()).unwrap(),
                VerifyingKey::from_spki_pem(&public.to_spki_pem()).unwrap(),
                serde_json::from_value(serde_json::to_value(&public).unwrap()).unwrap(),
                public.to_string().parse().unwrap(),
            ] {
                assert_eq!(copy, public);
                assert_eq!(copy.thumbprint(), public.thumbprint());
                copy.verify(b"message", signature.as_bytes()).unwrap();
                assert_eq!(copy.verify(b"massage", signature.as_bytes()), Err(Error::Verification));
            }
            if let Some(point) = public.to_uncompressed() {
                assert_eq!(VerifyingKey::from_sec1_bytes(algorithm, &point).unwrap(), public);
            }
            assert_eq!(Signature::from_der(algorithm, &signature.to_der()).unwrap(), signature);
            assert_eq!(Signature::from_bytes(algorithm, signature.as_bytes()).unwrap(), signature);
        }
    }
}

#[test]
fn a_key_verifies_nothing_of_another_key_or_algorithm() {
    let mut rng = rng(2);
    let keys: Vec<_> =
        Algorithm::ALL.into_iter().flat_map(|a| [a, a]).map(|a| SigningKey::generate(a, &mut rng)).collect();
    for (i, signer) in keys.iter().enumerate() {
        let signature = signer.sign(b"message");
        for (j, verifier) in keys.iter().enumerate() {
            assert_eq!(verifier.verifying_key().verify(b"message", signature.as_bytes()).is_ok(), i == j);
        }
    }
}

#[test]
fn every_single_bit_of_message_and_signature_counts() {
    let mut rng = rng(3);
    for algorithm in Algorithm::ALL {
        let key = SigningKey::generate(algorithm, &mut rng);
        let public = key.verifying_key();
        let (message, signature) = (*b"two halves", key.sign(b"two halves").into_bytes());
        for bit in 0..signature.len() * 8 {
            let mut altered = signature.clone();
            altered[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(public.verify(&message, &altered), Err(Error::Verification), "{algorithm} bit {bit}");
        }
        for bit in 0..message.len() * 8 {
            let mut altered = message;
            altered[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(
                public.verify(&altered, &signature),
                Err(Error::Verification),
                "{algorithm} bit {bit}"
            );
        }
    }
}
