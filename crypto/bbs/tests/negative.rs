//! Bad input, by name: each is refused with an error that says what is wrong, and nothing panics.

#![allow(clippy::unwrap_used, reason = "a test stops at the first broken assumption")]

mod common;

use common::{no_g1_points, no_g2_points, rng};
use hufu_bbs::{
    Attribute, Attributes, Bbs, Error, Header, MAX_BATCH, MAX_MESSAGES, Message, Octets, PresentationHeader,
    Presented, Proof, PublicKey, SIGNATURE_BYTES, SecretKey, Sha256, Shake256, Signature, Signed,
};
use hufu_pairing::{Blst, Error as Encoding, Zkcrypto};

const HEADER: Header<'static> = Header::new(b"header");
const PH: PresentationHeader<'static> = PresentationHeader::new(b"presentation header");
const COUNT: usize = 10;
const DISCLOSED: [usize; 5] = [0, 2, 4, 6, 8];

/// r, the group order.
const ORDER: &str = "73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001";

fn list(count: usize) -> Vec<Message> {
    (0..count).map(|index| Message::from(format!("message {index}"))).collect()
}

fn at(messages: &[Message], indexes: &[usize]) -> Vec<(usize, Message)> {
    indexes.iter().map(|index| (*index, messages[*index].clone())).collect()
}

/// A key, ten signed messages, and a proof that shows every second.
struct Case {
    bbs: Bbs<Sha256>,
    key: SecretKey,
    messages: Vec<Message>,
    signature: Signature,
    proof: Proof,
    disclosed: Vec<(usize, Message)>,
}

impl Case {
    fn new() -> Self {
        let mut rng = rng(1);
        let (bbs, key, messages) = (Bbs::new(), SecretKey::random::<Sha256>(&mut rng).unwrap(), list(COUNT));
        let signature = bbs.sign(&key, HEADER, &messages).unwrap();
        let signed =
            Signed { key: key.public_key(), signature: &signature, header: HEADER, messages: &messages };
        let proof = bbs.prove(&signed, PH, &DISCLOSED, &mut rng).unwrap();
        let disclosed = at(&messages, &DISCLOSED);
        let case = Self { bbs, key, messages, signature, proof, disclosed };
        assert_eq!(case.bbs.verify(&case.signed()), Ok(()));
        assert_eq!(case.bbs.verify_proof(&case.presented()), Ok(()));
        case
    }

    fn signed(&self) -> Signed<'_, Message> {
        let key = self.key.public_key();
        Signed { key, signature: &self.signature, header: HEADER, messages: &self.messages }
    }

    fn presented(&self) -> Presented<'_, Message> {
        Presented {
            key: self.key.public_key(),
            proof: &self.proof,
            header: HEADER,
            presentation_header: PH,
            disclosed: &self.disclosed,
        }
    }

    fn refuses(&self, changed: &Presented<'_, Message>, with: Error) {
        assert_eq!(self.bbs.verify_proof(changed), Err(with));
    }
}

fn identity<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    bytes[0] = 0xc0;
    bytes
}

/// A point of the curve outside the subgroup: x = 4 has one, almost every small x has.
fn outside() -> [u8; 48] {
    (1..64)
        .map(|x| {
            let mut bytes = [0; 48];
            bytes[0] = 0x80;
            bytes[47] = x;
            bytes
        })
        .find(|bytes| {
            hufu_pairing::G1Affine::<Blst>::from_bytes(bytes, hufu_pairing::Identity::Refuse)
                == Err(Encoding::Subgroup { group: "G1" })
        })
        .expect("some small x is the coordinate of a point outside the subgroup")
}

#[test]
fn keys_that_are_none() {
    let secret = |bytes: &[u8]| SecretKey::<Blst>::from_bytes(bytes).err();
    assert_eq!(secret(&[0; 32]), Some(Error::Zero { what: "secret key" }));
    let range = Error::Scalar { what: "secret key", reason: Encoding::ScalarRange };
    assert_eq!(secret(&hex::decode(ORDER).unwrap()), Some(range));
    assert!(matches!(
        secret(&[1; 31]),
        Some(Error::Scalar { reason: Encoding::Length { found: 31, .. }, .. })
    ));

    let public = |bytes: &[u8]| match PublicKey::<Blst>::from_bytes(bytes) {
        Err(Error::Point { what: "public key", reason }) => reason,
        other => panic!("{other:?}"),
    };
    let good = Case::new().key.public_key().to_bytes();
    assert_eq!(public(&identity::<96>()), Encoding::Identity { group: "G2" });
    assert!(matches!(public(&good[..95]), Encoding::Length { found: 95, .. }));
    assert!(matches!(public(&[&good[..], &[0]].concat()), Encoding::Length { found: 97, .. }));
    let mut uncompressed = good;
    uncompressed[0] &= 0x7f;
    assert!(matches!(public(&uncompressed), Encoding::Encoding { group: "G2", .. }));
}

