//! The folder: format versions, locks, foreign files, permissions, full disks.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{fs, path::Path, process::Command};

use hufu_store::{Batch, Db, Error, Family, Format, Kv, Range, Read};

const A: Family = Family::new("a");
const B: Family = Family::new("b");
const FORMAT: Format = Format { name: "folder test", version: 2 };

fn write(db: &Db, key: &str, value: &[u8]) -> Result<(), Error> {
    let mut batch = Batch::new();
    batch.put(A, key, value);
    db.write(batch)
}

#[test]
fn what_was_written_is_there_after_reopening_and_families_can_be_added() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(folder.path(), &[A], FORMAT).unwrap();
    write(&db, "x", b"1").unwrap();
    drop(db);
    let db = Db::open(folder.path(), &[A, B], FORMAT).unwrap();
    assert_eq!(db.get(A, b"x").unwrap().as_deref(), Some(b"1".as_slice()));
    assert_eq!(db.get(B, b"x").unwrap(), None);
}

#[test]
fn a_newer_format_and_another_name_are_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    drop(Db::open(folder.path(), &[A], Format { version: 3, ..FORMAT }).unwrap());
    let error = Db::open(folder.path(), &[A], FORMAT).unwrap_err();
    assert!(matches!(error, Error::NewerFormat { found: 3, known: 2, .. }));
    assert!(error.to_string().contains("use a newer program"), "{error}");
    let error = Db::open(folder.path(), &[A], Format { name: "other", version: 3 }).unwrap_err();
    assert!(matches!(error, Error::OtherFormat { .. }), "{error}");
    // and an older one is accepted and relabelled
    drop(Db::open(folder.path(), &[A], Format { version: 4, ..FORMAT }).unwrap());
    assert!(Db::open(folder.path(), &[A], Format { version: 3, ..FORMAT }).is_err());
}

#[test]
fn a_held_lock_is_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let _db = Db::open(folder.path(), &[A], FORMAT).unwrap();
    let error = Db::open(folder.path(), &[A], FORMAT).unwrap_err();
    assert!(matches!(error, Error::Locked { .. }), "{error}");
}

#[test]
fn a_folder_with_other_files_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("thesis.txt"), "years of work").unwrap();
    let error = Db::open(folder.path(), &[A], FORMAT).unwrap_err();
    assert!(matches!(error, Error::NotADatabase { .. }), "{error}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    let error = Db::open(&folder.path().join("thesis.txt"), &[A], FORMAT).unwrap_err();
    assert!(matches!(error, Error::Failed { .. }), "{error}");
}

#[test]
fn damage_is_reported_not_ignored() {
    let folder = tempfile::tempdir().unwrap();
    drop(Db::open(folder.path(), &[A], FORMAT).unwrap());
    fs::write(folder.path().join("CURRENT"), "MANIFEST-999999\n").unwrap();
    let error = Db::open(folder.path(), &[A], FORMAT).unwrap_err();
    assert!(matches!(error, Error::Damaged { .. } | Error::Failed { .. }), "{error}");
}

/// Opens the database after every 97th byte of its newest file of a kind was flipped, one at a time.
fn flipped(extension: &str, flush: bool) -> (u32, u32) {
    let (mut refused, mut opened) = (0, 0);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("db");
    let value = vec![7; 100];
    let db = Db::open(&path, &[A], FORMAT).unwrap();
    for key in 0..40 {
        write(&db, &format!("{key:04}"), &value).unwrap();
    }
    if flush {
        db.compact(A).unwrap();
    }
    drop(db);
    let mut files: Vec<_> = fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| {
        file.extension().is_some_and(|found| found == extension) && fs::metadata(file).unwrap().len() > 0
    });
    files.sort();
    let file = files.pop().unwrap();
    let bytes = fs::read(&file).unwrap();
    let pristine = folder.path().join("pristine");
    Command::new("cp").arg("-a").arg(&path).arg(&pristine).status().unwrap();
    // the last record of a log cannot be told from one that a crash cut short
    let last = if extension == "log" { bytes.len() - 2 * value.len() } else { bytes.len() };
    for place in (0..last).step_by(97) {
        fs::remove_dir_all(&path).unwrap();
        Command::new("cp").arg("-a").arg(&pristine).arg(&path).status().unwrap();
        let mut changed = bytes.clone();
        changed[place] ^= 0x10;
        fs::write(&file, changed).unwrap();
        let read = Db::open(&path, &[A], FORMAT).and_then(|db| {
            (0..40).map(|key| db.get(A, format!("{key:04}").as_bytes())).collect::<Result<Vec<_>, _>>()
        });
        match read {
            Err(error) => {
                assert!(
                    matches!(error, Error::Damaged { .. } | Error::Failed { .. }),
                    "byte {place}: {error}"
                );
                refused += 1;
            }
            // some bytes of a file mean nothing; then everything is there
            Ok(values) => {
                assert!(
                    values.iter().all(|found| found.as_ref() == Some(&value)),
                    "byte {place}: data lost in silence"
                );
                opened += 1;
            }
        }
    }
    (refused, opened)
}

