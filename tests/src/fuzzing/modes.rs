//! SM4's modes: whatever comes as nonce, additional data, tag and ciphertext, on every instruction set of this CPU.
//!
//! An input is `mode ‖ nonce's length ‖ additional data's length ‖ tag's length`, then those parts and the text; a part
//! that the input ends within is shorter.

use std::sync::LazyLock;

use hufu_sm::sm4::{
    Backend, Error, Sm4, Sm4Cbc, Sm4Ccm, Sm4Ctr, Sm4Gcm, Sm4Xts,
    cipher::{InnerIvInit, KeyInit, StreamCipher},
    hazmat,
};

const KEY: [u8; 16] = [7; 16];
/// Two different halves.
const XTS_KEY: [u8; 32] = {
    let mut key = [7; 32];
    key[31] = 8;
    key
};

struct Backends {
    gcm: Vec<Sm4Gcm>,
    ccm: Vec<Sm4Ccm>,
    xts: Vec<Sm4Xts>,
    blocks: Vec<Sm4>,
}

static ALL: LazyLock<Backends> = LazyLock::new(|| {
    let backends = Backend::available();
    let xts = |backend: &Backend| Sm4Xts::with_backend(&XTS_KEY, *backend).expect("different halves");
    Backends {
        gcm: backends.iter().map(|backend| Sm4Gcm::with_backend(&KEY, *backend)).collect(),
        ccm: backends.iter().map(|backend| Sm4Ccm::with_backend(&KEY, *backend)).collect(),
        xts: backends.iter().map(xts).collect(),
        blocks: backends.iter().map(|backend| Sm4::with_backend(&KEY, *backend)).collect(),
    }
});

struct Parts<'d> {
    nonce: &'d [u8],
    aad: &'d [u8],
    tag: &'d [u8],
    text: &'d [u8],
}

/// Opens what comes, then seals the text and opens that.
pub(super) fn modes(data: &[u8]) {
    let [mode, nonce, aad, tag, rest @ ..] = data else { return };
    let (nonce, rest) = rest.split_at(rest.len().min((*nonce).into()));
    let (aad, rest) = rest.split_at(rest.len().min((*aad).into()));
    let (tag, text) = rest.split_at(rest.len().min((*tag).into()));
    let parts = Parts { nonce, aad, tag, text };
    match mode % 5 {
        0 => gcm(&parts),
        1 => ccm(&parts),
        2 => cbc(&parts),
        3 => xts(&parts),
        _ => ctr(&parts),
    }
}

/// All results, which are the same on every instruction set.
fn same<T: PartialEq + std::fmt::Debug>(results: impl Iterator<Item = T>) -> T {
    results
        .reduce(|first, other| (first == other).then_some(first).expect("one result on all"))
        .expect("a backend")
}

fn gcm(parts: &Parts<'_>) {
    let Parts { nonce, aad, tag, text } = *parts;
    let (opened, buffer) = same(ALL.gcm.iter().map(|gcm| {
        let mut buffer = text.to_vec();
        (gcm.decrypt_detached(nonce, aad, &mut buffer, tag), buffer)
    }));
    let gcm = &ALL.gcm[0];
    match opened {
        Ok(()) => {
            let mut again = buffer;
            let made = gcm.encrypt_detached(nonce, aad, &mut again).expect("lengths that were decrypted");
            assert_eq!((&again[..], &made[..tag.len()]), (text, tag));
        }
        Err(_) => assert_eq!(buffer, text, "nothing is released"),
    }
    let (sealed, ciphertext) = same(ALL.gcm.iter().map(|gcm| {
        let mut buffer = text.to_vec();
        (gcm.encrypt_detached(nonce, aad, &mut buffer), buffer)
    }));
    assert_eq!(sealed.is_err(), nonce.is_empty());
    if let Ok(made) = sealed {
        let mut buffer = ciphertext;
        assert_eq!(gcm.decrypt_detached(nonce, aad, &mut buffer, &made), Ok(()));
        assert_eq!(buffer, text);
    }
}

fn ccm(parts: &Parts<'_>) {
    let Parts { nonce, aad, tag, text } = *parts;
    let (opened, buffer) = same(ALL.ccm.iter().map(|ccm| {
        let mut buffer = text.to_vec();
        (ccm.decrypt_detached(nonce, aad, &mut buffer, tag), buffer)
    }));
    let ccm = &ALL.ccm[0];
    match opened {
        Ok(()) => {
            let (mut again, mut made) = (buffer, vec![0; tag.len()]);
            ccm.encrypt_detached(nonce, aad, &mut again, &mut made).expect("lengths that were decrypted");
            assert_eq!((&again[..], &made[..]), (text, tag));
        }
        Err(Error::Rejected) => assert!(buffer.iter().all(|byte| *byte == 0), "nothing is released"),
        Err(_) => assert_eq!(buffer, text),
    }
    let (sealed, ciphertext, made) = same(ALL.ccm.iter().map(|ccm| {
        let (mut buffer, mut made) = (text.to_vec(), vec![0; tag.len()]);
        (ccm.encrypt_detached(nonce, aad, &mut buffer, &mut made), buffer, made)
    }));
    let lengths = (7..=13).contains(&nonce.len()) && (4..=16).contains(&tag.len()) && tag.len() % 2 == 0;
    let short = nonce.len() < 13 || text.len() <= 0xffff;
    assert_eq!(sealed.is_ok(), lengths && short);
    if sealed.is_ok() {
        let mut buffer = ciphertext;
        assert_eq!(ccm.decrypt_detached(nonce, aad, &mut buffer, &made), Ok(()));
        assert_eq!(buffer, text);
    }
}

