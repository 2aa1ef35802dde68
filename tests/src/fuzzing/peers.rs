//! SM2, SM3 and SM4 beside RustCrypto's: on any bytes both give one answer.

use ::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit, StreamCipher, block_padding::Pkcs7};
use aes_gcm::aead::AeadInOut;
use hmac::{KeyInit, Mac};
use hufu_sm::{
    sm2::{
        DistId, PublicKey, SecretKey, Signature, SigningKey, hazmat,
        traits::{Signer, Verifier, hazmat::PrehashVerifier},
    },
    sm3::{self as ours, digest::Digest},
    sm4::{Backend, Sm4, Sm4Cbc, Sm4Ccm, Sm4Ctr, Sm4Gcm, Sm4Xts, cipher::InnerIvInit},
};

type TheirGcm = aes_gcm::AesGcm<sm4::Sm4, ::cipher::consts::U12>;
type TheirCcm = ccm::Ccm<sm4::Sm4, ::cipher::consts::U16, ::cipher::consts::U12>;

const ID: &str = "1234567812345678";

/// n − 1: a key to them, though it cannot sign.
const LAST: [u8; 32] = [
    0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x72,
    0x03, 0xdf, 0x6b, 0x21, 0xc6, 0x05, 0x2b, 0x53, 0xbb, 0xf4, 0x09, 0x39, 0xd5, 0x41, 0x22,
];

/// `private key (32) ‖ signature (64) ‖ message`: keys, points and signatures are read alike, the key signs alike, and
/// verification agrees on the signature as it comes and on the key's own with the same bits flipped.
pub(super) fn sm2(data: &[u8]) {
    points(data);
    let Some((secret, rest)) = data.split_first_chunk::<32>() else { return };
    let Some((signature, message)) = rest.split_first_chunk::<64>() else { return };
    let Ok(key) = SecretKey::from_bytes(secret) else {
        assert!(sm2::dsa::SigningKey::from_slice(ID, secret).is_err() || *secret == LAST);
        return;
    };
    let key = SigningKey::new(key, DistId::default());
    let theirs = sm2::dsa::SigningKey::from_slice(ID, secret).expect("a key here is a key there");
    let public = key.verifying_key().public_key().to_sec1_bytes();
    assert_eq!(theirs.verifying_key().to_sec1_bytes()[..], public);

    let made = key.sign(message);
    let made_there: sm2::dsa::Signature = theirs.sign(message);
    assert_eq!(made.to_bytes()[..], made_there.to_bytes()[..], "the same nonce, the same bits");

    let mut flipped = made.to_bytes();
    flipped.iter_mut().zip(signature).for_each(|(byte, flip)| *byte ^= flip);
    for bytes in [signature, &flipped] {
        let read = Signature::from_bytes(bytes);
        let read_there = sm2::dsa::Signature::from_slice(bytes);
        assert_eq!(read.is_ok(), read_there.is_ok());
        let (Ok(read), Ok(read_there)) = (read, read_there) else { continue };
        let accepted = key.verifying_key().verify(message, &read).is_ok();
        assert_eq!(accepted, theirs.verifying_key().verify(message, &read_there).is_ok());
        assert_eq!(accepted, read == made);
        // Of the prehash, too: r and s meet every e.
        let hash: &[u8; 32] = secret;
        let accepted = hazmat::verify_prehash(key.verifying_key(), hash, &read).is_ok();
        assert_eq!(accepted, theirs.verifying_key().verify_prehash(hash, &read_there).is_ok());
    }
}

/// The whole input as a point. Theirs knows a compact form too, which begins with 05.
fn points(data: &[u8]) {
    let point = PublicKey::from_sec1_bytes(data);
    if data.first() == Some(&5) {
        assert!(point.is_err());
        return;
    }
    let point_there = sm2::PublicKey::from_sec1_bytes(data);
    assert_eq!(point.is_ok(), point_there.is_ok());
    if let (Ok(point), Ok(point_there)) = (point, point_there) {
        let there = sm2::dsa::VerifyingKey::new(ID, point_there).expect("a short id");
        assert_eq!(there.to_sec1_bytes()[..], point.to_sec1_bytes());
    }
}

