//! Hostile input ends in an error, quickly, and never in a panic.

use std::time::{Duration, Instant};

use hufu_jsonld::{Contexts, Error, Limits, Options, parse_nquads, parse_nquads_within, rdfc, to_rdf};
use serde_json::{Value, json};

fn refused(document: &Value, limits: Limits) -> Error {
    let start = Instant::now();
    let options = Options { safe: false, base: None, rdf_direction: None, limits, ..Options::default() };
    let error = to_rdf(&Contexts::bundled(), document, &options).expect_err("hostile input is refused");
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
    error
}

fn limit(error: &Error) -> &'static str {
    match error {
        Error::Limit { what, .. } => what,
        other => panic!("{other}"),
    }
}

#[test]
fn depth() {
    let mut document = json!({ "@id": "urn:s" });
    for _ in 0..120 {
        document = json!({ "urn:p": document });
    }
    assert_eq!(limit(&refused(&document, Limits::default())), "depth of the document");
    let mut context = json!({});
    for _ in 0..500 {
        context = json!({ "a": { "@id": "urn:a", "@context": context } });
    }
    // Each level is processed once where it is defined; the nesting of the JSON itself bounds it.
    let result = to_rdf(
        &Contexts::empty(),
        &json!({ "@context": context, "@id": "urn:s", "a": "x" }),
        &Options::default(),
    );
    assert!(result.is_err());
}

#[test]
fn sizes() {
    let many: Vec<Value> = (0..300).map(|n| json!(format!("v{n}"))).collect();
    let document = json!({ "@id": "urn:s", "urn:p": many });
    assert_eq!(limit(&refused(&document, Limits { quads: 299, ..Limits::default() })), "number of quads");
    assert_eq!(
        limit(&refused(&document, Limits { nodes: 250, ..Limits::default() })),
        "number of values in the document"
    );
    assert!(limit(&refused(&document, Limits { text: 1000, ..Limits::default() })).starts_with("text"));
    let nquads: String = (0..10).map(|n| format!("_:a <urn:p> \"{n}\" .\n")).collect();
    assert!(parse_nquads_within(&nquads, &Limits { quads: 9, ..Limits::default() }).is_err());
}

/// A long IRI that a context spells once and the document uses often.
#[test]
fn a_long_term_used_often() {
    let iri = format!("urn:{}", "x".repeat(1 << 20));
    let values: Vec<Value> = (0..1000).map(|n| json!(n)).collect();
    let document = json!({ "@context": { "p": iri }, "@id": "urn:s", "p": values });
    let dataset = to_rdf(&Contexts::empty(), &document, &Options::default()).unwrap();
    let error = rdfc::canonicalize(&dataset, rdfc::Hash::Sha256, &Limits::default()).unwrap_err();
    assert!(limit(&error).starts_with("N-Quads"));
}

#[test]
fn contexts_that_cost_more_each_time() {
    // Every node brings a context of its own on top of a large one.
    let terms: serde_json::Map<String, Value> =
        (0..5000).map(|n| (format!("t{n}"), json!(format!("urn:t{n}")))).collect();
    let nodes: Vec<Value> = (0..1000)
        .map(|n| json!({ "@context": { format!("u{n}"): "urn:u" }, "@id": format!("urn:{n}"), "urn:p": 1 }))
        .collect();
    let document = json!({ "@context": terms, "@graph": nodes });
    assert_eq!(limit(&refused(&document, Limits::default())), "work on contexts");
    let chain: Vec<Value> = (0..2000).map(|n| json!({ format!("u{n}"): "urn:u" })).collect();
    assert_eq!(limit(&refused(&json!({ "@context": chain }), Limits::default())), "number of contexts");
}

#[test]
fn contexts_that_include_each_other() {
    let contexts = Contexts::empty()
        .with("urn:a", json!({ "@context": ["urn:b", "urn:b"] }))
        .with("urn:b", json!({ "@context": ["urn:a", "urn:a"] }));
    let error = to_rdf(&contexts, &json!({ "@context": "urn:a" }), &Options::default()).unwrap_err();
    assert_eq!(error.code().unwrap().as_str(), "context overflow");
}

/// Graphs whose blank nodes are all alike: cliques, rings, long chains, many equal parts.
#[test]
fn poison_graphs() {
    let clique = |n: usize| -> String {
        (0..n).flat_map(|a| (0..n).map(move |b| format!("_:n{a} <urn:p> _:n{b} .\n"))).collect()
    };
    let ring =
        |n: usize| -> String { (0..n).map(|a| format!("_:n{a} <urn:p> _:n{} .\n", (a + 1) % n)).collect() };
    let star = |n: usize| -> String { (0..n).map(|a| format!("_:c <urn:p> _:n{a} .\n")).collect() };
    for (name, text, refused) in [
        ("clique of 12", clique(12), true),
        ("clique of 60", clique(60), true),
        ("ring of 50", ring(50), false),
        ("ring of 50,000", ring(50_000), true),
        ("star of 5", star(5), false),
        ("star of 2,000", star(2_000), false),
        ("two stars of 12", format!("{}{}", star(12), star(12).replace("_:", "_:x")), true),
    ] {
        let dataset = parse_nquads(&text).unwrap();
        let start = Instant::now();
        let result = rdfc::canonicalize(&dataset, rdfc::Hash::Sha256, &Limits::default());
        let took = start.elapsed();
        println!("{name}: {took:?}");
        assert!(took < Duration::from_secs(2), "{name}: {took:?}");
        assert_eq!(matches!(result, Err(Error::TooComplex { .. })), refused, "{name}");
    }
}

#[test]
fn malformed_nquads() {
    for text in [
        "x",
        "<a> <urn:p> <urn:o> .",
        "<urn:s> _:p <urn:o> .",
        "\"s\" <urn:p> <urn:o> .",
        "<urn:s> <urn:p> <urn:o>",
        "<urn:s> <urn:p> <urn:o> . <urn:s> <urn:p> <urn:o> .",
        "<urn:s> <urn:p> \"o .",
        "<urn:s> <urn:p> \"\\x\" .",
        "<urn:s> <urn:p> \"\\uD800\" .",
        "<urn:s> <urn:p> \"o\"@ .",
        "<urn:s> <urn:p> \"o\"^^urn:d .",
        "<urn:s> <urn:p> \"o\" \"g\" .",
        "<urn:s> <urn:a b> \"o\" .",
        "<urn:s> <urn:p\\u003e> \"o\" .",
        "_: <urn:p> \"o\" .",
    ] {
        let error = parse_nquads(&format!("# first\n{text}\n")).unwrap_err();
        assert!(matches!(error, Error::NQuads { line: 2, .. }), "{text}: {error}");
    }
}

#[test]
fn nquads_round_trip() {
    let text = "_:a <urn:p> \"\\b\\t\\n\\f\\r\\\"\\\\\\u0001\\u007F é\" <urn:g> .\n_:a <urn:p> \"x\"@en-GB .\n_:a <urn:q> \"1\"^^<urn:d> .\n";
    let dataset = parse_nquads(text).unwrap();
    assert_eq!(dataset.to_nquads(), text);
    let loose = "_:a\t<urn:p>\"\\u00e9\\'\"^^<http://www.w3.org/2001/XMLSchema#string>. # c";
    assert_eq!(parse_nquads(loose).unwrap().to_nquads(), "_:a <urn:p> \"é'\" .\n");
}
