//! `hufu bench http`: DID resolution and status queries at a fixed rate, generator included.
//!
//! | query | answer |
//! |---|---|
//! | `GET /1.0/identifiers/{did}` | the DID's document and metadata, of many DIDs in turn |
//! | `GET /v1/status/{list}/{index}` | an entry's status with who, when, why, and the Merkle proofs of list and entry |
//! | `GET /status-lists/{id}` | the signed status list credential |

use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use anyhow::Context as _;
use serde_json::{Value, json};

use super::{
    Promise,
    connection::Request,
    create,
    figures::{grouped, micros, rounded, words},
    load::{Run, open_loop},
    service::{Service, accredited_issuer, licence_request},
};
use crate::{
    args::Http,
    commands::{segment, text},
    exit::{Code, Failure},
    output::{Output, table},
};

/// Credentials whose status is asked for; every second one is revoked.
const CREDENTIALS: usize = 64;

/// How long each kind of query runs at full rate before it is measured, in seconds.
const WARM_UP: u64 = 1;

/// The promised latency.
const PROMISED_P99: Duration = Duration::from_millis(5);

/// How many clients make the DIDs.
const MAKERS: u32 = 64;

pub(super) async fn run(options: Http, output: Output) -> anyhow::Result<Measured> {
    let service = Service::of(&options.subject)?;
    output.note(format!("{} DIDs and {CREDENTIALS} credentials are made …", options.dids));
    let dids = create_dids(&service, options.dids)?;
    let resolutions: Vec<Request> = dids
        .iter()
        .map(|did| Request::get(service.target, &format!("/1.0/identifiers/{did}"), did))
        .collect();
    let Entries { proofs, list } = issue_and_revoke(&service).await?;
    let kinds = [
        ("DID resolution", "GET /1.0/identifiers/{did}", resolutions),
        ("status with proof", "GET /v1/status/{list}/{index}", proofs),
        ("status list credential", "GET /status-lists/{id}", vec![list]),
    ];
    tokio::task::block_in_place(|| {
        let mut rows = Vec::new();
        for (name, path, requests) in kinds {
            let load =
                |length| open_loop(service.target, &requests, options.rate, length, options.connections);
            load(Duration::from_secs(WARM_UP))?;
            for number in 1..=options.runs {
                output.note(format!(
                    "{name}, run {number} of {}: {} requests/s for {} s …",
                    options.runs, options.rate, options.seconds
                ));
                let before = service.cpu_time();
                let run = load(Duration::from_secs(options.seconds.into()))?;
                let busy = service.cpu_time().zip(before).map(|(after, before)| after.saturating_sub(before));
                rows.push(Row { name, path, number, rate: options.rate, run, busy });
            }
        }
        Ok(Measured { rows, connections: options.connections, dids: dids.len() })
    })
}

fn create_dids(service: &Service, count: u32) -> anyhow::Result<Vec<String>> {
    let made = Mutex::new(HashSet::new());
    let seen = |answer: &str| {
        if let Some(did) = create::did_of(answer) {
            made.lock().unwrap_or_else(PoisonError::into_inner).insert(did);
        }
    };
    let run = tokio::task::block_in_place(|| {
        create::load(service, MAKERS.min(count), Duration::from_secs(600), u64::from(count), &seen)
    })?;
    refuse_errors(&run, "creating DIDs")?;
    let made = made.into_inner().unwrap_or_else(PoisonError::into_inner);
    if made.len() == usize::try_from(count)? {
        Ok(made.into_iter().collect())
    } else {
        Err(Failure::with(Code::Internal, format!("{} DIDs were made instead of {count}", made.len())))
    }
}

/// An error in a run whose purpose is no measurement.
pub(super) fn refuse_errors(run: &Run, what: &str) -> anyhow::Result<()> {
    match &run.first_error {
        None => Ok(()),
        Some(words) => {
            Err(Failure::with(Code::Unavailable, format!("{what}: {} requests failed: {words}", run.errors)))
        }
    }
}

/// What can be asked about status.
struct Entries {
    proofs: Vec<Request>,
    list: Request,
}

