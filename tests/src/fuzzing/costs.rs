//! Which encrypted keys a fuzzer can afford to open: the reader's own bounds allow some seconds.

/// The product of all numbers of a structure: iterations, N, r, p and the key's length stand in it as INTEGERs.
const MOST: u64 = 1 << 16;
/// Nesting of PBES2 with room to spare.
const MOST_DEPTH: usize = 12;

/// Whether the product of the INTEGERs that stand before the encrypted data is small. What is no DER costs nothing.
pub(super) fn affordable(der: &[u8]) -> bool {
    product(der, MOST_DEPTH) <= MOST
}

fn product(mut der: &[u8], depth: usize) -> u64 {
    let mut product: u64 = 1;
    while let Some((tag, content, rest)) = element(der) {
        let factor = match tag {
            0x02 => {
                content.iter().fold(0_u64, |n, byte| n.saturating_mul(256).saturating_add((*byte).into()))
            }
            0x30 if depth > 0 => self::product(content, depth - 1),
            _ => 1,
        };
        product = product.saturating_mul(factor.max(1));
        der = rest;
    }
    product
}

/// Tag, content and what follows of one element with a definite length.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = der.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = if *first < 0x80 {
        (usize::from(*first), rest)
    } else {
        let (bytes, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
        (bytes.iter().try_fold(0_usize, |n, byte| n.checked_mul(256)?.checked_add((*byte).into()))?, rest)
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((*tag, content, rest))
}

#[cfg(test)]
mod tests {
    use super::affordable;

    #[test]
    fn costs_are_found_where_they_stand() {
        assert!(affordable(&[0x30, 0x06, 0x02, 0x02, 0x10, 0x00, 0x04, 0x00]));
        assert!(!affordable(&[0x30, 0x07, 0x30, 0x05, 0x02, 0x03, 0x7f, 0xff, 0xff]));
        assert!(!affordable(&[0x30, 0x81, 0x0a, 0x02, 0x02, 0x7f, 0xff, 0x02, 0x02, 0x7f, 0xff, 0x04, 0x00]));
    }
}
