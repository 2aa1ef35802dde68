//! The service as a whole: its state, its router, its life from start to stop.
//!
//! Tasks of a running service:
//! - one per connection, by axum;
//! - the store's writer thread (see `store`);
//! - the follower of ledger events behind the console (see `live`);
//! - the worker on bulk jobs (see `jobs`);
//! - housekeeping: metrics are drained, expired challenges and idempotency records forgotten.

use std::{
    collections::HashMap,
    future::Future,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    http::StatusCode,
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
    routing::get,
};
use hufu_credentials::KeyCache;
use hufu_did::{
    Did, MethodRouter,
    hufu::{HufuMethod, Network},
};
use hufu_jsonld::Contexts;
use hufu_keys::SigningKey;
use hufu_node::{groups, rings};
use tokio::sync::{Semaphore, SemaphorePermit};
use tower_http::{catch_panic::CatchPanicLayer, timeout::TimeoutLayer};

use crate::{
    caller::{self, ApiKeys},
    challenges::Challenges,
    config::Config,
    console,
    error::{Kind, Problem},
    health,
    idempotency::{self, InFlight},
    identifiers,
    jobs::{self, Jobs},
    ledger::{Identity, LedgerPort, LedgerRecords},
    live::Live,
    openapi, parameters, registrar,
    sender::Sequences,
    store::Store,
    streams::Streams,
    telemetry,
    unnamed::Seen,
    v1,
    vault::{Signer, Vault},
    vc::{self, ListCache, Lists},
};

/// How often housekeeping runs.
const HOUSEKEEPING: Duration = Duration::from_secs(60);

/// How long open requests may take to finish after the stop was asked for.
const GRACE: Duration = Duration::from_secs(10);

/// Signatures of unnamed callers that are checked at once: each costs milliseconds, and anybody may ask for one.
const UNNAMED_AT_ONCE: usize = 2;

/// How long an unnamed caller waits for its turn.
const UNNAMED_PATIENCE: Duration = Duration::from_secs(5);

/// Most identities remembered for the current height.
const MAX_IDENTITIES: usize = 10_000;

/// The state that every handler shares; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    config: Config,
    store: Store,
    vault: Vault,
    ledger: Arc<dyn LedgerPort>,
    did_network: Network,
    resolver: MethodRouter,
    contexts: Arc<Contexts>,
    key_cache: KeyCache,
    service: Signer,
    operators: Vec<Did>,
    api_keys: ApiKeys,
    challenges: Challenges,
    in_flight: InFlight,
    sequences: Sequences,
    groups: groups::Known,
    rings: rings::Known,
    streams: Streams,
    unnamed: Semaphore,
    seen: Seen,
    lists: Lists,
    list_cache: ListCache,
    live: Live,
    jobs: Jobs,
    conformance: std::sync::OnceLock<Vec<(&'static str, vc::IssuingKey)>>,
    identities: Mutex<(u64, HashMap<Did, Arc<Identity>>)>,
    started: Instant,
    tasks: Mutex<Vec<tokio::task::JoinHandle<()>>>,
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").field("config", &self.0.config).finish_non_exhaustive()
    }
}

/// What an [`App`] is made of.
pub(crate) struct Parts {
    pub(crate) config: Config,
    pub(crate) store: Store,
    /// The key that seals all others.
    pub(crate) master: SigningKey,
    pub(crate) ledger: Arc<dyn LedgerPort>,
    /// In whose name the service writes to the ledger.
    pub(crate) service: Signer,
    /// Who may give keys to new tenants.
    pub(crate) operators: Vec<Did>,
}

impl App {
    /// Puts the parts together and starts following the ledger; needs a tokio runtime.
    pub(crate) async fn assemble(parts: Parts) -> Result<Self, Problem> {
        let Parts { config, store, master, ledger, service, operators } = parts;
        let network = ledger.anchor().network.to_string();
        let did_network: Network = network.parse().map_err(Problem::internal)?;
        let records = LedgerRecords::new(Arc::clone(&ledger));
        let app = Self(Arc::new(Inner {
            vault: Vault::new(store.clone(), &master),
            resolver: MethodRouter::offline().with("hufu", HufuMethod(records)),
            contexts: Arc::new(Contexts::bundled()),
            key_cache: KeyCache::default(),
            api_keys: ApiKeys::load(store.clone())?,
            challenges: Challenges::new(store.clone(), &master),
            in_flight: InFlight::default(),
            sequences: Sequences::new(),
            groups: groups::Known::default(),
            rings: rings::Known::default(),
            streams: Streams::default(),
            unnamed: Semaphore::new(UNNAMED_AT_ONCE),
            seen: Seen::new(),
            lists: Lists::default(),
            list_cache: ListCache::default(),
            live: Live::new(),
            jobs: Jobs::default(),
            conformance: std::sync::OnceLock::new(),
            identities: Mutex::default(),
            started: Instant::now(),
            tasks: Mutex::default(),
            did_network,
            config,
            store,
            ledger,
            service,
            operators,
        }));
        if app.config().conformance() {
            let signers = vc::bootstrap_conformance(&app).await?;
            let _ = app.0.conformance.set(signers);
        }
        let tasks = [
            tokio::spawn(Live::follow(app.clone())),
            tokio::spawn(jobs::work(app.clone())),
            tokio::spawn(housekeeping(app.clone())),
        ];
        app.0.tasks.lock().unwrap_or_else(PoisonError::into_inner).extend(tasks);
        Ok(app)
    }

