//! Private keys under a password: what OpenSSL reads of ours, what of its is not supported, malformed files by name, and the bounds
//! of the work that a file can ask for.

use crate::common::{fresh_rng, object, sequence, tlv};
use crate::encodings::openssl;
use der::Encode;
use der::asn1::OctetStringRef;
use hufu_sm::sm2::{Error, PasswordCipher, PasswordKdf, PasswordScheme, SecretKey};
use pkcs8::EncryptedPrivateKeyInfoRef;
use pkcs8::pkcs5::{pbes2, scrypt};
use std::time::{Duration, Instant};

const CIPHERS: [PasswordCipher; 4] =
    [PasswordCipher::Aes128Cbc, PasswordCipher::Aes192Cbc, PasswordCipher::Aes256Cbc, PasswordCipher::Sm4Cbc];

fn key() -> SecretKey {
    SecretKey::from_bytes(&[3; 32]).unwrap()
}

fn read(der: &[u8]) -> Error {
    SecretKey::from_encrypted_pkcs8_der(der, b"x").unwrap_err()
}

#[test]
fn openssl_reads_every_scheme_that_we_write() {
    let mut rng = fresh_rng("schemes");
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let kdfs = [PasswordKdf::Pbkdf2 { iterations: 2048 }, PasswordKdf::Scrypt { log_n: 14, r: 8, p: 1 }];
    for kdf in kdfs {
        for cipher in CIPHERS {
            let scheme = PasswordScheme { kdf, cipher };
            let locked = key().to_encrypted_pkcs8_pem_with(&mut rng, b"secret", &scheme).unwrap();
            assert_eq!(SecretKey::from_encrypted_pkcs8_pem(&locked, b"secret").unwrap(), key(), "{scheme:?}");
            std::fs::write(folder.join("e.pem"), locked).unwrap();
            let Some(opened) = openssl(folder, "pkey -in e.pem -passin pass:secret -out k.pem") else {
                return;
            };
            assert!(opened, "{scheme:?}");
            let opened = std::fs::read_to_string(folder.join("k.pem")).unwrap();
            assert_eq!(opened, *key().to_private_key_pem(), "{scheme:?}");
        }
    }
}

#[test]
fn every_scheme_that_we_write_is_read() {
    let mut rng = fresh_rng("schemes");
    let kdfs = [
        PasswordKdf::Pbkdf2 { iterations: 2 },
        PasswordKdf::Pbkdf2Sm3 { iterations: 2 },
        PasswordKdf::Scrypt { log_n: 1, r: 1, p: 3 },
    ];
    for kdf in kdfs {
        for cipher in CIPHERS {
            let scheme = PasswordScheme { kdf, cipher };
            let locked = key().to_encrypted_pkcs8_der_with(&mut rng, b"secret", &scheme).unwrap();
            assert_eq!(SecretKey::from_encrypted_pkcs8_der(&locked, b"secret").unwrap(), key());
            let wrong = SecretKey::from_encrypted_pkcs8_der(&locked, b"Secret").unwrap_err();
            assert_eq!(wrong, Error::Password, "{scheme:?}");
        }
    }
}

#[test]
fn what_is_not_supported_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::write(folder.join("k.pem"), &*key().to_private_key_pem()).unwrap();
    for (options, name) in [
        ("-v1 PBE-SHA1-3DES", "scheme is pbeWithSHA1And3-KeyTripleDES-CBC 1.2.840.113549.1.12.1.3"),
        ("-v2 des3", "cipher is des-ede3-cbc 1.2.840.113549.3.7"),
        ("-v2 aes-256-cfb", "cipher is aes-256-cfb 2.16.840.1.101.3.4.1.44"),
        ("-v2 aes-256-ofb", "cipher is aes-256-ofb 2.16.840.1.101.3.4.1.43"),
        ("-v2 aria-256-cbc", "cipher is aria-256-cbc 1.2.410.200046.1.1.12"),
        ("-v2 aria-128-cbc", "cipher is 1.2.410.200046.1.1.2"),
        ("-v2 camellia-256-cbc", "cipher is camellia-256-cbc 1.2.392.200011.61.1.1.1.4"),
        ("-v2 sm4-cfb", "cipher is sm4-cfb 1.2.156.10197.1.104.4"),
        ("-v2prf hmacWithSHA1", "pseudo-random function is hmacWithSHA1 1.2.840.113549.2.7"),
    ] {
        let arguments = format!("pkcs8 -topk8 -in k.pem -passout pass:secret {options} -out e.pem");
        let Some(made) = openssl(folder, &arguments) else { return };
        assert!(made, "{options}");
        let locked = std::fs::read_to_string(folder.join("e.pem")).unwrap();
        let error = SecretKey::from_encrypted_pkcs8_pem(&locked, b"secret").unwrap_err();
        assert!(matches!(error, Error::UnsupportedScheme { .. }), "{options}: {error}");
        assert!(error.to_string().ends_with(name), "{options}: {error}");
    }
}

