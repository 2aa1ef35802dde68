//! `hufu bbs`: signing, showing some messages and verifying through files, and every refusal by name.
#![allow(clippy::unwrap_used, reason = "a test stops at the first broken assumption")]

mod common;

use std::{os::unix::fs::PermissionsExt as _, path::PathBuf, process::Command};

use common::{hufu, json, run};
use serde_json::{Value, json as value};

/// A folder with a key pair and a list of messages.
struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        desk.bbs("generate --out key --public-out pub");
        desk.write("messages", "[\"Ada\", \"Lovelace\", \"1815-12-10\", \"\u{864e}\u{7b26}\"]");
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

    fn mode(&self, name: &str) -> u32 {
        std::fs::metadata(self.path(name)).unwrap().permissions().mode() & 0o777
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

    /// Runs `hufu --json bbs`, which must succeed.
    fn bbs(&self, arguments: &str) -> Value {
        json(&mut self.command(&format!("--json bbs {arguments}")))
    }

    /// Runs `hufu bbs`, which must end with this code and these words.
    fn refused(&self, arguments: &str, code: i32, words: &str) {
        let output = run(&mut self.command(&format!("bbs {arguments}")));
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{arguments}: {said}");
        assert!(output.stdout.is_empty(), "{arguments}: a refusal prints no result");
        assert!(said.contains(words), "{arguments} should say {words:?}: {said}");
    }
}

#[test]
fn a_holder_shows_some_messages_and_a_verifier_learns_no_others() {
    for suite in ["sha-256", "shake-256"] {
        let desk = Desk::new();
        let made = desk.bbs(&format!("sign messages --key key --header issue-7 --suite {suite} --out sig"));
        assert_eq!((&made["messages"], desk.mode("sig")), (&4.into(), 0o600));
        let verified = desk.bbs("verify messages --key pub --signature sig --header issue-7");
        assert_eq!((&verified["verified"], &verified["suite"]), (&true.into(), &suite.into()));

        for (disclose, shown) in [
            ("--disclose 1", value!([{ "index": 1, "message": "Lovelace" }])),
            ("--disclose 3,0", value!([{ "index": 0, "message": "Ada" }, { "index": 3, "message": "虎符" }])),
            ("", value!([])),
            (
                "-d 0 -d 1 -d 2 -d 3",
                value!([
                    { "index": 0, "message": "Ada" }, { "index": 1, "message": "Lovelace" },
                    { "index": 2, "message": "1815-12-10" }, { "index": 3, "message": "虎符" }
                ]),
            ),
        ] {
            let arguments = format!(
                "prove messages --key pub --signature sig --presentation-header n-1 {disclose} --out proof --force"
            );
            desk.bbs(arguments.replace("  ", " ").trim());
            let verified =
                desk.bbs("verify-proof proof --key pub --presentation-header n-1 --header issue-7");
            assert_eq!(verified["disclosed"], shown, "{suite} {disclose}");
            assert_eq!(verified["hidden"], 4 - shown.as_array().unwrap().len());
            assert_eq!(verified["header"], "issue-7");
            let mut file = desk.value("proof");
            file["proof"] = "".into(); // random, and any letters may stand there
            let file = file.to_string();
            for hidden in ["Ada", "Lovelace", "1815-12-10", "虎符"] {
                assert_eq!(file.contains(hidden), shown.to_string().contains(hidden), "{suite} {disclose}");
            }
        }
        desk.refused("verify-proof proof --key pub --presentation-header n-2", 1, "does not verify");
        desk.refused(
            "verify-proof proof --key pub --presentation-header n-1 --header other",
            1,
            "\"issue-7\"",
        );
        desk.refused("verify messages --key pub --signature sig --header other", 1, "\"issue-7\"");
    }
}

#[test]
fn two_proofs_of_one_signature_share_nothing_but_what_they_show() {
    let desk = Desk::new();
    desk.bbs("sign messages --key key --out sig");
    for name in ["one", "two"] {
        desk.bbs(&format!("prove messages --key pub --signature sig --presentation-header n --out {name}"));
    }
    let bytes = |name: &str| desk.value(name)["proof"].as_str().unwrap().to_owned();
    let (one, two) = (bytes("one"), bytes("two"));
    let same = one.bytes().zip(two.bytes()).filter(|(a, b)| a == b).count();
    assert!(same * 4 < one.len(), "{same} of {} characters are the same", one.len());
}

