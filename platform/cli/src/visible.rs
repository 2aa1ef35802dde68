//! Words of others on a terminal: what would move its cursor, or turn the order in which they are read, is shown and not done.

/// Text of JSON, whose own line ends stay: the escapes are JSON's, so that it reads as the same value.
pub(crate) fn json(text: &str) -> String {
    escaped(text, |letter| letter == '\n')
}

/// A text on one line.
pub(crate) fn line(text: &str) -> String {
    escaped(text, |_| false)
}

fn escaped(text: &str, stays: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if acts(letter) && !stays(letter) {
            // all of them are below U+10000
            out.push_str(&format!("\\u{:04x}", u32::from(letter)));
        } else {
            out.push(letter);
        }
    }
    out
}

/// Control characters (C0, DEL, C1), line separators, and the formatting characters of the bidirectional algorithm (UAX #9 §2).
fn acts(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    #[test]
    fn words_of_others_move_no_cursor() {
        let words = "Order 1.\nopened by \u{9b}2Jnobody\u{202e}\u{7f}\u{1b}[31m 虎符";
        let shown = super::line(words);
        assert_eq!(shown, "Order 1.\\u000aopened by \\u009b2Jnobody\\u202e\\u007f\\u001b[31m 虎符");
        let value = json!({ "text": words });
        let text = super::json(&serde_json::to_string_pretty(&value).expect("JSON"));
        assert!(text.chars().all(|letter| letter == '\n' || !super::acts(letter)), "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).expect("JSON"), value, "the same value");
    }
}
