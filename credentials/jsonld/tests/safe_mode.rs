//! Safe mode: whatever would not be signed is refused and named; each case is accepted without safe mode.

use hufu_jsonld::{Contexts, Error, Loss, Options, to_rdf};
use serde_json::{Value, json};

fn convert(document: &Value, safe: bool) -> Result<usize, Error> {
    to_rdf(&Contexts::bundled(), document, &Options { safe, ..Options::default() })
        .map(|dataset| dataset.len())
}

#[test]
fn losses_are_refused_by_name() {
    let context = json!({
        "@version": 1.1, "name": "urn:name", "nothing": null, "ref": { "@id": "urn:ref", "@type": "@id" },
        "kind": { "@id": "urn:kind", "@type": "@vocab" }, "graph": { "@id": "urn:graph", "@container": "@graph" }
    });
    let doc = |entries: Value| {
        let mut document = json!({ "@context": context, "@id": "urn:s" });
        document.as_object_mut().unwrap().extend(entries.as_object().unwrap().clone());
        document
    };
    let cases = [
        (Loss::UndefinedTerm, "surname", doc(json!({ "name": "a", "surname": "b" }))),
        (Loss::UndefinedTerm, "surname", doc(json!({ "ref": { "surname": "b" } }))),
        (Loss::UndefinedTerm, "lang", doc(json!({ "name": { "@value": "a", "lang": "en" } }))),
        (Loss::NullTerm, "nothing", doc(json!({ "name": "a", "nothing": "b" }))),
        (Loss::ReservedTerm, "@later", doc(json!({ "name": "a", "@later": "b" }))),
        (Loss::RelativeId, "other", doc(json!({ "ref": "other" }))),
        (Loss::RelativeId, "other", doc(json!({ "ref": { "@id": "other", "name": "x" } }))),
        (Loss::RelativeId, "urn:a b", doc(json!({ "ref": "urn:a b" }))),
        (Loss::RelativeId, "urn:a> .\n<urn:x", doc(json!({ "ref": "urn:a> .\n<urn:x" }))),
        (Loss::RelativeId, "thing", doc(json!({ "kind": "thing" }))),
        (Loss::RelativeType, "Person", doc(json!({ "@type": "Person" }))),
        (Loss::RelativeProperty, "urn:a b", doc(json!({ "urn:a b": "x" }))),
        (Loss::BlankProperty, "_:p", doc(json!({ "_:p": "x" }))),
        (Loss::ReservedValue, "@later", doc(json!({ "ref": "@later" }))),
        (Loss::NullValue, "name", doc(json!({ "name": { "@value": null } }))),
        (Loss::InvalidLanguage, "a b", doc(json!({ "name": { "@value": "a", "@language": "a b" } }))),
        (Loss::Direction, "rtl", doc(json!({ "name": { "@value": "a", "@direction": "rtl" } }))),
        (Loss::FreeFloatingValue, "\"text\"", doc(json!({ "@graph": ["text"] }))),
        (Loss::FreeFloatingList, "[]", doc(json!({ "@graph": [{ "@list": [] }] }))),
        (Loss::FreeFloatingNode, "<urn:o>", doc(json!({ "graph": { "@id": "urn:o" } }))),
        (Loss::FreeFloatingNode, "<urn:s>", doc(json!({}))),
        (Loss::OnlyLanguage, "@language", doc(json!({ "name": { "@language": "en" } }))),
    ];
    for (loss, name, document) in cases {
        match convert(&document, true) {
            Err(Error::Dropped { reason, name: dropped }) => {
                assert_eq!((reason, dropped.as_str()), (loss, name), "{document}");
            }
            other => panic!("{document}: {other:?}"),
        }
        convert(&document, false).unwrap_or_else(|error| panic!("{document}: {error}"));
    }
}

#[test]
fn a_term_that_no_context_defines_is_found_in_a_credential() {
    let document = json!({
        "@context": "https://www.w3.org/ns/credentials/v2",
        "type": "VerifiableCredential",
        "issuer": "did:example:1",
        "credentialSubject": { "id": "did:example:2", "clearance": "none" }
    });
    let error = convert(&document, true).unwrap_err();
    assert_eq!(error.to_string(), "undefined term: \"clearance\" would be dropped from the signed data");
}

/// Echoes of the input in an error are short, whatever the input.
#[test]
fn errors_do_not_carry_the_document() {
    let long = "x".repeat(1 << 20);
    let error = convert(&json!({ "@context": {}, "@id": "urn:s", long: 1 }), true).unwrap_err();
    assert!(error.to_string().len() < 400);
}