#[test]
fn a_flipped_bit_is_told_and_nothing_acknowledged_is_lost_in_silence() {
    for (extension, flush) in [("log", false), ("sst", true)] {
        let (refused, opened) = flipped(extension, flush);
        println!("{extension}: {refused} flips refused, {opened} without effect");
        assert!(refused > 0, "{extension}");
    }
}

#[test]
fn a_checkpoint_is_a_database_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&folder.path().join("db"), &[A], FORMAT).unwrap();
    write(&db, "x", b"1").unwrap();
    let copy = folder.path().join("copy");
    db.checkpoint(&copy).unwrap();
    write(&db, "y", b"2").unwrap();
    let copy = Db::open(&copy, &[A], FORMAT).unwrap();
    assert_eq!(copy.page(A, Range::prefix(b"", 9)).unwrap().len(), 1);
}

/// A small file system of its own; `None` where we may not mount one.
struct Tmpfs(tempfile::TempDir);

impl Tmpfs {
    fn new(size: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let status = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"])
            .arg(folder.path())
            .stderr(std::process::Stdio::null())
            .status();
        let mounted = status.is_ok_and(|status| status.success());
        if !mounted {
            eprintln!("skipped: no permission to mount a tmpfs");
        }
        mounted.then_some(Self(folder))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn remount(&self, options: &str) {
        let status =
            Command::new("mount").args(["-o", &format!("remount,{options}")]).arg(self.path()).status();
        assert!(status.unwrap().success());
    }
}

impl Drop for Tmpfs {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.path()).status();
    }
}

#[test]
fn a_full_disk_is_an_error_that_loses_nothing_acknowledged() {
    let Some(disk) = Tmpfs::new("12m") else { return };
    let path = disk.path().join("db");
    let db = Db::open(&path, &[A], FORMAT).unwrap();
    let value = vec![7; 64 * 1024];
    let mut acknowledged = Vec::new();
    let error = loop {
        let key = format!("{:08}", acknowledged.len());
        match write(&db, &key, &value) {
            Ok(()) => acknowledged.push(key),
            Err(error) => break error,
        }
    };
    assert!(matches!(error, Error::DiskFull { .. }), "{error}");
    assert!(acknowledged.len() > 10, "only {} writes fitted", acknowledged.len());
    drop(db);
    // with room again, everything acknowledged is there
    disk.remount("size=64m");
    let db = Db::open(&path, &[A], FORMAT).unwrap();
    for key in &acknowledged {
        assert_eq!(db.get(A, key.as_bytes()).unwrap().as_ref(), Some(&value), "{key}");
    }
    write(&db, "more", b"1").unwrap();
}

#[test]
fn a_read_only_disk_is_told_apart() {
    let Some(disk) = Tmpfs::new("32m") else { return };
    let path = disk.path().join("db");
    drop(Db::open(&path, &[A], FORMAT).unwrap());
    disk.remount("ro");
    let error = Db::open(&path, &[A], FORMAT).unwrap_err();
    assert!(matches!(error, Error::ReadOnly { .. }), "{error}");
    let error = Db::open(&disk.path().join("new"), &[A], FORMAT).unwrap_err();
    assert!(matches!(error, Error::ReadOnly { .. }), "{error}");
    disk.remount("rw");
    Db::open(&path, &[A], FORMAT).unwrap();
}
