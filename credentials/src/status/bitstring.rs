//! The bitstring of a status list (Bitstring Status List v1.0 §3.3 and §3.4).
//!
//! Entry `i` of a list with `s` bits per entry occupies bits `i·s … i·s+s-1`, counted from the left-most bit of the
//! first byte; its value is read big-endian. The encoding is GZIP, then base64url without padding behind the
//! multibase prefix `u`. Reading is bounded: a few kilobytes can expand to gigabytes otherwise.

use crate::error::Error;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use std::io::{Read as _, Write as _};

/// Fewest entries of a list: below, one could tell who looks up whom (herd privacy).
pub const MIN_ENTRIES: u64 = 131_072;
/// Most bytes of an expanded list: 134 million single-bit entries.
pub const MAX_LIST_BYTES: usize = 16 << 20;
/// Most characters of an encoded list: an incompressible one of [`MAX_LIST_BYTES`] with room for GZIP's framing.
pub const MAX_ENCODED_BYTES: usize = (MAX_LIST_BYTES + (64 << 10)) / 3 * 4;
/// Most bits per entry: a byte holds it, and 256 messages are plenty.
const MAX_STATUS_SIZE: u8 = 8;

/// The statuses of a list.
///
/// ```
/// use hufu_credentials::status::BitstringList;
///
/// let mut list = BitstringList::new(131_072, 1)?;
/// list.set(94_567, 1)?;
/// let same = BitstringList::decode(&list.encode(), 1)?;
/// assert_eq!((same.get(94_567), same.get(94_568)), (Some(1), Some(0)));
/// # Ok::<(), hufu_credentials::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BitstringList {
    bytes: Vec<u8>,
    status_size: u8,
}

impl BitstringList {
    /// A list of unset entries. `entries` is at least [`MIN_ENTRIES`], `status_size` is 1 to 8 bits.
    ///
    /// # Errors
    /// [`Error::StatusList`] outside of these bounds.
    pub fn new(entries: u64, status_size: u8) -> Result<Self, Error> {
        check_status_size(status_size)?;
        if entries < MIN_ENTRIES {
            return Err(Error::StatusList(format!("{entries} entries are fewer than {MIN_ENTRIES}")));
        }
        let bytes = entries
            .checked_mul(u64::from(status_size))
            .and_then(|bits| usize::try_from(bits.div_ceil(8)).ok())
            .filter(|bytes| *bytes <= MAX_LIST_BYTES)
            .ok_or_else(|| {
                Error::StatusList(format!("{entries} entries need more than {MAX_LIST_BYTES} bytes"))
            })?;
        Ok(Self { bytes: vec![0; bytes], status_size })
    }

