//! A context with a term of every kind, varied in what applies to the document as a whole.

use rand::{Rng, RngExt};
use serde_json::{Value, json};

/// An inline context, sometimes an array, seldom one that processors must refuse.
pub(super) fn context(rng: &mut impl Rng) -> Value {
    let mut whole = terms();
    let mut set = |name: &str, value: Value| whole[name] = value;
    if rng.random_bool(0.3) {
        set("@vocab", json!("https://example.org/vocab#"));
    }
    if rng.random_bool(0.3) {
        set("@language", json!("DE-ch"));
    }
    // No default @direction: the peer loses it whenever a scoped context copies the active one (JSON-LD 1.1 API
    // §4.1.2 keeps it), so those documents differ by the peer's fault. Directions on terms and values are tried.
    // Most documents then redefine a protected term in a scoped context, which is an error.
    if rng.random_bool(0.1) {
        set("@protected", json!(true));
    }
    if rng.random_bool(0.2) {
        set("@base", json!("https://base.example/folder/file"));
    }
    match rng.random_range(0..FAULTY) {
        0 => json!([whole, { "plain": "https://example.org/redefined" }]),
        1 => json!([whole, { "bad": { "@id": "https://example.org/bad", "@container": "@nothing" } }]),
        2 => json!([whole, { "circular": "circular:x" }]),
        3 => json!([whole, null]),
        4..8 => json!([whole, { "added": "ex:added", "onlyHere": { "@id": "ex:only", "@type": "@id" } }]),
        _ => whole,
    }
}

/// One context in this many is one that processors must refuse, for each of four reasons.
const FAULTY: u32 = 80;

fn terms() -> Value {
    json!({
        "@version": 1.1,
        "id": "@id",
        "type": "@type",
        "ex": "https://example.org/ns#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        "Plain": "ex:Plain",
        "Scoped": { "@id": "ex:Scoped", "@context": { "plain": "ex:scopedPlain", "onlyScoped": "ex:onlyScoped" } },
        "Local": { "@id": "ex:Local", "@context": { "@propagate": true, "within": "ex:localWithin" } },
        "plain": "ex:plain",
        "within": { "@id": "ex:within", "@context": { "plain": "ex:plainWithin" } },
        "propagated": { "@id": "ex:propagated", "@context": { "@propagate": false, "list": "ex:notAList" } },
        "reference": { "@id": "ex:reference", "@type": "@id" },
        "vocabReference": { "@id": "ex:vocabReference", "@type": "@vocab" },
        "integer": { "@id": "ex:integer", "@type": "xsd:integer" },
        "double": { "@id": "ex:double", "@type": "xsd:double" },
        "dateTime": { "@id": "ex:dateTime", "@type": "xsd:dateTime" },
        "untyped": { "@id": "ex:untyped", "@type": "@none" },
        "json": { "@id": "ex:json", "@type": "@json" },
        "french": { "@id": "ex:french", "@language": "fr" },
        "noLanguage": { "@id": "ex:noLanguage", "@language": null },
        "rightToLeft": { "@id": "ex:rightToLeft", "@language": "ar", "@direction": "rtl" },
        "list": { "@id": "ex:list", "@container": "@list" },
        "listOfIds": { "@id": "ex:listOfIds", "@type": "@id", "@container": "@list" },
        "set": { "@id": "ex:set", "@container": "@set" },
        "byLanguage": { "@id": "ex:byLanguage", "@container": "@language" },
        "byIndex": { "@id": "ex:byIndex", "@container": "@index" },
        "byProperty": { "@id": "ex:byProperty", "@container": "@index", "@index": "ex:indexProperty" },
        "byId": { "@id": "ex:byId", "@container": ["@id", "@set"] },
        "byType": { "@id": "ex:byType", "@container": "@type" },
        "graph": { "@id": "ex:graph", "@container": "@graph" },
        "graphs": { "@id": "ex:graphs", "@container": ["@graph", "@set"] },
        "graphById": { "@id": "ex:graphById", "@container": ["@graph", "@id"] },
        "graphByIndex": { "@id": "ex:graphByIndex", "@container": ["@graph", "@index"] },
        "reverse": { "@reverse": "ex:reverse" },
        "nest": "@nest",
        "nested": { "@id": "ex:nested", "@nest": "nest" },
        "alsoNested": { "@id": "ex:alsoNested", "@nest": "nest" },
        "dropped": null
    })
}
