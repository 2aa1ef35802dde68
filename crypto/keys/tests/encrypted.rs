//! Encrypted PKCS#8: what opens it, what each kind of refusal is called, and what a crafted file cannot ask for.
#![allow(clippy::unwrap_used, reason = "a test stops at the first broken assumption")]

mod common;

use common::rng;
use der::asn1::{AnyRef, ObjectIdentifier, OctetStringRef};
use der::{Decode, Encode, Sequence};
use hufu_keys::{Algorithm, EncryptedKey, Error, SigningKey};
use proptest::prelude::*;
use spki::AlgorithmIdentifierRef;
use std::sync::LazyLock;

const PASSPHRASE: &[u8] = b"correct horse battery staple";

static SEALED: LazyLock<EncryptedKey> = LazyLock::new(|| {
    SigningKey::generate(Algorithm::Sm2, &mut rng(1)).to_encrypted_pkcs8(PASSPHRASE, &mut rng(2)).unwrap()
});

#[test]
fn every_algorithm_round_trips() {
    for algorithm in Algorithm::ALL {
        let key = SigningKey::generate(algorithm, &mut rng(1));
        let sealed = key.to_encrypted_pkcs8(PASSPHRASE, &mut rng(2)).unwrap();
        for copy in [
            EncryptedKey::from_der(sealed.as_der()).unwrap(),
            EncryptedKey::from_pem(&sealed.to_pem()).unwrap(),
        ] {
            assert_eq!(copy, sealed);
            assert!(copy.decrypt(PASSPHRASE).unwrap().to_bytes().ct_eq(&key.to_bytes()), "{algorithm}");
        }
        let again = key.to_encrypted_pkcs8(PASSPHRASE, &mut rng(3)).unwrap();
        assert_ne!(again, sealed, "salt and IV are drawn");
    }
}

#[test]
fn a_wrong_passphrase_is_said_to_be_one_or_damage() {
    let wrong = b"Correct horse battery staple";
    for passphrase in [&wrong[..], b"", b"x"] {
        assert_eq!(SEALED.decrypt(passphrase).unwrap_err(), Error::WrongPassphraseOrDamaged);
    }
    let der = SEALED.as_der();
    for back in [1, 16, 17, 100] {
        let mut damaged = der.to_vec();
        let at = der.len() - back;
        damaged[at] ^= 1;
        let result = EncryptedKey::from_der(&damaged).unwrap().decrypt(PASSPHRASE);
        assert!(result.is_err(), "byte {at}");
    }
}

#[test]
fn what_cannot_be_encrypted() {
    let key = SigningKey::generate(Algorithm::P256, &mut rng(1));
    assert!(matches!(key.to_encrypted_pkcs8(b"", &mut rng(2)), Err(Error::Unsealable(_))));
}

#[test]
fn the_outer_structure_is_read_strictly() {
    let der = SEALED.as_der();
    for cut in 0..der.len() {
        assert!(EncryptedKey::from_der(&der[..cut]).is_err(), "cut at {cut}");
    }
    assert!(EncryptedKey::from_der(&[der, &[0]].concat()).is_err(), "a trailing byte");
    let key = SigningKey::generate(Algorithm::P256, &mut rng(1));
    assert!(EncryptedKey::from_der(&key.to_pkcs8_der().expose(Clone::clone)).is_err(), "not encrypted");
    let plain = key.to_pkcs8_pem().expose(Clone::clone);
    assert!(EncryptedKey::from_pem(&plain).unwrap_err().to_string().contains("not encrypted"));
    let public = key.verifying_key().to_spki_pem();
    assert_eq!(EncryptedKey::from_pem(&public).unwrap_err(), Error::PublicKeyGiven);
    let sealed = SEALED.to_pem();
    assert!(SigningKey::from_pkcs8_pem(&sealed).unwrap_err().to_string().contains("passphrase"));
}

#[derive(Sequence)]
struct Outer<'a> {
    algorithm: AlgorithmIdentifierRef<'a>,
    data: &'a OctetStringRef,
}

#[derive(Sequence)]
struct Pbes2<'a> {
    kdf: AlgorithmIdentifierRef<'a>,
    cipher: AlgorithmIdentifierRef<'a>,
}

