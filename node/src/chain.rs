//! The chain as it is stored: headers, blocks, receipts, events, times, validators.

use borsh::BorshDeserialize;
use hufu_light::{
    CertifiedHeader, GenesisRoot, Hash, Transaction, TransactionId, TrustPath, ValidatorChange, merkle,
};
use hufu_store::{Range, Read};

use crate::{
    Block, Error, Event, Included, Receipt,
    block::Body,
    layout::{BODIES, CHANGES, EVENTS, HEADERS, META, NEWEST, OLDEST, TIMES, TRANSACTIONS, number},
};

/// Most events of one block that are read at a time.
const EVENT_PAGE: usize = 5_000;

/// Height of the newest block; `None` before the genesis block.
pub(crate) fn newest<R: Read + ?Sized>(store: &R) -> Result<Option<u64>, Error> {
    meta_number(store, NEWEST)
}

/// Oldest height whose state can be proven.
pub(crate) fn oldest<R: Read + ?Sized>(store: &R) -> Result<u64, Error> {
    Ok(meta_number(store, OLDEST)?.unwrap_or(0))
}

fn meta_number<R: Read + ?Sized>(store: &R, name: &[u8]) -> Result<Option<u64>, Error> {
    let Some(stored) = store.get(META, name)? else { return Ok(None) };
    match number(&stored) {
        Some((value, [])) => Ok(Some(value)),
        _ => Err(Error::damaged("meta record", "not a number")),
    }
}

/// The header of a height, if there is such a block.
pub(crate) fn header<R: Read + ?Sized>(store: &R, height: u64) -> Result<Option<CertifiedHeader>, Error> {
    let stored = store.get(HEADERS, &height.to_be_bytes())?;
    stored
        .map(|bytes| CertifiedHeader::from_bytes(&bytes).map_err(|e| Error::damaged("header", e)))
        .transpose()
}

/// The height of the newest block that is not later than a time.
pub(crate) fn height_at<R: Read + ?Sized>(store: &R, time_ms: u64) -> Result<Option<u64>, Error> {
    let Some((_, stored)) = store.at_or_before(TIMES, &[], &time_ms.to_be_bytes())? else { return Ok(None) };
    number(&stored)
        .map(|(height, _)| Some(height))
        .ok_or_else(|| Error::damaged("time index", "not a height"))
}

/// A block, if there is one of this height.
pub(crate) fn block<R: Read + ?Sized>(store: &R, height: u64) -> Result<Option<Block>, Error> {
    let Some(header) = header(store, height)? else { return Ok(None) };
    let parse =
        |bytes: &Vec<u8>| Transaction::from_bytes(bytes).map_err(|e| Error::damaged("transaction", e));
    let transactions = body(store, height)?.transactions.iter().map(parse).collect::<Result<_, _>>()?;
    Ok(Some(Block { header, transactions, events: block_events(store, height)? }))
}

pub(crate) fn body<R: Read + ?Sized>(store: &R, height: u64) -> Result<Body, Error> {
    let stored = store.get(BODIES, &height.to_be_bytes())?;
    let stored = stored.ok_or_else(|| Error::damaged("block", format!("height {height} has no body")))?;
    Body::try_from_slice(&stored).map_err(|e| Error::damaged("block body", e))
}

pub(crate) fn block_events<R: Read + ?Sized>(store: &R, height: u64) -> Result<Vec<Event>, Error> {
    let mut all = Vec::new();
    loop {
        let from = u32::try_from(all.len()).unwrap_or(u32::MAX);
        let page = events(store, height, from, EVENT_PAGE)?;
        let mine: Vec<_> = page.into_iter().take_while(|event| event.height == height).collect();
        let done = mine.len() < EVENT_PAGE;
        all.extend(mine);
        if done {
            return Ok(all);
        }
    }
}

/// Events from a position on, across blocks.
pub(crate) fn events<R: Read + ?Sized>(
    store: &R,
    height: u64,
    index: u32,
    limit: usize,
) -> Result<Vec<Event>, Error> {
    // strictly behind the position before
    let before = match (height, index.checked_sub(1)) {
        (_, Some(before)) => Some((height, before)),
        (0, None) => None,
        (_, None) => Some((height - 1, u32::MAX)),
    };
    let after = before.map(|(height, index)| event_key(height, index));
    let page = store.page(EVENTS, Range::prefix(&[], limit).after(after.as_deref()))?;
    let parse = |(_, bytes): (Vec<u8>, Vec<u8>)| {
        Event::try_from_slice(&bytes).map_err(|e| Error::damaged("event", e))
    };
    page.into_iter().map(parse).collect()
}

pub(crate) fn event_key(height: u64, index: u32) -> Vec<u8> {
    [height.to_be_bytes().as_slice(), &index.to_be_bytes()].concat()
}

/// Where a transaction is.
pub(crate) fn receipt<R: Read + ?Sized>(store: &R, id: &TransactionId) -> Result<Option<Receipt>, Error> {
    let Some(stored) = store.get(TRANSACTIONS, id.as_bytes())? else { return Ok(None) };
    let place = number(&stored)
        .and_then(|(height, index)| Some((height, u32::from_be_bytes(index.try_into().ok()?))));
    let (height, index) = place.ok_or_else(|| Error::damaged("transaction index", "not a place"))?;
    let header = header(store, height)?;
    let header = header.ok_or_else(|| Error::damaged("transaction index", format!("no block {height}")))?;
    Ok(Some(Receipt { transaction: *id, height, index, time_ms: header.header.time_ms }))
}

/// A transaction with the proof that it is in its block.
pub(crate) fn included<R: Read + ?Sized>(store: &R, id: &TransactionId) -> Result<Option<Included>, Error> {
    let Some(receipt) = receipt(store, id)? else { return Ok(None) };
    let missing = |what: &str| Error::damaged("block", format!("height {} has no {what}", receipt.height));
    let header = header(store, receipt.height)?.ok_or_else(|| missing("header"))?;
    let body = body(store, receipt.height)?;
    let index = receipt.index as usize;
    let bytes = body.transactions.get(index).ok_or_else(|| missing("such transaction"))?;
    let transaction = Transaction::from_bytes(bytes).map_err(|e| Error::damaged("transaction", e))?;
    let proof = merkle::prove(&body.transactions, index).ok_or_else(|| missing("such transaction"))?;
    Ok(Some(Included { receipt, header, transaction, proof }))
}

/// Leads from the genesis to the validators of a height.
pub(crate) fn trust_path<R: Read + ?Sized>(
    store: &R,
    genesis: &GenesisRoot,
    height: u64,
) -> Result<TrustPath, Error> {
    let mut changes = Vec::new();
    for (key, stored) in store.page(CHANGES, Range::prefix(&[], hufu_light::MAX_CHANGES))? {
        if number(&key).is_none_or(|(at, _)| at >= height) {
            break;
        }
        changes.push(ValidatorChange::try_from_slice(&stored).map_err(|e| Error::damaged("validators", e))?);
    }
    Ok(TrustPath { genesis: genesis.clone(), changes })
}

/// The root over a block's events.
pub(crate) fn events_root(events: &[Event]) -> Hash {
    merkle::root(&events.iter().map(Event::to_bytes).collect::<Vec<_>>())
}
