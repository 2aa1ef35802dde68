//! Reading into memory that is wiped when it is given back, and leaves no copies behind on the way.

use std::io::{ErrorKind, Read, Result};

use zeroize::Zeroizing;

/// Where nothing tells how much will come.
const FIRST_BYTES: usize = 4096;

/// Reads to the end; nothing if there are more than `limit` bytes. `expected` is how many there seem to be.
///
/// A buffer that is full is not grown, which could leave its bytes where they were: a larger one takes its place, and it is wiped.
///
/// # Errors
/// What the reader says.
pub(crate) fn read(mut reader: impl Read, expected: u64, limit: usize) -> Result<Option<Zeroizing<Vec<u8>>>> {
    // one byte more than is allowed tells that there is more
    let most = limit.saturating_add(1);
    let expected = usize::try_from(expected).unwrap_or(usize::MAX);
    let mut bytes = Zeroizing::new(vec![0; expected.saturating_add(1).max(FIRST_BYTES).min(most)]);
    let mut filled = 0;
    loop {
        if filled == bytes.len() {
            if filled == most {
                return Ok(None);
            }
            let mut larger = Zeroizing::new(vec![0; filled.saturating_mul(2).min(most)]);
            larger.iter_mut().zip(bytes.iter()).for_each(|(to, from)| *to = *from);
            bytes = larger;
        }
        match reader.read(bytes.get_mut(filled..).unwrap_or_default()) {
            Ok(0) => break,
            Ok(more) => filled += more,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    bytes.truncate(filled);
    Ok(Some(bytes))
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::{FIRST_BYTES, read};

    #[test]
    fn everything_up_to_the_limit_is_read_whatever_was_expected() {
        let content: Vec<u8> = (0..=250).cycle().take(3 * FIRST_BYTES).collect();
        for length in [0, 1, FIRST_BYTES - 1, FIRST_BYTES, FIRST_BYTES + 1, content.len()] {
            let content = &content[..length];
            for expected in [0, 1, length as u64, u64::MAX] {
                let bytes = read(content, expected, 3 * FIRST_BYTES).expect("reads").expect("not too much");
                assert_eq!(&**bytes, content, "{length} {expected}");
            }
            if let Some(limit) = length.checked_sub(1) {
                assert!(read(content, 0, limit).expect("reads").is_none(), "{length}");
            }
        }
    }

    #[test]
    fn a_reader_without_end_is_left() {
        assert!(read(std::io::repeat(0), 0, 100_000).expect("reads").is_none());
        assert!(read(std::io::empty().chain(&b""[..]), 0, 0).expect("reads").is_some());
    }
}
