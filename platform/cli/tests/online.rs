//! The command against a running `hufu dev`: a DID taken back by its recovery key, many credentials at once, the audit
//! log verified and every kind of tampering named, and what is said when something is missing.
#![allow(clippy::unwrap_used, reason = "a test stops at the first broken assumption")]

mod common;

use std::path::{Path, PathBuf};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use common::{Client, Dev, hufu, json, key_of, operator_did, operator_key, run};
use hufu_keys::{
    SigningKey,
    keystore::{self, KdfParams},
};
use serde_json::{Value, json as value};

struct Desk {
    service: Dev,
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { service: Dev::start(&folder.path().join("data")), folder }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A command that talks to the service.
    fn hufu(&self, arguments: &[&str]) -> std::process::Command {
        let mut command = hufu();
        command.arg("--json").args(arguments).args(["--url", &self.service.url, "--data"]).arg(self.data());
        command.env("HUFU_PASSPHRASE", "open").env("HUFU_KEYSTORE", self.path("keys.json"));
        command
    }

    /// The exit code and words of a command that fails.
    fn refused(&self, arguments: &[&str]) -> (i32, String) {
        failure(&mut self.hufu(arguments))
    }
}

fn failure(command: &mut std::process::Command) -> (i32, String) {
    let output = run(command);
    assert!(!output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(!words.contains("panicked"), "{words}");
    (output.status.code().unwrap(), words)
}

/// A keystore with those keys of another whose names fit.
fn only(from: &Path, to: &Path, fits: impl Fn(&str) -> bool) {
    let keys = keystore::open(&std::fs::read(from).unwrap(), b"open").unwrap();
    let kept: Vec<(&str, &SigningKey)> =
        keys.iter().filter(|(name, _)| fits(name)).map(|(name, key)| (name.as_str(), key)).collect();
    let sealed = keystore::seal(&kept, b"open", &mut rand::rng(), KdfParams::dangerous_fast()).unwrap();
    std::fs::write(to, sealed).unwrap();
    std::fs::set_permissions(to, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
}

#[test]
fn a_did_without_a_usable_method_is_recovered_by_its_recovery_key() {
    let desk = Desk::new();
    let did = json(&mut desk.hufu(&["did", "create", "--algorithm", "ed25519"]))["did"]
        .as_str()
        .unwrap()
        .to_owned();
    let all = desk.path("keys.json");
    let (recovery, update, nothing) =
        (desk.path("recovery.json"), desk.path("update.json"), desk.path("nothing.json"));
    only(&all, &recovery, |name| name.contains("recovery"));
    only(&all, &update, |name| name.contains("update"));
    only(&all, &nothing, |name| name.contains("key-1"));
    let with = |store: &Path, arguments: &[&str]| {
        let mut command = desk.hufu(arguments);
        command.env("HUFU_KEYSTORE", store);
        command
    };
    // the update keys alone change it, although no method signs the transaction
    let updated = json(&mut with(
        &update,
        &["did", "update", &did, "--add-service", "files=Files=https://example.org/"],
    ));
    assert_eq!(updated["version"], "2");
    // neither key: refused here, before anything is sent
    let (code, words) = failure(&mut with(&nothing, &["did", "recover", &did]));
    assert!(code == 2 && words.contains("0 of the 1 recovery keys"), "{code} {words}");
    // the recovery key alone takes it back
    let recovered = json(&mut with(&recovery, &["did", "recover", &did]));
    assert_eq!((&recovered["state"], &recovered["version"]), (&value!("recovered"), &value!("3")));
    let methods = recovered["didDocument"]["verificationMethod"].as_array().unwrap().len();
    assert_eq!(methods, 2, "it got a method whose key is here: {recovered}");
    // the old update keys are nobody's any more
    let (code, words) = failure(&mut with(&update, &["did", "rotate", &did]));
    assert!(code == 2 && words.contains("0 of the"), "{code} {words}");
    // and the new ones do everything
    assert_eq!(json(&mut with(&recovery, &["did", "rotate", &did]))["version"], "4");
    assert_eq!(json(&mut with(&recovery, &["did", "deactivate", &did]))["state"], "deactivated");
    let (code, words) = failure(&mut with(&recovery, &["did", "recover", &did]));
    assert!(code == 1 && words.contains("deactivated"), "{code} {words}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recovery_that_the_recovery_keys_did_not_sign_is_refused() {
    use hufu_did::hufu::{Builder, Head, head_key};
    use hufu_keys::Algorithm;
    let desk = Desk::new();
    let data = desk.data();
    let did = json(&mut desk.hufu(&["did", "create"]))["did"].as_str().unwrap().to_owned();
    let client = Client::new(&desk.service.url, &operator_key(&data));
    let key = String::from_utf8(head_key(&did.parse().unwrap())).unwrap();
    let answer = client.http.get(format!("{}/v1/state/{key}", client.url));
    let answer = answer.header("accept", "application/vnd.hufu.answer").send().await.unwrap();
    let answer = hufu_light::Answer::from_bytes(&answer.bytes().await.unwrap()).unwrap();
    let head = Head::from_bytes(answer.value.as_deref().unwrap()).unwrap();
    let thief = SigningKey::generate(Algorithm::Ed25519, &mut rand::rng());
    let operation =
        Builder::recover(&head).keys(1, [&thief.verifying_key()]).build().unwrap().sign(&thief).finish();
    let body = value!({ "did": did, "secret": { "signedOperation": operation.to_value() } });
    let refused = Client::expect(client.post("/1.0/update", body).await, 422);
    assert!(refused["detail"].as_str().unwrap().contains("recovery"), "{refused}");
    let update = Builder::update(&head)
        .service("#x", "X", "https://x.example/")
        .build()
        .unwrap()
        .sign(&thief)
        .finish();
    let body = value!({ "did": did, "secret": { "signedOperation": update.to_value() } });
    let refused = Client::expect(client.post("/1.0/update", body).await, 422);
    assert!(refused["detail"].as_str().unwrap().contains("update"), "{refused}");
}

#[test]
fn a_ring_key_is_registered_in_a_document_and_removed() {
    let desk = Desk::new();
    let did = json(&mut desk.hufu(&["did", "create", "--algorithm", "ed25519"]))["did"]
        .as_str()
        .unwrap()
        .to_owned();
    let (key, public) = (desk.path("ring-key"), desk.path("ring-public"));
    let mut generate = hufu();
    generate.args(["--json", "ring", "generate", "--holder", &did, "--out"]).arg(&key);
    json(generate.arg("--public-out").arg(&public));
    let [key, public] = [&key, &public].map(|path| path.to_str().unwrap());
    let methods = |arguments: &[&str]| {
        json(&mut desk.hufu(&[&["did", "update", &did], arguments].concat()));
        let resolved = json(&mut desk.hufu(&["did", "resolve", &did]));
        let document = resolved.get("didDocument").unwrap_or(&resolved);
        document["verificationMethod"].as_array().unwrap().clone()
    };
    let with = methods(&["--ring-key", key]);
    let ring = with.iter().find(|method| method["id"].as_str().unwrap().ends_with("#ring")).unwrap();
    assert_eq!(ring["type"], hufu_did::RING_KEY_TYPE);
    assert!(ring["proofOfPossession"].is_string(), "{ring}");
    let without = methods(&["--remove-ring-key"]);
    assert_eq!(without.len() + 1, with.len());
    // what is no private ring key, and nothing at all
    let (code, words) = desk.refused(&["did", "update", &did, "--ring-key", public]);
    assert!(code == 2 && words.contains("a hufu-ring-key is needed"), "{code} {words}");
    let (code, words) = desk.refused(&["did", "update", &did]);
    assert!(code == 2 && words.contains("nothing to change"), "{code} {words}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn members_vote_in_secret_with_their_ring_keys() {
    let desk = Desk::new();
    let data = desk.data();
    let (code, words) = desk.refused(&["network", "form-ring"]);
    assert!(code == 2 && words.contains("ring"), "no member has a ring key: {code} {words}");
    // the service holds the members' update keys, so they register their ring keys through it
    for member in 0..3 {
        let file = desk.path(&format!("k{member}"));
        let mut generate = hufu();
        generate.args(["--json", "ring", "generate", "--out"]).arg(&file);
        json(generate.arg("--public-out").arg(desk.path(&format!("p{member}"))));
        let seeded: Value =
            serde_json::from_slice(&std::fs::read(data.join("api-keys.json")).unwrap()).unwrap();
        let did = seeded["organisations"][member]["did"].as_str().unwrap();
        let key: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        let secret = URL_SAFE_NO_PAD.decode(key["secretKey"].as_str().unwrap()).unwrap();
        let key = hufu_ring::SigningKey::from_bytes(&secret.try_into().unwrap()).unwrap();
        let registered = hufu_did::RingKey::new(&key, &did.parse().unwrap(), &mut rand::rng()).unwrap();
        let method = value!({
            "id": "#ring",
            "type": hufu_did::RING_KEY_TYPE,
            "publicKeyMultibase": registered.public_key_multibase(),
            "proofOfPossession": registered.proof_of_possession(),
        });
        let request = value!({
            "did": did,
            "didDocumentOperation": ["addToDidDocument"],
            "didDocument": [{ "verificationMethod": [method] }],
        });
        let client = Client::new(&desk.service.url, &key_of(&data, member));
        let (status, body) = client.post("/1.0/update", request).await;
        assert!(status < 300, "{status} {body}");
    }
    let formed = json(&mut desk.hufu(&["network", "form-ring"]));
    assert_eq!(formed["members"], 3);
    let rings = json(&mut desk.hufu(&["network", "rings"]));
    assert_eq!(
        (&rings["items"][0]["list"], rings["items"].as_array().unwrap().len()),
        (&value!("members"), 1)
    );
    presentations(&desk, formed["name"].as_str().unwrap());
    let proposal = value!({
        "title": "Put the operator on the list of inspectors",
        "reason": "Voted on in secret.",
        "secret": true,
        "actions": [{ "type": "addToList", "list": "inspectors", "did": operator_did(&data) }],
    });
    std::fs::write(desk.path("proposal.json"), proposal.to_string()).unwrap();
    let made = json(desk.hufu(&["network", "propose"]).arg(desk.path("proposal.json")));
    let id = made["id"].as_str().unwrap();
    let vote = |choice: &str, member: usize| {
        let file = desk.path(&format!("k{member}"));
        desk.hufu(&["network", "vote", id, choice, "--ring-key", file.to_str().unwrap()])
    };
    let first = json(&mut vote("yes", 1));
    assert!(first["ring"].as_str().unwrap().starts_with("ring:members/"), "{first}");
    // the same member again, whatever it says; by name; with the key of no member
    let (code, words) = failure(&mut vote("no", 1));
    assert!(code == 2, "{code} {words}");
    let (code, words) = desk.refused(&["network", "vote", id, "yes"]);
    assert!(code != 0 && words.contains("secret"), "{code} {words}");
    let mut generate = hufu();
    generate
        .args(["ring", "generate", "--out"])
        .arg(desk.path("k9"))
        .arg("--public-out")
        .arg(desk.path("p9"));
    run(&mut generate);
    let (code, words) = failure(&mut vote("yes", 9));
    assert!(code == 1 && words.contains("not a member"), "{code} {words}");
    assert_eq!((&first["proven"], &first["anchor"]), (&value!(false), &value!("genesis")), "read by key");
    let second = json(&mut vote_unnamed(&desk, id));
    assert_ne!(first["tag"], second["tag"]);
    assert_eq!((&second["proven"], &second["anchor"]), (&value!(true), &value!("wallet")));
    let list = json(&mut desk.hufu(&["network", "list", "inspectors"]));
    assert_eq!(list["items"][0]["did"], operator_did(&data), "two of three said yes");
}

/// The vote of `k2` by a command that has neither API key nor data folder: what it reads it reads as one of the ring, and which network
/// it is the service alone is not believed.
fn vote_unnamed(desk: &Desk, id: &str) -> std::process::Command {
    let vote = || {
        let mut command = hufu();
        command.args(["--json", "network", "vote", id, "yes", "--ring-key"]).arg(desk.path("k2"));
        command.arg("--ring").arg(desk.path("ring")).args(["--url", &desk.service.url]);
        command.arg("--data").arg(desk.path("nowhere")).env("HUFU_WALLET", desk.path("w"));
        command
    };
    let (code, words) = failure(&mut vote());
    assert!(code == 1 && words.contains("--trust-service"), "{code} {words}");
    json(&mut desk.hufu(&["wallet", "init", "--wallet", desk.path("w").to_str().unwrap()]));
    vote()
}

/// The members of the ring `k0` to `k2` answer verifiers, here and through the service.
fn presentations(desk: &Desk, name: &str) {
    let file = |name: &str| desk.path(name).to_str().unwrap().to_owned();
    let (ring, vp, other) = (file("ring"), file("vp"), file("other"));
    let fetched = json(&mut desk.hufu(&["ring", "fetch", "--out", &ring]));
    assert_eq!((&fetched["name"], &fetched["members"]), (&value!(name), &value!(3)));
    assert_eq!(fetched["anchor"], "genesis");
    let domain = "https://verifier.example";
    let with = |command: &str, arguments: &[&str]| {
        let mut hufu = hufu();
        hufu.args(["--json", "ring", command]).args(arguments).args(["--domain", domain]);
        hufu
    };
    let present = |key: &str, challenge: &str, linkage: &str, out: &str| {
        let key = file(key);
        let arguments = ["--ring", &ring, "--key", &key, "--challenge", challenge, "--linkage", linkage];
        json(with("present", &arguments).args(["--force", "--out", out]))
    };
    let verify = |arguments: &[&str]| with("verify-presentation", &[&[vp.as_str()], arguments].concat());
    let told = present("k1", "c1", "none", &vp);
    assert_eq!((&told["of"], &told["linkage"]), (&value!(name), &value!("none")));
    let verified = json(&mut verify(&["--ring", &ring, "--challenge", "c1"]));
    assert_eq!((&verified["verified"], &verified["of"]), (&value!(true), &value!(name)));
    assert_eq!((&verified["tag"], &verified["by"]), (&Value::Null, &value!("file")));
    for (arguments, code, words) in [
        (&["--ring", &ring, "--challenge", "c2"][..], 1, "challenge is"),
        (&["--ring", &ring, "--challenge", "c1", "--linkage", "domain"], 1, "linkage is"),
        (&["--ring", &ring], 2, "--challenge"),
        (&["--challenge", "c1"], 2, "--ring"),
        (&["--ring", &ring, "--of", name, "--challenge", "c1"], 2, "cannot be used with"),
        (&["--of", "group:x", "--challenge", "c1"], 2, "ring:<list>/<version>"),
    ] {
        let (found, said) = failure(&mut verify(arguments));
        assert!(found == code && said.contains(words), "{arguments:?}: {found} {said}");
    }
    let online = |arguments: &[&str]| {
        let mut command = verify(arguments);
        command.args(["--url", &desk.service.url, "--data"]).arg(desk.data());
        command
    };
    let verified = json(&mut online(&["--of", name, "--challenge", "c1"]));
    assert_eq!((&verified["verified"], &verified["by"]), (&value!(true), &value!("service")));
    let (code, said) = failure(&mut online(&["--of", name]));
    assert!(code == 1 && said.contains("was not given out here"), "{code} {said}");
    let (code, said) = failure(&mut online(&["--of", "ring:members/9", "--challenge", "c1"]));
    assert!(code == 1 && said.contains("has not been formed"), "{code} {said}");
    // with linkage, a member is the same here and in the service's eyes, and another member another
    let tag = |key: &str, challenge: &str| {
        present(key, challenge, "domain", &vp);
        let asked = ["--challenge", challenge, "--linkage", "domain"];
        let here = json(verify(&["--ring", &ring]).args(asked))["tag"].as_str().unwrap().to_owned();
        assert_eq!(json(online(&["--of", name]).args(asked))["tag"], here.as_str());
        here
    };
    let first = tag("k1", "c3");
    assert!(tag("k1", "c4") == first && tag("k2", "c5") != first);
    // an answer that was altered, or is another's
    let mut answer: Value = serde_json::from_slice(&std::fs::read(&vp).unwrap()).unwrap();
    answer["challenge"] = value!("c6");
    std::fs::write(&other, answer.to_string()).unwrap();
    let altered = ["--ring", &ring, "--challenge", "c6", "--linkage", "domain"];
    let (code, said) = failure(&mut with("verify-presentation", &[&[other.as_str()], &altered[..]].concat()));
    assert!(code == 1 && said.contains("does not verify"), "{code} {said}");
    for (text, words) in [("[]", "presentation"), ("{}", "missing field"), ("{", "no acceptable JSON")] {
        std::fs::write(&other, text).unwrap();
        let arguments = [&[other.as_str()], &altered[..]].concat();
        let (code, said) = failure(&mut with("verify-presentation", &arguments));
        assert!(code == 2 && (said.contains(words) || text == "[]"), "{text}: {code} {said}");
    }
    // who is on no list, and a ring that is none
    let keys = ["--out", &file("k8"), "--public-out", &file("p8")];
    json(hufu().args(["--json", "ring", "generate"]).args(keys));
    let stranger = ["--ring", &ring, "--key", &file("k8"), "--challenge", "c"];
    let (code, said) = failure(&mut with("present", &stranger));
    assert!(code == 2 && said.contains("not a member"), "{code} {said}");
    let made = ["make", &file("p0"), &file("p8"), "--out", &file("unlisted")];
    json(hufu().args(["--json", "ring"]).args(made));
    let unlisted = ["--ring", &file("unlisted"), "--key", &file("k8"), "--challenge", "c"];
    let (code, said) = failure(&mut with("present", &unlisted));
    assert!(code == 2 && said.contains("hufu ring fetch"), "{code} {said}");
    for (arguments, words) in [
        (&["ring", "fetch", "nobody"][..], "there is no list nobody"),
        (&["ring", "fetch", "--list-version", "99"], "ring:members/99 has not been formed"),
    ] {
        let (code, said) = desk.refused(arguments);
        assert!(code == 1 && said.contains(words), "{code} {said}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_are_walked_to_their_end_or_say_that_they_were_cut() {
    let desk = Desk::new();
    let client = Client::new(&desk.service.url, &operator_key(&desk.data()));
    let proposal = value!({
        "title": "One of many",
        "reason": "More than one page has.",
        "actions": [{ "type": "addToList", "list": "inspectors", "did": operator_did(&desk.data()) }],
    });
    // one is seeded
    for _ in 0..54 {
        Client::expect(client.post("/v1/proposals", proposal.clone()).await, 201);
    }
    let ids = |page: &Value| -> Vec<String> {
        page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
    };
    let all = json(&mut desk.hufu(&["network", "proposals"]));
    assert_eq!((ids(&all).len(), &all["next"]), (55, &Value::Null));
    let first = json(&mut desk.hufu(&["network", "proposals", "--limit", "53"]));
    let rest = json(&mut desk.hufu(&["network", "proposals", "--cursor", first["next"].as_str().unwrap()]));
    assert_eq!((ids(&first).len(), &rest["next"]), (53, &Value::Null));
    assert_eq!([ids(&first), ids(&rest)].concat(), ids(&all));
    let whole = json(&mut desk.hufu(&["network", "proposals", "--limit", "55"]));
    assert_eq!(whole, all, "as many as there are: nothing was cut");
    // for a person: a table over all pages, and a remark when it was cut
    let words = |more: &[&str]| {
        let mut command = hufu();
        command.args(["network", "proposals", "--url", &desk.service.url]).args(more);
        run(command.arg("--data").arg(desk.data()))
    };
    let told = words(&[]);
    let lines = String::from_utf8(told.stdout).unwrap().lines().count();
    assert_eq!((lines, told.stderr.as_slice()), (56, &b""[..]), "headings and 55 rows, and no remark");
    let told = words(&["--limit", "2"]);
    let remark = String::from_utf8(told.stderr).unwrap();
    assert!(remark.contains("there are more: --cursor "), "{remark}");
    assert_eq!(String::from_utf8(told.stdout).unwrap().lines().count(), 3);
    // the audit log begins with the oldest, and the newest are asked for
    let log = Client::expect(client.get("/v1/audit?limit=1000").await, 200);
    let newest = log["items"].as_array().unwrap().last().unwrap()["seq"].as_u64().unwrap();
    let log = json(&mut desk.hufu(&["audit", "log", "--limit", "3"]));
    let numbers: Vec<u64> =
        log["items"].as_array().unwrap().iter().map(|entry| entry["seq"].as_u64().unwrap()).collect();
    assert!(numbers.len() == 3 && numbers[0] + 2 == numbers[2] && numbers[2] >= newest, "{log}");
    assert_eq!(log["older"], true);
    // what is no cursor, and no number
    let (code, said) = desk.refused(&["network", "proposals", "--cursor", "?"]);
    assert!(code == 2 && said.contains("cursor"), "{code} {said}");
    let (code, said) = desk.refused(&["network", "proposals", "--limit", "0"]);
    assert!(code == 2 && said.contains("--limit"), "{code} {said}");
}

#[test]
fn many_credentials_are_issued_from_one_template() {
    let desk = Desk::new();
    let issuer = operator_did(&desk.data());
    let template = value!({
        "@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiableCredential"], "issuer": issuer,
    });
    std::fs::write(desk.path("template.json"), template.to_string()).unwrap();
    let rows: String = (0..250)
        .map(|n| format!("{}\n", value!({ "id": format!("urn:example:{n}"), "credentialSubject": { "id": format!("did:example:{n}") } })))
        .collect();
    std::fs::write(desk.path("rows.jsonl"), &rows).unwrap();
    let bulk = |rows: &str, more: &[&str]| {
        let mut command = desk.hufu(&["vc", "bulk"]);
        command
            .arg(desk.path("template.json"))
            .arg(desk.path(rows))
            .arg("-o")
            .arg(desk.path("results.jsonl"))
            .args(more);
        command
    };
    let job = json(&mut bulk("rows.jsonl", &["--status-list", "auto"]));
    assert_eq!(
        (&job["state"], &job["done"], &job["refused"]),
        (&value!("finished"), &value!(250), &value!(0))
    );
    let results = std::fs::read_to_string(desk.path("results.jsonl")).unwrap();
    let results: Vec<Value> = results.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(results.len(), 250);
    assert_eq!(results[249]["verifiableCredential"]["credentialSubject"]["id"], "did:example:249");
    // the job can be looked at again
    let id = job["id"].as_str().unwrap();
    assert_eq!(json(&mut desk.hufu(&["vc", "bulk", "--job", id]))["done"], 250);
    // refused rows make the exit code 1; a line that is no row is named before anything is sent
    std::fs::write(desk.path("twice.jsonl"), &rows[..200]).unwrap();
    let (code, words) = failure(&mut bulk("twice.jsonl", &[]));
    assert!(code == 2 && words.contains("twice.jsonl line"), "{code} {words}");
    let first = rows.lines().next().unwrap();
    std::fs::write(desk.path("twice.jsonl"), format!("{first}\n")).unwrap();
    let (code, words) = failure(&mut bulk("twice.jsonl", &[]));
    assert!(code == 1 && words.contains("1 of 1 rows were refused"), "{code} {words}");
}

#[test]
fn each_kind_of_tampering_with_an_audit_export_is_named() {
    let desk = Desk::new();
    for _ in 0..3 {
        json(&mut desk.hufu(&["did", "create", "--name", &format!("n{}", rand::random::<u32>())]));
    }
    let file = desk.path("audit.jsonl");
    let mut export = desk.hufu(&["audit", "export"]);
    json(export.arg("--output").arg(&file));
    let sound = std::fs::read_to_string(&file).unwrap();
    let verify = |text: &str| {
        std::fs::write(&file, text).unwrap();
        let mut command = hufu();
        command.args(["--json", "audit", "verify"]).arg(&file);
        command
    };
    let summary = json(&mut verify(&sound));
    assert_eq!(summary["entries"], value!(sound.lines().count() - 2));
    let lines: Vec<&str> = sound.lines().collect();
    let join = |lines: &[&str]| lines.join("\n") + "\n";
    let last = lines.len() - 1;
    let edit = |line: usize, from: &str, to: &str| {
        assert!(lines[line].contains(from), "{}", lines[line]);
        let changed = lines[line].replacen(from, to, 1);
        let mut all = lines.clone();
        all[line] = &changed;
        join(&all)
    };
    let without =
        |range: std::ops::Range<usize>| join(&[&lines[..range.start], &lines[range.end..]].concat());
    let swapped = {
        let mut all = lines.clone();
        all.swap(1, 2);
        join(&all)
    };
    let doubled = join(&[&lines[..2], &lines[1..]].concat());
    // a log rewritten from some entry on, with hashes that fit, keeps the old trailer
    let rewritten = {
        use hufu_platform::audit::{Entry, Head};
        let mut head = Head::EMPTY;
        let mut out = vec![lines[0].to_owned()];
        for line in &lines[1..last] {
            let mut entry: Entry = serde_json::from_str(line).unwrap();
            entry.record.resource = "something else".into();
            let entry = head.append(entry.record);
            head = entry.head();
            out.push(serde_json::to_string(&entry).unwrap());
        }
        out.push(lines[last].to_owned());
        out.join("\n") + "\n"
    };
    // signed by somebody else altogether
    let trailer: Value = serde_json::from_str(lines[last]).unwrap();
    let other = hufu_keys::SigningKey::generate(hufu_keys::Algorithm::Ed25519, &mut rand::rng());
    let other_key = edit(last, trailer["key"].as_str().unwrap(), &other.verifying_key().to_multikey());
    let cases = [
        ("a changed line", edit(2, "\"outcome\":\"done\"", "\"outcome\":\"denied\""), "edit: entry 2"),
        ("a changed hash", edit(2, "\"hash\":\"", "\"hash\":\"0"), "line 3"),
        ("a removed line", without(2..3), "deletion: entry 2 is missing"),
        ("reordered lines", swapped, "reordering: line 2 has entry 2"),
        ("a line twice", doubled, "insertion: line 3 has a second entry 1"),
        ("a missing trailer", without(last..last + 1), "truncated"),
        ("a cut tail", without(last - 1..last), "the export has"),
        ("half a last line", sound[..sound.len() - 40].to_owned(), ""),
        ("a rewritten log", rewritten, "the log was rewritten"),
        ("another network", edit(0, "\"network\":\"dev\"", "\"network\":\"main\""), "signature"),
        ("another time of export", edit(0, "\"exported\":\"2", "\"exported\":\"1"), "signature"),
        ("another key", other_key, "signature"),
        ("a newer version", edit(0, "\"version\":1", "\"version\":2"), "version"),
        ("nothing", String::new(), "not an audit export"),
        ("something else", "{}\n{}\n".to_owned(), "not an audit export"),
    ];
    for (what, text, words) in cases {
        let (code, said) = failure(&mut verify(&text));
        assert!(code == 1 && said.contains(words), "{what}: {code} {said}");
        println!("{what}: {}", said.trim());
    }
    // intact, and not whose it should be
    let signer = summary["signer"].as_str().unwrap().to_owned();
    let (code, said) = failure(verify(&sound).args(["--signer", "did:key:z6Mk#z6Mk"]));
    assert!(code == 1 && said.contains(&signer), "{said}");
    json(verify(&sound).args(["--signer", &signer]));
}

#[test]
fn what_is_missing_or_wrong_is_said_with_an_exit_code() {
    let desk = Desk::new();
    let missing = desk.path("missing.json");
    let missing = missing.to_str().unwrap();
    let mut wrong = Vec::new();
    for (arguments, code, words) in [
        (
            &["did", "resolve", "did:hufu:dev:zQmWATWQ7fVPP2EFGu71UkfnqhYXDYH566qy47CnJDgvs8u"][..],
            1,
            "does not exist",
        ),
        (&["did", "resolve", "nonsense"], 2, "DID"),
        (
            &[
                "did",
                "update",
                "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
                "--add-service",
                "a=b=c",
            ],
            2,
            "did:hufu",
        ),
        (&["vc", "issue", missing], 2, "missing.json"),
        (&["vc", "verify", missing], 2, "missing.json"),
        (&["vc", "status", "urn:example:none"], 1, "urn:example:none"),
        (&["vc", "revoke", "urn:example:none", "--reason", "r"], 1, "urn:example:none"),
        (&["vc", "bulk", "--job", "none"], 1, "none"),
        (&["vc", "bulk"], 2, "template"),
        (&["audit", "status", "none", "0"], 1, "none"),
        (&["network", "list", "none"], 1, "none"),
        (&["network", "vote", "00", "yes"], 2, "64"),
        (&["network", "propose", missing], 2, "missing.json"),
    ] {
        let (found, said) = desk.refused(arguments);
        if found != code || !said.contains(words) {
            wrong.push(format!("{arguments:?}: {found} {said}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // another organisation's key may not
    let mut denied = desk.hufu(&["audit", "log"]);
    let (code, said) = failure(denied.env("HUFU_API_KEY", key_of(&desk.data(), 1)));
    assert!(code == 4 && said.contains("audit:read"), "{code} {said}");
    let mut wrong = desk.hufu(&["network", "status"]);
    let (code, said) = failure(wrong.env("HUFU_API_KEY", "hufu_0_0"));
    assert!(code == 4 && said.contains("not known"), "{code} {said}");
    // nobody there
    for arguments in [
        &["network", "status"][..],
        &["did", "create"],
        &["wallet", "refresh"],
        &["audit", "log"],
        &["vc", "status", "x"],
    ] {
        let mut command = hufu();
        command.args(arguments).args(["--url", "http://127.0.0.1:1"]).env("HUFU_PASSPHRASE", "open");
        command.env("HUFU_KEYSTORE", desk.path("other.json")).env("HUFU_WALLET", desk.path("no-wallet"));
        command.current_dir(desk.folder.path());
        let (code, said) = failure(&mut command);
        let expected = if arguments[0] == "wallet" { 2 } else { 3 };
        assert!(code == expected && !said.is_empty(), "{arguments:?}: {code} {said}");
    }
    // a typo is met with what was meant
    let (code, said) = failure(hufu().args(["walet", "list"]));
    assert!(code == 2 && said.contains("wallet"), "{said}");
}

#[test]
fn a_wallet_needs_no_key_to_verify_what_is_public() {
    let desk = Desk::new();
    let issuer = operator_did(&desk.data());
    let credential = value!({
        "@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiableCredential"],
        "issuer": issuer, "credentialSubject": { "id": "did:example:alice" },
    });
    std::fs::write(desk.path("unsigned.json"), credential.to_string()).unwrap();
    let signed = json(desk.hufu(&["vc", "issue", "--status-list", "auto"]).arg(desk.path("unsigned.json")));
    std::fs::write(desk.path("signed.json"), signed.to_string()).unwrap();
    // a wallet elsewhere: no data folder beside it, no API key
    let wallet = |arguments: &[&str]| {
        let mut command = hufu();
        command.args(["--json", "wallet"]).args(arguments).env("HUFU_PASSPHRASE", "w");
        command.env("HUFU_WALLET", desk.path("wallet")).current_dir(desk.folder.path().join("data/.."));
        command
    };
    let elsewhere = desk.path("elsewhere");
    let elsewhere = elsewhere.to_str().unwrap();
    json(&mut wallet(&["init", "--url", &desk.service.url, "--data", elsewhere]));
    json(wallet(&["add"]).arg(desk.path("signed.json")));
    let fetched = json(&mut wallet(&["refresh", "--url", &desk.service.url, "--data", elsewhere]));
    assert_eq!((&fetched["dids"], &fetched["statuses"]), (&value!(1), &value!(1)));
    assert_eq!(json(&mut wallet(&["verify"]))["verified"], true);
}