#[test]
fn a_signer_signs_messages_it_does_not_see() {
    for suite in ["sha-256", "shake-256"] {
        let desk = Desk::new();
        desk.write("own", "[\"a secret\", \"another\"]");
        let made = desk.bbs(&format!("commit own --suite {suite} --out commitment --blind-out blind"));
        assert_eq!((&made["messages"], desk.mode("blind")), (&2.into(), 0o600));
        let sent = desk.value("commitment").to_string();
        assert!(!sent.contains("secret") && !sent.contains(desk.value("blind")["blind"].as_str().unwrap()));
        let signed = desk.bbs("sign messages --key key --header issue-7 --commitment commitment --out sig");
        assert_eq!(
            (&signed["messages"], &signed["committed"], &desk.value("sig")["suite"]),
            (&4.into(), &2.into(), &suite.into())
        );
        let held = "messages --key pub --signature sig --committed own --blind blind";
        let verified = desk.bbs(&format!("verify {held} --header issue-7"));
        assert_eq!(
            (&verified["verified"], &verified["messages"], &verified["committed"]),
            (&true.into(), &4.into(), &2.into())
        );

        for (disclose, shown, own) in [
            (
                "--disclose 1 --disclose-committed 1",
                value!([{ "index": 1, "message": "Lovelace" }]),
                value!([{ "index": 1, "message": "another" }]),
            ),
            ("--disclose 0", value!([{ "index": 0, "message": "Ada" }]), value!([])),
            (
                "--disclose-committed 1,0",
                value!([]),
                value!([{ "index": 0, "message": "a secret" }, { "index": 1, "message": "another" }]),
            ),
        ] {
            desk.bbs(&format!("prove {held} --presentation-header n-1 {disclose} --out proof --force"));
            let verified =
                desk.bbs("verify-proof proof --key pub --presentation-header n-1 --header issue-7");
            assert_eq!((&verified["disclosed"], &verified["disclosedCommitted"]), (&shown, &own), "{suite}");
            let (shown, own) = (shown.as_array().unwrap().len(), own.as_array().unwrap().len());
            let counts = ["hidden", "signerMessages", "committed"].map(|member| verified[member].clone());
            assert_eq!(counts, [6 - shown - own, 4, 2].map(Value::from));
            let words = words(&desk, "verify-proof proof --key pub --presentation-header n-1");
            let told =
                format!("shown are {shown} of the signer's 4 messages and {own} of the holder's own 2");
            assert!(words.starts_with(&format!("verified: header \"issue-7\"; {told}")), "{words}");
            assert_eq!(words.contains("which the signer did not see"), own > 0, "{words}");
        }
        let words = words(&desk, "verify-proof proof --key pub --presentation-header n-1");
        assert!(words.contains("which the signer did not see:\n    0  a secret\n    1  another"), "{words}");
        desk.refused("verify-proof proof --key pub --presentation-header n-2", 1, "does not verify");
    }
}

/// What `hufu bbs` says to a person.
fn words(desk: &Desk, arguments: &str) -> String {
    String::from_utf8(run(&mut desk.command(&format!("bbs {arguments}"))).stdout).unwrap()
}

/// The signer has not seen it, and a terminal would do what it says.
#[test]
fn a_holders_words_pass_for_no_other_line() {
    let desk = Desk::new();
    let own = ["\u{1b}[1A\u{1b}[2K    1  Director", "x\n    2  Doctor", "a\u{202e}b\u{2028}c"];
    desk.write("own", &value!(own).to_string());
    desk.bbs("commit own --out commitment --blind-out blind");
    desk.bbs("sign messages --key key --commitment commitment --out sig");
    desk.bbs("prove messages --key pub --signature sig --committed own --blind blind --presentation-header n -d 0 --disclose-committed 0,1,2 --out proof");
    let told = words(&desk, "verify-proof proof --key pub --presentation-header n");
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines.len(), 6, "{told:?}");
    assert_eq!(lines[3], "    0  \\u001b[1A\\u001b[2K    1  Director");
    assert_eq!(lines[4], "    1  x\\u000a    2  Doctor");
    assert_eq!(lines[5], "    2  a\\u202eb\\u2028c");
    let value = desk.bbs("verify-proof proof --key pub --presentation-header n");
    assert_eq!(value["disclosedCommitted"][1]["message"], own[1]);
}

