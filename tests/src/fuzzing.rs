//! One function for every entry point of untrusted bytes, each with the law that its decoder keeps.
//!
//! `fuzz/` calls them under libFuzzer; `tests/fuzz_corpus.rs` calls them on the kept corpus and on mutations of it in
//! every run of the tests. A function returns for any input: what it finds wrong is a panic.

mod credentials;
mod did;
mod keys;
mod ledger;
mod seeds;
mod text;

pub use seeds::seeds;

/// A named entry point.
pub type Target = (&'static str, fn(&[u8]));

/// Every entry point; each has a target of the same name in `fuzz/fuzz_targets` and a folder in `fuzz/corpus`.
pub const TARGETS: &[Target] = &[
    ("jcs", text::jcs),
    ("jsonld", text::jsonld),
    ("policy", text::policy),
    ("keys_text", keys::text),
    ("keys_der", keys::der),
    ("keys_derived", keys::derived),
    ("keystore", keys::keystore),
    ("signatures", keys::signatures),
    ("did", did::did),
    ("did_document", did::document),
    ("did_operation", did::operation),
    ("credential", credentials::credential),
    ("presentation", credentials::presentation),
    ("status_list", credentials::status_list),
    ("status_records", credentials::status_records),
    ("answer", ledger::answer),
    ("genesis", ledger::genesis),
    ("transaction", ledger::transaction),
];

/// Runs the entry point of that name.
///
/// # Panics
/// If there is none, or if a law is broken.
pub fn run(name: &str, data: &[u8]) {
    let (_, target) = TARGETS.iter().find(|(known, _)| *known == name).expect("the name is in TARGETS");
    target(data);
}
