//! Keys in all their forms, keystores and signatures.

use hufu_jcs::Limits;
use hufu_keys::{
    Algorithm, SigningKey, VerifyingKey,
    hd::{DerivationPath, ExtendedPrivateKey, ExtendedPublicKey},
    keystore,
    stealth::{Announcement, MetaAddress},
};

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

/// A sealed keystore; the cost of its key derivation is bounded by the reader, not by the file.
pub(super) fn keystore(data: &[u8]) {
    // Opening costs what the file asks for, up to the reader's bound: too slow for a fuzzer. Listing reads the
    // same container.
    if let Ok(entries) = keystore::list(data) {
        assert!(entries.len() <= data.len());
    }
}

/// No bytes are a signature by a key over a message that it never signed.
pub(super) fn signatures(data: &[u8]) {
    for algorithm in Algorithm::ALL {
        let mut secret = vec![0; algorithm.private_key_len()];
        secret.fill(7);
        let key = SigningKey::from_bytes(algorithm, &secret).expect("sevens are a key of every algorithm");
        assert!(key.verifying_key().verify(b"never signed", data).is_err());
    }
}