    /// The router with every path and layer.
    pub fn router(&self) -> Router {
        Router::new()
            .merge(vc::routes())
            .merge(identifiers::routes())
            .merge(registrar::routes())
            .merge(v1::routes())
            .merge(health::routes())
            .merge(openapi::routes())
            .route("/", get(console::page))
            .fallback(|| async {
                Problem::not_found("there is nothing at this path; /openapi.json lists what there is")
            })
            .method_not_allowed_fallback(|| async {
                Problem::new(Kind::MethodNotAllowed, "this path exists, and does not take this method")
            })
            // innermost first: idempotency sees whom the caller is, the body limit guards both
            .layer(middleware::from_fn_with_state(self.clone(), idempotency::once))
            .layer(middleware::from_fn(parameters::only_known))
            .layer(middleware::from_fn_with_state(self.clone(), caller::identify))
            .layer(DefaultBodyLimit::max(self.config().body_limit()))
            .layer(middleware::from_fn(timeouts_as_problems))
            .layer(TimeoutLayer::with_status_code(
                StatusCode::REQUEST_TIMEOUT,
                self.config().request_timeout(),
            ))
            .layer(CatchPanicLayer::custom(panicked))
            .layer(middleware::from_fn(telemetry::observe))
            .with_state(self.clone())
    }

    /// Ends the service's tasks, the ledger and the store, in this order, each with its work finished; call it
    /// after the last request. The databases are closed once the last clone of this value is gone.
    pub async fn end(&self) {
        self.live().end();
        let tasks = std::mem::take(&mut *self.0.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        for task in tasks {
            // a task that panicked has ended, too
            let _ = task.await;
        }
        self.ledger().end().await;
        self.store().close().await;
    }

    /// A turn to have a signature checked without an API key; given back when it is dropped.
    ///
    /// # Errors
    /// [`Kind::TooMany`] when so many wait that none comes in time.
    pub(crate) async fn unnamed_turn(&self) -> Result<SemaphorePermit<'_>, Problem> {
        match tokio::time::timeout(UNNAMED_PATIENCE, self.0.unnamed.acquire()).await {
            Ok(turn) => turn.map_err(Problem::internal),
            Err(_) => Err(Problem::new(
                Kind::TooMany,
                "too many signatures of callers without an API key are being checked: try again later",
            )),
        }
    }

    /// What unnamed callers have asked for lately.
    pub(crate) fn seen(&self) -> &Seen {
        &self.0.seen
    }

    /// The groups that were used lately.
    pub(crate) fn groups(&self) -> &groups::Known {
        &self.0.groups
    }

    /// The rings that were used lately.
    pub(crate) fn rings(&self) -> &rings::Known {
        &self.0.rings
    }

    /// The open event streams.
    pub(crate) fn streams(&self) -> &Streams {
        &self.0.streams
    }

