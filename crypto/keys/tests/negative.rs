//! Every malformed key and signature, by name.

mod common;

use hufu_keys::{Algorithm, Error, Signature, SigningKey, VerifyingKey};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Prime and order of the short Weierstrass curves, big-endian hex.
const CURVES: [(Algorithm, &str, &str); 4] = [
    (
        Algorithm::P256,
        "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
    ),
    (
        Algorithm::P384,
        "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff",
        "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
    ),
    (
        Algorithm::Secp256k1,
        "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f",
        "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141",
    ),
    (
        Algorithm::Sm2,
        "fffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffff",
        "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123",
    ),
];

fn key(algorithm: Algorithm) -> SigningKey {
    SigningKey::generate(algorithm, &mut common::rng(5))
}

/// `bytes + n`, big-endian, within the same length.
fn add(bytes: &[u8], n: u8) -> Vec<u8> {
    let mut out = bytes.to_vec();
    let mut carry = u16::from(n);
    for byte in out.iter_mut().rev() {
        let sum = u16::from(*byte) + carry;
        *byte = (sum & 0xff) as u8;
        carry = sum >> 8;
    }
    assert_eq!(carry, 0);
    out
}

fn minus_one(bytes: &[u8]) -> Vec<u8> {
    let mut out = bytes.to_vec();
    *out.last_mut().expect("a number") -= 1; // every number above is odd
    out
}

#[test]
fn points_that_are_no_public_keys() {
    for (algorithm, p, _) in CURVES {
        let p = hex::decode(p).unwrap();
        let length = p.len();
        let good = key(algorithm).verifying_key();
        let point = good.to_uncompressed().unwrap();
        let (x, y) = point[1..].split_at(length);
        let read = |bytes: &[u8]| VerifyingKey::from_sec1_bytes(algorithm, bytes);
        let refused = |bytes: &[u8]| {
            assert!(
                matches!(read(bytes), Err(Error::PublicKey { .. } | Error::PublicKeyLength { .. })),
                "{algorithm} {}",
                hex::encode(bytes)
            );
        };
        refused(&[]);
        refused(&[0]); // the identity
        refused(&vec![0; length + 1]); // the identity, padded
        refused(&vec![0; 2 * length + 1]);
        refused(&[&[4][..], &vec![0; 2 * length]].concat()); // (0, 0)
        refused(&[&[4], x, &add(y, 1)].concat()); // off the curve
        refused(&[&[4], y, x].concat());
        for tag in [1, 5, 6 | (y[length - 1] & 1), 7, 8, 0xff] {
            refused(&[&[tag], x, y].concat()); // hybrid and unknown forms
            refused(&[&[tag], x].concat());
        }
        refused(&[&[2], x, &[0]].concat()); // trailing byte
        refused(&[&[4], x, y, &[0]].concat());
        refused(&[&[2], &x[1..]].concat()); // cut short
        refused(&[&[4], x].concat());
        // x >= p: find a small x on the curve, and give x + p instead where it fits the length.
        let mut on_curve = 0;
        for n in 0..64_u8 {
            let small = add(&vec![0; length], n);
            let is_key = read(&[&[2], &small[..]].concat()).is_ok();
            on_curve += usize::from(is_key);
            refused(&[&[2], &add(&p, n.min(63))[..]].concat());
        }
        assert!(on_curve > 16, "{algorithm}: {on_curve} of 64 small x are on the curve");
        // A compressed point without a square root.
        let no_root =
            (0..64).map(|n| [&[2], &add(&vec![0; length], n)[..]].concat()).find(|b| read(b).is_err());
        refused(&no_root.unwrap());
        // from_bytes knows the compressed form only.
        assert!(matches!(
            VerifyingKey::from_bytes(algorithm, &point),
            Err(Error::PublicKeyLength { found, .. }) if found == point.len()
        ));
    }
}