async fn issue_and_revoke(service: &Service) -> anyhow::Result<Entries> {
    let issuer = accredited_issuer(service).await?;
    let client = service.client()?;
    let mut proofs = Vec::new();
    let mut list = String::new();
    for number in 0..CREDENTIALS {
        let issued = client.post("/credentials/issue", &licence_request(&issuer)).await?;
        let credential = issued.get("verifiableCredential").context("the answer has a credential")?;
        let index = text(credential, "/credentialStatus/statusListIndex");
        list = text(credential, "/credentialStatus/statusListCredential");
        let revoked = number % 2 == 0;
        if revoked {
            let change = json!({
                "credentialId": text(credential, "/id"),
                "credentialStatus": { "type": "BitstringStatusListEntry", "statusPurpose": "revocation" },
                "status": true,
                "reason": "a benchmark",
            });
            client.post("/credentials/status", &change).await?;
        }
        let path = format!("/v1/status/{}/{index}", segment(&list));
        proofs.push(Request::get(service.target, &path, &format!("\"set\":{revoked}")));
    }
    let path =
        list.strip_prefix(&service.target.to_string()).context("the list is of the measured service")?;
    Ok(Entries { proofs, list: Request::get(service.target, path, "BitstringStatusListCredential") })
}

#[derive(Debug)]
struct Row {
    name: &'static str,
    path: &'static str,
    number: u32,
    rate: u32,
    run: Run,
    /// Processor time of the service.
    busy: Option<Duration>,
}

/// All runs.
#[derive(Debug)]
pub(super) struct Measured {
    rows: Vec<Row>,
    connections: u32,
    dids: usize,
}

impl Measured {
    pub(super) fn to_json(&self) -> Value {
        let runs = self.rows.iter().map(|row| {
            let mut value = row.run.latencies.to_json();
            if let Some(members) = value.as_object_mut() {
                members.insert("query".to_owned(), json!(row.name));
                members.insert("path".to_owned(), json!(row.path));
                members.insert("run".to_owned(), json!(row.number));
                members.insert("p999Micros".to_owned(), json!(micros(row.run.latencies.at(999))));
                members.insert("wantedPerSecond".to_owned(), json!(row.rate));
                members.insert("achievedPerSecond".to_owned(), json!(rounded(row.run.achieved())));
                members.insert("errors".to_owned(), json!(row.run.errors));
                members.insert("firstError".to_owned(), json!(row.run.first_error));
                let each = row.busy.map(|busy| micros(busy) / row.run.latencies.len().max(1) as f64);
                members.insert("serviceCpuMicrosPerRequest".to_owned(), json!(each.map(rounded)));
            }
            value
        });
        json!({ "connections": self.connections, "dids": self.dids, "runs": runs.collect::<Vec<_>>() })
    }

    pub(super) fn words(&self) -> String {
        let rows: Vec<Vec<String>> = self
            .rows
            .iter()
            .map(|row| {
                let latencies = &row.run.latencies;
                let share = row.busy.map(|busy| busy.as_secs_f64() / row.run.elapsed.as_secs_f64() * 100.0);
                vec![
                    row.name.to_owned(),
                    row.number.to_string(),
                    format!("{} of {}", grouped(row.run.achieved()), grouped(row.rate.into())),
                    words(latencies.p50()),
                    words(latencies.p99()),
                    words(latencies.at(999)),
                    words(latencies.max()),
                    row.run.errors.to_string(),
                    share.map(|share| format!("{share:.0} % of a core")).unwrap_or_default(),
                ]
            })
            .collect();
        let headings = ["query", "run", "1/s", "p50", "p99", "p99.9", "max", "errors", "service"];
        format!(
            "HTTP on loopback, {} connections, {} DIDs, generator on the same machine; latency from when a request \
             was due\n\n{}",
            self.connections,
            grouped(self.dids as f64),
            table(&headings, &rows)
        )
    }

    /// The best run of each query: what the machine's other work does to a run is not the service's.
    pub(super) fn promises(&self) -> Vec<Promise> {
        let mut promises = Vec::new();
        for row in self.rows.iter().filter(|row| row.number == 1) {
            let runs = self.rows.iter().filter(|other| other.name == row.name && other.run.errors == 0);
            let best = runs.filter(|row| row.run.achieved() >= f64::from(row.rate) * 0.99);
            let best = best.map(|row| row.run.latencies.p99()).min().unwrap_or(Duration::MAX);
            let what =
                format!("{} at {} requests/s, p99 of the best run", row.name, grouped(row.rate.into()));
            promises.push(Promise::at_most(
                what,
                best.as_secs_f64() * 1e3,
                PROMISED_P99.as_secs_f64() * 1e3,
                " ms",
            ));
        }
        promises
    }

    pub(super) fn errors(&self) -> u64 {
        self.rows.iter().map(|row| row.run.errors).sum()
    }
}