/// `number of pieces ‖ message`: one hash by every way to it; then HMAC and KDF.
pub(super) fn sm3(data: &[u8]) {
    let Some((pieces, message)) = data.split_first() else { return };
    let expected = sm3::Sm3::digest(message);
    assert_eq!(ours::hash(message)[..], expected[..]);
    for backend in ours::Backend::available() {
        assert_eq!(ours::hash_with(backend, message)[..], expected[..], "{}", backend.name());
    }
    // Pieces of growing length: every place within a block is a place to begin at.
    let mut hasher = ours::Sm3::new();
    let (mut rest, mut length) = (message, usize::from(*pieces));
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(rest.len().min(length));
        hasher.update(piece);
        (rest, length) = (after, length + 1);
    }
    assert_eq!(hasher.finalize()[..], expected[..]);

    let many: Vec<&[u8]> = message.chunks(1 + usize::from(*pieces)).collect();
    let hashes: Vec<[u8; 32]> = many.iter().map(|piece| sm3::Sm3::digest(piece).into()).collect();
    for backend in ours::Backend::available() {
        assert_eq!(ours::hash_many_with(backend, &many), hashes, "{}", backend.name());
    }

    let (key, text) = message.split_at(message.len().min((*pieces).into()));
    let mac = ours::HmacSm3::new_from_slice(key).expect("any key").chain_update(text).finalize().into_bytes();
    let mac_there =
        hmac::Hmac::<sm3::Sm3>::new_from_slice(key).expect("any key").chain_update(text).finalize();
    assert_eq!(mac[..], mac_there.into_bytes()[..]);

    let mut stream = vec![0; (*pieces).into()];
    ours::kdf(&[key, text], &mut stream).expect("a short stream");
    for (block, counter) in stream.chunks(32).zip(1_u32..) {
        let hash = sm3::Sm3::new().chain_update(message).chain_update(counter.to_be_bytes()).finalize();
        assert_eq!(*block, hash[..block.len()]);
    }
}

/// `key (16) ‖ IV (16) ‖ text`: CTR, CBC, GCM, CCM and XTS, sealed alike, and what comes opened alike.
pub(super) fn sm4(data: &[u8]) {
    let Some((key, rest)) = data.split_first_chunk::<16>() else { return };
    let Some((iv, text)) = rest.split_first_chunk::<16>() else { return };
    let (nonce, aad): (&[u8; 12], _) = iv.split_first_chunk().expect("12 of 16");
    let in_place = |apply: &dyn Fn(&mut [u8])| {
        let mut data = text.to_vec();
        apply(&mut data);
        data
    };
    let ctr = in_place(&|data| ctr::Ctr128BE::<sm4::Sm4>::new(key.into(), iv.into()).apply_keystream(data));
    let cbc = cbc::Encryptor::<sm4::Sm4>::new(key.into(), iv.into()).encrypt_padded_vec::<Pkcs7>(text);
    let unpadded =
        cbc::Decryptor::<sm4::Sm4>::new(key.into(), iv.into()).decrypt_padded_vec::<Pkcs7>(text).ok();
    let mut gcm = text.to_vec();
    let gcm_tag = TheirGcm::new(key.into())
        .encrypt_inout_detached(nonce.into(), aad, gcm.as_mut_slice().into())
        .expect("a short text");
    let mut ccm = text.to_vec();
    let ccm_tag = TheirCcm::new(key.into())
        .encrypt_inout_detached(nonce.into(), aad, ccm.as_mut_slice().into())
        .expect("a short text");
    for backend in Backend::available() {
        let name = backend.name();
        let cipher = Sm4::with_backend(key, backend);
        let stream = |data: &mut [u8]| Sm4Ctr::inner_iv_init(cipher.clone(), iv.into()).apply_keystream(data);
        assert_eq!(in_place(&stream), ctr, "{name}");
        let mode = Sm4Cbc::from(cipher.clone());
        assert_eq!(mode.encrypt(iv, text), cbc, "{name}");
        assert_eq!(mode.decrypt(iv, text).ok(), unpadded, "{name}");

        let (mode, mut sealed) = (Sm4Gcm::with_backend(key, backend), text.to_vec());
        let tag = mode.encrypt_detached(nonce, aad, &mut sealed).expect("a short text");
        assert_eq!((&sealed, &tag[..]), (&gcm, &gcm_tag[..]), "{name}");
        let (mode, mut sealed, mut tag) = (Sm4Ccm::with_backend(key, backend), text.to_vec(), [0; 16]);
        mode.encrypt_detached(nonce, aad, &mut sealed, &mut tag).expect("a short text");
        assert_eq!((&sealed, &tag[..]), (&ccm, &ccm_tag[..]), "{name}");
        xts(backend, key, iv, text);
    }
    opened(key, nonce, aad, text);
}