/// A structure that differs from a good one in what the arguments say.
struct Crafted {
    scheme: &'static str,
    kdf: &'static str,
    kdf_parameters: Vec<u8>,
    cipher: &'static str,
    iv: Vec<u8>,
    data: Vec<u8>,
}

fn integer(value: u64) -> Vec<u8> {
    value.to_der().unwrap()
}

fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    let inner = parts.concat();
    let length = u8::try_from(inner.len()).unwrap();
    assert!(length < 128);
    [vec![0x30, length], inner].concat()
}

fn octets(bytes: &[u8]) -> Vec<u8> {
    OctetStringRef::new(bytes).unwrap().to_der().unwrap()
}

/// `AlgorithmIdentifier { hmacWithSHA…, NULL }`, by the OID's last byte.
fn prf(last: u8) -> Vec<u8> {
    [&[0x30, 12, 6, 8, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 2][..], &[last, 5, 0]].concat()
}

fn pbkdf2(iterations: u64) -> Vec<u8> {
    sequence(&[octets(&[1; 16]), integer(iterations), prf(9)])
}

fn scrypt(cost: u64, block_size: u64, lanes: u64) -> Vec<u8> {
    sequence(&[octets(&[1; 8]), integer(cost), integer(block_size), integer(lanes)])
}

impl Default for Crafted {
    fn default() -> Self {
        Self {
            scheme: "1.2.840.113549.1.5.13",
            kdf: "1.2.840.113549.1.5.12",
            kdf_parameters: pbkdf2(1),
            cipher: "2.16.840.1.101.3.4.1.42",
            iv: vec![0; 16],
            data: vec![0; 32],
        }
    }
}

impl Crafted {
    fn scrypt(parameters: Vec<u8>) -> Self {
        Self { kdf: "1.3.6.1.4.1.11591.4.11", kdf_parameters: parameters, ..Self::default() }
    }

    fn read(&self) -> Result<EncryptedKey, Error> {
        let oid = |text: &str| ObjectIdentifier::new(text).unwrap();
        let iv = octets(&self.iv);
        let pbes2 = Pbes2 {
            kdf: AlgorithmIdentifierRef {
                oid: oid(self.kdf),
                parameters: Some(AnyRef::from_der(&self.kdf_parameters).unwrap()),
            },
            cipher: AlgorithmIdentifierRef {
                oid: oid(self.cipher),
                parameters: Some(AnyRef::from_der(&iv).unwrap()),
            },
        }
        .to_der()
        .unwrap();
        let algorithm = AlgorithmIdentifierRef {
            oid: oid(self.scheme),
            parameters: Some(AnyRef::from_der(&pbes2).unwrap()),
        };
        let outer = Outer { algorithm, data: OctetStringRef::new(&self.data).unwrap() };
        EncryptedKey::from_der(&outer.to_der().unwrap())
    }
}

#[test]
fn costs_are_bounded_before_they_are_paid() {
    assert_eq!(
        Crafted::default().read().unwrap().decrypt(b"x").unwrap_err(),
        Error::WrongPassphraseOrDamaged
    );
    let bounded = |crafted: Crafted, name: &str| {
        assert!(
            matches!(crafted.read(), Err(Error::KdfOutOfBounds { what, .. }) if what.contains(name)),
            "{name}: {:?}",
            crafted.read()
        );
    };
    for iterations in [0, 2_000_001, u64::from(u32::MAX) + 1, u64::MAX] {
        bounded(Crafted { kdf_parameters: pbkdf2(iterations), ..Crafted::default() }, "iterations");
    }
    bounded(Crafted::scrypt(scrypt(1 << 40, 8, 1)), "cost");
    bounded(Crafted::scrypt(scrypt(1 << 19, 8, 1)), "cost"); // 512 MiB
    bounded(Crafted::scrypt(scrypt(0, 8, 1)), "cost");
    bounded(Crafted::scrypt(scrypt(2, 1 << 30, 1)), "block size");
    bounded(Crafted::scrypt(scrypt(2, 0, 1)), "block size");
    bounded(Crafted::scrypt(scrypt(1 << 14, 8, 17)), "parallelization");
    bounded(Crafted::scrypt(scrypt(1 << 14, 8, 0)), "parallelization");
    bounded(Crafted::scrypt(scrypt(1 << 13, 255, 2)), "parallelization"); // each bound by itself is kept, their product is not
    assert!(Crafted::scrypt(scrypt(1 << 14, 8, 1)).read().is_ok(), "what OpenSSL writes");
}

