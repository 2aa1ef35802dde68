//! Keys in DER and PEM: both directions with the `openssl` command, and malformed files by name.

use crate::common::fresh_rng;
use hufu_sm::sm2::{Error, PublicKey, SecretKey};
use std::path::Path;
use std::process::Command;

/// Runs `openssl` in `folder`; nothing if it is not installed, which is a failure under CI.
pub(crate) fn openssl(folder: &Path, arguments: &str) -> Option<bool> {
    match Command::new("openssl").args(arguments.split(' ')).current_dir(folder).output() {
        Ok(output) => {
            if !output.status.success() {
                eprintln!("openssl {arguments}: {}", String::from_utf8_lossy(&output.stderr));
            }
            Some(output.status.success())
        }
        Err(error) if std::env::var("CI").is_ok_and(|ci| ci == "true") => panic!("openssl: {error}"),
        Err(error) => {
            eprintln!("skipped, no openssl: {error}");
            None
        }
    }
}

#[test]
fn files_cross_over_with_openssl() {
    let mut rng = fresh_rng("openssl files");
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let text = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let bytes = |name: &str| std::fs::read(folder.join(name)).unwrap();
    let write = |name: &str, contents: &[u8]| std::fs::write(folder.join(name), contents).unwrap();
    for _ in 0..3 {
        // What OpenSSL makes.
        let Some(made) = openssl(folder, "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:SM2 -out k.pem")
        else {
            return;
        };
        assert!(made);
        let key = SecretKey::from_private_key_pem(&text("k.pem")).unwrap();
        assert_eq!(*key.to_private_key_pem(), text("k.pem"), "PKCS#8, byte for byte");
        let run = |arguments: &str| assert_eq!(openssl(folder, arguments), Some(true), "{arguments}");
        run("pkcs8 -topk8 -nocrypt -in k.pem -outform DER -out k.der");
        assert_eq!(*key.to_private_key_der(), bytes("k.der"));
        run("pkey -in k.pem -pubout -out p.pem");
        assert_eq!(key.public_key().to_spki_pem(), text("p.pem"), "SPKI, byte for byte");
        run("pkey -in k.pem -pubout -outform DER -out p.der");
        assert_eq!(PublicKey::from_spki_der(&bytes("p.der")).unwrap(), *key.public_key());
        run("ec -in k.pem -out sec1.pem");
        assert_eq!(SecretKey::from_sec1_pem(&text("sec1.pem")).unwrap(), key);
        run("ec -in k.pem -outform DER -out sec1.der");
        assert_eq!(*key.to_sec1_der(), bytes("sec1.der"), "RFC 5915, byte for byte");
        run("ec -in k.pem -no_public -out sec1-private.pem");
        assert_eq!(SecretKey::from_sec1_pem(&text("sec1-private.pem")).unwrap(), key);
        run("ec -in k.pem -pubout -conv_form compressed -out compressed.pem");
        assert_eq!(PublicKey::from_spki_pem(&text("compressed.pem")).unwrap(), *key.public_key());
        for options in [
            "",
            " -v2 aes-128-cbc",
            " -v2 aes-192-cbc",
            " -v2prf hmacWithSHA512",
            " -iter 100000",
            " -scrypt",
            " -v2 sm4-cbc",
            " -v2 sm4-cbc -v2prf hmacWithSHA384",
            " -scrypt -v2 sm4-cbc",
        ] {
            run(&format!("pkcs8 -topk8 -in k.pem -passout pass:secret{options} -out e.pem"));
            assert_eq!(
                SecretKey::from_encrypted_pkcs8_pem(&text("e.pem"), b"secret").unwrap(),
                key,
                "{options}"
            );
            let wrong = SecretKey::from_encrypted_pkcs8_pem(&text("e.pem"), b"Secret");
            assert_eq!(wrong.unwrap_err(), Error::Password, "{options}");
        }

        // What we make.
        let ours = SecretKey::generate(&mut rng).unwrap();
        write("ours.pem", ours.to_private_key_pem().as_bytes());
        run("pkey -in ours.pem -pubout -out derived.pem");
        assert_eq!(text("derived.pem"), ours.public_key().to_spki_pem());
        write("ours-sec1.pem", ours.to_sec1_pem().as_bytes());
        run("pkey -in ours-sec1.pem -pubout -out derived.pem");
        assert_eq!(text("derived.pem"), ours.public_key().to_spki_pem());
        write("ours-e.pem", ours.to_encrypted_pkcs8_pem(&mut rng, b"secret", 10_000).unwrap().as_bytes());
        run("pkey -in ours-e.pem -passin pass:secret -pubout -out derived.pem");
        assert_eq!(text("derived.pem"), ours.public_key().to_spki_pem());
        assert_eq!(openssl(folder, "pkey -in ours-e.pem -passin pass:other -noout"), Some(false));
    }
    // Explicit parameters let the sender choose the generator.
    if openssl(folder, "ecparam -name SM2 -genkey -noout -param_enc explicit -out x.pem") == Some(true) {
        assert!(SecretKey::from_private_key_pem(&text("x.pem")).is_err());
        assert!(SecretKey::from_sec1_pem(&text("x.pem")).is_err());
    }
    // Another curve.
    assert_eq!(
        openssl(folder, "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out p256.pem"),
        Some(true)
    );
    assert!(matches!(SecretKey::from_private_key_pem(&text("p256.pem")), Err(Error::Encoding { .. })));
    assert_eq!(openssl(folder, "pkey -in p256.pem -pubout -out p256-p.pem"), Some(true));
    assert!(matches!(PublicKey::from_spki_pem(&text("p256-p.pem")), Err(Error::Encoding { .. })));
    assert_eq!(openssl(folder, "ec -in p256.pem -out p256-ec.pem"), Some(true));
    assert!(matches!(SecretKey::from_sec1_pem(&text("p256-ec.pem")), Err(Error::Encoding { .. })));
}

