//! `hufu key` without other software: the keystore, files, modes, and every refusal by name.
#![allow(clippy::unwrap_used, reason = "a test stops at the first broken assumption")]

mod common;

use std::os::unix::fs::PermissionsExt as _;

use common::{
    desk::{Desk, with_input},
    json, run,
};
use serde_json::Value;

const ALGORITHMS: [&str; 5] = ["ed25519", "p-256", "p-384", "secp256k1", "sm2"];

#[test]
fn a_key_goes_through_every_form_and_the_keystore_and_comes_back() {
    let desk = Desk::new();
    for name in ALGORITHMS {
        let made = desk.key(&format!("generate -a {name} --out k.pem --public-out p.pem --force"));
        let mut forms = vec!["der", "jwk", "multikey"];
        if name != "ed25519" {
            forms.extend(["sec1", "sec1-der"]);
        }
        for form in forms {
            desk.key(&format!("convert k.pem --to {form} --out x --force"));
            assert_eq!(desk.mode("x"), 0o600, "{name} {form}");
            assert_eq!(desk.key("inspect x")["thumbprint"], made["thumbprint"], "{name} {form}");
            desk.key("convert x --to pem --out back.pem --force");
            assert_eq!(desk.bytes("back.pem"), desk.bytes("k.pem"), "{name} {form}");
        }
        for form in ["der", "jwk", "multikey"] {
            let public = desk.printed(&format!("convert k.pem --public --to {form}"));
            std::fs::write(desk.path("q"), &public).unwrap();
            assert_eq!(desk.printed("convert q --to pem"), desk.bytes("p.pem"), "{name} {form}");
        }
        desk.key(&format!("convert k.pem --into {name} --keystore ks.json --passphrase-file pass"));
        desk.key(&format!(
            "convert --name {name} --keystore ks.json --passphrase-file pass --to pem --out back.pem --force"
        ));
        assert_eq!(desk.bytes("back.pem"), desk.bytes("k.pem"), "{name} through the keystore");
    }
    let listed = desk.key("inspect ks.json");
    let names: Vec<&str> =
        listed["keys"].as_array().unwrap().iter().filter_map(|k| k["name"].as_str()).collect();
    assert_eq!(names, ALGORITHMS);
    assert_eq!(desk.mode("ks.json"), 0o600);
}

#[test]
fn signatures_of_every_algorithm_and_form_verify_and_altered_ones_do_not() {
    let desk = Desk::new();
    for name in ALGORITHMS {
        desk.key(&format!("generate -a {name} --out k.pem --public-out p.pem --force"));
        for form in ["raw", "der", "base64url", "hex"] {
            desk.key(&format!("sign m --key k.pem --format {form} --out s --force"));
            assert_eq!(desk.key("verify m --signature s --key p.pem")["verified"], true, "{name} {form}");
            desk.key(&format!("verify m --signature s --format {form} --key p.pem"));
            let inspected = desk.key("inspect s");
            assert_eq!(inspected["kind"], "signature", "{name} {form}");
            for at in [0, 9, 31, 40, 63] {
                let mut bytes = desk.bytes("s");
                bytes[at] ^= 1;
                std::fs::write(desk.path("t"), &bytes).unwrap();
                desk.refused("verify m --signature t --key p.pem", 1, "not verified");
            }
            std::fs::write(desk.path("t"), &desk.bytes("s")[1..]).unwrap();
            desk.refused("verify m --signature t --key p.pem", 1, "not verified");
        }
        desk.refused("verify pass --signature s --key p.pem", 1, "not verified");
        // printed: text for a person, bytes for a pipe, JSON for a script
        let text = desk.printed("sign m --key k.pem");
        std::fs::write(desk.path("s"), text).unwrap();
        desk.key("verify m --signature s --format base64url --key p.pem");
        let value = desk.key("sign m --key k.pem");
        std::fs::write(desk.path("s"), value["signature"].as_str().unwrap()).unwrap();
        desk.key("verify m --signature s --key p.pem");
    }
}

