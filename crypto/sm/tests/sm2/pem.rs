//! PEM as OpenSSL writes it, with what stands around the key, and files that are refused with the reason.

use crate::common::fresh_rng;
use crate::encodings::openssl;
use hufu_sm::sm2::{Error, PublicKey, SecretKey};

fn key() -> SecretKey {
    SecretKey::from_bytes(&[3; 32]).unwrap()
}

#[test]
fn what_openssl_writes_around_a_key_is_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let text = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    // The curve's name in a block of its own.
    let Some(made) = openssl(folder, "ecparam -name SM2 -genkey -out k.pem") else { return };
    assert!(made && text("k.pem").contains("PARAMETERS"));
    let key = SecretKey::from_private_key_pem(&text("k.pem")).unwrap();
    let run = |arguments: &str| assert_eq!(openssl(folder, arguments), Some(true), "{arguments}");
    // The same before an RFC 5915 key.
    run("ec -in k.pem -out sec1.pem");
    let parameters =
        text("k.pem").split_inclusive("-----END SM2 PARAMETERS-----\n").next().unwrap().to_owned();
    assert_eq!(SecretKey::from_sec1_pem(&(parameters + &text("sec1.pem"))).unwrap(), key);
    // The numbers in hexadecimal after the key, or before it.
    run("pkey -in k.pem -text -out text.pem");
    assert!(text("text.pem").contains("priv:"));
    assert_eq!(SecretKey::from_private_key_pem(&text("text.pem")).unwrap(), key);
    run("ec -in k.pem -text -out ec-text.pem");
    assert_eq!(SecretKey::from_sec1_pem(&text("ec-text.pem")).unwrap(), key);
    run("pkey -in k.pem -pubout -text -out pub-text.pem");
    assert_eq!(PublicKey::from_spki_pem(&text("pub-text.pem")).unwrap(), *key.public_key());
}

#[test]
fn text_around_a_block_is_passed_over() {
    let pem = key().to_private_key_pem();
    for (name, text) in [
        ("CRLF", pem.replace('\n', "\r\n")),
        ("no newline at the end", pem.trim_end().to_owned()),
        ("newlines at the end", format!("{}\n\n", *pem)),
        ("a newline at the start", format!("\n{}", *pem)),
        ("text before", format!("my key: the good one\n{}", *pem)),
        ("text after", format!("{}bye\n", *pem)),
        ("a byte order mark", format!("\u{feff}{}", *pem)),
    ] {
        assert_eq!(SecretKey::from_private_key_pem(&text).as_ref(), Ok(&key()), "{name}");
    }
    let locked = key().to_encrypted_pkcs8_pem(&mut fresh_rng("around"), b"x", 1).unwrap();
    let locked = format!("Bag Attributes\n    friendlyName: key\n{locked}\n");
    assert_eq!(SecretKey::from_encrypted_pkcs8_pem(&locked, b"x"), Ok(key()));
}

#[test]
fn files_that_are_not_one_key_are_refused_with_the_reason() {
    let (pem, public) = (key().to_private_key_pem(), key().public_key().to_spki_pem());
    let parameters = "-----BEGIN SM2 PARAMETERS-----\nBggqgRzPVQGCLQ==\n-----END SM2 PARAMETERS-----\n";
    let certificate = public.replace("PUBLIC KEY", "CERTIFICATE");
    let old = "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA\n-----END EC PRIVATE KEY-----\n";
    let end = "-----END PRIVATE KEY-----";
    let cases: &[(&str, String, &str)] = &[
        ("empty", String::new(), "it holds no PEM block"),
        ("text", "no PEM at all".into(), "it holds no PEM block"),
        ("parameters alone", parameters.into(), "it holds no PEM block"),
        ("a boundary within a line", format!("x{}", pem.trim_end()), "it holds no PEM block"),
        ("a beginning alone", "-----BEGIN PRIVATE KEY-----\n".into(), "a PEM block has no end"),
        ("cut before its end", pem.replace(end, ""), "a PEM block has no end"),
        ("a block within a block", format!("{}{}", pem.replace(end, ""), *pem), "a PEM block has no end"),
        ("another label at the end", pem.replace(end, "-----END PUBLIC KEY-----"), "another label"),
        ("two keys", format!("{0}{0}", *pem), "it holds more than one key"),
        ("both halves", format!("{}{public}", *pem), "it holds more than one key"),
        ("a certificate beside it", format!("{}{certificate}", *pem), "another PEM block beside the key"),
        ("a certificate", certificate.clone(), "its PEM label is another one"),
        ("a public key", public, "it is a public key"),
        ("the older encryption", old.into(), "Proc-Type: 4,ENCRYPTED"),
        ("no base64", pem.replacen("MIGH", "MI!H", 1), "does not hold base64 of one DER value"),
        (
            "no contents",
            format!("-----BEGIN PRIVATE KEY-----\n{end}\n"),
            "does not hold base64 of one DER value",
        ),
        ("DER cut", pem.replacen("MIGH", "MIGG", 1), "does not hold base64 of one DER value"),
    ];
    for (name, text, reason) in cases {
        let error = SecretKey::from_private_key_pem(text).unwrap_err();
        assert!(
            matches!(error, Error::Encoding { .. }) && error.to_string().contains(reason),
            "{name}: {error}"
        );
        assert!(error.to_string().starts_with("not a PKCS#8 private key: "), "{name}: {error}");
        assert!(
            SecretKey::from_sec1_pem(text).is_err()
                && PublicKey::from_spki_pem(&format!("{text}{text}")).is_err()
        );
    }
    let error = SecretKey::from_sec1_pem("").unwrap_err().to_string();
    assert!(error.starts_with("not an RFC 5915 EC private key: "), "{error}");
}
