//! A folder for the tests of `hufu key`.

use std::{
    io::Write as _,
    os::unix::fs::PermissionsExt as _,
    path::PathBuf,
    process::{Command, Output, Stdio},
};

use serde_json::Value;

use super::{hufu, json, run};

/// A folder in which the command runs, with passphrases and a message.
pub struct Desk(tempfile::TempDir);

impl Desk {
    pub fn new() -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        desk.write("pass", b"open sesame\n");
        desk.write("wrong", b"open barley\n");
        desk.write("m", b"a message");
        desk
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.path(name), bytes).unwrap();
        std::fs::set_permissions(self.path(name), std::fs::Permissions::from_mode(0o600)).unwrap();
    }

    pub fn bytes(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    pub fn mode(&self, name: &str) -> u32 {
        std::fs::metadata(self.path(name)).unwrap().permissions().mode() & 0o777
    }

    pub fn command(&self, arguments: &str) -> Command {
        let mut command = hufu();
        command.args(arguments.split(' ')).current_dir(self.0.path());
        command
    }

    /// Runs `hufu --json key`, which must succeed.
    pub fn key(&self, arguments: &str) -> Value {
        json(&mut self.command(&format!("--json key {arguments}")))
    }

    /// Runs `hufu key`, which must succeed, for what it prints.
    pub fn printed(&self, arguments: &str) -> Vec<u8> {
        let output = run(&mut self.command(&format!("key {arguments}")));
        assert!(output.status.success(), "{arguments}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    /// The exit code and words of a `hufu key` that must refuse.
    pub fn fails(&self, arguments: &str) -> (i32, String) {
        let output = run(&mut self.command(&format!("key {arguments}")));
        assert!(output.stdout.is_empty(), "{arguments}: a refusal prints no result");
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    }

    /// Runs `hufu key`, which must refuse with this code and these words.
    pub fn refused(&self, arguments: &str, code: i32, words: &str) {
        let (found, said) = self.fails(arguments);
        assert_eq!(found, code, "{arguments}: {said}");
        assert!(said.contains(words), "{arguments} should say {words:?}: {said}");
    }
}

/// Runs a command on this standard input.
pub fn with_input(command: &mut Command, input: &[u8]) -> Output {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // a command that refuses early does not read its input
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}