#[test]
fn the_keystore_signs_and_verifies_by_name() {
    let desk = Desk::new();
    let store = "--keystore ks.json --passphrase-file pass";
    let made = desk.key(&format!("generate -a sm2 --name signer {store}"));
    assert!(made["did"].as_str().unwrap().starts_with("did:key:zEPJ"), "{made}");
    desk.key(&format!("sign m --name signer {store} --out s"));
    desk.key(&format!("verify m --signature s --name signer {store}"));
    desk.refused(&format!("generate -a sm2 --name signer {store}"), 2, "already");
    desk.refused(&format!("sign m --name nobody {store}"), 2, "it has: signer");
    desk.refused("sign m --name signer --keystore ks.json --passphrase-file wrong", 2, "wrong passphrase");
    desk.refused("sign m --name signer --keystore none.json --passphrase-file pass", 2, "hufu key generate");
    // the same store is the one of `hufu did key`
    let other = json(&mut desk.command(&format!("--json did key --name other {store}")));
    assert_eq!(desk.key("inspect ks.json")["keys"][1]["did"], other["did"]);
}

#[test]
fn standard_input_and_output_serve_as_files() {
    let desk = Desk::new();
    let pem = desk.printed("generate -a p-256 --out -");
    assert!(pem.starts_with(b"-----BEGIN PRIVATE KEY-----"), "only the key is printed");
    desk.write("k.pem", &pem);
    let public = with_input(&mut desk.command("key convert - --public --to pem"), &pem);
    std::fs::write(desk.path("p.pem"), &public.stdout).unwrap();
    let signature = with_input(&mut desk.command("key sign --key k.pem --format raw"), b"from a pipe");
    assert_eq!(signature.stdout.len(), 64);
    std::fs::write(desk.path("s"), &signature.stdout).unwrap();
    let verified = with_input(&mut desk.command("key verify -s s -k p.pem"), b"from a pipe");
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
    let other = with_input(&mut desk.command("key verify -s s -k p.pem"), b"from another");
    assert_eq!(other.status.code(), Some(1));
    let both = run(&mut desk.command("key verify - -s - -k p.pem"));
    assert_eq!(both.status.code(), Some(2));
}

#[test]
fn encrypted_files_tell_a_wrong_passphrase() {
    let desk = Desk::new();
    desk.key("generate -a p-384 --out e.pem --encrypt --passphrase-file pass --public-out p.pem");
    assert_eq!(desk.mode("e.pem"), 0o600);
    let inspected = desk.key("inspect e.pem");
    assert_eq!((&inspected["kind"], inspected.get("did")), (&"encrypted private key".into(), None));
    let unlocked = desk.key("inspect e.pem --unlock --passphrase-file pass");
    assert_eq!(unlocked["sha256"], desk.key("inspect p.pem")["sha256"]);
    desk.refused("inspect e.pem --unlock --passphrase-file wrong", 2, "wrong passphrase");
    desk.refused("sign m --key e.pem --passphrase-file wrong", 2, "wrong passphrase");
    desk.key("sign m --key e.pem --passphrase-file pass --out s");
    desk.key("verify m -s s -k p.pem");
    // a passphrase of its own beside the keystore's
    desk.key(
        "convert e.pem --key-passphrase-file pass --passphrase-file wrong --keystore ks.json --into moved",
    );
    desk.key(
        "convert --name moved --keystore ks.json --passphrase-file wrong --to pem --encrypt --out-passphrase-file pass \
         --out f.pem",
    );
    desk.key("inspect f.pem --unlock --passphrase-file pass");
    // without one for the new file, what opened the old one
    desk.key(
        "convert e.pem --to der --encrypt --key-passphrase-file pass --passphrase-file wrong --out g.der",
    );
    desk.key("inspect g.der --unlock --passphrase-file pass");
    desk.key(
        "convert --name moved --keystore ks.json --passphrase-file wrong --to pem --encrypt --out h.pem",
    );
    desk.key("inspect h.pem --unlock --passphrase-file wrong");
    desk.key("generate --out plain.pem");
    desk.key("convert plain.pem --to pem --encrypt --key-passphrase-file pass --out i.pem");
    desk.key("inspect i.pem --unlock --passphrase-file pass");
    // without any passphrase and without a terminal the ways to give one are named
    let output = with_input(&mut desk.command("key sign m --key e.pem"), b"");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("passphrase"));
}

