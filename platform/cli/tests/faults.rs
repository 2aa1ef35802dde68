//! What can go wrong around `hufu dev`: a full disk, one that cannot be written, a folder in use, a newer format,
//! damaged files. Each is told in words with an exit code, nothing panics, and what was acknowledged is there again
//! once the fault is gone.
//!
//! Where mounting is allowed a small file system of its own is filled; a limit on the size of files does it
//! everywhere.
#![allow(clippy::unwrap_used, reason = "a test stops at the first broken assumption")]

mod common;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use common::{Client, Dev, Process, dev, hufu, operator_did, operator_key, run, without_settings};
use hufu_store::{Db, Format};
use serde_json::{Value, json as value};

const SOON: Duration = Duration::from_secs(30);

/// A small file system of its own; `None` where we may not mount one.
struct Tmpfs(tempfile::TempDir);

impl Tmpfs {
    fn new(size: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"]).arg(folder.path());
        let mounted = mount.stderr(Stdio::null()).status().is_ok_and(|status| status.success());
        mounted.then_some(Self(folder))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn remount(&self, options: &str) {
        let mut mount = Command::new("mount");
        assert!(
            mount.args(["-o", &format!("remount,{options}")]).arg(self.path()).status().unwrap().success()
        );
    }
}

impl Drop for Tmpfs {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.path()).status();
    }
}

/// A start that must fail: its exit code and words.
fn refused(command: &mut Command) -> (i32, String) {
    let (status, words) = match Process::try_start(command) {
        Ok(process) => panic!("it started: {}", process.said),
        Err(ended) => ended,
    };
    assert!(!words.contains("panicked"), "{words}");
    (status.code().unwrap_or_else(|| panic!("a signal ended it: {status} {words}")), words)
}

/// What was acknowledged.
#[derive(Default)]
struct Acknowledged {
    dids: Vec<String>,
    credentials: Vec<(String, Value)>,
}

/// Writes of both databases until one is refused; returns that refusal.
async fn fill(client: &Client, issuer: &str, known: &mut Acknowledged, most: usize) -> Option<(u16, Value)> {
    let ballast = "x".repeat(100_000);
    for n in 0..most {
        match client.post("/1.0/create", value!({})).await {
            (201, made) => known.dids.push(made["didState"]["did"].as_str().unwrap().to_owned()),
            other => return Some(other),
        }
        let id = format!("urn:example:{}:{n}", known.credentials.len());
        let credential = value!({
            "@context": ["https://www.w3.org/ns/credentials/v2"], "id": id, "type": ["VerifiableCredential"], "name": ballast,
            "issuer": issuer, "credentialSubject": { "id": "did:example:alice" },
        });
        match client.post("/credentials/issue", value!({ "credential": credential })).await {
            (201, made) => known.credentials.push((id, made["verifiableCredential"].clone())),
            other => return Some(other),
        }
    }
    None
}

/// Everything acknowledged is there.
async fn all_there(client: &Client, known: &Acknowledged) {
    for did in &known.dids {
        let (status, body) = client.get(&format!("/1.0/identifiers/{did}")).await;
        assert_eq!(status, 200, "{did} was acknowledged: {body}");
    }
    for (id, credential) in &known.credentials {
        let path = format!("/credentials/{}", id.replace(':', "%3A"));
        let body = Client::expect(client.get(&path).await, 200);
        assert_eq!(body["verifiableCredential"], *credential);
    }
}

