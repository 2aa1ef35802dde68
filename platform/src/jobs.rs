//! Bulk jobs: one template, many rows, a credential for each.
//!
//! 1. A job is made with a template and rows; more rows are added until its maker says that these are all.
//! 2. One task works on all jobs in turn, [`CHUNK`] rows of each at a time. A row's members stand in for the
//!    template's of the same name; then it is issued like any credential: permission, status entry, signature.
//! 3. The credentials of a chunk, their audit records, the results and the job's progress are one atomic write. So a
//!    job that a crash interrupts goes on with the next row, and no row is issued twice or skipped.
//! 4. A row that is refused is a result, too, with its problem; the job goes on.
//!
//! The job acts for the key that made it, for as long as that key is good: withdrawn or expired, it ends the job.
//!
//! In the store: `j/<tenant> <id>` the record, `a/<id>` the jobs that are to be worked on, `i/<id>/<row>` rows to come,
//! `o/<id>/<row>` results.

use std::{collections::HashSet, sync::Arc};

use futures::{StreamExt as _, stream};
use hufu_store::Range;
use rand::Rng as _;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tokio::sync::Notify;

use crate::{
    app::App,
    caller::Caller,
    error::{Kind, Problem},
    live::Live,
    store::{JOBS, Writes, from_json},
    time,
    vc::{self, Instance, IssueOptions, Made},
};

/// Most rows of a job.
pub(crate) const MAX_ROWS: u64 = 100_000;

/// Most rows taken in one request; its size is bounded by the limit for bodies, too.
pub(crate) const MAX_ROWS_AT_ONCE: usize = 10_000;

/// Most jobs of a tenant, finished ones that it has not deleted included.
pub(crate) const MAX_JOBS: usize = 100;

/// Rows issued between two durable writes.
const CHUNK: usize = 128;

/// Rows signed at the same time.
const AT_ONCE: usize = 8;

/// Entries deleted by one write.
const SWEEP: usize = 5_000;

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum State {
    /// Rows are issued as they come, and more may come.
    Open,
    /// All rows are there.
    Running,
    /// Every row has its result.
    Finished,
    /// It was ended before; `reason` says why.
    Stopped,
}

/// A job's record.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Job {
    pub(crate) id: String,
    pub(crate) tenant: String,
    /// The API key that it acts for; none in conformance mode.
    api_key: Option<String>,
    template: Map<String, Value>,
    options: IssueOptions,
    pub(crate) state: State,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Rows that came, that have a result, and those of them that were refused.
    pub(crate) rows: u64,
    done: u64,
    refused: u64,
    created_ms: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_ms: Option<u64>,
}

/// The result of one row.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RowResult {
    row: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    credential_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<Value>,
}

/// Wakes the worker.
#[derive(Debug, Default)]
pub(crate) struct Jobs {
    wake: Notify,
    /// So that progress, new rows and deletions of jobs do not overwrite each other.
    turn: tokio::sync::Mutex<()>,
}

impl Job {
    /// What is told about a job.
    pub(crate) fn to_public(&self) -> Value {
        json!({
            "id": self.id,
            "state": self.state,
            "reason": self.reason,
            "rows": self.rows,
            "done": self.done,
            "refused": self.refused,
            "created": time::rfc3339(self.created_ms),
            "ended": self.ended_ms.map(time::rfc3339),
        })
    }

    fn writes(&self) -> Writes {
        let writes = Writes::new().put_json(JOBS, record_key(&self.tenant, &self.id), self);
        match self.state {
            State::Open | State::Running => writes.put(JOBS, active_key(&self.id), self.tenant.as_bytes()),
            State::Finished | State::Stopped => writes.delete(JOBS, active_key(&self.id)),
        }
    }

    fn end(&mut self, state: State, reason: Option<String>) {
        (self.state, self.reason, self.ended_ms) = (state, reason, Some(time::now_ms()));
    }
}