/// A change to some bytes that makes them wrong.
type Damage = fn(&[u8]) -> Vec<u8>;

/// What no reader of DER may accept.
const DAMAGE: &[(&str, Damage)] = &[
    ("empty", |_| vec![]),
    ("truncated by one", |der| der[..der.len() - 1].to_vec()),
    ("half", |der| der[..der.len() / 2].to_vec()),
    ("only a header", |der| der[..2].to_vec()),
    ("trailing byte", |der| [der, &[0]].concat()),
    ("doubled", |der| [der, der].concat()),
    ("another outer tag", |der| [&[0x31], &der[1..]].concat()),
    ("indefinite length", |der| [&[0x30, 0x80], &der[2..], &[0, 0]].concat()),
    ("length not minimal", |der| match der[1] {
        0x81 => [&[0x30, 0x82, 0], &der[2..]].concat(),
        _ => [&[0x30, 0x81], &der[1..]].concat(),
    }),
    ("OID of another curve", |der| {
        let mut der = der.to_vec();
        let oid = [0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d];
        let at = der.windows(8).position(|window| window == oid).unwrap();
        der[at + 7] ^= 1;
        der
    }),
];

#[test]
fn damaged_files() {
    let key = SecretKey::from_bytes(&[3; 32]).unwrap();
    let mut count = 0;
    let mut check = |name: &str, der: &[u8], read: &dyn Fn(&[u8]) -> bool| {
        assert!(read(der), "{name}");
        for (damage, apply) in DAMAGE {
            assert!(!read(&apply(der)), "{name}: {damage}");
            count += 1;
        }
        for end in 0..der.len() {
            assert!(!read(&der[..end]), "{name}: {end} bytes");
        }
    };
    check("SPKI", &key.public_key().to_spki_der(), &|der| PublicKey::from_spki_der(der).is_ok());
    check("PKCS#8", &key.to_private_key_der(), &|der| SecretKey::from_private_key_der(der).is_ok());
    check("RFC 5915", &key.to_sec1_der(), &|der| SecretKey::from_sec1_der(der).is_ok());
    eprintln!("damaged files: {count} refused, and every truncation");
}