#[test]
fn public_keys_that_are_no_points_of_the_subgroup() {
    for (why, bytes, reason) in no_g2_points() {
        let expected = Some(Error::Point { what: "public key", reason });
        assert_eq!(PublicKey::<Blst>::from_bytes(&bytes).err(), expected, "{why}");
        assert_eq!(PublicKey::<Zkcrypto>::from_bytes(&bytes).err(), expected, "{why}");
    }
}

#[test]
fn points_of_signatures_and_proofs_that_are_none_of_the_subgroup() {
    let case = Case::new();
    let (signature, proof) = (case.signature.to_bytes(), case.proof.to_bytes());
    for (why, bytes, reason) in no_g1_points() {
        let changed = [&bytes, &signature[48..]].concat();
        let expected = Error::Point { what: "A", reason };
        assert_eq!(Signature::<Blst>::from_bytes(&changed), Err(expected.clone()), "{why}");
        assert_eq!(Signature::<Zkcrypto>::from_bytes(&changed), Err(expected), "{why}");
        for (place, what) in [(0, "Abar"), (48, "Bbar"), (96, "D")] {
            let mut changed = proof.clone();
            changed[place..place + 48].copy_from_slice(&bytes);
            let expected = Error::Point { what, reason };
            assert_eq!(Proof::<Blst>::from_bytes(&changed), Err(expected.clone()), "{why}");
            assert_eq!(Proof::<Zkcrypto>::from_bytes(&changed), Err(expected), "{why}");
        }
    }
}

#[test]
fn key_material_too_short_and_key_information_too_long() {
    let short = SecretKey::<Blst>::generate::<Sha256>(&[7; 31], b"").err();
    assert_eq!(short, Some(Error::KeyMaterial { min: 32, found: 31 }));
    let long = SecretKey::<Blst>::generate::<Sha256>(&[7; 32], &vec![0; 65_536]).err();
    assert_eq!(long, Some(Error::KeyInfo { found: 65_536 }));
    assert!(SecretKey::<Blst>::generate::<Sha256>(&[7; 32], &vec![0; 65_535]).is_ok());
    let tag = SecretKey::<Blst>::generate_with_tag::<Sha256>(&[7; 32], b"", &[7; 256]).err();
    assert_eq!(tag, Some(Error::Length { what: "the key's domain separation tag", found: 256 }));
}

#[test]
fn secrets_are_not_shown() {
    let case = Case::new();
    let shown = format!("{:?} {:?} {:?}", case.key, case.signature, case.messages);
    assert!(!shown.contains(&hex::encode(case.key.to_bytes())));
    assert!(!shown.contains(&hex::encode(case.signature.to_bytes())));
    assert!(!shown.contains("message 3"));
}

#[test]
fn signatures_that_are_none() {
    let good = Case::new().signature.to_bytes();
    let read = |bytes: &[u8]| Signature::<Blst>::from_bytes(bytes).unwrap_err();
    for length in [0, 48, SIGNATURE_BYTES - 1] {
        assert_eq!(read(&good[..length]), Error::Length { what: "a signature", found: length });
    }
    let trailing = [&good[..], &[0]].concat();
    assert_eq!(read(&trailing), Error::Length { what: "a signature", found: SIGNATURE_BYTES + 1 });
    let with_a = |a: &[u8]| read(&[a, &good[48..]].concat());
    assert_eq!(
        with_a(&identity::<48>()),
        Error::Point { what: "A", reason: Encoding::Identity { group: "G1" } }
    );
    assert_eq!(with_a(&outside()), Error::Point { what: "A", reason: Encoding::Subgroup { group: "G1" } });
    let with_e = |e: &[u8]| read(&[&good[..48], e].concat());
    assert_eq!(with_e(&[0; 32]), Error::Zero { what: "e" });
    let order = hex::decode(ORDER).unwrap();
    assert_eq!(with_e(&order), Error::Scalar { what: "e", reason: Encoding::ScalarRange });
}

