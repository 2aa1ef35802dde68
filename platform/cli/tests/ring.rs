//! `hufu ring`: a ballot through files, and every refusal by name.
#![allow(clippy::unwrap_used, reason = "a test stops at the first broken assumption")]

mod common;

use std::{os::unix::fs::PermissionsExt as _, path::PathBuf, process::Command};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use common::{hufu, json, run};
use serde_json::Value;

/// A folder with the keys `k0`, `k1`, … and their public halves `p0`, `p1`, …, and the ring of them.
struct Desk(tempfile::TempDir);

impl Desk {
    fn new(members: usize) -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        for member in 0..members {
            desk.ring(&format!(
                "generate --out k{member} --public-out p{member} --holder did:example:{member}"
            ));
        }
        let public: Vec<String> = (0..members).map(|member| format!("p{member}")).collect();
        desk.ring(&format!("make {} --out ring", public.join(" ")));
        desk.write("yes", "yes");
        desk.write("no", "no");
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
        std::fs::set_permissions(self.path(name), std::fs::Permissions::from_mode(0o600)).unwrap();
    }

    fn value(&self, name: &str) -> Value {
        serde_json::from_slice(&std::fs::read(self.path(name)).unwrap()).unwrap()
    }

    /// Writes `name` with a member of `from` changed.
    fn altered(&self, from: &str, name: &str, change: impl FnOnce(&mut Value)) {
        let mut value = self.value(from);
        change(&mut value);
        self.write(name, &value.to_string());
    }

    fn command(&self, arguments: &str) -> Command {
        let mut command = hufu();
        command.args(arguments.split(' ')).current_dir(self.0.path());
        command
    }

    /// Runs `hufu --json ring`, which must succeed.
    fn ring(&self, arguments: &str) -> Value {
        json(&mut self.command(&format!("--json ring {arguments}")))
    }

    /// Runs `hufu ring`, which must end with this code and these words.
    fn refused(&self, arguments: &str, code: i32, words: &str) {
        let output = run(&mut self.command(&format!("ring {arguments}")));
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{arguments}: {said}");
        assert!(output.stdout.is_empty(), "{arguments}: a refusal prints no result");
        assert!(said.contains(words), "{arguments} should say {words:?}: {said}");
    }
}

/// The small form of signatures (up to 8 members) and the logarithmic one.
#[test]
fn a_ballot_is_cast_counted_and_a_double_vote_seen() {
    for members in [3, 9] {
        let desk = Desk::new(members);
        let within = "--ring ring --scope board/2027";
        let vote = desk.ring(&format!("sign yes --key k1 {within} --out first"));
        assert_eq!((&vote["scope"], vote["file"].as_str()), (&"board/2027".into(), Some("first")));
        desk.ring(&format!("sign yes --key k2 {within} --out other"));
        desk.ring(&format!("sign no --key k1 {within} --out again"));
        let verified = desk.ring(&format!("verify yes --signature first {within}"));
        assert_eq!((&verified["verified"], &verified["members"]), (&true.into(), &members.into()));
        assert_eq!(verified["tag"], vote["tag"]);

        let linked = desk.ring(&format!("compare first again --messages yes no {within}"));
        assert_eq!(linked["linked"], true);
        let output =
            run(&mut desk.command(&format!("--json ring compare first other --messages yes yes {within}")));
        assert_eq!(output.status.code(), Some(1));
        let told: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(told["linked"], false);
        assert_ne!(told["tags"][0], told["tags"][1]);
        desk.refused(&format!("compare first other --messages yes yes {within}"), 1, "two members");

        desk.refused(&format!("verify no --signature first {within}"), 1, "does not verify");
        desk.refused(
            "verify yes --signature first --ring ring --scope board/2028",
            1,
            "in the scope \"board/2027\"",
        );
        desk.refused(&format!("compare first again --messages yes yes {within}"), 1, "does not verify");
        // in another scope the same member has another tag
        let elsewhere = desk.ring("sign yes --key k1 --ring ring --scope board/2028 --out elsewhere");
        assert_ne!(elsewhere["tag"], vote["tag"]);
        desk.refused(&format!("compare first elsewhere --messages yes yes {within}"), 1, "in the scope");
        // who is no member cannot sign
        desk.ring("generate --out stranger --public-out p");
        desk.refused(&format!("sign yes --key stranger {within} --out s"), 2, "not a member");
        assert!(!desk.path("s").exists());
    }
}