#[test]
fn scalars_that_are_no_private_keys() {
    for (algorithm, _, n) in CURVES {
        let n = hex::decode(n).unwrap();
        let read = |bytes: &[u8]| SigningKey::from_bytes(algorithm, bytes).map(drop);
        let refused =
            |bytes: &[u8]| assert!(matches!(read(bytes), Err(Error::PrivateKey { .. })), "{algorithm}");
        refused(&vec![0; n.len()]);
        refused(&n);
        refused(&add(&n, 1));
        refused(&vec![0xff; n.len()]);
        refused(&n[1..]);
        refused(&[&[0], &n[..]].concat());
        refused(&[]);
        assert_eq!(read(&add(&vec![0; n.len()], 1)), Ok(()));
        if algorithm == Algorithm::Sm2 {
            refused(&minus_one(&n)); // 1 + d has no inverse
            assert_eq!(read(&minus_one(&minus_one(&n))), Ok(()));
        } else {
            assert_eq!(read(&minus_one(&n)), Ok(()));
        }
    }
    assert!(SigningKey::from_bytes(Algorithm::Ed25519, &[1; 31]).is_err());
    assert!(SigningKey::from_bytes(Algorithm::Ed25519, &[1; 33]).is_err());
}

#[test]
fn signatures_out_of_range() {
    for (algorithm, _, n) in CURVES {
        let n = hex::decode(n).unwrap();
        let key = key(algorithm);
        let good = key.sign(b"m");
        let (r, s) = good.as_bytes().split_at(n.len());
        let zero = vec![0; n.len()];
        for (name, bad) in [
            ("r = 0", [&zero, s].concat()),
            ("s = 0", [r, &zero].concat()),
            ("r = n", [&n, s].concat()),
            ("s = n", [r, &n].concat()),
            ("s = n + 1", [r, &add(&n, 1)].concat()),
            ("r = 2^bits - 1", [&vec![0xff; n.len()], s].concat()),
            ("cut short", good.as_bytes()[1..].to_vec()),
            ("trailing byte", [good.as_bytes(), &[0]].concat()),
            ("empty", vec![]),
        ] {
            let result = Signature::from_bytes(algorithm, &bad);
            assert!(matches!(result, Err(Error::Signature { .. })), "{algorithm} {name}");
            assert_eq!(
                key.verifying_key().verify(b"m", &bad),
                Err(Error::Verification),
                "{algorithm} {name}"
            );
        }
        if algorithm == Algorithm::Sm2 {
            // r + s = n makes t = 0 (GB/T 32918.2 §7.1 B5).
            let s = n.iter().zip(r).rev().fold((Vec::new(), 0_i16), |(mut out, borrow), (a, b)| {
                let d = i16::from(*a) - i16::from(*b) - borrow;
                out.insert(0, u8::try_from(d.rem_euclid(256)).unwrap());
                (out, i16::from(d < 0))
            });
            assert!(key.verifying_key().verify(b"m", &[r, &s.0].concat()).is_err());
        }
    }
}

#[test]
fn der_signatures_have_one_form() {
    for (algorithm, _, _) in CURVES {
        let der = key(algorithm).sign(b"m").to_der();
        let refused = |bytes: &[u8], name: &str| {
            let result = Signature::from_der(algorithm, bytes);
            assert!(matches!(result, Err(Error::Signature { .. })), "{algorithm} {name}: {result:?}");
        };
        assert!(Signature::from_der(algorithm, &der).is_ok());
        refused(&[&der[..], &[0]].concat(), "trailing byte");
        refused(&der[..der.len() - 1], "cut short");
        refused(&[], "empty");
        refused(&[0x30, 0], "no integers");
        refused(&[0x30, 3, 2, 1, 1], "one integer");
        refused(&[0x30, 9, 2, 1, 1, 2, 1, 1, 2, 1, 1], "three integers");
        refused(&[0x30, 6, 2, 1, 0, 2, 1, 1], "r = 0");
        refused(&[0x30, 6, 2, 1, 0xff, 2, 1, 1], "negative r");
        refused(&[0x30, 7, 2, 2, 0, 1, 2, 1, 1], "r with a needless zero");
        refused(&[0x30, 0x81, 6, 2, 1, 1, 2, 1, 1], "length not in the shortest form");
        refused(&[0x30, 0x80, 2, 1, 1, 2, 1, 1, 0, 0], "indefinite length (BER)");
        refused(&[0x31, 6, 2, 1, 1, 2, 1, 1], "a SET");
        assert!(Signature::from_der(algorithm, &[0x30, 6, 2, 1, 1, 2, 1, 1]).is_ok());
    }
}