#[test]
fn files_that_stand_in_each_others_way() {
    let desk = Desk::new();
    desk.write("own", "[\"a secret\"]");
    desk.bbs("commit own --out commitment --blind-out blind");
    desk.bbs("sign messages --key key --commitment commitment --out sig");
    let held = "--key pub --signature sig --committed own --blind blind";
    let prove = format!("prove messages {held} --presentation-header n --force --out");
    let sign = "sign messages --key key --commitment commitment --force --out";
    for (command, place) in [
        ("commit own --blind-out new --force --out", "own"),
        ("commit own --out new --force --blind-out", "own"),
        (sign, "messages"),
        (sign, "key"),
        (sign, "commitment"),
        (&prove, "messages"),
        (&prove, "pub"),
        (&prove, "sig"),
        (&prove, "own"),
        (&prove, "blind"),
    ] {
        let before = std::fs::read(desk.path(place)).unwrap();
        desk.refused(&format!("{command} {place}"), 2, "are the same file");
        assert_eq!(std::fs::read(desk.path(place)).unwrap(), before, "{command} {place}");
    }
    let twice = "cannot both be read from standard input";
    desk.refused("verify - --key pub --signature sig --committed - --blind blind", 2, twice);
    desk.refused("commit - --encrypt --passphrase-file - --out new --blind-out new2", 2, twice);
    let mut told = desk.command("bbs commit - --encrypt --out new --blind-out new2");
    let told = run(told.env("HUFU_PASSPHRASE_FILE", "/dev/stdin"));
    assert!(String::from_utf8(told.stderr).unwrap().contains(twice));
    desk.refused("verify - --key pub --signature -", 2, twice);
    desk.refused("verify-proof - --key - --presentation-header n", 2, twice);
    desk.refused("sign - --key key --commitment -", 2, twice);
    for command in ["commit own --out - --blind-out -", "generate --out - --public-out -"] {
        desk.refused(command, 2, "cannot both be standard output");
    }
    // a passphrase is read from standard input, too
    desk.write("pw", "a passphrase\n");
    let from = |arguments: &str| {
        let mut command = desk.command(&format!("--json bbs {arguments} --passphrase-file -"));
        json(command.stdin(std::fs::File::open(desk.path("pw")).unwrap()))
    };
    from("commit own --encrypt --out c3 --blind-out blind3");
    desk.bbs("sign messages --key key --commitment c3 --out sig3");
    from("verify messages --key pub --signature sig3 --committed own --blind blind3");
    // what is printed is all that is printed
    let printed = json(&mut desk.command("--json bbs commit own --out - --blind-out blind2"));
    assert_eq!((&printed["kind"], desk.mode("blind2")), (&"hufu-bbs-commitment".into(), 0o600));
    let printed = json(&mut desk.command("--json bbs generate --out key2 --public-out -"));
    assert_eq!(printed["kind"], "hufu-bbs-public-key");
    desk.write("pw", "a passphrase\n");
    desk.refused(
        "commit own --out new --blind-out new2 --passphrase-file pw",
        2,
        "--passphrase-file is given and --encrypt is not",
    );
    assert!(!desk.path("new").exists() && !desk.path("new2").exists());
}

/// A signature for pseudonyms over the messages and `own`: `sig`, with `blind`.
fn with_pseudonyms(suite: &str, secrets: &str) -> Desk {
    let desk = Desk::new();
    desk.write("own", "[\"a secret\"]");
    desk.bbs(&format!("commit own --suite {suite} --pseudonyms{secrets} --out commitment --blind-out blind"));
    desk.bbs("sign messages --key key --header issue-7 --commitment commitment --out sig");
    desk
}

const HELD: &str = "messages --key pub --signature sig --committed own --blind blind";

#[test]
fn a_holder_has_one_pseudonym_for_each_verifier() {
    for (suite, secrets, count) in [("sha-256", "", 1), ("shake-256", "=3", 3)] {
        let desk = with_pseudonyms(suite, secrets);
        assert_eq!(desk.mode("blind"), 0o600);
        for public in ["commitment", "sig"] {
            assert_eq!(desk.value(public)["pseudonymSecrets"], count);
        }
        let secret = desk.value("blind")["pseudonymSecrets"].as_str().unwrap().to_owned();
        assert_eq!(secret.len(), (count * 32 * 4_usize).div_ceil(3), "32 bytes for each");
        let verified = desk.bbs(&format!("verify {HELD} --header issue-7"));
        assert_eq!(
            ["verified", "messages", "committed", "pseudonymSecrets"].map(|member| verified[member].clone()),
            [Value::from(true), 4.into(), 1.into(), count.into()]
        );
        let show = |context: &str, nonce: &str, held: &str, out: &str| {
            let arguments = format!("--disclose 1 --presentation-header {nonce} --context {context}");
            let made = desk.bbs(&format!("prove {held} {arguments} --out {out} --force"));
            let seen = format!("verify-proof {out} --key pub --presentation-header {nonce}");
            let verified = desk.bbs(&format!("{seen} --context {context}"));
            assert_eq!(verified["disclosed"], value!([{ "index": 1, "message": "Lovelace" }]));
            let counts = ["hidden", "signerMessages", "committed"].map(|member| verified[member].clone());
            assert_eq!(counts, [4, 4, 1].map(Value::from));
            assert_eq!((&made["pseudonym"], &verified["verified"]), (&verified["pseudonym"], &true.into()));
            verified["pseudonym"].as_str().unwrap().to_owned()
        };
        let library = show("library.example", "n-1", HELD, "proof");
        assert_eq!(library, show("library.example", "n-2", HELD, "again"), "the same reader comes again");
        let gym = show("gym.example", "n-1", HELD, "gym");
        assert_ne!(library, gym, "and is another elsewhere");
        // the same commitment, signed again: the signer's entropy makes other pseudonyms
        desk.bbs("sign messages --key key --header issue-7 --commitment commitment --out sig2");
        assert_ne!(library, show("library.example", "n-1", &HELD.replace("sig ", "sig2 "), "other"));
        // what both files have in common tells nothing: neither is a context in them
        let file = desk.value("proof").to_string();
        assert!(!file.contains("library.example") && !file.contains("a secret") && !file.contains(&secret));
        let told =
            words(&desk, "verify-proof proof --key pub --presentation-header n-1 --context library.example");
        assert!(told.lines().next().unwrap().ends_with(&format!("; pseudonym {library}")), "{told}");
        let told = words(&desk, &format!("verify {HELD}"));
        assert!(told.contains("1 of the holder's own, for pseudonyms"), "{told}");
        desk.refused(
            "verify-proof proof --key pub --presentation-header n-1 --context gym.example",
            1,
            "does not verify",
        );
    }
}

