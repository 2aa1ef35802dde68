//! The RustCrypto traits called on the concrete types, as the documents of `aead` and `aes-gcm` call them: a method of the type
//! that had the name of a trait's would be taken in its place.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::panic_in_result_fn, reason = "the question mark is a part of the calls that are tried")]

use cipher::{InOutBuf, KeyIvInit, StreamCipher, StreamCipherSeek};
use hufu_sm::sm4::aead::{Aead, AeadInOut, Key, KeyInit, Nonce};
use hufu_sm::sm4::{Sm4, Sm4Cbc, Sm4Ccm, Sm4Ctr, Sm4Gcm};

const KEY: [u8; 16] = *b"0123456789abcdef";

#[test]
fn encrypt_in_place_of_the_trait_appends_the_tag() -> Result<(), aead::Error> {
    let nonce = [1; 12].into();

    let cipher = Sm4Gcm::new(&KEY.into());
    let mut buffer = b"plaintext message".to_vec();
    cipher.encrypt_in_place(&nonce, b"aad", &mut buffer)?;
    assert_eq!(buffer.len(), 17 + 16, "GCM: the tag is in the buffer");
    cipher.decrypt_in_place(&nonce, b"aad", &mut buffer)?;
    assert_eq!(buffer, b"plaintext message");

    let cipher = Sm4Ccm::new(&KEY.into());
    cipher.encrypt_in_place(&nonce, b"aad", &mut buffer)?;
    assert_eq!(buffer.len(), 17 + 16, "CCM: the tag is in the buffer");
    cipher.decrypt_in_place(&nonce, b"aad", &mut buffer)?;
    assert_eq!(buffer, b"plaintext message");
    Ok(())
}

#[test]
fn the_methods_of_the_types_and_of_the_traits_agree() {
    let nonce = [1; 12];
    let (gcm, ccm) = (Sm4Gcm::new(&KEY.into()), Sm4Ccm::new(&KEY.into()));
    let (mut one, mut other, mut tag) = (*b"message", *b"message", [0; 16]);
    tag.copy_from_slice(&gcm.encrypt_inout_detached(&nonce.into(), b"aad", (&mut one[..]).into()).unwrap());
    assert_eq!(gcm.encrypt_detached(&nonce, b"aad", &mut other), Ok(tag));
    assert_eq!(one, other);
    let (mut one, mut other) = (*b"message", *b"message");
    let theirs = ccm.encrypt_inout_detached(&nonce.into(), b"aad", (&mut one[..]).into()).unwrap();
    ccm.encrypt_detached(&nonce, b"aad", &mut other, &mut tag).unwrap();
    assert_eq!((one, theirs[..].to_vec()), (other, tag.to_vec()));
}

/// What the document of `aes-gcm` shows, with this cipher in the place of its.
#[test]
fn the_example_of_aes_gcm() -> Result<(), aead::Error> {
    type Cipher = Sm4Gcm;
    let key: &[u8; 16] = &KEY;
    let key: &Key<Cipher> = key.into();
    let cipher = Cipher::new(key);
    let nonce = Nonce::<Cipher>::from([1; 12]);
    let ciphertext = cipher.encrypt(&nonce, b"plaintext message".as_ref())?;
    assert_eq!(cipher.decrypt(&nonce, ciphertext.as_ref())?, b"plaintext message");

    let theirs = aes_gcm::AesGcm::<sm4::Sm4, cipher::consts::U12>::new(&KEY.into());
    assert_eq!(theirs.encrypt(&nonce, b"plaintext message".as_ref())?, ciphertext);
    assert_eq!(
        Sm4Gcm::from(Sm4::new(&KEY.into())).decrypt(&nonce, ciphertext.as_ref())?,
        b"plaintext message"
    );
    Ok(())
}

#[test]
fn modes_are_made_of_keys_of_the_traits() {
    fn made<T: KeyInit>() {
        assert!(T::new_from_slice(&[7; 16]).is_ok() && T::new_from_slice(&[7; 17]).is_err());
    }
    made::<Sm4>();
    made::<Sm4Gcm>();
    made::<Sm4Ccm>();
    made::<Sm4Cbc>();
    let key = Key::<Sm4Cbc>::from(KEY);
    let ciphertext = Sm4Cbc::new(&key).encrypt(&[1; 16], b"text");
    assert_eq!(Sm4Cbc::from(Sm4::new(&key)).decrypt(&[1; 16], &ciphertext).unwrap(), b"text");
}

