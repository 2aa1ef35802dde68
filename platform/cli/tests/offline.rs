//! The command without any service: keys, credentials, the wallet, and what a script sees when something is wrong.
#![allow(clippy::unwrap_used, reason = "a test stops at the first broken assumption")]

mod common;

use std::{
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use common::{hufu, json, run};
use serde_json::{Value, json as value};

/// A folder with a keystore that has one key.
struct Desk {
    folder: tempfile::TempDir,
    did: String,
}

impl Desk {
    fn new(algorithm: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let made = json(
            hufu()
                .args(["--json", "did", "key", "--algorithm", algorithm, "--keystore"])
                .arg(folder.path().join("keys.json"))
                .env("HUFU_PASSPHRASE", "open"),
        );
        let did = made["did"].as_str().unwrap().to_owned();
        Self { folder, did }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn issue(&self, passphrase: &str) -> Command {
        let unsigned = value!({
            "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
            "id": "urn:uuid:5a1a2d5e-93e1-4b4e-8f7d-3a5f0c1f2b3c",
            "type": ["VerifiableCredential", "ExampleAlumniCredential"],
            "issuer": self.did,
            "credentialSubject": { "id": "did:example:alice", "alumniOf": { "name": "Example University" } },
        });
        std::fs::write(self.path("unsigned.json"), unsigned.to_string()).unwrap();
        let mut command = hufu();
        command.args(["--json", "vc", "issue", "--key", "default", "--keystore"]).arg(self.path("keys.json"));
        command.arg(self.path("unsigned.json")).env("HUFU_PASSPHRASE", passphrase);
        command
    }

    fn credential(&self) -> Value {
        json(&mut self.issue("open"))
    }
}

fn verify(file: &Path) -> (i32, String) {
    let output = run(hufu().args(["--json", "vc", "verify", "--offline"]).arg(file));
    let words =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output.status.code().unwrap(), words)
}

#[test]
fn a_credential_of_every_algorithm_verifies_and_a_changed_one_does_not() {
    for algorithm in ["ed25519", "p-256", "p-384", "sm2"] {
        let desk = Desk::new(algorithm);
        let mut credential = desk.credential();
        let file = desk.path("signed.json");
        std::fs::write(&file, credential.to_string()).unwrap();
        let (code, words) = verify(&file);
        assert_eq!(code, 0, "{algorithm}: {words}");

        credential["credentialSubject"]["alumniOf"]["name"] = "Another University".into();
        std::fs::write(&file, credential.to_string()).unwrap();
        let (code, words) = verify(&file);
        assert_eq!(code, 1, "{algorithm}: {words}");
        assert!(words.contains("signature"), "the cause is named: {words}");
    }
}

#[test]
fn garbage_is_told_from_a_credential_that_does_not_verify() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("garbage.json");
    for garbage in ["", "{", "[]", "{\"a\":1,\"a\":2}", "\u{0}"] {
        std::fs::write(&file, garbage).unwrap();
        let (code, words) = verify(&file);
        assert_eq!(code, 2, "{garbage:?}: {words}");
    }
    assert_eq!(verify(&folder.path().join("missing.json")).0, 2);
}

#[test]
fn a_wrong_passphrase_and_an_open_keystore_are_refused_by_name() {
    let desk = Desk::new("ed25519");
    let output = run(&mut desk.issue("wrong"));
    assert!(!output.status.success());
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(words.contains("passphrase"), "{words}");

    let keystore = desk.path("keys.json");
    assert_eq!(std::fs::metadata(&keystore).unwrap().permissions().mode() & 0o777, 0o600);
    std::fs::set_permissions(&keystore, std::fs::Permissions::from_mode(0o644)).unwrap();
    let output = run(&mut desk.issue("open"));
    assert!(!output.status.success());
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(words.contains("0644") || words.contains("644"), "the mode is named: {words}");
}

#[test]
fn a_damaged_keystore_is_not_called_a_wrong_passphrase() {
    let desk = Desk::new("p-256");
    let keystore = desk.path("keys.json");
    let text = std::fs::read_to_string(&keystore).unwrap();
    std::fs::write(&keystore, &text[..text.len() / 2]).unwrap();
    let output = run(&mut desk.issue("open"));
    assert!(!output.status.success());
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(words.contains("damaged"), "{words}");
}