fn xts(backend: Backend, key: &[u8; 16], iv: &[u8; 16], text: &[u8]) {
    if text.len() < 16 || key == iv {
        return;
    }
    let both: [u8; 32] = std::array::from_fn(|at| if at < 16 { key[at] } else { iv[at - 16] });
    let ours = Sm4Xts::with_backend(&both, backend).expect("different halves");
    let theirs = xts_mode::Xts128::new(sm4::Sm4::new(key.into()), sm4::Sm4::new(iv.into()));
    let (mut data, mut expected) = (text.to_vec(), text.to_vec());
    ours.encrypt_in_place(iv, &mut data).expect("a block and more");
    theirs.encrypt_sector(&mut expected, (*iv).into());
    assert_eq!(data, expected);
}

/// The text as a ciphertext with its tag behind it.
fn opened(key: &[u8; 16], nonce: &[u8; 12], aad: &[u8], text: &[u8]) {
    let Some((text, tag)) = text.split_last_chunk::<16>() else { return };
    let (mut data, mut expected) = (text.to_vec(), text.to_vec());
    let result = Sm4Gcm::new(key.into()).decrypt_detached(nonce, aad, &mut data, tag).is_ok();
    let theirs = TheirGcm::new(key.into())
        .decrypt_inout_detached(nonce.into(), aad, expected.as_mut_slice().into(), tag.into())
        .is_ok();
    assert_eq!(result, theirs);
    assert!(!result || data == expected);
    let (mut data, mut expected) = (text.to_vec(), text.to_vec());
    let result = Sm4Ccm::new(key.into()).decrypt_detached(nonce, aad, &mut data, tag).is_ok();
    let theirs = TheirCcm::new(key.into())
        .decrypt_inout_detached(nonce.into(), aad, expected.as_mut_slice().into(), tag.into())
        .is_ok();
    assert_eq!(result, theirs);
    assert!(!result || data == expected);
}

pub(super) fn seeds(name: &str) -> Vec<Vec<u8>> {
    let key = SecretKey::from_bytes(&[7; 32]).expect("sevens are a key");
    match name {
        "sm2_peer" => {
            let public = *key.public_key();
            let signature = SigningKey::new(key, DistId::default()).sign(b"message").to_bytes();
            vec![
                [&[7; 32][..], &signature, b"message"].concat(),
                [&[7; 32][..], &[0; 64], b"message"].concat(),
                [&LAST[..], &signature, b"message"].concat(),
                public.to_sec1_bytes().to_vec(),
                public.to_sec1_compressed().to_vec(),
            ]
        }
        "sm3_peer" => [0, 1, 55, 56, 64, 119, 600]
            .iter()
            .map(|length| [vec![u8::try_from(length % 97).expect("below 97")], vec![0x61; *length]].concat())
            .collect(),
        "sm4_peer" => {
            let (key, iv, mut text) =
                ([7; 16], [9; 16], b"a text that is sealed, with its tag behind".to_vec());
            let gcm =
                Sm4Gcm::new(&key.into()).encrypt_detached(&iv[..12], &iv[12..], &mut text).expect("seals");
            let mut seeds = vec![[&key[..], &iv, &text, &gcm].concat()];
            let (mut text, mut tag) = (b"another".to_vec(), [0; 16]);
            Sm4Ccm::new(&key.into())
                .encrypt_detached(&iv[..12], &iv[12..], &mut text, &mut tag)
                .expect("seals");
            seeds.push([&key[..], &iv, &text, &tag].concat());
            seeds.push([&key[..], &iv, &Sm4Cbc::new(&key.into()).encrypt(&iv, b"padded")].concat());
            seeds.push([&key[..], &[0xff; 16], &[3; 1100]].concat());
            seeds
        }
        _ => Vec::new(),
    }
}
