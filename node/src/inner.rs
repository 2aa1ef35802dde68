//! The state shared by a ledger's handles and its consensus thread.

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use hufu_light::{CertifiedHeader, Genesis, GenesisRoot, TrustAnchor};
use hufu_store::Kv;
use tokio::sync::watch;

use crate::{
    Error, Moment, Retention,
    admission::Admission,
    builder::{Builder, Head, Proposal},
    chain,
    config::Clock,
    consensus::Application,
    layout::{META, OLDEST},
    mempool::Mempool,
    state::tree,
    telemetry,
};

pub(crate) struct Inner {
    pub(crate) store: Arc<dyn Kv>,
    pub(crate) anchor: TrustAnchor,
    pub(crate) genesis: Genesis,
    pub(crate) genesis_root: GenesisRoot,
    pub(crate) head: RwLock<Arc<Head>>,
    /// Tells streams about new heights; gone once the ledger is shut down.
    pub(crate) heights: Mutex<Option<watch::Sender<u64>>>,
    pub(crate) mempool: Mempool,
    pub(crate) admission: Arc<Admission>,
    pub(crate) builder: Builder,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) retention: Retention,
    pub(crate) engine: &'static str,
}

impl Inner {
    pub(crate) fn head(&self) -> Arc<Head> {
        Arc::clone(&self.head.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Where the next block will stand, as far as is known now.
    pub(crate) fn next(&self) -> Moment {
        let head = self.head();
        let header = &head.certified.header;
        Moment { height: header.height + 1, time_ms: header.time_ms }
    }

    /// Stops for good: nothing is accepted, everyone who waits is told why.
    fn fail(&self, error: &Error) {
        tracing::error!(%error, "the ledger stops accepting transactions");
        self.mempool.fail(&error.to_string());
    }
}

impl Application for Inner {
    fn propose(&self) -> Option<Proposal> {
        loop {
            let candidates = self.mempool.take()?;
            let (head, now) = (self.head(), self.clock.now_ms());
            match self.builder.build(self.store.as_ref(), &head, candidates, now) {
                Ok((proposal, refused)) => {
                    self.mempool.forget(refused.iter().map(|(candidate, _)| candidate.admitted.id));
                    for (candidate, error) in refused {
                        telemetry::refused(&candidate.admitted, &error);
                        // a submitter that went away does not want to know
                        let _ = candidate.reply.send(Err(error));
                    }
                    if proposal.is_some() {
                        return proposal;
                    }
                }
                Err((error, candidates)) => {
                    self.fail(&error);
                    for candidate in candidates {
                        let _ = candidate.reply.send(Err(error.clone()));
                    }
                    return None;
                }
            }
        }
    }

    fn commit(&self, proposal: Proposal, certified: CertifiedHeader) -> Result<(), Error> {
        let (mut batch, accepted, validators) = proposal.into_batch(&certified);
        let height = certified.header.height;
        let pruned = self.prune(height, &mut batch);
        // durable from here on, or not at all
        let written = pruned.and_then(|()| Ok(self.store.write(batch)?));
        if let Err(error) = written {
            // whoever is told of the failure finds the ledger stopped
            self.fail(&error);
            for (candidate, _) in accepted {
                let _ = candidate.reply.send(Err(error.clone()));
            }
            return Err(error);
        }
        telemetry::committed(&certified.header, accepted.len());
        let head = Arc::new(Head { certified, validators });
        *self.head.write().unwrap_or_else(PoisonError::into_inner) = head;
        if let Some(heights) = &*self.heights.lock().unwrap_or_else(PoisonError::into_inner) {
            heights.send_replace(height);
        }
        self.mempool.forget(accepted.iter().map(|(candidate, _)| candidate.admitted.id));
        for (candidate, receipt) in accepted {
            let _ = candidate.reply.send(Ok(receipt));
        }
        Ok(())
    }
}

impl Inner {
    fn prune(&self, height: u64, batch: &mut hufu_store::Batch) -> Result<(), Error> {
        let Retention::Heights(kept) = self.retention else { return Ok(()) };
        let oldest = (height + 1).saturating_sub(kept.get());
        if oldest > chain::oldest(self.store.as_ref())? {
            batch.put(META, OLDEST, oldest.to_be_bytes());
            tree::prune(self.store.as_ref(), oldest, batch)?;
        }
        Ok(())
    }
}
