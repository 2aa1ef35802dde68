//! SM4 against its standard, published vectors and RustCrypto, on every implementation that this CPU has.

mod common;

use cipher::{BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use common::{cases, hex_array, vectors};
use hufu_sm::sm4::{Backend, Sm4};
use proptest::prelude::*;

const KEY: &str = "0123456789abcdeffedcba9876543210";

/// GB/T 32907-2016 annex A.1: one encryption, and back.
#[test]
fn annex_a_1() {
    let key = hex_array(KEY);
    for backend in Backend::available() {
        let cipher = Sm4::with_backend(&key, backend);
        let mut block = key.into();
        cipher.encrypt_block(&mut block);
        assert_eq!(block, hex_array("681edf34d206965e86b3e94f536e4246"), "{}", backend.name());
        cipher.decrypt_block(&mut block);
        assert_eq!(block, key, "{}", backend.name());
    }
}

/// GB/T 32907-2016 annex A.2: a million encryptions under one key, each of the result before.
#[test]
fn annex_a_2() {
    let key = hex_array(KEY);
    for backend in Backend::available() {
        let cipher = Sm4::with_backend(&key, backend);
        let mut block = key.into();
        for _ in 0..1_000_000 {
            cipher.encrypt_block(&mut block);
        }
        assert_eq!(block, hex_array("595298c7c6fd271f0402f804c33d3f66"), "{}", backend.name());
    }
}

fn blocks_of(bytes: &[u8]) -> Vec<cipher::Block<Sm4>> {
    bytes.chunks_exact(16).map(|b| b.try_into().expect("16 bytes")).collect()
}

fn check_blocks(file: &str, cases: &[Vec<Vec<u8>>]) {
    for backend in Backend::available() {
        for case in cases {
            let cipher = Sm4::with_backend(&case[0][..].try_into().expect("a key has 16 bytes"), backend);
            let mut blocks = blocks_of(&case[1]);
            cipher.encrypt_blocks(&mut blocks);
            assert_eq!(blocks, blocks_of(&case[2]), "{file}, {}", backend.name());
            cipher.decrypt_blocks(&mut blocks);
            assert_eq!(blocks, blocks_of(&case[1]), "{file}, {}", backend.name());
        }
        eprintln!("{file} on {}: {} cases, encrypted and decrypted", backend.name(), cases.len());
    }
}

#[test]
fn vectors_of_botan() {
    let Some(text) = vectors("sm/sm4.vec") else { return };
    let cases = cases(&text, &["Key", "In", "Out"]);
    assert!(cases.len() > 20);
    check_blocks("sm4.vec", &cases);
}

#[test]
fn ecb_of_draft_ribose() {
    let Some(text) = vectors("sm/pyca/draft-ribose-cfrg-sm4-10-ecb.txt") else { return };
    let cases = cases(&text, &["KEY", "PLAINTEXT", "CIPHERTEXT"]);
    assert!(cases.len() >= 4);
    check_blocks("draft-ribose ECB", &cases);
}

#[test]
fn nothing_of_the_key_is_printed() {
    assert_eq!(format!("{:?}", Sm4::new(&[7; 16].into())), "Sm4 { ... }");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn every_backend_equals_rustcrypto(key: [u8; 16], bytes in prop::collection::vec(any::<[u8; 16]>(), 0..150)) {
        let mut expected: Vec<cipher::Block<Sm4>> = bytes.iter().map(|b| (*b).into()).collect();
        let plain = expected.clone();
        sm4::Sm4::new(&key.into()).encrypt_blocks(&mut expected);
        for backend in Backend::available() {
            let cipher = Sm4::with_backend(&key, backend);
            let mut blocks = plain.clone();
            cipher.encrypt_blocks(&mut blocks);
            prop_assert_eq!(&blocks, &expected, "{}", backend.name());
            cipher.decrypt_blocks(&mut blocks);
            prop_assert_eq!(&blocks, &plain, "{}", backend.name());
        }
    }
}
