//! GCM and CCM against RustCrypto where the usual lengths do not reach: other nonces, other tags, and a counter that comes round.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use aes_gcm::AesGcm;
use aes_gcm::aead::{AeadInOut, KeyInit};
use cipher::BlockCipherEncrypt;
use cipher::consts::{U1, U4, U6, U7, U8, U9, U10, U11, U12, U13, U14, U15, U16, U17, U31, U32, U60, U64};
use hufu_sm::sm4::{Backend, Sm4Ccm, Sm4Gcm};

const KEY: [u8; 16] = [0x42; 16];

fn text(length: usize) -> Vec<u8> {
    (0..length).map(|i| (i * 7 % 251).to_le_bytes()[0]).collect()
}

/// Both encrypt alike on every implementation, and ours decrypts it.
fn gcm_agrees<N: aes_gcm::aead::array::ArraySize>(nonce: &[u8], message: &[u8], aad: &[u8])
where
    AesGcm<sm4::Sm4, N>: KeyInit + AeadInOut<NonceSize = N, TagSize = U16>,
    AesGcm<sm4::Sm4, N>: cipher::KeySizeUser<KeySize = U16>,
{
    let theirs = AesGcm::<sm4::Sm4, N>::new(&KEY.into());
    let mut expected = message.to_vec();
    let tag = theirs
        .encrypt_inout_detached(nonce.try_into().unwrap(), aad, expected.as_mut_slice().into())
        .unwrap();
    for backend in Backend::available() {
        let (ours, mut data) = (Sm4Gcm::with_backend(&KEY, backend), message.to_vec());
        assert_eq!(ours.encrypt_detached(nonce, aad, &mut data).unwrap()[..], tag[..], "{}", backend.name());
        assert_eq!(data, expected, "{}", backend.name());
        ours.decrypt_detached(nonce, aad, &mut data, &tag).unwrap();
        assert_eq!(data, message, "{}", backend.name());
    }
}

#[test]
fn gcm_with_nonces_of_other_lengths() {
    macro_rules! lengths {
        ($($size:ty),*) => {$(
            let length = <$size as cipher::typenum::Unsigned>::USIZE;
            for bytes in [0, 1, 15, 16, 17, 100, 8_191, 8_192, 8_193] {
                let nonce: Vec<u8> = (0..length).map(|i| (i * 13 + bytes).to_le_bytes()[0]).collect();
                for aad in [0, 1, 16, 300] {
                    gcm_agrees::<$size>(&nonce, &text(bytes), &vec![3; aad]);
                }
            }
        )*};
    }
    lengths!(U1, U7, U8, U11, U12, U13, U15, U16, U17, U31, U32, U60, U64);
}

/// x·h as SP 800-38D algorithm 1 has it, bit by bit.
fn multiply(x: u128, h: u128) -> u128 {
    let (mut z, mut v) = (0, h);
    for i in 0..128 {
        if x >> (127 - i) & 1 == 1 {
            z ^= v;
        }
        v = if v & 1 == 1 { v >> 1 ^ 0xe1 << 120 } else { v >> 1 };
    }
    z
}

/// 1/h = h^(2¹²⁸ − 2).
fn inverse(h: u128) -> u128 {
    let (mut result, mut power) = (1 << 127, h);
    for _ in 1..128 {
        power = multiply(power, power);
        result = multiply(result, power);
    }
    result
}

#[test]
fn gcm_whose_counter_comes_round() {
    let mut h = [0; 16].into();
    sm4::Sm4::new(&KEY.into()).encrypt_block(&mut h);
    let h = inverse(u128::from_be_bytes(h.0));
    for low in [0xffff_ffff_u32, 0xffff_fffe, 0xffff_ff00, 0xffff_ffc0, 0xffff_fff0, 0x7fff_ffff] {
        // The nonce of 16 bytes whose hash is this first counter: J0 = (nonce·H ⊕ 128)·H.
        let j0 = 0x1234_5678_90ab_cdef_1122_3344_u128 << 32 | u128::from(low);
        let nonce = multiply(multiply(j0, h) ^ 128, h).to_be_bytes();
        gcm_agrees::<U16>(&nonce, &text(10_000), b"aad");
    }
}

#[test]
fn ccm_with_every_length_of_nonce_and_tag() {
    macro_rules! agrees {
        ($tag:ty: $($nonce:ty),*) => {$(
            let nonce = vec![5; <$nonce as cipher::typenum::Unsigned>::USIZE];
            let theirs = ccm::Ccm::<sm4::Sm4, $tag, $nonce>::new(&KEY.into());
            for bytes in [0, 1, 16, 17, 1_000, 65_535] {
                for aad in [0, 1, 13, 14, 15, 65_279, 65_280] {
                    if bytes > 1_000 && aad > 20 {
                        continue;
                    }
                    let (message, aad) = (text(bytes), vec![9; aad]);
                    let mut expected = message.clone();
                    let tag = theirs
                        .encrypt_inout_detached(
                            nonce.as_slice().try_into().unwrap(),
                            &aad,
                            expected.as_mut_slice().into(),
                        )
                        .unwrap();
                    // CCM goes block by block on each implementation: the best one and the portable one.
                    for backend in [Backend::best(), Backend::available()[0]] {
                        let ours = Sm4Ccm::with_backend(&KEY, backend);
                        let (mut data, mut ours_tag) = (message.clone(), vec![0; tag.len()]);
                        ours.encrypt_detached(&nonce, &aad, &mut data, &mut ours_tag).unwrap();
                        assert_eq!((&data, &ours_tag[..]), (&expected, &tag[..]), "{}", backend.name());
                        ours.decrypt_detached(&nonce, &aad, &mut data, &tag).unwrap();
                        assert_eq!(data, message);
                    }
                }
            }
        )*};
    }
    agrees!(U16: U7, U8, U9, U10, U11, U12, U13);
    agrees!(U4: U7, U13);
    agrees!(U6: U12);
    agrees!(U8: U8, U12);
    agrees!(U10: U10);
    agrees!(U12: U11);
    agrees!(U14: U9);
}