#[test]
fn what_is_wrong_with_a_pseudonym_is_named() {
    let desk = with_pseudonyms("sha-256", "=2");
    let prove = format!("prove {HELD} --presentation-header n --context c --out proof");
    desk.bbs(&prove);
    desk.bbs(&prove.replace("--context c --out proof", "--context d --out elsewhere"));
    let verify = |proof: &str, code, words: &str| {
        let arguments = format!("verify-proof {proof} --key pub --presentation-header n --context c");
        desk.refused(&arguments, code, words);
    };
    // contexts: none, one too many, an empty one
    desk.refused(&prove.replace("--context c --out proof", "--out new"), 2, "give the verifier's --context");
    desk.refused("verify-proof proof --key pub --presentation-header n", 2, "say with --context which");
    let mut empty = desk
        .command(&format!("bbs {} --force --context", prove.replace("--context c --out proof", "--out new")));
    let empty = run(empty.arg(""));
    assert_eq!(empty.status.code(), Some(2));
    assert!(String::from_utf8(empty.stderr).unwrap().contains("context"));
    desk.bbs("commit own --out plain --blind-out plain-blind");
    desk.bbs("sign messages --key key --commitment plain --out plain-sig");
    let plain = "messages --key pub --signature plain-sig --committed own --blind plain-blind";
    desk.refused(&format!("prove {plain} --presentation-header n --context c"), 2, "leave out --context");
    desk.bbs(&format!("prove {plain} --presentation-header n --out plain-proof"));
    verify("plain-proof", 1, "carries no pseudonym");
    // a blind for another signature
    let mixed = HELD.replace("--blind blind", "--blind plain-blind");
    desk.refused(&format!("verify {mixed}"), 2, "made for pseudonyms, and the blind was not");
    let mixed = plain.replace("--blind plain-blind", "--blind blind");
    desk.refused(
        &format!("verify {mixed}"),
        2,
        "the blind was made for pseudonyms, and the signature was not",
    );
    desk.bbs("commit own --pseudonyms=3 --out three --blind-out three-blind");
    let mixed = HELD.replace("--blind blind", "--blind three-blind");
    desk.refused(&format!("verify {mixed}"), 2, "has 3 secrets of pseudonyms, and the signature is over 2");
    desk.bbs("commit own --pseudonyms=2 --out two --blind-out two-blind");
    desk.refused(
        &format!("verify {}", HELD.replace("--blind blind", "--blind two-blind")),
        1,
        "not verified",
    );
    // numbers of secrets
    for secrets in ["0", "257", "18446744073709551615"] {
        let arguments = format!("commit own --pseudonyms={secrets} --out x --blind-out y");
        desk.refused(&arguments, 2, "256");
    }
    assert!(!desk.path("x").exists() && !desk.path("y").exists(), "refused before anything is written");
    let most = desk.bbs("commit own --pseudonyms=256 --out most --blind-out most-blind");
    assert_eq!(most["pseudonymSecrets"], 256);
    desk.bbs("sign messages --key key --commitment most --out most-sig");
    let held = "messages --key pub --signature most-sig --committed own --blind most-blind";
    assert_eq!(desk.bbs(&format!("verify {held}"))["pseudonymSecrets"], 256);
    // altered files
    let sign = "sign messages --key key --out x --commitment";
    for (number, words) in [
        (value!(0), "no number of secrets"),
        (value!(257), "no number of secrets"),
        (value!("1"), "no number of secrets"),
        (value!(4), "less than the secrets"),
    ] {
        desk.altered("commitment", "altered", |file| file["pseudonymSecrets"] = number);
        desk.refused(&format!("{sign} altered"), 2, words);
    }
    // the signer is told fewer secrets than there are: the holder sees it
    desk.altered("commitment", "altered", |file| file["pseudonymSecrets"] = 1.into());
    desk.bbs("sign messages --key key --commitment altered --header issue-7 --out fewer");
    desk.refused(&format!("verify {}", HELD.replace("sig ", "fewer ")), 2, "the signature is over 1");
    let entropy = desk.value("most-sig")["pseudonymEntropy"].clone();
    for (member, change, code, words) in [
        ("pseudonymEntropy", entropy, 1, "not verified"),
        ("pseudonymEntropy", "AAAA".into(), 2, "signer nym entropy"),
        ("pseudonymEntropy", Value::Null, 2, "\"pseudonymEntropy\" is no text"),
        ("pseudonymSecrets", 3.into(), 2, "the signature is over 3"),
        ("committed", 2.into(), 1, "not verified"),
    ] {
        desk.altered("sig", "altered", |file| file[member] = change);
        desk.refused(&format!("verify {}", HELD.replace("sig ", "altered ")), code, words);
    }
    desk.altered("sig", "altered", |file| drop(file.as_object_mut().unwrap().remove("committed")));
    desk.refused("verify messages --key pub --signature altered", 2, "says nothing of what was committed to");
    let infinity = format!("wA{}", "A".repeat(62));
    for (member, change, code, words) in [
        ("pseudonym", desk.value("elsewhere")["pseudonym"].clone(), 1, "does not verify"),
        ("pseudonym", "AAAA".into(), 2, "pseudonym"),
        ("pseudonym", infinity.into(), 2, "pseudonym"),
        ("pseudonymSecrets", 1.into(), 1, "does not verify"),
        ("pseudonymSecrets", 0.into(), 2, "no number of secrets"),
        ("pseudonymSecrets", 256.into(), 1, "does not verify"),
        ("signerMessages", 3.into(), 1, "does not verify"),
    ] {
        desk.altered("proof", "altered", |file| file[member] = change);
        verify("altered", code, words);
    }
    desk.altered("proof", "altered", |file| drop(file.as_object_mut().unwrap().remove("pseudonymSecrets")));
    verify("altered", 2, "unknown member \"pseudonym\"");
    desk.altered("blind", "altered", |file| file["pseudonymSecrets"] = "AAAA".into());
    desk.refused(&format!("verify {}", HELD.replace("--blind blind", "--blind altered")), 2, "nym");
}

