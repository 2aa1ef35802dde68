//! Public and private keys in DER that are wrong inside: each by name, each with its reason.

use crate::common::{N, P, object, offset, sequence, tlv};
use hufu_sm::sm2::{Error, PublicKey, SecretKey};

fn key() -> SecretKey {
    SecretKey::from_bytes(&[3; 32]).unwrap()
}

fn point() -> [u8; 65] {
    key().public_key().to_sec1_bytes()
}

fn another() -> [u8; 65] {
    SecretKey::from_bytes(&[4; 32]).unwrap().public_key().to_sec1_bytes()
}

const EC: &str = "1.2.840.10045.2.1";
const SM2: &str = "1.2.156.10197.1.301";
const P256: &str = "1.2.840.10045.3.1.7";

fn algorithm(parameters: &[u8]) -> Vec<u8> {
    sequence(&[&object(EC), parameters])
}

/// A BIT STRING under a tag.
fn bits(tag: u8, unused: u8, bytes: &[u8]) -> Vec<u8> {
    tlv(tag, &[&[unused], bytes].concat())
}

/// The point with one coordinate replaced.
fn with_x(x: &[u8; 32]) -> Vec<u8> {
    [&[4], &x[..], &point()[33..]].concat()
}

/// Points that are no public key, and why.
fn bad_points() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let mut off = point();
    off[64] ^= 1;
    vec![
        ("infinity", vec![0], "it is the point at infinity"),
        ("no bytes", vec![], "it is empty"),
        ("x = p", with_x(&offset(P, 0)), "a coordinate is not below p"),
        ("x = 2^256 - 1", with_x(&[0xff; 32]), "a coordinate is not below p"),
        ("off the curve", off.to_vec(), "the point is not on the curve"),
        ("hybrid, even", [&[6], &point()[1..]].concat(), "hybrid points are not accepted"),
        ("hybrid, odd", [&[7], &point()[1..]].concat(), "hybrid points are not accepted"),
        ("truncated", point()[..64].to_vec(), "an uncompressed point has 65 bytes"),
        ("over-long", [&point()[..], &[0]].concat(), "an uncompressed point has 65 bytes"),
    ]
}

const STRICT: &str = "it is not strict DER of this structure";
const NOT_SM2: &str = "its algorithm is not id-ecPublicKey with the named SM2 curve";
const OTHERS: &str = "the public key written beside it belongs to another one";

/// SEC 1 §C.2: the curve spelled out, with the generator and the order that the sender likes.
fn explicit() -> Vec<u8> {
    let field = sequence(&[&object("1.2.840.10045.1.1"), &tlv(2, &[&[0], &offset(P, 0)[..]].concat())]);
    let curve = sequence(&[&tlv(4, &[1; 32]), &tlv(4, &[2; 32])]);
    let order = tlv(2, &[&[0], &offset(N, 0)[..]].concat());
    sequence(&[&tlv(2, &[1]), &field, &curve, &tlv(4, &point()), &order, &tlv(2, &[1])])
}

#[test]
fn public_keys() {
    let spki = |algorithm: &[u8], key: &[u8]| sequence(&[algorithm, key]);
    let (good, named) = (bits(3, 0, &point()), algorithm(&object(SM2)));
    assert_eq!(PublicKey::from_spki_der(&spki(&named, &good)).unwrap(), *key().public_key());
    let mut cases = vec![
        ("1 unused bit", spki(&named, &bits(3, 1, &point())), "the key is not a whole number of bytes"),
        ("8 unused bits", spki(&named, &bits(3, 8, &point())), STRICT),
        ("a BIT STRING of no bytes at all", spki(&named, &[3, 0]), STRICT),
        ("an OCTET STRING", spki(&named, &tlv(4, &point())), STRICT),
        ("no parameters", spki(&algorithm(&[]), &good), NOT_SM2),
        ("NULL parameters", spki(&algorithm(&[5, 0]), &good), NOT_SM2),
        ("explicit parameters", spki(&algorithm(&explicit()), &good), NOT_SM2),
        ("another curve", spki(&algorithm(&object(P256)), &good), NOT_SM2),
        ("another algorithm", spki(&sequence(&[&object("1.3.101.112"), &object(SM2)]), &good), NOT_SM2),
        ("more after the parameters", spki(&algorithm(&[&object(SM2)[..], &[5, 0]].concat()), &good), STRICT),
        ("more after the key", sequence(&[&named, &good, &[5, 0]]), STRICT),
    ];
    for (name, point, reason) in bad_points() {
        cases.push((name, spki(&named, &bits(3, 0, &point)), reason));
    }
    for (name, der, reason) in &cases {
        let error = PublicKey::from_spki_der(der).unwrap_err();
        assert!(error.to_string().contains(reason), "{name}: {error}");
    }
    eprintln!("SubjectPublicKeyInfo: {} refused", cases.len());
}

/// An ECPrivateKey of RFC 5915.
fn ec(version: u8, d: &[u8], curve: Option<&[u8]>, public: Option<&[u8]>) -> Vec<u8> {
    let curve = curve.map_or(vec![], |curve| tlv(0xa0, curve));
    let public = public.map_or(vec![], |public| tlv(0xa1, public));
    sequence(&[&tlv(2, &[version]), &tlv(4, d), &curve, &public])
}