    /// Number of entries that the bits have room for.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.bytes.len() as u64 * 8 / u64::from(self.status_size)
    }

    /// Whether the list has no room at all; never true for a list made by [`BitstringList::new`].
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bits per entry.
    #[must_use]
    pub const fn status_size(&self) -> u8 {
        self.status_size
    }

    /// The value of an entry, or `None` beyond the end.
    #[must_use]
    pub fn get(&self, index: u64) -> Option<u8> {
        self.read(index, self.status_size)
    }

    /// The value of an entry if the same bits are read as entries of `status_size` bits; `None` beyond the end.
    #[must_use]
    pub fn read(&self, index: u64, status_size: u8) -> Option<u8> {
        check_status_size(status_size).ok()?;
        let first = index.checked_mul(u64::from(status_size))?;
        let end = first.checked_add(u64::from(status_size))?;
        (first..end).try_fold(0, |value, bit| Some(value << 1 | u8::from(self.bit(bit)?)))
    }

    /// Sets an entry.
    ///
    /// # Errors
    /// [`Error::Range`] beyond the end, or for a value that does not fit the entry's bits.
    pub fn set(&mut self, index: u64, value: u8) -> Result<(), Error> {
        if index >= self.len() {
            return Err(Error::Range {
                path: "statusListIndex".to_owned(),
                reason: format!("{index} is beyond the list"),
            });
        }
        if u16::from(value) >= 1 << self.status_size {
            return Err(Error::Range {
                path: "status".to_owned(),
                reason: format!("{value} needs more than {} bits", self.status_size),
            });
        }
        let first = index * u64::from(self.status_size);
        for place in 0..self.status_size {
            let on = value >> (self.status_size - 1 - place) & 1 == 1;
            let (byte, mask) = position(first + u64::from(place));
            if let Some(byte) = self.bytes.get_mut(byte) {
                if on { *byte |= mask } else { *byte &= !mask }
            }
        }
        Ok(())
    }

    /// The expanded bits.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The `encodedList` text. The same bits always give the same text.
    ///
    /// # Panics
    /// Never: compressing into memory cannot fail.
    #[must_use]
    pub fn encode(&self) -> String {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        let compressed = encoder
            .write_all(&self.bytes)
            .and_then(|()| encoder.finish())
            .expect("writing to memory succeeds because a Vec never refuses bytes");
        let mut text = String::from("u");
        BASE64_URL_SAFE_NO_PAD.encode_string(compressed, &mut text);
        text
    }

    /// Reads an `encodedList`, expanding at most [`MAX_LIST_BYTES`].
    ///
    /// # Errors
    /// [`Error::StatusList`] if it is no base64url multibase text, no single intact GZIP member, or too large.
    /// A list shorter than [`MIN_ENTRIES`] is read: the verifier reports it under the name the standard has for it.
    pub fn decode(encoded: &str, status_size: u8) -> Result<Self, Error> {
        check_status_size(status_size)?;
        if encoded.len() > MAX_ENCODED_BYTES {
            return Err(Error::StatusList("the encoded list is too long".to_owned()));
        }
        let base64 = encoded.strip_prefix('u').ok_or_else(|| {
            Error::StatusList("the encoded list does not begin with the multibase prefix u".to_owned())
        })?;
        let compressed = BASE64_URL_SAFE_NO_PAD.decode(base64).map_err(|e| {
            Error::StatusList(format!("the encoded list is not base64url without padding: {e}"))
        })?;
        let mut decoder = flate2::bufread::GzDecoder::new(compressed.as_slice());
        let mut bytes = Vec::new();
        let limit = MAX_LIST_BYTES as u64 + 1;
        decoder
            .by_ref()
            .take(limit)
            .read_to_end(&mut bytes)
            .map_err(|e| Error::StatusList(format!("the list is not intact GZIP: {e}")))?;
        if bytes.len() > MAX_LIST_BYTES {
            return Err(Error::StatusList(format!("the list expands beyond {MAX_LIST_BYTES} bytes")));
        }
        if !decoder.into_inner().is_empty() {
            return Err(Error::StatusList("bytes follow the compressed list".to_owned()));
        }
        Ok(Self { bytes, status_size })
    }

    fn bit(&self, bit: u64) -> Option<bool> {
        let (byte, mask) = position(bit);
        self.bytes.get(byte).map(|b| b & mask != 0)
    }
}

/// Byte number and mask of a bit, the left-most bit of a byte first.
fn position(bit: u64) -> (usize, u8) {
    // Lists are at most MAX_LIST_BYTES long, so a bit beyond usize is beyond every list.
    (usize::try_from(bit / 8).unwrap_or(usize::MAX), 0x80 >> (bit % 8))
}