#[test]
fn inconsistent_files() {
    let (key, other) = (SecretKey::from_bytes(&[3; 32]).unwrap(), SecretKey::from_bytes(&[4; 32]).unwrap());
    let swap = |der: &[u8], from: &[u8], to: &[u8]| {
        let at = der.windows(from.len()).position(|window| window == from).expect("it is in there");
        [&der[..at], to, &der[at + from.len()..]].concat()
    };
    let (point, stranger) = (key.public_key().to_sec1_bytes(), other.public_key().to_sec1_bytes());
    let mut off = point;
    off[64] ^= 1;
    for (name, der) in [("PKCS#8", key.to_private_key_der()), ("RFC 5915", key.to_sec1_der())] {
        let read = |der: &[u8]| {
            if name == "PKCS#8" {
                SecretKey::from_private_key_der(der)
            } else {
                SecretKey::from_sec1_der(der)
            }
        };
        assert!(
            matches!(read(&swap(&der, &point, &stranger)), Err(Error::SecretKey(_))),
            "{name}: another's public key"
        );
        assert!(
            matches!(read(&swap(&der, &point, &off)), Err(Error::PublicKey(_))),
            "{name}: a point off the curve"
        );
        assert!(matches!(read(&swap(&der, &[3; 32], &[0; 32])), Err(Error::SecretKey(_))), "{name}: d = 0");
        assert!(
            matches!(read(&swap(&der, &[3; 32], &[0xff; 32])), Err(Error::SecretKey(_))),
            "{name}: d >= n"
        );
    }
    // RFC 5915 without its curve says nothing of what the number belongs to.
    let pkcs8 = key.to_private_key_der();
    let nameless = &pkcs8[pkcs8.len() - 109..];
    let error = SecretKey::from_sec1_der(nameless).unwrap_err();
    assert_eq!(
        error,
        Error::Encoding { structure: "an RFC 5915 EC private key", reason: "it names no curve" }
    );
}

#[test]
fn wrong_labels() {
    let key = SecretKey::from_bytes(&[3; 32]).unwrap();
    let (pkcs8, spki, sec1) = (key.to_private_key_pem(), key.public_key().to_spki_pem(), key.to_sec1_pem());
    let encrypted = key.to_encrypted_pkcs8_pem(&mut fresh_rng("labels"), b"x", 1).unwrap();
    let reason = |result: Result<SecretKey, Error>| result.unwrap_err().to_string();
    assert!(reason(SecretKey::from_private_key_pem(&spki)).contains("it is a public key"));
    assert!(reason(SecretKey::from_private_key_pem(&encrypted)).contains("it is encrypted"));
    assert!(reason(SecretKey::from_private_key_pem(&sec1)).contains("private key of another form"));
    assert!(reason(SecretKey::from_sec1_pem(&pkcs8)).contains("private key of another form"));
    assert!(
        reason(SecretKey::from_encrypted_pkcs8_pem(&pkcs8, b"x")).contains("private key of another form")
    );
    assert!(PublicKey::from_spki_pem(&pkcs8).unwrap_err().to_string().contains("private key"));
    for text in
        ["", "-----BEGIN PUBLIC KEY-----", "no PEM at all", &pkcs8.replace("PRIVATE", "PRIVATE PRIVATE")]
    {
        assert!(SecretKey::from_private_key_pem(text).is_err() && PublicKey::from_spki_pem(text).is_err());
    }
}

#[test]
fn the_traits_of_pkcs8_and_spki_read_and_write_the_same() {
    use pkcs8::{DecodePrivateKey, EncodePrivateKey};
    use spki::{DecodePublicKey, EncodePublicKey};
    let key = SecretKey::from_bytes(&[3; 32]).unwrap();
    let document = EncodePrivateKey::to_pkcs8_der(&key).unwrap();
    assert_eq!(document.as_bytes(), &key.to_private_key_der()[..]);
    assert_eq!(<SecretKey as DecodePrivateKey>::from_pkcs8_der(document.as_bytes()).unwrap(), key);
    let document = key.public_key().to_public_key_der().unwrap();
    assert_eq!(PublicKey::from_public_key_der(document.as_bytes()).unwrap(), *key.public_key());
    assert!(<SecretKey as DecodePrivateKey>::from_pkcs8_der(document.as_bytes()).is_err());
}