fn record_key(tenant: &str, id: &str) -> Vec<u8> {
    // a tenant is a DID or a fixed word: neither has a space
    format!("j/{tenant} {id}").into_bytes()
}

fn active_key(id: &str) -> Vec<u8> {
    format!("a/{id}").into_bytes()
}

fn row_key(kind: char, id: &str, row: u64) -> Vec<u8> {
    format!("{kind}/{id}/{row:012}").into_bytes()
}

/// Makes a job; `writes` go with it.
pub(crate) async fn create(
    app: &App,
    caller: &Caller,
    template: Map<String, Value>,
    options: IssueOptions,
    rows: Vec<Map<String, Value>>,
    more: bool,
    writes: impl FnOnce(&str) -> Writes,
) -> Result<Job, Problem> {
    options.check(Instance::Unbound)?;
    if options.names_a_credential() {
        return Err(Problem::invalid(
            "options.credentialId would give every row one id; give rows ids of their own",
        ));
    }
    let _turn = app.jobs().turn.lock().await;
    let known = app.store().page(JOBS, Range::prefix(&record_key(caller.tenant(), ""), MAX_JOBS))?;
    if known.len() >= MAX_JOBS {
        return Err(Problem::new(
            Kind::Unprocessable,
            format!("there are {MAX_JOBS} jobs; no more are kept until one is deleted"),
        ));
    }
    let mut bytes = [0_u8; 10];
    rand::rng().fill_bytes(&mut bytes);
    let mut job = Job {
        id: hex::encode(bytes),
        tenant: caller.tenant().to_owned(),
        api_key: caller.did().map(|_| caller.key_id().to_owned()),
        template,
        options,
        state: State::Open,
        reason: None,
        rows: 0,
        done: 0,
        refused: 0,
        created_ms: time::now_ms(),
        ended_ms: None,
    };
    let with = writes(&job.id);
    let added = add(&mut job, rows, more)?;
    app.store().commit(added.and(job.writes()).and(with)).await?;
    app.jobs().wake.notify_one();
    Ok(job)
}

/// Adds rows to an open job.
pub(crate) async fn append(
    app: &App,
    caller: &Caller,
    id: &str,
    rows: Vec<Map<String, Value>>,
    more: bool,
) -> Result<Job, Problem> {
    let _turn = app.jobs().turn.lock().await;
    let mut job = find(app, caller, id)?;
    if job.state != State::Open {
        return Err(Problem::new(Kind::Conflict, format!("the job {id} takes no more rows")));
    }
    let added = add(&mut job, rows, more)?;
    app.store().commit(added.and(job.writes())).await?;
    app.jobs().wake.notify_one();
    Ok(job)
}

fn add(job: &mut Job, rows: Vec<Map<String, Value>>, more: bool) -> Result<Writes, Problem> {
    if rows.len() > MAX_ROWS_AT_ONCE {
        return Err(Problem::invalid(format!("rows: at most {MAX_ROWS_AT_ONCE} are taken at once")));
    }
    if job.rows + rows.len() as u64 > MAX_ROWS {
        return Err(Problem::invalid(format!("rows: a job has at most {MAX_ROWS}")));
    }
    let mut writes = Writes::new();
    for row in rows {
        writes = writes.put_json(JOBS, row_key('i', &job.id, job.rows), &row);
        job.rows += 1;
    }
    if !more {
        job.state = State::Running;
        if job.done == job.rows {
            job.end(State::Finished, None);
        }
    }
    Ok(writes)
}

/// The caller's job; another tenant's is not there.
pub(crate) fn find(app: &App, caller: &Caller, id: &str) -> Result<Job, Problem> {
    load(app, caller.tenant(), id)?
        .ok_or_else(|| Problem::not_found(format!("there is no job {id} of yours")))
}

fn load(app: &App, tenant: &str, id: &str) -> Result<Option<Job>, Problem> {
    app.store().get_json(JOBS, &record_key(tenant, id))
}

