//! Random JSON-LD documents for the differential tests: most are sound, a few are not, and both sides
//! must agree on which.
//!
//! Left out, because npm's `jsonld` 9 departs from the standard there, is:
//!
//! | construct | the standard | the peer |
//! |---|---|---|
//! | maps by identifier under a context that does not propagate | JSON-LD 1.1 API §5.1.2 step 13.8.3.1: values are read under the previous context | keeps the type-scoped one |
//! | a map by type with a type that has a scoped context, beside other types | step 13.8.3.2: the context is for that key's values | reads the keys that follow with it, too |
//! | -0.0 as `xsd:double` | §8.6 with XSD 1.1 part 2 §E.1: `-0.0E0` | `0.0E0`: JavaScript prints no sign of zero |
//! | 1e-7 and smaller without a fraction | §8.2.2 step 10: a number with a fractional part is a double | takes what is printed without a point for an integer |
//! | a default `@direction` together with scoped contexts | §4.1.2 step 3: a copy of the active context | loses it in the copy |
//! | values of one property that differ in `@direction` alone | §7.2 step 6.9: both are kept | takes them for one value |
//! | an empty string as `@id` where there is no base | §5.2: a relative reference, which safe mode must not lose | takes it for no `@id` in some places |
//! | an empty node in a graph container | §5.1.2 step 19 drops it only under null and `@graph` | refuses it in safe mode |
//! | `@none` as a property | safe mode must not lose data; the standard would drop it | drops it in safe mode, too |

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
    let mut document = node(rng, DEPTH, false);
    document.insert("@context".to_owned(), context::context(rng));
    if rng.random_bool(0.1) {
        let nodes: Vec<Value> =
            (0..rng.random_range(1..4)).map(|_| Value::Object(node(rng, 1, false))).collect();
        document.insert("@graph".to_owned(), nodes.into());
    }
    if rng.random_bool(0.1) {
        document.insert("@included".to_owned(), json!([node(rng, 1, false)]));
    }
    Value::Object(document)
}

/// A node object: an identifier or none, types or none, and properties of every kind of term; but no map by identifier
/// under a context that does not propagate.
fn node(rng: &mut impl Rng, depth: u32, within_scoped: bool) -> Map<String, Value> {
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
    let scoped = within_scoped || ["type", "@type"].iter().filter_map(|key| node.get(*key)).any(is_scoped);
    for _ in 0..rng.random_range(1..7) {
        let (term, value) = property(rng, depth, scoped);
        if !(scoped && BY_IDENTIFIER.contains(&term)) {
            node.insert(term.to_owned(), value);
        }
    }
    if node.is_empty() {
        node.insert("plain".to_owned(), json!("not empty"));
    }
    node
}

/// Terms whose values are maps by identifier.
const BY_IDENTIFIER: [&str; 2] = ["byId", "graphById"];

/// Whether a value of `@type` names the type with a context that ends with the node.
fn is_scoped(types: &Value) -> bool {
    types == "Scoped" || types.as_array().is_some_and(|all| all.contains(&json!("Scoped")))
}

/// A term of [`context::context`] with a value of the shape its definition asks for.
fn property(rng: &mut impl Rng, depth: u32, scoped: bool) -> (&'static str, Value) {
    if depth == 0 {
        return value::leaf(rng);
    }
    let inner = |rng: &mut _| Value::Object(node(rng, depth - 1, scoped));
    match rng.random_range(0..23) {
        0 => ("plain", inner(rng)),
        1 => ("within", inner(rng)),
        2 => ("propagated", Value::Object(node(rng, depth - 1, true))),
        3 => ("reverse", inner(rng)),
        4 => ("@reverse", json!({ "ex:backwards": inner(rng) })),
        5 => ("graph", inner(rng)),
        6 => ("graphs", json!([inner(rng), inner(rng)])),
        7 => ("graphById", json!({ "https://example.org/g1": inner(rng), "@none": inner(rng) })),
        8 => ("graphByIndex", json!({ "one": inner(rng), "two": [inner(rng)] })),
        9 => ("byId", json!({ "https://example.org/n1": inner(rng), "_:b1": inner(rng) })),
        10 => ("byType", json!({ "Plain": inner(rng), "ex:Compact": [inner(rng)] })),
        15 => ("byType", json!({ "Scoped": node(rng, depth - 1, true) })),
        11 => ("byIndex", json!({ "a": inner(rng), "b": any_leaf(rng) })),
        12 => ("byProperty", json!({ "x": inner(rng), "y": inner(rng) })),
        13 => ("nest", json!({ "nested": inner(rng), "alsoNested": "in the same node" })),
        14 => ("list", json!([inner(rng), "text", 4, [1, 2]])),
        _ => value::leaf(rng),
    }
}

/// A leaf's value out of its place; but no language map, whose `@none` would be a property there.
fn any_leaf(rng: &mut impl Rng) -> Value {
    let (_, value) = value::leaf(rng);
    if value.get("@none").is_some() { json!("no map") } else { value }
}

/// IRIs, compact IRIs and blank nodes; seldom something that resolves against no base.
fn identifier(rng: &mut impl Rng) -> &'static str {
    if rng.random_range(0..FAULTY) == 0 {
        return pick(rng, &["relative", "#fragment", "../up", "http ://not an iri", "_:"]);
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
