//! What the modes of SM4 must refuse, each case by its name, and what they leave behind when they do.

use hufu_sm::sm4::aead::{Aead, AeadInOut, Payload};
use hufu_sm::sm4::cipher::KeyInit;
use hufu_sm::sm4::cipher::KeyIvInit;
use hufu_sm::sm4::{Error, Sm4, Sm4Cbc, Sm4Ccm, Sm4Ctr, Sm4Gcm, Sm4Xts, hazmat};

const KEY: [u8; 16] = *b"0123456789abcdef";
const NONCE: [u8; 12] = *b"nonce of 12.";
const TEXT: [u8; 40] = *b"a plaintext that nobody else should read";

#[test]
fn keys_of_other_lengths() {
    for n in [0, 15, 17, 24, 32] {
        assert!(Sm4::new_from_slice(&vec![0; n]).is_err());
        assert!(<Sm4Gcm as KeyInit>::new_from_slice(&vec![0; n]).is_err());
        assert!(<Sm4Ccm as KeyInit>::new_from_slice(&vec![0; n]).is_err());
        assert!(Sm4Ctr::new_from_slices(&vec![0; n], &[0; 16]).is_err());
    }
    for n in [0, 16, 31, 33, 64] {
        assert_eq!(Sm4Xts::new_from_slice(&vec![1; n]).err(), Some(Error::KeyLength));
    }
}

#[test]
fn ctr_with_an_iv_of_another_length() {
    for n in [0, 8, 12, 15, 17] {
        assert!(Sm4Ctr::new_from_slices(&KEY, &vec![0; n]).is_err(), "{n} bytes");
    }
}

#[test]
fn gcm_with_an_empty_nonce() {
    let gcm = Sm4Gcm::new(&KEY.into());
    let mut data = TEXT;
    assert_eq!(gcm.encrypt_detached(&[], &[], &mut data), Err(Error::NonceLength));
    assert_eq!(gcm.decrypt_detached(&[], &[], &mut data, &[0; 16]), Err(Error::NonceLength));
    assert_eq!(data, TEXT, "left as it was");
}

#[test]
fn gcm_with_a_tag_below_12_or_above_16_bytes() {
    let gcm = Sm4Gcm::new(&KEY.into());
    let mut data = TEXT;
    let tag = gcm.encrypt_detached(&NONCE, b"aad", &mut data).unwrap();
    let ciphertext = data;
    for n in 0..12 {
        assert_eq!(
            gcm.decrypt_detached(&NONCE, b"aad", &mut data, &tag[..n]),
            Err(Error::TagLength),
            "{n} bytes"
        );
    }
    let mut long = tag.to_vec();
    long.push(0);
    assert_eq!(gcm.decrypt_detached(&NONCE, b"aad", &mut data, &long), Err(Error::TagLength));
    assert_eq!(data, ciphertext, "left as it was");
    for n in 12..=16 {
        let mut data = ciphertext;
        assert_eq!(gcm.decrypt_detached(&NONCE, b"aad", &mut data, &tag[..n]), Ok(()), "{n} bytes");
        assert_eq!(data, TEXT);
    }
}

#[test]
fn gcm_with_anything_altered_releases_no_plaintext() {
    let gcm = Sm4Gcm::new(&KEY.into());
    let mut ciphertext = TEXT;
    let tag = gcm.encrypt_detached(&NONCE, b"aad", &mut ciphertext).unwrap();
    let refused = |nonce: &[u8], aad: &[u8], ciphertext: &[u8], tag: &[u8], what: &str| {
        let mut data = ciphertext.to_vec();
        assert_eq!(gcm.decrypt_detached(nonce, aad, &mut data, tag), Err(Error::Rejected), "{what}");
        assert_eq!(data, ciphertext, "{what}: the buffer still has the ciphertext");
    };
    for bit in 0..128 {
        let mut tag = tag;
        tag[bit / 8] ^= 1 << (bit % 8);
        refused(&NONCE, b"aad", &ciphertext, &tag, "tag");
    }
    for bit in 0..8 * ciphertext.len() {
        let mut altered = ciphertext;
        altered[bit / 8] ^= 1 << (bit % 8);
        refused(&NONCE, b"aad", &altered, &tag, "ciphertext");
    }
    refused(b"nonce of 12!", b"aad", &ciphertext, &tag, "nonce");
    refused(&NONCE, b"aae", &ciphertext, &tag, "additional data");
    refused(&NONCE, b"aad\0", &ciphertext, &tag, "a zero after the additional data");
    refused(&NONCE, b"", &ciphertext, &tag, "no additional data");
    refused(&NONCE, b"aad", &ciphertext[..39], &tag, "a byte cut");
    refused(&NONCE, b"aad", &[], &tag, "everything cut");
}

