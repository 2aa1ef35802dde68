//! `hufu key` and the `openssl` command on the same files, in both directions, for every algorithm and with fresh keys.
//!
//! OpenSSL 3.0 or newer. Without it the tests fail under CI, and elsewhere say why they pass.
#![allow(clippy::unwrap_used, reason = "a test stops at the first broken assumption")]

mod common;

use std::{
    path::PathBuf,
    process::{Command, Output},
};

use common::{hufu, json, run};
use sha2::{Digest as _, Sha256};

/// One algorithm: hufu's name, how OpenSSL makes a key, and what it signs with.
struct Algorithm {
    name: &'static str,
    make: &'static str,
    sign: &'static str,
    sec1: bool,
}

const ALGORITHMS: [Algorithm; 5] = [
    Algorithm { name: "ed25519", make: "-algorithm ed25519", sign: "-rawin", sec1: false },
    Algorithm {
        name: "p-256",
        make: "-algorithm EC -pkeyopt ec_paramgen_curve:P-256",
        sign: "-rawin -digest sha256",
        sec1: true,
    },
    Algorithm {
        name: "p-384",
        make: "-algorithm EC -pkeyopt ec_paramgen_curve:P-384",
        sign: "-rawin -digest sha384",
        sec1: true,
    },
    Algorithm {
        name: "secp256k1",
        make: "-algorithm EC -pkeyopt ec_paramgen_curve:secp256k1",
        sign: "-rawin -digest sha256",
        sec1: true,
    },
    Algorithm {
        name: "sm2",
        make: "-algorithm EC -pkeyopt ec_paramgen_curve:SM2",
        sign: "-rawin -digest sm3 -pkeyopt distid:1234567812345678",
        sec1: true,
    },
];

/// Fresh keys and messages for each algorithm and direction.
const ROUNDS: usize = 3;

/// A folder in which both commands run.
struct Desk(tempfile::TempDir);