/// A file of PBES2 with a derivation and a cipher.
fn file(kdf: &[u8], cipher: &[u8], data: &[u8]) -> Vec<u8> {
    let scheme = sequence(&[&object("1.2.840.113549.1.5.13"), &sequence(&[kdf, cipher])]);
    sequence(&[&scheme, &tlv(4, data)])
}

/// PBKDF2 with HMAC-SHA-256.
fn pbkdf2(salt: &[u8], iterations: &[u8], key_length: Option<u8>) -> Vec<u8> {
    let length = key_length.map_or(vec![], |length| tlv(2, &[length]));
    let prf = sequence(&[&object("1.2.840.113549.2.9"), &[5, 0]]);
    let params = sequence(&[&tlv(4, salt), &tlv(2, iterations), &length, &prf]);
    sequence(&[&object("1.2.840.113549.1.5.12"), &params])
}

fn scrypt_of(cost: &[u8], block_size: &[u8], lanes: &[u8], key_length: Option<u8>) -> Vec<u8> {
    let length = key_length.map_or(vec![], |length| tlv(2, &[length]));
    let params = sequence(&[&tlv(4, &[1; 16]), &tlv(2, cost), &tlv(2, block_size), &tlv(2, lanes), &length]);
    sequence(&[&object("1.3.6.1.4.1.11591.4.11"), &params])
}

fn aes256(iv: &[u8]) -> Vec<u8> {
    sequence(&[&object("2.16.840.1.101.3.4.1.42"), &tlv(4, iv)])
}