    /// The configuration.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    pub(crate) fn store(&self) -> &Store {
        &self.0.store
    }

    pub(crate) fn vault(&self) -> &Vault {
        &self.0.vault
    }

    pub(crate) fn ledger(&self) -> &dyn LedgerPort {
        &*self.0.ledger
    }

    pub(crate) fn did_network(&self) -> Network {
        self.0.did_network.clone()
    }

    pub(crate) fn resolver(&self) -> &MethodRouter {
        &self.0.resolver
    }

    pub(crate) fn contexts(&self) -> &Contexts {
        &self.0.contexts
    }

    pub(crate) fn contexts_arc(&self) -> Arc<Contexts> {
        Arc::clone(&self.0.contexts)
    }

    pub(crate) fn key_cache(&self) -> &KeyCache {
        &self.0.key_cache
    }

    /// Who signs the service's own transactions and audit exports.
    pub(crate) fn service(&self) -> &Signer {
        &self.0.service
    }

    pub(crate) fn is_operator(&self, did: &Did) -> bool {
        self.0.operators.contains(did)
    }

    pub(crate) fn api_keys(&self) -> &ApiKeys {
        &self.0.api_keys
    }

    pub(crate) fn challenges(&self) -> &Challenges {
        &self.0.challenges
    }

    pub(crate) fn in_flight(&self) -> &InFlight {
        &self.0.in_flight
    }

    pub(crate) fn sequences(&self) -> &Sequences {
        &self.0.sequences
    }

    pub(crate) fn lists(&self) -> &Lists {
        &self.0.lists
    }

    pub(crate) fn list_cache(&self) -> &ListCache {
        &self.0.list_cache
    }

    pub(crate) fn live(&self) -> &Live {
        &self.0.live
    }

    pub(crate) fn jobs(&self) -> &Jobs {
        &self.0.jobs
    }

    pub(crate) fn uptime(&self) -> Duration {
        self.0.started.elapsed()
    }

    /// The key of a conformance instance.
    pub(crate) fn conformance_key(&self, instance: &str) -> Option<&vc::IssuingKey> {
        self.conformance_keys().find(|(name, _)| *name == instance).map(|(_, key)| key)
    }

    pub(crate) fn conformance_keys(&self) -> impl Iterator<Item = (&'static str, &vc::IssuingKey)> {
        self.0.conformance.get().into_iter().flatten().map(|(name, key)| (*name, key))
    }

    /// What the ledger knows of a DID, remembered while the height stands still.
    pub(crate) fn identity(&self, did: &Did, height: u64) -> Result<Arc<Identity>, Problem> {
        let lock = || self.0.identities.lock().unwrap_or_else(PoisonError::into_inner);
        {
            let mut cache = lock();
            if cache.0 != height || cache.1.len() >= MAX_IDENTITIES {
                *cache = (height, HashMap::new());
            }
            if let Some(identity) = cache.1.get(did) {
                return Ok(Arc::clone(identity));
            }
        }
        let identity = Arc::new(self.ledger().identity(did)?);
        let mut cache = lock();
        if cache.0 == height {
            cache.1.insert(did.clone(), Arc::clone(&identity));
        }
        Ok(identity)
    }
}

/// Runs work that takes more than some microseconds off the threads that serve connections.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work).await.map_err(Problem::internal)
}

/// The timeout layer answers in its own words; this gives it ours.
async fn timeouts_as_problems(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    if response.status() == StatusCode::REQUEST_TIMEOUT {
        return Problem::new(Kind::Timeout, "the request took longer than this service allows")
            .into_response();
    }
    response
}

fn panicked(cause: Box<dyn std::any::Any + Send>) -> Response {
    let words = cause
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| cause.downcast_ref::<&str>().copied())
        .unwrap_or("no words");
    Problem::internal(format!("a handler panicked: {words}")).into_response()
}

async fn housekeeping(app: App) {
    let mut upkeep = tokio::time::interval(telemetry::METRICS_UPKEEP);
    let mut last = Instant::now();
    let (mut challenges, mut answers) = (None, None);
    let ended = app.live().ended();
    tokio::pin!(ended);
    loop {
        tokio::select! {
            _ = upkeep.tick() => {}
            () = &mut ended => return,
        }
        telemetry::metrics_handle().run_upkeep();
        if last.elapsed() >= HOUSEKEEPING {
            last = Instant::now();
            let swept = [
                app.challenges().sweep(&mut challenges).await,
                idempotency::sweep(app.store(), &mut answers).await,
            ];
            for result in swept {
                if let Err(problem) = result {
                    tracing::warn!(%problem, "housekeeping");
                }
            }
        }
    }
}

/// Serves `app` on a bound listener until `stop` completes, then lets open requests finish.
///
/// # Errors
/// What the listener fails with.
pub async fn serve_on(
    app: &App,
    listener: tokio::net::TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let (ending, ended) = tokio::sync::oneshot::channel::<()>();
    let live = app.clone();
    let graceful = async move {
        stop.await;
        live.live().end();
        let _ = ending.send(());
    };
    let server = axum::serve(listener, app.router()).with_graceful_shutdown(graceful);
    let deadline = async {
        // without the signal there is no deadline
        if ended.await.is_err() {
            std::future::pending::<()>().await;
        }
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        result = server => result,
        () = deadline => Ok(()),
    }
}
