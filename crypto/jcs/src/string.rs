//! RFC 8785 §3.2.2.2 (strings) and the order of §3.2.3.

use std::cmp::Ordering;

/// Writes `s` in quotes with the escapes of §3.2.2.2: `\b \t \n \f \r \" \\`, lower-case `\u00xx` for the other
/// control characters, everything else as it is.
pub(crate) fn write(s: &str, out: &mut Vec<u8>) {
    out.reserve(s.len() + 2);
    out.push(b'"');
    let mut rest = s.as_bytes();
    while let Some(at) = rest.iter().position(|&b| b < 0x20 || b == b'"' || b == b'\\') {
        let (plain, tail) = rest.split_at(at);
        out.extend_from_slice(plain);
        let Some((&byte, tail)) = tail.split_first() else { break };
        escape(byte, out);
        rest = tail;
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

fn escape(byte: u8, out: &mut Vec<u8>) {
    let short = match byte {
        0x08 => b'b',
        b'\t' => b't',
        b'\n' => b'n',
        0x0c => b'f',
        b'\r' => b'r',
        b'"' | b'\\' => byte,
        control => {
            out.extend_from_slice(b"\\u00");
            out.push(b'0' + (control >> 4));
            out.push(match control & 0xf {
                digit @ 0..=9 => b'0' + digit,
                letter => b'a' + letter - 10,
            });
            return;
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}

/// Compares two names by their UTF-16 code units, reading only their UTF-8.
///
/// UTF-8 orders strings by code point. UTF-16 differs in one place: characters from U+10000 up are written with
/// surrogates (D800–DFFF) and so come before U+E000–U+FFFF. At the first differing byte of two well-formed
/// strings, that is exactly the case of one byte being F0–F4 and the other EE or EF; both are then lead bytes,
/// because continuation bytes end at BF.
pub(crate) fn cmp_utf16(a: &str, b: &str) -> Ordering {
    let differing = a.bytes().zip(b.bytes()).find(|(x, y)| x != y);
    match differing {
        None => a.len().cmp(&b.len()),
        Some((x, y)) if x >= 0xee && y >= 0xee => (x < 0xf0, x).cmp(&(y < 0xf0, y)),
        Some((x, y)) => x.cmp(&y),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_smiley_sorts_before_a_private_use_character() {
        assert_eq!(cmp_utf16("\u{1f602}", "\u{fb33}"), Ordering::Less);
        assert_eq!(cmp_utf16("\u{e000}", "\u{10ffff}"), Ordering::Greater);
        assert_eq!(cmp_utf16("a\u{ee00}", "a\u{ef00}"), Ordering::Less);
        assert_eq!(cmp_utf16("\u{d7ff}", "\u{10000}"), Ordering::Less);
    }

    proptest! {
        #[test]
        fn the_byte_comparison_is_the_utf16_comparison(
            a in "[a\u{7f}\u{80}\u{7ff}\u{800}\u{d7ff}\u{e000}\u{ffff}\u{10000}\u{1f602}\u{10ffff}]{0,4}",
            b in "[a\u{7f}\u{80}\u{7ff}\u{800}\u{d7ff}\u{e000}\u{ffff}\u{10000}\u{1f602}\u{10ffff}]{0,4}",
        ) {
            prop_assert_eq!(cmp_utf16(&a, &b), a.encode_utf16().cmp(b.encode_utf16()));
        }

        #[test]
        fn what_is_written_is_read_back(s in any::<String>()) {
            let mut out = Vec::new();
            write(&s, &mut out);
            prop_assert_eq!(serde_json::from_slice::<String>(&out).unwrap(), s);
        }
    }
}
