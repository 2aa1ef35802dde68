//! Credentials, presentations and status lists.

use hufu_credentials::{
    Checks, Verifier,
    status::{BitstringList, EntryRecord, ListRecord, StatusEntry, StatusOperation},
};
use hufu_did::MethodRouter;
use hufu_jcs::{Limits, canonicalize, parse};
use hufu_jsonld::Contexts;
use serde_json::Value;
use std::sync::LazyLock;

static CONTEXTS: LazyLock<Contexts> = LazyLock::new(Contexts::bundled);

fn read(data: &[u8]) -> Option<(Value, jiff::Timestamp)> {
    Some((parse(data, Limits::DEFAULT).ok()?, jiff::Timestamp::from_second(1_800_000_000).ok()?))
}

/// Any JSON is answered with a report; one that verifies does so whatever the order of its members.
pub(super) fn credential(data: &[u8]) {
    let Some((value, now)) = read(data) else { return };
    let router = MethodRouter::offline();
    let report = Verifier::new(&router, &CONTEXTS, now).credential(&value, &Checks::default());
    if report.verified {
        let text = canonicalize(&value).expect("a value that was read can be written");
        let sorted = parse(&text, Limits::DEFAULT).expect("canonical JSON is JSON");
        assert!(Verifier::new(&router, &CONTEXTS, now).credential(&sorted, &Checks::default()).verified);
    }
}

/// Any JSON is answered with a report.
pub(super) fn presentation(data: &[u8]) {
    let Some((value, now)) = read(data) else { return };
    let router = MethodRouter::offline();
    let _ = Verifier::new(&router, &CONTEXTS, now).presentation(&value, &Checks::default());
}

/// Encoded lists: bounded, and what was read is what is written.
pub(super) fn status_list(data: &[u8]) {
    let Some((&size, rest)) = data.split_first() else { return };
    let status_size = [1, 2, 4, 8][usize::from(size % 4)];
    if let Ok(text) = std::str::from_utf8(rest)
        && let Ok(list) = BitstringList::decode(text, status_size)
    {
        let again = BitstringList::decode(&list.encode(), status_size).expect("our own list");
        assert_eq!(again.as_bytes(), list.as_bytes());
    }
    if let Ok(value) = parse(rest, Limits::DEFAULT)
        && let Ok(entry) = StatusEntry::parse(&value)
    {
        let _ = entry.message(size);
        assert!(StatusEntry::parse(&entry.to_value()).is_ok());
    }
}

/// Records and operations have one encoding.
pub(super) fn status_records(data: &[u8]) {
    if let Ok(operation) = StatusOperation::from_bytes(data) {
        assert_eq!(operation.to_bytes(), data);
    }
    if let Ok(record) = ListRecord::from_bytes(data) {
        assert_eq!(record.to_bytes(), data);
    }
    if let Ok(record) = EntryRecord::from_bytes(data) {
        assert_eq!(record.to_bytes(), data);
    }
}
