//! JSON, JSON-LD and policies.

use hufu_jcs::{Limits, canonicalize, parse};
use hufu_jsonld::{Contexts, Options, canonicalize_document, rdfc::Hash};
use hufu_policy::PolicySet;
use std::sync::LazyLock;

/// What a canonical form says is what was read, and it has one form only.
pub(super) fn jcs(data: &[u8]) {
    let Ok(value) = parse(data, Limits::DEFAULT) else { return };
    let Ok(text) = canonicalize(&value) else { return };
    let again = parse(&text, Limits::DEFAULT).expect("canonical JSON is JSON");
    assert_eq!(canonicalize(&again).as_ref(), Ok(&text));
}

static CONTEXTS: LazyLock<Contexts> = LazyLock::new(Contexts::bundled);

/// Canonical N-Quads do not depend on the order of members.
pub(super) fn jsonld(data: &[u8]) {
    let Ok(value) = parse(data, Limits::DEFAULT) else { return };
    let options = Options::default();
    let Ok(first) = canonicalize_document(&CONTEXTS, &value, Hash::Sha256, &options) else { return };
    let text = canonicalize(&value).expect("a value that was read can be written");
    let sorted = parse(&text, Limits::DEFAULT).expect("canonical JSON is JSON");
    let second =
        canonicalize_document(&CONTEXTS, &sorted, Hash::Sha256, &options).expect("the same document");
    assert_eq!(first.nquads(), second.nquads());
}

/// A policy set that is accepted is accepted again from its own text.
pub(super) fn policy(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(set) = PolicySet::parse(text) else { return };
    let again = PolicySet::parse(set.text()).expect("a set's text is a set");
    assert_eq!(again.policies(), set.policies());
}
