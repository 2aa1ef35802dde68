//! Both directions with the `openssl` command: the same bytes for keys, and signatures that cross over.

mod common;

use hufu_keys::{Algorithm, Signature, SigningKey, VerifyingKey};
use std::path::Path;
use std::process::Command;

/// Runs `openssl` in `folder`; nothing if it is not installed, which is a failure under CI.
fn openssl(folder: &Path, arguments: &str) -> Option<bool> {
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

/// How OpenSSL names the algorithm, when it makes a key and when it signs.
fn names(algorithm: Algorithm) -> (&'static str, &'static str) {
    match algorithm {
        Algorithm::Ed25519 => ("-algorithm ed25519", ""),
        Algorithm::P256 => ("-algorithm EC -pkeyopt ec_paramgen_curve:P-256", " -digest sha256"),
        Algorithm::P384 => ("-algorithm EC -pkeyopt ec_paramgen_curve:P-384", " -digest sha384"),
        Algorithm::Secp256k1 => ("-algorithm EC -pkeyopt ec_paramgen_curve:secp256k1", " -digest sha256"),
        Algorithm::Sm2 => {
            ("-algorithm EC -pkeyopt ec_paramgen_curve:SM2", " -digest sm3 -pkeyopt distid:1234567812345678")
        }
        _ => unreachable!("every algorithm is named above"),
    }
}

const ROUNDS: usize = 4;

#[test]
fn keys_and_signatures_cross_over() {
    let mut rng = common::rng(11);
    for algorithm in Algorithm::ALL {
        let (make, sign) = names(algorithm);
        for round in 0..ROUNDS {
            let folder = tempfile::tempdir().unwrap();
            let file = |name: &str| folder.path().join(name);
            let text = |name: &str| std::fs::read_to_string(file(name)).unwrap();
            let bytes = |name: &str| std::fs::read(file(name)).unwrap();
            let run = |arguments: &str| openssl(folder.path(), arguments);
            let message = vec![u8::try_from(round).unwrap(); 100 * round + 1];
            std::fs::write(file("m"), &message).unwrap();

            // OpenSSL's key, in all four forms, and its signature.
            let Some(made) = run(&format!("genpkey {make} -out k.pem")) else { return };
            assert!(made, "{algorithm}");
            let theirs = SigningKey::from_pkcs8_pem(&text("k.pem")).unwrap();
            assert_eq!(theirs.to_pkcs8_pem().expose(Clone::clone), text("k.pem"), "{algorithm}");
            assert_eq!(run("pkcs8 -topk8 -nocrypt -in k.pem -outform DER -out k.der"), Some(true));
            assert_eq!(theirs.to_pkcs8_der().expose(Clone::clone), bytes("k.der"), "{algorithm}");
            assert_eq!(run("pkey -in k.pem -pubout -out p.pem"), Some(true));
            assert_eq!(theirs.verifying_key().to_spki_pem(), text("p.pem"), "{algorithm}");
            assert_eq!(run("pkey -in k.pem -pubout -outform DER -out p.der"), Some(true));
            assert_eq!(theirs.verifying_key().to_spki_der(), bytes("p.der"), "{algorithm}");
            let public = VerifyingKey::from_spki_der(&bytes("p.der")).unwrap();
            assert_eq!(run(&format!("pkeyutl -sign -inkey k.pem -rawin{sign} -in m -out s")), Some(true));
            let signature = Signature::from_der(algorithm, &bytes("s")).unwrap();
            public.verify(&message, signature.as_bytes()).unwrap();

            // Our key and signature, read and verified by OpenSSL.
            let ours = SigningKey::generate(algorithm, &mut rng);
            std::fs::write(file("ours.pem"), ours.to_pkcs8_pem().expose(Clone::clone)).unwrap();
            std::fs::write(file("ours-p.pem"), ours.verifying_key().to_spki_pem()).unwrap();
            std::fs::write(file("ours-s"), ours.sign(&message).to_der()).unwrap();
            assert_eq!(run("pkey -in ours.pem -pubout -out derived.pem"), Some(true));
            assert_eq!(text("derived.pem"), text("ours-p.pem"), "{algorithm}");
            let verify = format!("pkeyutl -verify -pubin -inkey ours-p.pem -rawin{sign} -sigfile ours-s -in");
            assert_eq!(run(&format!("{verify} m")), Some(true), "{algorithm}");
            std::fs::write(file("other"), b"another message").unwrap();
            assert_eq!(run(&format!("{verify} other")), Some(false), "{algorithm}");
        }
        eprintln!("openssl {algorithm}: {ROUNDS} keys and signatures each way");
    }
}

#[test]
fn the_older_ec_private_key_is_read() {
    for (curve, algorithm) in
        [("prime256v1", Algorithm::P256), ("secp384r1", Algorithm::P384), ("secp256k1", Algorithm::Secp256k1)]
    {
        let folder = tempfile::tempdir().unwrap();
        let run = |arguments: &str| openssl(folder.path(), arguments);
        let Some(made) = run(&format!("ecparam -genkey -noout -name {curve} -out k.pem")) else { return };
        assert!(made, "{algorithm}");
        let pem = std::fs::read_to_string(folder.path().join("k.pem")).unwrap();
        let key = SigningKey::from_ec_pem(&pem).unwrap();
        assert_eq!(run("pkcs8 -topk8 -nocrypt -in k.pem -out k8.pem"), Some(true));
        let pkcs8 = std::fs::read_to_string(folder.path().join("k8.pem")).unwrap();
        assert_eq!(SigningKey::from_pkcs8_pem(&pkcs8).unwrap().verifying_key(), key.verifying_key());
        assert_eq!(key.algorithm(), algorithm);
        // Explicit parameters let the sender choose the generator: refused, whatever they are.
        if run(&format!("ecparam -genkey -noout -param_enc explicit -name {curve} -out x.pem")) == Some(true)
        {
            let pem = std::fs::read_to_string(folder.path().join("x.pem")).unwrap();
            assert!(SigningKey::from_ec_pem(&pem).is_err(), "{algorithm}");
            assert_eq!(run("pkey -in x.pem -pubout -out xp.pem"), Some(true));
            let pem = std::fs::read_to_string(folder.path().join("xp.pem")).unwrap();
            assert!(VerifyingKey::from_spki_pem(&pem).is_err(), "{algorithm}");
        }
    }
}
