//! A JSON reader for untrusted bytes: I-JSON (RFC 7493) with bounds.
//!
//! 1. size: refused before a byte is looked at;
//! 2. UTF-8 (RFC 7493 §2.1);
//! 3. the value, with names unique in each object (§2.3), no unpaired surrogate (§2.1) and bounded nesting;
//! 4. nothing after it but whitespace.

use crate::{Error, canonical::MAX_DEPTH};
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::cell::Cell;
use std::fmt;

/// How large and how deep a JSON text [`parse`] reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the text.
    pub bytes: usize,
    /// Levels of arrays and objects: `[]` has one. Values above 127 act as 127.
    pub depth: usize,
}

impl Limits {
    /// 1 MiB and 64 levels: larger than any credential or DID document met in practice.
    pub const DEFAULT: Self = Self { bytes: 1 << 20, depth: 64 };

    /// The default depth with another size.
    #[must_use]
    pub const fn bytes(bytes: usize) -> Self {
        Self { bytes, ..Self::DEFAULT }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Reads one JSON value from untrusted bytes.
///
/// Numbers become what `serde_json` makes of them: 64-bit integers where they fit, else doubles.
///
/// # Errors
/// [`Error::TooLarge`], [`Error::NotUtf8`], [`Error::TooDeep`], [`Error::DuplicateName`],
/// [`Error::LoneSurrogate`], [`Error::Trailing`], and [`Error::Syntax`] for whatever else is not JSON,
/// numbers beyond the range of a double included.
pub fn parse(bytes: &[u8], limits: Limits) -> Result<Value, Error> {
    // Step 1.
    if bytes.len() > limits.bytes {
        return Err(Error::TooLarge { found: bytes.len(), limit: limits.bytes });
    }
    // Step 2.
    let text = std::str::from_utf8(bytes).map_err(|e| Error::NotUtf8 { offset: e.valid_up_to() })?;
    // Step 3.
    let limit = limits.depth.min(MAX_DEPTH - 1);
    let cause = Cell::new(None);
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Seed { depth_left: limit, cause: &cause }
        .deserialize(&mut deserializer)
        .map_err(|e| explain(&e, cause.take(), limit))?;
    // Step 4.
    deserializer.end().map_err(|e| Error::Trailing { line: e.line(), column: e.column() })?;
    Ok(value)
}

/// What the visitor found wrong, kept beside serde's error, which can only carry text.
enum Cause {
    Duplicate(String),
    Depth,
}

/// As much of a repeated name as an error message repeats.
const SHOWN_NAME: usize = 64;

fn explain(error: &serde_json::Error, cause: Option<Cause>, limit: usize) -> Error {
    let (line, column) = (error.line(), error.column());
    match cause {
        Some(Cause::Depth) => Error::TooDeep { limit },
        Some(Cause::Duplicate(name)) => {
            Error::DuplicateName { name: name.chars().take(SHOWN_NAME).collect(), line, column }
        }
        None => {
            let text = error.to_string();
            // `serde_json` tells its errors apart by their text only: these two are about surrogates, and nothing else.
            if text.starts_with("lone leading surrogate") || text.starts_with("unexpected end of hex escape")
            {
                Error::LoneSurrogate { line, column }
            } else if text.starts_with("recursion limit exceeded") {
                // `serde_json`'s own bound, met one level before ours when the limit is the highest.
                Error::TooDeep { limit }
            } else {
                Error::Syntax(text)
            }
        }
    }
}

#[derive(Clone, Copy)]
struct Seed<'c> {
    depth_left: usize,
    cause: &'c Cell<Option<Cause>>,
}

impl Seed<'_> {
    fn descend<E: serde::de::Error>(self) -> Result<Self, E> {
        match self.depth_left.checked_sub(1) {
            Some(depth_left) => Ok(Self { depth_left, ..self }),
            None => {
                self.cause.set(Some(Cause::Depth));
                Err(E::custom("too deep"))
            }
        }
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, v: bool) -> Result<Value, E> {
        Ok(Value::Bool(v))
    }

    fn visit_i64<E>(self, v: i64) -> Result<Value, E> {
        Ok(Value::Number(v.into()))
    }

    fn visit_u64<E>(self, v: u64) -> Result<Value, E> {
        Ok(Value::Number(v.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, v: f64) -> Result<Value, E> {
        Number::from_f64(v).map(Value::Number).ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E>(self, v: &str) -> Result<Value, E> {
        Ok(Value::String(v.to_owned()))
    }

    fn visit_string<E>(self, v: String) -> Result<Value, E> {
        Ok(Value::String(v))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let inner = self.descend()?;
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(inner)? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let inner = self.descend()?;
        let mut members = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            if members.contains_key(&name) {
                self.cause.set(Some(Cause::Duplicate(name)));
                return Err(A::Error::custom("duplicate name"));
            }
            let value = map.next_value_seed(inner)?;
            members.insert(name, value);
        }
        Ok(Value::Object(members))
    }
}
