//! RFC 8785: the published test data, the number samples of Appendix B, and laws.

use hufu_jcs::{Error, Limits, MAX_DEPTH, canonicalize, parse, to_vec};
use proptest::prelude::*;
use serde_json::{Number, Value, json};
use std::path::PathBuf;

fn canonical(text: &str) -> Result<String, Error> {
    let value = parse(text.as_bytes(), Limits::DEFAULT)?;
    canonicalize(&value).map(|bytes| String::from_utf8(bytes).expect("UTF-8"))
}

#[test]
fn the_published_test_data() {
    let folder = std::env::var_os("HUFU_VECTORS")
        .map_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/vectors").into(), PathBuf::from)
        .join("jcs-rfc8785/testdata");
    let Ok(inputs) = std::fs::read_dir(folder.join("input")) else {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "no vectors in {}", folder.display());
        eprintln!("skipped, no vectors in {}", folder.display());
        return;
    };
    let mut count = 0;
    for input in inputs {
        let name = input.unwrap().file_name().into_string().unwrap();
        let read = |kind: &str, name: &str| std::fs::read_to_string(folder.join(kind).join(name)).unwrap();
        let result = canonical(&read("input", &name)).unwrap();
        assert_eq!(result, read("output", &name), "{name}");
        let hex: String = read("outhex", &name.replace(".json", ".txt")).split_whitespace().collect();
        assert_eq!(result.as_bytes(), hex::decode(hex).unwrap(), "{name}");
        count += 1;
    }
    assert!(count >= 6, "only {count} vectors");
    eprintln!("jcs-rfc8785: {count} documents");
}

/// Appendix B: the bits of a double and its text.
const APPENDIX_B: [(u64, &str); 24] = [
    (0x0000_0000_0000_0000, "0"),
    (0x8000_0000_0000_0000, "0"),
    (0x0000_0000_0000_0001, "5e-324"),
    (0x8000_0000_0000_0001, "-5e-324"),
    (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
    (0xffef_ffff_ffff_ffff, "-1.7976931348623157e+308"),
    (0x4340_0000_0000_0000, "9007199254740992"),
    (0xc340_0000_0000_0000, "-9007199254740992"),
    (0x4430_0000_0000_0000, "295147905179352830000"),
    (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
    (0x44b5_2d02_c7e1_4af6, "1e+23"),
    (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
    (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
    (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"),
    (0x444b_1ae4_d6e2_ef50, "1e+21"),
    (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
    (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
    (0x41b3_de43_5555_5553, "333333333.3333332"),
    (0x41b3_de43_5555_5554, "333333333.33333325"),
    (0x41b3_de43_5555_5555, "333333333.3333333"),
    (0x41b3_de43_5555_5556, "333333333.3333334"),
    (0x41b3_de43_5555_5557, "333333333.33333343"),
    (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
    (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
];

#[test]
fn the_numbers_of_appendix_b() {
    for (bits, text) in APPENDIX_B {
        let number = Value::Number(Number::from_f64(f64::from_bits(bits)).unwrap());
        assert_eq!(canonicalize(&number).unwrap(), text.as_bytes(), "{bits:016x}");
        // The text is read back to the same canonical text, whichever Rust type the reader picks for it.
        assert_eq!(canonical(text).as_deref(), Ok(text), "{bits:016x}");
    }
}

#[test]
fn integers_that_a_double_cannot_hold_are_refused() {
    for bad in ["9007199254740993", "-9007199254740993", "18446744073709551615", "4611686018427387905"] {
        assert!(matches!(canonical(bad), Err(Error::InexactNumber(n)) if n == bad), "{bad}");
    }
    for (good, text) in [
        ("9007199254740991", "9007199254740991"),
        ("9007199254740994", "9007199254740994"),
        ("4611686018427387904", "4611686018427388000"), // 2^62, as ECMAScript writes it …
        ("4611686018427388000", "4611686018427388000"), // … and that text again
        ("-9223372036854775808", "-9223372036854776000"),
        ("-9223372036854776000", "-9223372036854776000"),
        ("18446744073709552000", "18446744073709552000"), // 2^64, beyond u64
    ] {
        assert_eq!(canonical(good).as_deref(), Ok(text), "{good}");
    }
}

#[test]
fn equal_numbers_have_one_form() {
    for text in ["1", "1.0", "1e0", "10e-1", "0.1E1"] {
        assert_eq!(canonical(text).as_deref(), Ok("1"), "{text}");
    }
    assert_eq!(canonical("-0").as_deref(), Ok("0"));
    assert_eq!(canonical("-0.0").as_deref(), Ok("0"));
}

#[test]
fn a_value_deeper_than_the_bound_is_refused_and_not_recursed_into() {
    let nested = |levels| (0..levels).fold(json!(null), |inner, _| json!([inner]));
    assert!(canonicalize(&nested(MAX_DEPTH)).is_ok());
    assert_eq!(canonicalize(&nested(MAX_DEPTH + 1)), Err(Error::TooDeep { limit: MAX_DEPTH }));
}

#[test]
fn a_serialisable_value_goes_the_same_way() {
    #[derive(serde::Serialize)]
    struct Pair {
        z: u8,
        a: &'static str,
    }
    assert_eq!(to_vec(&Pair { z: 1, a: "\u{7f}" }).unwrap(), "{\"a\":\"\u{7f}\",\"z\":1}".as_bytes());
    let keyed: std::collections::HashMap<Vec<u8>, u8> = [(vec![1], 1)].into();
    assert!(matches!(to_vec(&keyed), Err(Error::NotJson(_))));
}

fn arb_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        any::<f64>().prop_filter_map("finite", |f| Number::from_f64(f).map(Value::Number)),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 64, 8, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            proptest::collection::btree_map(any::<String>(), inner, 0..8)
                .prop_map(|m| Value::Object(m.into_iter().collect())),
        ]
    })
}

proptest! {
    /// Reading the canonical text and canonicalising it again changes nothing.
    #[test]
    fn canonicalization_is_idempotent(value in arb_value()) {
        let once = canonicalize(&value).unwrap();
        let again = parse(&once, Limits::DEFAULT).unwrap();
        prop_assert_eq!(canonicalize(&again).unwrap(), once);
    }

    /// Layout, escapes and the order of names do not matter.
    #[test]
    fn pretty_text_has_the_same_form(value in arb_value()) {
        let pretty = serde_json::to_vec_pretty(&value).unwrap();
        prop_assert_eq!(
            canonicalize(&parse(&pretty, Limits::DEFAULT).unwrap()).unwrap(),
            canonicalize(&value).unwrap()
        );
    }

    /// Every double, not only those that a reader produced.
    #[test]
    fn every_double_survives(bits in any::<u64>()) {
        if let Some(number) = Number::from_f64(f64::from_bits(bits)) {
            let text = canonicalize(&Value::Number(number)).unwrap();
            let read: f64 = std::str::from_utf8(&text).unwrap().parse().unwrap();
            prop_assert!(read == f64::from_bits(bits));
            let again = canonical(std::str::from_utf8(&text).unwrap()).unwrap();
            prop_assert_eq!(again.as_bytes(), text);
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(value) = parse(&bytes, Limits::DEFAULT) {
            prop_assert_eq!(serde_json::from_slice::<Value>(&bytes).unwrap(), value);
        }
    }
}
