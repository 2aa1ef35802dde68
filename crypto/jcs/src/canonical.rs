//! RFC 8785 §3.2: creation of JCS data.
//!
//! 1. §3.2.1 no whitespace between tokens;
//! 2. §3.2.2 primitive values: literals as they are, strings with the shortest escapes (`string.rs`),
//!    numbers as ECMAScript writes them (`number.rs`);
//! 3. §3.2.3 properties sorted by the UTF-16 code units of their names, recursively; array order is kept;
//! 4. §3.2.4 UTF-8.

use crate::{Error, number, string};
use serde_json::{Map, Value};

/// The deepest nesting [`canonicalize`] follows; a value read by [`parse`](crate::parse) is never deeper.
///
/// It keeps the recursion within the smallest stack a thread is given.
pub const MAX_DEPTH: usize = 128;

/// A first guess of the output's size that spares most documents a second allocation.
const INITIAL_CAPACITY: usize = 1024;

/// The canonical bytes of `value` (RFC 8785).
///
/// # Errors
/// [`Error::TooDeep`] beyond [`MAX_DEPTH`]; [`Error::InexactNumber`] for an integer that a double cannot hold:
/// RFC 8785 §3.2.2.3 treats every number as a double, so `9007199254740993` would be signed as
/// `9007199254740992` while a reader with 64-bit integers acts on the other one. Such a number is refused
/// rather than changed. Integers beyond ±2⁵³ that *are* doubles, or are a double's canonical text, are accepted.
pub fn canonicalize(value: &Value) -> Result<Vec<u8>, Error> {
    let mut out = Vec::with_capacity(INITIAL_CAPACITY);
    canonicalize_into(value, &mut out)?;
    Ok(out)
}

/// Appends the canonical bytes of `value` to `out`, to reuse a buffer or to hash several values in a row.
///
/// # Errors
/// Those of [`canonicalize`]; `out` then holds a partial text.
pub fn canonicalize_into(value: &Value, out: &mut Vec<u8>) -> Result<(), Error> {
    write_value(value, out, MAX_DEPTH)
}

/// The canonical bytes of any serialisable value.
///
/// # Errors
/// [`Error::NotJson`] if it has no JSON form (a map whose keys are not strings, a failing `Serialize`), and
/// those of [`canonicalize`].
pub fn to_vec<T: serde::Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, Error> {
    canonicalize(&serde_json::to_value(value).map_err(|e| Error::NotJson(e.to_string()))?)
}

fn write_value(value: &Value, out: &mut Vec<u8>, depth_left: usize) -> Result<(), Error> {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Number(n) => number::write(n, out)?,
        Value::String(s) => string::write(s, out),
        Value::Array(items) => {
            let depth_left = descend(depth_left)?;
            out.push(b'[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(b',');
                }
                write_value(item, out, depth_left)?;
            }
            out.push(b']');
        }
        Value::Object(members) => write_object(members, out, descend(depth_left)?)?,
    }
    Ok(())
}

fn descend(depth_left: usize) -> Result<usize, Error> {
    depth_left.checked_sub(1).ok_or(Error::TooDeep { limit: MAX_DEPTH })
}

fn write_object(members: &Map<String, Value>, out: &mut Vec<u8>, depth_left: usize) -> Result<(), Error> {
    // `Map` is sorted by UTF-8 unless some crate of the build turned on `preserve_order`, and UTF-8 order is
    // UTF-16 order for nearly every document: look first, sort only when needed.
    if members.keys().is_sorted_by(|a, b| string::cmp_utf16(a, b).is_lt()) {
        return write_members(members.iter(), out, depth_left);
    }
    let mut sorted: Vec<_> = members.iter().collect();
    sorted.sort_unstable_by(|(a, _), (b, _)| string::cmp_utf16(a, b));
    write_members(sorted.into_iter(), out, depth_left)
}

fn write_members<'a>(
    members: impl Iterator<Item = (&'a String, &'a Value)>,
    out: &mut Vec<u8>,
    depth_left: usize,
) -> Result<(), Error> {
    out.push(b'{');
    for (i, (name, value)) in members.enumerate() {
        if i > 0 {
            out.push(b',');
        }
        string::write(name, out);
        out.push(b':');
        write_value(value, out, depth_left)?;
    }
    out.push(b'}');
    Ok(())
}
