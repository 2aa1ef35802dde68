//! `hufu bench footprint`: what issued credentials take, in memory and on disk.
//!
//! Credentials are issued through the HTTP API, each stored and each with an entry of a status list. Some are issued
//! first and not counted: what a service takes once is no cost of a credential. Memory is that of the service's process,
//! read when it is quiet; disk is what the files of its databases fill after a stop in order. The growth is scaled to
//! 100,000, which means something for counts of that order.

use std::{borrow::Cow, time::Duration};

use anyhow::Context as _;
use serde_json::{Value, json};

use super::{
    connection::Request,
    figures::{grouped, rounded, words},
    http::refuse_errors,
    load::{Run, closed_loop},
    machine::{self, Memory},
    service::{Service, accredited_issuer, licence_request},
};
use crate::{
    args::Footprint,
    output::{Output, table},
};

/// What figures are scaled to.
const PER: f64 = 100_000.0;

/// The share of the count that is issued before the first reading, one in so many.
const WARM_UP: u64 = 20;

/// The longest that issuing may take.
const LONGEST: Duration = Duration::from_secs(3_600);

/// Where credentials are issued.
const PATH: &str = "/credentials/issue";

/// How long the service is left alone before its memory is read.
const QUIET: Duration = Duration::from_secs(2);

pub(super) async fn run(options: &Footprint, output: Output) -> anyhow::Result<Measured> {
    let mut service = Service::start()?;
    let issuer = accredited_issuer(&service).await?;
    // the first credential makes the status list
    service.client()?.post(PATH, &licence_request(&issuer)).await?;
    let pid = service.process().context("the service is ours")?;
    let count = u64::from(options.count);
    let bar = output.progress(count + count / WARM_UP, "credentials issued");
    let issue = |count: u64| {
        let request = |number: u64| {
            (number < count).then(|| {
                let body = licence_request(&issuer).to_string();
                Cow::Owned(Request::post(service.target, PATH, &service.key, &body, "\"proofValue\""))
            })
        };
        let seen = |_: &str| bar.inc(1);
        let run = || closed_loop(service.target, options.concurrency, LONGEST, &request, &seen);
        let run = tokio::task::block_in_place(run)?;
        refuse_errors(&run, "issuing credentials").map(|()| run)
    };
    issue(count / WARM_UP)?;
    tokio::time::sleep(QUIET).await;
    let memory_before = machine::memory(pid)?;
    let disk_before = service.disk()?;
    let run = issue(count)?;
    bar.finish_and_clear();
    tokio::time::sleep(QUIET).await;
    let memory_after = machine::memory(pid)?;
    service.stop()?;
    let disk_after = service.disk()?;
    Ok(Measured {
        run,
        concurrency: options.concurrency,
        memory: (memory_before, memory_after),
        disk: (disk_before, disk_after),
    })
}

/// Databases by name with their bytes.
type Disk = Vec<(String, u64)>;

/// Before and after.
#[derive(Debug)]
pub(super) struct Measured {
    run: Run,
    concurrency: u32,
    memory: (Memory, Memory),
    disk: (Disk, Disk),
}

impl Measured {
    fn count(&self) -> f64 {
        self.run.latencies.len() as f64
    }

    /// Bytes that 100,000 credentials add, if these are typical.
    fn scaled(&self, before: u64, after: u64) -> f64 {
        (after as f64 - before as f64) / self.count().max(1.0) * PER
    }

    fn databases(&self) -> Vec<(&str, u64, u64)> {
        let before =
            |name: &str| self.disk.0.iter().find(|(other, _)| other == name).map_or(0, |(_, bytes)| *bytes);
        self.disk.1.iter().map(|(name, after)| (name.as_str(), before(name), *after)).collect()
    }

    pub(super) fn to_json(&self) -> Value {
        let (before, after) = &self.memory;
        let databases = self.databases();
        let disk: serde_json::Map<String, Value> = databases
            .iter()
            .map(|(name, before, after)| {
                let value = json!({
                    "beforeBytes": before, "afterBytes": after,
                    "per100000Bytes": self.scaled(*before, *after).round(),
                });
                ((*name).to_owned(), value)
            })
            .collect();
        json!({
            "credentials": self.run.latencies.len(),
            "errors": self.run.errors,
            "clients": self.concurrency,
            "issuedPerSecond": rounded(self.run.achieved()),
            "latency": self.run.latencies.to_json(),
            "memory": {
                "anonymousBeforeBytes": before.anonymous, "anonymousAfterBytes": after.anonymous,
                "residentBeforeBytes": before.resident, "residentAfterBytes": after.resident,
                "per100000Bytes": self.scaled(before.anonymous, after.anonymous).round(),
            },
            "disk": disk,
            "diskPer100000Bytes": self.disk_scaled().round(),
        })
    }

    fn disk_scaled(&self) -> f64 {
        self.databases().iter().map(|(_, before, after)| self.scaled(*before, *after)).sum()
    }

    pub(super) fn words(&self) -> String {
        let (before, after) = &self.memory;
        let line = |name: &str, before: u64, after: u64| {
            vec![
                name.to_owned(),
                megabytes(before as f64),
                megabytes(after as f64),
                megabytes(self.scaled(before, after)),
            ]
        };
        let mut rows = vec![
            line("memory (heap and stacks)", before.anonymous, after.anonymous),
            line("memory (resident)", before.resident, after.resident),
        ];
        rows.extend(
            self.databases()
                .iter()
                .map(|(name, before, after)| line(&format!("disk: {name}"), *before, *after)),
        );
        format!(
            "{} credentials issued through the API by {} clients, each with a status entry: {}/s, p50 {}, p99 {}\n\n{}",
            grouped(self.count()),
            self.concurrency,
            grouped(self.run.achieved()),
            words(self.run.latencies.p50()),
            words(self.run.latencies.p99()),
            table(&["what", "before", "after", "for 100,000"], &rows)
        )
    }
}

fn megabytes(bytes: f64) -> String {
    format!("{:.1} MiB", bytes / 1_024.0 / 1_024.0)
}
