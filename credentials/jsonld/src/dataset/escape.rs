//! Canonical escapes of literals (RDFC-1.0 appendix A, canonical N-Quads).

use std::borrow::Cow;
use std::fmt::Write as _;

/// Appends `text` with exactly the escapes that canonical N-Quads prescribes.
pub(crate) fn push_escaped(out: &mut String, text: &str) {
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        let short = match byte {
            0x08 => "\\b",
            b'\t' => "\\t",
            b'\n' => "\\n",
            0x0c => "\\f",
            b'\r' => "\\r",
            b'"' => "\\\"",
            b'\\' => "\\\\",
            0x00..=0x1f | 0x7f => "",
            _ => continue,
        };
        // All of these are ASCII, so `at` is a character boundary.
        out.push_str(text.get(plain..at).unwrap_or_default());
        plain = at + 1;
        if short.is_empty() {
            // Writing to a String cannot fail.
            let _ = write!(out, "\\u{byte:04X}");
        } else {
            out.push_str(short);
        }
    }
    out.push_str(text.get(plain..).unwrap_or_default());
}

/// Undoes escapes, canonical or not; a malformed one is kept as it is (see [`unescape`] for the strict form).
pub(super) fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    unescape(text, true).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// Undoes ECHAR (if `characters`) and UCHAR escapes of the N-Quads grammar; None if one is malformed.
pub(super) fn unescape(text: &str, characters: bool) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let kind = after.chars().next()?;
        let mut taken = kind.len_utf8();
        let digits = match kind {
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        out.push(match kind {
            'u' | 'U' => {
                let hex = after.get(1..1 + digits)?;
                if !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
                    return None;
                }
                taken += digits;
                char::from_u32(u32::from_str_radix(hex, 16).ok()?)?
            }
            _ if !characters => return None,
            't' => '\t',
            'b' => '\u{8}',
            'n' => '\n',
            'r' => '\r',
            'f' => '\u{c}',
            '"' | '\'' | '\\' => kind,
            _ => return None,
        });
        rest = after.get(taken..)?;
    }
    out.push_str(rest);
    Some(out)
}
