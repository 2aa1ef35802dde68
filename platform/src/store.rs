//! What the service keeps for itself, beside the ledger: credentials, API keys, held private keys
//! (sealed), idempotency records, challenges, allocators of status lists, and the audit log.
//!
//! Reads go straight to the database: they take microseconds. Writes go through one thread:
//!
//! 1. It takes what is waiting, up to [`MAX_GROUP`] commits, as one group.
//! 2. Audit records of the group join the hash chain, in order.
//! 3. The group is written as one atomic, synced batch.
//! 4. Everybody in the group is answered: done, or the same failure.
//!
//! So an answered commit survives a power cut, a thousand concurrent commits cost one sync, and the
//! audit chain has one writer by construction.

use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    thread::{self, JoinHandle},
};

use hufu_store::{Batch, Db, Entry, Error, Family, Format, Kv, Range};
use tokio::sync::{mpsc, oneshot};

use crate::{
    audit::{self, Head, Record},
    error::Problem,
};

/// Issued credentials by tenant and id.
pub(crate) const CREDENTIALS: Family = Family::new("credentials");
/// API keys by id.
pub(crate) const API_KEYS: Family = Family::new("api_keys");
/// DIDs whose keys are held here, by DID.
pub(crate) const HELD: Family = Family::new("held");
/// Sealed private keys by public Multikey.
pub(crate) const VAULT: Family = Family::new("vault");
/// Answers to requests with an idempotency key.
pub(crate) const IDEMPOTENCY: Family = Family::new("idempotency");
/// Challenges given out.
pub(crate) const CHALLENGES: Family = Family::new("challenges");
/// Status lists made here, with their allocators.
pub(crate) const LISTS: Family = Family::new("lists");
/// The audit log by sequence number.
pub(crate) const AUDIT: Family = Family::new("audit");
/// Bulk jobs: their records, rows and results.
pub(crate) const JOBS: Family = Family::new("jobs");
/// Single values.
pub(crate) const META: Family = Family::new("meta");

const FAMILIES: [Family; 10] =
    [CREDENTIALS, API_KEYS, HELD, VAULT, IDEMPOTENCY, CHALLENGES, LISTS, AUDIT, JOBS, META];

/// The format of this database; raise the version with every change of a stored form.
const FORMAT: Format = Format { name: "hufu-platform", version: 1 };

/// Most commits in one synced write.
const MAX_GROUP: usize = 256;

/// Most commits waiting; further ones wait outside.
const QUEUE: usize = 1024;

/// Most entries that one sweep looks at: housekeeping runs every minute and keeps up with thousands a second.
const SWEEP: usize = 200_000;

/// Entries looked at, and deleted by one write, in one step of a sweep.
const SWEEP_PAGE: usize = 1_000;

const HEAD_KEY: &[u8] = b"audit-head";

/// Some writes, with the audit records of the request they are part of.
#[derive(Debug, Default)]
pub(crate) struct Writes {
    writes: Vec<(Family, Vec<u8>, Option<Vec<u8>>)>,
    records: Vec<Record>,
    counters: Vec<Vec<u8>>,
}

impl Writes {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Writes a value.
    pub(crate) fn put(mut self, family: Family, key: impl Into<Vec<u8>>, value: impl Into<Vec<u8>>) -> Self {
        self.writes.push((family, key.into(), Some(value.into())));
        self
    }

    /// Writes a value as JSON.
    pub(crate) fn put_json(
        self,
        family: Family,
        key: impl Into<Vec<u8>>,
        value: &impl serde::Serialize,
    ) -> Self {
        let json = serde_json::to_vec(value)
            .expect("stored forms serialise because their types have only string keys");
        self.put(family, key, json)
    }

    /// Removes a value; it need not exist.
    pub(crate) fn delete(mut self, family: Family, key: impl Into<Vec<u8>>) -> Self {
        self.writes.push((family, key.into(), None));
        self
    }

    /// Adds one to a counter; [`Store::counted`] reads it.
    pub(crate) fn count(mut self, counter: Vec<u8>) -> Self {
        self.counters.push(counter);
        self
    }

