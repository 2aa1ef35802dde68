//! BIP32, SLIP-0010 and our SM2 trees by their vectors, and everything that is refused, by name.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use hufu_keys::hd::{ChildNumber, DerivationPath, ExtendedPrivateKey, ExtendedPublicKey, Network};
use hufu_keys::{Algorithm, Error};
use proptest::prelude::*;
use serde_json::Value;

const BIP32: &str = include_str!("vectors/bip32.json");
const SLIP10: &str = include_str!("vectors/slip10.json");
const SM2: &str = include_str!("vectors/slip10-sm2.json");

fn read(text: &str) -> Value {
    serde_json::from_str(text).expect("vectors are JSON")
}

fn list<'a>(value: &'a Value, member: &str) -> &'a [Value] {
    value[member].as_array().expect("a list")
}

fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().expect("text")
}

fn bytes(value: &Value, member: &str) -> Vec<u8> {
    hex::decode(text(value, member)).expect("hex")
}

fn path(value: &Value) -> DerivationPath {
    text(value, "path").parse().expect("a path")
}

fn master(algorithm: Algorithm) -> ExtendedPrivateKey {
    ExtendedPrivateKey::from_seed(algorithm, &[0x42; 32]).unwrap()
}

fn xprv(key: &ExtendedPrivateKey) -> String {
    key.to_xprv(Network::Main).unwrap().expose(Clone::clone)
}

#[test]
fn bip32_vectors_1_to_4() {
    let vectors = read(BIP32);
    let mut chains = 0;
    for vector in list(&vectors, "valid") {
        let master = ExtendedPrivateKey::from_seed(Algorithm::Secp256k1, &bytes(vector, "seed")).unwrap();
        for chain in list(vector, "chains") {
            let key = master.derive(&path(chain)).unwrap();
            assert_eq!(xprv(&key), text(chain, "xprv"), "{chain}");
            assert_eq!(key.to_public().to_xpub(Network::Main).unwrap(), text(chain, "xpub"), "{chain}");
            let (again, network) = ExtendedPrivateKey::from_xprv(text(chain, "xprv")).unwrap();
            assert_eq!((xprv(&again), network), (xprv(&key), Network::Main));
            let (public, _) = ExtendedPublicKey::from_xpub(text(chain, "xpub")).unwrap();
            assert_eq!(public, key.to_public());
            chains += 1;
        }
    }
    assert_eq!(chains, 17);
}

/// The standard's words and ours.
#[test]
fn bip32_vector_5_is_refused_by_name() {
    const WORDS: [(&str, &str); 10] = [
        ("pubkey version / prvkey mismatch", "its version says public, and the key in it is a private one"),
        ("prvkey version / pubkey mismatch", "its version says private, and the key in it is a public one"),
        ("invalid pubkey prefix", "its public key does not begin with 02 or 03"),
        ("invalid prvkey prefix", "its private key does not begin with 00"),
        ("zero depth with non-zero parent fingerprint", "its depth is 0, yet it names a parent"),
        ("zero depth with non-zero index", "its depth is 0, yet it has a child's number"),
        ("unknown extended key version", "neither xprv, xpub, tprv nor tpub"),
        ("not in 1..n-1", "the scalar is not in 1..n"),
        ("invalid pubkey 0200", "not a point of the curve"),
        ("invalid checksum", "its checksum is wrong"),
    ];
    let vectors = read(BIP32);
    let invalid = list(&vectors, "invalid");
    assert_eq!(invalid.len(), 16);
    for vector in invalid {
        let (key, why) = (text(vector, "key"), text(vector, "why"));
        let error = if key.starts_with("xpub") {
            ExtendedPublicKey::from_xpub(key).unwrap_err()
        } else {
            ExtendedPrivateKey::from_xprv(key).unwrap_err()
        };
        let (_, ours) = WORDS.iter().find(|(theirs, _)| why.contains(theirs)).expect(why);
        assert!(error.to_string().contains(ours), "{why}: {error}");
    }
}

