//! The ledger as its users see it.

use std::{
    collections::BTreeSet,
    fmt,
    sync::{Arc, Mutex, PoisonError, RwLock},
    thread::JoinHandle,
};

use hufu_did::{Did, hufu::Network};
use hufu_light::{
    Answer, CertifiedHeader, Genesis, Header, Successor, Transaction, TransactionId, TrustAnchor,
    ValidatorSet, merkle::InclusionProof,
};
use hufu_policy::PolicySet;
use hufu_store::{Db, Kv};
use hufu_wire::At;
use tokio::sync::watch;

use crate::{
    Block, Checked, Config, Error, Receipt, Rejection,
    admission::{Admission, Admitted},
    authorise::Cache,
    builder::Builder,
    chain,
    consensus::{Consensus, Solo},
    governance::Standing,
    identity,
    inner::Inner,
    layout::{FAMILIES, FORMAT},
    mempool::Mempool,
    open, rules,
    state::{Entry, Latest, State, tree},
    telemetry,
    trials::Trials,
    window::Window,
};

/// Most entries of one [`Ledger::scan`] or [`Ledger::history`].
pub const MAX_PAGE: usize = 1_000;

/// A ledger in this process. Clones share it; the last one to go shuts it down.
#[derive(Clone)]
pub struct Ledger {
    pub(crate) inner: Arc<Inner>,
    handle: Arc<Handle>,
}

impl Ledger {
    /// Opens the ledger in a folder, or starts one from the genesis.
    ///
    /// What is there is checked: that the folder belongs to the network, that the newest block is
    /// certified from the genesis on, and that its state root is the one of the stored tree.
    ///
    /// # Errors
    /// [`Error::Storage`] tells a held lock, a full or read-only disk and a newer format apart;
    /// [`Error::OtherNetwork`], [`Error::Damaged`], [`Error::Consensus`], [`Error::Genesis`].
    pub fn open(config: Config) -> Result<Self, Error> {
        let store = Db::open(&config.data, &FAMILIES, FORMAT)?;
        Self::open_in(Arc::new(store), config)
    }