#[test]
fn a_signature_over_something_else() {
    let case = Case::new();
    let refused =
        |signed: &Signed<'_, Message>| assert_eq!(case.bbs.verify(signed), Err(Error::Verification));
    refused(&Signed { header: Header::new(b"another"), ..case.signed() });
    refused(&Signed { header: Header::default(), ..case.signed() });
    refused(&Signed { messages: &case.messages[..9], ..case.signed() });
    refused(&Signed { messages: &[], ..case.signed() });
    let mut changed = case.messages.clone();
    changed[7] = Message::from("changed");
    refused(&Signed { messages: &changed, ..case.signed() });
    let mut swapped = case.messages.clone();
    swapped.swap(0, 1);
    refused(&Signed { messages: &swapped, ..case.signed() });
    let more = [&case.messages[..], &[Message::default()]].concat();
    refused(&Signed { messages: &more, ..case.signed() });
    let other: SecretKey = SecretKey::random::<Sha256>(&mut rng(9)).unwrap();
    refused(&Signed { key: other.public_key(), ..case.signed() });
}

#[test]
fn proofs_that_are_none() {
    let good = Case::new().proof.to_bytes();
    assert_eq!(good.len(), 272 + 32 * 5);
    let read = |bytes: &[u8]| Proof::<Blst>::from_bytes(bytes).unwrap_err();
    for length in [0, 47, 271, good.len() - 1, good.len() - 31] {
        assert_eq!(read(&good[..length]), Error::Length { what: "a proof", found: length });
    }
    let trailing = [&good[..], &[0]].concat();
    assert_eq!(read(&trailing), Error::Length { what: "a proof", found: good.len() + 1 });
    for (place, what) in [(0, "Abar"), (48, "Bbar"), (96, "D")] {
        let with = |point: &[u8]| {
            let mut bytes = good.clone();
            bytes[place..place + 48].copy_from_slice(point);
            read(&bytes)
        };
        let refused = |reason| Error::Point { what, reason };
        assert_eq!(with(&identity::<48>()), refused(Encoding::Identity { group: "G1" }));
        assert_eq!(with(&outside()), refused(Encoding::Subgroup { group: "G1" }));
        assert!(matches!(with(&[0; 48]), Error::Point { reason: Encoding::Encoding { .. }, .. }));
        assert!(matches!(with(&[0xff; 48]), Error::Point { reason: Encoding::Encoding { .. }, .. }));
    }
    let order = hex::decode(ORDER).unwrap();
    let scalars =
        [(144, "e^"), (176, "r1^"), (208, "r3^"), (240, "m^"), (272, "m^"), (good.len() - 32, "challenge")];
    for (place, what) in scalars {
        let with = |scalar: &[u8]| {
            let mut bytes = good.clone();
            bytes[place..place + 32].copy_from_slice(scalar);
            read(&bytes)
        };
        assert_eq!(with(&[0; 32]), Error::Zero { what });
        assert_eq!(with(&order), Error::Scalar { what, reason: Encoding::ScalarRange });
    }
}

#[test]
fn a_proof_without_its_last_response_or_with_one_more() {
    let case = Case::new();
    let bytes = case.proof.to_bytes();
    let (body, challenge) = bytes.split_at(bytes.len() - 32);
    let fewer = Proof::from_bytes(&[&body[..body.len() - 32], challenge].concat()).unwrap();
    case.refuses(&Presented { proof: &fewer, ..case.presented() }, Error::Verification);
    let more = Proof::from_bytes(&[body, challenge, challenge].concat()).unwrap();
    case.refuses(&Presented { proof: &more, ..case.presented() }, Error::Verification);
}

/// Every byte of a proof counts: whatever is changed is refused, as an encoding or as a proof.
#[test]
fn a_proof_with_any_byte_changed() {
    let case = Case::new();
    let bytes = case.proof.to_bytes();
    for place in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[place] ^= 1;
        if let Ok(proof) = Proof::from_bytes(&changed) {
            case.refuses(&Presented { proof: &proof, ..case.presented() }, Error::Verification);
        }
    }
}