#[cfg(unix)]
#[test]
fn a_file_name_need_not_be_unicode() {
    use std::os::unix::ffi::OsStrExt as _;
    let desk = Desk::new();
    let name = std::ffi::OsStr::from_bytes(b"sig\xff");
    let told = json(desk.command("--json bbs sign messages --key key --out").arg(name));
    assert_eq!(told["file"], "sig\u{fffd}");
    assert!(desk.0.path().join(name).exists());
}

/// With a commitment its blind is signed, too.
#[test]
fn as_many_messages_as_may_be_and_one_more() {
    let desk = Desk::new();
    let list = |count: usize| value!(vec!["m"; count]).to_string();
    desk.write("most", &list(16_383));
    desk.write("more", &list(16_384));
    desk.write("none", "[]");
    let too_many = "at most 16383 are signed together";
    desk.refused("commit more --out new --blind-out new2", 2, too_many);
    desk.bbs("commit none --out commitment --blind-out blind");
    desk.refused("sign more --key key --commitment commitment --out new", 2, too_many);
    desk.bbs("sign messages --key key --commitment commitment --out sig");
    let held = "--key pub --signature sig --committed none --blind blind";
    assert_eq!(desk.bbs(&format!("verify messages {held}"))["committed"], 0);
    desk.refused(&format!("verify more {held}"), 2, too_many);
    desk.bbs("commit most --out commitment2 --blind-out blind2");
    desk.refused("sign messages --key key --commitment commitment2 --out new", 2, too_many);
    desk.bbs("sign none --key key --commitment commitment2 --out sig2");
    desk.bbs("verify none --key pub --signature sig2 --committed most --blind blind2");
    assert!(!desk.path("new").exists() && !desk.path("new2").exists());
}