    /// Adds an audit record, within its bounds.
    pub(crate) fn record(mut self, record: Record) -> Self {
        self.records.push(record.bounded());
        self
    }

    /// Adds everything of `other`: all of it is written, or none.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.writes.extend(other.writes);
        self.records.extend(other.records);
        self.counters.extend(other.counters);
        self
    }
}

enum Job {
    /// Writes, and whom to tell; nobody for records that nothing waits for.
    Write(Box<Writes>, Option<oneshot::Sender<Result<(), Error>>>),
    /// Finish what is waiting, and end.
    Close,
}

/// The service's own database.
#[derive(Clone)]
pub(crate) struct Store {
    db: Arc<dyn Kv>,
    jobs: mpsc::Sender<Job>,
    writer: Arc<Mutex<Option<JoinHandle<()>>>>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").finish_non_exhaustive()
    }
}

impl Store {
    /// Opens or creates the database in a folder.
    ///
    /// # Errors
    /// [`Error`] tells a held lock, a newer format, a read-only folder and damage apart.
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        Self::over(Arc::new(Db::open(path, &FAMILIES, FORMAT)?))
    }

    /// A database that lasts as long as the process.
    #[cfg(test)]
    pub(crate) fn in_memory() -> Result<Self, Error> {
        Self::over(Arc::new(hufu_store::Memory::new(&FAMILIES)))
    }

    fn over(db: Arc<dyn Kv>) -> Result<Self, Error> {
        let head = match db.get(META, HEAD_KEY)? {
            Some(bytes) => serde_json::from_slice(&bytes).map_err(|error| Error::Failed {
                path: "the platform's database".into(),
                reason: format!("the head of the audit log is unreadable: {error}"),
            })?,
            None => Head::EMPTY,
        };
        let (jobs, waiting) = mpsc::channel(QUEUE);
        let writer = Writer { db: Arc::clone(&db), head };
        let writer = thread::Builder::new()
            .name("platform-writer".into())
            .spawn(move || writer.run(waiting))
            .map_err(|error| Error::Failed {
                path: "the platform's database".into(),
                reason: error.to_string(),
            })?;
        Ok(Self { db, jobs, writer: Arc::new(Mutex::new(Some(writer))) })
    }

    /// The value of a key.
    pub(crate) fn get(&self, family: Family, key: &[u8]) -> Result<Option<Vec<u8>>, Problem> {
        self.db.get(family, key).map_err(|error| Problem::unavailable("The store", error))
    }

    /// The value of a key, from JSON.
    pub(crate) fn get_json<T: serde::de::DeserializeOwned>(
        &self,
        family: Family,
        key: &[u8],
    ) -> Result<Option<T>, Problem> {
        self.get(family, key)?.map(|bytes| from_json(&bytes)).transpose()
    }

    /// The entries of a range.
    pub(crate) fn page(&self, family: Family, range: Range<'_>) -> Result<Vec<Entry>, Problem> {
        self.db.page(family, range).map_err(|error| Problem::unavailable("The store", error))
    }

    /// Applies `writes` as a whole; when this returns, they survive a power cut.
    pub(crate) async fn commit(&self, writes: Writes) -> Result<(), Problem> {
        let unavailable = |cause: &str| Problem::unavailable("The store", cause);
        let (done, answer) = oneshot::channel();
        self.jobs
            .send(Job::Write(Box::new(writes), Some(done)))
            .await
            .map_err(|_| unavailable("its writer has stopped"))?;
        match answer.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(unavailable(&error.to_string())),
            Err(_) => Err(unavailable("its writer has stopped")),
        }
    }

    /// Queues `writes` before everything that is committed later; nobody waits for them.
    ///
    /// A full queue drops them, with a line in the log: records of denials must not make a busy service busier.
    pub(crate) fn enqueue(&self, writes: Writes) {
        if self.jobs.try_send(Job::Write(Box::new(writes), None)).is_err() {
            tracing::error!("an audit record was dropped: too much is waiting to be written");
        }
    }

    /// Finishes what is waiting and lets go of the database; later commits fail.
    pub(crate) async fn close(&self) {
        let _ = self.jobs.send(Job::Close).await;
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(writer) = writer {
            let _ = tokio::task::spawn_blocking(move || writer.join()).await;
        }
    }

    /// The value of a counter.
    pub(crate) fn counted(&self, counter: &[u8]) -> Result<u64, Problem> {
        let bytes = self.get(META, counter)?;
        Ok(bytes.and_then(|bytes| bytes.try_into().ok()).map_or(0, u64::from_be_bytes))
    }

    /// Deletes the entries of a family that have expired, from `from` on and at most [`SWEEP`] of them looked at; the
    /// next sweep goes on where this one ended.
    pub(crate) async fn sweep(
        &self,
        family: Family,
        from: &mut Option<Vec<u8>>,
        expires_ms: impl Fn(&[u8]) -> Result<u64, Problem>,
    ) -> Result<(), Problem> {
        let now = crate::time::now_ms();
        let mut seen = 0;
        while seen < SWEEP {
            let page = self.page(family, Range::prefix(b"", SWEEP_PAGE).after(from.as_deref()))?;
            seen += page.len();
            // at the end the next sweep begins anew
            *from = page.last().filter(|_| page.len() == SWEEP_PAGE).map(|(key, _)| key.clone());
            let mut writes = Writes::new();
            for (key, bytes) in page {
                if expires_ms(&bytes)? <= now {
                    writes = writes.delete(family, key);
                }
            }
            self.commit(writes).await?;
            if from.is_none() {
                break;
            }
        }
        Ok(())
    }

    /// The last position of the audit log.
    pub(crate) fn audit_head(&self) -> Result<Head, Problem> {
        Ok(self.get_json(META, HEAD_KEY)?.unwrap_or(Head::EMPTY))
    }

    /// Audit entries after sequence number `after`, ascending.
    pub(crate) fn audit_after(&self, after: u64, limit: usize) -> Result<Vec<audit::Entry>, Problem> {
        Ok(self.audit_sized(after, limit)?.into_iter().map(|(entry, _)| entry).collect())
    }

    /// The same, each with the length of its JSON in bytes.
    pub(crate) fn audit_sized(
        &self,
        after: u64,
        limit: usize,
    ) -> Result<Vec<(audit::Entry, usize)>, Problem> {
        let start = after.to_be_bytes();
        let range = Range::prefix(b"", limit).after((after > 0).then_some(&start[..]));
        self.page(AUDIT, range)?.iter().map(|(_, bytes)| Ok((from_json(bytes)?, bytes.len()))).collect()
    }
}