fn cbc(parts: &Parts<'_>) {
    let Ok(iv) = <&[u8; 16]>::try_from(parts.nonce) else { return };
    let of = |cipher: &Sm4| Sm4Cbc::from(cipher.clone());
    let opened = same(ALL.blocks.iter().map(|cipher| of(cipher).decrypt(iv, parts.text)));
    let cbc = of(&ALL.blocks[0]);
    if let Ok(plaintext) = opened {
        assert_eq!(cbc.encrypt(iv, &plaintext), parts.text);
    }
    let sealed = same(ALL.blocks.iter().map(|cipher| of(cipher).encrypt(iv, parts.text)));
    assert_eq!(cbc.decrypt(iv, &sealed).as_deref(), Ok(parts.text));
    let unpadded = same(ALL.blocks.iter().map(|cipher| {
        let mut data = parts.text.to_vec();
        (hazmat::cbc_decrypt_unpadded(cipher, iv, &mut data), data)
    }));
    let (result, mut data) = unpadded;
    if result.is_ok() {
        hazmat::cbc_encrypt_unpadded(&ALL.blocks[0], iv, &mut data).expect("whole blocks");
    }
    assert_eq!(data, parts.text);
}

fn xts(parts: &Parts<'_>) {
    let Ok(tweak) = <&[u8; 16]>::try_from(parts.nonce) else { return };
    let (result, mut data) = same(ALL.xts.iter().map(|xts| {
        let mut data = parts.text.to_vec();
        (xts.decrypt_in_place(tweak, &mut data), data)
    }));
    assert_eq!(result.is_err(), parts.text.len() < 16);
    if result.is_ok() {
        ALL.xts[0].encrypt_in_place(tweak, &mut data).expect("a length that was decrypted");
    }
    assert_eq!(data, parts.text);
}

/// In one piece, and cut where the additional data's length and the tag's say.
fn ctr(parts: &Parts<'_>) {
    let Ok(iv) = <[u8; 16]>::try_from(parts.nonce) else { return };
    let stream = |cipher: &Sm4| Sm4Ctr::inner_iv_init(cipher.clone(), &iv.into());
    let whole = same(ALL.blocks.iter().map(|cipher| {
        let mut data = parts.text.to_vec();
        stream(cipher).apply_keystream(&mut data);
        data
    }));
    let cut = same(ALL.blocks.iter().map(|cipher| {
        let (mut data, mut stream) = (parts.text.to_vec(), stream(cipher));
        for piece in data.chunks_mut(1 + parts.aad.len()) {
            let (first, second) = piece.split_at_mut(piece.len().min(parts.tag.len()));
            stream.apply_keystream(first);
            stream.apply_keystream(second);
        }
        data
    }));
    assert_eq!(cut, whole);
    let mut back = whole;
    stream(&ALL.blocks[0]).apply_keystream(&mut back);
    assert_eq!(back, parts.text);
}

pub(super) fn seeds() -> Vec<Vec<u8>> {
    let text = b"some text that is longer than one block and ends within one";
    let aad = b"header";
    let input = |mode: u8, nonce: &[u8], tag: &[u8], text: &[u8]| {
        let lengths = [nonce, aad, tag].map(|part| u8::try_from(part.len()).expect("a short part"));
        [&[mode][..], &lengths, nonce, aad, tag, text].concat()
    };
    let (gcm, ccm) = (Sm4Gcm::new(&KEY.into()), Sm4Ccm::new(&KEY.into()));
    let mut seeds = Vec::new();
    for length in [1, 12, 16, 60] {
        let (nonce, mut sealed) = (vec![5; length], text.to_vec());
        let tag = gcm.encrypt_detached(&nonce, aad, &mut sealed).expect("seals");
        seeds.push(input(0, &nonce, &tag, &sealed));
        seeds.push(input(0, &nonce, &tag[..12], &sealed));
    }
    for (length, tag) in [(7, 16), (12, 16), (13, 4)] {
        let (nonce, mut sealed, mut tag) = (vec![5; length], text.to_vec(), vec![0; tag]);
        ccm.encrypt_detached(&nonce, aad, &mut sealed, &mut tag).expect("seals");
        seeds.push(input(1, &nonce, &tag, &sealed));
    }
    seeds.push(input(2, &[5; 16], &[], &Sm4Cbc::new(&KEY.into()).encrypt(&[5; 16], text)));
    seeds.push(input(3, &[5; 16], &[], text));
    seeds.push(input(4, &[0xff; 16], &[1, 2, 3], text));
    // Enough for the widest implementations.
    seeds.push(input(4, &[5; 16], &[], &[9; 1200]));
    seeds.push(input(0, &[5; 12], &[0; 16], &[9; 1200]));
    seeds
}

/// That the seeds are what they are meant to be: sealed ones open.
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sealed_seeds_open() {
        let mut opened = 0;
        for seed in seeds() {
            let [mode, nonce, aad, tag, rest @ ..] = &seed[..] else { continue };
            let (nonce, rest) = rest.split_at(usize::from(*nonce));
            let (aad, rest) = rest.split_at(usize::from(*aad));
            let (tag, text) = rest.split_at(usize::from(*tag));
            let mut buffer = text.to_vec();
            opened += usize::from(match mode {
                0 => ALL.gcm[0].decrypt_detached(nonce, aad, &mut buffer, tag).is_ok(),
                1 => ALL.ccm[0].decrypt_detached(nonce, aad, &mut buffer, tag).is_ok(),
                2 => Sm4Cbc::new(&KEY.into()).decrypt(nonce.try_into().expect("an IV"), text).is_ok(),
                _ => false,
            });
        }
        assert_eq!(opened, 8 + 3 + 1);
    }
}
