//! DIDs, DID URLs, documents and operations of `did:hufu`.

use hufu_did::{
    Did, DidUrl, Document, MethodRouter, ResolutionOptions, Resolver,
    hufu::{Context, MemoryRecords, Operation, SignedOperation, apply},
    negotiate, version_time,
};

/// Texts: what is read prints as it was, and resolving it returns.
pub(super) fn did(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(did) = text.parse::<Did>() {
        assert_eq!(did.as_str(), text);
        if let Ok(found) = MethodRouter::offline().resolve(&did, &ResolutionOptions::default()) {
            assert_eq!(found.document.map(|document| document.id().clone()), Some(did));
        }
    }
    if let Ok(url) = text.parse::<DidUrl>() {
        assert_eq!(url.as_str(), text);
        let _ = url.parameters();
    }
    let _ = (negotiate(Some(text)), version_time(text));
}

/// A document that was read is written and read again as itself.
pub(super) fn document(data: &[u8]) {
    let Ok(document) = Document::from_json(data) else { return };
    let again = Document::from_value(document.to_value()).expect("our own document");
    assert_eq!(again, document);
    for method in document.all_methods() {
        let _ = method.verifying_key();
    }
}

/// Operations: parsed, rewritten, and applied to an empty ledger.
pub(super) fn operation(data: &[u8]) {
    if let Ok(operation) = Operation::parse(data) {
        let bytes = operation.to_bytes().expect("an operation that was read can be written");
        assert_eq!(Operation::parse(&bytes).expect("our own operation"), operation);
    }
    let Ok(signed) = SignedOperation::from_bytes(data) else { return };
    assert_eq!(signed.to_bytes(), data);
    let network = "dev".parse().expect("a network's name");
    let context = Context { network: &network, height: 1, time_ms: 1 };
    if let Ok(changes) = apply(&MemoryRecords::new(), &signed, &context) {
        let mut records = MemoryRecords::new();
        records.commit(&changes);
        assert!(apply(&records, &signed, &context).is_err(), "nothing is created twice");
    }
}