fn check_status_size(status_size: u8) -> Result<(), Error> {
    if (1..=MAX_STATUS_SIZE).contains(&status_size) {
        Ok(())
    } else {
        Err(Error::StatusList(format!(
            "an entry of {status_size} bits is not supported; 1 to {MAX_STATUS_SIZE} are"
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn index_zero_is_the_left_most_bit() {
        let mut list = BitstringList::new(MIN_ENTRIES, 1).expect("list");
        list.set(0, 1).expect("set");
        list.set(9, 1).expect("set");
        assert_eq!(list.as_bytes()[..2], [0x80, 0x40]);
        let mut list = BitstringList::new(MIN_ENTRIES, 3).expect("list");
        list.set(2, 0b101).expect("set"); // bits 6, 7 and 8
        assert_eq!(list.as_bytes()[..2], [0b0000_0010, 0b1000_0000]);
    }

    /// The encoded list of an example in the specification: 16 KiB of zeros.
    #[test]
    fn reads_the_example_of_the_specification() {
        let text = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA";
        let list = BitstringList::decode(text, 1).expect("decodes");
        assert_eq!(list.len(), MIN_ENTRIES);
        assert!(list.as_bytes().iter().all(|b| *b == 0));
    }

    #[test]
    fn bombs_garbage_and_trailing_bytes_are_refused() {
        let gzip = |bytes: &[u8]| {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder.write_all(bytes).expect("write");
            encoder.finish().expect("finish")
        };
        let text = |bytes: &[u8]| format!("u{}", BASE64_URL_SAFE_NO_PAD.encode(bytes));
        let bomb = text(&gzip(&vec![0; MAX_LIST_BYTES + 1]));
        assert!(bomb.len() < 200_000, "a small text that expands to much");
        let intact = gzip(&[0; 16 << 10]);
        let mut trailing = intact.clone();
        trailing.push(0);
        let mut corrupt = intact.clone();
        let last = corrupt.len() - 5;
        corrupt[last] ^= 1; // the CRC
        let mut two = intact.clone();
        two.extend_from_slice(&intact);
        for (name, encoded) in [
            ("bomb", bomb),
            ("trailing byte", text(&trailing)),
            ("two members", text(&two)),
            ("checksum", text(&corrupt)),
            ("truncated", text(&intact[..intact.len() - 9])),
            ("not gzip", text(b"plain")),
            ("no prefix", BASE64_URL_SAFE_NO_PAD.encode(&intact)),
            ("other base", format!("z{}", bs58::encode(&intact).into_string())),
            ("padding", format!("{}=", text(&intact))),
            ("empty", String::new()),
        ] {
            assert!(BitstringList::decode(&encoded, 1).is_err(), "{name}");
        }
    }

    #[test]
    fn bounds() {
        assert!(BitstringList::new(MIN_ENTRIES - 1, 1).is_err());
        assert!(BitstringList::new(MIN_ENTRIES, 0).is_err() && BitstringList::new(MIN_ENTRIES, 9).is_err());
        assert!(BitstringList::new(u64::MAX, 8).is_err() && BitstringList::new(1 << 28, 1).is_err());
        let mut list = BitstringList::new(MIN_ENTRIES, 2).expect("list");
        assert!(
            list.set(0, 4).is_err() && list.set(MIN_ENTRIES, 1).is_err() && list.set(u64::MAX, 1).is_err()
        );
        assert_eq!((list.get(MIN_ENTRIES), list.get(u64::MAX)), (None, None));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn what_is_set_is_read_back(size in 1u8..=8, sets in prop::collection::vec((0..MIN_ENTRIES, any::<u8>()), 1..40)) {
            let mut list = BitstringList::new(MIN_ENTRIES, size).expect("list");
            let mut model = std::collections::BTreeMap::new();
            for (index, value) in sets {
                let value = value & u8::MAX >> (8 - size);
                list.set(index, value).expect("set");
                model.insert(index, value);
            }
            let read = BitstringList::decode(&list.encode(), size).expect("decodes");
            prop_assert_eq!(&read, &list);
            let unset = (0..MIN_ENTRIES).filter(|i| list.get(*i) != Some(0)).count();
            prop_assert_eq!(unset, model.values().filter(|v| **v != 0).count());
            for (index, value) in model {
                prop_assert_eq!(list.get(index), Some(value));
            }
        }

        #[test]
        fn arbitrary_text_never_panics(text in ".{0,200}") {
            let _ = BitstringList::decode(&text, 1);
        }
    }
}