#[test]
fn malformed_encrypted_files() {
    let (iv, salt, data) = ([2; 16], [1; 8], [7; 144]);
    let kdf = || pbkdf2(&salt, &[1], None);
    let good = file(&kdf(), &aes256(&iv), &data);
    assert_eq!(read(&good), Error::Password, "well formed, and not by this password");
    for length in [16_usize, 32, 48, 144, 8192] {
        assert_eq!(read(&file(&kdf(), &aes256(&iv), &vec![7; length])), Error::Password, "{length}");
    }
    for length in [0_usize, 1, 64, 1000] {
        let file = file(&pbkdf2(&vec![1; length], &[1], None), &aes256(&iv), &data);
        assert_eq!(read(&file), Error::Password, "a salt of {length} bytes is one");
    }
    assert_eq!(read(&file(&pbkdf2(&salt, &[1], Some(32)), &aes256(&iv), &data)), Error::Password);

    let no_parameters = sequence(&[&object("2.16.840.1.101.3.4.1.42")]);
    let prf_with_parameters = {
        let prf = sequence(&[&object("1.2.840.113549.2.9"), &tlv(4, &[1])]);
        let params = sequence(&[&tlv(4, &salt), &tlv(2, &[1]), &prf]);
        sequence(&[&object("1.2.840.113549.1.5.12"), &params])
    };
    let strict = "it is not strict DER of this structure";
    let blocks = "its ciphertext is not a whole number of blocks";
    let key_length = "its key length is not that of its cipher";
    let cases: &[(&str, Vec<u8>, &str)] = &[
        ("empty", vec![], strict),
        ("truncated by one", good[..good.len() - 1].to_vec(), strict),
        ("over-long by one", [&good[..], &[0]].concat(), strict),
        ("an unencrypted key", key().to_private_key_der().to_vec(), strict),
        ("no data", file(&kdf(), &aes256(&iv), &[]), blocks),
        ("data of 15 bytes", file(&kdf(), &aes256(&iv), &[7; 15]), blocks),
        ("data of 17 bytes", file(&kdf(), &aes256(&iv), &[7; 17]), blocks),
        ("data of 8 KiB and a block", file(&kdf(), &aes256(&iv), &[7; 8208]), "longer than that of any key"),
        ("no IV", file(&kdf(), &aes256(&[]), &data), "its IV has not 16 bytes"),
        ("an IV of 15 bytes", file(&kdf(), &aes256(&[2; 15]), &data), "its IV has not 16 bytes"),
        ("an IV of 17 bytes", file(&kdf(), &aes256(&[2; 17]), &data), "its IV has not 16 bytes"),
        ("a cipher without parameters", file(&kdf(), &no_parameters, &data), "parameters are missing"),
        ("a negative iteration count", file(&pbkdf2(&salt, &[0xff], None), &aes256(&iv), &data), strict),
        ("iterations with a leading zero", file(&pbkdf2(&salt, &[0, 1], None), &aes256(&iv), &data), strict),
        ("a key length of 0", file(&pbkdf2(&salt, &[1], Some(0)), &aes256(&iv), &data), key_length),
        ("a key length of 16 for 32", file(&pbkdf2(&salt, &[1], Some(16)), &aes256(&iv), &data), key_length),
        ("a key length of 33 for 32", file(&pbkdf2(&salt, &[1], Some(33)), &aes256(&iv), &data), key_length),
        (
            "scrypt with a key length of 5",
            file(&scrypt_of(&[2], &[1], &[1], Some(5)), &aes256(&iv), &data),
            key_length,
        ),
        (
            "scrypt with N = 1",
            file(&scrypt_of(&[1], &[1], &[1], None), &aes256(&iv), &data),
            "no power of two",
        ),
        (
            "scrypt with N = 3",
            file(&scrypt_of(&[3], &[1], &[1], None), &aes256(&iv), &data),
            "no power of two",
        ),
        ("a function with parameters", file(&prf_with_parameters, &aes256(&iv), &data), "has parameters"),
    ];
    for (name, bytes, reason) in cases {
        let error = read(bytes);
        assert!(matches!(error, Error::Encoding { .. }), "{name}: {error}");
        assert!(error.to_string().contains(reason), "{name}: {error}");
        assert!(error.to_string().starts_with("not an encrypted PKCS#8 private key: "), "{name}: {error}");
    }
    for end in 0..good.len() {
        assert!(matches!(read(&good[..end]), Error::Encoding { .. }), "{end} bytes");
    }
    for (name, kdf) in [("kdf", sequence(&[&object("1.2.3.4"), &[5, 0]])), ("cipher", kdf())] {
        let cipher = if name == "kdf" { aes256(&iv) } else { sequence(&[&object("1.2.3.5"), &[5, 0]]) };
        let error = read(&file(&kdf, &cipher, &data));
        assert!(matches!(error, Error::UnsupportedScheme { .. }), "{name}: {error}");
    }
    eprintln!("encrypted files: {} refused, and {} truncations", cases.len(), good.len());
}

#[test]
fn what_decrypts_and_is_no_sm2_key_says_what_it_is() {
    let parameters = pbes2::Parameters::generate_pbkdf2_sha256_aes256cbc(1, &[1; 16], [2; 16]).unwrap();
    let locked = |plaintext: &[u8]| {
        let data = parameters.encrypt(b"x", plaintext).unwrap();
        let encrypted_data = OctetStringRef::new(&data).unwrap();
        EncryptedPrivateKeyInfoRef { encryption_algorithm: parameters.clone().into(), encrypted_data }
            .to_der()
            .unwrap()
    };
    assert_eq!(
        SecretKey::from_encrypted_pkcs8_der(&locked(&key().to_private_key_der()), b"x").unwrap(),
        key()
    );
    // An Ed25519 key: PKCS#8 of another algorithm.
    let ed25519 =
        [&[0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20][..], &[9; 32]].concat();
    let error = read(&locked(&ed25519));
    assert!(
        error.to_string().contains("its algorithm is not id-ecPublicKey with the named SM2 curve"),
        "{error}"
    );
    for (name, plaintext) in [("nothing", &b""[..]), ("text", b"no key at all"), ("an INTEGER", &[2, 1, 5])] {
        assert_eq!(read(&locked(plaintext)), Error::Password, "{name}");
    }
}

