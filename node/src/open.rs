//! Opening a ledger: making the genesis block, or checking what is there.

use hufu_light::{CertifiedHeader, Genesis, TrustAnchor};
use hufu_store::{Kv, Range};

use crate::{
    Effects, Emitted, Error, Moment,
    builder::{Draft, Head},
    chain,
    consensus::Consensus,
    layout::{GENESIS, HEADERS, META},
    state::{Latest, State, tree},
};

/// State key of the genesis hash: anyone can be shown which network a state belongs to.
const GENESIS_RECORD: &[u8] = b"ledger/genesis";

/// Makes the genesis block when the store is empty, and returns the newest block.
pub(crate) fn head(store: &dyn Kv, genesis: &Genesis, engine: &dyn Consensus) -> Result<Head, Error> {
    let anchor = genesis.anchor();
    match store.get(META, GENESIS)? {
        None => start(store, genesis, &anchor, engine),
        Some(bytes) if bytes == genesis.as_bytes() => resume(store, genesis, &anchor),
        Some(bytes) => {
            let name = |anchor: &TrustAnchor| format!("{} (genesis {})", anchor.network, anchor.genesis_hash);
            let found = Genesis::parse(&bytes).map_err(|e| Error::damaged("genesis", e))?;
            Err(Error::OtherNetwork { found: name(&found.anchor()), expected: name(&anchor) })
        }
    }
}

fn start(
    store: &dyn Kv,
    genesis: &Genesis,
    anchor: &TrustAnchor,
    engine: &dyn Consensus,
) -> Result<Head, Error> {
    let validators = genesis.validators();
    engine.accepts(validators).map_err(Error::Consensus)?;
    let base = Latest(store);
    let mut draft = Draft::new(&base, Moment { height: 0, time_ms: genesis.time_ms() });
    let mut first = Effects::default();
    first.writes.push((GENESIS_RECORD.to_vec(), anchor.genesis_hash.as_bytes().to_vec()));
    first.events.push(Emitted {
        kind: "network.started",
        subject: anchor.network.to_string(),
        data: serde_json::json!({ "genesisHash": anchor.genesis_hash.to_string() }),
    });
    draft.effects(first, None);
    draft.effects(crate::rules::genesis(genesis)?, None);
    let names = (anchor.network.clone(), anchor.genesis_hash);
    let proposal = draft.seal(store, names, None, Some(validators))?;
    let certified = engine.certify_genesis(proposal.header.clone(), validators)?;
    let (mut batch, _, validators) = proposal.into_batch(&certified);
    batch.put(META, GENESIS, genesis.as_bytes());
    store.write(batch)?;
    Ok(Head { certified, validators })
}

/// Checks what is there:
///
/// 1. the newest header exists, and nothing lies above it;
/// 2. it is certified, from the genesis on;
/// 3. its parent is the header below it;
/// 4. its state root is that of the tree; its body and events have its roots.
fn resume(store: &dyn Kv, genesis: &Genesis, anchor: &TrustAnchor) -> Result<Head, Error> {
    // 1.
    let height = chain::newest(store)?.ok_or_else(|| Error::damaged("chain", "no newest height"))?;
    let certified = header(store, height)?;
    let above = Range::prefix(&[], 1);
    let newest = height.to_be_bytes();
    if !store.page(HEADERS, above.after(Some(&newest)))?.is_empty() {
        return Err(Error::damaged("chain", format!("there are headers above the newest height {height}")));
    }
    // 2.
    let damaged = |e: hufu_light::Error| Error::damaged("newest block", e);
    let path = chain::trust_path(store, &genesis.root(), height)?;
    path.verify_header(anchor, &certified).map_err(damaged)?;
    check_block(store, &certified)?;
    let next = chain::trust_path(store, &genesis.root(), height + 1)?;
    let validators = next.validators_at(anchor, height + 1).map_err(damaged)?.clone();
    Ok(Head { certified, validators })
}

/// Steps 3 and 4 for any block.
pub(crate) fn check_block(store: &dyn Kv, certified: &CertifiedHeader) -> Result<(), Error> {
    let header = &certified.header;
    let wrong = |what: &str| Error::damaged("block", format!("height {}: {what}", header.height));
    // 3.
    if let Some(below) = header.height.checked_sub(1) {
        let parent = self::header(store, below)?.header;
        if parent.hash() != header.parent {
            return Err(wrong("its parent is another header"));
        }
        if parent.time_ms >= header.time_ms {
            return Err(wrong("its time is not later than its parent's"));
        }
    }
    // 4.
    if header.height >= chain::oldest(store)? && tree::root(store, header.height)? != header.state_root {
        return Err(wrong("its state root is not the tree's"));
    }
    let body = chain::body(store, header.height)?;
    if hufu_light::merkle::root(&body.transactions) != header.transactions_root {
        return Err(wrong("its transactions have another root"));
    }
    if chain::events_root(&chain::block_events(store, header.height)?) != header.events_root {
        return Err(wrong("its events have another root"));
    }
    Ok(())
}

fn header(store: &dyn Kv, height: u64) -> Result<CertifiedHeader, Error> {
    chain::header(store, height)?
        .ok_or_else(|| Error::damaged("chain", format!("no header of height {height}")))
}

/// Checks everything from the genesis on; takes as long as the chain is long.
pub(crate) fn check_all(store: &dyn Kv, genesis: &Genesis, newest: u64) -> Result<Checked, Error> {
    let anchor = genesis.anchor();
    let path = chain::trust_path(store, &genesis.root(), newest)?;
    let mut transactions = 0;
    for height in 0..=newest {
        let certified = header(store, height)?;
        let known = hufu_light::TrustPath {
            genesis: path.genesis.clone(),
            changes: path.changes.iter().filter(|c| c.header.header.height < height).cloned().collect(),
        };
        known.verify_header(&anchor, &certified).map_err(|e| Error::damaged("header", e))?;
        check_block(store, &certified)?;
        for (index, bytes) in (0u32..).zip(chain::body(store, height)?.transactions) {
            let transaction =
                hufu_light::Transaction::from_bytes(&bytes).map_err(|e| Error::damaged("transaction", e))?;
            let receipt = chain::receipt(store, &transaction.id())?;
            if receipt.is_none_or(|receipt| (receipt.height, receipt.index) != (height, index)) {
                return Err(Error::damaged(
                    "transaction index",
                    format!("{} is elsewhere", transaction.id()),
                ));
            }
            transactions += 1;
        }
    }
    let (root, records) = crate::state::recompute::root(&Latest(store) as &dyn State)?;
    if root != header(store, newest)?.header.state_root {
        return Err(Error::damaged("state", "the root recomputed from all records is another"));
    }
    Ok(Checked { height: newest, transactions, records })
}

/// What [`crate::Ledger::check`] found in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Checked {
    /// Height up to which every block was checked.
    pub height: u64,
    /// Transactions in those blocks.
    pub transactions: u64,
    /// Records that the state root was recomputed from.
    pub records: usize,
}
