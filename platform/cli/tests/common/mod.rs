//! Running services and runs of the command, for the process tests.
#![allow(
    clippy::unwrap_used,
    dead_code,
    unreachable_pub,
    reason = "tests stop at the first broken assumption; not every file uses all"
)]

pub mod desk;

use std::{
    io::{BufRead as _, BufReader, Read as _},
    path::Path,
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

/// The command under test, quiet about its surroundings.
pub fn hufu() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hufu"));
    without_settings(&mut command);
    command
}

/// Takes the settings of whoever runs the tests away from a command.
pub fn without_settings(command: &mut Command) {
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("HUFU_")) {
        command.env_remove(name);
    }
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

/// A long-running command; killed when dropped.
pub struct Process {
    child: Child,
    /// The JSON it printed when it was ready.
    pub said: Value,
    errors: Arc<Mutex<String>>,
}

impl Process {
    /// Starts a command that prints one JSON value when it is ready.
    pub fn start(command: &mut Command) -> Self {
        Self::try_start(command)
            .unwrap_or_else(|(status, why)| panic!("it ended before it was ready: {status} {why}"))
    }

    /// As [`Self::start`]; its exit status and standard error if it ends before it is ready.
    pub fn try_start(command: &mut Command) -> Result<Self, (ExitStatus, String)> {
        let mut child = command
            .env("HUFU_LOG_FILTER", "error")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let errors: Arc<Mutex<String>> = Arc::default();
        let told = Arc::clone(&errors);
        // whatever it writes must not block it
        let reading = thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(read @ 1..) = stderr.read(&mut bytes) {
                told.lock().unwrap().push_str(&String::from_utf8_lossy(&bytes[..read]));
            }
        });
        let mut text = String::new();
        let said = loop {
            let read = lines.read_line(&mut text).unwrap();
            if let Ok(said) = serde_json::from_str::<Value>(&text) {
                break said;
            }
            if read == 0 {
                let status = child.wait().unwrap();
                reading.join().unwrap();
                let why = errors.lock().unwrap().clone();
                return Err((status, format!("{text}{why}")));
            }
        };
        thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
        Ok(Self { child, said, errors })
    }

    /// What it wrote to standard error so far.
    pub fn errors(&self) -> String {
        self.errors.lock().unwrap().clone()
    }

    /// SIGKILL: no chance to finish anything.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM; its exit status once it has ended, within a time.
    pub fn stop(mut self, within: Duration) -> ExitStatus {
        let signalled = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(signalled.success());
        let asked = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(asked.elapsed() < within, "it did not stop within {within:?}: {}", self.errors());
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `hufu dev` on a free port.
pub fn dev(data: &Path) -> Command {
    let mut command = hufu();
    command.args(["--json", "dev", "--listen", "127.0.0.1:0", "--data"]).arg(data);
    command
}

/// A `hufu dev` on a free port; killed when dropped.
pub struct Dev {
    pub process: Process,
    pub url: String,
}

impl Dev {
    pub fn start(data: &Path) -> Self {
        Self::of(Process::start(&mut dev(data)))
    }

    pub fn of(process: Process) -> Self {
        let url = process.said["url"].as_str().unwrap().to_owned();
        Self { process, url }
    }

    /// SIGKILL: no chance to finish anything.
    pub fn kill(self) {
        self.process.kill();
    }
}

/// The API key of a seeded organisation of a data folder.
pub fn key_of(data: &Path, organisation: usize) -> String {
    let text = std::fs::read_to_string(data.join("api-keys.json")).unwrap();
    let keys: Value = serde_json::from_str(&text).unwrap();
    keys["organisations"][organisation]["api_key"].as_str().unwrap().to_owned()
}

/// The operator's API key of a data folder.
pub fn operator_key(data: &Path) -> String {
    key_of(data, 0)
}

/// The operator's DID.
pub fn operator_did(data: &Path) -> String {
    let text = std::fs::read_to_string(data.join("api-keys.json")).unwrap();
    let keys: Value = serde_json::from_str(&text).unwrap();
    keys["organisations"][0]["did"].as_str().unwrap().to_owned()
}

/// A client with a key.
#[derive(Clone)]
pub struct Client {
    pub http: reqwest::Client,
    pub url: String,
    pub key: String,
}

impl Client {
    pub fn new(url: &str, key: &str) -> Self {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        Self { http: reqwest::Client::new(), url: url.to_owned(), key: key.to_owned() }
    }

    /// The status and JSON of an answer; `None` when there was none, or it broke off.
    pub async fn ask(
        &self,
        method: reqwest::Method,
        path: &str,
        body: Option<&Value>,
    ) -> Option<(u16, Value)> {
        let mut request = self.http.request(method, format!("{}{path}", self.url)).bearer_auth(&self.key);
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().await.ok()?;
        let status = answer.status().as_u16();
        let bytes = answer.bytes().await.ok()?;
        let body = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).ok()? };
        Some((status, body))
    }

    pub async fn get(&self, path: &str) -> (u16, Value) {
        self.ask(reqwest::Method::GET, path, None).await.unwrap()
    }

    pub async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.ask(reqwest::Method::POST, path, Some(&body)).await.unwrap()
    }

    /// The body of an answer of this status.
    #[track_caller]
    pub fn expect((found, body): (u16, Value), status: u16) -> Value {
        assert_eq!(found, status, "{body}");
        body
    }
}
