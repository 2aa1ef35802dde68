//! Where `hufu key` writes: files, links, pipes, devices and standard output, and what it never replaces.
#![allow(clippy::unwrap_used, reason = "a test stops at the first broken assumption")]

mod common;

use std::{
    fs::File,
    io::Read as _,
    os::unix::fs::{FileTypeExt as _, symlink},
    process::{Command, Stdio},
    thread,
};

use common::{desk::Desk, run};

const STORE: &str = "--keystore ks.json --passphrase-file pass";

/// The exit code, and standard error, of a command whose standard output is a full disk.
fn on_a_full_disk(command: &mut Command) -> (i32, String) {
    let full = File::options().write(true).open("/dev/full").unwrap();
    let output = command.stdout(full).stderr(Stdio::piped()).output().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_result_that_standard_output_does_not_take_is_an_error() {
    let desk = Desk::new();
    desk.key("generate --out k.pem --public-out p.pem");
    desk.key("sign m --key k.pem --out s");
    desk.key("generate -a sm2 --out sm2.pem --public-out sm2p.pem");
    for arguments in [
        "key generate --out -",
        "key inspect k.pem",
        "--json key inspect k.pem",
        "key convert k.pem --to pem --public",
        "key sign m --key k.pem",
        "key sign m --key k.pem --format raw",
        "--json key sign m --key k.pem --format raw",
        "key verify m -s s --key p.pem",
        "key encrypt m --key sm2p.pem",
        "key sign m --key k.pem --out /dev/full",
        "completions bash",
        "man",
    ] {
        let (code, said) = on_a_full_disk(&mut desk.command(arguments));
        assert_eq!(code, 3, "{arguments}: {said}");
        assert!(said.contains("cannot be written"), "{arguments}: {said}");
    }
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let desk = Desk::new();
    let mut child =
        desk.command("completions bash").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn pipes_and_devices_are_written_to_and_stay_what_they_are() {
    let desk = Desk::new();
    assert!(Command::new("mkfifo").arg(desk.path("pipe")).status().unwrap().success());
    for force in ["", " --force"] {
        let pipe = desk.path("pipe");
        let reader = thread::spawn(move || std::fs::read(pipe).unwrap());
        let made = desk.key(&format!("generate --out pipe{force}"));
        let key = reader.join().unwrap();
        assert!(key.starts_with(b"-----BEGIN PRIVATE KEY-----"), "{force}");
        desk.write("k.pem", &key);
        assert_eq!(desk.key("inspect k.pem")["did"], made["did"], "{force}");
        assert!(std::fs::metadata(desk.path("pipe")).unwrap().file_type().is_fifo(), "{force}");
        desk.key(&format!("generate --out /dev/null{force}"));
        assert!(std::fs::metadata("/dev/null").unwrap().file_type().is_char_device(), "{force}");
    }
    // standard error is a pipe here; a link to a pipe is one
    let output = run(&mut desk.command("key sign m --key k.pem --format raw --out /dev/stderr"));
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 64));
    for name in ["-", "/dev/stdout", "/dev/fd/1"] {
        let printed = desk.printed(&format!("generate --out {name}"));
        assert!(printed.starts_with(b"-----BEGIN PRIVATE KEY-----"), "{name}");
        assert!(printed.ends_with(b"-----END PRIVATE KEY-----\n"), "{name}: only the key is printed");
    }
}

#[test]
fn what_is_printed_by_name_is_printed_alone() {
    let desk = Desk::new();
    let store = format!("key generate {STORE}");
    for command in ["key generate --out k.pem", "--json key generate --out j.pem", &store] {
        let output = run(&mut desk.command(&format!("{command} --public-out -")));
        assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
        let printed = String::from_utf8(output.stdout).unwrap();
        assert!(printed.starts_with("-----BEGIN PUBLIC KEY-----"), "{command}: {printed}");
        assert!(printed.ends_with("-----END PUBLIC KEY-----\n"), "{command}: {printed}");
    }
    desk.refused("generate --out - --public-out -", 2, "cannot both be standard output");
    desk.refused("generate --out - --public-out /dev/stdout", 2, "cannot both be standard output");
}

#[test]
fn a_key_is_not_made_if_its_public_half_has_no_place() {
    let desk = Desk::new();
    desk.refused("generate --out k.pem --public-out none/p.pem", 2, "there is no folder none");
    desk.refused("generate --out none/k.pem", 2, "there is no folder none");
    desk.refused("generate --out k.pem --public-out .", 2, "is a folder");
    desk.refused(&format!("generate {STORE} --public-out none/p.pem"), 2, "there is no folder none");
    desk.refused(&format!("generate {STORE} --public-out ks.json"), 2, "the same file");
    assert!(!desk.path("k.pem").exists() && !desk.path("ks.json").exists());
}