#[test]
fn what_is_not_supported_is_named() {
    let named = |crafted: Crafted, words: &str| {
        let said = crafted.read().unwrap_err().to_string();
        assert!(said.contains(words), "{words}: {said}");
    };
    let good = Crafted::default;
    named(Crafted { scheme: "1.2.840.113549.1.5.3", ..good() }, "scheme 1.2.840.113549.1.5.3"); // PBES1
    named(Crafted { kdf: "1.3.6.1.4.1.11591.4.12", ..good() }, "key derivation 1.3");
    named(Crafted { cipher: "1.2.840.113549.3.7", ..good() }, "cipher 1.2.840.113549.3.7"); // 3DES
    named(Crafted { iv: vec![0; 15], ..good() }, "IV");
    named(Crafted { data: vec![], ..good() }, "blocks");
    named(Crafted { data: vec![0; 33], ..good() }, "blocks");
    named(Crafted { data: vec![0; 16 << 10], ..good() }, "longer");
    let salt = || octets(&[1; 16]);
    let with = |parts: &[Vec<u8>]| Crafted { kdf_parameters: sequence(parts), ..Crafted::default() };
    named(with(&[salt(), integer(1), prf(12)]), "pseudo-random function"); // SHA-512/224
    named(with(&[salt(), integer(1), integer(16), prf(9)]), "key length");
    named(with(&[integer(1)]), "encrypted PKCS#8");
    named(with(&[salt()]), "encrypted PKCS#8");
    named(with(&[salt(), vec![2, 1, 0xff], prf(9)]), "encrypted PKCS#8"); // −1 iterations
    named(Crafted::scrypt(scrypt(3, 8, 1)), "go together"); // no power of two
    assert!(with(&[salt(), integer(1), integer(32), prf(9)]).read().is_ok(), "the right key length");
    assert!(with(&[salt(), integer(1)]).read().is_ok(), "HMAC-SHA-1 by default");
    for last in 7..=11 {
        assert!(with(&[salt(), integer(1), prf(last)]).read().is_ok());
    }
    for cipher in ["2.16.840.1.101.3.4.1.2", "2.16.840.1.101.3.4.1.22"] {
        let key = Crafted { cipher, ..good() }.read().unwrap();
        assert_eq!(key.decrypt(b"x").unwrap_err(), Error::WrongPassphraseOrDamaged);
    }
}

/// What GmSSL writes: PBKDF2 with HMAC-SM3, and SM4-CBC. The other reader of this repository makes it.
#[test]
fn keys_encrypted_by_national_algorithms_alone_are_read() {
    use hufu_sm::sm2::{PasswordCipher, PasswordKdf, PasswordScheme, SecretKey};
    let key = SecretKey::generate(&mut rng(7)).unwrap();
    for kdf in [PasswordKdf::Pbkdf2Sm3 { iterations: 3 }, PasswordKdf::Pbkdf2 { iterations: 3 }] {
        for cipher in [PasswordCipher::Sm4Cbc, PasswordCipher::Aes256Cbc] {
            let scheme = PasswordScheme { kdf, cipher };
            let pem = key.to_encrypted_pkcs8_pem_with(&mut rng(8), PASSPHRASE, &scheme).unwrap();
            let found = EncryptedKey::from_pem(&pem).unwrap().decrypt(PASSPHRASE).unwrap();
            let expected = SigningKey::from_bytes(Algorithm::Sm2, key.to_bytes().as_slice()).unwrap();
            assert!(found.to_bytes().ct_eq(&expected.to_bytes()), "{scheme:?}");
        }
    }
}

#[test]
fn nothing_of_the_passphrase_or_key_is_printed() {
    let said = format!("{:?} {:?}", *SEALED, SEALED.decrypt(b"hunter2 hunter2"));
    assert!(!said.contains("hunter2") && said.len() < 200, "{said}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_changed_byte_makes_the_reader_panic(
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut der = SEALED.as_der().to_vec();
        for (index, byte) in changes {
            let at = index.index(der.len());
            der[at] = byte;
        }
        let _ = EncryptedKey::from_der(&der);
    }
}