/// What is wrong within an ECPrivateKey, wherever it stands. The curve is named, as RFC 5915 alone wants it.
fn bad_inner_keys() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let (d, curve, good) = ([3; 32], object(SM2), bits(3, 0, &point()));
    let curve = Some(&curve[..]);
    let mut cases = vec![
        ("d = 0", ec(1, &[0; 32], curve, None), "the integer is not in 1..=n-2"),
        ("d = n - 1", ec(1, &offset(N, -1), curve, None), "the integer is not in 1..=n-2"),
        ("d = n", ec(1, &offset(N, 0), curve, None), "the integer is not in 1..=n-2"),
        ("d of 31 bytes", ec(1, &d[1..], curve, None), "it has not 32 bytes"),
        ("d of 33 bytes", ec(1, &[&[0], &d[..]].concat(), curve, None), "it has not 32 bytes"),
        ("no d", ec(1, &[], curve, None), "it has not 32 bytes"),
        ("version 0", ec(0, &d, curve, Some(&good)), STRICT),
        ("version 2", ec(2, &d, curve, Some(&good)), STRICT),
        (
            "another curve",
            ec(1, &d, Some(&object(P256)), Some(&good)),
            "its curve is not the named SM2 curve",
        ),
        ("explicit parameters", ec(1, &d, Some(&explicit()), Some(&good)), STRICT),
        ("another's public key", ec(1, &d, curve, Some(&bits(3, 0, &another()))), OTHERS),
        ("unused bits in the public key", ec(1, &d, curve, Some(&bits(3, 1, &point()))), STRICT),
        ("a byte after it", [&ec(1, &d, curve, Some(&good))[..], &[0]].concat(), STRICT),
    ];
    for (name, point, reason) in bad_points() {
        cases.push((name, ec(1, &d, curve, Some(&bits(3, 0, &point))), reason));
    }
    cases
}

#[test]
fn rfc5915_keys() {
    let (d, curve, public) = ([3; 32], object(SM2), bits(3, 0, &point()));
    for public in [None, Some(&public[..])] {
        assert_eq!(SecretKey::from_sec1_der(&ec(1, &d, Some(&curve), public)), Ok(key()));
    }
    assert!(SecretKey::from_sec1_der(&ec(1, &offset(N, -2), Some(&curve), None)).is_ok(), "d = n - 2");
    let mut cases = bad_inner_keys();
    cases.push(("no curve", ec(1, &d, None, Some(&public)), "it names no curve"));
    for (name, der, reason) in &cases {
        let error = SecretKey::from_sec1_der(der).unwrap_err();
        assert!(error.to_string().contains(reason), "{name}: {error}");
    }
    eprintln!("RFC 5915: {} refused", cases.len());
}

#[test]
fn pkcs8_keys() {
    let named = algorithm(&object(SM2));
    let file = |version: u8, algorithm: &[u8], inner: &[u8], after: &[u8]| {
        sequence(&[&tlv(2, &[version]), algorithm, &tlv(4, inner), after])
    };
    let (d, public) = ([3; 32], bits(3, 0, &point()));
    let inner = ec(1, &d, None, Some(&public));
    let own = bits(0x81, 0, &point());
    let good: &[(&str, Vec<u8>)] = &[
        ("version 1", file(0, &named, &inner, &[])),
        ("the curve named inside too", file(0, &named, &ec(1, &d, Some(&object(SM2)), Some(&public)), &[])),
        ("no public key", file(0, &named, &ec(1, &d, None, None), &[])),
        ("version 2 with its public key", file(1, &named, &inner, &own)),
        ("version 2 with it outside only", file(1, &named, &ec(1, &d, None, None), &own)),
    ];
    for (name, der) in good {
        assert_eq!(SecretKey::from_private_key_der(der), Ok(key()), "{name}");
    }
    let mut cases = vec![
        ("version 3", file(2, &named, &inner, &[]), STRICT),
        ("version 1 with a public key", file(0, &named, &inner, &own), STRICT),
        ("version 2 with another's", file(1, &named, &inner, &bits(0x81, 0, &another())), OTHERS),
        ("version 2 with unused bits", file(1, &named, &inner, &bits(0x81, 1, &point())), "it is empty"),
        ("version 2 with infinity", file(1, &named, &inner, &bits(0x81, 0, &[0])), "the point at infinity"),
        ("a byte after the key", file(0, &named, &[&inner[..], &[0]].concat(), &[]), STRICT),
        ("more after all", [file(0, &named, &inner, &[]), vec![0]].concat(), STRICT),
        ("an unknown field", file(0, &named, &inner, &tlv(0x82, &[1])), STRICT),
        ("no parameters", file(0, &algorithm(&[]), &inner, &[]), NOT_SM2),
        ("NULL parameters", file(0, &algorithm(&[5, 0]), &inner, &[]), NOT_SM2),
        ("explicit parameters", file(0, &algorithm(&explicit()), &inner, &[]), NOT_SM2),
        ("another curve outside", file(0, &algorithm(&object(P256)), &inner, &[]), NOT_SM2),
        ("nothing inside", file(0, &named, &[], &[]), STRICT),
    ];
    for (name, inner, reason) in bad_inner_keys() {
        cases.push((name, file(0, &named, &inner, &[]), reason));
    }
    for (name, der, reason) in &cases {
        let error = SecretKey::from_private_key_der(der).unwrap_err();
        assert!(error.to_string().contains(reason), "{name}: {error}");
        assert!(!matches!(error, Error::Password), "{name}");
    }
    eprintln!("PKCS#8: {} read, {} refused", good.len(), cases.len());
}
