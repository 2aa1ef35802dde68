//! The peer: `npm ci` into a cache folder, then one `node` process that answers JSON lines.

use serde_json::Value;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// Everything that is installed; the folder is named after its hash.
const FILES: [(&str, &str); 3] = [
    ("package.json", include_str!("package.json")),
    ("package-lock.json", include_str!("package-lock.json")),
    ("main.mjs", include_str!("main.mjs")),
];

/// Written last, so that an interrupted installation is never taken for a whole one.
const COMPLETE: &str = ".complete";

/// A running peer. It ends when this is dropped.
pub(crate) struct Peer {
    process: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Peer {
    /// `None` where it cannot run, which is a failure under CI.
    pub(crate) fn start() -> Option<Self> {
        match Self::try_start() {
            Ok(peer) => Some(peer),
            Err(reason) if std::env::var("CI").is_ok_and(|ci| ci == "true") => panic!("no peer: {reason}"),
            Err(reason) => {
                eprintln!("skipped, no peer: {reason}");
                None
            }
        }
    }

    fn try_start() -> Result<Self, String> {
        let mut process = Command::new("node")
            .arg(installed()?)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("node did not start: {error}"))?;
        let requests = process.stdin.take().ok_or("node has no standard input")?;
        let answers = BufReader::new(process.stdout.take().ok_or("node has no standard output")?);
        Ok(Self { process, requests, answers })
    }

    /// One request, one answer; or the words with which the library refused.
    pub(crate) fn ask(&mut self, request: &Value) -> Result<Value, String> {
        let answer = self.exchange(request);
        match answer["error"].as_str() {
            Some(refusal) => Err(refusal.to_owned()),
            None => Ok(answer),
        }
    }

    fn exchange(&mut self, request: &Value) -> Value {
        writeln!(self.requests, "{request}").expect("the peer reads its requests");
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("the peer answers in UTF-8");
        serde_json::from_str(&line)
            .unwrap_or_else(|error| panic!("the peer answered {line:?} to {request}: {error}"))
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // A peer that is already gone is what we want.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The path of a runnable `main.mjs`.
fn installed() -> Result<PathBuf, String> {
    let fail = |error: std::io::Error| error.to_string();
    let base = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let base = base.or_else(|| std::env::home_dir().map(|home| home.join(".cache")));
    let cache = base.ok_or("there is no home folder to keep the npm package in")?.join("hufu");
    fs::create_dir_all(&cache).map_err(fail)?;
    let folder = cache.join(format!("bbs-interop-{:016x}", hash()));
    // Tests run side by side: the first installs, the others wait for it.
    let guard = File::create(folder.with_extension("lock")).map_err(fail)?;
    guard.lock().map_err(fail)?;
    if !folder.join(COMPLETE).exists() {
        fs::create_dir_all(&folder).map_err(fail)?;
        FILES.iter().try_for_each(|(name, text)| fs::write(folder.join(name), text)).map_err(fail)?;
        let npm = Command::new("npm")
            .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"])
            .current_dir(&folder)
            .output()
            .map_err(|error| format!("npm did not start: {error}"))?;
        if !npm.status.success() {
            return Err(format!("npm ci failed: {}", String::from_utf8_lossy(&npm.stderr).trim()));
        }
        fs::write(folder.join(COMPLETE), "").map_err(fail)?;
    }
    Ok(folder.join("main.mjs"))
}

/// FNV-1a: a name for a folder, not a defence.
fn hash() -> u64 {
    let bytes = FILES.iter().flat_map(|(name, text)| name.bytes().chain(text.bytes()));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
