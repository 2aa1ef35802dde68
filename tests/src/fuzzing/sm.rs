//! SM2: keys in all their encodings, signatures, ciphertexts and the messages of the key exchange.

use std::sync::LazyLock;

use hufu_sm::sm2::{
    DistId, PasswordCipher, PasswordKdf, PasswordScheme, PreparedVerifyingKey, PublicKey, SecretKey,
    Signature, SigningKey,
    encryption::Ciphertext,
    exchange::{Initiator, Reply, Responder, Tag},
    traits::{Signer, Verifier},
};
use pkcs8::{
    EncryptedPrivateKeyInfoRef,
    der::{Encode, SecretDocument, asn1::OctetStringRef},
    pkcs5::pbes2,
};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

use super::{costs::affordable, keys::PASSPHRASE};

fn rng(seed: u8) -> ChaCha20Rng {
    ChaCha20Rng::from_seed([seed; 32])
}

fn secret(byte: u8) -> SecretKey {
    SecretKey::from_bytes(&[byte; 32]).expect("such bytes are below the order")
}

/// Every form of a public key is read as the key.
fn forms_of(key: &PublicKey) {
    assert_eq!(PublicKey::from_sec1_bytes(&key.to_sec1_bytes()).as_ref(), Ok(key));
    assert_eq!(PublicKey::from_sec1_bytes(&key.to_sec1_compressed()).as_ref(), Ok(key));
    assert_eq!(PublicKey::from_coordinates(&key.coordinates()).as_ref(), Ok(key));
    assert_eq!(PublicKey::from_spki_der(&key.to_spki_der()).as_ref(), Ok(key));
    assert_eq!(PublicKey::from_spki_pem(&key.to_spki_pem()).as_ref(), Ok(key));
}

/// The only other SPKI that is read: the uncompressed one's algorithm with a compressed point.
fn compressed_spki(key: &PublicKey) -> Vec<u8> {
    let algorithm = &key.to_spki_der()[2..23];
    [&[0x30, 0x39][..], algorithm, &[0x03, 0x22, 0x00], &key.to_sec1_compressed()].concat()
}

/// A public key has two SEC 1 forms and two SPKI forms, and no other bytes are read as it.
pub(super) fn public_key(data: &[u8]) {
    if let Ok(key) = PublicKey::from_sec1_bytes(data) {
        assert!(data == key.to_sec1_bytes() || data == key.to_sec1_compressed());
        forms_of(&key);
    }
    if let Ok(key) = PublicKey::from_spki_der(data) {
        assert!(data == key.to_spki_der() || data == compressed_spki(&key));
        forms_of(&key);
    }
    if let Ok(xy) = <&[u8; 64]>::try_from(data) {
        PublicKey::from_coordinates(xy).iter().for_each(|key| assert_eq!(key.coordinates(), *xy));
    }
    if let Ok(text) = std::str::from_utf8(data) {
        PublicKey::from_spki_pem(text).iter().for_each(forms_of);
    }
}

/// A private key that was read is written and read again as itself in every form.
fn secret_forms_of(key: &SecretKey) {
    assert_eq!(SecretKey::from_bytes(&*key.to_bytes()).as_ref(), Ok(key));
    assert_eq!(SecretKey::from_private_key_der(&key.to_private_key_der()).as_ref(), Ok(key));
    assert_eq!(SecretKey::from_private_key_pem(&key.to_private_key_pem()).as_ref(), Ok(key));
    assert_eq!(SecretKey::from_sec1_der(&key.to_sec1_der()).as_ref(), Ok(key));
    assert_eq!(SecretKey::from_sec1_pem(&key.to_sec1_pem()).as_ref(), Ok(key));
    forms_of(key.public_key());
}

/// Private keys: raw, PKCS#8, RFC 5915, and encrypted PKCS#8 whose costs a fuzzer can pay.
pub(super) fn secret_key(data: &[u8]) {
    if let Ok(key) = SecretKey::from_bytes(data) {
        assert_eq!(key.to_bytes()[..], *data);
        secret_forms_of(&key);
    }
    let mut read = vec![SecretKey::from_private_key_der(data), SecretKey::from_sec1_der(data)];
    if affordable(data) {
        read.push(SecretKey::from_encrypted_pkcs8_der(data, PASSPHRASE));
    }
    if let Ok(text) = std::str::from_utf8(data) {
        read.extend([SecretKey::from_private_key_pem(text), SecretKey::from_sec1_pem(text)]);
        if SecretDocument::from_pem(text).is_ok_and(|(_, document)| affordable(document.as_bytes())) {
            read.push(SecretKey::from_encrypted_pkcs8_pem(text, PASSPHRASE));
        }
    }
    read.iter().flatten().for_each(secret_forms_of);
}

static SIGNING: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::new(secret(7), DistId::default()));
static PREPARED: LazyLock<PreparedVerifyingKey> = LazyLock::new(|| SIGNING.verifying_key().prepare());
const MESSAGE: &[u8] = b"never signed";

