//! Shares and threshold signatures (`docs/scheme.md` §5, `docs/encoding.md` "Shares and threshold signatures").

use super::{Checked, Statement, decode, verify};

/// 2 ≤ k ≤ 128 and k ≤ N.
pub(super) fn check(statement: &Statement<'_>) -> Checked<()> {
    let k = usize::from(statement.threshold);
    if (2..=128).contains(&k) && k <= statement.ring.members.len() { Ok(()) } else { Err("no threshold") }
}

/// Kind and k, then the rest.
fn split(kind: u8, bytes: &[u8]) -> Checked<(u16, &[u8])> {
    let [first, low, high, rest @ ..] = bytes else { return Err("too short") };
    let k = u16::from_le_bytes([*low, *high]);
    if *first != kind {
        return Err("another kind");
    }
    if !(2..=128).contains(&k) {
        return Err("no threshold");
    }
    Ok((k, rest))
}

pub(crate) fn decode_share(bytes: &[u8]) -> Checked<(u16, &[u8])> {
    let (k, signature) = split(3, bytes)?;
    decode(signature)?;
    Ok((k, signature))
}

/// Verifies a share and returns its tag.
pub(crate) fn verify_share(bytes: &[u8], statement: &Statement<'_>) -> Checked<[u8; 32]> {
    check(statement)?;
    let (k, signature) = decode_share(bytes)?;
    if k != statement.threshold {
        return Err("another threshold");
    }
    verify(signature, statement)
}

/// One threshold signature of k shares in any order.
pub(crate) fn combine(shares: &[Vec<u8>]) -> Checked<Vec<u8>> {
    let mut signatures = Vec::new();
    let mut threshold = 0;
    for share in shares {
        let (k, signature) = decode_share(share)?;
        threshold = k;
        signatures.push(signature);
    }
    // A signature is its form's byte and J: sorting by its bytes sorts by J.
    signatures.sort_unstable();
    let bytes = [&[4][..], &threshold.to_le_bytes(), &signatures.concat()].concat();
    decode_threshold(&bytes)?;
    Ok(bytes)
}

/// k and the k signatures: of one length, in strictly ascending order of J.
pub(crate) fn decode_threshold(bytes: &[u8]) -> Checked<(u16, Vec<&[u8]>)> {
    let (k, rest) = split(4, bytes)?;
    let count = usize::from(k);
    if rest.len() % count != 0 || rest.is_empty() {
        return Err("not k signatures of one length");
    }
    let signatures: Vec<&[u8]> = rest.chunks(rest.len() / count).collect();
    let mut before: Option<[u8; 32]> = None;
    for signature in &signatures {
        let tag = decode(signature)?.tag().compress().to_bytes();
        if before.is_some_and(|before| before >= tag) {
            return Err("not in strictly ascending order of tags");
        }
        before = Some(tag);
    }
    Ok((k, signatures))
}

/// Verifies a threshold signature and returns its tags.
pub(crate) fn verify_threshold(bytes: &[u8], statement: &Statement<'_>) -> Checked<Vec<[u8; 32]>> {
    check(statement)?;
    let (k, signatures) = decode_threshold(bytes)?;
    if k != statement.threshold {
        return Err("another threshold");
    }
    signatures.iter().map(|signature| verify(signature, statement)).collect()
}