#[test]
fn what_is_wrong_with_a_commitment_is_named() {
    let desk = Desk::new();
    desk.write("own", "[\"a secret\", \"another\"]");
    desk.bbs("commit own --out commitment --blind-out blind");
    desk.bbs("sign messages --key key --commitment commitment --out sig");
    desk.bbs("sign messages --key key --out plain");
    let both = "--committed own --blind blind";
    let sign = |commitment: &str, code, words: &str| {
        desk.refused(&format!("sign messages --key key --commitment {commitment} --out no"), code, words);
    };
    sign("commitment --suite shake-256", 2, "made for sha-256, not for shake-256");
    sign("own", 2, "no JSON object");
    sign("sig", 2, "a hufu-bbs-commitment is needed");
    desk.altered("commitment", "x", |file| file["commitment"] = "AAAA".into());
    sign("x", 2, "cannot have 3 bytes");
    // another suite's proof, and one of another commitment
    desk.altered("commitment", "x", |file| file["suite"] = "shake-256".into());
    sign("x", 1, "proof of correctness does not hold");
    desk.bbs("commit own --out commitment2 --blind-out blind2");
    let text = |name: &str| desk.value(name)["commitment"].as_str().unwrap().to_owned();
    let spliced = text("commitment")[..64].to_owned() + &text("commitment2")[64..];
    desk.altered("commitment", "x", |file| file["commitment"] = spliced.into());
    sign("x", 1, "proof of correctness does not hold");

    let verify = |arguments: &str, code, words: &str| {
        desk.refused(&format!("verify messages --key pub --signature {arguments}"), code, words);
    };
    verify("sig", 2, "over 2 messages of the holder's own as well: give them with --committed");
    verify(&format!("plain {both}"), 2, "made without a commitment");
    verify("sig --committed own --blind blind2", 1, "does not verify");
    verify("sig --committed own --blind commitment", 2, "a hufu-bbs-blind is needed");
    assert_eq!(
        run(&mut desk.command("bbs verify messages --key pub --signature sig --committed own")).status.code(),
        Some(2)
    );
    desk.write("one", "[\"a secret\"]");
    verify("sig --committed one --blind blind", 1, "2 messages of the holder's own, not 1");
    desk.write("others", "[\"a secret\", \"a third\"]");
    verify("sig --committed others --blind blind", 1, "does not verify");
    desk.altered("blind", "x", |file| file["suite"] = "shake-256".into());
    verify("sig --committed own --blind x", 2, "made for shake-256, not for sha-256");
    desk.altered("blind", "x", |file| file["blind"] = "AAAA".into());
    verify("sig --committed own --blind x", 2, "x: ");
    // a signature over a commitment is none without one, and the other way round
    desk.altered("sig", "x", |file| {
        file.as_object_mut().unwrap().remove("committed");
    });
    verify("x", 1, "does not verify");
    desk.altered("plain", "x", |file| file["committed"] = 2.into());
    verify(&format!("x {both}"), 1, "does not verify");
    desk.altered("sig", "x", |file| file["committed"] = "2".into());
    verify(&format!("x {both}"), 2, "\"committed\" is no number of messages");

    let prove = format!("prove messages --key pub --signature sig {both} --presentation-header n");
    desk.refused(
        &format!("{prove} --disclose-committed 2 --out no"),
        2,
        "--disclose-committed: index 2 is out of range: there are 2 messages",
    );
    desk.refused(
        &format!("{prove} --disclose 4 --out no"),
        2,
        "--disclose: index 4 is out of range: there are 4 messages",
    );
    desk.refused(
        &format!("{prove} --disclose-committed 1,1 --out no"),
        2,
        "--disclose-committed: index 1 is given twice",
    );
    desk.bbs(&format!("{prove} --disclose 0 --disclose-committed 0 --out proof"));
    let verify = |code, words: &str| {
        desk.refused("verify-proof x --key pub --presentation-header n", code, words);
    };
    // the holder's own words do not become the signer's
    for signer_messages in [0, 3, 5, 7, 16_384] {
        desk.altered("proof", "x", |file| file["signerMessages"] = signer_messages.into());
        verify(1, "not verified");
    }
    desk.altered("proof", "x", |file| file["signerMessages"] = 16_385.into());
    verify(2, "\"signerMessages\" is no number of messages");
    desk.altered("proof", "x", |file| {
        file.as_object_mut().unwrap().remove("signerMessages");
    });
    verify(2, "unknown member");
    desk.altered("proof", "x", |file| {
        let file = file.as_object_mut().unwrap();
        file.remove("signerMessages");
        file.remove("disclosedCommitted");
    });
    verify(1, "does not verify");
    desk.altered("proof", "x", |file| {
        file.as_object_mut().unwrap().remove("disclosedCommitted");
    });
    verify(2, "\"disclosedCommitted\" is missing");
    desk.altered("proof", "x", |file| file["disclosedCommitted"][0]["message"] = "no secret".into());
    verify(1, "does not verify");
    desk.altered("proof", "x", |file| {
        let own = file["disclosedCommitted"].take();
        file["disclosedCommitted"] = file["disclosed"].take();
        file["disclosed"] = own;
    });
    verify(1, "does not verify");

    desk.refused("commit own --out commitment --blind-out new", 2, "--force");
    desk.refused("commit own --out new --blind-out blind", 2, "--force");
    desk.refused("commit own --out new --blind-out new", 2, "the same file");
    desk.write("open", "open\n");
    desk.bbs("commit own --encrypt --passphrase-file open --out commitment3 --blind-out sealed");
    assert!(desk.value("sealed")["sealed"].is_object());
    desk.bbs("sign messages --key key --commitment commitment3 --out sig3");
    let held = "verify messages --key pub --signature sig3 --committed own --blind sealed";
    desk.bbs(&format!("{held} --passphrase-file open"));
    desk.refused(held, 2, "a passphrase for sealed is needed");
    assert!(!desk.path("no").exists() && !desk.path("new").exists());
}