    /// Opens a ledger in any store, such as one in memory; `config.data` is not used.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_in(store: Arc<dyn Kv>, config: Config) -> Result<Self, Error> {
        let Config { genesis, validator_key, retention, limits, clock, .. } = config;
        let engine: Arc<dyn Consensus> = Arc::new(Solo::new(validator_key));
        let head = open::head(store.as_ref(), &genesis, engine.as_ref())?;
        engine.accepts(&head.validators).map_err(Error::Consensus)?;
        let anchor = genesis.anchor();
        let cache = Arc::new(Cache::default());
        let groups = Arc::default();
        let modules = rules::modules(Arc::clone(&cache), anchor.clone(), Arc::clone(&groups));
        let names: BTreeSet<_> = modules.iter().map(|module| module.name()).collect();
        let admission = Arc::new(Admission::new(anchor.clone(), names, groups));
        let acceptable = Arc::clone(&engine);
        let network: Network =
            anchor.network.as_str().parse().map_err(|e: hufu_did::Error| Error::Genesis(e.to_string()))?;
        telemetry::opened(&head.certified.header, engine.name());
        let inner = Arc::new(Inner {
            store,
            genesis_root: genesis.root(),
            genesis,
            anchor,
            heights: Mutex::new(Some(watch::channel(head.certified.header.height).0)),
            head: RwLock::new(Arc::new(head)),
            mempool: Mempool::new(limits),
            admission: Arc::clone(&admission),
            builder: Builder {
                network,
                modules,
                admission,
                cache,
                acceptable: Box::new(move |set: &ValidatorSet| acceptable.accepts(set)),
                trials: Trials::default(),
            },
            clock,
            retention,
            engine: engine.name(),
        });
        let application = Arc::clone(&inner);
        let thread = std::thread::Builder::new()
            .name(format!("hufu-{}", engine.name()))
            .spawn(move || {
                engine.run(application.as_ref());
                // a panic or an error in there must not leave submitters waiting
                application.mempool.fail("the consensus engine has ended");
            })
            .map_err(|e| Error::Consensus(format!("cannot start a thread: {e}")))?;
        let handle = Arc::new(Handle { inner: Arc::clone(&inner), thread: Mutex::new(Some(thread)) });
        Ok(Self { inner, handle })
    }

    // ---- writing ----

    /// Submits a transaction; returns when its block is durable.
    ///
    /// Dropping the future does not take the transaction back.
    ///
    /// # Errors
    /// [`Error::Rejected`] with the cause when it is in no block; [`Error::Busy`]; [`Error::Stopped`];
    /// [`Error::Storage`] when the block could not be written.
    pub async fn submit(&self, transaction: Transaction) -> Result<Receipt, Error> {
        let admitted = self.admit(transaction)?;
        let receiver = self.inner.mempool.push(admitted)?;
        receiver.await.unwrap_or_else(|_| Err(self.stopped()))
    }

    /// Submits many transactions at once, their signatures verified on all cores; results in order.
    ///
    /// # Errors
    /// Each result as that of [`Self::submit`].
    pub async fn submit_many(&self, transactions: Vec<Transaction>) -> Vec<Result<Receipt, Error>> {
        let ledger = self.clone();
        let queued = tokio::task::spawn_blocking(move || {
            let push = |admitted: Result<Admitted, Error>| ledger.inner.mempool.push(admitted?);
            ledger.admit_many(transactions).into_iter().map(push).collect::<Vec<_>>()
        });
        let mut results = Vec::new();
        for queued in queued.await.unwrap_or_default() {
            results.push(match queued {
                Ok(receiver) => receiver.await.unwrap_or_else(|_| Err(self.stopped())),
                Err(error) => Err(error),
            });
        }
        results
    }

    fn admit(&self, transaction: Transaction) -> Result<Admitted, Error> {
        let state = Latest(self.inner.store.as_ref());
        self.inner.admission.admit(&state, transaction, self.inner.next())
    }

    fn admit_many(&self, transactions: Vec<Transaction>) -> Vec<Result<Admitted, Error>> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let share = transactions.len().div_ceil(cores).max(1);
        let mut rest = transactions.into_iter();
        std::thread::scope(|scope| {
            let workers: Vec<_> = std::iter::from_fn(|| {
                let mine: Vec<_> = rest.by_ref().take(share).collect();
                (!mine.is_empty()).then_some(mine)
            })
            .map(|mine| scope.spawn(move || mine.into_iter().map(|tx| self.admit(tx)).collect::<Vec<_>>()))
            .collect();
            let results = workers.into_iter().flat_map(|worker| worker.join().unwrap_or_default());
            results.collect()
        })
    }

    /// A sequence number that the sender has not used; it may be used by others meanwhile.
    ///
    /// # Errors
    /// [`Error::Storage`], [`Error::Damaged`].
    pub fn next_sequence(&self, sender: &Did) -> Result<u64, Error> {
        let window = Window::read(&self.state(), sender.as_str())?;
        Ok(window.map_or(1, |window| window.next()))
    }

    // ---- reading ----

    /// What a wallet needs to know of the network.
    #[must_use]
    pub fn anchor(&self) -> &TrustAnchor {
        &self.inner.anchor
    }

    /// The genesis.
    #[must_use]
    pub fn genesis(&self) -> &Genesis {
        &self.inner.genesis
    }

    /// The value of a key, or its absence, with all that is needed to believe it.
    ///
    /// # Errors
    /// [`Error::NotYet`], [`Error::Pruned`], [`Error::BeforeGenesis`]; [`Rejection::TooLarge`] for a key
    /// longer than any that exists; storage errors.
    pub fn query(&self, key: &[u8], at: At) -> Result<Answer, Error> {
        if key.len() > hufu_light::state::MAX_KEY_BYTES {
            let limit = hufu_light::state::MAX_KEY_BYTES;
            return Err(Rejection::TooLarge(format!("a key has at most {limit} bytes")).into());
        }
        let store = self.inner.store.as_ref();
        let height = self.height(at)?;
        let header = self.header(height)?;
        let successor = match chain::header(store, height + 1)? {
            Some(header) => Some(self.successor(header, height)?),
            None => None,
        };
        let (value, proof) = tree::prove(store, height, key)?;
        let trust = chain::trust_path(store, &self.inner.genesis_root, height)?;
        Ok(Answer { key: key.to_vec(), value, proof, header, successor, trust })
    }

    fn successor(&self, header: CertifiedHeader, height: u64) -> Result<Successor, Error> {
        let path = chain::trust_path(self.inner.store.as_ref(), &self.inner.genesis_root, height + 1)?;
        let change = path.changes.last().filter(|change| change.header.header.height == height);
        Ok(Successor { header, validators: change.map(|change| change.next.clone()) })
    }

    /// The newest value of a key, without proof.
    ///
    /// # Errors
    /// Storage errors.
    pub fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        self.state().get(key)
    }

    /// The newest entries whose keys start with `prefix`, ascending, strictly behind `after`; at most
    /// [`MAX_PAGE`]. Without proof.
    ///
    /// # Errors
    /// Storage errors.
    pub fn scan(&self, prefix: &[u8], after: Option<&[u8]>, limit: usize) -> Result<Vec<Entry>, Error> {
        self.state().scan(prefix, after, limit.min(MAX_PAGE))
    }

    /// The changes of a key at heights `from..=to`, oldest first; at most [`MAX_PAGE`]. Without proof:
    /// each can be proven by [`Self::query`] at its height, if that is retained.
    ///
    /// # Errors
    /// Storage errors.
    pub fn history(&self, key: &[u8], from: u64, to: u64, limit: usize) -> Result<Vec<Change>, Error> {
        let changes = tree::history(self.inner.store.as_ref(), key, from, to, limit.min(MAX_PAGE))?;
        let dated = |(height, value)| {
            let time_ms = self.header(height)?.header.time_ms;
            Ok(Change { height, time_ms, value })
        };
        changes.into_iter().map(dated).collect()
    }

    /// The newest state, for rules and resolvers; see also [`crate::Records`].
    pub fn state(&self) -> impl State + '_ {
        Latest(self.inner.store.as_ref())
    }

    /// The height that a question is answered from.
    ///
    /// # Errors
    /// [`Error::NotYet`], [`Error::Pruned`], [`Error::BeforeGenesis`].
    pub fn height(&self, at: At) -> Result<u64, Error> {
        let newest = self.head().height;
        let height = match at {
            At::Latest => newest,
            At::Height(height) => height,
            At::Time(time_ms) => chain::height_at(self.inner.store.as_ref(), time_ms)?
                .ok_or_else(|| Error::BeforeGenesis { time_ms, genesis_ms: self.inner.genesis.time_ms() })?,
        };
        if height > newest {
            return Err(Error::NotYet { height, newest });
        }
        let oldest = chain::oldest(self.inner.store.as_ref())?;
        if height < oldest {
            return Err(Error::Pruned { height, oldest });
        }
        Ok(height)
    }

    /// The newest header.
    #[must_use]
    pub fn head(&self) -> Header {
        self.inner.head().certified.header.clone()
    }

    /// The certified header of a height.
    ///
    /// # Errors
    /// [`Error::NotYet`]; storage errors.
    pub fn header(&self, height: u64) -> Result<CertifiedHeader, Error> {
        chain::header(self.inner.store.as_ref(), height)?.ok_or_else(|| self.not_yet(height))
    }

    /// The block of a height.
    ///
    /// # Errors
    /// [`Error::NotYet`]; storage errors.
    pub fn block(&self, height: u64) -> Result<Block, Error> {
        chain::block(self.inner.store.as_ref(), height)?.ok_or_else(|| self.not_yet(height))
    }

    /// A transaction, its place, and the proof of its inclusion.
    ///
    /// # Errors
    /// [`Error::UnknownTransaction`]; storage errors.
    pub fn transaction(&self, id: &TransactionId) -> Result<Included, Error> {
        chain::included(self.inner.store.as_ref(), id)?.ok_or(Error::UnknownTransaction(*id))
    }

    /// How far the ledger has come.
    ///
    /// # Errors
    /// Storage errors.
    pub fn status(&self) -> Result<Status, Error> {
        Ok(Status {
            header: self.inner.head().certified.clone(),
            oldest_provable: chain::oldest(self.inner.store.as_ref())?,
            waiting: self.inner.mempool.len(),
            stopped: self.inner.mempool.closed(),
            consensus: self.inner.engine,
            software: env!("CARGO_PKG_VERSION"),
        })
    }

    /// What governance knows of a DID now: its lists, roles and accreditations.
    ///
    /// # Errors
    /// Storage errors.
    pub fn identity(&self, did: &Did) -> Result<Standing, Error> {
        identity::read(&self.state(), did, self.inner.clock.now_ms())
    }

    /// The policy set in force.
    ///
    /// # Errors
    /// Storage errors.
    pub fn policies(&self) -> Result<Arc<PolicySet>, Error> {
        self.inner.builder.cache.policies(&self.state())
    }

    /// Checks every block from the genesis on, and recomputes the state root from all records.
    ///
    /// # Errors
    /// [`Error::Damaged`] names the first thing that is not in order.
    pub fn check(&self) -> Result<Checked, Error> {
        open::check_all(self.inner.store.as_ref(), &self.inner.genesis, self.head().height)
    }

    // ---- ending ----

    /// Accepts nothing more, finishes what is waiting, and ends all event streams.
    pub async fn shutdown(&self) {
        let handle = Arc::clone(&self.handle);
        // joining blocks until the last block is on disk
        let _ = tokio::task::spawn_blocking(move || handle.stop()).await;
    }

    fn stopped(&self) -> Error {
        let cause = self.inner.mempool.closed().unwrap_or_else(|| "the consensus engine has ended".into());
        Error::Stopped { cause }
    }

    fn not_yet(&self, height: u64) -> Error {
        Error::NotYet { height, newest: self.head().height }
    }
}

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ledger").field("anchor", &self.inner.anchor).finish_non_exhaustive()
    }
}

