//! Other implementations that run in the same rounds: `ssi` 0.16 and npm's `@digitalbazaar/vc`.
//!
//! A peer is a program that answers a JSON line with a JSON line. It times itself: what passes between the
//! processes is not in its figures. `tests/peers/ssi` and `tests/interop` are the two.
//!
//! | request | answer |
//! |---|---|
//! | `{"op": "contexts", "contexts": {url: text}}` | `{}` |
//! | `{"op": "timeVerify", "text", "count"}` | `{"nanos": […]}`: from text to verdict, each; an error unless every verdict is yes |
//! | `{"op": "timeIssue", "cryptosuite", "curve", "text", "count"}` | `{"nanos": […], "signed": text}`: from text to signed text |

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use anyhow::Context as _;
use serde_json::{Value, json};

use crate::exit::{Code, Failure};

/// The program of the first peer in the folder.
const SSI: &str = "ssi";

/// The script of the second.
const NPM: &str = "npm/main.mjs";

/// A running peer; it ends when this is dropped.
#[derive(Debug)]
pub(super) struct Peer {
    name: &'static str,
    process: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

/// Starts both peers, of this folder or of the default one.
///
/// # Errors
/// [`Code::Input`] when one is not there, with how to get it.
pub(super) fn start(folder: Option<&Path>) -> anyhow::Result<Vec<Peer>> {
    let folder = folder.map_or_else(default_folder, |folder| Ok(folder.to_owned()))?;
    let missing = |path: &Path| {
        Failure::with(
            Code::Input,
            format!("the peer {} is not there; `make bench-peers` makes it", path.display()),
        )
    };
    let (ssi, npm) = (folder.join(SSI), folder.join(NPM));
    for path in [&ssi, &npm] {
        if !path.exists() {
            return Err(missing(path));
        }
    }
    let mut node = Command::new("node");
    // beside its packages, wherever the link points
    node.arg(npm.canonicalize().with_context(|| format!("{}", npm.display()))?);
    Ok(vec![Peer::spawn("ssi 0.16", &mut Command::new(ssi))?, Peer::spawn("@digitalbazaar/vc", &mut node)?])
}

/// `$XDG_CACHE_HOME/hufu/peers`, or `$HOME/.cache/hufu/peers`.
fn default_folder() -> anyhow::Result<PathBuf> {
    let base = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let base = base.or_else(|| std::env::home_dir().map(|home| home.join(".cache")));
    Ok(base.context("there is no home folder where the peers would be; name theirs")?.join("hufu/peers"))
}

impl Peer {
    fn spawn(name: &'static str, command: &mut Command) -> anyhow::Result<Self> {
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("the peer {name} does not start"))?;
        let requests = process.stdin.take().context("a peer without standard input")?;
        let answers = BufReader::new(process.stdout.take().context("a peer without standard output")?);
        Ok(Self { name, process, requests, answers })
    }

    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    /// Gives the peer the contexts that we use, so that all sides process the same documents.
    pub(super) fn contexts(&mut self, contexts: &Value) -> anyhow::Result<()> {
        self.ask(&json!({ "op": "contexts", "contexts": contexts })).map(drop)
    }

    /// Verifies a signed document, again and again.
    pub(super) fn verify(&mut self, text: &str, count: u64) -> anyhow::Result<Vec<u64>> {
        nanos(&self.ask(&json!({ "op": "timeVerify", "text": text, "count": count }))?)
    }

    /// Issues a document with a key of the peer's own, again and again; the last one comes along.
    pub(super) fn issue(
        &mut self,
        cryptosuite: &str,
        curve: &str,
        text: &str,
        count: u64,
    ) -> anyhow::Result<(Vec<u64>, String)> {
        let request = json!({
            "op": "timeIssue", "cryptosuite": cryptosuite, "curve": curve, "text": text, "count": count,
        });
        let answer = self.ask(&request)?;
        let signed =
            answer.get("signed").and_then(Value::as_str).context("a peer's answer without a document")?;
        Ok((nanos(&answer)?, signed.to_owned()))
    }

    /// Whether the peer accepts the document; its refusal is in its own words.
    pub(super) fn accepts(&mut self, text: &str) -> bool {
        self.verify(text, 1).is_ok()
    }

    fn ask(&mut self, request: &Value) -> anyhow::Result<Value> {
        let name = self.name;
        let gone = || format!("the peer {name} has ended");
        writeln!(self.requests, "{request}").with_context(gone)?;
        self.requests.flush().with_context(gone)?;
        let mut line = String::new();
        self.answers.read_line(&mut line).with_context(gone)?;
        let answer: Value = serde_json::from_str(&line).with_context(gone)?;
        match answer.get("error").and_then(Value::as_str) {
            Some(words) => Err(Failure::with(Code::Internal, format!("the peer {name} refuses: {words}"))),
            None => Ok(answer),
        }
    }
}

fn nanos(answer: &Value) -> anyhow::Result<Vec<u64>> {
    let nanos = answer.get("nanos").and_then(Value::as_array).context("a peer's answer without durations")?;
    Ok(nanos.iter().filter_map(Value::as_u64).collect())
}

impl Drop for Peer {
    fn drop(&mut self) {
        // One that is already gone is what we want; there is nobody to tell otherwise.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