#[test]
fn a_ring_that_is_a_list_s_version_binds_its_signatures() {
    let desk = Desk::new(3);
    desk.ring("make p0 p1 p2 --list did:example:board --list-version 1 --out one");
    desk.ring("make p0 p1 p2 --list did:example:board --list-version 2 --out two");
    desk.ring("sign yes --key k0 --ring one --scope s --out first");
    desk.ring("sign yes --key k0 --ring two --scope s --out second");
    desk.refused("verify yes --signature first --ring two --scope s", 1, "another ring");
    desk.refused("verify yes --signature first --ring ring --scope s", 1, "another ring");
    let linked = desk.ring("compare first second --messages yes yes --ring one --second-ring two --scope s");
    assert_eq!(linked["linked"], true, "a new version of a list is no second vote");
    desk.refused("make p0 p1 --list x", 2, "--list-version");
}

fn decode(text: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text.as_str().unwrap()).unwrap()
}

fn encode(bytes: &[u8]) -> Value {
    URL_SAFE_NO_PAD.encode(bytes).into()
}

/// Both forms again: a share is one ring signature of its size.
#[test]
fn three_of_a_ring_sign_together_and_two_do_not() {
    for members in [4, 9] {
        let desk = Desk::new(members);
        let within = "--ring ring --scope board/2027";
        for member in 0..4 {
            let made = desk.ring(&format!("sign yes --key k{member} {within} --threshold 3 --out s{member}"));
            assert_eq!((&made["threshold"], &made["scope"]), (&3.into(), &"board/2027".into()));
        }
        let whole = desk.ring(&format!("combine s3 s0 s2 --message yes {within} --out whole"));
        assert_eq!((&whole["threshold"], whole["file"].as_str()), (&3.into(), Some("whole")));
        let verified = desk.ring(&format!("verify yes --signature whole {within} --threshold 3"));
        assert_eq!((&verified["threshold"], &verified["members"]), (&3.into(), &members.into()));
        let mut tags: Vec<Value> = ["s0", "s2", "s3"].map(|share| desk.value(share)["tag"].clone()).into();
        let mut told = verified["tags"].as_array().unwrap().clone();
        tags.sort_by_key(ToString::to_string);
        told.sort_by_key(ToString::to_string);
        assert_eq!(told, tags);
        let words = run(&mut desk.command(&format!("ring verify yes -s whole {within} -t 3")));
        assert!(
            String::from_utf8(words.stdout)
                .unwrap()
                .starts_with(&format!("verified: 3 of {members} members signed"))
        );

        let combine = |shares: &str, code, words: &str| {
            desk.refused(&format!("combine {shares} --message yes {within} --out never"), code, words);
        };
        combine("s0 s1", 2, "2 shares for a threshold of 3");
        combine("s0 s1 s2 s3", 2, "4 shares for a threshold of 3");
        desk.ring(&format!("sign yes --key k0 {within} --threshold 3 --out again"));
        combine("s0 s1 again", 2, "one member signed both s0 and again");
        combine("s0 s1 s0", 2, "one member signed both s0 and s0");
        combine(&["s0"; 129].join(" "), 2, "129 shares are given: at most 128 sign together");
        combine("- - s1", 2, "cannot both be read from standard input");
        desk.ring(&format!("sign yes --key k0 {within} --threshold 2 --out two"));
        combine("two s1 s2", 2, "two is a share for a threshold of 2, s1 for one of 3");
        combine("s1 two s2", 2, "s1 is a share for a threshold of 3, two for one of 2");
        desk.ring(&format!("sign no --key k0 {within} --threshold 3 --out other"));
        combine("other s1 s2", 1, "other: not verified");
        desk.ring("sign yes --key k0 --ring ring --scope board/2028 --threshold 3 --out elsewhere");
        combine("elsewhere s1 s2", 1, "in the scope \"board/2028\"");
        desk.ring("make p0 p1 p2 --out small");
        desk.ring("sign yes --key k0 --ring small --scope board/2027 --threshold 3 --out small-share");
        combine("small-share s1 s2", 1, "another ring");
        desk.ring(&format!("sign yes --key k0 {within} --out alone"));
        combine("alone s1 s2", 2, "a hufu-ring-share is needed");
        for (member, change, words) in [
            ("threshold", 2.into(), "its threshold is not the 3 of its bytes"),
            ("threshold", "3".into(), "its threshold is not the 3 of its bytes"),
            ("tag", desk.value("s1")["tag"].clone(), "its tag is not that of its share"),
            ("share", "AAAA".into(), "not a"),
        ] {
            desk.altered("s0", "x", |share| share[member] = change);
            combine("x s1 s2", 2, words);
        }

        let verify = |arguments: &str, code, words: &str| {
            desk.refused(&format!("verify {arguments} {within}"), code, words);
        };
        verify("yes -s whole -t 2", 1, "it was made by 3 members, not by 2");
        verify("yes -s whole -t 4", 1, "it was made by 3 members, not by 4");
        for threshold in [0, 1, members + 1, usize::MAX] {
            verify(&format!("yes -s whole -t {threshold}"), 2, "are possible");
        }
        verify("- -s - -t 3", 2, "cannot both be read from standard input");
        verify("no -s whole -t 3", 1, "does not verify");
        verify("yes -s whole", 2, "a hufu-ring-signature is needed");
        verify("yes -s s0 -t 3", 2, "a hufu-ring-threshold-signature is needed");
        desk.altered("whole", "x", |whole| whole["scope"] = "board/2028".into());
        verify("yes -s x -t 3", 1, "in the scope \"board/2028\"");
        desk.altered("whole", "x", |whole| whole["signature"] = "AAAA".into());
        verify("yes -s x -t 3", 2, "not a");
        // the signature of one member in the place of another's
        let bytes = decode(&desk.value("whole")["signature"]);
        let (head, signatures) = bytes.split_at(3);
        let each = signatures.len() / 3;
        for order in [[0, 0, 1], [1, 0, 2]] {
            let parts = order.map(|at| &signatures[at * each..(at + 1) * each]).concat();
            desk.altered("whole", "x", |whole| whole["signature"] = encode(&[head, &parts].concat()));
            verify("yes -s x -t 3", 2, "not in ascending order");
        }
        for place in ["yes", "ring", "s1"] {
            let before = std::fs::read(desk.path(place)).unwrap();
            desk.refused(
                &format!("combine s0 s1 s2 --message yes {within} --force --out {place}"),
                2,
                "are the same file",
            );
            assert_eq!(std::fs::read(desk.path(place)).unwrap(), before);
        }
        for threshold in [0, 1, members + 1] {
            desk.refused(
                &format!("sign yes --key k0 {within} -t {threshold} --out never"),
                2,
                "are possible",
            );
        }
        assert!(!desk.path("never").exists());
    }
}