/// A signature has one raw form and one DER form, and none made without the key verifies.
pub(super) fn signature(data: &[u8]) {
    let raw = Signature::from_slice(data);
    raw.iter().for_each(|signature| assert_eq!(signature.to_bytes(), data));
    let der = Signature::from_der(data);
    der.iter().for_each(|signature| assert_eq!(signature.to_der(), data));
    for signature in [raw, der].iter().flatten() {
        assert_eq!(Signature::from_der(&signature.to_der()).as_ref(), Ok(signature));
        assert!(signature.to_der().len() <= Signature::MAX_DER_BYTES);
        assert!(SIGNING.verifying_key().verify(MESSAGE, signature).is_err());
        assert!(PREPARED.verify(MESSAGE, signature).is_err());
    }
}

/// Ciphertexts in their three forms; what is decrypted is what RustCrypto decrypts.
pub(super) fn ciphertext(data: &[u8]) {
    let der = Ciphertext::from_der(data);
    der.iter().for_each(|read| assert_eq!(read.to_der(), data));
    let new = Ciphertext::from_c1c3c2(data);
    let old = Ciphertext::from_c1c2c3(data);
    assert_eq!(new.is_ok(), old.is_ok(), "one length is as good as the other");
    if let (Ok(new), Ok(old)) = (&new, &old) {
        let point = if data[0] == 4 { PublicKey::UNCOMPRESSED_BYTES } else { PublicKey::COMPRESSED_BYTES };
        let (c1, rest) = data.split_at(point);
        let c1 = PublicKey::from_sec1_bytes(c1).expect("read just now").to_sec1_bytes();
        assert_eq!(new.to_c1c3c2(), [&c1, rest].concat());
        let (c2, c3) = rest.split_at(rest.len() - 32);
        assert_eq!(old.to_c1c3c2(), [&c1, c3, c2].concat());
    }
    let theirs = sm2::pke::DecryptingKey::from_slice(&[7; 32]).expect("sevens are a key");
    for read in [der, new, old].iter().flatten() {
        let again = read.to_c1c3c2();
        assert_eq!(Ciphertext::from_c1c3c2(&again).as_ref(), Ok(read));
        assert_eq!(Ciphertext::from_der(&read.to_der()).as_ref(), Ok(read));
        let message = SIGNING.secret_key().decrypt(read);
        assert_eq!(message.as_ref().ok().map(|m| &***m), theirs.decrypt(&again).ok().as_deref());
    }
}

/// One exchange between two fixed keys with fixed ephemeral keys.
struct Exchange {
    alice: SigningKey,
    bob: SigningKey,
    r_a: PublicKey,
    reply: Reply,
    s_a: Tag,
}

static EXCHANGE: LazyLock<Exchange> = LazyLock::new(|| {
    let [alice, bob] = [8, 9].map(|byte| SigningKey::new(secret(byte), DistId::default()));
    let (initiator, r_a) = initiator(&alice, &bob);
    let (responder, reply) =
        Responder::respond(&mut rng(2), &bob, alice.verifying_key(), &r_a, 16).expect("a good R_A");
    let (key, s_a) = initiator.finish(&reply).expect("a good reply");
    assert_eq!(responder.finish(&s_a).expect("a good tag"), key);
    Exchange { alice, bob, r_a, reply, s_a }
});

fn initiator(alice: &SigningKey, bob: &SigningKey) -> (Initiator, PublicKey) {
    Initiator::start(&mut rng(1), alice, bob.verifying_key(), 16).expect("16 bytes are a key")
}

/// Each of the three messages: only the peer's own is confirmed.
pub(super) fn exchange(data: &[u8]) {
    let Exchange { alice, bob, r_a, reply, s_a } = &*EXCHANGE;
    if let Ok(point) = PublicKey::from_sec1_bytes(data)
        && let Ok((responder, answer)) =
            Responder::respond(&mut rng(2), bob, alice.verifying_key(), &point, 16)
    {
        assert_eq!(answer == *reply, point == *r_a);
        assert_eq!(responder.finish(s_a).is_ok(), point == *r_a);
    }
    if let Some((point, tag)) = data.split_last_chunk()
        && let Ok(ephemeral) = PublicKey::from_sec1_bytes(point)
    {
        let found = Reply { ephemeral, tag: *tag };
        assert_eq!(initiator(alice, bob).0.finish(&found).is_ok(), found == *reply);
    }
    if let Ok(tag) = Tag::try_from(data) {
        let (responder, _) = Responder::respond(&mut rng(2), bob, alice.verifying_key(), r_a, 16)
            .expect("the honest R_A is a good one");
        assert_eq!(responder.finish(&tag).is_ok(), tag == *s_a);
    }
}