#[test]
fn ctr_seeks_where_rustcrypto_does() {
    // The second counter comes round within the stream.
    for iv in [[1; 16], [0xff; 16]] {
        let mut ours = Sm4Ctr::new(&KEY.into(), &iv.into());
        let mut theirs = ctr::Ctr128BE::<sm4::Sm4>::new(&KEY.into(), &iv.into());
        for (to, length) in [
            (0_u64, 0),
            (0, 1),
            (1, 16),
            (15, 1),
            (16, 5),
            (17, 100),
            (1_000, 33),
            (3, 2),
            (1 << 40, 40),
            (31, 1),
        ] {
            ours.seek(to);
            theirs.seek(to);
            assert_eq!(ours.current_pos::<u64>(), to);
            let (mut a, mut b) = (vec![0; length], vec![0; length]);
            ours.apply_keystream(&mut a);
            theirs.apply_keystream(&mut b);
            assert_eq!(a, b, "{length} bytes from {to}");
            assert_eq!(ours.current_pos::<u64>(), theirs.current_pos::<u64>());
        }
        ours.seek(300_u32);
        assert!(ours.try_current_pos::<i32>().is_ok_and(|position| position == 300));
        ours.seek(u64::MAX);
        assert!(ours.try_current_pos::<u32>().is_err(), "more than 32 bits");
    }
}

/// Input and output of their own: what is refused leaves the output as it was, and never the plaintext in it.
#[test]
fn a_refusal_leaves_the_output_buffer_alone() {
    let nonce = [1; 12].into();
    let (gcm, ccm) = (Sm4Gcm::new(&KEY.into()), Sm4Ccm::new(&KEY.into()));
    // One byte more than CCM can number with a nonce of 12.
    let (plaintext, mut out) = (vec![0x5a; 1 << 24], vec![0xee; 1 << 24]);
    let buffer = InOutBuf::new(&plaintext, &mut out).unwrap();
    assert!(ccm.encrypt_inout_detached(&nonce, &[], buffer).is_err());
    let buffer = InOutBuf::new(&plaintext, &mut out).unwrap();
    assert!(ccm.decrypt_inout_detached(&nonce, &[], buffer, &[0; 16].into()).is_err());
    assert!(out.iter().all(|byte| *byte == 0xee), "CCM, too long");

    let (ciphertext, mut out) = ([0x5a; 40], [0xee; 40]);
    let buffer = InOutBuf::new(&ciphertext, &mut out).unwrap();
    assert!(gcm.decrypt_inout_detached(&nonce, &[], buffer, &[0; 16].into()).is_err());
    assert_eq!(out, [0xee; 40], "GCM, a wrong tag");
    let buffer = InOutBuf::new(&ciphertext, &mut out).unwrap();
    assert!(ccm.decrypt_inout_detached(&nonce, &[], buffer, &[0; 16].into()).is_err());
    assert_eq!(out, [0; 40], "CCM, a wrong tag: it has to decrypt first, and wipes");

    // And what is taken goes from one to the other.
    let (mut sealed, mut opened) = ([0; 40], [0; 40]);
    for aead in [&gcm as &dyn InOut, &ccm] {
        aead.there_and_back(&[0x5a; 40], &mut sealed, &mut opened);
        assert_eq!(opened, [0x5a; 40]);
    }
}

/// From a buffer to another and back.
trait InOut {
    fn there_and_back(&self, text: &[u8], sealed: &mut [u8], opened: &mut [u8]);
}

impl<A: AeadInOut<NonceSize = cipher::consts::U12>> InOut for A {
    fn there_and_back(&self, text: &[u8], sealed: &mut [u8], opened: &mut [u8]) {
        let nonce = [1; 12].into();
        let buffer = InOutBuf::new(text, sealed).unwrap();
        let tag = self.encrypt_inout_detached(&nonce, b"aad", buffer).unwrap();
        let buffer = InOutBuf::new(sealed, opened).unwrap();
        self.decrypt_inout_detached(&nonce, b"aad", buffer, &tag).unwrap();
    }
}