#[test]
fn a_proof_of_something_else() {
    let case = Case::new();
    let presented = case.presented();
    case.refuses(&Presented { header: Header::new(b"another"), ..presented }, Error::Verification);
    let presentation_header = PresentationHeader::new(b"another");
    case.refuses(&Presented { presentation_header, ..case.presented() }, Error::Verification);
    let other: SecretKey = SecretKey::random::<Sha256>(&mut rng(9)).unwrap();
    case.refuses(&Presented { key: other.public_key(), ..case.presented() }, Error::Verification);
    let mut changed = case.disclosed.clone();
    changed[1].1 = Message::from("changed");
    case.refuses(&Presented { disclosed: &changed, ..case.presented() }, Error::Verification);
    let mut moved = case.disclosed.clone();
    moved[4].0 = 9;
    case.refuses(&Presented { disclosed: &moved, ..case.presented() }, Error::Verification);
    case.refuses(&Presented { disclosed: &case.disclosed[1..], ..case.presented() }, Error::Verification);
    case.refuses(&Presented { disclosed: &[], ..case.presented() }, Error::Verification);
    let mut more = case.disclosed.clone();
    more.push((9, case.messages[9].clone()));
    case.refuses(&Presented { disclosed: &more, ..case.presented() }, Error::Verification);
}

#[test]
fn indexes_out_of_order_twice_and_out_of_range() {
    let case = Case::new();
    let prove = |indexes: &[usize]| case.bbs.prove(&case.signed(), PH, indexes, &mut rng(3)).unwrap_err();
    assert_eq!(prove(&[2, 1]), Error::IndexOrder { previous: 2, index: 1 });
    assert_eq!(prove(&[2, 2]), Error::IndexTwice { index: 2 });
    assert_eq!(prove(&[10]), Error::IndexOutOfRange { index: 10, count: 10 });
    assert_eq!(prove(&[usize::MAX]), Error::IndexOutOfRange { index: usize::MAX, count: 10 });

    let refused = |list: &[usize], error: Error| {
        let disclosed: Vec<_> =
            list.iter().zip(&case.disclosed).map(|(index, (_, message))| (*index, message.clone())).collect();
        case.refuses(&Presented { disclosed: &disclosed, ..case.presented() }, error);
    };
    refused(&[0, 4, 2, 6, 8], Error::IndexOrder { previous: 4, index: 2 });
    refused(&[0, 2, 2, 6, 8], Error::IndexTwice { index: 2 });
    refused(&[0, 2, 4, 6, 10], Error::IndexOutOfRange { index: 10, count: 10 });
    refused(&[0, 2, 4, 6, usize::MAX], Error::IndexOutOfRange { index: usize::MAX, count: 10 });
}

#[test]
fn another_suite_or_interface() {
    let case = Case::new();
    let shake = Bbs::<Shake256>::new();
    assert_eq!(shake.verify(&case.signed()), Err(Error::Verification));
    assert_eq!(shake.verify_proof(&case.presented()), Err(Error::Verification));

    // The same octets under the other interface have the same hash but another domain.
    let own = Bbs::<Sha256, Attributes>::new();
    let attribute = |message: &Message| Attribute::Octets(message.as_bytes().to_vec());
    let messages: Vec<_> = case.messages.iter().map(attribute).collect();
    let key = case.key.public_key();
    let signed = Signed { key, signature: &case.signature, header: HEADER, messages: &messages };
    assert_eq!(own.verify(&signed), Err(Error::Verification));
    let disclosed: Vec<_> =
        case.disclosed.iter().map(|(index, message)| (*index, attribute(message))).collect();
    let presented =
        Presented { key, proof: &case.proof, header: HEADER, presentation_header: PH, disclosed: &disclosed };
    assert_eq!(own.verify_proof(&presented), Err(Error::Verification));
}

