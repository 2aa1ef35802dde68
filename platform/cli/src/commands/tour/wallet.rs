//! The tour's wallet: this program, run as `hufu wallet …` on a folder of its own.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

use anyhow::Context as _;
use serde_json::Value;

use crate::{
    args::Service,
    commands::text,
    exit::{Code, Failure},
};

/// The passphrase of a wallet that holds nothing but the tour's examples.
const PASSPHRASE: &str = "tour";

/// A wallet folder and its holder.
pub(super) struct TourWallet {
    folder: PathBuf,
    holder: String,
    /// Removes the folder at the end, unless the caller named one.
    _temporary: Option<tempfile::TempDir>,
}

/// What `hufu wallet verify` said, and with which exit code.
pub(super) struct Verdict {
    yes: bool,
    answer: Value,
}

impl TourWallet {
    pub(super) fn create(folder: Option<PathBuf>, service: &Service) -> anyhow::Result<Self> {
        let (folder, temporary) = match folder {
            Some(folder) => (folder, None),
            None => {
                let temporary = tempfile::tempdir().context("no temporary folder can be made")?;
                (temporary.path().join("wallet"), Some(temporary))
            }
        };
        let mut wallet = Self { folder, holder: String::new(), _temporary: temporary };
        let answer = json(wallet.command("init").args(["--url", &service.url]), "init")?;
        wallet.holder = ["/holder", "/did"]
            .iter()
            .map(|at| text(&answer, at))
            .find(|did| did.starts_with("did:"))
            .context("`hufu wallet init` names the holder")?;
        Ok(wallet)
    }

    pub(super) fn holder(&self) -> &str {
        &self.holder
    }

    pub(super) fn add(&self, credential: &Value) -> anyhow::Result<Value> {
        let file = self.folder.join("incoming.json");
        std::fs::write(&file, credential.to_string()).context("the credential cannot be written")?;
        let answer = json(self.command("add").arg(&file), "add");
        let _ = std::fs::remove_file(&file);
        answer
    }

    pub(super) fn refresh(&self, service: &Service, key: &str) -> anyhow::Result<Value> {
        json(self.command("refresh").args(["--url", &service.url]).env("HUFU_API_KEY", key), "refresh")
    }

    pub(super) fn present(&self, challenge: &str, domain: &str) -> anyhow::Result<Value> {
        json(
            self.command("present").args(["1", "2", "--challenge", challenge, "--domain", domain]),
            "present",
        )
    }

    /// What a pointer selects of a credential for selective disclosure, bound to a challenge.
    pub(super) fn derive(&self, credential: &Value, pointer: &str, challenge: &str) -> anyhow::Result<Value> {
        let file = self.folder.join("whole.json");
        std::fs::write(&file, credential.to_string()).context("the credential cannot be written")?;
        let mut command = program();
        command.args(["--json", "vc", "derive", "--disclose", pointer, "--presentation-header", challenge]);
        let derived = json(command.arg(&file), "derive");
        let _ = std::fs::remove_file(&file);
        derived
    }

    pub(super) fn verify(&self) -> anyhow::Result<Verdict> {
        let output = self.command("verify").output().context("`hufu wallet verify` cannot be run")?;
        let code = output.status.code();
        if code != Some(Code::Done as i32) && code != Some(Code::No as i32) {
            return Err(failed("verify", &output));
        }
        let answer = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
        Ok(Verdict { yes: output.status.success(), answer })
    }

    fn command(&self, name: &str) -> Command {
        let mut command = program();
        command.args(["--json", "wallet", name, "--wallet"]).arg(&self.folder);
        command.env("HUFU_PASSPHRASE", PASSPHRASE).env_remove("HUFU_PASSPHRASE_FILE");
        command
    }
}

/// This very program.
fn program() -> Command {
    Command::new(std::env::current_exe().unwrap_or_else(|_| Path::new("hufu").to_owned()))
}

impl Verdict {
    pub(super) fn expect_yes(self, what: &str) -> anyhow::Result<Value> {
        self.expect(true, what)
    }

    pub(super) fn expect_no(self, what: &str) -> anyhow::Result<Value> {
        self.expect(false, what)
    }

    fn expect(self, yes: bool, what: &str) -> anyhow::Result<Value> {
        if self.yes == yes {
            return Ok(self.answer);
        }
        Err(Failure::with(Code::No, format!("expected that {what}; the wallet said {}", self.answer)))
    }
}

fn json(command: &mut Command, name: &str) -> anyhow::Result<Value> {
    let output = command.output().with_context(|| format!("`hufu wallet {name}` cannot be run"))?;
    if !output.status.success() {
        return Err(failed(name, &output));
    }
    serde_json::from_slice(&output.stdout).with_context(|| format!("`hufu wallet {name}` printed no JSON"))
}

fn failed(name: &str, output: &Output) -> anyhow::Error {
    let words = String::from_utf8_lossy(&output.stderr);
    Failure::with(Code::No, format!("`hufu wallet {name}` failed: {}", words.trim()))
}