fn check_slip10(vectors: &Value) -> usize {
    let mut chains = 0;
    for vector in vectors.as_array().unwrap() {
        let algorithm: Algorithm = text(vector, "algorithm").parse().unwrap();
        let master = ExtendedPrivateKey::from_seed(algorithm, &bytes(vector, "seed")).unwrap();
        for chain in list(vector, "chains") {
            let key = master.derive(&path(chain)).unwrap();
            assert_eq!(key.parent_fingerprint().to_vec(), bytes(chain, "parent_fingerprint"), "{chain}");
            let private = key.signing_key().to_bytes().expose(Clone::clone);
            assert_eq!(private, bytes(chain, "private"), "{chain}");
            let written = key.to_bytes().expose(Clone::clone);
            let public = key.to_public().to_bytes();
            assert_eq!(written[9..41], bytes(chain, "chain_code"), "{chain}");
            assert_eq!(written[42..], private);
            assert_eq!(public[9..41], written[9..41]);
            assert_eq!(public[41..], bytes(chain, "public"), "{chain}");
            // both forms are read back
            let again = ExtendedPrivateKey::from_bytes(algorithm, &written).unwrap();
            assert!(again.to_bytes() == key.to_bytes());
            assert_eq!(ExtendedPublicKey::from_bytes(algorithm, &public).unwrap(), key.to_public());
            chains += 1;
        }
    }
    chains
}

/// Both retry vectors are among them.
#[test]
fn slip10_vectors() {
    assert_eq!(check_slip10(&read(SLIP10)), 6 * 6 + 3 + 1);
}

#[test]
fn sm2_vectors() {
    assert_eq!(check_slip10(&read(SM2)), 2 * 6);
}

/// Every step without hardening in every vector, from the public key alone; the retry of `m/28578'/33941` is one.
#[test]
fn public_derivation_meets_the_vectors() {
    let mut steps = 0;
    for vector in [read(SLIP10), read(SM2)].iter().flat_map(|file| file.as_array().unwrap()) {
        let algorithm: Algorithm = text(vector, "algorithm").parse().unwrap();
        let master = ExtendedPrivateKey::from_seed(algorithm, &bytes(vector, "seed")).unwrap();
        for chain in list(vector, "chains") {
            let path = path(chain);
            let Some((last, above)) = path.steps().split_last() else { continue };
            let parent = master.derive(&DerivationPath::new(above.to_vec()).unwrap()).unwrap().to_public();
            if last.is_hardened() {
                assert_eq!(parent.child(*last), Err(Error::HardenedFromPublic { number: *last }));
                continue;
            }
            let child = parent.child(*last).unwrap();
            assert_eq!(child.to_bytes()[41..], bytes(chain, "public"), "{chain}");
            assert_eq!(child.chain_code().to_vec(), bytes(chain, "chain_code"), "{chain}");
            steps += 1;
        }
    }
    assert_eq!(steps, 3 * 3 + 3 * 3 + 1);
}

#[test]
fn seeds_have_16_to_64_bytes() {
    for algorithm in [Algorithm::Ed25519, Algorithm::P256, Algorithm::Secp256k1, Algorithm::Sm2] {
        for found in [0, 1, 15, 65, 1000] {
            let error = ExtendedPrivateKey::from_seed(algorithm, &vec![7; found]).unwrap_err();
            assert_eq!(error, Error::SeedLength { min: 16, max: 64, found });
        }
        for length in [16, 17, 64] {
            assert!(ExtendedPrivateKey::from_seed(algorithm, &vec![7; length]).is_ok());
        }
    }
    let error = ExtendedPrivateKey::from_seed(Algorithm::P384, &[7; 32]).unwrap_err();
    assert!(error.to_string().contains("P-384"), "{error}");
}

#[test]
fn one_seed_gives_unrelated_keys_on_each_curve() {
    let all = [Algorithm::Ed25519, Algorithm::P256, Algorithm::Secp256k1, Algorithm::Sm2];
    let keys: std::collections::HashSet<_> =
        all.map(|a| master(a).signing_key().to_bytes().expose(Clone::clone)).into();
    assert_eq!(keys.len(), all.len());
}

#[test]
fn ed25519_has_hardened_children_only() {
    let key = master(Algorithm::Ed25519);
    let (normal, hardened) = (ChildNumber::normal(3).unwrap(), ChildNumber::hardened(3).unwrap());
    let refused = Error::NotHardened { algorithm: Algorithm::Ed25519, number: normal };
    assert_eq!(key.child(normal).unwrap_err(), refused);
    assert!(refused.to_string().ends_with("write 3'"), "{refused}");
    assert_eq!(key.to_public().child(normal).unwrap_err(), refused);
    let error = key.to_public().child(hardened).unwrap_err();
    assert_eq!(error, Error::HardenedFromPublic { number: hardened });
    assert!(key.child(hardened).is_ok());
}