#[test]
fn altered_things_do_not_verify() {
    let desk = Desk::new();
    desk.bbs("sign messages --key key --header h --out sig");
    desk.bbs("prove messages --key pub --signature sig --presentation-header n -d 0,2 --out proof");
    let proof = "verify-proof x --key pub --presentation-header n";
    for (change, code, words) in [
        (
            value!([{ "index": 0, "message": "Eve" }, { "index": 2, "message": "1815-12-10" }]),
            1,
            "not verified",
        ),
        (
            value!([{ "index": 1, "message": "Ada" }, { "index": 2, "message": "1815-12-10" }]),
            1,
            "not verified",
        ),
        (value!([{ "index": 0, "message": "Ada" }]), 1, "not verified"),
        (
            value!([{ "index": 0, "message": "Ada" }, { "index": 9, "message": "1815-12-10" }]),
            1,
            "out of range",
        ),
        (value!([{ "index": 0, "message": "Ada" }, { "index": 0, "message": "Ada" }]), 2, "given twice"),
        (value!([{ "index": 2, "message": "1815-12-10" }, { "index": 0, "message": "Ada" }]), 2, "ascend"),
        (value!([{ "index": 0 }]), 2, "not an index and a message"),
        (value!([{ "index": -1, "message": "Ada" }]), 2, "not an index and a message"),
        (value!([{ "index": 0, "message": "Ada", "more": 1 }]), 2, "not an index and a message"),
        (value!({}), 2, "no list"),
    ] {
        desk.altered("proof", "x", |file| file["disclosed"] = change);
        desk.refused(proof, code, words);
    }
    desk.altered("proof", "x", |file| file["header"] = "another".into());
    desk.refused(proof, 1, "does not verify");
    desk.altered("proof", "x", |file| file["suite"] = "shake-256".into());
    desk.refused(proof, 1, "does not verify");
    desk.altered("sig", "x", |file| file["suite"] = "shake-256".into());
    desk.refused("verify messages --key pub --signature x", 1, "does not verify");
    desk.refused(
        "prove messages --key pub --signature x --presentation-header n --out no",
        1,
        "does not verify",
    );
    desk.write("others", "[\"Ada\", \"Lovelace\", \"1815-12-11\", \"虎符\"]");
    desk.refused("verify others --key pub --signature sig", 1, "does not verify");
    desk.write("others", "[\"Ada\"]");
    desk.refused("verify others --key pub --signature sig", 1, "does not verify");
    // another signer's key
    desk.bbs("generate --out key2 --public-out pub2");
    desk.refused("verify messages --key pub2 --signature sig", 1, "does not verify");
    desk.refused("verify-proof proof --key pub2 --presentation-header n", 1, "does not verify");
    assert!(!desk.path("no").exists());
}

