//! SM3, SM4 and the modes, on every implementation that valgrind's CPU has: the portable one, and AES-NI with AVX2 and
//! PCLMULQDQ. It has neither VAES, GFNI nor AVX-512; those implementations have the same structure and no table either.

use hufu_ct::Case;
use hufu_ct::memcheck::{public, secret};
use hufu_sm::sm3::digest::{KeyInit, Mac};
use hufu_sm::sm3::{self, HmacSm3};
use hufu_sm::sm4::cipher::{BlockCipherDecrypt, BlockCipherEncrypt, InnerIvInit, StreamCipher};
use hufu_sm::sm4::{Backend, Sm4, Sm4Cbc, Sm4Ccm, Sm4Ctr, Sm4Gcm, Sm4Xts};

pub(crate) const CASES: &[Case] = &[
    Case { name: "sm3::hash", run: hash },
    Case { name: "sm3::hash_many", run: hash_many },
    Case { name: "sm3::hmac", run: hmac },
    Case { name: "sm3::kdf", run: kdf },
    Case { name: "sm4::block", run: block },
    Case { name: "sm4::ctr", run: ctr },
    Case { name: "sm4::cbc", run: cbc },
    Case { name: "sm4::gcm", run: gcm },
    Case { name: "sm4::gcm (altered tag, long nonce)", run: gcm_altered },
    Case { name: "sm4::ccm", run: ccm },
    Case { name: "sm4::xts", run: xts },
];

fn secret_bytes<const N: usize>(fill: u8) -> [u8; N] {
    let mut bytes = std::array::from_fn(|i| fill.wrapping_add((i % 251) as u8));
    secret(&mut bytes);
    bytes
}

fn hash() {
    let message = secret_bytes::<3_000>(1);
    for backend in sm3::Backend::available() {
        let hash = sm3::hash_with(backend, &message);
        public(&hash);
        public(&message);
        assert_eq!(hash, sm3::hash(&message));
    }
}

fn hash_many() {
    let message = secret_bytes::<700>(2);
    for backend in sm3::Backend::available() {
        let messages: Vec<&[u8]> = (0..20).map(|i| &message[..i * 35]).collect();
        let hashes = sm3::hash_many_with(backend, &messages);
        public(&hashes[..]);
        assert_eq!(hashes.len(), 20);
    }
}

fn hmac() {
    let (key, message) = (secret_bytes::<40>(3), secret_bytes::<200>(4));
    let mac = HmacSm3::new_from_slice(&key).expect("any key");
    let code = mac.chain_update(message).finalize().into_bytes();
    public(&code);
    // The comparison is constant-time; that it ends in an answer is what the caller wants.
    public(&key);
    public(&message);
    let mac = HmacSm3::new_from_slice(&key).expect("any key");
    assert!(mac.chain_update(message).verify_slice(&code).is_ok());
}

fn kdf() {
    let z = secret_bytes::<64>(5);
    for bytes in [19, 64, 700] {
        let mut out = vec![0; bytes];
        sm3::kdf(&[&z], &mut out).expect("a short output");
        public(&out[..]);
        assert!(out.iter().any(|b| *b != 0));
    }
}

fn block() {
    for backend in Backend::available() {
        println!("ct: SM4 runs on {}", backend.name());
        let cipher = Sm4::with_backend(&secret_bytes(6), backend);
        for n in [1, 3, 40, 130] {
            let plain = vec![secret_bytes::<16>(7).into(); n];
            let mut blocks = plain.clone();
            cipher.encrypt_blocks(&mut blocks);
            cipher.decrypt_blocks(&mut blocks);
            public(&blocks[..]);
            public(&plain[..]);
            assert_eq!(blocks, plain);
        }
    }
}

fn ctr() {
    for backend in Backend::available() {
        let mut data = secret_bytes::<1_111>(8);
        let mut stream =
            Sm4Ctr::inner_iv_init(Sm4::with_backend(&secret_bytes(9), backend), &secret_bytes(10).into());
        let (first, second) = data.split_at_mut(333);
        stream.apply_keystream(first);
        stream.apply_keystream(second);
        public(&data);
        assert_ne!(data, [0; 1_111]);
    }
}

fn cbc() {
    for backend in Backend::available() {
        let cbc = Sm4Cbc::from(Sm4::with_backend(&secret_bytes(11), backend));
        let (iv, message) = (secret_bytes(12), secret_bytes::<777>(13));
        let ciphertext = cbc.encrypt(&iv, &message);
        let read = cbc.decrypt(&iv, &ciphertext).expect("a good padding");
        public(&read[..]);
        public(&message);
        assert_eq!(read, message);
    }
}

fn gcm() {
    for backend in Backend::available() {
        let gcm = Sm4Gcm::with_backend(&secret_bytes(14), backend);
        let (aad, message) = (secret_bytes::<100>(15), secret_bytes::<1_234>(16));
        let mut data = message;
        let tag = gcm.encrypt_detached(&[1; 12], &aad, &mut data).expect("a short message");
        gcm.decrypt_detached(&[1; 12], &aad, &mut data, &tag).expect("the right tag");
        public(&data);
        public(&message);
        assert_eq!(data, message);
    }
}

fn gcm_altered() {
    for backend in Backend::available() {
        let gcm = Sm4Gcm::with_backend(&secret_bytes(17), backend);
        let mut data = secret_bytes::<55>(18);
        let nonce = secret_bytes::<33>(19);
        let mut tag = gcm.encrypt_detached(&nonce, &[], &mut data).expect("a short message");
        tag[3] ^= 4;
        assert!(gcm.decrypt_detached(&nonce, &[], &mut data, &tag).is_err());
    }
}

fn ccm() {
    for backend in Backend::available() {
        let ccm = Sm4Ccm::with_backend(&secret_bytes(20), backend);
        let (aad, message) = (secret_bytes::<100>(21), secret_bytes::<333>(22));
        let (mut data, mut tag) = (message, [0; 16]);
        ccm.encrypt_detached(&[1; 12], &aad, &mut data, &mut tag).expect("a short message");
        ccm.decrypt_detached(&[1; 12], &aad, &mut data, &tag).expect("the right tag");
        public(&data);
        public(&message);
        assert_eq!(data, message);
        tag[0] ^= 1;
        assert!(ccm.decrypt_detached(&[1; 12], &aad, &mut data, &tag).is_err());
    }
}

fn xts() {
    for backend in Backend::available() {
        let xts = Sm4Xts::with_backend(&secret_bytes(23), backend).expect("different halves");
        let message = secret_bytes::<1_100>(24);
        let mut data = message;
        xts.encrypt_in_place(&Sm4Xts::sector(5), &mut data).expect("a sector");
        xts.decrypt_in_place(&Sm4Xts::sector(5), &mut data).expect("a sector");
        public(&data);
        public(&message);
        assert_eq!(data, message);
    }
}
