//! Bytes that must not change: who has stored them reads them again with the next version.

use crate::common::{Script, Stuck, unhex};
use hufu_sm::sm2::encryption::Ciphertext;
use hufu_sm::sm2::traits::{RandomizedSigner, Signer, Verifier};
use hufu_sm::sm2::{DistId, PublicKey, SecretKey, Signature, SigningKey};
use serde_json::{Value, json};

const FROZEN: &str = include_str!("frozen.json");

fn key() -> SigningKey {
    SigningKey::new(SecretKey::from_bytes(&[0x42; 32]).unwrap(), DistId::default())
}

#[test]
fn frozen_bytes() {
    let frozen: Value = serde_json::from_str(FROZEN).unwrap();
    let text = |name: &str| frozen[name].as_str().unwrap_or_else(|| panic!("{name}")).to_owned();
    let key = key();
    let secret = key.secret_key();
    let deterministic = key.sign(b"message digest");
    let hedged = key.sign_with_rng(&mut Stuck(0xa5), b"message digest");
    let random = "a5".repeat(32);
    let sent = secret.public_key().encrypt(&mut Script::new(&[&random]), b"encryption standard").unwrap();
    let file = secret.to_encrypted_pkcs8_der(&mut Stuck(0xa5), b"password", 2048).unwrap();
    let now = json!({
        "public_uncompressed": hex::encode(secret.public_key().to_sec1_bytes()),
        "public_compressed": hex::encode(secret.public_key().to_sec1_compressed()),
        "spki": hex::encode(secret.public_key().to_spki_der()),
        "pkcs8": hex::encode(&secret.to_private_key_der()[..]),
        "rfc5915": hex::encode(&secret.to_sec1_der()[..]),
        "z": hex::encode(key.verifying_key().z()),
        "signature_deterministic": hex::encode(deterministic.to_bytes()),
        "signature_deterministic_der": hex::encode(deterministic.to_der()),
        "signature_hedged_a5": hex::encode(hedged.to_bytes()),
        "ciphertext_a5": hex::encode(sent.to_c1c3c2()),
        "ciphertext_a5_der": hex::encode(sent.to_der()),
        "encrypted_pkcs8_a5": hex::encode(file),
    });
    assert_eq!(now, frozen, "{now:#}");

    // And read again.
    let public = PublicKey::from_sec1_bytes(&unhex(&text("public_compressed"))).unwrap();
    assert_eq!(PublicKey::from_spki_der(&unhex(&text("spki"))).unwrap(), public);
    assert_eq!(SecretKey::from_private_key_der(&unhex(&text("pkcs8"))).unwrap(), *secret);
    assert_eq!(SecretKey::from_sec1_der(&unhex(&text("rfc5915"))).unwrap(), *secret);
    let opened =
        SecretKey::from_encrypted_pkcs8_der(&unhex(&text("encrypted_pkcs8_a5")), b"password").unwrap();
    assert_eq!(opened, *secret);
    let signature = Signature::from_der(&unhex(&text("signature_deterministic_der"))).unwrap();
    key.verifying_key().verify(b"message digest", &signature).unwrap();
    let sent = Ciphertext::from_der(&unhex(&text("ciphertext_a5_der"))).unwrap();
    assert_eq!(secret.decrypt(&sent).unwrap()[..], *b"encryption standard");
}