#[test]
fn standard_input_and_output_serve_as_files() {
    let desk = Desk::new(2);
    let printed = run(&mut desk.command("ring sign yes --key k0 --ring ring --scope s"));
    desk.write("printed", &String::from_utf8(printed.stdout).unwrap());
    desk.ring("verify yes --signature printed --ring ring --scope s");
    let ring = run(&mut desk.command("ring make p0 p1"));
    desk.write("printed", &String::from_utf8(ring.stdout).unwrap());
    assert_eq!(desk.value("printed"), desk.value("ring"));
    let words = run(&mut desk.command("ring make p0 p1 --out new"));
    assert!(String::from_utf8(words.stdout).unwrap().contains("ring of 2 members"));
}

/// The secret half is written first, without which the other is of no use.
#[cfg(target_os = "linux")]
#[test]
fn what_is_written_already_is_told_when_the_rest_fails() {
    let desk = Desk::new(2);
    let mut command = desk.command("ring generate --out new --public-out /dev/full");
    let output = run(&mut command);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), output.stdout.is_empty()), (Some(3), true), "{said}");
    assert!(said.contains("new is written, and what belongs to it is not"), "{said}");
    assert!(said.contains("/dev/full cannot be written"), "{said}");
    assert_eq!(desk.value("new")["kind"], "hufu-ring-key");
}

