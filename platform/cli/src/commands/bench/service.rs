//! The `hufu dev` under load: one that is started for the measurement, or one that runs already.

use std::{
    io::{BufRead as _, BufReader, Read as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use hufu_platform::dev;
use serde_json::{Value, json};

use super::{machine, target::Target};
use crate::{
    args::Subject,
    client::Client,
    commands::{examples, segment, text},
    exit::{Code, Failure},
};

/// How long a service may take to start or to stop.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often a stopping service is looked at.
const GLANCE: Duration = Duration::from_millis(20);

/// A service with what load needs to know of it.
#[derive(Debug)]
pub(super) struct Service {
    pub(super) target: Target,
    /// Its operator's API key.
    pub(super) key: String,
    data: PathBuf,
    own: Option<Own>,
}

/// A service of ours; it and its data end when this is dropped.
#[derive(Debug)]
struct Own {
    process: Child,
    _folder: tempfile::TempDir,
}

impl Service {
    /// The service to measure.
    pub(super) fn of(subject: &Subject) -> anyhow::Result<Self> {
        match (&subject.url, &subject.data) {
            (Some(url), Some(data)) => {
                let target = Target::parse(url)?;
                Ok(Self { target, key: operator(data)?, data: data.clone(), own: None })
            }
            _ => Self::start(),
        }
    }

    /// Starts one in a new folder on a free port. It logs warnings only, as a busy service should.
    pub(super) fn start() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir().context("a folder for the service's data cannot be made")?;
        let data = folder.path().join("data");
        let program = std::env::current_exe().context("this program's own path is not known")?;
        let mut command = Command::new(program);
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("HUFU_")) {
            command.env_remove(name);
        }
        let process = command
            .args(["--json", "dev", "--listen", "127.0.0.1:0", "--data"])
            .arg(&data)
            .env("HUFU_LOG_FILTER", "warn")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context("hufu dev cannot be started")?;
        let mut own = Own { process, _folder: folder };
        let url = own.url()?;
        Ok(Self { target: Target::parse(&url)?, key: operator(&data)?, data, own: Some(own) })
    }

    /// A client with the operator's key.
    pub(super) fn client(&self) -> anyhow::Result<Client> {
        Client::new(&self.target.to_string(), Some(self.key.clone()))
    }

    /// The process, if it is ours: another's costs are not known to be of this load.
    pub(super) fn process(&self) -> Option<u32> {
        self.own.as_ref().map(|own| own.process.id())
    }

    /// Processor time that it has used, if it is ours.
    pub(super) fn cpu_time(&self) -> Option<Duration> {
        self.process().and_then(|pid| machine::cpu_time(pid).ok())
    }

    /// Bytes of each of its databases on disk.
    pub(super) fn disk(&self) -> anyhow::Result<Vec<(String, u64)>> {
        let mut found = Vec::new();
        for entry in std::fs::read_dir(&self.data)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                found.push((entry.file_name().to_string_lossy().into_owned(), machine::disk(&entry.path())?));
            }
        }
        found.sort();
        Ok(found)
    }

    /// Stops a service of ours in order, so that what is on disk is all there is.
    pub(super) fn stop(&mut self) -> anyhow::Result<()> {
        let Some(own) = &mut self.own else { return Ok(()) };
        let pid = own.process.id().to_string();
        Command::new("kill").args(["-INT", &pid]).status().context("kill(1) is not there")?;
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if own.process.try_wait()?.is_some() {
                return Ok(());
            }
            thread::sleep(GLANCE);
        }
        Err(Failure::with(Code::Internal, "hufu dev does not stop"))
    }
}

fn operator(data: &Path) -> anyhow::Result<String> {
    let seeded = dev::Seeded::read(data).context("the API keys of a `hufu dev` are needed (--data)")?;
    Ok(seeded.operator().context("`hufu dev` seeds member organisations")?.api_key.clone())
}

impl Own {
    /// Reads what the service says once it listens.
    fn url(&mut self) -> anyhow::Result<String> {
        let stdout = self.process.stdout.take().context("hufu dev without standard output")?;
        let mut stderr = self.process.stderr.take().context("hufu dev without standard error")?;
        let errors = thread::spawn(move || {
            let mut words = String::new();
            let _ = stderr.by_ref().take(64 * 1_024).read_to_string(&mut words);
            // whatever more it writes must not block it
            let _ = std::io::copy(&mut stderr, &mut std::io::sink());
            words
        });
        let mut lines = BufReader::new(stdout);
        let mut said = String::new();
        loop {
            let read = lines.read_line(&mut said)?;
            let url = serde_json::from_str::<Value>(&said).ok();
            if let Some(url) = url.as_ref().and_then(|said| said.get("url")).and_then(Value::as_str) {
                let url = url.to_owned();
                thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
                return Ok(url);
            }
            if read == 0 {
                let words = errors.join().unwrap_or_default();
                return Err(Failure::with(Code::Unavailable, format!("hufu dev ended: {}", words.trim())));
            }
        }
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        // One that has ended is what we want; there is nobody to tell otherwise.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Makes an issuer of driving licences: a DID whose keys the service holds, accredited by a vote of the members.
pub(super) async fn accredited_issuer(service: &Service) -> anyhow::Result<String> {
    let operator = service.client()?;
    let created = operator.post("/1.0/create", &json!({})).await?;
    let issuer = text(&created, "/didState/did");
    let proposal = json!({
        "title": "Accredit the issuer of the benchmark",
        "reason": "It issues driving licences.",
        "actions": [{ "type": "accredit", "did": issuer, "credentialTypes": [examples::LICENCE_TYPE] }],
    });
    let made = operator.post("/v1/proposals", &proposal).await?;
    let id = segment(&text(&made, "/id"));
    let seeded = dev::Seeded::read(&service.data).context("the members' API keys are needed to vote")?;
    for member in &seeded.organisations {
        let voter = Client::new(&service.target.to_string(), Some(member.api_key.clone()))?;
        voter.post(&format!("/v1/proposals/{id}/votes"), &json!({ "choice": "yes" })).await?;
        let record = operator.get(&format!("/v1/accreditations/{}", segment(&issuer))).await;
        if record.is_ok_and(|record| record.to_string().contains(examples::LICENCE_TYPE)) {
            return Ok(issuer);
        }
    }
    Err(Failure::with(Code::Internal, "the members' votes did not accredit the issuer"))
}

/// The body of a request that issues a driving licence with a status entry.
pub(super) fn licence_request(issuer: &str) -> Value {
    const HOLDER: &str = "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK";
    json!({
        "credential": examples::licence(issuer, HOLDER),
        "options": { "credentialId": examples::new_id(), "status": { "purposes": ["revocation"] } },
    })
}
