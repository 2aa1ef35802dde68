//! The RustCrypto traits called on the concrete types, as the documents of `aead` and `aes-gcm` call them: a method of the type
//! that had the name of a trait's would be taken in its place.

use hufu_sm::sm4::aead::{AeadInOut, KeyInit};
use hufu_sm::sm4::{Sm4Ccm, Sm4Gcm};

const KEY: [u8; 16] = *b"0123456789abcdef";

#[test]
fn encrypt_in_place_of_the_trait_appends_the_tag() -> Result<(), aead::Error> {
    let nonce = [1; 12].into();

    let cipher = <Sm4Gcm as KeyInit>::new(&KEY.into());
    let mut buffer = b"plaintext message".to_vec();
    cipher.encrypt_in_place(&nonce, b"aad", &mut buffer)?;
    assert_eq!(buffer.len(), 17 + 16, "GCM: the tag is in the buffer");
    cipher.decrypt_in_place(&nonce, b"aad", &mut buffer)?;
    assert_eq!(buffer, b"plaintext message");

    let cipher = <Sm4Ccm as KeyInit>::new(&KEY.into());
    cipher.encrypt_in_place(&nonce, b"aad", &mut buffer)?;
    assert_eq!(buffer.len(), 17 + 16, "CCM: the tag is in the buffer");
    cipher.decrypt_in_place(&nonce, b"aad", &mut buffer)?;
    assert_eq!(buffer, b"plaintext message");
    Ok(())
}

#[test]
fn the_methods_of_the_types_and_of_the_traits_agree() {
    let nonce = [1; 12];
    let (gcm, ccm) = (<Sm4Gcm as KeyInit>::new(&KEY.into()), <Sm4Ccm as KeyInit>::new(&KEY.into()));
    let (mut one, mut other, mut tag) = (*b"message", *b"message", [0; 16]);
    tag.copy_from_slice(&gcm.encrypt_inout_detached(&nonce.into(), b"aad", (&mut one[..]).into()).unwrap());
    assert_eq!(gcm.encrypt_detached(&nonce, b"aad", &mut other), Ok(tag));
    assert_eq!(one, other);
    let (mut one, mut other) = (*b"message", *b"message");
    let theirs = ccm.encrypt_inout_detached(&nonce.into(), b"aad", (&mut one[..]).into()).unwrap();
    ccm.encrypt_detached(&nonce, b"aad", &mut other, &mut tag).unwrap();
    assert_eq!((one, theirs[..].to_vec()), (other, tag.to_vec()));
}