#[test]
fn two_inputs_from_standard_input_and_a_result_in_place_of_one() {
    let desk = Desk::new(3);
    let twice = "cannot both be read from standard input";
    for command in [
        "compare - - --messages yes no --ring ring --scope s",
        "compare first - --messages - no --ring ring --scope s",
        "compare first second --messages - - --ring ring --scope s",
        "compare first second --messages yes no --ring - --second-ring - --scope s",
        "present --ring - --key - --challenge c --domain d",
        "verify-presentation --ring - --challenge c --domain d",
    ] {
        desk.refused(command, 2, twice);
    }
    for place in ["k1", "ring"] {
        let before = std::fs::read(desk.path(place)).unwrap();
        let present = "present --ring ring --key k1 --challenge c --domain d --force --out";
        desk.refused(&format!("{present} {place}"), 2, "and --out are the same file");
        assert_eq!(std::fs::read(desk.path(place)).unwrap(), before);
    }
}

#[test]
fn private_keys_are_closed_and_nothing_is_overwritten() {
    let desk = Desk::new(2);
    let mode = std::fs::metadata(desk.path("k0")).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    let secret = desk.value("k0")["secretKey"].as_str().unwrap().to_owned();
    for arguments in
        ["ring generate --out k0 --public-out p0 --force", "--json ring generate --out a --public-out b"]
    {
        let output = run(&mut desk.command(arguments));
        let name = if arguments.contains("k0") { "k0" } else { "a" };
        let made = desk.value(name)["secretKey"].as_str().unwrap().to_owned();
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(output.status.success() && !said.contains(&made), "{said}");
        assert_ne!(made, secret);
    }
    desk.refused("generate --out k0 --public-out new", 2, "--force");
    desk.refused("generate --out new --public-out p0", 2, "--force");
    desk.refused("generate --out new --public-out new", 2, "the same file");
    assert!(Command::new("mkfifo").arg(desk.path("pipe")).status().unwrap().success());
    desk.refused("generate --out pipe --public-out ./pipe", 2, "the same file");
    desk.ring("generate --out /dev/null --public-out /dev/null");
    desk.write("open", "open\n");
    for files in ["--out open --public-out new", "--out new --public-out ./open"] {
        desk.refused(
            &format!("generate --encrypt --passphrase-file open --force {files}"),
            2,
            "--passphrase-file and --",
        );
        assert_eq!(std::fs::read(desk.path("open")).unwrap(), b"open\n");
    }
    desk.refused("make p0 p1 --out ring", 2, "--force");
    desk.refused("sign yes --key k1 --ring ring --scope s --out no", 2, "--force");
    assert!(!desk.path("new").exists(), "refused before anything is written");
    std::fs::set_permissions(desk.path("k1"), std::fs::Permissions::from_mode(0o644)).unwrap();
    desk.refused("sign yes --key k1 --ring ring --scope s", 2, "chmod 600");
}

