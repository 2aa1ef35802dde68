//! Malformed and dishonest inputs, by name. Each gives an error, none panics, and what is just right beside it passes.

use crate::common::{N, P, Repeats, Script, fresh_rng, offset, unhex};
use hufu_sm::sm2::encryption::{Ciphertext, MAX_PLAINTEXT_BYTES};
use hufu_sm::sm2::exchange::{Initiator, MAX_KEY_BYTES, Reply, Responder};
use hufu_sm::sm2::hazmat::{PrehashSigner, PrehashVerifier};
use hufu_sm::sm2::traits::{Signer, Verifier};
use hufu_sm::sm2::{DistId, Error, PublicKey, SecretKey, Signature, SigningKey};

fn key(fill: u8) -> SigningKey {
    SigningKey::new(SecretKey::from_bytes(&[fill; 32]).unwrap(), DistId::default())
}

/// DER of the given tag and contents, for short and long contents.
fn der(tag: u8, contents: &[u8]) -> Vec<u8> {
    let length = match contents.len() {
        short @ 0..0x80 => vec![u8::try_from(short).unwrap()],
        long => vec![0x81, u8::try_from(long).unwrap()],
    };
    [&[tag], &length[..], contents].concat()
}

fn integer(contents: &[u8]) -> Vec<u8> {
    der(2, contents)
}

fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    der(0x30, &parts.concat())
}

#[test]
fn raw_signatures() {
    let good = key(3).sign(b"m").to_bytes();
    let with = |at: usize, half: [u8; 32]| {
        let mut bytes = good;
        bytes[at..at + 32].copy_from_slice(&half);
        bytes.to_vec()
    };
    let (zero, n) = ([0; 32], offset(N, 0));
    let cases: &[(&str, Vec<u8>)] = &[
        ("empty", vec![]),
        ("truncated by one", good[..63].to_vec()),
        ("half", good[..32].to_vec()),
        ("over-long by one", [&good[..], &[0]].concat()),
        ("DER where raw is read", key(3).sign(b"m").to_der()),
        ("r = 0", with(0, zero)),
        ("r = n", with(0, n)),
        ("r = n + 1", with(0, offset(N, 1))),
        ("r = 2^256 - 1", with(0, [0xff; 32])),
        ("s = 0", with(32, zero)),
        ("s = n", with(32, n)),
        ("s = 2^256 - 1", with(32, [0xff; 32])),
        ("both 0", vec![0; 64]),
    ];
    for (name, bytes) in cases {
        assert!(matches!(Signature::from_slice(bytes), Err(Error::Signature(_))), "{name}");
    }
    for edge in [offset("0", 1), offset(N, -1)] {
        assert!(
            Signature::from_slice(&with(0, edge)).is_ok() && Signature::from_slice(&with(32, edge)).is_ok()
        );
    }
    eprintln!("raw signatures: {} refused", cases.len());
}

#[test]
fn der_signatures() {
    let one = || integer(&[1]);
    let n = offset(N, 0);
    let good = sequence(&[one(), one()]);
    assert!(Signature::from_der(&good).is_ok());
    let big = key(3).sign(b"m").to_der();
    assert!(big.len() <= Signature::MAX_DER_BYTES);
    let cases: &[(&str, Vec<u8>)] = &[
        ("empty", vec![]),
        ("truncated", big[..big.len() - 1].to_vec()),
        ("only a header", vec![0x30]),
        ("trailing byte after", [&good[..], &[0]].concat()),
        ("trailing byte inside", sequence(&[one(), one(), vec![0]])),
        ("three integers", sequence(&[one(), one(), one()])),
        ("one integer", sequence(&[one()])),
        ("no integer", sequence(&[])),
        ("raw where DER is read", vec![0x11; 64]),
        ("a SET", der(0x31, &[one(), one()].concat())),
        ("an OCTET STRING inside", sequence(&[der(4, &[1]), one()])),
        (
            "BER: length of the sequence in long form",
            [&[0x30, 0x81, 6][..], &[one(), one()].concat()].concat(),
        ),
        ("BER: length of an integer in long form", sequence(&[vec![2, 0x81, 1, 1], one()])),
        ("BER: indefinite length", [&[0x30, 0x80][..], &[one(), one()].concat(), &[0, 0]].concat()),
        ("leading zero in r", sequence(&[integer(&[0, 1]), one()])),
        ("leading zero in s", sequence(&[one(), integer(&[0, 1])])),
        ("r negative", sequence(&[integer(&[0xff]), one()])),
        ("s negative: high bit without a zero before it", sequence(&[one(), integer(&[0x80, 0])])),
        ("r an empty integer", sequence(&[integer(&[]), one()])),
        ("r = 0", sequence(&[integer(&[0]), one()])),
        ("s = 0", sequence(&[one(), integer(&[0])])),
        ("r = n", sequence(&[integer(&[&[0], &n[..]].concat()), one()])),
        ("s = n", sequence(&[one(), integer(&[&[0], &n[..]].concat())])),
        ("r of 33 bytes", sequence(&[integer(&[1; 33]), one()])),
        ("r of 120 bytes", sequence(&[integer(&[1; 120]), one()])),
    ];
    for (name, bytes) in cases {
        assert!(matches!(Signature::from_der(bytes), Err(Error::Signature(_))), "{name}");
    }
    // Every truncation of a good one.
    for end in 0..big.len() {
        assert!(Signature::from_der(&big[..end]).is_err(), "{end} bytes");
    }
    eprintln!("DER signatures: {} refused, and {} truncations", cases.len(), big.len());
}