pub(crate) fn from_json<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(bytes)
        .map_err(|error| Problem::internal(format!("a stored form is unreadable: {error}")))
}

/// The thread that writes.
struct Writer {
    db: Arc<dyn Kv>,
    head: Head,
}

impl Writer {
    fn run(mut self, mut waiting: mpsc::Receiver<Job>) {
        while let Some(first) = waiting.blocking_recv() {
            // Step 1
            let (mut writes, mut done, mut next) = (Vec::new(), Vec::new(), Some(first));
            let mut closing = false;
            while let Some(job) = next {
                match job {
                    Job::Write(what, whom) => {
                        writes.push(*what);
                        done.extend(whom);
                    }
                    Job::Close => closing = true,
                }
                next = if closing || writes.len() >= MAX_GROUP { None } else { waiting.try_recv().ok() };
            }
            metrics::histogram!("hufu_store_group_size")
                .record(u32::try_from(writes.len()).unwrap_or(u32::MAX));
            let result = self.write(writes);
            if let Err(error) = &result {
                tracing::error!(%error, "the platform's database");
            }
            // Step 4
            for done in done {
                // a caller who has gone away needs no answer
                let _ = done.send(result.clone());
            }
            if closing {
                return;
            }
        }
    }

    fn write(&mut self, group: Vec<Writes>) -> Result<(), Error> {
        let mut batch = Batch::new();
        let mut head = self.head;
        let mut counted: HashMap<Vec<u8>, u64> = HashMap::new();
        for Writes { writes, records, counters } in group {
            for (family, key, value) in writes {
                match value {
                    Some(value) => batch.put(family, key, value),
                    None => batch.delete(family, key),
                }
            }
            for counter in counters {
                *counted.entry(counter).or_default() += 1;
            }
            // Step 2
            for record in records {
                let entry = head.append(record);
                head = entry.head();
                batch.put(AUDIT, entry.seq.to_be_bytes(), json(&entry));
            }
        }
        for (counter, more) in counted {
            let before = self
                .db
                .get(META, &counter)?
                .and_then(|bytes| bytes.try_into().ok())
                .map_or(0, u64::from_be_bytes);
            batch.put(META, counter, before.saturating_add(more).to_be_bytes());
        }
        if head != self.head {
            batch.put(META, HEAD_KEY, json(&head));
        }
        // Step 3
        if !batch.is_empty() {
            self.db.write(batch)?;
        }
        self.head = head;
        Ok(())
    }
}

