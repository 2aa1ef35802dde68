//! Words of others within ours: cut to a bound.

/// The beginning of a text, if it is longer than `most` bytes.
pub(crate) fn clipped(mut text: String, most: usize) -> String {
    if text.len() > most {
        let end = (0..=most).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        text.truncate(end);
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(clipped("abc".into(), 3), "abc");
        assert_eq!(clipped("abcd".into(), 3), "abc…");
        assert_eq!(clipped("aéé".into(), 2), "a…");
        assert_eq!(clipped("虎".into(), 1), "…");
    }
}