#[test]
fn gcm_of_nothing_has_a_tag() {
    let gcm = Sm4Gcm::new(&KEY.into());
    let tag = gcm.encrypt_detached(&NONCE, &[], &mut []).unwrap();
    assert_eq!(gcm.decrypt_detached(&NONCE, &[], &mut [], &tag), Ok(()));
    assert_eq!(gcm.decrypt_detached(&NONCE, b"x", &mut [], &tag), Err(Error::Rejected));
}

#[test]
fn aead_traits_take_and_refuse() {
    fn check(aead: &impl AeadInOut<NonceSize = hufu_sm::sm4::cipher::consts::U12>) {
        let nonce = NONCE.into();
        let sealed = aead.encrypt(&nonce, Payload { msg: &TEXT, aad: b"aad" }).unwrap();
        assert_eq!(sealed.len(), TEXT.len() + 16);
        assert_eq!(aead.decrypt(&nonce, Payload { msg: &sealed, aad: b"aad" }).unwrap(), TEXT);
        assert!(aead.decrypt(&nonce, Payload { msg: &sealed, aad: b"" }).is_err());
        for cut in 0..sealed.len() {
            assert!(
                aead.decrypt(&nonce, Payload { msg: &sealed[..cut], aad: b"aad" }).is_err(),
                "{cut} bytes left"
            );
        }
    }
    check(&Sm4Gcm::new(&KEY.into()));
    check(&Sm4Ccm::new(&KEY.into()));
}

#[test]
fn ccm_with_a_nonce_below_7_or_above_13_bytes() {
    let ccm = Sm4Ccm::new(&KEY.into());
    for n in (0..7).chain(14..20) {
        let (mut data, mut tag) = (TEXT, [0; 16]);
        assert_eq!(
            ccm.encrypt_detached(&vec![0; n], &[], &mut data, &mut tag),
            Err(Error::NonceLength),
            "{n}"
        );
        assert_eq!(ccm.decrypt_detached(&vec![0; n], &[], &mut data, &tag), Err(Error::NonceLength), "{n}");
        assert_eq!(data, TEXT, "left as it was");
    }
}

#[test]
fn ccm_with_an_odd_or_too_short_or_too_long_tag() {
    let ccm = Sm4Ccm::new(&KEY.into());
    for n in [0, 1, 2, 3, 5, 7, 9, 11, 13, 15, 17, 18] {
        let (mut data, mut tag) = (TEXT, vec![0; n]);
        assert_eq!(ccm.encrypt_detached(&NONCE, &[], &mut data, &mut tag), Err(Error::TagLength), "{n}");
        assert_eq!(ccm.decrypt_detached(&NONCE, &[], &mut data, &tag), Err(Error::TagLength), "{n}");
        assert_eq!(data, TEXT, "left as it was");
    }
}

#[test]
fn ccm_with_a_message_too_long_for_its_nonce() {
    let ccm = Sm4Ccm::new(&KEY.into());
    let mut tag = [0; 16];
    let mut data = vec![0; 1 << 16];
    assert_eq!(ccm.encrypt_detached(&[0; 13], &[], &mut data, &mut tag), Err(Error::MessageTooLong));
    assert_eq!(ccm.decrypt_detached(&[0; 13], &[], &mut data, &tag), Err(Error::MessageTooLong));
    assert_eq!(ccm.encrypt_detached(&[0; 13], &[], &mut data[1..], &mut tag), Ok(()));
    assert_eq!(ccm.decrypt_detached(&[0; 13], &[], &mut data[1..], &tag), Ok(()));
    let mut data = vec![0; 1 << 24];
    assert_eq!(ccm.encrypt_detached(&[0; 12], &[], &mut data, &mut tag), Err(Error::MessageTooLong));
}

#[test]
fn ccm_with_anything_altered_wipes_the_buffer() {
    let ccm = Sm4Ccm::new(&KEY.into());
    let (mut ciphertext, mut tag) = (TEXT, [0; 16]);
    ccm.encrypt_detached(&NONCE, b"aad", &mut ciphertext, &mut tag).unwrap();
    let refused = |nonce: &[u8], aad: &[u8], ciphertext: &[u8], tag: &[u8], what: &str| {
        let mut data = ciphertext.to_vec();
        assert_eq!(ccm.decrypt_detached(nonce, aad, &mut data, tag), Err(Error::Rejected), "{what}");
        assert!(data.iter().all(|b| *b == 0), "{what}: the buffer is wiped");
    };
    for bit in 0..128 {
        let mut tag = tag;
        tag[bit / 8] ^= 1 << (bit % 8);
        refused(&NONCE, b"aad", &ciphertext, &tag, "tag");
    }
    for bit in 0..8 * ciphertext.len() {
        let mut altered = ciphertext;
        altered[bit / 8] ^= 1 << (bit % 8);
        refused(&NONCE, b"aad", &altered, &tag, "ciphertext");
    }
    refused(b"nonce of 12!", b"aad", &ciphertext, &tag, "nonce");
    refused(&NONCE, b"aae", &ciphertext, &tag, "additional data");
    refused(&NONCE, b"", &ciphertext, &tag, "no additional data");
    refused(&NONCE, b"aad", &ciphertext[..39], &tag, "a byte cut");
    // The tag's length is a part of what is authenticated: a cut tag is another tag.
    refused(&NONCE, b"aad", &ciphertext, &tag[..8], "a tag cut to 8 bytes");
}