#[test]
fn depth_255_is_the_last() {
    for algorithm in [Algorithm::Ed25519, Algorithm::P256, Algorithm::Secp256k1, Algorithm::Sm2] {
        let zero = ChildNumber::hardened(0).unwrap();
        let path = DerivationPath::new(vec![zero; 255]).unwrap();
        let deepest = master(algorithm).derive(&path).unwrap();
        assert_eq!((deepest.depth(), deepest.child_number()), (255, Some(zero)));
        assert_eq!(deepest.child(zero).unwrap_err(), Error::TooDeep { max: 255 });
        if algorithm != Algorithm::Ed25519 {
            let normal = ChildNumber::normal(0).unwrap();
            assert_eq!(deepest.to_public().child(normal).unwrap_err(), Error::TooDeep { max: 255 });
        }
        let again = deepest.to_bytes().expose(|bytes| ExtendedPrivateKey::from_bytes(algorithm, bytes));
        assert_eq!(again.unwrap().depth(), 255);
    }
}

#[test]
fn the_empty_path_is_the_key_itself() {
    let key = master(Algorithm::Secp256k1);
    let here = DerivationPath::default();
    assert!(key.derive(&here).unwrap().to_bytes() == key.to_bytes());
    assert_eq!(key.to_public().derive(&here).unwrap(), key.to_public());
    assert_eq!((key.depth(), key.child_number(), key.parent_fingerprint()), (0, None, [0; 4]));
    let child = key.child(ChildNumber::normal(7).unwrap()).unwrap();
    assert_eq!(child.parent_fingerprint(), key.to_public().identifier()[..4]);
}

/// Alters the bytes of a serialised key and asks both readers.
#[test]
fn bytes_that_are_no_extended_key() {
    for algorithm in [Algorithm::P256, Algorithm::Secp256k1, Algorithm::Sm2] {
        let key = master(algorithm);
        let private = key.to_bytes().expose(Clone::clone);
        let public = key.to_public().to_bytes();
        let refuse = |at: usize, with: &[u8], private_words: &str, public_words: &str| {
            let alter = |bytes: &[u8]| {
                let mut bytes = bytes.to_vec();
                bytes[at..at + with.len()].copy_from_slice(with);
                bytes
            };
            let error = ExtendedPrivateKey::from_bytes(algorithm, &alter(&private)).unwrap_err().to_string();
            assert!(error.contains(private_words), "{algorithm} {at}: {error}");
            let error = ExtendedPublicKey::from_bytes(algorithm, &alter(&public)).unwrap_err().to_string();
            assert!(error.contains(public_words), "{algorithm} {at}: {error}");
        };
        refuse(1, &[1], "names a parent", "names a parent");
        refuse(8, &[1], "child's number", "child's number");
        refuse(41, &[5], "begin with 00", "begin with 02 or 03");
        refuse(41, &[0; 33], "the scalar is not in 1..", "private key");
        refuse(41, &[0xff; 33], "begin with 00", "begin with 02 or 03");
        let mut above = [0xff; 33];
        above[0] = 0;
        refuse(41, &above, "the scalar is not in 1..", "private key");
        above[0] = 2;
        refuse(41, &above, "public key", "not a point");
        for length in [0, 9, 41, 73, 75, 1000] {
            let bytes: Vec<u8> = private.iter().copied().cycle().take(length).collect();
            let wrong = Error::ExtendedKey("it has a wrong number of bytes");
            assert_eq!(ExtendedPrivateKey::from_bytes(algorithm, &bytes).unwrap_err(), wrong);
            assert_eq!(ExtendedPublicKey::from_bytes(algorithm, &bytes).unwrap_err(), wrong);
        }
        assert_eq!(ExtendedPrivateKey::from_bytes(algorithm, &public).unwrap_err(), Error::PublicKeyGiven);
        assert_eq!(ExtendedPublicKey::from_bytes(algorithm, &private).unwrap_err(), Error::PrivateKeyGiven);
        assert!(ExtendedPrivateKey::from_bytes(Algorithm::P384, &private).is_err());
    }
    let mut identity = master(Algorithm::Ed25519).to_public().to_bytes();
    identity[42..].copy_from_slice(&[0; 32]);
    identity[42] = 1;
    let error = ExtendedPublicKey::from_bytes(Algorithm::Ed25519, &identity).unwrap_err();
    assert!(error.to_string().contains("small order"), "{error}");
    identity[41] = 2;
    let error = ExtendedPublicKey::from_bytes(Algorithm::Ed25519, &identity).unwrap_err();
    assert!(error.to_string().contains("begin with 00"), "{error}");
}