#[test]
fn multikeys() {
    let public = |codec: &[u8], key: &[u8]| {
        VerifyingKey::from_multikey(&format!("z{}", bs58::encode([codec, key].concat()).into_string()))
    };
    let ed25519 = key(Algorithm::Ed25519).verifying_key();
    let p256 = key(Algorithm::P256).verifying_key();
    assert!(public(&[0xed, 1], ed25519.as_bytes()).is_ok());
    let multikey = |result: Result<VerifyingKey, Error>, name: &str| {
        assert!(matches!(result, Err(Error::Multikey(_))), "{name}: {result:?}");
    };
    multikey(VerifyingKey::from_multikey(""), "empty");
    multikey(VerifyingKey::from_multikey("z"), "nothing after z");
    multikey(VerifyingKey::from_multikey(&ed25519.to_multikey()[1..]), "no multibase");
    multikey(VerifyingKey::from_multikey(&format!("u{}", &ed25519.to_multikey()[1..])), "base64url");
    multikey(VerifyingKey::from_multikey(&format!("{}0", ed25519.to_multikey())), "0 is not base58");
    multikey(VerifyingKey::from_multikey(&format!("z1{}", "z".repeat(500))), "too long");
    multikey(VerifyingKey::from_multikey(&ed25519.to_multikey().replace('z', " z")), "white space");
    multikey(public(&[0xed], &[]), "codec cut short");
    multikey(public(&[0xed, 0x81, 0], ed25519.as_bytes()), "codec not in the shortest form");
    multikey(public(&[0xed, 0x81, 0x80, 0x80, 0], ed25519.as_bytes()), "codec too long");
    assert_eq!(public(&[0xec, 1], ed25519.as_bytes()), Err(Error::UnknownCodec(0xec)), "X25519");
    assert_eq!(public(&[0xeb, 1], &[1; 96]), Err(Error::UnknownCodec(0xeb)), "BLS12-381 G2");
    assert_eq!(public(&[0x12], &[32; 33]), Err(Error::UnknownCodec(0x12)), "sha2-256");
    assert!(
        matches!(public(&[0x80, 0x24], ed25519.as_bytes()), Err(Error::PublicKeyLength { .. })),
        "wrong codec"
    );
    assert!(matches!(public(&[0xed, 1], p256.as_bytes()), Err(Error::PublicKeyLength { .. })), "wrong codec");
    assert!(public(&[0x81, 0x24], p256.as_bytes()).is_err(), "a P-256 point as P-384");
    let uncompressed = p256.to_uncompressed().unwrap();
    assert!(
        matches!(public(&[0x80, 0x24], &uncompressed), Err(Error::PublicKeyLength { .. })),
        "uncompressed"
    );
    assert!(public(&[0xed, 1], &[ed25519.as_bytes(), &[0]].concat()).is_err(), "trailing byte");
    assert!(matches!(SigningKey::from_multikey(&p256.to_multikey()), Err(Error::PublicKeyGiven)));
}

