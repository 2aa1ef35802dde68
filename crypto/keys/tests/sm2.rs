//! What SM2 has beside signatures under the default identifier.

mod common;

use common::rng;
use hufu_keys::sm2::{
    Layout, MAX_ID_BYTES, MAX_PLAINTEXT_BYTES, decrypt, encrypt, sign_with_id, verify_with_id,
};
use hufu_keys::{Algorithm, Error, SigningKey};

fn key(algorithm: Algorithm) -> SigningKey {
    SigningKey::generate(algorithm, &mut rng(1))
}

/// A signature that other software made under an identifier of its own.
#[test]
fn a_published_signature_verifies_under_its_identifier() {
    let Some(text) = common::vectors("sm/sm2_sig.vec") else { return };
    let (_, recommended) = text.split_once("Oid = 1.2.156.10197.1.301").unwrap();
    let field = |name: &str| {
        let line = recommended.lines().find(|l| l.starts_with(name)).unwrap();
        line.split_once('=').unwrap().1.trim().trim_start_matches("0x").to_owned()
    };
    let bytes = |name: &str| hex::decode(field(name)).unwrap();
    let key = SigningKey::from_bytes(Algorithm::Sm2, &bytes("x")).unwrap();
    let public = key.verifying_key();
    let id = field("Ident");
    verify_with_id(&public, &id, &bytes("Msg"), &bytes("Signature")).unwrap();
    assert_eq!(
        verify_with_id(&public, "another", &bytes("Msg"), &bytes("Signature")),
        Err(Error::Verification)
    );
}

#[test]
fn identifiers_count_and_are_bounded() {
    let key = key(Algorithm::Sm2);
    let public = key.verifying_key();
    let longest = "i".repeat(MAX_ID_BYTES);
    for id in ["alice", "", Algorithm::SM2_ID, &longest] {
        let signature = sign_with_id(&key, id, b"m").unwrap();
        verify_with_id(&public, id, b"m", signature.as_bytes()).unwrap();
        assert_eq!(verify_with_id(&public, "bob", b"m", signature.as_bytes()), Err(Error::Verification));
        assert_eq!(verify_with_id(&public, id, b"n", signature.as_bytes()), Err(Error::Verification));
        assert_eq!(public.verify(b"m", signature.as_bytes()).is_ok(), id == Algorithm::SM2_ID);
    }
    let too_long = format!("{longest}i");
    assert!(matches!(sign_with_id(&key, &too_long, b"m"), Err(Error::Sm2Id { .. })));
    assert!(matches!(verify_with_id(&public, &too_long, b"m", &[1; 64]), Err(Error::Sm2Id { .. })));
    for signature in [&[][..], &[0; 64], &[0xff; 64], &[1; 63], &[1; 65]] {
        assert_eq!(verify_with_id(&public, "alice", b"m", signature), Err(Error::Verification));
    }
}

#[test]
fn other_algorithms_are_refused_by_name() {
    for algorithm in Algorithm::ALL.into_iter().filter(|a| *a != Algorithm::Sm2) {
        let (key, public) = (key(algorithm), key(algorithm).verifying_key());
        let only = |error: Error| assert!(matches!(error, Error::Sm2Only { .. }), "{algorithm}: {error}");
        only(sign_with_id(&key, "alice", b"m").unwrap_err());
        only(verify_with_id(&public, "alice", b"m", &[1; 64]).unwrap_err());
        only(encrypt(&public, b"m", Layout::Der, &mut rng(2)).unwrap_err());
        only(decrypt(&key, b"c", Layout::Der).unwrap_err());
    }
}

/// GB/T 32918.5-2017 Annex C.
#[test]
fn the_annex_decrypts() {
    let Some(annex) = common::json("sm/gbt32918_5_annex.json") else { return };
    let annex = &annex["encryption"];
    let bytes = |name: &str| hex::decode(annex[name].as_str().unwrap()).unwrap();
    let key = SigningKey::from_bytes(Algorithm::Sm2, &bytes("d")).unwrap();
    let ciphertext = bytes("C1C3C2");
    let message = annex["msg"].as_str().unwrap().as_bytes();
    assert!(decrypt(&key, &ciphertext, Layout::C1C3C2).unwrap().expose(|m| m == message));
    let (c1, rest) = ciphertext.split_at(65);
    let (c3, c2) = rest.split_at(32);
    assert!(decrypt(&key, &[c1, c2, c3].concat(), Layout::C1C2C3).unwrap().expose(|m| m == message));
    eprintln!("GB/T 32918.5 Annex C: 1 ciphertext");
}

#[test]
fn what_is_encrypted_decrypts_and_every_changed_bit_is_noticed() {
    let key = key(Algorithm::Sm2);
    let public = key.verifying_key();
    for length in [1, 31, 32, 33, 1000] {
        let message = vec![0x5a; length];
        for layout in [Layout::Der, Layout::C1C3C2] {
            let ciphertext = encrypt(&public, &message, layout, &mut rng(2)).unwrap();
            assert!(decrypt(&key, &ciphertext, layout).unwrap().expose(|m| *m == message), "{length}");
        }
    }
    for layout in [Layout::Der, Layout::C1C3C2] {
        let ciphertext = encrypt(&public, b"two halves", layout, &mut rng(2)).unwrap();
        let refused = |bytes: &[u8]| {
            let error = decrypt(&key, bytes, layout).unwrap_err();
            assert!(matches!(error, Error::Decryption | Error::Sm2Ciphertext(_)), "{error}");
        };
        for bit in 0..ciphertext.len() * 8 {
            let mut altered = ciphertext.clone();
            altered[bit / 8] ^= 1 << (bit % 8);
            refused(&altered);
        }
        for cut in 0..ciphertext.len() {
            refused(&ciphertext[..cut]);
        }
        refused(&[&ciphertext[..], &[0]].concat());
        let stranger = SigningKey::generate(Algorithm::Sm2, &mut rng(9));
        assert_eq!(decrypt(&stranger, &ciphertext, layout).unwrap_err(), Error::Decryption);
    }
    let der = encrypt(&public, b"two halves", Layout::Der, &mut rng(2)).unwrap();
    for other in [Layout::C1C3C2, Layout::C1C2C3] {
        assert!(matches!(decrypt(&key, &der, other), Err(Error::Sm2Ciphertext(_))), "another layout");
    }
    let raw = encrypt(&public, b"two halves", Layout::C1C3C2, &mut rng(2)).unwrap();
    assert!(matches!(decrypt(&key, &raw, Layout::Der), Err(Error::Sm2Ciphertext(_))), "another layout");
    let mut last = raw.clone();
    *last.last_mut().unwrap() ^= 1;
    assert_eq!(decrypt(&key, &last, Layout::C1C3C2).unwrap_err(), Error::Decryption);
}

#[test]
fn what_is_not_encrypted() {
    let public = key(Algorithm::Sm2).verifying_key();
    let said = |message: &[u8], layout| {
        let Err(Error::Sm2Message(reason)) = encrypt(&public, message, layout, &mut rng(2)) else {
            panic!("refused");
        };
        reason
    };
    assert!(said(b"", Layout::Der).contains("empty"));
    assert!(said(b"m", Layout::C1C2C3).contains("reading only"));
    assert!(said(&vec![0; MAX_PLAINTEXT_BYTES + 1], Layout::Der).contains("16 MiB"));
}