#[test]
fn a_private_key_under_a_passphrase_signs_with_it_and_is_refused_without() {
    let desk = Desk::new(2);
    desk.write("open", "open\n");
    desk.write("shut", "shut\n");
    desk.ring("generate --encrypt --passphrase-file open --out sealed --public-out public");
    desk.ring("make p0 public --out mixed");
    let file = desk.value("sealed");
    assert_eq!((&file["kind"], &file["version"]), (&"hufu-ring-key".into(), &2.into()));
    assert!(file.get("secretKey").is_none() && file.get("publicKey").is_none(), "{file}");
    let mode = std::fs::metadata(desk.path("sealed")).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    let sign = "sign yes --key sealed --ring mixed --scope s";
    desk.ring(&format!("{sign} --passphrase-file open --out sig"));
    desk.ring("verify yes --signature sig --ring mixed --scope s");
    let mut asked = desk.command(&format!("--json ring {sign} --out sig2"));
    json(asked.env("HUFU_PASSPHRASE", "open"));
    // no passphrase, another, an empty one
    desk.refused(&format!("{sign} --out x"), 2, "a passphrase for sealed is needed");
    desk.refused(&format!("{sign} --passphrase-file shut --out x"), 2, "wrong passphrase: it is intact");
    desk.write("nothing", "\n");
    desk.refused(&format!("{sign} --passphrase-file nothing --out x"), 2, "is empty");
    desk.refused("generate --encrypt --out x --public-out y", 2, "a passphrase for x is needed");
    assert!(!desk.path("x").exists() && !desk.path("y").exists(), "refused before anything is written");
    // truncated, damaged, altered, of another kind, open to others
    let refused = |words: &str| desk.refused(&sign.replace("sealed", "x --passphrase-file open"), 2, words);
    let text = std::fs::read_to_string(desk.path("sealed")).unwrap();
    for length in [0, 1, text.len() / 2, text.len() - 4] {
        desk.write("x", &text[..length]);
        refused("no acceptable JSON");
    }
    desk.altered("sealed", "x", |file| {
        let text = file["sealed"]["ciphertext"].as_str().unwrap();
        file["sealed"]["ciphertext"] = text[..text.len() - 4].into();
    });
    refused("it is damaged, no passphrase opens it");
    desk.altered("sealed", "x", |file| file["sealed"]["kdf"]["memoryKib"] = 1_u64.into());
    refused("it is damaged, no passphrase opens it");
    desk.altered("sealed", "x", |file| file["sealed"] = "AAAA".into());
    refused("it is damaged, no passphrase opens it");
    desk.altered("sealed", "x", |file| file["kind"] = "hufu-bbs-key".into());
    refused("it is a hufu-bbs-key, and a hufu-ring-key is needed here");
    desk.altered("sealed", "x", |file| file["version"] = 3.into());
    refused("use a newer one");
    desk.altered("sealed", "x", |file| file["colour"] = "red".into());
    refused("unknown member \"colour\"");
    desk.altered("k0", "x", |file| file["version"] = 2.into());
    refused("\"sealed\" is missing");
    std::fs::set_permissions(desk.path("sealed"), std::fs::Permissions::from_mode(0o640)).unwrap();
    desk.refused(&format!("{sign} --passphrase-file open --out z"), 2, "chmod 600");
}

/// What was sealed by an earlier version is opened by every later one; the passphrase is "open".
#[test]
fn a_file_that_was_sealed_before_is_opened() {
    let desk = Desk::new(2);
    desk.write("open", "open\n");
    desk.write("old", include_str!("fixtures/sealed-ring-key.json"));
    desk.write("old.public", include_str!("fixtures/sealed-ring-key.public.json"));
    desk.ring("make p0 old.public --out mixed");
    desk.ring("sign yes --key old --ring mixed --scope s --passphrase-file open --out sig");
    desk.ring("verify yes --signature sig --ring mixed --scope s");
}