#[test]
fn no_messages_at_all() {
    let (bbs, mut rng) = (Bbs::<Sha256>::new(), rng(4));
    let key: SecretKey = SecretKey::random::<Sha256>(&mut rng).unwrap();
    let signature = bbs.sign(&key, HEADER, &[]).unwrap();
    let key = key.public_key();
    let signed = Signed { key, signature: &signature, header: HEADER, messages: &[] };
    assert_eq!(bbs.verify(&signed), Ok(()));
    let proof = bbs.prove(&signed, PH, &[], &mut rng).unwrap();
    assert_eq!(proof.to_bytes().len(), 272);
    let presented = Presented { key, proof: &proof, header: HEADER, presentation_header: PH, disclosed: &[] };
    assert_eq!(bbs.verify_proof(&presented), Ok(()));
    let disclosed = [(0, Message::default())];
    assert_eq!(bbs.verify_proof(&Presented { disclosed: &disclosed, ..presented }), Err(Error::Verification));
    let index = bbs.prove(&signed, PH, &[0], &mut rng).unwrap_err();
    assert_eq!(index, Error::IndexOutOfRange { index: 0, count: 0 });
}

#[test]
fn ten_thousand_messages_and_one_too_many() {
    let (bbs, mut rng, messages) = (Bbs::<Sha256>::new(), rng(5), list(10_000));
    let key: SecretKey = SecretKey::random::<Sha256>(&mut rng).unwrap();
    let signature = bbs.sign(&key, HEADER, &messages).unwrap();
    let key_of = key.public_key();
    let signed = Signed { key: key_of, signature: &signature, header: HEADER, messages: &messages };
    assert_eq!(bbs.verify(&signed), Ok(()));
    let indexes = [0, 5_000, 9_999];
    let proof = bbs.prove(&signed, PH, &indexes, &mut rng).unwrap();
    let disclosed = at(&messages, &indexes);
    let presented = Presented {
        key: key_of,
        proof: &proof,
        header: HEADER,
        presentation_header: PH,
        disclosed: &disclosed,
    };
    assert_eq!(bbs.verify_proof(&presented), Ok(()));

    let many = vec![Message::default(); MAX_MESSAGES + 1];
    let expected = Error::TooManyMessages { found: MAX_MESSAGES + 1, max: MAX_MESSAGES };
    assert_eq!(bbs.sign(&key, HEADER, &many).unwrap_err(), expected);
    assert_eq!(bbs.verify(&Signed { messages: &many, ..signed }), Err(expected));
}

#[test]
fn empty_batches() {
    let (bbs, mut rng) = (Bbs::<Sha256>::new(), rng(6));
    assert_eq!(bbs.verify_batch(&[], &mut rng), Err(Error::EmptyBatch));
    assert_eq!(bbs.verify_proof_batch(&[], &mut rng), Err(Error::EmptyBatch));
}

#[test]
fn batches_beyond_the_bound() {
    let (case, mut rng) = (Case::new(), rng(6));
    let signed: Vec<_> = (0..=MAX_BATCH).map(|_| case.signed()).collect();
    let expected = Err(Error::BatchTooLarge { found: MAX_BATCH + 1, max: MAX_BATCH });
    assert_eq!(case.bbs.verify_batch(&signed, &mut rng), expected);
    assert_eq!(case.bbs.verify_batch(&signed[1..], &mut rng), Ok(()));
    let presented: Vec<_> = (0..=MAX_BATCH).map(|_| case.presented()).collect();
    assert_eq!(case.bbs.verify_proof_batch(&presented, &mut rng), expected);
    assert_eq!(case.bbs.verify_proof_batch(&presented[1..], &mut rng), Ok(()));
}

/// An entry that is refused for its size is a culprit as any other, and the only one.
#[test]
fn a_batch_with_an_entry_of_too_many_messages() {
    let (case, mut rng) = (Case::new(), rng(6));
    let many = vec![Message::default(); MAX_MESSAGES + 1];
    let oversized = || Signed { messages: &many, ..case.signed() };
    let signed = [case.signed(), oversized(), case.signed(), oversized()];
    assert_eq!(case.bbs.verify_batch(&signed, &mut rng), Err(Error::Batch { culprits: vec![1, 3] }));
    let disclosed: Vec<_> = many.into_iter().enumerate().collect();
    let oversized = Presented { disclosed: &disclosed, ..case.presented() };
    let presented = [case.presented(), case.presented(), oversized];
    assert_eq!(case.bbs.verify_proof_batch(&presented, &mut rng), Err(Error::Batch { culprits: vec![2] }));
}

