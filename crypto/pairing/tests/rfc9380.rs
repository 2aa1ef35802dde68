//! RFC 9380: expansion (appendix K) and hashing to G1 (appendix J.9.1), with the RFC's own numbers.

#![allow(clippy::unwrap_used, reason = "a test stops at the first broken assumption")]

use hufu_pairing::{Backend, Blst, Error, Expand, G1, XmdSha256, XofShake256, Zkcrypto};

const XMD_TAG: &[u8] = b"QUUX-V01-CS02-with-expander-SHA256-128";
const XOF_TAG: &[u8] = b"QUUX-V01-CS02-with-expander-SHAKE256";
const G1_TAG: &[u8] = b"QUUX-V01-CS02-with-BLS12381G1_XMD:SHA-256_SSWU_RO_";

/// Appendices K.1 and K.6, len_in_bytes = 0x20.
const EXPANSIONS: [(&str, &str, &str); 2] = [
    (
        "",
        "68a985b87eb6b46952128911f2a4412bbc302a9d759667f87f7a21d803f07235",
        "2ffc05c48ed32b95d72e807f6eab9f7530dd1c2f013914c8fed38c5ccc15ad76",
    ),
    (
        "abc",
        "d8ccab23b5985ccea865c6c97b6e5b8350e794e603b4b97902f53a8a0d605615",
        "b39e493867e2767216792abce1f2676c197c0692aed061560ead251821808e07",
    ),
];

/// Appendix J.9.1: message and the x of P. The sign of y is in the first byte as the encoding has it.
const POINTS: [(&str, &str); 2] = [
    ("", "052926add2207b76ca4fa57a8734416c8dc95e24501772c814278700eed6d1e4e8cf62d9c09db0fac349612b759e79a1"),
    (
        "abc",
        "03567bc5ef9c690c2ab2ecdf6a96ef1c139cc0b2f284dca0a9a7943388a49a3aee664ba5379a7655d3c68900be2f6903",
    ),
];

#[test]
fn expansions() {
    for (message, xmd, xof) in EXPANSIONS {
        let mut out = [0; 32];
        XmdSha256::expand(&[message.as_bytes()], XMD_TAG, &mut out).unwrap();
        assert_eq!(hex::encode(out), xmd);
        XofShake256::expand(&[message.as_bytes()], XOF_TAG, &mut out).unwrap();
        assert_eq!(hex::encode(out), xof);
    }
}

#[test]
fn a_message_in_parts_is_the_message() {
    let (mut parts, mut whole) = ([0; 100], [0; 100]);
    XmdSha256::expand(&[b"ab", b"", b"c"], XMD_TAG, &mut parts).unwrap();
    XmdSha256::expand(&[b"abc"], XMD_TAG, &mut whole).unwrap();
    assert_eq!(parts, whole);
}

#[test]
fn more_than_can_be_expanded_is_refused() {
    let mut out = vec![0; 255 * 32 + 1];
    assert_eq!(XmdSha256::expand(&[b""], b"t", &mut out), Err(Error::Expansion { found: 8_161 }));
    assert_eq!(XmdSha256::expand(&[b""], b"t", &mut out[..255 * 32]), Ok(()));
    let mut out = vec![0; 65_536];
    assert_eq!(XofShake256::expand(&[b""], b"t", &mut out), Err(Error::Expansion { found: 65_536 }));
}

fn hashed<B: Backend>(message: &str) -> String {
    let mut bytes = G1::<B>::hash::<XmdSha256>(message.as_bytes(), G1_TAG).unwrap().to_affine().to_bytes();
    bytes[0] &= 0x1f;
    hex::encode(bytes)
}

#[test]
fn points_of_the_sha_256_suite() {
    for (message, x) in POINTS {
        assert_eq!(hashed::<Blst>(message), x);
        assert_eq!(hashed::<Zkcrypto>(message), x);
    }
}
