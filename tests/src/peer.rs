//! The independent implementation of the interop tier: one `node` process that answers JSON lines.
//!
//! Its npm packages are installed once, with the exact versions and hashes of
//! `tests/interop/package-lock.json`, into a cache folder outside the repository.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::Value;

mod install;
pub mod sm;

/// The peer's script, installed if need be; `node` runs it.
///
/// # Errors
/// Why this machine cannot have it.
pub fn installed() -> Result<std::path::PathBuf, String> {
    install::ready()
}

/// A running peer. It ends when this is dropped.
#[derive(Debug)]
pub struct Peer {
    process: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Peer {
    /// Starts the peer, installing it first if need be. `None` when this machine cannot run it: the
    /// reason is printed, and the calling test should return.
    ///
    /// # Panics
    /// Instead of answering `None`, when the environment has `CI=true`: a tier that CI silently skips
    /// proves nothing.
    pub fn start() -> Option<Self> {
        Self::or_skip(Self::try_start())
    }

    fn or_skip(started: Result<Self, String>) -> Option<Self> {
        match started {
            Ok(peer) => Some(peer),
            Err(reason) if std::env::var("CI").is_ok_and(|ci| ci == "true") => {
                panic!("the interop tier must run in CI: {reason}")
            }
            Err(reason) => {
                eprintln!("interop tier skipped: {reason}");
                None
            }
        }
    }

    fn try_start() -> Result<Self, String> {
        let main = install::ready()?;
        Self::spawn(Command::new("node").arg(&main))
    }

    /// Starts a process that answers JSON lines.
    fn spawn(command: &mut Command) -> Result<Self, String> {
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{} did not start: {error}", command.get_program().display()))?;
        let requests = process.stdin.take().ok_or("the peer has no standard input")?;
        let answers = BufReader::new(process.stdout.take().ok_or("the peer has no standard output")?);
        Ok(Self { process, requests, answers })
    }

    /// One request, one answer. The request is an object whose `op` names an operation of
    /// `tests/interop/main.mjs`.
    ///
    /// # Errors
    /// The words with which the peer's library refused.
    ///
    /// # Panics
    /// If the peer died or answered something that is not JSON: then the tier itself is broken.
    pub fn ask(&mut self, request: &Value) -> Result<Value, String> {
        let answer = self.exchange(request);
        match answer.get("error").and_then(Value::as_str) {
            Some(refusal) => Err(refusal.to_owned()),
            None => Ok(answer),
        }
    }

    fn exchange(&mut self, request: &Value) -> Value {
        writeln!(self.requests, "{request}").expect("the peer reads its requests");
        self.requests.flush().expect("the peer reads its requests");
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("the peer answers in UTF-8");
        serde_json::from_str(&line)
            .unwrap_or_else(|error| panic!("the peer answered {line:?} to {request}: {error}"))
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // A peer that is already gone is what we want; there is nobody to tell otherwise.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