#[test]
fn signatures_that_do_not_verify() {
    let signer = key(3);
    let verifying = signer.verifying_key();
    let prepared = verifying.prepare();
    let signature = signer.sign(b"m");
    let (mut other_r, mut other_s, mut swapped) = (signature.to_bytes(), signature.to_bytes(), [0; 64]);
    other_r[31] ^= 1;
    other_s[63] ^= 1;
    swapped[..32].copy_from_slice(&signature.to_bytes()[32..]);
    swapped[32..].copy_from_slice(&signature.to_bytes()[..32]);
    // r + s = n: t would be 0 and the point s·G, whatever the key.
    let mut no_key = [0; 64];
    no_key[31] = 5;
    no_key[32..].copy_from_slice(&offset(N, -5));
    let cases: &[(&str, [u8; 64])] = &[
        ("another r", other_r),
        ("another s", other_s),
        ("r and s swapped", swapped),
        ("t = r + s = n", no_key),
    ];
    for (name, bytes) in cases {
        let signature = Signature::from_bytes(bytes).unwrap();
        assert!(verifying.verify(b"m", &signature).is_err(), "{name}");
        assert!(prepared.verify(b"m", &signature).is_err(), "{name}, prepared");
    }
    for other in [&b""[..], b"n", b"m\0"] {
        assert!(verifying.verify(other, &signature).is_err() && prepared.verify(other, &signature).is_err());
    }
    assert!(key(4).verifying_key().verify(b"m", &signature).is_err(), "another key");
    let id = DistId::new("another id").unwrap();
    let other_id = SigningKey::new(signer.secret_key().clone(), id);
    assert!(other_id.verifying_key().verify(b"m", &signature).is_err(), "another identifier");
    verifying.verify(b"m", &signature).unwrap();
    prepared.verify(b"m", &signature).unwrap();
}

#[test]
fn a_forged_signature_with_r_plus_k_zero_is_refused_everywhere() {
    // s = −r is what a signer that forgets the check r + k ≠ n would give: t = 0 for the verifier.
    for r in [1i64, 77, 1 << 40] {
        let mut bytes = [0; 64];
        bytes[..32].copy_from_slice(&offset("0", r));
        bytes[32..].copy_from_slice(&offset(N, -r));
        let signature = Signature::from_bytes(&bytes).unwrap();
        for fill in [1, 2, 3] {
            assert!(key(fill).verifying_key().verify(b"m", &signature).is_err());
            assert!(key(fill).verifying_key().prepare().verify(b"m", &signature).is_err());
        }
    }
}

#[test]
fn prehashes_have_32_bytes() {
    let key = key(3);
    let signature = key.sign(b"m");
    for length in [0, 31, 33, 64] {
        assert!(key.sign_prehash(&vec![1; length]).is_err(), "{length}");
        assert!(key.verifying_key().verify_prehash(&vec![1; length], &signature).is_err(), "{length}");
    }
    // Any 32 bytes are a prehash, also such that are not below n.
    for hash in [[0; 32], [0xff; 32], offset(N, 0)] {
        let signature = key.sign_prehash(&hash).unwrap();
        key.verifying_key().verify_prehash(&hash, &signature).unwrap();
        key.verifying_key().prepare().verify_prehash(&hash, &signature).unwrap();
    }
}