#[test]
fn text_that_is_no_extended_key() {
    let key = master(Algorithm::Secp256k1);
    let (private, public) = (xprv(&key), key.to_public().to_xpub(Network::Main).unwrap());
    assert_eq!(ExtendedPrivateKey::from_xprv(&public).unwrap_err(), Error::PublicKeyGiven);
    assert_eq!(ExtendedPublicKey::from_xpub(&private).unwrap_err(), Error::PrivateKeyGiven);
    let long = "1".repeat(113);
    let padded = format!("{private} ");
    for (text, words) in [
        ("", "wrong number of bytes"),
        ("xprv", "wrong number of bytes"),
        (&private[..110], "wrong number of bytes"),
        (&long, "longer than any"),
        (&long[..112], "wrong number of bytes"),
        (&padded, "outside base58"),
        (&private.replacen('x', "0", 1), "outside base58"),
        (&private.replacen('x', "y", 1), "checksum"),
    ] {
        let error = ExtendedPrivateKey::from_xprv(text).unwrap_err().to_string();
        assert!(error.contains(words), "{text:?}: {error}");
        let error = ExtendedPublicKey::from_xpub(text).unwrap_err().to_string();
        assert!(error.contains(words), "{text:?}: {error}");
    }
    for algorithm in [Algorithm::Ed25519, Algorithm::P256, Algorithm::Sm2] {
        let key = master(algorithm);
        assert!(matches!(key.to_xprv(Network::Main), Err(Error::NotDefined { .. })), "{algorithm}");
        assert!(matches!(key.to_public().to_xpub(Network::Main), Err(Error::NotDefined { .. })));
    }
}

#[test]
fn both_networks_are_read() {
    let key = master(Algorithm::Secp256k1);
    let private = key.to_xprv(Network::Test).unwrap().expose(Clone::clone);
    let public = key.to_public().to_xpub(Network::Test).unwrap();
    assert!(private.starts_with("tprv") && public.starts_with("tpub"));
    assert_eq!(ExtendedPrivateKey::from_xprv(&private).unwrap().1, Network::Test);
    assert_eq!(ExtendedPublicKey::from_xpub(&public).unwrap(), (key.to_public(), Network::Test));
}

#[test]
fn nothing_private_is_printed() {
    for algorithm in [Algorithm::Ed25519, Algorithm::P256, Algorithm::Secp256k1, Algorithm::Sm2] {
        let key = master(algorithm);
        let printed = format!("{key:?} {key:#?} {:?} {:?}", key.to_public(), key.to_bytes());
        let written = key.to_bytes().expose(Clone::clone);
        for secret in [&written[9..41], &written[42..]] {
            let debug = format!("{secret:?}");
            assert!(!printed.contains(&hex::encode(secret)), "{printed}");
            assert!(!printed.contains(debug.trim_matches(['[', ']'])), "{printed}");
        }
    }
}

fn arb_steps() -> impl Strategy<Value = Vec<u32>> {
    proptest::collection::vec(any::<u32>(), 0..4)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// N(m/a/b) = N(m)/a/b for normal steps, on every curve that has them.
    #[test]
    fn private_and_public_derivation_commute(
        seed in proptest::collection::vec(any::<u8>(), 16..=64),
        numbers in arb_steps(),
        above in any::<u32>(),
    ) {
        for algorithm in [Algorithm::P256, Algorithm::Secp256k1, Algorithm::Sm2] {
            let steps = numbers.iter().map(|n| ChildNumber::from_u32(n & 0x7fff_ffff)).collect();
            let path = DerivationPath::new(steps).unwrap();
            let account = ExtendedPrivateKey::from_seed(algorithm, &seed).unwrap();
            let account = account.child(ChildNumber::from_u32(above)).unwrap();
            prop_assert_eq!(account.derive(&path).unwrap().to_public(), account.to_public().derive(&path).unwrap());
        }
    }

    #[test]
    fn readers_never_panic(text in "\\PC{0,130}", bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
        let _ = ExtendedPrivateKey::from_xprv(&text);
        let _ = ExtendedPublicKey::from_xpub(&text);
        for algorithm in Algorithm::ALL {
            let _ = ExtendedPrivateKey::from_bytes(algorithm, &bytes);
            let _ = ExtendedPublicKey::from_bytes(algorithm, &bytes);
        }
    }
}