#[test]
fn a_link_is_followed_and_stays() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("far")).unwrap();
    symlink("far/k.pem", desk.path("link")).unwrap();
    desk.refused("generate --out link", 2, "--force");
    for _ in 0..2 {
        desk.key("generate --out link --public-out p.pem --force");
        assert_eq!(desk.printed("convert far/k.pem --to pem --public"), desk.bytes("p.pem"));
        assert_eq!(desk.mode("far/k.pem"), 0o600);
        assert!(desk.path("link").is_symlink());
    }
    symlink("far/ks.json", desk.path("ks.json")).unwrap();
    for name in ["one", "two"] {
        desk.key(&format!("generate --name {name} {STORE}"));
        assert!(desk.path("ks.json").is_symlink(), "{name}");
    }
    let listed = desk.key("list --keystore far/ks.json --passphrase-file pass");
    assert_eq!(listed["keys"].as_array().unwrap().len(), 2);
    assert!(desk.path("far/ks.json.lock").exists() && !desk.path("ks.json.lock").exists());
}

#[test]
fn the_only_copy_of_a_secret_is_not_replaced_by_what_is_made_from_it() {
    let desk = Desk::new();
    desk.key("generate -a sm2 --out k.pem --public-out p.pem");
    desk.write("seed", b"000102030405060708090a0b0c0d0e0f");
    std::fs::hard_link(desk.path("k.pem"), desk.path("second")).unwrap();
    symlink("k.pem", desk.path("link")).unwrap();
    let (key, message, seed) = (desk.bytes("k.pem"), desk.bytes("m"), desk.bytes("seed"));
    for out in ["k.pem", "./k.pem", "second", "link"] {
        for command in [
            "convert k.pem --public --to pem",
            "sign m --key k.pem",
            "decrypt m --key k.pem",
            "encrypt m --key k.pem",
        ] {
            desk.refused(&format!("{command} --out {out} --force"), 2, "are the same file");
        }
    }
    desk.refused("sign m --key k.pem --out m --force", 2, "are the same file");
    desk.refused("derive m/0 --seed seed --out seed --force", 2, "are the same file");
    // the file of a passphrase, by its option and by the environment
    desk.write("open", b"secretpw");
    for command in [
        "generate --encrypt --out open",
        "generate --encrypt --out new --public-out open",
        "convert k.pem --to pkcs8 --encrypt --out open",
        "derive m/0 --seed seed --encrypt --out open",
        "encrypt m --key k.pem --out open",
        "decrypt m --key k.pem --out open",
        "sign m --key k.pem --out open",
    ] {
        let option = format!("{command} --passphrase-file open --force");
        desk.refused(&option, 2, "are the same file");
        let mut told = desk.command(&format!("key {command} --force"));
        let output = run(told.env("HUFU_PASSPHRASE_FILE", "./open"));
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("HUFU_PASSPHRASE_FILE and --"), "{command}: {said}");
        assert_eq!((output.status.code(), desk.bytes("open")), (Some(2), b"secretpw".to_vec()));
    }
    for option in ["--out-passphrase-file", "--key-passphrase-file"] {
        let command = format!("convert k.pem --to pkcs8 --encrypt {option} open --out open --force");
        desk.refused(&command, 2, "are the same file");
    }
    assert!(!desk.path("new").exists());
    assert_eq!((desk.bytes("k.pem"), desk.bytes("m"), desk.bytes("seed")), (key, message, seed));
    // the same key in another form loses nothing
    desk.key("convert k.pem --to jwk --out k.pem --force");
    assert_eq!(desk.printed("convert k.pem --public --to pem"), desk.bytes("p.pem"));
}

#[test]
fn a_keystore_is_never_replaced() {
    let desk = Desk::new();
    desk.key(&format!("generate {STORE}"));
    desk.key("generate --out k.pem");
    symlink("ks.json", desk.path("link")).unwrap();
    let before = desk.bytes("ks.json");
    for out in ["ks.json", "link"] {
        for command in
            ["generate", "convert k.pem --to jwk", "convert k.pem --public --to pem", "sign m --key k.pem"]
        {
            desk.refused(&format!("{command} --out {out} --force"), 2, "is a keystore");
        }
        desk.refused(&format!("generate --out new --public-out {out} --force"), 2, "is a keystore");
    }
    assert_eq!(desk.bytes("ks.json"), before);
    assert!(!desk.path("new").exists());
}

#[test]
fn a_descriptor_of_the_shell_is_written_to() {
    let desk = Desk::new();
    desk.key("generate --out k.pem");
    // what `>(cat >copy)` is to the command: a pipe by the number of its descriptor
    let script = format!(
        "{} key sign m --key k.pem --format raw --out /dev/fd/3 3>&1 >/dev/null",
        env!("CARGO_BIN_EXE_hufu")
    );
    let mut child = Command::new("sh")
        .args(["-c", &script])
        .current_dir(desk.path(""))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut signature = Vec::new();
    child.stdout.take().unwrap().read_to_end(&mut signature).unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!(signature.len(), 64);
}
