//! A key of any form is recognised as what it is, and nothing else is.

mod common;

use common::rng;
use hufu_keys::{Algorithm, AnyKey, Encoding, Error, MAX_KEY_BYTES, SigningKey};
use proptest::prelude::*;

fn key(algorithm: Algorithm) -> SigningKey {
    SigningKey::generate(algorithm, &mut rng(1))
}

#[test]
fn every_form_of_every_algorithm() {
    for algorithm in Algorithm::ALL {
        let key = key(algorithm);
        let public = key.verifying_key();
        let mut private_forms = vec![
            (Encoding::Pem, key.to_pkcs8_pem().expose(|t| t.as_bytes().to_vec())),
            (Encoding::Der, key.to_pkcs8_der().expose(Clone::clone)),
            (Encoding::Jwk, key.to_jwk().expose(|t| t.as_bytes().to_vec())),
            (Encoding::Multikey, key.to_multikey().expose(|t| t.as_bytes().to_vec())),
        ];
        if let (Some(pem), Some(der)) = (key.to_ec_pem(), key.to_ec_der()) {
            private_forms.push((Encoding::Sec1Pem, pem.expose(|t| t.as_bytes().to_vec())));
            private_forms.push((Encoding::Sec1Der, der.expose(Clone::clone)));
        } else {
            assert_eq!(algorithm, Algorithm::Ed25519, "only Ed25519 has no SEC1 form");
        }
        for (encoding, bytes) in private_forms {
            let (found, form) = AnyKey::read(&bytes).unwrap();
            let AnyKey::Private(found) = found else { panic!("{algorithm} {encoding}: {found:?}") };
            assert!(found.to_bytes().ct_eq(&key.to_bytes()), "{algorithm} {encoding}");
            assert_eq!(form, encoding);
        }
        for (encoding, bytes) in [
            (Encoding::Pem, public.to_spki_pem().into_bytes()),
            (Encoding::Der, public.to_spki_der()),
            (Encoding::Jwk, public.to_jwk().to_string().into_bytes()),
            (Encoding::Multikey, public.to_multikey().into_bytes()),
        ] {
            let (found, form) = AnyKey::read(&bytes).unwrap();
            assert!(matches!(&found, AnyKey::Public(found) if *found == public), "{algorithm} {encoding}");
            assert_eq!((form, found.verifying_key()), (encoding, Some(public.clone())));
        }
        let sealed = key.to_encrypted_pkcs8(b"x", &mut rng(2)).unwrap();
        for (encoding, bytes) in
            [(Encoding::Pem, sealed.to_pem().into_bytes()), (Encoding::Der, sealed.as_der().to_vec())]
        {
            let (found, form) = AnyKey::read(&bytes).unwrap();
            assert!(matches!(&found, AnyKey::Encrypted(found) if *found == sealed));
            assert_eq!((form, found.verifying_key()), (encoding, None));
        }
    }
}

#[test]
fn white_space_around_text_and_parameters_before_a_key_are_no_part_of_it() {
    let key = key(Algorithm::P256);
    let multikey = format!("\n {}\r\n", key.verifying_key().to_multikey());
    assert!(matches!(AnyKey::read(multikey.as_bytes()), Ok((AnyKey::Public(_), Encoding::Multikey))));
    let ec = key.to_ec_pem().unwrap().expose(Clone::clone);
    let with_parameters =
        format!("-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n{ec}");
    assert!(matches!(AnyKey::read(with_parameters.as_bytes()), Ok((AnyKey::Private(_), Encoding::Sec1Pem))));
    let windows = ec.replace('\n', "\r\n");
    assert!(matches!(AnyKey::read(windows.as_bytes()), Ok((AnyKey::Private(_), Encoding::Sec1Pem))));
}

/// RFC 7468 §2 asks readers to take what others write: Java's MIME encoder has lines of 76 characters, some have one line.
#[test]
fn pem_lines_of_any_length_and_white_space_are_read() {
    let key = key(Algorithm::Sm2);
    let pem = key.to_pkcs8_pem().expose(Clone::clone);
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    for (columns, end) in [(1, "\n"), (32, "\r\n"), (63, " \n"), (76, "\n"), (4096, "\n\n")] {
        let lines: Vec<&str> =
            body.as_bytes().chunks(columns).map(|line| std::str::from_utf8(line).unwrap()).collect();
        let text =
            format!("-----BEGIN PRIVATE KEY-----{end}{}{end}-----END PRIVATE KEY-----\n", lines.join(end));
        let (found, encoding) = AnyKey::read(text.as_bytes()).unwrap();
        assert_eq!(encoding, Encoding::Pem);
        assert_eq!(found.verifying_key(), Some(key.verifying_key()), "{columns} columns");
        assert!(matches!(found, AnyKey::Private(_)));
    }
    for broken in
        [format!("{body}="), body.replacen('M', "-", 1), body.replacen('M', "\u{ff2d}", 1), String::new()]
    {
        let text = format!("-----BEGIN PRIVATE KEY-----\n{broken}\n-----END PRIVATE KEY-----\n");
        assert!(AnyKey::read(text.as_bytes()).is_err(), "{broken}");
    }
}

