//! `hufu key derive`: the standards' vectors through files, the keystore and pipes, and every refusal by name.
#![allow(clippy::unwrap_used, reason = "a test stops at the first broken assumption")]

mod common;

use std::{
    os::unix::fs::PermissionsExt as _,
    path::PathBuf,
    process::{Command, Output, Stdio},
};

use common::{hufu, json, run};
use serde_json::Value;

/// BIP32's test vector 1.
const SEED: &str = "000102030405060708090a0b0c0d0e0f";
const ACCOUNT: &str = "m/0'/1";
const XPRV: &str = "xprv9wTYmMFdV23N2TdNG573QoEsfRrWKQgWeibmLntzniatZvR9BmLnvSxqu53Kw1UmYPxLgboyZQaXwTCg8MSY3H2EU4pWcQDnRnrVA1xe8fs";
const XPUB: &str = "xpub6ASuArnXKPbfEwhqN6e3mwBcDTgzisQN1wXN9BJcM47sSikHjJf3UFHKkNAWbWMiGj7Wf5uMash7SyYq527Hqck2AxYysAA7xmALppuCkwQ";

struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        desk.write("seed", &format!("{SEED}\n"));
        desk.write("pass", "open sesame\n");
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
        self.chmod(name, 0o600);
    }

    fn chmod(&self, name: &str, mode: u32) {
        std::fs::set_permissions(self.path(name), std::fs::Permissions::from_mode(mode)).unwrap();
    }

    fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    fn mode(&self, name: &str) -> u32 {
        std::fs::metadata(self.path(name)).unwrap().permissions().mode() & 0o777
    }

    fn command(&self, arguments: &str) -> Command {
        let mut command = hufu();
        command.args(arguments.split(' ')).current_dir(self.0.path());
        command
    }

    /// Runs `hufu --json key`, which must succeed.
    fn key(&self, arguments: &str) -> Value {
        json(&mut self.command(&format!("--json key {arguments}")))
    }

    fn printed(&self, arguments: &str) -> String {
        let output = run(&mut self.command(&format!("key {arguments}")));
        assert!(output.status.success(), "{arguments}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs `hufu key`, which must refuse its input with these words.
    fn refused(&self, arguments: &str, words: &str) {
        let output = run(&mut self.command(&format!("key {arguments}")));
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments}: {said}");
        assert!(output.stdout.is_empty(), "{arguments}: a refusal prints no result");
        assert!(said.contains(words), "{arguments} should say {words:?}: {said}");
    }
}

fn with_input(command: &mut Command, input: &str) -> Output {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let _ = std::io::Write::write_all(&mut child.stdin.take().unwrap(), input.as_bytes());
    child.wait_with_output().unwrap()
}

#[test]
fn the_standards_vectors_come_out_of_the_command() {
    let desk = Desk::new();
    desk.key(&format!("derive {ACCOUNT} --seed seed --extended --out x"));
    assert_eq!((desk.text("x"), desk.mode("x")), (format!("{XPRV}\n"), 0o600));
    assert_eq!(
        desk.printed(&format!("derive {ACCOUNT} --seed seed --extended --public --out -")),
        format!("{XPUB}\n")
    );
    let described = desk.key(&format!("derive {ACCOUNT} --seed seed"));
    assert_eq!(described["path"], "m/0'/1");
    assert_eq!(described["fingerprint"], "bef5a2f9");
    // SLIP-0010's test vector 1: m/0H/1/2H of each curve, and Ed25519's of hardened steps
    for (algorithm, path, private) in [
        ("secp256k1", "m/0h/1/2H", "cbce0d719ecf7431d88e6a89fa1483e02e35092af60c042b1df2ff59fa424dca"),
        ("p-256", "m/0'/1/2'", "694596e8a54f252c960eb771a3c41e7e32496d03b954aeb90f61635b8e092aa7"),
        ("ed25519", "m/0'/1'/2'", "92a5b23c0b8a99e37d07df3fb9966917f5d06e02ddbd909c7e184371463e9fc9"),
    ] {
        desk.key(&format!("derive {path} -a {algorithm} --seed seed --format jwk --out k --force"));
        let jwk: Value = serde_json::from_str(&desk.text("k")).unwrap();
        let d = base64::Engine::decode(
            &base64::engine::general_purpose::URL_SAFE_NO_PAD,
            jwk["d"].as_str().unwrap(),
        );
        assert_eq!(hex::encode(d.unwrap()), private, "{algorithm}");
    }
}