/// The caller's jobs behind a position, each with its position.
pub(crate) fn list(
    app: &App,
    caller: &Caller,
    after: Option<&[u8]>,
    limit: usize,
) -> Result<Vec<(Vec<u8>, Job)>, Problem> {
    let prefix = record_key(caller.tenant(), "");
    let after = after.map(|after| [&prefix[..], after].concat());
    let page = app.store().page(JOBS, Range::prefix(&prefix, limit).after(after.as_deref()))?;
    page.iter()
        .map(|(key, bytes)| Ok((key.get(prefix.len()..).unwrap_or_default().to_vec(), from_json(bytes)?)))
        .collect()
}

/// Results of a job behind a row, in the order of its rows.
pub(crate) fn results(
    app: &App,
    job: &Job,
    after: Option<u64>,
    limit: usize,
) -> Result<Vec<(u64, Value)>, Problem> {
    let prefix = format!("o/{}/", job.id).into_bytes();
    let after = after.map(|row| row_key('o', &job.id, row));
    let page = app.store().page(JOBS, Range::prefix(&prefix, limit).after(after.as_deref()))?;
    let mut items = Vec::with_capacity(page.len());
    for (_, bytes) in page {
        let result: RowResult = from_json(&bytes)?;
        let mut item = serde_json::to_value(&result).map_err(Problem::internal)?;
        if let (Some(members), Some(id)) = (item.as_object_mut(), &result.credential_id) {
            members.insert("verifiableCredential".into(), json!(vc::credential(app, &job.tenant, id)?));
        }
        items.push((result.row, item));
    }
    Ok(items)
}

/// Ends a job and forgets it with its rows and results; the credentials stay. `writes` go with it.
pub(crate) async fn delete(app: &App, job: &Job, writes: Writes) -> Result<(), Problem> {
    let _turn = app.jobs().turn.lock().await;
    // first: nobody works on it any more, whatever happens in between
    let end = Writes::new()
        .delete(JOBS, active_key(&job.id))
        .delete(JOBS, record_key(&job.tenant, &job.id))
        .put(JOBS, format!("d/{}", job.id), b"");
    app.store().commit(end.and(writes)).await?;
    forget(app, &job.id).await
}

/// Deletes rows and results of a job that was deleted; done again at the next start if a crash comes between.
async fn forget(app: &App, id: &str) -> Result<(), Problem> {
    for kind in ['i', 'o'] {
        let prefix = format!("{kind}/{id}/").into_bytes();
        loop {
            let page = app.store().page(JOBS, Range::prefix(&prefix, SWEEP))?;
            if page.is_empty() {
                break;
            }
            let writes = page.into_iter().fold(Writes::new(), |writes, (key, _)| writes.delete(JOBS, key));
            app.store().commit(writes).await?;
        }
    }
    app.store().commit(Writes::new().delete(JOBS, format!("d/{id}"))).await
}