#[test]
fn identifiers() {
    assert_eq!(DistId::new(vec![b'x'; 8192]).unwrap_err(), Error::DistIdTooLong { found: 8192 });
    assert_eq!(DistId::new(vec![b'x'; 100_000]).unwrap_err(), Error::DistIdTooLong { found: 100_000 });
    for id in [vec![], vec![0], vec![b'x'; 8191], vec![0xff; 32]] {
        let key = SigningKey::new(SecretKey::from_bytes(&[5; 32]).unwrap(), DistId::new(id).unwrap());
        key.verifying_key().verify(b"m", &key.sign(b"m")).unwrap();
    }
}

/// A point of the curve and its coordinates.
fn point() -> ([u8; 32], [u8; 32]) {
    let xy = key(3).verifying_key().public_key().coordinates();
    (xy[..32].try_into().unwrap(), xy[32..].try_into().unwrap())
}

#[test]
fn points() {
    let (x, y) = point();
    let uncompressed = |x: &[u8], y: &[u8]| [&[4], x, y].concat();
    let compressed = |x: &[u8]| [&[2], x].concat();
    let p = offset(P, 0);
    // x = 3 has no point: 27 − 9 + b is no square.
    let mut no_point = Vec::new();
    for candidate in 0..20 {
        if PublicKey::from_sec1_bytes(&compressed(&offset("0", candidate))).is_err() {
            no_point.push(candidate);
        }
    }
    assert!((4..=16).contains(&no_point.len()), "about half of all x have no point: {no_point:?}");
    let cases: &[(&str, Vec<u8>)] = &[
        ("empty", vec![]),
        ("infinity", vec![0]),
        ("infinity, padded", vec![0; 65]),
        ("infinity, 33 bytes", vec![0; 33]),
        ("truncated by one", uncompressed(&x, &y)[..64].to_vec()),
        ("over-long by one", [uncompressed(&x, &y), vec![0]].concat()),
        ("compressed, truncated", compressed(&x)[..32].to_vec()),
        ("compressed, over-long", [compressed(&x), vec![0]].concat()),
        ("compressed tag on an uncompressed point", [&[2], &x[..], &y].concat()),
        ("uncompressed tag on a compressed point", [&[4], &x[..]].concat()),
        ("hybrid, even", [&[6], &x[..], &y].concat()),
        ("hybrid, odd", [&[7], &x[..], &y].concat()),
        ("tag 1", [&[1], &x[..]].concat()),
        ("tag 5", [&[5], &x[..], &y].concat()),
        ("tag ff", [&[0xff], &x[..], &y].concat()),
        ("x = p", uncompressed(&p, &y)),
        ("x = p + 3", uncompressed(&offset(P, 3), &y)),
        ("x = 2^256 - 1", uncompressed(&[0xff; 32], &y)),
        ("y = p", uncompressed(&x, &p)),
        ("y = 2^256 - 1", uncompressed(&x, &[0xff; 32])),
        ("compressed, x = p", compressed(&p)),
        ("compressed, x = 2^256 - 1", compressed(&[0xff; 32])),
        ("compressed, x without a point", compressed(&offset("0", no_point[0]))),
        ("off the curve: y + 1", {
            let mut y = y;
            y[31] ^= 1;
            uncompressed(&x, &y)
        }),
        ("off the curve: (0, 0)", uncompressed(&[0; 32], &[0; 32])),
        ("off the curve: x and y swapped", uncompressed(&y, &x)),
    ];
    for (name, bytes) in cases {
        assert!(matches!(PublicKey::from_sec1_bytes(bytes), Err(Error::PublicKey(_))), "{name}");
    }
    assert!(PublicKey::from_sec1_bytes(&uncompressed(&x, &y)).is_ok());
    eprintln!("points: {} refused", cases.len());
}

#[test]
fn a_small_x_is_one_point_and_not_the_one_plus_p() {
    // The first small x that has a point: x + p fits 256 bits, and a decoder that reduces would take it for the same point.
    let x =
        (1..40).find(|x| PublicKey::from_sec1_bytes(&[&[2], &offset("0", *x)[..]].concat()).is_ok()).unwrap();
    assert!(PublicKey::from_sec1_bytes(&[&[2], &offset(P, x)[..]].concat()).is_err());
}

