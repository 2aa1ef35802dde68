//! Pages of the ledger's records: bounded in number and in bytes.

use axum::Json;
use hufu_light::state::MAX_VALUE_BYTES;
use serde_json::json;

use super::governance::content;
use crate::{
    app::App,
    body::{Listing, Page, cursor},
    error::Problem,
    ledger::{LedgerError, Record},
};

/// Bytes of records after which a page ends early, as an answer with blocks over gRPC does.
const MAX_PAGE_BYTES: usize = 2 * 1024 * 1024;

/// Records read at once. Also if each is as large as can be, a node's answer with them is within what is read of one (32 MiB).
const AT_ONCE: usize = 16;

const _: () = assert!(AT_ONCE * MAX_VALUE_BYTES <= 16 * 1024 * 1024);

/// Records under a prefix; what stands behind it becomes the member `name`.
pub(super) fn scan(
    app: &App,
    prefix: &str,
    page: &Page,
    name: &str,
) -> Result<Json<Listing<serde_json::Value>>, Problem> {
    let after = page.after()?.map(|after| [prefix.as_bytes(), &after].concat());
    let read = |after: Option<&[u8]>, limit| app.ledger().scan(prefix.as_bytes(), after, limit);
    let (found, more) = gather(page.limit()?, after, read)?;
    let behind = |key: &[u8]| key.get(prefix.len()..).unwrap_or_default().to_vec();
    let next = found.last().filter(|_| more).map(|(key, _)| cursor(&behind(key)));
    let items = found.iter().map(|(key, bytes)| {
        let mut item = content(bytes)?;
        if let Some(members) = item.as_object_mut() {
            members.entry(name).or_insert_with(|| json!(String::from_utf8_lossy(&behind(key))));
        }
        Ok(item)
    });
    Ok(Json(Listing { items: items.collect::<Result<_, Problem>>()?, next }))
}

/// Records behind `after` until there are `limit`, or [`MAX_PAGE_BYTES`] of them, and whether there may be more.
fn gather(
    limit: usize,
    mut after: Option<Vec<u8>>,
    mut read: impl FnMut(Option<&[u8]>, usize) -> Result<Vec<Record>, LedgerError>,
) -> Result<(Vec<Record>, bool), LedgerError> {
    let (mut found, mut bytes) = (Vec::new(), 0);
    while found.len() < limit && bytes < MAX_PAGE_BYTES {
        let wanted = AT_ONCE.min(limit - found.len());
        let part = read(after.as_deref(), wanted)?;
        bytes += part.iter().map(|(key, value)| key.len() + value.len()).sum::<usize>();
        let is_last = part.len() < wanted;
        after = part.last().map(|(key, _)| key.clone());
        found.extend(part);
        if is_last {
            return Ok((found, false));
        }
    }
    Ok((found, true))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page of so many records of this size, how many it has, whether there may be more, and how often was read.
    fn page(records: u32, size: usize, limit: usize, after: Option<u32>) -> (Vec<u32>, bool, usize) {
        let mut reads = 0;
        let (found, more) = gather(limit, after.map(|n| n.to_be_bytes().to_vec()), |after, limit| {
            reads += 1;
            let after = after.map(|key| u32::from_be_bytes(key.try_into().expect("a number")));
            let keys = after.map_or(0, |after| after + 1)..records;
            Ok(keys.take(limit).map(|n| (n.to_be_bytes().to_vec(), vec![0; size])).collect())
        })
        .expect("reads");
        let found = found.iter().map(|(key, _)| u32::from_be_bytes(key.as_slice().try_into().expect("4")));
        (found.collect(), more, reads)
    }

    #[test]
    fn a_page_ends_when_it_has_enough_records_or_bytes() {
        // as large as reports are: a page of them is not 130 MB
        let (found, more, _) = page(1_000, 132_000, 1_000, None);
        assert!(more && found.len() == AT_ONCE, "{}", found.len());
        let (next, _, _) = page(1_000, 132_000, 1_000, found.last().copied());
        assert_eq!(next.first(), Some(&16), "nothing is left out between two pages");
        // small ones: all that was asked for
        let (found, more, reads) = page(1_000, 100, 100, None);
        assert_eq!((found.len(), more, reads), (100, true, 7));
        assert_eq!(page(40, 100, 50, None).0.len(), 40);
        assert!(!page(40, 100, 50, None).1 && !page(0, 0, 50, None).1);
        let whole: Vec<u32> = (0..40).collect();
        assert_eq!(page(40, 100, 1_000, None).0, whole);
    }
}