#[test]
fn files_are_not_overwritten_and_private_ones_are_closed() {
    let desk = Desk::new();
    desk.key("generate --out k.pem --public-out p.pem");
    let (before, public) = (desk.bytes("k.pem"), desk.bytes("p.pem"));
    desk.refused("generate --out k.pem", 2, "--force");
    desk.refused("generate --out new.pem --public-out p.pem", 2, "--force");
    assert!(!desk.path("new.pem").exists(), "refused before anything is written");
    desk.refused("convert k.pem --public --to pem --out p.pem", 2, "--force");
    desk.refused("sign m --key k.pem --out p.pem", 2, "--force");
    assert_eq!((desk.bytes("k.pem"), desk.bytes("p.pem")), (before, public));
    std::fs::set_permissions(desk.path("k.pem"), std::fs::Permissions::from_mode(0o644)).unwrap();
    desk.key("generate --out k.pem --force");
    assert_eq!(desk.mode("k.pem"), 0o600, "a replaced file is closed, too");
    desk.refused("convert k.pem --to jwk", 2, "--out -");
}

/// Everything that is no key for what is asked, by name.
#[test]
fn bad_input_is_named() {
    let desk = Desk::new();
    desk.key("generate -a sm2 --out k.pem --public-out p.pem");
    desk.key("sign m --key k.pem --out s");
    let pem = desk.bytes("k.pem");
    let text = String::from_utf8(pem.clone()).unwrap();
    desk.key("convert k.pem --to der --out k.der");
    let der = desk.bytes("k.der");

    let key = |name: &str, bytes: &[u8], words: &str| {
        desk.write(name, bytes);
        desk.refused(&format!("sign m --key {name}"), 2, words);
        desk.refused(&format!("inspect {name}"), 2, name);
    };
    key("an-empty-file", b"", "empty");
    key("a-truncated-pem", &pem[..pem.len() / 2], "PEM block is cut short");
    key("a-truncated-der", &der[..der.len() - 1], "cut short");
    key("a-wrong-label", text.replace("PRIVATE KEY", "CERTIFICATE").as_bytes(), "CERTIFICATE");
    key("trailing-bytes", &[&der[..], b"x"].concat(), "malformed");
    key("two-keys", [&pem[..], &pem[..]].concat().as_slice(), "several PEM blocks");
    key("ten-megabytes", &vec![b'z'; 10 << 20], "more than");
    key("words", b"not a key at all", "neither PEM, DER, JWK nor Multikey");
    key("half-a-jwk", b"{\"kty\":\"EC\"", "JSON");
    key("an-rsa-jwk", b"{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}", "crv");

    desk.refused("verify m -s s --key k.pem", 2, "holds a private key");
    desk.refused("encrypt m --key k.pem", 2, "holds a private key");
    desk.refused("sign m --key p.pem", 2, "public key");
    desk.refused("convert p.pem --into name --keystore ks.json --passphrase-file pass", 2, "public key");
    desk.refused("convert p.pem --to pem --encrypt --out no", 2, "public key");
    assert!(!desk.path("ks.json").exists() && !desk.path("no").exists());
    desk.refused("sign m --key missing.pem", 2, "missing.pem");
    desk.refused("sign missing --key k.pem", 2, "missing");
    desk.refused("sign m --key .", 2, "folder");
    desk.write("nothing", b"");
    desk.refused("verify m -s nothing -k p.pem", 2, "empty");
    desk.write("long", &[b'0'; 5000]);
    desk.refused("verify m -s long -k p.pem", 2, "more than");
    desk.refused(&format!("sign m --key k.pem --id {}", "i".repeat(8192)), 2, "at most 8191 bytes");

    std::fs::set_permissions(desk.path("k.pem"), std::fs::Permissions::from_mode(0o644)).unwrap();
    for command in ["sign m --key k.pem", "convert k.pem --to der --out no", "decrypt m --key k.pem"] {
        desk.refused(command, 2, "chmod 600");
    }
    let warned = run(&mut desk.command("key inspect k.pem"));
    assert!(String::from_utf8_lossy(&warned.stderr).contains("0644"), "inspecting only warns");

    desk.key("generate --out ed.pem --public-out edp.pem");
    desk.refused("convert ed.pem --to sec1 --out no", 2, "no SEC1 form");
    desk.refused("convert edp.pem --to sec1", 2, "SEC1");
    desk.refused("convert ed.pem --to jwk --encrypt --out no", 2, "PKCS#8");
    desk.refused("generate --out no --format jwk --encrypt", 2, "PKCS#8");
    desk.refused("sign m --key ed.pem --id alice", 2, "SM2");
    for usage in ["sign m", "sign m --key k.pem --name n", "convert k.pem", "generate --algorithm rsa"] {
        assert_eq!(desk.fails(usage).0, 2, "{usage}");
    }
}

