//! Where what is stored: families, keys and the format version.
//!
//! | family | key | value |
//! |---|---|---|
//! | `headers` | height | certified header |
//! | `bodies` | height | transactions ([`crate::block::Body`]) |
//! | `events` | height ‖ index | [`crate::Event`] |
//! | `transactions` | transaction id | height ‖ index |
//! | `times` | time in ms | height |
//! | `changes` | height | change of the validator set certified at that height |
//! | `latest` | state key | height of the last change ‖ value |
//! | `values` | key hash ‖ height | 0, or 1 ‖ value: every value a key ever had |
//! | `nodes` | height ‖ path | node of the state tree |
//! | `stale` | height ‖ node key | nodes that this height replaced |
//! | `meta` | name | genesis bytes, newest height, oldest provable height |
//!
//! Numbers are big-endian, so that they sort as numbers.

use hufu_store::{Family, Format};

/// What the database holds, and in which version.
pub(crate) const FORMAT: Format = Format { name: "hufu ledger", version: 1 };

pub(crate) const HEADERS: Family = Family::new("headers");
pub(crate) const BODIES: Family = Family::new("bodies");
pub(crate) const EVENTS: Family = Family::new("events");
pub(crate) const TRANSACTIONS: Family = Family::new("transactions");
pub(crate) const TIMES: Family = Family::new("times");
pub(crate) const CHANGES: Family = Family::new("changes");
pub(crate) const LATEST: Family = Family::new("latest");
pub(crate) const VALUES: Family = Family::new("values");
pub(crate) const NODES: Family = Family::new("nodes");
pub(crate) const STALE: Family = Family::new("stale");
pub(crate) const META: Family = Family::new("meta");

/// All families.
pub(crate) const FAMILIES: [Family; 11] =
    [HEADERS, BODIES, EVENTS, TRANSACTIONS, TIMES, CHANGES, LATEST, VALUES, NODES, STALE, META];

/// Names in [`META`].
pub(crate) const GENESIS: &[u8] = b"genesis";
pub(crate) const NEWEST: &[u8] = b"newest";
pub(crate) const OLDEST: &[u8] = b"oldest";

/// Reads a big-endian number from the front of stored bytes.
pub(crate) fn number(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let (head, rest) = bytes.split_first_chunk::<8>()?;
    Some((u64::from_be_bytes(*head), rest))
}