/// Ends the consensus thread when the last [`Ledger`] goes.
struct Handle {
    inner: Arc<Inner>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Handle {
    fn stop(&self) {
        self.inner.mempool.close("it is shutting down");
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread
            && thread.join().is_err()
        {
            tracing::error!("the consensus engine panicked");
        }
        self.inner.heights.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A change of one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Height of the block that changed it.
    pub height: u64,
    /// Time of that block, milliseconds since 1970.
    pub time_ms: u64,
    /// The value since then; `None`: removed.
    pub value: Option<Vec<u8>>,
}

/// A transaction that is in a block.
#[derive(Clone, Debug)]
pub struct Included {
    /// Where it is.
    pub receipt: Receipt,
    /// Header of its block.
    pub header: CertifiedHeader,
    /// The transaction.
    pub transaction: Transaction,
    /// Proves [`Transaction::to_bytes`] under the header's transactions root.
    pub proof: InclusionProof,
}

/// How far a ledger has come.
#[derive(Clone, Debug)]
pub struct Status {
    /// The newest header.
    pub header: CertifiedHeader,
    /// The oldest height that can still be proven.
    pub oldest_provable: u64,
    /// Transactions that wait for a block.
    pub waiting: usize,
    /// Why no transactions are accepted any more.
    pub stopped: Option<String>,
    /// Name of the consensus engine.
    pub consensus: &'static str,
    /// Version of this software.
    pub software: &'static str,
}
