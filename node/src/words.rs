//! Words of others within ours: cut to a bound.

use std::fmt;

/// Most characters of an error of a reader: it repeats the names that it does not know, and the sender chooses their length.
const MAX_WORDS: usize = 512;

/// The beginning of what a reader says.
pub(crate) fn excerpt(words: &impl fmt::Display) -> String {
    let words = words.to_string();
    match words.char_indices().nth(MAX_WORDS) {
        Some((end, _)) => format!("{}…", words.get(..end).unwrap_or_default()),
        None => words,
    }
}

#[cfg(test)]
mod tests {
    use crate::{governance, groups, rings};

    #[test]
    fn a_refusal_does_not_repeat_a_name_of_any_length() {
        let unknown = format!("{{\"type\":\"report\",\"{}\":1}}", "é".repeat(30_000));
        let words = groups::Operation::parse(unknown.as_bytes()).unwrap_err().to_string();
        assert!(words.contains("unknown field") && words.len() < 2_000, "{} bytes", words.len());
        let unknown = format!("{{\"type\":\"{}\"}}", "x".repeat(60_000));
        let words = governance::Operation::parse(unknown.as_bytes()).unwrap_err().to_string();
        assert!(words.contains("unknown variant") && words.len() < 2_000, "{} bytes", words.len());
        let unknown = format!("{{\"type\":\"{}\"}}", "x".repeat(1_000));
        let words = rings::Operation::parse(unknown.as_bytes()).unwrap_err().to_string();
        assert!(words.contains("unknown variant") && words.len() < 700, "{} bytes", words.len());
    }
}