/// A ciphertext's parts.
fn parts() -> ([u8; 65], [u8; 32], Vec<u8>) {
    let mut rng = fresh_rng("ciphertext");
    let raw = key(3).verifying_key().public_key().encrypt(&mut rng, b"message").unwrap().to_c1c3c2();
    (raw[..65].try_into().unwrap(), raw[65..97].try_into().unwrap(), raw[97..].to_vec())
}

#[test]
fn raw_ciphertexts() {
    let (c1, c3, c2) = parts();
    let raw = |c1: &[u8], c3: &[u8], c2: &[u8]| [c1, c3, c2].concat();
    let mut off = c1;
    off[64] ^= 1;
    let mut big_x = c1;
    big_x[1..33].copy_from_slice(&offset(P, 1));
    let good = raw(&c1, &c3, &c2);
    let cases: &[(&str, Vec<u8>)] = &[
        ("empty", vec![]),
        ("only a tag", vec![4]),
        ("C1 truncated", good[..64].to_vec()),
        ("C1 alone", good[..65].to_vec()),
        ("C3 truncated", good[..96].to_vec()),
        ("no C2: the empty message", good[..97].to_vec()),
        ("infinity", vec![0; 104]),
        ("C1 off the curve", raw(&off, &c3, &c2)),
        ("C1 with x >= p", raw(&big_x, &c3, &c2)),
        ("C1 hybrid", raw(&[&[6], &c1[1..]].concat(), &c3, &c2)),
        ("C1 without its tag", raw(&c1[1..], &c3, &c2)),
        ("compressed C1 alone", key(3).verifying_key().public_key().to_sec1_compressed().to_vec()),
    ];
    for (name, bytes) in cases {
        assert!(Ciphertext::from_c1c3c2(bytes).is_err(), "{name}");
        assert!(Ciphertext::from_c1c2c3(bytes).is_err(), "{name}, C1C2C3");
    }
    let long = [&good[..], &vec![0; MAX_PLAINTEXT_BYTES]].concat();
    let too_long = Error::Ciphertext("it is longer than this implementation reads");
    assert_eq!(Ciphertext::from_c1c3c2(&long).unwrap_err(), too_long);
    assert_eq!(Ciphertext::from_c1c2c3(&long).unwrap_err(), too_long);
    eprintln!("raw ciphertexts: {} refused", cases.len() + 2);

    // Well formed, and not for this key or altered: one error for all.
    let secret = key(3).secret_key().clone();
    let flip = |at: usize| {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        bytes
    };
    let mut negative = c1;
    let point = PublicKey::from_sec1_bytes(&c1).unwrap().to_sec1_compressed();
    negative.copy_from_slice(
        &PublicKey::from_sec1_bytes(&[&[point[0] ^ 1], &point[1..]].concat()).unwrap().to_sec1_bytes(),
    );
    for (name, bytes) in [
        ("altered C3", flip(65)),
        ("altered C2", flip(97)),
        ("C2 truncated", good[..good.len() - 1].to_vec()),
        ("C2 lengthened", [&good[..], &[0]].concat()),
        ("C1 negated", raw(&negative, &c3, &c2)),
        ("order C1 C2 C3 read as C1 C3 C2", raw(&c1, &c2, &c3)),
    ] {
        let read = Ciphertext::from_c1c3c2(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(secret.decrypt(&read).unwrap_err(), Error::Decryption, "{name}");
    }
    // The older order, altered in each of its parts.
    let older = [&c1[..], &c2, &c3].concat();
    assert_eq!(secret.decrypt(&Ciphertext::from_c1c2c3(&older).unwrap()).unwrap()[..], *b"message");
    for (name, at) in [("C2", 65), ("the end of C2", 71), ("C3", 72), ("the end of C3", older.len() - 1)] {
        let mut altered = older.clone();
        altered[at] ^= 0x80;
        let read = Ciphertext::from_c1c2c3(&altered).unwrap();
        assert_eq!(secret.decrypt(&read).unwrap_err(), Error::Decryption, "C1C2C3: {name} altered");
    }
    let read = Ciphertext::from_c1c3c2(&good).unwrap();
    assert_eq!(key(4).secret_key().decrypt(&read).unwrap_err(), Error::Decryption, "another key");
    assert_eq!(secret.decrypt(&read).unwrap()[..], *b"message");
}

#[test]
fn der_ciphertexts() {
    let (c1, c3, c2) = parts();
    let number = |bytes: &[u8]| {
        let start = bytes.iter().position(|b| *b != 0).unwrap();
        let bytes = &bytes[start..];
        if bytes[0] & 0x80 == 0 { integer(bytes) } else { integer(&[&[0], bytes].concat()) }
    };
    let (x, y) = (number(&c1[1..33]), number(&c1[33..]));
    let (hash, text) = (der(4, &c3), der(4, &c2));
    let good = sequence(&[x.clone(), y.clone(), hash.clone(), text.clone()]);
    assert!(Ciphertext::from_der(&good).is_ok());
    let strict = "it is not a strict DER SM2Cipher";
    let of = |parts: [&[u8]; 4]| sequence(&parts.map(<[u8]>::to_vec));
    let too_long = {
        let length = u32::try_from(MAX_PLAINTEXT_BYTES + 1).unwrap();
        let text = [&[4, 0x84][..], &length.to_be_bytes(), &vec![0; MAX_PLAINTEXT_BYTES + 1]].concat();
        let body = [&x[..], &y, &hash, &text].concat();
        [&[0x30, 0x84][..], &u32::try_from(body.len()).unwrap().to_be_bytes(), &body].concat()
    };
    let cases: &[(&str, Vec<u8>, &str)] = &[
        ("empty", vec![], strict),
        ("truncated", good[..good.len() - 1].to_vec(), strict),
        ("trailing byte after", [&good[..], &[0]].concat(), strict),
        (
            "trailing byte inside",
            sequence(&[x.clone(), y.clone(), hash.clone(), text.clone(), vec![0]]),
            strict,
        ),
        ("raw where DER is read", [&c1[..], &c3, &c2].concat(), strict),
        ("hash and text swapped", of([&x, &y, &text, &hash]), "its hash has not 32 bytes"),
        ("no text", sequence(&[x.clone(), y.clone(), hash.clone()]), strict),
        ("empty text", of([&x, &y, &hash, &der(4, &[])]), "it holds no message"),
        ("hash of 31 bytes", of([&x, &y, &der(4, &c3[..31]), &text]), "its hash has not 32 bytes"),
        ("hash of 33 bytes", of([&x, &y, &der(4, &[7; 33]), &text]), "its hash has not 32 bytes"),
        ("x negative", of([&integer(&[0xff; 32]), &y, &hash, &text]), strict),
        ("y negative", of([&x, &integer(&[0x80; 32]), &hash, &text]), strict),
        ("leading zeros", of([&integer(&[0, 0, 1]), &y, &hash, &text]), strict),
        ("x of 33 bytes", of([&integer(&[1; 33]), &y, &hash, &text]), "a coordinate has more than 256 bits"),
        ("y of 33 bytes", of([&x, &integer(&[1; 33]), &hash, &text]), "a coordinate has more than 256 bits"),
        ("x >= p", of([&number(&offset(P, 1)), &y, &hash, &text]), "a coordinate is not below p"),
        ("y >= p", of([&x, &number(&offset(P, 0)), &hash, &text]), "a coordinate is not below p"),
        ("x = 0, y = 0", of([&integer(&[0]), &integer(&[0]), &hash, &text]), "the point is not on the curve"),
        ("off the curve", of([&y, &x, &hash, &text]), "the point is not on the curve"),
        ("a constructed OCTET STRING as the hash", of([&x, &y, &der(0x24, &hash), &text]), strict),
        ("a constructed OCTET STRING as the text", of([&x, &y, &hash, &der(0x24, &text)]), strict),
        (
            "BER: the length of the hash in long form",
            of([&x, &y, &[&[4, 0x81, 32], &c3[..]].concat(), &text]),
            strict,
        ),
        (
            "BER: the length of the text in long form",
            of([&x, &y, &hash, &[&[4, 0x81, 7], &c2[..]].concat()]),
            strict,
        ),
        ("over 16 MiB", too_long, "it is longer than this implementation reads"),
        (
            "BER: indefinite length",
            [&[0x30, 0x80][..], &[&x[..], &y, &hash, &text].concat(), &[0, 0]].concat(),
            strict,
        ),
    ];
    for (name, bytes, reason) in cases {
        let error = Ciphertext::from_der(bytes).unwrap_err();
        assert!(error.to_string().ends_with(reason), "{name}: {error}");
    }
    for end in 0..good.len() {
        assert!(Ciphertext::from_der(&good[..end]).is_err(), "{end} bytes");
    }
    eprintln!("DER ciphertexts: {} refused, and {} truncations", cases.len(), good.len());
}

#[test]
fn the_empty_and_the_too_long_message_are_refused() {
    let mut rng = fresh_rng("lengths");
    let public = *key(3).verifying_key().public_key();
    assert_eq!(public.encrypt(&mut rng, b"").unwrap_err(), Error::PlaintextLength { found: 0 });
    let long = vec![0; MAX_PLAINTEXT_BYTES + 1];
    assert_eq!(public.encrypt(&mut rng, &long).unwrap_err(), Error::PlaintextLength { found: long.len() });
    for length in [1, 31, 32, 33, 1000] {
        let sent = public.encrypt(&mut rng, &vec![7; length]).unwrap();
        assert_eq!(key(3).secret_key().decrypt(&sent).unwrap()[..], vec![7; length]);
    }
}

#[test]
fn an_all_zero_key_stream_is_tried_again_and_refused() {
    // One k in 256 gives the key stream 00 for a message of one byte. Small k are tried until one does: the ciphertext of RustCrypto,
    // which does not look, then shows the message as C2.
    let secret = SecretKey::from_bytes(&[3; 32]).unwrap();
    let message = [0x5a];
    let (mut zero, mut tried) = (None, 0);
    for k in 1..2000 {
        let first = hex::encode(offset("0", k));
        let second = hex::encode(offset("0", 1_000_000 + k));
        let mut script = Script::new(&[&first, &second]);
        let sent = secret.public_key().encrypt(&mut script, &message).unwrap();
        tried += 1;
        if script.is_used_up() {
            // The first k was thrown away, for its key stream alone: the ciphertext is that of the second.
            let mut script = Script::new(&[&second]);
            assert_eq!(secret.public_key().encrypt(&mut script, &message).unwrap(), sent);
            zero = Some(k);
            break;
        }
    }
    let k = zero.expect("one in 256");
    eprintln!("k = {k} gives an all-zero key stream of one byte, after {tried}");
    // A generator that gives no other k is called broken after 64 of them, and used no more often.
    let stuck = secret.public_key().encrypt(&mut Repeats(offset("0", k)), &message);
    assert_eq!(stuck.unwrap_err(), Error::RngStuck);
    let given = hex::encode(offset("0", k)).repeat(64);
    let mut script = Script::new(&[&given]);
    assert_eq!(secret.public_key().encrypt(&mut script, &message).unwrap_err(), Error::RngStuck);
    assert!(script.is_used_up());
    // What a sender who does not look would send: C1 = k·G, C2 = M ⊕ 0, C3 = SM3(x2 ‖ M ‖ y2).
    let k = SecretKey::from_bytes(&offset("0", k)).unwrap();
    let peer = sm2::PublicKey::from_sec1_bytes(&secret.public_key().to_sec1_bytes()).unwrap();
    let scalar = *sm2::SecretKey::from_slice(&*k.to_bytes()).unwrap().to_nonzero_scalar();
    let shared =
        sm2::PublicKey::from_affine((peer.to_projective() * scalar).to_affine()).unwrap().to_sec1_bytes();
    let (x2, y2) = (&shared[1..33], &shared[33..65]);
    let hash = {
        use sm3::Digest;
        sm3::Sm3::new().chain_update(x2).chain_update(message).chain_update(y2).finalize()
    };
    let sent = [&k.public_key().to_sec1_bytes()[..], &hash, &message].concat();
    let sent = Ciphertext::from_c1c3c2(&sent).unwrap();
    assert_eq!(secret.decrypt(&sent).unwrap_err(), Error::Decryption);
}

#[test]
fn exchanges_that_fail() {
    let mut rng = fresh_rng("exchange");
    let (alice, bob, eve) = (key(3), key(4), key(5));
    let start = |rng: &mut _| Initiator::start(rng, &alice, bob.verifying_key(), 16).unwrap();
    for length in [0, MAX_KEY_BYTES + 1] {
        let error = Error::KeyLength { found: length };
        assert_eq!(Initiator::start(&mut rng, &alice, bob.verifying_key(), length).unwrap_err(), error);
        let r_a = eve.verifying_key().public_key();
        assert_eq!(
            Responder::respond(&mut rng, &bob, alice.verifying_key(), r_a, length).unwrap_err(),
            error
        );
    }
    // Each difference between the two views of an exchange shows in the tags.
    let other_id = SigningKey::new(bob.secret_key().clone(), DistId::new("bob").unwrap());
    let stranger = *eve.verifying_key().public_key();
    let views: &[(&str, &SigningKey, &SigningKey, bool, usize)] = &[
        ("honest", &bob, &alice, true, 16),
        ("honest, another length of key: no part of the tags", &bob, &alice, true, 32),
        ("the responder is another", &eve, &alice, true, 16),
        ("the responder has another identifier", &other_id, &alice, true, 16),
        ("the responder expects another initiator", &bob, &eve, true, 16),
        ("R_A was altered", &bob, &alice, false, 16),
    ];
    for (name, responder, expects, same, length) in views {
        let (initiator, r_a) = start(&mut rng);
        let r_a = if *same { r_a } else { stranger };
        let (_, reply) =
            Responder::respond(&mut rng, responder, expects.verifying_key(), &r_a, *length).unwrap();
        let finished = initiator.finish(&reply);
        if name.starts_with("honest") {
            assert!(finished.is_ok(), "{name}");
        } else {
            assert_eq!(finished.unwrap_err(), Error::Confirmation, "{name}");
        }
    }
    let (initiator, r_a) = start(&mut rng);
    let (_, mut reply) = Responder::respond(&mut rng, &bob, alice.verifying_key(), &r_a, 16).unwrap();
    reply.tag[31] ^= 1;
    assert_eq!(initiator.finish(&reply).unwrap_err(), Error::Confirmation, "S_B altered");
    let (initiator, r_a) = start(&mut rng);
    let (responder, reply) = Responder::respond(&mut rng, &bob, alice.verifying_key(), &r_a, 16).unwrap();
    let altered = Reply { ephemeral: stranger, ..reply.clone() };
    assert_eq!(initiator.finish(&altered).unwrap_err(), Error::Confirmation, "R_B altered");
    assert_eq!(responder.finish(&reply.tag).unwrap_err(), Error::Confirmation, "S_B sent back as S_A");
    for bit in [0, 7, 100, 255] {
        let (initiator, r_a) = start(&mut rng);
        let (responder, reply) = Responder::respond(&mut rng, &bob, alice.verifying_key(), &r_a, 16).unwrap();
        let (_, mut s_a) = initiator.finish(&reply).unwrap();
        s_a[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(responder.finish(&s_a).unwrap_err(), Error::Confirmation, "bit {bit} of S_A flipped");
    }
}

#[test]
fn an_exchange_whose_shared_point_is_infinity_is_refused() {
    // Eve knows her own private key d and wants P + x̄·R = infinity: R = −(d/x̄)·G, where x̄ is of R itself. With R = r·G given first, she
    // takes the key P = −x̄·r·G instead, whose private key n − x̄·r she knows.
    let alice = key(3);
    let r = SecretKey::from_bytes(&[9; 32]).unwrap();
    let x = num_bigint::BigUint::from_bytes_be(&r.public_key().coordinates()[16..32]);
    let x = (x | (num_bigint::BigUint::from(1u8) << 127)) % (num_bigint::BigUint::from(1u8) << 128);
    let n = num_bigint::BigUint::from_bytes_be(&unhex(N));
    let r_number = num_bigint::BigUint::from_bytes_be(&r.to_bytes()[..]);
    let d: num_bigint::BigUint = &n - (x * r_number) % &n;
    let eve = SigningKey::new(SecretKey::from_bytes(&d.to_bytes_be()).unwrap(), DistId::default());
    let mut rng = fresh_rng("infinity");
    let (initiator, _) = Initiator::start(&mut rng, &alice, eve.verifying_key(), 16).unwrap();
    let reply = Reply { ephemeral: *r.public_key(), tag: [0; 32] };
    assert_eq!(initiator.finish(&reply).unwrap_err(), Error::Exchange);
    let (initiator, _) = Initiator::start(&mut rng, &alice, eve.verifying_key(), 16).unwrap();
    let unconfirmed = initiator.dangerous_finish_unconfirmed(r.public_key());
    assert_eq!(unconfirmed.unwrap_err(), Error::Exchange, "without tags too");
    let answer = Responder::respond(&mut rng, &alice, eve.verifying_key(), r.public_key(), 16);
    assert_eq!(answer.unwrap_err(), Error::Exchange);
}
