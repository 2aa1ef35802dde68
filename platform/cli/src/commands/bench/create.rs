//! `hufu bench did-create`: durable DID creations per second through the HTTP API.
//!
//! `POST /1.0/create` makes three keys, seals them, signs the operation and the transaction, and answers when the keys,
//! the block and the audit record are each on disk (fdatasync). Writers at the same time share a write: more clients,
//! more creations per write.

use std::{
    borrow::Cow,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use anyhow::Context as _;
use serde_json::{Value, json};

use super::{
    Promise,
    connection::{Connection, Request},
    figures::{grouped, rounded, words},
    load::{Run, closed_loop},
    service::Service,
};
use crate::{
    args::DidCreate,
    exit::{Code, Failure},
    output::{Output, table},
};

/// The promised creations per second.
const PROMISED: f64 = 1_000.0;

/// How many of the acknowledged DIDs are resolved after a run.
const LOOKED_UP: usize = 50;

pub(super) fn run(options: &DidCreate, output: Output) -> anyhow::Result<Measured> {
    let service = Service::of(&options.subject)?;
    let mut rows = Vec::new();
    load(&service, 16, Duration::from_secs(1), u64::MAX, &|_| {})?;
    for clients in &options.concurrency {
        output.note(format!("{clients} clients create DIDs for {} s …", options.seconds));
        let made = Mutex::new(Vec::new());
        let seen = |answer: &str| {
            let mut made = made.lock().unwrap_or_else(PoisonError::into_inner);
            if made.len() < LOOKED_UP {
                made.extend(did_of(answer));
            }
        };
        let before = service.cpu_time();
        let run = load(&service, *clients, Duration::from_secs(options.seconds.into()), u64::MAX, &seen)?;
        let busy = service.cpu_time().zip(before).map(|(after, before)| after.saturating_sub(before));
        look_up(&service, &made.into_inner().unwrap_or_else(PoisonError::into_inner))?;
        rows.push(Row { clients: *clients, run, busy });
    }
    Ok(Measured { rows })
}

/// Creates DIDs with some clients, until the time or the number is reached.
pub(super) fn load(
    service: &Service,
    clients: u32,
    length: Duration,
    count: u64,
    seen: &(dyn Fn(&str) + Sync),
) -> anyhow::Result<Run> {
    let request = Request::post(service.target, "/1.0/create", &service.key, "{}", "\"did:hufu:");
    let requests = |number: u64| (number < count).then_some(Cow::Borrowed(&request));
    closed_loop(service.target, clients, length, &requests, seen).context("no load can be generated")
}

/// The DID that an answer to a creation tells.
pub(super) fn did_of(answer: &str) -> Option<String> {
    let answer: Value = serde_json::from_str(answer).ok()?;
    answer.pointer("/didState/did")?.as_str().map(str::to_owned)
}

/// What was acknowledged must be there.
fn look_up(service: &Service, dids: &[String]) -> anyhow::Result<()> {
    let mut connection = Connection::open(service.target)?;
    for did in dids {
        let request = Request::get(service.target, &format!("/1.0/identifiers/{did}"), did);
        connection.exchange(&request).map_err(|error| {
            Failure::with(Code::Internal, format!("{did} was acknowledged and does not resolve: {error}"))
        })?;
    }
    Ok(())
}

#[derive(Debug)]
struct Row {
    clients: u32,
    run: Run,
    busy: Option<Duration>,
}

/// All runs.
#[derive(Debug)]
pub(super) struct Measured {
    rows: Vec<Row>,
}

impl Measured {
    pub(super) fn to_json(&self) -> Value {
        let rows = self.rows.iter().map(|row| {
            let mut value = row.run.latencies.to_json();
            if let Some(members) = value.as_object_mut() {
                members.insert("clients".to_owned(), json!(row.clients));
                members.insert("createdPerSecond".to_owned(), json!(rounded(row.run.achieved())));
                members.insert("errors".to_owned(), json!(row.run.errors));
                members.insert("firstError".to_owned(), json!(row.run.first_error));
                members.insert("serviceCpuMicrosEach".to_owned(), json!(row.cpu_each()));
            }
            value
        });
        rows.collect()
    }

    pub(super) fn words(&self) -> String {
        let rows: Vec<Vec<String>> = self
            .rows
            .iter()
            .map(|row| {
                vec![
                    row.clients.to_string(),
                    grouped(row.run.achieved()),
                    words(row.run.latencies.p50()),
                    words(row.run.latencies.p99()),
                    words(row.run.latencies.max()),
                    row.run.errors.to_string(),
                    row.cpu_each().map(|each| format!("{each:.0} µs")).unwrap_or_default(),
                ]
            })
            .collect();
        let headings = ["clients", "created/s", "p50", "p99", "max", "errors", "service CPU each"];
        format!("Durable DID creations through the API (POST /1.0/create)\n\n{}", table(&headings, &rows))
    }

    pub(super) fn promises(&self) -> Vec<Promise> {
        let best = self.rows.iter().map(|row| row.run.achieved()).max_by(f64::total_cmp);
        let what = "durable DID creations, best number of clients".to_owned();
        vec![Promise::at_least(what, best.unwrap_or(0.0), PROMISED, " per second")]
    }

    pub(super) fn errors(&self) -> u64 {
        self.rows.iter().map(|row| row.run.errors).sum()
    }
}

impl Row {
    fn cpu_each(&self) -> Option<f64> {
        let busy = self.busy?;
        Some(rounded(busy.as_secs_f64() * 1e6 / self.run.latencies.len().max(1) as f64))
    }
}
