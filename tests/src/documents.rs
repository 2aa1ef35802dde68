//! Random JSON-LD documents for the differential tests: most are sound, a few are not, and both sides
//! must agree on which.

use rand::{Rng, RngExt};
use serde_json::{Map, Value, json};

mod context;
mod value;

/// How deep node objects nest in one another.
const DEPTH: u32 = 3;

/// One leaf in this many is drawn from the shapes that processors must refuse or drop. A document has a
/// few dozen leaves.
const FAULTY: u32 = 400;

/// A document with an inline context and up to a few dozen properties.
pub fn document(rng: &mut impl Rng) -> Value {
    let mut document = node(rng, DEPTH);
    document.insert("@context".to_owned(), context::context(rng));
    if rng.random_bool(0.1) {
        let nodes: Vec<Value> = (0..rng.random_range(1..4)).map(|_| Value::Object(node(rng, 1))).collect();
        document.insert("@graph".to_owned(), nodes.into());
    }
    if rng.random_bool(0.1) {
        document.insert("@included".to_owned(), json!([node(rng, 1)]));
    }
    Value::Object(document)
}

/// A node object: an identifier or none, types or none, and properties of every kind of term.
fn node(rng: &mut impl Rng, depth: u32) -> Map<String, Value> {
    let mut node = Map::new();
    if rng.random_bool(0.6) {
        node.insert(pick(rng, &["id", "@id"]).to_owned(), identifier(rng).into());
    }
    if rng.random_bool(0.5) {
        let types = ["Plain", "Scoped", "Local", "ex:Compact", "https://example.org/absolute#Type"];
        node.insert(
            pick(rng, &["type", "@type"]).to_owned(),
            match rng.random_range(0..3) {
                0 => json!([pick(rng, &types), pick(rng, &types)]),
                _ => json!(pick(rng, &types)),
            },
        );
    }
    for _ in 0..rng.random_range(1..7) {
        let (term, value) = property(rng, depth);
        node.insert(term.to_owned(), value);
    }
    node
}

/// A term of [`context::context`] with a value of the shape its definition asks for.
fn property(rng: &mut impl Rng, depth: u32) -> (&'static str, Value) {
    if depth == 0 {
        return value::leaf(rng);
    }
    let inner = |rng: &mut _| Value::Object(node(rng, depth - 1));
    match rng.random_range(0..22) {
        0 => ("plain", inner(rng)),
        1 => ("within", inner(rng)),
        2 => ("propagated", inner(rng)),
        3 => ("reverse", inner(rng)),
        4 => ("@reverse", json!({ "ex:backwards": inner(rng) })),
        5 => ("graph", inner(rng)),
        6 => ("graphs", json!([inner(rng), inner(rng)])),
        7 => ("graphById", json!({ "https://example.org/g1": inner(rng), "@none": inner(rng) })),
        8 => ("graphByIndex", json!({ "one": inner(rng), "two": [inner(rng)] })),
        9 => ("byId", json!({ "https://example.org/n1": inner(rng), "_:b1": inner(rng) })),
        10 => ("byType", json!({ "Plain": inner(rng), "ex:Compact": [inner(rng)] })),
        11 => ("byIndex", json!({ "a": inner(rng), "b": value::leaf(rng).1 })),
        12 => ("byProperty", json!({ "x": inner(rng), "y": inner(rng) })),
        13 => ("nest", json!({ "nested": inner(rng), "alsoNested": "in the same node" })),
        14 => ("list", json!([inner(rng), "text", 4, [1, 2]])),
        _ => value::leaf(rng),
    }
}

/// IRIs, compact IRIs and blank nodes; seldom something that resolves against no base.
fn identifier(rng: &mut impl Rng) -> &'static str {
    if rng.random_range(0..FAULTY) == 0 {
        return pick(rng, &["relative", "", "#fragment", "../up", "http ://not an iri", "_:"]);
    }
    let good = [
        "did:example:alice",
        "did:key:z6MkpJySvETLnxhQG9DzEdmKJtysBDjuuTeDfUj1uNNCUqcj",
        "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
        "https://example.org/a?b=c#d",
        "https://example.org/ünïcode/虎符",
        "ex:compact",
        "_:b0",
        "_:b1",
        "_:other",
    ];
    pick(rng, &good)
}

fn pick<'a>(rng: &mut impl Rng, from: &[&'a str]) -> &'a str {
    from.get(rng.random_range(0..from.len())).copied().unwrap_or_default()
}