fn in_order(data: &Path) {
    let output = run(hufu().args(["--json", "node", "--check", "--data"]).arg(data));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The refusal of a write when there is no room: a problem, and the service lives, reads and says that it is not ready.
async fn judge_refusal(client: &Client, process: &Process, refusal: &(u16, Value), known: &Acknowledged) {
    let (status, body) = refusal;
    assert_eq!(*status, 503, "{body}");
    assert_eq!(body["type"], "/problems/unavailable", "{body}");
    assert!(!known.dids.is_empty(), "nothing fitted");
    all_there(client, known).await;
    assert!(!process.errors().contains("panicked"), "{}", process.errors());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_told_and_loses_nothing_acknowledged() {
    let Some(disk) = Tmpfs::new("40m") else {
        eprintln!("no permission to mount: the limit on file sizes stands in for it");
        return;
    };
    let data = disk.path().join("data");
    let service = Dev::start(&data);
    let client = Client::new(&service.url, &operator_key(&data));
    let mut known = Acknowledged::default();
    let refusal =
        fill(&client, &operator_did(&data), &mut known, 2_000).await.expect("the disk is full at last");
    judge_refusal(&client, &service.process, &refusal, &known).await;
    let errors = service.process.errors();
    assert!(errors.contains("is full: free some space"), "{errors}");
    // it ends when asked, and does not start while there is no room
    assert!(service.process.stop(SOON).success());
    fs::write(disk.path().join("ballast"), vec![1; 40 * 1024 * 1024]).unwrap_err();
    let (code, words) = refused(&mut dev(&data));
    assert!(code == 3 && words.contains("is full: free some space"), "{code} {words}");
    // with room again, everything acknowledged is there
    fs::remove_file(disk.path().join("ballast")).unwrap();
    disk.remount("size=200m");
    let service = Dev::start(&data);
    let client = Client::new(&service.url, &operator_key(&data));
    all_there(&client, &known).await;
    assert!(fill(&client, &operator_did(&data), &mut known, 3).await.is_none(), "it writes again");
    assert!(service.process.stop(SOON).success());
    in_order(&data);
    println!(
        "a full disk: {} DIDs and {} credentials acknowledged, all there",
        known.dids.len(),
        known.credentials.len()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_that_may_not_grow_are_told_and_lose_nothing_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    // the network is made without the limit
    assert!(Dev::start(&data).process.stop(SOON).success());
    // blocks of 512 bytes, or of 1024 in some shells; the signal that would end the process is ignored
    let mut limited = Command::new("sh");
    limited.args(["-c", "trap '' XFSZ; ulimit -f 2000; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_hufu")]);
    limited.args(["--json", "dev", "--listen", "127.0.0.1:0", "--data"]).arg(&data);
    without_settings(&mut limited);
    let service = Dev::of(Process::start(&mut limited));
    let client = Client::new(&service.url, &operator_key(&data));
    let mut known = Acknowledged::default();
    let refusal = fill(&client, &operator_did(&data), &mut known, 500).await.expect("a file is at its limit");
    judge_refusal(&client, &service.process, &refusal, &known).await;
    assert!(service.process.errors().contains("too large"), "{}", service.process.errors());
    assert!(service.process.stop(SOON).success());
    let service = Dev::start(&data);
    let client = Client::new(&service.url, &operator_key(&data));
    all_there(&client, &known).await;
    assert!(fill(&client, &operator_did(&data), &mut known, 3).await.is_none(), "it writes again");
    assert!(service.process.stop(SOON).success());
    in_order(&data);
    println!(
        "files at their limit: {} DIDs and {} credentials acknowledged, all there",
        known.dids.len(),
        known.credentials.len()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_that_cannot_be_written_is_told() {
    let disk = Tmpfs::new("120m");
    let fallback = tempfile::tempdir().unwrap();
    let root = disk.as_ref().map_or(fallback.path(), Tmpfs::path).to_owned();
    let data = root.join("data");
    let service = Dev::start(&data);
    let client = Client::new(&service.url, &operator_key(&data));
    let mut known = Acknowledged::default();
    assert!(fill(&client, &operator_did(&data), &mut known, 3).await.is_none());
    assert!(service.process.stop(SOON).success());

    let lock = |on: bool| match &disk {
        Some(disk) => disk.remount(if on { "ro" } else { "rw" }),
        // whoever may not mount is not root either, and modes count
        None => {
            for folder in [data.join("ledger"), data.join("platform"), data.clone(), root.clone()] {
                let mode = std::os::unix::fs::PermissionsExt::from_mode(if on { 0o500 } else { 0o700 });
                fs::set_permissions(folder, mode).unwrap();
            }
        }
    };
    lock(true);
    let (code, words) = refused(&mut dev(&data));
    assert!(code == 3 && (words.contains("read-only") || words.contains("permission")), "{code} {words}");
    let (code, words) = refused(&mut dev(&root.join("new")));
    assert!(code == 3 && (words.contains("Read-only") || words.contains("denied")), "{code} {words}");
    lock(false);
    let service = Dev::start(&data);
    all_there(&Client::new(&service.url, &operator_key(&data)), &known).await;
    drop(service);
    in_order(&data);
}

#[test]
fn a_folder_in_use_and_a_newer_format_are_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let service = Dev::start(data);
    for command in [
        &mut dev(data),
        hufu().args(["--json", "node", "--listen", "127.0.0.1:0", "--data"]).arg(data),
        hufu().args(["--json", "node", "--check", "--data"]).arg(data),
    ] {
        let (code, words) = refused(command);
        assert!(code == 3 && words.contains("in use by another process"), "{code} {words}");
    }
    let port = service.url.strip_prefix("http://").unwrap();
    let other = tempfile::tempdir().unwrap();
    let (code, words) = refused(hufu().args(["--json", "dev", "--listen", port, "--data"]).arg(other.path()));
    assert!(code == 3 && words.contains("cannot listen on"), "{code} {words}");
    assert!(service.process.stop(SOON).success());

    for (database, name) in [("ledger", "hufu ledger"), ("platform", "hufu-platform")] {
        let copy = tempfile::tempdir().unwrap();
        let data = copy.path().join("data");
        copy_folder(folder.path(), &data);
        // as a later program would leave it
        drop(Db::open(&data.join(database), &[], Format { name, version: 2 }).unwrap());
        let (code, words) = refused(&mut dev(&data));
        assert!(
            code == 2 && words.contains("format version 2") && words.contains("use a newer program"),
            "{code} {words}"
        );
        // it was left as it was: the later program still opens it
        drop(Db::open(&data.join(database), &[], Format { name, version: 2 }).unwrap());
        // and another program's database is not ours
        let strange = copy.path().join("strange");
        copy_folder(folder.path(), &strange);
        fs::remove_dir_all(strange.join(database)).unwrap();
        drop(Db::open(&strange.join(database), &[], Format { name: "recipes", version: 1 }).unwrap());
        let (code, words) = refused(&mut dev(&strange));
        assert!(code == 2 && words.contains("recipes"), "{code} {words}");
    }
    // a network's files are told apart, too
    let copy = tempfile::tempdir().unwrap();
    let data = copy.path().join("data");
    copy_folder(folder.path(), &data);
    fs::write(data.join("genesis.json"), "{").unwrap();
    let (code, words) = refused(&mut dev(&data));
    assert!(code == 2 && words.contains("genesis.json"), "{code} {words}");
    fs::write(data.join("passphrase"), "wrong").unwrap();
    let (code, words) = refused(&mut dev(&data));
    assert!(code == 2 && words.contains("passphrase"), "{code} {words}");
}

fn copy_folder(from: &Path, to: &Path) {
    assert!(Command::new("cp").arg("-a").arg(from).arg(to).status().unwrap().success());
}

/// The files of a database of this kind, largest first.
fn files(folder: &Path, is: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.retain(|path| is(&path.file_name().unwrap().to_string_lossy()));
    found.sort_by_key(|path| std::cmp::Reverse(fs::metadata(path).unwrap().len()));
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn damaged_files_are_told_and_nothing_panics() {
    let folder = tempfile::tempdir().unwrap();
    let sound = folder.path().join("sound");
    let service = Dev::start(&sound);
    let mut known = Acknowledged::default();
    let client = Client::new(&service.url, &operator_key(&sound));
    assert!(fill(&client, &operator_did(&sound), &mut known, 20).await.is_none());
    assert!(service.process.stop(SOON).success());
    // a second start moves the log's records into table files
    assert!(Dev::start(&sound).process.stop(SOON).success());

    let (mut refusals, mut told, mut unharmed) = (0, 0, 0);
    for database in ["ledger", "platform"] {
        let of = sound.join(database);
        let mut victims: Vec<(PathBuf, Vec<usize>)> = vec![(of.join("CURRENT"), vec![0, 9])];
        for file in files(&of, |name| name.starts_with("MANIFEST-")).into_iter().take(1) {
            victims.push((file, vec![4, 40]));
        }
        for file in files(&of, |name| name.ends_with(".sst")).into_iter().take(2) {
            let length = usize::try_from(fs::metadata(&file).unwrap().len()).unwrap();
            victims.push((file, vec![10, length / 2, length - 20]));
        }
        assert!(victims.len() >= 4, "{database} has table files");
        for (file, places) in victims {
            for place in places {
                let data = folder.path().join("damaged");
                copy_folder(&sound, &data);
                let victim = data.join(database).join(file.file_name().unwrap());
                let mut bytes = fs::read(&victim).unwrap();
                bytes[place] ^= 0x20;
                fs::write(&victim, bytes).unwrap();
                let what = format!("{database}/{} byte {place}", file.file_name().unwrap().to_string_lossy());
                match Process::try_start(&mut dev(&data)) {
                    Err((status, words)) => {
                        assert!(!words.contains("panicked"), "{what}: {words}");
                        let code = status.code().unwrap_or_else(|| panic!("{what}: {status}"));
                        assert!([2, 3].contains(&code) && words.contains(database), "{what}: {code} {words}");
                        refusals += 1;
                    }
                    Ok(process) => {
                        // read lazily: each answer is right, or says that it cannot be given
                        let service = Dev::of(process);
                        let client = Client::new(&service.url, &operator_key(&data));
                        let mut wrong = 0;
                        for did in &known.dids {
                            let (status, body) = client.get(&format!("/1.0/identifiers/{did}")).await;
                            match status {
                                200 => assert_eq!(body["didDocument"]["id"], value!(did), "{what}"),
                                status => {
                                    assert!(status >= 500, "{what}: {did} is denied: {status} {body}");
                                    wrong += 1;
                                }
                            }
                        }
                        for (id, credential) in &known.credentials {
                            let (status, body) =
                                client.get(&format!("/credentials/{}", id.replace(':', "%3A"))).await;
                            match status {
                                200 => assert_eq!(body["verifiableCredential"], *credential, "{what}"),
                                status => {
                                    assert!(status >= 500, "{what}: {id} is denied: {status} {body}");
                                    wrong += 1;
                                }
                            }
                        }
                        assert!(
                            !service.process.errors().contains("panicked"),
                            "{what}: {}",
                            service.process.errors()
                        );
                        told += u32::from(wrong > 0);
                        unharmed += u32::from(wrong == 0);
                    }
                }
                fs::remove_dir_all(&data).unwrap();
            }
        }
    }
    println!("{refusals} damaged folders refused, {told} told while reading, {unharmed} without effect");
    assert!(refusals >= 8, "{refusals} of {} were refused", refusals + told + unharmed);
    // the sound one is as it was
    let service = Dev::start(&sound);
    all_there(&Client::new(&service.url, &operator_key(&sound)), &known).await;
}