impl Desk {
    /// Nothing if there is no `openssl`, which is a failure under CI.
    fn new() -> Option<Self> {
        match Command::new("openssl").arg("version").output() {
            Ok(output) if output.status.success() => {}
            other if std::env::var("CI").is_ok_and(|ci| ci == "true") => panic!("no openssl: {other:?}"),
            other => {
                eprintln!("passes untested, no openssl: {other:?}");
                return None;
            }
        }
        let desk = Self(tempfile::tempdir().unwrap());
        desk.write("pass", b"correct horse\n");
        Some(desk)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.path(name), bytes).unwrap();
    }

    fn bytes(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    /// A copy with one bit changed.
    fn tampered(&self, name: &str, byte: usize) -> String {
        let mut bytes = self.bytes(name);
        let at = byte % bytes.len();
        bytes[at] ^= 1;
        let copy = format!("{name}.tampered");
        self.write(&copy, &bytes);
        copy
    }

    fn openssl(&self, arguments: &str) -> Output {
        Command::new("openssl").args(arguments.split(' ')).current_dir(self.0.path()).output().unwrap()
    }

    /// Runs `openssl`, which must succeed.
    fn must(&self, arguments: &str) -> Vec<u8> {
        let output = self.openssl(arguments);
        assert!(output.status.success(), "openssl {arguments}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    fn hufu(&self, arguments: &str) -> Command {
        let mut command = hufu();
        command.args(arguments.split(' ')).current_dir(self.0.path());
        command
    }

    /// Runs `hufu key`, which must succeed.
    fn key(&self, arguments: &str) -> Vec<u8> {
        let output = run(&mut self.hufu(&format!("key {arguments}")));
        assert!(output.status.success(), "hufu key {arguments}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    /// The exit code of `hufu key` and what it said.
    fn refusal(&self, arguments: &str) -> (i32, String) {
        let output = run(&mut self.hufu(&format!("key {arguments}")));
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    }
}

#[test]
fn every_form_that_openssl_writes_is_read() {
    let Some(desk) = Desk::new() else { return };
    for Algorithm { name, make, sec1, .. } in ALGORITHMS {
        for _ in 0..ROUNDS {
            desk.must(&format!("genpkey {make} -out k.pem"));
            desk.must("pkey -in k.pem -pubout -out p.pem");
            desk.must("pkey -in k.pem -pubout -outform DER -out p.der");
            let mut private = vec!["k.pem", "k.der", "e.pem", "e.der", "s.pem", "o.pem", "a.pem"];
            desk.must("pkcs8 -topk8 -nocrypt -in k.pem -outform DER -out k.der");
            desk.must("pkcs8 -topk8 -in k.pem -passout file:pass -out e.pem");
            desk.must("pkcs8 -topk8 -in k.pem -passout file:pass -outform DER -out e.der");
            desk.must("pkcs8 -topk8 -scrypt -in k.pem -passout file:pass -out s.pem");
            desk.must(
                "pkcs8 -topk8 -v2 aes-128-cbc -v2prf hmacWithSHA512 -iter 9999 -in k.pem -passout file:pass -out o.pem",
            );
            desk.must("pkey -in k.pem -aes192 -passout file:pass -out a.pem");
            if sec1 {
                desk.must("ec -in k.pem -out c.pem");
                desk.must("ec -in k.pem -outform DER -out c.der");
                desk.must("ec -in k.pem -conv_form compressed -out z.pem");
                private.extend(["c.pem", "c.der", "z.pem"]);
                desk.must("ec -in k.pem -pubout -conv_form compressed -out zp.pem");
                desk.key("convert zp.pem --to pem --out zp2.pem --force");
                assert_eq!(desk.bytes("zp2.pem"), desk.bytes("p.pem"), "{name}: a compressed public key");
            }
            let fingerprint = hex::encode(Sha256::digest(desk.bytes("p.der")));
            for file in private {
                chmod_private(&desk.path(file));
                let value = json(
                    &mut desk.hufu(&format!("--json key inspect {file} --unlock --passphrase-file pass")),
                );
                assert_eq!(value["sha256"], fingerprint, "{name} {file}: {value}");
                assert!(value["kind"].as_str().unwrap().contains("private"), "{name} {file}: {value}");
                desk.key(&format!("convert {file} --to pem --passphrase-file pass --out back.pem --force"));
                assert_eq!(desk.bytes("back.pem"), desk.bytes("k.pem"), "{name} {file}");
                desk.key(&format!(
                    "convert {file} --to der --public --passphrase-file pass --out back.der --force"
                ));
                assert_eq!(desk.bytes("back.der"), desk.bytes("p.der"), "{name} {file}");
            }
            for file in ["p.pem", "p.der"] {
                assert_eq!(
                    json(&mut desk.hufu(&format!("--json key inspect {file}")))["sha256"],
                    fingerprint
                );
            }
        }
        eprintln!("openssl {name}: {ROUNDS} keys read in every form");
    }
}

#[test]
fn every_form_that_hufu_writes_is_read_by_openssl() {
    let Some(desk) = Desk::new() else { return };
    for Algorithm { name, sec1, .. } in ALGORITHMS {
        for _ in 0..ROUNDS {
            desk.key(&format!("generate -a {name} --out k.pem --public-out p.pem --force"));
            let public = desk.must("pkey -pubin -in p.pem -pubout -outform DER");
            desk.key("convert k.pem --to der --public --out p.der --force");
            assert_eq!(desk.bytes("p.der"), public, "{name}");
            let mut forms = vec![("pem", ""), ("der", ""), ("pem", " --encrypt"), ("der", " --encrypt")];
            if sec1 {
                forms.extend([("sec1", ""), ("sec1-der", "")]);
            }
            for (form, encrypt) in forms {
                let passphrase = if encrypt.is_empty() { "" } else { " --out-passphrase-file pass" };
                desk.key(&format!("convert k.pem --to {form}{encrypt}{passphrase} --out x --force"));
                let inform = if form.ends_with("der") { "DER" } else { "PEM" };
                let read =
                    desk.must(&format!("pkey -in x -inform {inform} -passin file:pass -pubout -outform DER"));
                assert_eq!(read, public, "{name} {form}{encrypt}");
            }
            // and a file that hufu made encrypted from the beginning
            desk.key(&format!(
                "generate -a {name} --out y.pem --public-out yp.pem --encrypt --passphrase-file pass --force"
            ));
            let derived = desk.must("pkey -in y.pem -passin file:pass -pubout");
            assert_eq!(derived, desk.bytes("yp.pem"), "{name}");
        }
        eprintln!("openssl {name}: {ROUNDS} keys of hufu read in every form");
    }
}

#[test]
fn signatures_cross_over() {
    let Some(desk) = Desk::new() else { return };
    for Algorithm { name, make, sign, .. } in ALGORITHMS {
        for round in 0..ROUNDS {
            let message: Vec<u8> = (0..=250).cycle().take(round * 1000 + 1).collect();
            desk.write("m", &message);
            desk.write("other", b"another message");

            desk.must(&format!("genpkey {make} -out k.pem"));
            desk.must("pkey -in k.pem -pubout -out p.pem");
            desk.must(&format!("pkeyutl -sign -inkey k.pem {sign} -in m -out s"));
            desk.key("verify m --signature s --format der --key p.pem");
            desk.key("verify m --signature s --key p.pem");
            let (code, words) = desk.refusal("verify other --signature s --key p.pem");
            assert_eq!((code, words.contains("not verified")), (1, true), "{name}: {words}");
            for byte in [0, 1, 3, 5, 20, 40, 60] {
                let tampered = desk.tampered("s", byte);
                let (code, words) = desk.refusal(&format!("verify m --signature {tampered} --key p.pem"));
                assert_eq!(code, 1, "{name} byte {byte}: {words}");
            }

            desk.key(&format!("generate -a {name} --out o.pem --public-out op.pem --force"));
            desk.key("sign m --key o.pem --format der --out os --force");
            let verify = format!("pkeyutl -verify -pubin -inkey op.pem {sign} -sigfile os -in");
            desk.must(&format!("{verify} m"));
            assert!(!desk.openssl(&format!("{verify} other")).status.success(), "{name}");
        }
        eprintln!("openssl {name}: {ROUNDS} signatures each way");
    }
}

#[test]
fn sm2_signatures_under_another_identifier_cross_over() {
    let Some(desk) = Desk::new() else { return };
    desk.write("m", b"message");
    desk.must("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:SM2 -out k.pem");
    desk.must("pkey -in k.pem -pubout -out p.pem");
    desk.must("pkeyutl -sign -inkey k.pem -rawin -digest sm3 -in m -out s -pkeyopt distid:alice@example.com");
    desk.key("verify m --signature s --key p.pem --id alice@example.com");
    for (id, hint) in [("", "--id ''"), (" --id bob@example.com", "is --id the identifier")] {
        let (code, said) = desk.refusal(&format!("verify m --signature s --key p.pem{id}"));
        assert!(code == 1 && said.contains(hint), "{id}: {said}");
    }
    desk.key("sign m --key k.pem --id alice@example.com --format der --out t");
    desk.must(
        "pkeyutl -verify -pubin -inkey p.pem -rawin -digest sm3 -in m -sigfile t -pkeyopt distid:alice@example.com",
    );
    // without an identifier OpenSSL takes the empty one
    desk.must("pkeyutl -sign -inkey k.pem -rawin -digest sm3 -in m -out u");
    let (code, said) = desk.refusal("verify m --signature u --key p.pem");
    assert!(code == 1 && said.contains("--id ''"), "{said}");
    desk.key("verify m --signature u --key p.pem --id=");
    desk.key("sign m --key k.pem --id= --format der --out v");
    desk.must("pkeyutl -verify -pubin -inkey p.pem -rawin -digest sm3 -in m -sigfile v");
}

#[test]
fn signatures_that_openssl_wrote_as_base64_are_read() {
    let Some(desk) = Desk::new() else { return };
    desk.write("m", b"message");
    for Algorithm { name, make, sign, .. } in ALGORITHMS {
        desk.must(&format!("genpkey {make} -out k.pem"));
        desk.must("pkey -in k.pem -pubout -out p.pem");
        desk.must(&format!("pkeyutl -sign -inkey k.pem {sign} -in m -out s"));
        for lines in ["", " -A"] {
            desk.must(&format!("base64 -in s{lines} -out s.txt"));
            desk.key("verify m --signature s.txt --key p.pem");
            assert_eq!(desk.refusal("verify k.pem --signature s.txt --key p.pem").0, 1, "{name}{lines}");
        }
    }
}

/// The passphrase may be empty where OpenSSL encrypted; nothing is encrypted so here.
#[test]
fn a_key_that_openssl_encrypted_under_an_empty_passphrase_is_opened() {
    let Some(desk) = Desk::new() else { return };
    desk.must("genpkey -algorithm ed25519 -out k.pem");
    desk.must("pkcs8 -topk8 -in k.pem -passout pass: -out e.pem");
    chmod_private(&desk.path("e.pem"));
    desk.write("empty", b"\n");
    desk.key("convert e.pem --to pem --passphrase-file empty --out back.pem");
    assert_eq!(desk.bytes("back.pem"), desk.bytes("k.pem"));
    let (code, said) = desk.refusal("convert e.pem --to pem --passphrase-file pass --out no");
    assert!(code == 2 && said.contains("wrong passphrase"), "{said}");
    let (code, said) = desk.refusal("convert e.pem --to pem --encrypt --passphrase-file empty --out no");
    assert!(code == 2 && said.contains("is empty"), "{said}");
    desk.key(
        "convert e.pem --to pem --encrypt --passphrase-file empty --out-passphrase-file pass --out f.pem",
    );
    desk.must("pkey -in f.pem -passin file:pass -noout");
}

#[test]
fn sm2_ciphertexts_cross_over() {
    let Some(desk) = Desk::new() else { return };
    for round in 0..ROUNDS {
        let message: Vec<u8> = (0..=250).cycle().take(round * 700 + 1).collect();
        desk.write("m", &message);

        desk.must("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:SM2 -out k.pem");
        desk.must("pkey -in k.pem -pubout -out p.pem");
        desk.must("pkeyutl -encrypt -pubin -inkey p.pem -in m -out c");
        assert_eq!(desk.key("decrypt c --key k.pem"), message);
        for byte in [0, 2, 6, 30, 60, 90, 110] {
            let tampered = desk.tampered("c", byte);
            let (code, words) = desk.refusal(&format!("decrypt {tampered} --key k.pem"));
            // what is no structure or no point is seen before the key is used
            match byte {
                30 | 60 => assert_eq!(code, 2, "byte {byte}: {words}"),
                90 => assert_eq!(code, 1, "byte {byte}: {words}"),
                _ => assert!(code == 1 || code == 2, "byte {byte}: {words}"),
            }
        }

        desk.key("generate -a sm2 --out o.pem --public-out op.pem --force");
        desk.key("encrypt m --key op.pem --out oc --force");
        assert_eq!(desk.must("pkeyutl -decrypt -inkey o.pem -in oc"), message);
        assert_eq!(desk.refusal("decrypt c --key o.pem").0, 1, "another key");
        // what OpenSSL does not speak still comes back
        desk.key("encrypt m --key op.pem --format raw --out raw --force");
        assert_eq!(desk.key("decrypt raw --format raw --key o.pem"), message);
        let raw = desk.bytes("raw");
        let (c1, rest) = raw.split_at(65);
        let (c3, c2) = rest.split_at(32);
        desk.write("old", &[c1, c2, c3].concat());
        assert_eq!(desk.key("decrypt old --format old --key o.pem"), message);
    }
    eprintln!("openssl sm2: {ROUNDS} ciphertexts each way");
}

/// OpenSSL writes names of bags before a key, parameters before it, and the key in words after it.
#[test]
fn a_key_is_found_in_what_openssl_writes_around_it() {
    let Some(desk) = Desk::new() else { return };
    desk.must("ecparam -name SM2 -genkey -out parameters.pem");
    desk.must("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out k.pem");
    desk.must("req -x509 -new -key k.pem -subj /CN=x -out cert.pem");
    desk.must("pkcs12 -export -inkey k.pem -in cert.pem -name x -passout file:pass -out bag.p12");
    desk.must("pkcs12 -in bag.p12 -nocerts -nodes -passin file:pass -out bag.pem");
    assert!(desk.bytes("bag.pem").starts_with(b"Bag Attributes"));
    desk.must("pkey -in k.pem -text -out text.pem");
    for file in ["parameters.pem", "bag.pem", "text.pem"] {
        chmod_private(&desk.path(file));
        desk.key(&format!("convert {file} --to der --out {file}.der"));
        assert_eq!(
            desk.bytes(&format!("{file}.der")),
            desk.must(&format!("pkcs8 -topk8 -nocrypt -in {file} -outform der")),
            "{file}"
        );
    }
    let (one, another) = (desk.bytes("k.pem"), desk.bytes("bag.pem"));
    desk.write("two.pem", &[one, another].concat());
    chmod_private(&desk.path("two.pem"));
    let (code, said) = desk.refusal("convert two.pem --to der --out no");
    assert!(code == 2 && said.contains("several PEM blocks"), "{said}");
    desk.write("cut.pem", &desk.bytes("k.pem")[..100]);
    chmod_private(&desk.path("cut.pem"));
    let (code, said) = desk.refusal("convert cut.pem --to der --out no");
    assert!(code == 2 && said.contains("cut short"), "{said}");
}

#[test]
fn keys_that_openssl_encrypts_by_sm4_are_read() {
    let Some(desk) = Desk::new() else { return };
    for curve in ["SM2", "P-256"] {
        desk.must(&format!("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:{curve} -out k.pem"));
        for kdf in ["", " -scrypt"] {
            desk.must(&format!("pkcs8 -topk8{kdf} -v2 sm4-cbc -in k.pem -passout file:pass -out e.pem"));
            chmod_private(&desk.path("e.pem"));
            desk.key("convert e.pem --to der --passphrase-file pass --out k.der --force");
            let plain = desk.must("pkcs8 -topk8 -nocrypt -in k.pem -outform der");
            assert_eq!(desk.bytes("k.der"), plain, "{curve}{kdf}");
        }
    }
}

#[test]
fn what_openssl_can_write_and_is_not_acceptable_is_named() {
    let Some(desk) = Desk::new() else { return };
    let named = |file: &str, words: &str| {
        chmod_private(&desk.path(file));
        let (code, said) = desk.refusal(&format!("convert {file} --to der --passphrase-file pass --out no"));
        assert!(code == 2 && said.contains(words), "{file}: {said}");
        assert!(!desk.path("no").exists(), "{file}");
    };
    desk.must("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.pem");
    named("rsa.pem", "is not supported");
    desk.must("pkcs8 -topk8 -in rsa.pem -passout file:pass -out rsa-e.pem");
    named("rsa-e.pem", "is not supported");
    desk.must("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-521 -out p521.pem");
    named("p521.pem", "is not supported");
    desk.must("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out k.pem");
    desk.must("ec -in k.pem -aes256 -passout file:pass -out old.pem");
    named("old.pem", "openssl pkcs8 -topk8");
    desk.must("pkcs8 -topk8 -v2 des3 -in k.pem -passout file:pass -out des3.pem");
    named("des3.pem", "cipher 1.2.840.113549.3.7 is not supported; `openssl pkcs8 -topk8 -v2 aes256");
    desk.must("pkcs8 -topk8 -v1 PBE-SHA1-3DES -in k.pem -passout file:pass -out pbe.pem");
    named("pbe.pem", "1.2.840.113549.1.12.1.3 is not supported; `openssl pkcs8 -topk8 -v2 aes256");
    // one file for both passphrases is read on for the second
    desk.write("again", &desk.bytes("pass"));
    for old in ["des3.pem", "pbe.pem"] {
        desk.must(&format!(
            "pkcs8 -topk8 -v2 aes256 -in {old} -passin file:pass -passout file:again -out new.pem"
        ));
        chmod_private(&desk.path("new.pem"));
        desk.key("convert new.pem --to pem --passphrase-file pass --out back.pem --force");
        assert_eq!(desk.bytes("back.pem"), desk.bytes("k.pem"), "{old}");
    }
    desk.must("req -x509 -new -key k.pem -subj /CN=x -out cert.pem");
    named("cert.pem", "openssl x509 -pubkey -noout");
    desk.must("req -new -key k.pem -subj /CN=x -out request.pem");
    named("request.pem", "openssl req -pubkey -noout");
    desk.must("pkcs12 -export -inkey k.pem -in cert.pem -passout file:pass -out bag.p12");
    named("bag.p12", "openssl pkcs12 -nodes -nocerts");
    desk.must("ecparam -genkey -name prime256v1 -param_enc explicit -out explicit.pem");
    assert_ne!(desk.refusal("convert explicit.pem --to pem --out no").0, 0, "explicit parameters");
    // the curve's name in a block of its own is no obstacle
    desk.must("ecparam -genkey -name secp256k1 -out named.pem");
    chmod_private(&desk.path("named.pem"));
    desk.key("convert named.pem --to pem --out named8.pem");
    desk.must("pkey -in named8.pem -noout");
}

fn chmod_private(path: &std::path::Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    #[cfg(not(unix))]
    let _ = path;
}