#[test]
fn ccm_of_nothing_has_a_tag() {
    let ccm = Sm4Ccm::new(&KEY.into());
    let mut tag = [0; 16];
    ccm.encrypt_detached(&NONCE, &[], &mut [], &mut tag).unwrap();
    assert_eq!(ccm.decrypt_detached(&NONCE, &[], &mut [], &tag), Ok(()));
    assert_eq!(ccm.decrypt_detached(&NONCE, b"x", &mut [], &tag), Err(Error::Rejected));
}

#[test]
fn cbc_of_nothing_is_one_block_of_padding() {
    let cbc = Sm4Cbc::new(&KEY.into());
    let ciphertext = cbc.encrypt(&[1; 16], &[]);
    assert_eq!(ciphertext.len(), 16);
    assert_eq!(cbc.decrypt(&[1; 16], &ciphertext).unwrap(), []);
}

#[test]
fn cbc_of_less_than_whole_blocks() {
    let cbc = Sm4Cbc::new(&KEY.into());
    for n in [0, 1, 15, 17, 31, 33] {
        assert_eq!(cbc.decrypt(&[1; 16], &vec![0; n]), Err(Error::NotWholeBlocks), "{n} bytes");
    }
}

/// Every padding that is none gives the same opaque error.
#[test]
fn cbc_with_wrong_padding() {
    let (cbc, cipher, iv) = (Sm4Cbc::new(&KEY.into()), Sm4::new(&KEY.into()), [1; 16]);
    let block_of = |end: &[u8]| {
        let mut block = [0x55; 16];
        block[16 - end.len()..].copy_from_slice(end);
        hazmat::cbc_encrypt_unpadded(&cipher, &iv, &mut block).unwrap();
        cbc.decrypt(&iv, &block)
    };
    for (what, end) in [
        ("zero", &[0][..]),
        ("17", &[17]),
        ("255", &[255]),
        ("two with one of them", &[2]),
        ("three with the first wrong", &[2, 3, 3]),
        ("sixteen with fifteen of them", &[16; 15]),
        ("sixteen zeros", &[0; 16]),
    ] {
        assert_eq!(block_of(end), Err(Error::Rejected), "{what}");
    }
    assert_eq!(block_of(&[1]).unwrap(), [0x55; 15]);
    assert_eq!(block_of(&[16; 16]).unwrap(), []);
    assert_eq!(Error::Rejected.to_string(), "the ciphertext was rejected");
}

#[test]
fn xts_with_equal_key_halves() {
    assert_eq!(Sm4Xts::new(&[9; 32]).err(), Some(Error::EqualKeyHalves));
    let mut key = [9; 32];
    key[31] ^= 1;
    assert!(Sm4Xts::new(&key).is_ok());
}

#[test]
fn xts_below_one_block_and_above_its_bound() {
    let xts = Sm4Xts::new(&std::array::from_fn(|i| i.to_le_bytes()[0])).unwrap();
    for n in 0..16 {
        let mut data = vec![0; n];
        assert_eq!(xts.encrypt_in_place(&[0; 16], &mut data), Err(Error::MessageTooShort), "{n} bytes");
        assert_eq!(xts.decrypt_in_place(&[0; 16], &mut data), Err(Error::MessageTooShort), "{n} bytes");
        assert!(data.iter().all(|b| *b == 0), "left as it was");
    }
    let mut data = vec![0; (16 << 20) + 1];
    assert_eq!(xts.encrypt_in_place(&[0; 16], &mut data), Err(Error::MessageTooLong));
    assert_eq!(xts.decrypt_in_place(&[0; 16], &mut data), Err(Error::MessageTooLong));
    assert_eq!(xts.encrypt_in_place(&[0; 16], &mut data[1..]), Ok(()));
}

#[test]
fn hazmat_of_less_than_whole_blocks() {
    let cipher = Sm4::new(&KEY.into());
    for n in [1, 15, 17] {
        let mut data = vec![3; n];
        assert_eq!(hazmat::ecb_encrypt(&cipher, &mut data), Err(Error::NotWholeBlocks));
        assert_eq!(hazmat::ecb_decrypt(&cipher, &mut data), Err(Error::NotWholeBlocks));
        assert_eq!(hazmat::cbc_encrypt_unpadded(&cipher, &[0; 16], &mut data), Err(Error::NotWholeBlocks));
        assert_eq!(hazmat::cbc_decrypt_unpadded(&cipher, &[0; 16], &mut data), Err(Error::NotWholeBlocks));
        assert_eq!(data, vec![3; n], "left as it was");
    }
    assert_eq!(hazmat::ecb_encrypt(&cipher, &mut []), Ok(()));
}
