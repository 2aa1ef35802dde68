//! Other implementations in the same process, with fresh keys and messages each run, in both directions.

use crate::common::fresh_rng;
use hufu_sm::sm2::encryption::Ciphertext;
use hufu_sm::sm2::traits::{RandomizedSigner, Signer, Verifier};
use hufu_sm::sm2::{DistId, SecretKey, Signature, SigningKey};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::Rng;

/// Messages per peer and operation.
const MESSAGES: usize = 250;
/// Messages per key.
const PER_KEY: usize = 10;

/// A message of at least `least` bytes.
fn message(rng: &mut ChaCha20Rng, least: usize) -> Vec<u8> {
    let mut message = vec![0; least + rng.next_u32() as usize % 300];
    rng.fill_bytes(&mut message);
    message
}

#[test]
fn rustcrypto_signatures() {
    let mut rng = fresh_rng("rustcrypto signatures");
    let mut count = 0;
    for round in 0..MESSAGES / PER_KEY {
        let id = format!("owner {round}");
        let secret = SecretKey::generate(&mut rng).unwrap();
        let ours = SigningKey::new(secret.clone(), DistId::new(id.as_str()).unwrap());
        let theirs = sm2::dsa::SigningKey::from_slice(&id, &*secret.to_bytes()).unwrap();
        assert_eq!(
            theirs.verifying_key().to_sec1_bytes()[..],
            ours.verifying_key().public_key().to_sec1_bytes()
        );
        let prepared = ours.verifying_key().prepare();
        for _ in 0..PER_KEY {
            let message = message(&mut rng, 0);
            let deterministic: sm2::dsa::Signature = theirs.sign(&message);
            assert_eq!(
                ours.sign(&message).to_bytes()[..],
                deterministic.to_bytes()[..],
                "the same k, the same bits"
            );
            let hedged: sm2::dsa::Signature = theirs.sign_with_rng(&mut rng, &message);
            let signature = Signature::from_slice(&hedged.to_bytes()).unwrap();
            ours.verifying_key().verify(&message, &signature).unwrap();
            prepared.verify(&message, &signature).unwrap();
            let signature = ours.sign_with_rng(&mut rng, &message);
            let read = sm2::dsa::Signature::from_slice(&signature.to_bytes()).unwrap();
            theirs.verifying_key().verify(&message, &read).unwrap();
            // Altered anywhere, both refuse.
            let mut altered = signature.to_bytes();
            altered[rng.next_u32() as usize % 64] ^= 1 << (rng.next_u32() % 8);
            if let Ok(signature) = Signature::from_slice(&altered) {
                assert!(ours.verifying_key().verify(&message, &signature).is_err());
                assert!(prepared.verify(&message, &signature).is_err());
                let read = sm2::dsa::Signature::from_slice(&altered).unwrap();
                assert!(theirs.verifying_key().verify(&message, &read).is_err());
            }
            count += 1;
        }
    }
    eprintln!("rustcrypto: {count} messages signed and verified each way");
}

#[test]
fn rustcrypto_encryption() {
    let mut rng = fresh_rng("rustcrypto encryption");
    let mut count = 0;
    for _ in 0..MESSAGES / PER_KEY {
        let secret = SecretKey::generate(&mut rng).unwrap();
        let theirs = sm2::SecretKey::from_slice(&*secret.to_bytes()).unwrap();
        let encrypting = sm2::pke::EncryptingKey::new(theirs.public_key());
        let decrypting = sm2::pke::DecryptingKey::new(theirs.clone());
        for _ in 0..PER_KEY {
            // From two bytes on: for one, their key stream is zero in one case of 256 and ours refuses it.
            let message = message(&mut rng, 4);
            let sent = secret.public_key().encrypt(&mut rng, &message).unwrap();
            assert_eq!(decrypting.decrypt(&sent.to_c1c3c2()).unwrap(), message);
            assert_eq!(decrypting.decrypt_der(&sent.to_der()).unwrap(), message);
            let raw = encrypting.encrypt(&mut rng, &message).unwrap();
            assert_eq!(secret.decrypt(&Ciphertext::from_c1c3c2(&raw).unwrap()).unwrap()[..], message);
            let der = encrypting.encrypt_der(&mut rng, &message).unwrap();
            assert_eq!(secret.decrypt(&Ciphertext::from_der(&der).unwrap()).unwrap()[..], message);
            count += 1;
        }
    }
    eprintln!("rustcrypto: {count} messages encrypted and decrypted each way, raw and DER");
}

/// libsm is right about signatures and about C1C2C3 encryption of messages that are not empty; its other faults are not asked for.
#[test]
fn libsm_signatures_and_encryption() {
    let mut rng = fresh_rng("libsm");
    let signing = libsm::sm2::signature::SigCtx::new();
    let mut count = 0;
    for _ in 0..MESSAGES / PER_KEY {
        let secret = SecretKey::generate(&mut rng).unwrap();
        let ours = SigningKey::new(secret.clone(), DistId::default());
        let point = signing.load_pubkey(&secret.public_key().to_sec1_bytes()).unwrap();
        let scalar = signing.load_seckey(&*secret.to_bytes()).unwrap();
        for _ in 0..PER_KEY {
            let message = message(&mut rng, 1);
            let theirs = signing.sign(&message, &scalar, &point).unwrap();
            let signature = Signature::from_der(&theirs.der_encode()).unwrap();
            ours.verifying_key().verify(&message, &signature).unwrap();
            let der = ours.sign_with_rng(&mut rng, &message).to_der();
            let read = libsm::sm2::signature::Signature::der_decode(&der).unwrap();
            assert!(signing.verify(&message, &point, &read).unwrap());

            let encrypting = libsm::sm2::encrypt::EncryptCtx::new(message.len(), point);
            let sent = encrypting.encrypt(&message).unwrap();
            assert_eq!(secret.decrypt(&Ciphertext::from_c1c2c3(&sent).unwrap()).unwrap()[..], message);
            let sent = secret.public_key().encrypt(&mut rng, &message).unwrap().to_c1c3c2();
            let older = [&sent[..65], &sent[97..], &sent[65..97]].concat();
            let decrypting = libsm::sm2::encrypt::DecryptCtx::new(message.len(), scalar.clone());
            assert_eq!(decrypting.decrypt(&older).unwrap(), message);
            count += 1;
        }
    }
    eprintln!("libsm: {count} messages signed, verified, encrypted and decrypted each way");
}