pub(super) fn seeds(name: &str) -> Vec<Vec<u8>> {
    let (key, public) = (SIGNING.secret_key(), SIGNING.secret_key().public_key());
    match name {
        "sm2_public_key" => vec![
            public.to_sec1_bytes().to_vec(),
            public.to_sec1_compressed().to_vec(),
            public.coordinates().to_vec(),
            public.to_spki_der(),
            compressed_spki(public),
            public.to_spki_pem().into_bytes(),
        ],
        "sm2_secret_key" => {
            let mut seeds = vec![
                key.to_bytes().to_vec(),
                key.to_private_key_der().to_vec(),
                key.to_sec1_der().to_vec(),
                key.to_private_key_pem().as_bytes().to_vec(),
                key.to_sec1_pem().as_bytes().to_vec(),
            ];
            seeds.extend(encrypted_keys());
            seeds
        }
        "sm2_signature" => {
            let signature = SIGNING.sign(b"signed");
            vec![signature.to_bytes().to_vec(), signature.to_der(), vec![1; 64]]
        }
        "sm2_ciphertext" => {
            [&b"message"[..], b"a message that is longer than a block of the hash function is"]
                .iter()
                .flat_map(|message| {
                    let ciphertext = public.encrypt(&mut rng(4), message).expect("encrypts");
                    let raw = ciphertext.to_c1c3c2();
                    let older = [&raw[..65], &raw[97..], &raw[65..97]].concat();
                    let c1 = PublicKey::from_sec1_bytes(&raw[..65]).expect("our own point");
                    let compressed = [&c1.to_sec1_compressed()[..], &raw[65..]].concat();
                    [ciphertext.to_der(), raw, older, compressed]
                })
                .collect()
        }
        "sm2_exchange" => {
            let Exchange { r_a, reply, s_a, .. } = &*EXCHANGE;
            vec![
                r_a.to_sec1_bytes().to_vec(),
                r_a.to_sec1_compressed().to_vec(),
                [&reply.ephemeral.to_sec1_bytes()[..], &reply.tag].concat(),
                s_a.to_vec(),
            ]
        }
        _ => Vec::new(),
    }
}

/// The key, locked at little cost, in every scheme that is read.
pub(super) fn encrypted_keys() -> Vec<Vec<u8>> {
    let key = SIGNING.secret_key();
    let mut seeds = vec![
        key.to_encrypted_pkcs8_der(&mut rng(3), PASSPHRASE, 2).expect("encrypts"),
        key.to_encrypted_pkcs8_pem(&mut rng(3), PASSPHRASE, 2).expect("encrypts").into_bytes(),
    ];
    let national =
        PasswordScheme { kdf: PasswordKdf::Pbkdf2Sm3 { iterations: 2 }, cipher: PasswordCipher::Sm4Cbc };
    seeds.push(key.to_encrypted_pkcs8_der_with(&mut rng(3), PASSPHRASE, &national).expect("encrypts"));
    seeds.extend(other_schemes(key));
    seeds
}

/// scrypt, and AES of other sizes.
fn other_schemes(key: &SecretKey) -> Vec<Vec<u8>> {
    let costs = pkcs8::pkcs5::scrypt::Params::new(4, 1, 1).expect("small costs");
    [
        pbes2::Parameters::generate_scrypt_aes256cbc(costs, &[1; 16], [2; 16]),
        pbes2::Parameters::generate_scrypt_aes128cbc(costs, &[1; 16], [2; 16]),
        pbes2::Parameters::generate_pbkdf2_sha256_aes128cbc(3, &[1; 16], [2; 16]),
    ]
    .into_iter()
    .map(|parameters| {
        let parameters = parameters.expect("good parameters");
        let data = parameters.encrypt(PASSPHRASE, &key.to_private_key_der()).expect("encrypts");
        let encrypted_data = OctetStringRef::new(&data).expect("a short string");
        EncryptedPrivateKeyInfoRef { encryption_algorithm: parameters.into(), encrypted_data }
            .to_der()
            .expect("it has a DER form")
    })
    .collect()
}

/// That the seeds are what they are meant to be: private keys of every scheme open.
#[cfg(test)]
mod tests {
    use super::*;
    use pkcs8::der::Decode;

    #[test]
    fn every_seed_of_a_private_key_is_read() {
        for seed in seeds("sm2_secret_key") {
            let text = std::str::from_utf8(&seed).unwrap_or_default();
            let read = [
                SecretKey::from_bytes(&seed),
                SecretKey::from_private_key_der(&seed),
                SecretKey::from_sec1_der(&seed),
                SecretKey::from_encrypted_pkcs8_der(&seed, PASSPHRASE),
                SecretKey::from_private_key_pem(text),
                SecretKey::from_sec1_pem(text),
                SecretKey::from_encrypted_pkcs8_pem(text, PASSPHRASE),
            ];
            assert_eq!(read.iter().flatten().count(), 1, "{seed:02x?}");
            if EncryptedPrivateKeyInfoRef::from_der(&seed).is_ok() {
                assert!(affordable(&seed));
            }
        }
    }
}
