//! `hufu group`: the whole journey through files, every refusal by name, and the same against a running `hufu dev`.
#![allow(clippy::unwrap_used, reason = "a test stops at the first broken assumption")]

mod common;

use std::{
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use common::{Dev, hufu, json, key_of, run};
use serde_json::Value;

/// A folder in which openers, a manager and members keep their files.
struct Desk(tempfile::TempDir);

impl Desk {
    /// With three openers, two of whom open together: `o1` to `o3`, from the dealers `d1` to `d3` and the dealings `p1` to `p3`.
    fn with_openers() -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        let mut told = Vec::new();
        for n in 1..=3 {
            desk.deal(n, "press/1");
        }
        for n in 1..=3 {
            let others: Vec<u8> = (1..=3).filter(|other| *other != n).collect();
            for other in &others {
                desk.group(&format!("share d{other} --for {n} --out s{other}{n}"));
            }
            let shares: Vec<String> = others.iter().map(|other| format!("s{other}{n}")).collect();
            let arguments = format!("--dealings p1 p2 p3 --shares {} --out o{n}", shares.join(" "));
            told.push(desk.group(&format!("opener-key --dealer d{n} {arguments}"))["openers"].clone());
        }
        assert!(told.windows(2).all(|pair| pair[0] == pair[1]), "all have the same group's key: {told:?}");
        desk
    }

    fn deal(&self, number: u8, context: &str) {
        self.group(&format!(
            "deal --context {context} --threshold 2 --openers 3 --number {number} --out d{number} --public-out p{number} --force"
        ));
    }

    /// With an offline group: `issuer`, `group` and `register`, and a text, `story`.
    fn with_group() -> Self {
        let desk = Self::with_openers();
        desk.group("create press --dealings p1 p2 p3 --out issuer --group-out group --register-out register");
        desk.write("story", "the story");
        desk.write("order", "order 4711 of the court");
        desk
    }

    /// Makes an account of this name a member of the offline group, up to what the manager gives; its DID.
    fn admitted(&self, name: &str) -> String {
        let did = self.account(name);
        self.group(&format!("invite {did} --group group --out {name}.invitation"));
        self.group(&self.asking(name));
        self.group(&self.admitting(name));
        did
    }

    /// Makes an account of this name a member of the offline group: `<name>`; its DID.
    fn member(&self, name: &str) -> String {
        let did = self.admitted(name);
        self.group(&format!("join {name}.credential --secret {name}.secret --group group --out {name}"));
        did
    }

    /// A key in a file, whose did:key is the account.
    fn account(&self, name: &str) -> String {
        let made = json(&mut self.command(&format!("--json key generate --out {name}.pem")));
        made["did"].as_str().unwrap().to_owned()
    }

    fn asking(&self, name: &str) -> String {
        format!(
            "request --group group --invitation {name}.invitation --key {name}.pem --out {name}.secret --request-out {name}.request"
        )
    }

    fn admitting(&self, name: &str) -> String {
        format!("admit {name}.request --invitation {name}.invitation {OFFICE} --out {name}.credential")
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

    fn copy(&self, from: &str, to: &str) {
        std::fs::copy(self.path(from), self.path(to)).unwrap();
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

    /// Runs `hufu --json group`, which must succeed.
    fn group(&self, arguments: &str) -> Value {
        json(&mut self.command(&format!("--json group {arguments}")))
    }

    /// Runs `hufu group`, which must end with this code and these words.
    fn refused(&self, arguments: &str, code: i32, words: &str) {
        refused(&mut self.command(&format!("group {arguments}")), code, words);
    }
}

/// The manager's files.
const OFFICE: &str = "--issuer issuer --group group --register register";

/// What a signature is opened with.
const OPENING: &str = "story --signature sig --group group --warrant order";

fn refused(command: &mut Command, code: i32, words: &str) {
    let output = run(command);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{command:?}: {said}");
    assert!(output.stdout.is_empty(), "{command:?}: a refusal prints no result");
    assert!(said.contains(words), "{command:?} should say {words:?}: {said}");
}

#[test]
fn members_sign_unnamed_one_is_revoked_and_one_is_opened() {
    let desk = Desk::with_group();
    let ada = desk.member("ada");
    let eve = desk.member("eve");
    // sign and verify, with a scope and without
    desk.group("sign story --member ada --out sig");
    let verified = desk.group("verify story --signature sig --group group");
    assert_eq!((&verified["verified"], &verified["tag"]), (&true.into(), &Value::Null));
    assert!(!desk.value("sig").to_string().contains(&ada), "a signature names nobody");
    let mut tags = Vec::new();
    for (file, member, scope) in
        [("t1", "ada", "vote/1"), ("t2", "ada", "vote/1"), ("t3", "eve", "vote/1"), ("t4", "ada", "vote/2")]
    {
        desk.group(&format!("sign story --member {member} --scope {scope} --out {file}"));
        let verified = desk.group(&format!("verify story --signature {file} --group group --scope {scope}"));
        tags.push(verified["tag"].as_str().unwrap().to_owned());
    }
    assert_eq!(tags[0], tags[1], "one member in one scope");
    assert!(tags[0] != tags[2] && tags[0] != tags[3], "another member, another scope");
    // eve leaves; who verifies and who stays follow by the same update
    desk.copy("group", "verifier");
    desk.group("sign story --member eve --out old");
    let revoked = desk.group(&format!("revoke {eve} {OFFICE} --out update"));
    assert_eq!((&revoked["revoked"][0], &revoked["epoch"]), (&eve.clone().into(), &1.into()));
    assert_eq!(desk.group("follow update --group verifier")["epoch"], 1);
    assert_eq!(desk.value("verifier"), desk.value("group"));
    desk.refused("verify story --signature old --group group", 1, "epoch 0 is too old");
    desk.refused("follow update --member eve", 1, "the member was revoked in epoch 1");
    desk.refused(&format!("revoke {eve} {OFFICE} --out again"), 1, "was revoked in epoch 1");
    assert_eq!(desk.group("follow update --member ada")["epoch"], 1);
    desk.refused("follow update --member ada", 1, "starts from epoch 0, expected 1");
    desk.group("sign story --member ada --out sig --force");
    desk.group("verify story --signature sig --group verifier");
    // bob joins later, in epoch 1
    desk.member("bob");
    desk.group("sign story --member bob --out bobs");
    desk.group("verify story --signature bobs --group group");
    // two of three openers say who it was, and anybody can check it
    for n in [1, 3] {
        let part = desk.group(&format!("part {OPENING} --key o{n} --out part{n}"));
        assert_eq!(part["opener"], n);
    }
    let opened = desk.group(&format!("combine {OPENING} --parts part3 part1 --register register"));
    assert_eq!((&opened["account"], &opened["revoked"]), (&ada.into(), &Value::Null));
    assert_eq!(opened["openers"], serde_json::json!([1, 3]));
    let public = desk.group(&format!("combine {OPENING} --parts part1 part3"));
    assert_eq!(public["memberKey"], opened["memberKey"]);
    let words = run(&mut desk.command(&format!("group combine {OPENING} --parts part1 part3")));
    assert!(String::from_utf8(words.stdout).unwrap().contains(public["memberKey"].as_str().unwrap()));
}

#[test]
fn false_parts_too_few_and_mistaken_ones_are_told_apart() {
    let desk = Desk::with_group();
    desk.member("ada");
    desk.group("sign story --member ada --out sig");
    desk.group("sign story --member ada --out other");
    desk.write("order2", "order 4712 of the court");
    for n in 1..=3 {
        desk.group(&format!("part {OPENING} --key o{n} --out part{n}"));
    }
    let combine = format!("combine {OPENING} --parts");
    desk.refused(&format!("{combine} part1"), 1, "1 openers: 2 are needed");
    desk.refused(&format!("{combine} part1 part1"), 2, "opener 1 is given twice");
    desk.group("part story --signature other --group group --warrant order --key o2 --out foreign");
    desk.refused(&format!("{combine} part1 foreign"), 2, "another signature");
    desk.refused(
        &format!("{combine} part1 part2").replace("--warrant order", "--warrant order2"),
        2,
        "it was given for another warrant",
    );
    // a part of another signature that is passed off as one of this
    desk.altered("foreign", "false2", |part| part["signed"] = desk.value("part1")["signed"].clone());
    desk.refused(&format!("{combine} part1 false2"), 1, "false partial openings from openers [2]");
    let opened = desk.group(&format!("{combine} part1 false2 part3"));
    assert_eq!((&opened["false"], &opened["openers"]), (&serde_json::json!([2]), &serde_json::json!([1, 3])));
    desk.write("nothing", "");
    desk.refused(&format!("part {OPENING} --key o1").replace("order", "nothing"), 2, "a warrant is empty");
    // a register that names somebody else: the consent is not theirs
    let eve = desk.account("eve");
    desk.altered("register", "forged", |register| register["members"][0]["account"] = eve.into());
    desk.refused(&format!("{combine} part1 part2 --register forged"), 1, "is no method of");
    desk.altered("register", "empty", |register| register["members"] = serde_json::json!([]));
    desk.refused(&format!("{combine} part1 part2 --register empty"), 1, "registered to nobody");
    // an opener of another group
    let other = Desk::with_openers();
    std::fs::copy(other.path("o1"), desk.path("stranger")).unwrap();
    desk.refused(&format!("part {OPENING} --key stranger"), 2, "the opener's key belongs to another group");
}

#[test]
fn a_signature_holds_for_its_group_scope_and_file_only() {
    let desk = Desk::with_group();
    desk.member("ada");
    desk.write("lie", "another story");
    desk.group("sign story --member ada --scope s --out sig");
    let verify = "verify story --group group --signature";
    desk.group(&format!("{verify} sig --scope s"));
    desk.refused(&format!("{verify} sig --scope t"), 1, "made in the scope \"s\"");
    desk.refused(&format!("{verify} sig"), 1, "made in the scope \"s\"");
    desk.refused("verify lie --group group --signature sig --scope s", 1, "does not verify");
    // passed off as of another scope, or of none
    desk.altered("sig", "x", |signature| signature["scope"] = "t".into());
    desk.refused(&format!("{verify} x --scope t"), 1, "does not verify");
    desk.altered("sig", "x", |signature| signature["scope"] = Value::Null);
    desk.refused(&format!("{verify} x"), 1, "carries a tag");
    desk.group("sign story --member ada --out plain");
    desk.altered("plain", "x", |signature| signature["scope"] = "s".into());
    desk.refused(&format!("{verify} x --scope s"), 1, "carries no tag");
    for (member, value, words) in [
        ("epochNumber", 1.into(), "it was altered"),
        ("scope", 1.into(), "no text"),
        ("signature", "AAAA".into(), "a group signature"),
        ("kind", "hufu-ring-signature".into(), "a hufu-group-signature is needed here"),
        ("version", 2.into(), "use a newer one"),
        ("colour", "red".into(), "unknown member \"colour\""),
    ] {
        desk.altered("sig", "x", |signature| signature[member] = value);
        desk.refused(&format!("{verify} x --scope s"), 2, words);
    }
    let signature = desk.value("sig")["signature"].as_str().unwrap().to_owned();
    for at in [100, 400, signature.len() - 3] {
        let mut altered = signature.clone().into_bytes();
        altered[at] = if altered[at] == b'A' { b'B' } else { b'A' };
        desk.altered("sig", "x", |file| file["signature"] = String::from_utf8(altered).unwrap().into());
        let output = run(&mut desk.command(&format!("group {verify} x --scope s")));
        assert!(matches!(output.status.code(), Some(1 | 2)), "{at}");
    }
    // another group of the same openers
    desk.group("create other --dealings p1 p2 p3 --out i2 --group-out g2 --register-out r2");
    desk.refused("verify story --group g2 --signature sig --scope s", 1, "another group");
    desk.altered("group", "g3", |group| group["name"] = "other".into());
    desk.refused("verify story --group g3 --signature sig --scope s", 2, "its name is not that of its keys");
    // standard input and output serve as files
    let printed = run(&mut desk.command("group sign story --member ada"));
    desk.write("printed", &String::from_utf8(printed.stdout).unwrap());
    desk.group("verify story --group group --signature printed");
}

#[test]
fn the_openers_make_their_key_from_what_belongs_together() {
    let desk = Desk::with_openers();
    let key = |dealings: &str, shares: &str| {
        format!("opener-key --dealer d1 --dealings {dealings} --shares {shares} --out x")
    };
    desk.refused(&key("p1 p2 p3", "s21"), 1, "no share from opener 3");
    desk.refused(&key("p1 p2 p3", "s21 s32"), 2, "it is for opener 2, and this is opener 1");
    desk.refused(&key("p1 p2 p3", "s21 s21 s31"), 1, "opener 2 is given twice");
    desk.refused(&key("p1", "s21"), 1, "1 openers: 2 are needed");
    desk.refused(&key("p1 p2 p2", "s21"), 1, "opener 2 is given twice");
    // a share that contradicts its dealing: its dealer is named
    desk.copy("s21", "kept");
    desk.deal(2, "press/1");
    desk.refused(&key("p1 p2 p3", "kept s31"), 1, "the share from opener 2 contradicts");
    desk.altered("p3", "x3", |dealing| dealing["dealing"] = desk.value("p2")["dealing"].clone());
    desk.refused(&key("p1 p2 x3", "s21 s31"), 2, "it was altered");
    desk.deal(3, "press/2");
    desk.refused(&key("p1 p2 p3", "s21 s31"), 2, "another making of a key");
    desk.refused("share d1 --for 4 --out x", 2, "numbered from 1 to 3");
    for (arguments, words) in [
        ("--context c --threshold 4 --openers 3 --number 1", "a threshold of 4 of 3"),
        ("--context c --threshold 2 --openers 3 --number 4", "there is no opener 4"),
    ] {
        desk.refused(&format!("deal {arguments} --out x --public-out y"), 2, words);
    }
    desk.refused("create press --dealings p1 --out i --group-out g --register-out r", 1, "2 are needed");
    assert!(!desk.path("x").exists() && !desk.path("i").exists(), "refused before anything is written");
}

#[test]
fn joining_takes_the_account_s_consent_and_the_manager_s_own_invitation() {
    let desk = Desk::with_group();
    let ada = desk.admitted("ada");
    let bob = desk.account("bob");
    desk.group(&format!("invite {bob} --group group --out bob.invitation"));
    // the key of somebody else
    desk.refused(&desk.asking("bob").replace("bob.pem", "ada.pem"), 2, "the key is that of did:key:");
    let asking = format!("{} --method {ada}#x", desk.asking("bob"));
    desk.refused(&asking, 2, "is no method of");
    assert!(!desk.path("bob.secret").exists(), "refused before anything is written");
    desk.group(&desk.asking("bob"));
    // consent, request and invitation belong together
    let admit = desk.admitting("bob");
    desk.refused(&admit.replace("bob.invitation", "ada.invitation"), 2, &format!("{bob} asks, and {ada}"));
    desk.altered("bob.request", "x", |request| {
        request["consent"] = desk.value("ada.request")["consent"].clone()
    });
    desk.refused(&admit.replace("bob.request", "x"), 1, "has not consented");
    desk.altered("bob.request", "x", |request| {
        request["request"] = desk.value("ada.request")["request"].clone();
    });
    desk.refused(&admit.replace("bob.request", "x"), 1, "has not consented");
    desk.group(&format!("invite {bob} --group group --out bob.invitation --force"));
    desk.refused(&admit, 1, "the join request's proof does not hold");
    desk.group(&format!("{} --force", desk.asking("bob")));
    desk.group(&admit);
    desk.refused(&format!("{admit} --force"), 1, "is a member already");
    let members = desk.value("register")["members"].as_array().unwrap().len();
    assert_eq!(members, 2, "nobody who was refused is in the register");
    // the secret of somebody else, a credential of an epoch that the group's file does not know, a false epoch
    desk.refused("join bob.credential --secret ada.secret --group group --out y", 1, "does not hold");
    desk.copy("group", "early");
    desk.group(&format!("revoke {ada} {OFFICE} --out update"));
    let carol = desk.admitted("carol");
    desk.refused(
        "join carol.credential --secret carol.secret --group early --out y",
        2,
        "follow the group first",
    );
    let behind = desk.group("join bob.credential --secret bob.secret --group group --out bob");
    assert_eq!(behind["epoch"], 0);
    desk.group("follow update --member bob");
    desk.altered("carol.credential", "x", |credential| {
        let mut epoch = desk.value("early")["epoch"].as_str().unwrap().to_owned();
        // the number of the group's epoch with the value of another
        epoch.replace_range(..10, &credential["epoch"].as_str().unwrap()[..10]);
        credential["epoch"] = epoch.into();
    });
    desk.refused("join x --secret carol.secret --group group --out y", 1, "is not that of the group");
    // whom a ledger must know
    let ledger = "did:hufu:dev:zQmWATWQ7fVPP2EFGu71UkfnqhYXDYH566qy47CnJDgvs8u";
    desk.group(&format!("invite {ledger} --group group --out dan.invitation"));
    desk.account("dan");
    desk.refused(&desk.asking("dan"), 2, &format!("give --method {ledger}#"));
    desk.group(&format!("{} --method {ledger}#key-1", desk.asking("dan")));
    desk.refused(&desk.admitting("dan"), 2, "give --ledger");
    // revoking
    desk.refused(&format!("revoke {carol} {carol} {OFFICE} --out x2"), 2, "is named twice");
    desk.refused(&format!("revoke did:key:zNobody {OFFICE} --out x2"), 1, "is no member");
    assert!(!desk.path("x2").exists());
    let key = desk.value("register")["members"][2]["key"].as_str().unwrap().to_owned();
    assert_eq!(desk.group(&format!("revoke {key} {OFFICE} --out x2"))["revoked"][0], carol);
    // a crash before the group's file was written: the same is done again, and nothing else
    desk.copy("group", "done");
    desk.copy("x2", "update2");
    desk.group("follow update --group early");
    let again = OFFICE.replace("--group group", "--group early");
    desk.refused(&format!("revoke {bob} {again} --out x2 --force"), 2, "name it as well");
    desk.group(&format!("revoke {key} {again} --out x2 --force"));
    assert_eq!((desk.value("x2"), desk.value("early")), (desk.value("update2"), desk.value("done")));
    // who was revoked may be admitted again, under another key
    desk.group(&format!("invite {ada} --group group --out ada.invitation --force"));
    desk.group(&format!("{} --force", desk.asking("ada")));
    desk.group(&format!("{} --force", desk.admitting("ada")));
}

#[test]
fn private_files_are_closed_and_nothing_is_overwritten() {
    let desk = Desk::with_group();
    desk.member("ada");
    desk.group("sign story --member ada --out sig");
    let bob = desk.account("bob");
    desk.group(&format!("invite {bob} --group group --out bob.invitation"));
    desk.group(&desk.asking("bob"));
    let join = "join ada.credential --secret ada.secret --group group --out x";
    let opener = "opener-key --dealer d1 --dealings p1 p2 p3 --shares s21 s31 --out x";
    let admit = desk.admitting("bob");
    let part = format!("part {OPENING} --key o1");
    for (file, arguments) in [
        ("d1", "share d1 --for 2 --out x"),
        ("d1", opener),
        ("s21", opener),
        ("o1", part.as_str()),
        ("issuer", admit.as_str()),
        ("register", admit.as_str()),
        ("ada.secret", join),
        ("ada.credential", join),
        ("ada", "sign story --member ada"),
    ] {
        let mode = std::fs::metadata(desk.path(file)).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{file}");
        desk.chmod(file, 0o640);
        desk.refused(arguments, 2, "chmod 600");
        desk.chmod(file, 0o600);
    }
    for (arguments, words) in [
        (
            join.replace("ada.secret", "ada.credential"),
            "it is a hufu-group-credential, and a hufu-group-secret",
        ),
        (join.replace("ada.credential", "ada"), "it is a hufu-group-member, and a hufu-group-credential"),
        (
            join.replace("--group group", "--group issuer"),
            "it is a hufu-group-issuer, and a hufu-group is needed",
        ),
        ("sign story --member group".to_owned(), "it is a hufu-group, and a hufu-group-member"),
        (part.replace("--key o1", "--key d1"), "it is a hufu-group-dealer, and a hufu-group-opener"),
        (
            part.replace("--signature sig", "--signature group"),
            "it is a hufu-group, and a hufu-group-signature",
        ),
        (admit.replace("--register register", "--register issuer"), "a hufu-group-register is needed"),
        ("follow sig --member ada".to_owned(), "a hufu-group-update is needed"),
    ] {
        desk.refused(&arguments, 2, words);
    }
    for arguments in [
        "deal --context c --threshold 1 --openers 1 --number 1 --out x --public-out p1",
        "share d1 --for 2 --out s12",
        "create press --dealings p1 p2 p3 --out x --group-out group --register-out y",
        "join ada.credential --secret ada.secret --group group --out ada",
        "sign story --member ada --out sig",
    ] {
        desk.refused(arguments, 2, "--force");
    }
    desk.refused(
        "deal --context c --threshold 1 --openers 1 --number 1 --out x --public-out x",
        2,
        "--out and --public-out are the same file",
    );
    assert!(!desk.path("x").exists(), "refused before anything is written");
    // no secret is printed
    for name in ["d1", "o1", "issuer", "ada.secret", "ada"] {
        let value = desk.value(name);
        let secret = ["secret", "key"].iter().find_map(|member| value[*member].as_str());
        let secret = secret.or_else(|| value["shares"][0].as_str()).unwrap().to_owned();
        for public in ["p1", "group", "bob.invitation", "bob.request", "sig"] {
            assert!(!desk.value(public).to_string().contains(&secret), "{name} in {public}");
        }
    }
    // files of another group
    desk.group("create other --dealings p1 p2 p3 --out i2 --group-out g2 --register-out r2");
    desk.refused(&join.replace("--group group", "--group g2"), 2, "it is of another group than other");
    desk.refused(
        &admit.replace("--register register", "--register r2"),
        2,
        "it is of another group than press",
    );
    desk.refused(&admit.replace("--issuer issuer", "--issuer i2"), 2, "it is of another group than press");
    desk.refused("list --url http://127.0.0.1:1", 3, "no service answers");
}

/// A running `hufu dev` beside a desk.
struct Online {
    desk: Desk,
    service: Dev,
}

impl Online {
    fn new() -> Self {
        let desk = Desk::with_openers();
        Self { service: Dev::start(&desk.path("data")), desk }
    }

    fn data(&self) -> PathBuf {
        self.desk.path("data")
    }

    /// A command that asks the service, with the operator's key.
    fn command(&self, arguments: &str) -> Command {
        let mut command = self.desk.command(&format!("--json {arguments}"));
        command.args(["--url", &self.service.url, "--data"]).arg(self.data());
        command.env("HUFU_PASSPHRASE", "open").env("HUFU_KEYSTORE", self.desk.path("keys.json"));
        command
    }

    /// The same as another of the seeded organisations.
    fn by(&self, organisation: usize, arguments: &str) -> Command {
        let mut command = self.command(arguments);
        command.env("HUFU_API_KEY", key_of(&self.data(), organisation));
        command
    }

    fn group(&self, arguments: &str) -> Value {
        json(&mut self.command(&format!("group {arguments}")))
    }
}

impl Online {
    /// With the group `press` on the ledger: `issuer`, `group` and `register`.
    fn with_group() -> Self {
        let online = Self::new();
        let openers: Vec<String> =
            (0..3).map(|n| format!("--opener {}", did_of(&online.data(), n))).collect();
        online.group(&format!(
            "create press --dealings p1 p2 p3 --out issuer --group-out group --register-out register --ledger {}",
            openers.join(" ")
        ));
        online
    }

    /// Makes an account of this name a member on the ledger: `<name>`; its DID.
    fn member(&self, name: &str) -> String {
        let (desk, did) = (&self.desk, self.desk.account(name));
        desk.group(&format!("invite {did} --group group --out {name}.invitation"));
        desk.group(&desk.asking(name));
        self.group(&format!("{} --ledger", desk.admitting(name)));
        desk.group(&format!("join {name}.credential --secret {name}.secret --group group --out {name}"));
        did
    }
}

/// Nothing that is read is replaced, not even with --force.
#[test]
fn files_that_stand_in_each_other_s_way() {
    let desk = Desk::with_group();
    let ada = desk.member("ada");
    let bob = desk.account("bob");
    desk.group(&format!("invite {bob} --group group --out bob.invitation"));
    desk.group(&desk.asking("bob"));
    desk.group("sign story --member ada --out sig");
    let only_out = |command: String| command.rsplit_once(" --out ").unwrap().0.to_owned();
    let (asking, admitting) = (only_out(desk.asking("ada")), only_out(desk.admitting("bob")));
    let (revoking, witness) = (format!("revoke {ada} {OFFICE}"), format!("witness {ada} {OFFICE}"));
    let (part, create) = (format!("part {OPENING} --key o1"), "create new --dealings p1 p2 p3");
    let (asking, keyed) =
        (format!("{asking} --request-out new"), "opener-key --dealer d1 --dealings p1 p2 p3");
    let create = format!("{create} --group-out new --register-out new2");
    for (command, places) in [
        ("share d1 --for 2", "d1"),
        (&format!("{keyed} --shares s21 s31"), "d1 p2 s31"),
        (&create, "p1 p3"),
        (&format!("invite {bob} --group group"), "group"),
        (&asking, "group ada.invitation ada.pem"),
        (&admitting, "issuer group register bob.invitation bob.request"),
        (&revoking, "issuer group register"),
        (&witness, "issuer group register"),
        ("join ada.credential --secret ada.secret --group group", "ada.credential ada.secret group"),
        ("sign story --member ada", "story ada"),
        ("present --member ada --challenge c --domain d", "ada"),
        (&part, "story sig group o1 order"),
    ] {
        for place in places.split(' ') {
            let before = std::fs::read(desk.path(place)).unwrap();
            desk.refused(&format!("{command} --force --out {place}"), 2, "and --out are the same file");
            assert_eq!(std::fs::read(desk.path(place)).unwrap(), before, "{command} {place}");
        }
    }
    desk.refused(
        &format!(
            "{} --out new --group-out new3 --register-out ./new --force",
            create.split(" --group-out").next().unwrap()
        ),
        2,
        "--out and --register-out are the same file",
    );
    desk.refused(
        "deal --context c --threshold 1 --openers 1 --number 1 --out - --public-out -",
        2,
        "both be standard output",
    );
    let twice = "cannot both be read from standard input";
    for command in [
        "sign - --member -",
        "verify --signature - --group group",
        "verify story --signature - --group -",
        "join - --secret - --group group --out new",
        "opener-key --dealer d1 --dealings p1 - --shares - --out new",
        "verify-presentation --group - --challenge c --domain d",
        &format!("combine {} --parts - -", OPENING),
        &format!("combine {} --parts part1 --register -", OPENING.replace("order", "-")),
        &part.replace("story", "-").replace("order", "-"),
        "follow - - --member ada",
        "renew - --member ada --group -",
        "report --about x --member -",
    ] {
        desk.refused(command, 2, twice);
    }
    // the file behind standard input, and that of a passphrase
    let from = |command: &str, place: &str| {
        let file = std::fs::File::open(desk.path(place)).unwrap();
        let before = std::fs::read(desk.path(place)).unwrap();
        refused(desk.command(&format!("group {command} --force")).stdin(file), 2, "are the same file");
        assert_eq!(std::fs::read(desk.path(place)).unwrap(), before, "{command}");
    };
    from("share - --for 2 --out d1", "d1");
    from("share /dev/./stdin --for 2 --out ./d1", "d1");
    from("join ada.credential --secret - --group group --out ada.secret", "ada.secret");
    desk.write("open", "open\n");
    let sealed = "--encrypt --passphrase-file open";
    let sign = "sign story --member ada --passphrase-file open";
    for command in [
        &format!("{keyed} --shares s21 s31 {sealed} --out open"),
        &format!("{create} {sealed} --out open"),
        &format!("join ada.credential --secret ada.secret --group group {sealed} --out ./open"),
        &format!("{sign} --out open"),
        &format!("{witness} --passphrase-file open --out open"),
        &format!("{asking} --key-passphrase-file open --out open"),
    ] {
        desk.refused(&format!("{command} --force"), 2, "--out are the same file");
    }
    let mut told = desk.command(&format!("group {keyed} --shares s21 s31 --encrypt --out open --force"));
    refused(told.env("HUFU_PASSPHRASE_FILE", "open"), 2, "HUFU_PASSPHRASE_FILE and --out are the same file");
    desk.refused(&sign.replace("story", "-").replace("open", "/dev/stdin"), 2, twice);
    assert_eq!(std::fs::read(desk.path("open")).unwrap(), b"open\n");
    // what a command changes is a file
    for (command, name) in [
        ("follow update --member -".to_owned(), "--member"),
        ("follow update --group -".to_owned(), "--group"),
        ("follow update --group /dev/null".to_owned(), "--group"),
        ("report story --about x --member -".to_owned(), "--member"),
        ("renew witness --member - --group group".to_owned(), "--member"),
        (format!("{revoking} --out new").replace("--group group", "--group -"), "--group"),
        (format!("{revoking} --out new").replace("--register register", "--register -"), "--register"),
    ] {
        desk.refused(&command, 2, &format!("{name} is a file that is changed"));
    }
    assert!(["new", "new2", "new3"].iter().all(|name| !desk.path(name).exists()));
    // what is printed is all that is printed
    let deal = json(&mut desk.command(
        "--json group deal --context c --threshold 1 --openers 1 --number 1 --out new --public-out -",
    ));
    assert_eq!(deal["kind"], "hufu-group-dealing");
    let printed = |command: &str| json(&mut desk.command(&format!("--json group {command}")))["kind"].clone();
    assert_eq!(printed("share d1 --for 3 --out -"), "hufu-group-share");
    assert_eq!(printed(&format!("{keyed} --shares s21 s31 --out -")), "hufu-group-opener");
    let elsewhere = create.replace("--group-out new --register-out new2", "--group-out g9 --register-out r9");
    assert_eq!(printed(&format!("{elsewhere} --out -")), "hufu-group-issuer");
    assert_eq!(printed(&format!("{witness} --out -")), "hufu-group-witness");
    assert_eq!(printed("join ada.credential --secret ada.secret --group group --out -"), "hufu-group-member");
    assert_eq!(printed(&format!("{revoking} --out -")), "hufu-group-update");
}

/// What cannot be written has not been done, and can be done again.
#[cfg(target_os = "linux")]
#[test]
fn a_result_that_is_lost_is_an_error_and_undoes_what_it_was_for() {
    use std::process::Stdio;
    let desk = Desk::with_group();
    let bob = desk.account("bob");
    desk.group(&format!("invite {bob} --group group --out bob.invitation"));
    desk.group(&desk.asking("bob"));
    let admitting = desk.admitting("bob");
    desk.refused(&admitting.replace("bob.credential", "/dev/full"), 3, "/dev/full cannot be written");
    assert_eq!(desk.value("register")["members"], serde_json::json!([]));
    desk.group(&admitting);
    // of the group's three files, all or none
    desk.refused(
        "create new --dealings p1 p2 p3 --out i2 --group-out g2 --register-out /dev/full",
        3,
        "full",
    );
    assert!(!desk.path("i2").exists() && !desk.path("g2").exists());
    desk.copy("issuer", "i2");
    desk.refused(
        "create new --dealings p1 p2 p3 --out i2 --group-out g2 --register-out /dev/full --force",
        3,
        "full",
    );
    assert_eq!(desk.value("i2"), desk.value("issuer"));
    // a reader that goes away has not read
    let mut share = desk.command("group share d1 --for 2 --out -");
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = share.stdout(writer).stderr(Stdio::piped()).spawn().unwrap().wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("standard output was closed"), "{said}");
}

fn did_of(data: &Path, organisation: usize) -> String {
    let keys: Value = serde_json::from_slice(&std::fs::read(data.join("api-keys.json")).unwrap()).unwrap();
    keys["organisations"][organisation]["did"].as_str().unwrap().to_owned()
}

#[test]
fn a_report_on_the_ledger_is_opened_and_checked() {
    let online = Online::new();
    let desk = &online.desk;
    let dids: Vec<String> = (0..3).map(|n| did_of(&online.data(), n)).collect();
    let create = |openers: &[&str]| {
        let openers: Vec<String> = openers.iter().map(|did| format!("--opener {did}")).collect();
        format!(
            "group create press --dealings p1 p2 p3 --out issuer --group-out group --register-out register --ledger {}",
            openers.join(" ")
        )
    };
    let [first, second, third] = dids.as_slice() else { panic!("three organisations") };
    refused(&mut online.command(&create(&[first, second])), 2, "2 DIDs of openers are given");
    // what the ledger refuses leaves no files behind
    refused(&mut online.command(&create(&[first, second, second])), 2, "named as an opener twice");
    assert!(!desk.path("issuer").exists() && !desk.path("group").exists() && !desk.path("register").exists());
    let made = json(&mut online.command(&create(&[first, second, third])));
    assert_eq!((&made["threshold"], &made["ledger"]["name"]), (&2.into(), &"press".into()));
    // nor does it cost the files that are there, of which nobody could make another
    let files = ["issuer", "group", "register"].map(|name| std::fs::read(desk.path(name)).unwrap());
    std::os::unix::fs::symlink("/dev/null", desk.path("nowhere")).unwrap();
    let again = format!("{} --force", create(&[first, second, third]));
    let nowhere = again.replace("--register-out register", "--register-out nowhere");
    for command in [&again, &nowhere] {
        refused(&mut online.command(command), 2, "exists already");
        let now = ["issuer", "group", "register"].map(|name| std::fs::read(desk.path(name)).unwrap());
        assert!(files == now && desk.path("nowhere").is_symlink());
    }
    // anybody gets the group's file from the ledger, with proof
    let fetched = online.group("fetch press --out copy");
    assert_eq!((&fetched["group"], &fetched["anchor"]), (&made["group"], &"genesis".into()));
    assert_eq!(desk.value("copy"), desk.value("group"));
    // ada has a DID on the ledger, eve one of a key
    let ada = json(&mut online.command("did create --algorithm ed25519 --name ada"))["did"]
        .as_str()
        .unwrap()
        .to_owned();
    desk.group(&format!("invite {ada} --group group --out ada.invitation"));
    let mut asking = desk.command(&format!(
        "--json group {}",
        desk.asking("ada").replace("--key ada.pem", "--name ada/key-1")
    ));
    asking.arg("--method").arg(format!("{ada}#key-1"));
    json(asking.env("HUFU_PASSPHRASE", "open").env("HUFU_KEYSTORE", desk.path("keys.json")));
    let admit = format!("group {} --ledger", desk.admitting("ada"));
    // another organisation is not the manager: nothing is left of the attempt
    refused(&mut online.by(1, &admit), 4, "403");
    assert!(!desk.path("ada.credential").exists());
    desk.write("ada.credential", "something else");
    refused(&mut online.by(1, &format!("{admit} --force")), 4, "403");
    assert_eq!(std::fs::read(desk.path("ada.credential")).unwrap(), b"something else");
    std::fs::remove_file(desk.path("ada.credential")).unwrap();
    assert_eq!(desk.value("register")["members"], serde_json::json!([]));
    assert_eq!(json(&mut online.command(&admit))["account"], ada);
    let eve = desk.account("eve");
    desk.group(&format!("invite {eve} --group copy --out eve.invitation"));
    desk.group(&desk.asking("eve"));
    json(&mut online.command(&format!("group {} --ledger", desk.admitting("eve"))));
    for name in ["ada", "eve"] {
        desk.group(&format!("join {name}.credential --secret {name}.secret --group copy --out {name}"));
    }
    // eve is revoked
    let revoke = format!("group revoke {eve} {OFFICE} --ledger --reason left");
    assert_eq!(json(&mut online.command(&revoke))["epoch"], 1);
    let report = |member: &str, about: &str| {
        online.command(&format!("group report story --about {about} --member {member}"))
    };
    desk.write("story", "The inspector asks for money.");
    refused(&mut report("eve", "inspection"), 1, "the member was revoked in epoch 1");
    assert_eq!(online.group("follow --ledger --group copy")["epoch"], 1);
    assert_eq!(desk.value("copy"), desk.value("group"));
    // ada reports, once on a subject
    let said = json(&mut report("ada", "inspection"));
    assert_eq!((&said["epoch"], &desk.value("ada")["epochNumber"]), (&1.into(), &1.into()), "it followed");
    let id = said["report"].as_str().unwrap().to_owned();
    let output = run(&mut report("ada", "inspection"));
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    let elsewhere = json(&mut report("ada", "canteen"));
    assert_ne!(elsewhere["tag"], said["tag"], "two subjects do not link");
    refused(&mut report("ada", "has\u{fc}"), 2, "printable ASCII");
    let kept = online.group(&format!("show press reports {id}"));
    assert_eq!((&kept["text"], &kept["tag"]), (&"The inspector asks for money.".into(), &said["tag"]));
    assert!(!kept.to_string().contains(&ada), "a report names nobody");
    // an organisation asks, two openers answer
    desk.write("order", "order 4711 of the court");
    let ask = format!("group request-opening press {id} --reason order-4711 --warrant order");
    let asked = json(&mut online.by(2, &ask));
    let opening = asked["opening"].as_str().unwrap().to_owned();
    let check = format!("group check press {opening}");
    refused(&mut online.command(&check), 1, "0 of the 2 openers");
    let open = |organisation: usize, key: &str| {
        online.by(organisation, &format!("group open press {opening} --key {key}"))
    };
    refused(&mut open(1, "o1"), 2, "part 1 must be sent by");
    let given = json(&mut open(0, "o1"));
    assert_eq!(given["opening"]["opened"], Value::Null);
    refused(&mut open(0, "o1"), 2, "has given its part already");
    refused(&mut online.command(&check), 1, "1 of the 2 openers");
    let given = json(&mut open(2, "o3"));
    assert_eq!(given["opening"]["opened"]["account"], ada);
    // an outsider believes the genesis and nobody else
    let proven = json(&mut online.command(&check));
    assert_eq!((&proven["proven"], &proven["account"]), (&true.into(), &ada.clone().into()));
    assert_eq!((&proven["requester"], &proven["reason"]), (&third.clone().into(), &"order-4711".into()));
    assert_eq!(proven["openers"], serde_json::json!([first, third]));
    // what is there to see
    assert_eq!(online.group("list")["items"][0]["name"], "press");
    assert_eq!(online.group("show press")["epoch"]["number"], 1);
    for (what, count) in [("members", 2), ("epochs", 2), ("reports", 2), ("openings", 1)] {
        let page = online.group(&format!("show press {what}"));
        assert_eq!(page["items"].as_array().unwrap().len(), count, "{what}: {page}");
    }
    let all = online.group("show press reports");
    let first = online.group("show press reports --limit 1");
    let rest = online.group(&format!("show press reports --cursor {}", first["next"].as_str().unwrap()));
    assert_eq!((&first["items"][0], &rest["next"]), (&all["items"][0], &Value::Null));
    assert_eq!(rest["items"][0], all["items"][1]);
    refused(&mut online.command("group show press --limit 1"), 2, "are for lists");
    refused(&mut online.command("group show nobody members"), 1, "there is no group:nobody");
    refused(&mut online.command("group show nobody"), 1, "there is no group:nobody");
    refused(&mut online.command(&format!("group show press members {id}")), 2, "only reports and openings");
    // an offline group is none of the ledger's
    desk.group("create offline --dealings p1 p2 p3 --out i2 --group-out g2 --register-out r2");
    refused(&mut online.command("group follow --ledger --group g2"), 2, "offline is no group of the ledger");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_member_answers_a_verifier_s_challenge_here_and_through_the_service() {
    let online = Online::with_group();
    let desk = &online.desk;
    let (ada, eve) = (online.member("ada"), online.member("eve"));
    let present = |member: &str, asked: &str| {
        desk.group(&format!("present --member {member} --domain verifier.example {asked} --out vp --force"))
    };
    let here = "verify-presentation vp --group group --domain verifier.example";
    let there = "group verify-presentation vp --of group:press --domain verifier.example";
    let told = present("ada", "--challenge c1");
    assert_eq!((&told["of"], &told["linkage"]), (&"group:press".into(), &"none".into()));
    assert!(!desk.value("vp").to_string().contains(&ada), "a presentation names nobody");
    let verified = desk.group(&format!("{here} --challenge c1"));
    assert_eq!((&verified["verified"], &verified["tag"]), (&true.into(), &Value::Null));
    assert_eq!((&verified["epoch"], &verified["by"]), (&0.into(), &"file".into()));
    let verified = json(&mut online.command(&format!("{there} --challenge c1")));
    assert_eq!((&verified["epoch"], &verified["by"]), (&0.into(), &"service".into()));
    desk.refused(&format!("{here} --challenge c2"), 1, "challenge is \"c1\"");
    desk.refused(&here.replace("verifier.", "other.").replace("vp", "vp --challenge c1"), 1, "domain is");
    desk.refused(&format!("{here} --challenge c1 --linkage domain"), 1, "linkage is");
    desk.refused(here, 2, "--challenge");
    refused(&mut online.command(there), 1, "was not given out here");
    let elsewhere = there.replace("group:press", "group:nobody");
    refused(&mut online.command(&format!("{elsewhere} --challenge c1")), 1, "there is no group:nobody");
    refused(&mut online.command(&there.replace("group:press", "press")), 2, "group:<name>");
    // with linkage the member is the same for this domain
    let mut tags = Vec::new();
    for (member, challenge) in [("ada", "c3"), ("ada", "c4"), ("eve", "c5")] {
        let asked = format!("--challenge {challenge} --linkage domain");
        present(member, &asked);
        let verified = desk.group(&format!("{here} {asked}"));
        assert_eq!(json(&mut online.command(&format!("{there} {asked}")))["tag"], verified["tag"]);
        tags.push(verified["tag"].as_str().unwrap().to_owned());
    }
    assert!(tags[0] == tags[1] && tags[0] != tags[2], "{tags:?}");
    // a challenge that the service gave out is used up
    let client = common::Client::new(&online.service.url, &key_of(&online.data(), 0));
    let given = common::Client::expect(client.post("/challenges", serde_json::json!({})).await, 201);
    present("ada", &format!("--challenge {}", given["challenge"].as_str().unwrap()));
    json(&mut online.command(there));
    refused(&mut online.command(there), 1, "was used before");
    // altered
    present("ada", "--challenge c6");
    desk.altered("vp", "x", |answer| answer["challenge"] = "c7".into());
    desk.refused(&here.replace("vp", "x --challenge c7"), 1, "does not verify");
    desk.altered("vp", "x", |answer| answer["proofValue"] = "uAAAA".into());
    desk.refused(&here.replace("vp", "x --challenge c6"), 1, "not a signature of a ring or group");
    desk.altered("vp", "x", |answer| answer["colour"] = "red".into());
    desk.refused(&here.replace("vp", "x --challenge c6"), 2, "colour");
    let overlong = format!("present --member ada --domain d --challenge {}", "c".repeat(513));
    desk.refused(&overlong, 2, "1 to 512 bytes");
    // eve is revoked: her answer is of an epoch that is over, and so is ada's until she follows
    present("eve", "--challenge c8");
    online.group(&format!("revoke {eve} {OFFICE} --ledger --reason left"));
    desk.refused(&format!("{here} --challenge c8"), 1, "of epoch 0, in force is 1");
    refused(&mut online.command(&format!("{there} --challenge c8")), 1, "of epoch 0, in force is 1");
    online.group("follow --ledger --member ada");
    present("ada", "--challenge c9");
    desk.group(&format!("{here} --challenge c9"));
    // an offline group is of no network
    desk.group("create offline --dealings p1 p2 p3 --out i2 --group-out g2 --register-out r2");
    let offline = here.replace("--group group", "--group g2");
    desk.refused(&format!("{offline} --challenge c9"), 2, "offline is no group of a ledger");
}

#[test]
fn a_member_reports_with_no_api_key_at_all() {
    let online = Online::with_group();
    let desk = &online.desk;
    let (ada, eve) = (online.member("ada"), online.member("eve"));
    desk.write("story", "The inspector asks for money.");
    let bare = |arguments: &str| {
        let mut command = desk.command(&format!("--json group {arguments}"));
        command.args(["--url", &online.service.url, "--data", "nowhere"]);
        command
    };
    let report = |member: &str, about: &str| format!("report story --about {about} --member {member}");
    let said = json(&mut bare(&report("ada", "inspection")));
    assert_eq!((&said["unnamed"], &said["epoch"]), (&true.into(), &0.into()));
    let kept = online.group(&format!("show press reports {}", said["report"].as_str().unwrap()));
    assert_eq!((&kept["subject"], &kept["tag"]), (&"inspection".into(), &said["tag"]));
    // the same member, on the same subject, with and without a key
    refused(&mut bare(&report("ada", "inspection")), 2, "a member acts once");
    refused(&mut online.command(&format!("group {}", report("ada", "inspection"))), 2, "a member acts once");
    let named = online.group(&report("ada", "canteen"));
    assert_eq!(named["unnamed"], false, "a key that is there reads");
    assert_eq!(online.group(&format!("{} --unnamed", report("ada", "roof")))["unnamed"], true);
    // other commands need a key as before
    refused(&mut bare("show press"), 4, "401");
    // a key that is wrong is not passed over
    let mut wrong = bare(&report("ada", "cellar"));
    refused(wrong.env("HUFU_API_KEY", "hufu_0_0"), 4, "not known");
    // another name for the service than its own: the signature is for another URL
    let elsewhere = online.service.url.replace("127.0.0.1", "localhost");
    let mut elsewhere_report = desk.command(&format!("--json group {}", report("ada", "cellar")));
    elsewhere_report.args(["--data", "nowhere", "--url", &elsewhere]);
    refused(&mut elsewhere_report, 4, "does not verify");
    // whoever is behind, or revoked, reads nothing unnamed
    online.group(&format!("revoke {eve} {OFFICE} --ledger --reason left --out update"));
    for member in ["ada", "eve"] {
        refused(&mut bare(&report(member, "cellar")), 4, "is of epoch 0: if that is over, follow first");
    }
    desk.copy("ada", "away");
    desk.group("follow update --member ada");
    assert_eq!(json(&mut bare(&report("ada", "cellar")))["epoch"], 1);
    // or by the manager's witness, in the epoch that the ledger proves
    online.group(&format!("witness {ada} {OFFICE} --ledger --out witness"));
    assert_eq!(online.group("renew witness --member away --ledger")["epoch"], 1);
    assert_eq!(desk.value("away"), desk.value("ada"));
    desk.refused("follow update --member eve", 1, "the member was revoked in epoch 1");
    // an offline group is none of this network's
    desk.group(
        "create offline --dealings p1 p2 p3 --out issuer --group-out group --register-out register --force",
    );
    desk.member("bob");
    refused(&mut bare(&report("bob", "cellar")), 2, "offline is no group of the ledger");
    let log = run(&mut online.command("audit log --limit 1000")).stdout;
    assert!(!String::from_utf8(log).unwrap().contains(&ada), "the audit log names no member");
}

#[test]
fn a_member_that_fell_far_behind_is_given_a_witness() {
    let desk = Desk::with_group();
    let (ada, bob) = (desk.member("ada"), desk.member("bob"));
    let mut revoked = Vec::new();
    for (n, name) in ["eve", "mallory"].iter().enumerate() {
        let did = desk.member(name);
        desk.group(&format!("revoke {did} {OFFICE} --out update{n}"));
        revoked.push(did);
        desk.copy("group", &format!("group{n}"));
    }
    let renew = |witness: &str| format!("renew {witness} --member ada --group group");
    let given = desk.group(&format!("witness {ada} {OFFICE} --out witness"));
    assert_eq!((&given["epoch"], &given["account"]), (&2.into(), &ada.clone().into()));
    let mode = std::fs::metadata(desk.path("witness")).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    // whoever was revoked gets none, nor a stranger
    desk.refused(&format!("witness {} {OFFICE} --out x", revoked[0]), 1, "was revoked in epoch 1");
    desk.refused(&format!("witness did:key:zNobody {OFFICE} --out x"), 1, "is no member");
    desk.refused(&format!("witness {ada} {OFFICE} --out witness"), 2, "--force");
    assert!(!desk.path("x").exists());
    // another member's, altered, of another epoch, of another group
    desk.group(&format!("witness {bob} {OFFICE} --out other"));
    desk.refused(&renew("other"), 2, "it is for another member");
    desk.altered("other", "x", |file| file["memberKey"] = desk.value("witness")["memberKey"].clone());
    desk.refused(&renew("x"), 1, "does not hold");
    desk.altered("witness", "x", |file| file["epochNumber"] = 1.into());
    desk.refused(&renew("x"), 2, "it was altered");
    desk.altered("witness", "x", |file| file["colour"] = "red".into());
    desk.refused(&renew("x"), 2, "unknown member \"colour\"");
    desk.refused(&renew("witness").replace("--group group", "--group group0"), 1, "epoch 2");
    desk.refused("renew update0 --member ada --group group", 2, "a hufu-group-witness is needed here");
    desk.chmod("witness", 0o644);
    desk.refused(&renew("witness"), 2, "chmod 600");
    desk.chmod("witness", 0o600);
    desk.group("create other --dealings p1 p2 p3 --out i2 --group-out g2 --register-out r2");
    desk.refused(&renew("witness").replace("--group group", "--group g2"), 2, "is another group");
    assert_eq!(desk.value("ada")["epochNumber"], 0, "who was refused is where it was");
    // and then it signs in the epoch in force, as whoever followed does
    let renewed = desk.group(&renew("witness"));
    assert_eq!((&renewed["from"], &renewed["epoch"]), (&0.into(), &2.into()));
    desk.group("sign story --member ada --out sig");
    desk.group("verify story --signature sig --group group");
    desk.group("follow update0 update1 --member bob");
    desk.copy("ada", "renewed");
    desk.group(&format!("witness {bob} {OFFICE} --out other --force"));
    let before = desk.value("bob");
    desk.group("renew other --member bob --group group");
    assert_eq!(desk.value("bob"), before, "one witness, however it was come by");
    // an epoch that is behind the member's is no way forward
    desk.refused("renew witness --member ada --group group1 --ledger", 2, "cannot be used with");
    desk.refused(&renew("witness").replace("--group group", "--group group0"), 1, "is in epoch 2");
}

#[test]
fn secrets_that_are_kept_are_encrypted_and_stay_so() {
    let desk = Desk::with_openers();
    for word in ["open", "shut"] {
        desk.write(word, &format!("{word}\n"));
    }
    let unlock = "--passphrase-file open";
    let opener = "opener-key --dealer d1 --dealings p1 p2 p3 --shares s21 s31 --out o1 --force";
    desk.group(&format!("{opener} --encrypt {unlock}"));
    desk.group(&format!(
        "create press --dealings p1 p2 p3 --out issuer --group-out group --register-out register --encrypt {unlock}"
    ));
    desk.write("story", "the story");
    desk.write("order", "order 4711 of the court");
    let office = |passphrase: &str| format!("{OFFICE} --passphrase-file {passphrase}");
    let ada = desk.account("ada");
    desk.group(&format!("invite {ada} --group group --out ada.invitation"));
    desk.group(&desk.asking("ada"));
    desk.refused(&desk.admitting("ada"), 2, "a passphrase for issuer is needed");
    desk.refused(&desk.admitting("ada").replace(OFFICE, &office("shut")), 2, "wrong passphrase");
    desk.group(&desk.admitting("ada").replace(OFFICE, &office("open")));
    let join = "join ada.credential --secret ada.secret --group group --out ada";
    desk.group(&format!("{join} --encrypt {unlock}"));
    for name in ["o1", "issuer", "ada"] {
        let file = desk.value(name);
        assert_eq!(file["version"], 2, "{name}");
        assert!(file["sealed"].is_object() && file.as_object().unwrap().len() == 3, "{file}");
    }
    desk.refused("sign story --member ada", 2, "a passphrase for ada is needed");
    desk.refused("sign story --member ada --passphrase-file shut", 2, "wrong passphrase");
    // a membership that goes on stays under its passphrase
    let eve = desk.account("eve");
    desk.group(&format!("invite {eve} --group group --out eve.invitation"));
    desk.group(&desk.asking("eve"));
    desk.group(&desk.admitting("eve").replace(OFFICE, &office("open")));
    desk.group(&format!("revoke {eve} {} --out update", office("open")));
    desk.refused("follow update --member ada --passphrase-file shut", 2, "wrong passphrase");
    desk.group(&format!("follow update --member ada {unlock}"));
    assert_eq!(desk.value("ada")["version"], 2);
    desk.group(&format!("witness {ada} {} --out witness", office("open")));
    desk.group(&format!("renew witness --member ada --group group {unlock}"));
    assert_eq!(desk.value("ada")["version"], 2);
    desk.group(&format!("sign story --member ada --out sig {unlock}"));
    desk.group("verify story --signature sig --group group");
    // an opener's key
    desk.refused(&format!("part {OPENING} --key o1 --out part1"), 2, "a passphrase for o1 is needed");
    desk.group(&format!("part {OPENING} --key o1 --out part1 {unlock}"));
    desk.group(&format!("part {OPENING} --key o2 --out part2"));
    let opened = desk.group(&format!("combine {OPENING} --parts part1 part2 --register register"));
    assert_eq!(opened["account"], ada);
    // what is under a passphrase is still of a kind
    desk.refused(&format!("sign story --member o1 {unlock}"), 2, "it is a hufu-group-opener");
    let text = std::fs::read_to_string(desk.path("ada")).unwrap();
    desk.write("x", &text[..text.len() / 2]);
    desk.refused(&format!("sign story --member x {unlock}"), 2, "no acceptable JSON");
}
