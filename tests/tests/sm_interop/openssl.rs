//! The `openssl` command: a process for each operation, with keys and values in files.

use crate::random::{MESSAGES, PER_KEY, key, message, rng};
use hufu_sm::sm2::encryption::Ciphertext;
use hufu_sm::sm2::traits::{RandomizedSigner, Verifier};
use hufu_sm::sm2::{DistId, SecretKey, Signature, SigningKey};
use std::path::Path;
use std::process::Command;

const SIGN: &str = "-rawin -digest sm3 -pkeyopt distid:1234567812345678";

/// Runs `openssl` in `folder`; nothing if it is not installed, which is a failure under CI.
fn openssl(folder: &Path, arguments: &str) -> Option<bool> {
    match Command::new("openssl").args(arguments.split_whitespace()).current_dir(folder).output() {
        Ok(output) => Some(output.status.success()),
        Err(error) if std::env::var("CI").is_ok_and(|ci| ci == "true") => panic!("openssl: {error}"),
        Err(error) => {
            eprintln!("SM interop tier skipped: openssl: {error}");
            None
        }
    }
}

/// A folder that is removed in the end.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new() -> Self {
        let path = std::env::temp_dir().join(format!("hufu-sm-openssl-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Left behind, it is a temporary folder like others.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn openssl_agrees() {
    let mut rng = rng("openssl");
    let folder = Folder::new();
    let folder = folder.0.as_path();
    let write = |name: &str, contents: &[u8]| std::fs::write(folder.join(name), contents).unwrap();
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    if openssl(folder, "version").is_none() {
        return;
    }
    let run = |arguments: &str| openssl(folder, arguments).unwrap();
    let mut count = 0;
    for round in 0..MESSAGES / PER_KEY {
        // Keys are made on either side in turn.
        let key = if round % 2 == 0 {
            let key = key(&mut rng);
            write("k.pem", key.secret_key().to_private_key_pem().as_bytes());
            key
        } else {
            assert!(run("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:SM2 -out k.pem"));
            let pem = String::from_utf8(read("k.pem")).unwrap();
            SigningKey::new(SecretKey::from_private_key_pem(&pem).unwrap(), DistId::default())
        };
        let (secret, verifying) = (key.secret_key(), key.verifying_key());
        write("p.pem", secret.public_key().to_spki_pem().as_bytes());
        for _ in 0..PER_KEY {
            let message = message(&mut rng);
            write("m", &message);
            assert!(run(&format!("pkeyutl -sign -inkey k.pem {SIGN} -in m -out s")));
            verifying.verify(&message, &Signature::from_der(&read("s")).unwrap()).unwrap();

            write("s", &key.sign_with_rng(&mut rng, &message).to_der());
            let verify = format!("pkeyutl -verify -pubin -inkey p.pem {SIGN} -sigfile s -in");
            assert!(run(&format!("{verify} m")));
            write("other", &[&message[..], &[0]].concat());
            assert!(!run(&format!("{verify} other")));

            assert!(run("pkeyutl -encrypt -pubin -inkey p.pem -in m -out c"));
            assert_eq!(secret.decrypt(&Ciphertext::from_der(&read("c")).unwrap()).unwrap()[..], message);
            write("c", &secret.public_key().encrypt(&mut rng, &message).unwrap().to_der());
            assert!(run("pkeyutl -decrypt -inkey k.pem -in c -out d"));
            assert_eq!(read("d"), message);
            count += 1;
        }
    }
    eprintln!("openssl: {count} messages signed, verified, encrypted and decrypted each way");
}
