//! The strict reader: every refusal by its name.

use hufu_jcs::{Error, Limits, parse};
use serde_json::json;

fn read(text: &str) -> Result<serde_json::Value, Error> {
    parse(text.as_bytes(), Limits::DEFAULT)
}

#[test]
fn it_reads_what_serde_json_reads() {
    let text = r#" { "a": [1, -2, 3.5, 1e3, true, false, null, "x\u00e9\ud83d\ude02"], "": {} } "#;
    assert_eq!(read(text).unwrap(), serde_json::from_str::<serde_json::Value>(text).unwrap());
}

#[test]
fn duplicate_names_at_any_level() {
    for text in [
        r#"{"a":1,"a":1}"#,
        r#"{"a":1,"b":2,"a":3}"#,
        r#"[{"x":{"a":1,"a":2}}]"#,
        r#"{"a":1,"\u0061":2}"#, // the same name, written differently
    ] {
        assert!(matches!(read(text), Err(Error::DuplicateName { name, .. }) if name == "a"), "{text}");
    }
    assert!(read(r#"[{"a":1},{"a":1}]"#).is_ok());
    let long = "n".repeat(5000);
    let error = read(&format!(r#"{{"{long}":1,"{long}":2}}"#)).unwrap_err().to_string();
    assert!(error.len() < 200, "{error}");
}

#[test]
fn nesting_is_bounded_before_the_stack_is() {
    let limits = Limits { depth: 3, ..Limits::DEFAULT };
    assert_eq!(parse(b"[[[]]]", limits), Ok(json!([[[]]])));
    assert_eq!(parse(b"[[[[]]]]", limits), Err(Error::TooDeep { limit: 3 }));
    assert_eq!(parse(br#"{"a":{"a":{"a":{}}}}"#, limits), Err(Error::TooDeep { limit: 3 }));
    assert_eq!(parse(b"1", Limits { depth: 0, ..limits }), Ok(json!(1)));
    assert_eq!(parse(b"[]", Limits { depth: 0, ..limits }), Err(Error::TooDeep { limit: 0 }));
    let deepest = |levels| "[".repeat(levels) + &"]".repeat(levels);
    let no_limit = Limits { depth: usize::MAX, bytes: usize::MAX };
    assert!(parse(deepest(127).as_bytes(), no_limit).is_ok());
    assert_eq!(parse(deepest(128).as_bytes(), no_limit), Err(Error::TooDeep { limit: 127 }));
    assert_eq!(parse("[".repeat(1 << 20).as_bytes(), no_limit), Err(Error::TooDeep { limit: 127 }));
}

#[test]
fn size_is_bounded_before_anything_is_read() {
    let limits = Limits::bytes(4);
    assert!(parse(b"true", limits).is_ok());
    assert_eq!(parse(b"false", limits), Err(Error::TooLarge { found: 5, limit: 4 }));
}

#[test]
fn bytes_that_are_not_utf8() {
    assert_eq!(parse(b"\"a\xff\"", Limits::DEFAULT), Err(Error::NotUtf8 { offset: 2 }));
    assert_eq!(parse(b"\"\xed\xa0\x80\"", Limits::DEFAULT), Err(Error::NotUtf8 { offset: 1 })); // a surrogate
    assert_eq!(parse(b"\"\xc0\x80\"", Limits::DEFAULT), Err(Error::NotUtf8 { offset: 1 })); // an overlong NUL
    assert!(matches!(parse(b"\xef\xbb\xbf{}", Limits::DEFAULT), Err(Error::Syntax(_)))); // a byte order mark
}

#[test]
fn lone_surrogates_in_values_and_names() {
    for text in [
        r#""\ud800""#,
        r#""\udc00""#,
        r#""\ud800x""#,
        r#""\ud800\u0041""#,
        r#""\ud800\ud800""#,
        r#"{"\udfff":1}"#,
        r#"["\uDEAD"]"#,
    ] {
        assert!(matches!(read(text), Err(Error::LoneSurrogate { .. })), "{text}: {:?}", read(text));
    }
}

#[test]
fn anything_after_the_value() {
    for text in ["1 2", "0x1", "{}{}", "[] x", "null,", "{}\0"] {
        assert!(matches!(read(text), Err(Error::Trailing { .. })), "{text}");
    }
    assert!(read(" {} \r\n\t").is_ok());
}

#[test]
fn what_is_not_json() {
    for text in [
        "",
        " ",
        "nul",
        "NaN",
        "Infinity",
        "+1",
        "01",
        "1.",
        ".5",
        "1e",
        "1e400",
        "-1e400",
        "'a'",
        "\"a",
        "\"\t\"",
        "\"\\x\"",
        "\"\\u12\"",
        "[1,]",
        "[,1]",
        "{,}",
        "{\"a\"}",
        "{\"a\":}",
        "{a:1}",
        "{1:1}",
        "[1 2]",
        "// c\n1",
        "{\"a\":1,}",
        "]",
        "{",
        "[",
    ] {
        assert!(matches!(read(text), Err(Error::Syntax(_))), "{text:?}: {:?}", read(text));
    }
}