#[test]
fn bad_input_is_named() {
    let desk = Desk::new();
    desk.bbs("sign messages --key key --out sig");
    desk.bbs("prove messages --key pub --signature sig --presentation-header n --out proof");
    for (text, words) in [
        ("", "no acceptable JSON"),
        ("{}", "JSON array of strings"),
        ("[1]", "message 0 is no string"),
        ("[\"a\", null]", "message 1 is no string"),
        (&format!("[{}\"\"]", "\"\",".repeat(16_384)), "at most 16384"),
    ] {
        desk.write("x", text);
        desk.refused("sign x --key key --out no", 2, words);
    }
    desk.refused(
        "prove messages --key pub --signature sig --presentation-header n -d 4 --out no",
        2,
        "out of range",
    );
    desk.refused(
        "prove messages --key pub --signature sig --presentation-header n -d 1,1 --out no",
        2,
        "given twice",
    );
    for usage in ["-d -1", "-d one", "-d 1;2"] {
        let arguments =
            format!("bbs prove messages --key pub --signature sig --presentation-header n {usage} --out no");
        assert_eq!(run(&mut desk.command(&arguments)).status.code(), Some(2), "{usage}");
    }
    desk.refused("sign messages --key pub --out no", 2, "a hufu-bbs-key is needed");
    desk.refused("verify messages --key key --signature sig", 2, "a hufu-bbs-public-key is needed");
    desk.refused("verify messages --key pub --signature proof", 2, "a hufu-bbs-signature is needed");
    desk.refused("verify-proof sig --key pub --presentation-header n", 2, "a hufu-bbs-proof is needed");
    desk.bbs("generate --out key2 --public-out pub2");
    desk.altered("key", "x", |key| key["secretKey"] = desk.value("key2")["secretKey"].clone());
    desk.refused("sign messages --key x --out no", 2, "does not belong");
    for (secret, words) in [
        ("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "zero"),
        ("__________________________________________8", "secret key"),
        ("AAAA", "secret key"),
        ("?", "base64url"),
    ] {
        desk.altered("key", "x", |key| key["secretKey"] = secret.into());
        desk.refused("sign messages --key x --out no", 2, words);
    }
    let infinity = [&[0xeb, 0x01, 0xc0][..], &[0; 95]].concat();
    let off_curve = [&[0xeb, 0x01, 0x80][..], &[0; 94], &[1]].concat();
    for (key, words) in [
        (String::new(), "no Multikey"),
        ("z".to_owned(), "not one of BLS12-381 G2"),
        ("z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK".to_owned(), "not one of BLS12-381 G2"),
        ("z0".to_owned(), "no Multikey"),
        (format!("z{}", "1".repeat(200)), "no Multikey"),
        (format!("z{}", bs58::encode(infinity).into_string()), "public key"),
        (format!("z{}", bs58::encode(off_curve).into_string()), "public key"),
    ] {
        desk.altered("pub", "x", |file| file["publicKeyMultibase"] = key.into());
        desk.refused("verify messages --key x --signature sig", 2, words);
    }
    for (file, member, change, words) in [
        ("sig", "signature", "AAAA", "signature"),
        ("sig", "suite", "sha-1", "no suite is called \"sha-1\""),
        ("sig", "colour", "red", "unknown member"),
        ("sig", "version", "1", "no number"),
    ] {
        desk.altered(file, "x", |value| value[member] = change.into());
        desk.refused("verify messages --key pub --signature x", 2, words);
    }
    desk.altered("proof", "x", |value| value["proof"] = "AAAA".into());
    desk.refused("verify-proof x --key pub --presentation-header n", 2, "a proof cannot have 3 bytes");
    assert!(!desk.path("no").exists());
}

#[test]
fn secret_files_are_closed_and_nothing_is_overwritten() {
    let desk = Desk::new();
    assert_eq!(desk.mode("key"), 0o600);
    let secret = desk.value("key")["secretKey"].as_str().unwrap().to_owned();
    let output = run(&mut desk.command("--json bbs sign messages --key key --out sig"));
    assert!(!String::from_utf8([output.stdout, output.stderr].concat()).unwrap().contains(&secret));
    desk.refused("generate --out key --public-out new", 2, "--force");
    desk.refused("generate --out new --public-out pub", 2, "--force");
    desk.refused("generate --out new --public-out new", 2, "the same file");
    desk.refused("sign messages --key key --out sig", 2, "--force");
    assert!(!desk.path("new").exists());
    std::fs::set_permissions(desk.path("key"), std::fs::Permissions::from_mode(0o640)).unwrap();
    desk.refused("sign messages --key key --out no", 2, "chmod 600");
    // printed where no file is named
    std::fs::set_permissions(desk.path("key"), std::fs::Permissions::from_mode(0o600)).unwrap();
    let printed = run(&mut desk.command("bbs sign messages --key key"));
    desk.write("printed", &String::from_utf8(printed.stdout).unwrap());
    desk.bbs("verify messages --key pub --signature printed");
    let words = run(&mut desk.command("bbs verify messages --key pub --signature printed"));
    assert!(String::from_utf8(words.stdout).unwrap().starts_with("verified: 4 messages"));
}

#[test]
fn a_secret_key_under_a_passphrase_signs_with_it_and_is_refused_without() {
    let desk = Desk::new();
    desk.write("open", "open\n");
    desk.write("shut", "shut\n");
    desk.bbs("generate --encrypt --passphrase-file open --out sealed --public-out public");
    let file = desk.value("sealed");
    assert_eq!(
        (&file["kind"], &file["version"], desk.mode("sealed")),
        (&value!("hufu-bbs-key"), &value!(2), 0o600)
    );
    assert!(file["sealed"].is_object() && file.as_object().unwrap().len() == 3, "{file}");
    let sign = "sign messages --key sealed";
    desk.bbs(&format!("{sign} --passphrase-file open --out sig"));
    desk.bbs("verify messages --key public --signature sig");
    desk.refused(&format!("{sign} --out x"), 2, "a passphrase for sealed is needed");
    desk.refused(&format!("{sign} --passphrase-file shut --out x"), 2, "wrong passphrase: it is intact");
    let text = std::fs::read_to_string(desk.path("sealed")).unwrap();
    desk.write("cut", &text[..text.len() / 2]);
    desk.refused("sign messages --key cut --passphrase-file open --out x", 2, "no acceptable JSON");
    desk.altered("sealed", "other", |file| file["kind"] = "hufu-ring-key".into());
    let other = "sign messages --key other --passphrase-file open --out x";
    desk.refused(other, 2, "it is a hufu-ring-key, and a hufu-bbs-key is needed here");
    assert!(!desk.path("x").exists());
}
