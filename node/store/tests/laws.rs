//! The laws of a store, checked on memory and on RocksDB alike.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use hufu_store::{Batch, Db, Entry, Error, Family, Format, Kv, MAX_PAGE, Memory, Order, Range};

const A: Family = Family::new("a");
const B: Family = Family::new("b");
const FORMAT: Format = Format { name: "laws", version: 1 };

fn on_both(law: impl Fn(&dyn Kv)) {
    law(&Memory::new(&[A, B]));
    let folder = tempfile::tempdir().unwrap();
    law(&Db::open(folder.path(), &[A, B], FORMAT).unwrap());
}

fn put(kv: &dyn Kv, family: Family, keys: &[&str]) {
    let mut batch = Batch::new();
    for key in keys {
        batch.put(family, *key, key.to_uppercase());
    }
    kv.write(batch).unwrap();
}

fn keys(entries: &[Entry]) -> Vec<&str> {
    entries.iter().map(|(key, _)| core::str::from_utf8(key).unwrap()).collect()
}

#[test]
fn families_are_key_spaces_of_their_own() {
    on_both(|kv| {
        put(kv, A, &["x"]);
        assert_eq!(kv.get(A, b"x").unwrap().as_deref(), Some(b"X".as_slice()));
        assert_eq!(kv.get(B, b"x").unwrap(), None);
        assert_eq!(kv.get(A, b"y").unwrap(), None);
        assert_eq!(kv.get(Family::new("c"), b"x"), Err(Error::UnknownFamily("c")));
    });
}

#[test]
fn the_last_write_of_a_batch_wins() {
    on_both(|kv| {
        let mut batch = Batch::new();
        batch.put(A, "x", "1");
        batch.delete(A, "x");
        batch.put(A, "x", "2");
        batch.put(A, "y", "3");
        batch.delete(A, "y");
        batch.delete(A, "never");
        kv.write(batch).unwrap();
        assert_eq!(kv.get(A, b"x").unwrap().as_deref(), Some(b"2".as_slice()));
        assert_eq!(kv.get(A, b"y").unwrap(), None);
    });
}

#[test]
fn a_batch_with_an_unknown_family_writes_nothing() {
    on_both(|kv| {
        let mut batch = Batch::new();
        batch.put(A, "x", "1");
        batch.put(Family::new("c"), "x", "1");
        assert_eq!(kv.write(batch), Err(Error::UnknownFamily("c")));
        assert_eq!(kv.get(A, b"x").unwrap(), None);
    });
}

#[test]
fn pages_are_ordered_bounded_and_resume_where_they_stopped() {
    on_both(|kv| {
        put(kv, A, &["a", "ab", "abc", "abd", "ac", "b"]);
        put(kv, B, &["abx"]);
        let all = Range::prefix(b"ab", 10);
        assert_eq!(keys(&kv.page(A, all).unwrap()), ["ab", "abc", "abd"]);
        assert_eq!(keys(&kv.page(A, Range { limit: 2, ..all }).unwrap()), ["ab", "abc"]);
        assert_eq!(keys(&kv.page(A, all.after(Some(b"abc"))).unwrap()), ["abd"]);
        assert_eq!(
            keys(&kv.page(A, all.after(Some(b"abbb"))).unwrap()),
            ["abc", "abd"],
            "after a key that is not there"
        );
        assert_eq!(keys(&kv.page(A, all.after(Some(b"abd"))).unwrap()), [] as [&str; 0]);
        assert_eq!(
            keys(&kv.page(A, all.after(Some(b"a"))).unwrap()),
            ["ab", "abc", "abd"],
            "after before the prefix"
        );
        assert_eq!(keys(&kv.page(A, all.descending()).unwrap()), ["abd", "abc", "ab"]);
        let back = Range { order: Order::Descending, after: Some(b"abd"), limit: 1, ..all };
        assert_eq!(keys(&kv.page(A, back).unwrap()), ["abc"]);
        assert_eq!(keys(&kv.page(A, all.descending().after(Some(b"z"))).unwrap()), ["abd", "abc", "ab"]);
        assert_eq!(keys(&kv.page(A, Range::prefix(b"", 100)).unwrap()).len(), 6);
        assert_eq!(kv.page(A, Range::prefix(b"abcd", 5)).unwrap(), []);
        assert_eq!(kv.page(A, Range::prefix(b"a", 0)).unwrap(), []);
    });
}

#[test]
fn a_prefix_of_all_ones_has_an_end() {
    on_both(|kv| {
        let mut batch = Batch::new();
        batch.put(A, [0xff, 0xff], "1");
        batch.put(A, [0xff, 0xff, 0], "2");
        kv.write(batch).unwrap();
        assert_eq!(kv.page(A, Range::prefix(&[0xff, 0xff], 9)).unwrap().len(), 2);
        assert_eq!(kv.page(A, Range::prefix(&[0xff, 0xff], 9).descending()).unwrap().len(), 2);
    });
}

#[test]
fn no_page_is_longer_than_the_bound() {
    on_both(|kv| {
        let mut batch = Batch::new();
        for i in 0..=MAX_PAGE {
            batch.put(A, format!("{i:08}"), "");
        }
        kv.write(batch).unwrap();
        assert_eq!(kv.page(A, Range::prefix(b"", usize::MAX)).unwrap().len(), MAX_PAGE);
    });
}

#[test]
fn the_newest_entry_at_or_before_a_key() {
    on_both(|kv| {
        put(kv, A, &["k1", "k3", "l0"]);
        let find = |prefix: &str, key: &str| {
            let entry = kv.at_or_before(A, prefix.as_bytes(), key.as_bytes()).unwrap();
            entry.map(|(key, _)| String::from_utf8(key).unwrap())
        };
        assert_eq!(find("k", "k2").as_deref(), Some("k1"));
        assert_eq!(find("k", "k3").as_deref(), Some("k3"));
        assert_eq!(find("k", "k9").as_deref(), Some("k3"));
        assert_eq!(find("k", "k0"), None);
        assert_eq!(find("m", "m5"), None, "the entry before has another prefix");
    });
}

#[test]
fn a_snapshot_does_not_see_later_writes() {
    on_both(|kv| {
        put(kv, A, &["x"]);
        let before = kv.snapshot();
        put(kv, A, &["y"]);
        assert_eq!(before.get(A, b"y").unwrap(), None);
        assert_eq!(before.page(A, Range::prefix(b"", 9)).unwrap().len(), 1);
        assert_eq!(before.at_or_before(A, b"", b"z").unwrap().unwrap().0, b"x");
        assert_eq!(kv.page(A, Range::prefix(b"", 9)).unwrap().len(), 2);
    });
}
