//! XML Schema 1.1 `dateTimeStamp` as the VC specifications use it.
//!
//! A `dateTimeStamp` is `YYYY-MM-DDThh:mm:ss[.fraction](Z|±hh:mm)`. Data Integrity 1.0 allows a processor to
//! take a proof's time without an offset as UTC; [`DateTime::parse_lenient`] does and says so.

use jiff::Timestamp;
use jiff::civil;

/// Longest accepted text: a ten-digit fraction of a second serves nobody.
const MAX_LEN: usize = 40;

/// An instant, and whether its text named the offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct DateTime {
    /// The instant.
    pub timestamp: Timestamp,
    /// False where the text had neither `Z` nor an offset and was read as UTC.
    pub has_offset: bool,
}

impl DateTime {
    /// Reads a `dateTimeStamp`; the offset is mandatory. Years are 0001 to 9999.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::parse_lenient(text).filter(|t| t.has_offset)
    }

    /// The same, but a missing offset means UTC.
    #[must_use]
    pub fn parse_lenient(text: &str) -> Option<Self> {
        if text.len() > MAX_LEN || !text.is_ascii() {
            return None;
        }
        let bytes = text.as_bytes();
        let (date_time, rest) = (bytes.get(..19)?, bytes.get(19..)?);
        let year = digits(date_time.get(..4)?)?;
        separator(date_time, 4, b'-')?;
        let month = digits(date_time.get(5..7)?)?;
        separator(date_time, 7, b'-')?;
        let day = digits(date_time.get(8..10)?)?;
        separator(date_time, 10, b'T')?;
        let hour = digits(date_time.get(11..13)?)?;
        separator(date_time, 13, b':')?;
        let minute = digits(date_time.get(14..16)?)?;
        separator(date_time, 16, b':')?;
        let second = digits(date_time.get(17..19)?)?;

        let (nanos, rest) = fraction(rest)?;
        let (offset_seconds, has_offset) = offset(rest)?;

        // `24:00:00` is the end of that day; no other 24 exists.
        let end_of_day = hour == 24;
        if end_of_day && (minute, second, nanos) != (0, 0, 0) {
            return None;
        }
        let civil = civil::DateTime::new(
            i16::try_from(year).ok().filter(|y| *y >= 1)?,
            i8::try_from(month).ok()?,
            i8::try_from(day).ok()?,
            if end_of_day { 0 } else { i8::try_from(hour).ok()? },
            i8::try_from(minute).ok()?,
            i8::try_from(second).ok()?,
            nanos,
        )
        .ok()?;
        let offset = jiff::tz::Offset::from_seconds(offset_seconds).ok()?;
        let mut timestamp = offset.to_timestamp(civil).ok()?;
        if end_of_day {
            timestamp = timestamp.checked_add(jiff::SignedDuration::from_hours(24)).ok()?;
        }
        Some(Self { timestamp, has_offset })
    }
}

/// The form that we write: UTC, whole seconds.
#[must_use]
pub fn format(timestamp: Timestamp) -> String {
    timestamp.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn digits(bytes: &[u8]) -> Option<i32> {
    bytes.iter().try_fold(0i32, |n, b| b.is_ascii_digit().then(|| n * 10 + i32::from(b - b'0')))
}

fn separator(bytes: &[u8], at: usize, expected: u8) -> Option<()> {
    (bytes.get(at) == Some(&expected)).then_some(())
}

/// Nanoseconds of an optional fraction, and what follows it. Digits beyond the ninth are read and dropped.
fn fraction(rest: &[u8]) -> Option<(i32, &[u8])> {
    let Some((b'.', tail)) = rest.split_first() else { return Some((0, rest)) };
    let count = tail.iter().take_while(|b| b.is_ascii_digit()).count();
    let (digits, rest) = tail.split_at_checked(count)?;
    if digits.is_empty() {
        return None;
    }
    let mut nanos = 0i32;
    for place in 0..9 {
        nanos = nanos * 10 + digits.get(place).map_or(0, |b| i32::from(b - b'0'));
    }
    Some((nanos, rest))
}

/// Seconds east of UTC: `Z`, `±hh:mm` up to 14:00, or nothing.
fn offset(rest: &[u8]) -> Option<(i32, bool)> {
    match rest {
        [] => Some((0, false)),
        b"Z" => Some((0, true)),
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let (hours, minutes) = (digits(&[*h1, *h2])?, digits(&[*m1, *m2])?);
            if minutes > 59 || hours > 14 || (hours == 14 && minutes > 0) {
                return None;
            }
            let seconds = hours * 3600 + minutes * 60;
            Some((if *sign == b'-' { -seconds } else { seconds }, true))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_standard_writes() {
        for (text, expected) in [
            ("2023-02-24T23:36:38Z", "2023-02-24T23:36:38Z"),
            ("2023-02-25T19:10:39-06:00", "2023-02-26T01:10:39Z"),
            ("2023-02-26T01:02:58.447Z", "2023-02-26T01:02:58Z"),
            ("2023-02-26T24:00:00Z", "2023-02-27T00:00:00Z"),
            ("4023-02-26T01:02:58.447123456789+14:00", "4023-02-25T11:02:58Z"),
        ] {
            let parsed = DateTime::parse(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(format(parsed.timestamp), expected, "{text}");
        }
    }

    #[test]
    fn refuses_what_is_not_a_date_time_stamp() {
        for text in [
            "",
            "2023",
            "2023-02-24",
            "2023-02-24T23:36:38",
            "2023-02-24 23:36:38Z",
            "2023-02-24t23:36:38Z",
            "2023-02-24T23:36:38z",
            "2023-02-24T23:36Z",
            "2023-2-24T23:36:38Z",
            "2023-02-30T00:00:00Z",
            "2023-13-01T00:00:00Z",
            "2023-02-24T24:00:01Z",
            "2023-02-24T25:00:00Z",
            "2023-02-24T23:60:00Z",
            "2023-02-24T23:59:60Z",
            "2023-02-24T23:36:38.Z",
            "2023-02-24T23:36:38+0600",
            "2023-02-24T23:36:38+14:01",
            "2023-02-24T23:36:38+05:60",
            "2023-02-24T23:36:38Zz",
            "Sat 25 Feb 2023 07:16:31 PM CST",
            "Sun, 26 Feb 2023 01:22:14 +0000",
            "0000-01-01T00:00:00Z",
            "-2023-02-24T23:36:38Z",
            "+2023-02-24T23:36:38Z",
            "２０２３-02-24T23:36:38Z",
            "FUTURE DATE",
        ] {
            assert_eq!(DateTime::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_missing_offset_is_utc_only_on_request() {
        let lenient = DateTime::parse_lenient("2023-02-24T23:36:38").expect("reads");
        assert!(!lenient.has_offset);
        assert_eq!(format(lenient.timestamp), "2023-02-24T23:36:38Z");
    }
}
