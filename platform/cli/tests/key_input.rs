//! What `hufu key` reads, from where, and what it says of input that it does not take; and the keystore as a whole.
#![allow(clippy::unwrap_used, reason = "a test stops at the first broken assumption")]

mod common;

use std::os::unix::fs::symlink;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use common::{
    desk::{Desk, with_input},
    json, run,
};

const STORE: &str = "--keystore ks.json --passphrase-file pass";

#[test]
fn standard_input_is_read_once() {
    let desk = Desk::new();
    desk.key("generate -a sm2 --out k.pem --public-out p.pem");
    desk.key("sign m --key k.pem --out s");
    let (private, public) = (desk.bytes("k.pem"), desk.bytes("p.pem"));
    for (arguments, input) in [
        ("sign --key -", &private),
        ("sign - --key -", &private),
        ("sign --key /dev/stdin", &private),
        ("sign /dev/stdin --key -", &private),
        ("decrypt --key -", &private),
        ("encrypt --key -", &public),
        ("verify --key - -s s", &public),
        ("verify m --key - -s -", &public),
        ("verify --key p.pem -s -", &public),
    ] {
        let output = with_input(&mut desk.command(&format!("key {arguments}")), input);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments}: {said}");
        assert!(output.stdout.is_empty() && said.contains("standard input"), "{arguments}: {said}");
    }
    for (arguments, input) in [
        ("sign m --key -", &private),
        ("sign m --key /dev/stdin", &private),
        ("sign --key k.pem", &public),
        ("verify m --key - -s s", &public),
    ] {
        let output = with_input(&mut desk.command(&format!("key {arguments}")), input);
        assert!(output.status.success(), "{arguments}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn signatures_are_read_as_others_write_them() {
    let desk = Desk::new();
    for name in ["ed25519", "p-256", "p-384", "secp256k1", "sm2"] {
        desk.key(&format!("generate -a {name} --out k.pem --public-out p.pem --force"));
        desk.key("sign m --key k.pem --format der --out s.der --force");
        desk.key("sign m --key k.pem --format raw --out s.raw --force");
        for binary in ["s.der", "s.raw"] {
            let (hex, base64) = (hex::encode(desk.bytes(binary)), STANDARD.encode(desk.bytes(binary)));
            let (first, rest) = base64.split_at(64);
            for text in [hex.clone(), hex.to_uppercase(), base64.clone(), format!("{first}\n{rest}\n")] {
                desk.write("s", text.as_bytes());
                assert_eq!(desk.key("verify m -s s --key p.pem")["verified"], true, "{name} {binary} {text}");
                assert_eq!(desk.key("inspect s")["kind"], "signature", "{name} {binary} {text}");
            }
        }
    }
}

#[test]
fn a_byte_order_mark_is_no_part_of_a_key() {
    let desk = Desk::new();
    desk.key("generate --out k.pem --public-out p.pem");
    for form in ["pem", "jwk", "multikey"] {
        let key = desk.printed(&format!("convert k.pem --to {form} --out -"));
        desk.write("marked", &["\u{feff}".as_bytes(), &key].concat());
        assert_eq!(desk.printed("convert marked --to pem --public"), desk.bytes("p.pem"), "{form}");
        assert_eq!(desk.key("inspect marked")["kind"], "private key", "{form}");
    }
}

#[test]
fn what_is_no_key_here_says_how_to_make_one_of_it() {
    let desk = Desk::new();
    desk.key(&format!("generate {STORE}"));
    let pem = |label: &str| format!("-----BEGIN {label}-----\nMAA=\n-----END {label}-----\n");
    desk.write("cert", pem("CERTIFICATE").as_bytes());
    desk.write("openssh", pem("OPENSSH PRIVATE KEY").as_bytes());
    desk.write("line", b"ecdsa-sha2-nistp256 AAAA somebody\n");
    desk.write("bag", &[0x30, 0x05, 0x02, 0x01, 0x03, 0x30, 0x00]);
    for (file, words) in [
        ("ks.json", "--keystore"),
        ("cert", "openssl x509 -pubkey -noout"),
        ("openssh", "ssh-keygen -p -m PKCS8"),
        ("line", "ssh-keygen -e -m PKCS8"),
        ("bag", "openssl pkcs12 -nodes"),
    ] {
        desk.refused(&format!("sign m --key {file}"), 2, words);
        desk.refused(&format!("convert {file} --to der --public"), 2, words);
        if file != "ks.json" {
            desk.refused(&format!("inspect {file}"), 2, words);
        }
    }
}

#[test]
fn a_passphrase_file_and_its_variable_are_read_as_far_as_they_go() {
    let desk = Desk::new();
    desk.refused("generate --keystore ks.json --passphrase-file /dev/zero", 2, "too large for a passphrase");
    desk.refused("generate --keystore ks.json --passphrase-file none", 2, "none cannot be read");
    desk.write("empty", b"\n");
    desk.refused("generate --keystore ks.json --passphrase-file empty", 2, "is empty");
    // a variable that is set to nothing is not set
    let mut command = desk.command("--json key generate --keystore ks.json");
    json(command.env("HUFU_PASSPHRASE_FILE", "").env("HUFU_PASSPHRASE", "open sesame"));
    desk.key(&format!("list {STORE}"));
    let mut command = desk.command("--json key list --keystore ks.json");
    json(command.env("HUFU_PASSPHRASE_FILE", "pass").env("HUFU_PASSPHRASE", "not this one"));
    let mut command = desk.command("key list --keystore ks.json");
    let output = run(command.env("HUFU_PASSPHRASE", ""));
    assert!(String::from_utf8_lossy(&output.stderr).contains("HUFU_PASSPHRASE is empty"));
    desk.refused("list --keystore ks.json --passphrase-file empty", 2, "is empty");
}

#[test]
fn a_name_that_no_keystore_takes_is_refused_at_once() {
    let desk = Desk::new();
    for arguments in [
        "generate --name ",
        "sign m --name ",
        "convert --to pem --name ",
        "convert k.pem --into ",
        "derive m/0 --seed seed --into ",
        "remove ",
    ] {
        desk.refused(arguments, 2, "not empty");
    }
    desk.refused(&format!("generate --name {}", "n".repeat(129)), 2, "at most 128 bytes");
}

#[test]
fn a_keystore_that_cannot_be_one_is_told_apart_from_one_that_is_missing() {
    let desk = Desk::new();
    desk.refused("list --keystore none.json --passphrase-file pass", 2, "there is no keystore");
    std::fs::create_dir(desk.path("folder")).unwrap();
    for command in ["list", "generate", "remove default --force"] {
        desk.refused(&format!("{command} --keystore folder --passphrase-file pass"), 2, "is a folder");
    }
    // what may not be looked for is not missing: here because a file is no folder
    desk.refused("list --keystore m/ks.json --passphrase-file pass", 2, "m/ks.json cannot be read");
    symlink("circle", desk.path("circle")).unwrap();
    desk.refused("list --keystore circle --passphrase-file pass", 2, "circle cannot be read");
}

#[test]
fn a_keystore_lists_its_keys_and_loses_one_when_it_is_meant() {
    let desk = Desk::new();
    let made: Vec<_> = ["one", "two", "three"]
        .iter()
        .map(|name| desk.key(&format!("generate -a sm2 --name {name} {STORE}")))
        .collect();
    let names = |desk: &Desk| -> Vec<String> {
        let listed = desk.key(&format!("list {STORE}"));
        let keys = listed["keys"].as_array().unwrap().clone();
        keys.iter().map(|key| key["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&desk), ["one", "two", "three"]);
    let listed = desk.key(&format!("list {STORE}"));
    assert_eq!(
        (&listed["keys"][1]["did"], &listed["keys"][1]["algorithm"]),
        (&made[1]["did"], &"SM2".into())
    );
    let words = String::from_utf8(desk.printed(&format!("list {STORE}"))).unwrap();
    assert!(words.starts_with("name") && words.contains(made[2]["did"].as_str().unwrap()), "{words}");
    desk.refused(&format!("list {} wrong", STORE.trim_end_matches(" pass")), 2, "wrong passphrase");

    desk.refused(&format!("remove two {STORE}"), 2, "--force");
    desk.refused(&format!("remove four --force {STORE}"), 2, "it has: one, two, three");
    assert_eq!(names(&desk), ["one", "two", "three"]);
    assert_eq!(desk.key(&format!("remove two --force {STORE}"))["did"], made[1]["did"]);
    assert_eq!(names(&desk), ["one", "three"]);
    for name in ["one", "three"] {
        desk.key(&format!("remove {name} --force {STORE}"));
    }
    assert!(names(&desk).is_empty(), "an empty keystore is one");
    desk.key(&format!("generate --name again {STORE}"));
}

#[test]
fn a_keystore_gets_another_passphrase() {
    let desk = Desk::new();
    desk.key(&format!("generate -a sm2 --name signer {STORE}"));
    desk.write("new", b"open rye\n");
    desk.write("empty", b"");
    let before = desk.bytes("ks.json");
    let change = "passphrase --keystore ks.json --passphrase-file";
    desk.refused(&format!("{change} wrong --new-passphrase-file new"), 2, "wrong passphrase");
    desk.refused(&format!("{change} pass --new-passphrase-file empty"), 2, "is empty");
    assert_eq!(desk.bytes("ks.json"), before);
    desk.key(&format!("{change} pass --new-passphrase-file new"));
    assert_eq!(desk.mode("ks.json"), 0o600);
    desk.refused(&format!("sign m --name signer {STORE}"), 2, "wrong passphrase");
    desk.key("sign m --name signer --keystore ks.json --passphrase-file new");
    // the variables hold the old one
    let mut command = desk.command("--json key passphrase --keystore ks.json --new-passphrase-file pass");
    json(command.env("HUFU_PASSPHRASE", "open rye"));
    desk.key(&format!("sign m --name signer {STORE}"));
}