#[test]
fn what_is_no_key_is_named() {
    let said = |bytes: &[u8]| AnyKey::read(bytes).unwrap_err().to_string();
    let pem = key(Algorithm::P384).to_pkcs8_pem().expose(Clone::clone);
    let der = key(Algorithm::P384).to_pkcs8_der().expose(Clone::clone);
    for (bytes, words) in [
        (&b""[..], "empty"),
        (b" \n\t", "empty"),
        (b"hello", "neither"),
        (&[0xff; 40], "neither"),
        (b"{", "not acceptable JSON"),
        (b"{\"kty\":\"EC\",\"kty\":\"EC\"}", "not acceptable JSON"),
        (b"{}", "kty"),
        (b"zzzz0", "Multikey"),
        (&[0x30], "DER"),
        (&[0x30, 0x03, 0x02, 0x01, 0x00], "DER"),
        (&[0x30, 0x06, 0x02, 0x01, 0x01, 0x02, 0x01, 0x01], "no structure"),
        (&der[..der.len() - 1], "cut short"),
        (&pem.as_bytes()[..pem.len() - 30], "PEM block is cut short"),
        (b"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n", "CERTIFICATE"),
        (
            b"-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n",
            "no PEM block of a key",
        ),
        (b"-----BEGIN x", "has no label"),
        (
            b"-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA\n-----END OPENSSH PRIVATE KEY-----\n",
            "OPENSSH PRIVATE KEY",
        ),
        (
            b"-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,BA17\n\nMAA=\n\
              -----END EC PRIVATE KEY-----\n",
            "openssl pkcs8 -topk8",
        ),
        (&[b'z'; MAX_KEY_BYTES + 1], "longer than any key"),
    ] {
        let said = said(bytes);
        assert!(said.contains(words), "{words}: {said}");
    }
    let two = format!("{pem}{pem}");
    assert!(said(two.as_bytes()).contains("several PEM blocks"), "two keys");
    for around in [
        format!("Bag Attributes\n  friendlyName: x\n{pem}"),
        format!("{pem}Private-Key: (384 bit)\n"),
        format!("zz\r\n{pem}\n\n"),
    ] {
        assert!(
            matches!(AnyKey::read(around.as_bytes()), Ok((AnyKey::Private(_), Encoding::Pem))),
            "{around}"
        );
    }
    assert!(AnyKey::read(&[&der[..], &[0]].concat()).is_err(), "a trailing byte");
}

/// An error may name a place, not repeat what stands there.
#[test]
fn no_error_repeats_a_secret() {
    let jwk = key(Algorithm::Ed25519).to_jwk().expose(Clone::clone);
    let d = serde_json::from_str::<serde_json::Value>(&jwk).unwrap()["d"].as_str().unwrap().to_owned();
    for broken in [
        jwk.replace("\"}", ""),
        jwk.replace("\"d\"", "\"kty\""),
        jwk.replace("\"d\":\"", "\"d\":"),
        jwk.replace("}", "}}"),
    ] {
        let error = AnyKey::read(broken.as_bytes()).unwrap_err();
        let said = format!("{error} {error:?}");
        assert!(!said.contains(&d[4..12]), "{said}");
    }
}

proptest! {
    #[test]
    fn nothing_makes_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = AnyKey::read(&bytes);
        let _ = AnyKey::read(&[&[0x30, 0x20, 0x30, 0x03], &bytes[..]].concat());
    }

    #[test]
    fn nor_a_changed_byte(position in any::<proptest::sample::Index>(), byte in any::<u8>()) {
        for algorithm in Algorithm::ALL {
            let key = key(algorithm);
            for mut bytes in [
                key.to_pkcs8_pem().expose(|t| t.as_bytes().to_vec()),
                key.to_pkcs8_der().expose(Clone::clone),
                key.to_jwk().expose(|t| t.as_bytes().to_vec()),
            ] {
                let at = position.index(bytes.len());
                bytes[at] = byte;
                if let Err(error) = AnyKey::read(&bytes) {
                    prop_assert!(!matches!(error, Error::Verification));
                }
            }
        }
    }
}
