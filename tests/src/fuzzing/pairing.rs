//! BLS12-381's points and scalars: both backends say the same of any bytes.

use hufu_pairing::{
    Blst, G1, G1Affine, G2Affine, Identity, Scalar, WIDE_BYTES, XmdSha256, XofShake256, Zkcrypto,
};

/// Points and scalars: accepted by both or refused by both with one reason, and written as they were read.
pub(super) fn encodings(data: &[u8]) {
    for identity in [Identity::Accept, Identity::Refuse] {
        let ours = G1Affine::<Blst>::from_bytes(data, identity).map(|point| point.to_bytes());
        let portable = G1Affine::<Zkcrypto>::from_bytes(data, identity).map(|point| point.to_bytes());
        assert_eq!(ours, portable);
        ours.iter().for_each(|bytes| assert_eq!(bytes, data));

        let ours = G2Affine::<Blst>::from_bytes(data, identity).map(|point| point.to_bytes());
        let portable = G2Affine::<Zkcrypto>::from_bytes(data, identity).map(|point| point.to_bytes());
        assert_eq!(ours, portable);
        ours.iter().for_each(|bytes| assert_eq!(bytes, data));
    }
    let ours = Scalar::<Blst>::from_bytes(data).map(|scalar| scalar.to_bytes());
    let portable = Scalar::<Zkcrypto>::from_bytes(data).map(|scalar| scalar.to_bytes());
    assert_eq!(ours, portable);
    ours.iter().for_each(|bytes| assert_eq!(bytes, data));
}

/// `first scalar (48) ‖ second scalar (48) ‖ message`: arithmetic and hashing to the curve give the same bytes.
pub(super) fn arithmetic(data: &[u8]) {
    let Some((first, rest)) = data.split_first_chunk::<WIDE_BYTES>() else { return };
    let Some((second, message)) = rest.split_first_chunk::<WIDE_BYTES>() else { return };
    let (a, b) = (Scalar::<Blst>::from_wide(first), Scalar::<Blst>::from_wide(second));
    let (c, d) = (Scalar::<Zkcrypto>::from_wide(first), Scalar::<Zkcrypto>::from_wide(second));
    for (ours, portable) in [(a, c), (a + b, c + d), (a - b, c - d), (a * b, c * d), (-a, -c)] {
        assert_eq!(ours.to_bytes(), portable.to_bytes());
    }
    let (ours, portable): (Option<Scalar<_>>, Option<Scalar<_>>) = (a.invert().into(), c.invert().into());
    assert_eq!(ours.map(|s| s.to_bytes()), portable.map(|s| s.to_bytes()));

    let tag = b"a tag";
    let ours = G1::<Blst>::hash::<XmdSha256>(message, tag).expect("a short tag");
    let portable = G1::<Zkcrypto>::hash::<XmdSha256>(message, tag).expect("a short tag");
    assert_eq!(ours.to_affine().to_bytes(), portable.to_affine().to_bytes());
    let shake = G1::<Blst>::hash::<XofShake256>(message, tag).expect("a short tag");
    let portable_shake = G1::<Zkcrypto>::hash::<XofShake256>(message, tag).expect("a short tag");
    assert_eq!(shake.to_affine().to_bytes(), portable_shake.to_affine().to_bytes());
    let sum = (ours * a + shake * b).to_affine().to_bytes();
    assert_eq!(sum, (portable * c + portable_shake * d).to_affine().to_bytes());
    let read = G1Affine::<Zkcrypto>::from_bytes(&sum, Identity::Accept);
    assert_eq!(read.map(|point| point.to_bytes()), Ok(sum));
}

pub(super) fn seeds(name: &str) -> Vec<Vec<u8>> {
    let (g1, g2) = (G1Affine::<Blst>::generator(), G2Affine::<Blst>::generator());
    let scalar = Scalar::<Blst>::from(7_u64);
    match name {
        "pairing_encodings" => vec![
            g1.to_bytes().to_vec(),
            (g1 * scalar).to_affine().to_bytes().to_vec(),
            G1Affine::<Blst>::identity().to_bytes().to_vec(),
            // x = 0: on the curve, outside the subgroup.
            [&[0x80][..], &[0; 47]].concat(),
            g2.to_bytes().to_vec(),
            (g2 * scalar).to_affine().to_bytes().to_vec(),
            G2Affine::<Blst>::identity().to_bytes().to_vec(),
            scalar.to_bytes().to_vec(),
            (-scalar).to_bytes().to_vec(),
        ],
        "pairing_arithmetic" => {
            vec![[&[3; WIDE_BYTES][..], &[4; WIDE_BYTES], b"message"].concat(), vec![0; 2 * WIDE_BYTES]]
        }
        _ => Vec::new(),
    }
}