#[test]
fn derived_keys_sign_from_files_and_from_the_keystore() {
    let desk = Desk::new();
    desk.write("m", "a message");
    for algorithm in ["secp256k1", "p-256", "sm2", "ed25519"] {
        let path = "m/44'/0'/7'";
        let made = desk.key(&format!("derive {path} -a {algorithm} --seed seed --out k.pem --force"));
        assert_eq!(desk.mode("k.pem"), 0o600);
        desk.key(&format!("derive {path} -a {algorithm} --seed seed --public --out p.pem --force"));
        desk.key("sign m --key k.pem --out s --force");
        desk.key("verify m -s s --key p.pem");
        assert_eq!(desk.key("inspect p.pem")["did"], made["did"]);
        let store = "--keystore ks.json --passphrase-file pass";
        let kept = desk.key(&format!("derive {path} -a {algorithm} --seed seed --into {algorithm} {store}"));
        assert_eq!((&kept["did"], &kept["name"]), (&made["did"], &algorithm.into()));
        desk.key(&format!("sign m --name {algorithm} {store} --out s --force"));
        desk.key("verify m -s s --key p.pem");
        desk.key(&format!(
            "derive {path} -a {algorithm} --seed seed --encrypt --passphrase-file pass --out e.pem --force"
        ));
        let unlocked = desk.key("inspect e.pem --unlock --passphrase-file pass");
        assert_eq!(unlocked["did"], made["did"]);
    }
}

#[test]
fn an_xpub_gives_the_public_keys_and_no_private_ones() {
    let desk = Desk::new();
    desk.write("xpub", XPUB);
    desk.write("xprv", XPRV);
    desk.chmod("xpub", 0o644); // it is no secret
    let public = desk.key("derive m/2/1000000000 --from xpub");
    let private = desk.key("derive m/2/1000000000 --from xprv");
    assert_eq!((&public["did"], &public["fingerprint"]), (&private["did"], &private["fingerprint"]));
    desk.key("derive m/5 --from xpub --public --out p.pem");
    desk.key("derive m/5 --from xprv --out k.pem");
    assert_eq!(desk.key("inspect p.pem")["thumbprint"], desk.key("inspect k.pem")["thumbprint"]);
    desk.refused("derive m/5 --from xpub --out no", "public keys below it only");
    desk.refused("derive m/5 --from xpub --extended --out no", "public keys below it only");
    desk.refused(
        "derive m/5 --from xpub --into name --keystore ks.json --passphrase-file pass",
        "public keys below it only",
    );
    desk.refused("derive m/5' --from xpub", "child 5' is hardened");
    assert!(!desk.path("no").exists() && !desk.path("ks.json").exists());
    // through a pipe, and on
    let piped = with_input(&mut desk.command("--json key derive m/2 --from -"), XPRV);
    assert!(piped.status.success(), "{}", String::from_utf8_lossy(&piped.stderr));
    // the test network stays the test network
    desk.key("derive m/1' --seed seed --extended --testnet --out t");
    assert!(desk.text("t").starts_with("tprv"));
    assert!(desk.printed("derive m/1 --from t --extended --public --out -").starts_with("tpub"));
}

