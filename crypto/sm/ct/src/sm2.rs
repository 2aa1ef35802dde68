//! SM2: keys, signing, encryption, decryption, exchange.

use hufu_ct::memcheck::{public, secret};
use hufu_ct::{Case, Generator};
use hufu_sm::sm2::encryption::Ciphertext;
use hufu_sm::sm2::exchange::{Initiator, Responder};
use hufu_sm::sm2::traits::{RandomizedSigner, Signer, Verifier};
use hufu_sm::sm2::{DistId, PublicKey, SecretKey, SigningKey, derive, hazmat};

pub(crate) const CASES: &[Case] = &[
    Case { name: "sm2::generate", run: generate },
    Case { name: "sm2::generate_batch", run: generate_batch },
    Case { name: "sm2::sign (deterministic)", run: sign },
    Case { name: "sm2::sign (secret message)", run: sign_secret_hash },
    Case { name: "sm2::sign (hedged)", run: sign_hedged },
    Case { name: "sm2::sign_batch", run: sign_batch },
    Case { name: "sm2::encrypt", run: encrypt },
    Case { name: "sm2::decrypt", run: decrypt },
    Case { name: "sm2::decrypt (altered ciphertext)", run: decrypt_altered },
    Case { name: "sm2::exchange", run: exchange },
    Case { name: "sm2::derive::add_scalar", run: add_scalar },
    Case { name: "sm2::derive::add_multiple", run: add_multiple },
    Case { name: "sm2::derive::shared_point", run: shared_point },
    Case { name: "sm2::to_private_key_der", run: encode },
];

/// A key made from secret bytes, whose public half is public.
fn key(fill: u8) -> SecretKey {
    let mut bytes = [fill; 32];
    secret(&mut bytes);
    let key = SecretKey::from_bytes(&bytes).expect("a key");
    public(key.public_key());
    key
}

fn signing_key(fill: u8) -> SigningKey {
    SigningKey::new(key(fill), DistId::default())
}

fn generate() {
    let key = SecretKey::generate(&mut Generator::secret(1)).expect("a key");
    public(key.public_key());
    assert!(PublicKey::from_sec1_bytes(&key.public_key().to_sec1_bytes()).is_ok());
}

fn generate_batch() {
    for key in SecretKey::generate_batch(&mut Generator::secret(2), 3).expect("keys") {
        public(key.public_key());
        assert!(PublicKey::from_sec1_bytes(&key.public_key().to_sec1_bytes()).is_ok());
    }
}

fn sign() {
    let key = signing_key(3);
    for message in [&b""[..], b"message digest", &[5; 200]] {
        let signature = key.sign(message);
        public(&signature);
        assert!(key.verifying_key().verify(message, &signature).is_ok());
    }
}

fn sign_secret_hash() {
    let key = signing_key(4);
    let mut hash = [9; 32];
    secret(&mut hash);
    let signature = hazmat::sign_prehash(&key, &hash);
    public(&hash);
    public(&signature);
    assert!(hazmat::verify_prehash(key.verifying_key(), &hash, &signature).is_ok());
}

fn sign_hedged() {
    let key = signing_key(5);
    let signature = key.sign_with_rng(&mut Generator::secret(5), b"message digest");
    public(&signature);
    assert!(key.verifying_key().verify(b"message digest", &signature).is_ok());
}

fn sign_batch() {
    let key = signing_key(6);
    let messages: [&[u8]; 3] = [b"a", b"b", b"c"];
    let signatures = key.sign_batch(&mut Generator::secret(6), &messages).expect("signatures");
    public(&signatures[..]);
    for (message, signature) in messages.iter().zip(&signatures) {
        assert!(key.verifying_key().verify(message, signature).is_ok());
    }
}

/// A ciphertext for the key `key(fill)`, made without secrets.
fn ciphertext(fill: u8) -> Vec<u8> {
    let key = SecretKey::from_bytes(&[fill; 32]).expect("a key");
    let mut rng = Generator::secret(7);
    let sent = key.public_key().encrypt(&mut rng, b"encryption standard").expect("a ciphertext").to_c1c3c2();
    public(&sent[..]);
    sent
}

fn encrypt() {
    let key = SecretKey::from_bytes(&[8; 32]).expect("a key");
    let mut message = *b"encryption standard";
    secret(&mut message);
    let sent =
        key.public_key().encrypt(&mut Generator::secret(8), &message).expect("a ciphertext").to_c1c3c2();
    public(&sent[..]);
    let read = key.decrypt(&Ciphertext::from_c1c3c2(&sent).expect("a ciphertext")).expect("a message");
    public(&message);
    assert_eq!(read[..], message);
}

fn decrypt() {
    let sent = ciphertext(9);
    let message = key(9).decrypt(&Ciphertext::from_c1c3c2(&sent).expect("a ciphertext")).expect("a message");
    public(&message[..]);
    assert_eq!(message[..], *b"encryption standard");
}

fn decrypt_altered() {
    let mut sent = ciphertext(10);
    if let Some(last) = sent.last_mut() {
        *last ^= 1;
    }
    assert!(key(10).decrypt(&Ciphertext::from_c1c3c2(&sent).expect("a ciphertext")).is_err());
}

fn exchange() {
    let (alice, bob) = (signing_key(11), signing_key(12));
    let mut rng = Generator::secret(11);
    let (initiator, r_a) = Initiator::start(&mut rng, &alice, bob.verifying_key(), 48).expect("a start");
    public(&r_a);
    let (responder, reply) =
        Responder::respond(&mut rng, &bob, alice.verifying_key(), &r_a, 48).expect("a reply");
    public(&reply);
    let (key_a, s_a) = initiator.finish(&reply).expect("a key");
    public(&s_a);
    let key_b = responder.finish(&s_a).expect("a key");
    public(&key_a[..]);
    public(&key_b[..]);
    assert_eq!(key_a, key_b);
}

fn encode() {
    let key = key(13);
    // Not PEM: base64 as compiled branches on the text (README.md, "What is not promised").
    let der = key.to_private_key_der();
    public(&der[..]);
    let again = SecretKey::from_private_key_der(&der).expect("a key");
    let bytes = key.to_bytes();
    public(&*bytes);
    assert_eq!(*again.to_bytes(), *bytes);
}

/// A tweak of secret bytes.
fn tweak(fill: u8) -> [u8; 32] {
    let mut bytes = [fill; 32];
    secret(&mut bytes);
    bytes
}

fn add_scalar() {
    let child = derive::add_scalar(&key(21), &tweak(22)).expect("a key");
    public(child.public_key());
    assert!(PublicKey::from_sec1_bytes(&child.public_key().to_sec1_bytes()).is_ok());
}

fn add_multiple() {
    let parent = *key(23).public_key();
    let child = derive::add_multiple(&parent, &tweak(24)).expect("a key");
    public(&child);
    assert!(PublicKey::from_sec1_bytes(&child.to_sec1_bytes()).is_ok());
}

fn shared_point() {
    let peer = *key(25).public_key();
    let shared = derive::shared_point(&key(26), &peer);
    public(&shared);
    assert!(PublicKey::from_sec1_bytes(shared.as_slice()).is_ok());
}