#[test]
fn a_file_cannot_ask_for_any_amount_of_work() {
    let mut rng = fresh_rng("work");
    for iterations in [0, 2_000_001, u32::MAX] {
        let error = key().to_encrypted_pkcs8_der(&mut rng, b"x", iterations).unwrap_err();
        let (found, max) = (iterations.into(), 2_000_000);
        assert_eq!(error, Error::KdfOutOfBounds { what: "PBKDF2 iterations", found, max });
    }
    for (log_n, r, p) in [(22, 1, 1), (14, 8, 17), (63, 1, 1), (64, 1, 1), (255, 1, 1), (1, 0, 1), (1, 1, 0)]
    {
        let scheme =
            PasswordScheme { kdf: PasswordKdf::Scrypt { log_n, r, p }, cipher: PasswordCipher::Sm4Cbc };
        let error = key().to_encrypted_pkcs8_der_with(&mut rng, b"x", &scheme).unwrap_err();
        assert!(matches!(error, Error::KdfOutOfBounds { .. }), "{log_n} {r} {p}");
    }
    let with = |kdf: &[u8]| file(kdf, &aes256(&[2; 16]), &[7; 144]);
    let started = Instant::now();
    for (name, kdf) in [
        ("no iterations", pbkdf2(&[1; 8], &[0], None)),
        ("two million and one", pbkdf2(&[1; 8], &2_000_001_u32.to_be_bytes()[1..], None)),
        ("2^40 iterations", pbkdf2(&[1; 8], &[1, 0, 0, 0, 0, 0], None)),
        ("a gibibyte", scrypt_of(&[0x10, 0, 0], &[8], &[1], None)),
        ("a wide block", scrypt_of(&[4, 0], &[0x10, 0], &[1], None)),
        ("many lanes", scrypt_of(&[0x40, 0], &[8], &[17], None)),
        (
            "256 MiB sixteen times: no more memory than may be, and more work",
            scrypt_of(&[0x20, 0], &[0, 0xff], &[16], None),
        ),
        ("N = 0", scrypt_of(&[0], &[1], &[1], None)),
        ("N = 2^63", scrypt_of(&[0, 0x80, 0, 0, 0, 0, 0, 0, 0], &[1], &[1], None)),
        ("r = 0", scrypt_of(&[2], &[0], &[1], None)),
        ("p = 0", scrypt_of(&[2], &[1], &[0], None)),
    ] {
        let error = read(&with(&kdf));
        assert!(matches!(error, Error::KdfOutOfBounds { .. }), "{name}: {error}");
    }
    assert!(started.elapsed() < Duration::from_secs(2), "refused without doing the work");
}

/// The most that a file may ask for takes seconds and not minutes.
#[test]
fn the_costliest_files_that_are_read() {
    let with = |kdf: &[u8]| file(kdf, &aes256(&[2; 16]), &[7; 144]);
    let sha512 = {
        let params = sequence(&[
            &tlv(4, &[1; 16]),
            &tlv(2, &2_000_000_u32.to_be_bytes()[1..]),
            &sequence(&[&object("1.2.840.113549.2.11"), &[5, 0]]),
        ]);
        sequence(&[&object("1.2.840.113549.1.5.12"), &params])
    };
    for (name, kdf) in [
        ("PBKDF2 with SHA-512", sha512),
        ("scrypt, one lane", scrypt_of(&[4, 0, 0], &[8], &[1], None)),
        ("scrypt, many lanes", scrypt_of(&[0x40, 0], &[8], &[16], None)),
    ] {
        let started = Instant::now();
        assert_eq!(read(&with(&kdf)), Error::Password, "{name}");
        let took = started.elapsed();
        eprintln!("{name}: {took:?}");
        assert!(took < Duration::from_secs(60), "{name} took {took:?}, on however busy a machine");
    }
}

/// The parameters that RustCrypto writes are those that are read.
#[test]
fn rustcrypto_locks_and_we_open() {
    let costs = scrypt::Params::new(4, 1, 1).unwrap();
    for parameters in [
        pbes2::Parameters::generate_scrypt_aes256cbc(costs, &[1; 16], [2; 16]),
        pbes2::Parameters::generate_scrypt_aes128cbc(costs, &[1; 16], [2; 16]),
        pbes2::Parameters::generate_pbkdf2_sha256_aes128cbc(3, &[1; 16], [2; 16]),
    ] {
        let parameters = parameters.unwrap();
        let data = parameters.encrypt(b"x", &key().to_private_key_der()).unwrap();
        let encrypted_data = OctetStringRef::new(&data).unwrap();
        let locked = EncryptedPrivateKeyInfoRef { encryption_algorithm: parameters.into(), encrypted_data };
        assert_eq!(SecretKey::from_encrypted_pkcs8_der(&locked.to_der().unwrap(), b"x").unwrap(), key());
    }
}
