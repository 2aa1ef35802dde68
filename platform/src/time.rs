//! The clock, read in one place, and how times are written.

use jiff::Timestamp;

/// Milliseconds since 1970.
pub(crate) fn now_ms() -> u64 {
    u64::try_from(Timestamp::now().as_millisecond()).unwrap_or(0)
}

/// RFC 3339 in UTC with milliseconds, or the epoch for a time no calendar has.
pub(crate) fn rfc3339(ms: u64) -> String {
    let ms = i64::try_from(ms).unwrap_or(i64::MAX);
    let time = Timestamp::from_millisecond(ms).unwrap_or_default();
    format!("{time:.3}")
}

/// Now, as [`rfc3339`] writes it.
pub(crate) fn now() -> String {
    rfc3339(now_ms())
}

/// Reads a time as RFC 3339 or as milliseconds since 1970.
pub(crate) fn parse(text: &str) -> Option<u64> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok();
    }
    let time: Timestamp = text.parse().ok()?;
    u64::try_from(time.as_millisecond()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_and_read() {
        assert_eq!(rfc3339(1_795_392_000_123), "2026-11-23T00:00:00.123Z");
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(parse("2026-11-23T00:00:00.123Z"), Some(1_795_392_000_123));
        assert_eq!(parse("1795392000123"), Some(1_795_392_000_123));
        assert_eq!(parse("yesterday"), None);
    }
}