#[test]
fn jwks() {
    let p256 = key(Algorithm::P256);
    let good = p256.verifying_key().to_jwk();
    let with = |member: &str, value: Value| {
        let mut jwk = good.clone();
        jwk[member] = value;
        VerifyingKey::from_jwk(&jwk)
    };
    let at = |result: Result<VerifyingKey, Error>, expected: &str| {
        assert!(
            matches!(&result, Err(Error::Jwk { member, .. }) if *member == expected),
            "{expected}: {result:?}"
        );
    };
    for ignored in
        [("kid", json!("k")), ("x-unknown", json!({})), ("alg", json!("ES256")), ("use", json!("sig"))]
    {
        assert_eq!(with(ignored.0, ignored.1), Ok(p256.verifying_key()));
    }
    at(with("crv", json!("P-384")), "x"); // the coordinates are too short for it
    at(with("crv", json!("secp256k1")).or(Err(Error::Jwk { member: "crv", reason: "" })), "crv"); // off that curve
    at(with("crv", json!("P-521")), "crv");
    at(with("crv", json!("Ed25519")), "kty");
    at(with("crv", json!(1)), "crv");
    at(with("kty", json!("OKP")), "kty");
    at(with("kty", json!("RSA")), "kty");
    at(with("kty", json!(null)), "kty");
    at(with("alg", json!("ES384")), "alg");
    at(with("alg", json!("none")), "alg");
    at(with("alg", json!("ECDH-ES")), "alg");
    at(with("use", json!("enc")), "use");
    at(with("key_ops", json!(["deriveKey"])), "key_ops"); // as WebCrypto exports a key for ECDH
    at(with("key_ops", json!([])), "key_ops");
    at(with("key_ops", json!("verify")), "key_ops");
    let x = good["x"].as_str().unwrap().to_owned();
    at(with("x", json!(format!("{x}="))), "x"); // padding
    at(with("x", json!(format!("{x}A"))), "x");
    at(with("x", json!(x[1..])), "x"); // leading zeros cut
    at(with("x", json!(format!("+{}", &x[1..]))), "x"); // base64, not base64url
    at(with("x", json!(format!("{} ", &x[1..]))), "x");
    let last = x.chars().last().unwrap();
    let sibling = (last as u8 + 1) as char; // bits beyond the last byte set
    at(with("x", json!(format!("{}{sibling}", &x[..42]))), "x");
    assert!(matches!(with("y", good["x"].clone()), Err(Error::PublicKey { .. })));
    for member in ["kty", "crv", "x", "y"] {
        let mut jwk = good.clone();
        jwk.as_object_mut().unwrap().remove(member);
        at(VerifyingKey::from_jwk(&jwk), member);
    }
    for jwk in [json!(null), json!([]), json!("x"), json!({})] {
        at(VerifyingKey::from_jwk(&jwk), "kty");
    }

    let private: Value = p256.to_jwk().expose(|text| serde_json::from_str(text).unwrap());
    assert_eq!(VerifyingKey::from_jwk(&private), Err(Error::PrivateKeyGiven));
    assert_eq!(VerifyingKey::from_jwk(&json!({ "d": null })), Err(Error::PrivateKeyGiven));
    assert_eq!(SigningKey::from_jwk(&good).unwrap_err(), Error::PublicKeyGiven);
    for (operations, signs) in [(json!(["sign"]), true), (json!(["verify"]), false), (json!([1]), false)] {
        let mut stated = private.clone();
        stated["key_ops"] = operations;
        match SigningKey::from_jwk(&stated) {
            Ok(_) => assert!(signs, "{stated}"),
            Err(error) => {
                assert!(!signs && matches!(error, Error::Jwk { member: "key_ops", .. }), "{error}");
            }
        }
    }
    let other: Value = SigningKey::generate(Algorithm::P256, &mut common::rng(6))
        .to_jwk()
        .expose(|text| serde_json::from_str(text).unwrap());
    let mut mixed = private.clone();
    mixed["d"] = other["d"].clone();
    assert_eq!(SigningKey::from_jwk(&mixed).unwrap_err(), Error::Mismatch);
    mixed["d"] = json!("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    assert!(matches!(SigningKey::from_jwk(&mixed), Err(Error::PrivateKey { .. })));
}

#[test]
fn der_and_pem_keys() {
    let other = |a| SigningKey::generate(a, &mut common::rng(8));
    for algorithm in Algorithm::ALL {
        let key = key(algorithm);
        let (spki, pkcs8) = (key.verifying_key().to_spki_der(), key.to_pkcs8_der().expose(Clone::clone));
        for cut in 0..spki.len() {
            assert!(VerifyingKey::from_spki_der(&spki[..cut]).is_err(), "{algorithm} SPKI cut at {cut}");
        }
        for cut in 0..pkcs8.len() {
            assert!(SigningKey::from_pkcs8_der(&pkcs8[..cut]).is_err(), "{algorithm} PKCS#8 cut at {cut}");
        }
        assert!(VerifyingKey::from_spki_der(&[&spki[..], &[0]].concat()).is_err(), "trailing byte");
        assert!(SigningKey::from_pkcs8_der(&[&pkcs8[..], &[0]].concat()).is_err(), "trailing byte");
        assert!(VerifyingKey::from_spki_der(&pkcs8).is_err());
        assert!(SigningKey::from_pkcs8_der(&spki).is_err());
        // The public key inside belongs to another private key.
        if let Some(point) = key.verifying_key().to_uncompressed() {
            let foreign = other(algorithm).verifying_key().to_uncompressed().unwrap();
            let at = pkcs8.windows(point.len()).position(|w| w == point).unwrap();
            let mut mixed = pkcs8.clone();
            mixed[at..at + foreign.len()].copy_from_slice(&foreign);
            assert_eq!(SigningKey::from_pkcs8_der(&mixed).unwrap_err(), Error::Mismatch, "{algorithm}");
        }
        let (public_pem, private_pem) =
            (key.verifying_key().to_spki_pem(), key.to_pkcs8_pem().expose(Clone::clone));
        assert_eq!(VerifyingKey::from_spki_pem(&private_pem), Err(Error::PrivateKeyGiven));
        assert_eq!(SigningKey::from_pkcs8_pem(&public_pem).unwrap_err(), Error::PublicKeyGiven);
        let encrypted = private_pem.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
        assert!(SigningKey::from_pkcs8_pem(&encrypted).unwrap_err().to_string().contains("encrypted"));
        let relabelled = public_pem.replace("PUBLIC KEY", "CERTIFICATE");
        assert!(VerifyingKey::from_spki_pem(&relabelled).unwrap_err().to_string().contains("CERTIFICATE"));
        assert!(VerifyingKey::from_spki_pem(&format!("{public_pem}{public_pem}")).is_err(), "two keys");
        assert!(VerifyingKey::from_spki_pem("").is_err());
    }
    // Ed25519 with parameters, and an EC key whose curve is not named (explicit parameters).
    let mut ed = hex::decode("302c300706032b65700500032100").unwrap();
    ed.extend_from_slice(key(Algorithm::Ed25519).verifying_key().as_bytes());
    assert!(VerifyingKey::from_spki_der(&ed).is_err(), "Ed25519 with NULL parameters");
    let spki = key(Algorithm::P256).verifying_key().to_spki_der();
    let named = hex::decode("06082a8648ce3d030107").unwrap();
    let at = spki.windows(named.len()).position(|w| w == named).unwrap();
    let mut explicit = spki.clone();
    explicit[at] = 0x30;
    assert!(VerifyingKey::from_spki_der(&explicit).is_err(), "explicit parameters");
    let said = |algorithm: &str| {
        let algorithm = hex::decode(algorithm).unwrap();
        let key = [&algorithm[..], &[3, 2, 0, 4]].concat();
        let length = u8::try_from(key.len()).unwrap();
        VerifyingKey::from_spki_der(&[&[0x30, length], &key[..]].concat()).unwrap_err().to_string()
    };
    // id-ecPublicKey with SEQUENCE { INTEGER 1 }, with secp521r1, with nothing; and rsaEncryption.
    assert!(said("300e06072a8648ce3d02013003020101").contains("explicit parameters"), "explicit parameters");
    assert!(said("301006072a8648ce3d020106052b81040023").contains("curve 1.3.132.0.35"), "P-521");
    assert!(said("300906072a8648ce3d0201").contains("not named"), "no curve");
    assert!(said("300d06092a864886f70d0101010500").contains("algorithm 1.2.840.113549.1.1.1"), "RSA");
    // A P-256 point labelled secp256k1 is off that curve.
    let k1 = key(Algorithm::Secp256k1).verifying_key().to_spki_der();
    let mixed = [&k1[..k1.len() - 65], &spki[spki.len() - 65..]].concat();
    assert!(matches!(
        VerifyingKey::from_spki_der(&mixed),
        Err(Error::PublicKey { algorithm: Algorithm::Secp256k1, .. })
    ));
}

/// Whatever goes wrong with a private key, neither message nor debug text repeats it.
#[test]
fn no_error_and_no_debug_text_tells_a_secret() {
    for algorithm in Algorithm::ALL {
        let key = key(algorithm);
        let secret = key.to_bytes().expose(Clone::clone);
        let jwk: Value = key.to_jwk().expose(|t| serde_json::from_str(t).unwrap());
        let d = jwk["d"].as_str().unwrap().to_owned();
        let multikey = key.to_multikey().expose(Clone::clone);
        let pem = key.to_pkcs8_pem().expose(Clone::clone);
        let mut broken = jwk.clone();
        broken["d"] = json!(format!("{d}!"));
        let mut wrong = jwk.clone();
        wrong["kty"] = json!(d);
        let said = [
            format!("{key:?} {key:#?}"),
            format!("{:?}{:?}", key.to_bytes(), key.to_multikey()),
            format!("{:?}", VerifyingKey::from_jwk(&jwk).unwrap_err()),
            format!("{:?}", SigningKey::from_jwk(&broken).unwrap_err()),
            format!("{:?}", SigningKey::from_jwk(&wrong).unwrap_err()),
            format!("{:?}", VerifyingKey::from_multikey(&multikey).unwrap_err()),
            format!("{:?}", SigningKey::from_multikey(&multikey[1..]).unwrap_err()),
            format!("{:?}", SigningKey::from_multikey(&format!("{multikey}0")).unwrap_err()),
            format!("{:?}", VerifyingKey::from_spki_pem(&pem).unwrap_err()),
            format!("{:?}", SigningKey::from_pkcs8_pem(&pem[..pem.len() - 40]).unwrap_err()),
            format!("{:?}", SigningKey::from_bytes(algorithm, &secret[1..]).unwrap_err()),
            SigningKey::from_jwk(&broken).unwrap_err().to_string(),
        ]
        .concat();
        for form in [hex::encode(&secret), d, multikey[1..].to_owned(), format!("{secret:?}")] {
            for piece in [&form[..], &form[8..20]] {
                assert!(!said.contains(piece), "{algorithm}: {said}");
            }
        }
    }
}

proptest! {
    #[test]
    fn no_bytes_make_a_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..120)) {
        for algorithm in Algorithm::ALL {
            if let Ok(key) = VerifyingKey::from_bytes(algorithm, &bytes) {
                prop_assert_eq!(key.as_bytes(), &bytes[..], "what is read is canonical");
            }
            let _ = VerifyingKey::from_sec1_bytes(algorithm, &bytes);
            let _ = SigningKey::from_bytes(algorithm, &bytes);
            let _ = Signature::from_bytes(algorithm, &bytes);
            if let Ok(signature) = Signature::from_der(algorithm, &bytes) {
                prop_assert_eq!(signature.to_der(), &bytes[..], "what is read is canonical");
            }
            let _ = key(algorithm).verifying_key().verify(&bytes, &bytes);
        }
        let _ = VerifyingKey::from_spki_der(&bytes);
        let _ = SigningKey::from_pkcs8_der(&bytes);
        let _ = SigningKey::from_ec_der(&bytes);
    }

    #[test]
    fn no_text_makes_a_reader_panic(text in "z?[1-9A-HJ-NP-Za-km-z]{0,100}|\\PC{0,60}") {
        if let Ok(key) = VerifyingKey::from_multikey(&text) {
            prop_assert_eq!(&key.to_multikey(), &text);
        }
        let _ = SigningKey::from_multikey(&text);
        let _ = VerifyingKey::from_spki_pem(&text);
        let _ = SigningKey::from_pkcs8_pem(&text);
        let _ = SigningKey::from_ec_pem(&text);
    }

    /// One changed byte of a structure gives an error or another key, never the same key from other bytes.
    #[test]
    fn structures_are_read_in_one_form(position in any::<proptest::sample::Index>(), flip in 1..=255_u8) {
        for algorithm in Algorithm::ALL {
            let public = key(algorithm).verifying_key();
            let mut der = public.to_spki_der();
            let at = position.index(der.len());
            der[at] ^= flip;
            if let Ok(read) = VerifyingKey::from_spki_der(&der) {
                prop_assert_ne!(read, public);
            }
        }
    }
}
