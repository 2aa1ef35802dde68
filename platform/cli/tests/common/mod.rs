//! A running `hufu dev` and runs of the command, for the process tests.
#![allow(
    clippy::unwrap_used,
    dead_code,
    unreachable_pub,
    reason = "tests stop at the first broken assumption; not every file uses all"
)]

use std::{
    io::{BufRead as _, BufReader, Read as _},
    path::Path,
    process::{Child, Command, Output, Stdio},
    thread,
};

use serde_json::Value;

/// The command under test, quiet about its surroundings.
pub fn hufu() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hufu"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("HUFU_")) {
        command.env_remove(name);
    }
    command
}

/// Runs a command to its end.
pub fn run(command: &mut Command) -> Output {
    command.output().unwrap()
}

/// The JSON on standard output; the exit code must be 0.
pub fn json(command: &mut Command) -> Value {
    let output = run(command);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A `hufu dev` on a free port; killed when dropped.
pub struct Dev {
    child: Child,
    pub url: String,
}

impl Dev {
    pub fn start(data: &Path) -> Self {
        let mut child = hufu()
            .args(["--json", "dev", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .env("HUFU_LOG_FILTER", "error")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut errors = child.stderr.take().unwrap();
        let mut text = String::new();
        let url = loop {
            let read = lines.read_line(&mut text).unwrap();
            if let Some(url) = serde_json::from_str::<Value>(&text)
                .ok()
                .and_then(|value| Some(value["url"].as_str()?.to_owned()))
            {
                break url;
            }
            if read == 0 {
                let mut why = String::new();
                errors.read_to_string(&mut why).unwrap();
                panic!("hufu dev ended before it listened: {text}{why}");
            }
        };
        // Whatever it still writes must not block it.
        thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
        thread::spawn(move || std::io::copy(&mut errors, &mut std::io::sink()));
        Self { child, url }
    }

    /// SIGKILL: no chance to finish anything.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The operator's API key of a data folder.
pub fn operator_key(data: &Path) -> String {
    let text = std::fs::read_to_string(data.join("api-keys.json")).unwrap();
    let keys: Value = serde_json::from_str(&text).unwrap();
    keys["organisations"][0]["api_key"].as_str().unwrap().to_owned()
}
