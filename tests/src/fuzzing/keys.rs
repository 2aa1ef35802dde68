//! Keys in all their forms, keystores and signatures.

use hufu_jcs::Limits;
use hufu_keys::{
    Algorithm, AnyKey, EncryptedKey, Signature, SigningKey, VerifyingKey,
    hd::{DerivationPath, ExtendedPrivateKey, ExtendedPublicKey},
    keystore, sm2,
    stealth::{Announcement, MetaAddress},
};

use super::costs::affordable;

/// Opens every seed that is locked.
pub(super) const PASSPHRASE: &[u8] = b"passphrase";

/// A public key that was read is written and read again as itself in every form.
fn forms_of(key: &VerifyingKey) {
    assert_eq!(VerifyingKey::from_multikey(&key.to_multikey()).as_ref(), Ok(key));
    assert_eq!(VerifyingKey::from_jwk(&key.to_jwk()).as_ref(), Ok(key));
    assert_eq!(VerifyingKey::from_spki_der(&key.to_spki_der()).as_ref(), Ok(key));
    assert_eq!(VerifyingKey::from_bytes(key.algorithm(), key.as_bytes()).as_ref(), Ok(key));
}

fn private_forms_of(key: &SigningKey) {
    forms_of(&key.verifying_key());
    let again = key.to_pkcs8_der().expose(|der| SigningKey::from_pkcs8_der(der)).expect("our own PKCS#8");
    assert_eq!(again.verifying_key(), key.verifying_key());
}

/// Multikey, JWK and PEM texts.
pub(super) fn text(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let public = [VerifyingKey::from_multikey(text), VerifyingKey::from_spki_pem(text)];
    let private =
        [SigningKey::from_multikey(text), SigningKey::from_pkcs8_pem(text), SigningKey::from_ec_pem(text)];
    public.iter().flatten().for_each(forms_of);
    private.iter().flatten().for_each(private_forms_of);
    if let Ok(jwk) = hufu_jcs::parse(data, Limits::DEFAULT) {
        VerifyingKey::from_jwk(&jwk).iter().for_each(forms_of);
        SigningKey::from_jwk(&jwk).iter().for_each(private_forms_of);
    }
}

/// DER and raw bytes: the encoding of a public key in SPKI is the only one that is read.
pub(super) fn der(data: &[u8]) {
    if let Ok(key) = VerifyingKey::from_spki_der(data) {
        forms_of(&key);
    }
    let private = [SigningKey::from_pkcs8_der(data), SigningKey::from_ec_der(data)];
    private.iter().flatten().for_each(private_forms_of);
    for algorithm in Algorithm::ALL {
        if let Ok(key) = VerifyingKey::from_bytes(algorithm, data) {
            assert_eq!(key.as_bytes(), data);
            forms_of(&key);
        }
        VerifyingKey::from_sec1_bytes(algorithm, data).iter().for_each(forms_of);
    }
}

/// Extended keys, paths, meta-addresses and announcements: text and bytes have one form each.
pub(super) fn derived(data: &[u8]) {
    for algorithm in Algorithm::ALL {
        if let Ok(key) = ExtendedPrivateKey::from_bytes(algorithm, data) {
            assert!(key.to_bytes().expose(|bytes| bytes == data));
        }
        if let Ok(key) = ExtendedPublicKey::from_bytes(algorithm, data) {
            assert_eq!(key.to_bytes(), data);
        }
        if let Ok(announcement) = Announcement::from_bytes(algorithm, data) {
            assert_eq!(announcement.to_bytes(), data);
        }
        if let Ok(meta) = MetaAddress::from_bytes(algorithm, data) {
            // one key for both is read and not written
            assert!(meta.to_bytes().starts_with(data));
        }
    }
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok((key, network)) = ExtendedPrivateKey::from_xprv(text) {
        assert!(key.to_xprv(network).expect("secp256k1").expose(|again| again == text));
    }
    if let Ok((key, network)) = ExtendedPublicKey::from_xpub(text) {
        assert_eq!(key.to_xpub(network).expect("secp256k1"), text);
    }
    if let Ok(path) = text.parse::<DerivationPath>() {
        assert_eq!(path.to_string().parse(), Ok(path));
    }
    if let Ok((meta, chain)) = MetaAddress::from_uri(text) {
        assert_eq!(MetaAddress::from_uri(&meta.to_uri(&chain).expect("secp256k1")), Ok((meta, chain)));
    }
}