#[test]
fn a_message_of_ten_megabytes_is_signed_and_verified() {
    let desk = Desk::new();
    desk.write("big", &vec![0x5a; 10 << 20]);
    desk.key("generate -a sm2 --out k.pem --public-out p.pem");
    desk.key("sign big --key k.pem --out s");
    desk.key("verify big -s s -k p.pem");
}

#[test]
fn a_private_key_is_not_replaced_by_its_public_half() {
    let desk = Desk::new();
    desk.refused("generate --out k --public-out k", 2, "the same file");
    desk.refused("generate --out k --public-out ./k --force", 2, "the same file");
    assert!(!desk.path("k").exists());
    desk.key("generate --out k");
    let before = desk.bytes("k");
    std::os::unix::fs::symlink(desk.path("k"), desk.path("link")).unwrap();
    for public in ["k", "./k", "link"] {
        desk.refused(&format!("generate --out k --public-out {public} --force"), 2, "the same file");
    }
    assert_eq!(desk.bytes("k"), before);
}

#[test]
fn only_sm2_encrypts_and_the_others_say_so() {
    let desk = Desk::new();
    for name in ["ed25519", "p-256", "p-384", "secp256k1"] {
        desk.key(&format!("generate -a {name} --out k.pem --public-out p.pem --force"));
        desk.refused("encrypt m --key p.pem", 2, "only SM2");
        desk.refused("decrypt m --key k.pem", 2, "only SM2");
    }
    desk.key("generate -a sm2 --out k.pem --public-out p.pem --force");
    for form in ["der", "raw"] {
        desk.key(&format!("encrypt m --key p.pem --format {form} --out c --force"));
        assert_eq!(desk.printed(&format!("decrypt c --key k.pem --format {form}")), b"a message");
        desk.key(&format!("decrypt c --key k.pem --format {form} --out d --force"));
        assert_eq!((desk.mode("d"), desk.bytes("d")), (0o600, b"a message".to_vec()));
    }
    desk.refused("encrypt m --key p.pem --format old", 2, "possible values: der, raw");
    desk.refused("decrypt c --key k.pem --format der", 2, "in this layout"); // it is the raw one
    desk.refused("decrypt m --key k.pem", 2, "in this layout");
    desk.key("generate -a sm2 --out other.pem");
    desk.refused("decrypt c --key other.pem --format raw", 1, "does not decrypt with this key");
    desk.write("nothing", b"");
    desk.refused("decrypt nothing --key k.pem", 2, "empty");
    desk.refused("encrypt nothing --key p.pem", 2, "nothing to encrypt");
}

#[test]
fn inspect_prints_nothing_private() {
    let desk = Desk::new();
    for name in ALGORITHMS {
        desk.key(&format!("generate -a {name} --out k.jwk --format jwk --force"));
        let jwk: Value = serde_json::from_slice(&desk.bytes("k.jwk")).unwrap();
        let d = jwk["d"].as_str().unwrap();
        for output in
            [run(&mut desk.command("key inspect k.jwk")), run(&mut desk.command("--json key inspect k.jwk"))]
        {
            let said = [output.stdout, output.stderr].concat();
            assert!(!String::from_utf8_lossy(&said).contains(d), "{name}");
            assert!(String::from_utf8_lossy(&said).contains("private key"), "{name}");
        }
    }
}