#[test]
fn a_wallet_keeps_presents_and_verifies_without_a_network() {
    let desk = Desk::new("ed25519");
    let credential = desk.path("signed.json");
    std::fs::write(&credential, desk.credential().to_string()).unwrap();
    let wallet = |name: &str| {
        let mut command = hufu();
        command.args(["--json", "wallet", name, "--wallet"]).arg(desk.path("wallet"));
        command.env("HUFU_PASSPHRASE", "wallet");
        command
    };
    json(wallet("init").args(["--url", "http://127.0.0.1:1"]));
    assert_eq!(std::fs::metadata(desk.path("wallet")).unwrap().permissions().mode() & 0o777, 0o700);
    json(wallet("add").arg(&credential));
    let listed = json(&mut wallet("list"));
    assert!(listed.to_string().contains(&desk.did), "{listed}");
    let presentation =
        json(wallet("present").args(["1", "--challenge", "c-1", "--domain", "https://verifier.example"]));
    let file = desk.path("presentation.json");
    std::fs::write(&file, presentation.to_string()).unwrap();
    let check = |challenge: &str| {
        let arguments = ["--challenge", challenge, "--domain", "https://verifier.example"];
        run(wallet("verify").args(arguments).arg(&file)).status.code().unwrap()
    };
    assert_eq!(check("c-1"), 0);
    assert_eq!(check("c-2"), 1, "another challenge is refused");
}

#[test]
fn a_wallet_shows_parts_of_what_was_issued_for_that() {
    let desk = Desk::new("p-256");
    let wallet = |name: &str| {
        let mut command = hufu();
        command.args(["--json", "wallet", name, "--wallet"]).arg(desk.path("wallet"));
        command.env("HUFU_PASSPHRASE", "wallet");
        command
    };
    let write = |name: &str, value: &Value| {
        std::fs::write(desk.path(name), value.to_string()).unwrap();
        desk.path(name)
    };
    let refused = |command: &mut Command| {
        let output = run(command);
        (output.status.code().unwrap(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let base = json(desk.issue("open").args(["--suite", "ecdsa-sd-2023", "--mandatory", "/issuer"]));
    let base = write("base.json", &base);
    let (code, words) = refused(desk.issue("open").args(["--mandatory", "/issuer"]));
    assert!(code == 2 && words.contains("selective disclosure"), "{words}");
    // for everybody but the holder a base proof is none
    let (code, words) = verify(&base);
    assert!(code == 1 && words.contains("base proof"), "{words}");

    let derived =
        json(hufu().args(["--json", "vc", "derive", "--disclose", "/credentialSubject/alumniOf"]).arg(&base));
    assert_eq!(derived["credentialSubject"]["alumniOf"]["name"], "Example University");
    assert_eq!(verify(&write("derived.json", &derived)).0, 0);
    for (pointer, said) in
        [("/credentialSubject/x", "is not there"), ("credentialSubject", "no JSON pointer")]
    {
        let (code, words) = refused(hufu().args(["vc", "derive", "--disclose", pointer]).arg(&base));
        assert!(code == 2 && words.contains(said), "{words}");
    }
    let (code, words) = refused(hufu().args(["vc", "derive"]).arg(desk.path("derived.json")));
    assert!(code == 2 && words.contains("derived already"), "{words}");

    json(wallet("init").args(["--url", "http://127.0.0.1:1"]));
    json(wallet("add").arg(&base));
    let for_verifier = ["--challenge", "c-1", "--domain", "https://verifier.example"];
    let present = |arguments: &[&str]| {
        let mut command = wallet("present");
        command.args(arguments).args(for_verifier);
        command
    };
    let shown = json(&mut present(&["1", "--disclose", "/credentialSubject/id"]));
    let credential = &shown["verifiableCredential"][0];
    assert_eq!(credential["credentialSubject"], value!({ "id": "did:example:alice" }));
    let file = write("presentation.json", &shown);
    assert_eq!(run(wallet("verify").args(for_verifier).arg(&file)).status.code(), Some(0));
    // numbered, and numbered wrongly
    let shown = json(&mut present(&["1", "--disclose", "1:/credentialSubject/alumniOf"]));
    assert!(shown["verifiableCredential"][0]["credentialSubject"]["alumniOf"].is_object());
    for (pointer, said) in [
        ("2:/credentialSubject", "not presented"),
        ("credentialSubject", "JSON pointer"),
        ("/nothing", "is not there"),
    ] {
        let (code, words) = refused(&mut present(&["1", "--disclose", pointer]));
        assert!(code == 2 && words.contains(said), "{words}");
    }
    // a mandatory part alone is no credential: its subject is missing
    let (code, words) = refused(&mut present(&["1"]));
    assert!(code == 2 && words.contains("credentialSubject"), "{words}");
}

#[test]
fn completions_and_the_manual_are_printed() {
    for shell in ["bash", "zsh", "fish"] {
        let output = run(hufu().args(["completions", shell]));
        assert!(output.status.success());
        assert!(String::from_utf8(output.stdout).unwrap().contains("hufu"), "{shell}");
    }
    let output = run(hufu().arg("man"));
    assert!(String::from_utf8(output.stdout).unwrap().contains(".TH hufu"));
}

#[test]
fn an_unknown_option_is_a_usage_error() {
    assert_eq!(run(hufu().args(["did", "key", "--colour", "red"])).status.code(), Some(2));
}