#[test]
fn bad_input_is_named() {
    let desk = Desk::new();
    for (path, words) in [
        ("0/1", "begin with m"),
        ("m/", "no number"),
        ("m/x", "decimal"),
        ("m/01", "leading zeros"),
        ("m/2147483648", "above 2147483647"),
    ] {
        desk.refused(&format!("derive {path} --seed seed"), words);
    }
    desk.refused(&format!("derive m{} --seed seed", "/1".repeat(256)), "255 steps");
    for (seed, words) in [
        ("", "16 to 64 bytes"),
        ("0001", "16 to 64 bytes, not 2"),
        (&"00".repeat(15), "16 to 64 bytes, not 15"),
        (&"00".repeat(65), "16 to 64 bytes, not 65"),
        ("not hexadecimal", "is no seed"),
        ("000", "is no seed"),
        (&"0".repeat(5000), "more than"),
    ] {
        desk.write("bad", seed);
        desk.refused("derive m/0 --seed bad", words);
    }
    for (key, words) in [
        ("", "not an extended key"),
        (SEED, "not an extended key"),
        (&XPRV.replacen("wT", "wU", 1), "checksum is wrong"),
        (&XPUB.replacen("AS", "AT", 1), "checksum is wrong"),
        (
            "xprv9s21ZrQH143K24Mfq5zL5MhWK9hUhhGbd45hLXo2Pq2oqzMMo63oStZzF93Y5wvzdUayhgkkFoicQZcP3y52uPPxFnfoLZB21Teqt1VvEHx",
            "the scalar is not in 1..n",
        ),
        (
            "xpub661MyMwAqRbcEYS8w7XLSVeEsBXy79zSzH1J8vCdxAZningWLdN3zgtU6LBpB85b3D2yc8sfvZU521AAwdZafEz7mnzBBsz4wKY5fTtTQBm",
            "its version says public",
        ),
    ] {
        desk.write("bad", key);
        desk.refused("derive m/0 --from bad", words);
    }
    std::fs::write(desk.path("bad"), [0xff; 40]).unwrap();
    desk.refused("derive m/0 --from bad", "not an extended key");
    desk.refused("derive m/0 -a ed25519 --seed seed", "hardened children only");
    desk.refused("derive m/0 -a p-384 --seed seed", "possible values: ed25519, p-256, secp256k1, sm2");
    desk.refused("derive m/0 -a sm2 --seed seed --extended --out no", "secp256k1");
    desk.refused("derive m/0 -a sm2 --seed seed --extended --public --out no", "secp256k1");
    desk.refused("derive m/0 -a ed25519 --seed seed --format sec1 --out no", "hardened children only");
    desk.refused("derive m/0' -a ed25519 --seed seed --format sec1 --out no", "no SEC1 form");
    desk.refused("derive m/0 --seed seed --format jwk --encrypt --out no", "PKCS#8");
    desk.refused("derive m/0 --seed missing", "missing");
    desk.refused("derive m/0 --seed seed --out seed", "are the same file");
    desk.refused("derive m/0 --seed seed --out pass", "--force");
    assert!(!desk.path("no").exists());
    for usage in [
        "derive m/0",
        "derive --seed seed",
        "derive m/0 --seed seed --from x",
        "derive m/0 --from x -a sm2",
        "derive m/0 --seed seed --public",
        "derive m/0 --seed seed --out k --into n",
        "derive m/0 --seed seed --out k --public --encrypt",
    ] {
        assert_eq!(run(&mut desk.command(&format!("key {usage}"))).status.code(), Some(2), "{usage}");
    }
}

#[test]
fn secrets_that_others_can_read_are_refused_and_never_printed() {
    let desk = Desk::new();
    desk.write("xprv", XPRV);
    for name in ["seed", "xprv"] {
        desk.chmod(name, 0o644);
    }
    desk.refused("derive m/0 --seed seed", "chmod 600");
    desk.refused("derive m/0 --from xprv", "chmod 600");
    desk.chmod("seed", 0o600);
    // the secret itself, where its file is meant
    for secret in [SEED, &SEED.to_uppercase(), &format!("0x{SEED}"), &"0123456789abcdef".repeat(8)] {
        let output = run(&mut desk.command(&format!("key derive m/0 --seed {secret}")));
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("--seed takes a file") && !said.contains(secret), "{said}");
    }
    let output = run(&mut desk.command(&format!("key derive m/0 --from {XPRV}")));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("--from takes a file") && !said.contains(XPRV), "{said}");
    // unless a file has that name
    desk.write(SEED, SEED);
    desk.key(&format!("derive m/0 --seed {SEED}"));
    for arguments in ["key derive m/0 --seed seed", "--json key derive m/0 --seed seed"] {
        let output = run(&mut desk.command(arguments));
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(!said.contains("xprv") && !said.contains(SEED), "{said}");
    }
}