fn json(value: &impl serde::Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("audit entries serialise because their types have only string keys")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_thousand_concurrent_commits_make_one_unbroken_chain() {
        let store = Store::in_memory().expect("opens");
        let record = audit::tests::sample(1).remove(0).record;
        let commits: Vec<_> = (0..1000_u32)
            .map(|n| {
                let (store, record) = (store.clone(), record.clone());
                tokio::spawn(async move {
                    store.commit(Writes::new().put(META, n.to_be_bytes(), b"x").record(record)).await
                })
            })
            .collect();
        for commit in commits {
            commit.await.expect("joins").expect("commits");
        }
        let entries = store.audit_after(0, 2000).expect("reads");
        assert_eq!(entries.len(), 1000);
        let mut head = Head::EMPTY;
        for entry in entries {
            assert_eq!((entry.seq, entry.previous), (head.seq + 1, head.hash));
            assert_eq!(entry.computed_hash(), entry.hash);
            head = entry.head();
        }
        assert_eq!(store.audit_head().expect("reads"), head);
    }

    #[tokio::test]
    async fn sweeps_reach_every_entry_and_delete_what_expired() {
        let store = Store::in_memory().expect("opens");
        let (all, stays) = (2 * SWEEP_PAGE + 500, |n: usize| n.is_multiple_of(3));
        for start in (0..all).step_by(SWEEP_PAGE) {
            let writes = (start..all.min(start + SWEEP_PAGE)).fold(Writes::new(), |writes, n| {
                let expires: u64 = if stays(n) { u64::MAX } else { 1 };
                writes.put(CHALLENGES, format!("{n:06}"), expires.to_be_bytes())
            });
            store.commit(writes).await.expect("commits");
        }
        let mut from = None;
        let expires = |bytes: &[u8]| Ok(bytes.try_into().map_or(0, u64::from_be_bytes));
        store.sweep(CHALLENGES, &mut from, expires).await.expect("sweeps");
        assert!(from.is_none(), "it came to the end");
        let left: usize = (0..all).filter(|n| stays(*n)).count();
        let mut found = 0;
        let mut after: Option<Vec<u8>> = None;
        loop {
            let page =
                store.page(CHALLENGES, Range::prefix(b"", 1_000).after(after.as_deref())).expect("reads");
            let Some((last, _)) = page.last() else { break };
            after = Some(last.clone());
            found += page.len();
        }
        assert_eq!(found, left);
    }

    #[tokio::test]
    async fn a_page_starts_behind_its_cursor() {
        let store = Store::in_memory().expect("opens");
        for entry in audit::tests::sample(5) {
            store.commit(Writes::new().record(entry.record)).await.expect("commits");
        }
        let numbers: Vec<u64> =
            store.audit_after(2, 2).expect("reads").iter().map(|entry| entry.seq).collect();
        assert_eq!(numbers, [3, 4]);
    }
}