#[test]
fn bad_input_is_named() {
    let desk = Desk::new(3);
    desk.ring("sign yes --key k0 --ring ring --scope s --out sig");
    // rings
    desk.refused("make p0", 2, "at least 2 members");
    desk.refused("make p0 p1 p0", 2, "members 0 and 2 are the same key");
    desk.refused("make p0 k1", 2, "it is a hufu-ring-key, and a hufu-ring-public-key is needed");
    desk.refused("make p0 missing", 2, "missing");
    let empty = run(desk.command("ring make p0 p1 --list-version 1 --list").arg(""));
    assert!(String::from_utf8(empty.stderr).unwrap().contains("empty list name"));
    desk.altered("p0", "x", |key| key["holder"] = "did:example:other".into());
    desk.refused("make x p1", 2, "nobody is shown to hold this key");
    desk.altered("p0", "x", |key| key["publicKey"] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".into());
    desk.refused("make x p1", 2, "not a ring key");
    desk.altered("p0", "x", |key| key["proof"] = "AAAA".into());
    desk.refused("make x p1", 2, "not a proof of possession");
    // a ring whose members were exchanged under its id
    let other = Desk::new(3);
    desk.altered("ring", "x", |ring| ring["members"] = other.value("ring")["members"].clone());
    desk.refused("sign yes --key k0 --ring x --scope s", 2, "it was altered");
    desk.altered("ring", "x", |ring| ring["list"] = serde_json::json!({ "name": "n", "version": 1 }));
    desk.refused("verify yes --signature sig --ring x --scope s", 2, "it was altered");
    for (members, words) in [
        (serde_json::json!("none"), "no list"),
        (serde_json::json!([1, 2]), "member 0 is no text"),
        (serde_json::json!(["AAAA", "AAAA"]), "member 0 has not 32 bytes"),
        (serde_json::json!(["?", "?"]), "base64url"),
        (serde_json::json!([]), "at least 2 members"),
    ] {
        desk.altered("ring", "x", |ring| ring["members"] = members);
        desk.refused("verify yes --signature sig --ring x --scope s", 2, words);
    }
    // scopes
    for scope in [String::new(), "s".repeat(1025)] {
        let mut command = desk.command("ring sign yes --key k0 --ring ring --scope");
        let output = run(command.arg(&scope));
        assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    }
    // keys
    desk.altered("k0", "x", |key| key["secretKey"] = desk.value("k1")["secretKey"].clone());
    desk.refused("sign yes --key x --ring ring --scope s", 2, "does not belong");
    desk.altered("k0", "x", |key| key["secretKey"] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".into());
    desk.refused("sign yes --key x --ring ring --scope s", 2, "zero");
    desk.refused("sign yes --key p0 --ring ring --scope s", 2, "a hufu-ring-key is needed");
    // signatures
    for (member, value, words) in [
        ("tag", desk.value("p0")["publicKey"].clone(), "it was altered"),
        ("signature", "AAAA".into(), "not a ring signature"),
        ("signature", 7.into(), "no text"),
        ("version", 2.into(), "use a newer one"),
        ("version", "1".into(), "no number"),
        ("kind", "x".repeat(1000).into(), "is needed here"),
        ("colour", "red".into(), "unknown member \"colour\""),
    ] {
        desk.altered("sig", "x", |signature| signature[member] = value);
        desk.refused("verify yes --signature x --ring ring --scope s", 2, words);
    }
    desk.altered("sig", "x", |signature| drop(signature.as_object_mut().unwrap().remove("scope")));
    desk.refused("verify yes --signature x --ring ring --scope s", 2, "\"scope\" is missing");
    // an altered signature whose tag is right: refused by the proof, whichever byte it is
    let signature = desk.value("sig")["signature"].as_str().unwrap().to_owned();
    for at in [60, 100, signature.len() - 3] {
        let mut altered = signature.clone().into_bytes();
        altered[at] = if altered[at] == b'A' { b'B' } else { b'A' };
        desk.altered("sig", "x", |file| file["signature"] = String::from_utf8(altered).unwrap().into());
        let output = run(&mut desk.command("ring verify yes --signature x --ring ring --scope s"));
        assert!(matches!(output.status.code(), Some(1 | 2)), "{at}");
    }
    // files that are no JSON of ours
    for (text, words) in [
        ("", "no acceptable JSON"),
        ("[]", "no JSON object"),
        ("{}", "\"kind\" is missing"),
        ("{\"kind\":1}", "\"kind\" is no text"),
        ("{\"kind\":\"a\",\"kind\":\"a\"}", "no acceptable JSON"),
    ] {
        desk.write("x", text);
        desk.refused("verify yes --signature x --ring ring --scope s", 2, words);
        desk.refused("make x p1", 2, words);
    }
    desk.write("x", &" ".repeat(20 << 10));
    desk.refused("verify yes --signature x --ring ring --scope s", 2, "more than");
}