/// Works on all jobs, for as long as the service runs.
pub(crate) async fn work(app: App) {
    let ended = app.live().ended();
    tokio::pin!(ended);
    if let Err(problem) = forget_deleted(&app).await {
        tracing::warn!(%problem, "rows of deleted jobs");
    }
    loop {
        let step = async {
            match round(&app).await {
                Ok(true) => {}
                Ok(false) => app.jobs().wake.notified().await,
                Err(problem) => {
                    tracing::warn!(%problem, "bulk jobs");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        };
        // a chunk that is not written yet is done again after the next start
        tokio::select! {
            () = step => {}
            () = &mut ended => return,
        }
    }
}

/// How long to wait after a fault.
const PAUSE: std::time::Duration = std::time::Duration::from_secs(2);

async fn forget_deleted(app: &App) -> Result<(), Problem> {
    for (key, _) in app.store().page(JOBS, Range::prefix(b"d/", 1_000))? {
        forget(app, &String::from_utf8_lossy(key.get(2..).unwrap_or_default())).await?;
    }
    Ok(())
}

/// One chunk of each job that has rows to come; whether there was any.
async fn round(app: &App) -> Result<bool, Problem> {
    let mut worked = false;
    for (key, tenant) in app.store().page(JOBS, Range::prefix(b"a/", 10_000))? {
        let (id, tenant) =
            (String::from_utf8_lossy(key.get(2..).unwrap_or_default()), String::from_utf8_lossy(&tenant));
        worked |= chunk(app, &tenant, &id).await?;
    }
    Ok(worked)
}

/// The caller that a job acts for, while its key is good.
fn caller(app: &App, job: &Job) -> Result<Caller, Problem> {
    match &job.api_key {
        Some(id) => app.api_keys().good(id).map(Caller::Key),
        None => Ok(Caller::Conformance),
    }
}

async fn chunk(app: &App, tenant: &str, id: &str) -> Result<bool, Problem> {
    let Some(job) = load(app, tenant, id)? else { return Ok(false) };
    let first = row_key('i', id, job.done);
    let prefix = format!("i/{id}/").into_bytes();
    let after = job.done.checked_sub(1).map(|row| row_key('i', id, row));
    let page = app.store().page(JOBS, Range::prefix(&prefix, CHUNK).after(after.as_deref()))?;
    if page.first().is_none_or(|(key, _)| *key != first) {
        return Ok(false);
    }
    let made = match caller(app, &job) {
        Ok(caller) => issue(app, &caller, &job, page).await?,
        Err(problem) => {
            let _turn = app.jobs().turn.lock().await;
            let Some(mut job) = load(app, tenant, id)? else { return Ok(false) };
            job.end(State::Stopped, Some(problem.detail().to_owned()));
            app.store().commit(job.writes()).await?;
            return Ok(true);
        }
    };
    let _turn = app.jobs().turn.lock().await;
    // rows may have been added meanwhile, or the job deleted
    let Some(mut job) = load(app, tenant, id)? else { return Ok(true) };
    let (mut writes, mut summaries) = (Writes::new(), Vec::new());
    for (row, result) in (job.done..).zip(made) {
        let result = match result {
            Ok(made) => {
                writes = writes.and(made.writes);
                summaries.push(made.summary);
                RowResult { row, credential_id: Some(made.id), problem: None }
            }
            Err(problem) => {
                job.refused += 1;
                RowResult { row, credential_id: None, problem: Some(problem.to_value(&format!("row-{row}"))) }
            }
        };
        writes = writes.put_json(JOBS, row_key('o', id, row), &result).delete(JOBS, row_key('i', id, row));
        job.done = row + 1;
    }
    if job.state == State::Running && job.done == job.rows {
        job.end(State::Finished, None);
    }
    app.store().commit(writes.and(job.writes())).await?;
    for summary in summaries {
        app.live().publish(Live::credential(tenant, summary));
    }
    Ok(true)
}

/// Issues the rows of a chunk; a fault of the service, unlike a refusal, is for the whole chunk.
async fn issue(
    app: &App,
    caller: &Caller,
    job: &Job,
    page: Vec<(Vec<u8>, Vec<u8>)>,
) -> Result<Vec<Result<Made, Problem>>, Problem> {
    let template = Arc::new(job.template.clone());
    let one = |bytes: Vec<u8>| {
        let template = Arc::clone(&template);
        async move {
            let row: Map<String, Value> = from_json(&bytes)?;
            let mut credential = (*template).clone();
            credential.extend(row);
            vc::make(app, caller, Instance::Unbound, Value::Object(credential), &job.options).await
        }
    };
    let mut made: Vec<Result<Made, Problem>> =
        stream::iter(page.into_iter().map(|(_, bytes)| one(bytes))).buffered(AT_ONCE).collect().await;
    let mut ids = HashSet::new();
    for result in &mut made {
        match result {
            Ok(one) if !ids.insert(one.id.clone()) => {
                let words = format!("the id {} stands in two rows", one.id);
                *result = Err(Problem::new(Kind::Conflict, words));
            }
            Err(problem) if problem.kind().status().is_server_error() => return Err(problem.clone()),
            _ => {}
        }
    }
    Ok(made)
}