/// A key of any form, for what it is found to be.
pub(super) fn any(data: &[u8]) {
    let Ok((key, _)) = AnyKey::read(data) else { return };
    match &key {
        AnyKey::Public(key) => forms_of(key),
        AnyKey::Private(key) => private_forms_of(key),
        AnyKey::Encrypted(key) => encrypted_forms_of(key),
        _ => {}
    }
    let encrypted = matches!(key, AnyKey::Encrypted(_));
    assert_eq!(key.verifying_key().is_none(), encrypted);
}

fn encrypted_forms_of(key: &EncryptedKey) {
    assert_eq!(EncryptedKey::from_der(key.as_der()).as_ref(), Ok(key));
    assert_eq!(EncryptedKey::from_pem(&key.to_pem()).as_ref(), Ok(key));
    if affordable(key.as_der()) {
        key.decrypt(PASSPHRASE).iter().for_each(private_forms_of);
    }
}

/// Encrypted PKCS#8: it is its DER, and is opened if a fuzzer can pay for it.
pub(super) fn encrypted(data: &[u8]) {
    if let Ok(key) = EncryptedKey::from_der(data) {
        assert_eq!(key.as_der(), data);
        encrypted_forms_of(&key);
    }
    if let Ok(text) = std::str::from_utf8(data) {
        EncryptedKey::from_pem(text).iter().for_each(encrypted_forms_of);
    }
}

/// Ciphertexts of SM2 in every layout, to a key that is no secret here.
pub(super) fn sm2_decrypt(data: &[u8]) {
    let key = SigningKey::from_bytes(Algorithm::Sm2, &[7; 32]).expect("sevens are a key");
    for layout in [sm2::Layout::Der, sm2::Layout::C1C3C2, sm2::Layout::C1C2C3] {
        if let Ok(message) = sm2::decrypt(&key, data, layout) {
            message.expose(|message| assert!(!message.is_empty() && message.len() < data.len()));
        }
    }
}

/// A sealed keystore, opened if a fuzzer can pay for it: what is opened is what was listed.
pub(super) fn keystore(data: &[u8]) {
    let Ok(entries) = keystore::list(data) else { return };
    assert!(entries.len() <= data.len());
    if !is_fast(data) {
        return;
    }
    if let Ok(opened) = keystore::open(data, PASSPHRASE) {
        let opened: Vec<_> = opened.iter().map(|(name, key)| (name, key.verifying_key())).collect();
        assert_eq!(opened, entries.iter().map(|e| (&e.name, e.public_key.clone())).collect::<Vec<_>>());
    }
}

/// Whether a container's key derivation costs no more than that of the seeds.
fn is_fast(data: &[u8]) -> bool {
    let fast = keystore::KdfParams::dangerous_fast();
    hufu_jcs::parse(data, Limits::DEFAULT).is_ok_and(|container| {
        let kdf = &container["kdf"];
        kdf["memory_kib"].as_u64().is_some_and(|memory| memory <= fast.memory_kib().into())
            && kdf["iterations"].as_u64().is_some_and(|iterations| iterations <= fast.iterations().into())
    })
}

/// A signature has one raw form and one DER form, and no bytes are one over a message that was never signed.
pub(super) fn signatures(data: &[u8]) {
    for algorithm in Algorithm::ALL {
        let mut secret = vec![0; algorithm.private_key_len()];
        secret.fill(7);
        let key = SigningKey::from_bytes(algorithm, &secret).expect("sevens are a key of every algorithm");
        assert!(key.verifying_key().verify(b"never signed", data).is_err());
        let raw = Signature::from_bytes(algorithm, data);
        raw.iter().for_each(|signature| assert_eq!(signature.as_bytes(), data));
        let der = Signature::from_der(algorithm, data);
        der.iter().for_each(|signature| assert_eq!(signature.to_der(), data));
        for signature in [&raw, &der].into_iter().flatten() {
            assert_eq!(Signature::from_bytes(algorithm, signature.as_bytes()).as_ref(), Ok(signature));
            assert_eq!(Signature::from_der(algorithm, &signature.to_der()).as_ref(), Ok(signature));
        }
    }
}
