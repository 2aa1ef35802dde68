//! Keys: what is a key, batches, what is printed.

use crate::common::{N, Script, Stuck, fresh_rng, offset};
use hufu_sm::sm2::traits::{Keypair, RandomizedSigner, Signer, Verifier};
use hufu_sm::sm2::{DistId, Error, PublicKey, SecretKey, SigningKey, VerifyingKey};

#[test]
fn private_keys_are_in_1_to_n_minus_2() {
    let good = |offset: [u8; 32]| SecretKey::from_bytes(&offset).is_ok();
    assert!(good(offset("0", 1)) && good(offset("0", 2)) && good(offset(N, -2)) && good(offset(N, -3)));
    let bad = ["0", N].map(|n| offset(n, 0)).into_iter().chain([offset(N, -1), offset(N, 1), [0xff; 32]]);
    for bytes in bad {
        let error = SecretKey::from_bytes(&bytes).unwrap_err();
        assert_eq!(error.to_string(), "not an SM2 private key: the integer is not in 1..=n-2");
    }
    for length in [0, 1, 31, 33, 64] {
        assert!(matches!(SecretKey::from_bytes(&vec![1; length]), Err(Error::SecretKey(_))), "{length}");
    }
}

#[test]
fn a_generator_that_is_broken_is_told() {
    // 0, n and n−1 are thrown away, n−2 is taken.
    let mut script =
        Script::new(&[&"00".repeat(32), N, &hex::encode(offset(N, -1)), &hex::encode(offset(N, -2))]);
    assert_eq!(*SecretKey::generate(&mut script).unwrap().to_bytes(), offset(N, -2));
    assert_eq!(SecretKey::generate(&mut script).unwrap_err(), Error::Rng);
    assert_eq!(SecretKey::generate(&mut Stuck(0)).unwrap_err(), Error::RngStuck);
    assert_eq!(SecretKey::generate(&mut Stuck(0xff)).unwrap_err(), Error::RngStuck);
    assert_eq!(SecretKey::generate_batch(&mut Stuck(0), 2).unwrap_err(), Error::RngStuck);
    let key = SigningKey::generate(&mut fresh_rng("broken generator")).unwrap();
    assert!(key.try_sign_with_rng(&mut script, b"m").is_err());
    assert_eq!(key.sign_batch(&mut script, &[b"m"]).unwrap_err(), Error::Rng);
    assert_eq!(key.verifying_key().public_key().encrypt(&mut script, b"m").unwrap_err(), Error::Rng);
}

#[test]
fn hedging_survives_a_generator_that_repeats() {
    let key = SigningKey::generate(&mut fresh_rng("hedging")).unwrap();
    // The same randomness with another message gives another k: equal k would show as equal r − e.
    let sign = |message: &[u8], byte| key.sign_with_rng(&mut Stuck(byte), message);
    let same = sign(b"one", 7);
    assert_eq!(sign(b"one", 7), same);
    assert_ne!(sign(b"one", 8), same);
    assert_ne!(sign(b"two", 7), same);
    assert_ne!(key.sign(b"one"), same);
    for (message, byte) in [(&b"one"[..], 7), (b"one", 8), (b"two", 7)] {
        key.verifying_key().verify(message, &sign(message, byte)).unwrap();
    }
}

#[test]
fn batches_are_what_single_operations_are() {
    let mut rng = fresh_rng("batches");
    for count in [0, 1, 2, 65] {
        let keys = SecretKey::generate_batch(&mut rng, count).unwrap();
        assert_eq!(keys.len(), count);
        for key in &keys {
            assert_eq!(SecretKey::from_bytes(&*key.to_bytes()).unwrap().public_key(), key.public_key());
        }
        let key = SigningKey::generate(&mut rng).unwrap();
        let messages: Vec<Vec<u8>> = (0..count).map(|i| vec![0x5a; i]).collect();
        let messages: Vec<&[u8]> = messages.iter().map(|message| &message[..]).collect();
        let signatures = key.sign_batch(&mut rng, &messages).unwrap();
        assert_eq!(signatures.len(), count);
        for (message, signature) in messages.iter().zip(&signatures) {
            key.verifying_key().verify(message, signature).unwrap();
        }
        // One generator state, batch or not, one set of signatures.
        let script = "ab".repeat(32 * count);
        let batch = key.sign_batch(&mut Script::new(&[&script]), &messages).unwrap();
        let mut script = Script::new(&[&script]);
        for (message, signature) in messages.iter().zip(batch) {
            assert_eq!(key.try_sign_with_rng(&mut script, message).unwrap(), signature);
        }
    }
}

#[test]
fn nothing_of_a_private_key_is_printed() {
    let secret = SecretKey::from_bytes(&[0xa7; 32]).unwrap();
    let key = SigningKey::new(secret.clone(), DistId::default());
    let (initiator, _) =
        hufu_sm::sm2::exchange::Initiator::start(&mut Stuck(0xa7), &key, key.verifying_key(), 16).unwrap();
    for printed in [format!("{secret:?} {secret:#?}"), format!("{key:?} {key:#?}"), format!("{initiator:?}")]
    {
        let lower = printed.to_lowercase();
        assert!(!lower.contains("a7a7") && !lower.contains("167") && !lower.contains("scalar"), "{printed}");
    }
}

#[test]
fn the_kinds_of_keys_belong_together() {
    let mut rng = fresh_rng("kinds");
    let secret = SecretKey::generate(&mut rng).unwrap();
    let key = SigningKey::new(secret.clone(), DistId::new("owner").unwrap());
    assert_eq!(key.secret_key(), &secret);
    assert_ne!(SecretKey::generate(&mut rng).unwrap(), secret);
    let verifying = VerifyingKey::new(*secret.public_key(), DistId::new("owner").unwrap());
    assert_eq!(Keypair::verifying_key(&key), verifying);
    let read = VerifyingKey::from_sec1_bytes(&secret.public_key().to_sec1_compressed()).unwrap();
    assert_eq!(read.public_key(), secret.public_key());
    assert_eq!(read.distid(), &DistId::default());
    let point = secret.public_key();
    assert_eq!(PublicKey::from_sec1_bytes(&point.to_sec1_bytes()).unwrap(), *point);
    assert_eq!(PublicKey::from_coordinates(&point.coordinates()).unwrap(), *point);
    // Another identifier, another signature.
    let signature = key.sign(b"message");
    verifying.verify(b"message", &signature).unwrap();
    read.verify(b"message", &signature).unwrap_err();
    read.prepare().verify(b"message", &signature).unwrap_err();
}