/// 64 holders of two issuers, with different numbers of messages; then one bad among them.
#[test]
fn batches_of_64_with_one_bad() {
    let (bbs, mut rng) = (Bbs::<Sha256>::new(), rng(7));
    let keys = [(); 2].map(|()| SecretKey::<Blst>::random::<Sha256>(&mut rng).unwrap());
    let own: Vec<(usize, Vec<Message>, Signature)> = (0..64)
        .map(|index| {
            let messages = list(index % 4);
            let signature = bbs.sign(&keys[index % 2], HEADER, &messages).unwrap();
            (index % 2, messages, signature)
        })
        .collect();
    let mut signed: Vec<Signed<'_, Message>> = own
        .iter()
        .map(|(key, messages, signature)| Signed {
            key: keys[*key].public_key(),
            signature,
            header: HEADER,
            messages,
        })
        .collect();
    assert_eq!(bbs.verify_batch(&signed, &mut rng), Ok(()));

    let proofs: Vec<Proof> = signed.iter().map(|one| bbs.prove(one, PH, &[], &mut rng).unwrap()).collect();
    let mut presented: Vec<Presented<'_, Message>> = signed
        .iter()
        .zip(&proofs)
        .map(|(one, proof)| Presented {
            key: one.key,
            proof,
            header: HEADER,
            presentation_header: PH,
            disclosed: &[],
        })
        .collect();
    assert_eq!(bbs.verify_proof_batch(&presented, &mut rng), Ok(()));

    signed[17].header = Header::new(b"another");
    assert_eq!(bbs.verify_batch(&signed, &mut rng), Err(Error::Batch { culprits: vec![17] }));
    signed[40].key = keys[1].public_key();
    assert_eq!(bbs.verify_batch(&signed, &mut rng), Err(Error::Batch { culprits: vec![17, 40] }));
    presented[63].presentation_header = PresentationHeader::new(b"another");
    assert_eq!(bbs.verify_proof_batch(&presented, &mut rng), Err(Error::Batch { culprits: vec![63] }));
}

/// A proof whose challenge holds and whose pairing does not: only the pairing of the batch can find it.
#[test]
fn a_batch_with_a_proof_of_a_false_signature() {
    let case = Case::new();
    let other: SecretKey = SecretKey::random::<Sha256>(&mut rng(9)).unwrap();
    // Proving does not verify: the proof is about a key that never signed.
    let false_claim = Signed { key: other.public_key(), ..case.signed() };
    let proof = case.bbs.prove(&false_claim, PH, &DISCLOSED, &mut rng(10)).unwrap();
    let bad = Presented { key: other.public_key(), proof: &proof, ..case.presented() };
    case.refuses(&bad, Error::Verification);
    let batch = [case.presented(), bad, case.presented()];
    assert_eq!(case.bbs.verify_proof_batch(&batch, &mut rng(11)), Err(Error::Batch { culprits: vec![1] }));
}

#[test]
fn two_proofs_share_nothing_but_what_they_show() {
    let case = Case::new();
    let again = case.bbs.prove(&case.signed(), PH, &DISCLOSED, &mut rng(12)).unwrap();
    let (first, second) = (case.proof.to_bytes(), again.to_bytes());
    let chunks = |bytes: &[u8]| {
        let (points, scalars) = bytes.split_at(144);
        let points = points.chunks(48).map(<[u8]>::to_vec);
        points.chain(scalars.chunks(32).map(<[u8]>::to_vec)).collect::<Vec<_>>()
    };
    assert!(chunks(&first).iter().all(|chunk| !chunks(&second).contains(chunk)));
    let signature = case.signature.to_bytes();
    assert!(!chunks(&first).contains(&signature[..48].to_vec()));
    assert!(!chunks(&first).contains(&signature[48..].to_vec()));
}

#[test]
fn both_backends_sign_the_same() {
    let case = Case::new();
    let reference = Bbs::<Sha256, Octets, hufu_pairing::Zkcrypto>::new();
    let key = SecretKey::from_bytes(case.key.to_bytes().as_ref()).unwrap();
    let signature = reference.sign(&key, HEADER, &case.messages).unwrap();
    assert_eq!(signature.to_bytes(), case.signature.to_bytes());
    let proof = Proof::from_bytes(&case.proof.to_bytes()).unwrap();
    let presented = Presented {
        key: key.public_key(),
        proof: &proof,
        header: HEADER,
        presentation_header: PH,
        disclosed: &case.disclosed,
    };
    assert_eq!(reference.verify_proof(&presented), Ok(()));
}
