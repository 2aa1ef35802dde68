//! Leaf properties: literals, references and the containers that hold them.

use rand::{Rng, RngExt};
use serde_json::{Value, json};

use super::{FAULTY, identifier, pick};

/// A term and a value without node objects in it.
pub(super) fn leaf(rng: &mut impl Rng) -> (&'static str, Value) {
    if rng.random_range(0..FAULTY) == 0 {
        return faulty(rng);
    }
    match rng.random_range(0..24) {
        0 => ("plain", text(rng).into()),
        1 => ("plain", number(rng)),
        2 => ("plain", json!([true, false, null, text(rng)])),
        3 => ("plain", json!({ "@value": text(rng), "@language": pick(rng, &["en", "zh-Hans", "PT-br"]) })),
        4 => ("plain", json!({ "@value": text(rng), "@type": "xsd:token" })),
        5 => ("plain", directed(rng)),
        6 => ("plain", json!({ "@list": [text(rng), number(rng), { "@list": [] }] })),
        7 => ("plain", json!({ "@set": [text(rng), text(rng)], "@index": "ignored" })),
        8 => ("plain", json!({ "@value": { "b": [1.5, null], "a": text(rng) }, "@type": "@json" })),
        9 => ("reference", json!([identifier(rng), { "id": identifier(rng) }])),
        10 => ("vocabReference", json!(["Plain", "ex:Compact"])),
        11 => ("integer", number(rng)),
        12 => ("double", double(rng)),
        13 => ("dateTime", "2026-02-26T01:02:58.447-06:00".into()),
        14 => ("untyped", json!([text(rng), number(rng)])),
        15 => ("json", json!({ "z": number(rng), "a": [text(rng), { "é": true, "\u{fb33}": null }] })),
        16 => ("french", text(rng).into()),
        17 => ("noLanguage", text(rng).into()),
        18 => ("rightToLeft", text(rng).into()),
        19 => ("list", json!([number(rng), text(rng), [text(rng)], []])),
        20 => ("listOfIds", json!([identifier(rng), identifier(rng)])),
        21 => ("set", json!([text(rng), number(rng)])),
        22 => ("byLanguage", json!({ "en": text(rng), "de": [text(rng), text(rng)], "@none": text(rng) })),
        _ => ("byIndex", json!({ "a": text(rng), "b": [number(rng)] })),
    }
}

/// Shapes that a safe processor must not let pass, or that it must read in one way only.
fn faulty(rng: &mut impl Rng) -> (&'static str, Value) {
    match rng.random_range(0..12) {
        0 => ("undefinedTerm", text(rng).into()),
        1 => ("dropped", text(rng).into()),
        2 => ("plain", json!({ "@value": text(rng), "@language": "en", "@type": "xsd:token" })),
        3 => ("plain", json!({ "@value": [1] })),
        4 => ("plain", json!({ "@value": text(rng), "unexpected": 1 })),
        5 => ("plain", json!({ "@value": null })),
        6 => ("plain", json!({ "@value": text(rng), "@language": "not a language" })),
        7 => ("@type", json!(4)),
        8 => ("reference", json!("relative/reference")),
        9 => ("plain", json!({ "@list": [1], "ex:more": 2 })),
        10 => ("@unknownKeyword", text(rng).into()),
        _ => ("reverse", text(rng).into()),
    }
}

/// Text with every kind of character that N-Quads must escape, or must not.
fn text(rng: &mut impl Rng) -> &'static str {
    let samples = [
        "",
        "plain",
        "tiger tally 虎符 🐅",
        "quote \" backslash \\ tab \t line \n return \r",
        "control \u{1}\u{8}\u{c}\u{1f}\u{7f}\u{80}",
        "separators \u{2028}\u{2029}\u{feff}\u{fffd}",
        "e\u{301} is not \u{e9}",
        "12",
        "ex:looksLikeAnIri",
    ];
    pick(rng, &samples)
}

/// A text with a direction, and no other value has the same text.
fn directed(rng: &mut impl Rng) -> Value {
    let direction = pick(rng, &["ltr", "rtl"]);
    json!({ "@value": format!("{direction} {}", text(rng)), "@direction": direction })
}

/// A number for `xsd:double`: any but negative zero.
fn double(rng: &mut impl Rng) -> Value {
    let number = number(rng);
    if number == json!(-0.0) { json!(0) } else { number }
}

/// Numbers on both sides of the borders between `xsd:integer` and `xsd:double`. All of them are exact
/// doubles: what JavaScript cannot hold it cannot be asked about. Small numbers have a fractional digit: the peer
/// takes 1e-7, which JavaScript prints without a point, for the integer 0.
fn number(rng: &mut impl Rng) -> Value {
    let samples = [
        json!(0),
        json!(-0.0),
        json!(1),
        json!(-1),
        json!(1.0),
        json!(5.5),
        json!(0.1),
        json!(-1.25e-300),
        json!(123_456.789),
        json!(9_007_199_254_740_991_u64),
        json!(-9_007_199_254_740_992_i64),
        json!(9_223_372_036_854_775_808_u64),
        json!(1e20),
        json!(999_999_999_999_999_868_928.0),
        json!(1e21),
        json!(1.797_693_134_862_315_7e308),
    ];
    samples.get(rng.random_range(0..samples.len())).cloned().unwrap_or_default()
}
